"""What ``certmark trust`` refuses: each in one line, with its exit code, and every file as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.trust.desk import START, STATUS_AT
from tests.world import BODY

if TYPE_CHECKING:
    from tests.unit.cli.trust.desk import Desk

BUNDLE = (
    *("bundle", "--root", "root-1.cose", "--union", "union-1.cose", "--national", "de-1.cose"),
    *("--anchor", "root-1.cose", "--out"),
)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(("draft", "de.json", "--out", "x"), 64, "--previous, or --first", id="draft-of-what"),
        pytest.param(
            ("draft", "de.json", "--first", "--previous", "de-1.cose", "--out", "x"), 64, "--previous", id="both"
        ),
        pytest.param(("draft", "none.json", "--first", "--out", "x"), 66, "no such file", id="draft-missing"),
        pytest.param(("draft", "de-1.cose", "--first", "--out", "x"), 65, "not UTF-8", id="draft-of-cbor"),
        pytest.param(
            ("draft", "de.json", "--first", "--out", "x", "--expires", "tomorrow"), 64, "no instant", id="no-time"
        ),
        pytest.param(
            ("draft", "de.json", "--first", "--out", "x", "--expires", "2020-01-01"),
            65,
            "out of order",
            id="in-the-past",
        ),
        pytest.param(("sign", "de.json", "--key", "ncca.pem", "--out", "x"), 65, "not a root or list", id="sign-json"),
        pytest.param(("sign", "de-1.draft", "--key", "de.json", "--out", "x"), 65, "not a private key", id="no-key"),
        pytest.param(("merge", "de-1.ncca", "union-1.cose", "--out", "x"), 65, "different drafts", id="two-drafts"),
        pytest.param(("merge", "de-1.ncca", "--out", "x", "--above", "root-1.cose"), 65, "the union list", id="above"),
        pytest.param(("export", "trust.bundle", "--out", "x"), 65, "not a root or list", id="export-bundle"),
        pytest.param(("export", "de-1.cose", "--out", "de.json"), 64, "exists already", id="export-over-the-source"),
        pytest.param(
            ("sign", "de-1.draft", "--key", "ncca.pem", "--out", "ncca.pem"), 64, "exists already", id="over-a-key"
        ),
        pytest.param(
            ("merge", "de-1.ncca", "--above", "union-1.cose", "--out", "union-1.cose"),
            64,
            "exists already",
            id="over-another-list",
        ),
        pytest.param(
            ("draft", "de.json", "--first", "--out", "de-1.cose"), 64, "exists already", id="over-what-counts"
        ),
        pytest.param(("draft", "de.json", "--first", "--out", "de.json"), 64, "exists already", id="over-its-source"),
        pytest.param(
            ("draft", "de.json", "--previous", "de-1.draft", "--out", "x"), 65, "never published", id="after-a-draft"
        ),
        pytest.param(("point", "union.json", "FR", "--operator", "x"), 64, "give --operator and --key", id="no-keys"),
        pytest.param(
            ("point", "union.json", "FR", "--key", "ncca.pub.cbor"), 64, "give --operator and --key", id="no-operator"
        ),
        pytest.param(("point", "union.json", "DE", "--threshold", "0"), 65, "threshold", id="threshold-0"),
        pytest.param(
            ("add-key", "de.json", BODY, "--key", "next.pub.cbor", "--from", "2026-06-01", "--until", "2028-06-02"),
            64,
            "two years at most",
            id="key-that-signs-for-long",
        ),
        pytest.param(
            ("add-key", "de.json", BODY, "--key", "next.pub.cbor", "--verify-until", "2030-01-01"),
            65,
            "valid for up to five years",
            id="key-that-certificates-outlive",
        ),
        pytest.param(("add-body", "de.json", "DE-1", "--name", "x"), 64, "listed with a key", id="body-without-key"),
        pytest.param(
            ("add-service", "de.json", BODY, "--service", "status", "--key", "next.pub.cbor"),
            64,
            "--status-uri",
            id="status-service-without-list",
        ),
        pytest.param(
            (*("add-service", "de.json", BODY, "--service", "certificates", "--key", "next.pub.cbor"), *STATUS_AT),
            64,
            "--status-uri",
            id="certificates-with-status-list",
        ),
        pytest.param(
            (*("add-service", "de.json", BODY, "--service", "status", "--key", "next.pub.cbor"), *STATUS_AT),
            65,
            "has a service status_issuance already",
            id="service-twice",
        ),
        pytest.param(("set-authority", "de.json", "NCCA", "--name", "x"), 65, "ncca.entity_id", id="authority-no-id"),
        pytest.param(
            ("add-body", "de.json", "FR-1", "--name", "x", "--key", "next.pub.cbor"),
            65,
            "another territory: FR-1",
            id="body-of-france",
        ),
        pytest.param(("suspend", "union.json", BODY), 65, "changes a national list", id="suspend-in-the-union-list"),
        pytest.param(("suspend", "de.json", "DE-1"), 65, f"it names {BODY}", id="suspend-nobody"),
        pytest.param(("reinstate", "de.json", BODY), 65, "is granted then already", id="reinstate-what-is-granted"),
        pytest.param(("suspend", "de.json", BODY, "--from", START), 65, "never rewritten", id="same-instant"),
        pytest.param(("suspend", "de.json", BODY, "--from", "soon"), 64, "--from 'soon'", id="suspend-soon"),
        pytest.param(("end-key", "de.json", BODY, "0" * 16, "--why", "superseded"), 65, "it has", id="end-no-key"),
        pytest.param(("end-key", "de.json", BODY, "xyz", "--why", "superseded"), 64, "no key id", id="no-key-id"),
        pytest.param(
            ("end-key", "de.json", BODY, "0" * 16, "--why", "superseded", "--since", "2026-01-01"),
            64,
            "leave it out",
            id="superseded-since",
        ),
        pytest.param(("end-scope", "de.json", BODY, "2", "--until", "2026-08-01"), 65, "it has 1", id="no-scope"),
        pytest.param(("end-scope", "de.json", BODY, "1", "--until", "August"), 64, "no day", id="no-day"),
        pytest.param(("end-scope", "de.json", BODY, "1", "--until", "2026-02-30"), 64, "--until", id="no-such-day"),
        pytest.param(("add-key", "de.json", BODY, "--key", "body.pub.cbor"), 65, "listed already", id="key-twice"),
        pytest.param(("add-key", "de.json", BODY, "--key", "de.json"), 65, "de.json", id="key-no-key"),
        pytest.param(
            ("add-key", "de.json", BODY, "--key", "next.pub.cbor", "--until", "2020-01-01"),
            65,
            "must sign before it ends",
            id="key-window",
        ),
        pytest.param(("add-body", "de.json", BODY, "--name", "x", "--key", "next.pub.cbor"), 65, "already", id="twice"),
        pytest.param(
            ("add-body", "de.json", "FRANCE", "--name", "x", "--key", "next.pub.cbor"), 65, "entity_id", id="no-id"
        ),
        pytest.param(
            (
                "add-body",
                "de.json",
                "DE-1",
                "--name",
                "x",
                "--key",
                "next.pub.cbor",
                "--status-uri",
                "https://a.example",
            ),
            64,
            "needs both its key and its uri",
            id="status-without-key",
        ),
        pytest.param(
            ("add-scope", "de.json", BODY, "--level", "high", "--max-ava-van", "9"), 65, "from 1 to 5", id="ava-van-9"
        ),
        pytest.param(("add-scope", "de.json", BODY, "--level", "extreme"), 64, "extreme", id="level"),
        pytest.param(
            ("add-scope", "de.json", BODY, "--level", "high", "--until", "2020-01-01"),
            65,
            "would end before it begins",
            id="scope-that-has-ended",
        ),
        pytest.param(
            ("add-scope", "de.json", BODY, "--level", "high", "--authorised-until", "2030-01-01"),
            64,
            "--authorised-until is the end of what?",
            id="end-of-no-authorisation",
        ),
        pytest.param(
            ("draft", "root.json", "--first", "--next-update", "2027-01-01", "--out", "x"),
            64,
            "leave --next-update out",
            id="root-with-next-update",
        ),
        pytest.param(
            ("add-body", "de.json", "DE-2", "--name", "x", "--key", "body.pub.cbor"),
            65,
            "names one key under",
            id="key-of-two-bodies",
        ),
        pytest.param(
            ("set-authority", "de.json", "FR-NCCA", "--name", "x"), 65, "of another territory", id="foreign-authority"
        ),
        pytest.param(
            ("point", "union.json", "EU", "--operator", "x", "--key", "ncca.pub.cbor"), 65, "its own", id="point-at-eu"
        ),
        pytest.param(
            ("point", "union.json", "Germany", "--operator", "x", "--key", "ncca.pub.cbor"), 65, "territory", id="land"
        ),
        pytest.param(
            ("point", "union.json", "FR", "--operator", "x", "--key", "ncca.pub.cbor", "--threshold", "2"),
            65,
            "threshold",
            id="threshold",
        ),
        pytest.param(("embed", "union.json", "root.json"), 65, "only a national list", id="embed-root"),
        pytest.param(
            ("set-role", "root.json", "root", "--key", "next.pub.cbor", "--threshold", "2"), 65, "threshold", id="role"
        ),
        pytest.param(
            ("set-role", "de.json", "root", "--key", "next.pub.cbor", "--threshold", "1"), 65, "root", id="no-root"
        ),
        pytest.param(("close", "root.json"), 65, "changes a national list", id="close-root"),
        pytest.param(("new-union", "de.json", "--operator", "x", "--id", "y"), 64, "exists already", id="new-exists"),
        pytest.param(
            ("new", "x.json", "--territory", "D", "--operator", "x", "--id", "y"), 65, "territory", id="new-d"
        ),
        pytest.param((*BUNDLE, "root-1.cose"), 64, "exists already", id="bundle-over-its-root"),
        pytest.param((*BUNDLE, "ncca.pem"), 64, "exists already", id="bundle-over-a-key"),
        pytest.param((*BUNDLE, "de.json"), 64, "exists already", id="bundle-over-a-document"),
        pytest.param(
            ("add-key", "de.json", BODY, "--key", "next.pub.cbor", "--at", "9999-12-31T00:00:00Z"),
            64,
            "beyond the year 9999",
            id="key-of-the-last-day",
        ),
        pytest.param(
            ("bundle", "--root", "root-1.cose", "--union", "union-1.cose", "--anchor", "0" * 64, "--out", "x"),
            65,
            "pinned",
            id="another-anchor",
        ),
        pytest.param(
            ("bundle", "--root", "root-1.cose", "--union", "union-1.cose", "--anchor", "root-1.cose", "--out", "x"),
            65,
            "(DE: the bundle holds no national list of DE)",
            id="empty-bundle",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_and_changes_nothing(
    published: Desk, arguments: tuple[str, ...], code: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published.folder)
    before = {path.name: path.read_bytes() for path in published.folder.iterdir() if path.suffix != ".lock"}
    ended = published.trust(*arguments, code=code)
    assert says in ended.complaint
    after = {path.name: path.read_bytes() for path in published.folder.iterdir() if path.suffix != ".lock"}
    assert after == before
