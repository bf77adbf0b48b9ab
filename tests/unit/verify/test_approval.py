"""Approvals of single certificates: what is required, what counts, and that nothing else passes for one.

A line of ``APPROVALS`` says what is the case and what every policy answers, as in ``test_verdict_table``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Final

import pytest

from certmark import cbor
from certmark.cose import sign1
from certmark.cose.algorithms import Algorithm
from certmark.cose.signer import KeySigner
from certmark.cwt import typ
from certmark.deflate import compress_raw
from certmark.errors import DecodeError
from certmark.limits import Limits
from certmark.status.bitarray import Status
from certmark.transport import base45, pack, to_bare
from certmark.transport.dictionary import dictionary_1
from certmark.trust.entities import KeyRevocation, RevocationReason, ServiceStatus, StatusEntry
from certmark.verify import POLICIES, ApprovalReport, Outcome, Policy, Sunset, peek
from tests import keys
from tests.scenes import IAT, Knob, Scene, both, carried_as, demanding, lists, on_its_way, world
from tests.unit.verify.test_verdict_table import (
    CRYPTO,
    FORGED,
    FORMAT,
    GOOD,
    GRACE,
    NEWER,
    NO_AUTHORITY,
    NOON,
    NOT_FOUND,
    REVOKED,
    VALID_SUSPENDED,
    VOID,
    Row,
    answer_of,
    but_strict,
    every,
)
from tests.world import (
    APPROVAL,
    APPROVED_AT,
    BODY,
    BODY_KEY,
    DAY,
    FR_BODY,
    FR_BODY_KEY,
    NCCA,
    NCCA_APPROVAL_KEY,
    NCCA_STATUS_KEY,
    NOW,
    SIGNED_AT,
    STRANGER_KEY,
    WORLD,
    World,
    days,
    instant,
    payload_of,
    service_key,
)

APPROVED_WORLD: Final = WORLD.approved()
PAYLOAD: Final = payload_of(WORLD.cose)
CERTIFICATE: Final = WORLD.cose
GIVEN: Final = APPROVED_WORLD.approval(PAYLOAD)
GIVEN_AT: Final = int(APPROVED_AT.timestamp())
NEWER_TYP: Final = "application/vnd.certmark.approval.v2+cose"

NEEDED: Final = world(World.upon_approval)
APPROVED: Final = world(World.approved)


def approved(**changes: object) -> Knob:
    """Let the certificate be approved otherwise."""
    return world(lambda before: before.approved(**changes))


def authority(**changes: object) -> Knob:
    """Change the authority's service for approvals."""
    return both(APPROVED, world(lambda before: before.with_service(NCCA, APPROVAL, **changes)))


def authority_key(**changes: object) -> Knob:
    """Change how the authority's key for approvals is listed."""
    return both(APPROVED, world(lambda before: before.with_key(NCCA, APPROVAL, **changes)))


def authority_history(*entries: tuple[ServiceStatus, int]) -> Knob:
    """Change what the authority's service for approvals was and since when, in seconds."""
    return authority(history=tuple(StatusEntry(*entry) for entry in entries))


def followed_by(*messages: bytes) -> Knob:
    """Let something else follow the certificate of a body that needs approvals."""
    return both(NEEDED, on_its_way(lambda token: b"".join((token, *messages))))


def approving(**changes: object) -> bytes:
    """Make an approval with another protected header, or with members of the message changed."""
    header: dict[int, object] = {
        1: -9,
        4: NCCA_APPROVAL_KEY.public_key.key_id,
        15: {1: NCCA, 6: GIVEN_AT},
        16: typ.APPROVAL,
    }
    names = {"alg": 1, "kid": 4, "claims": 15, "typ": 16, "unknown": 99}
    header.update({names[name]: value for name, value in changes.items() if name in names})
    protected = cbor.encode({label: value for label, value in header.items() if value is not None})
    signature = NCCA_APPROVAL_KEY.sign(sign1.sig_structure(protected, PAYLOAD))
    members: dict[str, object] = {"protected": protected, "unprotected": {}, "payload": None, "signature": signature}
    members.update({name: value for name, value in changes.items() if name in members})
    return cbor.head(6, 18) + cbor.encode(list(members.values()))


def in_base45(body: bytes) -> str:
    """Carry a body, whatever it is."""
    return f"CM1:{base45.encode(body)}"


def in_marker(marker: int) -> Callable[[bytes], str]:
    """Carry a token compressed under a marker."""
    return lambda token: in_base45(bytes([marker]) + compress_raw(token, dictionary_1()))


