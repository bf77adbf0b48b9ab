"""Profiles: what the COSE layer accepts beyond its one strict form, as a value handed to it."""

from __future__ import annotations

from dataclasses import dataclass

from certmark.cose.algorithms import SIGNING_ALGORITHMS, Algorithm


@dataclass(frozen=True, slots=True)
class Profile:
    """How liberal a reader of COSE_Sign1 is.

    Attributes:
        name: for messages.
        deterministic: whether everything is deterministic CBOR in exactly the strict form; else maps may come in any
            order, heads in any size, header parameters beyond the known ones, and the key id unprotected.
        iat_in_header: whether iat stands in the CWT Claims header and nowhere else; otherwise in the payload.
        algorithms: what a policy may at most allow.
    """

    name: str
    deterministic: bool
    iat_in_header: bool
    algorithms: frozenset[int]


CERTMARK_1 = Profile(
    name="certmark-1",
    deterministic=True,
    iat_in_header=True,
    algorithms=frozenset(SIGNING_ALGORITHMS),
)
"""Certificates, roots and trusted lists: exactly the form of the specification."""

STATUS_TOKEN = Profile(
    name="status-token",
    deterministic=False,
    iat_in_header=False,
    algorithms=frozenset({*SIGNING_ALGORITHMS, Algorithm.ES256, Algorithm.ES384}),
)
"""Status list tokens, which third parties write (Token Status List, draft 21)."""
