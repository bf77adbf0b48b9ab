"""Root and lists as JSON: nothing is lost, and whatever is wrong is named with its place."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from certmark import cbor
from certmark.cose.algorithms import Algorithm
from certmark.errors import PublishingError
from certmark.limits import Limits
from certmark.model.vocabulary import AssuranceLevel, IssuanceMode, TechnicalDomain
from certmark.trust import wire
from certmark.trust.entities import KeyRevocation, RevocationReason, ServiceStatus, StatusEntry
from certmark.trust.lists import Permitted, Pointer, Role, RootMap, UnionMap
from certmark.trust.publish.documents_json import ListDocument, dump_list, load_list
from tests import keys
from tests.samples import changed
from tests.world import BODY_KEY, ROOT_KEYS, STRANGER_KEY, UNION_KEYS, WORLD, World, seconds

if TYPE_CHECKING:
    from enum import StrEnum

    from certmark.trust.lists import Content, NationalMap


def roles(*algorithms: Algorithm) -> Role:
    return Role(1, tuple(keys.signer(algorithm).public_key for algorithm in algorithms))


def national(world: World = WORLD) -> Content:
    return world.member().content._replace(sequence_number=1, next_update=0)


def union(world: World = WORLD) -> UnionMap:
    return UnionMap(1, "EU", 0, tuple(member.pointer for member in world.members))


RICH = (
    WORLD.with_key(
        x5t=sha256(b"seal").digest(),
        x5chain=(b"seal", b"issuer"),
        revocation=KeyRevocation(RevocationReason.KEY_COMPROMISE, seconds("2026-03-01"), 1, 2),
    )
    .with_service(history=(StatusEntry(ServiceStatus.GRANTED, 5, "reason", 7), StatusEntry(ServiceStatus.WITHDRAWN, 9)))
    .with_scopes(statements=True, until_day=7)
    .with_ncca_list()
)
ROOT = RootMap(1, roles(*keys.ALGORITHMS), Role(2, tuple(key.public_key for key in UNION_KEYS)), "TEST")
DOCUMENTS: dict[str, Content] = {
    "national": national(),
    "national-with-everything": national(RICH),
    "national-closed": WORLD.with_member(next_update=None).member().content._replace(sequence_number=1),
    "national-without-entities": national(WORLD.with_member(entities=(), ncca=None)),
    "union": union(),
    "union-embedding": UnionMap(
        1, "EU", 0, tuple(member.pointer for member in WORLD.with_member(embedded=True, next_update=None).members)
    ),
    "union-with-min-sequence": union(WORLD.with_member(min_sequence=3)),
    "root": ROOT,
    "root-without-label": ROOT._replace(label=None),
}


@pytest.mark.parametrize("content", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_is_read_back_from_its_json(content: Content) -> None:
    document = ListDocument("Example operator", "example-list", content)
    text = dump_list(document)
    read = load_list(text)
    assert dump_list(read) == text
    for kind, type_ in ((wire.ROOT, RootMap), (wire.UNION, UnionMap)):
        if isinstance(content, type_):
            assert cbor.encode(kind.write(read.content)) == cbor.encode(_as_document(kind.write(content)))


def _as_document(written: Any) -> Any:
    """Number an embedded list as documents do."""
    for pointer in written.get(5, ()):
        if 8 in pointer:
            pointer[8][1] = 1
    return written


def test_a_document_is_for_people_to_read() -> None:
    value = json.loads(dump_list(ListDocument("o", "i", national(RICH))))
    service = value["entities"][0]["services"][0]
    assert service["service_type"] == "certificate_issuance"
    assert service["history"][0] == {
        "status": "granted",
        "starting_time": "1970-01-01T00:00:05Z",
        "reason": "reason",
        "recorded_at": "1970-01-01T00:00:07Z",
    }
    key = service["keys"][0]
    assert key["cose_key"]["algorithm"] == "ESP256"
    assert key["cose_key"]["key_id"] == BODY_KEY.public_key.key_id.hex()
    assert key["x5t"] == sha256(b"seal").hexdigest()
    assert key["x5chain"] == ["c2VhbA==", "aXNzdWVy"]
    assert key["revocation"]["reason"] == "key_compromise"
    scope = service["scopes"][0]
    assert (scope["level"], scope["statements"], scope["until_day"]) == ("high", True, "1970-01-08")
    assert scope["technical_domains"] == ["smart_cards_and_similar_devices"]
    assert not {"sequence_number", "prev_digest", "next_update"} & value.keys()


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        pytest.param((6,), 5, r"entities\[0\].services must be an array", id="entity"),
        pytest.param(
            (6, 0, 3, 0, 1), {2: bytes(8)}, r"entities\[0\].services\[0\].keys\[0\].cose_key holds no usable", id="key"
        ),
    ],
)
def test_what_others_signed_wrongly_is_no_document(path: tuple[Any, ...], value: Any, says: str) -> None:
    """Readers pass over a key that they cannot use, so that a signed list may hold one."""
    content = WORLD.member().content
    entity: Any = changed(content.entities[0], path, value)
    for wrong in (
        content._replace(entities=(entity,)),
        UnionMap(1, "EU", 0, (embedding(content._replace(entities=(entity,))),)),
    ):
        with pytest.raises(PublishingError, match=says):
            dump_list(ListDocument("o", "i", wrong))


def embedding(content: NationalMap) -> Pointer:
    return Pointer("DE", "o", Permitted(("EUCC",), 3), embedded=content)


@pytest.mark.parametrize(
    ("kind", "words"),
    [(wire.LEVEL, AssuranceLevel), (wire.TECHNICAL_DOMAIN, TechnicalDomain), (wire.ISSUANCE_MODE, IssuanceMode)],
    ids=["level", "domain", "mode"],
)
def test_lists_use_the_words_and_numbers_of_certificates(kind: Any, words: type[StrEnum]) -> None:
    assert kind.form == dict(enumerate(words, 1))


VALUES = {name: json.loads(dump_list(ListDocument("o", "i", content))) for name, content in DOCUMENTS.items()}
KEY = ("entities", 0, "services", 0, "keys", 0)
SCOPE = ("entities", 0, "services", 0, "scopes", 0)


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


WRONG: dict[str, tuple[str, tuple[Any, ...], Any, str]] = {
    "no-type": ("national", ("type",), None, "type must be one of root, union_list, national_list, not None"),
    "another-type": ("national", ("type",), "list", "type must be one of"),
    "type-of-another-list": ("national", ("type",), "union_list", "has no member 'entities': there are territory"),
    "no-operator": ("national", ("operator",), None, "operator must be a text"),
    "empty-id": ("national", ("list_id",), "", "list_id is empty"),
    "a-number-of-its-own": ("national", ("sequence_number",), 7, "has no member 'sequence_number'"),
    "a-next-update-of-its-own": ("national", ("next_update",), "2026-01-01T00:00:00Z", "no member 'next_update'"),
    "closed-false": ("national", ("closed",), False, "closed that is not true"),
    "closed-number": ("national", ("closed",), 1, "closed that is not true"),
    "territory": ("national", ("territory",), "Germany", "territory must match"),
    "entities-object": ("national", ("entities",), {}, "entities must be an array"),
    "entity-text": ("national", ("entities", 0), "DE-1", r"entities\[0\] must be an object"),
    "entity-without-services": (
        "national",
        ("entities", 0),
        {"entity_id": "DE-1", "name": "x"},
        r"entities\[0\] lacks services",
    ),
    "no-services": ("national", ("entities", 1, "services"), [], r"entities\[1\].services must be an array of 1 to"),
    "key-twice": (
        "national",
        ("entities", 0, "services", 0, "keys"),
        VALUES["national"]["entities"][0]["services"][0]["keys"] * 2,
        r"entities\[0\] lists a key twice",
    ),
    "status-word": ("national", ("entities", 0, "services", 0, "history", 0, "status"), "ok", "status must be one of"),
    "status-list": ("national", ("entities", 0, "services", 0, "history", 0, "status"), [], "status must be one of"),
    "windows": ("national", (*KEY, "sign_until"), "2025-01-01T00:00:00Z", r"keys\[0\] must sign before it ends"),
    "time-without-zone": ("national", (*KEY, "sign_until"), "2027-01-01T00:00:00", "must be an instant in UTC"),
    "time-number": ("national", (*KEY, "sign_until"), 7, "sign_until must be an instant in UTC, as .*, not 7"),
    "time-before-1970": ("national", (*KEY, "sign_until"), "1969-12-31T23:59:59Z", "from 1970 to 9999"),
    "time-of-no-day": ("national", (*KEY, "sign_until"), "2027-02-30T00:00:00Z", "from 1970 to 9999"),
    "day": ("national", (*SCOPE, "from_day"), "2026-02-30", "a day of the calendar"),
    "day-form": ("national", (*SCOPE, "from_day"), "20260201", "must be a day, as"),
    "level": ("national", (*SCOPE, "level"), 3, "level must be one of basic, substantial, high, not 3"),
    "statements-false": ("national", (*SCOPE, "statements"), False, "statements must be true or left out"),
    "ava-van": ("national", (*SCOPE, "max_ava_van"), 6, "max_ava_van must be a number from 1 to 5"),
    "digest": ("national", (*KEY, "x5t"), "0g", "x5t must be hexadecimal digits"),
    "certificate-text": ("national", (*KEY, "x5chain"), "c2VhbA==", "x5chain must be an array"),
    "certificate-hex": (
        "national",
        (*KEY, "x5chain"),
        ["a-b"],
        r"x5chain\[0\] must be the DER of a",
    ),
    "certificate-unpadded": ("national", (*KEY, "x5chain"), ["c2VhbA"], "in base64"),
    "certificate-empty": ("national", (*KEY, "x5chain"), [""], r"x5chain\[0\] must be a certificate of at most"),
    "certificate-without-digest": (
        "national",
        (*KEY, "x5chain"),
        ["c2VhbA=="],
        "begins with the certificate of",
    ),
    "digest-short": ("national", (*KEY, "x5t"), "00", "x5t must be 32 bytes"),
    "key-text": ("national", (*KEY, "cose_key"), "MFkw", "cose_key must be an object with cose_key"),
    "key-without-key": ("national", (*KEY, "cose_key"), {"key_id": "00"}, "must be an object with cose_key"),
    "key-with-more": (
        "national",
        (*KEY, "cose_key", "curve"),
        "P-256",
        "must be an object with cose_key, and perhaps algorithm and key_id",
    ),
    "key-not-base64": ("national", (*KEY, "cose_key", "cose_key"), "a+b", "base64url"),
    "key-of-one-letter": ("national", (*KEY, "cose_key", "cose_key"), "a", "holds no usable key"),
    "key-no-map": ("national", (*KEY, "cose_key", "cose_key"), base64url(cbor.encode([1])), "holds no usable key"),
    "key-cut-off": (
        "national",
        (*KEY, "cose_key", "cose_key"),
        base64url(cbor.encode(STRANGER_KEY.public_key.to_cose_key())[:-1]),
        "holds no usable key",
    ),
    "key-id-of-another": (
        "national",
        (*KEY, "cose_key", "cose_key"),
        base64url(cbor.encode(STRANGER_KEY.public_key.to_cose_key())),
        f"states key_id '{BODY_KEY.public_key.key_id.hex()}', but its cose_key is that of",
    ),
    "algorithm-of-another": (
        "national",
        (*KEY, "cose_key", "algorithm"),
        "Ed25519",
        "but its cose_key is that of ESP256",
    ),
    "embedded-entity": (
        "union-embedding",
        ("pointers", 0, "embedded", "entities", 0, "name"),
        "",
        r"pointers\[0\].embedded.entities\[0\].name is empty",
    ),
    "pointer-threshold": ("union", ("pointers", 0, "threshold"), 3, r"pointers\[0\] needs a threshold from 1"),
    "pointer-with-number": ("union", ("pointers", 0, "embedded"), {"territory": "DE"}, "embedded lacks entities"),
    "root-threshold": ("root", ("union", "threshold"), 9, "union needs a threshold from 1"),
    "root-closed": ("root", ("closed",), True, "has no member 'closed'"),
    "root-key-twice": ("root", ("union", "keys"), VALUES["root"]["union"]["keys"][:1] * 2, "union names a key twice"),
}


@pytest.mark.parametrize(("name", "path", "value", "says"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_its_place(name: str, path: tuple[Any, ...], value: Any, says: str) -> None:
    wrong = changed(VALUES[name], path, value)
    with pytest.raises(PublishingError, match=says) as caught:
        load_list(json.dumps(wrong))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the list is not JSON"),
        ("[]", "not a JSON object"),
        ("{", "the list is not JSON"),
        ('{"type": "root", "type": "root"}', "stands twice"),
        ('{"type": NaN}', "not a JSON number"),
        ("[" * 100_000, "nested too deeply"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_what_is_no_json_of_a_list_is_refused(text: str | bytes, says: str) -> None:
    with pytest.raises(PublishingError, match=says):
        load_list(text)


def test_the_size_is_bounded() -> None:
    with pytest.raises(PublishingError, match="larger than 10 bytes"):
        load_list(dump_list(ListDocument("o", "i", ROOT)), limits=Limits(bundle=10))


def test_a_key_may_be_given_without_its_names() -> None:
    value = changed(
        VALUES["national"],
        (*KEY, "cose_key"),
        {"cose_key": VALUES["national"]["entities"][0]["services"][0]["keys"][0]["cose_key"]["cose_key"]},
    )
    assert dump_list(load_list(json.dumps(value))) == dump_list(ListDocument("o", "i", national()))


def test_holders_of_every_algorithm_can_be_listed() -> None:
    assert [key["algorithm"] for key in VALUES["root"]["root"]["keys"]] == keys_by_name()
    assert ROOT_KEYS[0].public_key.algorithm is Algorithm.ESP256


def keys_by_name() -> list[str]:
    return ["ESP256", "ESP384", "Ed25519", "ML-DSA-44", "ML-DSA-65"]
