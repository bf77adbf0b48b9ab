"""What the demo shows to a verifier: codes that pass, and one for each kind of refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.claims import StatusReference
from certmark.cli.demo.europe import SUSPENDED_INDEX, WITHDRAWN_INDEX, Body
from certmark.cli.demo.product import FORGED_MODEL, MODEL, router, smart_card
from certmark.cose.signer import KeySigner
from certmark.issue import Issuer
from certmark.model.vocabulary import AssuranceLevel
from certmark.transport import to_link

if TYPE_CHECKING:
    from datetime import date, datetime

    from certmark.cli.demo.europe import Europe
    from certmark.issue import IssuedCertificate
    from certmark.model import CybersecurityCertificate

_INDEX: Final = 471
_BEFORE_EXPIRY: Final = timedelta(days=90)
_SINCE_EXPIRY: Final = timedelta(days=10)
_RECENTLY: Final = timedelta(days=30)


class Case(NamedTuple):
    """One code.

    Attributes:
        name: stem of its files.
        title: what it is, for people.
        text: the code.
        expected: sub-indication, or None when it passes.
        may_promote: what a retailer should hear.
        issued: token and certificate, where all four files are kept.
    """

    name: str
    title: str
    text: str
    expected: str | None
    may_promote: str
    issued: IssuedCertificate | None = None


def make_cases(europe: Europe, at: datetime) -> tuple[Case, ...]:
    """Issue and forge the codes.

    Args:
        europe: who issues.
        at: present instant, in UTC.
    """
    body = europe.bodies["AT-9001"]
    day = (at - _RECENTLY).date()
    full = router(1, issued=day)
    label, whole = (_issue(body, document, at, index=_INDEX) for document in (full.for_label(), full))
    suspended = _issue(body, router(2, issued=day).for_label(), at, index=SUSPENDED_INDEX)
    withdrawn = _issue(body, router(3, issued=day).for_label(), at, index=WITHDRAWN_INDEX)
    expired = _expired(body, at)
    beyond = _issue(europe.bodies["FI-9002"], smart_card(4, issued=day).for_label(), at, index=_INDEX)
    return (
        Case("label", "the label of a router", label.text, None, "yes", label),
        Case("full", "its full certificate, with digests", whole.text, None, "yes", whole),
        Case("suspended", "a router whose certificate is suspended", suspended.text, None, "no"),
        _refused("SIG_CRYPTO_FAILURE", f"the label, its model changed to {FORGED_MODEL}", _forge(label, body)),
        _refused("ISSUER_NOT_LISTED", "signed by PT-9999, which no list names", _unlisted(day, at)),
        _refused("ISSUER_NOT_AUTHORISED", "level high by FI-9002, whose scope ends at substantial", beyond.text),
        _refused("CERTIFICATE_EXPIRED", "a certificate that has expired", expired.text),
        _refused("CERTIFICATE_WITHDRAWN", "a certificate that was withdrawn", withdrawn.text),
    )


def _refused(sub_indication: str, title: str, text: str) -> Case:
    return Case(f"refused-{sub_indication.lower()}", title, text, sub_indication, "no")


def _issue(body: Body, document: CybersecurityCertificate, at: datetime, *, index: int) -> IssuedCertificate:
    status = StatusReference(index, body.status_uri)
    return Issuer(body.signer, issuer=body.entity_id, link=body.link).issue(document, at=at, status=status)


def _forge(issued: IssuedCertificate, body: Body) -> str:
    """Change what was signed and pack it anew: the code is well-formed, only the signature gives it away."""
    cose = issued.cose.replace(MODEL.encode(), FORGED_MODEL.encode())
    return to_link(cose, body.link, id=issued.document.id, index=_INDEX)


def _unlisted(day: date, at: datetime) -> str:
    key = KeySigner.generate()
    impostor = Body("PT-9999", "Fictitious Impostor", AssuranceLevel.SUBSTANTIAL, key, key)
    return _issue(impostor, router(5, issued=day).for_label(), at, index=_INDEX).text


def _expired(body: Body, at: datetime) -> IssuedCertificate:
    then = at - _BEFORE_EXPIRY
    document = router(6, issued=then.date(), valid_until=(at - _SINCE_EXPIRY).date())
    return _issue(body, document.for_label(), then, index=_INDEX + 1)
