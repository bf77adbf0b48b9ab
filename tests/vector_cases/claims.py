"""Vectors of the claims of a certificate token: every key of certificate.cddl, and the rules beyond it (README.md)."""

from __future__ import annotations

from typing import Any, Final

from examples import independent_verify as second
from tests.interop.asking import CLAIMS, HEADER, sealed
from tests.samples import changed, without
from tests.vector_cases.case import FORMAT, GOOD, HOME_RULES, NO_SCHEME, NOT_LISTED, OPEN, UNMET_UNKNOWN, Case
from tests.world import MAKER_KEY, WORLD, World, days

MAP: Final = -65537
RULES: Final = "README.md#claims-of-a-certificate-token"
DAY: Final = 86_400
LAST_DAY: Final = 2_932_896

EVERY: Final[dict[Any, Any]] = {
    **CLAIMS,
    MAP: {
        **CLAIMS[MAP],
        5: {
            **CLAIMS[MAP][5],
            5: "SE1 security module 2.0.1",
            7: "Example",
            10: [r"cpe:2.3:h:example:se1:2.0.1_g:*:*:*:*:*:*:*"],
            11: ["pkg:generic/example/se1@2.0.1?arch=arm#a/b"],
        },
        6: 1,
        7: "The chip and its libraries.",
        8: [{1: "global", 2: 5, 3: ["ALC_DVS.2", "AVA_VAN.5"], 4: 5, 5: True}, {1: "Boot loader", 2: 2}],
        10: ["BSI-CC-PP-0000-2026"],
        16: "https://chips.example/security",
        17: days("2033-12-31"),
        18: [{1: 2, 2: "Report 1", 3: bytes(32), 4: "https://chips.example/report.pdf"}, {1: 3, 2: "Target 1"}],
        20: "https://certs.body.example/1",
        21: ["EUCC-3087-2025-03-0001"],
        22: ["EUCC-3087-2025-03-0002"],
        23: ["EUCC-3087-2026-0000000001-00000"],
        24: 2,
        25: "2026-77",
        26: "2026-78",
        27: [{1: "M-1", 2: days("2026-03-02"), 3: "2.0.2"}],
        28: False,
        29: {1: "32027R0001", 2: ["Annex I, Part I, (2)(a)"]},
    },
}
"""Claims with every key but 2 and 3, which ask for others to be left out, and 14 and 15, which have vectors below."""

NBF, EXP = CLAIMS[5], CLAIMS[4]
FIRST, END = NBF // DAY, EXP // DAY
"""The days of nbf and of exp, in days since 1970."""


def texts(number: int) -> list[str]:
    """Give different texts."""
    return [f"{index:03d}" for index in range(number)]


NO_PRODUCT: Final = "PASSED - in_force no"
ALLOWED: Final = (
    ("every-key", "certificate-map", "every key of a certificate", (MAP, 28), False),
    ("patch-management-approved", "certificate-map", "key 28 is true or false", (MAP, 28), True),
    ("level-needs-no-other-key", "certificate-map", "key 17 may be the first day of all", (MAP, 17), 0),
    ("support-until-the-last-day", "day", "up to 9999-12-31", (MAP, 17), LAST_DAY),
    ("id-of-64", "certificate-id", "at most 64 characters", (2,), "E" + "x" * 63),
    ("id-with-slash", "certificate-id", "letters, digits and . _ / -", (2,), "EUCC/2026_1.a-b"),
    ("index-0", "index", "from 0", (65535, "status_list", "idx"), 0),
    ("name-of-1200", "text-1200", "at most 1200 characters", (MAP, 5, 2), "ü" * 1200),
    ("name-of-the-target-of-1000", "text-1000", "at most 1000 characters", (MAP, 5, 5), "x" * 1000),
    ("version-of-500", "text-500", "at most 500 characters", (MAP, 5, 4), "x" * 500),
    ("category-of-200", "text-200", "at most 200 characters", (MAP, 5, 3), "x" * 200),
    ("brand-of-100", "text-100", "at most 100 characters", (MAP, 5, 7), "x" * 100),
    ("256-versions", "subject", "at most 256 versions", (MAP, 5, 6), texts(256)),
    ("gtin-of-zeros", "gtin", "from 0, whose check digit is right", (MAP, 5, 9), [0]),
    ("gtin-14", "gtin", "up to fourteen digits", (MAP, 5, 9), [99_999_999_999_997]),
    (
        "components-of-extended-families",
        "component",
        "_EXT is part of a name",
        (MAP, 8, 0, 3),
        ["ALC_DVS_EXT.1", "AVA_VAN.5"],
    ),
    ("package-not-global", "package", "a package of any name", (MAP, 8), [{1: "TSF", 4: 5}]),
    (
        "purl-with-everything",
        "text-400",
        "namespace, version, qualifiers, subpath",
        (MAP, 5, 11),
        ["pkg:npm/%40angular/core@1.0%2B1?os=a/b&x=1#src"],
    ),
    (
        "cpe-with-escapes",
        "text-400",
        "escaped characters and ANY",
        (MAP, 5, 10),
        [r"cpe:2.3:a:b\!r:\(x\)_1:1.0\+2:-:*:en-us:*:*:*:?9*"],
    ),
    ("document-of-every-type", "document", "types 1 to 4", (MAP, 18), [{1: kind, 2: "x"} for kind in (1, 2, 3, 4)]),
    ("maintenance-on-the-day-of-issue", "maintenance", "dated on or after the day of issue", (MAP, 27, 0, 2), FIRST),
)

