"""Append-only: whatever an older version of a list said of the past, each newer version says as well.

Nothing that was listed is removed or rewritten; it is ended, and more is added (ETSI TS 119 612 §5.5, client rules of
TUF). Who publishes a list keeps all of these rules; a verifier that has two versions of a list holds the newer one to
those that protect what stood in the older one, and leaves it to the publisher when something new begins.
"""

from certmark.trust.append_only.lists import national_rules_broken, union_rules_broken
from certmark.trust.append_only.rules import (
    ONLY_FOR_PUBLISHERS,
    AppendOnlyRule,
    BrokenRule,
    in_short,
    require_append_only,
)

__all__ = [
    "ONLY_FOR_PUBLISHERS",
    "AppendOnlyRule",
    "BrokenRule",
    "in_short",
    "national_rules_broken",
    "require_append_only",
    "union_rules_broken",
]
