"""The report: everything that a verification found, each part made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, Self, TypeVar, overload

from certmark.cwt.numericdate import from_seconds
from certmark.model.vocabulary import Extent
from certmark.verify import conclude
from certmark.verify.outcome import Indication, Outcome
from certmark.verify.seal import seal_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certmark.verify.conclude import Evidence
    from certmark.verify.outcome import Check, SubIndication

T = TypeVar("T")


class _Part(Generic[T]):
    """An attribute that is made out of the evidence when it is first read, and then kept."""

    def __init__(self, make: Callable[[Evidence], T]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, report: None, owner: type) -> Self: ...
    @overload
    def __get__(self, report: Report, owner: type) -> T: ...

    def __get__(self, report: Report | None, owner: type) -> T | Self:
        if report is None:
            return self
        parts = report.__dict__
        made = self._make(parts["evidence"])
        parts[self._name] = made
        return made


class Report:
    """The result of a verification; what it says of the certificate is proven only when ``claims`` is there.

    Immutable. Two reports are equal when everything that they say is; what is pickled is what they say.

    Attributes:
        indication: PASSED, FAILED or INDETERMINATE.
        sub_indication: why it is not PASSED, or None.
        certificate_status: status at the time of verification; unknown unless the signature was right.
        may_promote: whether the product may be promoted as certified: ``yes``, ``no`` or ``unknown``.
        may_promote_basis: the article behind ``may_promote``, in a sentence.
        at: time of verification, in seconds.
        policy: name of the policy.
        trust_label: label of the pinned root (``DEMO``), or None.
        claims: the certificate, once its signature was right; None before that.
        issuer: the issuer, once the signature was right.
        seal: the X.509 certificate of the key that signed, where the trusted list carries it; decides nothing.
        approval: who approved the certificate and when, once the signature of the approval was right, too.
        product_match: whether it is about the expected product.
        link_host: host of the link that carried the token; nobody vouches for it.
        link_url: the link without its fragment.
        lists: signed lists that the result rests on.
        checks: every check, in the order of the verdict table.
        untrusted_id: certificate id that the token states, whether or not it is genuine.
        untrusted_issuer: issuer that the token states, whether or not it is genuine.
        scheme_notice: what the scheme wants everyone to be told, or None; one of the notices.
        notices: sentences that must be shown with the result.
    """

    FIELDS: ClassVar = (
        *("indication", "sub_indication", "certificate_status", "may_promote", "may_promote_basis", "at", "policy"),
        *("trust_label", "claims", "issuer", "seal", "approval", "product_match", "link_host", "link_url"),
        *("lists", "checks", "untrusted_id", "untrusted_issuer", "scheme_notice", "notices"),
    )
    """Names of the attributes, in order."""

    indication: Indication
    sub_indication: SubIndication | None
    certificate_status = _Part(conclude.certificate_status)
    may_promote = _Part(lambda evidence: conclude.promotion(evidence)[0])
    may_promote_basis = _Part(lambda evidence: conclude.promotion(evidence)[1])
    at = _Part(lambda evidence: evidence.at)
    policy = _Part(lambda evidence: evidence.policy.name)
    trust_label = _Part(lambda evidence: evidence.trust.root.roles.label)
    claims = _Part(lambda evidence: evidence.case.claims if evidence.case else None)
    issuer = _Part(conclude.issuer)
    seal = _Part(lambda evidence: seal_of(evidence.case) if evidence.case else None)
    approval = _Part(conclude.approval)
    product_match = _Part(conclude.product_match)
    link_host = _Part(lambda evidence: evidence.opened.link_host if evidence.opened else None)
    link_url = _Part(lambda evidence: evidence.opened.link_url if evidence.opened else None)
    lists = _Part(conclude.lists)
    checks = _Part(conclude.checks)
    untrusted_id = _Part(lambda evidence: evidence.opened.claims.id if evidence.opened else None)
    untrusted_issuer = _Part(lambda evidence: evidence.opened.claims.iss if evidence.opened else None)
    scheme_notice = _Part(conclude.scheme_notice)
    notices = _Part(conclude.notices)

    def __init__(self, evidence: Evidence) -> None:
        parts = self.__dict__
        parts["evidence"] = evidence
        parts["sub_indication"] = evidence.sub_indication
        parts["indication"] = conclude.indication_of(evidence.sub_indication)

    @property
    def passed(self) -> bool:
        """Whether the indication is PASSED."""
        return self.indication is Indication.PASSED

    @property
    def time(self) -> datetime:
        """Time of verification, in UTC."""
        return from_seconds(self.at)

    @property
    def decisive(self) -> Check | None:
        """The check that decided the indication, or None when it is PASSED."""
        return next((check for check in self.checks if check.outcome is Outcome.FAILED), None)

    @property
    def summary(self) -> str:
        """The result in one line."""
        decisive = self.decisive
        if decisive is None:
            part = ", only a part of the product" if self.claims and self.claims.extent is Extent.PART else ""
            return f"PASSED: {self.untrusted_id}, {self.certificate_status.replace('_', ' ')}{part}"
        return f"{self.indication} {self.sub_indication}: {decisive.reason}"

    def __getstate__(self) -> dict[str, Any]:
        """Give everything that the report says; the evidence, which holds whole trusted lists, stays behind."""
        return {name: getattr(self, name) for name in self.FIELDS}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Report):
            return NotImplemented
        return self.__getstate__() == other.__getstate__()

    __hash__ = None  # type: ignore[assignment]  # what it says holds maps

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a report is immutable: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a report is immutable: {name} cannot be deleted")

    def __repr__(self) -> str:
        return f"<Report {self.summary}>"
