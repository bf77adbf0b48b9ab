"""The published CDDL and the artefacts say the same, envelope and payload separately."""

from __future__ import annotations

import platform
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from certmark import cbor
from certmark.cose import sign
from certmark.cose.algorithms import Algorithm
from certmark.cose.signer import KeySigner
from certmark.cwt import typ
from certmark.cwt.approval import parse_approval, seal_approval
from certmark.cwt.token import parse, seal, seal_many, split_many
from tests import raw_cbor
from tests.keys import ALGORITHM_IDS, ALGORITHMS, private_key, seal_certificate, signer
from tests.needs import without
from tests.world import WORLD

# The same condition as in pyproject.toml: elsewhere pycddl has no wheel.
HAS_WHEEL: Final = sys.version_info < (3, 14) and (sys.platform != "linux" or platform.machine() == "x86_64")

SPECIFICATION = Path(__file__).parents[2] / "docs" / "spec"
FILES = ("cose.cddl", "certificate.cddl", "trust.cddl")
RULE = re.compile(r"^([A-Za-z][\w.-]*)\s*=(?!>)", re.MULTILINE)


@cache
def schema(file: str, root: str) -> Any:
    """Validator of one rule of a CDDL file.

    pycddl 0.6 validates against the first rule of the text, so the wanted one is moved there. It has limits that these
    tests keep in mind: it finds unknown members only in maps outside arrays and outside choices of types, takes any map
    or array for ``{}``, does not look into byte strings (``.cbor`` inside arrays), applies ``.size`` to texts and
    numbers too, lets negative numbers pass ``uint .le``, and searches for a ``.regexp`` instead of matching the whole
    text. That certmark refuses what it must is proved beside the code that refuses it.
    """
    if not HAS_WHEEL:
        without("no pycddl, of which this platform has no wheel: run this test on Linux on x86-64")
    from pycddl import Schema

    text = (SPECIFICATION / file).read_text(encoding="utf-8")
    starts = [match.start() for match in RULE.finditer(text)]
    rules = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    (wanted,) = [rule for rule in rules if re.match(rf"{re.escape(root)}\s*=", rule)]
    return Schema("\n".join([wanted, *(rule for rule in rules if rule is not wanted)]))


def is_valid(file: str, root: str, item: Any) -> bool:
    """Tell whether an item, encoded or not, follows a rule."""
    from pycddl import ValidationError

    try:
        schema(file, root).validate_cbor(item if isinstance(item, bytes) else raw_cbor.deterministic(item))
    except ValidationError:
        return False
    return True


GONE = object()