def _of(message: bytes) -> bytes:
    """Give the signature of a message."""
    return message[-64:]


def _with_signature(message: bytes, signature: bytes) -> bytes:
    return message[:-64] + signature


ISSUANCE_AS_APPROVAL: Final = _with_signature(GIVEN, _of(CERTIFICATE))
APPROVAL_AS_ISSUANCE: Final = _with_signature(CERTIFICATE, _of(GIVEN))
LABEL: Final = WORLD.certificate().for_label()
AS_LABEL: Final = world(lambda before: replace(before, document=LABEL))
GIVEN_TO_LABEL: Final = APPROVED_WORLD.approval(WORLD.issuer().payload(LABEL, status=WORLD.status_reference))
TWO_MODES: Final = world(
    lambda before: before.with_service(
        scopes=(*before.service().scopes, before.service().scopes[0]._replace(issuance_mode=3))
    )
)
OTHER_SCOPE_DELEGATED: Final = world(
    lambda before: before.with_service(
        scopes=(*before.service().scopes, before.service().scopes[0]._replace(issuance_mode=3, max_ava_van=3))
    )
)
IN_FRANCE: Final = world(
    lambda before: before.with_entity(
        FR_BODY,
        services=(
            *before.entity(FR_BODY).services,
            before.service(NCCA, APPROVAL)._replace(keys=(service_key(STRANGER_KEY),)),
        ),
    )
)
BODY_APPROVES: Final = world(
    lambda before: before.with_entity(
        services=(
            *before.entity(BODY).services,
            before.service(NCCA, APPROVAL)._replace(keys=(service_key(STRANGER_KEY),)),
        ),
    )
)
TWO_APPROVAL_KEYS: Final = world(
    lambda before: before.with_service(
        NCCA, APPROVAL, keys=(service_key(STRANGER_KEY), *before.service(NCCA, APPROVAL).keys)
    )
)
COMPROMISED: Final = KeyRevocation(RevocationReason.KEY_COMPROMISE, NOON)
RETIRED: Final = KeyRevocation(RevocationReason.SUPERSEDED, GIVEN_AT)
GRANTED, SUSPENDED, WITHDRAWN = ServiceStatus.GRANTED, ServiceStatus.SUSPENDED, ServiceStatus.WITHDRAWN
ED25519: Final = keys.signer(Algorithm.Ed25519, number=35)
ED25519_UNTIL_NOON: Final = demanding(sunsets=(Sunset(-19, instant("2026-06-01 12:00:00")),))
BY_ED25519: Final = both(
    approved(approved_by=ED25519),
    world(lambda before: before.with_service(NCCA, APPROVAL, keys=(service_key(ED25519),))),
)

RIGHT: Final = (
    every("approved", APPROVED, GOOD),
    every("as-a-bare-code", both(APPROVED, carried_as(to_bare)), GOOD),
    every("label", both(APPROVED, AS_LABEL), GOOD),
    every("at-the-second-of-signing", approved(approved_at=SIGNED_AT), GOOD),
    every("approved-where-that-is-not-needed", both(APPROVED, world(lambda w: w.with_scopes(issuance_mode=3))), GOOD),
    every("by-ed25519", BY_ED25519, GOOD),
    every("several-keys-for-approvals", both(APPROVED, TWO_APPROVAL_KEYS), GOOD),
    every("authority-withdrawn-later", authority_history((GRANTED, 0), (WITHDRAWN, GIVEN_AT + 1)), GOOD),
    every("approval-key-retired-later", authority_key(revocation=RETIRED._replace(effective=GIVEN_AT + 1)), GOOD),
    every("another-scope-needs-none", both(NEEDED, TWO_MODES), GOOD),
    every("signed-again-later", both(APPROVED, world(lambda before: before.signing_at(IAT + 30 * DAY))), GOOD),
    but_strict("lists-due", both(APPROVED, lists(next_update=NOON)), GOOD, "INDETERMINATE TRY_LATER unknown unknown"),
    every("withdrawn", both(APPROVED, world(lambda before: before.with_status(Status.INVALID))), VOID),
)
"""What an approval does not stand in the way of."""

