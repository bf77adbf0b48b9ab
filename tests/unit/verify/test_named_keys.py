"""How a token may name its key, and what happens when name, key and list do not agree."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

import pytest

from certmark import cbor
from certmark.cose import sign1
from certmark.cose.signer import KeySigner
from certmark.verify import STANDARD, Sunset
from tests import keys, seals
from tests.world import BODY_KEY, STRANGER_KEY, WORLD, World, instant, service_key

KEY: Final = BODY_KEY.private_key
SEAL: Final = seals.certificate(KEY)
RENEWED: Final = seals.certificate(KEY, serial_number=8)
SEALED: Final = WORLD.with_seal_certificate(SEAL)
DIGEST: Final = sha256(SEAL).digest()
BOTH_LISTED: Final = SEALED.with_service(keys=(*SEALED.service().keys, service_key(STRANGER_KEY)))


def naming(world: World, *, signer: KeySigner = BODY_KEY, **labels: Any) -> bytes:
    """Sign the world's token anew under a header that names the key otherwise."""
    parsed = sign1.from_bytes(world.cose, profile=sign1_profile())
    header: dict[Any, Any] = {**cbor.decode(parsed.headers.raw)}  # type: ignore[dict-item]
    header.pop(4, None)
    header.pop(34, None)
    header |= {{"kid": 4, "x5t": 34}[name]: value for name, value in labels.items()}
    protected = cbor.encode(header)
    signature = signer.sign(sign1.sig_structure(protected, parsed.payload))
    return sign1.to_bytes(protected, parsed.payload, signature)


def sign1_profile() -> Any:
    from certmark.cose.profile import CERTMARK_1

    return CERTMARK_1


def relisted(**members: Any) -> World:
    """List the key of the body with other members in its COSE_Key."""
    labels = {"alg": 3, "crv": -1, "kid": 2}
    cose_key = {**WORLD.service().keys[0].cose_key, **{labels[name]: value for name, value in members.items()}}
    return WORLD.with_key(cose_key=cose_key)


NOT_LISTED, FORGED, FORMAT = "ISSUER_NOT_LISTED", "SIG_CRYPTO_FAILURE", "FORMAT_FAILURE"
KEY_ID: Final = BODY_KEY.public_key.key_id
CASES: Final[dict[str, tuple[World, bytes, str | None]]] = {
    "kid": (WORLD, naming(WORLD, kid=KEY_ID), None),
    "x5t": (SEALED, naming(SEALED, x5t=[-16, DIGEST]), None),
    "kid-of-a-key-with-a-seal": (SEALED, naming(SEALED, kid=KEY_ID), None),
    "kid-of-another-listed-key": (
        BOTH_LISTED,
        naming(BOTH_LISTED, kid=STRANGER_KEY.public_key.key_id),
        FORGED,
    ),
    "x5t-of-another-listed-key": (
        BOTH_LISTED,
        naming(BOTH_LISTED, signer=STRANGER_KEY, x5t=[-16, DIGEST]),
        FORGED,
    ),
    "x5t-of-a-key-without-a-seal": (WORLD, naming(WORLD, x5t=[-16, DIGEST]), NOT_LISTED),
    "x5t-of-another-certificate-for-the-same-key": (
        SEALED,
        naming(SEALED, x5t=[-16, sha256(RENEWED).digest()]),
        NOT_LISTED,
    ),
    "both-names": (SEALED, naming(SEALED, kid=KEY_ID, x5t=[-16, DIGEST]), FORMAT),
    "neither-name": (SEALED, naming(SEALED), FORMAT),
    "digest-cut-short": (SEALED, naming(SEALED, x5t=[-16, DIGEST[:8]]), FORMAT),
    "digest-under-the-number-of-the-short-one": (SEALED, naming(SEALED, x5t=[-15, DIGEST[:8]]), FORMAT),
    "digest-cut-short-as-kid": (SEALED, naming(SEALED, kid=DIGEST[:8]), NOT_LISTED),
    "digest-as-kid": (SEALED, naming(SEALED, kid=DIGEST), FORMAT),
    "thumbprint-as-kid": (SEALED, naming(SEALED, kid=BODY_KEY.public_key.thumbprint), FORMAT),
    "thumbprint-as-digest": (SEALED, naming(SEALED, x5t=[-16, BODY_KEY.public_key.thumbprint]), NOT_LISTED),
    "kid-with-one-bit-changed": (WORLD, naming(WORLD, kid=bytes([KEY_ID[0] ^ 1]) + KEY_ID[1:]), NOT_LISTED),
    "key-listed-under-another-algorithm": (relisted(alg=-51), naming(WORLD, kid=KEY_ID), NOT_LISTED),
    "key-listed-under-another-curve": (relisted(crv=2), naming(WORLD, kid=KEY_ID), NOT_LISTED),
    "key-listed-under-the-number-of-the-field": (relisted(alg=-7), naming(WORLD, kid=KEY_ID), NOT_LISTED),
    "key-listed-under-another-id": (relisted(kid=bytes(8)), naming(WORLD, kid=bytes(8)), NOT_LISTED),
}


@pytest.mark.parametrize(("world", "token", "answer"), CASES.values(), ids=CASES)
def test_a_token_names_one_listed_key_that_signed_it(world: World, token: bytes, answer: str | None) -> None:
    assert world.report(token).sub_indication == answer


@pytest.mark.parametrize("form", ["kid", "x5t"])
def test_an_algorithm_ends_however_the_key_is_named(form: str) -> None:
    world = WORLD if form == "kid" else SEALED
    ended = replace(STANDARD, sunsets=(Sunset(-9, instant("2026-01-01")),))
    assert world.report().passed
    assert world.report(policy=ended).sub_indication == "CRYPTO_CONSTRAINTS_FAILURE"


def test_a_certificate_for_another_key_is_given_out_by_no_signer() -> None:
    from certmark.errors import KeyFormatError, SignerError

    other = seals.certificate(STRANGER_KEY.private_key)
    with pytest.raises(KeyFormatError, match="another key"):
        KeySigner.of(KEY, certificate=other)
    with pytest.raises(SignerError, match="another key"):
        WORLD.signed_by(replace(BODY_KEY, certificate=other)).issue()


def test_each_seal_algorithm_is_named_by_its_certificate() -> None:
    for algorithm in keys.ALGORITHMS:
        private_key = keys.private_key(algorithm, 78)
        signer = KeySigner.of(private_key, certificate=seals.certificate(private_key))
        world = WORLD.with_service(keys=(service_key(signer),)).signed_by(signer)
        assert world.with_key(x5t=sha256(signer.certificate or b"").digest()).report().passed
        assert world.report().sub_indication == NOT_LISTED
