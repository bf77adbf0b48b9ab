"""A difference in words: what changed, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from certmark.cli.trust import words
from certmark.trust.entities import RevocationReason, ServiceType
from certmark.trust.publish.differences import Change, Consequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from certmark.trust.lists import Pointer, Role
    from certmark.trust.publish.differences import Difference, Whom

_CERTIFICATES, _STATUS = ServiceType.CERTIFICATE_ISSUANCE, ServiceType.STATUS_ISSUANCE
_APPROVALS: Final = ServiceType.CERTIFICATE_APPROVAL
_FOLLOWS: Final = {
    (Consequence.MAY_ISSUE, _CERTIFICATES): "it may issue certificates from then on",
    (Consequence.MAY_ISSUE, _STATUS): "it may sign status lists from then on",
    (Consequence.MAY_NOT_ISSUE, _CERTIFICATES): (
        "certificates that it issued earlier stay valid, it may not issue new ones"
    ),
    (Consequence.MAY_NOT_ISSUE, _STATUS): "status lists that it signs from then on do not count",
    (
        Consequence.VOID,
        _CERTIFICATES,
    ): "every certificate signed with it is refused from now on, whenever it was signed",
    (Consequence.VOID, _STATUS): "every status list signed with it is refused from now on, whenever it was signed",
    (Consequence.VOID_FROM_THEN_ON, _CERTIFICATES): (
        "certificates signed from then on are refused, those signed before are not"
    ),
    (Consequence.VOID_FROM_THEN_ON, _STATUS): "status lists signed from then on are refused",
    (Consequence.MAY_ISSUE, _APPROVALS): "it may approve certificates from then on",
    (Consequence.MAY_NOT_ISSUE, _APPROVALS): (
        "certificates that it approved earlier stay valid, it may not approve new ones"
    ),
    (Consequence.VOID, _APPROVALS): "every certificate approved with it is refused from now on, whenever that was",
    (Consequence.VOID_FROM_THEN_ON, _APPROVALS): "certificates approved from then on are refused, those before are not",
}
_USES: Final = {_CERTIFICATES: "certificates", _STATUS: "status lists", _APPROVALS: "approvals"}
_UNKNOWN: Final = "what rests on it can no longer be verified"
_FIELDS: Final = {
    "list_id": "id",
    "issued_at": "issued",
    "next_update": "next update",
    "expires": "end",
    "sequence_number": "number",
    "prev_digest": "digest of the version before",
    "ncca": "authority",
    "link_hosts": "hosts of links",
    "min_sequence": "lowest number that is accepted",
    "sign_from": "signs from",
    "sign_until": "signs until",
    "verify_until": "verified until",
    "x5t": "seal certificate",
    "x5chain": "certificates",
    "status_lists": "status lists",
    "permitted": "may grant",
    "signatures": "signed by",
    "roots": "chain of roots",
}
_TIMES: Final = frozenset({"issued_at", "next_update", "expires", "sign_from", "sign_until", "verify_until"})


def whom(about: Whom) -> str:
    """Say whom a difference is about: the heading that it stands under."""
    if about.entity_id is not None or about.name is not None:
        return " ".join(filter(None, (about.entity_id, about.name)))
    return "root or union list" if about.territory == "EU" else f"list of {about.territory}"


def says(difference: Difference) -> str:
    """Say what changed and what follows, in one sentence without whom it is about."""
    kind = _OWN_WORDS.get(difference.what, _field)
    follows = _consequence(difference)
    return f"{kind(difference)}{f': {follows}' if follows else ''}"


def _consequence(difference: Difference) -> str:
    follows, service = difference.consequence, difference.whom.service
    match follows:
        case None | Consequence.OTHER_SIGNERS:
            return ""
        case Consequence.UNKNOWN:
            return _UNKNOWN
        case Consequence.FINAL:
            return "this is final"
    return _FOLLOWS[follows, service or _CERTIFICATES]


def _service(difference: Difference) -> str:
    service = difference.whom.service
    return "" if service is None else words.SERVICES[service]


def _added(name: str, write: Callable[[Any], str]) -> Callable[[Difference], str]:
    """Give the words for something that is listed as a whole."""

    def say(difference: Difference) -> str:
        before, after = difference.before, difference.after
        match difference.change:
            case Change.ADDED:
                return f"new {name} {write(after)}"
            case Change.REMOVED:
                return f"{name} removed: {write(before)}"
        return f"{name} changed from {write(before)} to {write(after)}"

    return say


def _entity(difference: Difference) -> str:
    if difference.change is Change.REMOVED:
        return "no longer listed"
    entity = difference.after
    contact = "; ".join(filter(None, (entity.address, entity.contact, ", ".join(entity.link_hosts))))
    return f"newly listed{f' ({contact})' if contact else ''}"


def _entry(_: Difference) -> str:
    return "its entry cannot be read by any verifier"


def _status(difference: Difference) -> str:
    old, new = difference.before, difference.after
    if new is None:
        return f"{_service(difference)}: the entry '{words.status(old)}' is missing"
    was = "" if old is None else f" (was: {words.status(old)})"
    return f"{_service(difference)} {words.status(new)}{was}"


def _key(difference: Difference) -> str:
    use = _USES[difference.whom.service or _CERTIFICATES]
    if difference.change is Change.REMOVED:
        return f"key {difference.whom.part} for {use} no longer listed"
    key = difference.after
    usable = "" if key.verification_key() is not None else " (not usable: verifiers pass it over)"
    return f"new key {difference.whom.part} for {use}: {words.key_times(key)}{usable}"


def _revocation(difference: Difference) -> str:
    old, new = difference.before, difference.after
    was = "" if old is None else f" (was: {words.revocation(old)})"
    if new is None:
        return f"key {difference.whom.part}: its end is lifted{was}"
    kind = "" if new.reason is RevocationReason.KEY_COMPROMISE else "ended, "
    return f"key {difference.whom.part} {kind}{words.revocation(new)}{was}"


def _scope(difference: Difference) -> str:
    return _added(f"scope {difference.whom.part}", words.scope)(difference)


def _scope_end(difference: Difference) -> str:
    old, new = difference.before, difference.after
    was = "no end" if old.until_day is None else words.day(old.until_day)
    ends = "has no end any more" if new.until_day is None else f"ends on {words.day(new.until_day)}"
    return f"scope {difference.whom.part} {words.scope_name(new)} {ends} (was: {was})"


def _service_listed(difference: Difference) -> str:
    return f"{_service(difference)} {'no longer listed' if difference.change is Change.REMOVED else 'newly listed'}"


def _pointer(difference: Difference) -> str:
    return _added("pointer", pointer)(difference)


def pointer(said: Pointer) -> str:
    """Write what a union list says of a territory."""
    number = "" if said.min_sequence is None else f", from no. {said.min_sequence} on"
    where = "".join(f", {location}" for location in said.locations)
    signers = "embedded" if said.embedded is not None else words.role(said.signers)
    return f"{said.territory} {said.operator}, may grant {words.permitted(said.permitted)}, {signers}{number}{where}"


def _role(difference: Difference) -> str:
    old, new = difference.before, difference.after
    gone, come = ([key for key in one.keys if key not in other.keys] for one, other in ((old, new), (new, old)))
    name = f"{difference.whom.part} keys"
    threshold = f"threshold stays {new.threshold}"
    if old.threshold != new.threshold:
        threshold = f"threshold changes from {old.threshold} to {new.threshold}"
    return f"{name}: {_exchanged(old, gone, come)}, {threshold}{_named('out', gone)}{_named('in', come)}"


def _exchanged(old: Role, gone: list[Any], come: list[Any]) -> str:
    replaced = min(len(gone), len(come))
    parts = []
    if replaced:
        parts.append(f"{replaced} of {len(old.keys)} replaced")
    if len(gone) > replaced:
        parts.append(f"{len(gone) - replaced} of {len(old.keys)} removed")
    if len(come) > replaced:
        parts.append(f"{len(come) - replaced} added to {len(old.keys)}")
    return ", ".join(parts) or "the same keys"


def _named(verb: str, keys: list[Any]) -> str:
    return f"; {verb}: {', '.join(map(words.public_key, keys))}" if keys else ""


def _embedded(difference: Difference) -> str:
    if difference.change is Change.REMOVED:
        return "its list is no longer embedded: it is signed by its own keys"
    return f"its list is embedded, with {len(difference.after.entities)} entities: the union list vouches for it"


def _list_file(difference: Difference) -> str:
    if difference.change is Change.REMOVED:
        return "its list is no longer in the bundle"
    if difference.after is None:
        return "its list cannot be read"
    return f"its list is new in the bundle: no. {difference.after.head.sequence_number}"


def _field(difference: Difference) -> str:
    what = _FIELDS.get(difference.what, difference.what)
    part = difference.whom.part
    about = "" if part is None else f"key {part}: " if difference.what in _OF_KEYS else f"scope {part}: "
    if difference.change is Change.REORDERED:
        return f"{about}{what} stand in another order"
    old, new = (_written(difference.what, value) for value in (difference.before, difference.after))
    if difference.what == "next_update" and difference.after is None:
        return f"the list is closed (next update was {old})"
    return f"{about}{what} changed from {old} to {new}"


_OF_KEYS: Final = frozenset({"sign_from", "sign_until", "verify_until", "x5t", "x5chain"})


def _written(what: str, value: Any) -> str:  # noqa: ANN401 any value that a list holds
    if value is None:
        return "nothing"
    if what in _TIMES:
        return words.instant(value)
    match what:
        case "permitted":
            return words.permitted(value)
        case "accreditation" | "authorisation":
            return words.accreditation(value)
        case "x5chain":
            return words.certificates(value) or "nothing"
        case "signatures" | "roots":
            return words.key_ids(value)
        case "ncca":
            return " ".join(filter(None, value))
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value)


_OWN_WORDS: Final[dict[str, Callable[[Difference], str]]] = {
    "entity": _entity,
    "entry": _entry,
    "service": _service_listed,
    "status": _status,
    "key": _key,
    "revocation": _revocation,
    "scope": _scope,
    "scope_end": _scope_end,
    "status_list": _added("status list", words.status_list),
    "pointer": _pointer,
    "role": _role,
    "embedded": _embedded,
    "list": _list_file,
}
