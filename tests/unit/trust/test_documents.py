"""Root and lists as signed bytes: which are believed, by whose signatures, and what writers refuse."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from certmark import cbor
from certmark.cose import sign
from certmark.cose.algorithms import Algorithm
from certmark.cose.headers import body_header
from certmark.cwt import token as cwt
from certmark.cwt import typ
from certmark.errors import ListSignatureError, TrustError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.trust import wire
from certmark.trust.documents import (
    open_national_list,
    open_root,
    open_union_list,
    sign_list,
)
from certmark.trust.lists import NationalMap, Role, RootMap, UnionMap
from certmark.trust.national import embedded_list
from tests import keys, raw_cbor
from tests.world import (
    DE_KEYS,
    FR_KEYS,
    GERMANY,
    ROOT_KEYS,
    STRANGER_KEY,
    UNION_KEYS,
    WORLD,
    Member,
    Root,
    World,
    seconds,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from certmark.cose.signer import KeySigner

ONE, TWO, THREE = ROOT_KEYS
ROOT = WORLD.root.signed
UNION = WORLD.trust_bundle.union
LIST = GERMANY.signed
STATUS_TOKEN = WORLD.status_tokens[0]


def open_list_of(world: World, territory: str = "DE", **limits: Any) -> Any:
    """Open a national list by its own pointer."""
    member = world.member(territory)
    return open_national_list(member.signed, member.pointer, limits=Limits(**limits))


def open_union_of(world: World, **limits: Any) -> Any:
    """Open the union list of a world by its root."""
    return open_union_list(world.trust_bundle.union, open_root(world.root.signed), limits=Limits(**limits))


OPENERS: dict[str, Callable[[bytes], Any]] = {
    "root": open_root,
    "union list": lambda data: open_union_list(data, open_root(ROOT)),
    "national list": lambda data: open_national_list(data, GERMANY.pointer),
}


# --- what is right ---


def test_a_root_says_who_it_is() -> None:
    root = open_root(ROOT)
    assert root.head.operator == "Keepers of the example root"
    assert root.head.list_id == "example-root"
    assert root.head.sequence_number == 1
    assert root.head.issued_at == seconds("2026-01-05")
    assert root.head.next_update is None
    assert root.head.expires == seconds("2028-01-05")
    assert root.head.digest == sha256(ROOT).digest()
    assert root.roles.label == "TEST"


def test_a_union_list_says_who_it_is() -> None:
    union = open_union_of(WORLD)
    assert union.head.territory == "EU"
    assert union.head.operator == "Example union operator"
    assert union.head.sequence_number == 9
    assert union.head.next_update == seconds("2026-07-01")
    assert union.head.digest == sha256(UNION).digest()
    assert [pointer.territory for pointer in union.content.pointers] == ["DE", "FR", "XX"]


def test_a_national_list_says_who_it_is() -> None:
    national = open_list_of(WORLD)
    assert national.head.territory == "DE"
    assert national.head.operator == "Example authority of DE"
    assert national.head.sequence_number == 5
    assert national.head.digest == sha256(LIST).digest()
    assert national.pointer == GERMANY.pointer


def test_a_closed_list_has_no_next_update() -> None:
    assert open_list_of(WORLD.with_member(next_update=None)).head.next_update is None


def test_an_embedded_list_lives_and_ends_with_the_union_list() -> None:
    world = WORLD.with_member(embedded=True, expires=1, issued_at=2, next_update=seconds("2026-06-15"))
    union = open_union_of(world)
    pointer = union.content.pointers[0]
    head = embedded_list(pointer, pointer.embedded, union).head
    assert (head.territory, head.operator, head.sequence_number) == ("DE", "Example authority of DE", 5)
    assert head.next_update == seconds("2026-06-15")
    assert (head.issued_at, head.expires) == (union.head.issued_at, union.head.expires)
    assert head.digest == union.head.digest


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_a_root_may_be_signed_with_every_algorithm(algorithm: Algorithm) -> None:
    signer = keys.signer(algorithm)
    assert open_root(Root(keys=(signer,), threshold=1).signed).roles.root.keys == (signer.public_key,)


# --- what is another artefact, or none ---

ARTEFACTS = {
    "root": ROOT,
    "union list": UNION,
    "national list": LIST,
    "certificate": WORLD.cose,
    "status list token": STATUS_TOKEN,
    "bundle": WORLD.bundle,
    "nothing": b"",
    "text": b"https://certs.body.example/#1",
    "cut off": LIST[:-1],
    "longer": LIST + b"\x00",
    "without tag": LIST[2:],
    "with another tag": b"\xd8\x61" + LIST[2:],
}
RIGHT = {("root", "root"), ("union list", "union list"), ("national list", "national list")}


@pytest.mark.parametrize("given", ARTEFACTS)
@pytest.mark.parametrize("asked", OPENERS)
def test_no_artefact_passes_for_another(asked: str, given: str) -> None:
    if (asked, given) in RIGHT:
        OPENERS[asked](ARTEFACTS[given])
        return
    with pytest.raises(TrustError) as caught:
        OPENERS[asked](ARTEFACTS[given])
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("asked", OPENERS)
def test_a_later_version_asks_for_an_update(asked: str) -> None:
    name = "root" if asked == "root" else "trusted-list"
    later = cwt.seal_many({}, typ=f"application/vnd.certmark.{name}.v2+cwt", issued_at=1, signers=ROOT_KEYS)
    with pytest.raises(TrustError, match="update to read it"):
        OPENERS[asked](later)


@pytest.mark.parametrize("asked", OPENERS)
def test_an_artefact_is_bounded_in_size(asked: str) -> None:
    most = DEFAULT_LIMITS.trust_list
    with pytest.raises(TrustError, match=f"{most + 1} bytes, more than {most}"):
        OPENERS[asked](bytes(most + 1))


def test_lower_limits_are_obeyed() -> None:
    assert open_list_of(WORLD, trust_list=len(LIST), signatures=2).head.territory == "DE"
    with pytest.raises(TrustError, match=f"more than {len(LIST) - 1}"):
        open_list_of(WORLD, trust_list=len(LIST) - 1)
    with pytest.raises(TrustError, match="1 to 1 signatures, not 2"):
        open_list_of(WORLD, signatures=1)
    with pytest.raises(TrustError, match="at most 5 deep"):
        open_list_of(WORLD, depth=5)


# --- claims ---


def resealed(asked: str, changes: dict[Any, Any]) -> bytes:
    """Sign an artefact anew with other claims (None: left out)."""
    message = cwt.split_many(ARTEFACTS[asked], typ=typ.ROOT if asked == "root" else typ.TRUSTED_LIST)
    claims: dict[Any, Any] = {**cwt.read_claims(message.payload), **changes}
    return cwt.seal_many(
        {key: value for key, value in claims.items() if value is not None},
        typ=str(message.headers.typ),
        issued_at=1,
        signers=SIGNERS[asked],
    )


SIGNERS = {"root": ROOT_KEYS, "union list": UNION_KEYS, "national list": DE_KEYS}
PRIVATE = {"root": -65538, "union list": -65539, "national list": -65539}


@pytest.mark.parametrize("asked", OPENERS)
@pytest.mark.parametrize(
    ("claim", "value"),
    [
        pytest.param(1, None, id="without-iss"),
        pytest.param(1, 7, id="iss-number"),
        pytest.param(1, "", id="iss-empty"),
        pytest.param(1, "a\u202eb", id="iss-with-bidirectional-mark"),
        pytest.param(1, "x" * 201, id="iss-too-long"),
        pytest.param(2, "x" * 201, id="sub-too-long"),
        pytest.param(2, None, id="without-sub"),
        pytest.param(2, b"x", id="sub-bytes"),
        pytest.param(4, None, id="without-exp"),
        pytest.param(4, "2026", id="exp-text"),
        pytest.param(4, -1, id="exp-before-1970"),
        pytest.param(4, True, id="exp-true"),
        pytest.param(5, 1, id="with-nbf"),
        pytest.param(6, 1, id="iat-in-the-payload"),
        pytest.param("x", 1, id="with-a-text-claim"),
        pytest.param(-65537, {}, id="with-a-certificate"),
        pytest.param(65533, {}, id="with-a-status-list"),
        pytest.param("private", None, id="without-content"),
        pytest.param("private", [], id="content-array"),
        pytest.param("private", {}, id="content-empty"),
    ],
)
def test_claims_are_exactly_those_of_the_artefact(asked: str, claim: Any, value: object) -> None:
    key = PRIVATE[asked] if claim == "private" else claim
    with pytest.raises(TrustError):
        OPENERS[asked](resealed(asked, {key: value}))


def test_a_resealed_artefact_is_right_when_nothing_is_changed() -> None:
    for asked, open_it in OPENERS.items():
        assert open_it(resealed(asked, {})).head.issued_at == 1


@pytest.mark.parametrize("asked", OPENERS)
def test_the_payload_is_a_map(asked: str) -> None:
    name = typ.ROOT if asked == "root" else typ.TRUSTED_LIST
    message = sign.sign(body_header(typ=name, issued_at=1), cbor.encode([1]), signers=SIGNERS[asked])
    with pytest.raises(TrustError, match="map of claims"):
        OPENERS[asked](message)


# --- thresholds ---


@pytest.mark.parametrize(
    ("threshold", "signers", "counts"),
    [
        pytest.param(1, (ONE,), 1, id="one-of-one"),
        pytest.param(2, (ONE, THREE), 2, id="two-of-three"),
        pytest.param(3, (ONE, TWO, THREE), 3, id="three-of-three"),
        pytest.param(2, (ONE, TWO, STRANGER_KEY), 2, id="unknown-signers-do-no-harm"),
        pytest.param(2, (STRANGER_KEY, ONE, ONE, TWO), 2, id="signing-twice-does-no-harm"),
        pytest.param(2, (ONE,), 1, id="one-too-few"),
        pytest.param(3, (ONE, TWO), 2, id="two-of-three-needed"),
        pytest.param(2, (ONE, ONE), 1, id="one-key-signing-twice"),
        pytest.param(3, (ONE, TWO, TWO, ONE), 2, id="two-keys-signing-twice"),
        pytest.param(2, (ONE, STRANGER_KEY), 1, id="unknown-signers-do-not-count"),
        pytest.param(1, (STRANGER_KEY,), 0, id="unknown-signer-alone"),
        pytest.param(1, UNION_KEYS, 0, id="keys-of-another-role"),
    ],
)
def test_a_threshold_counts_distinct_keys_of_the_role(
    threshold: int, signers: tuple[KeySigner, ...], counts: int
) -> None:
    root = Root(threshold=threshold, signers=signers).signed
    if counts >= threshold:
        assert open_root(root).roles.root.threshold == threshold
    else:
        with pytest.raises(ListSignatureError, match=f"signed by {counts} of the keys that count, and needs"):
            open_root(root)


@pytest.mark.parametrize(
    ("world", "is_right"),
    [
        pytest.param(WORLD.with_union(signers=UNION_KEYS[:2]), True, id="union-two-of-three"),
        pytest.param(WORLD.with_union(signers=UNION_KEYS[:1]), False, id="union-one-too-few"),
        pytest.param(WORLD.with_union(signers=ROOT_KEYS), False, id="union-signed-by-root-keys"),
        pytest.param(WORLD.with_union(signers=DE_KEYS), False, id="union-signed-by-a-member"),
    ],
)
def test_the_union_role_of_the_root_signs_the_union_list(world: World, is_right: bool) -> None:
    if is_right:
        assert open_union_of(world).content.territory == "EU"
    else:
        with pytest.raises(ListSignatureError, match="the union list"):
            open_union_of(world)


@pytest.mark.parametrize(
    ("world", "is_right"),
    [
        pytest.param(WORLD.with_member(signers=DE_KEYS[:1]), True, id="one-of-two"),
        pytest.param(WORLD.with_member(signers=DE_KEYS[:1], threshold=2), False, id="one-too-few"),
        pytest.param(WORLD.with_member(signers=FR_KEYS), False, id="signed-by-another-member"),
        pytest.param(WORLD.with_member(signers=UNION_KEYS), False, id="signed-by-union-keys"),
        pytest.param(WORLD.with_member(signers=ROOT_KEYS), False, id="signed-by-root-keys"),
    ],
)
def test_the_keys_of_its_pointer_sign_a_national_list(world: World, is_right: bool) -> None:
    if is_right:
        assert open_list_of(world).head.territory == "DE"
    else:
        with pytest.raises(ListSignatureError, match="the national list of DE"):
            open_list_of(world)


def forged(entries: Sequence[tuple[dict[int, object], KeySigner]]) -> bytes:
    """Sign a root with signer headers of one's own making."""
    plain = sign.from_bytes(Root(threshold=1).signed)
    signatures = []
    for parameters, signer in entries:
        header = cbor.encode(parameters)
        covered = sign.sig_structure(plain.headers.raw, header, plain.payload)
        signatures.append((header, signer.sign(covered)))
    return sign.to_bytes(plain.headers.raw, plain.payload, signatures)


