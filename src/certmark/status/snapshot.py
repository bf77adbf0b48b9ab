"""The status snapshot: verified status list tokens, looked up by who issued them and by uri.

A token counts only when a status service that the trusted lists name has signed it, and what it says is decoded only
then. Whether that service may speak about a certificate is asked at each look-up: by the entity that signed, and by the
uri.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from certmark.cwt.numericdate import LAST_SECOND
from certmark.errors import StatusError, TrustError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.status import token
from certmark.status.bitarray import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from certmark.cose.keys import VerificationKey
    from certmark.cose.sign1 import Sign1
    from certmark.status.token import StatusListToken


class StatusSigner(Protocol):
    """A key of a status service; ``certmark.trust.snapshot.Candidate`` is one."""

    @property
    def entity_id(self) -> str:
        """Whose key it is."""

    @property
    def verification_key(self) -> VerificationKey:
        """The key, ready for use."""

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
    """

    lists: Mapping[tuple[str, str], StatusListToken]
    rejected: tuple[RejectedToken, ...] = ()
    others: Mapping[tuple[str, str], tuple[StatusListToken, ...]] = field(default_factory=dict)

    @classmethod
    def open(cls, tokens: Iterable[bytes], trust: StatusSigners, *, limits: Limits = DEFAULT_LIMITS) -> StatusSnapshot:
        """Verify status list tokens.

        Never raises because of a token: one bad file must not take the others down. ``rejected`` names it.

        Args:
            tokens: tagged COSE_Sign1 messages, in any order; of several for one uri the newest counts, but a withdrawal
                that an older one states stays, and of several of one instant the worst is believed.
            trust: who may sign, usually the ``TrustSnapshot``.
            limits: bounds on sizes.
        """
        heard: dict[tuple[str, str], set[StatusListToken]] = {}
        rejected = []
        for position, data in enumerate(tokens):
            try:
                message = token.split(data, limits=limits)
                signers = _signers(message, trust)
                said = token.read(message.payload, limits=limits)
                entity_ids = _in_order(signers, said)
            except (StatusError, TrustError) as error:
                rejected.append(RejectedToken(position, str(error)))
                continue
            for entity_id in entity_ids:
                heard.setdefault((entity_id, said.uri), set()).add(said)
        lists = {key: max(found, key=_precedence) for key, found in heard.items()}
        others = {key: tuple(found - {lists[key]}) for key, found in heard.items() if len(found) > 1}
        return cls(lists, tuple(rejected), others)

    def find(self, entity_id: str, uri: str) -> StatusListToken | None:
        """Give the newest list that an entity signed under a uri, or None."""
        return self.lists.get((entity_id, uri))

    def number_elsewhere(self, entity_id: str, uri: str, index: int) -> int | None:
        """Give what the further tokens of an entity under a uri make of an index.

        A withdrawal is final: an older token that states it is not contradicted by a newer one. Two tokens of one
        instant contradict each other; the worse is believed.

        Returns:
            INVALID, SUSPENDED if a token of the newest instant says so, or None.
        """
        found = None
        for each in self.others.get((entity_id, uri), ()):
            number = each.statuses.at(index) if index < each.statuses.size else Status.VALID
            if number == Status.INVALID:
                return number
            if number == Status.SUSPENDED and each.issued_at == self.lists[entity_id, uri].issued_at:
                found = number
        return found


def _precedence(token: StatusListToken) -> tuple[int, int, int, bytes]:
    """Order tokens: the newest, then the one that ends first, and is due first, whatever order they were given in."""
    never = LAST_SECOND + 1
    expires, ttl = (never if end is None else end for end in (token.expires, token.ttl))
    return token.issued_at, -expires, -ttl, token.statuses.packed


NO_STATUS = StatusSnapshot({})
"""A snapshot without any list: every status that is asked for is unknown."""


def _signers(message: Sign1, trust: StatusSigners) -> list[StatusSigner]:
    """Give everyone whose key signed: several may list one key, and none may take a token away from the others."""
    key_id = message.headers.key_id
    if key_id is None:
        raise StatusError("the status list token names no key")
    named = f"(key id {key_id.hex()[:64]})"
    possible = trust.status_signers(key_id)
    if not possible:
        raise StatusError(f"no listed status service has the key of the status list token {named}")
    signed = {key for key in {each.verification_key for each in possible} if message.is_signed_by(key)}
    if not signed:
        raise StatusError(f"the signature of the status list token is wrong {named}")
    return [each for each in possible if each.verification_key in signed]


def _in_order(signers: list[StatusSigner], said: StatusListToken) -> list[str]:
    entity_ids = [each.entity_id for each in signers if each.was_in_order(said.issued_at)]
    if not entity_ids:
        whose = " and ".join(sorted({each.entity_id for each in signers}))[:100]
        raise StatusError(
            f"the token for {said.uri} was signed when the key or the service of {whose} was not in order"
        )
    return entity_ids
