"""The seal certificate of the key that signed, as the trusted list carries it: reported, and never decisive."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.cose.certificates import SignerCertificate, unlinked
from certmark.cwt.numericdate import day_at
from certmark.errors import KeyFormatError
from certmark.verify.judgement import check
from certmark.verify.outcome import Finding, SealReport, skipped, warned

if TYPE_CHECKING:
    from certmark.verify.case import Case

_SOURCE: Final = "certmark-1, verification; RFC 9360 §2"
_NOT_LISTED: Final = skipped("The trusted list holds no seal certificate of this key.", _SOURCE)


class _Examined(NamedTuple):
    """What a path says, whenever and of whatever it is asked.

    Attributes:
        path: the certificate of the key, then those of its issuers.
        thumbprint: of the key in it, or None when certmark has no use for it.
        broken: where the path breaks, or None.
    """

    path: tuple[SignerCertificate, ...]
    thumbprint: bytes | None
    broken: str | None


# to check the signatures of a path costs as much as to check the token's, and there are few paths in use
@lru_cache(maxsize=256)
def _examined(x5chain: tuple[bytes, ...]) -> _Examined | str:
    """Read a path, or say why it cannot be read."""
    try:
        path = tuple(map(SignerCertificate.from_der, x5chain))
        broken = unlinked(path)
    except KeyFormatError as error:
        return str(error)
    try:
        thumbprint = path[0].verification_key().thumbprint
    except KeyFormatError:
        thumbprint = None
    return _Examined(path, thumbprint, broken)


def seal_of(case: Case) -> SealReport | None:
    """Describe the seal certificate of the key that signed, or give None where the list has none that can be read."""
    examined = _examined(case.signer.key.x5chain) if case.signer.key.x5chain else ""
    if isinstance(examined, str):
        return None
    seal, *issuers = examined.path
    return SealReport(
        subject=seal.subject,
        organisation_identifier=seal.organisation_identifier,
        issuer=seal.issuer,
        serial_number=f"{seal.serial_number:x}",
        not_before=seal.not_before,
        not_after=seal.not_after,
        states_qualified=seal.states_qualified_seal,
        is_for_this_key=examined.thumbprint == case.signer.verification_key.thumbprint,
        was_valid=seal.is_valid_at(case.issued_at),
        path=tuple(issuer.subject for issuer in issuers),
        path_links=examined.broken is None if issuers else None,
    )


def _holds(case: Case) -> str:
    seal, *_ = _examined(case.signer.key.x5chain).path  # type: ignore[union-attr]  # or it would not hold
    return (
        f"Sealed with the certificate of {seal.subject}, issued by {seal.issuer}, valid until {day_at(seal.not_after)}."
    )


@check(_holds, _SOURCE)
def seal_certificate(case: Case) -> Finding | None:
    """A seal certificate says who signs in the words of a trust service provider; the trusted list says who may."""
    if not case.signer.key.x5chain:
        return _NOT_LISTED
    examined = _examined(case.signer.key.x5chain)
    if isinstance(examined, str):
        return warned(f"The seal certificate in the trusted list cannot be read: {examined}.", _SOURCE)
    problems = "; ".join(_problems(examined, case))
    if not problems:
        return None
    reason = f"The seal certificate of {examined.path[0].subject}: {problems}. This voids nothing: the list decides."
    return warned(reason, _SOURCE)


def _problems(examined: _Examined, case: Case) -> list[str]:
    seal = examined.path[0]
    problems = []
    if examined.thumbprint != case.signer.verification_key.thumbprint:
        problems.append("it is for another key")
    if seal.usage_problem is not None:
        problems.append(seal.usage_problem)
    if not seal.is_valid_at(case.issued_at):
        first, last = day_at(seal.not_before), day_at(seal.not_after)
        problems.append(f"it was valid from {first} to {last}, not on {day_at(case.issued_at)}")
    if examined.broken is not None:
        problems.append(examined.broken)
    return problems