REFUSED: Final = (
    # the claims set
    ("unknown-claim", "certificate-claims", "no other claims", (65534,), 60),
    ("unknown-text-claim", "certificate-claims", "no other claims", ("x",), 60),
    ("iat-among-the-claims", "certificate-claims", "iat is a header parameter", (6,), 1),
    ("jti-among-the-claims", "certificate-claims", "no other claims", (7,), b"x"),
    ("iss-without-territory", "entity-id", "territory, hyphen, number", (1,), "3087"),
    ("iss-in-lower-case", "entity-id", "the territory is two capitals", (1,), "de-3087"),
    ("iss-without-number", "entity-id", "the number is not empty", (1,), "DE-"),
    ("iss-with-colon", "entity-id", "no colon", (1,), "DE-a:b"),
    ("iss-of-44", "entity-id", "at most 40 characters after the hyphen", (1,), "DE-" + "1" * 41),
    ("iss-with-line-end", "entity-id", "nothing else", (1,), "DE-3087\n"),
    ("iss-of-bytes", "entity-id", "a text", (1,), b"DE-3087"),
    ("sub-empty", "certificate-id", "not empty", (2,), ""),
    ("sub-of-65", "certificate-id", "at most 64 characters", (2,), "E" * 65),
    ("sub-begins-with-slash", "certificate-id", "begins with a letter or digit", (2,), "/EUCC"),
    ("sub-with-space", "certificate-id", "no space", (2,), "EUCC 1"),
    ("sub-not-ascii", "certificate-id", "ASCII", (2,), "EÜCC"),
    ("exp-of-text", "numeric-date", "whole seconds", (4,), "2031"),
    ("exp-true", "numeric-date", "whole seconds", (4,), True),
    ("exp-null", "numeric-date", "null is not an absent value", (4,), None),
    ("exp-after-9999", "numeric-date", "up to the end of 9999", (4,), 253_402_300_800),
    ("nbf-negative", "numeric-date", "not before 1970", (5,), -1),
    ("status-null", "status-claim", "a map", (65535,), None),
    ("status-empty", "status-claim", "status_list is there", (65535,), {}),
    ("status-of-two", "status-claim", "nothing beside status_list", (65535, "identifier_list"), {}),
    ("status-list-with-another-member", "status-claim", "idx and uri alone", (65535, "status_list", "x"), 1),
    ("index-negative", "index", "from 0", (65535, "status_list", "idx"), -1),
    ("index-of-33-bits", "index", "at most 4294967295", (65535, "status_list", "idx"), 1 << 32),
    ("index-of-text", "index", "an integer", (65535, "status_list", "idx"), "7"),
    ("status-uri-http", "https-uri", "https", (65535, "status_list", "uri"), "http://status.body.example/1"),
    ("status-uri-not-ascii", "https-uri", "printable ASCII", (65535, "status_list", "uri"), "https://é.example/"),
    ("certificate-no-map", "certificate-map", "a map", (MAP,), []),
    ("certificate-empty", "certificate-map", "scheme, level and subject are there", (MAP,), {}),
    # the certificate map
    ("unknown-key", "certificate-map", "no other keys", (MAP, 30), 1),
    ("key-0", "certificate-map", "no other keys", (MAP, 0), 1),
    ("text-key", "certificate-map", "no other keys", (MAP, "x"), 1),
    ("scheme-in-lower-case", "scheme-id", "begins with a capital or digit", (MAP, 1), "eucc"),
    ("scheme-of-33", "scheme-id", "at most 32 characters", (MAP, 1), "E" * 33),
    ("document-type-of-the-default", "certificate-map", "a default must not be written: key 2", (MAP, 2), 0),
    ("document-type-2", "certificate-map", "key 2 is 1", (MAP, 2), 2),
    ("content-of-the-default", "certificate-map", "a default must not be written: key 3", (MAP, 3), 0),
    ("content-true", "certificate-map", "key 3 is 1", (MAP, 3), True),
    ("level-0", "assurance-level", "1 to 3", (MAP, 4), 0),
    ("level-4", "assurance-level", "1 to 3", (MAP, 4), 4),
    ("level-of-text", "assurance-level", "an integer", (MAP, 4), "high"),
    ("extent-of-the-default", "certificate-map", "a default must not be written: key 6", (MAP, 6), 0),
    ("scope-of-1001", "text-1000", "at most 1000 characters", (MAP, 7), "x" * 1001),
    ("packages-empty", "certificate-map", "1 to 8 packages", (MAP, 8), []),
    ("9-packages", "certificate-map", "1 to 8 packages", (MAP, 8), [{1: name} for name in texts(9)]),
    ("package-twice", RULES, "no element twice", (MAP, 8), [{1: "TSF"}, {1: "TSF"}]),
    ("standards-empty", "certificate-map", "1 to 16 standards", (MAP, 9), []),
    ("17-standards", "certificate-map", "1 to 16 standards", (MAP, 9), texts(17)),
    ("standard-twice", "README.md#encoding", "no array holds the same element twice", (MAP, 9), ["CC:2022", "CC:2022"]),
    ("standard-of-101", "text-100", "at most 100 characters", (MAP, 9), ["x" * 101]),
    ("standards-of-text", "certificate-map", "an array", (MAP, 9), "CC:2022"),
    ("17-protection-profiles", "certificate-map", "1 to 16 protection profiles", (MAP, 10), texts(17)),
    ("technical-domain-3", "technical-domain", "1 or 2", (MAP, 11), 3),
    ("itsef-of-201", "text-200", "at most 200 characters", (MAP, 13), "x" * 201),
    ("itsef-of-bytes", "text-200", "a text", (MAP, 13), b"Laboratory"),
    ("supplementary-url-http", "https-uri", "https", (MAP, 16), "http://chips.example/"),
    (
        "supplementary-url-of-409",
        "https-uri",
        "at most 400 characters after https://",
        (MAP, 16),
        "https://" + "a" * 401,
    ),
    ("supplementary-url-with-space", "https-uri", "no space", (MAP, 16), "https://chips.example/a b"),
    ("supplementary-url-empty", "https-uri", "something after https://", (MAP, 16), "https://"),
    ("support-until-negative", "day", "from 1970", (MAP, 17), -1),
    ("support-until-after-9999", "day", "up to 9999-12-31", (MAP, 17), LAST_DAY + 1),
    ("support-until-of-text", "day", "an integer", (MAP, 17), "2033-12-31"),
    ("documents-empty", "certificate-map", "1 to 16 documents", (MAP, 18), []),
    ("legal-basis-no-celex", "celex", "a CELEX number", (MAP, 19), "Regulation (EU) 2024/482"),
    ("replaces-empty", "certificate-map", "1 to 16 ids", (MAP, 21), []),
    ("alias-with-space", "certificate-id", "no space", (MAP, 23), ["EUCC 1"]),
    ("issuance-mode-0", "issuance-mode", "1 to 4", (MAP, 24), 0),
    ("issuance-mode-5", "issuance-mode", "1 to 4", (MAP, 24), 5),
    ("validity-approval-empty", "text-200", "not empty", (MAP, 25), ""),
    ("methodology-approval-null", "text-200", "null is not an absent value", (MAP, 26), None),
    (
        "65-maintenance-reports",
        "certificate-map",
        "1 to 64 reports",
        (MAP, 27),
        [{1: name, 2: FIRST, 3: "1"} for name in texts(65)],
    ),
    ("patch-management-1", "certificate-map", "key 28 is true or false", (MAP, 28), 1),
    # the subject
    ("subject-no-map", "subject", "a map", (MAP, 5), "SE1"),
    ("subject-with-unknown-key", "subject", "no other keys", (MAP, 5, 12), 1),
    ("subject-type-0", "subject-type", "1 to 6", (MAP, 5, 1), 0),
    ("subject-type-7", "subject-type", "1 to 6", (MAP, 5, 1), 7),
    ("name-empty", "text-1200", "not empty", (MAP, 5, 2), ""),
    ("name-of-1201", "text-1200", "at most 1200 characters", (MAP, 5, 2), "x" * 1201),
    ("version-of-501", "text-500", "at most 500 characters", (MAP, 5, 4), "x" * 501),
    ("257-versions", "subject", "1 to 256 versions", (MAP, 5, 6), texts(257)),
    ("version-twice", "README.md#encoding", "no array holds the same element twice", (MAP, 5, 6), ["1", "1"]),
    ("models-empty", "subject", "1 to 256 models", (MAP, 5, 8), []),
    ("gtin-of-15-digits", "gtin", "at most fourteen digits", (MAP, 5, 9), [100_000_000_000_000]),
    ("gtin-negative", "gtin", "from 0", (MAP, 5, 9), [-1]),
    ("gtin-of-text", "gtin", "a number", (MAP, 5, 9), ["4006381333931"]),
    (
        "gtin-with-wrong-check-digit",
        RULES,
        "the last digit of a GTIN is its check digit",
        (MAP, 5, 9),
        [4_006_381_333_932],
    ),
    ("65-cpes", "subject", "1 to 64 CPE names", (MAP, 5, 10), [f"cpe:2.3:h:a:b:{n}:*:*:*:*:*:*:*" for n in range(65)]),
    ("cpe-2.2", RULES, "CPE names are formatted strings", (MAP, 5, 10), ["cpe:/h:example:se1"]),
    (
        "cpe-with-a-part-missing",
        RULES,
        "CPE names have all parts",
        (MAP, 5, 10),
        ["cpe:2.3:h:example:se1:2:*:*:*:*:*:*"],
    ),
    (
        "cpe-with-a-part-too-many",
        RULES,
        "CPE names have all parts",
        (MAP, 5, 10),
        ["cpe:2.3:h:example:se1:2:*:*:*:*:*:*:*:*"],
    ),
    (
        "cpe-of-another-part",
        RULES,
        "the part is a, h, o, * or -",
        (MAP, 5, 10),
        ["cpe:2.3:x:example:se1:2:*:*:*:*:*:*:*"],
    ),
    (
        "cpe-with-a-space",
        RULES,
        "CPE names escape what is no letter",
        (MAP, 5, 10),
        ["cpe:2.3:h:ex ample:se1:2:*:*:*:*:*:*:*"],
    ),
    (
        "cpe-not-escaped",
        RULES,
        "CPE names escape what is no letter",
        (MAP, 5, 10),
        ["cpe:2.3:h:ex+ample:se1:2:*:*:*:*:*:*:*"],
    ),
    ("cpe-of-401", "text-400", "at most 400 characters", (MAP, 5, 10), [f"cpe:2.3:h:{'a' * 373}:b:1:*:*:*:*:*:*:*:*"]),
    ("purl-without-scheme", RULES, "package URLs begin with pkg:", (MAP, 5, 11), ["generic/se1"]),
    ("purl-scheme-in-capitals", RULES, "package URLs begin with pkg:", (MAP, 5, 11), ["PKG:generic/se1"]),
    ("purl-type-in-capitals", RULES, "the type is in lower case", (MAP, 5, 11), ["pkg:Generic/se1"]),
    ("purl-without-name", RULES, "one or more path segments", (MAP, 5, 11), ["pkg:generic"]),
    ("purl-with-empty-segment", RULES, "segments are not empty", (MAP, 5, 11), ["pkg:generic//se1"]),
    ("purl-with-double-slash", RULES, "no // after the scheme", (MAP, 5, 11), ["pkg://generic/se1"]),
    (
        "purl-with-at-not-encoded",
        RULES,
        "other characters are percent-encoded",
        (MAP, 5, 11),
        ["pkg:npm/@angular/core"],
    ),
    (
        "purl-qualifier-in-capitals",
        RULES,
        "keys of qualifiers are in lower case",
        (MAP, 5, 11),
        ["pkg:generic/se1?Arch=x"],
    ),
    ("purl-qualifier-without-value", RULES, "qualifiers have a value", (MAP, 5, 11), ["pkg:generic/se1?arch"]),
    ("purl-empty-version", RULES, "a version is not empty", (MAP, 5, 11), ["pkg:generic/se1@"]),
    ("purl-percent-cut", RULES, "percent and two hexadecimal digits", (MAP, 5, 11), ["pkg:generic/se1%2"]),
    # its parts
    ("package-without-name", "package", "the name is there", (MAP, 8, 1), {2: 2}),
    ("package-with-unknown-key", "package", "no other keys", (MAP, 8, 1, 6), 1),
    ("eal-0", "package", "EAL 1 to 7", (MAP, 8, 0, 2), 0),
    ("eal-8", "package", "EAL 1 to 7", (MAP, 8, 0, 2), 8),
    ("ava-van-6", "package", "AVA_VAN 1 to 5", (MAP, 8, 1, 4), 6),
    ("augmented-false", "package", "a default must not be written: key 5", (MAP, 8, 0, 5), False),
    ("components-empty", "package", "1 to 64 components", (MAP, 8, 0, 3), []),
    ("component-in-lower-case", "component", "as ALC_FLR.2", (MAP, 8, 0, 3), ["alc_dvs.2", "AVA_VAN.5"]),
    ("component-of-level-0", "component", "levels 1 to 9", (MAP, 8, 0, 3), ["ALC_DVS.0", "AVA_VAN.5"]),
    ("component-without-level", "component", "as ALC_FLR.2", (MAP, 8, 0, 3), ["ALC_DVS", "AVA_VAN.5"]),
    ("component-twice", RULES, "a package lists no component twice", (MAP, 8, 0, 3), ["AVA_VAN.5", "AVA_VAN.5"]),
    ("ava-van-unlike-its-component", RULES, "key 4 is the number of AVA_VAN", (MAP, 8, 0, 4), 4),
    ("package-names-twice", RULES, "package names are unique", (MAP, 8, 1), {1: "global", 2: 3}),
    (
        "global-package-second",
        RULES,
        "a package named global is the first",
        (MAP, 8),
        [{1: "TSF"}, {1: "global", 4: 5}],
    ),
    ("holder-of-text", "holder", "a map", (MAP, 12), "Example Chips Ltd"),
    ("holder-with-unknown-key", "holder", "no other keys", (MAP, 12, 4), "x"),
    ("holder-address-of-501", "text-500", "at most 500 characters", (MAP, 12, 2), "x" * 501),
    ("document-type-0", "document", "types 1 to 4", (MAP, 18, 0, 1), 0),
    ("document-type-5", "document", "types 1 to 4", (MAP, 18, 0, 1), 5),
    ("document-digest-of-31-bytes", "document", "SHA-256 has 32 bytes", (MAP, 18, 0, 3), bytes(31)),
    ("document-digest-of-text", "document", "SHA-256 is bytes", (MAP, 18, 0, 3), "00" * 32),
    ("document-url-http", "https-uri", "https", (MAP, 18, 0, 4), "http://chips.example/"),
    ("maintenance-with-unknown-key", "maintenance", "no other keys", (MAP, 27, 0, 4), 1),
    (
        "maintenance-before-the-day-of-issue",
        RULES,
        "maintenance is not before the day of issue",
        (MAP, 27, 0, 2),
        FIRST - 1,
    ),
    ("presumption-of-no-act", "cra-presumption", "the act is a CELEX number", (MAP, 29, 1), "CRA"),
    ("presumption-without-requirements", "cra-presumption", "1 to 64 requirements", (MAP, 29, 2), []),
    ("presumption-with-unknown-key", "cra-presumption", "no other keys", (MAP, 29, 3), 1),
    # the certificate's own id
    *(
        (f"own-id-in-key-{key}", RULES, "no id is the certificate's own", (MAP, key), [CLAIMS[2]])
        for key in (21, 22, 23)
    ),
)

