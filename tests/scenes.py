"""What can be the case when a token is verified: a world, the way of the token, what is asked, and knobs to turn.

A knob takes a scene and gives a changed one; ``both`` turns several.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from certmark import cbor
from certmark.cose import sign1
from certmark.cose.profile import CERTMARK_1
from certmark.transport import base45
from certmark.trust.entities import KeyRevocation, RevocationReason, ServiceStatus, StatusEntry
from certmark.trust.lists import Permitted
from certmark.verify import STANDARD, Policy, Product, Report
from tests.world import CERTIFICATE, DAY, NCCA_STATUS_URI, SIGNED_AT, STRANGER_KEY, WORLD, World

if TYPE_CHECKING:
    from certmark.status.bitarray import Status

IAT: Final = int(SIGNED_AT.timestamp())
"""Claimed signing time of the token, in seconds."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A world, what happens to its token on the way, and what is asked."""

    world: World = WORLD
    changed: Callable[[bytes], bytes] = bytes
    carried: Callable[[bytes], str | bytes] = bytes
    expect: Product | None = None
    demands: dict[str, Any] = field(default_factory=dict)

    @property
    def token(self) -> str | bytes:
        """The token as it arrives."""
        return self.carried(self.changed(self.world.cose))

    def report(self, policy: Policy = STANDARD) -> Report:
        """Verify the token."""
        return self.world.report(self.token, policy=replace(policy, **self.demands), expect=self.expect)


Knob = Callable[[Scene], Scene]


# --- kinds of knobs ---


def both(*knobs: Knob) -> Knob:
    """Turn several knobs, one after the other."""

    def turn(scene: Scene) -> Scene:
        for knob in knobs:
            scene = knob(scene)
        return scene

    return turn


def world(change: Callable[[World], World]) -> Knob:
    """Change the world."""
    return lambda scene: replace(scene, world=change(scene.world))


def on_its_way(change: Callable[[bytes], bytes]) -> Knob:
    """Change the bytes of the token."""
    return lambda scene: replace(scene, changed=lambda token: change(scene.changed(token)))


def arriving(token: bytes) -> Knob:
    """Let other bytes arrive in place of the token."""
    return on_its_way(lambda _: token)


def carried_as(carry: Callable[[bytes], str | bytes]) -> Knob:
    """Carry the token in another way than as its bytes."""
    return lambda scene: replace(scene, carried=carry)


def read_as(text: str) -> Knob:
    """Let a text arrive in place of the token."""
    return carried_as(lambda _: text)


def expecting(**product: str) -> Knob:
    """Expect a product."""
    return lambda scene: replace(scene, expect=replace(scene.expect or Product(), **product))


def demanding(**changes: Any) -> Knob:
    """Demand more than the policy does."""
    return lambda scene: replace(scene, demands={**scene.demands, **changes})


# --- knobs of the world ---


def certified(**changes: Any) -> Knob:
    """Change the certificate."""
    return world(lambda before: before.with_certificate(**changes))


def keyed(**changes: Any) -> Knob:
    """Change how the key that signs is listed."""
    return world(lambda before: before.with_key(**changes))


def scoped(**changes: Any) -> Knob:
    """Change the scopes of the body."""
    return world(lambda before: before.with_scopes(**changes))


def history(*entries: tuple[ServiceStatus, int]) -> Knob:
    """Change what the body was and since when, in seconds."""
    return world(lambda before: before.with_service(history=tuple(StatusEntry(*entry) for entry in entries)))


def national(**changes: Any) -> Knob:
    """Change the body's Member State."""
    return world(lambda before: before.with_member(**changes))


def lists(**changes: Any) -> Knob:
    """Change the dates of the union list and of all national lists."""
    return world(lambda before: before.with_lists(**changes))


def signed_alongside() -> Knob:
    """Let lists and status lists be signed when the certificate was."""
    return both(lists(issued_at=IAT), statuses(issued_at=IAT))


def status(value: Status) -> Knob:
    """Change the status of the certificate."""
    return world(lambda before: before.with_status(value))


def statuses(**changes: Any) -> Knob:
    """Change the status list."""
    return world(lambda before: before.with_statuses(**changes))


def with_ncca_list(value: Status) -> Knob:
    """Let the authority keep a list too."""
    return world(lambda before: before.with_ncca_list(value))


def changing(**changes: Any) -> Knob:
    """Change any other attribute of the world."""
    return world(lambda before: replace(before, **changes))


NO_STATUS_LIST: Final = world(World.without_statuses)
NCCA_NOT_HEARD: Final = world(lambda before: before.with_ncca_list().without_statuses(NCCA_STATUS_URI))
BY_A_STRANGER: Final = world(lambda before: before.signed_by(STRANGER_KEY))
BY_AN_UNKNOWN_STATE: Final = world(lambda before: before.signed_by(STRANGER_KEY, entity_id="IT-1"))
COMPROMISED: Final = keyed(revocation=KeyRevocation(RevocationReason.KEY_COMPROMISE, IAT + DAY))


def retired(effective: int) -> Knob:
    """Let the key be superseded at an instant."""
    return keyed(revocation=KeyRevocation(RevocationReason.SUPERSEDED, effective))


def _home(before: World) -> World:
    home: dict[str, Any] = {"scheme": "XX-HOME", "legal_basis": None, "support_until": "2030-01-01"}
    permitted = before.with_member(permitted=Permitted(("XX-HOME",), 3)).with_scopes(scheme="XX-HOME")
    return permitted.with_certificate(
        **home, assurance_level="substantial", packages=None, technical_domain=None, valid_until="2028-03-01"
    )


UNDER_HOME_SCHEME: Final = world(_home)
"""A certificate of the body under the fictitious scheme, which need not refer to a status list."""
SUBSTANTIAL: Final = certified(
    assurance_level="substantial", packages=[{"name": "global", "ava_van": 2}], technical_domain=None
)


def subject(**changes: Any) -> dict[str, Any]:
    """Give the subject of the certificate, changed (None: left out)."""
    return {name: value for name, value in {**CERTIFICATE["subject"], **changes}.items() if value is not None}


# --- changes on the way ---


def with_header(**changes: Any) -> Callable[[bytes], bytes]:
    """Change members of the protected header (alg, typ, unknown) and sign the token anew."""

    def change(token: bytes) -> bytes:
        parsed = sign1.from_bytes(token, profile=CERTMARK_1)
        parameters: Any = cbor.decode(parsed.headers.raw)
        parameters.update({{"alg": 1, "typ": 16, "unknown": 99}[name]: value for name, value in changes.items()})
        protected = cbor.encode(parameters)
        signature = WORLD.signer.sign(sign1.sig_structure(protected, parsed.payload))
        return sign1.to_bytes(protected, parsed.payload, signature)

    return change


def renamed(token: bytes) -> bytes:
    """Write another name into the certificate and leave the signature."""
    assert b"Secure Element SE1" in token
    return token.replace(b"Secure Element SE1", b"Secure Element SE2")


def flipped(token: bytes) -> bytes:
    """Flip a bit of the signature."""
    return token[:-1] + bytes([token[-1] ^ 1])


def cut_off(token: bytes) -> bytes:
    """Lose the last byte."""
    return token[:-1]


def in_form_2(token: bytes) -> str:
    """Carry the token in a form that does not exist yet."""
    return "CM1:" + base45.encode(b"\x02" + token)
