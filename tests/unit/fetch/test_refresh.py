"""Refreshing from a real TLS server that misbehaves in every way: the store is newer afterwards, or as it was."""

from __future__ import annotations

import gzip
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from certmark import __version__
from certmark.errors import MissingExtraError, StoreError
from certmark.fetch import Outcome, Refused, Timeouts, TrustStore, Unchanged, Unreachable, Updated
from certmark.limits import Limits
from tests.tls_server import Script, Server, answer, serving
from tests.unit.fetch.conftest import ANCHOR, bundle, held
from tests.world import NOW, WORLD

QUICK = Timeouts(connect=2, read=0.3, total=0.6)
PATIENT = Timeouts(connect=5, read=5, total=20)
LARGEST = 100_000


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    place = tmp_path / "tls"
    place.mkdir()
    with serving(place) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    made = named(tmp_path)
    made.import_bundle(bundle(5))
    return made


def named(tmp_path: Path, timeouts: Timeouts = PATIENT) -> TrustStore:
    limits = Limits(bundle=LARGEST)
    authorities = tmp_path / "tls" / "authority.pem"
    return TrustStore(tmp_path / "store", anchor=ANCHOR, limits=limits, timeouts=timeouts, authorities=authorities)


def unreachable(outcome: Outcome) -> str:
    assert isinstance(outcome, Unreachable)
    return outcome.reason


# --- what a good server gives ---


def test_newer_lists_are_fetched_and_asked_for_once(server: Server, store: TrustStore) -> None:
    url = server.on("bundle", answer("200 OK", bundle(6), ETag='"six"'))
    assert isinstance(store.refresh(url, at=NOW), Updated)
    assert held(store) == 6
    server.on("bundle", answer("304 Not Modified"))
    outcome = store.refresh(url, at=NOW + timedelta(hours=1))
    assert isinstance(outcome, Unchanged)
    assert outcome.snapshot.union.head.sequence_number == 6
    first, second = server.requests
    assert b"If-None-Match" not in first
    assert b'\r\nIf-None-Match: "six"\r\n' in second
    assert store.open().checked_at == {url: NOW + timedelta(hours=1)}


def test_a_store_may_begin_with_a_refresh(server: Server, tmp_path: Path) -> None:
    store = named(tmp_path)
    assert isinstance(store.refresh(server.on("bundle", answer("200 OK", bundle(6))), at=NOW), Updated)
    assert held(store) == 6


def test_a_request_tells_nobody_apart(server: Server, store: TrustStore) -> None:
    url = server.on("bundle?list=1", answer("200 OK", bundle(6), Set_Cookie="id=1"))
    for _ in range(2):
        store.refresh(url, at=NOW)
    for request in server.requests:
        lines = request.decode().splitlines()
        assert lines[0] == "GET /bundle?list=1 HTTP/1.1"
        assert sorted(line.split(":")[0] for line in lines[1:-1]) == ["Accept-Encoding", "Host", "User-Agent"]
        assert f"User-Agent: certmark/{__version__}" in lines


def test_redirects_within_https_are_followed(server: Server, store: TrustStore) -> None:
    server.on("third", answer("200 OK", bundle(6), ETag='"six"'))
    server.on("second", answer("307 Temporary Redirect", Location="/third"))
    url = server.on("first", answer("302 Found", Location=server.url + "second"))
    assert isinstance(store.refresh(url, at=NOW), Updated)
    server.on("third", answer("304 Not Modified"))
    server.requests.clear()
    assert isinstance(store.refresh(url, at=NOW), Unchanged)
    # what a version is called is for the place that called it so
    assert [b"If-None-Match" in request for request in server.requests] == [False, False, True]


def test_the_name_of_a_version_is_forgotten_with_what_came_under_it(
    server: Server, store: TrustStore, tmp_path: Path
) -> None:
    url = server.on("bundle", answer("200 OK", bundle(6), ETag='"six"'))
    store.refresh(url, at=NOW)
    current = tmp_path / "store" / "current.bundle"
    current.write_bytes(b"damaged")
    assert store.open().problem is not None
    store.refresh(url, at=NOW)
    assert b"If-None-Match" not in server.requests[-1]
    assert (store.open().problem, held(store)) == (None, 6)


def test_lists_that_are_damaged_while_a_server_is_asked_are_not_called_newest(
    server: Server, store: TrustStore, tmp_path: Path
) -> None:
    url = server.on("bundle", answer("200 OK", bundle(6), ETag='"six"'))
    store.refresh(url, at=NOW)

    def damage(connection: socket.socket, _: bytes) -> None:
        (tmp_path / "store" / "current.bundle").write_bytes(b"damaged")
        connection.sendall(answer("304 Not Modified"))

    server.on("bundle", damage)
    assert "damaged while" in unreachable(store.refresh(url, at=NOW))