WRONG: Final = (
    every("missing", NEEDED, NO_AUTHORITY),
    every("scope-without-approval-is-too-narrow", both(NEEDED, OTHER_SCOPE_DELEGATED), NO_AUTHORITY),
    every(
        "of-another-certificate", followed_by(APPROVED_WORLD.with_certificate(id="X").cose[-len(GIVEN) :]), NO_AUTHORITY
    ),
    every("of-one-byte-less", followed_by(APPROVED_WORLD.approval(PAYLOAD[:-1])), NO_AUTHORITY),
    every("of-the-whole-token-on-the-label", both(AS_LABEL, followed_by(GIVEN)), NO_AUTHORITY),
    every("of-the-label-on-the-whole-token", followed_by(GIVEN_TO_LABEL), NO_AUTHORITY),
    every("changed", followed_by(GIVEN[:-1] + bytes([GIVEN[-1] ^ 1])), NO_AUTHORITY),
    every(
        "time-changed", followed_by(approving(claims={1: NCCA, 6: GIVEN_AT - 1}, signature=_of(GIVEN))), NO_AUTHORITY
    ),
    every("signature-of-the-body-in-its-place", followed_by(ISSUANCE_AS_APPROVAL), NO_AUTHORITY),
    every("by-a-key-that-is-not-listed", approved(approved_by=STRANGER_KEY), NO_AUTHORITY),
    every("by-a-key-for-status-lists", approved(approved_by=NCCA_STATUS_KEY), NO_AUTHORITY),
    every("by-nobody-who-is-listed", approved(authority="DE-9999"), NO_AUTHORITY),
    every("by-the-body-itself", approved(approved_by=BODY_KEY, authority=BODY), NO_AUTHORITY),
    every(
        "by-the-body-that-is-listed-for-it",
        both(approved(approved_by=STRANGER_KEY, authority=BODY), BODY_APPROVES),
        NO_AUTHORITY,
    ),
    every("by-the-body-in-the-name-of-the-authority", approved(approved_by=BODY_KEY), NO_AUTHORITY),
    every("by-another-body", approved(approved_by=FR_BODY_KEY, authority=FR_BODY), NO_AUTHORITY),
    every(
        "by-an-authority-of-another-state",
        both(approved(approved_by=STRANGER_KEY, authority=FR_BODY), IN_FRANCE),
        NO_AUTHORITY,
    ),
    every("second-later-than-the-certificate", approved(approved_at=instant("2026-03-02 09:30:01")), NO_AUTHORITY),
    every("key-not-yet-in-use", authority_key(sign_from=GIVEN_AT + 1), NO_AUTHORITY),
    every("key-no-longer-in-use", authority_key(sign_until=GIVEN_AT), NO_AUTHORITY),
    every("key-retired", authority_key(revocation=RETIRED), NO_AUTHORITY),
    every("authority-not-listed-yet", authority_history((GRANTED, GIVEN_AT + 1)), NO_AUTHORITY),
    every("authority-suspended", authority_history((GRANTED, 0), (SUSPENDED, GIVEN_AT)), NO_AUTHORITY),
    every("authority-withdrawn", authority_history((GRANTED, 0), (WITHDRAWN, GIVEN_AT)), NO_AUTHORITY),
    every("authority-without-scope", authority(scopes=()), NO_AUTHORITY),
    every("scope-of-another-level", authority(scopes=(WORLD.service().scopes[1],)), NO_AUTHORITY),
    every(
        "scope-not-yet-begun",
        both(APPROVED, world(lambda w: w.with_scopes(NCCA, service_type=APPROVAL, from_day=days("2026-02-21")))),
        NO_AUTHORITY,
    ),
    every(
        "scope-ended",
        both(APPROVED, world(lambda w: w.with_scopes(NCCA, service_type=APPROVAL, until_day=days("2026-02-20")))),
        NO_AUTHORITY,
    ),
    every("key-compromised", authority_key(revocation=COMPROMISED), REVOKED),
    every("key-past-its-end", authority_key(sign_until=NOON - DAY, verify_until=NOON), CRYPTO),
    every("algorithm-at-its-end", both(BY_ED25519, ED25519_UNTIL_NOON), CRYPTO),
    every("algorithm-unknown", followed_by(approving(alg=-65000)), CRYPTO),
    every("ES256-in-an-approval", followed_by(approving(alg=-7)), CRYPTO),
    but_strict(
        "unknown-key-and-lists-due",
        both(approved(approved_by=STRANGER_KEY), lists(next_update=NOON)),
        NO_AUTHORITY,
        NOT_FOUND,
    ),
    every(
        "unknown-key-and-lists-stale",
        both(approved(approved_by=STRANGER_KEY), lists(next_update=NOON - GRACE)),
        NOT_FOUND,
    ),
    every("entry-of-the-authority-malformed", both(APPROVED, world(lambda w: w.with_entity(NCCA, name=""))), NOT_FOUND),
    every(
        "entry-malformed-without-the-key",
        both(approved(approved_by=STRANGER_KEY), world(lambda w: w.with_entity(NCCA, name=""))),
        NOT_FOUND,
    ),
    every(
        "wrong-where-none-is-needed",
        both(approved(approved_by=STRANGER_KEY), world(lambda w: w.with_scopes(issuance_mode=3))),
        NO_AUTHORITY,
    ),
    every(
        "certificate-forged",
        both(APPROVED, on_its_way(lambda token: token.replace(b"Secure Element SE1", b"Secure Element SE2"))),
        FORGED,
    ),
    every("signature-of-the-approval-on-the-certificate", on_its_way(lambda _: APPROVAL_AS_ISSUANCE), FORGED),
)
"""What makes an approval none, or the certificate that it stands behind."""

