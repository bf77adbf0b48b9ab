"""The named checks that scheme rules are made of.

A check is a function of a certificate's facts and of its parameters. It gives None, or the first thing that
is wrong. Parameters are frozen values that are read when the scheme is loaded; ``rules`` names the checks.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from certmark.model.facts import ava_van_of, global_package
from certmark.model.stated import ALWAYS_STATED
from certmark.model.vocabulary import DocumentType

if TYPE_CHECKING:
    from certmark.model.facts import CertificateFacts
    from certmark.model.names import Names
    from certmark.model.vocabulary import AssuranceLevel, SubjectType, TechnicalDomain


class Finding(NamedTuple):
    """What is wrong, by the check that found it.

    Attributes:
        field: dotted path of the field to look at first.
        message: one sentence: what is wrong and what to do.
    """

    field: str
    message: str


def document_type(facts: CertificateFacts, allowed: tuple[DocumentType, ...]) -> Finding | None:
    """The document is of a type that the scheme allows (``document_types`` of the scheme)."""
    if facts.document_type in allowed:
        return None
    return _not_allowed("document_type", facts.document_type, allowed)


def assurance_level(facts: CertificateFacts, allowed: tuple[AssuranceLevel, ...]) -> Finding | None:
    """The assurance level is one of the scheme's (``assurance_levels`` of the scheme)."""
    if facts.assurance_level in allowed:
        return None
    return _not_allowed("assurance_level", facts.assurance_level, allowed)


def subject_type(facts: CertificateFacts, allowed: tuple[SubjectType, ...]) -> Finding | None:
    """The scheme certifies subjects of this type (``subject_types`` of the scheme)."""
    if facts.subject_type in allowed:
        return None
    return _not_allowed("subject.type", facts.subject_type, allowed)


def _not_allowed(field: str, word: str, allowed: tuple[str, ...]) -> Finding:
    return Finding(field, f"the scheme does not allow {word}: use {' or '.join(allowed)}")


def legal_basis(facts: CertificateFacts, celex: str) -> Finding | None:
    """The act that the document refers to, if any, is the scheme's (``legal_basis`` of the scheme)."""
    stated = facts.legal_basis
    if stated is None or stated == celex:
        return None
    return Finding("legal_basis", f"the document refers to {stated}: the legal basis of its scheme is {celex}")


class ExcludedSubjectTypes(NamedTuple):
    """Parameters of ``subject_type_excluded``."""

    subject_types: tuple[SubjectType, ...]


def subject_type_excluded(facts: CertificateFacts, excluded: ExcludedSubjectTypes) -> Finding | None:
    """The subject is none of the listed types; with dates, for types that a scheme took up or gave up."""
    if facts.subject_type not in excluded.subject_types:
        return None
    return Finding(
        "subject.type",
        f"the scheme did not cover {facts.subject_type} on {facts.issued}: correct the type or the date",
    )


class StatementLevels(NamedTuple):
    """Parameters of ``statement_of_conformity``."""

    assurance_levels: tuple[AssuranceLevel, ...]


def statement_of_conformity(facts: CertificateFacts, levels: StatementLevels) -> Finding | None:
    """A statement of conformity has one of the listed assurance levels; certificates are not judged."""
    if facts.document_type is not DocumentType.STATEMENT_OF_CONFORMITY:
        return None
    if facts.assurance_level in levels.assurance_levels:
        return None
    return Finding(
        "assurance_level",
        f"a statement of conformity cannot have the level {facts.assurance_level}: use "
        f"{' or '.join(levels.assurance_levels)}, or have the subject certified",
    )


class AvaVanLevels(NamedTuple):
    """Parameters of ``ava_van_for_level``: pairs of an assurance level and its AVA_VAN levels."""

    levels: tuple[tuple[AssuranceLevel, tuple[int, ...]], ...]


def ava_van_for_level(facts: CertificateFacts, table: AvaVanLevels) -> Finding | None:
    """The global package states an AVA_VAN level, one of those that belong to the assurance level."""
    package = global_package(facts)
    if package is None:
        return Finding("packages", 'no package is the global one: state one package, or name one of them "global"')
    ava_van = package.ava_van
    if ava_van is None:
        return Finding("packages", "the global package states no AVA_VAN level: add ava_van")
    for level, ava_vans in table.levels:
        if level is facts.assurance_level and ava_van in ava_vans:
            return None
    return Finding(
        "assurance_level",
        f"AVA_VAN.{ava_van} does not belong to the level {facts.assurance_level}: correct one of the two",
    )


class AvaVanGrounds(NamedTuple):
    """Parameters of ``ava_van_grounds``."""

    from_ava_van: int
    technical_domains: tuple[TechnicalDomain, ...]
    protection_profiles: Names
    methodology_approval: bool


