"""Keep the trusted lists of an application newest: ``TrustStore``, a folder that is imported into and refreshed."""

from certmark.fetch.answer import Timeouts
from certmark.fetch.outcome import (
    Opened,
    Outcome,
    Refused,
    StatusOutcome,
    StatusResult,
    Unchanged,
    Unreachable,
    Updated,
)
from certmark.fetch.store import TrustStore

__all__ = [
    "Opened",
    "Outcome",
    "Refused",
    "StatusOutcome",
    "StatusResult",
    "Timeouts",
    "TrustStore",
    "Unchanged",
    "Unreachable",
    "Updated",
]
