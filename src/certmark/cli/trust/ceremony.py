"""From JSON to a signed version, and to a bundle: draft, sign, merge, bundle; and back to JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.clock import at_or_now, moment_of
from certmark.cli.evidence import anchor_of
from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.keys import SigningKey, read_signer
from certmark.cli.reading import blaming, read_file
from certmark.cli.screen import complain, say, visible
from certmark.cli.trust.documents import read_document, read_signed
from certmark.cli.trust.files import read_list_or_bundle
from certmark.cli.writing import alone, make_folder, write_files, write_new
from certmark.cwt.numericdate import SECONDS_PER_DAY, day_at, to_seconds
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certmark.trust.lists import Content
    from certmark.trust.publish.drafts import Standing, Version

Above = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Who says who signs: for a list the root or union list, for a root the root before it."
    ),
]
Out = Annotated[Path, typer.Option(metavar="FILE", help="Where to write it; only what it is made from is replaced.")]


def draft(
    document: Annotated[Path, typer.Argument(metavar="LIST.json", help="What the version says.", show_default=False)],
    *,
    out: Out,
    previous: Annotated[Path | None, typer.Option(metavar="OLD.cose", help="The version before, signed.")] = None,
    first: Annotated[bool, typer.Option("--first", help="There is no version before.")] = False,
    next_update: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When the next is due.  [default: in 60 days, of the union list in 120]"),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Hard end.  [default: 30 days after it is due, of a root in two years]"),
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="RFC3339", help="Time of signing.  [default: now]")] = None,
) -> int:
    """Make the next version, to be signed.

    Number and link to the version before come by themselves. What would remove or rewrite what that version says is
    refused, with the name of the rule.
    """
    from certmark.trust.publish import drafts

    if (previous is None) is not first:
        raise CommandError(ExitCode.USAGE, "give the version before as --previous, or --first if there is none")
    said, before = read_document(document), None if previous is None else read_signed(previous)
    issued_at = to_seconds(at_or_now(at))
    if next_update is not None and getattr(said.content, "next_update", None) is None:
        raise CommandError(ExitCode.USAGE, "a root and a closed list have no next update: leave --next-update out")
    due = None if next_update is None else moment_of("--next-update", next_update)
    soft, hard = _usual_ends(said.content, issued_at, due=due)
    with blaming(str(document)):
        data = drafts.draft(
            said,
            previous=None if before is None else before.data,
            issued_at=issued_at,
            next_update=soft,
            expires=hard if expires is None else moment_of("--expires", expires),
        )
    _write(out, data, instead_of=(out,) if _is_draft(out) else ())
    version = drafts.read_version(data)
    _tell(version, out)
    if expires is None and getattr(said.content, "next_update", hard) is None:
        complain(
            f"{out}: the list is closed, and from {day_at(hard)} on nothing is verified under it: "
            "give its last version the end of its last certificate as --expires"
        )
    say("Let each key holder look at it ('certmark trust diff', 'certmark trust show') and sign it.")
    return 0


def sign(
    version: Annotated[Path, typer.Argument(metavar="DRAFT", help="A draft, or signed by others.", show_default=False)],
    *,
    key: SigningKey,
    out: Out,
    above: Above = None,
) -> int:
    """Add the signature of one key holder.

    Compare the digest with the other holders before: whoever signs the same draft sees the same one.
    """
    from certmark.trust.publish import drafts

    read, signer = read_signed(version), read_signer(key)
    with blaming(str(version)):
        roles = drafts.deciding_roles(read, None if above is None else read_signed(above))
        counts = {name for name, role in roles.items() if signer.public_key in role.keys}
        if roles and not counts:
            raise CommandError(
                ExitCode.BAD_INPUT,
                f"{key}: the key {signer.public_key.key_id.hex()} is in no role that signs the {read.name}: "
                "take another key, or give the right --above",
            )
        data = drafts.add_signature(read.data, signer)
    _tell(_write_signed(out, data, parts=(version,)), out)
    say(f"signed   key {signer.public_key.key_id.hex()}{''.join(f', {name}' for name in sorted(counts))}")
    return 0


def merge(
    parts: Annotated[
        list[Path], typer.Argument(metavar="SIGNED...", help="What the holders signed.", show_default=False)
    ],
    *,
    out: Out,
    above: Above = None,
    partial: Annotated[bool, typer.Option("--partial", help="Write it even if signatures are missing.")] = False,
) -> int:
    """Put signatures together, and say who is missing."""
    from certmark.trust.publish import drafts

    data = [read_signed(part).data for part in parts]
    higher = None if above is None else read_signed(above)
    with blaming(str(parts[0])):
        merged = drafts.read_version(drafts.merge(data))
        standings = drafts.standings(merged, drafts.deciding_roles(merged, higher))
    lacking = [each for each in standings if each.needed]
    for each in standings:
        say(_standing(each))
    if not standings:
        complain(f"{parts[0]}: nobody looked who must sign: give --above to be told")
    if lacking and not partial:
        raise CommandError(
            ExitCode.BAD_INPUT,
            f"{out}: not written, since {lacking[0].needed} more must sign for {lacking[0].role}: "
            "get their signatures, or keep these with --partial",
        )
    _tell(_write_signed(out, merged.data, parts=parts), out)
    return 0


def export(
    version: Annotated[Path, typer.Argument(metavar="LIST.cose", help="A signed root or list.", show_default=False)],
    *,
    out: Out,
) -> int:
    """Write a signed root or list as JSON.

    Nothing is verified.
    """
    from certmark.trust.publish.documents_json import ListDocument, dump_list

    read = read_signed(version)
    text = dump_list(ListDocument(read.head.operator, read.head.list_id, read.content))
    _write(out, text.encode())
    say(f"{read.name}  {visible(str(out))}")
    return 0


def bundle(
    *,
    root: Annotated[list[Path], typer.Option(metavar="ROOT", help="From the oldest to the newest; repeat it.")],
    union: Annotated[Path, typer.Option(metavar="UNION", help="The union list.")],
    national: Annotated[list[Path], typer.Option(metavar="LIST", help="A national list; repeat it.")] = [],  # noqa: B006
    anchor: Annotated[str, typer.Option(metavar="ROOT", help="Pinned root: its file, or the SHA-256 of it.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it, in place of an older one.")],
) -> int:
    """Put root and lists into one file for verifiers.

    They are verified first, as verifiers will do.
    """
    from certmark.trust import TrustBundle, TrustSnapshot

    lists: dict[str, bytes] = {}
    for path in national:
        version = read_signed(path)
        if version.head.territory in lists:
            raise CommandError(ExitCode.BAD_INPUT, f"{path}: a second list of {version.head.territory}: leave one out")
        lists[version.head.territory] = version.data
    roots = tuple(read_file(str(path), what="a root", at_most=DEFAULT_LIMITS.trust_list) for path in root)
    listed = read_file(str(union), what="the union list", at_most=DEFAULT_LIMITS.trust_list)
    files = TrustBundle(roots, listed, lists)
    data = files.to_bytes()
    with blaming(str(out)):
        snapshot = TrustSnapshot.open(data, anchor=anchor_of(anchor))
    for territory, problem in sorted(snapshot.problems.items()):
        complain(f"{territory}: unknown to verifiers: {problem}")
    for territory in sorted(lists.keys() - {pointer.territory for pointer in snapshot.union.content.pointers}):
        complain(f"{territory}: the union list does not point at it: verifiers pass it over")
    _write(out, data, instead_of=(out,) if _is_bundle(out) else ())
    say(f"root no. {snapshot.root.head.sequence_number}, union list no. {snapshot.union.head.sequence_number}")
    for territory, listed_there in sorted(snapshot.national.items()):
        say(f"{territory}  no. {listed_there.head.sequence_number}, {len(listed_there.content.entities)} entities")
    say(f"bundle   {visible(str(out))}, {len(data)} bytes")
    return 0


def _write(out: Path, data: bytes, *, instead_of: Sequence[Path] = ()) -> None:
    """Write a file in place of none, or of one that it was made from: never over a key or what others signed."""
    if out in instead_of:
        write_files(out.parent, {out.name: data})
    else:
        make_folder(out.parent)
        write_new(out, data)


def _write_signed(out: Path, data: bytes, *, parts: Sequence[Path]) -> Version:
    """Write what was signed; in place of a part, with the signatures that others have put there meanwhile."""
    from certmark.trust.publish import drafts

    if out not in parts:
        _write(out, data)
        return drafts.read_version(data)
    with alone(out), blaming(str(out)):
        together = drafts.merge([data, read_signed(out).data])
        write_files(out.parent, {out.name: together})
    return drafts.read_version(together)


def _is_draft(path: Path) -> bool:
    try:
        return not read_signed(path).message.signatures
    except CommandError:
        return False


def _is_bundle(path: Path) -> bool:
    from certmark.trust import TrustBundle

    try:
        return isinstance(read_list_or_bundle(path), TrustBundle)
    except CommandError:
        return False


def _usual_ends(content: Content, issued_at: int, *, due: int | None) -> tuple[int | None, int]:
    """Give next update, the usual one if nobody asks for another, and the hard end that goes with it."""
    from certmark.trust.lists import RootMap, UnionMap

    if isinstance(content, RootMap):
        return None, issued_at + 730 * SECONDS_PER_DAY
    if due is None:
        due = issued_at + (120 if isinstance(content, UnionMap) else 60) * SECONDS_PER_DAY
    return due, due + 30 * SECONDS_PER_DAY


def _tell(version: Version, out: Path) -> None:
    from certmark.trust.publish.drafts import draft_digest

    head = version.head
    due = "" if head.next_update is None else f", next due {day_at(head.next_update)}"
    say(
        f"{version.name}  of {visible(head.list_id)}, issued {day_at(head.issued_at)}{due}, ends {day_at(head.expires)}"
    )
    say(f"digest   {draft_digest(version).hex()}  (of what is signed)")
    say(f"file     {visible(str(out))}, {len(version.message.signatures)} signatures")


def _standing(standing: Standing) -> str:
    signed = ", ".join(key.key_id.hex() for key in standing.signed) or "nobody"
    missing = "" if not standing.needed else f"; {standing.needed} more needed"
    return f"{standing.role}: {len(standing.signed)} of {standing.threshold} signed ({signed}){missing}"
