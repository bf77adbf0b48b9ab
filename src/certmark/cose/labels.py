"""The numbers of COSE that certmark uses (IANA registries "COSE Header Parameters", "COSE Key" and others)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Header(IntEnum):
    """Header parameters."""

    ALG = 1
    """RFC 9052 §3.1."""
    CRIT = 2
    """RFC 9052 §3.1."""
    KID = 4
    """RFC 9052 §3.1."""
    CWT_CLAIMS = 15
    """RFC 9597."""
    TYP = 16
    """RFC 9596."""
    X5T = 34
    """RFC 9360 §2."""


class KeyParameter(IntEnum):
    """COSE_Key parameters (RFC 9052 §7.1; RFC 9053 §7; RFC 9964 §3)."""

    KTY = 1
    KID = 2
    ALG = 3
    CRV = -1
    X = -2
    Y = -3
    PUB = -1
    """Public key of an AKP key: the label means CRV for other key types."""


class KeyType(IntEnum):
    """COSE key types."""

    OKP = 1
    EC2 = 2
    AKP = 7
    """Algorithm key pair (RFC 9964): the algorithm is part of the key."""


class Curve(IntEnum):
    """COSE elliptic curves."""

    P256 = 1
    P384 = 2
    ED25519 = 6


SHA_256: Final = -16
"""Hash algorithm SHA-256 (RFC 9054), as it stands in x5t."""

SIGN1_TAG: Final = 18
SIGN_TAG: Final = 98

KEY_ID_SIZE: Final = 8
"""Bytes of a certmark key id: the head of the SHA-256 COSE Key Thumbprint (RFC 9679)."""

DIGEST_SIZE: Final = 32
"""Bytes of a SHA-256 digest."""

LARGEST_CERTIFICATE: Final = 8_192
"""Bytes of the DER of one certificate: those with ML-DSA-65 keys and signatures take about 6 000."""

LONGEST_PATH: Final = 4
"""Certificates that stand together: that of the key first, each issued by the next one."""
