"""One certificate in the ways that are compared: certmark's, and two that people have scanned.

The other two are built here from their specifications, as lean as these allow:

- *HCERT-style*, as the EU Digital COVID Certificate: COSE_Sign1 of a CWT whose content has text keys, zlib, Base45.
- *SMART-Health-Card-style*: a JWS (ES256) of minified JSON, raw DEFLATE, each character as two digits.

All carry the same content: what ``certmark`` signs, with the words of the JSON document, the same id, issuer, dates,
status reference and time of signing, once each. Digests are bytes where the format has bytes. The signatures are of
the same size, and each code can be read back (``read_hcert_style``, ``read_health_card_style``).
"""

from __future__ import annotations

import base64
import json
import zlib
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import cbor2

from benchmarks.samples import ISSUER, SIGNER, STATUS, URL, approved_token, signed_at, token
from certmark.claims import validity_seconds
from certmark.cose.algorithms import Algorithm
from certmark.cwt.numericdate import to_seconds
from certmark.deflate import compress_raw
from certmark.transport import base10, base45, pack
from certmark.transport.capacity import Segment, bits_of, smallest_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.model import CybersecurityCertificate

HCERT_PREFIX = "HC1:"
HEALTH_CARD_PREFIX = "shc:/"

_ISS, _EXP, _NBF, _IAT = 1, 4, 5, 6
_HCERT = -260
_STATUS = 65_535
_ALG, _KID, _ES256 = 1, 4, -7


class Code(NamedTuple):
    """A signed certificate on its way into a QR symbol.

    Attributes:
        message: what is signed, with its signature, before compression, in bytes.
        compressed: the same after compression, in bytes.
        segments: the text, in the modes of the symbol that suit it best.
    """

    message: int
    compressed: int
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """What a scanner reads."""
        return "".join(segment.text for segment in self.segments)

    @property
    def version(self) -> int:
        """Version of the smallest symbol at error correction M."""
        return smallest_version(self.segments, "M")

    @property
    def modules(self) -> int:
        """Modules along one side of that symbol."""
        return 17 + 4 * self.version

    @property
    def symbol_bytes(self) -> int:
        """What the text takes of the symbol's data, in bytes."""
        return ceil(bits_of(self.segments, self.version) / 8)


def label_link(certificate: CybersecurityCertificate) -> Code:
    """Give certmark's own form, a link."""
    cose = token(certificate)
    return _link(cose, pack(cose))


def approved_link(certificate: CybersecurityCertificate) -> Code:
    """Give certmark's link of a certificate that the authority approved on the day before."""
    cose = approved_token(certificate)
    return _link(cose, pack(cose))


def bare(certificate: CybersecurityCertificate) -> Code:
    """Give certmark's other form, Base45 without a link."""
    cose = token(certificate)
    body = pack(cose)
    return Code(len(cose), len(body), (Segment("alphanumeric", "CM1:" + base45.encode(body)),))


def link_base64(certificate: CybersecurityCertificate) -> Code:
    """Give certmark's body as base64url in the link, which is how most would put bytes into one."""
    cose = token(certificate)
    body = pack(cose)
    return Code(len(cose), len(body), (Segment("byte", f"{URL}#{_base64url(body)}"),))


def link_without_dictionary(certificate: CybersecurityCertificate) -> Code:
    """Give certmark's link with DEFLATE alone."""
    cose = token(certificate)
    return _link(cose, min(cose, b"\x00" + compress_raw(cose), key=len))


def _link(cose: bytes, body: bytes) -> Code:
    return Code(len(cose), len(body), (Segment("byte", URL + "#"), Segment("numeric", base10.encode(body))))


