"""The vectors of tests/vectors: what they cover, what the library and the second reader answer, and the runner."""

from __future__ import annotations

import json
import re
import shlex
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from certmark.cose.algorithms import Algorithm
from certmark.errors import TrustError
from certmark.model.scheme import Scheme, eucc
from certmark.transport import base10, from_text
from certmark.trust import TrustSnapshot
from certmark.verify import POLICIES, Product, StatusSnapshot, SubIndication, Verifier
from examples import independent_verify as second
from scripts import build_vectors
from scripts import run_conformance as runner
from scripts.run_conformance import Vector
from tests.conftest import ROOT
from tests.vector_cases import randomised, statuses

FOLDER: Final = ROOT / "tests" / "vectors"
SPEC: Final = ROOT / "docs" / "spec"
VECTORS: Final = runner.load(FOLDER)
BY_NAME: Final = {vector.name: vector for vector in VECTORS}
DICTIONARY: Final = second.DICTIONARY.read_bytes()

each_vector = pytest.mark.parametrize("vector", VECTORS, ids=[vector.name for vector in VECTORS])

# --- what the vectors cover ---

PAGES: Final = {page.name: page.read_text("utf-8") for page in SPEC.iterdir() if page.suffix in {".md", ".cddl"}}
ASIDE: Final = {
    "README.md": {"The certmark-1 specification"},
    "cose.cddl": {"draft"},  # which no reader takes: tests/unit/trust/publish
    "examples.md": set(re.findall(r"^#+ (.+)$", PAGES["examples.md"], re.MULTILINE)),
    "status.md": {
        "What has changed since",
        "Publishing",  # for writers
        "Memory",  # of several verifications
    },
    "token-text.md": {
        "Token text",
        "Dictionary 1",  # its bytes; what is compressed with it is a body
        "QR symbol",  # a reader gets the text
        "Link templates",  # for writers
        "Errors",  # codes of the library
        "Examples",
    },
    "trust.cddl": {"trust-floor", "root-seen", "list-seen"},
    "trust.md": {
        "Whom to trust",
        "The floor",
        "Append-only",
        "Drafts",
    },  # of several bundles: a vector is one verification
    "verification.md": {"Verification"},
}
"""Headings that no reader's rule stands under, and rules that no vector can show."""


def slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def sections() -> Iterator[str]:
    """Give every place of the specification that a vector may name, and that some vector must."""
    for name, text in PAGES.items():
        if name.endswith(".cddl"):
            rules_of = re.findall(r"^([\w-]+) += ", text, re.MULTILINE)
            yield from (f"{name}#{rule}" for rule in rules_of if rule not in ASIDE.get(name, set()))
        else:
            headings = re.findall(r"^#+ (.+)$|^\*\*([A-Z].*?)\.\*\*", text, re.MULTILINE)
            for heading in (first or bold for first, bold in headings):
                if heading not in ASIDE.get(name, set()):
                    yield f"{name}#{slug(heading)}"


def rows_of(page: str, heading: str) -> list[str]:
    """Give the first cells of the table under a heading, without its own heading."""
    text = PAGES[page].partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [cell for cell in re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)[1:] if not cell.startswith("--")]


def named() -> Counter[str]:
    return Counter(str(vector.content["spec"]).removeprefix("docs/spec/") for vector in VECTORS)


def rules(section: str) -> set[str]:
    return {vector.content["rule"] for vector in VECTORS if vector.content["spec"] == f"docs/spec/{section}"}


def test_every_section_that_a_vector_names_is_one_of_the_specification() -> None:
    assert set(named()) <= set(sections())


def test_every_section_of_the_specification_has_a_vector() -> None:
    assert sorted(set(sections()) - set(named())) == []


def test_every_row_of_the_verdict_table_has_a_vector() -> None:
    numbers = rows_of("verification.md", "Verdict table")
    assert numbers == [str(number) for number in range(1, 22)]
    covered = re.findall(r"^row (\d+):", "\n".join(rules("verification.md#verdict-table")), re.MULTILINE)
    assert sorted(set(numbers) - set(covered)) == []


@pytest.mark.parametrize(
    ("page", "heading"),
    [
        ("README.md", "Limits"),
        ("token-text.md", "Limits"),
        ("verification.md", "Policies"),
        ("verification.md", "Product match"),
    ],
)
def test_every_row_of_a_table_has_a_vector(page: str, heading: str) -> None:
    rows = rows_of(page, heading)
    assert len(rows) >= 2
    assert sorted(set(rows) - rules(f"{page}#{slug(heading)}")) == []