# --- what a bad server does ---


def drip(piece: bytes) -> Script:
    def script(connection: socket.socket, _: bytes) -> None:
        while True:
            connection.sendall(piece)
            connection.settimeout(0.05)
            try:
                if connection.recv(1) == b"":
                    return
            except TimeoutError:
                continue

    return script


def body_drip(connection: socket.socket, request: bytes) -> None:
    connection.sendall(answer("200 OK", Content_Length="90000"))
    drip(b"x")(connection, request)


def header_drip(connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    drip(b"x")(connection, request)


def silence(connection: socket.socket, _: bytes) -> None:
    connection.settimeout(5)
    connection.recv(1)


def endless(connection: socket.socket, _: bytes) -> None:
    connection.sendall(answer("200 OK", Content_Length="10000000000"))
    while True:
        connection.sendall(bytes(65536))


def endless_chunks(connection: socket.socket, _: bytes) -> None:
    connection.sendall(answer("200 OK", Content_Length="", Transfer_Encoding="chunked"))
    while True:
        connection.sendall(b"10000\r\n" + bytes(65536) + b"\r\n")


def endless_headers(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X: y\r\n" * 1000)


CIRCLE = answer("302 Found", Location="/misbehaves")


@pytest.mark.parametrize(
    ("misbehaviour", "reason"),
    [
        pytest.param(body_drip, "no whole answer within 0.6 seconds", id="drips-its-body"),
        pytest.param(header_drip, "no whole answer within 0.6 seconds", id="drips-its-header"),
        pytest.param(silence, "did not answer in time", id="says-nothing"),
        pytest.param(b"", "broken off", id="hangs-up"),
        pytest.param(b"\x00\xff nonsense \r\n\r\n", "broken off", id="nonsense"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "", id="length-below-zero"),
        pytest.param(answer("200 OK", b"short", Content_Length="5000"), "broken off", id="length-too-large"),
        pytest.param(answer("200 OK", b"x", Content_Length="1, 2"), "broken off", id="two-lengths"),
        pytest.param(
            answer("200 OK", b"zz\r\n", Content_Length="", Transfer_Encoding="chunked"), "broken off", id="bad-chunk"
        ),
        pytest.param(endless, f"more than {LARGEST} bytes", id="ten-gigabytes"),
        pytest.param(endless_chunks, f"more than {LARGEST} bytes", id="endless-chunks"),
        pytest.param(endless_headers, "broken off", id="endless-headers"),
        pytest.param(answer("200 OK", gzip.compress(bundle(6)), Content_Encoding="gzip"), "compressed", id="gzip"),
        pytest.param(
            answer("200 OK", gzip.compress(bytes(10_000_000)), Content_Encoding="gzip"), "compressed", id="gzip-bomb"
        ),
        pytest.param(answer("302 Found", Location="http://localhost/"), "no https address", id="redirect-to-http"),
        pytest.param(answer("302 Found", Location="file:///etc/passwd"), "no https address", id="redirect-to-a-file"),
        pytest.param(answer("302 Found", Location="//user:pass@localhost/"), "names a user", id="redirect-with-user"),
        pytest.param(answer("302 Found", Location="https://[::1"), "no https address", id="redirect-to-nowhere"),
        pytest.param(answer("302 Found"), "status 302", id="redirect-without-place"),
        pytest.param(CIRCLE, "more than 5 times", id="redirects-in-a-circle"),
        pytest.param(answer("304 Not Modified"), "status 304", id="not-modified-unasked"),
        pytest.param(answer("206 Partial Content", bundle(6)), "status 206", id="a-part"),
        pytest.param(answer("204 No Content"), "status 204", id="no-content"),
        pytest.param(answer("401 Unauthorized", WWW_Authenticate="Basic"), "status 401", id="wants-a-password"),
        pytest.param(answer("404 Not Found"), "status 404", id="not-found"),
        pytest.param(answer("429 Too Many Requests"), "status 429", id="too-many"),
        pytest.param(answer("500 Internal Server Error"), "status 500", id="error"),
        pytest.param(answer("503 Unavailable", bundle(6)), "status 503", id="error-with-a-bundle"),
    ],
)
def test_a_server_that_misbehaves_changes_nothing(
    misbehaviour: Script | bytes, reason: str, server: Server, store: TrustStore, tmp_path: Path
) -> None:
    outcome = named(tmp_path, QUICK).refresh(server.on("misbehaves", misbehaviour), at=NOW)
    assert reason in (outcome.reason if isinstance(outcome, (Refused, Unreachable)) else "-")
    assert isinstance(outcome, Unreachable) or not reason
    assert (store.open().problem, held(store)) == (None, 5)
    assert outcome.next_try is not None
    assert outcome.next_try > NOW


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        pytest.param(b"<!doctype html><p>Welcome to our network", {}, "trust", id="html"),
        pytest.param(b"", {}, "trust", id="nothing"),
        pytest.param(bundle(6), {"Content_Length": "4000"}, "trust", id="length-too-small"),
        pytest.param(gzip.compress(bundle(6)), {}, "trust", id="gzip-unsaid"),
        pytest.param(bundle(4), {}, "trust_rollback", id="older"),
        pytest.param(WORLD.with_root(label="OTHER").bundle, {}, "trust_anchor", id="another-root"),
    ],
)
def test_what_is_believed_is_decided_by_signatures_alone(
    body: bytes, headers: dict[str, str], code: str, server: Server, store: TrustStore
) -> None:
    outcome = store.refresh(server.on("bundle", answer("200 OK", body, ETag='"x"', **headers)), at=NOW)
    assert isinstance(outcome, Refused)
    assert outcome.code == code
    assert outcome.next_try is not None
    assert held(store) == 5
    store.refresh(server.url + "bundle", at=NOW + timedelta(days=1))
    assert b"If-None-Match" not in server.requests[-1]


