"""``certmark label``: one label that can be printed and read, or one clear line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest
from PIL import Image

from certmark.status.bitarray import Status
from certmark.transport import to_bare, to_link
from tests.labels import SVG_MARK, codes_in, png_mark, rendered_by_poppler
from tests.unit.cli.conftest import AT, Command, Ended, write_world
from tests.world import INDEX, STRANGER_KEY, WORLD, World, seconds

OTHER = to_bare(WORLD.with_certificate(id="EUCC-3087-2026-03-0002").cose).encode()
ROOT = Path(__file__).parents[3]


@pytest.fixture
def draw(certmark: Command, evidence: tuple[object, ...], tmp_path: Path) -> Callable[..., Ended]:
    """Run the command in the test world; the label goes into ``tmp_path``."""

    def run(token: object, *options: object, out: str = "label.png") -> Ended:
        return certmark("label", token, *evidence, "--out", tmp_path / out, *options)

    return run


def code_on(label: Path) -> str:
    with Image.open(label) as picture:
        (code,) = codes_in(picture)
    return code


@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
@pytest.mark.parametrize("token", ["token.cose", "token.txt"])
def test_a_token_becomes_a_label(
    token: str, form: str, files: Path, tmp_path: Path, draw: Callable[..., Ended]
) -> None:
    ended = draw(files / token, out=f"label.{form}")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == f"label    {tmp_path}/label.{form}, 1 label of 75 x 30 mm at 300 dpi"
    assert "modules of 4 dots (0.339 mm)" in ended.out
    assert [path.name for path in tmp_path.iterdir()] == [f"label.{form}"]


@pytest.mark.parametrize("form", ["pdf", "png", "PNG", "PDF"])
def test_a_label_verifies_from_its_own_file(
    form: str, files: Path, tmp_path: Path, draw: Callable[..., Ended], certmark: Command, evidence: tuple[object, ...]
) -> None:
    assert draw(files / "token.txt", out=f"label.{form}").code == 0
    ended = certmark("verify", tmp_path / f"label.{form}", *evidence, "--json")
    assert (ended.code, ended.report["certificate_status"]) == (0, "in_force")


def test_a_label_verifies_from_what_poppler_draws(
    files: Path, tmp_path: Path, draw: Callable[..., Ended], certmark: Command, evidence: tuple[object, ...]
) -> None:
    assert draw(files / "token.txt", out="label.pdf").code == 0
    picture = rendered_by_poppler((tmp_path / "label.pdf").read_bytes(), tmp_path, dpi=203)
    picture.save(tmp_path / "scan.png")
    assert certmark("verify", tmp_path / "scan.png", *evidence).code == 0


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), WORLD.text),
        (("--bare",), to_bare(WORLD.cose)),
        (("--link", "https://a.example/{index}"), to_link(WORLD.cose, "https://a.example/{index}", id="", index=INDEX)),
    ],
    ids=["as it was issued", "bare", "link"],
)
@pytest.mark.parametrize("token", ["token.cose", "token.txt"])
def test_the_code_holds_the_text_that_was_asked_for(
    options: tuple[str, ...], expected: str, token: str, files: Path, tmp_path: Path, draw: Callable[..., Ended]
) -> None:
    assert draw(files / token, *options).code == 0
    assert code_on(tmp_path / "label.png") == expected


@pytest.mark.parametrize("beside", [None, b"https://certs.body.example/#1", OTHER, b"\xff"])
def test_bytes_without_their_text_become_a_bare_code_with_a_warning(
    beside: bytes | None, files: Path, tmp_path: Path, draw: Callable[..., Ended]
) -> None:
    copy(files / "token.cose", tmp_path / "alone.cose")
    if beside is not None:
        (tmp_path / "alone.txt").write_bytes(beside)
    ended = draw(tmp_path / "alone.cose")
    assert ended.code == 0
    assert ended.complaint.startswith("warning: a .cose file has no link, so the code is a bare one")
    assert code_on(tmp_path / "label.png") == to_bare(WORLD.cose)


@pytest.mark.parametrize(
    ("world", "code", "reason"),
    [
        (WORLD.signed_by(STRANGER_KEY), 1, "FAILED ISSUER_NOT_LISTED"),
        (WORLD.with_status(Status.INVALID), 1, "FAILED CERTIFICATE_WITHDRAWN: The certificate has been withdrawn."),
        (WORLD.with_status(Status.SUSPENDED), 1, "is suspended: Regulation (EU) 2024/482, Article 9(2)(d)"),
        (WORLD.with_scopes(accreditation=None), 1, "names no accreditation of DE-3087"),
        (WORLD.with_statuses(issued_at=seconds("2026-01-02"), expires=None, ttl=60), 2, "INDETERMINATE TRY_LATER"),
        (WORLD.with_statement(), 2, "INDETERMINATE UNKNOWN_SCHEME"),
    ],
    ids=["stranger", "withdrawn", "suspended", "no accreditation", "old status", "unknown scheme"],
)
def test_no_label_without_a_certificate_that_may_be_promoted(
    world: World, code: int, reason: str, tmp_path: Path, certmark: Command
) -> None:
    folder = tmp_path / "world"
    folder.mkdir()
    write_world(folder, world)
    ended = certmark(
        *("label", folder / "token.cose", "--trust", folder / "trust.bundle", "--anchor", folder / "root.cose"),
        *("--status", folder / "status-0.cose", "--at", AT, "--out", tmp_path / "label.svg"),
    )
    assert (ended.code, ended.out) == (code, "")
    assert ended.complaint.startswith("no label: ")
    assert reason in ended.complaint
    assert not (tmp_path / "label.svg").exists()


def test_a_statement_under_a_known_scheme_gets_a_label(tmp_path: Path, certmark: Command) -> None:
    folder = write_world(tmp_path, WORLD.with_statement())
    ended = certmark(
        *("label", folder / "token.cose", "--trust", folder / "trust.bundle", "--anchor", folder / "root.cose"),
        *("--scheme", ROOT / "examples" / "schemes" / "xx-home.json", "--at", AT),
        *("--out", tmp_path / "label.svg", "--size", "60mm"),
    )
    assert ended.code == 0
    drawn = (tmp_path / "label.svg").read_text(encoding="utf-8")
    assert "EU statement of conformity XX-2026-0001. Example Home Ltd." in drawn
    assert "fictitious" in drawn.casefold()  # the notice of the scheme


def test_a_status_that_nobody_asked_for_is_a_warning(files: Path, tmp_path: Path, certmark: Command) -> None:
    trust = ("--trust", files / "trust.bundle", "--anchor", files / "root.cose", "--at", AT)
    ended = certmark("label", files / "token.txt", *trust, "--out", tmp_path / "label.png")
    assert ended.code == 0
    assert ended.complaint.endswith("its status was not looked up: give --status FILE")


def test_small_modules_are_a_warning_with_a_size_that_would_do(files: Path, draw: Callable[..., Ended]) -> None:
    ended = draw(files / "token.txt", "--size", "80x22mm")
    assert ended.code == 0
    assert ended.complaint.startswith("warning: phones read modules of 0.25 mm from near only: ")
    better = ended.complaint.rpartition(": ")[2].partition(" mm")[0]
    assert draw(files / "token.txt", "--size", f"80x{better}mm").err == ""


def test_a_host_that_is_not_the_issuers_is_a_warning(files: Path, draw: Callable[..., Ended]) -> None:
    ended = draw(files / "token.txt", "--link", "https://other.example/{index}")
    assert ended.code == 0
    assert "other.example" in ended.complaint


def test_status_lists_may_be_what_a_shell_expands(files: Path, tmp_path: Path, certmark: Command) -> None:
    lists = (files / "status-0.cose", files / "status-1.cose")
    trust = ("--trust", files / "trust.bundle", "--anchor", files / "root.cose", "--at", AT)
    ended = certmark("label", files / "token.txt", *trust, "--out", tmp_path / "label.png", "--status", *lists)
    assert (ended.code, ended.err) == (0, "")


def test_the_mark_is_taken_from_its_file(files: Path, tmp_path: Path, draw: Callable[..., Ended]) -> None:
    (tmp_path / "mark.png").write_bytes(png_mark())
    assert draw(files / "token.txt", "--mark", tmp_path / "mark.png", "--size", "40mm").code == 0
    with Image.open(tmp_path / "label.png") as picture:
        assert picture.mode == "RGB"


@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        (("--out", "label.gif"), 64, "name a file that ends in .svg, .pdf or .png"),
        (("--out", "label"), 64, "name a file that ends in .svg, .pdf or .png"),
        (("--sheet",), 64, "a sheet is a PDF: name a file that ends in .pdf"),
        (("--copies", "2"), 64, "--copies is for sheets: give --sheet too"),
        (("--sheet", "--copies", "0", "--out", "a.pdf"), 64, "--copies 0: give a number from 1 to 1000"),
        (("--sheet", "--copies", "1001", "--out", "a.pdf"), 64, "--copies 1001: give a number from 1 to 1000"),
        (("--bare", "--link", "https://a.example/"), 64, "--link contradicts --bare: leave one out"),
        (("--link", "http://a.example/"), 64, "--link 'http://a.example/'"),
        (("--size", "30cm"), 64, "'30cm' is no size"),
        (("--size", "4mm"), 64, "4 mm is too low: a label is at least 5 mm high"),
        (("--size", "12mm"), 64, "12 mm at 300 dpi is too small for a code"),
        (("--size", "22mm"), 64, "the words do not fit on 55 x 22 mm in letters that can be read: give "),
        (("--dpi", "72"), 64, "72 dpi: give the resolution of the printer"),
        (("--dpi", "fine"), 64, "invalid value for '--dpi'"),
        (("--size", "120mm", "--dpi", "2400"), 64, "too many for PNG"),
        (("--lang", "tlh"), 64, "--lang: there are no words in 'tlh'"),
        (("--ink", "#cc0000"), 64, "has a contrast of 40% for scanners with red light"),
        (("--ink", "#999999"), 64, "has a contrast of 68% for cameras"),
        (("--ink", "#ffffff", "--paper", "#000000"), 64, "has a contrast of -100% for cameras"),
        (("--ink", "blue"), 64, "'blue' is no colour: write it as #003399"),
        (("--paper", "grey"), 64, "'grey' is no colour"),
        (("--at", "yesterday"), 64, "--at 'yesterday' is no instant"),
        (("--mark", "missing.svg"), 66, "missing.svg: no such file"),
        (("--mark", __file__), 65, "the mark is neither an SVG file in UTF-8 nor a PNG file"),
        (("--out", "/proc/label.svg"), 64, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    options: tuple[str, ...], code: int, reason: str, files: Path, draw: Callable[..., Ended]
) -> None:
    ended = draw(files / "token.txt", *options)
    assert (ended.code, ended.out) == (code, "")
    assert reason in ended.complaint


def test_an_svg_mark_cannot_go_into_a_png(files: Path, tmp_path: Path, draw: Callable[..., Ended]) -> None:
    (tmp_path / "mark.svg").write_bytes(SVG_MARK)
    ended = draw(files / "token.txt", "--mark", tmp_path / "mark.svg", "--size", "40mm")
    assert ended.code == 65
    assert "needs the mark as PNG" in ended.complaint


@pytest.mark.parametrize("token", ["root.cose", "status-0.cose", "https://example.org/", "trust.bundle"])
def test_what_is_no_certificate_gets_none(token: str, files: Path, draw: Callable[..., Ended]) -> None:
    ended = draw(token if token.startswith("https") else files / token)
    assert ended.code == 1
    assert ended.complaint.startswith("no label: FAILED FORMAT_FAILURE")


def test_a_missing_token_is_told(draw: Callable[..., Ended]) -> None:
    assert draw("nowhere.cose").code == 66


def test_arguments_without_status_are_refused(files: Path, tmp_path: Path, certmark: Command) -> None:
    trust = ("--trust", files / "trust.bundle", "--anchor", files / "root.cose", "--at", AT)
    ended = certmark("label", files / "token.txt", "surplus", *trust, "--out", tmp_path / "label.png")
    assert ended.code == 64
    assert "unexpected argument 'surplus'" in ended.complaint


def test_the_old_label_stays_when_a_new_one_is_refused(files: Path, tmp_path: Path, draw: Callable[..., Ended]) -> None:
    assert draw(files / "token.txt").code == 0
    before = (tmp_path / "label.png").read_bytes()
    assert draw(files / "token.txt", "--size", "5mm").code == 64
    assert (tmp_path / "label.png").read_bytes() == before


@pytest.mark.parametrize("what", ["token", "mark"])
def test_a_label_takes_the_place_of_nothing_that_it_is_made_of(
    what: str, files: Path, tmp_path: Path, draw: Callable[..., Ended]
) -> None:
    assert draw(files / "token.txt", out="token.png").code == 0
    (tmp_path / "mark.png").write_bytes(png_mark())
    before = (tmp_path / f"{what}.png").read_bytes()
    ended = draw(tmp_path / "token.png", "--mark", tmp_path / "mark.png", out=f"../{tmp_path.name}/{what}.png")
    assert (ended.code, "is what the label is made of: choose another place" in ended.complaint) == (64, True)
    assert (tmp_path / f"{what}.png").read_bytes() == before


@pytest.mark.parametrize(("token", "number"), [("token.txt", 3), ("token.cose", 3), ("lines.txt", 6)])
def test_a_sheet_has_copies_of_each_token(
    token: str, number: int, files: Path, tmp_path: Path, draw: Callable[..., Ended]
) -> None:
    copy(files / "token.cose", tmp_path)
    copy(files / "token.txt", tmp_path)
    (tmp_path / "lines.txt").write_text(f"{WORLD.text}\n{to_bare(WORLD.cose)}\n", encoding="utf-8-sig")
    ended = draw(tmp_path / token, "--sheet", "--copies", "3", out="sheet.pdf")
    assert (ended.code, ended.err) == (0, "")
    assert f"{number} labels of 75 x 30 mm" in ended.out
    picture = rendered_by_poppler((tmp_path / "sheet.pdf").read_bytes(), tmp_path, dpi=300)
    assert len(codes_in(picture)) == number


def test_a_sheet_is_made_of_what_comes_through_a_pipe(
    type_in: Callable[[bytes], None], draw: Callable[..., Ended]
) -> None:
    type_in(f"{WORLD.text}\n".encode())
    assert draw("-", "--sheet", out="sheet.pdf").code == 0
    type_in(b"1" * 70_000)
    ended = draw("-", "--sheet", out="sheet.pdf")
    assert (ended.code, "line 1: no label: FAILED FORMAT_FAILURE" in ended.complaint) == (1, True)


def test_a_picture_without_a_code_gets_no_label(tmp_path: Path, draw: Callable[..., Ended]) -> None:
    (tmp_path / "white.png").write_bytes(png_mark())
    ended = draw(tmp_path / "white.png")
    assert ended.code == 1
    assert ended.complaint.startswith("no label: FAILED FORMAT_FAILURE: No QR code was found")


@pytest.mark.parametrize(
    ("second", "code", "reason"),
    [
        ("https://example.org/", 1, "line 2: no label: FAILED FORMAT_FAILURE"),
        ("", 1, "line 2: no label: FAILED FORMAT_FAILURE"),
        (to_bare(WORLD.signed_by(STRANGER_KEY).cose), 1, "line 2: no label: FAILED ISSUER_NOT_LISTED"),
    ],
    ids=["no token", "empty", "stranger"],
)
def test_one_bad_line_and_there_is_no_sheet(
    second: str, code: int, reason: str, tmp_path: Path, draw: Callable[..., Ended]
) -> None:
    (tmp_path / "lines.txt").write_text(f"{WORLD.text}\n{second}\n", encoding="ascii")
    ended = draw(tmp_path / "lines.txt", "--sheet", out="sheet.pdf")
    assert (ended.code, ended.out) == (code, "")
    assert reason in ended.complaint
    assert not (tmp_path / "sheet.pdf").exists()


def test_a_line_whose_words_do_not_fit_is_named(files: Path, draw: Callable[..., Ended]) -> None:
    ended = draw(files / "token.txt", "--sheet", "--size", "22mm", out="sheet.pdf")
    assert ended.code == 64
    assert ended.complaint.startswith("line 1: the words do not fit")


@pytest.mark.parametrize(
    ("module", "form"), [("fontTools.ttLib", "svg"), ("fontpkg_noto_sans", "svg"), ("fpdf", "pdf"), ("PIL", "png")]
)
def test_without_the_extra_its_name_is_told(
    module: str, form: str, files: Path, draw: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    from certmark.label import typeface

    for cached in (typeface._font, typeface._characters, typeface._glyph_set, typeface.glyph):  # noqa: SLF001
        cached.cache_clear()
    monkeypatch.setitem(sys.modules, module, None)
    ended = draw(files / "token.txt", out=f"label.{form}")
    assert (ended.code, ended.out) == (69, "")
    assert "pip install 'certmark[label]'" in ended.complaint


def test_a_line_that_no_symbol_holds_is_named(tmp_path: Path, draw: Callable[..., Ended]) -> None:
    (tmp_path / "lines.txt").write_text(f"{WORLD.text}\n{WORLD.text}\n", encoding="ascii")
    ended = draw(tmp_path / "lines.txt", "--sheet", "--link", f"https://example.org/{'a' * 4000}", out="sheet.pdf")
    assert ended.code == 65
    assert ended.err.splitlines()[-1].startswith("certmark: line 1: the token is")
