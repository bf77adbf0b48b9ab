"""What ``CertificateFacts.states`` may be asked: the dotted JSON paths of a certificate's fields."""

from __future__ import annotations

from typing import Final

ALWAYS_STATED: Final = frozenset(
    (
        *("id", "scheme", "document_type", "content", "assurance_level", "issued", "valid_until"),
        *("subject.type", "subject.name", "coverage.extent"),
    )
)
"""Paths that no certificate can leave out, whatever its scheme."""

STATABLE: Final = frozenset(
    (
        *("aliases", "legal_basis", "replaces", "base_certificates", "certificate_page_url"),
        *("subject.category", "subject.version", "subject.target_of_evaluation", "subject.versions"),
        *("subject.brand", "subject.models", "subject.gtins", "subject.cpes", "subject.purls"),
        *("coverage.scope", "packages", "standards", "protection_profiles", "technical_domain"),
        *("holder.name", "holder.address", "holder.contact", "itsef", "issuance_mode", "documents"),
        *("supplementary_information_url", "support_until", "maintenance", "patch_management"),
        *("validity_approval", "methodology_approval", "cra_presumption"),
    )
)
"""Paths that a certificate may leave out and that its token carries.

Certification body and national authority are absent: a token does not repeat what the trusted list knows.
"""
