"""Vectors of the encoding, of headers and signatures, and of the algorithms (README.md, cose.cddl)."""

from __future__ import annotations

from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certmark.cose import sign1
from certmark.cose.algorithms import Algorithm
from certmark.transport import to_bare
from examples import independent_verify as second
from tests import keys
from tests.interop.asking import CLAIMS, HEADER, MESSAGE, sealed
from tests.raw_cbor import array, deterministic, head, mapping, string, tagged
from tests.vector_cases import randomised
from tests.vector_cases.case import CRYPTO, FORGED, FORMAT, GOOD, NEWER, NOT_LISTED, Case
from tests.world import BODY_KEY, WORLD, service_key

ENCODING, HEADERS, ARTEFACTS = (f"README.md#{x}" for x in ("encoding", "headers-and-signatures", "artefacts"))
SIGN1, HEADER_RULE, TOKEN = (f"cose.cddl#{x}" for x in ("COSE_Sign1", "sign1-header", "certificate-token"))
MISSING: Final = object()
TYP: Final = "application/vnd.certmark."
SIGNATURE: Final[bytes] = MESSAGE[3]
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group of P-256."""

# --- bytes that are not deterministic CBOR, signed rightly ---


def signed(protected: bytes, payload: bytes) -> bytes:
    """Sign any bytes as header and payload."""
    signature = BODY_KEY.sign(sign1.sig_structure(protected, payload))
    return tagged(18, array(string(protected), mapping(), string(payload), string(signature)))


def pairs(claims: dict[Any, Any]) -> list[tuple[bytes, bytes]]:
    """Encode the members of a map one by one, in the right order."""
    return sorted((deterministic(key), deterministic(value)) for key, value in claims.items())


def map_with(key: int, item: bytes) -> bytes:
    """Encode the certificate map with one member whose value is exactly these bytes."""
    members = dict(pairs(CLAIMS[-65537])) | {deterministic(key): item}
    return mapping(*sorted(members.items()))


def payload_with(key: int, item: bytes) -> bytes:
    """Encode the claims with one member of the certificate map whose value is exactly these bytes."""
    members = dict(pairs(CLAIMS)) | {deterministic(-65537): map_with(key, item)}
    return mapping(*sorted(members.items()))


CERTIFICATE: Final = pairs(CLAIMS[-65537])
PAIRS: Final = pairs(CLAIMS)
HEAD_PAIRS: Final = pairs(HEADER)
PAYLOAD: Final = mapping(*PAIRS)
PROTECTED: Final = mapping(*HEAD_PAIRS)


def nested(levels: int) -> bytes:
    return b"\x81" * levels + b"\x01"


PAYLOADS: Final = (
    ("map-keys-not-in-order", "map keys in bytewise order", mapping(*reversed(PAIRS))),
    ("map-keys-by-length-first", "map keys in bytewise order, not by length", mapping(*PAIRS[-1:], *PAIRS[:-1])),
    ("duplicate-key", "no duplicate keys", mapping(*PAIRS[:1], *PAIRS)),
    (
        "duplicate-key-inside",
        "no duplicate keys",
        PAYLOAD.replace(mapping(*CERTIFICATE), mapping(*CERTIFICATE[:1], *CERTIFICATE)),
    ),
    ("integer-not-shortest", "shortest integers", payload_with(4, head(0, 3, size=1))),
    ("integer-of-8-bytes", "shortest integers", payload_with(4, head(0, 3, size=8))),
    ("text-length-not-shortest", "shortest lengths", payload_with(1, head(3, 4, size=1) + b"EUCC")),
    ("array-length-not-shortest", "shortest lengths", payload_with(9, head(4, 1, size=2) + deterministic("CC:2022"))),
    ("map-length-not-shortest", "shortest lengths", head(5, len(PAIRS), size=1) + PAYLOAD[1:]),
    ("array-of-indefinite-length", "definite lengths", payload_with(9, b"\x9f" + deterministic("CC:2022") + b"\xff")),
    ("map-of-indefinite-length", "definite lengths", b"\xbf" + PAYLOAD[1:] + b"\xff"),
    ("text-of-indefinite-length", "definite lengths", payload_with(1, b"\x7f\x64EUCC\xff")),
    ("bytes-of-indefinite-length", "definite lengths", payload_with(13, b"\x5f\x41x\xff")),
    ("tag-inside", "the outermost tag is the only one", payload_with(14, tagged(1, b"\x03"))),
    ("tag-around-the-claims", "the outermost tag is the only one", tagged(61, PAYLOAD)),
    ("half-float", "no floats", payload_with(4, b"\xf9\x42\x00")),
    ("double-float", "no floats", payload_with(4, b"\xfb\x40\x08" + bytes(6))),
    ("not-a-number", "no floats", payload_with(4, b"\xf9\x7e\x00")),
    ("undefined", "no undefined", payload_with(13, b"\xf7")),
    ("simple-value", "no other simple values", payload_with(13, b"\xe0")),
    ("simple-value-of-two-bytes", "no other simple values", payload_with(13, b"\xf8\xff")),
    ("bignum", "no bignums", payload_with(14, tagged(2, string(b"\x01" + bytes(8))))),
    ("null-for-an-absent-value", "null is not an absent value", payload_with(13, b"\xf6")),
    (
        "byte-string-as-key",
        "map keys are integers or texts",
        mapping(*PAIRS[:-1], (string(b"x"), b"\x01"), *PAIRS[-1:]),
    ),
    ("boolean-as-key", "map keys are integers or texts", mapping(*PAIRS, (b"\xf5", b"\x01"))),
    ("bytes-after-the-claims", "no bytes after the item", PAYLOAD + b"\x00"),
    ("claims-cut", "the item is complete", PAYLOAD[:-1]),
    ("claims-empty", "there is one item", b""),
    ("claims-no-map", "the claims are a map", array()),
    ("reserved-head", "an item has a head of RFC 8949", payload_with(14, b"\x1c")),
    ("text-not-utf-8", "text is UTF-8", payload_with(13, b"\x61\xff")),
    ("text-with-a-surrogate", "text is UTF-8", payload_with(13, b"\x63\xed\xa0\x80")),
    ("nesting-beyond-12", "CBOR nesting", payload_with(13, nested(12))),
)
TEXTS: Final = (
    ("text-empty", "text is not empty", ""),
    ("text-space-before", "no white space at either end", " Lab"),
    ("text-space-after", "no white space at either end", "Lab "),
    ("text-no-break-space-after", "no white space at either end", "Lab\u00a0"),
    ("text-ideographic-space-before", "no white space at either end", "\u3000Lab"),
    ("text-not-nfc", "text is in normalisation form C", "Pru\u0308flabor"),
    ("text-line-feed", "no control characters (Cc)", "La\nb"),
    ("text-nul", "no control characters (Cc)", "La\x00b"),
    ("text-next-line", "no control characters (Cc)", "La\x85b"),
    ("text-right-to-left-override", "no bidirectional marks (Cf)", "La\u202eb"),
    ("text-right-to-left-isolate", "no bidirectional marks (Cf)", "La\u2067b"),
    ("text-zero-width-space", "no zero-width characters (Cf)", "La\u200bb"),
    ("text-soft-hyphen", "no format characters (Cf)", "La\u00adb"),
    ("text-private-use", "no private use (Co)", "La\ue000b"),
    ("text-line-separator", "no line separator (Zl)", "La\u2028b"),
    ("text-combining-grapheme-joiner", "no default-ignorable character: U+034F", "La\u034fb"),
    ("text-hangul-filler", "no default-ignorable character: U+115F", "La\u115fb"),
    ("text-halfwidth-hangul-filler", "no default-ignorable character: U+FFA0", "La\uffa0b"),
    ("text-mongolian-vowel-separator", "no default-ignorable character: U+180E", "La\u180eb"),
    ("text-variation-selector", "no default-ignorable character: U+FE0F", "La\ufe0fb"),
    ("text-variation-selector-256", "no default-ignorable character: U+E01EF", "La\U000e01efb"),
    ("text-unassigned-tag", "no default-ignorable character: U+E0FFF", "La\U000e0fffb"),
    ("text-empty-braille", "no Braille cell without dots", "La\u2800b"),
    ("text-noncharacter-fdd0", "no noncharacters", "La\ufdd0b"),
    ("text-noncharacter-ffff", "no noncharacters", "La\uffffb"),
    ("text-noncharacter-10ffff", "no noncharacters", "La\U0010ffffb"),
    ("text-paragraph-separator", "no paragraph separator (Zp)", "La\u2029b"),
)
GOOD_TEXTS: Final = (
    ("text-with-diacritics", "text in normalisation form C", "Prüflabor Łódź"),
    ("text-right-to-left", "text of any script, without marks", "\u05de\u05e2\u05d1\u05d3\u05d4"),
    ("text-of-200-code-points", "lengths are counted in code points", "\U0001f512" * 200),
    ("text-unassigned", "other unassigned code points are allowed", "La\u0378b"),
    ("text-beside-the-ranges", "the neighbours of what is refused", "La\u0350\u1161\u2070\u3163\ufe10b"),
    ("text-with-braille", "Braille cells with dots", "La\u2801b"),
    ("text-with-two-spaces", "white space inside", "Lab  one"),
)

# --- headers and messages that are deterministic CBOR ---


def header_with(label: int, value: object, **others: Any) -> dict[int, Any]:
    """Change a parameter of the header."""
    changed = {**HEADER, label: value, **{int(name.strip("_")): each for name, each in others.items()}}
    return {key: each for key, each in changed.items() if each is not MISSING}


TYPS: Final = (
    *(
        (f"typ-of-version-{number}", "a later version of the artefact", f"certificate.v{number}+cwt", NEWER)
        for number in (1, 2, 10)
    ),
    ("typ-of-version-0", "the number is positive", "certificate.v0+cwt", FORMAT),
    ("typ-with-leading-zero", "the number has no leading zeros", "certificate.v02+cwt", FORMAT),
    ("typ-without-number", "the number is there", "certificate.v+cwt", FORMAT),
    ("typ-without-suffix", "a later typ ends in +cwt", "certificate.v2", FORMAT),
    ("typ-of-version-2-in-capitals", "typ is compared as it is", "certificate.V2+cwt", FORMAT),
    ("typ-with-foreign-digit", "the number is ASCII", "certificate.v\u0662+cwt", FORMAT),
    ("typ-of-a-root", "typ is that of the artefact", "root+cwt", FORMAT),
    ("typ-of-a-later-root", "a later typ is of the same name", "root.v2+cwt", FORMAT),
    ("typ-of-a-trusted-list", "typ is that of the artefact", "trusted-list+cwt", FORMAT),
)
LATER: Final = header_with(16, f"{TYP}certificate.v2+cwt")
BAD_HEADERS: Final = (
    ("typ-of-a-status-list", ARTEFACTS, "typ is that of the artefact", header_with(16, "application/statuslist+cwt")),
    ("typ-of-a-number", HEADER_RULE, "typ is a text", header_with(16, 279)),
    ("typ-of-bytes", HEADER_RULE, "typ is a text", header_with(16, b"x")),
    ("without-typ", HEADERS, "typ is there", header_with(16, MISSING)),
    ("without-alg", HEADERS, "alg is there", header_with(1, MISSING)),
    ("without-kid", HEADERS, "kid or x5t is there", header_with(4, MISSING)),
    ("without-cwt-claims", HEADERS, "CWT Claims are there", header_with(15, MISSING)),
    ("alg-of-text", "cose.cddl#algorithm", "alg is an integer", header_with(1, "ES256")),
    ("alg-true", "cose.cddl#algorithm", "alg is an integer", header_with(1, True)),
    ("alg-null", "cose.cddl#algorithm", "alg is an integer", header_with(1, None)),
    ("kid-of-7-bytes", "cose.cddl#key-id", "kid is 8 bytes", header_with(4, bytes(7))),
    ("kid-of-9-bytes", "cose.cddl#key-id", "kid is 8 bytes", header_with(4, HEADER[4] + b"\x00")),
    ("kid-of-text", "cose.cddl#key-id", "kid is bytes", header_with(4, "12345678")),
    ("kid-and-x5t", "cose.cddl#key-identifier", "one of kid and x5t", header_with(34, [-16, bytes(32)])),
    ("x5t-of-another-hash", "cose.cddl#x5t", "SHA-256 only", header_with(34, [-15, bytes(32)], _4=MISSING)),
    ("x5t-of-31-bytes", "cose.cddl#x5t", "32 bytes", header_with(34, [-16, bytes(31)], _4=MISSING)),
    ("x5t-of-one-element", "cose.cddl#x5t", "an array of two", header_with(34, [-16], _4=MISSING)),
    ("iat-negative", "cose.cddl#numeric-date", "not before 1970", header_with(15, {6: -1})),
    ("iat-after-9999", "cose.cddl#numeric-date", "not after 9999", header_with(15, {6: 253_402_300_800})),
    ("iat-of-text", "cose.cddl#numeric-date", "whole seconds", header_with(15, {6: "1"})),
    ("iat-missing", "cose.cddl#cwt-claims-header", "iat is there", header_with(15, {})),
    (
        "another-claim-in-the-header",
        "cose.cddl#cwt-claims-header",
        "only iat",
        header_with(15, {**HEADER[15], 1: "DE-3087"}),
    ),
    ("critical-parameter", HEADER_RULE, "nothing else", header_with(2, [99], _99=1)),
    ("content-type", HEADER_RULE, "nothing else", header_with(3, 60)),
    ("text-label", HEADER_RULE, "nothing else", {**HEADER, "x": 1}),
)


def message(*parts: object, tag: bytes = b"\xd2") -> bytes:
    """Encode the parts of a message behind a tag."""
    return tag + deterministic(list(parts))


MALLEATED: Final = SIGNATURE[:32] + (ORDER - int.from_bytes(SIGNATURE[32:], "big")).to_bytes(32, "big")
PARTS: Final[tuple[Any, ...]] = (MESSAGE[0], {}, MESSAGE[2])
MESSAGES: Final = (
    ("tag-missing", TOKEN, "tag 18", message(*MESSAGE, tag=b""), FORMAT),
    ("tag-not-shortest", ENCODING, "shortest heads", message(*MESSAGE, tag=b"\xd8\x12"), FORMAT),
    ("tag-of-sign", TOKEN, "tag 18, not 98", message(*MESSAGE, tag=b"\xd8\x62"), FORMAT),
    ("tag-61-outside", TOKEN, "no CWT tag", message(*MESSAGE, tag=b"\xd8\x3d\xd2"), FORMAT),
    ("array-of-five", SIGN1, "an array of four", message(*MESSAGE, 1), FORMAT),
    ("array-of-three", SIGN1, "an array of four", message(*MESSAGE[:3]), FORMAT),
    ("message-of-indefinite-length", ENCODING, "definite lengths", b"\xd2\x9f" + WORLD.cose[2:] + b"\xff", FORMAT),
    ("bytes-after-the-message", ENCODING, "no bytes after the item", WORLD.cose + b"\x00", FORMAT),
    ("message-cut", ENCODING, "the item is complete", WORLD.cose[:-1], FORMAT),
    ("no-bytes", ENCODING, "there is one item", b"", FORMAT),
    ("no-cbor", ENCODING, "CBOR", b"\xff\xff\xff", FORMAT),
    (
        "key-id-unprotected",
        "cose.cddl#empty-map",
        "the unprotected header is empty",
        message(MESSAGE[0], {4: HEADER[4]}, *MESSAGE[2:]),
        FORMAT,
    ),
    (
        "other-parameter-unprotected",
        "cose.cddl#empty-map",
        "the unprotected header is empty",
        message(MESSAGE[0], {99: 1}, *MESSAGE[2:]),
        FORMAT,
    ),
    (
        "unprotected-no-map",
        "cose.cddl#empty-map",
        "the unprotected header is a map",
        message(MESSAGE[0], [], *MESSAGE[2:]),
        FORMAT,
    ),
    ("payload-detached", HEADERS, "a payload is never detached", message(MESSAGE[0], {}, None, SIGNATURE), FORMAT),
    ("payload-no-bytes", SIGN1, "the payload is bytes", message(MESSAGE[0], {}, CLAIMS, SIGNATURE), FORMAT),
    ("header-not-wrapped", SIGN1, "the protected header is bytes", message(HEADER, {}, *MESSAGE[2:]), FORMAT),
    ("header-empty", HEADER_RULE, "the protected header is a map", message(b"", {}, *MESSAGE[2:]), FORMAT),
    ("header-no-map", HEADER_RULE, "the protected header is a map", message(b"\x80", {}, *MESSAGE[2:]), FORMAT),
    (
        "header-keys-not-in-order",
        ENCODING,
        "map keys in bytewise order",
        signed(mapping(*reversed(HEAD_PAIRS)), PAYLOAD),
        FORMAT,
    ),
    (
        "header-duplicate-key",
        ENCODING,
        "no duplicate keys",
        signed(mapping(*HEAD_PAIRS[:1], *HEAD_PAIRS), PAYLOAD),
        FORMAT,
    ),
    ("header-and-a-byte", ENCODING, "no bytes after the item", signed(PROTECTED + b"\x00", PAYLOAD), FORMAT),
    ("signature-of-text", SIGN1, "the signature is bytes", message(*PARTS, "x" * 64), FORMAT),
    ("signature-null", SIGN1, "the signature is bytes", message(*PARTS, None), FORMAT),
    ("signature-empty", HEADERS, "a signature of the wrong length is wrong", message(*PARTS, b""), FORGED),
    ("signature-zero", HEADERS, "r and s are in the range of the curve", message(*PARTS, bytes(64)), FORGED),
    (
        "signature-too-short",
        HEADERS,
        "a signature of the wrong length is wrong",
        message(*PARTS, SIGNATURE[:-1]),
        FORGED,
    ),
    (
        "signature-too-long",
        HEADERS,
        "a signature of the wrong length is wrong",
        message(*PARTS, SIGNATURE + b"\x00"),
        FORGED,
    ),
    (
        "signature-of-zeros-and-s",
        HEADERS,
        "r is in the range of the curve",
        message(*PARTS, bytes(32) + SIGNATURE[32:]),
        FORGED,
    ),
    (
        "signature-with-r-of-the-order",
        HEADERS,
        "r is in the range of the curve",
        message(*PARTS, ORDER.to_bytes(32, "big") + SIGNATURE[32:]),
        FORGED,
    ),
    ("signature-malleated", HEADERS, "ECDSA signatures are malleable", message(*PARTS, MALLEATED), GOOD),
    (
        "signature-in-der",
        HEADERS,
        "r and s, not DER",
        message(
            *PARTS,
            encode_dss_signature(int.from_bytes(SIGNATURE[:32], "big"), int.from_bytes(SIGNATURE[32:], "big")),
        ),
        FORGED,
    ),
    (
        "signature-over-the-payload",
        HEADERS,
        "the signature covers the Sig_structure",
        message(*PARTS, BODY_KEY.sign(MESSAGE[2])),
        FORGED,
    ),
    (
        "signature-over-sign",
        HEADERS,
        'the context is "Signature1"',
        message(*PARTS, BODY_KEY.sign(deterministic(["Signature", MESSAGE[0], b"", MESSAGE[2]]))),
        FORGED,
    ),
    (
        "signature-over-external-data",
        HEADERS,
        "the external data is empty",
        message(*PARTS, BODY_KEY.sign(deterministic(["Signature1", MESSAGE[0], b"x", MESSAGE[2]]))),
        FORGED,
    ),
    (
        "signature-over-another-header",
        HEADERS,
        "the signature covers the header as received",
        message(second.encode(header_with(15, {6: HEADER[15][6] + 1})), {}, *MESSAGE[2:]),
        FORGED,
    ),
    (
        "later-typ-and-unprotected",
        ARTEFACTS,
        "typ is judged before the rest of its header",
        message(second.encode(LATER), {4: b"x"}, *MESSAGE[2:]),
        NEWER,
    ),
    (
        "later-typ-and-other-claims",
        ARTEFACTS,
        "typ is judged before the claims",
        message(second.encode(LATER), {}, b"\xff", SIGNATURE),
        NEWER,
    ),
    (
        "later-typ-and-detached",
        ARTEFACTS,
        "typ is judged once the message can be taken apart",
        message(second.encode(LATER), {}, None, SIGNATURE),
        FORMAT,
    ),
    (
        "later-typ-and-five",
        ARTEFACTS,
        "typ is judged once the message can be taken apart",
        message(second.encode(LATER), {}, *MESSAGE[2:], 1),
        FORMAT,
    ),
    (
        "later-typ-and-another-parameter",
        ARTEFACTS,
        "typ is judged before the rest of its header",
        sealed({**LATER, 99: 1}),
        NEWER,
    ),
    ("a-status-list-token", ARTEFACTS, "a status list token is no certificate", WORLD.status_tokens[0], FORMAT),
    ("a-root", ARTEFACTS, "a root is no certificate", WORLD.root.signed, FORMAT),
    ("a-trusted-list", ARTEFACTS, "a trusted list is no certificate", WORLD.member().signed, FORMAT),
    ("a-bundle", ARTEFACTS, "a bundle is no certificate", WORLD.bundle, FORMAT),
    ("alg-of-another-key", HEADERS, "a key has exactly one algorithm", sealed(header_with(1, -51)), FORGED),
    ("alg-es256", HEADERS, "an alg that is not in the table is row 3", sealed(header_with(1, -7)), CRYPTO),
    ("alg-eddsa", HEADERS, "an alg that is not in the table is row 3", sealed(header_with(1, -8)), CRYPTO),
    ("alg-es384", HEADERS, "an alg that is not in the table is row 3", sealed(header_with(1, -35)), CRYPTO),
    ("alg-ml-dsa-87", HEADERS, "an alg that is not in the table is row 3", sealed(header_with(1, -50)), CRYPTO),
    ("alg-hmac", HEADERS, "an alg that is not in the table is row 3", sealed(header_with(1, 5)), CRYPTO),
    ("alg-0", HEADERS, "an alg that is not in the table is row 3", sealed(header_with(1, 0)), CRYPTO),
    ("kid-unknown", HEADERS, "kid is the beginning of the thumbprint", sealed(header_with(4, b"12345678")), NOT_LISTED),
    (
        "x5t-unknown",
        HEADERS,
        "x5t is the SHA-256 of a listed certificate",
        sealed(header_with(34, [-16, bytes(32)], _4=MISSING)),
        NOT_LISTED,
    ),
)


def by_algorithm() -> list[Case]:
    """Give vectors that are signed with each algorithm: as it is, with a bit of the signature flipped, and shorter."""
    made = []
    for algorithm in keys.ALGORITHMS:
        signer = randomised.signer(algorithm)
        world = WORLD.with_service(keys=(service_key(signer),)).signed_by(signer)
        token = world.cose
        parts = second.decode(token[1:])
        shorter = message(*parts[:3], parts[3][:-1])
        rows = (
            ("", "signed with a key id", token, GOOD),
            ("-bare", "as a bare code", to_bare(token), GOOD),
            ("-forged", "the signature is wrong", token[:-1] + bytes([token[-1] ^ 1]), FORGED),
            ("-short", f"signatures have {len(parts[3])} bytes", shorter, FORGED),
        )
        name = algorithm.name.replace("_", "-")
        made += [
            Case(
                name=f"message/{name.lower()}{suffix}", spec=f"cose.cddl#{name}", rule=rule, token=each, answer=answer
            ).in_world(world)
            for suffix, rule, each, answer in rows
        ]
    return made


def by_seal_certificate() -> list[Case]:
    """Give vectors whose signer is named by its X.509 seal certificate."""
    made = []
    for algorithm in (Algorithm.ESP256, Algorithm.ESP384, Algorithm.Ed25519):
        signer = keys.signer(algorithm, 77)
        world = WORLD.with_service(keys=(service_key(signer),)).signed_by(signer)
        sealing = world.with_seal_certificate(keys.seal_certificate(signer.private_key))
        name, spec = f"message/{algorithm.name.lower()}-x5t", "cose.cddl#x5t"
        listed = Case(name=name, spec=spec, rule="named by its seal certificate", answer=GOOD)
        rule = "a seal certificate counts only where a key is listed with it"
        unlisted = Case(name=f"{name}-not-listed", spec=spec, rule=rule, token=sealing.cose, answer=NOT_LISTED)
        made += [listed.in_world(sealing), unlisted.in_world(world)]
    return made


def cases() -> list[Case]:
    """Give the vectors."""
    made = [
        Case(name=f"message/{name}", spec=ENCODING, rule=rule, token=signed(PROTECTED, payload), answer=FORMAT)
        for name, rule, payload in PAYLOADS
    ]
    texts = [(*row, FORMAT) for row in TEXTS] + [(*row, GOOD) for row in GOOD_TEXTS]
    made += [
        Case(
            name=f"message/{name}",
            spec=ENCODING,
            rule=rule,
            token=signed(PROTECTED, payload_with(13, deterministic(text))),
            answer=answer,
        )
        for name, rule, text, answer in texts
    ]
    made += [
        Case(
            name=f"message/{name}",
            spec=ARTEFACTS if answer == NEWER else "cose.cddl#certificate-typ",
            rule=rule,
            token=sealed(header_with(16, TYP + typ)),
            answer=answer,
        )
        for name, rule, typ, answer in TYPS
    ]
    made += [
        Case(name=f"message/{name}", spec=spec, rule=rule, token=sealed(header), answer=FORMAT)
        for name, spec, rule, header in BAD_HEADERS
    ]
    made += [
        Case(name=f"message/{name}", spec=spec, rule=rule, token=token, answer=answer)
        for name, spec, rule, token, answer in MESSAGES
    ]
    return made + by_algorithm() + by_seal_certificate()
