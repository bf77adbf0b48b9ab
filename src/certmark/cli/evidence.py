"""What a verification rests on: bundle, anchor, status lists, schemes and policy, from their files."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from certmark.cli.clock import moment_of
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.reading import blaming, read_file
from certmark.cli.screen import complain
from certmark.cli.state import open_statuses_with_state, open_with_state
from certmark.cwt.numericdate import from_seconds
from certmark.errors import StoreError
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from certmark.bulk import FromBundle, FromStore
    from certmark.fetch import TrustStore
    from certmark.fetch.folder import Found
    from certmark.model.scheme import Scheme
    from certmark.verify import Policy, StatusFloor, StatusSnapshot, Sunset, TrustFloor, TrustSnapshot, Verifier

_DIGEST: Final = re.compile("[0-9A-Fa-f]{64}")


class Evidence(NamedTuple):
    """Where everything is that a verification rests on.

    Attributes:
        trust: path of the bundle, or of the folder of a store.
        anchor: path of the root file, or its SHA-256 in hexadecimal.
        status: paths of status list tokens; without any, those of the store count.
        schemes: paths of scheme files, beside EUCC.
        policy: name of the policy.
        state: path of the file that remembers the floor, or None; that of status lists lies beside it.
        sunsets: ends of algorithms, as ``ESP256=2035-01-01``: for tokens, and for signatures of roots and lists.
    """

    trust: str
    anchor: str
    status: Sequence[str]
    schemes: Sequence[str]
    policy: str
    state: str | None = None
    sunsets: Sequence[str] = ()

    def verifier(self, *, at: datetime, lists: bytes | Found | None = None) -> Verifier:
        """Read and verify it all.

        Args:
            at: time of verification.
            lists: bytes of the bundle or contents of the store, where they were read already.

        Raises:
            CommandError: a file is missing (66) or cannot be used (65).
        """
        from certmark.verify import Verifier

        trust = self.trust_snapshot(lists, at=at)
        status = self._status(trust, at=at)
        return Verifier(trust, status, policy=self._policy(), schemes=read_schemes(self.schemes))

    def opening(self, *, at: datetime) -> tuple[Verifier, FromBundle | FromStore]:
        """Read and verify it all once, and give what opens the same verifier in other processes.

        Raises:
            CommandError: as ``verifier``.
        """
        from certmark.bulk import FromBundle, FromStore

        anchor = anchor_of(self.anchor)
        pinned = self._replace(anchor=anchor.hex())
        store = self._store(at=at)
        with _missing():
            lists = self._bundle() if store is None else store.contents()
        here = pinned.verifier(at=at, lists=lists)
        same: dict[str, Any] = {"status": here.status, "policy": here.policy, "schemes": here.schemes}
        same |= {"anchor": anchor, "algorithms": here.policy.accepted_at(at)}
        if isinstance(lists, bytes):
            return here, FromBundle(bundle=lists, floor=here.trust.floor, **same)
        return here, FromStore(directory=self.trust, contents=lists, **same)

    def _bundle(self) -> bytes:
        return read_file(self.trust, what="the trust bundle", at_most=DEFAULT_LIMITS.bundle)

    def _policy(self) -> Policy:
        from certmark.verify import POLICIES

        named = next(policy for policy in POLICIES if policy.name == self.policy)
        return replace(named, sunsets=tuple(map(_sunset, self.sunsets)))

    def trust_snapshot(self, lists: bytes | Found | None = None, *, at: datetime) -> TrustSnapshot:
        """Read and verify the bundle, or the newest of a store.

        Args:
            lists: as of ``verifier``.
            at: as of ``verifier``.

        Raises:
            CommandError: as ``verifier``.
        """
        store = self._store(at=at)
        if store is not None:
            return self._newest_of(store, None if isinstance(lists, bytes) else lists)
        from certmark.verify import TrustSnapshot

        anchor, accepted = anchor_of(self.anchor), self._policy().accepted_at(at)
        data = lists if isinstance(lists, bytes) else self._bundle()

        def open_bundle(previous: TrustFloor | None) -> TrustSnapshot:
            with blaming(self.trust):
                return TrustSnapshot.open(data, anchor=anchor, previous=previous, algorithms=accepted)

        return open_bundle(None) if self.state is None else open_with_state(self.state, open_bundle)

    def _store(self, *, at: datetime) -> TrustStore | None:
        """Give the store that ``--trust`` names; None: it names a bundle."""
        if not Path(self.trust).is_dir():
            return None
        from certmark.fetch import TrustStore

        return TrustStore(self.trust, anchor=anchor_of(self.anchor), algorithms=self._policy().accepted_at(at))

    def _newest_of(self, store: TrustStore, contents: Found | None) -> TrustSnapshot:
        if self.state is not None:
            raise CommandError(ExitCode.USAGE, f"{self.trust}: a store remembers lists by itself: leave --state out")
        with _missing():
            opened = store.open(contents)
        if opened.problem is not None:
            complain(f"{self.trust}: {opened.problem}")
        return opened.snapshot

    def open_statuses(self, tokens: Sequence[bytes], trust: TrustSnapshot, *, at: datetime) -> StatusSnapshot:
        """Verify status lists, held to what a store or ``--state`` remembers; without any, those of the store count.

        Raises:
            CommandError: as ``verifier``.
        """
        store = self._store(at=at)
        if store is not None:
            return store.statuses(trust, tokens=tokens or None)
        from certmark.verify import StatusSnapshot

        accepted = self._policy().accepted_at(at)

        def open_lists(previous: StatusFloor | None) -> StatusSnapshot:
            return StatusSnapshot.open(tokens, trust, previous=previous, algorithms=accepted)

        return open_lists(None) if self.state is None else open_statuses_with_state(self.state, open_lists, at=at)

    def _status(self, trust: TrustSnapshot, *, at: datetime) -> StatusSnapshot:
        tokens = [read_file(path, what="a status list", at_most=DEFAULT_LIMITS.status_token) for path in self.status]
        snapshot = self.open_statuses(tokens, trust, at=at)
        for rejected in snapshot.rejected if self.status else ():
            complain(f"{self.status[rejected.position]}: does not count: {rejected.reason}")
        return snapshot


@contextmanager
def _missing() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        raise CommandError(ExitCode.NO_INPUT, str(error)) from error


def _sunset(option: str) -> Sunset:
    """Read the end of an algorithm.

    Raises:
        CommandError: not an algorithm and a time (64).
    """
    from certmark.cose.algorithms import SIGNING_ALGORITHMS, TRAITS
    from certmark.verify import Sunset

    name, named, end = option.partition("=")
    number = next((number for number in SIGNING_ALGORITHMS if TRAITS[number].name == name), None)
    if number is None or not named:
        known = ", ".join(TRAITS[each].name for each in SIGNING_ALGORITHMS)
        raise CommandError(ExitCode.USAGE, f"--sunset {option!r}: write ALG=TIME, with one of {known}")
    return Sunset(number, from_seconds(moment_of("--sunset", end)))


def anchor_of(option: str) -> bytes:
    """Give the pinned digest that ``--anchor`` states, or that of the file that it names.

    Raises:
        CommandError: the file is missing (66) or larger than a root (65).
    """
    if _DIGEST.fullmatch(option):
        return bytes.fromhex(option)
    what = "the root, or its SHA-256 in 64 hexadecimal digits"
    return sha256(read_file(option, what=what, at_most=DEFAULT_LIMITS.trust_list)).digest()


def read_schemes(paths: Sequence[str]) -> tuple[Scheme, ...] | None:
    """Read scheme files; EUCC is known beside them, unless one of them has its id.

    Args:
        paths: of scheme files.

    Returns:
        The schemes, or None when no file was given: the library then knows EUCC.

    Raises:
        CommandError: a file is missing (66) or cannot be used (65).
    """
    if not paths:
        return None
    from certmark.model.scheme import Scheme, eucc

    schemes: list[Scheme] = []
    for path in paths:
        data = read_file(path, what="a scheme file", at_most=DEFAULT_LIMITS.document)
        with blaming(path):
            scheme = Scheme.from_json(data)
        if any(known.id == scheme.id for known in schemes):
            raise CommandError(ExitCode.BAD_INPUT, f"{path}: the scheme {scheme.id} was given twice: leave one out")
        schemes.append(scheme)
    return (*schemes, *(scheme for scheme in (eucc(),) if all(scheme.id != known.id for known in schemes)))
