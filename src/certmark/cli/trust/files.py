"""Files of one kind or the other: a root or list, a draft of one, or a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from certmark.cli.reading import blaming, read_file
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from pathlib import Path

    from certmark.trust import TrustBundle
    from certmark.trust.publish.drafts import Version

_COSE_SIGN: Final = b"\xd8\x62"
"""Tag 98, with which roots, lists and drafts begin."""


def read_list_or_bundle(path: Path) -> Version | TrustBundle:
    """Read a root, a list, a draft or a bundle; nothing is verified.

    Raises:
        CommandError: missing (66), or none of them (65).
    """
    from certmark.trust import TrustBundle
    from certmark.trust.publish.drafts import read_version

    data = read_file(str(path), what="a root, a list or a bundle", at_most=DEFAULT_LIMITS.bundle)
    with blaming(str(path)):
        return read_version(data) if data.startswith(_COSE_SIGN) else TrustBundle.from_bytes(data)
