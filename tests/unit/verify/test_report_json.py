"""Reports as JSON: everything is there, and the published schema describes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from certmark.model import document_from
from certmark.status.bitarray import Status
from certmark.trust.entities import ServiceStatus, StatusEntry
from certmark.verify import (
    ApprovalReport,
    CertificateStatus,
    Indication,
    IssuerReport,
    Outcome,
    Product,
    ProductMatch,
    Report,
)
from certmark.verify.conclude import IDS
from certmark.verify.outcome import Check, ListUse, SubIndication
from certmark.verify.report_json import SCHEMA_ID, claims_to_json, instant, report_to_json
from tests.world import BODY_KEY, INDEX, NCCA_APPROVAL_KEY, STATUS_URI, STRANGER_KEY, WORLD, seconds

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "docs" / "schema" / "report.schema.json").read_text(encoding="utf-8")
)
REPORTS = {
    "passed": WORLD.report(),
    "label": WORLD.report(WORLD.issue(WORLD.certificate().for_label()).text),
    "approved": WORLD.approved().report(),
    "not-approved": WORLD.upon_approval().report(),
    "matched": WORLD.report(WORLD.text, expect=Product(gtin="4006381333931")),
    "differs": WORLD.report(expect=Product(model="SE9")),
    "malformed": WORLD.report("HC1:X"),
    "newer": WORLD.report("CM2:X"),
    "not-listed": WORLD.signed_by(STRANGER_KEY).report(),
    "no-territory": WORLD.signed_by(STRANGER_KEY, entity_id="IT-1").report(),
    "expired": WORLD.at("2031-06-01").report(),
    "suspended": WORLD.with_status(Status.SUSPENDED).report(),
    "no-status": WORLD.with_statement().report(),
    "no-list": WORLD.without_statuses().report(),
    "closed-list": WORLD.with_member(next_update=None).report(),
    "list-without-times": WORLD.with_statuses(ttl=None, expires=None).report(),
    "no-label": WORLD.with_root(label=None).report(),
    "no-scope": WORLD.with_scopes(accreditation=None).report(),
    "key-ended": WORLD.with_key(sign_until=seconds("2026-03-01")).report(),
    "not-yet-listed": WORLD.with_service(history=(StatusEntry(ServiceStatus.GRANTED, seconds("2026-05-01")),)).report(),
}


def strict(schema: Any) -> Any:
    """The schema, refusing members that it does not describe."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(part) for name, part in schema.items()}
    return {**closed, "additionalProperties": False} if "properties" in schema and "type" in schema else closed


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_schema_describes_every_report(report: Report) -> None:
    as_json = json.loads(json.dumps(report_to_json(report)))
    jsonschema.Draft202012Validator(strict(SCHEMA)).validate(as_json)
    assert list(as_json) == SCHEMA["required"]
    assert [*as_json, "words"] == list(SCHEMA["properties"])


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("indication", "MAYBE"),
        ("sub_indication", ""),
        ("at", "2026-06-01"),
        ("certificate", {}),
        ("checks", []),
        ("notices", []),
        ("may_promote", True),
    ],
)
def test_the_schema_refuses_what_no_report_says(member: str, value: object) -> None:
    changed = {**report_to_json(WORLD.report()), member: value}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(changed)


def test_the_schema_is_one_and_names_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == SCHEMA_ID == report_to_json(WORLD.report())["schema"]


def test_everything_in_a_report_is_there() -> None:
    names = {"claims": "certificate", "scheme_notice": "notices"}
    assert {names.get(name, name) for name in Report.FIELDS} <= set(report_to_json(WORLD.report()))


def test_the_schema_knows_every_word() -> None:
    known = SCHEMA["properties"]
    assert known["indication"]["enum"] == list(Indication)
    assert known["sub_indication"]["enum"] == [*SubIndication, None]
    assert known["certificate_status"]["enum"] == list(CertificateStatus)
    assert known["product_match"]["enum"] == list(ProductMatch)
    check = known["checks"]["items"]["properties"]
    assert (check["id"]["enum"], check["outcome"]["enum"]) == (list(IDS), list(Outcome))
    fields = [known["checks"]["items"]["required"], known["lists"]["items"]["required"]]
    assert fields == [list(Check._fields), list(ListUse._fields)]
    fields = [known["issuer"]["required"], known["approval"]["required"]]
    assert fields == [list(IssuerReport._fields), list(ApprovalReport._fields)]