# --- no connection ---


def test_a_handshake_that_drips_is_cut_off(tmp_path: Path) -> None:
    place = tmp_path / "tls"
    place.mkdir()
    with serving(place, handshake=lambda c: (c.recv(4096), drip(b"\x16\x03\x03\x40\x00")(c, b""))[1]) as server:
        reason = unreachable(named(tmp_path, QUICK).refresh(server.url, at=NOW))
    assert reason in {"there was no whole answer within 0.6 seconds", "there is no TLS connection to the server"}


def slow_handshake(connection: socket.socket) -> None:
    """Announce a record of TLS, and send it a byte at a time."""
    connection.recv(4096)
    connection.sendall(b"\x16\x03\x03\x40\x00")
    drip(b"\x00")(connection, b"")


def test_a_handshake_that_drips_one_record_is_cut_off(tmp_path: Path) -> None:
    place = tmp_path / "tls"
    place.mkdir()
    with serving(place, handshake=slow_handshake) as server:
        reason = unreachable(named(tmp_path, QUICK).refresh(server.url, at=NOW))
    assert reason == "there was no whole answer within 0.6 seconds"


def test_a_connection_that_comes_too_late_is_not_used(server: Server, tmp_path: Path) -> None:
    url = server.on("bundle", answer("200 OK", bundle(6)))
    assert "within 0 seconds" in unreachable(named(tmp_path, Timeouts(total=0)).refresh(url, at=NOW))


def test_a_name_with_many_silent_addresses_takes_no_more_time(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def silent(connection: socket.socket, _: object) -> None:
        asked.append(connection)
        Event().wait(connection.gettimeout())
        raise TimeoutError

    many = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", None)] * 40
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: many)
    monkeypatch.setattr(socket.socket, "connect", silent)
    reason = unreachable(named(tmp_path, Timeouts(connect=0.1, total=0.6)).refresh(server.url, at=NOW))
    assert reason == "there was no whole answer within 0.6 seconds"
    assert 0 < len(asked) < 20


def test_a_server_without_tls_is_unreachable(tmp_path: Path) -> None:
    place = tmp_path / "tls"
    place.mkdir()
    with serving(place, handshake=lambda c: c.sendall(answer("200 OK", bundle(6)))) as server:
        assert unreachable(named(tmp_path).refresh(server.url, at=NOW)) == "there is no TLS connection to the server"


def test_a_server_that_no_known_authority_vouches_for_is_not_asked(server: Server, tmp_path: Path) -> None:
    store = TrustStore(tmp_path / "store", anchor=ANCHOR)
    reason = unreachable(store.refresh(server.on("bundle", answer("200 OK", bundle(6))), at=NOW))
    assert reason.startswith("the certificate of the server is not trusted (")
    assert server.requests == []


def test_a_server_of_another_name_is_not_asked(tmp_path: Path) -> None:
    place = tmp_path / "tls"
    place.mkdir()
    with serving(place, host="elsewhere.example") as server:
        url = server.on("bundle", answer("200 OK", bundle(6)))
        assert "certificate is not valid for 'localhost'" in unreachable(named(tmp_path).refresh(url, at=NOW))
        assert server.requests == []


