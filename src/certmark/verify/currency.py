"""How current is what we know: freshness of signed lists, and what the status lists say at a given time."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from certmark.cwt.numericdate import LAST_SECOND, SECONDS_PER_DAY
from certmark.errors import StatusError
from certmark.status.bitarray import Status
from certmark.trust.entities import ServiceType
from certmark.trust.lists import UNION_TERRITORY
from certmark.verify.outcome import ListUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certmark.status.snapshot import StatusSnapshot
    from certmark.status.token import StatusListToken
    from certmark.trust.entities import TrustedEntity
    from certmark.trust.lists import ListHead, NationalList
    from certmark.trust.snapshot import Candidate


class Freshness(IntEnum):
    """How current a signed list is; the greater, the worse."""

    FRESH = 0
    DUE = 1
    """A newer one is due, and the policy's grace is not used up."""
    STALE = 2
    """Beyond the grace."""
    EXPIRED = 3
    """Beyond its hard end."""


class CurrentStatus(NamedTuple):
    """What the status lists say of a certificate.

    Attributes:
        value: the worst status that any authority states, or None when nothing is known.
        freshness: of the oldest list that was needed.
        tokens: the status list tokens that were heard.
        problems: sentences for people: why not everyone who may speak about the certificate was heard.
        key_ends: of each token, until when signatures of its key count, in seconds; None: not known.
    """

    value: Status | None
    freshness: Freshness
    tokens: tuple[StatusListToken, ...] = ()
    problems: tuple[str, ...] = ()
    key_ends: tuple[int | None, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everyone who may speak about the certificate was heard."""
        return not self.problems

    def reason(self, at: int) -> str:
        """Say in a sentence or two what is known, at a time in seconds."""
        oldest = min((token.issued_at for token in self.tokens), default=at)
        return " ".join(self.problems) or f"The status list is {age_in_words(at - oldest)}."

    def uses(self, at: int) -> tuple[ListUse, ...]:
        """Describe the lists that were heard for the report, at a time in seconds."""
        return tuple(
            _status_use(token, key_ends, at=at) for token, key_ends in zip(self.tokens, self.key_ends, strict=True)
        )


NOT_REFERENCED = CurrentStatus(
    None,
    Freshness.FRESH,
    problems=("The certificate refers to no status list: withdrawal cannot be seen.",),
)


def list_freshness(head: ListHead, *, at: int, grace: int) -> Freshness:
    """Judge a trusted list.

    Args:
        head: its times.
        at: time of verification, in seconds.
        grace: how long after its next update it still counts, in seconds.
    """
    if at >= head.expires:
        return Freshness.EXPIRED
    if head.next_update is None or at < head.next_update:
        return Freshness.FRESH
    return Freshness.DUE if at < head.next_update + grace else Freshness.STALE


def status_freshness(token: StatusListToken, *, key_ends: int | None, at: int, grace: int) -> Freshness:
    """Judge a status list token: ``exp`` is its hard end, ``ttl`` after ``iat`` says when a fresh one is due.

    A token with ``exp`` alone is fresh until then; one with neither is due at once.

    Args:
        token: what is judged.
        key_ends: until when signatures of its key count, in seconds; None: not known.
        at: time of verification, in seconds.
        grace: how long after its ttl it still counts, in seconds.
    """
    end = _hard_end(token, key_ends)
    if end is not None and at >= end:
        return Freshness.EXPIRED
    if token.ttl is None and token.expires is not None:
        return Freshness.FRESH
    due = token.issued_at + (token.ttl or 0)
    if at < due:
        return Freshness.FRESH
    return Freshness.DUE if at < due + grace else Freshness.STALE


def age_in_words(seconds: int) -> str:
    """Say how old a list is, in whole days."""
    days = seconds // SECONDS_PER_DAY
    if days < 1:
        return "less than a day old"
    return f"{days} days old" if days > 1 else "1 day old"


def list_use(head: ListHead, *, at: int) -> ListUse:
    """Describe a trusted list for the report."""
    return ListUse(
        kind="union_list" if head.territory == UNION_TERRITORY else "national_list",
        name=head.territory,
        sequence_number=head.sequence_number,
        issued_at=head.issued_at,
        age=at - head.issued_at,
        next_update=head.next_update,
        expires=head.expires,
    )


def current_status(
    signer: Candidate, status: StatusSnapshot, *, index: int, uri: str, at: int, grace: int
) -> CurrentStatus:
    """Ask every authority that speaks about an index: the issuer's list, and the NCCA's over the same indices.

    Args:
        signer: the key that signed the certificate: its entity must have declared the uri.
        status: verified status lists.
        index: index of the certificate.
        uri: status list that the certificate names.
        at: time of verification, in seconds.
        grace: how long after their ttl lists still count, in seconds.

    Returns:
        The worst of what they say; a withdrawal is final, so it counts whatever else is missing.
    """
    worst = -1
    freshness = Freshness.FRESH
    tokens: list[StatusListToken] = []
    problems: list[str] = []
    ends: list[int | None] = []
    for entity_id, list_uri in authorities(signer.entity, signer.national_list, uri):
        token = status.find(entity_id, list_uri)
        if token is None:
            problems.append(status.why_unheard(entity_id, list_uri))
        else:
            tokens.append(token)
            ends.append(status.ends.get((entity_id, list_uri)))
            freshness = max(freshness, status_freshness(token, key_ends=ends[-1], at=at, grace=grace))
            try:
                worst = max(worst, _SEVERITY[token.statuses.at(index)])
            except (StatusError, KeyError):
                problems.append(f"The status list {list_uri} says nothing that counts at index {index}.")
        if status.others or status.known:
            elsewhere = status.number_elsewhere(entity_id, list_uri, index)
            if elsewhere is not None:
                worst = max(worst, _SEVERITY[elsewhere])
    if not (tokens or problems):
        problems.append(f"The issuer has not declared the status list {uri}.")
    value = None if worst < 0 or (problems and worst == 0) else _BY_SEVERITY[worst]
    return CurrentStatus(value, freshness, tuple(tokens), tuple(problems), tuple(ends))


_BY_SEVERITY = (Status.VALID, Status.SUSPENDED, Status.INVALID)
_SEVERITY = {int(status): severity for severity, status in enumerate(_BY_SEVERITY)}


def authorities(entity: TrustedEntity, national: NationalList, uri: str) -> Iterator[tuple[str, str]]:
    """Give who must speak under which uri about certificates of an entity that name a status list.

    Each once, even if services of the entity declare the uri more than once: then every authority is heard.
    """
    ncca = national.content.ncca
    heard: dict[tuple[str, str], None] = {}
    for service in entity.services:
        for declaration in service.status_lists if service.service_type is ServiceType.STATUS_ISSUANCE else ():
            if declaration.uri == uri:
                heard[entity.entity_id, uri] = None
                if declaration.ncca_uri is not None:
                    heard[ncca.entity_id if ncca else "", declaration.ncca_uri] = None
    yield from heard


def _hard_end(token: StatusListToken, key_ends: int | None) -> int | None:
    if token.expires is None or key_ends is None:
        return key_ends if token.expires is None else token.expires
    return min(token.expires, key_ends)


def _status_use(token: StatusListToken, key_ends: int | None, *, at: int) -> ListUse:
    due = None if token.ttl is None else min(token.issued_at + token.ttl, LAST_SECOND)
    end = _hard_end(token, key_ends)
    # that of the key is named once it is why the list has ended; before, a newer list by a newer key may come
    expires = end if end is not None and at >= end else token.expires
    return ListUse("status_list", token.uri, None, token.issued_at, at - token.issued_at, due, expires)
