"""The second reader as a program, on the files of ``certmark demo`` and on the examples of the specification.

``examples/independent_verify.py`` was written from ``docs/spec`` alone. What it answers, the library answers too.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from certmark.cli import clock, main
from certmark.errors import TrustError
from certmark.trust import TrustSnapshot
from certmark.verify import POLICIES, Product, Report, StatusSnapshot, Verifier
from examples import independent_verify as second
from tests.conftest import ROOT
from tests.interop.asking import (
    DICTIONARY,
    answer_of,
)
from tests.world import seconds

SCRIPT: Final = ROOT / "examples" / "independent_verify.py"
BY_NAME: Final = {policy.name: policy for policy in POLICIES}

# --- the program ---


def test_the_second_reader_shares_no_code_with_the_library() -> None:
    tree = ast.walk(ast.parse(SCRIPT.read_text("utf-8")))
    imported: set[str] = set()
    for node in tree:
        if isinstance(node, ast.Import):
            imported.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported - sys.stdlib_module_names == {"cbor2", "cryptography"}


class Demo:
    """The files of ``certmark demo``, and the instant after they were made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        assert main(["demo", "--out", str(folder)]) == 0
        self.at = clock.now()
        self.lists = sorted((folder / "status").iterdir())

    def run(self, token: str, *options: str, root: str = "root.cose", heard: bool = True) -> tuple[int, str]:
        """Run the second reader: exit code and what it prints."""
        status_files = (part for path in self.lists for part in ("--status", str(path)))
        evidence = ("--trust", "trust.bundle", "--anchor", root, *(status_files if heard else ()))
        command = [sys.executable, "-I", str(SCRIPT), token, *evidence, "--at", self.at.isoformat(), *options]
        ended = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        return ended.returncode, ended.stdout

    def report(
        self, token: str, *, policy: str = "standard", expect: Product | None = None, heard: bool = True
    ) -> Report:
        """Ask the library."""
        trust = TrustSnapshot.open(
            (self.folder / "trust.bundle").read_bytes(),
            anchor=sha256((self.folder / "root.cose").read_bytes()).digest(),
        )
        supplied = StatusSnapshot.open([path.read_bytes() for path in self.lists] if heard else (), trust)
        path = self.folder / token
        arrived = path.read_bytes() if path.suffix == ".cose" else path.read_text("ascii")
        return Verifier(trust, supplied, BY_NAME[policy]).report(arrived, at=self.at, expect=expect)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("demo"))


def printed(report: Report) -> tuple[int, str]:
    indication, sub_indication, certificate_status, may_promote = answer_of(report)
    lines = (
        f"indication: {indication}",
        f"sub-indication: {sub_indication}",
        f"certificate status: {certificate_status}",
        f"may be promoted: {may_promote}",
    )
    return {"PASSED": 0, "FAILED": 1, "INDETERMINATE": 2}[indication], "\n".join((*lines, ""))


ISSUED = ("label.txt", "label.cose", "full.txt", "full.cose")
REFUSED = (
    *("refused-sig_crypto_failure.txt", "refused-issuer_not_listed.txt", "refused-issuer_not_authorised.txt"),
    *("refused-certificate_expired.txt", "refused-certificate_withdrawn.txt"),
)


@pytest.mark.parametrize("token", [*ISSUED, *REFUSED, "suspended.txt"])
def test_the_program_and_the_library_answer_the_same(demo: Demo, token: str) -> None:
    report = demo.report(token)
    assert report.passed is not token.startswith("refused")
    assert demo.run(token) == printed(report)


@pytest.mark.parametrize("policy", sorted(BY_NAME))
@pytest.mark.parametrize("token", ["label.txt", "suspended.txt"])
def test_policies(demo: Demo, token: str, policy: str) -> None:
    assert demo.run(token, "--policy", policy) == printed(demo.report(token, policy=policy))


