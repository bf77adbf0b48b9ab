"""``certmark issue``: a certificate document in, a signed token in four files out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.evidence import read_schemes
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.keys import SealCertificate, SigningKey, read_public_key, read_signer
from certmark.cli.options import SchemeFiles, require
from certmark.cli.reading import blaming, read_file
from certmark.cli.screen import complain, say, visible
from certmark.cli.writing import refuse_to_replace, write_files
from certmark.cose.framing import end_of_first
from certmark.limits import DEFAULT_LIMITS
from certmark.model.syntax import ENTITY_ID, HTTPS_URI

if TYPE_CHECKING:
    from certmark.claims import StatusReference
    from certmark.issue import Approver, IssuedCertificate
    from certmark.transport import Symbol

_INDEX: Final = re.compile("[0-9]{1,10}")

CertificateJson: TypeAlias = Annotated[
    str, typer.Argument(metavar="CERT.json", help="The certificate, as JSON.", show_default=False)
]
IssuerId: TypeAlias = Annotated[str, typer.Option(metavar="ID", help="Your id in the trusted list, as DE-3087.")]
StatusUri: TypeAlias = Annotated[str | None, typer.Option(metavar="URI", help="Status list of the certificate.")]
StatusIndex: TypeAlias = Annotated[
    str | None, typer.Option(metavar="N", help="Its index there: never one that is used already.")
]
Approval: TypeAlias = Annotated[
    str | None, typer.Option(metavar="FILE", help="Approval by the authority, where each certificate needs one.")
]
AuthorityKey: TypeAlias = Annotated[
    str | None, typer.Option(metavar="KEY", help="The authority's public key: the approval must be by it.")
]
WithoutStatus: TypeAlias = Annotated[bool, typer.Option("--no-status", help="No status, where the scheme allows it.")]


def issue(  # noqa: PLR0913 one for each option
    document: CertificateJson,
    *,
    key: SigningKey,
    issuer: IssuerId,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for CERT.cose, .txt, .svg and .png.")],
    certificate: SealCertificate = None,
    link: Annotated[
        str | None, typer.Option(metavar="TEMPLATE", help="https link to carry the token; may hold {id} or {index}.")
    ] = None,
    bare: Annotated[bool, typer.Option("--bare", help="A code without link (CM1:...).")] = False,
    status_uri: StatusUri = None,
    status_index: StatusIndex = None,
    no_status: WithoutStatus = False,
    label: Annotated[bool, typer.Option("--label", help="Issue the extract for a label, without digests.")] = False,
    approval: Approval = None,
    authority_key: AuthorityKey = None,
    scheme: SchemeFiles = [],  # noqa: B006 typer copies it
    at: Annotated[str | None, typer.Option(metavar="RFC3339", help="Time of signing.  [default: now]")] = None,
) -> int:
    """Sign a certificate and write it as COSE, text, SVG and PNG."""
    if (link is None) != bare:
        raise CommandError(ExitCode.USAGE, "how shall the code look: give either --link TEMPLATE or --bare")
    require(ENTITY_ID, "--issuer", issuer)
    status = status_reference(status_uri, status_index, no_status=no_status)
    stem = Path(document).stem
    refuse_to_replace_by_token(out, stem, document, key, certificate, approval, authority_key, *scheme)
    issued_at = at_or_now(at)
    approver = approver_of(approval, authority_key)
    signer = read_signer(key, certificate=certificate)

    from certmark.errors import LinkError
    from certmark.issue import Issuer
    from certmark.model import IssuanceMode, load_document

    issuing = Issuer(signer, issuer=issuer, link=link, schemes=read_schemes(scheme), approver=approver)
    data = read_file(document, what="a certificate", at_most=DEFAULT_LIMITS.document)
    with blaming(document):
        stated = load_document(data)
        if approver is None and stated.issuance_mode is IssuanceMode.PRIOR_APPROVAL:
            complain(
                f"warning: {document}: says 'prior_approval', and no --approval is given: where the trusted list asks "
                "for one, verifiers will refuse the token"
            )
        try:
            issued = issuing.issue(stated.for_label() if label else stated, at=issued_at, status=status)
        except LinkError as error:
            raise CommandError(ExitCode.USAGE, f"--link {link!r}: {error}") from error
        symbol = _symbol_of(issued)
    if symbol is None:
        _require_no_picture(out, stem)
    write_files(out, files_of(issued, symbol, stem=stem))
    _tell(issued, symbol, path=str(out / stem))
    return 0


TOKEN_SUFFIXES: Final = (".cose", ".txt", ".svg", ".png")
"""Of the files of a token."""


def refuse_to_replace_by_token(folder: Path, stem: str, *needed: str | None) -> None:
    """Refuse to write a token over what it is made of, by whatever name it is meant.

    Args:
        folder: of its files.
        stem: their name without suffix.
        needed: files, keys on tokens, and None for what was not given.

    Raises:
        CommandError: it is one of those.
    """
    kept = [each for each in needed if each is not None]
    for suffix in TOKEN_SUFFIXES:
        refuse_to_replace(folder / f"{stem}{suffix}", *kept, what="what the token is made of")


def files_of(issued: IssuedCertificate, symbol: Symbol | None, *, stem: str) -> dict[str, bytes]:
    """Give the files of a token by their names: four, or two where there is no symbol."""
    files = {f"{stem}.cose": issued.cose, f"{stem}.txt": f"{issued.text}\n".encode("ascii")}
    if symbol is not None:
        files |= {f"{stem}.svg": symbol.svg().encode(), f"{stem}.png": symbol.png()}
    return files


def _symbol_of(issued: IssuedCertificate) -> Symbol | None:
    """Draw the symbol; None for a token that no symbol holds since its signatures alone are that large.

    Raises:
        CapacityError: no symbol holds it, and with less in it one would.
    """
    from certmark.errors import CapacityError

    try:
        return issued.symbol()
    except CapacityError as error:
        if not error.by_signatures:
            raise
        return None


def _require_no_picture(out: Path, stem: str) -> None:
    """Refuse to put a token without symbol beside pictures that would be taken for its own."""
    for picture in (out / f"{stem}.svg", out / f"{stem}.png"):
        if picture.exists():
            reason = "is the code of an earlier token, and this one fits no QR code: choose another folder"
            raise CommandError(ExitCode.USAGE, f"{picture}: {reason}")


def approver_of(approval: str | None, authority_key: str | None) -> Approver | None:
    """Take the approval that was given, and the key that it must be by.

    Raises:
        CommandError: one is given without the other (64), or cannot be read (65, 66).
    """
    if (approval is None) is not (authority_key is None):
        raise CommandError(
            ExitCode.USAGE, "an approval is checked with the authority's key: give --approval and --authority-key"
        )
    if approval is None or authority_key is None:
        return None
    given = read_file(approval, what="an approval", at_most=DEFAULT_LIMITS.token)
    from certmark.cwt.approval import parse_approval
    from certmark.issue import Approver

    with blaming(approval):
        parse_approval(given, b"")  # of what it is, is seen when the certificate is at hand
    return Approver((read_public_key(authority_key),), lambda _: given)


def status_reference(uri: str | None, index: str | None, *, no_status: bool) -> StatusReference | None:
    """Take where the status will stand from the options that say so.

    Raises:
        CommandError: they say nothing, contradict each other, or are not written as uri and index.
    """
    if no_status:
        if uri is not None or index is not None:
            raise CommandError(ExitCode.USAGE, "--no-status contradicts --status-uri and --status-index: leave one out")
        return None
    if uri is None or index is None:
        raise CommandError(
            ExitCode.USAGE, "where will the status stand: give --status-uri URI and --status-index N, or --no-status"
        )
    require(HTTPS_URI, "--status-uri", uri)
    from certmark.claims import StatusReference
    from certmark.claims.keys import MAX_INDEX

    if _INDEX.fullmatch(index) is None or int(index) > MAX_INDEX:
        reason = f"is no index: write a whole number from 0 to {MAX_INDEX}"
        raise CommandError(ExitCode.USAGE, f"--status-index {index!r} {reason}")
    return StatusReference(int(index), uri)


def _tell(issued: IssuedCertificate, symbol: Symbol | None, *, path: str) -> None:
    say(f"issued   {visible(issued.document.id)}")
    say(f"token    {len(issued.cose)} bytes of COSE, {len(issued.text)} characters of text")
    if approval := len(issued.cose) - end_of_first(issued.cose):
        say(f"approval {approval} bytes of these")
    if symbol is None:
        say("symbol   none: a post-quantum signature fits no QR code; hand the token out as a file")
        say(f"files    {visible(path)}.cose .txt")
        return
    say(f"symbol   QR version {symbol.version}, {symbol.size} x {symbol.size} modules, error correction {symbol.ecc}")
    say(f"files    {visible(path)}.cose .txt .svg .png")
    if symbol.warning:
        complain(f"warning: {symbol.warning}")
