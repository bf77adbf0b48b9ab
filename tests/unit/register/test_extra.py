"""Without its packages the register says which extra to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

import certmark.register

PROGRAM = """
import sys
sys.modules[sys.argv[1]] = None
from certmark.errors import MissingExtraError
import certmark.register
try:
    certmark.register.Register
except MissingExtraError as error:
    print(error)
"""


@pytest.mark.parametrize("missing", ["sqlalchemy", "alembic"])
def test_a_missing_package_says_what_to_install(missing: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, missing], check=False, capture_output=True, text=True)
    assert done.stdout == "the register needs the 'register' extra: pip install 'certmark[register]'\n"


def test_another_name_is_an_ordinary_mistake() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Ledger'"):
        certmark.register.Ledger  # noqa: B018 reading it is the mistake
    assert set(dir(certmark.register)) == set(certmark.register.__all__)