LEFT_OUT: Final = (
    *(
        (f"without-{name}", "certificate-claims", f"{name} is there", (claim,))
        for name, claim in (("iss", 1), ("sub", 2), ("exp", 4), ("nbf", 5), ("certificate", MAP))
    ),
    ("without-index", "status-claim", "idx is there", (65535, "status_list", "idx")),
    ("without-status-uri", "status-claim", "uri is there", (65535, "status_list", "uri")),
    ("without-scheme", "certificate-map", "scheme is there", (MAP, 1)),
    ("without-level", "certificate-map", "assurance level is there", (MAP, 4)),
    ("without-subject", "certificate-map", "subject is there", (MAP, 5)),
    ("without-subject-type", "subject", "type is there", (MAP, 5, 1)),
    ("without-name", "subject", "name is there", (MAP, 5, 2)),
    ("part-without-scope", RULES, "scope is required when only a part is covered", (MAP, 7)),
    ("holder-without-name", "holder", "name is there", (MAP, 12, 1)),
    ("document-without-type", "document", "type is there", (MAP, 18, 0, 1)),
    ("document-without-reference", "document", "reference is there", (MAP, 18, 0, 2)),
    ("maintenance-without-report", "maintenance", "report is there", (MAP, 27, 0, 1)),
    ("maintenance-without-date", "maintenance", "date is there", (MAP, 27, 0, 2)),
    ("maintenance-without-version", "maintenance", "version is there", (MAP, 27, 0, 3)),
    ("presumption-without-act", "cra-presumption", "act is there", (MAP, 29, 1)),
)

