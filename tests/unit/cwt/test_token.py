"""Claims inside COSE: iat where the profile wants it, typ before everything else."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest

from certmark import cbor
from certmark.cose import sign1
from certmark.cose.algorithms import Algorithm
from certmark.cose.headers import body_header, sign1_header, signer_header
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN, Profile
from certmark.cose.sign import sig_structure, to_bytes
from certmark.cwt import typ
from certmark.cwt.token import parse, read_claims, seal, seal_many, split, split_many
from certmark.errors import CborError, CoseError, CwtError, DecodeError, UnsupportedFormatError
from certmark.limits import DEFAULT_LIMITS, Limits
from tests import raw_cbor
from tests.keys import ALGORITHM_IDS, ALGORITHMS, signer

each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=ALGORITHM_IDS)
CLAIMS: dict[int, object] = {1: "DE-3087", 2: "EUCC-3087-2026-01", 4: 100, 5: 50, -65537: {1: "EUCC", 4: 2}}
A, B = signer(number=1), signer(number=2)


def certificate(payload: bytes, *, stated: object = typ.CERTIFICATE, header: dict[int, Any] | None = None) -> bytes:
    """Token with a right signature over any payload."""
    parameters = {1: -9, 4: A.public_key.key_id, 15: {6: 7}, 16: stated} if header is None else header
    return sign1.sign1(raw_cbor.deterministic(parameters), payload, signer=A)


def root(payload: bytes, *, stated: str = typ.ROOT) -> bytes:
    body, own = body_header(typ=stated, issued_at=7), signer_header(A)
    return to_bytes(body, payload, [(own, A.sign(sig_structure(body, own, payload)))])


def claims_of_many(token: bytes, *, artefact: str = typ.ROOT, limits: Limits = DEFAULT_LIMITS) -> dict[Any, Any]:
    return read_claims(split_many(token, typ=artefact, limits=limits).payload, limits=limits)


# --- round trip ---


@each_algorithm
def test_claims_of_one_signer(algorithm: Algorithm) -> None:
    token = seal(CLAIMS, typ=typ.CERTIFICATE, issued_at=7, signer=signer(algorithm))
    parsed = parse(token, typ=typ.CERTIFICATE)
    assert parsed.untrusted_claims == CLAIMS
    assert parsed.message.headers.issued_at == 7
    assert parsed.message.is_signed_by(signer(algorithm).public_key)


@each_algorithm
def test_claims_of_many_signers(algorithm: Algorithm) -> None:
    signers = [signer(algorithm, 1), signer(algorithm, 2)]
    message = split_many(seal_many(CLAIMS, typ=typ.ROOT, issued_at=7, signers=signers), typ=typ.ROOT)
    assert read_claims(message.payload) == CLAIMS
    assert message.headers.issued_at == 7
    assert len(message.signed_by(one.public_key for one in signers)) == 2


def test_the_payload_is_the_deterministic_map_of_the_claims() -> None:
    token = seal(dict(reversed(CLAIMS.items())), typ=typ.CERTIFICATE, issued_at=7, signer=A)
    assert cbor2.loads(token).value[2] == raw_cbor.deterministic(CLAIMS)


def test_sealing_leaves_the_claims_of_the_caller_alone() -> None:
    claims = dict(CLAIMS)
    seal(claims, typ=typ.CERTIFICATE, issued_at=7, signer=A)
    seal(claims, typ=typ.STATUS_LIST, issued_at=7, signer=A, profile=STATUS_TOKEN)
    seal_many(claims, typ=typ.ROOT, issued_at=7, signers=[A])
    assert claims == CLAIMS


def test_the_same_claims_give_the_same_token() -> None:
    first, second = (seal(CLAIMS, typ=typ.CERTIFICATE, issued_at=7, signer=A) for _ in range(2))
    assert first == second


def test_a_status_token_keeps_iat_among_its_claims() -> None:
    token = seal(CLAIMS, typ=typ.STATUS_LIST, issued_at=7, signer=A, profile=STATUS_TOKEN)
    parsed = parse(token, typ=typ.STATUS_LIST, profile=STATUS_TOKEN)
    assert parsed.untrusted_claims == {**CLAIMS, 6: 7}
    assert parsed.message.headers.issued_at is None
    assert parsed.message.is_signed_by(A.public_key)


def test_a_status_token_of_a_third_party() -> None:
    # ES256, key id unprotected, typ as a number, maps in the order in which someone wrote them
    protected = bytes.fromhex("a2101901170126")
    payload = raw_cbor.mapping(
        (raw_cbor.head(0, 6), raw_cbor.head(0, 7)), (raw_cbor.head(0, 2), raw_cbor.deterministic("https://a.example"))
    )
    signature = A.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    message = raw_cbor.tagged(
        18,
        raw_cbor.array(
            raw_cbor.string(protected),
            raw_cbor.deterministic({4: b"12"}),
            raw_cbor.string(payload),
            raw_cbor.string(signature),
        ),
    )
    parsed = parse(message, typ=typ.STATUS_LIST, profile=STATUS_TOKEN)
    assert parsed.untrusted_claims == {6: 7, 2: "https://a.example"}
    assert parsed.message.headers.key_id == b"12"
    assert parsed.message.is_signed_by(A.public_key)
    with pytest.raises(DecodeError):
        parse(message, typ=typ.STATUS_LIST)
    apart = split(message, typ=typ.STATUS_LIST, profile=STATUS_TOKEN)
    assert apart == parsed.message
    assert read_claims(apart.payload, profile=STATUS_TOKEN) == parsed.untrusted_claims
    with pytest.raises(CborError):
        read_claims(apart.payload)


# --- iat has one place ---


def test_iat_among_the_claims_of_a_certificate_is_an_error() -> None:
    with pytest.raises(CwtError):
        parse(certificate(raw_cbor.deterministic({**CLAIMS, 6: 7})), typ=typ.CERTIFICATE)


def test_iat_among_the_claims_of_a_root_is_an_error() -> None:
    with pytest.raises(CwtError):
        claims_of_many(root(raw_cbor.deterministic({**CLAIMS, 6: 7})))


def test_a_certificate_without_iat_in_its_header_is_an_error() -> None:
    header = {1: -9, 4: A.public_key.key_id, 16: typ.CERTIFICATE}
    with pytest.raises(CoseError):
        parse(certificate(raw_cbor.deterministic({**CLAIMS, 6: 7}), header=header), typ=typ.CERTIFICATE)


# --- payloads ---

PAYLOADS = {
    "nothing": b"",
    "null": b"\xf6",
    "list": b"\x80",
    "number": b"\x01",
    "text": b"\x61x",
    "bytes of a map": b"\x41\xa0",
    "CWT tag around the claims": raw_cbor.tagged(61, b"\xa0"),
    "another message": certificate(b"\xa0"),
    "trailing byte": b"\xa0\x00",
    "cut short": b"\xa1\x01",
    "claim twice": bytes.fromhex("a201000101"),
    "claim as a float": bytes.fromhex("a104f93c00"),
    "not a number as exp": bytes.fromhex("a104f97e00"),
    "epoch time as exp": bytes.fromhex("a104c100"),
    "bytes as key": bytes.fromhex("a1410100"),
    "indefinite length": bytes.fromhex("bf0100ff"),
    "nested too deep": b"\xa1\x01" + b"\x81" * 12 + b"\x00",
    "shared reference": bytes.fromhex("d81ca101d81d00"),
}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_another_payload_is_no_claims_set(payload: bytes) -> None:
    with pytest.raises((CborError, CwtError)):
        parse(certificate(payload), typ=typ.CERTIFICATE)
    with pytest.raises((CborError, CwtError)):
        parse(certificate(payload, stated=typ.STATUS_LIST), typ=typ.STATUS_LIST, profile=STATUS_TOKEN)
    with pytest.raises((CborError, CwtError)):
        claims_of_many(root(payload))


@pytest.mark.parametrize("payload", ["a201000200", "a1180100", "b8010100"], ids=["in order", "wide key", "wide head"])
def test_only_status_tokens_may_have_claims_in_another_encoding(payload: str) -> None:
    encoded = bytes.fromhex(payload)
    assert (
        parse(certificate(encoded, stated=typ.STATUS_LIST), typ=typ.STATUS_LIST, profile=STATUS_TOKEN).untrusted_claims[
            1
        ]
        == 0
    )
    if payload != "a201000200":
        with pytest.raises(CborError):
            parse(certificate(encoded), typ=typ.CERTIFICATE)
        with pytest.raises(CborError):
            claims_of_many(root(encoded))


def test_the_depth_of_a_list_is_bounded() -> None:
    payload = b"\xa1\x01" + b"\x81" * 4 + b"\x00"
    assert claims_of_many(root(payload), limits=Limits(depth=5))
    with pytest.raises(CborError):
        claims_of_many(root(payload), limits=Limits(depth=4))


def test_the_signatures_of_a_list_are_bounded() -> None:
    token = seal_many(CLAIMS, typ=typ.ROOT, issued_at=7, signers=[A, B])
    assert claims_of_many(token, limits=Limits(signatures=2)) == CLAIMS
    with pytest.raises(CoseError):
        claims_of_many(token, limits=Limits(signatures=1))


# --- no artefact passes for another ---

ONE_SIGNER = {"certificate": typ.CERTIFICATE, "root": typ.ROOT, "trusted list": typ.TRUSTED_LIST}


@pytest.mark.parametrize("stated", ONE_SIGNER.values(), ids=ONE_SIGNER)
@pytest.mark.parametrize("expected", ONE_SIGNER.values(), ids=ONE_SIGNER)
def test_a_token_passes_for_its_own_type_alone(stated: str, expected: str) -> None:
    one = seal(CLAIMS, typ=stated, issued_at=7, signer=A)
    many = seal_many(CLAIMS, typ=stated, issued_at=7, signers=[A])
    if stated == expected:
        assert parse(one, typ=expected).untrusted_claims == CLAIMS
        assert claims_of_many(many, artefact=expected) == CLAIMS
        return
    with pytest.raises(CwtError):
        parse(one, typ=expected)
    with pytest.raises(CwtError):
        claims_of_many(many, artefact=expected)


def test_one_signature_is_not_many() -> None:
    with pytest.raises(CoseError):
        claims_of_many(seal(CLAIMS, typ=typ.ROOT, issued_at=7, signer=A))
    with pytest.raises(CoseError):
        parse(seal_many(CLAIMS, typ=typ.ROOT, issued_at=7, signers=[A]), typ=typ.ROOT)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_typ_is_checked_before_the_payload(payload: bytes) -> None:
    with pytest.raises(UnsupportedFormatError):
        parse(certificate(payload, stated="application/vnd.certmark.certificate.v2+cwt"), typ=typ.CERTIFICATE)
    with pytest.raises(UnsupportedFormatError):
        claims_of_many(root(payload, stated="application/vnd.certmark.root.v2+cwt"))


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({1: -65000, 4: bytes(8), 15: {6: 7}, 16: "TYP"}, id="unknown algorithm"),
        pytest.param({1: -9, 4: bytes(32), 15: {6: 7}, 16: "TYP"}, id="longer key id"),
        pytest.param({1: -9, 15: {1: "x", 6: 7}, 16: "TYP", 99: 0}, id="other parameters"),
        pytest.param({16: "TYP"}, id="typ alone"),
    ],
)
def test_a_newer_token_is_recognised_whatever_else_its_header_holds(header: dict[int, Any]) -> None:
    later = "application/vnd.certmark.certificate.v2+cwt"
    token = certificate(b"\xf6", header={**header, 16: later})
    with pytest.raises(UnsupportedFormatError):
        parse(token, typ=typ.CERTIFICATE)


# --- messages of other libraries' habits ---


def _message(protected: dict[Any, Any], unprotected: dict[Any, Any]) -> bytes:
    return raw_cbor.tagged(
        18,
        raw_cbor.array(
            raw_cbor.string(raw_cbor.deterministic(protected) if protected else b""),
            raw_cbor.deterministic(unprotected),
            raw_cbor.string(raw_cbor.deterministic(CLAIMS)),
            raw_cbor.string(bytes(64)),
        ),
    )


FULL = {1: -9, 4: A.public_key.key_id, 15: {6: 7}, 16: typ.CERTIFICATE}
HABITS: dict[str, bytes] = {
    "alg unprotected only": _message({4: FULL[4], 15: FULL[15], 16: FULL[16]}, {1: -9}),
    "no alg at all": _message({4: FULL[4], 15: FULL[15], 16: FULL[16]}, {}),
    "everything unprotected": _message({}, FULL),
    "kid in both, equal": _message(FULL, {4: FULL[4]}),
    "kid in both, differing": _message(FULL, {4: bytes(8)}),
    "unknown critical parameter": _message({**FULL, 2: [99]}, {}),
    "critical parameter that is missing": _message({**FULL, 2: [3]}, {}),
    "trailing byte": _message(FULL, {}) + b"\0",
    "no tag": _message(FULL, {})[1:],
    "CWT tag around it": raw_cbor.tagged(61, _message(FULL, {})),
}


@pytest.mark.parametrize("message", HABITS.values(), ids=HABITS)
def test_what_other_libraries_let_pass_is_refused(message: bytes) -> None:
    assert parse(_message(FULL, {}), typ=typ.CERTIFICATE)
    with pytest.raises(DecodeError):
        parse(message, typ=typ.CERTIFICATE)


# --- taken apart before the claims are read ---


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_token_is_taken_apart_whatever_its_payload_holds(payload: bytes) -> None:
    apart = split(certificate(payload), typ=typ.CERTIFICATE, profile=CERTMARK_1)
    assert apart.payload == payload
    with pytest.raises((CborError, CwtError)):
        read_claims(apart.payload)
    with pytest.raises((CborError, CwtError)):
        read_claims(apart.payload, profile=STATUS_TOKEN)


def test_a_token_of_another_type_is_not_taken_apart() -> None:
    with pytest.raises(CwtError):
        split(certificate(b"\xa0", stated=typ.ROOT), typ=typ.CERTIFICATE, profile=CERTMARK_1)


@pytest.mark.parametrize(("spare", "is_right"), [(0, True), (-1, False)])
def test_the_header_of_a_token_that_is_taken_apart_is_bounded(spare: int, is_right: bool) -> None:
    limits = Limits(header=len(raw_cbor.deterministic(FULL)) + spare)
    if is_right:
        assert split(certificate(b""), typ=typ.CERTIFICATE, profile=CERTMARK_1, limits=limits).payload == b""
    else:
        with pytest.raises(CoseError, match="a header has"):
            split(certificate(b""), typ=typ.CERTIFICATE, profile=CERTMARK_1, limits=limits)


@pytest.mark.parametrize("profile", [CERTMARK_1, STATUS_TOKEN], ids=["certmark-1", "status-token"])
def test_a_large_payload_is_searched_for_compound_keys_before_it_is_decoded(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(header=100)
    harmless = raw_cbor.deterministic({2: "x" * 100, -70000: [0]})
    assert read_claims(harmless, profile=profile, limits=limits) == {2: "x" * 100, -70000: [0]}
    for decoder in ("decode", "decode_lenient"):
        monkeypatch.setattr(cbor, decoder, lambda *_, **__: pytest.fail("decoded"))
    for hostile in (raw_cbor.mapping((b"\x80", harmless)), raw_cbor.mapping((b"\x00", b"\x81" * 100 + b"\x00"))):
        with pytest.raises(CborError):
            read_claims(hostile, profile=profile, limits=limits)


# --- what is written, and by default ---


def test_the_header_of_a_sealed_token_is_the_one_of_the_specification() -> None:
    token = seal(CLAIMS, typ=typ.CERTIFICATE, issued_at=7, signer=A)
    assert parse(token, typ=typ.CERTIFICATE).message.headers.raw == raw_cbor.deterministic(FULL)
    assert sign1_header(A, typ=typ.CERTIFICATE, issued_at=7) == raw_cbor.deterministic(FULL)


def test_the_strict_profile_is_the_default() -> None:
    token = seal(CLAIMS, typ=typ.CERTIFICATE, issued_at=7, signer=A)
    assert parse(token, typ=typ.CERTIFICATE) == parse(token, typ=typ.CERTIFICATE, profile=CERTMARK_1)


def test_a_reader_may_say_how_long_the_encoding_of_the_claims_is() -> None:
    token = seal(CLAIMS, typ=typ.CERTIFICATE, issued_at=7, signer=A)
    length = len(raw_cbor.deterministic(CLAIMS))
    assert parse(token, typ=typ.CERTIFICATE, size_of=lambda _: length).untrusted_claims == CLAIMS
    with pytest.raises(CborError):
        parse(token, typ=typ.CERTIFICATE, size_of=lambda _: length + 1)
