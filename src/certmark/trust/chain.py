"""From the pinned root to the newest one: each root names its successor's signers (TUF §5.3)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from certmark.errors import AnchorError
from certmark.trust.documents import open_root, open_successor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certmark.limits import Limits
    from certmark.trust.lists import Root

_DIGEST_SIZE = 32


def follow_roots(
    roots: Sequence[bytes], anchor: bytes | str, *, limits: Limits, algorithms: frozenset[int]
) -> tuple[Root, ...]:
    """Verify the roots from the pinned one on; older ones are passed over.

    A root that has ended is followed all the same, so that a device that slept for years can catch up: only the end of
    the newest one counts, where freshness is judged.

    Args:
        roots: from the oldest to the newest.
        anchor: SHA-256 of the pinned root's file, as 32 bytes or 64 hexadecimal digits.
        limits: bounds sizes and the number of steps.
        algorithms: whose signatures count on successors; the pinned root is believed for its digest.

    Returns:
        The pinned root, then each of its successors.

    Raises:
        AnchorError: the pinned root is not among them, or does not lead to the newest one.
        TrustError: one of them cannot be used.
    """
    pinned = anchor_digest(anchor)
    start = next((place for place, data in enumerate(roots) if sha256(data).digest() == pinned), None)
    if start is None:
        raise AnchorError("no root in the bundle is the pinned one: check that the anchor belongs to this bundle")
    successors = roots[start + 1 :]
    if len(successors) > limits.root_steps:
        raise AnchorError(f"more than {limits.root_steps} roots follow the pinned one: pin a newer one")
    walked = [open_root(roots[start], limits=limits)]
    for data in successors:
        walked.append(open_successor(data, walked[-1], limits=limits, algorithms=algorithms))
    return tuple(walked)


def anchor_digest(anchor: bytes | str) -> bytes:
    """Give the 32 bytes of an anchor.

    Raises:
        AnchorError: not a SHA-256.
    """
    try:
        digest = bytes.fromhex(anchor) if isinstance(anchor, str) else anchor
    except ValueError:
        digest = b""
    if len(digest) != _DIGEST_SIZE:
        raise AnchorError("the anchor must be the SHA-256 of a root file: 32 bytes, or 64 hexadecimal digits")
    return digest
