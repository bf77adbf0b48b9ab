"""``certmark register issue`` and ``replace``: the register allocates the index, signs and keeps; then four files."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.evidence import read_schemes
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.issue import Approval, AuthorityKey, approver_of, refuse_to_replace_by_token
from certmark.cli.keys import SealCertificate, SigningKey, read_signer
from certmark.cli.options import SchemeFiles, require
from certmark.cli.reading import blaming, read_file
from certmark.cli.register.options import (
    Actor,
    AsJson,
    CertificateId,
    Location,
    Now,
    OptionalReason,
    Reason,
    act_of,
    refuse_unreadable_key,
)
from certmark.cli.register.options import opened as open_register
from certmark.cli.register.tokens import hand_out
from certmark.cli.writing import make_folder
from certmark.limits import DEFAULT_LIMITS
from certmark.model.syntax import ENTITY_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certmark.cli.register.drawn import DrawnIssuer
    from certmark.issue import Approver
    from certmark.model import AnyDocument
    from certmark.register import Register

Document: TypeAlias = Annotated[
    str, typer.Argument(metavar="CERT.json", help="The certificate, as JSON.", show_default=False)
]
IssuerId: TypeAlias = Annotated[
    str, typer.Option("--issuer", metavar="ID", help="Your id in the trusted list, as DE-3087.")
]
Folder: TypeAlias = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder for CERT.cose, .txt, .svg and .png.")
]
Link: TypeAlias = Annotated[
    str | None,
    typer.Option("--link", metavar="TEMPLATE", help="https link to carry the token; may hold {id} or {index}."),
]
Bare: TypeAlias = Annotated[bool, typer.Option("--bare", help="A code without link (CM1:...).")]
NoStatus: TypeAlias = Annotated[bool, typer.Option("--no-status", help="No status, where the scheme allows it.")]
Key: TypeAlias = Annotated[
    str | None,
    typer.Option("--idempotency-key", metavar="TEXT", help="Of this request: a retry gives what is there already."),
]


class Scope(StrEnum):
    """What a review ends with, in the words of the command line."""

    IDENTICAL = "identical"
    DIFFERENT = "different"


def issue(  # noqa: PLR0913 one for each option
    document: Document,
    *,
    register: Location,
    key: SigningKey,
    issuer: IssuerId,
    out: Folder,
    certificate: SealCertificate = None,
    link: Link = None,
    bare: Bare = False,
    no_status: NoStatus = False,
    scheme: SchemeFiles = [],  # noqa: B006 typer copies it
    approval: Approval = None,
    authority_key: AuthorityKey = None,
    idempotency_key: Key = None,
    actor: Actor = None,
    reason: OptionalReason = None,
    at: Now = None,
    as_json: AsJson = False,
) -> int:
    """Issue a certificate under the next free status index.

    With an approval it issues what 'draft' wrote, under the index of the draft.

    A failure after it was issued loses nothing: show --out writes it again.
    """
    act = act_of(actor, at_or_now(at), reason)
    refuse_unreadable_key(idempotency_key)
    approver = approver_of(approval, authority_key)
    issuing = issuer_of(key, issuer, certificate=certificate, link=link, bare=bare, scheme=scheme, approver=approver)
    needed = (key, certificate, approval, authority_key, *scheme)
    with asked(document, register=register, out=out, link=link, needed=needed) as (book, stated):
        record = book.issue(
            stated,
            issuer=issuing,
            act=act,
            key=idempotency_key,
            has_status=not no_status,
            drafted=approver is not None and not no_status,
        )
    return hand_out(record, record.whole, out, stem=Path(document).stem, as_json=as_json)


def replace(  # noqa: PLR0913 one for each option
    certificate_id: CertificateId,
    document: Document,
    *,
    register: Location,
    scope: Annotated[Scope, typer.Option(help="Of the new one, by Article 13(2)(c) or (d).")],
    reason: Reason,
    key: SigningKey,
    issuer: IssuerId,
    out: Folder,
    certificate: SealCertificate = None,
    link: Link = None,
    bare: Bare = False,
    scheme: SchemeFiles = [],  # noqa: B006 typer copies it
    approval: Approval = None,
    authority_key: AuthorityKey = None,
    idempotency_key: Key = None,
    actor: Actor = None,
    at: Now = None,
    as_json: AsJson = False,
) -> int:
    """Withdraw a certificate and issue another one for it.

    After a review, both or neither; the new one names the old one in 'replaces'.
    """
    from certmark.register import Review

    outcome = Review.IDENTICAL_SCOPE if scope is Scope.IDENTICAL else Review.DIFFERENT_SCOPE
    act = act_of(actor, at_or_now(at), reason)
    refuse_unreadable_key(idempotency_key)
    approver = approver_of(approval, authority_key)
    issuing = issuer_of(key, issuer, certificate=certificate, link=link, bare=bare, scheme=scheme, approver=approver)
    needed = (key, certificate, approval, authority_key, *scheme)
    with asked(document, register=register, out=out, link=link, needed=needed) as (book, stated):
        record = book.replace(
            certificate_id,
            stated,
            issuer=issuing,
            act=act,
            outcome=outcome,
            key=idempotency_key,
            drafted=approver is not None,
        )
    return hand_out(record, record.whole, out, stem=Path(document).stem, as_json=as_json)


def issuer_of(
    key: str,
    issuer: str,
    *,
    certificate: str | None,
    link: str | None,
    bare: bool,
    scheme: list[str],
    approver: Approver | None = None,
) -> DrawnIssuer:
    """Make the issuer that the options describe.

    Raises:
        CommandError: they contradict each other (64), or a file cannot be used (65, 66).
    """
    if (link is None) != bare:
        raise CommandError(ExitCode.USAGE, "how shall the code look: give either --link TEMPLATE or --bare")
    require(ENTITY_ID, "--issuer", issuer)
    signer = read_signer(key, certificate=certificate)
    from certmark.cli.register.drawn import DrawnIssuer

    return DrawnIssuer(signer, issuer=issuer, link=link, schemes=read_schemes(scheme), approver=approver)


@contextmanager
def asked(
    document: str,
    *,
    register: str,
    out: Path,
    link: str | None,
    needed: Iterable[str | None] = (),
    writes: Path | None = None,
) -> Iterator[tuple[Register, AnyDocument]]:
    """Read what is to be certified and open the register, once it is sure that there is a folder for the files.

    What is wrong with the certificate names its file; what the register refuses names it by its id.

    Args:
        document: path of the certificate.
        register: url of the register, or path of its file.
        out: folder for the files.
        link: template of the code's link, or None.
        needed: what else the token is made of, and must not be replaced by it.
        writes: the one file that is written where no token is, or None.
    """
    from certmark.errors import IssueError, LinkError
    from certmark.model import load_document

    data = read_file(document, what="a certificate", at_most=DEFAULT_LIMITS.document)
    with blaming(document):
        certificate = load_document(data)
    if writes is None:
        refuse_to_replace_by_token(out, Path(document).stem, document, register, *needed)
    with opened_to_sign(register, out=out, link=link, writes=writes) as book:
        try:
            yield book, certificate
        except LinkError:
            raise
        except IssueError as error:
            raise CommandError(ExitCode.BAD_INPUT, f"{document}: {error}") from error


@contextmanager
def opened_to_sign(register: str, *, out: Path, link: str | None, writes: Path | None = None) -> Iterator[Register]:
    """Open the register, once it is sure that there is a folder for the files, and blame a wrong link on its option."""
    from certmark.errors import LinkError

    with open_register(register, writes=writes) as book:
        make_folder(out)
        try:
            yield book
        except LinkError as error:
            raise CommandError(ExitCode.USAGE, f"--link {link!r}: {error}") from error
