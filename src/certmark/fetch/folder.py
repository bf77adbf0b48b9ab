"""The files of a store: what stands where, read bounded and written so that a kill at any moment leaves a whole state.

Bundles are renamed before the memory that names them, status lists before the floor that they are held to: a kill in
between leaves a file that is newer than what is remembered, never one that is older. Who only reads takes no lock,
reads memory and floor first for the same reason, and looks again when the memory has changed meanwhile.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark import files
from certmark.errors import StatusError, StoreError, TrustError
from certmark.fetch.memory import LARGEST, MOST_URLS, Memory
from certmark.status import StatusFloor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from certmark.limits import Limits

_CURRENT: Final = "current.bundle"
_PREVIOUS: Final = "previous.bundle"
_MEMORY: Final = "memory"
_LOCK: Final = "lock"
_STATUSES: Final = "statuses"
_STATUS_FLOOR: Final = "status-floor"
_EVIDENCE: Final = "evidence"
_LOOKS: Final = 20
_MOST_CASES: Final = 4
_MOST_EVIDENCE: Final = 32_000_000


class Found(NamedTuple):
    """What stands in the folder, not verified.

    Attributes:
        current: bytes of the bundle in use, or None.
        previous: bytes of the one before, or None.
        memory: what is remembered; nothing when its file is missing or damaged.
        damage: what is wrong with the memory, or None.
    """

    current: bytes | None
    previous: bytes | None
    memory: Memory
    damage: str | None


class Folder(NamedTuple):
    """The folder of a store.

    Attributes:
        path: where; made when something is written for the first time.
        limits: bounds what is read.
    """

    path: Path
    limits: Limits

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes and threads from writing, and remove what killed ones left behind.

        Raises:
            StoreError: the folder cannot be made or written.
        """
        with ExitStack() as held:
            with _telling():
                files.make_folder(self.path)
                held.enter_context(files.exclusive(self.path / _LOCK))
            for written in (self.path, self.path / _STATUSES):
                files.remove_leftovers(written)
            yield

    def find(self) -> Found:
        """Read what is there.

        Raises:
            StoreError: something is there and cannot be read.
        """
        for _ in range(_LOOKS):
            remembered = self._read(self.path / _MEMORY, LARGEST)
            # a file that is too large is read up to one byte more, so that it is refused as a bundle
            current, previous = (self._read(self.path / name, self.limits.bundle) for name in (_CURRENT, _PREVIOUS))
            if self._read(self.path / _MEMORY, LARGEST) == remembered:
                break  # else somebody has written meanwhile: what was read may be of two moments
        memory, damage = Memory(), None
        if remembered is not None:
            try:
                memory = Memory.from_bytes(remembered)
            except TrustError as error:
                damage = str(error)
        return Found(current, previous, memory, damage)

    def keep(self, memory: Memory, *, current: bytes | None = None, previous: bytes | None = None) -> None:
        """Write the memory, and bundles where they are given.

        Raises:
            StoreError: it cannot be written; then what was there is there still.
        """
        named = {_PREVIOUS: previous, _CURRENT: current}
        self._write({self.path / name: data for name, data in named.items() if data is not None}, memory)

    def keep_statuses(self, memory: Memory, tokens: Mapping[str, bytes], floor: StatusFloor) -> None:
        """Write status list tokens by uri, the status floor, and the memory; see ``keep``."""
        written = {self._place(uri): data for uri, data in tokens.items()}
        self._write({**written, self.path / _STATUS_FLOOR: floor.to_bytes()}, memory)

    def status_floor(self) -> tuple[StatusFloor | None, str | None]:
        """Read the status floor, or say what is wrong with it; neither before the first status list. See ``find``."""
        data = self._read(self.path / _STATUS_FLOOR, self.limits.status_floor)
        try:
            return None if data is None else StatusFloor.from_bytes(data, limits=self.limits), None
        except StatusError as error:
            return None, str(error)

    def statuses(self, declared: Iterable[str]) -> list[bytes]:
        """Read all status list tokens; see ``find``.

        Args:
            declared: their uris, asked for when there are too many: those that nobody declares any more give way.
        """
        with _telling():
            there = set((self.path / _STATUSES).glob("*.cose"))
            if len(there) > MOST_URLS:
                there.intersection_update(map(self._place, declared))
            return [files.read(place, at_most=self.limits.status_token) for place in sorted(there)[:MOST_URLS]]

    def status(self, uri: str) -> bytes | None:
        """Read the status list token of a uri, or give None; see ``find``."""
        return self._read(self._place(uri), self.limits.status_token)

    def _place(self, uri: str) -> Path:
        return self.path / _STATUSES / f"{sha256(uri.encode()).hexdigest()[:32]}.cose"

    def _write(self, written: dict[Path, bytes], memory: Memory) -> None:
        with _telling():
            files.write({**written, self.path / _MEMORY: memory.to_bytes()}, mode=files.OWNER_ONLY)

    def keep_evidence(self, code: str, reason: str, *, known: bytes, found: bytes, what: str = "bundle") -> Path | None:
        """Keep two files that contradict each other, in a folder of their own.

        The first cases stay, few and of bounded size: who sends many cannot push them out, nor fill the disk.

        Returns:
            The folder, or None where there is no more room.
        """
        place = self.path / _EVIDENCE / f"{code}-{sha256(known + found).hexdigest()[:16]}"
        case = {f"known.{what}": known, f"found.{what}": found, "reason.txt": f"{reason}\n".encode()}
        with suppress(OSError):
            cases = list(place.parent.glob("*")) if place.parent.exists() else []
            if place in cases:
                files.remove_leftovers(place)
            elif not self._has_room(code, cases, sum(map(len, case.values()))):
                return None
            files.write({place / name: data for name, data in case.items()}, mode=files.OWNER_ONLY)
            return place
        return None

    def _has_room(self, code: str, cases: list[Path], size: int) -> bool:
        taken = sum(file.stat().st_size for case in cases for file in case.glob("*"))
        alike = sum(case.name.startswith(f"{code}-") for case in cases)
        return alike < _MOST_CASES and taken + size <= _MOST_EVIDENCE

    @staticmethod
    def _read(place: Path, at_most: int) -> bytes | None:
        with _telling():
            try:
                return files.read(place, at_most=at_most)
            except FileNotFoundError:
                return None


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        needed = "a store needs a folder of its own, and room on the disk"
        raise StoreError(f"{error.filename}: cannot be used ({files.reason_of(error)}): {needed}") from error
