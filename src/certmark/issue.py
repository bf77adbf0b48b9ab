"""The issuer: a certificate in, a signed token, its text and its symbol out.

::

    model ──claims──> map ──cbor──> bytes ──cose, cwt──> COSE_Sign1 ──deflate──> ──base10──> link ──qr──> symbol

Where the authority approves each certificate, it signs the same bytes, before the body does; its approval follows the
COSE_Sign1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certmark.claims import StatusReference, claims_set, encode_claims
from certmark.cose import sign1
from certmark.cose.framing import end_of_first
from certmark.cose.headers import sign1_header
from certmark.cose.profile import CERTMARK_1
from certmark.cwt import typ
from certmark.cwt.approval import may_approve, parse_approval
from certmark.cwt.numericdate import SECONDS_PER_DAY, day_at, from_days, to_seconds
from certmark.errors import CapacityError, ClaimsError, DecodeError, IssueError, SchemeViolationError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.model.scheme import Scheme, eucc
from certmark.model.syntax import ENTITY_ID
from certmark.transport import encode_symbol, pack, to_bare, to_link

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certmark.cose.keys import VerificationKey
    from certmark.cose.signer import Signer
    from certmark.model import AnyDocument
    from certmark.transport import Symbol


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate as it leaves the house.

    Attributes:
        document: what was certified, as it stands in the token.
        cose: the signed token, uncompressed, in bytes; after it its approval, if it has one.
        text: the token as a link or as a bare code, in chars.
    """

    document: AnyDocument
    cose: bytes
    text: str

    def symbol(self, *, error_correction: str = "M") -> Symbol:
        """Make the QR code of the text.

        Args:
            error_correction: level ``L``, ``M``, ``Q`` or ``H``.

        Raises:
            CapacityError: the text does not fit a QR code; the message says by how much and what to drop.
        """
        try:
            return encode_symbol(self.text, ecc=error_correction)
        except CapacityError as error:
            signatures, room = self._signature_bytes(), len(pack(self.cose)) - error.over_by
            if signatures <= room:
                raise
            raise CapacityError(
                f"the signatures alone take {signatures} bytes, and no QR code at error correction {error_correction} "
                f"holds more than {room}: hand the token out as a file, or sign with ESP256",
                over_by=error.over_by,
                by_signatures=True,
            ) from error

    def _signature_bytes(self) -> int:
        """Count the bytes of the signatures, which no compression makes fewer."""
        end = end_of_first(self.cose)
        message, approval = sign1.from_bytes(self.cose[:end], profile=CERTMARK_1), self.cose[end:]
        approved = len(parse_approval(approval, message.payload).message.signature) if approval else 0
        return len(message.signature) + approved


