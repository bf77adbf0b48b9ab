"""Vectors of status.md: status list tokens that are right or nearly so, who may speak, what several say together."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any, Final

from certmark.cose import sign1
from certmark.cose.algorithms import Algorithm
from certmark.cose.signer import KeySigner
from certmark.trust.entities import KeyRevocation, RevocationReason, ServiceStatus, StatusEntry, StatusListDeclaration
from tests import keys
from tests.raw_cbor import array, deterministic, head, mapping, string, tagged
from tests.vector_cases import randomised
from tests.vector_cases.case import CLOCK, GOOD, LATER, LATER_SUSPENDED, SUSPENDED, VOID, Case
from tests.vector_cases.texts import stored
from tests.world import (
    BODY,
    BODY_KEY,
    BODY_STATUS_KEY,
    DAY,
    FR_BODY_STATUS_KEY,
    NCCA_STATUS_KEY,
    NCCA_STATUS_URI,
    NOW,
    STATUS,
    STATUS_URI,
    STRANGER_KEY,
    WORLD,
    World,
    seconds,
    service_key,
)

NOON: Final = int(NOW.timestamp())
ISSUED: Final = seconds("2026-06-01 06:00:00")
TOKEN, LISTED, SPEAKERS, SAYS, FRESH, REFERENCE = (
    f"status.md#{section}" for section in ("token", "list", "who-may-speak", "what-it-says", "freshness", "reference")
)
OTHER_URI: Final = f"{NCCA_STATUS_URI}/other"
KID: Final = {4: BODY_STATUS_KEY.public_key.key_id}
HEADER: Final[dict[Any, Any]] = {1: -9, **KID, 16: "application/statuslist+cwt"}


def compressed(entries: bytes) -> bytes:
    """Compress by RFC 1950 as stored blocks, which every compressor would write alike."""
    blocks = [entries[start : start + 65_535] for start in range(0, len(entries), 65_535)] or [b""]
    body = b"".join(stored(block, final=block is blocks[-1]) for block in blocks)
    return b"\x78\x01" + body + zlib.adler32(entries).to_bytes(4, "big")


def list_of(entries: bytes, bits: int = 2) -> dict[Any, Any]:
    return {"bits": bits, "lst": compressed(entries)}


CLAIMS: Final[dict[Any, Any]] = {
    2: STATUS_URI,
    4: seconds("2026-08-01"),
    6: ISSUED,
    65533: list_of(bytes(16)),
    65534: 2 * DAY,
}


def sealed(
    protected: bytes, payload: bytes, unprotected: bytes = b"\xa0", signer: KeySigner = BODY_STATUS_KEY
) -> bytes:
    """Sign any bytes as header and payload."""
    signature = signer.sign(sign1.sig_structure(protected, payload))
    return tagged(18, array(string(protected), unprotected, string(payload), string(signature)))


def token(
    claims: dict[Any, Any] | None = None,
    *,
    header: dict[Any, Any] | None = None,
    unprotected: dict[Any, Any] | None = None,
    signer: KeySigner = BODY_STATUS_KEY,
) -> bytes:
    """Sign a token with some claims changed (None as a value: left out)."""
    said = {claim: value for claim, value in {**CLAIMS, **(claims or {})}.items() if value is not None}
    stated = {**HEADER, 4: signer.public_key.key_id} if header is None else header
    return sealed(deterministic(stated), deterministic(said), deterministic(unprotected or {}), signer)


HEADER_ROW: Final = "header of a root, list or status list token"


def filled(header: dict[Any, Any], size: int) -> dict[Any, Any]:
    """Add a parameter to a header that gives it so many bytes."""
    spare = size - len(deterministic({**header, 99: bytes(300)}))
    return {**header, 99: bytes(300 + spare)}


def listing(entries: bytes, bits: int = 2) -> bytes:
    return token({65533: list_of(entries, bits)})


def liberal(claims: dict[Any, Any]) -> bytes:
    """Encode claims in reverse order, with heads that are longer than needed."""
    pairs = sorted(((deterministic(key), deterministic(value)) for key, value in claims.items()), reverse=True)
    return head(5, len(pairs), size=2) + mapping(*pairs)[1:]


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


PAYLOAD: Final = deterministic(CLAIMS)
PROTECTED: Final = deterministic(HEADER)
BOMB: Final = zlib.compress(bytes(4_000_001), 9)
LARGEST: Final = zlib.compress(bytes(4_000_000), 9)

ACCEPTED: Final = (
    ("in-order", TOKEN, "everything in order", token(), GOOD),
    ("content-format-279", TOKEN, "typ may be the content format 279", token(header={**HEADER, 16: 279}), GOOD),
    ("es256", TOKEN, "ES256 with a P-256 key", token(header={**HEADER, 1: -7}), GOOD),
    (
        "kid-unprotected",
        TOKEN,
        "the key id may be unprotected",
        token(header={1: -9, 16: HEADER[16]}, unprotected=KID),
        GOOD,
    ),
    (
        "other-parameters",
        TOKEN,
        "other header parameters",
        token(header={**HEADER, 99: None}, unprotected={98: [True]}),
        GOOD,
    ),
    ("other-claims", TOKEN, "other claims are passed over", token({1: "x", 5: 1, 99: [1], "name": True}), GOOD),
    (
        "maps-in-any-order",
        TOKEN,
        "maps in any order, heads in any size",
        sealed(liberal(HEADER), liberal(CLAIMS)),
        GOOD,
    ),
    (
        "aggregation-uri",
        TOKEN,
        "other members of the list are passed over",
        token({65533: {**CLAIMS[65533], "aggregation_uri": "https://x.example/"}}),
        GOOD,
    ),
    ("iat-in-the-header-too", TOKEN, "iat among the claims counts", token(header={**HEADER, 15: {6: 1}}), GOOD),
    ("1-bit-valid", LISTED, "one bit an entry: 0", listing(bytes([0]), 1), GOOD),
    ("1-bit-invalid", LISTED, "one bit an entry: 1", listing(bytes([0x80]), 1), VOID),
    ("2-bits-invalid", LISTED, "two bits an entry: 1", listing(bytes([0, 0x40])), VOID),
    ("2-bits-suspended", LISTED, "two bits an entry: 2", listing(bytes([0, 0x80])), SUSPENDED),
    ("2-bits-3", LISTED, "any other value says nothing", listing(bytes([0, 0xC0])), LATER),
    ("4-bits-valid", LISTED, "four bits an entry: 0", listing(bytes([0, 0, 0, 0x0F]), 4), GOOD),
    ("4-bits-invalid", LISTED, "four bits an entry: 1", listing(bytes([0, 0, 0, 0x10]), 4), VOID),
    ("4-bits-suspended", LISTED, "four bits an entry: 2", listing(bytes([0, 0, 0, 0x20]), 4), SUSPENDED),
    ("4-bits-15", LISTED, "any other value says nothing", listing(bytes([0, 0, 0, 0xF0]), 4), LATER),
    ("8-bits-invalid", LISTED, "eight bits an entry: 1", listing(bytes([0] * 7 + [1]), 8), VOID),
    ("8-bits-suspended", LISTED, "eight bits an entry: 2", listing(bytes([0] * 7 + [2]), 8), SUSPENDED),
    ("8-bits-255", LISTED, "any other value says nothing", listing(bytes([0] * 7 + [255]), 8), LATER),
    ("neighbours-invalid", LISTED, "an entry is its own bits alone", listing(bytes([0xFF, 0x3F, 0xFF])), GOOD),
    ("last-index", LISTED, "the last entry", listing(bytes(2)), GOOD),
    ("index-out-of-range", SAYS, "an index out of range makes valid unknown", listing(bytes(1)), LATER),
    ("list-of-nothing", SAYS, "an index out of range makes valid unknown", listing(b""), LATER),
    ("another-uri", SPEAKERS, "its sub is the uri of the reference", token({2: f"{STATUS_URI}0"}), LATER),
    ("uri-in-other-case", SPEAKERS, "its sub is that uri", token({2: STATUS_URI.replace("eucc", "EUCC")}), LATER),
    ("uri-of-another-scheme", SPEAKERS, "its sub is that uri", token({2: STATUS_URI.replace("https", "http")}), LATER),
    (
        "signed-by-another-body",
        SPEAKERS,
        "the service is of the certificate's issuer",
        token(signer=FR_BODY_STATUS_KEY),
        LATER,
    ),
    (
        "signed-by-the-authority",
        SPEAKERS,
        "the authority speaks under ncca_uri alone",
        token(signer=NCCA_STATUS_KEY),
        LATER,
    ),
    ("exp-at-noon", FRESH, "from exp on it is expired", token({4: NOON}), LATER),
    ("exp-a-second-later", FRESH, "before exp it is fresh", token({4: NOON + 1}), GOOD),
    (
        "exp-without-ttl",
        FRESH,
        "with exp and no ttl it is fresh until exp",
        token({6: ISSUED - 90 * DAY, 65534: None}),
        GOOD,
    ),
    ("neither-exp-nor-ttl", FRESH, "with neither it is due at once", token({4: None, 65534: None}), GOOD),
    ("ttl-0", FRESH, "from iat + ttl on it is due", token({65534: 0}), GOOD),
    ("stale", FRESH, "after the grace it is stale", token({6: NOON - 31 * DAY, 65534: DAY}), LATER),
    ("a-second-before-stale", FRESH, "due until the grace is over", token({6: NOON - 31 * DAY + 1, 65534: DAY}), GOOD),
    (
        "invalid-and-expired",
        FRESH,
        "invalid counts however old its list is",
        token({4: NOON, 65533: list_of(bytes([0, 0x40]))}),
        VOID,
    ),
    (
        "suspended-and-expired",
        FRESH,
        "suspended in an expired list",
        token({4: NOON, 65533: list_of(bytes([0, 0x80]))}),
        LATER_SUSPENDED,
    ),
    (
        "from-the-future",
        "verification.md#verdict-table",
        "iat of a status list that was heard later than the time of verification + skew",
        token({6: seconds("2026-07-01")}),
        CLOCK,
    ),
    ("header-of-16384", "README.md#limits", HEADER_ROW, token(header=filled(HEADER, 16_384)), GOOD),
    ("unprotected-header-of-16384", "README.md#limits", HEADER_ROW, token(unprotected=filled({}, 16_384)), GOOD),
    ("nesting-of-12", "README.md#limits", "CBOR nesting", token({99: nested(11)}), GOOD),
    ("list-of-4000000", "README.md#limits", "status list, inflated", token({65533: {"bits": 2, "lst": LARGEST}}), GOOD),
    (
        "token-of-1000000",
        "README.md#limits",
        "status list token",
        token({99: bytes(1_000_000 - len(token({99: bytes(70_000)})) + 70_000)}),
        GOOD,
    ),
)

REFUSED: Final = (
    (
        "another-typ",
        TOKEN,
        "typ is that of a status list in CWT",
        token(header={**HEADER, 16: "application/statuslist+jwt"}),
    ),
    ("another-content-format", TOKEN, "the content format is 279", token(header={**HEADER, 16: 280})),
    ("without-typ", TOKEN, "typ is stated", token(header={1: -9, **KID})),
    ("typ-unprotected", TOKEN, "typ is protected", token(header={1: -9, **KID}, unprotected={16: 279})),
    ("without-alg", TOKEN, "alg is stated", token(header={**KID, 16: HEADER[16]})),
    (
        "algorithm-unprotected",
        TOKEN,
        "no algorithm in the unprotected header",
        token(header={**KID, 16: 279}, unprotected={1: -9}),
    ),
    ("kid-in-both", TOKEN, "no parameter in both headers", token(unprotected=KID)),
    ("without-kid", TOKEN, "the key is named", token(header={1: -9, 16: HEADER[16]})),
    ("critical", TOKEN, "no critical parameters", token(header={**HEADER, 2: [99], 99: 1})),
    ("critical-unprotected", TOKEN, "no critical parameters", token(unprotected={2: [99], 99: 1})),
    ("tag-61", TOKEN, "tag 61 is refused", b"\xd8\x3d" + token()),
    ("without-tag", TOKEN, "tag 18", token()[1:]),
    ("bytes-behind", TOKEN, "no bytes after the item", token() + b"\x00"),
    (
        "duplicate-key",
        TOKEN,
        "no duplicate keys",
        sealed(PROTECTED, head(5, 6) + PAYLOAD[1:] + deterministic(2) + deterministic(STATUS_URI)),
    ),
    ("indefinite-map", TOKEN, "no indefinite lengths", sealed(PROTECTED, b"\xbf" + PAYLOAD[1:] + b"\xff")),
    ("float", TOKEN, "no floats", sealed(PROTECTED, head(5, 6) + PAYLOAD[1:] + deterministic(99) + b"\xf9\x3c\x00")),
    (
        "iat-as-a-float",
        TOKEN,
        "no floats",
        sealed(PROTECTED, PAYLOAD.replace(deterministic(ISSUED), b"\xfb" + bytes(8))),
    ),
    ("without-sub", TOKEN, "sub is there", token({2: None})),
    ("without-iat", TOKEN, "iat is there", token({6: None})),
    ("iat-in-the-header-alone", TOKEN, "iat is among the claims", token({6: None}, header={**HEADER, 15: {6: ISSUED}})),
    ("iat-negative", TOKEN, "not before 1970", token({6: -1})),
    ("iat-of-text", TOKEN, "whole seconds", token({6: "1"})),
    ("exp-of-text", TOKEN, "whole seconds", token({4: "1"})),
    ("ttl-negative", TOKEN, "ttl is not negative", token({65534: -1})),
    ("ttl-true", TOKEN, "ttl is an integer", token({65534: True})),
    ("without-list", TOKEN, "status_list is there", token({65533: None})),
    ("without-bits", TOKEN, "bits is there", token({65533: {"lst": compressed(bytes(16))}})),
    ("without-lst", TOKEN, "lst is there", token({65533: {"bits": 2}})),
    ("lst-of-text", TOKEN, "lst is bytes", token({65533: {"bits": 2, "lst": "eNrbuRgAAhcBXQ"}})),
    ("bits-0", LISTED, "1, 2, 4 or 8 bits", token({65533: list_of(bytes(16), 0)})),
    ("bits-3", LISTED, "1, 2, 4 or 8 bits", token({65533: list_of(bytes(16), 3)})),
    ("bits-16", LISTED, "1, 2, 4 or 8 bits", token({65533: list_of(bytes(16), 16)})),
    ("list-cut", LISTED, "lst is a whole zlib stream", token({65533: {"bits": 2, "lst": compressed(bytes(16))[:-1]}})),
    (
        "list-and-a-byte",
        LISTED,
        "no byte follows the stream",
        token({65533: {"bits": 2, "lst": compressed(bytes(16)) + b"\x00"}}),
    ),
    (
        "list-with-wrong-checksum",
        LISTED,
        "the checksum is right",
        token({65533: {"bits": 2, "lst": compressed(bytes(16))[:-4] + bytes(4)}}),
    ),
    (
        "list-without-zlib-header",
        LISTED,
        "RFC 1950, not a raw stream",
        token({65533: {"bits": 2, "lst": stored(bytes(16))}}),
    ),
    ("list-not-compressed", LISTED, "lst is compressed", token({65533: {"bits": 2, "lst": bytes(16)}})),
    ("forged", SPEAKERS, "its signature is right", token()[:-1] + bytes([token()[-1] ^ 1])),
    ("signed-by-a-stranger", SPEAKERS, "the key is one that the trusted lists name", token(signer=STRANGER_KEY)),
    (
        "signed-by-the-certificate-key",
        "trust.md#keys",
        "a key of certificate_issuance never verifies status lists",
        token(signer=BODY_KEY),
    ),
    (
        "algorithm-of-another-key",
        SPEAKERS,
        "its signature is right under the key's algorithm",
        token(header={**HEADER, 1: -51}),
    ),
    ("es384-with-a-p-256-key", SPEAKERS, "ES384 with P-384 keys", token(header={**HEADER, 1: -35})),
    ("key-not-yet-in-use", SPEAKERS, "the key was in order at its iat", token({6: seconds("2025-12-31 23:59:59")})),
    ("key-no-longer-in-use", SPEAKERS, "the key was in order at its iat", token({6: seconds("2027-01-01")})),
    ("rubbish", TOKEN, "a COSE_Sign1", b"\x00"),
    ("nothing", TOKEN, "a COSE_Sign1", b""),
    ("a-certificate", "README.md#artefacts", "a certificate token is no status list token", WORLD.cose),
    ("header-of-16385", "README.md#limits", HEADER_ROW, token(header=filled(HEADER, 16_385))),
    ("unprotected-header-of-16385", "README.md#limits", HEADER_ROW, token(unprotected=filled({}, 16_385))),
    ("nesting-of-13", "README.md#limits", "CBOR nesting", token({99: nested(12)})),
    ("list-of-4000001", "README.md#limits", "status list, inflated", token({65533: {"bits": 2, "lst": BOMB}})),
    (
        "token-of-1000001",
        "README.md#limits",
        "status list token",
        token({99: bytes(1_000_001 - len(token({99: bytes(70_000)})) + 70_000)}),
    ),
)


def _several() -> list[Case]:
    """Give vectors of several tokens."""
    invalid, suspended = list_of(bytes([0, 0x40])), list_of(bytes([0, 0x80]))
    older = token({6: ISSUED - 1, 65533: invalid})
    newer = token({6: ISSUED + 1, 65533: invalid})
    theirs = WORLD.with_ncca_list()
    declared = tuple(StatusListDeclaration(STATUS_URI, uri) for uri in (NCCA_STATUS_URI, OTHER_URI))
    twice = WORLD.with_service(BODY, STATUS, status_lists=declared)

    def authority(claims: dict[Any, Any] | None = None) -> bytes:
        return token({2: NCCA_STATUS_URI, **(claims or {})}, signer=NCCA_STATUS_KEY)

    rule = "of several tokens the one with the greatest iat counts"
    worst = "the worst of the two counts: invalid, then suspended, then valid"
    final = "invalid in an older token is not lifted by a newer one"
    contradiction = "of tokens of the same iat the worst counts"
    unheard = "a list that is declared and was not supplied makes valid unknown"
    rows = (
        ("no-token", WORLD, "a list that was not supplied makes valid unknown", (), LATER),
        ("older-says-invalid", WORLD, final, (older, token()), VOID),
        ("older-says-invalid-and-comes-last", WORLD, final, (token(), older), VOID),
        ("older-says-suspended", WORLD, rule, (token({6: ISSUED - 1, 65533: suspended}), token()), GOOD),
        ("same-instant-says-invalid", WORLD, contradiction, (token({65533: invalid}), token()), VOID),
        ("same-instant-says-suspended", WORLD, contradiction, (token(), token({65533: suspended})), SUSPENDED),
        ("newer-says-invalid", WORLD, rule, (newer, token()), VOID),
        ("both-valid", theirs, worst, (token(), authority()), GOOD),
        ("authority-says-invalid", theirs, worst, (token(), authority({65533: invalid})), VOID),
        ("authority-says-suspended", theirs, worst, (token(), authority({65533: suspended})), SUSPENDED),
        ("suspended-and-invalid", theirs, worst, (token({65533: suspended}), authority({65533: invalid})), VOID),
        ("authority-not-heard", theirs, unheard, (token(),), LATER),
        ("second-uri-of-the-authority-not-heard", twice, unheard, (token(), authority()), LATER),
        ("second-uri-of-the-authority-heard", twice, worst, (token(), authority(), authority({2: OTHER_URI})), GOOD),
        (
            "second-uri-of-the-authority-says-invalid",
            twice,
            worst,
            (token(), authority(), authority({2: OTHER_URI, 65533: invalid})),
            VOID,
        ),
        ("body-not-heard", theirs, unheard, (authority(),), LATER),
        ("invalid-and-authority-not-heard", theirs, "they do not hide invalid", (token({65533: invalid}),), VOID),
        (
            "suspended-and-authority-not-heard",
            theirs,
            "beside suspended they leave the status incomplete",
            (token({65533: suspended}),),
            LATER_SUSPENDED,
        ),
        (
            "body-under-the-uri-of-the-authority",
            theirs,
            "the ncca_uri is the authority's",
            (token(), token({2: NCCA_STATUS_URI})),
            LATER,
        ),
        (
            "authority-of-another-index-range",
            theirs,
            "an index out of range makes valid unknown",
            (token(), authority({65533: list_of(bytes(1))})),
            LATER,
        ),
    )
    made = []
    for name, world, said, tokens, answer in rows:
        spec = SPEAKERS if "token" in said or "uri" in said else SAYS
        case = Case(name=f"status/{name}", spec=spec, rule=said, answer=answer).in_world(world)
        made.append(replace(case, status=tokens))
    return made


def _services() -> list[Case]:
    """Give vectors of how the status service is listed."""
    iat_later = (StatusEntry(ServiceStatus.GRANTED, 0), StatusEntry(ServiceStatus.WITHDRAWN, ISSUED))
    compromised = KeyRevocation(RevocationReason.KEY_COMPROMISE, NOON)
    retired = KeyRevocation(RevocationReason.SUPERSEDED, ISSUED)
    made = []
    listed: tuple[tuple[str, str, World, str, str | None], ...] = (
        (
            "service-withdrawn",
            "the service was granted at its iat",
            WORLD.with_service(BODY, STATUS, history=iat_later),
            LATER,
            "status",
        ),
        (
            "key-compromised",
            "a compromised key voids all",
            WORLD.with_key(BODY, STATUS, revocation=compromised),
            LATER,
            "status",
        ),
        (
            "key-retired",
            "the key was in order at its iat",
            WORLD.with_key(BODY, STATUS, revocation=retired),
            LATER,
            "status",
        ),
        (
            "uri-not-declared",
            "the issuer declares the uri",
            WORLD.with_service(BODY, STATUS, status_lists=()),
            LATER,
            None,
        ),
    )
    for name, rule, world, answer, error in listed:
        case = Case(name=f"status/{name}", spec=SPEAKERS, rule=rule, answer=answer, error=error).in_world(world)
        made.append(replace(case, status=(token(),)))
    ended = WORLD.with_key(BODY, STATUS, sign_until=NOON, verify_until=NOON)
    rule = "from the verify_until of its key on the token is expired"
    for name, said, answer in (("valid", {}, LATER), ("invalid", {65533: list_of(bytes([0, 0x40]))}, VOID)):
        case = Case(name=f"status/key-ended-{name}", spec=FRESH, rule=rule, answer=answer).in_world(ended)
        made.append(replace(case, status=(token(said),)))
    for algorithm in keys.ALGORITHMS:
        signer = randomised.signer(algorithm, 78)
        world = WORLD.with_service(BODY, STATUS, keys=(service_key(signer),))
        name = algorithm.name.lower().replace("_", "-")
        tokens = {f"signed-with-{name}": {**HEADER, 1: int(algorithm), 4: signer.public_key.key_id}}
        if algorithm is Algorithm.ESP384:
            tokens["es384"] = {**HEADER, 1: -35, 4: signer.public_key.key_id}
        for each, header in tokens.items():
            case = Case(name=f"status/{each}", spec=TOKEN, rule="signed with any algorithm", answer=GOOD).in_world(
                world
            )
            made.append(replace(case, status=(token(header=header, signer=signer),)))
    return made


def cases() -> list[Case]:
    """Give the vectors."""
    made = [
        Case(name=f"status/{name}", spec=spec, rule=rule, status=(data,), answer=answer)
        for name, spec, rule, data, answer in ACCEPTED
    ]
    made += [
        Case(name=f"status/{name}", spec=spec, rule=rule, status=(data,), answer=LATER, error="status")
        for name, spec, rule, data in REFUSED
    ]
    unlisted = Case(
        name="status/no-reference",
        spec=REFERENCE,
        rule="EUCC requires a reference",
        token=WORLD.token(status=None),
        answer="FAILED SCHEME_VIOLATION unknown no",
    )
    return [*made, unlisted, *_several(), *_services()]
