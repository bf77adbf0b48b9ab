"""Two versions of a root, list or bundle, compared for those who decide whether to sign the newer one.

What changed, for whom, and what follows from it, as frozen values; no difference is passed over.
"""

from certmark.trust.publish.differences.values import Change, Consequence, Difference, Whom
from certmark.trust.publish.differences.versions import BrokenLink, Comparison, LinkRule, compare, compare_bundles

__all__ = [
    "BrokenLink",
    "Change",
    "Comparison",
    "Consequence",
    "Difference",
    "LinkRule",
    "Whom",
    "compare",
    "compare_bundles",
]
