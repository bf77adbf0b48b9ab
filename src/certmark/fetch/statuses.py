"""The status lists of a store: one file for each uri, asked for in parallel, and held to all that were known before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from certmark.cwt.numericdate import from_seconds, to_seconds
from certmark.errors import StatusError, StoreError
from certmark.fetch import waiting
from certmark.fetch.answer import Answer, NoAnswerError
from certmark.fetch.declared import declared_lists
from certmark.fetch.memory import MOST_URLS, Learnt
from certmark.fetch.outcome import StatusOutcome, StatusResult
from certmark.status import StatusSnapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from certmark.fetch.answer import Server
    from certmark.fetch.folder import Folder
    from certmark.status import StatusFloor
    from certmark.status.token import StatusListToken
    from certmark.trust import TrustSnapshot

_AT_ONCE: Final = 4

_Asked: TypeAlias = Answer | NoAnswerError | StoreError


class _Heard(NamedTuple):
    """What became of one list.

    Attributes:
        outcome: for the application.
        learnt: of the server, or None: the uri is none of one.
        token: what came, if who keeps the list signed it. Refused, it is not kept, but what it withdraws is remembered.
    """

    outcome: StatusOutcome
    learnt: Learnt | None
    token: bytes | None = None


class _Known(NamedTuple):
    """A list as it was known before an answer came: its uri, who may sign it, its token, and the floor of all lists."""

    uri: str
    signers: Collection[str]
    token: bytes | None
    floor: StatusFloor


class StatusLists(NamedTuple):
    """The status lists of a store.

    Attributes:
        folder: of the store.
        server: how servers are asked.
        trust: says who may sign.
        algorithms: with what.
    """

    folder: Folder
    server: Server
    trust: TrustSnapshot
    algorithms: frozenset[int]

    def open(self, tokens: Iterable[bytes] | None = None) -> StatusSnapshot:
        """Verify those that are there, or others, on the floor; it is read first, since lists are written before it."""
        floor = self.folder.status_floor()[0]
        return self._open(self._at_hand() if tokens is None else tokens, floor)

    def declared_by(self, entities: Collection[str] | None) -> dict[str, set[str]]:
        """Give who may sign under which uri.

        Args:
            entities: ids of those whose certificates are asked about, or None for all.
        """
        signers: dict[str, set[str]] = {}
        places: dict[str, dict[str, int]] = {}
        for declared in declared_lists(self.trust):
            if entities is None or declared.issuer in entities:
                signers.setdefault(declared.uri, set()).add(declared.signer)
                own = places.setdefault(declared.issuer[:2], {})
                own.setdefault(declared.uri, len(own))

        def place(uri: str) -> tuple[int, str]:
            return min(own[uri] for own in places.values() if uri in own), uri

        # each territory has its turn, so that none crowds out the lists of another
        return {uri: signers[uri] for uri in sorted(sorted(signers, key=place)[:MOST_URLS])}

    def refresh(self, signers: Mapping[str, Collection[str]], at: datetime) -> dict[str, StatusOutcome]:
        """Ask for lists.

        Args:
            signers: by uri, see ``declared_by``.
            at: now.
        """
        now = to_seconds(at)
        remembered = self.folder.find().memory.learnt
        before = {uri: remembered.get(uri, Learnt(now)) for uri in signers}
        early = {uri: unasked for uri in signers if (unasked := before[uri].too_early(now)) is not None}
        due = [uri for uri in signers if uri not in early]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = dict(zip(due, pool.map(lambda uri: self._ask(uri, before[uri]), due), strict=True))
        with self.folder.alone():
            memory = self.folder.find().memory
            stored = {uri: self.folder.status(uri) for uri in due}
            floor = self.folder.status_floor()[0]
            floor = self._risen(floor, self._at_hand() if floor is None else stored.values(), at=at)
            heard = {
                uri: self._hear(
                    _Known(uri, signers[uri], stored[uri], floor), answer, memory.learnt.get(uri, Learnt(now)), at=now
                )
                for uri, answer in answers.items()
            }
            news = {uri: each.learnt for uri, each in heard.items() if each.learnt is not None}
            tokens = {
                uri: each.token
                for uri, each in heard.items()
                if each.token is not None and each.outcome.result is StatusResult.UPDATED
            }
            floor = self._risen(floor, (each.token for each in heard.values()), at=at)
            self.folder.keep_statuses(memory.knowing(news), tokens, floor)
        unasked_for = {uri: _unreachable(each.reason, each.next_try) for uri, each in early.items()}
        return unasked_for | {uri: each.outcome for uri, each in heard.items()}

    def _at_hand(self) -> list[bytes]:
        return self.folder.statuses(declared.uri for declared in declared_lists(self.trust))

    def _open(self, tokens: Iterable[bytes], floor: StatusFloor | None) -> StatusSnapshot:
        return StatusSnapshot.open(
            tokens, self.trust, previous=floor, limits=self.folder.limits, algorithms=self.algorithms
        )

    def _risen(self, floor: StatusFloor | None, tokens: Iterable[bytes | None], *, at: datetime) -> StatusFloor:
        """Add to a floor what tokens say; a kill may have left one in the folder that it does not know."""
        there = [token for token in tokens if token is not None]
        return self._open(there, floor).floor(at=at, limits=self.folder.limits)

    def _ask(self, uri: str, learnt: Learnt) -> _Asked:
        known = learnt.version(_digest(self.folder.status(uri)))
        try:
            return self.server.ask(uri, known, at_most=self.folder.limits.status_token)
        except StoreError as error:
            return error

    def _hear(self, known: _Known, answer: _Asked, learnt: Learnt, *, at: int) -> _Heard:
        if isinstance(answer, StoreError):
            return _Heard(_unreachable(str(answer), from_seconds(waiting.after_failure(at, 1))), None)
        if not isinstance(answer, NoAnswerError) and answer.body is None and known.token is None:
            answer = NoAnswerError("the status list of the store was lost while the server was asked for a newer one")
        if isinstance(answer, NoAnswerError):
            learnt = learnt.failed(at, answer.retry_after)
            return _Heard(_unreachable(str(answer), from_seconds(learnt.next_try)), learnt)
        if answer.body is None:
            learnt = learnt.succeeded(at, answer.version, _digest(known.token))
            return _Heard(_outcome(StatusResult.UNCHANGED, learnt), learnt)
        token: bytes | None = answer.body
        try:
            objection = self._objection(answer.body, known)
        except StatusError as error:
            objection, token = str(error), None
        if objection is not None:
            learnt = learnt.failed(at, None)
            evidence = self._evidence(token, known, objection)
            return _Heard(_outcome(StatusResult.REFUSED, learnt, objection, evidence=evidence), learnt, token)
        learnt = learnt.succeeded(at, answer.version, _digest(answer.body))
        if answer.body == known.token:
            return _Heard(_outcome(StatusResult.UNCHANGED, learnt), learnt)
        return _Heard(_outcome(StatusResult.UPDATED, learnt), learnt, answer.body)

    def _objection(self, token: bytes, known: _Known) -> str | None:
        """Say why a token does not follow on what is known of its list, or None when it does.

        Raises:
            StatusError: it is none of that list.
        """
        snapshot = self._open([token], None)
        for rejected in snapshot.rejected:
            raise StatusError(rejected.reason)
        heard = _lists_of(known, snapshot)
        if not heard:
            raise StatusError(f"the token is none of {known.uri}, or was not signed by who keeps that list")
        before = known.floor.lists
        objections = [before[key].objection_to(said) if key in before else None for key, said in heard.items()]
        return None if None in objections else objections[0]

    def _evidence(self, token: bytes | None, known: _Known, reason: str) -> Path | None:
        """Keep a refused token beside the known one, where both are of one instant and differ."""
        if token is None or known.token is None:
            return None
        before, heard = (_lists_of(known, self._open([each], None)) for each in (known.token, token))
        if not any(_contradict(before[key], heard[key]) for key in before.keys() & heard.keys()):
            return None
        return self.folder.keep_evidence("status_list", reason, known=known.token, found=token, what="cose")


def _lists_of(known: _Known, snapshot: StatusSnapshot) -> dict[tuple[str, str], StatusListToken]:
    """Give what a snapshot holds of one uri, by who signs there."""
    keys = [(entity_id, known.uri) for entity_id in known.signers]
    return {key: said for key in keys if (said := snapshot.lists.get(key)) is not None}


def _contradict(one: StatusListToken, other: StatusListToken) -> bool:
    return one.issued_at == other.issued_at and one.statuses != other.statuses


def _digest(data: bytes | None) -> bytes | None:
    return None if data is None else sha256(data).digest()


def _outcome(
    result: StatusResult, learnt: Learnt, reason: str | None = None, *, evidence: Path | None = None
) -> StatusOutcome:
    return StatusOutcome(result=result, reason=reason, next_try=from_seconds(learnt.next_try), evidence=evidence)


def _unreachable(reason: str, next_try: datetime) -> StatusOutcome:
    return StatusOutcome(result=StatusResult.UNREACHABLE, reason=reason, next_try=next_try)
