"""A root, list, draft or bundle as a person reads it: what it is and who signed it first, then what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.padding import Padding

from certmark.cli.screen import LOUD, grid, section, styled, unverified
from certmark.cli.trust import words
from certmark.cli.trust.diff_words import pointer as pointer_in_words
from certmark.cose.algorithms import algorithm_name
from certmark.cwt.numericdate import LAST_SECOND
from certmark.errors import TrustError
from certmark.trust.lists import NationalMap, RootMap
from certmark.trust.publish.drafts import draft_digest, read_version
from certmark.trust.wire import readable_entity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from certmark.trust import TrustBundle, TrustSnapshot
    from certmark.trust.entities import Service, TrustedEntity
    from certmark.trust.lists import ListHead, UnionMap
    from certmark.trust.publish.drafts import Version

_UNVERIFIED: Final = "anyone can write this. No signature was checked; give a bundle and --anchor to verify."


def version(read: Version, *, at: int) -> Iterator[RenderableType]:
    """Give what to print of a root, list or draft, as things stand at an instant in seconds."""
    yield unverified(_UNVERIFIED)
    yield section(_version(read, at=at))
    yield section(styled(words.IN_UTC, "dim"))
    yield unverified(_UNVERIFIED)


def bundle(read: TrustBundle, verified: TrustSnapshot | None, *, at: int) -> Iterator[RenderableType]:
    """Give what to print of a bundle.

    Args:
        read: the bundle; if it was verified, without what nobody vouches for.
        verified: what verification gave, or None.
        at: as ``version`` takes it.
    """
    yield unverified(_UNVERIFIED) if verified is None else _summary(verified)
    for data in read.roots:
        yield section(_version(read_version(data), at=at))
    root_ends = read_version(read.roots[-1]).head.expires
    yield section(_version(read_version(read.union), at=at, root_ends=root_ends))
    problems = {} if verified is None else dict(verified.problems)
    for territory, data in sorted(read.national.items()):
        try:
            listed = _version(read_version(data), at=at, root_ends=root_ends)
        except TrustError as error:
            problems[territory] = str(error)
            continue
        yield section(listed)
    for territory, problem in sorted(problems.items()):
        yield section(styled(f" {territory} UNKNOWN ", LOUD).append_text(styled(f"  {problem}", "bold red")))
    yield section(styled(words.IN_UTC, "dim"))
    if verified is None:
        yield unverified(_UNVERIFIED)


def _summary(verified: TrustSnapshot) -> RenderableType:
    line = styled(" VERIFIED ", "bold white on green")
    line.append_text(styled(" against the given anchor. Lists that are not believed are named at the end."))
    floor = verified.floor
    national = ", ".join(
        f"{territory} no. {seen.sequence_number}" for territory, seen in sorted(floor.national.items())
    )
    rows = grid()
    if verified.root.roles.label is not None:
        rows.add_row(styled("Label", "bold"), styled(verified.root.roles.label, "bold yellow"))
    rows.add_row(
        styled("Floor", "bold"),
        styled(f"root no. {floor.root.sequence_number}, union list no. {floor.union.sequence_number}, {national}"),
    )
    return Group(line, rows)


def _version(read: Version, *, at: int, root_ends: int = LAST_SECOND) -> RenderableType:
    parts: list[RenderableType] = [styled(read.name, "bold underline"), _head(read, at=at, root_ends=root_ends)]
    match read.content:
        case RootMap() as root:
            rows = grid()
            rows.add_row(styled("Next root", "bold"), styled(words.role(root.root)))
            rows.add_row(styled("Union list", "bold"), styled(words.role(root.union)))
            if root.label is not None:
                rows.add_row(styled("Label", "bold"), styled(root.label, "bold yellow"))
            parts.append(rows)
        case NationalMap() as national:
            parts += _national(national, at=at)
        case union:
            parts += _pointers(union, at=at)
    return Group(*parts)


def _head(read: Version, *, at: int, root_ends: int) -> RenderableType:
    head, rows = read.head, grid()
    rows.add_row(styled("Kept by", "bold"), styled(f"{head.operator}, as {head.list_id}"))
    rows.add_row(styled("Issued", "bold"), styled(words.instant(head.issued_at)))
    if not isinstance(read.content, RootMap):
        due = "none: the list is closed" if head.next_update is None else words.instant(head.next_update)
        rows.add_row(styled("Next update", "bold"), styled(due))
        previous = read.content.prev_digest
        rows.add_row(styled("Follows", "bold"), styled("nothing" if previous is None else previous.hex()))
    rows.add_row(styled("Ends", "bold"), styled(words.instant(head.expires)))
    state, style = _freshness(head, at, root_ends=root_ends)
    rows.add_row(styled("State", "bold"), styled(state, style))
    signatures = read.message.signatures
    signed = [(each.headers.key_id, algorithm_name(each.headers.alg)) for each in signatures]
    said = ", ".join(f"{'without id' if key_id is None else key_id.hex()} {name}" for key_id, name in signed)
    rows.add_row(
        styled("Signed by", "bold"), styled(said) if said else styled("nobody: this is a draft", "bold yellow")
    )
    rows.add_row(styled("Digest", "bold"), styled(f"{draft_digest(read).hex()}  (of what is signed)", "dim"))
    return rows


def _freshness(head: ListHead, at: int, *, root_ends: int) -> tuple[str, str]:
    if at < head.issued_at:
        return "issued in the future", "bold yellow"
    if at >= head.expires:
        return "expired", "bold red"
    if at >= root_ends:
        return "expired with the root", "bold red"
    if head.next_update is not None and at >= head.next_update:
        return "a newer one is due", "bold yellow"
    return "current", "green"


def _pointers(union: UnionMap, *, at: int) -> Iterator[RenderableType]:
    for pointer in union.pointers:
        yield styled(pointer_in_words(pointer))
        if pointer.embedded is not None:
            yield Padding(Group(*_national(pointer.embedded, at=at)), (0, 0, 0, 2))


def _national(national: NationalMap, *, at: int) -> Iterator[RenderableType]:
    if national.ncca is not None:
        yield styled(f"Authority: {' '.join(filter(None, national.ncca))}")
    for entry in national.entities:
        entity = readable_entity(entry)
        if entity is None:
            yield section(styled(f"{entry.get(1)!s:.60}: no verifier can read this entry", "bold red"))
        else:
            yield section(_entity(entity, at=at))


def _entity(entity: TrustedEntity, *, at: int) -> RenderableType:
    contact = "; ".join(filter(None, (entity.address, entity.contact, ", ".join(entity.link_hosts))))
    parts: list[RenderableType] = [styled(f"{entity.entity_id} {entity.name}", "bold")]
    if contact:
        parts.append(styled(contact, "dim"))
    parts += [_service(service, at=at) for service in entity.services]
    return Group(*parts)


def _service(service: Service, *, at: int) -> RenderableType:
    rows = grid()
    held = service.status_at(at)
    now = "not listed yet" if held is None else held.status.name.lower()
    rows.add_row(styled(words.SERVICES[service.service_type]), styled(now, "green" if now == "granted" else "bold red"))
    for entry in service.history:
        rows.add_row(styled("  history"), styled(words.status(entry)))
    for number, scope in enumerate(service.scopes, 1):
        rows.add_row(styled(f"  scope {number}"), styled(words.scope(scope)))
    for declared in service.status_lists:
        rows.add_row(styled("  status list"), styled(words.status_list(declared)))
    for key in service.keys:
        ended = "" if key.revocation is None else f"; {words.revocation(key.revocation)}"
        said = f"{key.name} {words.key_state(key, at)}; {words.key_times(key)}{ended}"
        rows.add_row(styled("  key"), styled(said))
    return rows