PERIODS: Final[tuple[tuple[str, str, int, int, dict[int, int], str], ...]] = (
    ("begins-a-second-later", "key 14 stands only where the day differs", NBF + 1, EXP, {}, GOOD),
    ("begins-a-day-later", "key 14 carries the day of issue", NBF + DAY, EXP, {14: FIRST}, GOOD),
    (
        "begins-a-day-later-and-does-not-say-so",
        "the day of nbf is then that of issue",
        NBF + DAY,
        EXP,
        {},
        "FAILED ISSUER_NOT_AUTHORISED unknown no",
    ),
    ("issued-stated-needlessly", "key 14 stands only where the day differs", NBF, EXP, {14: FIRST}, FORMAT),
    ("begins-before-the-certificate", "it never begins before the certificate", NBF, EXP, {14: FIRST + 1}, FORMAT),
    (
        "ends-a-second-sooner",
        "an end within the last day: the day before exp is another, which key 15 says",
        NBF,
        EXP - 1,
        {15: END - 1},
        GOOD,
    ),
    ("ends-a-day-sooner", "key 15 carries valid_until", NBF, EXP - DAY, {15: END - 1}, GOOD),
    ("valid-until-stated-needlessly", "key 15 stands only where the day differs", NBF, EXP, {15: END - 1}, FORMAT),
    ("outlives-the-certificate", "it never outlives the certificate", NBF, EXP, {15: END - 2}, FORMAT),
    ("no-second", "exp is after nbf", NBF + 10 * DAY, NBF + 10 * DAY, {14: FIRST, 15: END - 1}, FORMAT),
    ("ends-before-it-begins", "exp is after nbf", NBF + 10 * DAY, NBF + DAY, {14: FIRST, 15: END - 1}, FORMAT),
    ("valid-until-before-issued", "valid_until is not before issued", NBF, NBF, {}, FORMAT),
    ("valid-until-9999-12-31", "valid_until is not after 9999-12-30", NBF, EXP, {15: LAST_DAY}, FORMAT),
)

