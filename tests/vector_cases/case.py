"""One vector before it is written: what a client is given, and what the specification says that it answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from tests.world import NOW, WORLD, World

FORMAT: Final = "FAILED FORMAT_FAILURE unknown no"
NEWER: Final = "INDETERMINATE UNSUPPORTED_FORMAT unknown unknown"
CRYPTO: Final = "INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE unknown unknown"
NOT_LISTED: Final = "FAILED ISSUER_NOT_LISTED unknown no"
NOT_FOUND: Final = "INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND unknown unknown"
FORGED: Final = "FAILED SIG_CRYPTO_FAILURE unknown no"
REVOKED: Final = "FAILED REVOKED unknown no"
NO_AUTHORITY: Final = "FAILED ISSUER_NOT_AUTHORISED unknown no"
NO_SCHEME: Final = "INDETERMINATE UNKNOWN_SCHEME in_force unknown"
VIOLATION: Final = "FAILED SCHEME_VIOLATION in_force no"
VOID: Final = "FAILED CERTIFICATE_WITHDRAWN withdrawn no"
OVER: Final = "FAILED CERTIFICATE_EXPIRED expired no"
NOT_YET: Final = "FAILED CERTIFICATE_NOT_YET_VALID not_yet_valid no"
WRONG: Final = "FAILED WRONG_PRODUCT in_force no"
UNCLEAR: Final = "INDETERMINATE PRODUCT_NOT_IDENTIFIED in_force unknown"
UNMET_UNKNOWN: Final = "FAILED POLICY_NOT_MET unknown no"
LATER: Final = "INDETERMINATE TRY_LATER unknown unknown"
LATER_SUSPENDED: Final = "INDETERMINATE TRY_LATER suspended no"
OPEN: Final = "PASSED - unknown unknown"
SUSPENDED: Final = "PASSED - suspended no"
GOOD: Final = "PASSED - in_force yes"
CLOCK: Final = "INDETERMINATE CLOCK_ERROR unknown unknown"

EUCC_RULES: Final = ("schemes/eucc.json",)
HOME_RULES: Final = ("schemes/xx-home.json",)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A vector.

    Attributes:
        name: group and name, ``text/host-in-capitals``.
        spec: page of the specification and place in it, ``token-text.md#text``.
        rule: the rule in words.
        token: as text, or as the bytes of the COSE message.
        answer: indication, sub-indication or ``-``, status and promotion; None when there is nothing to judge with.
        error: code of the error for an artefact that is refused; with an answer: what leaving it out leads to.
        product: what is given of the product at hand, by the names of the options.
        schemes: scheme files, in the folder of the vectors.
    """

    name: str
    spec: str
    rule: str
    answer: str | None
    token: str | bytes = WORLD.cose
    error: str | None = None
    bundle: bytes = WORLD.bundle
    anchor: bytes = WORLD.anchor
    status: tuple[bytes, ...] = WORLD.status_tokens[:1]
    at: datetime = NOW
    policy: str = "standard"
    product: dict[str, str] = field(default_factory=dict)
    schemes: tuple[str, ...] = ()

    def in_world(self, world: World, *, heard: bool = True) -> Case:
        """Give the case with the lists, status lists and clock of a world, and its token unless it has its own."""
        return replace(
            self,
            bundle=world.bundle,
            anchor=world.anchor,
            status=world.status_tokens if heard else (),
            at=world.now,
            token=world.cose if self.token is WORLD.cose else self.token,
        )

    @property
    def expect(self) -> dict[str, Any]:
        """What a client answers, as it stands in the file."""
        expected: dict[str, Any] = {}
        if self.answer is not None:
            indication, sub_indication, status, may_promote = self.answer.split()
            expected = {
                "indication": indication,
                "sub_indication": None if sub_indication == "-" else sub_indication,
                "certificate_status": status,
                "may_promote": may_promote,
            }
        if self.error is not None:
            expected["error"] = self.error
        return expected