@pytest.mark.parametrize(
    ("host", "reason"),
    [("localhost:1", "refuses connections"), ("nowhere.invalid", "no address"), (f"{'x' * 64}.invalid", "")],
)
def test_a_server_that_is_not_there_is_unreachable(host: str, reason: str, server: Server, tmp_path: Path) -> None:
    assert server.requests == []
    assert reason in unreachable(named(tmp_path).refresh(f"https://{host}/", at=NOW))


# --- what is asked wrongly ---


@pytest.mark.parametrize(
    "url",
    [
        *("", "http://localhost/", "localhost/bundle", "https://", "file:///x", "https://a b/", "https://ä.example/"),
        *("https://user@localhost/", "https://localhost:0/", "https://localhost:99999/", f"https://a/{'x' * 2000}"),
        *("https://localhost/\n", "https://[x/"),
    ],
)
def test_a_url_that_is_not_https_is_a_mistake_and_remembered_nowhere(url: str, store: TrustStore) -> None:
    with pytest.raises(StoreError, match=r"is no https address|names a user"):
        store.refresh(url, at=NOW)
    assert store.open().next_try == {}


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_file_of_authorities_that_cannot_be_used_is_a_mistake(content: bytes | None, tmp_path: Path) -> None:
    place = tmp_path / "authorities.pem"
    if content is not None:
        place.write_bytes(content)
    store = TrustStore(tmp_path / "store", anchor=ANCHOR, authorities=place)
    with pytest.raises(StoreError, match=r"authorities\.pem: no file of certificate authorities"):
        store.refresh("https://localhost/", at=NOW)


def test_a_naive_time_is_a_mistake(store: TrustStore) -> None:
    with pytest.raises(ValueError, match="without time zone"):
        store.refresh("https://localhost/", at=NOW.replace(tzinfo=None))


def test_without_the_extra_bundles_are_imported_and_refreshing_says_what_to_install(
    store: TrustStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "urllib3", None)
    monkeypatch.delitem(sys.modules, "certmark.fetch.https", raising=False)
    assert isinstance(store.import_bundle(bundle(6)), Updated)
    with pytest.raises(MissingExtraError, match=r"'fetch' extra: pip install 'certmark\[fetch\]'"):
        store.refresh("https://localhost/", at=NOW)


# --- the proxy of the environment ---


def test_the_proxy_of_the_environment_is_used(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heads = []
    port = int(server.url.rsplit(":", 1)[1].rstrip("/"))

    def tunnel(connection: socket.socket) -> None:
        heads.append(connection.recv(4096))
        with socket.create_connection(("127.0.0.1", port)) as behind:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            pump(connection, behind)

    proxy_place = tmp_path / "proxy"
    proxy_place.mkdir()
    url = server.on("bundle", answer("200 OK", bundle(6))).replace("localhost", "127.0.0.1")
    with serving(proxy_place, handshake=tunnel) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("https:", "http:"))
        assert isinstance(named(tmp_path).refresh(url, at=NOW), Updated)
        assert heads[0].startswith(f"CONNECT 127.0.0.1:{port} HTTP/1.".encode())
        assert b"Authorization" not in heads[0]
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert isinstance(named(tmp_path).refresh(url, at=NOW), Unchanged)
        assert len(heads) == 1


