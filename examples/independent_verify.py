#!/usr/bin/env python3
"""A second reader of certmark tokens, written from docs/spec alone; it shares no code with the library.

The sections stand in the order in which a token is read, and are named after the parts of the specification. The rules
of a scheme are no part of it: EUCC counts as known, and of its rules only those that the specification itself states
are applied. Exit codes: 0 PASSED, 1 FAILED, 2 INDETERMINATE, 64 when the call or the trust bundle cannot be used.
"""

import argparse
import hashlib
import re
import sys
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

Map = dict[Any, Any]  # a decoded map whose members a rule has checked
Rule = Callable[[object], None]  # raises FormatError

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


# --- README.md, "Encoding" -------------------------------------------------------------------------------------------


def head(major: int, argument: int) -> bytes:
    """Return the shortest head of a CBOR item."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * size):
            return bytes([major << 5 | code]) + argument.to_bytes(size, "big")
    raise FormatError("integers have at most 64 bits")


def encode(value: object) -> bytes:
    """Write a value as deterministic CBOR, map keys in bytewise order; refuse what certmark-1 does not use."""
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
            return head(4, len(value)) + b"".join(encode(item) for item in value)
        case dict():
            require(all(type(key) in (int, str) for key in value), "map keys are integers or texts")
            members = sorted((encode(key), encode(member)) for key, member in value.items())
            return head(5, len(value)) + b"".join(key + member for key, member in members)
        case _:
            raise FormatError(f"{type(value).__name__} has no place in certmark-1")


def refuse_tag(*_: object) -> NoReturn:
    """Refuse a tag inside an artefact: the outermost one is the only one."""
    raise FormatError("a tag inside")


REFUSE_TAGS = dict.fromkeys((*range(300), 55799), refuse_tag)


def decode_liberal(data: bytes) -> object:
    """Read one CBOR item in any key order and head size; refuse tags, duplicate keys, indefinite lengths and floats."""
    stream = BytesIO(data)
    decoder = cbor2.CBORDecoder(
        stream,
        semantic_decoders=REFUSE_TAGS,
        tag_hook=refuse_tag,
        max_depth=12,
        allow_indefinite=False,
        allow_duplicate_keys=False,
    )
    try:
        value: object = decoder.decode()
    except (cbor2.CBORDecodeError, TypeError) as error:
        raise FormatError(f"CBOR: {error}") from error
    require(not stream.read(), "bytes after the item")
    encode(value)
    return value


def decode(data: bytes) -> object:
    """Read one item of deterministic CBOR: written again, it gives the same bytes."""
    value = decode_liberal(data)
    require(encode(value) == data, "not deterministic CBOR")
    return value


# --- the CDDL files as rules -----------------------------------------------------------------------------------------


def integer(least: int, most: int) -> Rule:
    """Make the rule for a range of integers."""
    return lambda value: require(type(value) is int and least <= value <= most, f"{value!r}: not {least}..{most}")


def one_of(*values: int) -> Rule:
    """Make the rule for a choice of integers."""
    return lambda value: require(type(value) is int and value in values, f"{value!r}: none of {values}")


def byte_string(size: int) -> Rule:
    """Make the rule for a byte string of one size."""
    return lambda value: require(isinstance(value, bytes) and len(value) == size, f"not a string of {size} bytes")


def text(most: int) -> Rule:
    """Make the rule for a text: UTF-8, normalisation form C, no white space at the ends, nothing invisible."""

    def rule(value: object) -> None:
        if not isinstance(value, str):
            raise FormatError(f"{value!r} is no text")
        require(1 <= len(value) <= most, f"text is not 1..{most} characters long")
        require(unicodedata.is_normalized("NFC", value), "text is not in normalisation form C")
        require(value == value.strip(), "white space at an end of the text")
        refused = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        require(not any(unicodedata.category(char) in refused for char in value), "a forbidden character in a text")

    return rule


def pattern(expression: str) -> Rule:
    """Make the rule for a text that matches a regular expression as a whole."""
    compiled = re.compile(expression)
    return lambda value: require(isinstance(value, str) and compiled.fullmatch(value), f"{value!r}: not {expression}")


def array(rule: Rule, most: int, *, least: int = 1) -> Rule:
    """Make the rule for an array in a list, whose elements may be equal."""

    def check(value: object) -> None:
        if not isinstance(value, list):
            raise FormatError("not an array")
        require(least <= len(value) <= most, f"not {least} to {most} elements")
        for item in value:
            rule(item)

    return check


def distinct(rule: Rule, most: int) -> Rule:
    """Make the rule for an array in a certificate token, which holds no element twice."""
    elements = array(rule, most)

    def check(value: object) -> None:
        elements(value)
        assert isinstance(value, list)  # noqa: S101 - the rule above has refused everything else
        require(len({encode(item) for item in value}) == len(value), "an element twice")

    return check


def table(required: Mapping[int | str, Rule], optional: Mapping[int | str, Rule] | None = None) -> Rule:
    """Make the rule for a map that has these keys and no others."""
    optional = optional or {}

    def check(value: object) -> None:
        if not isinstance(value, dict):
            raise FormatError("not a map")
        require(required.keys() <= value.keys(), f"of the keys {list(required)} some are missing")
        for key, member in value.items():
            rule = required.get(key) or optional.get(key)
            if rule is None:
                raise FormatError(f"unknown key {key!r}")
            rule(member)

    return check


def true(value: object) -> None:
    """Accept the simple value true."""
    require(value is True, "not true")


def boolean(value: object) -> None:
    """Accept true and false."""
    require(isinstance(value, bool), "neither true nor false")


def date_or_null(value: object) -> None:
    """Accept a numeric date, or null in a closed list."""
    if value is not None:
        NUMERIC_DATE(value)


def cose_key(value: object) -> None:
    """Accept a COSE_Key of trust.cddl that states its own key id."""
    if not isinstance(value, dict):
        raise FormatError("a key is a map")
    kinds: dict[object, tuple[int, dict[int | str, Rule]]] = {
        -9: (2, {-1: one_of(1), -2: byte_string(32), -3: byte_string(32)}),
        -51: (2, {-1: one_of(2), -2: byte_string(48), -3: byte_string(48)}),
        -19: (1, {-1: one_of(6), -2: byte_string(32)}),
        -48: (7, {-1: byte_string(1312)}),
        -49: (7, {-1: byte_string(1952)}),
    }
    ALGORITHM(value.get(3))
    kty, members = kinds[value[3]]
    table({1: one_of(kty), 2: KEY_ID, 3: ALGORITHM, **members})(value)
    require(value[2] == thumbprint(value)[:8], "the key id is not the beginning of the thumbprint")


def pointer(value: object) -> None:
    """Accept a pointer to a national list, either signed elsewhere or embedded."""
    permitted = table({1: array(SCHEME_ID, 64), 2: LEVEL})
    always: dict[int | str, Rule] = {1: TERRITORY, 2: text(200), 3: permitted}
    if isinstance(value, dict) and 8 in value:
        table({**always, 8: NATIONAL_LIST})(value)
    else:
        table({**always, 4: THRESHOLD, 5: array(cose_key, 32)}, {6: SEQUENCE, 7: array(HTTPS_URI, 8)})(value)
        check_role({1: value[4], 2: value[5]} if isinstance(value, dict) else {})


NUMERIC_DATE = integer(0, 253_402_300_799)
CALENDAR_DAY = integer(0, 2_932_896)
SCHEME_ID = pattern("[A-Z0-9][A-Za-z0-9._-]{0,31}")
CERTIFICATE_ID = pattern("[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
ENTITY_ID = pattern("[A-Z]{2}-[A-Za-z0-9._-]{1,40}")
CELEX = pattern("[0-9CE][0-9]{4}[A-Z]{1,2}[0-9]{4}")
HTTPS_URI = pattern("https://[!-~]{1,400}")
TERRITORY = pattern("[A-Z]{2}")
HOST = pattern("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?([.][a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,9}")
LEVEL = one_of(1, 2, 3)
TECHNICAL_DOMAIN = one_of(1, 2)
ISSUANCE_MODE = one_of(1, 2, 3, 4)
ALGORITHM = one_of(-9, -51, -19, -48, -49)
KEY_ID = byte_string(8)
SHA_256 = byte_string(32)
SEQUENCE = integer(1, 4_294_967_295)
THRESHOLD = integer(1, 32)
MOST_ELEMENTS = 5_000

# certificate.cddl
SUBJECT = table(
    {1: integer(1, 6), 2: text(1200)},
    {
        3: text(200),
        4: text(500),
        5: text(1000),
        6: distinct(text(200), 256),
        7: text(100),
        8: distinct(text(200), 256),
        9: distinct(integer(0, 99_999_999_999_999), 256),
        10: distinct(text(400), 64),
        11: distinct(text(400), 64),
    },
)
COMPONENT = pattern("[A-Z]{3}_[A-Z]{3}(_EXT)?[.][1-9]")
PACKAGE = table({1: text(100)}, {2: integer(1, 7), 3: distinct(COMPONENT, 64), 4: integer(1, 5), 5: true})
CERTIFICATE_MAP = table(
    {1: SCHEME_ID, 4: LEVEL, 5: SUBJECT},
    {
        2: one_of(1),
        3: one_of(1),
        6: one_of(1),
        7: text(1000),
        8: distinct(PACKAGE, 8),
        9: distinct(text(100), 16),
        10: distinct(text(200), 16),
        11: TECHNICAL_DOMAIN,
        12: table({1: text(200)}, {2: text(500), 3: text(200)}),
        13: text(200),
        14: CALENDAR_DAY,
        15: CALENDAR_DAY,
        16: HTTPS_URI,
        17: CALENDAR_DAY,
        18: distinct(table({1: integer(1, 4), 2: text(200)}, {3: SHA_256, 4: HTTPS_URI}), 16),
        19: CELEX,
        20: HTTPS_URI,
        21: distinct(CERTIFICATE_ID, 16),
        22: distinct(CERTIFICATE_ID, 16),
        23: distinct(CERTIFICATE_ID, 16),
        24: ISSUANCE_MODE,
        25: text(200),
        26: text(200),
        27: distinct(table({1: text(200), 2: CALENDAR_DAY, 3: text(200)}), 64),
        28: boolean,
        29: table({1: CELEX, 2: distinct(text(200), 64)}),
    },
)
CERTIFICATE_CLAIMS = table(
    {1: ENTITY_ID, 2: CERTIFICATE_ID, 4: NUMERIC_DATE, 5: NUMERIC_DATE, -65537: CERTIFICATE_MAP},
    {65535: table({"status_list": table({"idx": integer(0, 4_294_967_295), "uri": HTTPS_URI})})},
)

# trust.cddl
ACCREDITATION = table({1: text(200), 2: CALENDAR_DAY}, {3: CALENDAR_DAY, 4: text(200)})
SCOPE = table(
    {1: SCHEME_ID, 2: LEVEL, 7: CALENDAR_DAY},
    {
        3: one_of(1),
        4: integer(1, 5),
        5: array(TECHNICAL_DOMAIN, 8),
        6: ISSUANCE_MODE,
        8: CALENDAR_DAY,
        9: ACCREDITATION,
        10: ACCREDITATION,
    },
)
STATUS_ENTRY = table({1: one_of(1, 2, 3), 2: NUMERIC_DATE}, {3: text(500), 4: NUMERIC_DATE})
REVOCATION = table({1: integer(1, 4), 2: NUMERIC_DATE}, {3: NUMERIC_DATE, 4: NUMERIC_DATE})
SERVICE_KEY = table({1: cose_key, 2: NUMERIC_DATE, 3: NUMERIC_DATE, 4: NUMERIC_DATE}, {5: SHA_256, 6: REVOCATION})
SERVICE = table(
    {1: one_of(1, 2), 2: array(STATUS_ENTRY, 64), 3: array(SERVICE_KEY, 64)},
    {4: array(SCOPE, 64), 5: array(table({1: HTTPS_URI}, {2: HTTPS_URI}), 64)},
)
ENTITY = table(
    {1: ENTITY_ID, 2: text(200), 6: array(SERVICE, 16)}, {3: text(500), 4: text(200), 5: array(HOST, 32)}
)
LIST_HEAD: dict[int | str, Rule] = {1: SEQUENCE, 2: TERRITORY, 3: date_or_null}
NCCA = table({1: ENTITY_ID, 2: text(200)}, {3: HTTPS_URI})
UNION_LIST = table({**LIST_HEAD, 5: array(pointer, MOST_ELEMENTS, least=0)}, {4: SHA_256})
NATIONAL_LIST = table({**LIST_HEAD, 6: array(ENTITY, MOST_ELEMENTS, least=0)}, {4: SHA_256, 7: NCCA})
ROLE = table({1: THRESHOLD, 2: array(cose_key, 32)})
ROOT_MAP = table({1: SEQUENCE, 2: ROLE, 3: ROLE}, {4: text(100)})
SIGNER_HEADER = table({1: ALGORITHM, 4: KEY_ID})
IAT_HEADER = table({6: NUMERIC_DATE})


# --- README.md, "Headers and signatures" -----------------------------------------------------------------------------

CERTIFICATE_TYP = "application/vnd.certmark.certificate+cwt"
ROOT_TYP = "application/vnd.certmark.root+cwt"
LIST_TYP = "application/vnd.certmark.trusted-list+cwt"
SIGN1, SIGN = b"\xd2", b"\xd8\x62"  # tags 18 and 98
SIGNATURE_SIZE = {-9: 64, -51: 96, -19: 64, -48: 2420, -49: 3309}


@dataclass(frozen=True, slots=True)
class Message:
    """A COSE message: header, payload and signatures, the byte strings as received."""

    header: Map
    protected: bytes
    payload: bytes
    signature: Any  # bytes in COSE_Sign1, the array of signers in COSE_Sign

    def iat(self) -> int:
        """Return the claimed signing time, in seconds since 1970."""
        return int(self.header[15][6])


def header_of(protected: object) -> Map:
    """Read a protected header."""
    header = decode(protected) if isinstance(protected, bytes) else None
    if not isinstance(header, dict):
        raise FormatError("the protected header is the encoding of a map")
    return header


def read_message(data: bytes, tag: bytes, typ: str) -> Message:
    """Read one of certmark's own messages and judge its typ before all else."""
    outer = next((known for known in (SIGN1, SIGN) if data.startswith(known)), b"")
    require(outer, "the outermost tag is neither 18 nor 98")
    parts = decode(data[len(outer) :])
    if not isinstance(parts, list) or len(parts) != 4:
        raise FormatError("a COSE message is an array of four")
    protected, unprotected, payload, signature = parts
    header = header_of(protected)
    check_typ(header.get(16), typ)
    require(outer == tag, "this artefact has the other tag")
    require(unprotected == {}, "the unprotected header is an empty map")
    require(isinstance(payload, bytes), "the payload is a byte string and never detached")
    return Message(header, protected, payload, signature)


