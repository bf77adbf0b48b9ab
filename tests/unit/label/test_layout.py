"""What stands on a label, and what is refused since nobody could read it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from certmark.errors import TextError
from certmark.label import Label, LabelError, LabelSizeError
from certmark.label.codes import FEWEST_DOTS, SMALLEST_MODULE
from certmark.label.layout import EASY_X_HEIGHT, SMALLEST_X_HEIGHT
from certmark.label.typeface import CAP_HEIGHT, X_HEIGHT, advance
from certmark.transport import encode_symbol
from certmark.wording import LANGUAGES
from tests.labels import SVG_MARK, TEXT, label, png_mark

LONG_BODY = "Federal Office for Information Security Bundesamt für Sicherheit in der Informationstechnik"
UPRIGHT = ("32x64mm", "50x80mm", "101.6x152.4mm")
SIZES = ("25mm", "30mm", "40mm", "70x30mm", "95x40mm", "120mm", *UPRIGHT)


def lines(drawn: Label) -> list[str]:
    """Give what is printed, a string for each line."""
    found: dict[float, str] = {}
    for run in drawn.runs:
        found[run.y] = f"{found[run.y]} {run.text}" if run.y in found else run.text
    return [text.replace("\N{NO-BREAK SPACE}", " ") for _, text in sorted(found.items())]


def quiet_zone(drawn: Label) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    code = drawn.code
    quiet, side = 4 * code.module, code.symbol.size * code.module
    return code.x - quiet, code.y - quiet, code.x + side + quiet, code.y + side + quiet


def test_a_label_says_what_article_11_asks_for() -> None:
    assert lines(label("40mm")) == [
        "EUCC",
        "Assurance level high · AVA_VAN.5",
        "Certificate EUCC-3087-2025-12-0001",
        "Certification body Certification Body of the",
        "Example Republic",
        "Accreditation D-ZE-00001-01",
        "Issued December 2025",
        "Valid until 3 December 2030",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fits_the_size_that_is_the_default(language: str) -> None:
    drawn = label(language=language)
    assert drawn.language == language
    assert drawn.runs[0].text == "EUCC"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_description_ends_each_sentence_once(language: str) -> None:
    said = label("50mm", language=language, notice="A draft.").description
    assert said.endswith("A draft.")
    assert ".." not in said


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"part": True}, "Covers only a part of the product"),
        ({"root": "DEMO"}, "DEMO: nothing here is real"),
        ({"root": "Pilot of 2026"}, "Pilot of 2026"),
        ({"notice": "A draft."}, "A draft."),
        ({"ava_van": None}, "Assurance level high"),
        ({"statement": True, "accreditation": None}, "EU statement of conformity EUCC-3087-2025-12-0001"),
    ],
    ids=["part", "demo", "another label of the root", "notice of the scheme", "no AVA_VAN", "statement"],
)
def test_what_nobody_must_overlook_stands_on_it(changes: dict[str, object], line: str) -> None:
    assert line in " ".join(lines(label("50mm", **changes)))  # type: ignore[arg-type]


def test_a_banner_is_white_on_black() -> None:
    drawn = label(root="DEMO")
    (run,) = [run for run in drawn.runs if run.white]
    (box,) = drawn.boxes
    assert box.x < run.x < run.x + advance(run.text, run.weight) * run.size < box.x + box.width
    assert box.y < run.y - CAP_HEIGHT * run.size < run.y < box.y + box.height


@pytest.mark.parametrize("dpi", [203, 300, 600, 1200])
@pytest.mark.parametrize("size", SIZES)
def test_modules_are_whole_dots_with_a_whole_quiet_zone(size: str, dpi: int) -> None:
    drawn = label(size, dpi=dpi)
    dots, code = drawn.paper.dots, drawn.code
    for length in (code.x, code.y, code.module):
        assert dots.mm(dots.nearest(length)) == pytest.approx(length)
    left, top, right, bottom = quiet_zone(drawn)
    assert min(left, top) >= 0
    assert right <= drawn.paper.width
    assert bottom <= drawn.paper.height
    assert code.module >= SMALLEST_MODULE - 1e-9
    assert dots.nearest(code.module) >= FEWEST_DOTS


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("size", ["25mm", "30mm", "40mm", "100mm", *UPRIGHT])
def test_modules_are_as_large_as_fit(size: str, dpi: int) -> None:
    drawn = label(size, dpi=dpi)
    dots = drawn.paper.dots
    plain = encode_symbol(TEXT)
    larger = dots.mm(dots.nearest(drawn.code.module) + 1)
    assert (plain.size + 8) * larger > min(drawn.paper.width, drawn.paper.height)


def test_room_that_is_left_goes_into_error_correction() -> None:
    # 25 mm at 300 dpi are 295 dots: 3 for a module of version 12 or 13, which leaves room for larger versions
    drawn = label("25mm")
    assert drawn.code.symbol.ecc in "QH"
    assert drawn.code.symbol.version > encode_symbol(TEXT).version
    assert drawn.code.symbol.text == TEXT


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mark", [None, SVG_MARK], ids=["no mark", "mark"])
def test_nothing_touches_the_quiet_zone_or_the_edge_or_each_other(size: str, mark: bytes | None) -> None:
    drawn = label(size, mark=mark, root="DEMO")
    _, _, right, bottom = quiet_zone(drawn)
    edge = drawn.paper.width
    for run in drawn.runs:
        assert run.x >= right - 1e-9 or run.y - CAP_HEIGHT * run.size >= bottom - 1e-9
        assert run.x >= 1
        assert run.x + advance(run.text, run.weight) * run.size <= edge
        assert run.y - CAP_HEIGHT * run.size >= 0
        assert run.y + 0.3 * run.size <= drawn.paper.height
    for above, below in pairwise(sorted({(run.y, run.size) for run in drawn.runs})):
        assert below[0] - above[0] >= 1.1 * min(below[1], above[1])
    if drawn.picture is not None:
        assert drawn.picture.height >= 5
        assert drawn.picture.width / drawn.picture.height == pytest.approx(40 / 30)
        assert drawn.picture.x + drawn.picture.width <= edge
        assert drawn.picture.y + drawn.picture.height <= drawn.boxes[0].y
        for run in drawn.runs:
            if run.y - CAP_HEIGHT * run.size < drawn.picture.y + drawn.picture.height:
                assert run.x + advance(run.text, run.weight) * run.size < drawn.picture.x


def test_words_begin_and_end_level_with_the_code() -> None:
    drawn = label("40mm")
    first, last, dot = drawn.runs[0], drawn.runs[-1], drawn.paper.dots.mm(1)
    assert first.y - CAP_HEIGHT * first.size == pytest.approx(drawn.code.y, abs=dot)
    assert last.y == pytest.approx(drawn.code.y + drawn.code.symbol.size * drawn.code.module, abs=dot)


@pytest.mark.parametrize("size", UPRIGHT)
def test_on_paper_that_is_higher_than_wide_words_stand_below_the_code(size: str) -> None:
    drawn = label(size)
    first, last, dot = drawn.runs[0], drawn.runs[-1], drawn.paper.dots.mm(1)
    assert drawn.code.x == drawn.code.y == pytest.approx(first.x, abs=dot)
    assert first.y - CAP_HEIGHT * first.size >= quiet_zone(drawn)[3] - 1e-9
    assert last.y <= drawn.paper.height - drawn.code.y + dot


def test_letters_shrink_before_words_are_refused() -> None:
    short, long = label("28mm"), label("28mm", body=LONG_BODY)
    assert short.runs[-1].size * X_HEIGHT > long.runs[-1].size * X_HEIGHT >= SMALLEST_X_HEIGHT


def test_a_code_of_the_largest_versions_keeps_the_error_correction_that_fits() -> None:
    text = "https://a.example/#" + "1" * 5000
    assert encode_symbol(text).version > 35
    assert label("300x90mm", text=text).code.symbol.ecc in "MQ"


def test_letters_grow_with_the_label() -> None:
    assert label("100mm").runs[-1].size * X_HEIGHT > EASY_X_HEIGHT


def test_a_long_id_is_broken_after_a_hyphen_only() -> None:
    long = "-".join(["EUCC", "3110", "2025", "12", *["2500098"] * 5])
    printed = " ".join(lines(label("56x28mm", dpi=600, id=long, body="B")))
    assert long in printed.replace("- ", "-")


@pytest.mark.parametrize(
    ("size", "dpi", "reason"),
    [
        ("4.9mm", 300, r"4\.9 mm is too low: a label is at least 5 mm high \(Regulation \(EU\) 2024/482, Annex IX\)"),
        ("5mm", 300, "too small for a code of .* modules and its quiet zone: give .* mm at least"),
        ("15mm", 600, "give .* mm at least"),
        ("15mm", 203, "give .* mm at least"),
        ("18x80mm", 300, "18 mm at 300 dpi is too small for a code of .*: give .* mm at least"),
        ("25x50mm", 300, "the words do not fit on 25 x 50 mm in letters that can be read: give 26x52mm"),
        ("30x300.1mm", 300, r"30 x 300\.1 mm is too large"),
        ("0mm", 300, "too low"),
        ("301mm", 300, r"752\.5 x 301 mm is too large"),
        ("400x30mm", 300, "400 x 30 mm is too large for a label: give at most 300 mm"),
        ("30mm", 149, "149 dpi: give the resolution of the printer, 150 to 2400 dpi"),
        ("30mm", 0, "0 dpi"),
        ("30mm", -300, "-300 dpi"),
        ("30mm", 10**9, "1000000000 dpi"),
        ("30 mm", 300, "'30 mm' is no size: write a height as 30mm, or width and height as 70x30mm"),
        ("", 300, "is no size"),
        ("3cm", 300, "is no size"),
        ("-30mm", 300, "is no size"),
        ("1e3mm", 300, "is no size"),
        ("30x40x50mm", 300, "is no size"),
        ("\u0663\u0660mm", 300, "is no size"),
        ("nanmm", 300, "is no size"),
        ("99999mm", 300, "is no size"),
    ],
)
def test_sizes_that_cannot_be_read_or_printed_are_refused(size: str, dpi: int, reason: str) -> None:
    with pytest.raises(LabelSizeError, match=reason):
        label(size, dpi=dpi)


@pytest.mark.parametrize(("size", "dpi"), [("5mm", 300), ("5mm", 203), ("12x5mm", 600)])
def test_the_size_that_would_do_for_the_code_does(size: str, dpi: int) -> None:
    with pytest.raises(LabelSizeError) as told:
        label(size, dpi=dpi)
    height = str(told.value).rpartition("give ")[2].partition(" mm")[0]
    assert label(f"150x{height}mm", dpi=dpi).paper.height == float(height)
    with pytest.raises(LabelSizeError, match="too small for a code"):
        label(f"150x{float(height) - 0.5}mm", dpi=dpi)


@pytest.mark.parametrize(
    "changes",
    [
        {"body": LONG_BODY * 2},
        {"notice": "This scheme is fictitious. " * 6},
        {"mark": SVG_MARK, "body": LONG_BODY},
        {"root": "A label of a root that is much longer than labels are"},
    ],
    ids=["body", "notice", "mark", "banner"],
)
def test_words_that_do_not_fit_are_refused_with_a_size_that_would_do(changes: dict[str, object]) -> None:
    with pytest.raises(LabelSizeError, match="the words do not fit on 55 x 22 mm in letters that can be read") as told:
        label("22mm", **changes)  # type: ignore[arg-type]
    size = str(told.value).rpartition("give ")[2]
    assert label(size, **changes).runs  # type: ignore[arg-type]


def test_words_that_no_size_of_these_proportions_can_hold_are_told() -> None:
    with pytest.raises(LabelSizeError, match="give a size of other proportions"):
        label("40x40mm")


def test_a_mark_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(LabelSizeError, match="the words do not fit"):
        label(mark=png_mark(90, 10))


@pytest.mark.parametrize("body", ["認證機構", "Body \N{GRINNING FACE}", "مكتب"])
def test_characters_that_the_typeface_lacks_are_named(body: str) -> None:
    with pytest.raises(LabelError, match=rf"does not have U\+[0-9A-F]{{4,5}}.*: no label can say '.*{body}'"):
        label(body=body)


@pytest.mark.parametrize("body", ["Q\N{COMBINING DIAERESIS}x", "हिन्दी", "и\N{COMBINING ACUTE ACCENT}"])
def test_combining_marks_are_refused_since_they_would_stand_at_another_letter(body: str) -> None:
    with pytest.raises(LabelError, match=r"labels cannot set combining marks, as U\+[0-9A-F]{4}.*: no label can say '"):
        label(body=body)


@pytest.mark.parametrize("body", ["Úřad pro kybernetickou bezpečnost", "Εθνική Αρχή", "Агенция", "Jūrmalas įstaiga"])
def test_letters_with_marks_of_their_own_are_set(body: str) -> None:
    assert body in " ".join(lines(label("50mm", body=body)))


def test_the_text_that_lacks_a_character_is_named() -> None:
    with pytest.raises(LabelError, match=r"does not have U\+8349, U\+6848: no label can say '草案'"):
        label(notice="草案")


@pytest.mark.parametrize("body", ["Орган по сертификация", "Φορέας Πιστοποίησης", "Łódź Ľubľana Győr Ħal"])
def test_the_letters_of_the_union_are_there(body: str) -> None:
    assert any(body.partition(" ")[0] in line for line in lines(label(body=body)))


def test_a_text_that_is_no_token_is_refused() -> None:
    with pytest.raises(TextError):
        label(text="https://example.org/")
