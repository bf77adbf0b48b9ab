"""Two readers, one form: texts, messages, headers and days that are right or nearly so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from certmark.cose.algorithms import Algorithm
from certmark.transport import to_bare
from examples import independent_verify as second
from tests import keys
from tests.interop.asking import (
    BARE,
    CLAIMS,
    HEADER,
    IN_ORDER,
    MESSAGE,
    assert_agreed,
    bare_of,
    deflated,
    sealed,
)
from tests.world import WORLD, service_key

# --- forms of text ---

DIGITS: Final = WORLD.text.partition("#")[2]

TEXTS: Final = {
    **{f"host-{host}": f"https://{host}/#{DIGITS}" for host in ("h", "h.", ".h", "-h", "h-", "h--h", "H", "h_h", "é")},
    **{
        f"host-{host}": f"https://{host}/#{DIGITS}"
        for host in ("h:443", "u@h", "[::1]", "127.0.0.1", "xn--a", "a" * 64)
    },
    **{f"labels-{size}": f"https://{'.'.join('a' * size)}/#{DIGITS}" for size in (10, 11)},
    **{
        f"path-{path!r}": f"https://h{path}#{DIGITS}" for path in ("", "/", "//", "/%aF", "/%a", "/é", "/{", "/?", "?a")
    },
    **{f"path-{path!r}": f"https://h{path}#{DIGITS}" for path in ("/a?b/?", "/'()*+,;=:@!$&", '/"', "/ ", "/|", "/#")},
    **{
        f"end-{end!r}": WORLD.text + end
        for end in ("\n", "\r\n", "\r", "\n\n", "\n\r", " ", "\t", "#", "0", "²", "\x00")
    },
    **{f"bare-end-{end!r}": BARE + end for end in ("\n", "\r\n", "\r", " ", "0", "00", "é")},
    **{f"front-{front!r}": front + WORLD.text for front in (" ", "\n", "\ufeff", "0")},
    **{f"prefix-{prefix}": prefix + BARE[4:] for prefix in ("cm1:", "CM:", "CM0:", "CM01:", "CM02:", "CM2:", "CM10:")},
    **{
        f"prefix-{prefix}": prefix
        for prefix in ("CM1:", "CM2:", "CM2", "CM2;", "cm2:", " CM2:", "CM٢:", "CM+2:", "HC1:A")
    },
    "http": WORLD.text.replace("https", "http"),
    "capital-https": WORLD.text.replace("https", "HTTPS"),
    "digit-missing": WORLD.text[:-1],
    "digit-in-front": WORLD.text.replace("#", "#0"),
    "other-digits": WORLD.text.replace("1", "\u0661"),
    "no-digits": "https://h/#",
    "only-digits": DIGITS,
    "lower-case": BARE.lower(),
    "too-long": "CM1:" + "A" * 20_000,
    "too-long-and-newer": "CM2:" + "A" * 20_000,
    "empty": "",
    "line-end": "\n",
    **{f"marker-{marker:02x}": bare_of(bytes([marker]) + WORLD.cose[1:]) for marker in (0, 2, 0x78, 0xD1, 0xD3, 0xFF)},
    "not-compressed": bare_of(WORLD.cose),
    "compressed": bare_of(b"\x01" + deflated(WORLD.cose)),
    "compressed-and-more": bare_of(b"\x01" + deflated(WORLD.cose) + b"\x00"),
    "compressed-and-cut": bare_of(b"\x01" + deflated(WORLD.cose)[:-1]),
    "compressed-twice": bare_of(b"\x01" + deflated(b"\x01" + deflated(WORLD.cose))),
    "compressed-with-zlib-header": bare_of(b"\x01" + deflated(WORLD.cose, window=15)),
    "nothing-compressed": bare_of(b"\x01"),
    "bomb": bare_of(b"\x01" + deflated(bytes(1_000_000))),
    "longest": bare_of(b"\x01" + deflated(b"\xd2" + bytes(8_191))),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_forms_of_text(text: str) -> None:
    assert_agreed(text)


# --- headers and signatures ---

SIGNATURE: Final[bytes] = MESSAGE[3]
TYP: Final = "application/vnd.certmark."
MISSING: Final = object()


def header_with(label: int, value: object) -> dict[int, Any]:
    changed = {**HEADER, label: value}
    return {key: each for key, each in changed.items() if each is not MISSING}


NAMES = ("certificate.v2+cwt", "certificate.v1+cwt", "certificate.v0+cwt", "certificate.v02+cwt", "certificate.v10+cwt")
OTHER_NAMES = (
    "certificate.v+cwt",
    "certificate.v2",
    "root.v2+cwt",
    "root+cwt",
    "certificate.V2+cwt",
    "certificate.v٢+cwt",
)
HEADERS: Final = {
    **{f"typ-{name}": header_with(16, TYP + name) for name in (*NAMES, *OTHER_NAMES)},
    **{f"typ-{typ!r}": header_with(16, typ) for typ in (279, b"x", None)},
    **{f"alg-{alg}": header_with(1, alg) for alg in (-7, -8, -9, -19, -35, -48, -49, -50, -51, 0, None, True, "ES256")},
    **{f"kid-{kid!r}": header_with(4, kid) for kid in (b"1234567", b"12345678", b"123456789", "12345678", None)},
    **{f"iat-{iat!r}": header_with(15, {6: iat}) for iat in (-1, 0, 253_402_300_799, 253_402_300_800, None, "1")},
    **{f"without-{label}": header_with(label, MISSING) for label in HEADER},
    "iat-and-another-claim": header_with(15, {6: 1, 1: "DE-3087"}),
    "x5t-beside-kid": header_with(34, [-16, bytes(32)]),
    "x5t-unknown": {**header_with(4, MISSING), 34: [-16, bytes(32)]},
    "x5t-of-another-hash": {**header_with(4, MISSING), 34: [-15, bytes(32)]},
    "x5t-too-short": {**header_with(4, MISSING), 34: [-16, bytes(31)]},
    "critical": header_with(2, [1]),
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_headers(header: dict[int, Any]) -> None:
    assert_agreed(sealed(header))


LATER: Final = second.encode(header_with(16, TYP + "certificate.v2+cwt"))
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
MESSAGES: Final = {
    **{f"signature-of-{len(each)}": [MESSAGE[0], {}, MESSAGE[2], each] for each in (b"", bytes(64), SIGNATURE[:-1])},
    "signature-and-more": [MESSAGE[0], {}, MESSAGE[2], SIGNATURE + b"\x00"],
    "signature-of-text": [MESSAGE[0], {}, MESSAGE[2], "x" * 64],
    "signature-malleated": [
        *(MESSAGE[0], {}, MESSAGE[2]),
        SIGNATURE[:32] + (ORDER - int.from_bytes(SIGNATURE[32:], "big")).to_bytes(32, "big"),
    ],
    "unprotected": [MESSAGE[0], {4: b"12345678"}, MESSAGE[2], SIGNATURE],
    "detached": [MESSAGE[0], {}, None, SIGNATURE],
    "header-not-wrapped": [HEADER, {}, MESSAGE[2], SIGNATURE],
    "header-empty": [b"", {}, MESSAGE[2], SIGNATURE],
    "five": [*MESSAGE, 1],
    "three": MESSAGE[:3],
    "later-and-unprotected": [LATER, {4: b"x"}, MESSAGE[2], SIGNATURE],
    "later-and-detached": [LATER, {}, None, SIGNATURE],
    "later-and-five": [LATER, {}, MESSAGE[2], SIGNATURE, 1],
    "later-and-other-payload": [LATER, {}, b"\xff", SIGNATURE],
}


@pytest.mark.parametrize("tag", [b"\xd2", b"\xd8\x12", b"\xd8\x62", b"\xd8\x3d\xd2", b""], ids=bytes.hex)
@pytest.mark.parametrize("message", [*MESSAGES.values(), MESSAGE], ids=[*MESSAGES, "as-issued"])
def test_messages(message: list[object], tag: bytes) -> None:
    assert_agreed(tag + second.encode(message))


# --- days and years ---

NBF, EXP = CLAIMS[5], CLAIMS[4]
FIRST, END = NBF // 86_400, EXP // 86_400
PERIODS: Final = {
    "begins-a-second-later": (NBF + 1, EXP, {}),
    "begins-a-second-later-and-says-so": (NBF + 1, EXP, {14: FIRST}),
    "begins-a-day-later": (NBF + 86_400, EXP, {14: FIRST}),
    "issued-stated-needlessly": (NBF, EXP, {14: FIRST}),
    "issued-after-nbf": (NBF, EXP, {14: FIRST + 1}),
    "ends-a-second-sooner": (NBF, EXP - 1, {}),
    "ends-a-second-sooner-and-says-so": (NBF, EXP - 1, {15: END - 1}),
    "ends-a-day-sooner": (NBF, EXP - 86_400, {15: END - 1}),
    "valid-until-stated-needlessly": (NBF, EXP, {15: END - 1}),
    "outlives": (NBF, EXP, {15: END - 2}),
    "one-day": (NBF, NBF + 86_400, {}),
    "no-day": (NBF, NBF, {}),
    "empty": (NBF + 864_000, NBF + 864_000, {14: FIRST, 15: END - 1}),
    "backwards": (NBF + 864_000, NBF + 86_400, {14: FIRST, 15: END - 1}),
    "last-day-of-all": (NBF, EXP, {15: 2_932_896}),
    "the-epoch": (0, 0, {}),
}


@pytest.mark.parametrize(("nbf", "exp", "own"), PERIODS.values(), ids=PERIODS)
def test_periods(nbf: int, exp: int, own: dict[int, int]) -> None:
    claims = {**CLAIMS, 5: nbf, 4: exp, -65537: {**CLAIMS[-65537], **own}}
    assert_agreed(sealed(HEADER, second.encode(claims)))


# --- algorithms ---


@pytest.mark.parametrize("carry", [bytes, to_bare], ids=["bytes", "bare"])
@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_algorithms(algorithm: Algorithm, carry: Callable[[bytes], str | bytes]) -> None:
    signer = keys.signer(algorithm, 77)
    world = WORLD.with_service(keys=(service_key(signer),)).signed_by(signer)
    assert assert_agreed(carry(world.cose), world=world) == IN_ORDER
    forged = world.cose[:-1] + bytes([world.cose[-1] ^ 1])
    assert assert_agreed(carry(forged), world=world)[1] == "SIG_CRYPTO_FAILURE"


# --- what a label may hold, and whom a certificate may name ---

EXTRAS: Final[dict[str, dict[int, Any]]] = {"label-with-documents": {3: 1}, "based-on-itself": {22: [CLAIMS[2]]}}


@pytest.mark.parametrize("changes", EXTRAS.values(), ids=EXTRAS)
def test_extras(changes: dict[int, Any]) -> None:
    claims = {**CLAIMS, -65537: {**CLAIMS[-65537], **changes}}
    assert_agreed(sealed(HEADER, second.encode(claims)))