def test_what_comes_through_a_proxy_of_https_is_cut_off_too(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(server.url.rsplit(":", 1)[1].rstrip("/"))

    def tunnel(connection: socket.socket, _: bytes) -> None:
        with socket.create_connection(("127.0.0.1", port)) as behind:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            pump(connection, behind)

    sent = []

    def six_seconds(connection: socket.socket, _: bytes) -> None:
        connection.sendall(answer("200 OK", Content_Length="60"))
        for number in range(60):
            Event().wait(0.1)
            sent.append(number)
            connection.sendall(b"x")

    proxy_place = tmp_path / "proxy"
    proxy_place.mkdir()
    with serving(proxy_place) as proxy:
        proxy.scripts[f"localhost:{port}".encode()] = tunnel
        monkeypatch.setenv("SSL_CERT_FILE", str(proxy_place / "authority.pem"))
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        url = server.on("bundle", answer("200 OK", bundle(6)))
        assert isinstance(named(tmp_path).refresh(url, at=NOW), Updated)
        timeouts = Timeouts(connect=2, read=2, total=0.6)
        reason = unreachable(named(tmp_path, timeouts).refresh(server.on("bundle", six_seconds), at=NOW))
    assert reason == "there was no whole answer within 0.6 seconds"
    assert len(sent) < 60


def pump(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until both are done."""
    import select

    ends = {one: other, other: one}
    while ends:
        for readable in select.select(list(ends), [], [], 5)[0]:
            data = readable.recv(65536)
            if not data:
                ends[readable].shutdown(socket.SHUT_WR)
                del ends[readable]
            else:
                (other if readable is one else one).sendall(data)


def test_a_proxy_of_another_kind_is_told(server: Server, store: TrustStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://localhost:1")
    assert "HTTPS_PROXY" in unreachable(store.refresh(server.url, at=NOW))


# --- when to ask again ---


def test_after_failures_nothing_is_asked_before_its_time_and_that_grows(server: Server, store: TrustStore) -> None:
    url = server.on("bundle", answer("500 Internal Server Error"))
    at, waits = NOW, []
    for _ in range(12):
        outcome = store.refresh(url, at=at)
        assert isinstance(outcome, Unreachable)
        waits.append((outcome.next_try - at).total_seconds())
        asked = len(server.requests)
        early = store.refresh(url, at=outcome.next_try - timedelta(seconds=1))
        assert "too early" in unreachable(early)
        assert early.next_try == outcome.next_try
        assert len(server.requests) == asked
        at = outcome.next_try
    for number, wait in enumerate(waits):
        longest = min(60 * 2**number, 6 * 3600)
        assert longest / 2 < wait <= longest
    server.on("bundle", answer("200 OK", bundle(6)))
    assert isinstance(store.refresh(url, at=at), Updated)
    assert isinstance(store.refresh(url, at=at), Unchanged)


def test_another_process_and_another_url_wait_for_themselves(server: Server, store: TrustStore, tmp_path: Path) -> None:
    bad, good = server.on("bad", answer("500 Error")), server.on("good", answer("200 OK", bundle(6)))
    outcome = store.refresh(bad, at=NOW)
    assert named(tmp_path).refresh(bad, at=NOW).next_try == outcome.next_try
    assert len(server.requests) == 1
    assert isinstance(store.refresh(good, at=NOW), Updated)
    assert store.open().next_try.keys() == {bad, good}


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("0", 31, 60),
        ("1000", 1000, 1000),
        ("31536000", 86_400, 86_400),
        ("99999999999999999999", 31, 60),
        ("Mon, 01 Jun 2026 12:30:00 GMT", 1800, 1800),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 31, 60),
        ("Mon, 01 Jun 99999999999999999999 12:30:00 GMT", 31, 60),
        ("soon", 31, 60),
        ("-5", 31, 60),
        ("٣", 31, 60),
    ],
)
def test_what_a_server_asks_for_is_heard_within_bounds(
    said: str, least: int, most: int, server: Server, store: TrustStore
) -> None:
    script = answer("429 Too Many Requests", Retry_After="0").replace(b"-After: 0", b"-After: " + said.encode())
    outcome = store.refresh(server.on("bundle", script), at=NOW)
    assert isinstance(outcome, Unreachable)
    assert least <= (outcome.next_try - NOW).total_seconds() <= most


def test_a_wait_that_was_written_under_a_clock_of_the_future_does_not_count(server: Server, store: TrustStore) -> None:
    url = server.on("bundle", answer("500 Error"))
    store.refresh(url, at=NOW + timedelta(days=3650))
    server.on("bundle", answer("200 OK", bundle(6)))
    assert isinstance(store.refresh(url, at=NOW), Updated)


def test_the_end_of_time_is_a_time_like_others(server: Server, store: TrustStore) -> None:
    last = NOW.replace(year=9999, month=12, day=31, hour=23, minute=59, second=59)
    assert store.refresh(server.on("bundle", answer("500 Error", Retry_After="9")), at=last).next_try == last


@pytest.mark.parametrize("etag", ["x" * 201, "", "\xe9", "a\tb", "a b"], ids=["long", "empty", "latin", "tab", "space"])
def test_a_name_of_a_version_that_is_none_is_not_remembered(etag: str, server: Server, store: TrustStore) -> None:
    url = server.on(
        "bundle", answer("200 OK", bundle(6), ETag="?").replace(b"ETag: ?", b"ETag: " + etag.encode("latin-1"))
    )
    assert isinstance(store.refresh(url, at=NOW), Updated)
    assert isinstance(store.refresh(url, at=NOW), Unchanged)
    assert b"If-None-Match" not in server.requests[-1]
    assert store.open().problem is None


def test_outcomes_are_values(store: TrustStore) -> None:
    outcome = store.import_bundle(bundle(4))
    assert outcome == replace(outcome)
    with pytest.raises(AttributeError):
        outcome.next_try = NOW  # type: ignore[misc]
