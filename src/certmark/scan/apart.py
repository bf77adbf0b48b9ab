"""Pictures from strangers, read in a process of their own that ends after a time and with a size.

The readers of pictures and PDF files are native code on hostile input, and what they take is not bounded by the size of
a file. In a process apart, whatever happens is an answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from certmark.errors import CertmarkError, MissingExtraError
from certmark.scan.found import Code, Corner, Scan, sorted_out
from certmark.scan.pictures import PDF


class PictureError(CertmarkError):
    """A picture whose reading was given up: its reader failed, or took too much; the message is a sentence."""

    code = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the reading of one picture may take.

    Attributes:
        seconds: of time, on the clock and of the processor.
        memory: bytes of address space; bounded on Linux only.
    """

    seconds: int = 20
    memory: int = 2_000_000_000


def scan_apart(data: bytes, *, bounds: Bounds = Bounds()) -> Scan:
    """Read every QR code in a picture, as ``scan`` does, in a process of its own.

    Args:
        data: as for ``scan``.
        bounds: what it may take.

    Returns:
        The first 200 codes.

    Raises:
        PictureError: it took too long or too much, or its reader failed; the message is a sentence.
        MissingExtraError: the ``scan`` extra is not installed.
    """
    _require("zxingcpp", "pypdfium2" if data.startswith(PDF) else "PIL")
    # -P: what lies in the folder that the person is in is never imported
    command = [sys.executable, "-P", "-m", "certmark.scan", str(bounds.seconds), str(bounds.memory)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=bounds.seconds)  # noqa: S603 our own module
    except subprocess.TimeoutExpired:
        raise PictureError(f"The picture was not read within {bounds.seconds} seconds: give a smaller one.") from None
    except OSError as error:
        raise PictureError(f"No process could be started to read the picture ({error.strerror}).") from None
    if done.returncode != 0:
        raise PictureError(
            "The reader of pictures failed on this one, or needed too much time or memory: give another picture."
        )
    return sorted_out(_code(*each) for each in json.loads(done.stdout))


def _require(*modules: str) -> None:
    if any(find_spec(name) is None for name in modules):
        raise MissingExtraError("scan", "reading pictures")


def _code(text: str, page: int, corners: Any) -> Code:  # noqa: ANN401 JSON
    first, second, third, fourth = (Corner(*corner) for corner in corners)
    return Code(text, page, (first, second, third, fourth))
