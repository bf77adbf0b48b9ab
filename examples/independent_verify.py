#!/usr/bin/env python3
"""A second reader of certmark tokens, written from docs/spec alone; it shares no code with the library.

The sections stand in the order in which a token is read, and are named after the parts of the specification. The rules
of a scheme are no part of it: EUCC counts as known, and of its rules only those that the specification itself states
are applied. Exit codes: 0 PASSED, 1 FAILED, 2 INDETERMINATE, 64 when the call cannot be used, 65 when the trust bundle
cannot, 69 when something is asked that this reader does not do: judging by a scheme file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
import unicodedata
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Cbor = Any  # a decoded value; a rule says what it has to be
    Map = dict[Any, Any]
    Rule = Callable[[Cbor], None]  # raises FormatError
    Keys = dict[int, Rule] | dict[str, Rule]

DAY = 86_400


class FormatError(Exception):
    """An artefact breaks a rule of the specification."""


class NewerFormatError(Exception):
    """The artefact was made by a newer certmark."""


class UnusableBundleError(Exception):
    """The bundle cannot be trusted: root or union list failed, or there is no usable national list."""


def require(truth: object, rule: str) -> None:
    """Refuse the artefact unless the rule holds."""
    if not truth:
        raise FormatError(rule)


# --- token-text.md ---------------------------------------------------------------------------------------------------

DICTIONARY_SHA_256 = "d2e1581f7d3a9908139902ccf1326c06ab4bac2717662751264a36adda519049"
DICTIONARY = Path(__file__).parents[1] / "src" / "certmark" / "transport" / "dictionary-1.bin"
LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
PCHAR = r"(?:[A-Za-z0-9\-._~:@!$&'()*+,;=]|%[0-9A-Fa-f]{2})"
LINK = re.compile(rf"https://{LABEL}(?:\.{LABEL}){{0,9}}/(?:{PCHAR}|/)*(?:\?(?:{PCHAR}|[/?])*)?#([0-9]+)")
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def message_of(text: str, dictionary: bytes) -> bytes:
    """Read a link or a bare code: the bytes of the COSE message, and of the approval behind it if there is one."""
    line = text.removesuffix("\n")
    line = line.removesuffix("\r") if line != text else line
    require(len(line) <= 20_000, "the text is too long")
    if re.match("CM([2-9]|[1-9][0-9]+):", line):
        raise NewerFormatError("a prefix of a newer certmark")
    link = LINK.fullmatch(line)
    require(link or line.startswith("CM1:"), "neither a link with digits nor a bare code")
    body = from_digits(link[1]) if link else from_base45(line.removeprefix("CM1:"))
    if body[0] not in (0x01, 0x11, 0xD2):
        raise NewerFormatError("a marker of a newer certmark")
    data = body if body[0] == 0xD2 else inflate(body[1:], most=8_192, window=-15, dictionary=dictionary)
    is_approved = split(data)[1] != b""
    require(is_approved == (body[0] == 0x11), "an approval follows under marker 11, and under no other")
    return data


def digits_for(size: int) -> int:
    """Say how many digits a block of so many bytes has."""
    return len(str((1 << 8 * size) - 1))


def from_digits(digits: str) -> bytes:
    """Read blocks of 171 digits as 71 bytes each, and the rest by the table."""
    size_of = {digits_for(size): size for size in range(1, 72)}
    body = b""
    for start in range(0, len(digits), 171):
        block = digits[start : start + 171]
        size = size_of.get(len(block), 0)
        require(size and int(block) < 1 << 8 * size, "digits that no bytes give")
        body += int(block).to_bytes(size, "big")
    return body


def from_base45(text: str) -> bytes:
    """Read RFC 9285: three characters are two bytes, the last two may be one byte."""
    require(text and all(char in BASE45 for char in text) and not text.endswith(" "), "not Base45")
    body = b""
    for start in range(0, len(text), 3):
        places = [BASE45.index(char) for char in text[start : start + 3]]
        number = sum(place * 45**power for power, place in enumerate(places))
        size = len(places) - 1
        require(size and number < 1 << 8 * size, "Base45 that no bytes give")
        body += number.to_bytes(size, "big")
    return body


def inflate(data: bytes, *, most: int, window: int, dictionary: bytes = b"") -> bytes:
    """Inflate exactly one whole stream to at most so many bytes."""
    stream = zlib.decompressobj(window, zdict=dictionary)
    try:
        inflated = stream.decompress(data, most + 1)
    except zlib.error as error:
        raise FormatError(f"compressed data: {error}") from error
    require(stream.eof and not stream.unused_data and len(inflated) <= most, "not one whole compressed stream")
    return inflated


def split(data: bytes) -> tuple[bytes, bytes]:
    """Split a certificate token from what stands behind it; what is no whole token is left for its reader to refuse."""
    end = 2  # tag, array of four
    for part in ("protected", "unprotected", "payload", "signature"):
        code = (data[end : end + 1] or b"\xff")[0] & 31
        size = {24: 1, 25: 2}.get(code, 0)
        end += 1 + size
        if part != "unprotected":
            end += int.from_bytes(data[end - size : end], "big") if size else code
        elif data[end - 1 : end] != b"\xa0":
            return data, b""
    return data[:end], data[end:]


# --- README.md, "Encoding" -------------------------------------------------------------------------------------------


def head(major: int, argument: int) -> bytes:
    """Write the shortest head of an item."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes([major << 5 | code]) + argument.to_bytes(size, "big")
    raise FormatError("integers have at most 64 bits")


def encode(value: Cbor) -> bytes:
    """Write deterministic CBOR, map keys in bytewise order; refuse what certmark-1 does not use."""
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return head(0, value) if value >= 0 else head(1, -1 - value)
        case bytes():
            return head(2, len(value)) + value
        case str():
            return head(3, len(value.encode())) + value.encode()
        case list():
            return head(4, len(value)) + b"".join(map(encode, value))
        case dict():
            require(all(type(key) in (int, str) for key in value), "map keys are integers or texts")
            members = sorted((encode(key), encode(member)) for key, member in value.items())
            return head(5, len(value)) + b"".join(key + member for key, member in members)
    raise FormatError(f"{type(value).__name__} has no place in certmark-1")


def refuse_tag(*_: object) -> NoReturn:
    """Refuse a tag inside an artefact: the outermost one is the only one."""
    raise FormatError("a tag inside")


def decode_liberal(data: bytes) -> Cbor:
    """Read one item with keys in any order and heads of any size, as status list tokens may have them."""
    stream = BytesIO(data)
    try:
        value = cbor2.CBORDecoder(
            stream,
            semantic_decoders=dict.fromkeys((*range(300), 55799), refuse_tag),
            tag_hook=refuse_tag,
            max_depth=12,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        ).decode()
    except cbor2.CBORDecodeError as error:
        raise FormatError(f"CBOR: {error}") from error
    require(not stream.read(), "bytes after the item")
    encode(value)
    return value


def decode(data: Cbor) -> Cbor:
    """Read deterministic CBOR: written again, it gives the same bytes."""
    require(isinstance(data, bytes), "not a byte string")
    value = decode_liberal(data)
    require(encode(value) == data, "not deterministic CBOR")
    return value


