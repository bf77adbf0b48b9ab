"""Signer certificates are read to be shown: what they say, what makes them unfit, and where a path breaks."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from certmark.cose.certificates import SignerCertificate, read_certificates, unlinked
from certmark.cose.labels import LARGEST_CERTIFICATE, LONGEST_PATH
from certmark.errors import KeyFormatError
from tests import keys, seals

KEY = keys.private_key(keys.ALGORITHMS[0], 77)
SEAL = seals.certificate(KEY)
PATH = seals.path(KEY)


def read(der: bytes) -> SignerCertificate:
    return SignerCertificate.from_der(der)


def test_a_certificate_says_whom_it_is_for_and_for_how_long() -> None:
    found = read(seals.certificate(KEY, extensions=(*seals.FOR_SEALING, qualified())))
    assert found.subject == ("CN=Siegel 1,organizationIdentifier=NTRDE-HRB 12345,O=Bundesprüfstelle für Muster,C=DE")
    assert (found.organisation, found.organisation_identifier) == (seals.ORGANISATION, seals.IDENTIFIER)
    assert found.issuer == "CN=Seal CA,O=Trust Services,C=DE"
    assert found.serial_number == 7
    assert (found.not_before, found.not_after) == (seals.FROM.timestamp(), seals.UNTIL.timestamp())
    assert found.key_usage == ("digitalSignature", "nonRepudiation")
    assert (found.is_authority, found.states_qualified_seal, found.usage_problem) == (False, True, None)
    assert found.verification_key() == keys.signer(keys.ALGORITHMS[0], 77).public_key


def test_the_digest_is_that_of_the_whole_der() -> None:
    assert read(SEAL).x5t != read(seals.certificate(KEY, serial_number=8)).x5t


def test_a_certificate_may_say_nothing_but_its_name() -> None:
    found = read(keys.seal_certificate(KEY))
    assert (found.organisation, found.organisation_identifier, found.key_usage) == (None, None, None)
    assert (found.is_authority, found.states_qualified_seal, found.usage_problem) == (False, False, None)


def test_both_ends_of_the_validity_are_included() -> None:
    found = read(SEAL)
    instants = (found.not_before - 1, found.not_before, found.not_after, found.not_after + 1)
    assert [found.is_valid_at(instant) for instant in instants] == [False, True, True, False]


def qualified(value: bytes = seals.QUALIFIED_SEAL) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), value)


@pytest.mark.parametrize(
    "extensions",
    [
        pytest.param((), id="no-statements"),
        pytest.param((qualified(bytes.fromhex("300a3008060604008e460101")),), id="no-type"),
        pytest.param(
            (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), seals.QUALIFIED_SEAL),), id="elsewhere"
        ),
    ],
)
def test_a_seal_is_qualified_only_where_the_certificate_states_both(extensions: Any) -> None:
    assert not read(seals.certificate(KEY, extensions=extensions)).states_qualified_seal


USAGES = {
    "issuing certificates": ((seals.usage("digital_signature", "key_cert_sign"),), "is for issuing"),
    "issuing withdrawal lists": ((seals.usage("digital_signature", "crl_sign"),), "is for issuing"),
    "authority": ((x509.BasicConstraints(ca=True, path_length=None),), "is for issuing"),
    "encryption": ((seals.usage("key_encipherment"),), "neither digitalSignature nor nonRepudiation"),
    "no authority": ((x509.BasicConstraints(ca=False, path_length=None),), None),
    "digital signature": ((seals.usage("digital_signature"),), None),
    "non-repudiation": ((seals.usage("content_commitment"),), None),
}


@pytest.mark.parametrize(("extensions", "problem"), USAGES.values(), ids=USAGES)
def test_a_seal_certificate_is_for_sealing_and_not_for_issuing(extensions: Any, problem: str | None) -> None:
    found = read(seals.certificate(KEY, extensions=extensions)).usage_problem
    assert found is problem is None or (problem is not None and problem in str(found))


def named(value: str) -> bytes:
    return seals.certificate(KEY, subject=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, value)]))


def issued_by(value: str) -> bytes:
    return seals.certificate(KEY, issuer=x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, value)]))


def repeated_extension() -> bytes:
    der = seals.certificate(KEY, extensions=(x509.BasicConstraints(ca=False, path_length=None), seals.FOR_SEALING[0]))
    key_usage, constraints = bytes.fromhex("0603551d0f"), bytes.fromhex("0603551d13")
    assert key_usage in der
    assert constraints in der
    return der.replace(constraints, key_usage)


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not an X.509 certificate"),
    "text": (b"seal", "not an X.509 certificate"),
    "cut": (SEAL[:-1], "not an X.509 certificate"),
    "longer": (SEAL + b"\0", "not an X.509 certificate"),
    "two": (SEAL + SEAL, "not an X.509 certificate"),
    "version 5": (
        SEAL.replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020104"), 1),
        "not an X.509 certificate",
    ),
    "extension twice": (repeated_extension(), "cannot be read"),
    "huge": (SEAL + bytes(LARGEST_CERTIFICATE), "more than 8192 bytes"),
    "override": (named("Siegel\u202e1"), "control or formatting"),
    "newline": (named("Siegel\n1"), "control or formatting"),
    "issuer": (issued_by("CA\u200b"), "control or formatting"),
    "invisible": (named("Siegel\u3164"), "invisible"),
    "bits": (named("Siegel 1").replace(b"\x0c\x08Siegel 1", b"\x03\x08\x00iegel 1"), "cannot be read"),
    "negative number": (SEAL.replace(b"\x02\x01\x07", b"\x02\x01\x87", 1), "not an X.509 certificate"),
}


@pytest.mark.parametrize(("der", "problem"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_certificate_or_not_fit_to_be_shown_is_refused(der: bytes, problem: str) -> None:
    with pytest.raises(KeyFormatError, match=problem):
        read(der)


def test_a_certificate_may_name_nobody() -> None:
    assert read(seals.certificate(KEY, subject=x509.Name([]))).subject == "nobody"


@pytest.mark.parametrize("key", keys.FOREIGN_KEYS.values(), ids=keys.FOREIGN_KEYS)
def test_a_key_that_certmark_does_not_use_is_refused_when_it_is_asked_for(key: Any) -> None:
    found = read(seals.certificate(key))
    with pytest.raises(KeyFormatError):
        found.verification_key()


@pytest.mark.filterwarnings("ignore")  # of the library, about serial numbers
@pytest.mark.parametrize("der", [SEAL, keys.seal_certificate(KEY)], ids=["with-extensions", "plain"])
def test_a_broken_certificate_gives_our_error_only(der: bytes) -> None:
    numbers = random.Random(20)
    for _ in range(2_000):
        broken = bytearray(der)
        for _ in range(numbers.randint(1, 3)):
            broken[numbers.randrange(len(broken))] = numbers.randrange(256)
        try:
            found = read(bytes(broken))
            unlinked([found, found])
            found.verification_key()
        except KeyFormatError:
            continue


# --- files ---

FILES: dict[str, tuple[bytes, tuple[bytes, ...]]] = {
    "DER": (SEAL, (SEAL,)),
    "PEM": (seals.pem(SEAL), (SEAL,)),
    "PEM with a path": (seals.pem(*PATH), PATH),
    "PEM with words between": (b"Siegel 1\n" + seals.pem(PATH[0]) + b"CA\n" + seals.pem(PATH[1]), PATH[:2]),
}


@pytest.mark.parametrize(("data", "ders"), FILES.values(), ids=FILES)
def test_a_file_holds_one_certificate_or_a_path(data: bytes, ders: tuple[bytes, ...]) -> None:
    assert tuple(each.der for each in read_certificates(data)) == ders


NO_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "not an X.509 certificate in DER"),
    "a path in DER": (b"".join(PATH), "not an X.509 certificate in DER|more than"),
    "a key": (keys.signer().to_pem(), "no X.509 certificates in this PEM"),
    "broken PEM": (seals.pem(SEAL).replace(b"\nMI", b"\nXX", 1), "no X.509 certificates in this PEM"),
    "too many": (seals.pem(*[SEAL] * (LONGEST_PATH + 1)), "5 certificates, more than 4"),
    "huge": (b"-----BEGIN" + bytes(100_000), "more than 65536 bytes"),
}


@pytest.mark.parametrize(("data", "problem"), NO_FILES.values(), ids=NO_FILES)
def test_another_file_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(KeyFormatError, match=problem):
        read_certificates(data)


# --- paths ---


def other_root() -> bytes:
    return seals.certificate(KEY, subject=seals.ROOT, issuer=seals.ROOT, signed_by=KEY, extensions=seals.FOR_ISSUING)


def by_rsa() -> tuple[bytes, bytes]:
    key = keys.FOREIGN_KEYS["RSA"]
    root = seals.certificate(key, subject=seals.ROOT, issuer=seals.ROOT, signed_by=key, extensions=seals.FOR_ISSUING)
    return seals.certificate(KEY, issuer=seals.ROOT, signed_by=key), root


PATHS: dict[str, tuple[Callable[[], tuple[bytes, ...]], str | None]] = {
    "a path to the root": (lambda: PATH, None),
    "one certificate alone": (lambda: PATH[:1], None),
    "without the root": (lambda: PATH[:2], None),
    "signed with RSA": (by_rsa, None),
    "signed for itself": (lambda: (keys.seal_certificate(KEY),) * 2, None),
    "the root first": (lambda: PATH[::-1], "certificate 1 was not issued by certificate 2"),
    "issuers in the wrong order": (lambda: (PATH[0], PATH[2], PATH[1]), "certificate 1 was not"),
    "without its issuer": (lambda: (PATH[0], PATH[2]), "certificate 1 was not"),
    "another root of that name": (lambda: (*PATH[:2], other_root()), "certificate 2 was not"),
    "the same one twice": (lambda: (PATH[0], PATH[0]), "certificate 1 was not"),
}


@pytest.mark.parametrize(("path", "problem"), PATHS.values(), ids=PATHS)
def test_a_path_links_up_where_each_certificate_was_signed_by_the_next(
    path: Callable[[], tuple[bytes, ...]], problem: str | None
) -> None:
    found = unlinked([read(der) for der in path()])
    assert found is problem is None or (problem is not None and str(found).startswith(problem))


def test_a_signature_that_cannot_be_checked_here_is_said_to_be_so() -> None:
    key = keys.FOREIGN_KEYS["X25519"]
    issuer = seals.certificate(key, subject=seals.ISSUER, extensions=seals.FOR_ISSUING)
    found = unlinked([read(SEAL), read(issuer)])
    assert found is not None
    assert "cannot be checked here" in found


def test_a_path_may_link_up_after_its_end() -> None:
    old = seals.path(KEY, begins=datetime(2001, 1, 1, tzinfo=UTC), ends=datetime(2002, 1, 1, tzinfo=UTC))
    assert unlinked([read(der) for der in old]) is None