def check_typ(typ: object, expected: str) -> None:
    """Accept the expected typ; tell a later version of it from all else."""
    if typ == expected:
        return
    name = re.escape(expected.removesuffix("+cwt"))
    if isinstance(typ, str) and re.fullmatch(name + r"[.]v[0-9]+[+]cwt", typ):
        raise NewerFormatError(typ)
    raise FormatError(f"typ {typ!r} is not {expected}")


def thumbprint(key: Map) -> bytes:
    """Compute the SHA-256 COSE Key Thumbprint: RFC 9679, and RFC 9964 for AKP keys."""
    labels = {2: (1, -1, -2, -3), 1: (1, -1, -2), 7: (1, 3, -1)}[key[1]]
    return hashlib.sha256(encode({label: key[label] for label in labels})).digest()


def is_signed_by(key: Map, signed: bytes, signature: bytes) -> bool:
    """Tell whether the signature is right under the key and the key's one algorithm."""
    algorithm = key[3]
    if len(signature) != SIGNATURE_SIZE[algorithm]:
        return False
    try:
        match algorithm:
            case -9 | -51:
                curve, digest = (ec.SECP256R1(), hashes.SHA256()) if algorithm == -9 else (ec.SECP384R1(), hashes.SHA384())
                x, y = int.from_bytes(key[-2], "big"), int.from_bytes(key[-3], "big")
                half = len(signature) // 2
                r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
                point = ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
                point.verify(encode_dss_signature(r, s), signed, ec.ECDSA(digest))
            case -19:
                ed25519.Ed25519PublicKey.from_public_bytes(key[-2]).verify(signature, signed)
            case -48:
                mldsa.MLDSA44PublicKey.from_public_bytes(key[-1]).verify(signature, signed)
            case _:
                mldsa.MLDSA65PublicKey.from_public_bytes(key[-1]).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def signed_once(message: Message) -> bytes:
    """Return what a COSE_Sign1 signature covers."""
    return encode(["Signature1", message.protected, b"", message.payload])


