"""Hostile input made from valid artefacts: any bytes changed, CBOR written wrongly, and what is wrong signed again.

A mutation is a function of a ``random.Random`` and of nothing else, so a number stands for it.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import cbor2

from certmark import cbor
from certmark.cose import sign, sign1
from certmark.cose.headers import signer_header
from certmark.cose.profile import STATUS_TOKEN
from certmark.cose.signer import KeySigner
from certmark.transport import base10, base45
from certmark.transport.dictionary import dictionary_1
from tests import keys
from tests.fuzz import artefacts
from tests.raw_cbor import head, mapping, string, tagged
from tests.world import (
    BODY_KEY,
    BODY_STATUS_KEY,
    DE_KEYS,
    FR_BODY_KEY,
    FR_BODY_STATUS_KEY,
    FR_KEYS,
    MAKER_KEY,
    NCCA_STATUS_KEY,
    ROOT_KEYS,
    UNION_KEYS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random


STRANGERS: Final[dict[int, KeySigner]] = {
    int(algorithm): keys.signer(algorithm, 99) for algorithm in keys.ALGORITHMS if not algorithm.name.startswith("ML_")
}
"""Keys that are listed nowhere, by algorithm."""

_LISTED: Final = (BODY_KEY, MAKER_KEY, FR_BODY_KEY, *artefacts.OTHER_KEYS, BODY_STATUS_KEY, NCCA_STATUS_KEY)
_LISTED_TOO: Final = (FR_BODY_STATUS_KEY, *ROOT_KEYS, *UNION_KEYS, *DE_KEYS, *FR_KEYS)
INSIDERS: Final = {key.public_key.key_id: key for key in (*_LISTED, *_LISTED_TOO)}
"""Every listed key by its id."""

# --- any bytes ---


def changed_bytes(data: bytes, chance: Random, *, others: Sequence[bytes]) -> bytes:
    """Change bytes in one to four places; ``others`` are what is spliced in."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        place = chance.randrange(len(data) + 1)
        size = chance.choice((1, 1, 2, 4, 8, 32, 100))
        before, behind = data[:place], data[place + size :]
        match chance.randrange(9):
            case 0 | 1 | 2 if place < len(data):
                data = before + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]
            case 3:
                data = before + bytes([chance.choice((0, 0x7F, 0x80, 0xFF, chance.randrange(256)))]) + data[place + 1 :]
            case 4:
                data = before
            case 5:
                data = before + chance.randbytes(size) + data[place:]
            case 6:
                data = before + data[place : place + size] + data[place:]
            case 7:
                data = before + behind
            case _:
                other = chance.choice(others)
                start = chance.randrange(len(other) + 1)
                data = before + other[start : start + chance.choice((size, len(other)))] + behind
    return data


# --- CBOR ---


class Inner(NamedTuple):
    """A byte string that holds CBOR."""

    value: Any


_VALUES: Final[tuple[Any, ...]] = (
    *(0, 1, 2, 3, 23, 24, -1, -7, -9, -65537, 65535, 1 << 32, 253_402_300_800, (1 << 64) - 1, -(1 << 64), 1 << 70),
    *(None, True, False, 0.0, 1.5, float("nan"), float("inf"), "", "a", " a", "e\u0301", "\u3164", "\u202e", "x" * 300),
    *("EUCC", "DE-3087", "DE-9999", "FR-3090", "https://status.body.example/eucc/1", "application/cwt", "\x1b[31m"),
    *(b"", b"\0", bytes(8), bytes(32), bytes(64), b"\xff" * 300, [], {}, [1], {1: 1}, {"a": [{}]}, [[[[]]]]),
)
_RAW: Final = (
    *(b"\xff", b"\x1c", b"\xf7", b"\xf8\x20", b"\x5f\x41\x00\xff", b"\x9f\xff", b"\xbf\xff", b"\x7f\x61a\xff"),
    *(
        b"\x61\xff",
        b"\x62\xc3",
        b"\xc2\x49" + b"\xff" * 9,
        b"\xc0\x61x",
        b"\xd8\x1d\x00",
        b"\xd8\x1c\x80",
        b"\xf9\x7e\x00",
    ),
    *(head(major, (1 << 40) - 1) for major in range(2, 6)),
    *(head(major, (1 << 63) + 1) for major in range(2, 7)),
    *(b"\x81" * depth + b"\x00" for depth in (5, 11, 12, 13, 60)),
    *(b"\xa1\x00" * depth + b"\x00" for depth in (5, 11, 12, 13, 60)),
    mapping((b"\x80", b"\x00"), (b"\x81\x00", b"\x00")),
    mapping((b"\x01", b"\x00"), (b"\x01", b"\x00")),
    mapping((b"\xf5", b"\x00"), (b"\x01", b"\x00"), (b"\xf9\x3c\x00", b"\x00")),
)


