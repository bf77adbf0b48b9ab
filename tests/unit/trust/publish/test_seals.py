"""Seal certificates before they are listed: what is refused, and what the keeper of a list is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509

from certmark.cose.certificates import SignerCertificate
from certmark.errors import PublishingError
from certmark.trust.publish.seals import doubts, require_fitting, sealed, with_certificates
from certmark.trust.publish.usable import require_usable
from tests import keys, seals
from tests.world import BODY, BODY_KEY, FR_BODY, STRANGER_KEY, WORLD, World, service_key

KEY = BODY_KEY.private_key
ENTITY = WORLD.entity(BODY)._replace(name=seals.ORGANISATION)
LISTED = WORLD.service().keys[0]
SERVICE = WORLD.service()


def path(*ders: bytes) -> tuple[SignerCertificate, ...]:
    return tuple(map(SignerCertificate.from_der, ders))


PATH = path(*seals.path(KEY))


def test_a_listed_key_gets_the_certificate_that_is_for_it() -> None:
    service = SERVICE._replace(keys=(service_key(STRANGER_KEY), *SERVICE.keys))
    stranger, body = with_certificates(service, PATH).keys
    assert stranger == service.keys[0]
    assert (body.x5t, body.x5chain) == (PATH[0].x5t, seals.path(KEY))
    assert body._replace(x5t=None, x5chain=()) == LISTED


def test_a_key_that_was_listed_with_the_digest_gets_the_certificate() -> None:
    assert sealed(LISTED._replace(x5t=PATH[0].x5t), PATH).x5chain == seals.path(KEY)


REFUSED: dict[str, tuple[Any, str]] = {
    "for-another-key": (lambda: sealed(LISTED, path(seals.certificate(STRANGER_KEY.private_key))), "for another key"),
    "for-a-key-of-no-use": (lambda: sealed(LISTED, path(seals.certificate(keys.FOREIGN_KEYS["RSA"]))), "another key"),
    "for-issuing": (
        lambda: sealed(LISTED, path(seals.certificate(KEY, extensions=seals.FOR_ISSUING))),
        "cannot be listed: it is for issuing certificates",
    ),
    "for-encryption": (
        lambda: sealed(LISTED, path(seals.certificate(KEY, extensions=(seals.usage("key_agreement"),)))),
        "cannot be listed: its key usage",
    ),
    "the-issuer-first": (lambda: sealed(LISTED, PATH[::-1]), "for another key"),
    "a-renewed-one": (
        lambda: sealed(sealed(LISTED, PATH), path(seals.certificate(KEY, serial_number=8))),
        "has a seal certificate, which stays",
    ),
    "another-digest": (lambda: sealed(LISTED._replace(x5t=bytes(32)), PATH), "has a seal certificate, which stays"),
    "the-same-again": (lambda: sealed(sealed(LISTED, PATH), PATH), "has a seal certificate, which stays"),
    "an-unlisted-key": (
        lambda: with_certificates(SERVICE, path(seals.certificate(STRANGER_KEY.private_key))),
        "for none of the listed keys",
    ),
    "an-unlisted-key-of-no-use": (
        lambda: with_certificates(SERVICE, path(seals.certificate(keys.FOREIGN_KEYS["Ed448"]))),
        "for none of the listed keys",
    ),
}


@pytest.mark.parametrize(("change", "says"), REFUSED.values(), ids=REFUSED)
def test_a_certificate_that_is_not_for_the_key_or_not_for_sealing_is_not_listed(
    change: Callable[[], object], says: str
) -> None:
    with pytest.raises(PublishingError, match=says):
        change()


UNFIT: dict[str, tuple[World, str]] = {
    "for-another-key": (WORLD.with_seal_path(*seals.path(STRANGER_KEY.private_key)), f"{BODY}: key .*for another key"),
    "for-issuing": (WORLD.with_seal_path(seals.certificate(KEY, extensions=seals.FOR_ISSUING)), "for issuing"),
    "no-certificate": (WORLD.with_seal_path(b"seal"), f"{BODY}: key .*not an X.509 certificate"),
    "no-issuer": (WORLD.with_seal_path(seals.certificate(KEY), b"issuer"), "not an X.509 certificate"),
}


@pytest.mark.parametrize(("world", "says"), UNFIT.values(), ids=UNFIT)
def test_a_list_with_an_unfit_certificate_is_not_published(world: World, says: str) -> None:
    with pytest.raises(PublishingError, match=says):
        require_usable(world.member().content)


def test_a_list_is_published_with_fitting_certificates_and_without_any() -> None:
    require_usable(WORLD.with_seal_path(*seals.path(KEY)).member().content)
    require_usable(WORLD.member().content)
    require_fitting(SERVICE)


def test_an_entry_that_nobody_can_read_is_passed_over() -> None:
    require_usable(WORLD.with_entity(name="\u202e").member().content)


def certified(**said: Any) -> tuple[SignerCertificate, ...]:
    return path(seals.certificate(KEY, **said))


def named(identifier: str | None, organisation: str | None = seals.ORGANISATION) -> dict[str, x509.Name]:
    return {"subject": seals.name("Siegel", organisation=organisation, identifier=identifier)}


DOUBTS: dict[str, tuple[tuple[SignerCertificate, ...], list[str]]] = {
    "in-order": (PATH, []),
    "alone": (PATH[:1], []),
    "name-in-capitals": (certified(**named("VATDE-1", seals.ORGANISATION.upper())), []),
    "global-number": (certified(**named("LEIXG-5299000J2N45DDNE4Y28")), []),
    "national-register": (certified(**named("DE:DE-17")), []),
    "ends-too-early": (
        certified(ends=datetime(2026, 6, 1, tzinfo=UTC)),
        ["the key may sign from .*, and its certificate is valid from 2025-01-01 to 2026-06-01"],
    ),
    "begins-too-late": (
        certified(begins=datetime(2026, 6, 1, tzinfo=UTC)),
        ["its certificate is valid from 2026-06-01"],
    ),
    "another-organisation": (certified(**named("VATDE-1", "Somebody")), ["for Somebody, and the body is Bundes"]),
    "no-organisation": (certified(**named("VATDE-1", None)), ["for no organisation, and the body is Bundes"]),
    "no-identifier": (certified(**named(None)), ["has no organizationIdentifier"]),
    "identifier-of-another-country": (certified(**named("VATFR-1")), ["VATFR-1 is of another country than DE"]),
    "identifier-without-form": (certified(**named("HRB 12345")), ["HRB 12345 is not written as ETSI EN 319 412-1"]),
    "no-key-usage": (certified(extensions=()), ["does not say what its key is for"]),
    "broken-path": ((PATH[0], PATH[2]), ["do not form a path: certificate 1 was not issued"]),
    "everything": (
        (*certified(subject=x509.Name([]), extensions=(), ends=seals.FROM), PATH[2]),
        ["the key may sign", "no organisation", "no organizationIdentifier", "keyUsage", "do not form a path"],
    ),
}


@pytest.mark.parametrize(("certificates", "said"), DOUBTS.values(), ids=DOUBTS)
def test_who_keeps_the_list_is_told_what_is_odd(certificates: tuple[SignerCertificate, ...], said: list[str]) -> None:
    found = doubts(sealed(LISTED, certificates), certificates, ENTITY)
    assert len(found) == len(said), found
    assert all(re.search(part, sentence) for sentence, part in zip(found, said, strict=True)), found


def test_greece_has_two_codes() -> None:
    greek = ENTITY._replace(entity_id="GR-1")
    certificates = certified(**named("VATEL-1"))
    assert doubts(sealed(LISTED, certificates), certificates, greek) == []


def test_the_country_is_that_of_the_body() -> None:
    (doubt,) = doubts(sealed(LISTED, PATH), PATH, ENTITY._replace(entity_id=FR_BODY))
    assert "is of another country than FR" in doubt
