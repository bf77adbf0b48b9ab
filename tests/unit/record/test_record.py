"""Records of checks: what they say, that the same check gives the same bytes, and that they never say more."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from certmark.errors import MissingExtraError
from certmark.model.scheme import eucc
from certmark.record import CheckRecord, record_pdf
from certmark.record.pdf import ATTACHED
from certmark.status.bitarray import Status
from certmark.status.floor import digest_of
from certmark.transport import to_bare
from certmark.verify import STANDARD, STRICT, Product, StatusSnapshot, Sunset, Verifier
from certmark.wording import LANGUAGES, LanguageError, advise
from tests.world import BODY, NOW, WORLD, World, seconds

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs" / "schema" / "check-record.schema.json").read_text(encoding="utf-8")
)
PRODUCT = Product(gtin="4006381333931", model="SE1-A", version="2.0.1 G")


def record(
    token: str | bytes | None = WORLD.text, *, world: World = WORLD, policy: Any = STANDARD, **asked: Any
) -> CheckRecord:
    verifier = world.verifier(policy)
    if token is None:
        report = verifier.unreadable("No QR code was found.", at=world.now)
    else:
        report = verifier.report(token, at=world.now, expect=asked.get("expect"))
    return CheckRecord.of(report, token=token, verifier=verifier, **asked)


def facts(*given: Any, **options: Any) -> Any:
    return json.loads(record(*given, **options).to_json())


CASES: dict[str, dict[str, Any]] = {
    "passed": {"expect": PRODUCT},
    "suspended": {"world": WORLD.with_status(Status.SUSPENDED)},
    "withdrawn": {"world": WORLD.with_status(Status.INVALID)},
    "two-status-lists": {"world": WORLD.with_ncca_list()},
    "no-status": {"world": WORLD.without_statuses()},
    "wrong-product": {"expect": Product(model="SE9")},
    "statement": {"world": WORLD.with_statement(), "token": WORLD.with_statement().cose},
    "part": {"world": WORLD.with_certificate(coverage={"extent": "part", "scope": "the chip"})},
    "strict": {"policy": STRICT},
    "own-policy": {"policy": replace(STANDARD, name="own", sunsets=(Sunset(-9, NOW),), schemes=frozenset({"EUCC"}))},
    "no-token": {"token": "HC1:X"},
    "undecodable": {"token": "a\udcff\x00\x7f"},
    "unreadable": {"token": None},
    "german": {"language": "de"},
}


def case(name: str) -> CheckRecord:
    options = dict(CASES[name])
    token = options.pop("token", options.get("world", WORLD).text if name != "statement" else None)
    return record(token, **options)


@pytest.mark.parametrize("name", CASES)
def test_every_record_is_as_its_schema_says(name: str) -> None:
    jsonschema.validate(json.loads(case(name).to_json()), SCHEMA)


@pytest.mark.parametrize("name", CASES)
def test_the_same_check_gives_the_same_bytes(name: str) -> None:
    assert case(name).to_json() == case(name).to_json()
    assert record_pdf(case(name)) == record_pdf(case(name))


def test_names_are_sorted_and_text_is_ascii() -> None:
    written = case("undecodable").to_json()
    assert written.isascii()
    assert b"\x7f" not in written
    assert list(json.loads(written)) == sorted(json.loads(written))


def test_a_record_says_what_was_checked() -> None:
    said = facts(expect=PRODUCT)
    assert said["token"] == {
        "given_sha256": sha256(WORLD.text.encode()).hexdigest(),
        "cose_sha256": sha256(WORLD.cose).hexdigest(),
        "untrusted_id": "EUCC-3087-2026-03-0001",
        "untrusted_issuer": "DE-3087",
    }
    assert said["product_asked_for"] == {"gtin": "04006381333931", "model": "SE1-A", "version": "2.0.1 G"}
    assert said["checked_at"] == "2026-06-01T12:00:00Z"
    assert (said["checked_by"]["policy"]["name"], said["checked_by"]["policy"]["grace"]) == ("standard", 2_592_000)


@pytest.mark.parametrize("token", [WORLD.text, f"{WORLD.text}\n", f"{WORLD.text}\r\n", to_bare(WORLD.cose), WORLD.cose])
def test_a_token_is_the_same_whatever_carried_it(token: str | bytes) -> None:
    said = facts(token)["token"]
    assert said["cose_sha256"] == sha256(WORLD.cose).hexdigest()
    if token != to_bare(WORLD.cose) and isinstance(token, str):
        assert said["given_sha256"] == sha256(WORLD.text.encode()).hexdigest()


@pytest.mark.parametrize(("token", "given"), [("HC1:X", True), ("", True), (b"\xd2\x84", True), (None, False)])
def test_what_is_no_token_is_recorded_as_such(token: str | bytes | None, given: bool) -> None:
    said = facts(token)
    assert (said["token"]["given_sha256"] is not None) is given
    assert said["certificate"] is None
    assert (said["result"]["indication"], said["result"]["may_promote"]) == ("FAILED", "no")


def test_a_record_names_root_and_lists_with_their_versions_and_digests() -> None:
    root, union, national, status = facts()["lists"]
    trust = WORLD.trust()
    assert root == {
        "kind": "root",
        "name": "root",
        "sequence_number": 1,
        "issued_at": root["issued_at"],
        "sha256": WORLD.anchor.hex(),
    }
    assert (union["sequence_number"], union["sha256"]) == (9, trust.union.head.digest.hex())
    assert (national["name"], national["sha256"]) == ("DE", trust.national["DE"].head.digest.hex())
    heard = next(each for each in WORLD.status().lists.values() if each.uri == status["name"])
    assert (status["kind"], status["sha256"]) == ("status_list", digest_of(heard.statuses).hex())


def test_a_record_names_the_files_of_the_schemes() -> None:
    read = [{"id": each.id, "sha256": each.digest} for each in WORLD.schemes or ()]
    assert facts()["checked_by"]["schemes"] == read
    assert len({each["sha256"] for each in read}) == 2
    for schemes, digest in ((None, eucc().digest), ((replace(eucc(), digest=""),), None)):
        verifier = Verifier(WORLD.trust(), WORLD.status(), schemes=schemes)
        said = CheckRecord.of(verifier.report(WORLD.text, at=NOW), token=WORLD.text, verifier=verifier).facts
        assert said["checked_by"]["schemes"] == [{"id": "EUCC", "sha256": digest}]


OLDER = seconds("2026-05-30 06:00:00")
WITHDRAWN = WORLD.with_statuses(named=((WORLD.index, Status.INVALID),), issued_at=OLDER)


@pytest.mark.parametrize(
    ("supplied", "known", "kinds"),
    [
        ((), False, []),
        ((), True, ["remembered_status_list"]),
        (WORLD.status_tokens, False, ["status_list"]),
        (WORLD.status_tokens, True, ["status_list", "remembered_status_list"]),
        ((*WORLD.status_tokens, *WITHDRAWN.status_tokens), False, ["status_list", "status_list"]),
        ((*WORLD.status_tokens, *WITHDRAWN.status_tokens), True, ["status_list", "status_list"]),
        (WITHDRAWN.status_tokens, True, ["status_list"]),
    ],
    ids=["nothing", "memory", "newer", "newer-and-memory", "both", "both-and-memory", "older-and-memory"],
)
def test_whatever_says_that_it_is_withdrawn_is_named_once(
    supplied: tuple[bytes, ...], known: bool, kinds: list[str]
) -> None:
    trust = WORLD.trust()
    floor = StatusSnapshot.open(WITHDRAWN.status_tokens, trust).floor(at=NOW) if known else None
    verifier = Verifier(trust, StatusSnapshot.open(supplied, trust, previous=floor))
    report = verifier.report(WORLD.text, at=NOW)
    written = CheckRecord.of(report, token=WORLD.text, verifier=verifier).to_json()
    said = json.loads(written)
    jsonschema.validate(said, SCHEMA)
    assert [each["kind"] for each in said["lists"][3:]] == kinds
    assert (report.certificate_status == "withdrawn") is (known or WITHDRAWN.status_tokens[0] in supplied)


@pytest.mark.parametrize(
    "other",
    [
        {"world": WORLD.at("2026-06-02T12:00:00Z")},
        {"world": WORLD.with_status(Status.INVALID)},
        {"world": WORLD.with_member(sequence_number=6)},
        {"world": WORLD.with_union(sequence_number=10)},
        {"expect": Product(model="SE1-A")},
        {"policy": STRICT},
        {"language": "fr"},
    ],
    ids=["time", "status", "national-list", "union-list", "product", "policy", "language"],
)
def test_any_other_check_gives_another_record(other: dict[str, Any]) -> None:
    assert record(**other).to_json() != record().to_json()


def test_a_record_says_that_it_is_no_proof_and_what_a_person_has_to_do() -> None:
    said = facts()
    assert "proves nothing by itself" in said["nature"]
    assert len(said["for_a_person_to_check"]) == 2
    assert any("copied code" in notice for notice in said["notices"])
    assert any("does not measure the security" in notice for notice in said["notices"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_added_in_a_language(language: str) -> None:
    assert facts(language=language)["words"]["advice"] == advise(WORLD.report(WORLD.text), language).advice
    assert record_pdf(record(language=language)).startswith(b"%PDF-")


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(LanguageError):
        record(language="xx")


# --- the page ---


def page_text(written: bytes) -> tuple[int, str]:
    import pypdfium2

    with pypdfium2.PdfDocument(BytesIO(written)) as document:
        return len(document), document[0].get_textpage().get_text_bounded().replace("\r\n", " ")


def lowest_on_page(written: bytes) -> float:
    """Give how many points above the edge of the paper the lowest character stands."""
    import pypdfium2

    with pypdfium2.PdfDocument(BytesIO(written)) as document:
        page = document[0].get_textpage()
        return float(min(page.get_charbox(number)[1] for number in range(page.count_chars())))


@pytest.mark.parametrize("name", CASES)
def test_a_page_says_verdict_promotion_digests_and_that_it_is_no_proof(name: str) -> None:
    recorded = case(name)
    pages, text = page_text(record_pdf(recorded))
    result = recorded.facts["result"]
    assert pages == 1
    assert result["indication"] in text
    question = "May be mentioned, not as a certificate" if name == "statement" else "May be promoted as certified"
    assert f"{question}: {result['may_promote']}" in text
    assert "proves nothing by itself" in text
    assert "TEST" in text
    for each in recorded.facts["lists"]:
        assert each["sha256"] is None or each["sha256"] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_and_notices_stand_on_the_page_whole(language: str) -> None:
    recorded = record(world=WORLD.with_root(label="DEMO").at("2026-03-01T00:00:00Z"), language=language)
    _, text = page_text(record_pdf(recorded))
    words = recorded.facts["words"]
    for each in (words["sentence"], words["advice"], *words["notices"]):
        assert "".join(each.split()) in "".join(text.split())


def test_a_statement_of_conformity_never_reads_as_a_certificate() -> None:
    _, text = page_text(record_pdf(case("statement")))
    assert "EU statement of conformity of unknown status" in text
    for words in ("certificate of unknown", "May be promoted as certified", "What the certificate says"):
        assert words not in text


def test_a_part_never_reads_as_the_whole() -> None:
    _, text = page_text(record_pdf(case("part")))
    assert "Only a part" in text
    assert "the chip" in text


def test_the_record_is_attached_to_its_page() -> None:
    import pypdfium2

    with pypdfium2.PdfDocument(BytesIO(record_pdf(record()))) as document:
        attachment = document.get_attachment(0)
        assert (document.count_attachments(), attachment.get_name()) == (1, ATTACHED)
        assert bytes(attachment.get_data()) == record().to_json()


def test_long_and_foreign_texts_stay_on_the_page() -> None:
    subject = {
        "type": "ict_product",
        "name": "安全 " + "long name " * 60,
        "category": "Things",
        "version": "as certified " * 30 + "end",
        "models": [f"model {number}" for number in range(100)],
        "gtins": [],
    }
    subject["name"] = str(subject["name"]).strip()
    coverage = {"extent": "part", "scope": "the chip " * 100 + "alone"}
    world = WORLD.with_certificate(subject=subject, coverage=coverage).with_ncca_list(Status.SUSPENDED)
    written = record_pdf(record(world.cose, world=world, expect=Product(model="x" * 500), language="pl"))
    pages, text = page_text(written)
    assert pages == 1
    assert "?? long name" in text
    assert lowest_on_page(written) > 20


@pytest.mark.parametrize("letter", ["W", "Ж", "Ǆ"])
def test_wide_letters_stay_on_the_page(letter: str) -> None:
    subject = {
        "type": "ict_product",
        "name": letter * 100,
        "category": "Things",
        "version": letter * 128,
        "models": [f"{letter * 60}{number}" for number in range(30)],
        "versions": [f"{letter * 30}{number}" for number in range(30)],
        "gtins": [],
        "brand": letter * 40,
    }
    coverage = {"extent": "part", "scope": letter * 400}
    world = WORLD.with_certificate(subject=subject, coverage=coverage, holder={"name": letter * 200})
    world = world.with_ncca_list(Status.SUSPENDED)
    recorded = record(world.cose, world=world, expect=Product(model="W" * 500, version="W" * 300), language="pl")
    pages, text = page_text(record_pdf(recorded))
    assert (pages, lowest_on_page(record_pdf(recorded)) > 20) == (1, True)
    assert recorded.facts["token"]["cose_sha256"] in text


def test_a_long_name_of_a_list_leaves_its_digest_on_the_page() -> None:
    uri = f"https://status.body.example/{'a' * 150}/1"
    declared = tuple(
        service._replace(status_lists=tuple(each._replace(uri=uri) for each in service.status_lists))
        for service in WORLD.entity(BODY).services
    )
    renamed = tuple(replace(each, uri=uri) for each in WORLD.status_lists)
    world = replace(WORLD.with_entity(BODY, services=declared), status_uri=uri, status_lists=renamed)
    recorded = record(world.text, world=world)
    _, text = page_text(record_pdf(recorded))
    assert recorded.facts["lists"][-1]["name"] == uri
    assert recorded.facts["lists"][-1]["sha256"] in text


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fpdf", None)
    with pytest.raises(MissingExtraError) as raised:
        record_pdf(record())
    assert raised.value.extra == "label"