def written_wrongly(value: Any, chance: Random, *, tidily: bool = False) -> bytes:
    """Encode a value deterministically but for one to three of its items.

    Args:
        value: what is said.
        chance: decides what is changed.
        tidily: whether the encoding stays deterministic, so that what is wrong is only what it says.
    """
    wrong = chance.choice((1, 1, 1, 2, 3))
    places = frozenset(chance.randrange(_items_in(value)) for _ in range(wrong))
    return _Writer(chance, places, tidily=tidily).item(value)


def _items_in(value: Any) -> int:
    match value:
        case Inner(inner) | cbor2.CBORTag(value=inner):
            return 1 + _items_in(inner)
        case dict():
            return 1 + sum(_items_in(key) + _items_in(each) for key, each in value.items())
        case list():
            return 1 + sum(map(_items_in, value))
        case _:
            return 1


class _Writer:
    def __init__(self, chance: Random, wrong: frozenset[int], *, tidily: bool) -> None:
        self._items = 0
        self._chance = chance
        self._wrong = wrong
        self._tidily = tidily

    def item(self, value: Any) -> bytes:
        is_wrong = self._items in self._wrong
        self._items += 1
        match value:
            case Inner(inner):
                encoded = string(self.item(inner))
            case cbor2.CBORTag():
                encoded = tagged(value.tag, self.item(value.value))
            case dict():
                pairs = sorted((cbor2.dumps(key), key, each) for key, each in value.items())
                members = [self.item(key) + self.item(each) for _, key, each in pairs]
                return self._collection(5, members, is_wrong=is_wrong)
            case list():
                members = [self.item(each) for each in value]
                return self._collection(4, members, is_wrong=is_wrong)
            case _:
                encoded = cbor2.dumps(value)
                if is_wrong and self._tidily:
                    return cbor2.dumps(self._another(value))
        return self._harmed(encoded) if is_wrong and not self._tidily else encoded

    def _collection(self, major: int, members: list[bytes], *, is_wrong: bool) -> bytes:
        size = len(members)
        if not is_wrong or not members:
            return head(major, size) + b"".join(members)
        place = self._chance.randrange(size)
        match self._chance.randrange(1 if self._tidily else 7):
            case 0:
                del members[place]
            case 1:
                self._chance.shuffle(members)
            case 2:
                members.insert(place, members[place])
            case 3:
                members.insert(place, self._anything() * (major - 3))
            case 4:
                return bytes([major << 5 | 31]) + b"".join(members) + b"\xff"
            case 5:
                return head(major, max(0, size + self._chance.choice((-1, 1, 1000)))) + b"".join(members)
            case _:
                return self._harmed(head(major, size) + b"".join(members))
        return head(major, len(members)) + b"".join(members)

    def _harmed(self, encoded: bytes) -> bytes:
        match self._chance.randrange(7):
            case 0:
                first, rest = encoded[0], encoded[1:]
                longer = self._chance.choice((1, 2, 4, 8))
                return head(first >> 5, first & 31, size=longer) + rest if first & 31 < 24 else encoded + b"\0"
            case 1:
                return tagged(self._chance.choice((0, 1, 2, 24, 25, 29, 30, 37, 258, 55799, 1 << 40)), encoded)
            case 2:
                return b"\x81" * self._chance.choice((1, 2, 11, 12, 40)) + encoded
            case 3:
                return encoded[: self._chance.randrange(len(encoded))]
            case 4:
                return bytes([encoded[0] ^ self._chance.choice((0x20, 0x40, 0x60, 0x80, 1, 2))]) + encoded[1:]
            case _:
                return self._anything()

    def _another(self, value: Any) -> Any:
        """Give a value that is near, or any other one."""
        match value:
            case int() if self._chance.random() < 0.6:
                return value + self._chance.choice((-86_400, -1, 1, 2, 86_400, 1 << 33))
            case str() if value and self._chance.random() < 0.6:
                place = self._chance.randrange(len(value))
                return value[:place] + self._chance.choice(("", "A", "0", "\u00e9", "\u200b", " ")) + value[place + 1 :]
            case bytes() if value and self._chance.random() < 0.6:
                place = self._chance.randrange(len(value))
                return value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
            case _:
                return self._chance.choice(_VALUES)

    def _anything(self) -> bytes:
        if self._chance.random() < 0.4:
            return self._chance.choice(_RAW)
        return cbor2.dumps(self._chance.choice(_VALUES))


# --- COSE ---


@cache
def _taken_apart(message: bytes) -> Any:
    """Decode a valid message; headers and payload, which hold CBOR, become ``Inner``."""
    decoded = cbor2.loads(message)
    protected, unprotected, payload, signed = decoded.value
    if not isinstance(signed, bytes):
        signed = [[Inner(cbor2.loads(header)), dict(beside), value] for header, beside, value in signed]
    members = [Inner(cbor2.loads(protected)), dict(unprotected), Inner(cbor2.loads(payload)), signed]
    return cbor2.CBORTag(decoded.tag, members)


