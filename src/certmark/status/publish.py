"""Publishing status lists: the next token of a list, held to the one before, and the file that names all lists.

For whoever keeps a list: the body, and the authority over the same indices under a uri of its own.
"""

from __future__ import annotations

import json
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.cwt.numericdate import from_seconds, to_seconds
from certmark.errors import StatusError, StatusPublishingError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.status import token
from certmark.status.bitarray import BITS, Status, StatusList
from certmark.status.token import StatusListToken
from certmark.text import problem_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime, timedelta

    from certmark.cose.signer import Signer

_SMALLEST: Final = 1 << 10
_LARGEST_STEP: Final = 1 << 20
_SHOWN: Final = 5


class Rule(StrEnum):
    """Rules that a token keeps towards the one before it; verifiers hold it to the same."""

    SAME_LIST = "same_list"
    """Both are of one uri."""
    LATER = "later"
    """Its time of signing is later."""
    NOT_SHORTER = "not_shorter"
    """Every index that was there is there."""
    WITHDRAWAL_IS_FINAL = "withdrawal_is_final"
    """What was invalid is invalid."""


class BrokenRule(NamedTuple):
    """A rule that a token breaks.

    Attributes:
        rule: which.
        problem: how, for people.
    """

    rule: Rule
    problem: str

    def __str__(self) -> str:
        """Give all of it in one line."""
        return f"{self.problem} ({self.rule})"


def size_for(entries: int) -> int:
    """Give the size of a list that has room for so many entries: powers of two from 1024 on, later steps of 2^20.

    In steps, so that the size of a list does not tell how many certificates there are.
    """
    if entries <= _LARGEST_STEP:
        return max(_SMALLEST, 1 << (entries - 1).bit_length())
    return -(-entries // _LARGEST_STEP) * _LARGEST_STEP


def publish(
    statuses: Mapping[int, Status],
    *,
    uri: str,
    issued_at: datetime,
    ttl: timedelta | None,
    expires: datetime | None,
    signer: Signer,
    size: int | None = None,
    aggregation_uri: str | None = None,
    previous: bytes | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """Sign the next token of a list. The same statuses and times give the same payload, byte for byte.

    Args:
        statuses: status by index; what is left out is valid.
        uri: where the list is published, as certificates name it.
        issued_at: time of signing.
        ttl: after which time verifiers should fetch the next one.
        expires: from when on it says nothing any more.
        signer: a key of the status service.
        size: number of entries; else what ``size_for`` gives, and never less than before.
        aggregation_uri: where all lists of the publisher are named.
        previous: the token that was published before, if there is one. Its signature is not looked at.
        limits: those of the verifiers.

    Raises:
        StatusPublishingError: it takes back what the token before it says; ``broken`` names the rules.
        StatusError: verifiers would refuse it, or the token before it cannot be read.
        SignerError: the signature does not verify.
    """
    before = None if previous is None else token.parse(previous, limits=limits)[1]
    if size is None:
        size = max(size_for(max(statuses, default=0) + 1), before.statuses.size if before else 0)
    if size < 1:
        raise StatusError("a status list without entries says nothing: give it a size")
    if (size * BITS + 7) // 8 > limits.status_list:
        raise StatusError(f"a status list of {size} entries is larger than verifiers read: begin another list")
    content = StatusListToken(
        uri=uri,
        issued_at=to_seconds(issued_at),
        expires=None if expires is None else to_seconds(expires),
        ttl=None if ttl is None else int(ttl.total_seconds()),
        statuses=StatusList.of(statuses, size=size),
    )
    _require_sense(content, aggregation_uri)
    if before is not None and (broken := tuple(broken_rules(before, content))):
        raise StatusPublishingError("; ".join(map(str, broken)), broken=broken)
    signed = token.seal(content, signer=signer, aggregation_uri=aggregation_uri)
    token.parse(signed, limits=limits)
    return signed


def broken_rules(before: StatusListToken, after: StatusListToken) -> Iterator[BrokenRule]:
    """Give what a token takes back of the one before it."""
    if after.uri != before.uri:
        yield BrokenRule(Rule.SAME_LIST, f"the token before is of the list {before.uri}")
    if after.issued_at <= before.issued_at:
        signed = from_seconds(before.issued_at).isoformat()
        yield BrokenRule(Rule.LATER, f"the token before was signed at {signed}: verifiers want a later time")
    if after.statuses.size < before.statuses.size:
        sizes = f"{before.statuses.size} entries and now {after.statuses.size}"
        yield BrokenRule(Rule.NOT_SHORTER, f"the list had {sizes}: certificates would lose their index")
    lifted = list(islice(_lifted(before.statuses, after.statuses), _SHOWN + 1))
    if lifted:
        named = ", ".join(map(str, lifted[:_SHOWN])) + (" and more" if len(lifted) > _SHOWN else "")
        yield BrokenRule(Rule.WITHDRAWAL_IS_FINAL, f"withdrawn before and no longer: index {named}")


def aggregation(uris: Iterable[str]) -> bytes:
    """Write the JSON of Status List Aggregation, for those who fetch all lists of a publisher ahead.

    Args:
        uris: of the lists; the same ones give the same bytes.

    Raises:
        StatusError: a uri is not fit to be shown.
    """
    named = sorted(set(uris))
    for uri in named:
        if problem := problem_in(uri):
            raise StatusError(f"the uri of a status list {problem}")
    return json.dumps({"status_lists": named}, indent=2).encode() + b"\n"


def _lifted(before: StatusList, after: StatusList) -> Iterator[int]:
    """Give the indices that were invalid and are not any more; those that are not there any more included."""
    for index in before.indices_of(Status.INVALID):
        if index >= after.size or after.at(index) != Status.INVALID:
            yield index


def _require_sense(content: StatusListToken, aggregation_uri: str | None) -> None:
    """Refuse what verifiers accept but nobody can mean.

    Raises:
        StatusError: a list that ends before it begins, or is due at once; an unfit uri.
    """
    if content.expires is not None and content.expires <= content.issued_at:
        raise StatusError("the status list would end before it is signed: choose a later end")
    if content.ttl is not None and content.ttl <= 0:
        raise StatusError("the time to live must be at least a second (draft 21, §5.2)")
    if aggregation_uri is not None and (problem := problem_in(aggregation_uri)):
        raise StatusError(f"the aggregation uri {problem}")
