"""The status lists of a store: one file for each uri, asked for in parallel, and never replaced by an older one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from certmark.cwt.numericdate import from_seconds
from certmark.errors import StatusError, StoreError, TrustError
from certmark.fetch import waiting
from certmark.fetch.answer import Answer, NoAnswerError
from certmark.fetch.memory import MOST_URLS, Learnt
from certmark.fetch.outcome import StatusOutcome, StatusResult
from certmark.status import StatusSnapshot
from certmark.trust.entities import ServiceType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from certmark.fetch.answer import Server
    from certmark.fetch.folder import Folder
    from certmark.status.token import StatusListToken
    from certmark.trust import TrustSnapshot
    from certmark.trust.entities import TrustedEntity

_AT_ONCE: Final = 4
_SKEW: Final = 300
"""A list that is dated further ahead than that outranks no other: its next version has the right date."""

_Asked: TypeAlias = Answer | NoAnswerError | StoreError


class _Heard(NamedTuple):
    """What became of one list: what is learnt (None: its uri is none of a server), and a token to be kept."""

    outcome: StatusOutcome
    learnt: Learnt | None
    token: bytes | None = None


class _Declared(NamedTuple):
    """A list by its uri, and the entities who may sign it."""

    uri: str
    signers: Collection[str]


class StatusLists(NamedTuple):
    """The status lists of a store.

    Attributes:
        folder: of the store.
        server: how servers are asked.
        trust: says who may sign.
    """

    folder: Folder
    server: Server
    trust: TrustSnapshot

    def open(self) -> StatusSnapshot:
        """Verify all that are there."""
        return StatusSnapshot.open(self.folder.statuses(), self.trust, limits=self.folder.limits)

    def declared_by(self, entities: Collection[str] | None) -> dict[str, set[str]]:
        """Give who may sign under which uri.

        Args:
            entities: ids of those whose certificates are asked about, or None for all.
        """
        signers: dict[str, set[str]] = {}
        for entity, ncca in self._entities():
            for service in entity.services if entities is None or entity.entity_id in entities else ():
                for declared in service.status_lists if service.service_type is ServiceType.STATUS_ISSUANCE else ():
                    signers.setdefault(declared.uri, set()).add(entity.entity_id)
                    if declared.ncca_uri is not None:
                        signers.setdefault(declared.ncca_uri, set()).add(ncca)
        return dict(sorted(signers.items())[:MOST_URLS])

    def refresh(self, signers: Mapping[str, Collection[str]], at: int) -> dict[str, StatusOutcome]:
        """Ask for lists.

        Args:
            signers: by uri, see ``declared_by``.
            at: now, in seconds.
        """
        remembered = self.folder.find().memory.learnt
        before = {uri: remembered.get(uri, Learnt(at)) for uri in signers}
        early = {uri: unasked for uri in signers if (unasked := before[uri].too_early(at)) is not None}
        due = [uri for uri in signers if uri not in early]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = dict(zip(due, pool.map(lambda uri: self._ask(uri, before[uri]), due), strict=True))
        with self.folder.alone():
            memory = self.folder.find().memory
            heard = {
                uri: self._hear(_Declared(uri, signers[uri]), answer, memory.learnt.get(uri, Learnt(at)), at=at)
                for uri, answer in answers.items()
            }
            news = {uri: each.learnt for uri, each in heard.items() if each.learnt is not None}
            tokens = {uri: each.token for uri, each in heard.items() if each.token is not None}
            self.folder.keep_statuses(memory.knowing(news), tokens)
        unasked_for = {uri: _unreachable(each.reason, each.next_try) for uri, each in early.items()}
        return unasked_for | {uri: each.outcome for uri, each in heard.items()}

    def _entities(self) -> Iterator[tuple[TrustedEntity, str]]:
        for territory, national in self.trust.national.items():
            ncca = national.content.ncca
            for entry in national.content.entities:
                try:
                    entity = self.trust.entity(str(entry.get(1)))
                except TrustError:  # a malformed entry touches no other
                    continue
                if entity is not None:
                    yield entity, territory if ncca is None else ncca.entity_id

    def _ask(self, uri: str, learnt: Learnt) -> _Asked:
        known = learnt.version(_digest(self.folder.status(uri)))
        try:
            answer, failure = self.server.ask(uri, known, at_most=self.folder.limits.status_token)
        except StoreError as error:
            return error
        return failure if answer is None else answer

    def _hear(self, declared: _Declared, answer: _Asked, learnt: Learnt, *, at: int) -> _Heard:
        if isinstance(answer, StoreError):
            return _Heard(_unreachable(str(answer), from_seconds(waiting.after_failure(at, 1))), None)
        if isinstance(answer, NoAnswerError):
            learnt = learnt.failed(at, answer.retry_after)
            return _Heard(_unreachable(str(answer), from_seconds(learnt.next_try)), learnt)
        stored = self.folder.status(declared.uri)
        if answer.body is None:
            learnt = learnt.succeeded(at, answer.version, _digest(stored))
            return _Heard(_outcome(StatusResult.UNCHANGED, learnt), learnt)
        try:
            said = self._read(answer.body, declared)
        except StatusError as error:
            learnt = learnt.failed(at, None)
            return _Heard(_outcome(StatusResult.REFUSED, learnt, str(error)), learnt)
        if said.issued_at < self._newest(stored, declared, learnt, at=at):
            learnt = learnt.failed(at, None)
            reason = f"the status list {declared.uri} is older than the one that was known before"
            return _Heard(_outcome(StatusResult.REFUSED, learnt, reason), learnt)
        learnt = learnt.succeeded(at, answer.version, _digest(answer.body))._replace(issued_at=said.issued_at)
        if answer.body == stored:
            return _Heard(_outcome(StatusResult.UNCHANGED, learnt), learnt)
        return _Heard(_outcome(StatusResult.UPDATED, learnt), learnt, answer.body)

    def _newest(self, stored: bytes | None, declared: _Declared, learnt: Learnt, *, at: int) -> int:
        """Give when the newest known list was signed: a kill may have left one that is not remembered."""
        known = [learnt.issued_at or 0]
        if stored is not None:
            with suppress(StatusError):
                known.append(self._read(stored, declared).issued_at)
        return max((signed for signed in known if signed <= at + _SKEW), default=0)

    def _read(self, data: bytes, declared: _Declared) -> StatusListToken:
        snapshot = StatusSnapshot.open([data], self.trust, limits=self.folder.limits)
        for rejected in snapshot.rejected:
            raise StatusError(rejected.reason)
        for entity_id in declared.signers:
            said = snapshot.find(entity_id, declared.uri)
            if said is not None:
                return said
        raise StatusError(f"the token is none of {declared.uri}, or was not signed by who keeps that list")


def _digest(data: bytes | None) -> bytes | None:
    return None if data is None else sha256(data).digest()


def _outcome(result: StatusResult, learnt: Learnt, reason: str | None = None) -> StatusOutcome:
    return StatusOutcome(result=result, reason=reason, next_try=from_seconds(learnt.next_try))


def _unreachable(reason: str, next_try: datetime) -> StatusOutcome:
    return StatusOutcome(result=StatusResult.UNREACHABLE, reason=reason, next_try=next_try)