KID = ONE.public_key.key_id
ESP256 = int(Algorithm.ESP256)


@pytest.mark.parametrize(
    ("entries", "is_right"),
    [
        pytest.param([({1: ESP256, 4: KID}, ONE)], True, id="right"),
        pytest.param([({1: ESP256, 4: KID}, STRANGER_KEY), ({1: ESP256, 4: KID}, ONE)], True, id="a-wrong-one-beside"),
        pytest.param([({1: ESP256, 4: KID}, STRANGER_KEY)], False, id="key-id-of-another"),
        pytest.param([({1: ESP256, 4: TWO.public_key.key_id}, ONE)], False, id="right-key-under-the-id-of-another"),
        pytest.param([({1: -7, 4: KID}, ONE)], False, id="ES256"),
        pytest.param([({1: -51, 4: KID}, ONE)], False, id="algorithm-of-another-curve"),
        pytest.param([({1: 0, 4: KID}, ONE)], False, id="unknown-algorithm"),
    ],
)
def test_a_signature_counts_under_the_id_and_algorithm_of_its_key(
    entries: list[tuple[dict[int, object], KeySigner]], is_right: bool
) -> None:
    if is_right:
        open_root(forged(entries))
    else:
        with pytest.raises(ListSignatureError, match="signed by 0 of the keys"):
            open_root(forged(entries))


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({1: ESP256}, id="without-kid"),
        pytest.param({4: KID}, id="without-alg"),
        pytest.param({1: ESP256, 4: KID, 16: typ.ROOT}, id="with-typ"),
        pytest.param({1: ESP256, 34: [-16, bytes(32)]}, id="x5t-in-place-of-kid"),
        pytest.param({1: ESP256, 4: ONE.public_key.thumbprint}, id="kid-of-32-bytes"),
    ],
)
def test_a_signer_header_is_exactly_alg_and_kid(parameters: dict[int, object]) -> None:
    with pytest.raises(TrustError, match="not a root"):
        open_root(forged([(parameters, ONE)]))