STATEMENT: Final = WORLD.with_statement()
STATED: Final[dict[Any, Any]] = second.decode(second.decode(STATEMENT.cose[1:])[2])
STATEMENT_REFUSED: Final = (
    ("level-2", "a statement of conformity has level 1", (MAP, 4), 2),
    ("packages", "none of the keys 8 …", (MAP, 8), [{1: "global"}]),
    ("technical-domain", "none of the keys … 11 …", (MAP, 11), 1),
    ("itsef", "none of the keys … 13 …", (MAP, 13), "Laboratory"),
    ("issuance-mode", "none of the keys … 24 …", (MAP, 24), 1),
    ("validity-approval", "none of the keys … 25 …", (MAP, 25), "x"),
    ("methodology-approval", "none of the keys … 26 …", (MAP, 26), "x"),
    ("maintenance", "none of the keys … 27 …", (MAP, 27), [{1: "x", 2: FIRST, 3: "x"}]),
    ("patch-management", "none of the keys … 28", (MAP, 28), True),
)


def claimed(claims: dict[Any, Any]) -> bytes:
    """Sign claims with the body's key."""
    return sealed(HEADER, second.encode(claims))


def shortest(path: tuple[Any, ...]) -> dict[Any, Any]:
    """Give the claims in order, or those with every key where a path leads through a key that they lack."""
    place: Any = CLAIMS
    for step in path[:-1]:
        if not isinstance(place, dict) or step not in place:
            return EVERY
        place = place[step]
    return CLAIMS if isinstance(place, dict) else EVERY


