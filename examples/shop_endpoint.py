"""A shop's endpoint: the text of a scanned code in, a report with words for people out.

It verifies offline; what it believes, the trusted lists and the status lists, is refreshed behind it. Fill a store with
``certmark trust import`` and run it (``pip install 'certmark[fetch]' fastapi uvicorn``)::

    export CERTMARK_STORE=lists CERTMARK_ANCHOR=$(sha256sum root.cose | cut -c 1-64)
    export CERTMARK_LISTS=https://lists.example/trust.bundle
    uvicorn --app-dir examples --factory shop_endpoint:from_environment
    curl --data-binary @label.txt -H 'Accept-Language: de' 'http://127.0.0.1:8000/check?gtin=9521234567899'

Whatever was scanned gets a report (200): a till must not have to tell errors of the endpoint from codes that are none.
A GTIN that is none (400) and a body that no scanner sends (413) are mistakes of the caller.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Final

from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse

from certmark.errors import ModelError
from certmark.fetch import Refused, TrustStore, Unreachable
from certmark.verify import Product, Verifier
from certmark.verify.report_json import report_to_json
from certmark.wording import advise

LOG = logging.getLogger("shop")
LARGEST: Final = 32_768
"""Bytes of a body. The text of a code has at most 20 000 characters."""
LANGUAGE_OF: Final = {"de": "de", "en": "en", "es": "es", "fr": "fr", "it": "it", "pl": "pl"}
"""Which words whoever asks for a language gets. Say here what your customers also read, such as ``"lb": "fr"``."""


@dataclass
class Shop:
    """What the endpoint believes.

    Attributes:
        verifier: in use. It is never changed, but replaced as a whole: a request takes it once and keeps it to its end.
        refreshed: asks servers and gives the next one; slow.
        every: seconds between refreshes.
    """

    verifier: Verifier
    refreshed: Callable[[], Verifier]
    every: float = 6 * 3600.0

    async def keep_current(self) -> None:
        """Refresh for ever; a refresh that fails leaves what is at hand, and reports say how old that is."""
        while True:
            try:
                self.verifier = await asyncio.to_thread(self.refreshed)
            except Exception:
                LOG.exception("the lists at hand stay in use")
            await asyncio.sleep(self.every)


def clock() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)  # noqa: TID251 applications read it, the library does not


def application(shop: Shop, *, now: Callable[[], datetime] = clock) -> FastAPI:
    """Make the web application.

    Args:
        shop: what it believes; refreshed while the application runs.
        now: gives the time of each verification, aware.
    """

    @asynccontextmanager
    async def refreshing(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(shop.keep_current())
        yield
        task.cancel()

    app = FastAPI(title="Certificate check", lifespan=refreshing)

    @app.post("/check")
    async def check(
        request: Request, gtin: str | None = None, accept_language: Annotated[str, Header()] = ""
    ) -> JSONResponse:
        """Verify the code whose text is the body, for a product if its GTIN is given."""
        try:
            product = None if gtin is None else Product(gtin=gtin)
        except ModelError as error:
            raise HTTPException(400, str(error)) from error
        text = await scanned(request)
        # about a millisecond with its words, so it stays here: another thread would cost as much and verify no faster
        report = shop.verifier.report(text, at=now(), expect=product)
        told = advise(report, language(accept_language))
        headers = {"Cache-Control": "no-store", "Content-Language": told.language, "Vary": "Accept-Language"}
        return JSONResponse({**report_to_json(report), "words": told._asdict()}, headers=headers)

    return app


async def scanned(request: Request) -> str:
    """Read the body, and no more of it than a scanner sends."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST:
            raise HTTPException(413, f"more than {LARGEST} bytes: send the text of one code")
    return data.decode("utf-8", "replace")  # what is no text is no code either, and the report says so


def language(accepted: str) -> str:
    """Give the language that is ranked highest in Accept-Language (RFC 9110 §12.5.4) and has words; else English."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")[:32]):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().lower().removeprefix("q=") or 1)
        except ValueError:
            continue
        if quality > 0:
            ranked.append((-quality, place, tag.split("-")[0].strip().lower()))
    return next((LANGUAGE_OF[tag] for _, _, tag in sorted(ranked) if tag in LANGUAGE_OF), "en")


def held(store: TrustStore) -> Verifier:
    """Make a verifier of what a store holds; nothing is asked."""
    trust = store.open().snapshot
    return Verifier(trust, store.statuses(trust))


def refreshed(store: TrustStore, url: str) -> Verifier:
    """Ask for newer lists and status lists, and make a verifier of what is there then."""
    outcome = store.refresh(url, at=clock())
    if isinstance(outcome, Refused | Unreachable):
        LOG.warning("%s: %s", url, outcome.reason)
    for uri, status in store.refresh_statuses(at=clock()).items():
        if status.reason is not None:
            LOG.warning("%s: %s", uri, status.reason)
    return held(store)


def from_environment() -> FastAPI:
    """Make the application out of CERTMARK_STORE, CERTMARK_ANCHOR and CERTMARK_LISTS."""
    store = TrustStore(os.environ["CERTMARK_STORE"], anchor=os.environ["CERTMARK_ANCHOR"])
    return application(Shop(held(store), partial(refreshed, store, os.environ["CERTMARK_LISTS"])))
