"""Every error that certmark raises: one root, one stable ``code`` per leaf.

::

    CertmarkError
    ├── DecodeError                 the bytes or the text are not what the specification says
    │   ├── TextError               text          neither a certmark link nor a bare code, or damaged
    │   ├── InflateError            deflate       the compressed body is broken or too large
    │   ├── CborError               cbor          not deterministic CBOR, or over a limit
    │   ├── CoseError               cose          not a COSE message of this profile
    │   ├── CwtError                cwt           claims missing, of the wrong type, or in the wrong place
    │   ├── ClaimsError             claims        the certificate map breaks its table
    │   └── UnsupportedFormatError  unsupported_format  made by a newer certmark
    ├── KeyFormatError              key           not a key that certmark can use
    ├── ModelError                  model         a certificate document that breaks the model
    ├── SchemeError                 scheme        a scheme file that breaks its format
    ├── TrustError                  trust         a root, list or bundle that cannot be used
    │   ├── AnchorError             trust_anchor     the bundle does not lead to the given anchor
    │   ├── ListSignatureError      trust_signature  too few valid signatures
    │   ├── RollbackError           trust_rollback   older than what was known before
    │   ├── EquivocationError       trust_equivocation  two versions of one number
    │   ├── AppendOnlyError         trust_append_only  a newer version that rewrites what an older one said
    │   └── PublishingError         trust_publishing   a list that cannot be drafted, signed or merged as asked
    ├── StatusError                 status        a status list token that cannot be used
    │   └── StatusPublishingError   status_publishing  a status list that takes back what the one before it said
    ├── IssueError
    │   ├── SchemeViolationError    scheme_violation  the certificate breaks rules of its scheme
    │   ├── LinkError               link          the link template cannot carry a token
    │   ├── CapacityError           capacity      the text does not fit the symbol
    │   └── SignerError             signer        the signer failed or answered wrongly
    ├── StoreError                  store         a store of lists that cannot be used
    ├── VerificationError           verification  the report is not PASSED
    └── MissingExtraError           missing_extra an optional part is not installed

Match on the class or on ``code``, never on the message: messages are for people and change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from certmark.verify.report import Report


class CertmarkError(Exception):
    """Root of all errors of certmark; ``str(error)`` is one line that says what is wrong and what to do."""

    code: ClassVar[str] = "certmark"


class DecodeError(CertmarkError):
    """Input that is not what the specification says."""

    code = "decode"


class TextError(DecodeError):
    """Text that is neither a certmark link nor a bare certmark code, or that was damaged on its way."""

    code = "text"


class InflateError(DecodeError):
    """A compressed body that is broken, does not end cleanly, or inflates beyond its limit."""

    code = "deflate"


class CborError(DecodeError):
    """Bytes that are not deterministic CBOR (RFC 8949 §4.2.1), or that exceed a limit."""

    code = "cbor"


class CoseError(DecodeError):
    """Bytes that are not a COSE message of the expected profile."""

    code = "cose"


class CwtError(DecodeError):
    """Registered claims that are missing, of the wrong type, or in the wrong place."""

    code = "cwt"


class ClaimsError(DecodeError):
    """A certificate map that does not follow the key table of the specification."""

    code = "claims"


class UnsupportedFormatError(DecodeError):
    """A format that this version does not know: a newer certmark is needed to read it."""

    code = "unsupported_format"


class KeyFormatError(CertmarkError):
    """A key, PEM or X.509 certificate that certmark cannot use."""

    code = "key"


class ModelError(CertmarkError):
    """A certificate document that breaks the model.

    Attributes:
        field: dotted path of the first wrong field (``subject.gtins[0]``), or the empty string for the whole.
    """

    code = "model"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class SchemeError(CertmarkError):
    """A scheme definition that cannot be used."""

    code = "scheme"


class TrustError(CertmarkError):
    """A root, trusted list or bundle that cannot be used."""

    code = "trust"


class AnchorError(TrustError):
    """A bundle that does not lead to the anchor that the application pinned."""

    code = "trust_anchor"


class ListSignatureError(TrustError):
    """A root or list that fewer keys signed than its threshold asks for."""

    code = "trust_signature"


class RollbackError(TrustError):
    """A root or list that is older than the one that was known before."""

    code = "trust_rollback"


class EquivocationError(TrustError):
    """Two different versions of a root or list under one sequence number: its signers contradict themselves.

    Attributes:
        known: SHA-256 of the one that was known before.
        found: SHA-256 of the one at hand.
    """

    code = "trust_equivocation"

    def __init__(self, message: str, *, known: bytes = b"", found: bytes = b"") -> None:
        super().__init__(message)
        self.known = known
        self.found = found


class AppendOnlyError(TrustError):
    """A newer version of a list that removes or rewrites what an older one said.

    Attributes:
        broken: each broken rule (``certmark.trust.append_only.BrokenRule``).
        known: SHA-256 of the version that was known before; empty when it was compared before it was signed.
        found: SHA-256 of the one at hand; empty like ``known``.
    """

    code = "trust_append_only"

    def __init__(
        self, message: str, *, broken: tuple[object, ...] = (), known: bytes = b"", found: bytes = b""
    ) -> None:
        super().__init__(message)
        self.broken = broken
        self.known = known
        self.found = found


class PublishingError(TrustError):
    """A root or list that cannot be drafted, signed or put together as asked."""

    code = "trust_publishing"


class StatusError(CertmarkError):
    """A status list token that cannot be used."""

    code = "status"


class StatusPublishingError(StatusError):
    """A status list that takes back what the one before it said, or cannot be told from it.

    Attributes:
        broken: each broken rule (``certmark.status.publish.BrokenRule``).
    """

    code = "status_publishing"

    def __init__(self, message: str, *, broken: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.broken = broken


class StoreError(CertmarkError):
    """A store of lists that holds nothing yet, or that cannot be read or written."""

    code = "store"


class IssueError(CertmarkError):
    """A certificate that cannot be issued as asked."""

    code = "issue"


class SchemeViolationError(IssueError):
    """A certificate that breaks rules of its scheme.

    Attributes:
        violations: each broken rule, with its article and a sentence.
    """

    code = "scheme_violation"

    def __init__(self, message: str, *, violations: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.violations = violations


class LinkError(IssueError):
    """A link template that cannot carry a token."""

    code = "link"


class CapacityError(IssueError):
    """A text that does not fit the symbol.

    Attributes:
        over_by: how many bytes of the token are too many.
        by_signatures: whether its signatures alone are: then no shorter certificate helps.
    """

    code = "capacity"

    def __init__(self, message: str, *, over_by: int = 0, by_signatures: bool = False) -> None:
        super().__init__(message)
        self.over_by, self.by_signatures = over_by, by_signatures


class SignerError(IssueError):
    """A signer that failed, or whose signature does not verify with its own public key."""

    code = "signer"


class VerificationError(CertmarkError):
    """Raised by ``Verifier.verify`` when the report is anything but PASSED.

    Attributes:
        report: the whole report, with every check and its reason.
    """

    code = "verification"

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        """Give the report in one line."""
        return self.report.summary


class MissingExtraError(CertmarkError):
    """An optional part of certmark that is not installed.

    Attributes:
        extra: the name to install (``pip install certmark[extra]``).
        purpose: what needs it.
    """

    code = "missing_extra"

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(extra, purpose)
        self.extra, self.purpose = extra, purpose

    def __str__(self) -> str:
        """Say what to install."""
        return f"{self.purpose} needs the {self.extra!r} extra: pip install 'certmark[{self.extra}]'"
