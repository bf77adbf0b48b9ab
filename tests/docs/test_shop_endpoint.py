"""The example of an endpoint: a report for whatever is scanned, lists swapped while it runs, words by request."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import jsonschema
import pytest
import uvicorn

from certmark.errors import StoreError
from certmark.fetch import StatusOutcome, StatusResult, TrustStore
from certmark.status.bitarray import Status
from certmark.verify import Verifier
from certmark.wording import LANGUAGES
from examples.shop_endpoint import LANGUAGE_OF, LARGEST, Shop, application, from_environment, held, language, refreshed
from tests.conftest import ROOT
from tests.tls_server import answer, serving
from tests.world import STATUS_URI, WORLD

T = TypeVar("T")
SCHEMA = json.loads((ROOT / "docs" / "schema" / "report.schema.json").read_text(encoding="utf-8"))
GTIN = "4006381333931"
FOR_EVER = 3600.0
WITHDRAWN = WORLD.with_status(Status.INVALID).verifier()


def asked(asking: Callable[[httpx.AsyncClient], Awaitable[T]], shop: Shop | None = None) -> T:
    """What somebody gets who asks the application while it runs."""
    app = application(shop or Shop(WORLD.verifier(), WORLD.verifier, FOR_EVER), now=lambda: WORLD.now)

    async def ask() -> T:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://shop") as client,
        ):
            return await asking(client)

    return asyncio.run(ask())


def posted(body: str | bytes, *, headers: dict[str, str] | None = None, **query: str) -> httpx.Response:
    return asked(lambda client: client.post("/check", content=body, params=query, headers=headers))


# --- reports ---


@pytest.mark.parametrize("text", [WORLD.text, f"{WORLD.text}\n"], ids=["text", "with-newline"])
def test_a_scanned_code_gets_its_report_and_words(text: str) -> None:
    answered = posted(text, gtin=GTIN)
    report = answered.json()
    assert answered.status_code == 200
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert (report["indication"], report["product_match"], report["may_promote"]) == ("PASSED", "matched", "yes")
    assert report["words"]["sentence"] == (
        "The certificate EUCC-3087-2026-03-0001 is in force. The product details that were given agree with the code."
    )
    assert answered.headers["Cache-Control"] == "no-store"


def test_another_product_gets_a_report_too() -> None:
    answered = posted(WORLD.text, gtin="4006381333948")
    assert (answered.status_code, answered.json()["sub_indication"]) == (200, "WRONG_PRODUCT")


@pytest.mark.parametrize(
    "scanned",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b" \n", id="white-space"),
        pytest.param(b"4006381333931", id="a-bar-code"),
        pytest.param(b"https://certs.body.example/", id="a-web-link"),
        pytest.param(b"HC1:6BFOXN", id="a-health-certificate"),
        pytest.param(b'{"code": null}', id="JSON"),
        pytest.param(b"\x00\x1b[2J", id="control-characters"),
        pytest.param("\u202e\U0001f600\u0000".encode(), id="bidirectional"),
        pytest.param(b"\xff\xfe\xed\xa0\x80", id="no-text"),
        pytest.param(b"CM1:" + b"A" * 20_000, id="too-long-for-a-code"),
        pytest.param(b"9" * LARGEST, id="as-large-as-may-be"),
        pytest.param(WORLD.text.encode()[:-1], id="cut-off"),
        pytest.param(WORLD.cose, id="bytes-of-the-token"),
    ],
)
def test_whatever_is_scanned_gets_a_report(scanned: bytes) -> None:
    answered = posted(scanned)
    report = answered.json()
    assert answered.status_code == 200
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert (report["indication"], report["may_promote"]) == ("FAILED", "no")
    assert report["words"]["advice"].startswith("Do not advertise the product as certified.")


@pytest.mark.parametrize("gtin", ["", "4006381333930", "x", "40063813339319999", "\ud7ff\u0000"])
def test_a_gtin_that_is_none_is_a_mistake_of_the_caller(gtin: str) -> None:
    answered = posted(WORLD.text, gtin=gtin)
    assert answered.status_code == 400
    assert answered.json()["detail"].startswith("gtin ")


def test_a_body_that_no_scanner_sends_is_refused() -> None:
    assert posted(b"9" * (LARGEST + 1)).status_code == 413


def test_a_body_without_end_is_not_read_to_its_end() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"9" * 1024

    answered = asked(lambda client: client.post("/check", content=endless()))
    assert (answered.status_code, sent) == (413, LARGEST // 1024 + 1)


# --- lists ---


async def until(client: httpx.AsyncClient, answers: str) -> None:
    """Ask until the status is another, within a bounded number of requests."""
    for _ in range(1000):
        if (await client.post("/check", content=WORLD.text)).json()["certificate_status"] == answers:
            return
        await asyncio.sleep(0.002)
    pytest.fail(f"never {answers}")


def test_newer_lists_take_the_place_of_the_old_ones_while_it_runs() -> None:
    let_go = threading.Event()

    def slowly() -> Verifier:
        assert let_go.wait(30)
        return WITHDRAWN

    async def ask(client: httpx.AsyncClient) -> None:
        await until(client, "in_force")  # answered while the refresh waits for its server
        let_go.set()
        await until(client, "withdrawn")

    asked(ask, Shop(WORLD.verifier(), slowly, FOR_EVER))


def test_a_refresh_that_fails_leaves_what_is_at_hand_and_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    results: Iterator[Exception | Verifier] = iter([StoreError("the disk is full"), KeyError("a mistake"), WITHDRAWN])

    def refresh() -> Verifier:
        result = next(results, WITHDRAWN)
        if isinstance(result, Exception):
            raise result
        return result

    async def ask(client: httpx.AsyncClient) -> None:
        await until(client, "withdrawn")

    with caplog.at_level(logging.ERROR, "shop"):
        asked(ask, Shop(WORLD.verifier(), refresh, 0.001))
    assert caplog.messages == ["the lists at hand stay in use"] * 2


# --- words ---


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("de", "de"),
        ("de-AT,en;q=0.8", "de"),
        ("PL", "pl"),
        ("en;q=0.4, it;q=0.9", "it"),
        ("nl,fr;q=0.5", "fr"),
        ("nl;q=0.9,fr;Q=0.5", "fr"),
        ("es;q=0, en", "en"),
        ("es;q=0", "en"),
        ("*", "en"),
        ("", "en"),
        ("nl", "en"),
        ("de;q=high,fr;q=0.1", "fr"),
        ("de;q=nan", "en"),
        (",;;,=,-", "en"),
        ("x," * 100_000 + "de", "en"),
    ],
)
def test_the_words_are_those_that_the_request_ranks_highest(accepted: str, chosen: str) -> None:
    assert language(accepted) == chosen


def test_every_mapped_language_has_words() -> None:
    assert set(LANGUAGE_OF.values()) == set(LANGUAGES)


def test_the_answer_names_its_language() -> None:
    answered = posted(WORLD.text, headers={"Accept-Language": "fr-BE, en;q=0.5"})
    assert answered.headers["Content-Language"] == answered.json()["words"]["language"] == "fr"
    assert answered.headers["Vary"] == "Accept-Language"
    assert posted(WORLD.text).headers["Content-Language"] == "en"


# --- a store, and a server ---


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    store = TrustStore(tmp_path / "lists", anchor=WORLD.anchor)
    store.import_bundle(WORLD.bundle)
    return store


def test_lists_come_from_a_store_that_is_refreshed(
    store: TrustStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("examples.shop_endpoint.clock", lambda: WORLD.now)
    for proxy in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)
    unheard = StatusOutcome(result=StatusResult.UNREACHABLE, reason="no route", next_try=WORLD.now)
    monkeypatch.setattr(TrustStore, "refresh_statuses", lambda *_, **__: {STATUS_URI: unheard})
    with serving(tmp_path) as server:
        own = TrustStore(tmp_path / "lists", anchor=WORLD.anchor, authorities=tmp_path / "authority.pem")
        newer = WORLD.with_union(sequence_number=10, issued_at=int(WORLD.now.timestamp()) - 60).bundle
        verifier = refreshed(own, server.on("trust.bundle", answer("200 OK", newer)))
        assert verifier.report(WORLD.text, at=WORLD.now).lists[0].sequence_number == 10
        assert held(store).report(WORLD.text, at=WORLD.now).lists[0].sequence_number == 10
        refreshed(own, server.on("other", answer("404 Not Found")))
    no_status, no_lists, no_status_again = caplog.messages
    assert no_status == no_status_again == f"{STATUS_URI}: no route"
    assert "404" in no_lists


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an application on the loopback, in a thread."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(30)
        assert not thread.is_alive()


@pytest.mark.usefixtures("store")
def test_a_server_answers_many_tills_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("examples.shop_endpoint.refreshed", lambda store, _: held(store))
    for name, value in {"STORE": str(tmp_path / "lists"), "ANCHOR": WORLD.anchor.hex(), "LISTS": "https://x/"}.items():
        monkeypatch.setenv(f"CERTMARK_{name}", value)
    bodies = [WORLD.text.encode(), b"nothing"] * 20
    with served(from_environment()) as url, httpx.Client(base_url=url, trust_env=False) as client:

        def ask(body: bytes) -> httpx.Response:
            return client.post("check", content=body, headers={"Accept-Language": "it"})

        with ThreadPoolExecutor(8) as tills:
            answers = list(tills.map(ask, bodies))
        too_large = client.post("check", content=b"9" * 1_000_000)
    assert {each.status_code for each in answers} == {200}
    # the clock is the machine's, and no status list was given: all that counts here is that each got its own report
    assert [each.json()["untrusted_id"] for each in answers] == ["EUCC-3087-2026-03-0001", None] * 20
    assert {each.json()["words"]["language"] for each in answers} == {"it"}
    assert too_large.status_code == 413
