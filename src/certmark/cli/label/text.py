"""What the code of a label holds: the text of a token, or one made of its bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.reading import read_bounded
from certmark.errors import DecodeError, LinkError
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from certmark.cli.token_input import Token


NO_LINK: Final = "a .cose file has no link, so the code is a bare one (CM1:...): give --link TEMPLATE"


def text_for(token: Token, *, argument: str, link: str | None, bare: bool) -> tuple[Token, str | None]:
    """Give the text for a token; what cannot be read stays as it is, for its report.

    A link or a bare code stays what it is unless another form is asked for. Bytes have no text: unless one is asked
    for, it is that of the file beside them that ``certmark issue`` wrote, or a bare code.

    Args:
        token: as read.
        argument: where it was read.
        link: template of a link that shall carry it, or None.
        bare: whether a bare code shall.

    Returns:
        The text, and what to know before it is printed, or None.

    Raises:
        CommandError: the template cannot carry it.
    """
    from certmark.transport import from_text, to_bare

    if not isinstance(token, str | bytes):
        return token, None
    try:
        if isinstance(token, str):
            cose = from_text(token).cose
            text: str | None = token.rstrip("\r\n")
        else:
            cose, text = token, _text_beside(Path(argument), token)
        if link is not None:
            return _linked(cose, link), None
        if bare:
            return to_bare(cose), None
        if text is None:
            return to_bare(cose), NO_LINK
    except DecodeError:
        return token, None
    return text, None


def _text_beside(file: Path, cose: bytes) -> str | None:
    from certmark.transport import from_text

    beside = file.with_suffix(".txt")
    if not beside.is_file():
        return None
    text = read_bounded(str(beside), what="the text of the token", at_most=DEFAULT_LIMITS.text + 2)
    try:
        read = text.decode("ascii").rstrip("\r\n")
        return read if from_text(read).cose == cose else None
    except (UnicodeDecodeError, DecodeError):
        return None


def _linked(cose: bytes, template: str) -> str:
    from certmark.transport import to_link
    from certmark.verify import peek

    claims = peek(cose).untrusted_claims
    index = None if claims.status is None else claims.status.idx
    try:
        return to_link(cose, template, id=claims.id, index=index)
    except LinkError as error:
        raise CommandError(ExitCode.USAGE, f"--link {template!r}: {error}") from error
