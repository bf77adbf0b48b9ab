"""What happens to a printed code on its way into a camera, in physical units.

A print is black dots on white paper. Its ink spreads, the lens blurs it, the camera takes so many pixels of each
millimetre from an angle, in some light, with noise, and keeps it as JPEG. Everything random comes from a seed.
"""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import Final, NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter

PAPER: Final = 235
INK: Final = 25
SPREAD: Final = 0.03
"""Blur of the print itself, in mm."""

_FINE: Final = 23.0  # pixels per mm that geometry is computed with, at least


class Condition(NamedTuple):
    """Circumstances under which a code is scanned.

    Attributes:
        name: for tables.
        sharpness: pixels of the camera per mm.
        blur: standard deviation of lens and hand, in mm.
        rotation: in degrees.
        perspective: by how much the far side is shorter than the near one.
        noise: standard deviation, of 255.
        contrast: what is left of it.
        shade: by how much the far side is darker.
        jpeg: quality, or None.
        damage: part of the area that is scratched off, away from the finder patterns.
    """

    name: str
    sharpness: float = 10.0
    blur: float = 0.0
    rotation: float = 0.0
    perspective: float = 0.0
    noise: float = 0.0
    contrast: float = 1.0
    shade: float = 0.0
    jpeg: int | None = None
    damage: float = 0.0


def taken(print_: Image.Image, *, dpi: int, condition: Condition, seed: str) -> Image.Image:
    """Take a picture of a print.

    Args:
        print_: one pixel for each dot.
        dpi: dots per inch.
        condition: circumstances.
        seed: of everything random.
    """
    chance = Random(seed)  # noqa: S311 repeatable, not secret
    per_mm = dpi / 25.4
    finer = max(1, round(_FINE / per_mm))
    picture = print_.convert("L").point([INK] * 128 + [PAPER] * 128)
    picture = picture.resize((picture.width * finer, picture.height * finer), Image.Resampling.NEAREST)
    per_mm *= finer
    if condition.damage:
        _scratch(picture, condition.damage, chance)
    picture = picture.filter(ImageFilter.GaussianBlur(per_mm * (SPREAD**2 + condition.blur**2) ** 0.5))
    if condition.perspective:
        picture = _tilted(picture, condition.perspective)
    if condition.rotation:
        picture = picture.rotate(condition.rotation, Image.Resampling.BICUBIC, expand=True, fillcolor=PAPER)
    scale = condition.sharpness / per_mm
    size = round(picture.width * scale), round(picture.height * scale)
    picture = picture.resize(size, Image.Resampling.BOX if scale <= 1 else Image.Resampling.BICUBIC)
    if condition.shade:
        dark = Image.linear_gradient("L").rotate(90).resize(size)
        floor = 1 - condition.shade
        picture = ImageChops.multiply(
            picture, dark.point([round(255 * (floor + v / 255 * condition.shade)) for v in range(256)])
        )
    if condition.contrast < 1:
        picture = picture.point([round(128 + (value - 128) * condition.contrast) for value in range(256)])
    if condition.noise:
        picture = ImageChops.add(picture, _noise(size, condition.noise, chance), 1, -128)
    return picture if condition.jpeg is None else _compressed(picture, condition.jpeg)


def _scratch(picture: Image.Image, part: float, chance: Random) -> None:
    side = round(min(picture.size) * part**0.5)
    low, high = round(0.3 * picture.width), round(0.7 * picture.width) - side
    x, y = chance.randint(low, max(low, high)), chance.randint(low, max(low, high))
    ImageDraw.Draw(picture).rectangle((x, y, x + side, y + side), fill=PAPER)


def _tilted(picture: Image.Image, part: float) -> Image.Image:
    width, height = picture.size
    back = (1 - part, 0, 0, -part * height / (2 * width), 1, 0, -part / width, 0)
    return picture.transform(picture.size, Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC, fillcolor=PAPER)


def _noise(size: tuple[int, int], deviation: float, chance: Random) -> Image.Image:
    """Make grey noise around 128: the mean of four uniform values, which is nearly normal."""
    drawn = [Image.frombytes("L", size, chance.randbytes(size[0] * size[1])) for _ in range(4)]
    mean = Image.blend(Image.blend(drawn[0], drawn[1], 0.5), Image.blend(drawn[2], drawn[3], 0.5), 0.5)
    own = 255 / 12**0.5 / 2
    values = [max(0, min(255, round(128 + (value - 127.5) * deviation / own))) for value in range(256)]
    return mean.point(values)


def _compressed(picture: Image.Image, quality: int) -> Image.Image:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file)