@pytest.mark.parametrize("count", [0, 33])
def test_a_list_has_one_to_32_signatures(count: int) -> None:
    with pytest.raises(TrustError, match=f"1 to 32 signatures, not {count}"):
        open_root(forged([({1: ESP256, 4: KID}, ONE)] * count))


def test_a_signature_does_not_move_to_another_content() -> None:
    ours, theirs = sign.from_bytes(Root().signed), sign.from_bytes(Root(label="OTHER").signed)
    signatures = [(each.headers.raw, each.signature) for each in ours.signatures]
    with pytest.raises(ListSignatureError):
        open_root(sign.to_bytes(theirs.headers.raw, theirs.payload, signatures))


# --- nothing is decoded before it is known who signed it ---

UNREADABLE = {
    "no CBOR": b"\xff",
    "cut off": b"\xa1",
    "keys that are arrays": raw_cbor.mapping((b"\x80", b"\x00")),
    "many keys that are arrays": raw_cbor.mapping(
        *((raw_cbor.array(*[b"\x20"] * each), b"\x00") for each in range(200))
    ),
    "no map": cbor.encode([1]),
    "empty map": cbor.encode({}),
}


@pytest.mark.parametrize("payload", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("asked", ["union list", "national list"])
def test_what_nobody_signed_is_not_read(asked: str, payload: bytes) -> None:
    header = body_header(typ=typ.TRUSTED_LIST, issued_at=1)
    with pytest.raises(ListSignatureError, match="signed by 0"):
        OPENERS[asked](sign.sign(header, payload, signers=[STRANGER_KEY]))
    with pytest.raises(TrustError) as caught:
        OPENERS[asked](sign.sign(header, payload, signers=SIGNERS[asked]))
    assert not isinstance(caught.value, ListSignatureError)


@pytest.mark.parametrize("asked", ["union list", "national list"])
def test_even_a_signer_cannot_make_a_large_payload_slow_to_decode(asked: str) -> None:
    many = (raw_cbor.array(*((b"\x20", b"\x21")[each >> bit & 1] for bit in range(14))) for each in range(1 << 14))
    payload = raw_cbor.mapping(*((key, b"\x00") for key in many))
    assert len(payload) < DEFAULT_LIMITS.trust_list
    message = sign.sign(body_header(typ=typ.TRUSTED_LIST, issued_at=1), payload, signers=SIGNERS[asked])
    with pytest.raises(TrustError, match="map keys"):
        OPENERS[asked](message)


def test_the_type_is_checked_before_the_signatures() -> None:
    by_a_stranger = sign.sign(body_header(typ=typ.ROOT, issued_at=1), b"", signers=[STRANGER_KEY])
    with pytest.raises(TrustError, match="not a national list: this is"):
        open_list_of(WORLD.with_member(supplied=by_a_stranger))


@pytest.mark.parametrize("place", ["body", "signer"])
def test_a_header_is_bounded_in_size(place: str) -> None:
    most = DEFAULT_LIMITS.header
    long, short = bytes(most + 1), body_header(typ=typ.TRUSTED_LIST, issued_at=1)
    message = sign.to_bytes(*((long, b"", []) if place == "body" else (short, b"", [(long, b"")])))
    with pytest.raises(TrustError, match=f"a header has {most + 1} bytes, more than {most}"):
        OPENERS["national list"](message)


# --- the union list and its root ---


@pytest.mark.parametrize(
    ("root_ends", "list_ends", "expires"),
    [
        pytest.param("2028-01-05", "2026-09-01", "2026-09-01", id="list-first"),
        pytest.param("2026-08-01", "2026-09-01", "2026-08-01", id="root-first"),
        pytest.param("2026-09-01", "2026-09-01", "2026-09-01", id="together"),
    ],
)
def test_the_union_list_ends_with_the_root_at_the_latest(root_ends: str, list_ends: str, expires: str) -> None:
    world = WORLD.with_root(expires=seconds(root_ends)).with_union(expires=seconds(list_ends))
    assert open_union_of(world).head.expires == seconds(expires)
    assert world.trust().union.head.expires == seconds(expires)


def test_an_embedded_list_ends_with_the_root_too() -> None:
    world = WORLD.with_member(embedded=True).with_root(expires=seconds("2026-06-02"))
    assert world.trust().national["DE"].head.expires == seconds("2026-06-02")


@pytest.mark.parametrize(("now", "answer"), [("2026-06-01 12:00:00", None), ("2026-06-02", "TRY_LATER")])
def test_with_an_expired_root_every_report_asks_for_a_newer_bundle(now: str, answer: str | None) -> None:
    assert WORLD.with_root(expires=seconds("2026-06-02")).at(seconds(now)).report().sub_indication == answer


# --- territories and sequence ---


def test_the_union_list_is_of_the_union() -> None:
    with pytest.raises(TrustError, match="territory DE and not EU"):
        open_union_of(WORLD.with_union(territory="DE"))


def test_the_union_list_names_a_territory_once() -> None:
    with pytest.raises(TrustError, match="territory twice"):
        open_union_of(replace(WORLD, members=(*WORLD.members, GERMANY)))


def test_the_union_list_does_not_point_at_the_union() -> None:
    with pytest.raises(TrustError, match="territory EU, which is its own"):
        open_union_of(replace(WORLD, members=(*WORLD.members, replace(GERMANY, territory="EU"))))


def test_a_national_list_is_of_the_territory_of_its_pointer() -> None:
    with pytest.raises(TrustError, match="national list of DE is for territory FR"):
        open_list_of(WORLD.with_member(list_territory="FR"))


def test_the_union_list_is_no_national_list_even_when_the_same_keys_sign_both() -> None:
    world = WORLD.with_member("XX", keys=UNION_KEYS)
    with pytest.raises(TrustError, match="does not know key"):
        open_national_list(world.trust_bundle.union, world.member("XX").pointer)


@pytest.mark.parametrize(("minimum", "is_right"), [(None, True), (4, True), (5, True), (6, False)])
def test_a_national_list_is_not_older_than_the_union_list_asks_for(minimum: int | None, is_right: bool) -> None:
    world = WORLD.with_member(min_sequence=minimum)
    if is_right:
        assert open_list_of(world).head.sequence_number == 5
    else:
        with pytest.raises(TrustError, match="number 5, and the union list asks for 6"):
            open_list_of(world)


# --- writing ---

SAID: dict[str, Any] = {"operator": "Operator", "list_id": "list", "issued_at": 1000, "expires": 2000}
ROOT_MAP = RootMap(
    1, Role(1, tuple(key.public_key for key in ROOT_KEYS)), Role(1, tuple(key.public_key for key in UNION_KEYS))
)


def test_a_written_root_is_read_back() -> None:
    root = open_root(sign_list(ROOT_MAP, **SAID, signers=ROOT_KEYS))
    assert root.roles == ROOT_MAP
    assert (root.head.operator, root.head.list_id) == ("Operator", "list")
    assert (root.head.issued_at, root.head.expires) == (1000, 2000)


def test_a_written_union_list_is_read_back() -> None:
    embedding = replace(GERMANY, embedded=True).pointer
    content = UnionMap(7, "EU", 1500, (embedding, WORLD.member("FR").pointer))
    data = sign_list(content, **SAID, signers=UNION_KEYS)
    assert open_union_list(data, open_root(ROOT)).content == content


def test_a_written_national_list_is_read_back() -> None:
    data = sign_list(GERMANY.content, **SAID, signers=DE_KEYS)
    assert open_national_list(data, GERMANY.pointer).content == GERMANY.content


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"operator": ""}, id="no-operator"),
        pytest.param({"operator": "a\nb"}, id="operator-of-two-lines"),
        pytest.param({"list_id": ""}, id="no-list-id"),
        pytest.param({"expires": -1}, id="expires-before-1970"),
    ],
)
def test_what_no_reader_would_accept_is_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(TrustError):
        sign_list(ROOT_MAP, **{**SAID, **changes}, signers=ROOT_KEYS)
    with pytest.raises(TrustError):
        sign_list(GERMANY.content, **{**SAID, **changes}, signers=DE_KEYS)


