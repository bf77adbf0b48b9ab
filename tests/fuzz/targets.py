"""What must hold for any bytes: for each kind of artefact how it is read, and what may come of it.

Reading gives one of our errors, or a result. Then nothing but what a valid artefact says has been believed, and
whatever is told to people is fit to be shown. Anything else is a ``Breach``, or the exception that should not have come
out.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from certmark.cose import sign1
from certmark.cose.framing import end_of_first
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN
from certmark.errors import (
    CertmarkError,
    DecodeError,
    IssueError,
    ModelError,
    PublishingError,
    SchemeError,
    TrustError,
)
from certmark.model.json_text import document_from, dump_document, load_document
from certmark.model.scheme import Scheme
from certmark.scan import scan
from certmark.status import StatusSnapshot
from certmark.text import problem_in
from certmark.transport import encode_symbol, from_text
from certmark.trust import TrustBundle, TrustFloor, TrustSnapshot
from certmark.trust.documents import open_national_list, open_root, open_union_list
from certmark.trust.lists import RootMap
from certmark.trust.publish.differences import compare
from certmark.trust.publish.documents_json import ListDocument, dump_list, load_list
from certmark.trust.publish.drafts import Version, draft, read_version
from certmark.verify import SubIndication, Verifier, peek
from tests.fuzz import artefacts
from tests.fuzz.artefacts import EUROPE
from tests.world import FR_BODY, FR_STATUS_URI, SIGNED_AT

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.scan import Scan
    from certmark.trust.lists import NationalList
    from certmark.verify import Report


class Breach(AssertionError):  # noqa: N818 it is none of certmark's errors
    """Hostile input did what it must not do."""


class Forgery(Breach):
    """Something was believed that no valid artefact says."""


class Target(NamedTuple):
    """A kind of artefact.

    Attributes:
        read: what certmark does with the bytes of a stranger; this is what is measured.
        errors: what that may raise.
        outcome: judges what was read, and gives a word for it.
        seeds: valid artefacts.
    """

    read: Callable[[bytes], Any]
    errors: tuple[type[CertmarkError], ...]
    outcome: Callable[[bytes, Any], str]
    seeds: tuple[bytes, ...]

    def judge(self, data: bytes, *, by_insider: bool = False) -> str:
        """Read bytes and give a word for what came of them.

        Args:
            data: any bytes.
            by_insider: whether a listed key may have signed them; they may then be believed.

        Raises:
            Breach: something that must not happen has happened.
        """
        try:
            result = self.read(data)
        except self.errors as error:
            return said(error)
        try:
            return self.outcome(data, result)
        except Forgery:
            if by_insider:
                return "believed"
            raise


def said(error: CertmarkError) -> str:
    """Give the code of an error whose message is fit to be shown."""
    require(problem_in(str(error)) is None, "the message of an error is unfit to be shown")
    return error.code


def require(holds: bool, breach: str, kind: type[Breach] = Breach) -> None:
    """Raise a breach unless something holds."""
    if not holds:
        raise kind(breach)


# --- certificate tokens ---

TRUST: Final = EUROPE.trust()
VERIFIER: Final = EUROPE.verifier()


def _report_on_token(data: bytes) -> Report:
    return VERIFIER.report(data, at=EUROPE.now)


def _report_on_text(data: bytes) -> Report:
    return VERIFIER.report(_as_text(data), at=EUROPE.now)


def _as_text(data: bytes) -> str:
    # as the command line reads files
    return data.decode("utf-8", "surrogateescape")


def _token_outcome(data: bytes, report: Report) -> str:
    return _report_outcome(data, report)


def _text_outcome(data: bytes, report: Report) -> str:
    return _report_outcome(_as_text(data), report)


def _report_outcome(token: str | bytes, report: Report) -> str:
    told = [report.summary, report.may_promote_basis, *report.notices, *(check.reason for check in report.checks)]
    require(all(problem_in(sentence) is None for sentence in told), "a report is unfit to be shown")
    try:
        peek(token)
    except DecodeError:
        require(report.claims is None, "a report has claims that cannot be peeked at")
    if not report.passed:
        require(report.may_promote != "yes", "a product may be promoted without a token that passes")
        return str(report.sub_indication)
    cose = token if isinstance(token, bytes) else from_text(token).cose
    message = sign1.from_bytes(cose[: end_of_first(cose)], profile=CERTMARK_1)
    require(artefacts.is_signed(artefacts.SIGNED_TOKENS, message), "a token passes that nobody signed", Forgery)
    return "PASSED"


def _picture_outcome(_data: bytes, found: Scan) -> str:
    for each in found.foreign:
        require(each.shown.isascii() and each.shown.isprintable(), "what is shown of a foreign code is unfit for it")
    texts = [*(each.text for each in found.codes), *(each.untrusted_text for each in found.foreign)]
    outcomes = {_report_outcome(text, VERIFIER.report(text, at=EUROPE.now)) for text in texts}
    return " ".join(sorted(outcomes)) or "no code"


# --- root, lists, bundle ---


def _root_outcome(data: bytes, _root: object) -> str:
    """Anyone can make a root that agrees with itself: it is the pin that tells the right one."""
    if sha256(data).digest() == EUROPE.anchor:
        return "opened"
    foreign = TrustBundle((data,), EUROPE.trust_bundle.union, EUROPE.trust_bundle.national)
    try:
        TrustSnapshot.open(foreign, anchor=EUROPE.anchor)
    except TrustError as error:
        require(said(error) == "trust_anchor", "a root that is not pinned is refused for another reason")
        return "another root"
    raise Breach("a root is believed that is not pinned")


def _open_union(data: bytes) -> object:
    return open_union_list(data, TRUST.root)


_POINTERS: Final = tuple(pointer for pointer in TRUST.union.content.pointers if pointer.embedded is None)


def _open_national(data: bytes) -> NationalList:
    reasons = []
    for pointer in _POINTERS:
        try:
            return open_national_list(data, pointer)
        except TrustError as error:
            reasons.append(error)
    raise reasons[0]


def _list_outcome(data: bytes, _opened: object) -> str:
    """Signatures beyond the threshold, and those that do not count, may be anything. What is signed may not."""
    require(artefacts.content(data) in artefacts.LISTS, "a list is believed that nobody signed", Forgery)
    return "opened"


def _open_bundle(data: bytes) -> TrustSnapshot:
    snapshot = TrustSnapshot.open(data, anchor=EUROPE.anchor)
    len(snapshot.problems)  # to ask is to read every list
    return snapshot


def _bundle_outcome(data: bytes, snapshot: TrustSnapshot) -> str:
    bundle = TrustBundle.from_bytes(data)
    # the pinned root is known to the byte, a successor by its signatures
    for part in (bundle.roots[-1], bundle.union):
        _list_outcome(part, None)
    for territory, national in snapshot.national.items():
        if national.pointer.embedded is None:
            _list_outcome(bundle.national[territory], None)
    require(all(problem_in(each) is None for each in snapshot.problems.values()), "a problem is unfit to be shown")
    verifier = Verifier(snapshot, VERIFIER.status, schemes=EUROPE.schemes)
    for token in artefacts.TOKENS:
        _report_outcome(token, verifier.report(token, at=EUROPE.now))
    return "opened" if not snapshot.problems else "opened without some lists"


# --- status ---

_OTHER: Final = next(each for each in EUROPE.status_lists if each.uri == FR_STATUS_URI).signed


def _open_status(data: bytes) -> StatusSnapshot:
    return StatusSnapshot.open([data, _OTHER], TRUST)


def _status_outcome(data: bytes, snapshot: StatusSnapshot) -> str:
    other = VERIFIER.status.find(FR_BODY, FR_STATUS_URI)
    require(snapshot.find(FR_BODY, FR_STATUS_URI) == other, "a status token takes another one's place", Forgery)
    for rejected in snapshot.rejected:
        require(rejected.position == 0 and problem_in(rejected.reason) is None, "a rejection is unfit to be shown")
        return "rejected"
    message = sign1.from_bytes(data, profile=STATUS_TOKEN)
    is_signed = artefacts.is_signed(artefacts.SIGNED_STATUS_TOKENS, message)
    require(is_signed, "a status list counts that nobody signed", Forgery)
    return "counts"


# --- JSON ---


def _document_outcome(_data: bytes, document: Any) -> str:
    """What is a document stays one, and what is issued is never malformed."""
    require(document_from(document.model_dump()) == document, "a document is another one when it is read again")
    require(load_document(dump_document(document)) == document, "a document does not survive its JSON")
    try:
        issued = EUROPE.issuer().issue(document, at=SIGNED_AT, status=EUROPE.status_reference)
    except (IssueError, ModelError) as error:
        return said(error)
    report = VERIFIER.report(issued.text, at=EUROPE.now)
    require(report.sub_indication is not SubIndication.FORMAT_FAILURE, "what was issued is malformed")
    return str(report.sub_indication or report.indication)


def _scheme_outcome(_data: bytes, scheme: Scheme) -> str:
    verifier = Verifier(TRUST, VERIFIER.status, schemes=(scheme,))
    outcomes = {_report_outcome(token, verifier.report(token, at=EUROPE.now)) for token in artefacts.TOKENS}
    return "judges" if outcomes != {str(SubIndication.UNKNOWN_SCHEME)} else "judges nothing"


# --- what keepers and verifiers hold in their hands ---


def _written_list_outcome(_data: bytes, document: ListDocument) -> str:
    """What is a list in JSON stays one, and what is drafted from it is a draft and nothing that is believed."""
    require(load_list(dump_list(document)) == document, "a list does not survive its JSON")
    root = isinstance(document.content, RootMap)
    try:
        made = draft(document, previous=None, issued_at=1, next_update=None if root else 2, expires=3)
    except TrustError as error:
        return said(error)
    require(read_version(made).head.list_id == document.list_id, "a draft says something else than its document")
    return "drafted"


def _version_outcome(data: bytes, version: Version) -> str:
    """Whoever looks at a version before signing it is told every difference, in words that can be shown."""
    require(version.data == data, "a version is not the bytes that were read")
    for known in _VERSIONS:
        if type(known.content) is type(version.content):
            found = compare(known, version)
            told = [*map(str, found.broken), *(str(part) for each in found.differences for part in each)]
            require(all(part.isprintable() for part in told), "a difference is unfit to be shown")
            require(bool(told) or known.content == version.content, "a difference is not told")
    return "read"


_VERSIONS: Final = tuple(read_version(data) for data in (EUROPE.root.signed, *artefacts.UNIONS, *artefacts.NATIONALS))


def _floor_outcome(data: bytes, floor: TrustFloor) -> str:
    require(floor.to_bytes() == data, "a floor has two forms")
    try:
        TrustSnapshot.open(EUROPE.bundle, anchor=EUROPE.anchor, previous=floor)
    except TrustError as error:
        return said(error)
    return "held to"


_LISTS_IN_JSON: Final = tuple(
    dump_list(ListDocument(each.head.operator, each.head.list_id, each.content)).encode() for each in _VERSIONS
)
_DRAFTS: Final = tuple(
    draft(load_list(each), previous=None, issued_at=1, next_update=None if b'"root"' in each[:30] else 2, expires=3)
    for each in _LISTS_IN_JSON
)


def _pictures() -> tuple[bytes, ...]:
    symbol = encode_symbol(artefacts.TEXTS[2].decode())
    return tuple(symbol.png(scale=scale) for scale in (1, 3))


TARGETS: Final = {
    "text": Target(_report_on_text, (), _text_outcome, artefacts.TEXTS),
    "token": Target(_report_on_token, (), _token_outcome, artefacts.TOKENS),
    "bundle": Target(_open_bundle, (TrustError,), _bundle_outcome, artefacts.BUNDLES),
    "root": Target(open_root, (TrustError,), _root_outcome, artefacts.ROOTS),
    "union": Target(_open_union, (TrustError,), _list_outcome, artefacts.UNIONS),
    "national": Target(_open_national, (TrustError,), _list_outcome, artefacts.NATIONALS),
    "status": Target(_open_status, (), _status_outcome, artefacts.STATUS_TOKENS),
    "certificate": Target(load_document, (ModelError,), _document_outcome, artefacts.DOCUMENTS),
    "scheme": Target(Scheme.from_json, (SchemeError,), _scheme_outcome, artefacts.SCHEMES),
    "list": Target(load_list, (PublishingError,), _written_list_outcome, _LISTS_IN_JSON),
    "version": Target(read_version, (TrustError,), _version_outcome, (*(each.data for each in _VERSIONS), *_DRAFTS)),
    "floor": Target(TrustFloor.from_bytes, (TrustError,), _floor_outcome, (TRUST.floor.to_bytes(),)),
    "picture": Target(scan, (), _picture_outcome, _pictures()),
}
"""By name."""
