"""Documents and claims are two forms of one thing, and nothing from outside gets past either door in another way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from certmark.cbor import decode, encode
from certmark.claims import CertificateClaims, StatusReference, claims_set, encode_claims, to_claims
from certmark.errors import CertmarkError, ClaimsError, ModelError
from certmark.model import CybersecurityCertificate, StatementOfConformity, document_from, dump_document, load_document
from certmark.model.stated import ALWAYS_STATED, STATABLE
from tests.samples import full_certificate, full_statement
from tests.strategies import certificates, documents, entity_ids, full_documents, https_uris

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.model import AnyDocument, CertificateFacts

T = TypeVar("T")

FACTS = (
    *("id", "scheme", "document_type", "content", "assurance_level", "subject_type", "extent", "scope", "standards"),
    *("protection_profiles", "technical_domain", "issuance_mode", "issued", "valid_until", "validity_approval"),
    *("methodology_approval", "legal_basis"),
)
PACKAGE_FACTS = ("name", "eal", "components", "ava_van", "augmented")
PATHS = ALWAYS_STATED | STATABLE | {"coverage", "subject", "holder", "packages.eal", "id.x", "for_label", ""}

STATUSES = st.one_of(st.none(), st.builds(StatusReference, st.integers(0, 2**32 - 1), https_uris()))


def checked(document: AnyDocument) -> CertificateClaims:
    return CertificateClaims.check(claims_set(document, issuer="DE-3087"))


@given(documents(), entity_ids(), STATUSES)
def test_a_document_comes_back_from_its_claims_as_signed(
    document: AnyDocument, issuer: str, status: StatusReference | None
) -> None:
    claims = CertificateClaims.check(claims_set(document, issuer=issuer, status=status))
    assert claims.to_document() == document.as_signed()
    assert (claims.iss, claims.status) == (issuer, status)


@given(documents())
def test_claims_survive_cbor(document: AnyDocument) -> None:
    claims = claims_set(document, issuer="DE-3087", status=StatusReference(7, "https://example.com/1"))
    encoded = encode(claims)
    decoded = decode(encoded)
    assert isinstance(decoded, Mapping)
    assert CertificateClaims.check(decoded).to_document() == document.as_signed()
    assert encode_claims(claims) == encoded


@given(documents(), st.data())
def test_a_shorter_token_keeps_the_days_of_its_document(document: AnyDocument, data: st.DataObject) -> None:
    whole = checked(document)
    nbf = data.draw(st.integers(whole.nbf, whole.exp - 1))
    exp = data.draw(st.integers(nbf + 1, whole.exp))
    claims = CertificateClaims.check(claims_set(document, issuer="DE-3087", nbf=nbf, exp=exp))
    assert (claims.nbf, claims.exp) == (nbf, exp)
    assert claims.to_document() == document.as_signed()


@given(documents())
def test_claims_and_model_tell_the_same_facts(document: AnyDocument) -> None:
    claims: CertificateFacts = checked(document)
    model: CertificateFacts = document.as_signed()
    assert [getattr(claims, fact) for fact in FACTS] == [getattr(model, fact) for fact in FACTS]
    assert [[getattr(package, fact) for fact in PACKAGE_FACTS] for package in claims.packages] == [
        [getattr(package, fact) for fact in PACKAGE_FACTS] for package in model.packages
    ]
    assert {path for path in PATHS if claims.states(path)} == {path for path in PATHS if model.states(path)}


@given(documents())
def test_json_and_back_is_the_same_document(document: AnyDocument) -> None:
    text = dump_document(document)
    assert load_document(text) == load_document(text.encode()) == document
    assert dump_document(load_document(text)) == text
    assert document_from(json.loads(text)) == document


@given(full_documents())
def test_a_label_is_its_own_label_and_never_longer(document: AnyDocument) -> None:
    label = document.for_label()
    assert label.for_label() == label
    assert label.id == document.id
    assert len(encode(to_claims(label))) <= len(encode(to_claims(document))) + len(b"\x03\x01")


@given(certificates())
def test_what_is_signed_leaves_out_what_the_trusted_list_knows(certificate: CybersecurityCertificate) -> None:
    signed = certificate.as_signed()
    assert (signed.certification_body, signed.ncca) == (None, None)
    assert signed.as_signed() == signed
    whole = certificate.model_dump(exclude={"certification_body", "ncca"})
    assert signed.model_dump() == whole


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["1970-01-01", "A"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CBOR_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64) | st.text(max_size=20) | st.binary(max_size=32),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.integers(-1, 30) | st.booleans() | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the paths to every value inside a value."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, inner in steps for place in places(inner, (*path, step)))]


def replaced(value: Any, path: tuple[Any, ...], new: object) -> Any:
    """Give a copy with the value at one path replaced."""
    if not path:
        return new
    step, *rest = path
    copy = value.copy()
    copy[step] = replaced(value[step], tuple(rest), new)
    return copy


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """Give the value at one path."""
    for step in path:
        value = value[step]
    return value


def key_added(value: Any, path: tuple[Any, ...], key: object, new: object) -> Any:
    """Give a copy with a key added to the map at one path, or the value there replaced."""
    inner = at(value, path)
    return replaced(value, path, {**inner, key: new} if isinstance(inner, dict) else new)


def values_from(whole: Any, others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values to put into a whole: foreign ones, and its own from another place."""
    return st.one_of(others, st.sampled_from(places(whole)).map(lambda path: at(whole, path)))


