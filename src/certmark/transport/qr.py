"""Token text as a QR symbol (ISO/IEC 18004), drawn as SVG, PNG or terminal text.

qrcode computes the modules and png writes the PNG; both are loaded on first use. Version, segments and capacity
are decided here, so that overflow is certmark's own error.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from certmark.errors import IssueError
from certmark.transport.capacity import LARGEST_VERSION, segments_of, smallest_version
from certmark.transport.outline import outline

QUIET_ZONE: Final = 4
"""Light modules that the standard asks for on each side."""

LARGEST_EASY_VERSION: Final = 22
"""Phones read denser symbols with difficulty."""

_BLACK_ON_WHITE: Final = "\x1b[38;5;16;48;5;231m"
_PLAIN: Final = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol.

    Attributes:
        text: what it holds.
        version: 1 to 40.
        ecc: error correction level: ``L``, ``M``, ``Q`` or ``H``.
        modules: one row per byte string, one module per byte: 1 dark, 0 light; no quiet zone.
    """

    text: str
    version: int
    ecc: str
    modules: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Modules along one side, without quiet zone."""
        return len(self.modules)

    @property
    def warning(self) -> str | None:
        """What to know before printing, or None."""
        if self.version <= LARGEST_EASY_VERSION:
            return None
        return (
            f"QR version {self.version} is dense: many phones fail above version {LARGEST_EASY_VERSION}; "
            "carry less, or print it large"
        )

    def svg(
        self,
        *,
        module: float = 0.5,
        border: int = QUIET_ZONE,
        title: str = "QR code of a cybersecurity certificate",
        description: str | None = None,
    ) -> str:
        """Draw the symbol as an SVG document with one path; equal symbols give equal documents.

        Args:
            module: side of one module, in mm.
            border: quiet zone, in modules.
            title: what it is, for people who do not see it.
            description: what it holds; left out: the link up to its ``#``, or the first characters of a bare code.

        Raises:
            IssueError: the module is not larger than 0, or the border is negative.
        """
        _check(module, border)
        side = self.size + 2 * border
        width = f"{side * module:.3f}".rstrip("0").rstrip(".")
        about = self.text.partition("#")[0][:200] if description is None else description
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{width}mm" viewBox="0 0 {side} {side}"'
            f' role="img" shape-rendering="crispEdges"><title>{_escaped(title)}</title><desc>{_escaped(about)}</desc>'
            f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{outline(self.modules, border=border)}"/></svg>\n'
        )

    def png(self, *, scale: int = 8, border: int = QUIET_ZONE) -> bytes:
        """Draw the symbol as a PNG image of one bit per pixel.

        Args:
            scale: side of one module, in pixels.
            border: quiet zone, in modules.

        Raises:
            IssueError: the scale is not larger than 0, or the border is negative.
        """
        _check(scale, border)
        import png

        side = (self.size + 2 * border) * scale
        image = BytesIO()
        writer = png.Writer(width=side, height=side, greyscale=True, bitdepth=1)
        rows = (_packed(row, scale) for row in self._bordered(border))
        writer.write_packed(image, (row for row in rows for _ in range(scale)))
        return image.getvalue()

    def terminal(self, *, border: int = QUIET_ZONE, colour: bool = True) -> str:
        """Draw the symbol with half blocks, two rows of modules per line.

        Args:
            border: quiet zone, in modules.
            colour: with ANSI colours, black on white on every terminal; without, the light modules are drawn, which
                is right on a terminal that writes light on dark.

        Raises:
            IssueError: the border is negative.
        """
        _check(1, border)
        rows = self._bordered(border)
        rows += [bytes(len(rows[0]))] * (len(rows) % 2)
        blocks = " ▄▀█" if colour else "█▀▄ "
        before, after = (_BLACK_ON_WHITE, _PLAIN) if colour else ("", "")
        return "".join(
            before + "".join(blocks[2 * up + down] for up, down in zip(upper, lower, strict=True)) + after + "\n"
            for upper, lower in zip(rows[::2], rows[1::2], strict=True)
        )

    def _bordered(self, border: int) -> list[bytes]:
        beside = bytes(border)
        blank = bytes(self.size + 2 * border)
        return [blank] * border + [beside + row + beside for row in self.modules] + [blank] * border


def encode_symbol(text: str, *, ecc: str = "M", at_most: int = LARGEST_VERSION) -> Symbol:
    """Make the smallest QR symbol for the text of a token.

    Args:
        text: a link or a bare code; held exactly as it stands.
        ecc: error correction level.
        at_most: largest version that is wanted.

    Raises:
        TextError: the text is neither a link nor a bare code.
        CapacityError: no symbol up to ``at_most`` holds it.
        IssueError: there is no such level or version, or qrcode cannot draw the text.
    """
    segments = segments_of(text)
    version = smallest_version(segments, ecc, at_most=at_most)

    from qrcode import QRCode, constants, util

    modes = {"byte": util.MODE_8BIT_BYTE, "numeric": util.MODE_NUMBER, "alphanumeric": util.MODE_ALPHA_NUM}
    code = QRCode(version=version, error_correction=getattr(constants, f"ERROR_CORRECT_{ecc}"), border=0)
    for segment in segments:
        code.add_data(util.QRData(segment.text.encode("ascii"), mode=modes[segment.mode], check_data=False))
    try:
        code.make(fit=False)
    except ValueError as error:
        # qrcode 8.2 cannot compute error correction for a block that is zero throughout.
        raise IssueError("the text has too many zeros in a row to be drawn: issue the token anew") from error
    return Symbol(text, version, ecc, tuple(bytes(map(bool, row)) for row in code.modules))


def _packed(row: bytes, scale: int) -> bytes:
    """Write a row of modules as bits, light ones set, up to a whole number of bytes."""
    bits = "".join(("0" if module else "1") * scale for module in row)
    filled = bits + "0" * (-len(bits) % 8)
    return int(filled, 2).to_bytes(len(filled) // 8)


def _check(module: float, border: int) -> None:
    if not module > 0:
        raise IssueError("a module cannot be drawn with no size: give a size above 0")
    if border < 0:
        raise IssueError("the quiet zone cannot be negative: give 0 or more modules")


def _escaped(text: str) -> str:
    """Make a text safe inside XML elements; what has no visible form becomes a space."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    return visible.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
