"""What a store remembers beside its bundles: the floor, which bundles it accepted, and what it learnt from servers.

One file, so that it is always of one moment. It is private like the floor: who can write it can lower it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from certmark import cbor
from certmark.cose.framing import refuse_compound_keys
from certmark.cwt.numericdate import from_seconds
from certmark.errors import CborError, TrustError
from certmark.fetch import waiting
from certmark.fetch.answer import Version
from certmark.fetch.outcome import Unreachable
from certmark.trust import TrustFloor
from certmark.trust.shape import ANY_MAP, DIGEST, TIME, Field, Kind, UnfitError, number, optional, record, text

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST: Final = 1_000_000
LONGEST_URL: Final = 2_000
LONGEST_ETAG: Final = 200
MOST_URLS: Final = 512
_MOST_FAILURES: Final = 100
_MAGIC: Final = "certmark-trust-store"
_VERSION: Final = 1
_DEPTH: Final = 4


class Learnt(NamedTuple):
    """What refreshing from one url has taught.

    Attributes:
        next_try: when to ask again, in seconds.
        failures: how many in a row; while there are any, nothing is asked before ``next_try``.
        checked_at: when the last one went well, in seconds, or None.
        etag: what the server calls the version that it gave, or None.
        location: where it came from in the end, after redirects; None like ``etag``.
        digest: SHA-256 of the file that the store made of it; None like ``etag``.
    """

    next_try: int
    failures: int = 0
    checked_at: int | None = None
    etag: str | None = None
    location: str | None = None
    digest: bytes | None = None

    def too_early(self, at: int) -> Unreachable | None:
        """Say that nothing is to be asked yet, if that is so at a time in seconds."""
        if not waiting.must_wait(self.next_try, self.failures, at):
            return None
        reason = f"{self.failures} tries in a row have failed: it is too early for another one"
        return Unreachable(reason=reason, next_try=from_seconds(self.next_try))

    def version(self, digest: bytes | None) -> Version | None:
        """Give what the server calls the file with a digest, if that came from there."""
        if self.etag is None or self.location is None or digest is None or self.digest != digest:
            return None
        return Version(self.etag, self.location)

    def succeeded(self, at: int, version: Version | None, digest: bytes | None) -> Learnt:
        """Learn that the server was heard at a time in seconds, and what it calls the file with a digest."""
        etag, location = version or (None, None)
        known = None if version is None else digest
        return Learnt(waiting.after_success(at), 0, at, etag, location, known)

    def failed(self, at: int, retry_after: str | None) -> Learnt:
        """Learn that it failed at a time in seconds, and what the server said about when to come again."""
        failures = min(self.failures + 1, _MOST_FAILURES)
        return self._replace(next_try=waiting.after_failure(at, failures, retry_after=retry_after), failures=failures)


class Memory(NamedTuple):
    """What a store remembers.

    Attributes:
        floor: of everything that it ever accepted.
        current: SHA-256 of the bundle in use, or None before the first one.
        previous: SHA-256 of the one before, or None.
        learnt: by url.
    """

    floor: TrustFloor | None = None
    current: bytes | None = None
    previous: bytes | None = None
    learnt: Mapping[str, Learnt] = {}

    def to_bytes(self) -> bytes:
        """Write it, no larger than what is read: of too much, what urls that are due first taught is left out."""
        learnt = sorted(self.learnt.items(), key=_due)
        while len(data := _encoded(self._replace(learnt=dict(learnt)))) > LARGEST and learnt:
            learnt = learnt[len(learnt) // 8 + 1 :]
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Memory:
        """Read what ``to_bytes`` wrote.

        Raises:
            TrustError: anything else, or a later version.
        """
        try:
            refuse_compound_keys(data, depth=_DEPTH)
            value = cbor.decode(data, depth=_DEPTH)
        except CborError as error:
            raise TrustError(f"not the memory of a store: {error}") from error
        if type(value) is not dict or (value.pop(1, None), value.pop(2, None)) != (_MAGIC, _VERSION):
            raise TrustError("not the memory of a store, or of a later version")
        memory: Memory = _MEMORY.read(value, "the memory of the store: it")
        return memory

    def knowing(self, news: Mapping[str, Learnt]) -> Memory:
        """Remember what urls have taught; of too many, those that are due first are forgotten."""
        others = sorted(((url, each) for url, each in self.learnt.items() if url not in news), key=_due)
        return self._replace(learnt=dict([*others, *news.items()][-MOST_URLS:]))


def _encoded(memory: Memory) -> bytes:
    members: Any = _MEMORY.write(memory)
    return cbor.encode({1: _MAGIC, 2: _VERSION, **members})


def _due(known: tuple[str, Learnt]) -> int:
    return known[1].next_try


def _floor(value: object) -> TrustFloor:
    if type(value) is not bytes:
        raise UnfitError("must be bytes")
    try:
        return TrustFloor.from_bytes(value)
    except TrustError as error:
        raise UnfitError(str(error)) from error


_URL: Final = text(LONGEST_URL)
_LEARNT: Final = record(
    Learnt,
    Field(1, "next_try", TIME),
    optional(2, "failures", number(0, _MOST_FAILURES), absent=0),
    optional(3, "checked_at", TIME),
    optional(4, "etag", text(LONGEST_ETAG)),
    optional(5, "location", _URL),
    optional(6, "digest", DIGEST),
)
_BY_URL: Final = Kind(
    lambda value: {_URL.parse(url): _LEARNT.parse(learnt) for url, learnt in ANY_MAP.parse(value).items()},
    lambda value: {url: _LEARNT.write(learnt) for url, learnt in value.items()},
)
_MEMORY: Final = record(
    Memory,
    optional(3, "floor", Kind(_floor, TrustFloor.to_bytes)),
    optional(4, "current", DIGEST),
    optional(5, "previous", DIGEST),
    optional(6, "learnt", _BY_URL, absent={}),
)