def section(name: str) -> str:
    """Give the place in certificate.cddl, unless another page is named."""
    return name if "#" in name else f"certificate.cddl#{name}"


def _labels() -> list[Case]:
    rule = 'a label is an extract: "a reader refuses nothing on that ground"'
    label = WORLD.with_certificate()
    shortened = {**CLAIMS, MAP: {**CLAIMS[MAP], 3: 1}}
    issued = label.issue(label.certificate().for_label())
    return [
        Case(name="claims/label", spec=RULES, rule="a label token", token=issued.text, answer=GOOD),
        Case(name="claims/full", spec=RULES, rule="a full token", token=label.issue().text, answer=GOOD),
        Case(name="claims/label-with-documents", spec=RULES, rule=rule, token=claimed(shortened), answer=GOOD),
    ]


def _statements() -> list[Case]:
    def case(name: str, rule: str, answer: str, world: World = STATEMENT, **others: Any) -> Case:
        return Case(name=f"claims/{name}", spec=RULES, rule=rule, answer=answer, **others).in_world(world)

    def stated(claims: dict[Any, Any]) -> bytes:
        header = {**HEADER, 4: MAKER_KEY.public_key.key_id}
        return sealed(header, second.encode(claims), MAKER_KEY)

    made = [
        case("statement", "a statement of conformity", OPEN, schemes=HOME_RULES),
        case("statement-strict", "a statement without status", UNMET_UNKNOWN, schemes=HOME_RULES, policy="strict"),
        case("statement-under-an-unknown-scheme", "the form of a statement", NO_SCHEME.replace("in_force", "unknown")),
        case("statement-without-holder", "a statement has a holder", FORMAT, token=stated(without(STATED, (MAP, 12)))),
    ]
    made += [
        case(f"statement-with-{name}", rule, FORMAT, token=stated(changed(STATED, path, value)))
        for name, rule, path, value in STATEMENT_REFUSED
    ]
    return made


