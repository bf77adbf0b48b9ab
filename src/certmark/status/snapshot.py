"""The status snapshot: verified status list tokens, looked up by who issued them and by uri.

A token counts only when a status service that the trusted lists name has signed it, and what it says is decoded only
then. Whether that service may speak about a certificate is asked at each look-up: by the entity that signed, and by the
uri.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from certmark.cose.algorithms import ALL_KEY_ALGORITHMS
from certmark.cwt.numericdate import LAST_SECOND, to_seconds
from certmark.errors import StatusError, TrustError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.status import token
from certmark.status.bitarray import Bits, Status
from certmark.status.floor import Known, digest_of, grown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from certmark.cose.keys import VerificationKey
    from certmark.cose.sign1 import Sign1
    from certmark.status.floor import StatusFloor
    from certmark.status.token import StatusListToken

_SKEW: Final = 300


class StatusSigner(Protocol):
    """A key of a status service; ``certmark.trust.snapshot.Candidate`` is one."""

    @property
    def entity_id(self) -> str:
        """Whose key it is."""

    @property
    def verification_key(self) -> VerificationKey:
        """The key, ready for use."""

    @property
    def verify_until(self) -> int:
        """First second in which its signatures do not count any more."""

    def was_in_order(self, signed_at: int) -> bool:
        """Tell whether key and service were entitled to sign at an instant, in seconds."""


class StatusSigners(Protocol):
    """Who may sign status lists; ``TrustSnapshot`` is one."""

    def status_signers(self, key_id: bytes) -> Sequence[StatusSigner]:
        """Give the keys of status services that a key id may mean, whosever they are."""


class RejectedToken(NamedTuple):
    """A token that does not count.

    Attributes:
        position: its place among the tokens that were given, from 0.
        reason: what is wrong, for people.
    """

    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class StatusSnapshot:
    """A verified set of status lists; immutable.

    Make one with ``open``.

    Attributes:
        lists: the newest token by entity id and uri; of several of one instant the one that ends first.
        rejected: tokens that do not count, and why; what they are about stays unknown.
        others: further tokens by entity id and uri, where there are any: see ``number_elsewhere``.
        known: what was known before, but for lists whose key was disowned.
        unheard: why a list that was given is not heard, by entity id and uri.
        key_ids: which key signed the newest token, by entity id and uri.
        ends: until when signatures of that key count, in seconds, by entity id and uri.
    """

    lists: Mapping[tuple[str, str], StatusListToken]
    rejected: tuple[RejectedToken, ...] = ()
    others: Mapping[tuple[str, str], tuple[StatusListToken, ...]] = field(default_factory=dict)
    known: Mapping[tuple[str, str], Known] = field(default_factory=dict)
    unheard: Mapping[tuple[str, str], str] = field(default_factory=dict)
    key_ids: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    ends: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        tokens: Iterable[bytes],
        trust: StatusSigners,
        *,
        previous: StatusFloor | None = None,
        limits: Limits = DEFAULT_LIMITS,
        algorithms: frozenset[int] = ALL_KEY_ALGORITHMS,
    ) -> StatusSnapshot:
        """Verify status list tokens.

        Never raises because of a token: one bad file must not take the others down. ``rejected`` names it.

        Args:
            tokens: tagged COSE_Sign1 messages, in any order; of several for one uri the newest counts, but a withdrawal
                that an older one states stays, and of several of one instant the worst is believed.
            trust: who may sign, usually the ``TrustSnapshot``.
            previous: the floor of the snapshot that was used before. A list that goes back behind it is not heard, and
                what was withdrawn stays withdrawn.
            limits: bounds on sizes.
            algorithms: of keys whose signatures count, usually ``Policy.accepted_at`` of now; an end of ESP256 is one
                of ES256 too.
        """
        known = {} if previous is None else dict(_unless_disowned(previous, trust))
        heard: dict[tuple[str, str], set[StatusListToken]] = {}
        going_on: dict[tuple[str, str], dict[StatusListToken, tuple[int, bytes]]] = {}
        unheard: dict[tuple[str, str], str] = {}
        rejected = []
        for position, data in enumerate(tokens):
            try:
                message = token.split(data, limits=limits)
                signers = _signers(message, trust, algorithms)
                said = token.read(message.payload, limits=limits)
                in_order = _in_order(signers, said)
            except (StatusError, TrustError) as error:
                rejected.append(RejectedToken(position, str(error)))
                continue
            for signer in in_order:
                key = signer.entity_id, said.uri
                heard.setdefault(key, set()).add(said)
                objection = known[key].objection_to(said) if key in known else None
                if objection is None:
                    signed_by = signer.verify_until, message.headers.key_id or b""
                    found = going_on.setdefault(key, {})
                    found[said] = max(signed_by, found.get(said, signed_by))  # two keys may say the same
                else:
                    unheard[key] = objection
                    rejected.append(RejectedToken(position, objection))
        lists = {key: max(each, key=_precedence) for key, each in going_on.items()}
        others = {key: tuple(each - {lists.get(key)}) for key, each in heard.items() if each != {lists.get(key)}}
        ends = {key: going_on[key][newest][0] for key, newest in lists.items()}
        key_ids = {key: going_on[key][newest][1] for key, newest in lists.items()}
        return cls(lists, tuple(rejected), others, known, unheard, key_ids, ends)

    def floor(self, *, at: datetime, limits: Limits = DEFAULT_LIMITS) -> StatusFloor:
        """Give what to remember for the next ``open``.

        Args:
            at: now. Of a list that is dated ahead nothing is remembered: its next version has the right date.
            limits: bounds how much of one entity is remembered.
        """
        latest = to_seconds(at) + _SKEW
        lists = {}
        for key in self.lists.keys() | self.others.keys():
            heard, known = self.lists.get(key), self.known.get(key)
            if heard is not None and heard.issued_at > latest:
                continue
            withdrawn = Bits() if known is None else known.withdrawn
            for each in (*(() if heard is None else (heard,)), *self.others.get(key, ())):
                withdrawn |= each.statuses.where(Status.INVALID)
            if heard is None:  # it goes back behind what is known
                lists[key] = self.known[key]._replace(withdrawn=withdrawn)
            else:
                lists[key] = Known(heard.issued_at, digest_of(heard.statuses), self.key_ids[key], withdrawn)
        return grown(self.known, lists, limits=limits)

    def find(self, entity_id: str, uri: str) -> StatusListToken | None:
        """Give the newest list that an entity signed under a uri, or None."""
        return self.lists.get((entity_id, uri))

    def why_unheard(self, entity_id: str, uri: str) -> str:
        """Say, in a sentence for people, why there is no list of an entity under a uri."""
        objection = self.unheard.get((entity_id, uri))
        if objection is None:
            return f"The status list {uri} was not supplied."
        return f"{objection[0].upper()}{objection[1:]}."

    def number_elsewhere(self, entity_id: str, uri: str, index: int) -> int | None:
        """Give what the further tokens of an entity under a uri, and those that were known before, make of an index.

        A withdrawal is final: an older token that states it is not contradicted by a newer one. Two tokens of one
        instant contradict each other; the worse is believed.

        Returns:
            INVALID, SUSPENDED if a token of the newest instant says so, or None.
        """
        key = entity_id, uri
        if key in self.known and index in self.known[key].withdrawn:
            return Status.INVALID
        newest = self.lists.get(key)
        found = None
        for each in self.others.get(key, ()):
            number = each.statuses.at(index) if index < each.statuses.size else Status.VALID
            if number == Status.INVALID:
                return number
            if number == Status.SUSPENDED and newest is not None and each.issued_at == newest.issued_at:
                found = number
        return found


def _unless_disowned(floor: StatusFloor, trust: StatusSigners) -> Iterator[tuple[tuple[str, str], Known]]:
    """Give what is known, but for what a key said that is listed and was not in order: its thief may have said it.

    A key that is not listed may be missing for a while, together with the list of its territory.
    """
    for (entity_id, uri), known in floor.lists.items():
        possible: Sequence[StatusSigner] = ()
        with suppress(TrustError):
            possible = trust.status_signers(known.key_id)
        listed = [each for each in possible if each.entity_id == entity_id]
        if not listed or any(each.was_in_order(known.issued_at) for each in listed):
            yield (entity_id, uri), known


def _precedence(token: StatusListToken) -> tuple[int, int, int, bytes]:
    """Order tokens: the newest, then the one that ends first, and is due first, whatever order they were given in."""
    never = LAST_SECOND + 1
    expires, ttl = (never if end is None else end for end in (token.expires, token.ttl))
    return token.issued_at, -expires, -ttl, token.statuses.packed


NO_STATUS = StatusSnapshot({})
"""A snapshot without any list: every status that is asked for is unknown."""


def _signers(message: Sign1, trust: StatusSigners, algorithms: frozenset[int]) -> list[StatusSigner]:
    """Give everyone whose key signed: several may list one key, and none may take a token away from the others."""
    key_id = message.headers.key_id
    if key_id is None:
        raise StatusError("the status list token names no key")
    named = f"(key id {key_id.hex()[:64]})"
    possible = trust.status_signers(key_id)
    if not possible:
        raise StatusError(f"no listed status service has the key of the status list token {named}")
    counting = {each.verification_key for each in possible if each.verification_key.algorithm in algorithms}
    if not counting:
        raise StatusError(f"the key of the status list token has an algorithm that is not accepted any more {named}")
    signed = {key for key in counting if message.is_signed_by(key)}
    if not signed:
        raise StatusError(f"the signature of the status list token is wrong {named}")
    return [each for each in possible if each.verification_key in signed]


def _in_order(signers: list[StatusSigner], said: StatusListToken) -> list[StatusSigner]:
    in_order = [each for each in signers if each.was_in_order(said.issued_at)]
    if not in_order:
        whose = " and ".join(sorted({each.entity_id for each in signers}))[:100]
        raise StatusError(
            f"the token for {said.uri} was signed when the key or the service of {whose} was not in order"
        )
    return in_order
