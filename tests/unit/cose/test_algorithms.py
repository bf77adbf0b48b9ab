"""Signatures as COSE carries them, algorithm by algorithm."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from certmark.cose.algorithms import (
    SIGNING_ALGORITHMS,
    TRAITS,
    Algorithm,
    algorithm_name,
    algorithm_of,
    generate_private_key,
    raw_signature,
    signature_is_valid,
)
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN
from tests.keys import ALGORITHM_IDS, ALGORITHMS, FOREIGN_KEYS, private_key

DATA = b"what is signed"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P384_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
EC_CURVES = {Algorithm.ESP256: (32, P256_ORDER), Algorithm.ESP384: (48, P384_ORDER)}

each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=ALGORITHM_IDS)
each_ecdsa = pytest.mark.parametrize("algorithm", EC_CURVES, ids=lambda algorithm: algorithm.name)


@each_algorithm
def test_a_signature_verifies_with_its_key(algorithm: Algorithm) -> None:
    key = private_key(algorithm)
    signature = raw_signature(key, DATA)
    assert len(signature) == TRAITS[algorithm].signature_bytes
    assert signature_is_valid(key.public_key(), signature, DATA, traits=TRAITS[algorithm])


@each_algorithm
def test_a_signature_over_other_data_is_invalid(algorithm: Algorithm) -> None:
    key = private_key(algorithm)
    assert not signature_is_valid(key.public_key(), raw_signature(key, DATA), DATA + b"\0", traits=TRAITS[algorithm])


@each_algorithm
def test_a_signature_of_another_key_is_invalid(algorithm: Algorithm) -> None:
    signature = raw_signature(private_key(algorithm, 2), DATA)
    assert not signature_is_valid(private_key(algorithm, 1).public_key(), signature, DATA, traits=TRAITS[algorithm])


@pytest.mark.parametrize("place", [0.0, 0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("bit", [0x01, 0x80])
@each_algorithm
def test_a_flipped_bit_makes_a_signature_invalid(algorithm: Algorithm, bit: int, place: float) -> None:
    key = private_key(algorithm)
    signature = bytearray(raw_signature(key, DATA))
    signature[int(place * (len(signature) - 1))] ^= bit
    assert not signature_is_valid(key.public_key(), bytes(signature), DATA, traits=TRAITS[algorithm])


@pytest.mark.parametrize(
    ("r", "s"),
    [(0, 0), (0, 1), (1, 0), ("n", 1), (1, "n"), ("n", "n"), ("n+1", 1), ("max", "max")],
    ids=["0,0", "r=0", "s=0", "r=n", "s=n", "n,n", "r=n+1", "all ones"],
)
@each_ecdsa
def test_numbers_out_of_range_are_no_signature(algorithm: Algorithm, r: int | str, s: int | str) -> None:
    size, order = EC_CURVES[algorithm]
    named = {"n": order, "n+1": order + 1, "max": (1 << 8 * size) - 1}
    signature = b"".join(named.get(str(number), number).to_bytes(size, "big") for number in (r, s))  # type: ignore[union-attr]
    assert not signature_is_valid(private_key(algorithm).public_key(), signature, DATA, traits=TRAITS[algorithm])


@each_ecdsa
def test_the_mirror_image_of_a_signature_is_valid_too(algorithm: Algorithm) -> None:
    # ECDSA is malleable by design: so nothing may identify a token by its bytes or by its signature.
    size, order = EC_CURVES[algorithm]
    key = private_key(algorithm)
    signature = raw_signature(key, DATA)
    mirrored = signature[:size] + (order - int.from_bytes(signature[size:], "big")).to_bytes(size, "big")
    assert mirrored != signature
    assert signature_is_valid(key.public_key(), mirrored, DATA, traits=TRAITS[algorithm])


@each_ecdsa
def test_ecdsa_gives_the_same_bytes_again(algorithm: Algorithm) -> None:
    key = private_key(algorithm)
    assert raw_signature(key, DATA) == raw_signature(key, DATA)
    assert raw_signature(key, DATA) != raw_signature(key, DATA + b"\0")


@pytest.mark.parametrize(
    ("curve", "secret", "r", "s"),
    [
        pytest.param(
            ec.SECP256R1(),
            "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
            id="P-256",
        ),
        pytest.param(
            ec.SECP384R1(),
            "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
            "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
            "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
            id="P-384",
        ),
    ],
)
def test_the_published_deterministic_signature(curve: ec.EllipticCurve, secret: str, r: str, s: str) -> None:
    """RFC 6979, appendix A.2.5 and A.2.6, message "sample"."""
    key = ec.derive_private_key(int(secret, 16), curve)
    assert raw_signature(key, b"sample").hex().upper() == r + s


def test_the_published_ed25519_signature() -> None:
    """RFC 8032, section 7.1, test 1."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    assert raw_signature(key, b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