def cases() -> list[Case]:
    """Give the vectors."""
    made = [
        Case(name=f"claims/{name}", spec=section(spec), rule=rule, token=claimed(said), answer=answer)
        for name, spec, rule, said, answer in (
            *((*row[:3], changed(EVERY, *row[3:]), GOOD) for row in ALLOWED),
            ("protection-profile", "subject-type", "types 1 to 6", changed(EVERY, (MAP, 5, 1), 6), NO_PRODUCT),
            *((*row[:3], changed(shortest(row[3]), *row[3:]), FORMAT) for row in REFUSED),
            *((*row[:3], without(EVERY, row[3]), FORMAT) for row in LEFT_OUT),
        )
    ]
    made += [
        Case(
            name=f"claims/{name}",
            spec=RULES,
            rule=rule,
            token=claimed({**CLAIMS, 5: nbf, 4: exp, MAP: {**CLAIMS[MAP], **own}}),
            answer=answer,
        )
        for name, rule, nbf, exp, own, answer in PERIODS
    ]
    other_name = changed(CLAIMS, (1,), "DE-3088")
    made.append(
        Case(
            name="claims/iss-of-nobody",
            spec=RULES,
            rule="iss is the id of a trusted entity",
            token=claimed(other_name),
            answer=NOT_LISTED,
        )
    )
    return made + _labels() + _statements()
