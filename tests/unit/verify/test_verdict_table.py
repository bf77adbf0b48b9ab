"""The verdict table of the specification (verification.md): every row, under every policy, and the order of the rows.

A line of ``TABLE`` says what is the case and what each policy answers: indication, sub-indication, status of the
certificate, and whether the product may be promoted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Final, NamedTuple

import pytest

from certmark.model import AssuranceLevel
from certmark.status.bitarray import Status
from certmark.transport import to_bare
from certmark.trust.entities import Accreditation, ServiceStatus, StatusListDeclaration
from certmark.trust.lists import Permitted
from certmark.verify import POLICIES, Outcome, Policy, Report, Sunset
from certmark.verify.conclude import IDS
from tests import keys, seals
from tests.scenes import (
    BY_A_STRANGER,
    BY_AN_UNKNOWN_STATE,
    COMPROMISED,
    IAT,
    NCCA_NOT_HEARD,
    NO_STATUS_LIST,
    SUBSTANTIAL,
    UNDER_HOME_SCHEME,
    Knob,
    Scene,
    arriving,
    both,
    carried_as,
    certified,
    changing,
    cut_off,
    demanding,
    expecting,
    flipped,
    history,
    in_form_2,
    keyed,
    lists,
    national,
    on_its_way,
    read_as,
    renamed,
    retired,
    scoped,
    signed_alongside,
    status,
    statuses,
    subject,
    with_header,
    with_ncca_list,
    world,
)
from tests.world import (
    BODY,
    BODY_KEY,
    BODY_STATUS_KEY,
    DAY,
    FR_BODY,
    FR_BODY_KEY,
    FR_BODY_STATUS_KEY,
    FR_STATUS_URI,
    HOME_SCHEME,
    LINK_HOST,
    NCCA_STATUS_URI,
    STATUS,
    STATUS_URI,
    STRANGER_KEY,
    WORLD,
    days,
    instant,
    seconds,
    service_key,
    status_service,
)

NOON: Final = seconds("2026-06-01 12:00:00")
"""Time of verification."""
GRACE: Final = 30 * DAY

GRANTED, SUSPENDED, WITHDRAWN = ServiceStatus.GRANTED, ServiceStatus.SUSPENDED, ServiceStatus.WITHDRAWN
LATER_TYP: Final = "application/vnd.certmark.certificate.v2+cwt"
ESP256_UNTIL_NOON: Final = demanding(sunsets=(Sunset(-9, instant("2026-06-01 12:00:00")),))
ESP256_A_SECOND_LONGER: Final = demanding(sunsets=(Sunset(-9, instant("2026-06-01 12:00:01")),))
TWO_ENDS: Final = demanding(sunsets=(Sunset(-9, instant("2030-01-01")), Sunset(-9, instant("2026-01-01"))))
ED25519_ENDED: Final = demanding(sunsets=(Sunset(-19, instant("2020-01-01")),))
SIGNATURE_OF_ANOTHER: Final = on_its_way(lambda token: token[:-64] + WORLD.with_certificate(id="X").cose[-64:])
PARTS: Final = [{"name": "global", "ava_van": 4}, {"name": "Example sub-TSF", "ava_van": 5}]
ENDED: Final = Accreditation("D-1", days("2025-01-01"), days("2026-03-02"))
FIVE_YEARS_AND_A_DAY: Final = certified(valid_until="2031-03-03")
NO_GTIN_TO_COMPARE: Final = both(certified(subject=subject(gtins=None)), expecting(gtin="96385074"))
ANOTHER_LIST: Final = world(
    lambda before: replace(before, status_uri=f"{STATUS_URI}/2").with_statuses(uri=f"{STATUS_URI}/2")
)
WITHDRAWN_BY_NCCA: Final = with_ncca_list(Status.INVALID)
NOBODY_NAMED_FOR_NCCA: Final = both(with_ncca_list(Status.VALID), national(ncca=None))
NCCA_LIST_EXPIRED: Final = world(lambda before: before.with_ncca_list().with_statuses(NCCA_STATUS_URI, expires=NOON))
ANOTHER_STATE_EXPIRED: Final = world(lambda before: before.with_member("FR", expires=1))
ROOT_EXPIRED: Final = world(lambda before: before.with_root(expires=NOON))
UNION_EXPIRED: Final = world(lambda before: before.with_union(expires=NOON))
UNION_STALE: Final = world(lambda before: before.with_union(next_update=NOON - GRACE))
FROM_FRANCE: Final = changing(signer=FR_BODY_KEY, entity_id=FR_BODY, status_uri=FR_STATUS_URI)
NO_STATUS: Final = changing(has_status=False)
LABEL: Final = changing(document=WORLD.certificate().for_label())
INVALID_WHILE_SUSPENDED: Final = HOME_SCHEME.statuses.suspended._replace(valid=False)
SUSPENDED_IS_INVALID: Final = both(
    UNDER_HOME_SCHEME,
    changing(
        schemes=(replace(HOME_SCHEME, statuses=HOME_SCHEME.statuses._replace(suspended=INVALID_WHILE_SUSPENDED)),)
    ),
)
SEALED: Final = world(lambda before: before.with_seal_certificate(keys.seal_certificate(before.signer.private_key)))
SEAL_PATHS: Final = {
    "seal-with-its-path": seals.path(BODY_KEY.private_key),
    "seal-alone": seals.path(BODY_KEY.private_key)[:1],
    "seal-for-another-key": seals.path(STRANGER_KEY.private_key),
    "seal-for-a-key-of-no-use": (seals.certificate(keys.FOREIGN_KEYS["Ed448"]),),
    "seal-of-a-later-time": seals.path(BODY_KEY.private_key, begins=datetime(2029, 1, 1, tzinfo=UTC)),
    "seal-for-issuing": (seals.certificate(BODY_KEY.private_key, extensions=seals.FOR_ISSUING),),
    "seal-with-a-broken-path": (seals.certificate(BODY_KEY.private_key), seals.issuers()[1]),
    "seal-that-cannot-be-read": (b"seal",),
    "seal-with-an-issuer-that-cannot-be-read": (seals.certificate(BODY_KEY.private_key), b"issuer"),
}
"""Certificates that the list gives with the key that signed."""


def listed_with(path: tuple[bytes, ...]) -> Knob:
    return world(lambda before: before.with_seal_path(*path))


TWO_KEYS: Final = world(
    lambda before: before.with_service(keys=(service_key(STRANGER_KEY), *before.service().keys)),
)
TWO_STATUS_KEYS: Final = world(
    lambda before: before.with_service(
        BODY, STATUS, keys=(*before.service(BODY, STATUS).keys, service_key(STRANGER_KEY))
    ).with_statuses(signer=STRANGER_KEY)
)
TWO_STATUS_LISTS: Final = world(
    lambda before: before.with_service(
        BODY, STATUS, status_lists=(StatusListDeclaration(f"{STATUS_URI}/0"), StatusListDeclaration(STATUS_URI))
    )
)
TWO_STATUS_SERVICES: Final = world(
    lambda before: before.with_entity(
        services=(
            before.service(),
            status_service(STRANGER_KEY),
            before.service(BODY, STATUS),
        )
    )
)
CHIP: Final = {"extent": "part", "scope": "The chip."}
SUBSTANTIAL_ONLY: Final = Permitted(("EUCC",), 2)

# --- answers ---

FORMAT = "FAILED FORMAT_FAILURE unknown no"
NEWER = "INDETERMINATE UNSUPPORTED_FORMAT unknown unknown"
CRYPTO = "INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE unknown unknown"
NOT_LISTED = "FAILED ISSUER_NOT_LISTED unknown no"
NOT_FOUND = "INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND unknown unknown"
FORGED = "FAILED SIG_CRYPTO_FAILURE unknown no"
REVOKED = "FAILED REVOKED unknown no"
NO_AUTHORITY = "FAILED ISSUER_NOT_AUTHORISED unknown no"
CLOCK = "INDETERMINATE CLOCK_ERROR unknown unknown"
NO_SCHEME = "INDETERMINATE UNKNOWN_SCHEME in_force unknown"
VIOLATION = "FAILED SCHEME_VIOLATION in_force no"
VIOLATION_UNKNOWN = "FAILED SCHEME_VIOLATION unknown no"
VIOLATION_SUSPENDED = "FAILED SCHEME_VIOLATION suspended no"
VOID = "FAILED CERTIFICATE_WITHDRAWN withdrawn no"
OVER = "FAILED CERTIFICATE_EXPIRED expired no"
NOT_YET = "FAILED CERTIFICATE_NOT_YET_VALID not_yet_valid no"
WRONG = "FAILED WRONG_PRODUCT in_force no"
WRONG_SUSPENDED = "FAILED WRONG_PRODUCT suspended no"
UNCLEAR = "INDETERMINATE PRODUCT_NOT_IDENTIFIED in_force unknown"
UNCLEAR_SUSPENDED = "INDETERMINATE PRODUCT_NOT_IDENTIFIED suspended no"
UNMET = "FAILED POLICY_NOT_MET in_force no"
UNMET_SUSPENDED = "FAILED POLICY_NOT_MET suspended no"
UNMET_UNKNOWN = "FAILED POLICY_NOT_MET unknown no"
LATER = "INDETERMINATE TRY_LATER unknown unknown"
LATER_SUSPENDED = "INDETERMINATE TRY_LATER suspended no"
OPEN = "PASSED - unknown unknown"
VALID_SUSPENDED = "PASSED - suspended no"
GOOD = "PASSED - in_force yes"


class Row(NamedTuple):
    """What is the case, and what the policies standard, lenient_offline and strict answer."""

    name: str
    knob: Knob
    standard: str
    lenient_offline: str
    strict: str


def every(name: str, knob: Knob, answer: str) -> Row:
    """Give a row in which all policies agree."""
    return Row(name, knob, answer, answer, answer)


def but_strict(name: str, knob: Knob, answer: str, strict: str) -> Row:
    """Give a row in which only the strict policy says something else."""
    return Row(name, knob, answer, answer, strict)


def too_old(name: str, knob: Knob) -> Row:
    """Give a row in which what is known is too old or too little, which only lenient_offline accepts."""
    return Row(name, knob, LATER, OPEN, LATER)


def suspended_and_too_old(name: str, knob: Knob) -> Row:
    """Give such a row for a certificate that was suspended when last heard of."""
    return Row(name, both(status(Status.SUSPENDED), knob), LATER_SUSPENDED, VALID_SUSPENDED, UNMET_SUSPENDED)


TABLE: Final = (
    # 1: malformed, or another artefact
    every("token-cut-off", on_its_way(cut_off), FORMAT),
    every("token-with-bytes-behind-it", on_its_way(lambda token: token + b"\x00"), FORMAT),
    every("token-too-large", on_its_way(lambda token: token + bytes(8192)), FORMAT),
    every("nothing", arriving(b""), FORMAT),
    every("empty-text", read_as(""), FORMAT),
    every("some-web-link", read_as("https://certs.body.example/"), FORMAT),
    every("link-with-a-letter-among-its-digits", read_as(f"{WORLD.text}x"), FORMAT),
    every("unknown-header-parameter", on_its_way(with_header(unknown=1)), FORMAT),
    every("typ-of-another-artefact", on_its_way(with_header(typ="application/statuslist+cwt")), FORMAT),
    every("a-status-list-token", arriving(WORLD.status_tokens[0]), FORMAT),
    every("a-root", arriving(WORLD.root.signed), FORMAT),
    every("a-trusted-list", arriving(WORLD.member().signed), FORMAT),
    every("a-bundle", arriving(WORLD.bundle), FORMAT),
    every("without-iss", arriving(WORLD.token(iss=None)), FORMAT),
    every("iss-without-territory", arriving(WORLD.token(iss="3087")), FORMAT),
    every("without-certificate", arriving(WORLD.token(certificate=None)), FORMAT),
    every("unknown-claim", arriving(WORLD.token(ttl=60)), FORMAT),
    every("iat-among-the-claims", arriving(WORLD.token(iat=1)), FORMAT),
    every("exp-before-nbf", arriving(WORLD.token(exp=0)), FORMAT),
    # 2: made by a newer certmark
    every("unknown-compression-marker", carried_as(in_form_2), NEWER),
    every("bare-code-of-version-2", read_as("CM2:ANYTHING"), NEWER),
    every("typ-of-version-2", on_its_way(with_header(typ=LATER_TYP)), NEWER),
    every("typ-of-version-2-with-another-header", on_its_way(with_header(typ=LATER_TYP, unknown=1)), NEWER),
    # 3: algorithm
    every("algorithm-not-accepted", demanding(algorithms=frozenset({-19, -51})), CRYPTO),
    every("algorithm-at-its-end", ESP256_UNTIL_NOON, CRYPTO),
    every("algorithm-with-two-ends", TWO_ENDS, CRYPTO),
    every("ES256-in-a-certificate", on_its_way(with_header(alg=-7)), CRYPTO),
    every("ES256-in-spite-of-policy", both(on_its_way(with_header(alg=-7)), demanding(algorithms={-7, -9})), CRYPTO),
    every("unknown-algorithm", on_its_way(with_header(alg=-65000)), CRYPTO),
    # 4: key not found, and the lists would know it
    every("unknown-key", BY_A_STRANGER, NOT_LISTED),
    every("unknown-body", changing(entity_id="DE-9999"), NOT_LISTED),
    every("key-of-another-body", changing(signer=FR_BODY_KEY), NOT_LISTED),
    every("signed-by-a-status-key", changing(signer=BODY_STATUS_KEY), NOT_LISTED),
    every("unknown-territory", BY_AN_UNKNOWN_STATE, NOT_LISTED),
    but_strict("unknown-key-and-lists-due", both(BY_A_STRANGER, lists(next_update=NOON)), NOT_LISTED, NOT_FOUND),
    but_strict(
        "unknown-state-and-lists-due", both(BY_AN_UNKNOWN_STATE, lists(next_update=NOON)), NOT_LISTED, NOT_FOUND
    ),
    # 5: key not found otherwise
    every("list-missing", national(missing=True), NOT_FOUND),
    every("list-forged", national(signers=(STRANGER_KEY,)), NOT_FOUND),
    every("list-older-than-asked-for", national(min_sequence=6), NOT_FOUND),
    every("entry-malformed", world(lambda before: before.with_entity(name="")), NOT_FOUND),
    every(
        "entry-malformed-without-the-key",
        both(BY_A_STRANGER, world(lambda before: before.with_entity(name=""))),
        NOT_FOUND,
    ),
    every("unknown-key-and-lists-stale", both(BY_A_STRANGER, lists(next_update=NOON - GRACE)), NOT_FOUND),
    every("unknown-key-and-lists-expired", both(BY_A_STRANGER, lists(expires=NOON)), NOT_FOUND),
    every("unknown-state-and-lists-expired", both(BY_AN_UNKNOWN_STATE, lists(expires=NOON)), NOT_FOUND),
    every("unknown-key-and-root-expired", both(BY_A_STRANGER, ROOT_EXPIRED), NOT_FOUND),
    every("unknown-state-and-root-expired", both(BY_AN_UNKNOWN_STATE, ROOT_EXPIRED), NOT_FOUND),
    # 6: signature
    every("signature-changed", on_its_way(flipped), FORGED),
    every("content-changed", on_its_way(renamed), FORGED),
    every("signature-of-another-token", SIGNATURE_OF_ANOTHER, FORGED),
    every("forged-under-the-key-id", on_its_way(with_header(alg=-51)), FORGED),
    # 7: compromised
    every("key-compromised", COMPROMISED, REVOKED),
    # 8: end of the key
    every("key-past-its-end", keyed(sign_until=NOON - DAY, verify_until=NOON), CRYPTO),
    # 9: authority at issuance
    every("key-not-yet-in-use", keyed(sign_from=IAT + 1), NO_AUTHORITY),
    every("key-no-longer-in-use", keyed(sign_until=IAT), NO_AUTHORITY),
    every("key-retired", retired(IAT), NO_AUTHORITY),
    every("body-not-listed-yet", history((GRANTED, IAT + 1)), NO_AUTHORITY),
    every("body-suspended", history((GRANTED, 0), (SUSPENDED, IAT), (GRANTED, IAT + 1)), NO_AUTHORITY),
    every("body-withdrawn", history((GRANTED, 0), (WITHDRAWN, IAT)), NO_AUTHORITY),
    every("signed-before-the-day-of-issue", world(lambda before: before.signing_at(IAT - DAY)), NO_AUTHORITY),
    every("scheme-beyond-the-scope", scoped(scheme="XX-HOME"), NO_AUTHORITY),
    every("level-beyond-the-scope", certified(assurance_level="basic"), NO_AUTHORITY),
    every("AVA_VAN-beyond-the-scope", scoped(max_ava_van=4), NO_AUTHORITY),
    every("AVA_VAN-of-a-part-beyond-the-scope", both(certified(packages=PARTS), scoped(max_ava_van=4)), NO_AUTHORITY),
    every("domain-beyond-the-scope", scoped(technical_domains=(2,)), NO_AUTHORITY),
    every("scope-not-yet-begun", scoped(from_day=days("2026-03-03")), NO_AUTHORITY),
    every("scope-ended", scoped(until_day=days("2026-03-02")), NO_AUTHORITY),
    every("scope-for-statements", scoped(statements=True), NO_AUTHORITY),
    every("accreditation-ended", scoped(accreditation=ENDED), NO_AUTHORITY),
    every("authorisation-ended", scoped(authorisation=ENDED), NO_AUTHORITY),
    every("scheme-not-permitted", national(permitted=Permitted(("XX-HOME",), 3)), NO_AUTHORITY),
    every("level-not-permitted", national(permitted=SUBSTANTIAL_ONLY), NO_AUTHORITY),
    # 10: clock
    every("signed-in-the-future", both(signed_alongside(), world(lambda before: before.at(IAT - 301))), CLOCK),
    every("union-list-of-the-future", world(lambda before: before.with_union(issued_at=NOON + 301)), CLOCK),
    every("national-list-of-the-future", national(issued_at=NOON + 301), CLOCK),
    every("status-list-of-the-future", statuses(issued_at=NOON + 301), CLOCK),
    every("withdrawn-in-the-future", both(status(Status.INVALID), statuses(issued_at=NOON + 301)), CLOCK),
    # 11, 12: scheme
    every("scheme-not-known", changing(schemes=(HOME_SCHEME,)), NO_SCHEME),
    every("no-scheme-known", changing(schemes=()), NO_SCHEME),
    every("valid-too-long", FIVE_YEARS_AND_A_DAY, VIOLATION),
    every("another-legal-basis", certified(legal_basis="32019R0881"), VIOLATION),
    every("no-status-where-the-scheme-asks-for-one", NO_STATUS, VIOLATION_UNKNOWN),
    every("scheme-broken-and-suspended", both(FIVE_YEARS_AND_A_DAY, status(Status.SUSPENDED)), VIOLATION_SUSPENDED),
    # 13: withdrawn
    every("withdrawn", status(Status.INVALID), VOID),
    every("withdrawn-in-an-expired-list", both(status(Status.INVALID), statuses(expires=NOON)), VOID),
    every("withdrawn-and-trusted-lists-stale", both(status(Status.INVALID), lists(next_update=0)), VOID),
    every("withdrawn-by-the-authority", WITHDRAWN_BY_NCCA, VOID),
    every("withdrawn-by-the-authority-body-not-heard", both(WITHDRAWN_BY_NCCA, NO_STATUS_LIST), VOID),
    every("withdrawn-by-the-body-authority-not-heard", both(status(Status.INVALID), NCCA_NOT_HEARD), VOID),
    every("withdrawn-by-one-suspended-by-the-other", both(status(Status.SUSPENDED), WITHDRAWN_BY_NCCA), VOID),
    # 14, 15: period of validity
    every("expired", certified(valid_until="2026-05-31"), OVER),
    every("expired-and-suspended", both(certified(valid_until="2026-05-31"), status(Status.SUSPENDED)), OVER),
    every("not-yet-valid", changing(begins=NOON + 1), NOT_YET),
    # 16, 17: product
    every("another-gtin", expecting(gtin="4006381333948"), WRONG),
    every("another-model", expecting(model="SE2"), WRONG),
    every("another-version", expecting(version="2.0.1"), WRONG),
    every("right-gtin-and-another-model", expecting(gtin="4006381333931", model="SE2"), WRONG),
    every("another-model-and-suspended", both(expecting(model="SE2"), status(Status.SUSPENDED)), WRONG_SUSPENDED),
    every("no-gtin-to-compare-with", NO_GTIN_TO_COMPARE, UNCLEAR),
    every("no-gtin-and-another-model", both(NO_GTIN_TO_COMPARE, expecting(model="SE2")), WRONG),
    every("no-gtin-and-right-model", both(NO_GTIN_TO_COMPARE, expecting(model="SE1-A")), UNCLEAR),
    every("no-gtin-and-suspended", both(NO_GTIN_TO_COMPARE, status(Status.SUSPENDED)), UNCLEAR_SUSPENDED),
    # 18: demands of the policy
    every("level-below-what-is-demanded", both(SUBSTANTIAL, demanding(minimum_level=AssuranceLevel.HIGH)), UNMET),
    every("scheme-not-demanded", demanding(schemes=frozenset({"XX-HOME"})), UNMET),
    every("host-not-demanded", both(read_as(WORLD.text), demanding(link_hosts=frozenset({"x.example"}))), UNMET),
    every("no-link-where-a-host-is-demanded", demanding(link_hosts=frozenset({LINK_HOST})), UNMET),
    every("suspended-is-invalid", both(SUSPENDED_IS_INVALID, status(Status.SUSPENDED)), UNMET_SUSPENDED),
    but_strict("suspended", status(Status.SUSPENDED), VALID_SUSPENDED, UNMET_SUSPENDED),
    but_strict("suspended-by-the-authority", with_ncca_list(Status.SUSPENDED), VALID_SUSPENDED, UNMET_SUSPENDED),
    but_strict("no-status-where-that-is-allowed", both(UNDER_HOME_SCHEME, NO_STATUS), OPEN, UNMET_UNKNOWN),
    but_strict("statement-without-status", world(lambda before: before.with_statement()), OPEN, UNMET_UNKNOWN),
    but_strict("body-lost-its-authority-later", history((GRANTED, 0), (WITHDRAWN, IAT + 1)), GOOD, UNMET),
    but_strict("body-suspended-today", history((GRANTED, 0), (SUSPENDED, NOON)), GOOD, UNMET),
    # 19: trusted lists
    but_strict("lists-due", lists(next_update=NOON), GOOD, LATER),
    too_old("lists-stale", lists(next_update=NOON - GRACE)),
    too_old("lists-expired", lists(expires=NOON)),
    too_old("union-list-stale", UNION_STALE),
    too_old("union-list-expired", UNION_EXPIRED),
    too_old("national-list-stale", national(next_update=NOON - GRACE)),
    too_old("national-list-expired", national(expires=NOON)),
    suspended_and_too_old("suspended-and-lists-expired", lists(expires=NOON)),
    # 20: status
    too_old("status-list-not-supplied", NO_STATUS_LIST),
    too_old("status-list-forged", statuses(signer=STRANGER_KEY)),
    too_old("status-list-signed-by-another-body", statuses(signer=FR_BODY_STATUS_KEY)),
    too_old("status-list-not-declared", ANOTHER_LIST),
    too_old("status-list-of-another-body", changing(status_uri=FR_STATUS_URI)),
    too_old("index-beyond-the-list", changing(index=1024)),
    too_old("status-without-meaning", statuses(named=((7, 3),))),
    too_old("authority-not-heard", NCCA_NOT_HEARD),
    too_old("authority-declared-but-not-named", NOBODY_NAMED_FOR_NCCA),
    too_old("body-not-heard", both(with_ncca_list(Status.VALID), NO_STATUS_LIST)),
    suspended_and_too_old("suspended-and-authority-not-heard", NCCA_NOT_HEARD),
    but_strict("status-list-due", statuses(ttl=60), GOOD, LATER),
    too_old("status-list-stale", statuses(issued_at=NOON - GRACE - DAY, ttl=DAY)),
    too_old("status-list-expired", statuses(expires=NOON)),
    too_old("list-of-the-authority-expired", NCCA_LIST_EXPIRED),
    suspended_and_too_old("suspended-in-an-expired-list", statuses(expires=NOON)),
    # 21: otherwise
    every("everything-in-order", both(), GOOD),
    every("as-a-link", read_as(WORLD.text), GOOD),
    every("as-a-bare-code", carried_as(to_bare), GOOD),
    every("from-another-state", FROM_FRANCE, GOOD),
    every("list-of-another-state-expired", ANOTHER_STATE_EXPIRED, GOOD),
    every("lists-closed", lists(next_update=None), GOOD),
    every("list-embedded", national(embedded=True), GOOD),
    every("label", LABEL, GOOD),
    every("substantial", SUBSTANTIAL, GOOD),
    every("level-as-demanded", demanding(minimum_level=AssuranceLevel.HIGH), GOOD),
    every("scheme-as-demanded", demanding(schemes=frozenset({"EUCC"})), GOOD),
    every("host-as-demanded", both(read_as(WORLD.text), demanding(link_hosts=frozenset({LINK_HOST}))), GOOD),
    every("right-product", expecting(gtin="4006381333931", model="SE1-A", version="2.0.1 G"), GOOD),
    every("only-a-part", certified(coverage=CHIP), GOOD),
    every("notation-rule-broken", certified(holder=None), GOOD),
    every("algorithm-before-its-end", ESP256_A_SECOND_LONGER, GOOD),
    every("end-of-another-algorithm", ED25519_ENDED, GOOD),
    every("with-a-seal-certificate", SEALED, GOOD),
    *(every(name, listed_with(path), GOOD) for name, path in SEAL_PATHS.items()),
    every("several-keys", TWO_KEYS, GOOD),
    every("several-status-keys", TWO_STATUS_KEYS, GOOD),
    every("several-status-lists", TWO_STATUS_LISTS, GOOD),
    every("several-status-services", TWO_STATUS_SERVICES, GOOD),
    every("key-retired-later", retired(IAT + 1), GOOD),
    every("clock-slightly-behind", both(signed_alongside(), world(lambda before: before.at(IAT - 300))), GOOD),
    every("authority-heard", with_ncca_list(Status.VALID), GOOD),
)


def answer_of(report: Report) -> str:
    return f"{report.indication} {report.sub_indication or '-'} {report.certificate_status} {report.may_promote}"


@pytest.mark.parametrize("policy", POLICIES, ids=[policy.name for policy in POLICIES])
@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
def test_verdict(row: Row, policy: Policy) -> None:
    report = row.knob(Scene()).report(policy)
    assert answer_of(report) == getattr(row, policy.name)
    assert report.passed is all(check.outcome is not Outcome.FAILED for check in report.checks)
    assert tuple(check.id for check in report.checks) == IDS
    assert all(check.reason.isprintable() and check.source for check in report.checks)
    assert report.may_promote_basis.isprintable()


# --- the order of the rows ---


class Condition(NamedTuple):
    """A row of the specification as the only thing that is wrong."""

    row: int
    sub_indication: str
    check: str
    knob: Knob


CONDITIONS: Final = (
    Condition(1, "FORMAT_FAILURE", "format", on_its_way(cut_off)),
    Condition(2, "UNSUPPORTED_FORMAT", "format", carried_as(in_form_2)),
    Condition(3, "CRYPTO_CONSTRAINTS_FAILURE", "algorithm", ESP256_UNTIL_NOON),
    Condition(4, "ISSUER_NOT_LISTED", "issuer_listed", BY_A_STRANGER),
    Condition(5, "NO_SIGNING_CERTIFICATE_FOUND", "issuer_listed", national(missing=True)),
    Condition(6, "SIG_CRYPTO_FAILURE", "signature", on_its_way(flipped)),
    Condition(7, "REVOKED", "key_not_compromised", COMPROMISED),
    Condition(8, "CRYPTO_CONSTRAINTS_FAILURE", "key_in_use", keyed(sign_until=IAT + 1, verify_until=IAT + 1)),
    Condition(9, "ISSUER_NOT_AUTHORISED", "issuer_authorised", scoped(max_ava_van=4)),
    Condition(10, "CLOCK_ERROR", "clock", demanding(skew=IAT - NOON - 1)),
    Condition(11, "UNKNOWN_SCHEME", "scheme_rules", changing(schemes=())),
    Condition(12, "SCHEME_VIOLATION", "scheme_rules", certified(legal_basis="32019R0881")),
    Condition(13, "CERTIFICATE_WITHDRAWN", "not_withdrawn", status(Status.INVALID)),
    Condition(14, "CERTIFICATE_EXPIRED", "validity", certified(valid_until="2026-05-31")),
    Condition(15, "CERTIFICATE_NOT_YET_VALID", "validity", changing(begins=NOON + 1)),
    Condition(16, "WRONG_PRODUCT", "product", expecting(model="SE2")),
    Condition(17, "PRODUCT_NOT_IDENTIFIED", "product", NO_GTIN_TO_COMPARE),
    Condition(18, "POLICY_NOT_MET", "policy_met", demanding(schemes=frozenset())),
    Condition(19, "TRY_LATER", "trusted_lists_current", lists(expires=NOON)),
    Condition(20, "TRY_LATER", "status_known", NCCA_NOT_HEARD),
)

EXCLUSIVE: Final = {
    (1, 2): "what is newer cannot be judged",
    (4, 5): "a list is there or not",
    (4, 19): "a list that is expired cannot tell: row 5",
    (14, 15): "a certificate does not end before it begins",
}
PAIRS: Final = [
    pytest.param(first, second, id=f"{first.row}-{first.sub_indication}-before-{second.row}-{second.sub_indication}")
    for first, second in combinations(CONDITIONS, 2)
    if (first.row, second.row) not in EXCLUSIVE
]


@pytest.mark.parametrize("condition", CONDITIONS, ids=[f"{each.row}-{each.sub_indication}" for each in CONDITIONS])
def test_a_condition_alone_decides(condition: Condition) -> None:
    report = condition.knob(Scene()).report()
    assert report.sub_indication == condition.sub_indication
    assert report.decisive is not None
    assert report.decisive.id == condition.check
    assert [check.id for check in report.checks if check.outcome is Outcome.FAILED] == [condition.check]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_of_two_conditions_the_first_in_the_table_decides(first: Condition, second: Condition) -> None:
    report = both(second.knob, first.knob)(Scene()).report()
    assert report.sub_indication == first.sub_indication
    assert report.decisive is not None
    assert report.decisive.id == first.check


@pytest.mark.parametrize("condition", CONDITIONS[:6], ids=[each.sub_indication for each in CONDITIONS[:6]])
def test_up_to_the_signature_a_failure_ends_the_verification(condition: Condition) -> None:
    everything_else = both(*(each.knob for each in CONDITIONS[6:] if each.row not in {14, 19}))
    report = both(everything_else, condition.knob)(Scene()).report()
    position = [check.id for check in report.checks].index(condition.check)
    outcomes = [check.outcome for check in report.checks]
    assert outcomes[:position] == [Outcome.PASSED] * position
    assert outcomes[position] is Outcome.FAILED
    assert set(outcomes[position + 1 :]) == {Outcome.SKIPPED}
    assert report.claims is None
    assert report.issuer is None


def test_after_the_signature_every_failure_is_shown() -> None:
    rows = {7, 8, 9, 10, 12, 14, 16, 18, 19, 20}
    report = both(*(each.knob for each in CONDITIONS if each.row in rows))(Scene()).report()
    failed = [check.id for check in report.checks if check.outcome is Outcome.FAILED]
    assert failed == [each.check for each in CONDITIONS if each.row in rows]
    assert report.sub_indication == "REVOKED"
