"""From a parsed token to the listed key that signed it, or to the reason why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark.claims import CertificateClaims, claims_size
from certmark.cose.algorithms import algorithm_name
from certmark.cose.framing import end_of_first
from certmark.cose.profile import CERTMARK_1
from certmark.cose.sign1 import TAG
from certmark.cwt import token as cwt
from certmark.cwt import typ
from certmark.cwt.approval import parse_approval
from certmark.cwt.numericdate import to_seconds
from certmark.errors import CborError, DecodeError, TextError, TrustError, UnsupportedFormatError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.transport import envelope
from certmark.trust.entities import ServiceType
from certmark.verify.currency import Freshness, list_freshness
from certmark.verify.outcome import Finding, SubIndication, failed, passed, sentence
from certmark.verify.sources import SPECIFICATION

if TYPE_CHECKING:
    from certmark.cose.sign1 import Sign1
    from certmark.cwt.approval import Approval
    from certmark.trust.snapshot import Candidate, TrustSnapshot
    from certmark.verify.policy import Policy


class Opened(NamedTuple):
    """A token that was parsed, not verified.

    Attributes:
        message: the COSE message.
        claims: what it states; untrusted until the signature was right.
        approval: what stands behind it, or None.
        issued_at: iat, in seconds.
        link_host: host of the link, or None.
        link_url: the link without its fragment, or None.
    """

    message: Sign1
    claims: CertificateClaims
    approval: Approval | None
    issued_at: int
    link_host: str | None
    link_url: str | None


def open_token(token: str | bytes, *, limits: Limits = DEFAULT_LIMITS) -> Opened:
    """Parse a token without trusting it.

    Args:
        token: text (a link or a bare code), or the bytes of the tagged COSE message and of its approval.
        limits: bounds on sizes.

    Raises:
        UnsupportedFormatError: made by a newer certmark.
        DecodeError: not a certificate token.
    """
    host = url = None
    if isinstance(token, str):
        found = envelope.from_text(token, limits=limits)
        cose, host, url = found.cose, found.host, found.url
        end = end_of_first(cose) if found.approved else len(cose)
        if found.approved and end == len(cose):
            raise TextError("the code says that an approval follows the certificate, and none does")
    elif len(token) > limits.token:
        raise TextError(f"the token has {len(token)} bytes, more than {limits.token}: this is no certificate token")
    else:
        cose, end = token, end_of_first(token)
    message, untrusted_claims = cwt.parse(cose[:end], typ=typ.CERTIFICATE, size_of=claims_size)
    claims = CertificateClaims.agreeing(untrusted_claims)
    if end < len(cose) and not cose.startswith(TAG, end):
        raise CborError("bytes follow the message")
    approval = None if end == len(cose) else parse_approval(cose[end:], message.payload)
    return Opened(message, claims, approval, message.headers.issued_at or 0, host, url)


def undecodable(error: DecodeError) -> Finding:
    """Make the finding for a token that could not be parsed."""
    if isinstance(error, UnsupportedFormatError):
        return failed(SubIndication.UNSUPPORTED_FORMAT, sentence(str(error)), SPECIFICATION)
    return failed(SubIndication.FORMAT_FAILURE, sentence(str(error)), SPECIFICATION)


def find_signer(opened: Opened, *, trust: TrustSnapshot, policy: Policy, at: int) -> Candidate | Finding:
    """Find the listed key that signed, or say why there is none.

    Args:
        opened: the parsed token.
        trust: whose keys count.
        policy: which algorithms count.
        at: time of verification, in seconds.
    """
    message, issuer = opened.message, opened.claims.iss
    headers = message.headers
    problem = algorithm_problem(headers.alg, policy, at=at)
    if problem is not None:
        return failed(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, problem, _ALGORITHMS)
    key_id = headers.key_id or b""
    try:
        candidates = trust.candidates(key_id, issuer, ServiceType.CERTIFICATE_ISSUANCE)
    except TrustError as error:
        reason = f"The trusted list cannot be used: {error}."
        return failed(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, reason, _LISTS)
    if not candidates:
        return _not_found(issuer, key_id, trust=trust, policy=policy, at=at)
    for candidate in candidates:
        if message.is_signed_by(candidate.verification_key):
            return candidate
    return _FORGED


def up_to_signature(opened: Opened, failure: Finding | None) -> tuple[Finding, ...]:
    """Give the findings up to the signature.

    Args:
        opened: the parsed token.
        failure: the last of them, if there is no signer.
    """
    issuer, algorithm = opened.claims.iss, algorithm_name(opened.message.headers.alg)
    steps = (
        passed("The code is a certificate token in the right form.", SPECIFICATION),
        passed(f"The signature algorithm {algorithm} is accepted.", _ALGORITHMS),
        passed(f"The trusted list of {issuer[:2]} names {issuer} with this key.", _LISTS),
        passed("The signature is right: the code says what the issuer signed.", _SIGNATURE),
    )
    if failure is None:
        return steps
    failed_at = next(position for position, step in enumerate(steps) if step.source == failure.source)
    return (*steps[:failed_at], failure)


_ALGORITHMS = "RFC 9864"
_LISTS = "ETSI TS 119 602; Regulation (EU) 2019/881, Article 61"
_SIGNATURE = "RFC 9052 §4.4"

_FORGED = failed(
    SubIndication.SIG_CRYPTO_FAILURE, "The signature is wrong: this code was forged or changed.", _SIGNATURE
)


def algorithm_problem(alg: int | None, policy: Policy, *, at: int, of: str = "") -> str | None:
    """Say in a sentence why a policy does not accept an algorithm; None: it does.

    Args:
        alg: COSE algorithm number.
        policy: which algorithms count, and until when.
        at: time of verification, in seconds.
        of: what was signed with it, where that is not the certificate.
    """
    # no policy can allow what certmark-1 does not know (ES256 is for status list tokens)
    if alg not in policy.algorithms or alg not in CERTMARK_1.algorithms:
        return f"The signature algorithm {algorithm_name(alg)}{of} is not accepted."
    if policy.sunsets:
        end = min((sunset.end for sunset in policy.sunsets if sunset.algorithm == alg), default=None)
        if end is not None and at >= to_seconds(end):
            return f"The signature algorithm {algorithm_name(alg)}{of} is not accepted since {end.date().isoformat()}."
    return None


def _not_found(issuer: str, key_id: bytes, *, trust: TrustSnapshot, policy: Policy, at: int) -> Finding:
    """Tell a key that is certainly not listed from one that our lists may be too old or too incomplete to know."""
    territory = issuer[:2]

    def is_fresh(head: object) -> bool:
        return list_freshness(head, at=at, grace=policy.grace) <= Freshness.DUE  # type: ignore[arg-type]

    national = trust.national.get(territory)
    if national is not None and is_fresh(national.head):
        reason = f"The trusted list of {territory} does not name {issuer} with the key {key_id.hex()}."
        return failed(SubIndication.ISSUER_NOT_LISTED, reason, _LISTS)
    pointed_at = {pointer.territory for pointer in trust.union.content.pointers}
    if territory not in pointed_at and is_fresh(trust.union.head):
        reason = f"The union list names no territory {territory}, so {issuer} is no listed issuer."
        return failed(SubIndication.ISSUER_NOT_LISTED, reason, _LISTS)
    outdated = f"the trusted list of {territory}" if territory in pointed_at else "the union list"
    why = trust.problems.get(territory, f"{outdated} is out of date")
    reason = f"The key {key_id.hex()} of {issuer} is not known: {why}. Get the newest bundle and try again."
    return failed(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, reason, _LISTS)
