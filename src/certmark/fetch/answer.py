"""What asking a server may take and give."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certmark.errors import MissingExtraError

if TYPE_CHECKING:
    from pathlib import Path


class Timeouts(NamedTuple):
    """How long a server may take, in seconds.

    Attributes:
        connect: to accept a connection.
        read: between two pieces of its answer.
        total: from the first step to the last byte, redirects included.
    """

    connect: float = 10
    read: float = 10
    total: float = 60


class Version(NamedTuple):
    """What a server calls a version.

    Attributes:
        etag: its name there.
        location: where it is, after redirects.
    """

    etag: str
    location: str


class Answer(NamedTuple):
    """What came.

    Attributes:
        body: the bytes, or None: not modified.
        version: what the server calls them, or None.
    """

    body: bytes | None
    version: Version | None


class NoAnswerError(Exception):
    """Nothing usable came; ``str(error)`` is for people.

    Attributes:
        retry_after: what the server said about when to come again, or None.
    """

    def __init__(self, message: str, *, retry_after: str | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Server(NamedTuple):
    """How servers are asked.

    Attributes:
        timeouts: how long they may take.
        authorities: PEM file of those that vouch for them, or None: the system's.
    """

    timeouts: Timeouts
    authorities: Path | None

    def ask(self, url: str, known: Version | None, *, at_most: int) -> Answer | NoAnswerError:
        """Ask for what is behind a url, given the version at hand; gives the answer or why there is none.

        Raises:
            StoreError: no url of a server over https, or no file of authorities.
            MissingExtraError: the extra is not installed.
        """
        try:
            from certmark.fetch.https import get
        except ImportError:
            raise MissingExtraError("fetch", "refreshing over HTTPS") from None
        try:
            return get(url, known=known, at_most=at_most, timeouts=self.timeouts, authorities=self.authorities)
        except NoAnswerError as error:
            return error
