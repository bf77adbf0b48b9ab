"""What a record of a check says, as JSON in one form (docs/schema/check-record.schema.json)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Self

from certmark import __version__
from certmark.errors import DecodeError
from certmark.model.facts import ava_van_of
from certmark.model.scheme import eucc
from certmark.status.bitarray import Status
from certmark.status.floor import digest_of
from certmark.transport import from_text
from certmark.verify import Outcome
from certmark.verify.currency import authorities
from certmark.verify.report_json import instant, report_to_json
from certmark.wording import advise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certmark.claims import CertificateClaims
    from certmark.status.token import StatusListToken
    from certmark.trust.lists import ListHead
    from certmark.verify import Product, Report, Verifier

SCHEMA_ID: Final = "urn:certmark:schema:check-record:1"
"""Name of the JSON Schema; records of a later, incompatible shape get another."""

NATURE: Final = (
    "This records a check that was made. It is signed by nobody and proves nothing by itself: whoever doubts it makes "
    "the check again, with the token and the lists that it names."
)

BY_A_PERSON: Final = (
    "Product, model and version of the article are those of the certificate.",
    "The code is part of the article or its packaging, and not stuck over another one.",
)
"""What no program can check; a record asks for it and never states it."""


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """A record of a check.

    Make one with ``of``.

    Attributes:
        facts: what it says, in the shape of its JSON.
    """

    facts: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        report: Report,
        *,
        token: str | bytes | None,
        verifier: Verifier,
        expect: Product | None = None,
        language: str | None = None,
    ) -> Self:
        """Record a check.

        Args:
            report: what came of it.
            token: what was checked, as it was given to the verifier; None: nothing could be read.
            verifier: what checked it.
            expect: the product that was asked about, or None.
            language: of words for people that are added, or None.

        Raises:
            LanguageError: there are no words in this language.
        """
        product = {} if expect is None else {name: value for name, value in asdict(expect).items() if value is not None}
        said = report_to_json(report)
        stated = {"untrusted_id": report.untrusted_id, "untrusted_issuer": report.untrusted_issuer}
        facts = {
            "schema": SCHEMA_ID,
            "nature": NATURE,
            "checked_at": instant(report.at),
            "checked_by": {"program": "certmark", "version": __version__, **_demands(verifier)},
            "token": {**_digests(token), **stated},
            "product_asked_for": product or None,
            "result": _result(report),
            "certificate": None if report.claims is None else _certificate(report.claims),
            "issuer": said["issuer"],
            "seal": said["seal"],
            "approval": said["approval"],
            "checks": said["checks"],
            "lists": [*_lists(report, verifier), *_objecting(report, verifier)],
            "notices": list(report.notices),
            "for_a_person_to_check": list(BY_A_PERSON),
            "words": None if language is None else {**advise(report, language)._asdict()},
        }
        return cls(json.loads(json.dumps(facts)))

    def to_json(self) -> bytes:
        """Write the record as JSON: sorted, in ASCII, the same facts always as the same bytes."""
        text = json.dumps(self.facts, sort_keys=True, indent=2).replace("\x7f", "\\u007f")
        return f"{text}\n".encode("ascii")


def _demands(verifier: Verifier) -> dict[str, object]:
    policy = asdict(verifier.policy)
    policy["sunsets"] = [[each.algorithm, each.end.isoformat()] for each in verifier.policy.sunsets]
    schemes = (eucc(),) if verifier.schemes is None else verifier.schemes
    return {
        "policy": {name: sorted(value) if isinstance(value, frozenset) else value for name, value in policy.items()},
        "schemes": [{"id": each.id, "sha256": each.digest or None} for each in schemes],
    }


def _digests(token: str | bytes | None) -> dict[str, str | None]:
    """Give the digest of what was given, and that of the token in it: one token has many texts."""
    if token is None:
        return {"given_sha256": None, "cose_sha256": None}
    if isinstance(token, bytes):
        digest = sha256(token).hexdigest()
        return {"given_sha256": digest, "cose_sha256": digest}
    try:
        cose = sha256(from_text(token).cose).hexdigest()
    except DecodeError:
        cose = None
    given = token.removesuffix("\n").removesuffix("\r").encode("utf-8", "surrogatepass")
    return {"given_sha256": sha256(given).hexdigest(), "cose_sha256": cose}


def _result(report: Report) -> dict[str, object]:
    decisive = report.decisive
    return {
        "indication": report.indication,
        "sub_indication": report.sub_indication,
        "reason": None if decisive is None else decisive.reason,
        "certificate_status": report.certificate_status,
        "may_promote": report.may_promote,
        "may_promote_basis": report.may_promote_basis,
        "product_match": report.product_match,
        "trust_label": report.trust_label,
        "articles": list(dict.fromkeys(each.source for each in report.checks if each.outcome is not Outcome.SKIPPED)),
    }


def _certificate(claims: CertificateClaims) -> dict[str, object]:
    return {
        "id": claims.id,
        "document_type": claims.document_type,
        "scheme": claims.scheme,
        "assurance_level": claims.assurance_level,
        "ava_van": ava_van_of(claims),
        "product": claims.subject_name,
        "brand": claims.brand,
        "models": list(claims.models),
        "version": claims.version,
        "versions": list(claims.versions),
        "gtins": list(claims.gtins),
        "extent": claims.extent,
        "scope": claims.scope,
        "holder": claims.holder_name,
        "issued": claims.issued.isoformat(),
        "valid_until": claims.valid_until.isoformat(),
    }


def _lists(report: Report, verifier: Verifier) -> Iterator[dict[str, object]]:
    """Give root and lists by kind; the digest of a status list is that of its entries, however they are compressed."""
    trust, tokens = verifier.trust, verifier.status.lists.values()
    yield _head("root", "root", trust.root.head)
    national = {use.name: trust.national.get(use.name) for use in report.lists if use.kind == "national_list"}
    for use in report.lists:
        listed = national.get(use.name)
        if use.kind == "union_list":
            yield _head(use.kind, use.name, trust.union.head)
        elif listed is not None:
            yield _head(use.kind, use.name, listed.head)
        else:
            heard = next((each for each in tokens if (each.uri, each.issued_at) == (use.name, use.issued_at)), None)
            digest = None if heard is None else digest_of(heard.statuses)
            yield _entry(use.kind, use.name, issued_at=use.issued_at, digest=digest)


def _objecting(report: Report, verifier: Verifier) -> Iterator[dict[str, object]]:
    """Give what says that a certificate is withdrawn beside the newest status lists: older ones, or else the memory."""
    status, claims, issuer = verifier.status, report.claims, report.issuer
    entity = None if issuer is None else verifier.trust.entity(issuer.entity_id)
    if claims is None or claims.status is None or issuer is None or entity is None:
        return
    index = claims.status.idx
    for key in authorities(entity, verifier.trust.national[issuer.territory], claims.status.uri):
        newest, known = status.lists.get(key), status.known.get(key)
        objecting = [each for each in status.others.get(key, ()) if _withdraws(each, index)]
        for each in sorted(objecting, key=lambda token: (token.issued_at, token.statuses.packed)):
            yield _entry("status_list", each.uri, issued_at=each.issued_at, digest=digest_of(each.statuses))
        stated = objecting or (newest is not None and _withdraws(newest, index))
        if known is not None and index in known.withdrawn and not stated:
            yield _entry("remembered_status_list", key[1], issued_at=known.issued_at, digest=known.digest)


def _withdraws(token: StatusListToken, index: int) -> bool:
    return index < token.statuses.size and token.statuses.at(index) == Status.INVALID


def _head(kind: str, name: str, head: ListHead) -> dict[str, object]:
    entry = _entry(kind, name, issued_at=head.issued_at, digest=head.digest)
    return {**entry, "sequence_number": head.sequence_number}


def _entry(kind: str, name: str, *, issued_at: int, digest: bytes | None) -> dict[str, object]:
    said = None if digest is None else digest.hex()
    return {"kind": kind, "name": name, "sequence_number": None, "issued_at": instant(issued_at), "sha256": said}
