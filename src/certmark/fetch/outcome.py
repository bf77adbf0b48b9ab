"""What became of an import or a refresh, and what a store holds, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from certmark.trust import TrustSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a store holds, verified anew.

    Attributes:
        snapshot: the lists. How old they are stands in them (``snapshot.union.head.issued_at``), and every report says
            so; whether they are too old is judged there, too.
        problem: why this is not the newest state that the store had, for people, or None when it is.
        checked_at: when a server last said that these are the newest lists, by url; of status lists too.
        next_try: when a refresh is due, by url; after a failure nothing is asked before. Of status lists too.
    """

    snapshot: TrustSnapshot
    problem: str | None
    checked_at: Mapping[str, datetime]
    next_try: Mapping[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """Newer lists are in the store.

    Attributes:
        snapshot: the lists. ``snapshot.problems`` names the territories that they leave unknown.
        evidence: a folder with both bundles, where the signers of a national list contradict what they said before.
        next_try: when to refresh again; None after an import.
    """

    snapshot: TrustSnapshot
    evidence: Path | None = None
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """There is nothing newer.

    Attributes:
        snapshot: the lists, as before.
        next_try: when to refresh again; None after an import.
    """

    snapshot: TrustSnapshot
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What came is not believed; the store is as it was.

    Attributes:
        reason: for people.
        code: ``CertmarkError.code`` of what is wrong (``trust_rollback``, ``trust_equivocation`` ...).
        evidence: a folder with what was known and what was found, where these contradict each other; it is kept for
            who signs the lists, and for their supervisor.
        next_try: when to refresh again; None after an import.
    """

    reason: str
    code: str
    evidence: Path | None = None
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """Nothing came, or nothing was asked since it is too early; the store is as it was.

    Attributes:
        reason: for people.
        next_try: nothing is asked before.
    """

    reason: str
    next_try: datetime


class StatusResult(StrEnum):
    """What may become of one status list."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusOutcome:
    """What became of one status list.

    Attributes:
        result: in a word.
        reason: why it is refused or unreachable, for people; None otherwise.
        next_try: when to refresh again.
        evidence: a folder with the list that was known and the one that came, where both are of one instant and differ.
    """

    result: StatusResult
    reason: str | None
    next_try: datetime
    evidence: Path | None = None


Outcome: TypeAlias = Updated | Unchanged | Refused | Unreachable
