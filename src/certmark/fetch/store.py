"""The store: the lists of an application in a folder, kept newest by import and refresh, and verified at every load.

The folder is not trusted. The anchor comes from the application at each opening; bundles and status lists are verified
in full; only the memory of what was accepted has to be kept from others, like any floor.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from certmark.cose.algorithms import ALL_KEY_ALGORITHMS
from certmark.cwt.numericdate import from_seconds, to_seconds
from certmark.errors import AppendOnlyError, EquivocationError, RollbackError, StoreError, TrustError
from certmark.fetch.accepting import Held, Rules, risen
from certmark.fetch.answer import Answer, NoAnswerError, Server, Timeouts
from certmark.fetch.folder import Folder, Found
from certmark.fetch.memory import Learnt, Memory
from certmark.fetch.outcome import Opened, Outcome, Refused, StatusOutcome, Unchanged, Unreachable, Updated
from certmark.fetch.statuses import StatusLists
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.trust import TrustBundle

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from os import PathLike

    from certmark.status import StatusSnapshot
    from certmark.trust import TrustFloor, TrustSnapshot

_CONTRADICTIONS = (RollbackError, EquivocationError, AppendOnlyError)


class TrustStore:
    """A folder with the trusted lists of an application.

    Safe with any number of processes and threads: who writes waits for the others, who reads never does. A kill or a
    full disk at any moment leaves a state that opens and is no older than the one before.
    """

    def __init__(
        self,
        directory: str | PathLike[str],
        *,
        anchor: bytes | str,
        limits: Limits = DEFAULT_LIMITS,
        algorithms: frozenset[int] = ALL_KEY_ALGORITHMS,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 frozen
        authorities: str | PathLike[str] | None = None,
    ) -> None:
        """Name a store. Nothing is read or made yet.

        Args:
            directory: a folder for the store alone, private to the application.
            anchor: SHA-256 of a root file, as 32 bytes or 64 hexadecimal digits: part of the application, never of the
                folder or of what is fetched. Another Union needs another folder.
            limits: bounds on sizes and counts.
            algorithms: whose signatures count, as for ``TrustSnapshot.open``. What is in the folder and does not count
                any more is not deleted: it cannot be used.
            timeouts: how long a server may take.
            authorities: PEM file of the authorities that vouch for servers, in place of the system's.
        """
        self._rules = Rules(anchor, limits, algorithms)
        self._folder = Folder(Path(directory), limits)
        self._server = Server(timeouts, None if authorities is None else Path(authorities))

    def contents(self) -> Found:
        """Read what is in the store, so that this and other processes open the same, whatever is written meanwhile.

        Raises:
            StoreError: the store cannot be read.
        """
        return self._folder.find()

    def open(self, contents: Found | None = None) -> Opened:
        """Verify and give what is in the store.

        Args:
            contents: of the store at another moment, in place of what is in it now.

        Raises:
            StoreError: there is nothing that can be used: import a bundle or refresh.
        """
        state = self._load(contents)
        if state.held is None:
            raise StoreError(f"{self._folder.path}: {state.problem or 'no lists yet'}: import a bundle or refresh")
        learnt = state.found.memory.learnt
        damage = self._folder.status_floor()[1]
        return Opened(
            snapshot=state.held.snapshot,
            problem=state.problem or (damage and f"{damage}: what status lists said before is forgotten"),
            checked_at={url: from_seconds(at) for url, each in learnt.items() if (at := each.checked_at) is not None},
            next_try={url: from_seconds(each.next_try) for url, each in learnt.items()},
        )

    def import_bundle(self, data: bytes) -> Outcome:
        """Take a bundle from a medium.

        Args:
            data: the file.

        Returns:
            What became of it; refused, the store is as it was.

        Raises:
            StoreError: the store cannot be read or written.
        """
        with self._folder.alone():
            change = self._take(data, self._load())
            if change.current is not None:
                self._folder.keep(change.memory, current=change.current, previous=change.previous)
        return change.outcome

    def refresh(self, url: str, *, at: datetime) -> Outcome:
        """Ask a server for the newest bundle, unless it is too early after a failure.

        Others may use the store meanwhile: what came is judged by what they left.

        Args:
            url: of the bundle, https.
            at: now, aware. It decides when to ask again, never whether lists are believed.

        Returns:
            What became of it; unless it is updated, the lists are as they were.

        Raises:
            StoreError: the store cannot be read or written, or the url is none.
            MissingExtraError: the extra ``fetch`` is not installed.
        """
        now = to_seconds(at)
        state = self._load()
        early = state.learnt(url, now).too_early(now)
        if early is not None:
            return early
        known = state.learnt(url, now).version(_digest(state.found.current)) if state.problem is None else None
        answer = self._server.ask(url, known, at_most=self._rules.limits.bundle)
        with self._folder.alone():
            state = self._load()
            change = self._judge(answer, state)
            learnt = state.learnt(url, now)
            if isinstance(answer, NoAnswerError):
                learnt = learnt.failed(now, answer.retry_after)
            elif isinstance(change.outcome, (Updated, Unchanged)):
                learnt = learnt.succeeded(now, answer.version, change.memory.current)
            else:
                learnt = learnt.failed(now, None)
            self._folder.keep(change.memory.knowing({url: learnt}), current=change.current, previous=change.previous)
        return replace(change.outcome, next_try=from_seconds(learnt.next_try))

    def refresh_statuses(self, entities: Collection[str] | None = None, *, at: datetime) -> Mapping[str, StatusOutcome]:
        """Ask for the status lists that entities declare, and for those of the authorities over the same certificates.

        Args:
            entities: ids of trusted entities (``DE-3087``); all that are listed when left out.
            at: now, aware.

        Returns:
            What became of each, by uri. A list is replaced only by one that was signed later, or that says the same;
            what any of them withdrew stays withdrawn.

        Raises:
            StoreError: there are no trusted lists yet, or the store cannot be read or written.
            MissingExtraError: the extra ``fetch`` is not installed.
        """
        lists = self._status_lists(self.open().snapshot)
        return lists.refresh(lists.declared_by(entities), at)

    def statuses(self, snapshot: TrustSnapshot, *, tokens: Iterable[bytes] | None = None) -> StatusSnapshot:
        """Verify and give the status lists of the store; those that cannot be used are as if they were missing.

        What one of them withdrew before stays withdrawn, also where it is missing or says otherwise now.

        Args:
            snapshot: of this store, says who may sign them.
            tokens: status lists that came another way, in place of those of the store; they are held to what it
                remembers, and not kept.

        Raises:
            StoreError: the store cannot be read.
        """
        return self._status_lists(snapshot).open(tokens)

    def _status_lists(self, snapshot: TrustSnapshot) -> StatusLists:
        return StatusLists(self._folder, self._server, snapshot, self._rules.algorithms)

    def _load(self, contents: Found | None = None) -> _State:
        found = self.contents() if contents is None else contents
        floor, why = found.memory.floor, found.damage
        before = _parts(found.previous, self._rules.limits)
        if found.current is not None:
            try:
                bundle = TrustBundle.from_bytes(found.current, limits=self._rules.limits)
                held = self._rules.reopen(bundle, floor, before)
            except TrustError as error:
                why = f"the newest lists of the store cannot be used ({error})"
            else:
                problem = found.damage and f"{found.damage}: the store begins anew with the lists that it holds"
                return _State(found, held, risen(floor, held.snapshot), problem)
        elif found.memory.current is not None:
            why = "the newest lists of the store are gone"
        if before is not None and _digest(found.previous) in {found.memory.previous, found.memory.current}:
            try:
                held = self._rules.fall_back(before, floor)
            except TrustError as error:
                why = f"{why}, nor those before them ({error})"
            else:
                return _State(found, held, floor, f"{why}: those before them are used")
        return _State(found, None, floor, why)

    def _judge(self, answer: Answer | NoAnswerError, state: _State) -> _Change:
        memory = state.found.memory
        if isinstance(answer, NoAnswerError):
            return _Change(Unreachable(reason=str(answer), next_try=from_seconds(0)), memory)
        if answer.body is not None:
            return self._take(answer.body, state)
        if state.held is None or state.problem is not None:
            reason = "the lists of the store were damaged while the server was asked for newer ones"
            return _Change(Unreachable(reason=reason, next_try=from_seconds(0)), memory)
        return _Change(Unchanged(snapshot=state.held.snapshot), memory)

    def _take(self, data: bytes, state: _State) -> _Change:
        memory, known = state.found.memory, state.held
        try:
            bundle = TrustBundle.from_bytes(data, limits=self._rules.limits)
            accepted = self._rules.accept(bundle, state.floor, known)
        except TrustError as error:
            evidence = None
            if isinstance(error, _CONTRADICTIONS) and known is not None:
                evidence = self._folder.keep_evidence(error.code, str(error), known=known.bundle.to_bytes(), found=data)
            return _Change(Refused(reason=str(error), code=error.code, evidence=evidence), memory)
        snapshot = accepted.held.snapshot
        floor = risen(state.floor, snapshot)
        if known is not None and state.problem is None:
            same = known.snapshot.problems.keys() == snapshot.problems.keys()
            if same and floor == state.floor:
                return _Change(Unchanged(snapshot=known.snapshot), memory)
        evidence = None
        if known is not None and accepted.contradicted:
            reason = " ".join(snapshot.problems[territory] for territory in sorted(accepted.contradicted))
            evidence = self._folder.keep_evidence("trust_national", reason, known=known.bundle.to_bytes(), found=data)
        current = accepted.held.bundle.to_bytes()
        previous = None if known is None else known.kept(at_most=self._rules.limits.bundle).to_bytes()
        memory = memory._replace(floor=floor, current=_digest(current), previous=_digest(previous))
        return _Change(Updated(snapshot=snapshot, evidence=evidence), memory, current, previous)


class _State(NamedTuple):
    """What was found in the folder, verified: ``held`` is what may be used, ``problem`` why it is not the newest."""

    found: Found
    held: Held | None
    floor: TrustFloor | None
    problem: str | None

    def learnt(self, url: str, at: int) -> Learnt:
        """Give what is known of a url; of a new one only that it may be asked now, a time in seconds."""
        return self.found.memory.learnt.get(url, Learnt(at))


class _Change(NamedTuple):
    """What became of what came, and what is to be written because of it."""

    outcome: Outcome
    memory: Memory
    current: bytes | None = None
    previous: bytes | None = None


def _parts(data: bytes | None, limits: Limits) -> TrustBundle | None:
    try:
        return None if data is None else TrustBundle.from_bytes(data, limits=limits)
    except TrustError:
        return None


def _digest(data: bytes | None) -> bytes | None:
    return None if data is None else sha256(data).digest()
