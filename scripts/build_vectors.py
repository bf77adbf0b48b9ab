"""Build tests/vectors from the cases in tests/vector_cases, with fixed keys.

Usage: python scripts/build_vectors.py [--check]

With --check nothing is written, and the exit code is 1 when a file is not what this script would write. What another
build of zlib, or a signature with random numbers, makes different without changing what it says is kept as it is.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from certmark.errors import DecodeError, StatusError  # noqa: E402 the repository must be on the path first
from certmark.status import token as status_token  # noqa: E402
from certmark.transport import from_text  # noqa: E402
from certmark.verify.report_json import instant  # noqa: E402
from tests.vector_cases import (  # noqa: E402
    approvals,
    claims,
    lists,
    messages,
    randomised,
    schemes,
    statuses,
    texts,
    verdicts,
)
from tests.world import WORLD  # noqa: E402

if TYPE_CHECKING:
    from tests.vector_cases.case import Case

FOLDER = ROOT / "tests" / "vectors"
GROUPS = {
    "text": (texts, "token-text.md: forms of text, digits, Base45, compression, sizes"),
    "message": (messages, "README.md and cose.cddl: encoding, headers, signatures, algorithms"),
    "claims": (claims, "certificate.cddl and README.md: the claims of a certificate token"),
    "verdict": (verdicts, "verification.md: verdict table, policies, product match"),
    "approval": (approvals, "verification.md and trust.md: approvals of single certificates"),
    "scheme": (schemes, "rules of EUCC, given as a scheme file"),
    "trust": (lists, "trust.md and trust.cddl: bundle, root, union list, national lists"),
    "status": (statuses, "status.md: status list tokens"),
}
LARGE = 16_000
"""Artefacts of more bytes are stored compressed."""


class Artefacts:
    """Files that vectors share, each named after the first vector that needs it."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._names: dict[bytes, str] = {}

    def name(self, content: bytes, wanted: str) -> str:
        """Store content once and give its place in the folder."""
        digest = sha256(content).digest()
        if digest not in self._names:
            name = f"artefacts/{wanted}" + (".gz" if len(content) > LARGE else "")
            if name in self.files:
                raise ValueError(f"two artefacts are called {wanted}")
            self._names[digest] = name
            self.files[name] = content
        return self._names[digest]


def vector_of(case: Case, artefacts: Artefacts, *, is_shared: bool) -> dict[str, Any]:
    """Give a case as it stands in the file; a message that other vectors have too is a file."""
    stem = case.name.replace("/", "-")
    status = [
        artefacts.name(data, f"{stem}.status-{number}.cose" if len(case.status) > 1 else f"{stem}.status.cose")
        for number, data in enumerate(case.status, 1)
    ]
    if isinstance(case.token, str):
        token = {"text": case.token}
    elif is_shared:
        token = {"file": artefacts.name(case.token, f"{stem}.cose")}
    else:
        token = {"hex": case.token.hex()}
    given: dict[str, Any] = {
        "token": token,
        "trust": artefacts.name(case.bundle, f"{stem}.bundle"),
        "anchor": case.anchor.hex(),
        "status": status,
    }
    if case.schemes:
        given["schemes"] = list(case.schemes)
    if case.product:
        given["product"] = case.product
    return {
        "name": case.name,
        "spec": f"docs/spec/{case.spec}",
        "rule": case.rule,
        "input": given,
        "at": instant(int(case.at.timestamp())),
        "policy": case.policy,
        "expect": case.expect,
    }


def same_token(old: str, new: str) -> bool:
    """Tell whether two texts are the same but for the compression of what they carry."""
    try:
        before, after = from_text(old), from_text(new)
    except DecodeError:
        return False
    return before == after and old[len(old.rstrip("\r\n")) :] == new[len(new.rstrip("\r\n")) :]


def same_status(old: bytes, new: bytes) -> bool:
    """Tell whether two status list tokens are the same but for the compression of the list."""
    try:
        (before, said_before), (after, said_after) = status_token.parse(old), status_token.parse(new)
    except StatusError:
        return False
    return before.headers == after.headers and said_before == said_after


def content_of(path: Path) -> bytes | None:
    """Read a file of the folder, unpacked, or give None when there is none."""
    if not path.exists():
        return None
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def keep_texts(vectors: list[dict[str, Any]], path: Path) -> None:
    """Keep the texts of a stored file that differ by their compression alone."""
    stored = content_of(path)
    if stored is None:
        return
    before = {each["name"]: each["input"]["token"].get("text") for each in json.loads(stored)["vectors"]}
    for each in vectors:
        old, token = before.get(each["name"]), each["input"]["token"]
        if isinstance(old, str) and "text" in token and same_token(old, token["text"]):
            token["text"] = old


def build() -> dict[str, bytes]:
    """Give every file of the folder that this script writes, unpacked."""
    artefacts = Artefacts()
    artefacts.name(WORLD.bundle, "in-order.bundle")
    artefacts.name(WORLD.status_tokens[0], "in-order.status.cose")
    artefacts.name(WORLD.cose, "in-order.cose")
    cases = {group: module.cases() for group, (module, _) in GROUPS.items()}
    uses = Counter(case.token for each in cases.values() for case in each)
    files: dict[str, bytes] = {}
    for group, (_, about) in GROUPS.items():
        vectors = [vector_of(case, artefacts, is_shared=uses[case.token] > 1) for case in cases[group]]
        path = f"{group}.json"
        keep_texts(vectors, FOLDER / path)
        files[path] = _json({"about": about, "vectors": vectors})
    for name, content in artefacts.files.items():
        stored = content_of(FOLDER / name)
        kept = stored is not None and name.endswith((".cose", ".cose.gz")) and same_status(stored, content)
        files[name] = stored if kept and stored is not None else content
    files |= {name: text.encode() for name, text in verdicts.SCHEME_FILES.items()}
    files[f"artefacts/{randomised.FILE.name}"] = _json(dict(sorted(randomised.USED.items())))
    return files


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=True) + "\n").encode()


def main(arguments: list[str]) -> int:
    """Write or check the files."""
    files = build()
    ours = [path for pattern in ("*.json", "artefacts/*", "schemes/*") for path in FOLDER.glob(pattern)]
    surplus = [path for path in ours if path.relative_to(FOLDER).as_posix() not in files]
    wrong = [FOLDER / name for name, content in files.items() if content_of(FOLDER / name) != content]
    if "--check" in arguments:
        for path in (*wrong, *surplus):
            print(f"{path.relative_to(ROOT)} is out of date: run python scripts/build_vectors.py")
        return 1 if wrong or surplus else 0
    for path in surplus:
        path.unlink()
    for path in wrong:
        content = files[path.relative_to(FOLDER).as_posix()]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