@pytest.mark.parametrize("policy", sorted(BY_NAME))
def test_a_status_list_that_is_not_supplied(demo: Demo, policy: str) -> None:
    report = demo.report("label.txt", policy=policy, heard=False)
    assert report.certificate_status == "unknown"
    assert demo.run("label.txt", "--policy", policy, heard=False) == printed(report)


PRODUCTS = {
    "right": Product(gtin="9521234567899", model="fr-800"),
    "another-gtin": Product(gtin="4006381333931"),
    "another-model": Product(model="FR-900"),
    "another-version": Product(version="0.0.0"),
}


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
def test_products(demo: Demo, product: Product) -> None:
    options = {"--gtin": product.gtin, "--model": product.model, "--product-version": product.version}
    given = (part for option, value in options.items() if value is not None for part in (option, value))
    assert demo.run("label.txt", *given) == printed(demo.report("label.txt", expect=product))


def test_a_text_as_the_argument(demo: Demo) -> None:
    link = (demo.folder / "label.txt").read_text("ascii")
    assert demo.run(link) == printed(demo.report("label.txt"))


def test_an_anchor_as_a_digest(demo: Demo) -> None:
    digest = sha256((demo.folder / "root.cose").read_bytes()).hexdigest()
    assert demo.run("label.txt", root=digest) == printed(demo.report("label.txt"))


UNUSABLE: Final[dict[str, tuple[str, ...]]] = {
    "unknown-option": ("--no-such-option",),
    "unknown-policy": ("--policy", "kind"),
    "time-without-zone": ("--at", "2026-06-01T12:00:00"),
    "no-time": ("--at", "noon"),
    "another-dictionary": ("--dictionary", "root.cose"),
    "gtin-of-letters": ("--gtin", "abc"),
    "missing-file": ("--status", "no-such-file.cose"),
}


@pytest.mark.parametrize("options", UNUSABLE.values(), ids=UNUSABLE)
def test_a_call_that_cannot_be_used(demo: Demo, options: tuple[str, ...]) -> None:
    assert demo.run("label.txt", *options) == (64, "")


def test_another_anchor_is_no_verdict(demo: Demo) -> None:
    with pytest.raises(TrustError):
        TrustSnapshot.open((demo.folder / "trust.bundle").read_bytes(), anchor=bytes(32))
    assert demo.run("label.txt", root="00" * 32) == (65, "")


# --- the examples of the specification ---


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / "spec" / page).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)\n```", text, re.DOTALL)


@pytest.mark.parametrize("form", ["bytes", "link", "bare"])
def test_the_worked_examples_pass(form: str) -> None:
    _, _, _, _, message, _, status_token, root, anchor, union, national_list = (
        bytes.fromhex(block.replace("\n", "")) for block in blocks("examples.md", "hex")[:11]
    )
    link, bare, verdict = blocks("examples.md", "text")[:3]
    bundle = second.encode({1: "certmark-trust-bundle", 2: 1, 3: [root], 4: union, 5: {"DE": national_list}})
    inputs = second.Inputs(
        snapshot=second.open_bundle(bundle, anchor),
        status=[status_token],
        at=seconds("2026-06-01 12:00:00"),
        policy=second.POLICIES["standard"],
        product={},
        dictionary=DICTIONARY,
    )
    forms: dict[str, str | bytes] = {"bytes": message, "link": link, "bare": bare}
    report = second.verify(forms[form], inputs)
    assert verdict == f"{report.indication}: EUCC-3087-2026-03-0001, {report.status.replace('_', ' ')}"


def test_the_examples_of_texts_are_read() -> None:
    told = [dict(re.findall(r"^(\w+) = (\S.*)$", block, re.MULTILINE)) for block in blocks("token-text.md", "text")]
    examples = [example for example in told if "cose" in example]
    assert len(examples) == 2
    for example in examples:
        for form in ("link", "bare"):
            assert second.message_of(example[form], DICTIONARY).hex() == example["cose"]