def with_wrong_items(message: bytes, chance: Random) -> bytes:
    """Write a message again with some of its CBOR wrong; signatures stay as they were."""
    if chance.random() < 0.05:
        return _with_twin(message)
    return written_wrongly(_taken_apart(message), chance)


def _with_twin(message: bytes) -> bytes:
    if not message.startswith(sign1.TAG):
        parsed = sign.from_bytes(message)
        both = [(each.headers, each.signature) for each in parsed.signatures]
        signatures = [(headers.raw, artefacts.twin(headers, signature)) for headers, signature in both]
        return sign.to_bytes(parsed.headers.raw, parsed.payload, signatures)
    one = sign1.from_bytes(message, profile=STATUS_TOKEN)
    return sign1.to_bytes(one.headers.raw, one.payload, artefacts.twin(one.headers, one.signature))


def signed_by_strangers(message: bytes, chance: Random) -> bytes:
    """Change what a message says, and sign it with keys that nobody lists, under their own ids or under listed ones."""
    return _signed_again(message, chance, lambda key_id, alg: (STRANGERS.get(alg, STRANGERS[-9]), key_id))


def signed_by_insiders(message: bytes, chance: Random) -> bytes:
    """Change what a message says, and sign it with the keys that signed it before."""
    return _signed_again(message, chance, lambda key_id, _alg: (INSIDERS[key_id], key_id))


def _signed_again(message: bytes, chance: Random, choose: Callable[[bytes, int], tuple[KeySigner, bytes]]) -> bytes:
    protected, _, payload, signed = _taken_apart(message).value
    header = protected.value
    raw_header = written_wrongly(header, chance) if chance.random() < 0.3 else cbor.encode(header)
    raw_payload = cbor.encode(payload.value)
    if chance.random() < 0.9:
        raw_payload = written_wrongly(payload.value, chance, tidily=chance.random() < 0.6)
    if isinstance(signed, bytes):
        signer, key_id = choose(header[4], header[1])
        if signer.public_key.key_id != key_id and chance.random() < 0.5:
            raw_header = cbor.encode({**header, 4: signer.public_key.key_id})
        return sign1.to_bytes(raw_header, raw_payload, signer.sign(sign1.sig_structure(raw_header, raw_payload)))
    signatures = []
    for one, _, _ in signed:
        signer, key_id = choose(one.value[4], one.value[1])
        is_own = signer.public_key.key_id == key_id or chance.random() < 0.5
        raw = signer_header(signer) if is_own else cbor.encode(one.value)
        signatures.append((raw, signer.sign(sign.sig_structure(raw_header, raw, raw_payload))))
    return sign.to_bytes(raw_header, raw_payload, signatures)


# --- text and bundle ---


def with_changed_body(token: bytes, chance: Random) -> bytes:
    """Compress a token, perhaps changed, in any way that there is, and write it, perhaps changed, as text."""
    if chance.random() < 0.3:
        token = changed_bytes(token, chance, others=artefacts.TOKENS)
    level, strategy = chance.randrange(10), chance.choice((0, 1, 2, 3, 4))
    compressor = zlib.compressobj(level, zlib.DEFLATED, -15, chance.randint(1, 9), strategy, dictionary_1())
    cut = chance.randrange(len(token) + 1)
    start = compressor.compress(token[:cut]) + compressor.flush(chance.choice((zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH)))
    body = chance.choice((b"\x01" + start + compressor.compress(token[cut:]) + compressor.flush(), token))
    if chance.random() < 0.6:
        body = changed_bytes(body, chance, others=artefacts.TOKENS)
    if chance.random() < 0.5:
        return b"CM1:" + base45.encode(body).encode("ascii")
    digits = base10.encode(body) if body else ""
    return f"https://certs.body.example/{chance.randrange(99)}#{digits}".encode("ascii")


def with_changed_members(bundle: bytes, chance: Random) -> bytes:
    """Change the parts of a bundle, and perhaps how they are put together."""
    members: Any = cbor.decode(bundle)
    change = chance.choice((with_wrong_items, signed_by_strangers, _anyhow))
    match chance.randrange(4):
        case 0:
            members[3][-1] = change(members[3][-1], chance)
        case 1:
            members[4] = change(members[4], chance)
        case 2:
            territory = chance.choice(list(members[5]))
            members[5][territory] = change(members[5][territory], chance)
        case _:
            return written_wrongly(members, chance)
    return cbor.encode(members)


def _anyhow(data: bytes, chance: Random) -> bytes:
    return changed_bytes(data, chance, others=(*artefacts.UNIONS, *artefacts.NATIONALS, *artefacts.ROOTS))
