"""The QR symbol on paper: the largest modules of whole dots that fit, or the size that would do."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark.errors import CapacityError
from certmark.label.label import Code
from certmark.label.refusal import LabelSizeError
from certmark.transport import encode_symbol
from certmark.transport.capacity import segments_of, smallest_version
from certmark.transport.qr import QUIET_ZONE

if TYPE_CHECKING:
    from certmark.label.paper import Dots, Paper
    from certmark.transport.capacity import Segment

SMALLEST_MODULE: Final = 0.25
"""In mm; docs/labels.md has the measurements."""

EASY_MODULE: Final = 0.33
"""In mm: what a phone reads from where it usually is."""

FEWEST_DOTS: Final = 2
"""Dots along a module: a single dot is printed with the errors of a single dot."""


class Room(NamedTuple):
    """What a symbol takes on paper, before it is drawn.

    Attributes:
        ecc: error correction level.
        edge: distance of the dark modules from the left and from above, in dots.
        module: side of a module, in dots.
        side: side of the dark modules, in mm.
    """

    ecc: str
    edge: int
    module: int
    side: float


def room_for(text: str, paper: Paper) -> Room:
    """Find the largest modules of whole dots with which the symbol of a token fits on a label.

    Where that leaves room, the symbol gets more error correction at the same size of its modules.

    Args:
        text: a link or a bare code.
        paper: where it is to stand.

    Raises:
        LabelSizeError: its modules would be too small.
        TextError: the text is neither a link nor a bare code.
        CapacityError: no symbol holds it.
    """
    dots, side = paper.dots, paper.dots.floor(paper.side)
    segments = segments_of(text)
    modules = _modules(smallest_version(segments, "M"))
    module = side // (modules + 2 * QUIET_ZONE)
    if module < _fewest(dots, SMALLEST_MODULE):
        least = _side(modules, dots, SMALLEST_MODULE)
        raise LabelSizeError(
            f"{paper.side:g} mm at {dots.dpi} dpi is too small for a code of {modules} x {modules} modules and its "
            f"quiet zone: give {least:g} mm at least"
        )
    at_most = side // module - 2 * QUIET_ZONE
    ecc = next((ecc for ecc in "HQ" if _fits(segments, ecc, at_most)), "M")
    modules = _modules(smallest_version(segments, ecc))
    edge = (side - modules * module) // 2
    return Room(ecc, edge, module, dots.mm(modules * module))


def place_code(text: str, room: Room, dots: Dots) -> Code:
    """Draw the symbol of a token in its room, in the upper left corner of a label."""
    return Code(dots.mm(room.edge), dots.mm(room.edge), dots.mm(room.module), encode_symbol(text, ecc=room.ecc))


def remark_on(code: Code, dots: Dots) -> str | None:
    """Say which size phones would read more easily, or None when the modules are large enough."""
    if code.module >= EASY_MODULE:
        return None
    easy = _side(_modules(smallest_version(segments_of(code.symbol.text), "M")), dots, EASY_MODULE)
    return f"phones read modules of {code.module:.2f} mm from near only: {easy:g} mm would do better"


def _fewest(dots: Dots, module: float) -> int:
    return max(FEWEST_DOTS, dots.ceil(module))


def _side(modules: int, dots: Dots, module: float) -> float:
    """Give the least side of a paper for modules of a size, in mm, rounded up to half a millimetre."""
    return ceil(2 * dots.mm((modules + 2 * QUIET_ZONE) * _fewest(dots, module))) / 2


def _fits(segments: tuple[Segment, ...], ecc: str, modules: int) -> bool:
    try:
        return _modules(smallest_version(segments, ecc)) <= modules
    except CapacityError:
        return False


def _modules(version: int) -> int:
    return 17 + 4 * version