# --- README.md, "Claims of a certificate token" ----------------------------------------------------------------------

NOT_IN_STATEMENTS = {8, 11, 13, 24, 25, 26, 27, 28}


def read_certificate(data: bytes) -> tuple[Message, Map]:
    """Read a certificate token: message and claims, every rule checked but the signature."""
    require(len(data) <= 8_192, "the message is too long")
    message = read_message(data, SIGN1, CERTIFICATE_TYP)
    always: dict[int | str, Rule] = {1: ALGORITHM, 15: IAT_HEADER, 16: pattern(re.escape(CERTIFICATE_TYP))}
    table({**always, 34: x5t} if 34 in message.header else {**always, 4: KEY_ID})(message.header)
    require(isinstance(message.signature, bytes), "the signature is a byte string")
    claims = decode(message.payload)
    CERTIFICATE_CLAIMS(claims)
    assert isinstance(claims, dict)  # noqa: S101 - the rule above has refused everything else
    check_days(claims)
    check_certificate(claims[2], claims[-65537], issued=issued_day(claims))
    return message, claims


def x5t(value: object) -> None:
    """Accept the SHA-256 hash of an X.509 certificate (RFC 9360)."""
    require(isinstance(value, list) and len(value) == 2 and value[0] == -16, "x5t is [-16, hash]")
    SHA_256(value[1] if isinstance(value, list) else None)