def changed(item: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Copy of nested maps and lists with one member replaced, added or (``GONE``) taken away."""
    copy = item.copy()
    if len(path) > 1:
        copy[path[0]] = changed(item[path[0]], path[1:], value)
    elif value is GONE:
        del copy[path[0]]
    else:
        copy[path[0]] = value
    return copy


# --- the files themselves ---


@pytest.mark.parametrize("file", FILES)
def test_every_rule_of_a_file_can_be_the_root(file: str) -> None:
    names = RULE.findall((SPECIFICATION / file).read_text(encoding="utf-8"))
    assert len(names) == len(set(names))
    for name in names:
        schema(file, name)


@pytest.mark.parametrize("file", FILES)
def test_every_name_is_defined_and_every_rule_is_used(file: str) -> None:
    text = re.sub(r"\"[^\"]*\"|;.*", "", (SPECIFICATION / file).read_text(encoding="utf-8"))
    names = set(RULE.findall(text))
    bodies = re.sub(RULE, "=", text)
    bodies = re.sub(r"\.(regexp|size|le)\b|\b\w+:", " ", bodies)  # controls and member names
    used = set(re.findall(r"(?<![\w.#-])[A-Za-z][\w-]*", bodies))
    prelude = {"bool", "bstr", "null", "nil", "true", "tstr", "uint"}
    roots = {"certificate-token", "root-token", "trusted-list-token", "sign1-header", "body-header", "signer-header"}
    roots |= {"approval", "approval-header"}
    roots |= {"certificate-claims", "root-claims", "trusted-list-claims", "trust-bundle", "trust-floor", "draft"}
    assert used - prelude <= names
    assert names - used <= roots


def test_a_rule_of_the_same_name_says_the_same_in_every_file() -> None:
    said: dict[str, set[str]] = {}
    for file in FILES:
        text = re.sub(r"\s*;.*", "", (SPECIFICATION / file).read_text(encoding="utf-8"))
        for rule in re.split(r"\n(?=[A-Za-z])", text):
            if found := RULE.match(rule):
                said.setdefault(found[1], set()).add(" ".join(rule.split()))
    assert {name for name, bodies in said.items() if len(bodies) > 1} == set()


# --- envelopes as certmark writes them ---

CLAIMS: dict[int, Any] = {1: "DE-3087", 2: "EUCC-3087-2026-01", 4: 100, 5: 50, -65537: {1: "EUCC"}}
each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=ALGORITHM_IDS)


@each_algorithm
def test_a_certificate_token_follows_its_rules(algorithm: Algorithm) -> None:
    token = seal(CLAIMS, typ=typ.CERTIFICATE, issued_at=7, signer=signer(algorithm))
    assert is_valid("cose.cddl", "certificate-token", token)
    assert is_valid("cose.cddl", "sign1-header", parse(token, typ=typ.CERTIFICATE).message.headers.raw)


def test_a_certificate_token_with_a_seal_certificate_follows_its_rules() -> None:
    key = private_key(Algorithm.ESP256)
    token = seal(CLAIMS, typ=typ.CERTIFICATE, issued_at=7, signer=KeySigner.of(key, certificate=seal_certificate(key)))
    assert is_valid("cose.cddl", "certificate-token", token)
    assert is_valid("cose.cddl", "sign1-header", parse(token, typ=typ.CERTIFICATE).message.headers.raw)


@each_algorithm
def test_an_approval_follows_its_rules(algorithm: Algorithm) -> None:
    approval = seal_approval(b"", authority="DE-NCCA", issued_at=7, signer=signer(algorithm))
    assert is_valid("cose.cddl", "approval", approval)
    assert is_valid("cose.cddl", "approval-header", parse_approval(approval, b"").message.headers.raw)
    assert not is_valid("cose.cddl", "certificate-token", approval)


@pytest.mark.parametrize(
    ("root", "artefact"),
    [("root-token", typ.ROOT), ("trusted-list-token", typ.TRUSTED_LIST)],
    ids=["root", "trusted list"],
)
@each_algorithm
def test_a_root_and_a_list_follow_their_rules(algorithm: Algorithm, root: str, artefact: str) -> None:
    token = seal_many(CLAIMS, typ=artefact, issued_at=7, signers=[signer(algorithm), signer()])
    message = split_many(token, typ=artefact)
    assert is_valid("cose.cddl", root, token)
    assert is_valid("cose.cddl", "body-header", message.headers.raw)
    assert all(is_valid("cose.cddl", "signer-header", one.headers.raw) for one in message.signatures)


@pytest.mark.parametrize("artefact", [typ.ROOT, typ.TRUSTED_LIST])
def test_a_draft_is_what_is_signed_and_no_artefact(artefact: str) -> None:
    signed = seal_many(CLAIMS, typ=artefact, issued_at=7, signers=[signer()])
    message = split_many(signed, typ=artefact)
    draft = sign.to_bytes(message.headers.raw, message.payload, ())
    assert is_valid("cose.cddl", "draft", draft)
    assert not is_valid("cose.cddl", "draft", signed)
    for root in ("root-token", "trusted-list-token"):
        assert not is_valid("cose.cddl", root, draft)


@each_algorithm
def test_a_key_follows_its_rule(algorithm: Algorithm) -> None:
    assert is_valid("trust.cddl", "cose-key", cbor.encode(signer(algorithm).public_key.to_cose_key()))


ONE = seal(CLAIMS, typ=typ.CERTIFICATE, issued_at=7, signer=signer())
MANY = seal_many(CLAIMS, typ=typ.ROOT, issued_at=7, signers=[signer()])


@pytest.mark.parametrize(
    ("root", "item"),
    [
        pytest.param("certificate-token", MANY, id="COSE_Sign as certificate"),
        pytest.param("root-token", ONE, id="COSE_Sign1 as root"),
        pytest.param("certificate-token", ONE[1:], id="no tag"),
        pytest.param("certificate-token", raw_cbor.tagged(61, ONE), id="CWT tag"),
        pytest.param("certificate-token", raw_cbor.tagged(18, b"\x83\x40\xa0\x40"), id="three members"),
        pytest.param("certificate-token", raw_cbor.tagged(18, b"\x84\xa0\xa0\x40\x40"), id="header as map"),
        pytest.param("certificate-token", raw_cbor.tagged(18, b"\x84\x40\xa0\xf6\x40"), id="detached payload"),
        pytest.param("root-token", raw_cbor.tagged(98, b"\x84\x40\xa0\x40\x80"), id="no signatures"),
        pytest.param("root-token", raw_cbor.tagged(98, b"\x84\x40\xa0\x40\x40"), id="signature without its array"),
    ],
)
def test_another_envelope_breaks_the_rules(root: str, item: bytes) -> None:
    assert not is_valid("cose.cddl", root, item)


# --- header parameters ---

SIGN1 = {1: -9, 4: bytes(8), 15: {6: 7}, 16: typ.CERTIFICATE}
APPROVAL = {1: -9, 4: bytes(8), 15: {1: "DE-NCCA", 6: 7}, 16: typ.APPROVAL}
SIGN1_X5T = {1: -9, 34: [-16, bytes(32)], 15: {6: 7}, 16: typ.CERTIFICATE}
BODY = {15: {6: 7}, 16: typ.ROOT}
SIGNER = {1: -9, 4: bytes(8)}
LAST_SECOND = 253402300799


@pytest.mark.parametrize(
    ("root", "item"),
    [
        pytest.param("sign1-header", SIGN1, id="by key id"),
        pytest.param("sign1-header", SIGN1_X5T, id="by seal certificate"),
        pytest.param("sign1-header", changed(SIGN1, (15, 6), 0), id="first second"),
        pytest.param("sign1-header", changed(SIGN1, (15, 6), LAST_SECOND), id="last second"),
        pytest.param("approval-header", APPROVAL, id="approval"),
        pytest.param("body-header", BODY, id="root"),
        pytest.param("body-header", changed(BODY, (16,), typ.TRUSTED_LIST), id="trusted list"),
        pytest.param("signer-header", SIGNER, id="signer"),
    ],
)
def test_right_headers_follow_the_rules(root: str, item: Any) -> None:
    assert is_valid("cose.cddl", root, item)


@pytest.mark.parametrize(
    ("root", "item"),
    [
        pytest.param("sign1-header", changed(SIGN1, (1,), GONE), id="no alg"),
        pytest.param("sign1-header", changed(SIGN1, (1,), -7), id="ES256"),
        pytest.param("sign1-header", changed(SIGN1, (1,), -8), id="EdDSA"),
        pytest.param("sign1-header", changed(SIGN1, (1,), "ESP256"), id="alg as text"),
        pytest.param("sign1-header", changed(SIGN1, (4,), GONE), id="no key identifier"),
        pytest.param("sign1-header", changed(SIGN1, (4,), bytes(7)), id="kid of 7 bytes"),
        pytest.param("sign1-header", changed(SIGN1, (4,), bytes(9)), id="kid of 9 bytes"),
        pytest.param("sign1-header", {**SIGN1, **SIGN1_X5T}, id="kid and x5t"),
        pytest.param("sign1-header", changed(SIGN1_X5T, (34,), [-15, bytes(32)]), id="another digest"),
        pytest.param("sign1-header", changed(SIGN1_X5T, (34,), [-16, bytes(31)]), id="digest of 31 bytes"),
        pytest.param("sign1-header", changed(SIGN1, (15,), GONE), id="no CWT Claims"),
        pytest.param("sign1-header", changed(SIGN1, (15, 6), GONE), id="no iat"),
        pytest.param("sign1-header", changed(SIGN1, (15, 6), -1), id="iat negative"),
        pytest.param("sign1-header", changed(SIGN1, (15, 6), LAST_SECOND + 1), id="iat after 9999"),
        pytest.param("sign1-header", changed(SIGN1, (15, 6), 7.0), id="iat as a float"),
        pytest.param("sign1-header", changed(SIGN1, (15, 6), True), id="iat true"),
        pytest.param("sign1-header", changed(SIGN1, (15, 1), "DE-3087"), id="iss beside iat"),
        pytest.param("sign1-header", changed(SIGN1, (16,), GONE), id="no typ"),
        pytest.param("sign1-header", changed(SIGN1, (16,), typ.ROOT), id="typ of a root"),
        pytest.param("sign1-header", changed(SIGN1, (2,), [99]), id="crit"),
        pytest.param("sign1-header", BODY, id="header of a body"),
        pytest.param("approval-header", changed(APPROVAL, (16,), typ.CERTIFICATE), id="approval with another typ"),
        pytest.param("approval-header", changed(APPROVAL, (15, 1), GONE), id="approval without iss"),
        pytest.param("approval-header", changed(APPROVAL, (15, 6), GONE), id="approval without iat"),
        pytest.param("approval-header", changed(APPROVAL, (15, 4), 7), id="approval with exp"),
        pytest.param("approval-header", SIGN1, id="approval with the header of a certificate"),
        pytest.param("body-header", changed(BODY, (16,), typ.CERTIFICATE), id="body with the typ of a certificate"),
        pytest.param("body-header", changed(BODY, (1,), -9), id="body with alg"),
        pytest.param("body-header", SIGN1, id="body with the header of a COSE_Sign1"),
        pytest.param("signer-header", changed(SIGNER, (4,), GONE), id="signer without kid"),
        pytest.param("signer-header", changed(SIGNER, (16,), typ.ROOT), id="signer with typ"),
        pytest.param("signer-header", {1: -9, 34: [-16, bytes(32)]}, id="signer with x5t"),
        pytest.param("signer-header", changed(SIGNER, (1,), -35), id="signer with ES384"),
    ],
)
def test_wrong_headers_break_the_rules(root: str, item: Any) -> None:
    assert not is_valid("cose.cddl", root, item)


# --- payloads, by hand: the artefacts of the layers above are validated beside those layers ---

STATUS = {"status_list": {"idx": 0, "uri": "https://status.example/1"}}
PAYLOAD: dict[Any, Any] = {
    1: "DE-3087",
    2: "EUCC-3087-2026-01",
    4: 100,
    5: 50,
    65535: STATUS,
    -65537: {1: "EUCC", 4: 2, 5: {1: 1, 2: "Product", 9: [4006381333931]}},
}
PACKAGE = {1: "global", 2: 4, 3: ["ALC_FLR.2", "ALC_FLR.3"], 4: 5, 5: True}
KEY = cbor.decode(cbor.encode(signer().public_key.to_cose_key()))
ROLE = {1: 1, 2: [KEY]}
ROOT: dict[Any, Any] = {1: "Operator", 2: "root", 4: 100, -65538: {1: 1, 2: ROLE, 3: ROLE, 4: "DEMO"}}
SERVICE = {
    1: 1,
    2: [{1: 1, 2: 0}],
    3: [{1: KEY, 2: 0, 3: 50, 4: 100}],
    4: [{1: "EUCC", 2: 2, 7: 0, 9: {1: "D-ZE-1", 2: 0}}],
}
NATIONAL = {1: 1, 2: "DE", 3: None, 6: [{1: "DE-3087", 2: "Body", 6: [SERVICE]}]}
POINTER = {1: "DE", 2: "Authority", 3: {1: ["EUCC"], 2: 3}, 4: 1, 5: [KEY]}
EMBEDDED = {1: "FR", 2: "Authority", 3: {1: ["EUCC"], 2: 3}, 8: changed(NATIONAL, (2,), "FR")}
UNION = {1: 2, 2: "EU", 3: 50, 4: bytes(32), 5: [POINTER, EMBEDDED]}
LIST: dict[Any, Any] = {1: "Operator", 2: "list", 4: 100}
BUNDLE: dict[Any, Any] = {1: "certmark-trust-bundle", 2: 1, 3: [b"root"], 4: b"union", 5: {"DE": b"list"}}
FLOOR: Any = cbor.decode(WORLD.trust().floor.to_bytes())

SEALED_KEY: dict[Any, Any] = {1: KEY, 2: 0, 3: 50, 4: 100, 5: bytes(32), 7: [b"seal", b"issuer"]}

RIGHT = {
    "certificate": ("certificate.cddl", "certificate-claims", PAYLOAD),
    "certificate without status": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (65535,), GONE)),
    "certificate with a package": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (-65537, 8), [PACKAGE])),
    "root": ("trust.cddl", "root-claims", ROOT),
    "root without label": ("trust.cddl", "root-claims", changed(ROOT, (-65538, 4), GONE)),
    "union list": ("trust.cddl", "trusted-list-claims", {**LIST, -65539: UNION}),
    "union list without pointers": ("trust.cddl", "trusted-list-claims", {**LIST, -65539: changed(UNION, (5,), [])}),
    "national list": ("trust.cddl", "trusted-list-claims", {**LIST, -65539: NATIONAL}),
    "key with certificates": ("trust.cddl", "service-key", SEALED_KEY),
    "key with a digest alone": ("trust.cddl", "service-key", changed(SEALED_KEY, (7,), GONE)),
    "bundle": ("trust.cddl", "trust-bundle", BUNDLE),
    "floor": ("trust.cddl", "trust-floor", FLOOR),
    "floor without national lists": ("trust.cddl", "trust-floor", changed(FLOOR, (5,), {})),
    "bundle without national lists": ("trust.cddl", "trust-bundle", changed(BUNDLE, (5,), {})),
}
WRONG = {
    "key with no certificate in the array": ("trust.cddl", "service-key", changed(SEALED_KEY, (7,), [])),
    "key with five certificates": ("trust.cddl", "service-key", changed(SEALED_KEY, (7,), [b"x"] * 5)),
    "key with a certificate and no array": ("trust.cddl", "service-key", changed(SEALED_KEY, (7,), b"x")),
    "key with a certificate of no bytes": ("trust.cddl", "service-key", changed(SEALED_KEY, (7,), [b""])),
    "key with a certificate too large": ("trust.cddl", "service-key", changed(SEALED_KEY, (7,), [bytes(8193)])),
    "key with a short digest": ("trust.cddl", "service-key", changed(SEALED_KEY, (5,), bytes(8))),
    "certificate without exp": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (4,), GONE)),
    "certificate with iat": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (6,), 7)),
    "exp as a float": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (4,), 100.5)),
    "nbf negative": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (5,), -1)),
    "iss in lower case": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (1,), "de-3087")),
    "iss as number": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (1,), 3087)),
    "status index negative": (
        "certificate.cddl",
        "certificate-claims",
        changed(PAYLOAD, (65535, "status_list", "idx"), -1),
    ),
    "status index beyond 32 bits": (
        "certificate.cddl",
        "certificate-claims",
        changed(PAYLOAD, (65535, "status_list", "idx"), 1 << 32),
    ),
    "status by http": (
        "certificate.cddl",
        "certificate-claims",
        changed(PAYLOAD, (65535, "status_list", "uri"), "http://status.example/1"),
    ),
    "unknown key": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (-65537, 99), 0)),
    "unknown level": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (-65537, 4), 4)),
    "stated default": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (-65537, 2), 0)),
    "package that says it is not augmented": (
        "certificate.cddl",
        "certificate-claims",
        changed(PAYLOAD, (-65537, 8), [changed(PACKAGE, (5,), False)]),
    ),
    "no packages": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (-65537, 8), [])),
    "nine packages": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (-65537, 8), [PACKAGE] * 9)),
    "AVA_VAN.6": (
        "certificate.cddl",
        "certificate-claims",
        changed(PAYLOAD, (-65537, 8), [changed(PACKAGE, (4,), 6)]),
    ),
    "GTIN negative": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (-65537, 5, 9), [-1])),
    "GTIN as text": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (-65537, 5, 9), ["4006381333931"])),
    "day before 1970": ("certificate.cddl", "certificate-claims", changed(PAYLOAD, (-65537, 14), -1)),
    "root of version 0": ("trust.cddl", "root-claims", changed(ROOT, (-65538, 1), 0)),
    "threshold 0": ("trust.cddl", "root-claims", changed(ROOT, (-65538, 2, 1), 0)),
    "threshold 33": ("trust.cddl", "root-claims", changed(ROOT, (-65538, 2, 1), 33)),
    "role without keys": ("trust.cddl", "root-claims", changed(ROOT, (-65538, 2, 2), [])),
    "key under ES256": (
        "trust.cddl",
        "root-claims",
        changed(ROOT, (-65538, 2, 2), [changed(KEY, (3,), -7)]),
    ),
    "root with an unknown role": ("trust.cddl", "root-claims", changed(ROOT, (-65538, 9), ROLE)),
    "list without sequence number": (
        "trust.cddl",
        "trusted-list-claims",
        {**LIST, -65539: changed(NATIONAL, (1,), GONE)},
    ),
    "list without next update": ("trust.cddl", "trusted-list-claims", {**LIST, -65539: changed(NATIONAL, (3,), GONE)}),
    "territory in lower case": ("trust.cddl", "trusted-list-claims", {**LIST, -65539: changed(NATIONAL, (2,), "de")}),
    "previous digest of 31 bytes": (
        "trust.cddl",
        "trusted-list-claims",
        {**LIST, -65539: changed(UNION, (4,), bytes(31))},
    ),
    "service without history": (
        "trust.cddl",
        "trusted-list-claims",
        {**LIST, -65539: changed(NATIONAL, (6,), [{1: "DE-3087", 2: "Body", 6: [changed(SERVICE, (2,), [])]}])},
    ),
    "unknown service": (
        "trust.cddl",
        "trusted-list-claims",
        {**LIST, -65539: changed(NATIONAL, (6,), [{1: "DE-3087", 2: "Body", 6: [changed(SERVICE, (1,), 3)]}])},
    ),
    "list among the claims of a root": ("trust.cddl", "root-claims", {**LIST, -65539: NATIONAL}),
    "floor without magic": ("trust.cddl", "trust-floor", changed(FLOOR, (1,), "floor")),
    "floor whose union list has no signers": ("trust.cddl", "trust-floor", changed(FLOOR, (4,), FLOOR[3])),
    "floor with a digest of 31 bytes": ("trust.cddl", "trust-floor", changed(FLOOR, (3, 2), bytes(31))),
    "bundle without magic": ("trust.cddl", "trust-bundle", changed(BUNDLE, (1,), "bundle")),
    "bundle of version 2": ("trust.cddl", "trust-bundle", changed(BUNDLE, (2,), 2)),
    "bundle without roots": ("trust.cddl", "trust-bundle", changed(BUNDLE, (3,), [])),
    "bundle with an unknown member": ("trust.cddl", "trust-bundle", changed(BUNDLE, (6,), b"")),
    "union list as text": ("trust.cddl", "trust-bundle", changed(BUNDLE, (4,), "union")),
    "national list as text": ("trust.cddl", "trust-bundle", changed(BUNDLE, (5, "DE"), "list")),
}


@pytest.mark.parametrize(("file", "root", "item"), RIGHT.values(), ids=RIGHT)
def test_right_payloads_follow_the_rules(file: str, root: str, item: Any) -> None:
    assert is_valid(file, root, item)


@pytest.mark.parametrize(("file", "root", "item"), WRONG.values(), ids=WRONG)
def test_wrong_payloads_break_the_rules(file: str, root: str, item: Any) -> None:
    assert not is_valid(file, root, item)
