"""``certmark status show``: a look into a status list token that proves nothing, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from certmark.cli.exits import ExitCode
from certmark.cli.reading import blaming, read_file
from certmark.cli.screen import say, show
from certmark.errors import StatusError
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from certmark.status.bitarray import StatusList

WARNING: Final = "UNVERIFIED: anyone can write this. Nothing was checked; use 'certmark status verify'."

TokenFile = Annotated[str, typer.Argument(metavar="FILE", help="A status list token.", show_default=False)]
Index = Annotated[int | None, typer.Option(metavar="N", min=0, help="What it says of one certificate.")]


def show_token(
    file: TokenFile,
    *,
    index: Index = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> int:
    """Look into a status list token without verifying it. Proves nothing."""
    from certmark.cli.peek_view import view
    from certmark.cli.verify import json_text

    data = read_file(file, what="a status list", at_most=DEFAULT_LIMITS.status_token)
    with blaming(file):
        found = untrusted(data, index=index)
    if as_json:
        say(json_text(found, indent=2))
    else:
        show(*view(found))
    return ExitCode.PASSED


def untrusted(data: bytes, *, index: int | None) -> dict[str, Any]:
    """Give what a token states in the shape of JSON; every name says that it is not to be trusted.

    Raises:
        StatusError: not a status list token.
    """
    from certmark.cose.algorithms import algorithm_name
    from certmark.cwt.numericdate import LAST_SECOND
    from certmark.status import token
    from certmark.status.bitarray import Status
    from certmark.verify.report_json import instant

    message, said = token.parse(data)
    due = None if said.ttl is None else min(said.issued_at + said.ttl, LAST_SECOND)
    withdrawn, suspended = (said.statuses.count(status) for status in (Status.INVALID, Status.SUSPENDED))
    return {
        "verified": False,
        "warning": WARNING,
        "untrusted_uri": said.uri,
        "untrusted_issued_at": instant(said.issued_at),
        "untrusted_next_update": None if due is None else instant(due),
        "untrusted_expires": None if said.expires is None else instant(said.expires),
        "untrusted_algorithm": algorithm_name(message.headers.alg),
        "untrusted_key_id": None if message.headers.key_id is None else message.headers.key_id.hex(),
        "untrusted_bits": said.statuses.bits,
        "untrusted_entries": said.statuses.size,
        "untrusted_withdrawn": withdrawn,
        "untrusted_suspended": suspended,
        "untrusted_status": None if index is None else status_in_words(said.statuses, index),
        "bytes": len(data),
    }


def status_in_words(statuses: StatusList, index: int) -> str:
    """Say what a list states at an index."""
    from certmark.cli.status.states import WORDS

    try:
        number = statuses.at(index)
    except StatusError:
        return "nothing: the list has no such index"
    return next((word for word, status in WORDS.items() if status == number), f"nothing that counts ({number})")
