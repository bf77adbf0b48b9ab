"""An office of the body of ``tests.world``: a folder with keys, certificates and a register, and commands in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from certmark.model import dump_document
from tests.unit.cli.conftest import Command, Ended
from tests.unit.register.body import numbered
from tests.world import BODY, BODY_KEY, BODY_STATUS_KEY, LINK, NCCA_STATUS_KEY, NCCA_STATUS_URI, STATUS_URI

ID = "EUCC-3087-2026-03-0001"
SECOND = "EUCC-3087-2026-03-0002"
THIRD = "EUCC-3087-2026-03-0003"
ISSUED_AT = "2026-03-02T10:00:00Z"
KEYS = {"key": BODY_KEY, "status": BODY_STATUS_KEY, "ncca": NCCA_STATUS_KEY}
LISTS = ("--entity", BODY, "--status-uri", STATUS_URI, "--ncca-uri", NCCA_STATUS_URI)


class Office:
    """Commands on one register; ``code`` is how each must end."""

    def __init__(self, certmark: Command, folder: Path) -> None:
        self.run, self.folder = certmark, folder
        for name, key in KEYS.items():
            self[f"{name}.pem"].write_bytes(key.to_pem())

    def __getitem__(self, name: str) -> Path:
        return self.folder / name

    def __call__(self, command: str, *arguments: object, code: int = 0, at: str | None = None) -> Ended:
        when = () if at is None else ("--at", at)
        ended = self.run("register", command, *arguments, "--register", self["register.db"], *when)
        assert ended.code == code, ended
        return ended

    def refuses(self, command: str, *arguments: object, code: int, at: str | None = None) -> str:
        """Give the one line of a refusal, after which the register holds the certificates of before."""
        before = self.held()
        ended = self(command, *arguments, code=code, at=at)
        assert ended.out == ""
        assert ended.complaint.isprintable()
        assert self.held() == before
        return ended.complaint

    def held(self) -> Any:
        """Give the certificates with status and tokens, or None without a register."""
        if not self["register.db"].exists():
            return None
        return [(row["id"], row["status"], row["tokens"]) for row in self("list", "--json").report]

    def init(self, *options: object) -> Ended:
        return self("init", *LISTS, *options, "--actor", "setup", at="2026-01-01T00:00:00Z")

    def document(self, number: int = 1, **changes: Any) -> Path:
        path = self[f"certificate-{number}.json"]
        path.write_text(dump_document(numbered(number, **changes)), encoding="utf-8")
        return path

    def signing(self, out: str = "out") -> tuple[object, ...]:
        return ("--key", self["key.pem"], "--issuer", BODY, "--out", self[out], "--link", LINK)

    def issue(self, number: int = 1, *options: object, code: int = 0, **changes: Any) -> Ended:
        document = self.document(number, **changes)
        return self("issue", document, *self.signing(), "--actor", "anna", *options, code=code, at=ISSUED_AT)

    def publish(self, at: str, *options: object, key: str = "status", out: str = "list.cose") -> Ended:
        return self("publish", *options, "--key", self[f"{key}.pem"], "--out", self[out], at=at)