@each_algorithm
def test_a_key_decides_its_algorithm(algorithm: Algorithm) -> None:
    assert algorithm_of(private_key(algorithm)) is algorithm
    assert algorithm_of(private_key(algorithm).public_key()) is algorithm


@pytest.mark.parametrize("key", FOREIGN_KEYS.values(), ids=FOREIGN_KEYS)
def test_other_keys_have_no_algorithm(key: Any) -> None:
    assert algorithm_of(key) is None
    assert algorithm_of(key.public_key()) is None


@pytest.mark.parametrize(
    "thing", [None, b"key", "P-256", -9, ec.SECP256R1()], ids=["none", "bytes", "text", "number", "curve"]
)
def test_things_that_are_no_keys_have_no_algorithm(thing: object) -> None:
    assert algorithm_of(thing) is None


@each_algorithm
def test_generated_keys_are_of_their_algorithm_and_new(algorithm: Algorithm) -> None:
    keys = [generate_private_key(algorithm) for _ in range(2)]
    assert [algorithm_of(key) for key in keys] == [algorithm, algorithm]
    assert keys[0].public_key() != keys[1].public_key()


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.ES384], ids=lambda algorithm: algorithm.name)
def test_certmark_does_not_sign_with_polymorphic_algorithms(algorithm: Algorithm) -> None:
    with pytest.raises(ValueError, match=algorithm.name):
        generate_private_key(algorithm)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (-9, "ESP256 (-9)"),
        (-51, "ESP384 (-51)"),
        (-19, "Ed25519 (-19)"),
        (-48, "ML-DSA-44 (-48)"),
        (-49, "ML-DSA-65 (-49)"),
        (-7, "ES256 (-7)"),
        (-35, "ES384 (-35)"),
        (-8, "-8"),
        (-257, "-257"),
        (0, "0"),
        (None, "None"),
        (-9.5, "-9.5"),
    ],
    ids=str,
)
def test_algorithms_are_named_for_people(number: object, name: str) -> None:
    assert algorithm_name(number) == name


def test_algorithm_numbers_are_those_of_the_registry() -> None:
    """IANA "COSE Algorithms": RFC 9864, RFC 9964, RFC 9053."""
    assert {member.name: int(member) for member in Algorithm} == {
        "ESP256": -9,
        "ESP384": -51,
        "Ed25519": -19,
        "ML_DSA_44": -48,
        "ML_DSA_65": -49,
        "ES256": -7,
        "ES384": -35,
    }


def test_every_algorithm_has_its_traits() -> None:
    assert TRAITS.keys() == set(Algorithm)
    assert {algorithm for algorithm in Algorithm if TRAITS[algorithm].key_algorithm is algorithm} == set(
        SIGNING_ALGORITHMS
    )


def test_the_default_algorithm_is_esp256() -> None:
    assert SIGNING_ALGORITHMS[0] is Algorithm.ESP256


def test_only_status_tokens_may_state_polymorphic_algorithms() -> None:
    assert set(SIGNING_ALGORITHMS) == CERTMARK_1.algorithms
    assert {-7, -35} == STATUS_TOKEN.algorithms - CERTMARK_1.algorithms
    assert CERTMARK_1.algorithms < STATUS_TOKEN.algorithms