def hcert_style(certificate: CybersecurityCertificate) -> Code:
    """Sign a certificate as an EU Digital COVID Certificate is signed."""
    first, last, iat = _times(certificate)
    content = _content(certificate)
    _convert_digests(content, bytes.fromhex)
    payload = cbor2.dumps(
        {
            _ISS: ISSUER,
            _EXP: last,
            _NBF: first,
            _IAT: iat,
            _STATUS: STATUS.to_claim(),
            _HCERT: {1: content},
        }
    )
    protected = cbor2.dumps({_ALG: _ES256, _KID: SIGNER.public_key.key_id})
    signature = SIGNER.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    message = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))
    compressed = zlib.compress(message, 9)
    text = HCERT_PREFIX + base45.encode(compressed)
    return Code(len(message), len(compressed), (Segment("alphanumeric", text),))


def read_hcert_style(text: str) -> dict[str, Any]:
    """Read what ``hcert_style`` wrote: iss, nbf, exp, iat, status and certificate.

    Raises:
        ValueError: the signature does not verify.
    """
    message = cbor2.loads(zlib.decompress(base45.decode(text.removeprefix(HCERT_PREFIX))))
    protected, _, payload, signature = message.value
    covered = cbor2.dumps(["Signature1", protected, b"", payload])
    if not SIGNER.public_key.verifies(signature, covered, algorithm=Algorithm.ESP256):
        raise ValueError("the signature does not verify")
    claims = cbor2.loads(payload)
    content = claims[_HCERT][1]
    _convert_digests(content, bytes.hex)
    names = {"iss": _ISS, "nbf": _NBF, "exp": _EXP, "iat": _IAT, "status": _STATUS}
    return {name: claims[key] for name, key in names.items()} | {"certificate": content}


def health_card_style(certificate: CybersecurityCertificate) -> Code:
    """Sign a certificate as a SMART Health Card is signed."""
    first, last, iat = _times(certificate)
    header = {"alg": "ES256", "zip": "DEF", "kid": _base64url(SIGNER.public_key.thumbprint)}
    claims = {
        "iss": ISSUER,
        "nbf": first,
        "exp": last,
        "iat": iat,
        "status": STATUS.to_claim(),
        "certificate": _content(certificate),
    }
    protected, payload = _minified(header), _minified(claims)
    compressed = compress_raw(payload)
    covered = f"{_base64url(protected)}.{_base64url(compressed)}"
    signature = SIGNER.sign(covered.encode())
    digits = "".join(f"{ord(character) - 45:02}" for character in f"{covered}.{_base64url(signature)}")
    around = len(protected) + len(signature)
    segments = (Segment("byte", HEALTH_CARD_PREFIX), Segment("numeric", digits))
    return Code(len(payload) + around, len(compressed) + around, segments)


def read_health_card_style(text: str) -> dict[str, Any]:
    """Read what ``health_card_style`` wrote: iss, nbf, exp, iat, status and certificate.

    Raises:
        ValueError: the signature does not verify.
    """
    digits = text.removeprefix(HEALTH_CARD_PREFIX)
    jws = "".join(chr(int(digits[at : at + 2]) + 45) for at in range(0, len(digits), 2))
    covered, _, signature = jws.rpartition(".")
    if not SIGNER.public_key.verifies(_bytes_of(signature), covered.encode(), algorithm=Algorithm.ESP256):
        raise ValueError("the signature does not verify")
    claims: dict[str, Any] = json.loads(zlib.decompress(_bytes_of(covered.partition(".")[2]), -15))
    return claims


def _content(certificate: CybersecurityCertificate) -> dict[str, Any]:
    """Give the JSON document that is signed, less its defaults, and less the days that nbf and exp say."""
    content = certificate.as_signed().model_dump(mode="json", exclude_defaults=True)
    return {name: value for name, value in content.items() if name not in {"document_type", "issued", "valid_until"}}


def _convert_digests(content: dict[str, Any], convert: Callable[[Any], object]) -> None:
    for document in content.get("documents", []):
        if "sha256" in document:
            document["sha256"] = convert(document["sha256"])


def _times(certificate: CybersecurityCertificate) -> tuple[int, int, int]:
    return (*validity_seconds(certificate.issued, certificate.valid_until), to_seconds(signed_at(certificate)))


def _minified(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
