"""Test data of the EU Digital COVID Certificate: what a file holds, and what each of its flags asks.

A DCC goes through the layers that certmark has too: prefix, Base45, zlib, COSE_Sign1, CWT. The flags are those of the
README of eu-digital-green-certificates/dgc-testdata. Base45, inflation, Sig_structure and (for P-256) the signature
check are certmark's; the rest is the lenient reader.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import zxingcpp
from cryptography.x509 import load_der_x509_certificate
from PIL import Image, UnidentifiedImageError

from certmark import cbor
from certmark.cwt.registered import Claim
from certmark.deflate import inflate_zlib
from certmark.errors import DecodeError
from certmark.transport import base45
from tests.conformance import lenient

if TYPE_CHECKING:
    from pathlib import Path

PREFIX: Final = "HC1:"
HCERT: Final = -260
MOST_BYTES: Final = 8_192


class StoppedError(Exception):
    """The way from the text to a verified certificate ends early; the message is the stage."""


class DccFile(NamedTuple):
    """One file of test data.

    Attributes:
        name: of the file, without suffix.
        content: its JSON.
    """

    name: str
    content: Mapping[str, Any]

    def __contains__(self, field: object) -> bool:
        return field in self.content

    def text(self, field: str) -> str:
        text: str = self.content[field]
        return text

    def data(self, field: str) -> bytes:
        return bytes.fromhex(self.content[field])

    @property
    def flags(self) -> Mapping[str, bool]:
        flags: Mapping[str, bool] = self.content["EXPECTEDRESULTS"]
        return flags

    @property
    def is_meant_to_fail(self) -> bool:
        return str(self.content["TESTCTX"]["DESCRIPTION"]).startswith("INVALID")

    @property
    def picture(self) -> bytes | None:
        encoded = self.content.get("2DCODE", self.content.get("_2DCODE"))
        return None if encoded is None else b64decode(encoded)

    @property
    def certificate(self) -> bytes:
        return b64decode(self.content["TESTCTX"]["CERTIFICATE"])

    @property
    def public_key(self) -> object:
        return load_der_x509_certificate(self.certificate).public_key()

    @property
    def clock(self) -> float:
        clock = datetime.fromisoformat(self.content["TESTCTX"]["VALIDATIONCLOCK"])
        return (clock if clock.tzinfo else clock.replace(tzinfo=UTC)).timestamp()


def read_files(folder: Path) -> tuple[DccFile, ...]:
    return tuple(DccFile(path.stem, json.loads(path.read_bytes())) for path in sorted(folder.glob("*.json")))


# --- layers ----------------------------------------------------------------------------------------------------------


def inflated(data: bytes) -> bytes:
    return inflate_zlib(data, max_size=MOST_BYTES)


def claims_in(signed: lenient.SignedMessage) -> Mapping[Any, Any]:
    claims = lenient.decode(signed.payload)
    if not isinstance(claims, Mapping):
        raise lenient.UnreadableError("the payload is no claims set")
    return claims


def certificate_in(value: Any) -> Any:
    """Take the certificate out of a claims set; some files give the whole of it where the certificate is asked for."""
    return value[HCERT][1] if isinstance(value, Mapping) and HCERT in value else value


def message_of(file: DccFile) -> bytes:
    return file.data("COSE") if "COSE" in file else inflated(base45.decode(file.text("BASE45")))


def is_named_by(signed: lenient.SignedMessage, certificate: bytes) -> bool:
    """Tell whether kid is the one of the X.509 certificate: the head of its SHA-256 (the protected one counts)."""
    return signed.headers.get(lenient.KID) == sha256(certificate).digest()[:8]


def walk(file: DccFile) -> lenient.SignedMessage:
    """Go all the way from the text to a right signature.

    Raises:
        StoppedError: naming the first stage that refuses.
    """
    stage = "prefix"
    try:
        if not file.text("PREFIX").startswith(PREFIX):
            raise StoppedError(stage)
        stage = "base45"
        compressed = base45.decode(file.text("PREFIX").removeprefix(PREFIX))
        stage = "zlib"
        message = inflated(compressed)
        stage = "cose"
        signed = lenient.read_sign1(message)
        stage = "cwt"
        claims_in(signed)
    except (DecodeError, lenient.UnreadableError) as error:
        raise StoppedError(stage) from error
    if not is_named_by(signed, file.certificate):
        raise StoppedError("kid")
    if not signed.is_signed_by(file.public_key):
        raise StoppedError("signature")
    return signed


# --- flags -----------------------------------------------------------------------------------------------------------


def picture_is_read(file: DccFile) -> bool | None:
    if file.picture is None:
        return None
    try:
        with Image.open(BytesIO(file.picture)) as image:
            symbols = zxingcpp.read_barcodes(image)
    except UnidentifiedImageError:
        return False
    return [symbol.text for symbol in symbols] == [file.text("PREFIX")]


def prefix_comes_off(file: DccFile) -> bool:
    return file.text("PREFIX") == PREFIX + file.text("BASE45")


def base45_decodes(file: DccFile) -> bool:
    compressed = base45.decode(file.text("BASE45"))
    return compressed == file.data("COMPRESSED") if "COMPRESSED" in file else inflated(compressed) == file.data("COSE")


def data_inflates(file: DccFile) -> bool:
    compressed = file.data("COMPRESSED") if "COMPRESSED" in file else base45.decode(file.text("BASE45"))
    return inflated(compressed) == file.data("COSE")


def signature_verifies(file: DccFile) -> bool:
    signed = lenient.read_sign1(message_of(file))
    claims_in(signed)
    return is_named_by(signed, file.certificate) and signed.is_signed_by(file.public_key)


def cbor_decodes(file: DccFile) -> bool:
    certificate = certificate_in(lenient.decode(file.data("CBOR")))
    signed_one = certificate_in(claims_in(lenient.read_sign1(message_of(file))))
    return bool(certificate == signed_one == file.content["JSON"])


def cbor_encodes(file: DccFile) -> bool:
    # Map order is free there, so both sides go through one encoder.
    encoded = cbor.encode(file.content["JSON"])
    return encoded == cbor.encode(certificate_in(lenient.decode(file.data("CBOR"))))


def text_leads_to_json(file: DccFile) -> bool:
    message = inflated(base45.decode(file.text("PREFIX").removeprefix(PREFIX)))
    return bool(certificate_in(claims_in(lenient.read_sign1(message))) == file.content["JSON"])


def clock_is_within(file: DccFile) -> bool:
    claims = claims_in(lenient.read_sign1(message_of(file)))
    return bool(claims[Claim.IAT] <= file.clock < claims[Claim.EXP])


CHECKS: Final[Mapping[str, Callable[[DccFile], bool | None]]] = {
    "EXPECTEDPICTUREDECODE": picture_is_read,
    "EXPECTEDUNPREFIX": prefix_comes_off,
    "EXPECTEDB45DECODE": base45_decodes,
    "EXPECTEDCOMPRESSION": data_inflates,
    "EXPECTEDVERIFY": signature_verifies,
    "EXPECTEDDECODE": cbor_decodes,
    "EXPECTEDENCODE": cbor_encodes,
    "EXPECTEDVALIDJSON": text_leads_to_json,
    "EXPECTEDEXPIRATIONCHECK": clock_is_within,
}
"""Flag -> whether the file passes; None where it lacks what the flag is about."""


def outcome(flag: str, file: DccFile) -> bool | None:
    try:
        return CHECKS[flag](file)
    except (DecodeError, lenient.UnreadableError):
        return False
