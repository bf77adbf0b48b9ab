"""Verifying loads only what it needs: a checker should not wait for what makes certificates and labels.

Nothing is timed here; a module that is not loaded costs nothing on any machine.
"""

import importlib.util
import subprocess
import sys

import pytest

NOT_NEEDED = [
    # what only issuing, drawing and the command line use
    *(
        "PIL",
        "png",
        "pydantic",
        "qrcode",
        "rich",
        "typer",
        "certmark.issue",
        "certmark.model.fields",
        "certmark.wording",
    ),
    # what is slow to load, and not used before something is verified, or not at all
    *("cryptography.hazmat.backends.openssl.backend", "cryptography.x509"),
    *("calendar", "importlib.resources", "json", "locale", "logging", "pathlib"),
    *("pkgutil", "tempfile", "urllib.parse"),
    # what reads scheme files
    *("certmark.model.checks", "certmark.model.rule_json", "certmark.model.scheme_file", "certmark.strict_json"),
]


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    """Names of all modules present after ``import certmark.verify`` in a fresh interpreter."""
    program = "import certmark.verify, sys; print(*sys.modules, sep='\\n')"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return frozenset(run.stdout.split())


@pytest.mark.parametrize("name", NOT_NEEDED)
def test_verifying_does_not_load(name: str, loaded: frozenset[str]) -> None:
    assert importlib.util.find_spec(name) is not None, f"{name} is not installed here, so this proves nothing"
    assert "certmark.verify" in loaded
    assert name not in loaded
