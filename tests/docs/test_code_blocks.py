"""Every code block of README.md runs, in order, in a folder that ``certmark demo`` has filled."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from certmark.cose.signer import KeySigner

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str, page: str = README) -> list[str]:
    return [code for kind, code in BLOCK.findall(page) if kind == language]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a reader has after ``make demo``, with a certificate and a key of their own."""
    path = tmp_path_factory.mktemp("readme")
    subprocess.run([sys.executable, "-m", "certmark", "demo", "--out", str(path)], check=True, capture_output=True)
    shutil.copy(next(iter(sorted((ROOT / "examples" / "certificates").glob("*.json")))), path / "certificate.json")
    (path / "key.pem").write_bytes(KeySigner.generate().to_pem())
    return path


def test_the_python_blocks_print_what_the_readme_says(folder: Path) -> None:
    script = "\n".join(blocks("python"))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, check=False, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.stderr == ""
    assert done.stdout == blocks("text")[0]
    assert (folder / "label.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_shell_blocks_end_well(folder: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    shutil.copytree(folder, work)
    (work / "key.pem").unlink()
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("certmark ")]
    assert [shlex.split(line)[1] for line in lines] == ["keygen", "issue", "verify"]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for line in lines:
        done = subprocess.run(line, shell=True, cwd=work, env=environment, check=False, capture_output=True, text=True)  # noqa: S602 the README is ours
        assert (done.returncode, done.stderr) == (0, "")


def test_the_readme_shows_the_two_commands_first() -> None:
    assert blocks("sh")[0].splitlines() == ["make demo", "make test"]


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)|src=\"([^\":]+)\"", page.read_text(encoding="utf-8"))
    missing = [target for pair in targets for target in pair if target and not (page.parent / target).exists()]
    assert missing == []