def outcome(door: Callable[[Any], T], value: object) -> T | CertmarkError:
    """Give what a door makes of a value, or the error of ours that it raises."""
    try:
        return door(value)
    except (ModelError, ClaimsError) as error:
        return error


def is_one_clear_line(error: CertmarkError) -> bool:
    return str(error).isascii() and str(error).isprintable() and len(str(error)) < 300


@given(st.dictionaries(st.text(max_size=10) | st.sampled_from(["id", "subject", "holder"]), JSON_VALUES, max_size=5))
def test_any_mapping_is_a_document_or_a_model_error(mapping: dict[str, object]) -> None:
    found = outcome(document_from, mapping)
    if isinstance(found, ModelError):
        assert is_one_clear_line(found)
        assert str(found).startswith(found.field)


@given(st.sampled_from([full_certificate(), full_statement()]), st.data())
def test_a_damaged_mapping_is_a_document_or_a_model_error(mapping: dict[str, Any], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(places(mapping)[1:]))
    value = data.draw(values_from(mapping, JSON_VALUES))
    found = outcome(document_from, replaced(mapping, path, value))
    if isinstance(found, CertmarkError):
        assert is_one_clear_line(found)
    else:
        assert checked(found).to_document() == found.as_signed()


@given(st.text(max_size=200) | st.binary(max_size=200) | JSON_VALUES.map(json.dumps))
def test_any_json_text_is_a_document_or_a_model_error(text: str | bytes) -> None:
    found = outcome(load_document, text)
    assert isinstance(found, CybersecurityCertificate | StatementOfConformity) or is_one_clear_line(found)


@given(CBOR_VALUES)
def test_any_value_is_claims_or_a_claims_error(value: object) -> None:
    found = outcome(CertificateClaims.check, value)
    assert isinstance(found, CertificateClaims) or is_one_clear_line(found)


@given(documents(), st.integers(-2, 30) | st.sampled_from([65535, -65537, True, "idx"]), st.data())
def test_damaged_claims_are_refused_or_are_the_only_claims_of_their_document(
    document: AnyDocument, key: object, data: st.DataObject
) -> None:
    claims = claims_set(document, issuer="DE-3087", status=StatusReference(7, "https://example.com/1"))
    path = data.draw(st.sampled_from(places(claims)))
    damaged = key_added(claims, path, key, data.draw(values_from(claims, CBOR_VALUES)))
    found = outcome(CertificateClaims.check, damaged)
    if isinstance(found, CertmarkError):
        assert is_one_clear_line(found)
    else:
        again = found.to_document()
        rebuilt = claims_set(again, issuer=found.iss, status=found.status, nbf=found.nbf, exp=found.exp)
        assert encode(rebuilt) == encode(damaged)
