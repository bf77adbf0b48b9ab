"""EU cybersecurity certificates that can be checked anywhere, offline.

Issue with ``certmark.issue.Issuer``, verify with ``certmark.verify.Verifier``; ``certmark.model`` is what certificates
say, ``certmark.trust`` and ``certmark.status`` are the signed lists behind them. Importing ``certmark`` alone is cheap:
every name below is loaded on first use (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certmark.lazy import lazily

if TYPE_CHECKING:
    from certmark.cose.signer import KeySigner, Signer
    from certmark.errors import CertmarkError
    from certmark.issue import IssuedCertificate, Issuer
    from certmark.limits import Limits
    from certmark.model import CybersecurityCertificate, StatementOfConformity, load_document
    from certmark.verify import Product, Report, StatusSnapshot, TrustSnapshot, VerifiedCertificate, Verifier

__version__ = "0.1.0"

__all__ = [
    "CertmarkError",
    "CybersecurityCertificate",
    "IssuedCertificate",
    "Issuer",
    "KeySigner",
    "Limits",
    "Product",
    "Report",
    "Signer",
    "StatementOfConformity",
    "StatusSnapshot",
    "TrustSnapshot",
    "VerifiedCertificate",
    "Verifier",
    "load_document",
]

_MODULE_OF = {
    "CertmarkError": "errors",
    "CybersecurityCertificate": "model",
    "IssuedCertificate": "issue",
    "Issuer": "issue",
    "KeySigner": "cose.signer",
    "Limits": "limits",
    "Product": "verify",
    "Report": "verify",
    "Signer": "cose.signer",
    "StatementOfConformity": "model",
    "StatusSnapshot": "verify",
    "TrustSnapshot": "verify",
    "VerifiedCertificate": "verify",
    "Verifier": "verify",
    "load_document": "model",
}

__getattr__, __dir__ = lazily(__name__, _MODULE_OF, [*__all__, "__version__"])