# --- the CDDL files as rules -----------------------------------------------------------------------------------------


def integer(least: int, most: int) -> Rule:
    """Make the rule for a range of integers."""
    return lambda value: require(type(value) is int and least <= value <= most, f"{value!r}: not {least}..{most}")


def byte_string(size: int) -> Rule:
    """Make the rule for a byte string of one size."""
    return lambda value: require(isinstance(value, bytes) and len(value) == size, f"not a string of {size} bytes")


def pattern(expression: str) -> Rule:
    """Make the rule for a text that matches a regular expression as a whole."""
    return lambda value: require(
        isinstance(value, str) and re.fullmatch(expression, value), f"{value!r}: not {expression}"
    )


UNSEEN = (
    "00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 2800 3164 FDD0-FDEF FE00-FE0F FEFF "
    "FFA0 FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF"
)
UNSEEN_RANGES = [tuple(int(end, 16) for end in (each.split("-") * 2)[:2]) for each in UNSEEN.split()]


def is_unseen(point: int) -> bool:
    """Tell whether a code point is shown as nothing or never stands for anything."""
    return point & 0xFFFE == 0xFFFE or any(first <= point <= last for first, last in UNSEEN_RANGES)


def text(most: int) -> Rule:
    """Make the rule for a text of so many characters: normalised, no white space at the ends, nothing invisible."""

    def rule(value: Cbor) -> None:
        require(isinstance(value, str) and 1 <= len(value) <= most, f"no text of 1 to {most} characters")
        require(unicodedata.is_normalized("NFC", value) and value == value.strip(), "text is not in normal form")
        categories = {unicodedata.category(char) for char in value}
        require(not categories & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}, "a forbidden character in a text")
        require(not any(is_unseen(ord(char)) for char in value), "a character that is shown as nothing")

    return rule


def array(rule: Rule, most: int, *, least: int = 1) -> Rule:
    """Make the rule for an array."""

    def check(value: Cbor) -> None:
        require(isinstance(value, list) and least <= len(value) <= most, f"no array of {least} to {most} elements")
        for element in value:
            rule(element)

    return check


def boolean(value: Cbor) -> None:
    """Check true or false."""
    require(isinstance(value, bool), "neither true nor false")


def true(value: Cbor) -> None:
    """Check true."""
    require(value is True, "not true")


def table(required: Keys, optional: Keys | None = None) -> Rule:
    """Make the rule for a map that has these keys and no others."""
    rules: Map = {**required, **(optional or {})}

    def check(value: Cbor) -> None:
        require(isinstance(value, dict) and required.keys() <= value.keys() <= rules.keys(), f"keys are not {[*rules]}")
        for key, member in value.items():
            rules[key](member)

    return check


def cose_key(value: Cbor) -> None:
    """Check a key of trust.cddl: its members by its algorithm, and that it states its own key id."""
    require(isinstance(value, dict) and value.get(3) in ALGORITHMS, "no key with a known algorithm")
    members: dict[int, dict[int, Rule]] = {
        -9: {1: integer(2, 2), -1: integer(1, 1), -2: byte_string(32), -3: byte_string(32)},
        -51: {1: integer(2, 2), -1: integer(2, 2), -2: byte_string(48), -3: byte_string(48)},
        -19: {1: integer(1, 1), -1: integer(6, 6), -2: byte_string(32)},
        -48: {1: integer(7, 7), -1: byte_string(1312)},
        -49: {1: integer(7, 7), -1: byte_string(1952)},
    }
    table({2: KEY_ID, 3: ALGORITHM, **members[value[3]]})(value)
    require(value[2] == thumbprint(value)[:8], "the key id is not the beginning of the thumbprint")


def x5t(value: Cbor) -> None:
    """Check the SHA-256 hash of an X.509 certificate (RFC 9360)."""
    require(isinstance(value, list) and len(value) == 2 and value[0] == -16, "x5t is [-16, hash]")
    SHA_256(value[1])


def history(value: Cbor) -> None:
    """Check the history of a service, oldest first."""
    array(STATUS_ENTRY, 64)(value)
    require(all(earlier[2] < later[2] for earlier, later in pairwise(value)), "history is not in order")


def service_key(value: Cbor) -> None:
    """Check a service key, and the order of its three times."""
    table({1: some_map, 2: DATE, 3: DATE, 4: DATE}, {5: SHA_256, 6: REVOCATION, 7: array(der, 4)})(value)
    require(value[2] < value[3] <= value[4], "the times of a key are not in order")
    require(
        7 not in value or hashlib.sha256(value[7][0]).digest() == value.get(5),
        "x5chain begins with another certificate than x5t",
    )


def der(value: Cbor) -> None:
    """Check a certificate, which is bytes: what it says decides nothing."""
    require(isinstance(value, bytes) and 1 <= len(value) <= 8192, "no certificate of 1 to 8192 bytes")


def service_type(value: Cbor) -> None:
    """Check the type of a service."""
    require(type(value) is int and value in (ISSUANCE, STATUS, APPROVAL), "no such service")


def some_map(value: Cbor) -> None:
    """Check that there is a map; what it says is asked later."""
    require(isinstance(value, dict), "no map")


def entity(value: Cbor) -> None:
    """Check the entry of a trusted entity, when a key of it is asked for."""
    WHOLE_ENTITY(value)
    keys = [encode(key[1]) for service in value[6] for key in service[3]]
    require(len(set(keys)) == len(keys), "a key is listed twice")


def entity_at_opening(value: Cbor) -> None:
    """Check of an entity's entry what trust.md asks for when the bundle is opened."""
    require(isinstance(value, dict), "an entity is a map")
    ENTITY_ID(value.get(1))
    for key in keys_of(value):
        named = key.get(1)
        key_id = named.get(2) if isinstance(named, dict) else None
        require(isinstance(key_id, bytes), "a key without key id")
        require(5 not in key or isinstance(key[5], bytes), "x5t of a key is no byte string")


def keys_of(entry: Map) -> Iterator[Map]:
    """Give the keys of an entry that may be malformed: what is no array or map lists none."""
    for service in entry[6] if isinstance(entry.get(6), list) else []:
        keys = service.get(3) if isinstance(service, dict) else None
        yield from (key for key in (keys if isinstance(keys, list) else []) if isinstance(key, dict))


def pointer(value: Cbor) -> None:
    """Check a pointer to a national list, signed elsewhere or embedded."""
    always: dict[int, Rule] = {1: TERRITORY, 2: text(200), 3: table({1: array(SCHEME_ID, 64), 2: LEVEL})}
    if isinstance(value, dict) and 8 in value:
        table({**always, 8: NATIONAL_LIST})(value)
        require(value[8][2] == value[1], "the list of another territory is embedded")
    else:
        table({**always, 4: THRESHOLD, 5: array(cose_key, 32)}, {6: SEQUENCE, 7: array(HTTPS_URI, 8)})(value)


