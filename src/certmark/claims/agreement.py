"""How the claims of a token must agree with each other, once each of them is right on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from certmark.claims.keys import CERTIFICATE_FIELDS, KEY_OF, MAINTENANCE_FIELDS
from certmark.model.vocabulary import AssuranceLevel, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY_SECONDS: Final = 86_400

_DOCUMENT_TYPE: Final = KEY_OF["document_type"]
_LEVEL: Final = KEY_OF["assurance_level"]
_EXTENT: Final = KEY_OF["coverage.extent"]
_SCOPE: Final = KEY_OF["coverage.scope"]
_HOLDER: Final = KEY_OF["holder"]
_MAINTENANCE: Final = KEY_OF["maintenance"]
_MAINTENANCE_DATE: Final = next(field.key for field in MAINTENANCE_FIELDS if field.path == "date")
_LINKS: Final = {KEY_OF[path]: path for path in ("aliases", "replaces", "base_certificates")}
_LINK_KEYS: Final = frozenset(_LINKS)
_CERTIFICATES_ONLY: Final = {field.key: field.path for field in CERTIFICATE_FIELDS if field.certificates_only}
_BASIC: Final = number_of(AssuranceLevel.BASIC)


def days_of(nbf: int, exp: int) -> tuple[int, int]:
    """Give the day of nbf and the day before exp: ``issued`` and ``valid_until``, unless keys state them.

    Args:
        nbf: not before, in seconds since 1970.
        exp: expiry, in seconds since 1970.

    Returns:
        Two day numbers, counted from 1970-01-01.
    """
    return nbf // DAY_SECONDS, exp // DAY_SECONDS - 1


def period_problem(*, nbf: int, exp: int, issued: int, valid_until: int) -> str | None:
    """Say how the times of a token contradict the days of its document, or None.

    Args:
        nbf: not before, in seconds since 1970.
        exp: expiry, in seconds since 1970.
        issued: day of issue, in days since 1970-01-01.
        valid_until: last day of validity, in days since 1970-01-01.
    """
    if valid_until < issued:
        return "valid_until is before issued"
    if nbf < issued * DAY_SECONDS:
        return "nbf is before the day of issue"
    if exp > (valid_until + 1) * DAY_SECONDS:
        return "exp is after the last day of validity"
    return "exp is not after nbf" if exp <= nbf else None


def certificate_problem(certificate: Mapping[int, Any], *, own_id: str, issued: int) -> str | None:
    """Say how the fields of a certificate map contradict each other, or None.

    Args:
        certificate: the map, each value of which is right on its own.
        own_id: the claim sub.
        issued: day of issue, in days since 1970-01-01.
    """
    if _EXTENT in certificate and _SCOPE not in certificate:
        return "coverage.scope is missing, although only a part is covered"
    if _DOCUMENT_TYPE in certificate:
        problem = _statement_problem(certificate)
        if problem is not None:
            return problem
    if not _LINK_KEYS.isdisjoint(certificate):
        for key, path in _LINKS.items():
            if own_id in certificate.get(key, ()):
                return f"{path} names the document's own id"
    if _MAINTENANCE in certificate and min(report[_MAINTENANCE_DATE] for report in certificate[_MAINTENANCE]) < issued:
        return "maintenance has a report from before the day of issue"
    return None


def _statement_problem(certificate: Mapping[int, Any]) -> str | None:
    for key, path in _CERTIFICATES_ONLY.items():
        if key in certificate:
            return f"{path} has no place in a statement of conformity"
    if certificate[_LEVEL] != _BASIC:
        return "assurance_level of a statement of conformity is not basic"
    return None if _HOLDER in certificate else "holder is missing in a statement of conformity"
