"""A report as a plain mapping for programs: stable names, described by docs/schema/report.schema.json.

The names are those of ``Report``; what is added is named here. Instants are RFC 3339 strings in UTC, days are
``YYYY-MM-DD``, ages are in seconds. What begins with ``untrusted_`` is what the token states, genuine or not.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from certmark.cwt.numericdate import from_seconds

if TYPE_CHECKING:
    from certmark.claims import CertificateClaims
    from certmark.verify.outcome import ApprovalReport, IssuerReport, ListUse, SealReport
    from certmark.verify.report import Report

SCHEMA_ID: Final = "urn:certmark:schema:report:1"
"""Name of the JSON Schema; reports of a later, incompatible shape get another."""


def report_to_json(report: Report) -> dict[str, Any]:
    """Give a report in the shape of its JSON.

    ``certificate`` is the certificate in the shape of its own JSON, and ``token`` what the token says beside it; both
    are None unless the signature was right. ``summary`` is the result in one line.

    Args:
        report: what ``Verifier.report`` gave.

    Returns:
        Mappings, lists, strings, numbers, booleans and None, in the same order for every report.
    """
    return {
        "schema": SCHEMA_ID,
        "indication": str(report.indication),
        "sub_indication": None if report.sub_indication is None else str(report.sub_indication),
        "summary": report.summary,
        "certificate_status": str(report.certificate_status),
        "may_promote": report.may_promote,
        "may_promote_basis": report.may_promote_basis,
        "at": instant(report.at),
        "policy": report.policy,
        "trust_label": report.trust_label,
        "certificate": None if report.claims is None else claims_to_json(report.claims),
        "token": None if report.claims is None else _token(report.claims),
        "issuer": None if report.issuer is None else _issuer(report.issuer),
        "seal": None if report.seal is None else _seal(report.seal),
        "approval": None if report.approval is None else _approval(report.approval),
        "product_match": str(report.product_match),
        "link_host": report.link_host,
        "link_url": report.link_url,
        "lists": [_list(use) for use in report.lists],
        "checks": [{**check._asdict(), "outcome": str(check.outcome)} for check in report.checks],
        "untrusted_id": report.untrusted_id,
        "untrusted_issuer": report.untrusted_issuer,
        "notices": list(report.notices),
    }


def claims_to_json(claims: CertificateClaims) -> dict[str, Any]:
    """Give what a token says of its certificate in the shape of certificate documents (``load_document`` reads it)."""
    certificate = _plain(claims.to_mapping())
    return {"document_type": str(claims.document_type), "id": claims.id, **certificate}


def instant(seconds: int) -> str:
    """Write seconds since 1970 as RFC 3339 in UTC."""
    return f"{from_seconds(seconds).replace(tzinfo=None).isoformat()}Z"


def _token(claims: CertificateClaims) -> dict[str, Any]:
    status = claims.status
    return {
        "issuer": claims.iss,
        "not_before": instant(claims.nbf),
        "expires": instant(claims.exp),
        "status_list": None if status is None else {"index": status.idx, "uri": status.uri},
    }


def _issuer(issuer: IssuerReport) -> dict[str, Any]:
    return {**issuer._asdict(), "known_until": instant(issuer.known_until)}


def _seal(seal: SealReport) -> dict[str, Any]:
    ends = {"not_before": instant(seal.not_before), "not_after": instant(seal.not_after)}
    return {**seal._asdict(), **ends, "path": list(seal.path)}


def _approval(approval: ApprovalReport) -> dict[str, Any]:
    return {**approval._asdict(), "approved_at": instant(approval.approved_at)}


def _list(use: ListUse) -> dict[str, Any]:
    return {
        "kind": use.kind,
        "name": use.name,
        "sequence_number": use.sequence_number,
        "issued_at": instant(use.issued_at),
        "age": use.age,
        "next_update": None if use.next_update is None else instant(use.next_update),
        "expires": None if use.expires is None else instant(use.expires),
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 any value that claims hold
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
