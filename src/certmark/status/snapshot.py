"""The status snapshot: verified status list tokens, looked up by who issued them and by uri.

A token counts only when a status service that the trusted lists name has signed it. Whether that service may speak
about a certificate is asked at each look-up: by the entity that signed, and by the uri.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from certmark.errors import StatusError, TrustError
from certmark.limits import DEFAULT_LIMITS, Limits
from certmark.status import token

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certmark.cose.keys import VerificationKey
    from certmark.cose.sign1 import Sign1
    from certmark.status.token import StatusListToken


class StatusSigners(Protocol):
    """Who may sign status lists; ``TrustSnapshot`` is one."""

    def status_signers(self, key_id: bytes, signed_at: int) -> tuple[tuple[str, VerificationKey], ...]:
        """Give entity id and key of every status service that may have signed under a key id at an instant."""


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
        lists: the newest token by entity id and uri.
        rejected: tokens that do not count, and why; what they are about stays unknown.
    """

    lists: Mapping[tuple[str, str], StatusListToken]
    rejected: tuple[RejectedToken, ...] = ()

    @classmethod
    def open(cls, tokens: Iterable[bytes], trust: StatusSigners, *, limits: Limits = DEFAULT_LIMITS) -> StatusSnapshot:
        """Verify status list tokens.

        Never raises because of a token: one bad file must not take the others down. ``rejected`` names it.

        Args:
            tokens: tagged COSE_Sign1 messages, in any order; of several for one uri the newest counts.
            trust: who may sign, usually the ``TrustSnapshot``.
            limits: bounds on sizes.
        """
        lists: dict[tuple[str, str], StatusListToken] = {}
        rejected = []
        for position, data in enumerate(tokens):
            try:
                message, said = token.parse(data, limits=limits)
                signers = _signers(message, said, trust)
            except (StatusError, TrustError) as error:
                rejected.append(RejectedToken(position, str(error)))
                continue
            for entity_id in signers:
                known = lists.get((entity_id, said.uri))
                if known is None or known.issued_at < said.issued_at:
                    lists[entity_id, said.uri] = said
        return cls(lists, tuple(rejected))

    def find(self, entity_id: str, uri: str) -> StatusListToken | None:
        """Give the newest list that an entity signed under a uri, or None."""
        return self.lists.get((entity_id, uri))


NO_STATUS = StatusSnapshot({})
"""A snapshot without any list: every status that is asked for is unknown."""


def _signers(message: Sign1, said: StatusListToken, trust: StatusSigners) -> list[str]:
    """Give every entity whose key signed: several may list one key, and none may take a token away from the others."""
    key_id = message.headers.key_id
    if key_id is None:
        raise StatusError(f"the status list token for {said.uri} names no key")
    possible = trust.status_signers(key_id, said.issued_at)
    if not possible:
        reason = f"no listed status service may have signed the token for {said.uri} (key id {key_id.hex()[:64]})"
        raise StatusError(reason)
    signers = [entity_id for entity_id, key in possible if message.is_signed_by(key)]
    if not signers:
        raise StatusError(f"the signature of the status list token for {said.uri} is wrong")
    return signers
