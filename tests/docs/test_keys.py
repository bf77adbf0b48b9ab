"""The page about keys: its commands and its program run on SoftHSM and print what stands there."""

from __future__ import annotations

import doctest
import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from certmark.hsm import errors
from tests.conftest import ROOT
from tests.docs.test_cli import BLOCK, COMMAND
from tests.docs.test_code_blocks import blocks
from tests.softhsm import PIN, SoftHsm, SoftToken

PAGE = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")


@pytest.fixture
def prepared(hsm: SoftHsm, tmp_path: Path) -> tuple[SoftToken, Path]:
    """The token, the certificate and the file with the PIN that the page takes for granted."""
    token = hsm.token()
    (tmp_path / "pin").write_text(f"{PIN}\n", encoding="utf-8")
    shutil.copy(ROOT / "examples" / "certificates" / "nxp-jcop.json", tmp_path / "certificate.json")
    return token, tmp_path


def placed(text: str, token: SoftToken, folder: Path) -> str:
    """Put the files of the test in the place of those of the page."""
    text = text.replace("/run/secrets/pin", str(folder / "pin"))
    return text.replace("/usr/lib/softhsm/libsofthsm2.so", token.module)


def test_the_page_does_what_it_says(prepared: tuple[SoftToken, Path], hsm: SoftHsm) -> None:
    token, folder = prepared
    environment = {**hsm.environment, "PATH": f"{Path(sys.executable).parent}:{hsm.environment['PATH']}"}
    commands = [found for block in BLOCK.findall(PAGE) for found in COMMAND.findall(block)]
    assert len(commands) >= 2
    for command, output in commands:
        done = subprocess.run(  # noqa: S602 the page is ours
            placed(command, token, folder),
            shell=True,
            cwd=folder,
            env={name: value for name, value in environment.items() if name != "CERTMARK_PKCS11_PIN"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert doctest.OutputChecker().check_output(output, done.stdout, doctest.ELLIPSIS), done.stdout
    program = [sys.executable, "-W", "error", "-c", placed("\n".join(blocks("python", PAGE)), token, folder)]
    done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (blocks("text", PAGE)[0], "")


def test_every_code_of_an_error_stands_on_the_page() -> None:
    rows = re.findall(r"^\| (`hsm.*?) \|", PAGE, re.MULTILINE)
    said = {code for row in rows for code in re.findall(r"`(\w+)`", row)}
    assert said == {
        kind.code for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, errors.HsmError)
    }
