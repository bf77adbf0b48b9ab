"""What root and lists hold, in words for people. Times are in UTC; 00:00 of a day is written as the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from certmark.cwt.numericdate import SECONDS_PER_DAY, from_days, from_seconds
from certmark.trust.entities import KeyRevocation, RevocationReason, ServiceType

if TYPE_CHECKING:
    from datetime import date

    from certmark.cose.keys import VerificationKey
    from certmark.trust.entities import Accreditation, Scope, ServiceKey, StatusEntry, StatusListDeclaration
    from certmark.trust.lists import Permitted, Role

LEVELS: Final = {1: "basic", 2: "substantial", 3: "high"}
DOMAINS: Final = {1: "smart cards and similar devices", 2: "hardware devices with security boxes"}
MODES: Final = {1: "by the authority", 2: "prior approval", 3: "general delegation", 4: "conformity assessment body"}
SERVICES: Final = {
    ServiceType.CERTIFICATE_ISSUANCE: "certificate issuance",
    ServiceType.STATUS_ISSUANCE: "status issuance",
    ServiceType.CERTIFICATE_APPROVAL: "certificate approval",
}
REASONS: Final = {
    RevocationReason.SUPERSEDED: "superseded",
    RevocationReason.CESSATION: "cessation",
    RevocationReason.KEY_COMPROMISE: "compromised",
    RevocationReason.ADMINISTRATIVE: "administrative",
}
IN_UTC: Final = "Times are in UTC. A day alone means its first second, and what lasts until then ends just before."
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def instant(seconds: int) -> str:
    """Write an instant: ``3 March 2027``, or ``3 March 2027 14:05:00``."""
    moment = from_seconds(seconds)
    clock = "" if seconds % SECONDS_PER_DAY == 0 else moment.strftime(" %H:%M:%S")
    return f"{_date(moment.date())}{clock}"


def day(days: int) -> str:
    """Write a day, given in days since 1970: ``3 March 2027``."""
    return _date(from_days(days))


def _date(value: date) -> str:
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def lasting(from_day: int, until_day: int | None) -> str:
    """Write from when to when something lasts."""
    return f"from {day(from_day)}" + ("" if until_day is None else f" until {day(until_day)}")


def scope_name(scope: Scope) -> str:
    """Name what a scope is about: ``EUCC high AVA_VAN.5``."""
    bound = "" if scope.max_ava_van is None else f" AVA_VAN.{scope.max_ava_van}"
    kind = " (statements of conformity)" if scope.statements else ""
    return f"{scope.scheme} {LEVELS[scope.level]}{bound}{kind}"


def scope(scope: Scope) -> str:
    """Write all of a scope."""
    parts = [f"{scope_name(scope)}, {lasting(scope.from_day, scope.until_day)}"]
    if scope.technical_domains:
        parts.append(" and ".join(DOMAINS[number] for number in scope.technical_domains))
    if scope.issuance_mode is not None:
        parts.append(f"issued: {MODES[scope.issuance_mode]}")
    for name, behind in (("accreditation", scope.accreditation), ("authorisation", scope.authorisation)):
        if behind is not None:
            parts.append(f"{name} {accreditation(behind)}")
    return "; ".join(parts)


def accreditation(behind: Accreditation) -> str:
    """Write an accreditation or authorisation."""
    who = "" if behind.body is None else f" by {behind.body}"
    return f"{behind.reference}{who} {lasting(behind.from_day, behind.until_day)}"


def status(entry: StatusEntry) -> str:
    """Write an entry of a history."""
    why = "" if entry.reason is None else f" (reason: {entry.reason})"
    later = "" if entry.recorded_at is None else f", recorded on {instant(entry.recorded_at)}"
    return f"{entry.status.name.lower()} from {instant(entry.starting_time)}{later}{why}"


def key_times(key: ServiceKey) -> str:
    """Write when a key signs, and until when that counts."""
    ends = f"verified until {instant(key.verify_until)}"
    seal = "" if key.x5t is None else f", seal certificate {key.x5t.hex()}"
    said = f": {certificates(key.x5chain)}" if key.x5chain else ""
    return f"signs from {instant(key.sign_from)} until {instant(key.sign_until)}, {ends}{seal}{said}"


def certificates(path: tuple[bytes, ...]) -> str:
    """Write certificates: the one of the key, and those behind it."""
    return "; issued by ".join(map(_certificate, path))


def _certificate(der: bytes) -> str:
    from certmark.cose.certificates import SignerCertificate
    from certmark.errors import KeyFormatError

    try:
        found = SignerCertificate.from_der(der)
    except KeyFormatError as error:
        return f"({error})"
    return f"{found.subject}, {instant(found.not_before)} to {instant(found.not_after)}"


def revocation(ended: KeyRevocation) -> str:
    """Write the end of a key."""
    known = "" if ended.compromised_since is None else f", perhaps since {instant(ended.compromised_since)}"
    later = "" if ended.recorded_at is None else f", recorded on {instant(ended.recorded_at)}"
    return f"{REASONS[ended.reason]} from {instant(ended.effective)}{known}{later}"


def key_state(key: ServiceKey, at: int) -> str:
    """Say how a key stands at an instant, in seconds."""
    ended = key.revocation
    if key.verification_key() is None:
        return "not usable: verifiers pass it over"
    if ended is not None and ended.reason is RevocationReason.KEY_COMPROMISE:
        return "compromised: nothing that it signed counts"
    if at >= key.verify_until:
        return "over: what it signed counts no more"
    if ended is not None and at >= ended.effective:
        return "ended: what it signed before still counts"
    if at < key.sign_from:
        return "not yet in use"
    return "in use" if at < key.sign_until else "signs no more: what it signed still counts"


def status_list(declared: StatusListDeclaration) -> str:
    """Write a declared status list."""
    authority = "" if declared.ncca_uri is None else f", that of the authority: {declared.ncca_uri}"
    return f"{declared.uri}{authority}"


def permitted(what: Permitted) -> str:
    """Write what a national list may grant."""
    return f"{', '.join(what.schemes)} up to {LEVELS[what.max_level]}"


def role(signers: Role) -> str:
    """Write who signs together."""
    return f"{signers.threshold} of {len(signers.keys)} keys: {', '.join(map(public_key, signers.keys))}"


def public_key(key: VerificationKey) -> str:
    """Write a public key: its id and its algorithm."""
    from certmark.cose.algorithms import TRAITS

    return f"{key.key_id.hex()} {TRAITS[key.algorithm].name}"


def key_ids(ids: tuple[bytes | None, ...]) -> str:
    """Write the key ids of signatures."""
    return ", ".join("without id" if each is None else each.hex() for each in ids) or "nobody"
