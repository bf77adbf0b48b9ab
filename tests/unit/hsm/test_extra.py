"""Without python-pkcs11 the signer says which extra to install; URIs, PINs and errors need nothing."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import certmark.hsm
from certmark.errors import SignerError
from certmark.hsm import errors
from tests.unit.test_errors import tree

PROGRAM = """
import sys
sys.modules["pkcs11"] = None
from certmark.errors import MissingExtraError
import certmark.hsm
certmark.hsm.Pkcs11Uri, certmark.hsm.HsmPinError, certmark.hsm.from_file
try:
    getattr(certmark.hsm, sys.argv[1])
except MissingExtraError as error:
    print(error)
"""

CLASSES = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, SignerError)]


@pytest.mark.parametrize("name", ["Pkcs11Signer", "generate"])
def test_a_missing_package_says_what_to_install(name: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, name], check=False, capture_output=True, text=True)
    said = "signing with a PKCS#11 token needs the 'hsm' extra: pip install 'certmark[hsm]'\n"
    assert (done.stdout, done.stderr) == (said, "")


def test_another_name_is_an_ordinary_mistake() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Pkcs11'"):
        certmark.hsm.Pkcs11  # noqa: B018 reading it is the mistake
    assert set(dir(certmark.hsm)) == set(certmark.hsm.__all__)
    for name in certmark.hsm.__all__:
        assert getattr(certmark.hsm, name).__name__ == name


def test_errors_hang_as_they_are_drawn_each_with_a_code_of_its_own() -> None:
    drawn = tree(errors.__doc__ or "")
    assert sorted(drawn) == sorted(kind.__name__ for kind in CLASSES)
    for kind in CLASSES:
        parent, word = drawn[kind.__name__]
        if kind is not SignerError:
            assert (parent, word) == (kind.__bases__[0].__name__, kind.code)
    assert {kind.code for kind in CLASSES} - {"signer"} == {
        "hsm",
        "hsm_ambiguous",
        "hsm_curve",
        "hsm_fork",
        "hsm_key_exists",
        "hsm_key_missing",
        "hsm_key_use",
        "hsm_mechanism",
        "hsm_module",
        "hsm_pin",
        "hsm_pin_locked",
        "hsm_pin_missing",
        "hsm_token_lost",
        "hsm_token_missing",
        "hsm_uri",
    }