def test_every_sub_indication_is_expected_somewhere() -> None:
    expected = {vector.expect.get("sub_indication") for vector in VECTORS} - {None}
    assert expected == set(SubIndication)


def test_every_policy_and_every_status_is_expected_somewhere() -> None:
    assert {vector.content["policy"] for vector in VECTORS} == {policy.name for policy in POLICIES}
    answers = {(vector.expect.get("certificate_status"), vector.expect.get("may_promote")) for vector in VECTORS}
    assert {status for status, _ in answers} >= {"in_force", "suspended", "withdrawn", "expired", "not_yet_valid"}
    assert {promotion for _, promotion in answers} >= {"yes", "no", "unknown"}


def test_negatives_outnumber_positives() -> None:
    passed = sum(vector.expect.get("indication") == "PASSED" for vector in VECTORS)
    assert passed < len(VECTORS) / 2


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(VECTORS)


def test_every_artefact_belongs_to_a_vector() -> None:
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("artefacts/*")}
    used = set(re.findall(r"artefacts/[\w.-]+", "".join(path.read_text("ascii") for path in FOLDER.glob("*.json"))))
    assert files - used == {"artefacts/ml-dsa-signatures.json"}
    assert used <= files


# --- the library ---


@cache
def content(name: str) -> bytes:
    return runner.content(FOLDER / name)


def token_of(vector: Vector) -> str | bytes:
    token = vector.content["input"]["token"]
    if "text" in token:
        return str(token["text"])
    return content(token["file"]) if "file" in token else bytes.fromhex(token["hex"])


def schemes_of(vector: Vector) -> tuple[Scheme, ...]:
    given = [Scheme.from_json(content(name)) for name in vector.content["input"].get("schemes", [])]
    return (*given, *(scheme for scheme in (eucc(),) if scheme.id not in {each.id for each in given}))


@cache
def trust_of(name: str, anchor: str) -> TrustSnapshot | TrustError:
    try:
        return TrustSnapshot.open(content(name), anchor=anchor)
    except TrustError as error:
        return error


def library_answer(vector: Vector) -> dict[str, Any]:
    given = vector.content["input"]
    trust = trust_of(given["trust"], given["anchor"])
    if isinstance(trust, TrustError):
        return {"error": trust.code}
    status = StatusSnapshot.open([content(name) for name in given["status"]], trust)
    policy = next(policy for policy in POLICIES if policy.name == vector.content["policy"])
    product = Product(**given["product"]) if "product" in given else None
    verifier = Verifier(trust, status, policy, schemes_of(vector))
    report = verifier.report(token_of(vector), at=datetime.fromisoformat(vector.content["at"]), expect=product)
    answer: dict[str, Any] = {name: getattr(report, name) for name in runner.ANSWERS}
    return {**answer, "error": "status"} if status.rejected else answer


@each_vector
def test_the_library_answers_as_expected(vector: Vector) -> None:
    assert library_answer(vector) == vector.expect


# --- the second reader ---


@cache
def second_trust_of(name: str, anchor: str) -> second.Snapshot | None:
    try:
        return second.open_bundle(content(name), bytes.fromhex(anchor))
    except second.UnusableBundleError:
        return None


def second_answer(vector: Vector) -> dict[str, Any] | None:
    given = vector.content["input"]
    snapshot = second_trust_of(given["trust"], given["anchor"])
    if snapshot is None:
        return None
    inputs = second.Inputs(
        snapshot=snapshot,
        status=[content(name) for name in given["status"]],
        at=int(datetime.fromisoformat(vector.content["at"]).timestamp()),
        policy=second.POLICIES[vector.content["policy"]],
        product=given.get("product", {}),
        dictionary=DICTIONARY,
    )
    answer: dict[str, Any] = json.loads(second.verify(token_of(vector), inputs).as_json())
    return answer


CONCERNING: Final = [vector for vector in VECTORS if "schemes" not in vector.content["input"]]
"""The second reader judges by no scheme file."""


def test_the_second_reader_is_asked_almost_everything() -> None:
    assert len(VECTORS) - len(CONCERNING) < len(VECTORS) / 10


@pytest.mark.parametrize("vector", CONCERNING, ids=[vector.name for vector in CONCERNING])
def test_the_second_reader_answers_as_expected(vector: Vector) -> None:
    expected = {name: vector.expect[name] for name in runner.ANSWERS} if "indication" in vector.expect else None
    assert second_answer(vector) == expected


# --- the runner and the protocol ---

