"""GTIN, CPE and package URL, by the examples and the traps of their standards."""

from __future__ import annotations

import pytest

from certmark.errors import ModelError
from certmark.model.assurance import ava_van_of_eal
from certmark.model.identifiers import cpe_problem, gtin14, gtin_from_number, gtin_problem, gtin_to_number, purl_problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("96385074", "00000096385074", id="GTIN-8"),
        pytest.param("036000291452", "00036000291452", id="GTIN-12"),
        pytest.param("4006381333931", "04006381333931", id="GTIN-13"),
        pytest.param("10614141000415", "10614141000415", id="GTIN-14"),
    ],
)
def test_gtins_read_the_same_at_any_length(text: str, expected: str) -> None:
    assert gtin14(text) == gtin14(text.zfill(14)) == expected
    assert gtin_from_number(gtin_to_number(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "1234567", "963850740", "9638507400", "96385074000", "123456789012345"),
        *("9638507a", " 96385074", "96385074\n", "+6385074", "9638_507", "-6385074"),
        "\uff19\uff16\uff13\uff18\uff15\uff10\uff17\uff14",
    ],
)
def test_what_is_not_a_gtin_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match="is not a GTIN: write its 8, 12, 13 or 14 digits") as refused:
        gtin14(text)
    assert refused.value.field == "gtin"


@pytest.mark.parametrize("right", ["96385074", "036000291452", "4006381333931", "10614141000415"])
def test_only_one_check_digit_is_right(right: str) -> None:
    wrong = [f"{right[:-1]}{digit}" for digit in "0123456789" if digit != right[-1]]
    problems = [gtin_problem(text) for text in wrong]
    assert problems == [f"has a wrong check digit: {right[-1]} would be right"] * 9


@pytest.mark.parametrize("position", range(12))
def test_swapping_two_neighbours_that_differ_is_noticed(position: int) -> None:
    digits = "4006381333931"
    swapped = digits[:position] + digits[position + 1] + digits[position] + digits[position + 2 :]
    # the check digit is blind to neighbours that differ by five
    noticed = abs(int(digits[position]) - int(digits[position + 1])) not in {0, 5}
    assert (gtin_problem(swapped) is not None) is noticed


@pytest.mark.parametrize(
    "text",
    [
        "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*",
        r"cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:-:*:*:online:win2003:x64:*",
        r"cpe:2.3:a:foo\\bar:big\$money:2010:*:*:*:special:ipod_touch:80gb:*",
        r"cpe:2.3:h:a\:b:c:?1??:*:*:de-419:*:*:*:*",
        "cpe:2.3:*:*:*:*:*:*:*:*:*:*:*",
    ],
)
def test_cpe_names_of_the_standard_are_taken(text: str) -> None:
    assert cpe_problem(text) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("cpe:/a:microsoft:internet_explorer:8.0.6001:beta", id="URI binding"),
        pytest.param("cpe:2.3:a:b:c:1:*:*:*:*:*:*", id="twelve parts"),
        pytest.param("cpe:2.3:a:b:c:1:*:*:*:*:*:*:*:*", id="fourteen parts"),
        pytest.param("cpe:2.3:x:b:c:1:*:*:*:*:*:*:*", id="unknown part"),
        pytest.param("cpe:2.3:a:b:c::*:*:*:*:*:*:*", id="empty part"),
        pytest.param("cpe:2.3:a:b c:d:1:*:*:*:*:*:*:*", id="space"),
        pytest.param("cpe:2.3:a:b$c:d:1:*:*:*:*:*:*:*", id="unescaped sign"),
        pytest.param("cpe:2.3:a:b*c:d:1:*:*:*:*:*:*:*", id="wildcard inside"),
        pytest.param("cpe:2.3:a:b:c:1:*:*:german:*:*:*:*", id="no language tag"),
        pytest.param("cpe:2.3:a:b:c:1:*:*:*:*:*:*:*\n", id="newline at the end"),
        pytest.param("CPE:2.3:a:b:c:1:*:*:*:*:*:*:*", id="upper case"),
    ],
)
def test_what_is_not_a_cpe_name_is_refused(text: str) -> None:
    assert cpe_problem(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
        "pkg:docker/customer/dockerimage@sha256%3A244fd47e07d1004f0aed9c?repository_url=gcr.io",
        "pkg:golang/google.golang.org/genproto#googleapis/api/annotations",
        "pkg:npm/%40angular/animation@12.3.1",
        "pkg:pypi/certmark",
    ],
)
def test_package_urls_of_the_standard_are_taken(text: str) -> None:
    assert purl_problem(text) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://example.com/a", id="no package URL"),
        pytest.param("pkg:npm", id="no name"),
        pytest.param("pkg:npm/", id="empty name"),
        pytest.param("pkg://npm/a", id="slashes after the scheme"),
        pytest.param("pkg:NPM/a", id="type in upper case"),
        pytest.param("pkg:npm//a", id="empty namespace"),
        pytest.param("pkg:npm/a@", id="empty version"),
        pytest.param("pkg:npm/@a/b", id="unencoded at sign"),
        pytest.param("pkg:npm/a%4", id="half an escape"),
        pytest.param("pkg:npm/a?", id="no qualifier"),
        pytest.param("pkg:npm/a?b", id="qualifier without a value"),
        pytest.param("pkg:npm/a?B=c", id="qualifier in upper case"),
        pytest.param("pkg:npm/a#", id="empty subpath"),
        pytest.param("pkg:npm/a b", id="space"),
        pytest.param("pkg:npm/ä", id="unencoded letter"),
        pytest.param("pkg:npm/a\n", id="newline at the end"),
    ],
)
def test_what_is_not_a_package_url_is_refused(text: str) -> None:
    assert purl_problem(text) is not None


@pytest.mark.parametrize(("eal", "ava_van"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 5), (7, 5)])
def test_each_eal_contains_an_ava_van_level(eal: int, ava_van: int) -> None:
    assert ava_van_of_eal(eal) == ava_van
