"""Verify certificates offline: ``Verifier``, its policies, and the report that it gives."""

from certmark.status import StatusFloor, StatusSnapshot
from certmark.trust import TrustBundle, TrustFloor, TrustSnapshot
from certmark.verify.outcome import (
    ApprovalReport,
    CertificateStatus,
    Check,
    Indication,
    IssuerReport,
    ListUse,
    Outcome,
    ProductMatch,
    SealReport,
    SubIndication,
)
from certmark.verify.peek import Peeked, peek
from certmark.verify.policy import LENIENT_OFFLINE, POLICIES, STANDARD, STRICT, Policy, Sunset
from certmark.verify.product import Product
from certmark.verify.report import Report
from certmark.verify.verified import VerifiedCertificate
from certmark.verify.verifier import Verifier

__all__ = [
    "LENIENT_OFFLINE",
    "POLICIES",
    "STANDARD",
    "STRICT",
    "ApprovalReport",
    "CertificateStatus",
    "Check",
    "Indication",
    "IssuerReport",
    "ListUse",
    "Outcome",
    "Peeked",
    "Policy",
    "Product",
    "ProductMatch",
    "Report",
    "SealReport",
    "StatusFloor",
    "StatusSnapshot",
    "SubIndication",
    "Sunset",
    "TrustBundle",
    "TrustFloor",
    "TrustSnapshot",
    "VerifiedCertificate",
    "Verifier",
    "peek",
]