SAMPLE: Final = (
    *("text/link", "text/line-end-crlf", "text/empty", "text/host-not-ascii", "text/bare-of-version-2"),
    *("message/ml-dsa-65", "message/no-bytes", "message/a-bundle", "claims/every-key", "claims/statement-strict"),
    *("verdict/suspended.strict", "verdict/list-missing", "verdict/product-everything-right"),
    *("scheme/five-years-and-a-day", "trust/in-order", "trust/another-anchor", "trust/bundle-of-8000001"),
    *("status/authority-says-invalid", "status/forged", "status/list-of-4000000"),
)
"""One of each way in which a client is called and answers."""
CERTMARK: Final = (sys.executable, "-m", "certmark", "verify")
SECOND: Final = (sys.executable, "-I", str(ROOT / "examples" / "independent_verify.py"))


@pytest.mark.parametrize("client", [CERTMARK, SECOND], ids=["certmark", "second-reader"])
def test_clients_are_called_and_answer_as_the_protocol_says(client: tuple[str, ...]) -> None:
    results = list(runner.run_all(client, [BY_NAME[name] for name in SAMPLE], jobs=2, timeout=120))
    unsupported = {name for name in SAMPLE if client is SECOND and "schemes" in BY_NAME[name].content["input"]}
    assert [result.reason for result in results if result.outcome == "failed"] == []
    assert {result.vector for result in results if result.outcome == "not supported"} == unsupported


GOOD: Final = {"indication": "PASSED", "sub_indication": None, "certificate_status": "in_force", "may_promote": "yes"}
UNSURE: Final = {
    "indication": "INDETERMINATE",
    "sub_indication": "TRY_LATER",
    "certificate_status": "unknown",
    "may_promote": "unknown",
}
ANSWERS: Final[dict[str, tuple[str, int, str, str]]] = {
    "as-expected": ("trust/in-order", 0, json.dumps(GOOD), "passed"),
    "with-more-members": ("trust/in-order", 0, json.dumps({**GOOD, "more": 1}), "passed"),
    "not-supported": ("trust/in-order", 69, "", "not supported"),
    "not-supported-though-said": ("trust/in-order", 69, json.dumps(GOOD), "not supported"),
    "another-status": ("trust/in-order", 0, json.dumps({**GOOD, "certificate_status": "unknown"}), "failed"),
    "a-member-missing": ("trust/in-order", 0, json.dumps({"indication": "PASSED"}), "failed"),
    "another-exit-code": ("trust/in-order", 2, json.dumps(GOOD), "failed"),
    "no-json": ("trust/in-order", 0, "PASSED", "failed"),
    "no-object": ("trust/in-order", 0, "[]", "failed"),
    "crashed": ("trust/in-order", 70, json.dumps(GOOD), "failed"),
    "killed": ("trust/in-order", -9, json.dumps(GOOD), "failed"),
    "bundle-refused-for-nothing": ("trust/in-order", 65, "", "failed"),
    "bundle-refused": ("trust/another-anchor", 65, "", "passed"),
    "bundle-believed": ("trust/another-anchor", 0, json.dumps(GOOD), "failed"),
    "status-list-refused": ("status/forged", 65, "", "passed"),
    "status-list-left-out": ("status/forged", 2, json.dumps(UNSURE), "passed"),
    "status-list-believed": ("status/forged", 0, json.dumps(GOOD), "failed"),
}


@pytest.mark.parametrize(("name", "code", "output", "outcome"), ANSWERS.values(), ids=ANSWERS)
def test_the_runner_judges_answers(name: str, code: int, output: str, outcome: str) -> None:
    assert runner.judge(BY_NAME[name], code, output).outcome == outcome


def client_that(tmp_path: Path, body: str) -> str:
    script = tmp_path / "client.py"
    script.write_text(f"import json, sys, time\n{body}\n", encoding="utf-8")
    return shlex.join([sys.executable, str(script)])


ALWAYS_GOOD: Final = f"print({json.dumps(GOOD)!r})"


def test_the_runner_fails_a_client_that_passes_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    client = client_that(tmp_path, ALWAYS_GOOD)
    assert runner.main([client, "--only", "scheme/", "--jobs", "2"]) == 1
    printed = capsys.readouterr().out
    expected = [vector.expect == GOOD for vector in VECTORS if vector.name.startswith("scheme/")]
    assert printed.count(": failed: scheme/") == expected.count(False)
    assert re.search(rf"\s{expected.count(True)}\s+{expected.count(False)}\s+0$", printed)