def issued_day(claims: Map) -> int:
    """Return the day of issue of the certificate itself."""
    return int(claims[-65537].get(14, claims[5] // DAY))


def check_days(claims: Map) -> None:
    """Check nbf and exp against the certificate's own days."""
    certificate = claims[-65537]
    require(claims[4] % DAY == 0 and claims[5] % DAY == 0, "nbf and exp are at 00:00:00Z")
    first, last = claims[5] // DAY, claims[4] // DAY - 1
    require(certificate.get(14, first - 1) < first, "key 14 is stated only when the token begins later")
    require(certificate.get(15, last + 1) > last, "key 15 is stated only when the token ends sooner")
    require(issued_day(claims) <= certificate.get(15, last), "valid_until is before issued")


def check_certificate(own_id: str, certificate: Map, *, issued: int) -> None:
    """Check the further rules that CDDL cannot say."""
    if 2 in certificate:
        require(not NOT_IN_STATEMENTS & certificate.keys(), "a statement of conformity has no such key")
    if 3 in certificate:
        require(18 not in certificate, "a label has no documents")
    require(6 not in certificate or 7 in certificate, "a part is covered, and the scope is not stated")
    packages = certificate.get(8, [])
    names = [package[1] for package in packages]
    require(len(set(names)) == len(names), "package names are unique")
    require(len(names) < 2 or names[0] == "global", "the first of several packages is named global")
    for package in packages:
        levels = {int(name[-1]) for name in package.get(3, []) if name.startswith("AVA_VAN.")}
        require(levels <= {package.get(4)}, "key 4 of a package is the number of its AVA_VAN")
    for number in certificate[5].get(9, []):
        require(has_check_digit(number), "the last digit of a GTIN is its check digit")
    require(own_id not in certificate.get(21, []) + certificate.get(23, []), "the certificate's own id in 21 or 23")
    require(all(report[2] >= issued for report in certificate.get(27, [])), "maintenance before the day of issue")


def has_check_digit(gtin: int) -> bool:
    """Tell whether the weighted sum of the fourteen digits is a multiple of ten (GS1, section 7.9)."""
    return sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(f"{gtin:014d}")) % 10 == 0


# --- trust.md, "The chain" and "The bundle" --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrustedList:
    """A list whose signatures are right; `exp` is its hard end."""

    claims: Map
    exp: int
    pointer: Map = field(default_factory=dict)

    def freshness(self, at: int, grace: int) -> str:
        """Say how old the list is at a time (trust.md, "Freshness")."""
        soft_end = self.claims[3]
        if at >= self.exp:
            return "expired"
        if soft_end is None or at < soft_end:
            return "fresh"
        return "due" if at < soft_end + grace else "stale"

    def entity(self, name: str) -> Map | None:
        """Find a trusted entity."""
        return next((entity for entity in self.claims.get(6, []) if entity[1] == name), None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The verified lists of one bundle."""

    union: TrustedList
    national: dict[str, TrustedList]

    def has_pointer(self, territory: str) -> bool:
        """Tell whether the union list names the territory."""
        return any(pointer[1] == territory for pointer in self.union.claims[5])


def check_role(role: Map) -> None:
    """Check that a role names no key twice and asks for no more keys than it names."""
    keys = {thumbprint(key) for key in role[2]}
    require(len(keys) == len(role[2]), "a role names a key twice")
    require(role[1] <= len(keys), "a role asks for more keys than it names")


def read_signed(data: bytes, typ: str, claim: int, rule: Rule) -> tuple[Message, Map]:
    """Read a root or a list: message and claims; the signatures are counted later, when the role is known."""
    require(len(data) <= 2_000_000, "root and lists have at most 2 000 000 bytes")
    message = read_message(data, SIGN, typ)
    table({15: IAT_HEADER, 16: pattern(re.escape(typ))})(message.header)
    claims = decode(message.payload)
    table({1: text(200), 2: text(200), 4: NUMERIC_DATE, claim: rule})(claims)
    assert isinstance(claims, dict)  # noqa: S101 - the rule above has refused everything else
    signers = message.signature
    require(isinstance(signers, list) and 1 <= len(signers) <= 32, "a root or list has 1 to 32 signatures")
    for signer in signers:
        require(isinstance(signer, list) and len(signer) == 3, "a signer is an array of three")
        SIGNER_HEADER(header_of(signer[0]))
        require(signer[1] == {} and isinstance(signer[2], bytes), "a signer is protected, {} and the signature")
    return message, claims


def check_threshold(message: Message, threshold: int, keys: Sequence[Map]) -> None:
    """Count the distinct keys whose signature is right."""
    right = set()
    for sign_protected, _, signature in message.signature:
        header = header_of(sign_protected)
        signed = encode(["Signature", message.protected, sign_protected, b"", message.payload])
        for key in keys:
            if (key[2], key[3]) == (header[4], header[1]) and is_signed_by(key, signed, signature):
                right.add(thumbprint(key))
    require(len(right) >= threshold, f"{len(right)} of {threshold} signatures are right")


def check_list(claims: Map, territory: str) -> None:
    """Check what trusted lists share: their territory and the chain of digests."""
    require(claims[2] == territory, f"a list of {claims[2]} in place of {territory}")
    pass


def check_entities(claims: Map) -> None:
    """Check that the entities are of the list's own territory, each once."""
    names = [entity[1] for entity in claims[6]]
    require(all(name.startswith(claims[2] + "-") for name in names), "an entity of another territory")
    require(len(set(names)) == len(names), "an entity is listed twice")


def open_bundle(data: bytes, anchor: bytes) -> Snapshot:
    """Verify a bundle as a whole against the pinned digest of its root."""
    try:
        require(len(data) <= 8_000_000, "the bundle is too long")
        byte_strings: Rule = lambda value: require(isinstance(value, bytes), "not a byte string")  # noqa: E731
        bundle = decode(data)
        if not isinstance(bundle, dict) or not isinstance(bundle.get(5), dict):
            raise FormatError("a bundle is a map with the national lists in key 5")
        magic = pattern("certmark-trust-bundle")
        members = table(dict.fromkeys(bundle[5], byte_strings))
        table({1: magic, 2: one_of(1), 3: array(byte_strings, 64), 4: byte_strings, 5: members})(bundle)
        root = open_root(bundle[3][-1], anchor)
        union = open_union_list(bundle[4], root)
    except (FormatError, NewerFormatError) as error:
        raise UnusableBundleError(str(error)) from error
    national = {}
    for pointer in union.claims[5]:
        try:
            national[pointer[1]] = open_national_list(pointer, bundle[5], union)
        except (FormatError, NewerFormatError) as error:
            print(f"national list {pointer[1]}: {error}", file=sys.stderr)
    if not national:
        raise UnusableBundleError("there is no usable national list")
    return Snapshot(union, national)


def open_root(data: bytes, anchor: bytes) -> Map:
    """Verify the newest root."""
    require(hashlib.sha256(data).digest() == anchor, "the newest root is not the pinned one")
    message, claims = read_signed(data, ROOT_TYP, -65538, ROOT_MAP)
    root: Map = claims[-65538]
    check_role(root[2])
    check_role(root[3])
    check_threshold(message, root[2][1], root[2][2])
    return root


def open_union_list(data: bytes, root: Map) -> TrustedList:
    """Verify the union list under the root's union role."""
    message, claims = read_signed(data, LIST_TYP, -65539, UNION_LIST)
    check_threshold(message, root[3][1], root[3][2])
    union: Map = claims[-65539]
    check_list(union, "EU")
    territories = [pointer[1] for pointer in union[5]]
    require(len(set(territories)) == len(territories), "two pointers for one territory")
    return TrustedList(union, claims[4])


def open_national_list(pointer: Map, files: Map, union: TrustedList) -> TrustedList:
    """Verify one national list under its pointer; an embedded one ends with the union list."""
    if 8 in pointer:
        national, exp = pointer[8], union.exp
    else:
        require(pointer[1] in files, "missing")
        message, claims = read_signed(files[pointer[1]], LIST_TYP, -65539, NATIONAL_LIST)
        check_threshold(message, pointer[4], pointer[5])
        national, exp = claims[-65539], claims[4]
        require(national[1] >= pointer.get(6, 1), "older than min_sequence")
    check_list(national, pointer[1])
    check_entities(national)
    return TrustedList(national, exp, pointer)


# --- trust.md, "Keys" and "Authority" --------------------------------------------------------------------------------

ISSUANCE, STATUS = 1, 2  # types of service
KEY_COMPROMISE = 3
MOST_KEYS = 8


def find_keys(entity: Map | None, kind: int, key_id: object, hash_: object) -> list[tuple[Map, Map]]:
    """Find an entity's keys for one kind of service by kid, or by x5t: pairs of service and service key."""
    services = [service for service in (entity or {}).get(6, []) if service[1] == kind]
    pairs = [(service, key) for service in services for key in service[3]]
    found = [(service, key) for service, key in pairs if (key.get(5) == hash_ if hash_ else key[1][2] == key_id)]
    return found[:MOST_KEYS]


def is_compromised(key: Map) -> bool:
    """Tell whether no signature of the key counts."""
    return 6 in key and key[6][1] == KEY_COMPROMISE


def may_sign(key: Map, iat: int) -> bool:
    """Tell whether the key may sign at an instant, by its window and its revocation."""
    return bool(key[2] <= iat < key[3]) and not (6 in key and iat >= key[6][2])


def is_granted(service: Map, at: int) -> bool:
    """Tell whether the last entry of the history that starts at or before an instant says granted."""
    started = [entry[1] for entry in service[2] if entry[2] <= at]
    return bool(started) and started[-1] == 1


def covers(period: Map, day: int, *, first: int, end: int) -> bool:
    """Tell whether a period covers a day; `first` and `end` are the keys of its limits."""
    return bool(period[first] <= day) and day < period.get(end, day + 1)


def scope_allows(scope: Map, certificate: Map, days: Iterable[int]) -> bool:
    """Tell whether one scope covers the certificate."""
    wanted = (certificate[1], certificate[4], certificate.get(2))
    if (scope[1], scope[2], scope.get(3)) != wanted:
        return False
    papers = [scope[key] for key in (9, 10) if key in scope]
    for day in days:
        if not covers(scope, day, first=7, end=8) or not all(covers(paper, day, first=2, end=3) for paper in papers):
            return False
    ava_van = max((package.get(4, 0) for package in certificate.get(8, [])), default=0)
    if ava_van > scope.get(4, ava_van):
        return False
    return ava_van < 4 or 11 not in certificate or certificate[11] in scope.get(5, [])


def is_authorised(pointer: Map, service: Map, key: Map, claims: Map, iat: int) -> bool:
    """Tell whether the issuer was authorised at the instants of issuance."""
    certificate, issued, signed = claims[-65537], issued_day(claims), iat // DAY
    if not is_compromised(key) and not may_sign(key, iat):
        return False
    if not is_granted(service, iat) or signed < issued:
        return False
    if certificate[1] not in pointer[3][1] or certificate[4] > pointer[3][2]:
        return False
    return any(scope_allows(scope, certificate, (issued, signed)) for scope in service.get(4, []))


# --- status.md -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatusToken:
    """A status list token whose form is right; its signature is judged for each certificate."""

    uri: str
    iat: int
    exp: int | None
    ttl: int | None
    bits: int
    entries: bytes
    algorithm: int
    key_id: object
    hash_: object
    signed: bytes
    signature: bytes

    def entry(self, index: int) -> int | None:
        """Return one entry, or None when the index is out of range."""
        place = index * self.bits
        if place // 8 >= len(self.entries):
            return None
        return self.entries[place // 8] >> place % 8 & (1 << self.bits) - 1

    def freshness(self, at: int, grace: int) -> str:
        """Say how old the list is at a time."""
        if self.exp is not None and at >= self.exp:
            return "expired"
        if self.ttl is None and self.exp is not None:
            return "fresh"
        soft_end = self.iat + (self.ttl or 0)
        if at < soft_end:
            return "fresh"
        return "due" if at < soft_end + grace else "stale"


def read_status(data: bytes) -> StatusToken:
    """Read a status list token, more liberally than certmark's own artefacts."""
    require(len(data) <= 4_000_000 and data.startswith(SIGN1), "a status list token is a COSE_Sign1 with tag 18")
    parts = decode_liberal(data[1:])
    if not isinstance(parts, list) or len(parts) != 4 or not isinstance(parts[0], bytes):
        raise FormatError("a COSE message is an array of four")
    protected, unprotected, payload, signature = parts
    header = decode_liberal(protected)
    if not isinstance(header, dict) or not isinstance(unprotected, dict):
        raise FormatError("headers are maps")
    require(isinstance(payload, bytes) and isinstance(signature, bytes), "payload and signature are byte strings")
    require(header.get(16) in ("application/statuslist+cwt", 279), "typ says that this is no status list token")
    require(2 not in header and 2 not in unprotected, "critical parameters")
    require(1 not in unprotected and not (4 in header and 4 in unprotected), "alg or kid in the unprotected header")
    algorithm = {-7: -9, -35: -51}.get(header.get(1), header.get(1))
    ALGORITHM(algorithm)
    hash_ = header.get(34)
    if hash_ is not None:
        x5t(hash_)
    claims = decode_liberal(payload)
    if not isinstance(claims, dict) or not isinstance(claims.get(65533), dict):
        raise FormatError("a status list token has claim 65533")
    for claim, rule in ((2, HTTPS_URI), (6, NUMERIC_DATE)):
        rule(claims.get(claim))
    for claim in {4, 65534} & claims.keys():
        NUMERIC_DATE(claims[claim])
    bits = claims[65533].get("bits")
    one_of(1, 2, 4, 8)(bits)
    return StatusToken(
        uri=claims[2],
        iat=claims[6],
        exp=claims.get(4),
        ttl=claims.get(65534),
        bits=bits,
        entries=inflate_list(claims[65533].get("lst")),
        algorithm=algorithm,
        key_id=header.get(4, unprotected.get(4)),
        hash_=hash_[1] if hash_ else None,
        signed=encode(["Signature1", protected, b"", payload]),
        signature=signature,
    )


def inflate_list(data: object) -> bytes:
    """Inflate the list, a whole zlib stream (RFC 1950)."""
    if not isinstance(data, bytes):
        raise FormatError("lst is a byte string")
    return inflate(zlib.decompressobj(), data, 4_000_000)


def inflate(stream: Any, data: bytes, most: int) -> bytes:  # noqa: ANN401 - zlib does not export the type
    """Inflate one whole stream of at most so many bytes."""
    try:
        inflated: bytes = stream.decompress(data, most + 1)
    except zlib.error as error:
        raise FormatError(f"compressed data: {error}") from error
    require(stream.eof and not stream.unused_data and len(inflated) <= most, "not one whole compressed stream")
    return inflated


def speaks_for(token: StatusToken, entity: Map | None, at: int) -> bool:
    """Tell whether a token is rightly signed by a status service of the entity that was in order at its iat."""
    for service, key in find_keys(entity, STATUS, token.key_id, token.hash_):
        in_order = may_sign(key, token.iat) and not is_compromised(key) and is_granted(service, token.iat)
        if in_order and at < key[4] and key[1][3] == token.algorithm:
            if is_signed_by(key[1], token.signed, token.signature):
                return True
    return False


def status_sources(claims: Map, national: TrustedList) -> list[tuple[Map | None, str]]:
    """Name who may speak about the certificate, and under which uri; empty when the issuer does not declare the uri."""
    issuer, uri = national.entity(claims[1]), claims[65535]["status_list"]["uri"]
    services = [service for service in (issuer or {}).get(6, []) if service[1] == STATUS]
    declared = [entry for service in services for entry in service.get(5, []) if entry[1] == uri]
    sources = [(issuer, uri)] if declared else []
    ncca = national.claims.get(7)
    shared = {entry[2] for entry in declared if 2 in entry}
    return sources + [(national.entity(ncca[1]) if ncca else None, other) for other in sorted(shared)]


@dataclass(frozen=True, slots=True)
class Status:
    """What the lists say together, and whether they are fresh or due."""

    value: str  # valid, suspended, withdrawn or unknown
    current: bool


def certificate_status(claims: Map, national: TrustedList, tokens: Sequence[StatusToken], at: int, grace: int) -> Status:
    """Ask every list that may speak about the certificate; the worst answer counts."""
    answers: list[int | None] = []
    current = True
    sources = status_sources(claims, national)
    for entity, uri in sources:
        heard = [token for token in tokens if token.uri == uri and speaks_for(token, entity, at)]
        newest = max(heard, key=lambda token: token.iat, default=None)
        answers.append(newest.entry(claims[65535]["status_list"]["idx"]) if newest else None)
        current &= newest is None or newest.freshness(at, grace) in ("fresh", "due")
    if 1 in answers:
        return Status("withdrawn", current)
    if 2 in answers:
        return Status("suspended", current)
    return Status("valid" if sources and set(answers) == {0} else "unknown", current)


# --- verification.md -------------------------------------------------------------------------------------------------

SKEW = 300


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
class Product:
    """The product at hand, as far as the caller knows it."""

    gtin: str | None = None
    model: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The answer."""

    indication: str
    sub_indication: str = ""
    status: str = "unknown"
    promotion: str = "unknown"


def match_product(subject: Map, product: Product) -> str:
    """Compare the product at hand with the certificate (verification.md, "Product match")."""
    results = []
    if product.gtin is not None:
        results.append(listed(int(product.gtin), subject.get(9)))
    if product.model is not None:
        results.append(listed(fold(product.model), folded(subject.get(8))))
    if product.version is not None:
        as_certified = folded([subject[4]] if 4 in subject else [])
        is_text = fold(product.version) in (as_certified or [])
        results.append("matched" if is_text else listed(fold(product.version), folded(subject.get(6))))
    for result in ("differs", "not identified"):
        if result in results:
            return result
    return "matched"


def fold(value: str) -> str:
    """Fold the case, and write runs of white space as one space."""
    return " ".join(value.casefold().split())


def folded(values: list[str] | None) -> list[str] | None:
    """Fold the values of a list that the certificate has."""
    return None if values is None else [fold(value) for value in values]


def listed(value: object, values: Sequence[object] | None) -> str:
    """Look up one given value."""
    if values is None:
        return "not identified"
    return "matched" if value in values else "differs"


def verify(
    token: str | bytes,
    *,
    snapshot: Snapshot,
    status: Iterable[bytes] = (),
    at: int,
    policy: Policy,
    product: Product = Product(),
) -> Report:
    """Judge a token by the verdict table; times in seconds since 1970."""
    try:
        message, claims = read_certificate(token if isinstance(token, bytes) else message_of(token))
    except NewerFormatError:
        return Report("INDETERMINATE", "UNSUPPORTED_FORMAT")
    except FormatError:
        return Report("FAILED", "FORMAT_FAILURE", promotion="no")
    territory = claims[1][:2]
    national = snapshot.national.get(territory)
    hash_ = message.header.get(34, [0, None])[1]
    entity = national.entity(claims[1]) if national else None
    candidates = find_keys(entity, ISSUANCE, message.header.get(4), hash_)
    if national is None or not candidates:
        return no_key(snapshot, territory, at, policy)
    right = [pair for pair in candidates if is_right(message, pair[1])]
    if not right:
        return Report("FAILED", "SIG_CRYPTO_FAILURE", promotion="no")
    service, key = right[0]
    evidence = Evidence(claims, message.iat(), snapshot.union, national, service, key, read_all(status))
    return judge(evidence, at=at, policy=policy, product=product)


def no_key(snapshot: Snapshot, territory: str, at: int, policy: Policy) -> Report:
    """Apply rows 4 and 5: no key of the issuer was found."""
    current = ("fresh", "due")
    national = snapshot.national.get(territory)
    is_known = national is not None and national.freshness(at, policy.grace) in current
    is_foreign = snapshot.union.freshness(at, policy.grace) in current and not snapshot.has_pointer(territory)
    if is_known or is_foreign:
        return Report("FAILED", "ISSUER_NOT_LISTED", promotion="no")
    return Report("INDETERMINATE", "NO_SIGNING_CERTIFICATE_FOUND")


def is_right(message: Message, key: Map) -> bool:
    """Tell whether the token is signed by the service key, under the algorithm of both."""
    same = message.header[1] == key[1][3]
    return same and is_signed_by(key[1], signed_once(message), message.signature)


def read_all(files: Iterable[bytes]) -> list[StatusToken]:
    """Read the status list tokens; one that cannot be read counts as not supplied."""
    tokens = []
    for data in files:
        try:
            tokens.append(read_status(data))
        except FormatError as error:
            print(f"status list token: {error}", file=sys.stderr)
    return tokens


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that rows 7 to 20 look at."""

    claims: Map
    iat: int
    union: TrustedList
    national: TrustedList
    service: Map
    key: Map
    tokens: list[StatusToken]


SCHEMES = {"EUCC"}  # known; a status claim is required, and a suspended certificate stays valid


def judge(evidence: Evidence, *, at: int, policy: Policy, product: Product) -> Report:
    """Apply rows 7 to 21 to a token whose signature is right."""
    claims, key = evidence.claims, evidence.key
    has_claim, known = 65535 in claims, claims[-65537][1] in SCHEMES
    status = Status("unknown", current=True)
    if has_claim:
        status = certificate_status(claims, evidence.national, evidence.tokens, at, policy.grace)
    lists = (evidence.union, evidence.national)
    lists_current = all(each.freshness(at, policy.grace) in ("fresh", "due") for each in lists)
    match = "matched" if product == Product() else match_product(claims[-65537][5], product)
    not_met = policy.strict and (status.value == "suspended" or not has_claim or not is_granted(evidence.service, at))
    authorised = is_authorised(evidence.national.pointer, evidence.service, key, claims, evidence.iat)
    doubts = [
        (is_compromised(key), "FAILED", "REVOKED"),
        (at >= key[4], "INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE"),
        (not authorised, "FAILED", "ISSUER_NOT_AUTHORISED"),
        (evidence.iat > at + SKEW, "INDETERMINATE", "CLOCK_ERROR"),
    ]
    failures = [
        (not known, "INDETERMINATE", "UNKNOWN_SCHEME"),
        (known and not has_claim, "FAILED", "SCHEME_VIOLATION"),
        (status.value == "withdrawn", "FAILED", "CERTIFICATE_WITHDRAWN"),
        (at >= claims[4], "FAILED", "CERTIFICATE_EXPIRED"),
        (at < claims[5], "FAILED", "CERTIFICATE_NOT_YET_VALID"),
        (match == "differs", "FAILED", "WRONG_PRODUCT"),
        (match == "not identified", "INDETERMINATE", "PRODUCT_NOT_IDENTIFIED"),
        (not_met, "FAILED", "POLICY_NOT_MET"),
    ]
    old = [
        (not lists_current, "INDETERMINATE", "TRY_LATER"),
        (has_claim and (status.value == "unknown" or not status.current), "INDETERMINATE", "TRY_LATER"),
    ]
    rows = doubts + failures + ([] if policy.tolerates_old_lists else old)
    indication, sub_indication = next((row[1:] for row in rows if row[0]), ("PASSED", ""))
    said = "unknown"
    if not any(row[0] for row in doubts):
        said = overall_status(claims, status, at=at, current=lists_current and status.current)
    promotion = may_be_promoted(indication, said, known=known)
    return Report(indication, sub_indication, said, promotion)


def overall_status(claims: Map, status: Status, *, at: int, current: bool) -> str:
    """Name the certificate's status (verification.md, "Certificate status")."""
    order = [
        (status.value == "withdrawn", "withdrawn"),
        (at >= claims[4], "expired"),
        (at < claims[5], "not_yet_valid"),
        (status.value == "suspended", "suspended"),
        (status.value == "valid" and current, "in_force"),
    ]
    return next((name for holds, name in order if holds), "unknown")


def may_be_promoted(indication: str, status: str, *, known: bool) -> str:
    """Answer whether the certificate may be promoted (verification.md, "May it be promoted?")."""
    if indication == "FAILED" or (known and status in {"suspended", "withdrawn", "expired", "not_yet_valid"}):
        return "no"
    return "yes" if indication == "PASSED" and status == "in_force" else "unknown"