def ava_van_grounds(facts: CertificateFacts, grounds: AvaVanGrounds) -> Finding | None:
    """From ``from_ava_van`` on, the AVA_VAN level of the global package has one of the listed grounds.

    Grounds are a listed technical domain, a listed protection profile and, if ``methodology_approval`` is
    true, the reference of an approved methodology.
    """
    ava_van = ava_van_of(facts)
    if ava_van is None or ava_van < grounds.from_ava_van:
        return None
    if facts.technical_domain in grounds.technical_domains:
        return None
    if grounds.methodology_approval and facts.methodology_approval is not None:
        return None
    if any(grounds.protection_profiles.pattern.search(profile) for profile in facts.protection_profiles):
        return None
    return Finding(
        "technical_domain",
        f"AVA_VAN.{ava_van} needs a technical domain, a listed protection profile or an approved "
        "methodology: state it or correct the package",
    )


class Validity(NamedTuple):
    """Parameters of ``validity``."""

    years: int
    longer_with_approval: bool
    exempt_subject_types: tuple[SubjectType, ...]


def validity(facts: CertificateFacts, longest: Validity) -> Finding | None:
    """The last day of validity is at most ``years`` calendar years after the day of issue, that day included.

    A period from 29 February ends on 28 February where there is no 29th. With ``longer_with_approval`` a
    stated ``validity_approval`` lifts the limit; ``exempt_subject_types`` have none.
    """
    issued, until = facts.issued, facts.valid_until
    years = until.year - issued.year
    if years < longest.years:
        return None
    # 28 February comes before 29 February, and 1 March after it, so that leap years need no care here
    if years == longest.years and (until.month, until.day) <= (issued.month, issued.day):
        return None
    if facts.subject_type in longest.exempt_subject_types:
        return None
    if longest.longer_with_approval and facts.validity_approval is not None:
        return None
    last = _last_day(issued, longest.years)
    remedy = " or state validity_approval" if longest.longer_with_approval else ""
    return Finding("valid_until", f"the last day of {longest.years} years is {last}: shorten the validity{remedy}")


def _last_day(issued: date, years: int) -> date:
    year = issued.year + years
    try:
        return issued.replace(year=year)
    except ValueError:  # that year has no 29 February
        return date(year, 2, 28)


def no_issuance(facts: CertificateFacts, _: None) -> Finding | None:
    """No document is issued on the days that the rule holds: before a scheme applies, or after its end."""
    return Finding("issued", f"the scheme could not be used on {facts.issued}: correct the date or the scheme")


class ExcludedStandards(NamedTuple):
    """Parameters of ``standards_excluded``."""

    standards: Names


def standards_excluded(facts: CertificateFacts, excluded: ExcludedStandards) -> Finding | None:
    """No stated standard is one of the listed ones."""
    for standard in facts.standards:
        named = excluded.standards.pattern.search(standard)
        if named is not None:
            return Finding(
                "standards",
                f"{named.group()} could not be used on {facts.issued}: evaluate by a newer version",
            )
    return None


_EAL_PLUS = re.compile(r"EAL\s*[1-7]\s*\+", re.ASCII | re.IGNORECASE)


def eal_without_plus(facts: CertificateFacts, _: None) -> Finding | None:
    """No package name, standard, protection profile or scope writes an augmentation as "EAL4+"."""
    for package in facts.packages:
        if "+" in package.name and _EAL_PLUS.search(package.name):
            return _plus("packages")
    for standard in facts.standards:
        if "+" in standard and _EAL_PLUS.search(standard):
            return _plus("standards")
    for profile in facts.protection_profiles:
        if "+" in profile and _EAL_PLUS.search(profile):
            return _plus("protection_profiles")
    scope = facts.scope
    if scope is not None and "+" in scope and _EAL_PLUS.search(scope):
        return _plus("coverage.scope")
    return None


def _plus(field: str) -> Finding:
    return Finding(field, 'an augmentation is written with "+" after the EAL: list the components instead')


def augmented_components(facts: CertificateFacts, _: None) -> Finding | None:
    """A package that is augmented lists its assurance components."""
    for package in facts.packages:
        if package.augmented and not package.components:
            return Finding("packages", "a package is augmented but lists no components: list them all")
    return None


class RequiredFields(NamedTuple):
    """Parameters of ``required_fields``.

    Attributes:
        fields: dotted paths as in the JSON of a certificate.
        to_ask: those of them that a document can leave out.
    """

    fields: tuple[str, ...]
    to_ask: tuple[str, ...]

    @classmethod
    def of(cls, fields: tuple[str, ...]) -> RequiredFields:
        """Make the parameters from what the scheme file says."""
        return cls(fields, tuple(field for field in fields if field not in ALWAYS_STATED))


def required_fields(facts: CertificateFacts, required: RequiredFields) -> Finding | None:
    """The document states all the listed fields."""
    missing = [field for field in required.to_ask if not facts.states(field)]
    if not missing:
        return None
    return Finding(missing[0], f"the document does not state {', '.join(missing)}: add what is missing")
