"""Every block of docs/apps.md runs, in order, in the folder of the demo, and prints what the page says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.docs.test_code_blocks import blocks
from tests.tls_server import answer, serving

PAGE = (ROOT / "docs" / "apps.md").read_text(encoding="utf-8")
ADDRESS = "https://lists.example/trust.bundle"


def test_the_blocks_print_what_the_page_says(tmp_path: Path) -> None:
    folder, place = tmp_path / "demo", tmp_path / "tls"
    place.mkdir()
    subprocess.run([sys.executable, "-m", "certmark", "demo", "--out", str(folder)], check=True, capture_output=True)
    script = "\n".join(blocks("python", PAGE))
    assert script.count(ADDRESS) == 1
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment["SSL_CERT_FILE"] = str(place / "authority.pem")
    with serving(place) as server:
        url = server.on("trust.bundle", answer("200 OK", (folder / "trust.bundle").read_bytes()))
        done = subprocess.run(
            [sys.executable, "-c", script.replace(ADDRESS, url)],
            cwd=folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
    assert done.stderr == ""
    assert done.stdout == "".join(blocks("text", PAGE))
    assert len(server.requests) == 1
