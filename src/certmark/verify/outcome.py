"""The words of a report and its small values: indications, statuses, checks, the issuer, the lists that were used.

The indications and sub-indications for signature and key are those of ETSI EN 319 102-1; the others are certmark's own
(specification, verification.md).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NamedTuple


class Indication(StrEnum):
    """The result."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    INDETERMINATE = "INDETERMINATE"


class SubIndication(StrEnum):
    """Why the result is not PASSED."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    UNSUPPORTED_FORMAT = "UNSUPPORTED_FORMAT"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    ISSUER_NOT_LISTED = "ISSUER_NOT_LISTED"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    ISSUER_NOT_AUTHORISED = "ISSUER_NOT_AUTHORISED"
    CLOCK_ERROR = "CLOCK_ERROR"
    UNKNOWN_SCHEME = "UNKNOWN_SCHEME"
    SCHEME_VIOLATION = "SCHEME_VIOLATION"
    CERTIFICATE_WITHDRAWN = "CERTIFICATE_WITHDRAWN"
    CERTIFICATE_EXPIRED = "CERTIFICATE_EXPIRED"
    CERTIFICATE_NOT_YET_VALID = "CERTIFICATE_NOT_YET_VALID"
    WRONG_PRODUCT = "WRONG_PRODUCT"
    PRODUCT_NOT_IDENTIFIED = "PRODUCT_NOT_IDENTIFIED"
    POLICY_NOT_MET = "POLICY_NOT_MET"
    TRY_LATER = "TRY_LATER"


INDETERMINATE = frozenset(
    {
        SubIndication.UNSUPPORTED_FORMAT,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
        SubIndication.CLOCK_ERROR,
        SubIndication.UNKNOWN_SCHEME,
        SubIndication.PRODUCT_NOT_IDENTIFIED,
        SubIndication.TRY_LATER,
    }
)
"""Sub-indications that leave the answer open; all others are FAILED."""


class CertificateStatus(StrEnum):
    """Status of the certificate (Regulation (EU) 2024/482, Article 42(1)(b), and what else may have to be said)."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """Outcome of one check."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    WARNING = "WARNING"
    SKIPPED = "SKIPPED"


class ProductMatch(StrEnum):
    """Whether the certificate is about the product that was expected."""

    MATCHED = "matched"
    DIFFERS = "differs"
    NOT_IDENTIFIED = "not_identified"
    NOT_ASKED = "not_asked"


class Check(NamedTuple):
    """One check of a report.

    Attributes:
        id: stable name.
        outcome: its outcome. FAILED checks decide the indication, the first one in the order of the table.
        reason: one sentence for people.
        source: article or standard that asks for it.
    """

    id: str
    outcome: Outcome
    reason: str
    source: str


class Finding(NamedTuple):
    """What one check found.

    Attributes:
        outcome: its outcome.
        reason: one sentence for people.
        source: article or standard that asks for it.
        sub_indication: what it means when the check failed.
    """

    outcome: Outcome
    reason: str
    source: str
    sub_indication: SubIndication | None = None


def passed(reason: str, source: str) -> Finding:
    """Make the finding of a passed check."""
    return Finding(Outcome.PASSED, reason, source)


def warned(reason: str, source: str) -> Finding:
    """Make the finding of a check that passed with a warning."""
    return Finding(Outcome.WARNING, reason, source)


def skipped(reason: str, source: str) -> Finding:
    """Make the finding of a check that was not made."""
    return Finding(Outcome.SKIPPED, reason, source)


def failed(sub_indication: SubIndication, reason: str, source: str) -> Finding:
    """Make the finding of a failed check."""
    return Finding(Outcome.FAILED, reason, source, sub_indication)


def sentence(message: str) -> str:
    """Make a sentence of a message that begins and ends as messages of errors do."""
    return message[:1].upper() + message[1:] + ("" if message.endswith(".") else ".")


class IssuerReport(NamedTuple):
    """The issuer, as the trusted lists know it.

    Attributes:
        entity_id: as in ``iss``.
        name: legal name.
        territory: Member State.
        address: postal address, or None.
        contact: contact, or None.
        ncca: name of the national cybersecurity certification authority.
        accreditation: reference of the accreditation behind the scope that covered the issuance, or None.
        status_at_issuance: status of its service at iat, or None when it was not listed yet.
        status_now: status of its service at the time of verification.
        key_id: key id of the key that signed, in hexadecimal, also where the token names its seal certificate.
        known_until: when the trusted list that says so was signed, in seconds; of later times it cannot know.
    """

    entity_id: str
    name: str
    territory: str
    address: str | None
    contact: str | None
    ncca: str
    accreditation: str | None
    status_at_issuance: str | None
    status_now: str | None
    key_id: str
    known_until: int


class SealReport(NamedTuple):
    """The X.509 seal certificate of the key that signed, as the trusted list carries it. It decides nothing.

    Attributes:
        subject: whom it is for, as in RFC 4514.
        organisation_identifier: organizationIdentifier of the subject, or None.
        issuer: who issued it, as in RFC 4514.
        serial_number: in hexadecimal.
        not_before: first second of its validity.
        not_after: last second of its validity.
        states_qualified: whether it states to be a qualified certificate for seals; nobody here has checked it.
        is_for_this_key: whether it is for the key that signed.
        was_valid: whether iat lies in its validity.
        path: subjects of the issuers' certificates that the list carries with it, that of its own issuer first.
        path_links: whether each certificate was signed by the next one; None where the list carries no issuer's.
    """

    subject: str
    organisation_identifier: str | None
    issuer: str
    serial_number: str
    not_before: int
    not_after: int
    states_qualified: bool
    is_for_this_key: bool
    was_valid: bool
    path: tuple[str, ...]
    path_links: bool | None


class ApprovalReport(NamedTuple):
    """Who approved the certificate before it was issued (Regulation (EU) 2019/881, Article 56(6)(a)), and when.

    Attributes:
        entity_id: id of the authority.
        name: its name.
        approved_at: iat of the approval, in seconds.
        key_id: key id of the key that signed it, in hexadecimal.
    """

    entity_id: str
    name: str
    approved_at: int
    key_id: str


class ListUse(NamedTuple):
    """A signed list that the result rests on.

    Attributes:
        kind: ``union_list``, ``national_list`` or ``status_list``.
        name: territory, or uri of the status list.
        sequence_number: version; None for status lists, which have none.
        issued_at: in seconds.
        age: seconds from its issue to the time of verification; negative if it is younger.
        next_update: when a fresh one is due, in seconds, or None.
        expires: hard end in seconds, or None.
    """

    kind: Literal["union_list", "national_list", "status_list"]
    name: str
    sequence_number: int | None
    issued_at: int
    age: int
    next_update: int | None
    expires: int | None


CAVEATS = (
    "A copied code cannot be told from the original: compare product, model and version with what is in front of you.",
    "The assurance level does not measure the security of the product (Regulation (EU) 2019/881, Article 2(21)).",
)
"""What every report says."""
