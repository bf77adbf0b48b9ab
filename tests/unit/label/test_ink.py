"""Ink that scanners cannot tell from the paper is refused."""

from __future__ import annotations

import pytest

from certmark.label import Ink, LabelContrastError
from certmark.label.ink import BLACK


@pytest.mark.parametrize(
    ("ink", "paper"),
    [("#000000", "#ffffff"), ("#003399", "#ffffff"), ("#000000", "#ffe45c"), ("#1B5E20", "#FFFFFF")],
)
def test_dark_on_light_is_accepted(ink: str, paper: str) -> None:
    assert Ink.of(ink, paper=paper).written == ink.lower()


def test_black_is_the_ink_when_none_is_named() -> None:
    assert Ink.of("#000000") == BLACK


@pytest.mark.parametrize(
    ("ink", "paper", "reason"),
    [
        ("#ff0000", "#ffffff", "contrast of 0% for scanners with red light"),
        ("#d32f2f", "#ffffff", "for scanners with red light"),
        ("#ff8800", "#ffffff", "for cameras"),
        ("#999999", "#ffffff", "for cameras"),
        ("#000000", "#003399", "for cameras"),
        ("#000000", "#00ff00", "contrast of 0% for scanners with red light"),
        ("#ffffff", "#000000", "contrast of -100% for cameras"),
        ("#123456", "#123456", "contrast of 0% for cameras"),
    ],
)
def test_what_is_too_much_alike_is_refused(ink: str, paper: str, reason: str) -> None:
    with pytest.raises(LabelContrastError, match=reason):
        Ink.of(ink, paper=paper)


@pytest.mark.parametrize(
    "colour", ["", "black", "#000", "#00000g", "000000", "#0000000", "rgb(0,0,0)", "#\u0660\u0660\u0660000"]
)
def test_other_notations_are_refused(colour: str) -> None:
    with pytest.raises(LabelContrastError, match="is no colour: write it as #003399"):
        Ink.of(colour)
