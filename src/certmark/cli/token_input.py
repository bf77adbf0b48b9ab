"""Where a token comes from: the argument itself, standard input, or a file with text, COSE, a picture or a PDF.

No token is an error here. What cannot even be read as one becomes an ``Unreadable``, and gets a report like any other.
"""

from __future__ import annotations

import errno
import io
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from certmark.cli.reading import open_file, read_bounded, standard_input
from certmark.cli.screen import complain
from certmark.lines import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

STANDARD_INPUT: Final = "-"

_CODE: Final = re.compile(r"\s*(https?:|CM[0-9]*:|HC[0-9]:|shc:/)", re.IGNORECASE)
_PICTURE: Final = re.compile(rb"\x89PNG\r\n|\xff\xd8\xff|%PDF-|RIFF....WEBP", re.DOTALL)
PICTURE_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".pdf"})
_COSE_TAG: Final = 0xD2
_LARGEST: Final = 32_000_000


class Unreadable(NamedTuple):
    """What was given as a token and is none.

    Attributes:
        reason: one sentence for people.
    """

    reason: str


Token: TypeAlias = str | bytes | Unreadable


def read_token(argument: str) -> Token:
    """Read the token that an argument means.

    Args:
        argument: the text of a code, ``-`` for standard input, or the path of a file.

    Raises:
        CommandError: it looks like a path, and there is no such file or it cannot be read.
        MissingExtraError: it is a picture, and the extra for pictures is not installed.
    """
    if argument == STANDARD_INPUT:
        return _token_in(standard_input().read(_LARGEST + 1), suffix="")
    if is_text(argument):
        return argument
    data = read_bounded(argument, what="the token, or its text (https:... or CM1:...)", at_most=_LARGEST)
    return _token_in(data, suffix=Path(argument).suffix.lower())


@contextmanager
def opened_lines(argument: str, *, what: str) -> Iterator[BinaryIO]:
    """Open what holds one token per line: a file, standard input, or the argument itself.

    Raises:
        CommandError: there is no such file, or it cannot be read; also by what reads a line.
    """
    if argument == STANDARD_INPUT:
        yield standard_input()
    elif is_text(argument):
        yield io.BytesIO(argument.encode("utf-8", "surrogateescape"))
    else:
        with open_file(argument, what=what) as stream:
            yield stream


def is_text(argument: str) -> bool:
    """Tell a code from a path: by how it begins, or since no file has such a name and hardly one could."""
    if _CODE.match(argument) or not argument:
        return True
    try:
        Path(argument).stat()
    except ValueError:  # the character 0
        return True
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG or not argument.isprintable()
    return False  # some systems write spaces that are not printable into the names of screenshots


def _token_in(data: bytes, *, suffix: str) -> Token:
    if len(data) > _LARGEST:
        return Unreadable(f"More than {_LARGEST} bytes: this is no certificate token and no picture of one.")
    if _PICTURE.match(data) or suffix in PICTURE_SUFFIXES:
        return _code_in(data)
    if data[:1] == bytes([_COSE_TAG]) or suffix == ".cose":
        return data
    return text_of(data)


def _code_in(picture: bytes) -> Token:
    from certmark.scan import PictureError, scan_apart

    try:
        found = scan_apart(picture)
    except PictureError as error:
        return Unreadable(str(error))
    if found.codes:
        several = len({code.text for code in found.codes})
        if several > 1:
            complain(f"warning: {several} different certificate codes are on the picture, and this is about the first")
        return found.codes[0].text
    if found.foreign:
        return found.foreign[0].untrusted_text  # the report names it
    return Unreadable(
        "No QR code was found: take a sharper picture, with the code larger in it. More than 50 megapixels, or pages "
        "of a PDF after the 20th, are not read."
    )
