"""What ``certmark trust show --json`` gives: stable names, members may be added."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from certmark.cose.algorithms import algorithm_name
from certmark.errors import TrustError
from certmark.trust import wire
from certmark.trust.lists import NationalMap, RootMap
from certmark.trust.publish.documents_json import ListDocument, dump_list
from certmark.trust.publish.drafts import draft_digest, read_version
from certmark.trust.wire import readable_entity
from certmark.verify.report_json import instant

if TYPE_CHECKING:
    from certmark.trust import TrustBundle, TrustSnapshot
    from certmark.trust.lists import Content
    from certmark.trust.publish.drafts import Version

WARNING: Final = "UNVERIFIED: anyone can write this. No signature was checked; give a bundle and --anchor."


def version(read: Version, *, verified: bool = False) -> dict[str, Any]:
    """Give a root, list or draft in the shape of its JSON; ``content`` is what its keeper writes."""
    head = read.head
    content, lost = _without_unreadable(read.content)
    written = json.loads(dump_list(ListDocument(head.operator, head.list_id, content)))
    return {
        "kind": written["type"],
        "verified": verified,
        "warning": None if verified else WARNING,
        "draft": not read.message.signatures,
        "territory": head.territory,
        "operator": head.operator,
        "list_id": head.list_id,
        "sequence_number": head.sequence_number,
        "issued_at": instant(head.issued_at),
        "next_update": None if head.next_update is None else instant(head.next_update),
        "expires": instant(head.expires),
        "prev_digest": _previous(read.content),
        "digest": head.digest.hex(),
        "draft_digest": draft_digest(read).hex(),
        "signatures": [
            {
                "key_id": None if each.headers.key_id is None else each.headers.key_id.hex(),
                "algorithm": algorithm_name(each.headers.alg),
            }
            for each in read.message.signatures
        ],
        "content": written,
        "unreadable_entries": lost.entries,
        "unusable_keys": lost.keys,
    }


def bundle(read: TrustBundle, verified: TrustSnapshot | None) -> dict[str, Any]:
    """Give a bundle in the shape of its JSON.

    Args:
        read: the bundle; if it was verified, without what nobody vouches for.
        verified: what verification gave, or None.
    """
    national: dict[str, Any] = {}
    problems: dict[str, str] = {} if verified is None else dict(verified.problems)
    for territory, data in sorted(read.national.items()):
        try:
            national[territory] = version(read_version(data), verified=verified is not None)
        except TrustError as error:
            problems[territory] = str(error)
    return {
        "kind": "bundle",
        "verified": verified is not None,
        "warning": None if verified is not None else WARNING,
        "trust_label": None if verified is None else verified.root.roles.label,
        "roots": [version(read_version(data), verified=verified is not None) for data in read.roots],
        "union": version(read_version(read.union), verified=verified is not None),
        "national": national,
        "problems": problems,
        "floor": None if verified is None else _floor(verified),
    }


def _floor(verified: TrustSnapshot) -> dict[str, Any]:
    floor = verified.floor
    national = {territory: seen.sequence_number for territory, seen in sorted(floor.national.items())}
    return {"root": floor.root.sequence_number, "union": floor.union.sequence_number, "national": national}


def _previous(content: Content) -> str | None:
    digest = None if isinstance(content, RootMap) else content.prev_digest
    return None if digest is None else digest.hex()


class _Lost(NamedTuple):
    """What is left out of the JSON, since no verifier can use it."""

    entries: int = 0
    keys: int = 0


def _without_unreadable(content: Content) -> tuple[Content, _Lost]:
    """Leave out the entries that no verifier could read, and the keys that it passes over, also of embedded lists."""
    if isinstance(content, NationalMap):
        return _readable(content)
    if isinstance(content, RootMap):
        return content, _Lost()
    pointers, lost = [], _Lost()
    for pointer in content.pointers:
        embedded, found = (None, _Lost()) if pointer.embedded is None else _readable(pointer.embedded)
        pointers.append(pointer._replace(embedded=embedded))
        lost = _Lost(lost.entries + found.entries, lost.keys + found.keys)
    return content._replace(pointers=tuple(pointers)), lost


def _readable(national: NationalMap) -> tuple[NationalMap, _Lost]:
    kept: list[Any] = []
    keys = 0
    for entity in filter(None, map(readable_entity, national.entities)):
        usable = [
            service._replace(keys=tuple(key for key in service.keys if key.verification_key() is not None))
            for service in entity.services
        ]
        keys += sum(len(service.keys) for service in entity.services) - sum(len(service.keys) for service in usable)
        services = tuple(service for service in usable if service.keys)
        if services:
            kept.append(wire.ENTITY.write(entity._replace(services=services)))
    return national._replace(entities=tuple(kept)), _Lost(len(national.entities) - len(kept), keys)
