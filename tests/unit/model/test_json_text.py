"""The doors for JSON: one text per document, and no text that two programs could read differently."""

from __future__ import annotations

import json

import pytest

from certmark.errors import ModelError
from certmark.limits import Limits
from certmark.model import document_from, dump_document, load_document
from tests.samples import full_certificate, full_statement

TEXT = dump_document(document_from(full_statement()))


def test_dumped_text_is_indented_utf_8_with_a_newline_at_its_end() -> None:
    text = dump_document(document_from(full_certificate()))
    assert text.startswith('{\n  "document_type": "certificate",\n')
    assert text.endswith("}\n")
    assert "Größe" in text


def test_dumped_text_has_the_fields_that_were_written() -> None:
    dumped = json.loads(dump_document(document_from(full_certificate())))
    expected = full_certificate()
    expected["subject"]["gtins"] = ["04006381333931", "00000096385074"]
    expected["packages"][1].update(name="Boot loader", augmented=False)
    assert dumped == expected


def test_absent_fields_are_left_out() -> None:
    assert "null" not in TEXT
    assert "[]" not in TEXT
    assert "itsef" not in TEXT


def test_text_and_bytes_are_the_same() -> None:
    assert load_document(TEXT) == load_document(TEXT.encode())


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "is not JSON"),
    "no JSON": ("{id: 1}", "is not JSON: .* at line 1, column 2"),
    "a list": ("[]", "is not a JSON object"),
    "a number": ("1", "is not a JSON object"),
    "null": ("null", "is not a JSON object"),
    "two documents": (TEXT + TEXT, "is not JSON: Extra data"),
    "a name twice": ('{"id": "A", "id": "B"}', "the name 'id' stands twice"),
    "a name twice, further in": ('{"subject": {"a\\u0000": 1, "a\\u0000": 2}}', r"the name 'a\\x00' stands twice"),
    "NaN": ('{"issued": NaN}', "NaN is not a JSON number"),
    "minus infinity": ('{"issued": -Infinity}', "-Infinity is not a JSON number"),
    "not UTF-8": (b'{"id": "\xff"}', "is not UTF-8"),
    "UTF-16": ('{"id": "A"}'.encode("utf-16"), "is not UTF-8"),
    "half a surrogate pair": ('{"id": "\ud800"}', "is not UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "begins with a byte order mark: save it as UTF-8 without one"),
    "a number of 5000 digits": ('{"issued": ' + "1" * 5000 + "}", "too many digits"),
    "nested lists": ("[" * 100_000, "nested too deeply"),
    "nested objects": ('{"a":' * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize(("text", "problem"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_not_one_json_object_is_refused(text: str | bytes, problem: str) -> None:
    with pytest.raises(ModelError, match=problem) as refused:
        load_document(text)
    assert refused.value.field == ""


@pytest.mark.parametrize("text", [TEXT, TEXT.encode()], ids=["text", "bytes"])
def test_the_size_is_bounded_in_bytes(text: str | bytes) -> None:
    size = len(TEXT.encode())
    assert load_document(text, limits=Limits(document=size)) == load_document(TEXT)
    with pytest.raises(ModelError, match=f"larger than {size - 1} bytes"):
        load_document(text, limits=Limits(document=size - 1))


def test_the_size_of_text_is_that_of_its_bytes() -> None:
    text = '{"id": "' + "ä" * 100 + '"}'
    with pytest.raises(ModelError, match="larger than 200 bytes"):
        load_document(text, limits=Limits(document=200))


def test_errors_in_json_name_the_field() -> None:
    with pytest.raises(ModelError) as refused:
        load_document('{"document_type": ["certificate"]}')
    assert refused.value.field == "document_type"
