"""What a person may be shown."""

from __future__ import annotations

import pytest

from certmark.text import problem_in

FIT = {
    "ASCII": "DE-3087",
    "inner space": "TÜV Example GmbH",
    "one char": "x",
    "Greek": "Αρχή",
    "Cyrillic": "Орган",
    "composed": "é",
    "Arabic without marks": "شهادة",
    "Chinese": "证书",
    "emoji": "🔒",
    "inner no-break space": "10\N{NO-BREAK SPACE}km",
    "dash and quotes": "A – “B”",
    "backslash and brackets": "<b>\\n</b>",
    "Hangul": "한글",
    "a character that is not assigned yet": "a\u0378b",
    "a character beyond what is assigned": "a\U0003fff0b",
}
UNFIT = {
    "empty": "",
    "leading space": " x",
    "trailing space": "x ",
    "only a space": " ",
    "leading no-break space": "\N{NO-BREAK SPACE}x",
    "trailing ideographic space": "证书\N{IDEOGRAPHIC SPACE}",
    "tab inside": "a\tb",
    "line feed inside": "a\nb",
    "carriage return at the end": "a\r",
    "null": "a\0b",
    "escape": "a\x1b[31mb",
    "delete": "a\x7fb",
    "next line (C1)": "a\x85b",
    "CSI (C1)": "a\x9bb",
    "line separator": "a\u2028b",
    "paragraph separator": "a\u2029b",
    "right-to-left override": "a\u202eb",
    "left-to-right mark": "a\u200eb",
    "Arabic letter mark": "a\u061cb",
    "isolate": "a\u2066b\u2069",
    "zero-width space": "a\u200bb",
    "zero-width joiner": "a\u200db",
    "word joiner": "a\u2060b",
    "byte order mark": "\ufeffa",
    "soft hyphen": "a\u00adb",
    "tag character": "a\U000e0041b",
    "private use": "a\ue000b",
    "private use beyond the BMP": "a\U0010fffdb",
    "combining grapheme joiner": "a\u034fb",
    "Hangul filler, a letter": "a\u3164b",
    "halfwidth Hangul filler": "a\uffa0b",
    "Hangul choseong filler": "a\u115fb",
    "Khmer inherent vowel": "a\u17b4b",
    "Mongolian variation selector": "a\u180bb",
    "Mongolian variation selector of Unicode 14": "a\u180fb",
    "variation selector that hides a byte": "a\ufe00b",
    "emoji presentation": "\u2764\ufe0f",
    "variation selector beyond the BMP": "a\U000e01efb",
    "unassigned, and to be ignored once it is assigned": "a\u2065b",
    "unassigned special": "a\ufff0b",
    "unassigned tag": "a\U000e0fffb",
    "Braille cell without dots": "a\u2800b",
    "Braille cell without dots at the end": "a\u2800",
    "noncharacter": "a\ufdd0b",
    "last noncharacter": "a\U0010ffffb",
    "half of a surrogate pair": "a\ud800b",
    "decomposed": "e\u0301",
    "singleton that NFC replaces": "\u212b",
    "Hangul jamo": "\u1112\u1161\u11ab",
}


@pytest.mark.parametrize("text", FIT.values(), ids=FIT)
def test_text_fit_to_be_shown(text: str) -> None:
    assert problem_in(text) is None


@pytest.mark.parametrize("text", UNFIT.values(), ids=UNFIT)
def test_text_unfit_to_be_shown(text: str) -> None:
    assert problem_in(text)


@pytest.mark.parametrize("text", UNFIT.values(), ids=UNFIT)
def test_the_problem_is_named_without_showing_the_text(text: str) -> None:
    problem = problem_in(text)
    assert problem is not None
    assert problem.isascii()
    assert problem.isprintable()


def test_the_problem_names_char_and_place() -> None:
    assert problem_in("ab\u3164c") == "has the invisible character U+3164 at position 2"
    assert problem_in("ab\u202ec") == "has the control or formatting character U+202E at position 2"
