"""The key tables of trust.cddl: integer keys on the one side, attributes on the other."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from certmark import cbor
from certmark.cose.keys import VerificationKey
from certmark.cose.labels import LARGEST_CERTIFICATE, LONGEST_PATH
from certmark.errors import KeyFormatError
from certmark.trust.entities import (
    Accreditation,
    KeyRevocation,
    Ncca,
    RevocationReason,
    Scope,
    Service,
    ServiceKey,
    ServiceStatus,
    ServiceType,
    StatusEntry,
    StatusListDeclaration,
    TrustedEntity,
)
from certmark.trust.lists import NationalMap, Permitted, Pointer, Role, RootMap, UnionMap
from certmark.trust.shape import (
    ANY_MAP,
    DAY,
    DIGEST,
    FLAG,
    TIME,
    Field,
    Kind,
    Meaning,
    UnfitError,
    array_of,
    certificate,
    checked,
    enumeration,
    matching,
    nullable,
    number,
    optional,
    record,
    text,
    worded,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def _key(value: object) -> VerificationKey:
    try:
        return VerificationKey.from_cose_key(ANY_MAP.parse(value))
    except KeyFormatError as error:
        raise UnfitError(f"is not usable: {error}") from error


COSE_KEY = Kind(_key, VerificationKey.to_cose_key, Meaning.COSE_KEY)
LISTED_KEY = ANY_MAP._replace(form=Meaning.COSE_KEY)
"""A COSE_Key that is read when it is needed: a wrong one is as if it were not listed."""
NAME = text(200)
"""Names of operators and lists, as the registered claims carry them."""
TERRITORY = matching("[A-Z]{2}")
ENTITY_ID = matching("[A-Z]{2}-[A-Za-z0-9._-]{1,40}")
SCHEME_ID = matching("[A-Z0-9][A-Za-z0-9._-]{0,31}")
HTTPS_URI = matching("https://[!-~]{1,400}")
HOST = matching("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?([.][a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,9}")
SEQUENCE_NUMBER = number(1, (1 << 32) - 1)
LEVEL = worded("basic", "substantial", "high")
TECHNICAL_DOMAIN = worded("smart_cards_and_similar_devices", "hardware_devices_with_security_boxes")
ISSUANCE_MODE = worded("ncca", "prior_approval", "general_delegation", "conformity_assessment_body")
THRESHOLD = number(1, 32)
KEYS = array_of(COSE_KEY, most=32)


def _key_problem(key: ServiceKey) -> str | None:
    if not key.sign_from < key.sign_until <= key.verify_until:
        return "must sign before it ends, and verify no shorter"
    if key.x5chain and key.x5t != sha256(key.x5chain[0]).digest():
        return "must have an x5chain that begins with the certificate of its x5t"
    return None


def _history_order(service: Service) -> str | None:
    starts = [entry.starting_time for entry in service.history]
    return None if starts == sorted(set(starts)) else "must have a history in order of time, one entry an instant"


def _keys_listed_once(entity: TrustedEntity) -> str | None:
    """Listed twice, a key could be compromised in one place and in order in another."""
    keys = [cbor.encode(key.cose_key) for service in entity.services for key in service.keys]
    return None if len(set(keys)) == len(keys) else "lists a key twice"


def _threshold_reachable(role: Role) -> str | None:
    return _distinct_keys(role.threshold, role.keys)


def _pointer_of_one_kind(pointer: Pointer) -> str | None:
    if pointer.embedded is None:
        return _distinct_keys(pointer.threshold or 0, pointer.keys)
    if pointer.threshold or pointer.keys or pointer.min_sequence or pointer.locations:
        return "must either embed a list or say who signs it, not both"
    return None if pointer.embedded.territory == pointer.territory else "embeds the list of another territory"


def _distinct_keys(threshold: int, keys: tuple[VerificationKey, ...]) -> str | None:
    distinct = len({key.thumbprint for key in keys})
    if distinct != len(keys):
        return "names a key twice"
    return None if 1 <= threshold <= distinct else "needs a threshold from 1 to the number of its keys"


ACCREDITATION = record(
    Accreditation,
    Field(1, "reference", text(200)),
    Field(2, "from_day", DAY),
    optional(3, "until_day", DAY),
    optional(4, "body", text(200)),
)
SCOPE = record(
    Scope,
    Field(1, "scheme", SCHEME_ID),
    Field(2, "level", LEVEL),
    optional(3, "statements", FLAG, absent=False),
    optional(4, "max_ava_van", number(1, 5)),
    optional(5, "technical_domains", array_of(TECHNICAL_DOMAIN, most=8), absent=()),
    optional(6, "issuance_mode", ISSUANCE_MODE),
    Field(7, "from_day", DAY),
    optional(8, "until_day", DAY),
    optional(9, "accreditation", ACCREDITATION),
    optional(10, "authorisation", ACCREDITATION),
)
STATUS_ENTRY = record(
    StatusEntry,
    Field(1, "status", enumeration(ServiceStatus)),
    Field(2, "starting_time", TIME),
    optional(3, "reason", text(500)),
    optional(4, "recorded_at", TIME),
)
KEY_REVOCATION = record(
    KeyRevocation,
    Field(1, "reason", enumeration(RevocationReason)),
    Field(2, "effective", TIME),
    optional(3, "compromised_since", TIME),
    optional(4, "recorded_at", TIME),
)
SERVICE_KEY = checked(
    record(
        ServiceKey,
        Field(1, "cose_key", LISTED_KEY),
        Field(2, "sign_from", TIME),
        Field(3, "sign_until", TIME),
        Field(4, "verify_until", TIME),
        optional(5, "x5t", DIGEST),
        optional(6, "revocation", KEY_REVOCATION),
        optional(7, "x5chain", array_of(certificate(LARGEST_CERTIFICATE), most=LONGEST_PATH), absent=()),
    ),
    _key_problem,
)
STATUS_LIST = record(StatusListDeclaration, Field(1, "uri", HTTPS_URI), optional(2, "ncca_uri", HTTPS_URI))
SERVICE = checked(
    record(
        Service,
        Field(1, "service_type", enumeration(ServiceType)),
        Field(2, "history", array_of(STATUS_ENTRY, most=64)),
        Field(3, "keys", array_of(SERVICE_KEY, most=64)),
        optional(4, "scopes", array_of(SCOPE, most=64), absent=()),
        optional(5, "status_lists", array_of(STATUS_LIST, most=64), absent=()),
    ),
    _history_order,
)
ENTITY = checked(
    record(
        TrustedEntity,
        Field(1, "entity_id", ENTITY_ID),
        Field(2, "name", text(200)),
        optional(3, "address", text(500)),
        optional(4, "contact", text(200)),
        optional(5, "link_hosts", array_of(HOST, most=32), absent=()),
        Field(6, "services", array_of(SERVICE, most=16)),
    ),
    _keys_listed_once,
)
ROLE = checked(record(Role, Field(1, "threshold", THRESHOLD), Field(2, "keys", KEYS)), _threshold_reachable)
ROOT = record(
    RootMap,
    Field(1, "sequence_number", SEQUENCE_NUMBER),
    Field(2, "root", ROLE),
    Field(3, "union", ROLE),
    optional(4, "label", text(100)),
)
NCCA = record(Ncca, Field(1, "entity_id", ENTITY_ID), Field(2, "name", text(200)), optional(3, "website", HTTPS_URI))
NATIONAL = record(
    NationalMap,
    Field(1, "sequence_number", SEQUENCE_NUMBER),
    Field(2, "territory", TERRITORY),
    Field(3, "next_update", nullable(TIME)),
    optional(4, "prev_digest", DIGEST),
    Field(6, "entities", array_of(ANY_MAP._replace(form=ENTITY.form), least=0)),  # each is read when it is needed
    optional(7, "ncca", NCCA),
)
PERMITTED = record(Permitted, Field(1, "schemes", array_of(SCHEME_ID, most=64)), Field(2, "max_level", LEVEL))
POINTER = checked(
    record(
        Pointer,
        Field(1, "territory", TERRITORY),
        Field(2, "operator", text(200)),
        Field(3, "permitted", PERMITTED),
        optional(4, "threshold", THRESHOLD),
        optional(5, "keys", KEYS, absent=()),
        optional(6, "min_sequence", SEQUENCE_NUMBER),
        optional(7, "locations", array_of(HTTPS_URI, most=8), absent=()),
        optional(8, "embedded", NATIONAL),
    ),
    _pointer_of_one_kind,
)
UNION = record(
    UnionMap,
    Field(1, "sequence_number", SEQUENCE_NUMBER),
    Field(2, "territory", TERRITORY),
    Field(3, "next_update", nullable(TIME)),
    optional(4, "prev_digest", DIGEST),
    Field(5, "pointers", array_of(POINTER, least=0)),
)


def readable_entity(entry: Mapping[int, object]) -> TrustedEntity | None:
    """Give the entity of an entry, or None when no verifier could read it."""
    try:
        entity: TrustedEntity = ENTITY.parse(entry)
    except UnfitError:
        return None
    return entity
