"""Whatever is to stand on a label: it stands there whole, or the label is refused with certmark's own error."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certmark.label import LabelError, Mark, pdf, svg
from certmark.label.label import Picture
from certmark.label.lines import Stretch, broken
from certmark.label.typeface import Weight, advance, missing_in, overhang
from tests.labels import AT, SVG_MARK, label, png_mark

LABEL = label("40mm")

WORDS = st.text(st.characters(codec="latin-1", categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
TEXTS = st.lists(WORDS.filter(lambda word: not missing_in(word)), min_size=1, max_size=12).map(" ".join)


@given(body=st.text(min_size=1, max_size=60), accreditation=st.text(min_size=1, max_size=30))
@settings(max_examples=40)
def test_any_name_is_printed_or_refused(body: str, accreditation: str) -> None:
    try:
        drawn = label("60mm", body=body, accreditation=accreditation)
    except LabelError:
        return
    assert svg(drawn).startswith(b"<svg")


@given(stretches=st.lists(st.tuples(TEXTS, st.sampled_from(Weight)), min_size=1, max_size=4), width=st.floats(2, 60))
def test_lines_hold_every_word_in_its_order_and_none_is_too_long(
    stretches: list[tuple[str, Weight]], width: float
) -> None:
    lines = broken([Stretch(*stretch) for stretch in stretches], width)
    words = [word for text, _ in stretches for word in text.split(" ")]
    if lines is None:
        assert any(
            overhang(part, weight) + advance(part, weight) > width
            for text, weight in stretches
            for part in text.replace("-", "- ").split()
        )
        return
    printed = "".join(piece.text.replace(" ", "") for line in lines for piece in line)
    assert printed == "".join(words)
    for line in lines:
        assert line[-1].x + advance(line[-1].text, line[-1].weight) <= width + 1e-6
        assert line[0].x == overhang(line[0].text, line[0].weight)


@pytest.mark.parametrize("valid", [SVG_MARK, png_mark()], ids=["svg", "png"])
@given(data=st.data())
@settings(max_examples=60)
def test_a_damaged_mark_is_drawn_or_refused(valid: bytes, data: st.DataObject) -> None:
    damaged = bytearray(valid)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(valid) - 1))] = data.draw(st.sampled_from(b'0-.e" <>/x%#;\xff'))
    try:
        mark = Mark.read(bytes(damaged))
        pdf(LABEL._replace(picture=Picture(60, 5, 10 * mark.width_by_height, 10, mark)), at=AT)
    except LabelError:
        return


@given(data=st.binary(max_size=200))
@example(data=b"\x89PNG\r\n\x1a\n")
def test_any_bytes_are_a_mark_or_an_error(data: bytes) -> None:
    with pytest.raises(LabelError):
        Mark.read(data)