MALFORMED: Final = (
    every("twice", followed_by(GIVEN, GIVEN), FORMAT),
    every("first", both(NEEDED, on_its_way(lambda token: GIVEN + token)), FORMAT),
    every("alone", both(NEEDED, on_its_way(lambda _: GIVEN)), FORMAT),
    every("certificate-twice", both(NEEDED, on_its_way(lambda token: token + token)), FORMAT),
    every("cut-off", followed_by(GIVEN[:-1]), FORMAT),
    every("bytes-behind-it", followed_by(GIVEN, b"\x00"), FORMAT),
    every("without-its-tag", followed_by(GIVEN[1:]), FORMAT),
    every("with-its-payload", followed_by(approving(payload=PAYLOAD)), FORMAT),
    every("with-an-empty-payload", followed_by(approving(payload=b"")), FORMAT),
    every(
        "certificate-without-its-payload",
        on_its_way(lambda token: token.replace(cbor.encode(PAYLOAD), b"\xf6")),
        FORMAT,
    ),
    every("typ-of-a-certificate", followed_by(approving(typ=typ.CERTIFICATE)), FORMAT),
    every("typ-ends-in-cwt", followed_by(approving(typ="application/vnd.certmark.approval+cwt")), FORMAT),
    every("without-typ", followed_by(approving(typ=None)), FORMAT),
    every("without-iss", followed_by(approving(claims={6: GIVEN_AT})), FORMAT),
    every("without-iat", followed_by(approving(claims={1: NCCA})), FORMAT),
    every("without-claims", followed_by(approving(claims=None)), FORMAT),
    every("claims-of-text", followed_by(approving(claims="DE-NCCA")), FORMAT),
    every("iat-of-text", followed_by(approving(claims={1: NCCA, 6: "now"})), FORMAT),
    every("iss-of-bytes", followed_by(approving(claims={1: b"DE-NCCA", 6: GIVEN_AT})), FORMAT),
    every("iss-without-territory", followed_by(approving(claims={1: "NCCA", 6: GIVEN_AT})), FORMAT),
    every("with-an-end", followed_by(approving(claims={1: NCCA, 4: NOON, 6: GIVEN_AT})), FORMAT),
    every("kid-of-seven-bytes", followed_by(approving(kid=bytes(7))), FORMAT),
    every("unknown-header-parameter", followed_by(approving(unknown=1)), FORMAT),
    every("unprotected-header", followed_by(approving(unprotected={4: bytes(8)})), FORMAT),
    every("three-members", followed_by(b"\xd2\x83" + GIVEN[2:-66]), FORMAT),
    every("header-not-deterministic", followed_by(approving(protected=b"\xa1\x18\x01\x28")), FORMAT),
    every("marker-of-a-certificate-alone", both(APPROVED, carried_as(in_marker(0x01))), FORMAT),
    every("marker-of-an-approval-and-none", carried_as(in_marker(0x11)), FORMAT),
    every("not-compressed", both(APPROVED, carried_as(in_base45)), FORMAT),
    every("cut-off-inside-the-marker", both(APPROVED, carried_as(lambda token: in_base45(pack(token)[:-1]))), FORMAT),
    every("typ-of-version-2", followed_by(approving(typ=NEWER_TYP)), NEWER),
    every("typ-of-version-2-with-another-header", followed_by(approving(typ=NEWER_TYP, unknown=1)), NEWER),
)
"""What is not even an approval."""

APPROVALS: Final[tuple[Row, ...]] = (*RIGHT, *WRONG, *MALFORMED)


@pytest.mark.parametrize("policy", POLICIES, ids=[policy.name for policy in POLICIES])
@pytest.mark.parametrize("row", APPROVALS, ids=[row.name for row in APPROVALS])
def test_verdict(row: Row, policy: Policy) -> None:
    report = row.knob(Scene()).report(policy)
    assert answer_of(report) == getattr(row, policy.name)
    assert all(check.reason.isprintable() and check.source for check in report.checks)


