"""Europe as data: the states whose authorities may keep a list, and the certification bodies that are known.

The facts, with their sources, stand in ``europe.json``. Nothing here is trusted by anybody: it helps to begin a list,
and no verifier and no issuer reads it. What is None was not confirmed.
"""

from __future__ import annotations

import json
from functools import cache
from pkgutil import get_data
from string import ascii_uppercase
from typing import TYPE_CHECKING, NamedTuple

from certmark.errors import PublishingError
from certmark.text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

_PRIVATE_USE = frozenset(
    {"AA", "ZZ"} | {f"Q{letter}" for letter in "MNOPQRSTUVWXYZ"} | {f"X{letter}" for letter in ascii_uppercase}
)


class State(NamedTuple):
    """A Member State of the Union, or a further state of the European Economic Area.

    Attributes:
        code: ISO 3166-1 alpha-2.
        name: English short name.
        membership: ``EU`` or ``EEA``.
        eucc: whether EUCC applies there.
        ncca: name of its authority.
        sources: what confirms the authority, by the names in ``Europe.sources``.
    """

    code: str
    name: str
    membership: str
    eucc: bool | None
    ncca: str | None
    sources: tuple[str, ...]


class KnownBody(NamedTuple):
    """A certification body whose number stands in identifiers of EUCC certificates.

    Attributes:
        number: its number in NANDO.
        name: its name.
        territory: code of its state.
        public: whether it is a public body.
        sources: what says so, by the names in ``Europe.sources``.
    """

    number: str
    name: str | None
    territory: str | None
    public: bool | None
    sources: tuple[str, ...]


class Europe(NamedTuple):
    """All of it.

    Attributes:
        as_of: day of the newest source.
        states: Member States first.
        bodies: by number.
        sources: what the facts rest on, by name.
    """

    as_of: str
    states: tuple[State, ...]
    bodies: tuple[KnownBody, ...]
    sources: Mapping[str, str]

    def state(self, code: str) -> State | None:
        """Give a state, or None for a code that ISO 3166-1 leaves to its users (AA, QM to QZ, XA to XZ, ZZ).

        Raises:
            PublishingError: any other code; the message lists those that are known.
        """
        for state in self.states:
            if state.code == code:
                return state
        if code in _PRIVATE_USE:
            return None
        known = ", ".join(state.code for state in self.states)
        hint = " (Greece is GR)" if code == "EL" else ""
        raise PublishingError(f"no territory {shown(code)}{hint}: known are {known}, and XA to XZ for tests")

    def bodies_of(self, code: str) -> tuple[KnownBody, ...]:
        """Give the bodies that are known in a state."""
        return tuple(body for body in self.bodies if body.territory == code)


@cache
def europe() -> Europe:
    """Read the data that ships with certmark."""
    data = json.loads(get_data(__name__, "europe.json") or b"")
    states = (
        State(
            each["code"],
            each["name"],
            each["membership"],
            each["eucc"],
            (each["ncca"] or {}).get("name"),
            tuple((each["ncca"] or {}).get("sources", ())),
        )
        for each in data["states"]
    )
    bodies = (KnownBody(**{**each, "sources": tuple(each["sources"])}) for each in data["bodies"])
    return Europe(data["as_of"], tuple(states), tuple(bodies), data["sources"])
