"""One bounded GET over HTTPS. What comes is believed by its signatures alone; this only keeps a server from harming.

https only, also where a redirect leads; nothing is sent that tells clients apart; bytes, redirects and time are
bounded.
"""

from __future__ import annotations

import re
import socket
import ssl
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from threading import Event, Timer
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as PoolTimeoutError

from certmark import __version__
from certmark.errors import StoreError
from certmark.fetch.answer import Answer, NoAnswerError, Timeouts, Version
from certmark.fetch.memory import LONGEST_ETAG, LONGEST_URL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_AGENT: Final = f"certmark/{__version__}"
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_OK, _NOT_MODIFIED = 200, 304
_ETAG: Final = re.compile(f"[!-~]{{1,{LONGEST_ETAG}}}")
_REASONS: Final = {
    ssl.SSLError: "there is no TLS connection to the server",
    socket.gaierror: "the server's name has no address: is there a network?",
    ConnectionRefusedError: "the server refuses connections",
    TimeoutError: "the server did not answer in time",
    PoolTimeoutError: "the server did not answer in time",
}


def get(
    url: str, *, at_most: int, known: Version | None = None, timeouts: Timeouts, authorities: Path | None = None
) -> Answer:
    """Get what is behind a url.

    Args:
        url: https.
        at_most: largest body, in bytes.
        known: the version that is at hand: it need not come again.
        timeouts: how long it may take.
        authorities: PEM file of the authorities that vouch for servers; the system's when left out.

    Raises:
        NoAnswerError: nothing came, or nothing that may be taken.
        StoreError: no url of a server over https, or no file of authorities.
    """
    if problem := _problem(url):
        raise StoreError(f"{url[:200]!r} {problem}")
    context = _Context(authorities)
    try:
        with context.until(timeouts.total):
            for _ in range(_MOST_REDIRECTS + 1):
                asked = known if known is not None and known.location == url else None
                with _pool(url, context, timeouts) as pool, closing(_request(pool, url, asked)) as response:
                    location = response.headers.get("Location")
                    if response.status not in _REDIRECTS or location is None:
                        result = _answer(response, url, asked, at_most=at_most)
                        if context.late:
                            raise TimeoutError
                        return result
                    url = _redirected(url, location)
            raise NoAnswerError(f"the server redirects more than {_MOST_REDIRECTS} times")
    # everything that urllib3 and what is below it raise on a broken answer, by its documentation and by experience
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        if context.late:
            raise NoAnswerError(f"there was no whole answer within {timeouts.total:g} seconds") from error
        raise NoAnswerError(_reason(error)) from error


class _Made(NamedTuple):
    """The connections of one request, to servers and to a proxy, and whether they were cut off."""

    late: Event
    open: list[socket.socket]
    secure: list[ssl.SSLSocket]


