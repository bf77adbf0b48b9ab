"""The worst inputs that we could think of, one row each: what it attacks, what comes of it, and what bounds it.

Each is as large as its limit allows, or as cheap to make as it is dear to read.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from itertools import product
from typing import Any, Final, NamedTuple

import cbor2

from certmark import cbor
from certmark.cose import sign, sign1
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN
from certmark.cwt import token as cwt
from certmark.cwt import typ
from certmark.limits import DEFAULT_LIMITS
from certmark.status import token as status_token
from certmark.status.bitarray import StatusList
from certmark.status.token import StatusListToken
from certmark.transport import base10, base45
from certmark.transport.dictionary import dictionary_1
from tests.fuzz import artefacts
from tests.raw_cbor import array, head, mapping, string, tagged
from tests.world import BODY_KEY, BODY_STATUS_KEY, DE_KEYS, STATUS_URI, UNION_KEYS, seconds

MILLION: Final = 1_000_000
_MERSENNE: Final = (1 << 61) - 1
_TOKEN: Final = DEFAULT_LIMITS.token
_LIST: Final = DEFAULT_LIMITS.trust_list
_DOCUMENT: Final = DEFAULT_LIMITS.document


class Worst(NamedTuple):
    """A hostile input; what is rightly signed is signed by a key that is listed.

    Attributes:
        target: what reads it.
        name: what it is.
        make: makes it.
        outcome: what must come of it.
        bound: what keeps it cheap: one of ``Limits``, or words.
    """

    target: str
    name: str
    make: Callable[[], bytes]
    outcome: str
    bound: str


# --- text and tokens ---


def _bare(body: bytes) -> bytes:
    return b"CM1:" + base45.encode(body).encode("ascii")


def _deflated(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, dictionary_1())
    return b"\x01" + compressor.compress(data) + compressor.flush()


def _link(url: str) -> bytes:
    return f"https://{url}".ljust(DEFAULT_LIMITS.text - 4, "a").encode() + b"#1 2"


def colliding(size: int) -> bytes:
    """Make a map of so many bytes whose keys, arrays of numbers, hash alike: numbers do modulo 2^61 - 1."""
    numbers = [head(0, 1 + step * _MERSENNE) for step in range(8)]
    pairs, total = [], 0
    for chosen in product(numbers, repeat=6):
        key = array(*chosen)
        total += len(key) + 1
        if total > size:
            break
        pairs.append((key, b"\xf6"))
    return mapping(*pairs)


_HEADER, _PAYLOAD, _ = sign1.from_bytes(artefacts.TOKENS[0], profile=CERTMARK_1)


def _message(*, protected: bytes = b"", beside: bytes = b"\xa0", payload: bytes = b"\x40") -> bytes:
    return tagged(18, array(string(protected), beside, payload, string(bytes(64))))


def _token(payload: bytes) -> bytes:
    return _message(protected=_HEADER.raw, payload=string(payload))


def _claims(subject: dict[int, Any], certificate: dict[int, Any]) -> dict[Any, Any]:
    claims: dict[Any, Any] = cbor2.loads(_PAYLOAD)
    claims[-65537][5].update(subject)
    claims[-65537].update(certificate)
    return claims


def _long_token() -> bytes:
    numbers = [f"{number:>011}" for number in range(256)]
    claims = _claims({6: numbers, 8: numbers}, {})
    return cwt.seal(claims, typ=typ.CERTIFICATE, issued_at=seconds("2026-03-02"), signer=BODY_KEY)


def _maintained() -> bytes:
    entries = [{1: "M", 2: 21_000 + min(number, 62), 3: "1"} for number in range(64)]
    return _token(cbor.encode(_claims({}, {27: entries})))


def _marked() -> bytes:
    return _token(cbor.encode(_claims({2: "a" + "\u0316\u0301" * 599}, {})))


# --- lists, bundle and status ---


def _list(*, beside: bytes = b"\xa0", payload: bytes = b"\x40", signatures: bytes = b"\x80") -> bytes:
    header, _ = artefacts.content(artefacts.UNIONS[0])
    return tagged(98, array(string(header), beside, payload, signatures))


_LISTED: Final = cbor.encode({1: -9, 4: UNION_KEYS[0].public_key.key_id})


def _colliding_list() -> bytes:
    signature = array(string(_LISTED), b"\xa0", string(bytes(64)))
    return _list(payload=string(colliding(_LIST - 300)), signatures=array(signature))


def _wrong_signatures() -> bytes:
    wrong = (_LISTED, (bytes(31) + b"\1") * 2)
    return sign.to_bytes(*artefacts.content(artefacts.UNIONS[0]), [wrong] * DEFAULT_LIMITS.signatures)


def _national(payload: bytes) -> bytes:
    header, _ = artefacts.content(artefacts.NATIONALS[0])
    return sign.sign(header, payload, signers=DE_KEYS[:1])


def _crowded_list() -> bytes:
    claims: dict[Any, Any] = cbor2.loads(artefacts.content(artefacts.NATIONALS[0])[1])
    claims[-65539][6] = [{1: f"DE-{number}", 2: "x", 6: [{1: 1}]} for number in range(DEFAULT_LIMITS.entries)]
    return _national(cbor.encode(claims))


def _padded_bundle() -> bytes:
    members: Any = cbor.decode(artefacts.BUNDLES[0])
    members[5].update({f"Z{letter}": bytes(_LIST) for letter in "ABCDEFGHIJKLMNO"})
    return cbor.encode(members)


def _many_roots() -> bytes:
    return b"\xa5\x01ucertmark-trust-bundle\x02\x01\x03" + head(4, 1 << 63)


def _status(size: int) -> bytes:
    said = StatusListToken(STATUS_URI, seconds("2026-05-20"), None, None, StatusList(2, bytes(size)))
    return status_token.seal(said, signer=BODY_STATUS_KEY)


def _colliding_status() -> bytes:
    header = sign1.from_bytes(artefacts.STATUS_TOKENS[0], profile=STATUS_TOKEN).headers.raw
    return _message(protected=header, payload=string(colliding(900_000)))


# --- JSON and pictures ---


def _document(**changes: Any) -> bytes:
    document = json.loads(artefacts.DOCUMENTS[0])
    document["subject"].update(changes)
    return json.dumps(document).encode()


def _unknown_names() -> bytes:
    return json.dumps(dict.fromkeys(map(str, range(60_000)))).encode()


def _crowded_scheme() -> bytes:
    scheme = json.loads(artefacts.SCHEMES[-1])
    return json.dumps({**scheme, "rules": scheme["rules"][:1] * 3_600}).encode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(side: int, pixels: bytes, *, text: bytes = b"") -> bytes:
    """Write a square picture of one bit a pixel; the pixels may be too few or too many."""
    start = _chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    chunks = (start, _chunk(b"zTXt", b"a\0\0" + zlib.compress(text)), _chunk(b"IDAT", zlib.compress(pixels)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + _chunk(b"IEND", b"")


_FORMAT: Final = "FORMAT_FAILURE"
_HOST: Final = b"https://a.example/#"
_ROWS: Final[dict[str, tuple[tuple[str, Callable[[], bytes], str, str], ...]]] = {
    "text": (
        ("DEFLATE bomb: 13 MB in 13 kB", lambda: _bare(_deflated(bytes(13 * MILLION))), _FORMAT, "`token`"),
        ("10 MB of digits", lambda: _HOST + b"1" * 10 * MILLION, _FORMAT, "`text`"),
        ("link with 8 kB of no token", lambda: _HOST + base10.encode(b"\xd2" * _TOKEN).encode(), _FORMAT, "`text`"),
        ("bare code of 13 kB", lambda: _bare(b"\xd2" * 13_000), _FORMAT, "`text`, `token`"),
        ("host of 20 000 letters", lambda: _link(""), _FORMAT, "labels of 63"),
        ("host of 9 000 labels", lambda: _link("a." * 9_000), _FORMAT, "10 labels"),
        ("path of 6 600 escapes", lambda: _link("a.example/" + "%41" * 6_600), _FORMAT, "a linear pattern"),
        ("query of 9 900 question marks", lambda: _link("a.example/" + "?a" * 9_900), _FORMAT, "a linear pattern"),
    ),
    "token": (
        ("arrays 8 000 deep", lambda: _token(b"\x81" * 7_900), _FORMAT, "`depth`"),
        ("array of 2^63 elements, none there", lambda: _message(payload=head(4, 1 << 63)), _FORMAT, "no reservation"),
        ("string of 2^40 bytes, none there", lambda: _message(payload=head(2, 1 << 40)), _FORMAT, "no reservation"),
        ("colliding keys in the header", lambda: _message(beside=colliding(_TOKEN - 200)), _FORMAT, "`token`"),
        ("colliding keys in the payload", lambda: _token(colliding(_TOKEN - 300)), _FORMAT, "`token`"),
        ("7 000 empty maps", lambda: _token(array(*[b"\xa0"] * 7_000)), _FORMAT, "`token`"),
        ("64 maintenances, one of them twice", _maintained, _FORMAT, "64 entries"),
        ("1 198 marks in the wrong order", _marked, _FORMAT, "1 200 characters"),
        ("6 kB of versions, rightly signed", _long_token, "believed", "`token`"),
    ),
    "root": (("colliding keys in the header", lambda: _list(beside=colliding(_LIST - 300)), "trust", "`header`"),),
    "union": (
        ("colliding keys in the header", lambda: _list(beside=colliding(_LIST - 300)), "trust", "`header`"),
        ("colliding keys in the payload", _colliding_list, "trust_signature", "signature first"),
        ("490 000 signatures", lambda: _list(signatures=array(*[b"\x80"] * 490_000)), "trust", "`signatures`"),
        ("32 wrong signatures of a listed key", _wrong_signatures, "trust_signature", "`signatures`"),
    ),
    "national": (
        ("5 000 empty entities, rightly signed", _crowded_list, "believed", "`entries`, `trust_list`"),
        ("colliding keys, rightly signed", lambda: _national(colliding(400_000)), "trust", "`trust_list`"),
    ),
    "bundle": (
        ("colliding keys", lambda: colliding(2 * MILLION), "trust", "the fixed shape"),
        ("8 MB of arrays", lambda: b"\x81" * DEFAULT_LIMITS.bundle, "trust", "the fixed shape"),
        ("2^63 roots, none there", _many_roots, "trust", "64 roots"),
        ("7.5 MB of lists that nobody points at", _padded_bundle, "opened", "they are not read"),
    ),
    "status": (
        ("colliding keys in the header", lambda: _message(beside=colliding(900_000)), "rejected", "`header`"),
        ("colliding keys in the payload", _colliding_status, "rejected", "signature first"),
        ("100 MB in 97 kB, rightly signed", lambda: _status(100 * MILLION), "rejected", "`status_list`"),
        (
            "16 million entries, rightly signed",
            lambda: _status(DEFAULT_LIMITS.status_list),
            "believed",
            "`status_list`",
        ),
    ),
    "certificate": (
        ("1 MB of brackets", lambda: b"[" * _DOCUMENT, "model", "the recursion limit"),
        ("1 MB of digits", lambda: b'{"id":' + b"9" * (_DOCUMENT - 7) + b"}", "model", "4 300 digits"),
        ("1e999999999", lambda: b'{"id":1e999999999}', "model", "it is no text"),
        ("one name 100 000 times", lambda: b"{" + b",".join([b'"a":0'] * 100_000) + b"}", "model", "`document`"),
        ("60 000 unknown names", _unknown_names, "model", "`document`"),
        (
            "80 000 wrong GTINs",
            lambda: _document(gtins=[f"{i}" for i in range(80_000)]),
            "model",
            "the first wrong entry",
        ),
        ("name of 900 000 characters", lambda: _document(name="x" * 900_000), "model", "1 200 characters"),
    ),
    "scheme": (
        ("1 MB of brackets", lambda: b"[" * _DOCUMENT, "scheme", "the recursion limit"),
        ("3 600 rules of one id", _crowded_scheme, "scheme", "`document`"),
    ),
    "picture": (
        ("PNG of 900 megapixels, none there", lambda: png(30_000, b""), "no code", "50 megapixels"),
        ("PNG of 49 megapixels, black", lambda: png(7_000, bytes(876 * 7_000)), "no code", "50 megapixels"),
        ("PNG with 100 MB too many", lambda: png(10, bytes(100 * MILLION)), "no code", "its own size"),
        ("PNG with a text of 100 MB", lambda: png(10, bytes(30), text=bytes(100 * MILLION)), "no code", "Pillow's own"),
    ),
}
WORST: Final = tuple(Worst(target, *row) for target, rows in _ROWS.items() for row in rows)
"""In the order of the targets."""