@dataclass(frozen=True, slots=True)
class Approver:
    """The authority that approves each certificate, as a body sees it.

    Attributes:
        keys: its keys for approvals. An approval states no digest of what it approves: only with a key can be told that
            it is of this certificate.
        approve: takes the claims set, encoded, and gives the approval (``certmark.approve.approve``), or None for a
            certificate that needs none. It may take its time, and raise whatever its service raises: certmark passes
            it on.
    """

    keys: tuple[VerificationKey, ...]
    approve: Callable[[bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Issues certificates in the name of one trusted entity; immutable, and as thread-safe as its signer.

    Attributes:
        signer: signs; its answers are verified before anything is handed out.
        issuer: id of the trusted entity, as the trusted list has it (``DE-3087``).
        link: template of the link, with ``{id}`` or ``{index}`` if wanted; None for bare codes.
        schemes: schemes that may be issued under; EUCC when left out.
        limits: bounds on the token.
        approver: asked for its approval before the issuer signs, where the list says that certificates need one.
    """

    signer: Signer
    issuer: str
    link: str | None = None
    schemes: tuple[Scheme, ...] | None = None
    limits: Limits = DEFAULT_LIMITS
    approver: Approver | None = None

    def check(self, document: AnyDocument, *, at: datetime) -> None:
        """Refuse a certificate that cannot be issued whatever its status is; nothing is signed.

        Args:
            document: as for ``issue``.
            at: as for ``issue``.

        Raises:
            SchemeViolationError: the certificate breaks rules of its scheme, each named with its article.
            IssueError: the issuer's id, the scheme or the time do not allow to issue.
            ValueError: ``at`` has no time zone.
        """
        self._check(document, at=at)

    def payload(self, document: AnyDocument, *, status: StatusReference | None = None) -> bytes:
        """Give what ``issue`` signs; see ``payload_of``."""
        return payload_of(document, issuer=self.issuer, status=status, schemes=self.schemes)

    def issue(self, document: AnyDocument, *, at: datetime, status: StatusReference | None = None) -> IssuedCertificate:
        """Check a certificate against its scheme, sign it, and encode it.

        Args:
            document: certificate or statement of conformity, whole or as label (``for_label()``).
            at: time of signing, aware; on or after the date of issue.
            status: index and status list; EUCC requires one, and no two certificates may share one.

        Raises:
            SchemeViolationError: the certificate breaks rules of its scheme, each named with its article.
            IssueError: the issuer's id, the time or the status do not allow to issue, or the approval is not right.
            LinkError: the link template cannot carry a token.
            SignerError: the signer's answer does not verify.
            ValueError: ``at`` has no time zone.
        """
        scheme, issued_at = self._check(document, at=at), to_seconds(at)
        payload = _payload(document, scheme, issuer=self.issuer, status=status)
        approval = b"" if self.approver is None else self._approval(self.approver, payload, issued_at=issued_at)
        header = sign1_header(self.signer, typ=typ.CERTIFICATE, issued_at=issued_at)
        cose = sign1.sign1(header, payload, signer=self.signer) + approval
        if len(cose) > self.limits.token:
            over_by = len(cose) - self.limits.token
            raise CapacityError(
                f"the token is {over_by} bytes larger than verifiers accept ({self.limits.token}): shorten its texts",
                over_by=over_by,
            )
        return IssuedCertificate(document.as_signed(), cose, self._text(cose, document.id, status))

    def _check(self, document: AnyDocument, *, at: datetime) -> Scheme:
        today = from_days(to_seconds(at) // SECONDS_PER_DAY)
        scheme = _keeping_its_scheme(document, issuer=self.issuer, schemes=self.schemes)
        if today < document.issued:
            raise IssueError(f"{document.id} is dated {document.issued}, after the time of signing: sign it then")
        if today > document.valid_until:
            raise IssueError(f"{document.id} ended on {document.valid_until}, before the time of signing")
        return scheme

    def _approval(self, approver: Approver, payload: bytes, *, issued_at: int) -> bytes:
        approval = approver.approve(payload)
        if approval is None:
            return b""
        try:
            parsed = parse_approval(approval, payload)
        except DecodeError as error:
            raise IssueError(f"this is no approval: {error}") from error
        who = parsed.authority
        if not may_approve(who, self.issuer):
            raise IssueError(f"{who} cannot approve what {self.issuer} issues: another entity of its territory must")
        if not any(parsed.message.is_signed_by(key) for key in approver.keys):
            raise IssueError(
                f"the approval by {who} is not of this certificate, or not by the given key: has the certificate, its "
                "status or its form (label or whole) changed since?"
            )
        if parsed.issued_at > issued_at:
            raise IssueError(f"{who} approved at {day_at(parsed.issued_at)}, after the time of signing: sign it then")
        return approval

    def _text(self, cose: bytes, certificate_id: str, status: StatusReference | None) -> str:
        if self.link is not None:
            index = None if status is None else status.idx
            return to_link(cose, self.link, id=certificate_id, index=index, limits=self.limits)
        text = to_bare(cose)
        if len(text) > self.limits.text:
            most = self.limits.text
            raise IssueError(
                f"the code has {len(text)} characters, more than verifiers accept ({most}): shorten its texts"
            )
        return text


def payload_of(
    document: AnyDocument,
    *,
    issuer: str,
    status: StatusReference | None = None,
    schemes: tuple[Scheme, ...] | None = None,
) -> bytes:
    """Give the claims set of a token, encoded: the bytes that its issuer signs, and before that an authority approves.

    Args:
        document: certificate or statement of conformity, whole or as label (``for_label()``).
        issuer: id of the trusted entity that will issue it.
        status: index and status list, as they will be issued.
        schemes: schemes that may be issued under; EUCC when left out.

    Raises:
        SchemeViolationError: the certificate breaks rules of its scheme, each named with its article.
        IssueError: the issuer's id, the scheme or the status do not allow to issue.
    """
    scheme = _keeping_its_scheme(document, issuer=issuer, schemes=schemes)
    return _payload(document, scheme, issuer=issuer, status=status)


def _keeping_its_scheme(document: AnyDocument, *, issuer: str, schemes: tuple[Scheme, ...] | None) -> Scheme:
    """Give the scheme of a certificate that keeps its rules."""
    if not ENTITY_ID.matches(issuer):
        raise IssueError(f"the issuer {issuer!r} is no entity id: write territory and number, as DE-3087")
    known = (eucc(),) if schemes is None else schemes
    scheme = next((scheme for scheme in known if scheme.id == document.scheme), None)
    if scheme is None:
        raise IssueError(f"the scheme {document.scheme!r} is not known: give the issuer its definition")
    if violations := scheme.violations(document):
        said = "; ".join(f"{violation.message} ({violation.article})" for violation in violations)
        raise SchemeViolationError(f"{document.id} breaks {scheme.id}: {said}", violations=violations)
    return scheme


def _payload(document: AnyDocument, scheme: Scheme, *, issuer: str, status: StatusReference | None) -> bytes:
    if scheme.requires_status and status is None:
        raise IssueError(f"{scheme.id} requires a status: give a status list and an index")
    claims = claims_set(document, issuer=issuer, status=status)
    try:
        return encode_claims(claims)
    except ClaimsError as error:
        raise IssueError(f"no verifier would accept this certificate: {error}") from error
