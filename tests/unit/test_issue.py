"""The issuer: what it refuses to sign, and what it signs comes back whole from its text."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha512
from typing import Any

import pytest

from certmark.claims import StatusReference
from certmark.cose.algorithms import Algorithm
from certmark.cose.keys import VerificationKey
from certmark.cose.signer import Signer
from certmark.cwt.approval import seal_approval
from certmark.errors import CapacityError, IssueError, LinkError, SchemeViolationError, SignerError
from certmark.issue import Approver
from certmark.limits import Limits
from certmark.model import AnyDocument, CybersecurityCertificate
from certmark.model.scheme import Scheme
from certmark.verify import peek
from tests import keys
from tests.scenes import subject
from tests.world import (
    APPROVED_AT,
    BODY_KEY,
    CERTIFICATE,
    HOME_SCHEME,
    INDEX,
    LINK,
    MAKER_KEY,
    NCCA,
    NCCA_APPROVAL_KEY,
    SIGNED_AT,
    STATUS_URI,
    WORLD,
    instant,
    service_key,
)

STATUS = StatusReference(INDEX, STATUS_URI)
ISSUER = WORLD.issuer()
PACKAGE: dict[str, Any] = CERTIFICATE["packages"][0]


def issue(
    document: AnyDocument | None = None,
    *,
    at: datetime = SIGNED_AT,
    status: StatusReference | None = STATUS,
    **issuer: Any,
) -> Any:
    return replace(ISSUER, **issuer).issue(document or WORLD.certificate(), at=at, status=status)


@dataclass(frozen=True)
class Liar:
    """A signer that answers as it likes."""

    answer: Any
    public_key: VerificationKey = BODY_KEY.public_key
    certificate: bytes | None = None

    def sign(self, to_be_signed: bytes) -> Any:
        return self.answer(to_be_signed)


def unasked(_: bytes) -> bytes:
    pytest.fail("the signer was asked")


NEVER = Liar(unasked)


# --- what comes out ---


def test_what_is_issued_verifies_and_comes_back() -> None:
    issued = issue()
    verified = WORLD.verifier().verify(issued.text, at=WORLD.now)
    document = verified.document
    assert isinstance(document, CybersecurityCertificate)
    assert document.as_signed() == issued.document == WORLD.certificate().as_signed()
    assert verified.report.may_promote == "yes"


def test_bytes_and_text_are_the_same_token() -> None:
    issued = issue()
    assert peek(issued.cose).signature == peek(issued.text).signature
    assert issued.cose == WORLD.cose
    assert issued.cose[0] == 0xD2


def test_the_same_certificate_signed_at_the_same_time_is_the_same_token() -> None:
    assert issue() == issue()


def test_what_only_the_list_knows_is_not_in_the_token() -> None:
    body = {"certification_body": {"name": "Zertifizierungsstelle"}, "ncca": {"name": "Behörde", "country": "DE"}}
    issued = issue(WORLD.certificate(**body))
    assert issued.document == WORLD.certificate()
    assert issued.cose == issue().cose


def test_a_label_is_shorter_and_has_the_same_id() -> None:
    full, label = issue(), issue(WORLD.certificate().for_label())
    assert len(label.cose) < len(full.cose)
    assert label.document.id == full.document.id
    assert WORLD.report(label.text).passed
    assert not hasattr(label.document, "documents") or label.document.documents == ()


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS, ids=keys.ALGORITHM_IDS)
def test_every_algorithm_issues(algorithm: Algorithm) -> None:
    signer = keys.signer(algorithm, 71)
    issued = issue(signer=signer)
    assert WORLD.with_service(keys=(service_key(signer),)).report(issued.text).passed


def test_a_seal_certificate_is_named_in_the_token() -> None:
    world = WORLD.with_seal_certificate(keys.seal_certificate(BODY_KEY.private_key))
    issued = world.issue()
    assert peek(issued.text).untrusted_key_id == world.service().keys[0].x5t
    assert world.report(issued.text).passed
    assert WORLD.report(issued.text).sub_indication == "ISSUER_NOT_LISTED"


@pytest.mark.parametrize(
    ("link", "begins"),
    [
        pytest.param(LINK, "https://certs.body.example/c/EUCC-3087-2026-03-0001#", id="id"),
        pytest.param("https://certs.body.example/{index}", "https://certs.body.example/7#", id="index"),
        pytest.param(
            "https://c.example/?i={index}&c={id}", "https://c.example/?i=7&c=EUCC-3087-2026-03-0001#", id="both"
        ),
        pytest.param("https://c.example/", "https://c.example/#", id="neither"),
        pytest.param(None, "CM1:", id="bare-code"),
    ],
)
def test_the_text_is_a_link_of_the_template_or_a_bare_code(link: str | None, begins: str) -> None:
    text = issue(link=link).text
    assert text.startswith(begins)
    assert WORLD.report(text).passed


def test_an_id_is_escaped_in_the_link() -> None:
    issued = issue(WORLD.certificate(id="EUCC/3087_2026.03"))
    assert issued.text.startswith("https://certs.body.example/c/EUCC%2F3087_2026.03#")
    assert WORLD.report(issued.text).untrusted_id == "EUCC/3087_2026.03"


def test_the_symbol_holds_the_text() -> None:
    issued = issue()
    symbol = issued.symbol()
    assert symbol.text == issued.text
    assert symbol.ecc == "M"
    assert issued.symbol(error_correction="L").version < symbol.version < issued.symbol(error_correction="H").version


def test_a_token_that_no_symbol_holds_says_so() -> None:
    issued = issue(signer=keys.signer(Algorithm.ML_DSA_65, 72))
    assert WORLD.with_service(keys=(service_key(keys.signer(Algorithm.ML_DSA_65, 72)),)).report(issued.text).passed
    with pytest.raises(CapacityError, match=r"the signatures alone take 3309 bytes, .* out as a file") as caught:
        issued.symbol(error_correction="H")
    assert caught.value.over_by > 3309 - 1276
    assert caught.value.by_signatures


def test_issuer_and_issued_are_values() -> None:
    with pytest.raises(FrozenInstanceError):
        ISSUER.issuer = "DE-1"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        issue().text = ""


# --- what is refused ---


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"assurance_level": "basic"}, "Article 4(1)", id="level-that-EUCC-has-not"),
        pytest.param({"assurance_level": "substantial"}, "AVA_VAN.5 does not belong", id="level-and-AVA_VAN"),
        pytest.param({"technical_domain": None}, "Article 7(3)", id="AVA_VAN-5-without-grounds"),
        pytest.param({"valid_until": "2031-03-03"}, "Articles 12(2)", id="more-than-five-years"),
        pytest.param({"legal_basis": "32019R0881"}, "Annex VII(c)(4)", id="another-act"),
        pytest.param({"packages": None}, "no package is the global one", id="no-package"),
        pytest.param({"subject": subject(type="ict_service")}, "Articles 2 and 5(3)", id="a-service"),
        pytest.param({"standards": ["EAL4+"]}, "Annex VIII", id="augmentation-with-plus"),
        pytest.param({"packages": [{**PACKAGE, "components": []}]}, "lists no components", id="augmented-by-nothing"),
        pytest.param({"holder": None}, "holder.name", id="no-holder"),
        pytest.param({"documents": None}, "documents", id="no-certification-report"),
    ],
)
def test_a_certificate_that_breaks_its_scheme_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(SchemeViolationError) as caught:
        issue(WORLD.certificate(**changes))
    assert str(caught.value).startswith("EUCC-3087-2026-03-0001 breaks EUCC: ")
    assert says in str(caught.value)
    assert caught.value.violations


def test_every_broken_rule_is_named() -> None:
    with pytest.raises(SchemeViolationError) as caught:
        issue(WORLD.certificate(holder=None, legal_basis="32019R0881", valid_until="2031-03-03"))
    rules = [violation.rule for violation in caught.value.violations]  # type: ignore[attr-defined]
    assert rules == ["validity-five-years", "legal-basis", "annex-vii"]


@pytest.mark.parametrize(
    ("schemes", "document"),
    [
        pytest.param((), WORLD.certificate(), id="none"),
        pytest.param((HOME_SCHEME,), WORLD.certificate(), id="another"),
        pytest.param(None, WORLD.statement(), id="EUCC-alone"),
    ],
)
def test_an_unknown_scheme_is_refused(schemes: tuple[Scheme, ...] | None, document: AnyDocument) -> None:
    with pytest.raises(IssueError, match="is not known: give the issuer its definition"):
        issue(document, schemes=schemes)


def test_eucc_is_known_when_no_scheme_is_given() -> None:
    assert issue(schemes=None) == issue()


def test_a_certificate_without_status_is_refused_where_the_scheme_requires_one() -> None:
    with pytest.raises(IssueError, match="EUCC requires a status"):
        issue(status=None)


def test_a_scheme_may_do_without_status() -> None:
    issued = issue(WORLD.statement(), status=None, link=LINK, issuer="XX-0001", signer=MAKER_KEY)
    assert WORLD.report(issued.text).passed
    assert peek(issued.text).untrusted_claims.status is None


@pytest.mark.parametrize(
    "issuer",
    ["", "3087", "DE", "DE-", "de-3087", "DEU-3087", "DE-30:87", "DE-3087\n", "DE-" + "x" * 41, "DE-Ä", "DE 3087"],
)
def test_an_issuer_without_right_id_is_refused(issuer: str) -> None:
    with pytest.raises(IssueError, match="no entity id: write territory and number, as DE-3087") as caught:
        issue(issuer=issuer)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("at", "says"),
    [
        pytest.param("2026-03-01 23:59:59", "is dated 2026-03-02, after the time of signing", id="day-before-issue"),
        pytest.param("2031-03-02 00:00:00", "ended on 2031-03-01, before the time of signing", id="day-after-the-end"),
    ],
)
def test_a_certificate_is_signed_in_its_time(at: str, says: str) -> None:
    with pytest.raises(IssueError, match=says):
        issue(at=instant(at))


@pytest.mark.parametrize("at", ["2026-03-02 00:00:00", "2031-03-01 23:59:59"])
def test_a_certificate_may_be_signed_on_its_first_and_last_day(at: str) -> None:
    assert peek(issue(at=instant(at)).cose).untrusted_issued_at == int(instant(at).timestamp())


def test_a_time_without_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        issue(at=datetime(2026, 3, 2))  # noqa: DTZ001 that is the mistake


@pytest.mark.parametrize(
    "status",
    [
        pytest.param(StatusReference(-1, STATUS_URI), id="negative-index"),
        pytest.param(StatusReference(1 << 32, STATUS_URI), id="index-too-great"),
        pytest.param(StatusReference(True, STATUS_URI), id="index-true"),
        pytest.param(StatusReference(7, "http://status.body.example"), id="uri-without-tls"),
        pytest.param(StatusReference(7, ""), id="no-uri"),
        pytest.param(StatusReference(7, "https://x/\n"), id="uri-with-line-end"),
    ],
)
def test_a_status_that_no_verifier_would_accept_is_refused(status: StatusReference) -> None:
    with pytest.raises(IssueError, match="no verifier would accept this certificate: status"):
        issue(status=status)


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("http://c.example/", id="without-tls"),
        pytest.param("https://c.example", id="without-path"),
        pytest.param("https://c.example/#{id}", id="with-fragment"),
        pytest.param("https://user@c.example/", id="with-user"),
        pytest.param("https://c.example:8443/", id="with-port"),
        pytest.param("https://{id}.example/", id="placeholder-in-the-host"),
        pytest.param("https://c.example/{name}", id="unknown-placeholder"),
        pytest.param("https://ä.example/", id="host-not-ascii"),
        pytest.param("https://c.example/" + "x" * 20_000, id="too-long"),
        pytest.param("", id="empty"),
    ],
)
def test_a_link_that_would_not_verify_is_refused(link: str) -> None:
    with pytest.raises(LinkError):
        issue(link=link)


def test_a_link_with_an_index_needs_a_status() -> None:
    with pytest.raises(LinkError, match="no status list index"):
        issue(WORLD.statement(), status=None, link="https://c.example/{index}", issuer="XX-0001", signer=MAKER_KEY)


# --- what is refused beforehand ---


@pytest.mark.parametrize(
    ("document", "at", "issuer"),
    [
        pytest.param(WORLD.certificate(assurance_level="basic"), SIGNED_AT, {}, id="breach"),
        pytest.param(WORLD.certificate(holder=None, legal_basis="32019R0881"), SIGNED_AT, {}, id="two-breaches"),
        pytest.param(WORLD.statement(), SIGNED_AT, {"schemes": None}, id="unknown-scheme"),
        pytest.param(WORLD.certificate(), SIGNED_AT, {"issuer": "3087"}, id="no-entity-id"),
        pytest.param(WORLD.certificate(), instant("2026-03-01 23:59:59"), {}, id="day-before-issue"),
        pytest.param(WORLD.certificate(), instant("2031-03-02"), {}, id="day-after-the-end"),
        pytest.param(WORLD.certificate(), datetime(2026, 3, 2), {}, id="no-time-zone"),  # noqa: DTZ001 the mistake
    ],
)
def test_a_check_refuses_as_issuing_would(document: AnyDocument, at: datetime, issuer: dict[str, Any]) -> None:
    asked = replace(ISSUER, signer=NEVER, **issuer)
    refusals = []
    for ask in (lambda: asked.check(document, at=at), lambda: asked.issue(document, at=at, status=STATUS)):
        with pytest.raises((IssueError, ValueError)) as caught:
            ask()
        refusals.append((type(caught.value), str(caught.value)))
    assert refusals[0] == refusals[1]


def test_a_check_needs_neither_status_nor_signer() -> None:
    replace(ISSUER, signer=NEVER).check(WORLD.certificate(), at=SIGNED_AT)


# --- signers that lie ---


def der(to_be_signed: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    key = BODY_KEY.private_key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.sign(to_be_signed, ec.ECDSA(SHA256()))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda _: b"", id="nothing"),
        pytest.param(lambda _: bytes(64), id="zeros"),
        pytest.param(lambda _: None, id="none"),
        pytest.param(lambda _: "signature", id="text"),
        pytest.param(der, id="DER"),
        pytest.param(MAKER_KEY.sign, id="another-key"),
        pytest.param(lambda data: BODY_KEY.sign(data + b"\x00"), id="another-content"),
        pytest.param(lambda data: BODY_KEY.sign(data) + b"\x00", id="one-byte-more"),
        pytest.param(lambda data: bytearray(BODY_KEY.sign(data)), id="bytearray"),
    ],
)
def test_nothing_leaves_the_house_with_a_wrong_signature(answer: Any) -> None:
    liar: Signer = Liar(answer)
    with pytest.raises(SignerError, match="does not verify with its public key"):
        issue(signer=liar)


def test_a_signer_of_ones_own_may_sign() -> None:
    assert issue(signer=Liar(BODY_KEY.sign)) == issue()


# --- capacity ---


def bulky(reports: int) -> CybersecurityCertificate:
    """Give a certificate with so many maintenance reports of 400 chars."""
    reports_of = [
        {"report": f"{number:0200d}", "date": "2026-03-02", "version": "v" * 200} for number in range(reports)
    ]
    return WORLD.certificate(maintenance=reports_of)


def test_a_token_that_verifiers_would_refuse_is_not_issued() -> None:
    with pytest.raises(CapacityError, match=r"bytes larger than verifiers accept \(8192\)") as caught:
        issue(bulky(20))
    assert caught.value.over_by > 0
    assert f"is {caught.value.over_by} bytes larger" in str(caught.value)


def test_a_certificate_that_no_symbol_holds_is_told_what_to_leave_out() -> None:
    names = [sha512(f"{number}".encode()).hexdigest() for number in range(40)]
    reports = [{"report": name, "date": "2026-03-02", "version": "1"} for name in names]
    with pytest.raises(CapacityError, match="leave out documents") as caught:
        issue(WORLD.certificate(maintenance=reports)).symbol()
    assert not caught.value.by_signatures


@pytest.mark.parametrize(("spare", "is_right"), [(0, True), (-1, False)])
def test_the_bound_is_exact(spare: int, is_right: bool) -> None:
    limits = Limits(token=len(WORLD.cose) + spare)
    if is_right:
        assert issue(limits=limits) == issue()
    else:
        with pytest.raises(CapacityError) as caught:
            issue(limits=limits)
        assert caught.value.over_by == 1


@pytest.mark.parametrize("link", [LINK, None], ids=["link", "bare"])
def test_the_bound_of_the_text_is_exact(link: str | None) -> None:
    size = len(issue(link=link).text)
    assert len(issue(link=link, limits=Limits(text=size)).text) == size
    with pytest.raises(IssueError, match=rf"has {size} characters, more than .*{size - 1}.*: shorten"):
        issue(link=link, limits=Limits(text=size - 1))


# --- upon approval ---

PAYLOAD = ISSUER.payload(WORLD.certificate(), status=STATUS)
KEY = NCCA_APPROVAL_KEY.public_key


def asking(answer: Any, *keys_: VerificationKey) -> Approver:
    return Approver(keys_ or (KEY,), answer)


def approving(
    payload: bytes = PAYLOAD, *, authority: str = NCCA, at: datetime = APPROVED_AT, signer: Any = None
) -> bytes:
    signer = signer or NCCA_APPROVAL_KEY
    return seal_approval(payload, authority=authority, issued_at=int(at.timestamp()), signer=signer)


def test_the_authority_is_asked_with_the_payload_before_the_body_signs() -> None:
    asked: list[bytes] = []

    def answer(payload: bytes) -> bytes:
        asked.append(payload)
        return approving(payload)

    issued = issue(approver=asking(answer))
    assert asked == [PAYLOAD]
    assert issued.cose == issue().cose + approving()
    assert peek(issued.text).untrusted_approval is not None


def test_an_approval_given_earlier_may_be_handed_over() -> None:
    assert WORLD.upon_approval().report(issue(approver=asking(lambda _: approving())).text).passed


def test_where_the_authority_says_that_none_is_needed_there_is_none() -> None:
    assert issue(approver=asking(lambda _: None)) == issue()


def test_one_of_several_keys_of_the_authority_is_enough() -> None:
    assert issue(approver=asking(lambda _: approving(), BODY_KEY.public_key, KEY))


@pytest.mark.parametrize(
    ("approval", "reason"),
    [
        (b"", "this is no approval: not a COSE_Sign1 message"),
        (approving()[:-1], "this is no approval"),
        (approving() + b"\0", "this is no approval: bytes follow"),
        (WORLD.cose, "this is no approval"),
        (approving(PAYLOAD + b"\0"), "is not of this certificate"),
        (approving(ISSUER.payload(WORLD.certificate().for_label(), status=STATUS)), "is not of this certificate"),
        (approving(ISSUER.payload(WORLD.certificate(), status=STATUS._replace(idx=8))), "is not of this certificate"),
        (approving(signer=BODY_KEY), "is not of this certificate, or not by the given key"),
        (approving(authority="DE-3087"), "DE-3087 cannot approve"),
        (approving(authority="FR-NCCA"), "FR-NCCA cannot approve"),
        (approving(at=SIGNED_AT + timedelta(seconds=1)), "after the time of signing"),
    ],
)
def test_an_approval_that_no_verifier_would_accept_is_found_before_anything_is_signed(
    approval: bytes, reason: str
) -> None:
    def never(_: bytes) -> bytes:
        raise AssertionError

    with pytest.raises(IssueError, match=reason):
        issue(approver=asking(lambda _: approval), signer=Liar(never))


def test_without_a_key_nothing_can_be_told() -> None:
    with pytest.raises(IssueError, match="not by the given key"):
        issue(approver=Approver((), lambda _: approving()))


def test_what_the_service_of_the_authority_raises_is_passed_on() -> None:
    def out_of_reach(_: bytes) -> bytes:
        raise TimeoutError("the authority does not answer")

    with pytest.raises(TimeoutError):
        issue(approver=asking(out_of_reach))


def test_the_signature_of_the_authority_counts_where_no_symbol_holds_the_token() -> None:
    signer = keys.signer(Algorithm.ML_DSA_44, 36)
    issued = issue(approver=asking(lambda _: approving(signer=signer), signer.public_key))
    with pytest.raises(CapacityError, match="the signatures alone take 2484 bytes"):
        issued.symbol()


def test_the_bound_of_a_token_counts_the_approval() -> None:
    size = len(issue().cose)
    with pytest.raises(CapacityError, match=f"{len(approving())} bytes larger"):
        issue(approver=asking(lambda _: approving()), limits=Limits(token=size))


@pytest.mark.parametrize(
    ("document", "status", "reason"),
    [
        (WORLD.certificate(), None, "requires a status"),
        (WORLD.certificate(scheme="XX-NONE"), STATUS, "not known"),
    ],
)
def test_there_is_no_payload_of_what_cannot_be_issued(document: Any, status: Any, reason: str) -> None:
    with pytest.raises(IssueError, match=reason):
        ISSUER.payload(document, status=status)