@pytest.mark.parametrize("world", [WORLD, WORLD.with_statement()], ids=["certificate", "statement"])
def test_the_certificate_has_the_shape_of_its_own_json(world: Any) -> None:
    certificate = report_to_json(world.report())["certificate"]
    assert document_from(json.loads(json.dumps(certificate))) == (world.document or world.certificate())
    assert list(certificate)[:2] == ["document_type", "id"]
    assert certificate["document_type"] == (world.document or world.certificate()).document_type


def test_why_a_report_is_not_passed_stands_in_its_json() -> None:
    assert report_to_json(WORLD.report("nothing"))["sub_indication"] == "FORMAT_FAILURE"
    assert report_to_json(WORLD.report())["sub_indication"] is None


def test_what_was_not_proven_is_called_untrusted() -> None:
    found = report_to_json(WORLD.signed_by(STRANGER_KEY).report())
    assert (found["certificate"], found["token"], found["issuer"]) == (None, None, None)
    assert (found["untrusted_id"], found["untrusted_issuer"]) == ("EUCC-3087-2026-03-0001", "DE-3087")


def test_the_token_and_its_issuer() -> None:
    found = report_to_json(WORLD.report())
    assert found["token"] == {
        "issuer": "DE-3087",
        "not_before": "2026-03-02T00:00:00Z",
        "expires": "2031-03-02T00:00:00Z",
        "status_list": {"index": INDEX, "uri": STATUS_URI},
    }
    assert found["issuer"]["key_id"] == BODY_KEY.public_key.key_id.hex()
    assert found["at"] == "2026-06-01T12:00:00Z"


def test_who_approved_it_and_when() -> None:
    assert report_to_json(WORLD.approved().report())["approval"] == {
        "entity_id": "DE-NCCA",
        "name": "Example authority of DE",
        "approved_at": "2026-02-20T15:00:00Z",
        "key_id": NCCA_APPROVAL_KEY.public_key.key_id.hex(),
    }
    assert report_to_json(WORLD.upon_approval().report())["approval"] is None


def test_the_lists_with_their_times() -> None:
    times = {"issued_at": "2026-05-15T00:00:00Z", "next_update": "2026-07-01T00:00:00Z"}
    ends = {"expires": "2026-09-01T00:00:00Z"}
    union, national, status = report_to_json(WORLD.report())["lists"]
    assert union == {"kind": "union_list", "name": "EU", "sequence_number": 9, **times, "age": 1_512_000, **ends}
    assert (national["kind"], national["name"], national["sequence_number"]) == ("national_list", "DE", 5)
    assert status == {
        "kind": "status_list",
        "name": STATUS_URI,
        "sequence_number": None,
        "issued_at": "2026-06-01T06:00:00Z",
        "age": 21_600,
        "next_update": "2026-06-03T06:00:00Z",
        "expires": "2026-08-01T00:00:00Z",
    }
    without_end = report_to_json(WORLD.with_statuses(ttl=None, expires=None).report())["lists"][2]
    assert (without_end["next_update"], without_end["expires"]) == (None, None)


def test_nothing_but_json_is_in_it() -> None:
    def kinds(value: Any) -> set[type]:
        if isinstance(value, dict):
            return set().union(*map(kinds, value.values()), map(type, value))
        if isinstance(value, list):
            return set().union(*map(kinds, value))
        return {type(value)}

    for report in REPORTS.values():
        assert kinds(report_to_json(report)) <= {str, int, bool, type(None)}


def test_the_edges_of_time() -> None:
    assert (instant(0), instant(253_402_300_799)) == ("1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z")


def test_the_claims_of_a_report_that_failed_later() -> None:
    report = WORLD.with_status(Status.INVALID).report()
    assert report.claims is not None
    assert claims_to_json(report.claims) == report_to_json(report)["certificate"]
