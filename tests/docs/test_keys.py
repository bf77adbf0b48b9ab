"""The page about keys: its commands and its program run on SoftHSM and print what stands there."""

from __future__ import annotations

import doctest
import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from certmark.hsm import errors
from tests.conftest import ROOT
from tests.docs.test_cli import BLOCK, COMMAND
from tests.docs.test_code_blocks import blocks
from tests.softhsm import PIN, module_path

PAGE = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")


def placed(text: str, folder: Path) -> str:
    """Put the files of the test in the place of those of the page."""
    return text.replace("/run/secrets/pin", str(folder / "pin")).replace(
        "/usr/lib/softhsm/libsofthsm2.so", module_path()
    )


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "pin").write_text(f"{PIN}\n", encoding="utf-8")
    shutil.copy(ROOT / "examples" / "certificates" / "infineon-security-controller.json", tmp_path / "certificate.json")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CERTMARK_PKCS11")},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SOFTHSM2_CONF": str(tmp_path / "softhsm2.conf"),
        "CERTMARK_PKCS11_MODULE": module_path(),
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=120
        )

    install, *trial = blocks("sh", PAGE)[0].splitlines()
    assert install == "apt install softhsm2"
    assert run("sh", "-ec", placed("\n".join(trial), tmp_path)).returncode == 0
    commands = [found for block in BLOCK.findall(PAGE) for found in COMMAND.findall(block)]
    assert len(commands) > 8
    for command, output in commands:
        done = run("sh", "-c", placed(command, tmp_path))
        assert done.stderr == ""
        assert doctest.OutputChecker().check_output(output, done.stdout, doctest.ELLIPSIS), done.stdout
    done = run(sys.executable, "-W", "error", "-c", placed("\n".join(blocks("python", PAGE)), tmp_path))
    assert (done.stdout, done.stderr) == (blocks("text", PAGE)[0], "")


def test_every_code_of_an_error_stands_on_the_page() -> None:
    rows = re.findall(r"^\| (`hsm.*?) \|", PAGE, re.MULTILINE)
    said = {code for row in rows for code in re.findall(r"`(\w+)`", row)}
    assert said == {
        kind.code for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, errors.HsmError)
    }
