"""Policies: what a relying party demands beyond a right signature by an entitled issuer, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.cose.profile import CERTMARK_1
from certmark.cwt.numericdate import SECONDS_PER_DAY

if TYPE_CHECKING:
    from datetime import datetime

    from certmark.model.vocabulary import AssuranceLevel


class Sunset(NamedTuple):
    """The end of an algorithm under a policy.

    Attributes:
        algorithm: COSE algorithm number.
        end: first instant at which signatures with it do not count any more, aware.
    """

    algorithm: int
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a relying party demands. Derive others with ``dataclasses.replace``.

    Attributes:
        name: shown in reports.
        grace: how long after their next update (lists) or ttl (status lists) signed lists still count, in seconds.
        skew: how far the issuer's clock may be ahead of the verifier's, in seconds.
        algorithms: COSE algorithm numbers that are accepted.
        sunsets: ends of some of them.
        accept_stale: whether outdated or missing lists leave the result PASSED, with ``may_promote`` unknown.
        accept_suspended: whether suspended certificates that are valid by their scheme pass.
        require_status: whether tokens without a status claim are refused.
        require_issuer_granted_now: whether the issuer's service must be granted at the time of verification too.
        minimum_level: lowest assurance level, or None for any.
        schemes: ids of accepted schemes, or None for any known one.
        link_hosts: hosts that the link may name, or None for any and for bare codes too.
    """

    name: str
    grace: int = 30 * SECONDS_PER_DAY
    skew: int = 300
    algorithms: frozenset[int] = CERTMARK_1.algorithms
    sunsets: tuple[Sunset, ...] = ()
    accept_stale: bool = False
    accept_suspended: bool = True
    require_status: bool = False
    require_issuer_granted_now: bool = False
    minimum_level: AssuranceLevel | None = None
    schemes: frozenset[str] | None = None
    link_hosts: frozenset[str] | None = None

    def accepted_at(self, at: datetime) -> frozenset[int]:
        """Give the algorithms that are accepted at a time: for tokens, and to open roots, lists and status lists with.

        Args:
            at: aware.
        """
        ended = {sunset.algorithm for sunset in self.sunsets if at >= sunset.end}
        return self.algorithms - ended

    @property
    def source(self) -> str:
        """How checks name the policy as their source."""
        return f"policy {self.name}"


STANDARD = Policy(name="standard")
"""Lists may be 30 days late; a suspended EUCC certificate passes, since it is valid (Article 30)."""

LENIENT_OFFLINE = Policy(name="lenient_offline", accept_stale=True)
"""For devices that are offline for long: old lists are accepted, their age is shown, promotion stays unknown."""

STRICT = Policy(name="strict", grace=0, accept_suspended=False, require_status=True, require_issuer_granted_now=True)
"""No grace; suspended certificates fail; the issuer must be granted today."""

POLICIES: Final = (STANDARD, LENIENT_OFFLINE, STRICT)
"""The policies that have a name."""
