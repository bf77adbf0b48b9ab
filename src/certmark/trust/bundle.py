"""The bundle: one file with the exact bytes of roots, union list and national lists.

It is not signed; each of its parts is, and is verified whenever the bundle is opened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from certmark import cbor
from certmark.errors import CborError, TrustError
from certmark.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAGIC = "certmark-trust-bundle"
_VERSION = 1
_MAX_ROOTS = 64
_TERRITORY = re.compile("[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class TrustBundle:
    """The bytes of everything that a trust snapshot is made of, not verified.

    Attributes:
        roots: from the oldest to the newest.
        union: the union list.
        national: national lists by territory.
    """

    roots: tuple[bytes, ...]
    union: bytes
    national: Mapping[str, bytes] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Write the file (specification, trust.cddl ``trust-bundle``)."""
        return cbor.encode(
            {1: _MAGIC, 2: _VERSION, 3: list(self.roots), 4: self.union, 5: dict(self.national)},
        )

    @classmethod
    def from_bytes(cls, data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> TrustBundle:
        """Read the file. Nothing is verified here: that is for ``TrustSnapshot.open``.

        Args:
            data: the whole file.
            limits: bounds its size.

        Raises:
            TrustError: not a bundle, one of a later version, or a damaged one.
        """
        if len(data) > limits.bundle:
            raise TrustError(f"the trust bundle has {len(data)} bytes, more than {limits.bundle}")
        try:
            members = cbor.decode(data, depth=limits.depth)
        except CborError as error:
            raise TrustError(f"not a trust bundle: {error}") from error
        match members:
            case {1: str(magic), 2: int(version), **_others} if (
                magic == _MAGIC and type(version) is int and version != _VERSION
            ):
                raise TrustError(f"a trust bundle of version {version}: update certmark to read it")
            case {1: str(magic), 2: int(version), 3: list(roots), 4: bytes(union), 5: dict(national), **others} if (
                magic == _MAGIC
                and type(version) is int
                and not others
                and 1 <= len(roots) <= _MAX_ROOTS
                and all(type(root) is bytes for root in roots)
                and all(type(part) is bytes for part in national.values())
                and all(type(name) is str and _TERRITORY.fullmatch(name) for name in national)
            ):
                return cls(tuple(roots), union, national)  # type: ignore[arg-type]
        raise TrustError("not a trust bundle: expected the file that 'certmark trust bundle' writes")