class _Context(ssl.SSLContext):
    """TLS that can be cut off: timeouts of sockets begin anew with every byte, also while hands are shaken."""

    def __new__(cls, _authorities: Path | None, _made: _Made | None = None) -> Self:
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self, authorities: Path | None, made: _Made | None = None) -> None:
        self.minimum_version = ssl.TLSVersion.TLSv1_2
        self._made = _Made(Event(), [], []) if made is None else made
        if authorities is None:
            self.load_default_certs()
            return
        try:
            self.load_verify_locations(authorities)
        except OSError as error:
            raise StoreError(f"{authorities}: no file of certificate authorities ({error.strerror or error})") from None

    @property
    def late(self) -> bool:
        """Tell whether it was cut off."""
        return self._made.late.is_set()

    def of_a_proxy(self) -> _Context:
        """Give one that is cut off together with this one; TLS inside of it never comes to ``wrap_socket``."""
        return _Context(None, self._made)

    @contextmanager
    def until(self, seconds: float) -> Iterator[None]:
        """Cut off every connection that is made inside, once so much time has passed."""
        timer = Timer(seconds, self._cut_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            for each in self._made.open:
                each.close()
            for secure in self._made.secure:
                if (left := secure.detach()) >= 0:  # urllib3 lets go of some that it did not close
                    socket.close(left)

    def wrap_socket(self, sock: socket.socket, *args: Any, **options: Any) -> ssl.SSLSocket:  # noqa: ANN401 as above it
        """Remember the connection under a handle of its own, since TLS takes the one of its socket away."""
        self._made.open.append(sock.dup())
        if self.late:
            raise TimeoutError
        secure = super().wrap_socket(sock, *args, **options)
        self._made.secure.append(secure)
        return secure

    def _cut_off(self) -> None:
        self._made.late.set()
        for each in self._made.open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class _OptionsInTime:
    """Options of sockets, which urllib3 asks for before each address: a name may have many that are silent."""

    def __init__(self, context: _Context) -> None:
        self._context = context

    def __iter__(self) -> Iterator[tuple[int, int, int | bytes]]:
        if self._context.late:
            raise TimeoutError
        return iter(HTTPConnection.default_socket_options)


def _pool(url: str, context: _Context, timeouts: Timeouts) -> urllib3.PoolManager:
    proxies = getproxies()
    proxy = proxies.get("https") or proxies.get("all")
    timeout = urllib3.Timeout(connect=timeouts.connect, read=timeouts.read)
    options: dict[str, Any] = {"timeout": timeout, "retries": False, "socket_options": _OptionsInTime(context)}
    if not proxy or proxy_bypass(urlsplit(url).hostname or ""):
        return urllib3.PoolManager(ssl_context=context, **options)
    if urlsplit(proxy).scheme not in {"http", "https"}:
        raise NoAnswerError("the proxy of the environment is none for HTTP: set HTTPS_PROXY to http://host:port")
    return urllib3.ProxyManager(proxy, ssl_context=context, proxy_ssl_context=context.of_a_proxy(), **options)


def _request(pool: urllib3.PoolManager, url: str, asked: Version | None) -> urllib3.BaseHTTPResponse:
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    if asked is not None:
        headers["If-None-Match"] = asked.etag
    return pool.urlopen("GET", url, headers=headers, redirect=False, preload_content=False, decode_content=False)


def _answer(response: urllib3.BaseHTTPResponse, url: str, asked: Version | None, *, at_most: int) -> Answer:
    if response.status == _NOT_MODIFIED and asked is not None:
        return Answer(None, asked)
    if response.status != _OK:
        raise NoAnswerError(
            f"the server answered with status {response.status}", retry_after=response.headers.get("Retry-After")
        )
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NoAnswerError("the server compressed its answer, which was not asked for")
    body = b""
    while piece := response.read(at_most + 1 - len(body)):  # a part may come first, and only then that it broke off
        body += piece
        if len(body) > at_most:
            raise NoAnswerError(f"the server sent more than {at_most} bytes")
    etag = response.headers.get("ETag", "")
    return Answer(body, Version(etag, url) if _ETAG.fullmatch(etag) else None)


def _redirected(url: str, location: str) -> str:
    try:
        url = urljoin(url, location)
        problem = _problem(url)
    except ValueError:
        problem = "is no https address"
    if problem:
        raise NoAnswerError(f"the server redirects to a place that {problem}")
    return url


def _problem(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        named = parts.scheme == "https" and parts.hostname and parts.port != 0
    except ValueError:
        named = False
    if not named or not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST_URL:
        return "is no https address"
    if parts.username is not None or parts.password is not None:
        return "names a user: lists are for everyone"
    return None


def _reason(error: Exception) -> str:
    causes: list[BaseException] = [error]
    while (below := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(below)
    for cause in reversed(causes):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate of the server is not trusted ({cause.verify_message})"
        for kind, reason in _REASONS.items():
            if isinstance(cause, kind):
                return reason
    return f"the connection failed or the answer was broken off ({type(error).__name__})"