ALGORITHM = integer(-(1 << 64), (1 << 64) - 1)  # whether it is accepted is asked later
ALGORITHMS = {-9: 64, -51: 96, -19: 64, -48: 2420, -49: 3309}  # and the size of their signatures
DATE, DAYS = integer(0, 253_402_300_799), integer(0, 2_932_896)
KEY_ID, SHA_256 = byte_string(8), byte_string(32)
LEVEL, MODE, AVA_VAN = integer(1, 3), integer(1, 4), integer(1, 5)
SCHEME_ID = pattern("[A-Z0-9][A-Za-z0-9._-]{0,31}")
CERTIFICATE_ID = pattern("[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
ENTITY_ID = pattern("[A-Z]{2}-[A-Za-z0-9._-]{1,40}")
CELEX = pattern("[0-9CE][0-9]{4}[A-Z]{1,2}[0-9]{4}")
HTTPS_URI = pattern("https://[!-~]{1,400}")
TERRITORY = pattern("[A-Z]{2}")
ONE = integer(1, 1)

# certificate.cddl
AV = r"(\?+|\*)?([A-Za-z0-9._-]|\\[!-,/:-@\[-^`{-~])+(\?+|\*)?|[*-]"  # of NISTIR 7695, section 6.2
LANGUAGE = "[A-Za-z]{2,3}(-([A-Za-z]{2}|[0-9]{3}))?|[*-]"
CPE = pattern(rf"(?=.{{1,400}}$)cpe:2\.3:[aho*-](:({AV})){{5}}:({LANGUAGE})(:({AV})){{4}}")
CHAR = "[A-Za-z0-9.~_:+-]|%[0-9A-Fa-f]{2}"
PART, QUALIFIER = f"({CHAR})+", f"[a-z][a-z0-9._-]*=({CHAR}|/)+"
PURL = pattern(  # the shape of ECMA-427; the rules of its types are left out
    rf"(?=.{{1,400}}$)pkg:[a-z][a-z0-9.-]*(/{PART})+(@{PART})?(\?{QUALIFIER}(&{QUALIFIER})*)?(#{PART}(/{PART})*)?"
)
SUBJECT = table(
    {1: integer(1, 6), 2: text(1200)},
    {
        3: text(200),
        4: text(500),
        5: text(1000),
        6: array(text(200), 256),
        7: text(100),
        8: array(text(200), 256),
        9: array(integer(0, 99_999_999_999_999), 256),
        10: array(CPE, 64),
        11: array(PURL, 64),
    },
)
COMPONENT = pattern("[A-Z]{3}_[A-Z]{3}(_EXT)?[.][1-9]")
PACKAGE = table(
    {1: text(100)},
    {2: integer(1, 7), 3: array(COMPONENT, 64), 4: AVA_VAN, 5: true},
)
HOLDER = table({1: text(200)}, {2: text(500), 3: text(200)})
DOCUMENT = table({1: integer(1, 4), 2: text(200)}, {3: SHA_256, 4: HTTPS_URI})
MAINTENANCE = table({1: text(200), 2: DAYS, 3: text(200)})
CERTIFICATE_MAP = table(
    {1: SCHEME_ID, 4: LEVEL, 5: SUBJECT},
    {
        2: ONE,
        3: ONE,
        6: ONE,
        7: text(1000),
        8: array(PACKAGE, 8),
        9: array(text(100), 16),
        10: array(text(200), 16),
        11: integer(1, 2),
        12: HOLDER,
        13: text(200),
        14: DAYS,
        15: DAYS,
        16: HTTPS_URI,
        17: DAYS,
        18: array(DOCUMENT, 16),
        19: CELEX,
        20: HTTPS_URI,
        21: array(CERTIFICATE_ID, 16),
        22: array(CERTIFICATE_ID, 16),
        23: array(CERTIFICATE_ID, 16),
        24: MODE,
        25: text(200),
        26: text(200),
        27: array(MAINTENANCE, 64),
        28: boolean,
        29: table({1: CELEX, 2: array(text(200), 64)}),
    },
)
STATUS_CLAIM = table({"status_list": table({"idx": integer(0, 4_294_967_295), "uri": HTTPS_URI})})
CERTIFICATE_CLAIMS = table(
    {1: ENTITY_ID, 2: CERTIFICATE_ID, 4: DATE, 5: DATE, -65537: CERTIFICATE_MAP}, {65535: STATUS_CLAIM}
)

# trust.cddl
SEQUENCE, THRESHOLD, MANY = integer(1, 4_294_967_295), integer(1, 32), 5_000
HOST = pattern(LABEL + "([.]" + LABEL + "){0,9}")
PAPER = table({1: text(200), 2: DAYS}, {3: DAYS, 4: text(200)})  # accreditation, authorisation
SCOPE = table(
    {1: SCHEME_ID, 2: LEVEL, 7: DAYS},
    {3: ONE, 4: AVA_VAN, 5: array(integer(1, 2), 8), 6: MODE, 8: DAYS, 9: PAPER, 10: PAPER},
)
STATUS_ENTRY = table({1: integer(1, 3), 2: DATE}, {3: text(500), 4: DATE})
REVOCATION = table({1: integer(1, 4), 2: DATE}, {3: DATE, 4: DATE})
SERVICE = table(
    {1: service_type, 2: history, 3: array(service_key, 64)},
    {4: array(SCOPE, 64), 5: array(table({1: HTTPS_URI}, {2: HTTPS_URI}), 64)},
)
WHOLE_ENTITY = table(
    {1: ENTITY_ID, 2: text(200), 6: array(SERVICE, 16)}, {3: text(500), 4: text(200), 5: array(HOST, 32)}
)
LIST_HEAD: dict[int, Rule] = {1: SEQUENCE, 2: TERRITORY, 3: lambda value: None if value is None else DATE(value)}
UNION_LIST = table({**LIST_HEAD, 5: array(pointer, MANY, least=0)}, {4: SHA_256})
NCCA = table({1: ENTITY_ID, 2: text(200)}, {3: HTTPS_URI})
NATIONAL_LIST = table({**LIST_HEAD, 6: array(entity_at_opening, MANY, least=0)}, {4: SHA_256, 7: NCCA})
ROLE = table({1: THRESHOLD, 2: array(cose_key, 32)})
ROOT_MAP = table({1: SEQUENCE, 2: ROLE, 3: ROLE}, {4: text(100)})

# --- README.md, "Headers and signatures" -----------------------------------------------------------------------------

APPROVAL_TYP = "application/vnd.certmark.approval+cose"
CERTIFICATE_TYP = "application/vnd.certmark.certificate+cwt"
ROOT_TYP = "application/vnd.certmark.root+cwt"
LIST_TYP = "application/vnd.certmark.trusted-list+cwt"
SIGN1, SIGN = b"\xd2", b"\xd8\x62"  # tags 18 and 98
IAT = table({6: DATE})
ISS_AND_IAT = table({1: ENTITY_ID, 6: DATE})


@dataclass(frozen=True, slots=True)
class Message:
    """A COSE message, its byte strings as received."""

    header: Map
    protected: bytes
    payload: bytes
    signature: Cbor  # bytes in COSE_Sign1, the array of signers in COSE_Sign


def read_message(data: bytes, tag: bytes, typ: str, *, detached: bytes | None = None) -> Message:
    """Read one of certmark's own messages; its typ is judged before the rest of the header."""
    require(data.startswith(tag), "the tag is not the one of this artefact")
    parts = decode(data[len(tag) :])
    require(isinstance(parts, list) and len(parts) == 4, "a COSE message is an array of four")
    protected, unprotected, payload, signature = parts
    require(isinstance(payload, bytes) is (detached is None), "the payload of an approval, and no other, is detached")
    require(detached is None or payload is None, "nil stands in the place of a detached payload")
    require(isinstance(protected, bytes) and len(protected) <= 16_384, "the protected header is a short byte string")
    header = decode(protected)
    require(isinstance(header, dict), "the protected header is a map")
    stated = header.get(16)
    name, _, suffix = typ.partition("+")
    if isinstance(stated, str) and re.fullmatch(rf"{re.escape(name)}\.v[1-9][0-9]*\+{suffix}", stated):
        raise NewerFormatError(stated)
    require(stated == typ, f"typ {stated!r} is not {typ}")
    require(unprotected == {}, "the unprotected header is an empty map")
    return Message(header, protected, payload if detached is None else detached, signature)


def thumbprint(key: Map) -> bytes:
    """Compute the SHA-256 COSE Key Thumbprint: RFC 9679, and RFC 9964 for AKP keys."""
    labels = {2: (1, -1, -2, -3), 1: (1, -1, -2), 7: (1, 3, -1)}[key[1]]
    return hashlib.sha256(encode({label: key[label] for label in labels})).digest()


def is_signed_by(key: Map, signed: bytes, signature: bytes) -> bool:
    """Tell whether the signature is right under the key and the key's one algorithm."""
    if len(signature) != ALGORITHMS[key[3]]:
        return False
    try:
        match key[3]:
            case -9:
                verify_ecdsa(key, ec.SECP256R1(), hashes.SHA256(), signed, signature)
            case -51:
                verify_ecdsa(key, ec.SECP384R1(), hashes.SHA384(), signed, signature)
            case -19:
                ed25519.Ed25519PublicKey.from_public_bytes(key[-2]).verify(signature, signed)
            case -48:
                mldsa.MLDSA44PublicKey.from_public_bytes(key[-1]).verify(signature, signed)
            case -49:
                mldsa.MLDSA65PublicKey.from_public_bytes(key[-1]).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_right(message: Message, key: Map) -> bool:
    """Tell whether a COSE_Sign1 is signed with the key and states the key's algorithm."""
    signed = encode(["Signature1", message.protected, b"", message.payload])
    return bool(key[3] == message.header[1]) and is_signed_by(key, signed, message.signature)


def verify_ecdsa(key: Map, curve: ec.EllipticCurve, digest: hashes.HashAlgorithm, *signed: bytes) -> None:
    """Verify r and s, big-endian and of equal width."""
    message, signature = signed
    half = len(signature) // 2
    x, y, r, s = (int.from_bytes(part, "big") for part in (key[-2], key[-3], signature[:half], signature[half:]))
    point = ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
    point.verify(encode_dss_signature(r, s), message, ec.ECDSA(digest))


# --- README.md, "Claims of a certificate token" ----------------------------------------------------------------------


def read_certificate(data: bytes) -> tuple[Message, Map]:
    """Read a certificate token: message and claims, every rule checked but the signature."""
    message = read_message(data, SIGN1, CERTIFICATE_TYP)
    check_header(message, CERTIFICATE_TYP, IAT)
    claims = decode(message.payload)
    CERTIFICATE_CLAIMS(claims)
    check_no_element_twice(claims)
    check_days(claims)
    check_certificate(claims)
    return message, claims


def read_approval(data: bytes, payload: bytes) -> Message:
    """Read what stands behind a certificate token: the approval of its payload."""
    message = read_message(data, SIGN1, APPROVAL_TYP, detached=payload)
    check_header(message, APPROVAL_TYP, ISS_AND_IAT)
    return message


def check_header(message: Message, typ: str, claims: Rule) -> None:
    """Check the header of a COSE_Sign1, and that its signature is one."""
    key_identifier: dict[int, Rule] = {34: x5t} if 34 in message.header else {4: KEY_ID}
    table({1: ALGORITHM, **key_identifier, 15: claims, 16: pattern(re.escape(typ))})(message.header)
    require(isinstance(message.signature, bytes), "the signature is a byte string")


def check_no_element_twice(value: Cbor) -> None:
    """Check that no array in a certificate token holds the same element twice."""
    elements = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    if isinstance(value, list):
        require(len({encode(element) for element in value}) == len(value), "an element twice")
    for element in elements:
        check_no_element_twice(element)


def issued_day(claims: Map) -> int:
    """Return the certificate's own day of issue."""
    return int(claims[-65537].get(14, claims[5] // DAY))


def check_days(claims: Map) -> None:
    """Check nbf and exp against the certificate's own days, which keys 14 and 15 state where they differ."""
    certificate, nbf, exp = claims[-65537], claims[5], claims[4]
    require(certificate.get(14) != nbf // DAY, "key 14 says the same as nbf")
    require(certificate.get(15) != exp // DAY - 1, "key 15 says the same as exp")
    issued, valid_until = issued_day(claims), certificate.get(15, exp // DAY - 1)
    require(issued <= valid_until < 2_932_896, "valid_until is before issued or after 9999-12-30")
    require(issued * DAY <= nbf < exp <= (valid_until + 1) * DAY, "the token outlives the certificate")


def check_certificate(claims: Map) -> None:
    """Check the further rules, beyond the CDDL."""
    certificate = claims[-65537]
    if 2 in certificate:
        require(
            certificate[4] == 1 and 12 in certificate, "a statement of conformity is of level basic and has a holder"
        )
        require(not certificate.keys() & {8, 11, 13, 24, 25, 26, 27, 28}, "a statement of conformity has no such key")
    require(6 not in certificate or 7 in certificate, "a part is covered, and the scope is not stated")
    names = [package[1] for package in certificate.get(8, [])]
    require(len(set(names)) == len(names), "package names are unique")
    require("global" not in names[1:], "the package named global is the first")
    for package in certificate.get(8, []):
        levels = {int(name[-1]) for name in package.get(3, []) if name.startswith("AVA_VAN.")}
        require(levels <= {package.get(4)}, "key 4 of a package is the number of its AVA_VAN")
    for gtin in certificate[5].get(9, []):
        weighted = (int(digit) * (3, 1)[place % 2] for place, digit in enumerate(f"{gtin:014d}"))
        require(sum(weighted) % 10 == 0, "the last digit of a GTIN is its check digit")
    for key in (21, 22, 23):
        require(claims[2] not in certificate.get(key, []), f"the certificate's own id in key {key}")
    reports = certificate.get(27, [])
    require(all(report[2] >= issued_day(claims) for report in reports), "maintenance before the day of issue")


# --- trust.md, "The chain", "Freshness" and "The bundle" -------------------------------------------------------------


def freshness(soft_end: int | None, hard_end: int | None, *, at: int, grace: int) -> str:
    """Say how old a list is at a time; None is an end that never comes."""
    if hard_end is not None and at >= hard_end:
        return "expired"
    if soft_end is None or at < soft_end:
        return "fresh"
    return "due" if at < soft_end + grace else "stale"


@dataclass(frozen=True, slots=True)
class TrustedList:
    """A root or list whose signatures are right, its hard end, when it was signed, and the pointer to it."""

    claims: Map
    exp: int
    iat: int
    pointer: Map = field(default_factory=dict)

    def is_current(self, at: int, grace: int) -> bool:
        """Tell whether the list is fresh or due."""
        return freshness(self.claims[3], self.exp, at=at, grace=grace) in ("fresh", "due")

    def services(self, entity_id: str, kind: int) -> list[Map]:
        """Find the services of one type of an entity; none, if it is not listed. Its entry may be malformed."""
        entries = [entry for entry in self.claims[6] if entry[1] == entity_id]
        for entry in entries:
            entity(entry)
        return [service for entry in entries for service in entry[6] if service[1] == kind]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The verified lists of one bundle."""

    union: TrustedList
    national: dict[str, TrustedList]


def open_bundle(data: bytes, anchor: bytes) -> Snapshot:
    """Verify a bundle as a whole against the pinned digest of its root."""
    try:
        require(len(data) <= 8_000_000, "the bundle is too long")
        bundle = decode(data)
        check_bundle(bundle)
        root = follow_roots(bundle[3], anchor)
        union = open_union_list(bundle[4], root)
    except (FormatError, NewerFormatError) as error:
        raise UnusableBundleError(str(error)) from error
    national = {}
    for each in union.claims[5]:
        try:
            national[each[1]] = open_national_list(each, bundle[5], union, last_end=root.exp)
        except (FormatError, NewerFormatError) as error:
            print(f"national list {each[1]}: {error}", file=sys.stderr)
    if not national:
        raise UnusableBundleError("there is no usable national list")
    return Snapshot(union, national)


def check_bundle(bundle: Cbor) -> None:
    """Check trust-bundle of trust.cddl."""

    def some_bytes(value: Cbor) -> None:
        require(isinstance(value, bytes), "not a byte string")

    def by_territory(value: Cbor) -> None:
        require(isinstance(value, dict), "no map by territory")
        for territory, data in value.items():
            TERRITORY(territory)
            some_bytes(data)

    magic = pattern("certmark-trust-bundle")
    table({1: magic, 2: ONE, 3: array(some_bytes, 64), 4: some_bytes, 5: by_territory})(bundle)


def read_signed(data: bytes, typ: str, rules: dict[int, Rule]) -> tuple[Message, Map]:
    """Read a root or a list: message and claims. Its signatures are counted when the role is known."""
    require(len(data) <= 500_000, "root and lists have at most 500 000 bytes")
    message = read_message(data, SIGN, typ)
    table({15: IAT, 16: pattern(re.escape(typ))})(message.header)
    claims = decode(message.payload)
    table({1: text(200), 2: text(200), 4: DATE, **rules})(claims)
    array(check_signer, 32)(message.signature)
    return message, claims


def check_signer(signer: Cbor) -> None:
    """Check COSE_Signature of cose.cddl."""
    require(isinstance(signer, list) and len(signer) == 3, "a signer is an array of three")
    table({1: ALGORITHM, 4: KEY_ID})(decode(signer[0]))
    require(signer[1] == {} and isinstance(signer[2], bytes), "a signer is protected header, {} and signature")


def check_role(keys: Sequence[Map], threshold: int) -> None:
    """Check that a role names no key twice, and asks for no more keys than it names."""
    require(len({thumbprint(key) for key in keys}) == len(keys), "a role names a key twice")
    require(threshold <= len(keys), "a role asks for more keys than it names")


def check_threshold(message: Message, keys: Sequence[Map], threshold: int) -> None:
    """Count the distinct keys whose signature is right."""
    right: set[bytes] = set()
    for protected, _, signature in message.signature:
        header = decode(protected)
        signed = encode(["Signature", message.protected, protected, b"", message.payload])
        named = [key for key in keys if (key[2], key[3]) == (header[4], header[1])]
        right.update(thumbprint(key) for key in named if is_signed_by(key, signed, signature))
    require(len(right) >= threshold, f"{len(right)} of {threshold} signatures are right")


def follow_roots(roots: Sequence[bytes], anchor: bytes) -> TrustedList:
    """Verify the pinned root and each of its successors; older ones are passed over."""
    digests = [hashlib.sha256(data).digest() for data in roots]
    require(anchor in digests, "no root is the pinned one")
    first, *successors = roots[digests.index(anchor) :]
    message, claims = open_root(first)
    for data in successors:
        before = claims
        message, claims = open_root(data)
        is_next = claims[2] == before[2] and claims[-65538][1] == before[-65538][1] + 1
        require(is_next, "a root that is not the next version of the one before")
        role = before[-65538][2]
        check_threshold(message, role[2], role[1])
    return TrustedList(claims[-65538], claims[4], message.header[15][6])


def open_root(data: bytes) -> tuple[Message, Map]:
    """Verify a root under its own root role."""
    message, claims = read_signed(data, ROOT_TYP, {-65538: ROOT_MAP})
    root: Map = claims[-65538]
    for role in (root[2], root[3]):
        check_role(role[2], role[1])
    check_threshold(message, root[2][2], root[2][1])
    return message, claims


def open_union_list(data: bytes, root: TrustedList) -> TrustedList:
    """Verify the union list under the root's union role; it ends with the root at the latest."""
    message, claims = read_signed(data, LIST_TYP, {-65539: UNION_LIST})
    check_threshold(message, root.claims[3][2], root.claims[3][1])
    union = claims[-65539]
    require(union[2] == "EU", "the territory of the union list is EU")
    territories = [each[1] for each in union[5]]
    require(len(set(territories)) == len(territories), "two pointers for one territory")
    require("EU" not in territories, "a pointer to the union")
    for each in union[5]:
        if 5 in each:
            check_role(each[5], each[4])
    return TrustedList(union, min(claims[4], root.exp), max(message.header[15][6], root.iat))


def open_national_list(pointer_: Map, files: Map, union: TrustedList, *, last_end: int) -> TrustedList:
    """Verify one national list under its pointer; it ends with the root at the latest, embedded with the union."""
    if 8 in pointer_:
        national, exp, iat = pointer_[8], union.exp, union.iat
    else:
        require(pointer_[1] in files, "missing")
        message, claims = read_signed(files[pointer_[1]], LIST_TYP, {-65539: NATIONAL_LIST})
        check_threshold(message, pointer_[5], pointer_[4])
        national, exp, iat = claims[-65539], min(claims[4], last_end), message.header[15][6]
    require(national[2] == pointer_[1], f"a list of {national[2]} in its place")
    require(national[1] >= pointer_.get(6, 1), "older than min_sequence")
    names = [entry[1] for entry in national[6]]
    require(all(name[:2] == national[2] for name in names), "an entity of another territory")
    require(len(set(names)) == len(names), "an entity is listed twice")
    require(7 not in national or national[7][1][:2] == national[2], "an authority of another territory")
    owners: dict[bytes, int] = {}
    for number, entry in enumerate(national[6]):
        for key in keys_of(entry):
            require(owners.setdefault(encode(key[1]), number) == number, "two entities list one key")
    return TrustedList(national, exp, iat, pointer_)


# --- trust.md, "Keys" and "Authority" --------------------------------------------------------------------------------

ISSUANCE, STATUS, APPROVAL = 1, 2, 4  # types of service


def find_keys(services: Iterable[Map], header: Map) -> list[tuple[Map, Map]]:
    """Find the keys that the header names by kid, or else by x5t: pairs of service and service key."""
    pairs = [(service, key) for service in services for key in service[3] if is_valid(key[1])]
    if 4 in header:
        return [pair for pair in pairs if pair[1][1][2] == header[4]][:8]
    return [pair for pair in pairs if [-16, pair[1].get(5)] == header.get(34)][:8]


def is_valid(key: Map) -> bool:
    """Tell whether a listed COSE_Key is a valid one; another is as if it were not listed."""
    try:
        cose_key(key)
    except FormatError:
        return False
    return True


def is_compromised(key: Map) -> bool:
    """Tell whether no signature of the key counts."""
    return 6 in key and key[6][1] == 3


def may_sign(service: Map, key: Map, iat: int) -> bool:
    """Tell whether the key may sign at an instant, and its service is granted then."""
    return bool(key[2] <= iat < key[3]) and not (6 in key and iat >= key[6][2]) and is_granted(service, iat)


def is_granted(service: Map, at: int) -> bool:
    """Tell whether the last entry of the history that starts at or before an instant says granted."""
    started = [entry[1] for entry in service[2] if entry[2] <= at]
    return started[-1:] == [1]


def is_authorised(claims: Map, iat: int, *, permitted: Map, service: Map, key: Map) -> bool:
    """Tell whether the issuer was authorised at the instants of issuance."""
    certificate, days = claims[-65537], (issued_day(claims), iat // DAY)
    if not may_sign(service, key, iat) or days[1] < days[0]:
        return False
    if certificate[1] not in permitted[1] or certificate[4] > permitted[2]:
        return False
    return any(scope_allows(scope, certificate, days) for scope in service.get(4, []))


def scope_allows(scope: Map, certificate: Map, days: Iterable[int]) -> bool:
    """Tell whether one scope covers the certificate on all days."""
    if (scope[1], scope[2], scope.get(3)) != (certificate[1], certificate[4], certificate.get(2)):
        return False
    spans = [(scope[7], scope.get(8)), *((scope[key][2], scope[key].get(3)) for key in (9, 10) if key in scope)]
    if not all(first <= day and (end is None or day < end) for first, end in spans for day in days):
        return False
    ava_van = max((package.get(4, 0) for package in certificate.get(8, [])), default=0)
    if ava_van > scope.get(4, ava_van):
        return False
    return ava_van < 4 or 11 not in certificate or certificate[11] in scope.get(5, [])


# --- status.md -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatusToken:
    """A status list token whose form is right; who may speak is judged for each certificate."""

    message: Message
    claims: Map
    entries: bytes

    def entry(self, index: int) -> int | None:
        """Return one entry, or None when the index is out of range."""
        bits = self.claims[65533]["bits"]
        place = index * bits
        return self.entries[place // 8] >> place % 8 & (1 << bits) - 1 if place // 8 < len(self.entries) else None

    def is_current(self, at: int, grace: int) -> bool:
        """Tell whether the token is fresh or due."""
        exp, ttl = self.claims.get(4), self.claims.get(65534)
        soft_end = None if exp is not None and ttl is None else self.claims[6] + (ttl or 0)
        return freshness(soft_end, exp, at=at, grace=grace) in ("fresh", "due")


def read_status(data: bytes) -> StatusToken:
    """Read a status list token, more liberally than certmark's own artefacts."""
    require(len(data) <= 1_000_000 and data.startswith(SIGN1), "a status list token is a COSE_Sign1 with tag 18")
    parts = decode_liberal(data[1:])
    require(isinstance(parts, list) and len(parts) == 4, "a COSE message is an array of four")
    protected, unprotected, payload, signature = parts
    require(all(isinstance(part, bytes) for part in (protected, payload, signature)), "not a byte string")
    require(len(protected) <= 16_384, "the protected header is too long")
    header, claims = decode_liberal(protected), decode_liberal(payload)
    require(all(isinstance(part, dict) for part in (header, unprotected, claims)), "headers and claims are maps")
    require(len(encode(unprotected)) <= 16_384, "the unprotected header is too long")
    require(header.get(16) in ("application/statuslist+cwt", 279), "typ: no status list token")
    require(2 not in {**header, **unprotected}, "critical parameters")
    require(
        1 not in unprotected and not header.keys() & unprotected.keys(), "a parameter in the wrong header, or in both"
    )
    stated = header.get(1)
    require(type(stated) is int, "alg is an integer")
    header = {**unprotected, **header, 1: {-7: -9, -35: -51}.get(stated, stated)}
    HTTPS_URI(claims.get(2))
    for claim in (6, *(claim for claim in (4, 65534) if claim in claims)):
        DATE(claims.get(claim))
    status_list = claims.get(65533)
    require(isinstance(status_list, dict) and isinstance(status_list.get("lst"), bytes), "no status list")
    bits = status_list.get("bits")
    require(type(bits) is int and bits in (1, 2, 4, 8), "bits are 1, 2, 4 or 8")
    entries = inflate(status_list["lst"], most=4_000_000, window=15)
    return StatusToken(Message(header, protected, payload, signature), claims, entries)


def speaks(token: StatusToken, services: Iterable[Map]) -> int:
    """Tell until when the token counts; 0 unless one of these services, in order at its iat, has signed it."""
    ends = [0]
    for service, key in find_keys(services, token.message.header):
        in_order = may_sign(service, key, token.claims[6]) and not is_compromised(key)
        if in_order and is_right(token.message, key[1]):
            ends.append(key[4])
    return max(ends)


def status_sources(claims: Map, national: TrustedList) -> list[tuple[list[Map], str]]:
    """Name the services that may speak about the certificate and their uris; none, if the uri is not declared."""
    services, uri = national.services(claims[1], STATUS), claims[65535]["status_list"]["uri"]
    declared = [entry for service in services for entry in service.get(5, []) if entry[1] == uri]
    try:
        authority = national.services(national.claims.get(7, {}).get(1, ""), STATUS)
    except FormatError:
        authority = []
    shared = {entry[2] for entry in declared if 2 in entry}
    return ([(services, uri)] if declared else []) + [(authority, other) for other in sorted(shared)]


def precedence(token: StatusToken) -> tuple[float, float, float, bytes]:
    """Order the tokens of one uri: the newest, then the one that ends first, then that is due first."""
    end, due = (token.claims.get(claim, math.inf) for claim in (4, 65534))
    return token.claims[6], -end, -due, token.entries


def status_of(claims: Map, national: TrustedList, inputs: Inputs) -> tuple[str, bool, int]:
    """Ask every list that may speak: worst answer, whether all were heard and are fresh or due, and the newest iat."""
    tokens, answers, settled, newest_iat = read_all(inputs.status), set(), True, 0
    for services, uri in status_sources(claims, national):
        heard = [token for token in tokens if token.claims[2] == uri and speaks(token, services)]
        newest = max(heard, key=precedence, default=None)
        answer = newest.entry(claims[65535]["status_list"]["idx"]) if newest else None
        answers.add(answer)
        for other in heard:
            elsewhere = other.entry(claims[65535]["status_list"]["idx"])
            if elsewhere == 1 or (elsewhere == 2 and newest and other.claims[6] == newest.claims[6]):
                answers.add(elsewhere)
        is_current = newest is not None and (
            newest.is_current(inputs.at, inputs.policy.grace) and inputs.at < speaks(newest, services)
        )
        settled = settled and answer in (0, 1, 2) and is_current
        newest_iat = max(newest_iat, newest.claims[6] if newest else 0)
    said = "withdrawn" if 1 in answers else "suspended" if 2 in answers else "valid" if answers == {0} else "unknown"
    return said, settled, newest_iat


def read_all(files: Iterable[bytes]) -> list[StatusToken]:
    """Read the status list tokens; one that breaks a rule counts as not supplied."""
    tokens = []
    for data in files:
        try:
            tokens.append(read_status(data))
        except FormatError as error:
            print(f"status list token: {error}", file=sys.stderr)
    return tokens


# --- verification.md -------------------------------------------------------------------------------------------------

SCHEMES = {"EUCC"}  # known; a status claim is required, and suspended certificates stay valid
SKEW = 300
PROTECTION_PROFILE = 6


@dataclass(frozen=True, slots=True)
class Policy:
    """What the verifier demands."""

    grace: int = 30 * DAY
    tolerates_old_lists: bool = False
    strict: bool = False


POLICIES = {
    "standard": Policy(),
    "lenient_offline": Policy(tolerates_old_lists=True),
    "strict": Policy(grace=0, strict=True),
}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a verifier has besides the token."""

    snapshot: Snapshot
    status: Sequence[bytes]
    at: int
    policy: Policy
    product: dict[str, str]
    dictionary: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """The answer."""

    indication: str
    sub_indication: str = ""
    status: str = "unknown"
    may_promote: str = "unknown"

    def as_text(self) -> str:
        """Write it for people."""
        return (
            f"indication: {self.indication}\n"
            f"sub-indication: {self.sub_indication or 'none'}\n"
            f"certificate status: {self.status}\n"
            f"may be promoted: {self.may_promote}"
        )

    def as_json(self) -> str:
        """Write it for programs."""
        answer = {
            "indication": self.indication,
            "sub_indication": self.sub_indication or None,
            "certificate_status": self.status,
            "may_promote": self.may_promote,
        }
        return json.dumps(answer, indent=2)


def verify(token: str | bytes, inputs: Inputs) -> Report:
    """Judge a token by the verdict table; the policies here accept the five algorithms."""
    try:
        data = token if isinstance(token, bytes) else message_of(token, inputs.dictionary)
        require(len(data) <= 8_192, "the message is too long")
        first, behind = split(data)
        message, claims = read_certificate(first)
        approval = read_approval(behind, message.payload) if behind else None
    except NewerFormatError:
        return Report("INDETERMINATE", "UNSUPPORTED_FORMAT")
    except FormatError as error:
        print(f"token: {error}", file=sys.stderr)
        return Report("FAILED", "FORMAT_FAILURE", may_promote="no")
    if message.header[1] not in ALGORITHMS:
        return Report("INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE")
    national = inputs.snapshot.national.get(claims[1][:2])
    try:
        services = national.services(claims[1], ISSUANCE) if national else []
    except FormatError:
        return Report("INDETERMINATE", "NO_SIGNING_CERTIFICATE_FOUND")
    candidates = find_keys(services, message.header)
    if national is None or not candidates:
        return no_key(claims[1][:2], inputs)
    for service, key in candidates:
        if is_right(message, key[1]):
            iat = message.header[15][6]
            unapproved = judge_approval(approval, iat, claims, national=national, service=service, inputs=inputs)
            return judge(iat, claims, unapproved, national=national, service=service, key=key, inputs=inputs)
    return Report("FAILED", "SIG_CRYPTO_FAILURE", may_promote="no")


def no_key(territory: str, inputs: Inputs) -> Report:
    """Apply rows 4 and 5: no key of the issuer was found."""
    union, national = inputs.snapshot.union, inputs.snapshot.national.get(territory)
    is_named = any(each[1] == territory for each in union.claims[5])
    source = national if national or is_named else union
    if source and source.is_current(inputs.at, inputs.policy.grace):
        return Report("FAILED", "ISSUER_NOT_LISTED", may_promote="no")
    return Report("INDETERMINATE", "NO_SIGNING_CERTIFICATE_FOUND")


UNAPPROVED = ("FAILED", "ISSUER_NOT_AUTHORISED")


def judge_approval(
    approval: Message | None, iat: int, claims: Map, *, national: TrustedList, service: Map, inputs: Inputs
) -> tuple[str, str] | None:
    """Apply rows a to j of "Approval": what the first that holds answers, or None."""
    certificate, days = claims[-65537], (issued_day(claims), iat // DAY)
    if approval is None:
        modes = {scope.get(6) for scope in service.get(4, []) if scope_allows(scope, certificate, days)}
        return UNAPPROVED if modes == {2} else None
    authority, given = approval.header[15][1], approval.header[15][6]
    if approval.header[1] not in ALGORITHMS:
        return "INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE"
    if authority[:2] != claims[1][:2] or authority == claims[1]:
        return UNAPPROVED
    unknown = ("INDETERMINATE", "NO_SIGNING_CERTIFICATE_FOUND")
    try:
        candidates = find_keys(national.services(authority, APPROVAL), approval.header)
    except FormatError:
        return unknown
    if not candidates:
        return UNAPPROVED if national.is_current(inputs.at, inputs.policy.grace) else unknown
    for approving, key in candidates:
        if is_right(approval, key[1]):
            allows = any(scope_allows(scope, certificate, [given // DAY]) for scope in approving.get(4, []))
            rows = [
                (is_compromised(key), ("FAILED", "REVOKED")),
                (inputs.at >= key[4], ("INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE")),
                (not may_sign(approving, key, given) or not allows or given > iat, UNAPPROVED),
            ]
            return next((answer for holds, answer in rows if holds), None)
    return UNAPPROVED


def judge(
    iat: int,
    claims: Map,
    unapproved: tuple[str, str] | None,
    *,
    national: TrustedList,
    service: Map,
    key: Map,
    inputs: Inputs,
) -> Report:
    """Apply rows 7 to 21 to a token whose signature is right: the first row that holds decides."""
    at, policy = inputs.at, inputs.policy
    known, has_status = claims[-65537][1] in SCHEMES, 65535 in claims
    said, status_settled, status_iat = status_of(claims, national, inputs) if has_status else ("unknown", True, 0)
    newest = max(iat, national.iat, inputs.snapshot.union.iat, status_iat)
    trust_current = all(each.is_current(at, policy.grace) for each in (inputs.snapshot.union, national))
    match = match_product(claims[-65537][5], inputs.product)
    unmet = policy.strict and (said == "suspended" or not has_status or not is_granted(service, at))
    authorised = is_authorised(claims, iat, permitted=national.pointer[3], service=service, key=key)
    rows = [
        (is_compromised(key), "FAILED", "REVOKED"),
        (at >= key[4], "INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE"),
        (not authorised, "FAILED", "ISSUER_NOT_AUTHORISED"),
        (unapproved is not None, *(unapproved or UNAPPROVED)),
        (newest > at + SKEW, "INDETERMINATE", "CLOCK_ERROR"),
        (not known, "INDETERMINATE", "UNKNOWN_SCHEME"),
        (known and not has_status, "FAILED", "SCHEME_VIOLATION"),
        (said == "withdrawn", "FAILED", "CERTIFICATE_WITHDRAWN"),
        (at >= claims[4], "FAILED", "CERTIFICATE_EXPIRED"),
        (at < claims[5], "FAILED", "CERTIFICATE_NOT_YET_VALID"),
        (match == "differs", "FAILED", "WRONG_PRODUCT"),
        (match == "not identified", "INDETERMINATE", "PRODUCT_NOT_IDENTIFIED"),
        (unmet, "FAILED", "POLICY_NOT_MET"),
    ]
    if not policy.tolerates_old_lists:
        rows.append((not trust_current, "INDETERMINATE", "TRY_LATER"))
        rows.append((has_status and (said == "unknown" or not status_settled), "INDETERMINATE", "TRY_LATER"))
    indication, sub_indication = next((row[1:] for row in rows if row[0]), ("PASSED", ""))
    status = "unknown"
    if not any(row[0] for row in rows[:5]):
        status = certificate_status(claims, said, at=at, current=trust_current and status_settled)
    is_product = claims[-65537][5][1] != PROTECTION_PROFILE
    promoted = may_be_promoted(indication, status, known=known, is_product=is_product)
    return Report(indication, sub_indication, status, promoted)


def certificate_status(claims: Map, said: str, *, at: int, current: bool) -> str:
    """Name the certificate's status (verification.md, "Certificate status")."""
    order = {
        "withdrawn": said == "withdrawn",
        "expired": at >= claims[4],
        "not_yet_valid": at < claims[5],
        "suspended": said == "suspended",
        "in_force": said == "valid" and current,
    }
    return next((status for status, holds in order.items() if holds), "unknown")


def may_be_promoted(indication: str, status: str, *, known: bool, is_product: bool) -> str:
    """Answer whether the certificate may be promoted (verification.md, "May it be promoted?")."""
    if indication == "PASSED" and not is_product:
        return "no"
    if indication == "FAILED" or (known and status in {"suspended", "withdrawn", "expired", "not_yet_valid"}):
        return "no"
    return "yes" if indication == "PASSED" and status == "in_force" else "unknown"


def match_product(subject: Map, product: dict[str, str]) -> str:
    """Compare what is given of the product at hand (verification.md, "Product match")."""
    results = set()
    for name, key in (("gtin", 9), ("model", 8), ("version", 6)):
        if name not in product:
            continue
        given, listed = (
            fold(product[name]),
            [fold(f"{value:014d}" if key == 9 else value) for value in subject.get(key, [])],
        )
        if key == 9:
            given = given.zfill(14)
        if given in listed or (name == "version" and given == fold(subject.get(4, ""))):
            continue
        results.add("differs" if listed else "not identified")
    return min(results, default="matched")  # "differs" comes before "not identified"


def fold(value: str) -> str:
    """Compose, fold the case, compose again, and write runs of white space as one space."""
    folded = unicodedata.normalize("NFC", value).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


# --- command line ----------------------------------------------------------------------------------------------------

USAGE, BAD_INPUT, UNSUPPORTED = 64, 65, 69
EXIT_CODES = {"PASSED": 0, "FAILED": 1, "INDETERMINATE": 2}


class Parser(argparse.ArgumentParser):
    """A parser whose refusals are told apart from verdicts."""

    def error(self, message: str) -> NoReturn:
        """Leave with the exit code for calls that cannot be used."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{message}\n")


def make_parser() -> Parser:
    """Make the parser of the command line."""
    parser = Parser(description="Verify a certmark token with nothing but the specification.")
    parser.add_argument("token", help="a link, a bare code, or a file with either (.txt) or with the bytes (.cose)")
    parser.add_argument("--trust", type=Path, required=True, metavar="BUNDLE")
    parser.add_argument("--anchor", required=True, metavar="ROOT", help="the pinned root file, or its SHA-256")
    parser.add_argument("--status", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--at", metavar="RFC3339", help="time of verification; now")
    parser.add_argument("--policy", choices=POLICIES, default="standard")
    for name in ("gtin", "model", "product-version"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--scheme", action="append", metavar="FILE", help="not supported")
    parser.add_argument("--dictionary", type=Path, help="dictionary-1.bin")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    return parser


def read_token(argument: str) -> str | bytes:
    """Take the token from the argument, or from the file that it names."""
    if argument.startswith(("https://", "CM")):
        return argument
    data = Path(argument).read_bytes()
    return data if argument.endswith(".cose") else data.decode("latin-1")  # no character but ASCII is accepted anyway


def read_inputs(options: argparse.Namespace) -> Inputs:
    """Read the files that the options name."""
    at = datetime.fromisoformat(options.at) if options.at else datetime.now(UTC)  # noqa: TID251 - a program has a clock
    dictionary = DICTIONARY.read_bytes() if options.dictionary is None else options.dictionary.read_bytes()
    if at.tzinfo is None or hashlib.sha256(dictionary).hexdigest() != DICTIONARY_SHA_256:
        raise ValueError("--at needs a time zone, and the dictionary has to be dictionary 1")
    if not re.fullmatch("[0-9]{8}|[0-9]{12,14}", options.gtin or "00000000"):
        raise ValueError("a GTIN has 8, 12, 13 or 14 digits")
    if re.fullmatch("[0-9a-f]{64}", options.anchor):
        anchor = bytes.fromhex(options.anchor)
    else:
        anchor = hashlib.sha256(Path(options.anchor).read_bytes()).digest()
    product = {"gtin": options.gtin, "model": options.model, "version": options.product_version}
    return Inputs(
        snapshot=open_bundle(options.trust.read_bytes(), anchor),
        status=[path.read_bytes() for path in options.status],
        at=math.floor(at.timestamp()),
        policy=POLICIES[options.policy],
        product={name: value for name, value in product.items() if value is not None},
        dictionary=dictionary,
    )


def main() -> int:
    """Verify the token that the command line names."""
    parser = make_parser()
    options = parser.parse_args()
    if options.scheme:
        parser.exit(UNSUPPORTED, "scheme files are not supported\n")
    try:
        report = verify(read_token(options.token), read_inputs(options))
    except UnusableBundleError as error:
        parser.exit(BAD_INPUT, f"trust bundle: {error}\n")
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print(report.as_json() if options.json else report.as_text())
    return EXIT_CODES[report.indication]


if __name__ == "__main__":
    sys.exit(main())