def test_a_root_with_an_unreachable_threshold_is_not_signed() -> None:
    root = ROOT_MAP._replace(root=ROOT_MAP.root._replace(threshold=4))
    with pytest.raises(TrustError, match="threshold"):
        sign_list(root, **SAID, signers=ROOT_KEYS)


MALFORMED: Any = {**WORLD.member().content.entities[0], 2: ""}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(GERMANY.content._replace(entities=(MALFORMED,)), id="national-list"),
        pytest.param(
            UnionMap(1, "EU", None, (replace(GERMANY, embedded=True, entities=(MALFORMED,)).pointer,)), id="embedded"
        ),
        pytest.param(GERMANY.content._replace(sequence_number=0), id="sequence-number-zero"),
        pytest.param(GERMANY.content._replace(territory="de"), id="territory-in-lower-case"),
    ],
)
def test_a_list_with_a_malformed_entry_is_not_signed(content: UnionMap | NationalMap) -> None:
    with pytest.raises(TrustError):
        sign_list(content, **SAID, signers=DE_KEYS)


def test_a_list_that_the_world_signs_is_what_the_library_signs() -> None:
    member: Member = WORLD.member()
    signed = sign_list(
        member.content,
        operator=member.operator,
        list_id="DE-list",
        issued_at=member.issued_at,
        expires=member.expires,
        signers=DE_KEYS,
    )
    assert signed == member.signed
    assert wire.NATIONAL.write(member.content) == wire.NATIONAL.write(open_list_of(WORLD).content)
