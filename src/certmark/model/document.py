"""What certificates and statements of conformity have in common."""

from __future__ import annotations

from typing import Self

from pydantic import ValidationInfo, field_validator

from certmark.model.evidence import Attachment, CraPresumption
from certmark.model.fields import (
    Celex,
    CertificateId,
    Day,
    FrozenModel,
    HttpsUri,
    SchemeId,
    Text100,
    Text200,
    UpTo16,
    raise_problem,
)
from certmark.model.parties import Holder
from certmark.model.subject import Coverage, Subject
from certmark.model.syntax import LAST_VALID_DAY
from certmark.model.vocabulary import AssuranceLevel, Content, DocumentType, Extent, SubjectType

_LABEL_FIELDS = (
    *("document_type", "id", "scheme", "assurance_level", "coverage", "standards", "protection_profiles"),
    *("issued", "valid_until", "supplementary_information_url", "support_until"),
)
_LABEL_SUBJECT_FIELDS = ("type", "name", "category", "version", "versions", "brand", "models", "gtins")


class Document(FrozenModel):
    """The fields and rules that both document types share."""

    document_type: DocumentType
    """Certificate or EU statement of conformity."""

    content: Content = Content.FULL
    """Full, or the extract for a label."""

    id: CertificateId
    """Unique identifier that the issuer gave; compared as it stands, never parsed (Annex VII(a))."""

    aliases: UpTo16[CertificateId] = ()
    """Other spellings of the same document's id."""

    scheme: SchemeId
    """Certification scheme, as EUCC."""

    legal_basis: Celex | None = None
    """CELEX number of the act that sets up the scheme, as 32024R0482 (Annex VII(c)(4))."""

    assurance_level: AssuranceLevel
    """Assurance level (Annex VII(c)(6))."""

    subject: Subject
    """What is certified."""

    coverage: Coverage = Coverage()
    """How much of the subject is certified."""

    standards: UpTo16[Text100] = ()
    """Standards with their versions, as CC:2022 (Annex VII(c)(7))."""

    protection_profiles: UpTo16[Text200] = ()
    """Protection profiles that the subject conforms to (Annex VII(c)(9))."""

    holder: Holder | None = None
    """Holder of the certificate; the manufacturer or provider who issues a statement."""

    issued: Day
    """Day of issue (Annex VII(c)(10))."""

    valid_until: Day
    """Last day of validity, included (Annex VII(c)(11)); 9999-12-30 at most."""

    documents: UpTo16[Attachment] = ()
    """Certification report, security target and other documents."""

    supplementary_information_url: HttpsUri | None = None
    """Page with the information of Regulation (EU) 2019/881, Article 55."""

    certificate_page_url: HttpsUri | None = None
    """Page about the certificate (Regulation (EU) 2024/482, Article 11(4))."""

    support_until: Day | None = None
    """Last day of security support."""

    replaces: UpTo16[CertificateId] = ()
    """Ids of the documents that this one replaces."""

    base_certificates: UpTo16[CertificateId] = ()
    """Ids of the certificates that a composite product builds on."""

    cra_presumption: CraPresumption | None = None
    """Presumption of conformity with the Cyber Resilience Act."""

    @field_validator("valid_until")
    @classmethod
    def _not_before_issue(cls, valid_until: Day, info: ValidationInfo) -> Day:
        issued = info.data.get("issued", valid_until)
        if valid_until < issued:
            raise_problem(f"is before the day of issue, {issued}: correct one of the two")
        if valid_until > LAST_VALID_DAY:
            raise_problem(f"is after {LAST_VALID_DAY}, the last day that a token can carry")
        return valid_until

    @field_validator("aliases", "replaces", "base_certificates")
    @classmethod
    def _names_others(cls, ids: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("id") in ids:
            raise_problem("names the document's own id: remove it")
        return ids

    @property
    def subject_type(self) -> SubjectType:
        """What is certified."""
        return self.subject.type

    @property
    def extent(self) -> Extent:
        """The whole subject or a part."""
        return self.coverage.extent

    @property
    def scope(self) -> str | None:
        """What exactly is covered, in words."""
        return self.coverage.scope

    def for_label(self) -> Self:
        """Give the extract that a shelf or a phone needs; the id binds it to the full document.

        It keeps what identifies and judges the product and the days that count, and of the holder the name. Everything
        else it drops: documents and their digests, addresses, CPEs, package URLs, aliases, links between documents, the
        legal basis and the rest.
        """
        subject = Subject(**{name: getattr(self.subject, name) for name in _LABEL_SUBJECT_FIELDS})
        holder = None if self.holder is None else Holder(name=self.holder.name)
        kept = {name: getattr(self, name) for name in _LABEL_FIELDS}
        return type(self)(**kept, content=Content.LABEL, subject=subject, holder=holder)

    def as_signed(self) -> Self:
        """Give what a token carries of the document: all that its trusted list does not know already."""
        return self
