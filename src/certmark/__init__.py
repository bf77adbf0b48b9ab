"""EU cybersecurity certificates that can be checked anywhere, offline.

Issue with ``certmark.issue.Issuer``, verify with ``certmark.verify.Verifier``; ``certmark.model`` is what certificates
say, ``certmark.trust`` and ``certmark.status`` are the signed lists behind them. Importing ``certmark`` alone is cheap:
every name below is loaded on first use (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
