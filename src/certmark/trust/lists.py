"""Root and trusted lists, as frozen values: what a verified one says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from certmark.cose.keys import VerificationKey
    from certmark.trust.entities import Ncca


UNION_TERRITORY = "EU"
"""Territory of the union list."""


class Role(NamedTuple):
    """Who signs something together.

    Attributes:
        threshold: how many distinct keys must sign.
        keys: the keys that count.
    """

    threshold: int
    keys: tuple[VerificationKey, ...]


class RootMap(NamedTuple):
    """The private claim of a root.

    Attributes:
        sequence_number: version.
        root: who signs the next root.
        union: who signs the union list.
        label: shown in every report, or None.
    """

    sequence_number: int
    root: Role
    union: Role
    label: str | None = None


class Permitted(NamedTuple):
    """What a national list may grant.

    Attributes:
        schemes: scheme ids.
        max_level: number of the highest assurance level.
    """

    schemes: tuple[str, ...]
    max_level: int


class NationalMap(NamedTuple):
    """The private claim of a national list.

    Attributes:
        sequence_number: version.
        territory: ISO 3166-1 alpha-2 code.
        next_update: soft end in seconds, or None for a closed list.
        entities: trusted entities as decoded maps, read when they are needed.
        prev_digest: SHA-256 of the previous version's bytes.
        ncca: the authority of the territory.
    """

    sequence_number: int
    territory: str
    next_update: int | None
    entities: tuple[dict[int, object], ...]
    prev_digest: bytes | None = None
    ncca: Ncca | None = None


class Pointer(NamedTuple):
    """What the union list says of one territory.

    Attributes:
        territory: ISO 3166-1 alpha-2 code.
        operator: name of the authority that signs the national list.
        permitted: what the national list may grant.
        threshold: how many of its keys must sign, or None where the list is embedded.
        keys: keys of the national list; empty where it is embedded.
        min_sequence: lowest sequence number that is still accepted.
        locations: where the list is published.
        embedded: the national list itself, vouched for by the union list.
    """

    territory: str
    operator: str
    permitted: Permitted
    threshold: int | None = None
    keys: tuple[VerificationKey, ...] = ()
    min_sequence: int | None = None
    locations: tuple[str, ...] = ()
    embedded: NationalMap | None = None

    @property
    def signers(self) -> Role:
        """Who signs the national list; nobody where it is embedded."""
        return Role(self.threshold or 0, self.keys)


class UnionMap(NamedTuple):
    """The private claim of the union list.

    Attributes:
        sequence_number: version.
        territory: ``EU``.
        next_update: soft end in seconds, or None for a closed list.
        pointers: one for each territory.
        prev_digest: SHA-256 of the previous version's bytes.
    """

    sequence_number: int
    territory: str
    next_update: int | None
    pointers: tuple[Pointer, ...]
    prev_digest: bytes | None = None


Content: TypeAlias = RootMap | UnionMap | NationalMap
"""What a root or list says."""


class ListHead(NamedTuple):
    """What reports say of a list that was used.

    Attributes:
        territory: ``EU`` or ISO 3166-1 alpha-2 code.
        operator: who signs it.
        list_id: the same in every version.
        sequence_number: version.
        issued_at: claimed signing time, in seconds.
        next_update: soft end in seconds, or None for a closed list.
        expires: hard end in seconds.
        digest: SHA-256 of the list's bytes; of the union list's where it is embedded there.
    """

    territory: str
    operator: str
    list_id: str
    sequence_number: int
    issued_at: int
    next_update: int | None
    expires: int
    digest: bytes


class Root(NamedTuple):
    """A verified root.

    Attributes:
        head: sequence number, times and digest; a root has no soft end.
        roles: what it decides.
    """

    head: ListHead
    roles: RootMap


class UnionList(NamedTuple):
    """A verified union list."""

    head: ListHead
    content: UnionMap


class NationalList(NamedTuple):
    """A verified national list and the pointer that vouches for it."""

    head: ListHead
    content: NationalMap
    pointer: Pointer