def test_the_runner_never_counts_what_is_not_supported_as_passed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client = client_that(tmp_path, "sys.exit(69)")
    assert runner.main([client, client, "--only", "scheme/"]) == 0
    assert len(re.findall(r"\s0\s+0\s+14$", capsys.readouterr().out, re.MULTILINE)) == 2


def test_the_runner_does_not_wait_for_ever(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    client = client_that(tmp_path, "time.sleep(600)")
    assert runner.main([client, "--only", "scheme/no-rule-broken", "--timeout", "0.2"]) == 1
    assert "no answer within 0.2 seconds" in capsys.readouterr().out


def test_the_runner_says_what_it_cannot_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["x", "--vectors", str(tmp_path)]) == 64
    assert runner.main([str(tmp_path / "none"), "--only", "scheme/"]) == 64
    assert "none" in capsys.readouterr().err


def test_the_runner_needs_nothing_but_python() -> None:
    text = (ROOT / "scripts" / "run_conformance.py").read_text("utf-8")
    imported = set(re.findall(r"^ *(?:import|from) (\w+)", text, re.MULTILINE)) - {"__future__"}
    assert imported <= sys.stdlib_module_names


# --- what the pages say ---


def test_the_pages_state_the_number_of_vectors() -> None:
    page = (ROOT / "CONFORMANCE.md").read_text("utf-8")
    stated = re.search(r"There are (\d+) vectors, of which (\d+)\s+pass", page)
    passed = sum(vector.expect.get("indication") == "PASSED" for vector in VECTORS)
    assert stated is not None
    assert [int(number) for number in stated.groups()] == [len(VECTORS), passed]


def blocks(language: str) -> list[str]:
    page = (ROOT / "CONFORMANCE.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def test_the_command_of_the_page_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = blocks("console")
    program, script, *clients = shlex.split(block)
    assert (program, script) == ("python", "scripts/run_conformance.py")
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert runner.main([*clients, "--only", "verdict/product-everything"]) == 0
    assert len(re.findall(r"\s1\s+0\s+0$", capsys.readouterr().out, re.MULTILINE)) == len(clients)


def test_the_verdict_of_the_page_is_one_that_is_read() -> None:
    (block,) = blocks("json")
    assert runner.judge(BY_NAME["verdict/another-model"], 1, block).outcome == "passed"


def test_the_arguments_of_the_page_are_those_of_the_runner(tmp_path: Path) -> None:
    (block,) = blocks("text")
    used = {argument for vector in VECTORS for argument in vector.arguments(tmp_path) if argument.startswith("--")}
    assert used == set(re.findall(r"--[\w-]+", block))


# --- what the builder keeps ---


def another_compression(text: str) -> str:
    url, _, digits = text.partition("#")
    body = b"\x01" + deflate(from_text(f"{url}#{digits}").cose)
    return f"{url}#{base10.encode(body)}"


def deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(1, zlib.DEFLATED, -15, zdict=DICTIONARY)
    return stream.compress(data) + stream.flush()


def test_the_builder_keeps_a_text_that_differs_by_its_compression_alone() -> None:
    text = str(token_of(BY_NAME["text/link"]))
    other = another_compression(text)
    assert other != text
    assert build_vectors.same_token(other, text)
    assert not build_vectors.same_token(f"{other}\n", text)
    assert not build_vectors.same_token(other.replace("https://certs.", "https://x."), text)
    assert not build_vectors.same_token(str(token_of(BY_NAME["text/link-not-compressed"])), text)
    assert not build_vectors.same_token("CM2:A", text)


def test_the_builder_keeps_a_status_list_token_that_differs_by_its_compression_alone() -> None:
    def listing(entry: int, level: int) -> bytes:
        packed = zlib.compress(bytes([0, entry]) + bytes(200), level)
        return statuses.token({65533: {"bits": 2, "lst": packed}})

    assert listing(0, 1) != listing(0, 9)
    assert build_vectors.same_status(listing(0, 1), listing(0, 9))
    assert not build_vectors.same_status(listing(0, 1), listing(0x40, 9))
    assert not build_vectors.same_status(b"", listing(0, 9))


def test_the_builder_keeps_a_random_signature_as_long_as_it_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(randomised, "KEPT", {})
    signer = randomised.signer(Algorithm.ML_DSA_44)
    first = signer.sign(b"said")
    assert signer.sign(b"said") == first
    name = next(iter(randomised.KEPT))
    monkeypatch.setitem(randomised.KEPT, name, first[:-1].hex() + "00" * (2 if first[-1] == 0 else 1))
    assert signer.sign(b"said") != first
    assert signer.public_key.verifies(signer.sign(b"said"), b"said", algorithm=Algorithm.ML_DSA_44)