@pytest.mark.parametrize("row", WRONG, ids=[row.name for row in WRONG])
def test_what_decides_is_the_approval_and_nothing_else_fails(row: Row) -> None:
    report = row.knob(Scene()).report()
    failed = [check.id for check in report.checks if check.outcome is Outcome.FAILED]
    if row.standard == FORGED:
        assert failed == ["signature"]
    else:
        assert [each for each in failed if each != "trusted_lists_current"] == ["approved"]
        assert report.decisive is not None
        assert report.decisive.source == "Regulation (EU) 2019/881, Article 56(6)(a)"


@pytest.mark.parametrize("row", MALFORMED, ids=[row.name for row in MALFORMED])
def test_what_is_no_approval_is_no_token_either(row: Row) -> None:
    scene = row.knob(Scene())
    with pytest.raises(DecodeError):
        peek(scene.token)
    assert scene.report().claims is None


def test_the_report_says_who_approved_and_when() -> None:
    report = APPROVED_WORLD.report()
    key_id = NCCA_APPROVAL_KEY.public_key.key_id.hex()
    assert report.approval == ApprovalReport(NCCA, "Example authority of DE", GIVEN_AT, key_id)
    (said,) = (check.reason for check in report.checks if check.id == "approved")
    assert said == "DE-NCCA approved exactly this certificate on 2026-02-20."


def test_without_an_approval_that_was_right_the_report_names_nobody() -> None:
    assert WORLD.report().approval is None
    assert WORLD.upon_approval().report().approval is None
    assert WORLD.report("nothing").approval is None
    assert APPROVED_WORLD.with_certificate(id="X").report(CERTIFICATE + GIVEN[:-1] + b"\0").approval is None


def test_where_none_is_needed_and_none_is_there_nothing_is_checked() -> None:
    (check,) = (check for check in WORLD.report().checks if check.id == "approved")
    assert check.outcome is Outcome.SKIPPED


@pytest.mark.parametrize("at", range(0, len(GIVEN) * 8, 7))
def test_no_flipped_bit_of_an_approval_passes(at: int) -> None:
    changed = bytearray(GIVEN)
    changed[at // 8] ^= 1 << at % 8
    assert not APPROVED_WORLD.report(CERTIFICATE + bytes(changed)).passed


def test_no_shortened_token_passes() -> None:
    whole = CERTIFICATE + GIVEN
    passed = [end for end in range(len(CERTIFICATE) - 2, len(whole) + 1) if APPROVED_WORLD.report(whole[:end]).passed]
    assert passed == [len(whole)]


def test_approval_and_certificate_share_the_bound_of_a_token() -> None:
    token = APPROVED_WORLD.cose
    verifier = replace(APPROVED_WORLD.verifier(), limits=Limits(token=len(token)))
    assert verifier.report(token, at=NOW).passed
    assert verifier.report(APPROVED_WORLD.text, at=NOW).passed
    smaller = replace(verifier, limits=Limits(token=len(token) - 1))
    assert smaller.report(token, at=NOW).sub_indication == "FORMAT_FAILURE"
    assert smaller.report(APPROVED_WORLD.text, at=NOW).sub_indication == "FORMAT_FAILURE"


def test_a_look_inside_shows_the_approval_unproven() -> None:
    found = peek(APPROVED_WORLD.text).untrusted_approval
    assert found is not None
    assert (found.authority, found.issued_at) == (NCCA, GIVEN_AT)
    assert peek(CERTIFICATE).untrusted_approval is None


def test_an_approval_may_name_a_seal_certificate() -> None:
    der = keys.seal_certificate(NCCA_APPROVAL_KEY.private_key)
    sealing = KeySigner.of(NCCA_APPROVAL_KEY.private_key, certificate=der)
    world = WORLD.approved(approved_by=sealing)
    assert world.report().sub_indication == "ISSUER_NOT_AUTHORISED"
    assert world.with_key(NCCA, APPROVAL, x5t=sha256(der).digest()).report().passed


def test_an_approval_by_ml_dsa_follows_a_token_in_a_file() -> None:
    signer = keys.signer(Algorithm.ML_DSA_44, number=36)
    world = WORLD.approved(approved_by=signer).with_service(NCCA, APPROVAL, keys=(service_key(signer),))
    assert world.report().passed


def test_an_approved_certificate_may_be_suspended() -> None:
    report = APPROVED_WORLD.with_status(Status.SUSPENDED).report()
    assert answer_of(report) == VALID_SUSPENDED
