"""Every bound on what certmark reads, as one frozen value (specification, "Limits")."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep hostile input from costing memory or time.

    Attributes:
        text: longest accepted token text, in chars.
        token: largest COSE message of a certificate token after inflation, in bytes.
        depth: deepest nesting of CBOR arrays and maps.
        header: largest header of a root, trusted list or status list token, in bytes.
        root_steps: most successors of the pinned root that are followed.
        trust_list: largest root or trusted list, in bytes.
        bundle: largest trust bundle, in bytes.
        entries: most elements of any one array in a root or trusted list.
        signatures: most signatures on one root or trusted list.
        candidates: most keys that are tried for one key id.
        status_token: largest status list token, in bytes.
        status_list: largest inflated status list, in bytes (four entries of two bits each per byte).
        status_floor: largest status floor, in bytes.
        remembered: most bytes of withdrawals that a status floor holds of one entity (eight indices per byte).
        remembered_lists: most status lists that a status floor holds of one entity.
        document: largest JSON document (certificate or scheme), in bytes.
    """

    text: int = 20_000
    token: int = 8_192
    depth: int = 12
    header: int = 16_384
    root_steps: int = 63
    trust_list: int = 500_000
    bundle: int = 8_000_000
    entries: int = 5_000
    signatures: int = 32
    candidates: int = 8
    status_token: int = 1_000_000
    status_list: int = 4_000_000
    status_floor: int = 64_000_000
    remembered: int = 4_000_000
    remembered_lists: int = 32
    document: int = 1_000_000


DEFAULT_LIMITS = Limits()
"""The bounds of the specification; every public entry point takes others."""
