"""The type of an artefact: no artefact passes for another."""

from __future__ import annotations

import pytest

from certmark.cwt import typ
from certmark.cwt.typ import check_typ
from certmark.errors import CwtError, UnsupportedFormatError

ARTEFACTS = {
    "certificate": typ.CERTIFICATE,
    "root": typ.ROOT,
    "trusted list": typ.TRUSTED_LIST,
    "status list": typ.STATUS_LIST,
}


@pytest.mark.parametrize("found", ARTEFACTS.values(), ids=ARTEFACTS)
@pytest.mark.parametrize("expected", ARTEFACTS.values(), ids=ARTEFACTS)
def test_an_artefact_passes_for_itself_alone(expected: str, found: str) -> None:
    if found == expected:
        check_typ(expected, found)
    else:
        with pytest.raises(CwtError):
            check_typ(expected, found)


def test_a_status_list_may_be_named_by_its_number() -> None:
    check_typ(typ.STATUS_LIST, 279)


@pytest.mark.parametrize("expected", [typ.CERTIFICATE, typ.ROOT, typ.TRUSTED_LIST])
def test_other_artefacts_are_not_named_by_that_number(expected: str) -> None:
    with pytest.raises(CwtError):
        check_typ(expected, 279)


@pytest.mark.parametrize("version", ["v1", "v2", "v9", "v10", "v2026", "v" + "1" * 500], ids=lambda text: text[:8])
@pytest.mark.parametrize("kind", ["certificate", "root", "trusted-list"])
def test_a_later_version_of_the_artefact_asks_for_an_update(kind: str, version: str) -> None:
    later = f"application/vnd.certmark.{kind}.{version}+cwt"
    with pytest.raises(UnsupportedFormatError) as caught:
        check_typ(f"application/vnd.certmark.{kind}+cwt", later)
    assert later[:40] in str(caught.value)
    assert len(str(caught.value)) < 200


NOT_LATER = {
    "later version of another artefact": "application/vnd.certmark.root.v2+cwt",
    "version 0": "application/vnd.certmark.certificate.v0+cwt",
    "leading zero": "application/vnd.certmark.certificate.v02+cwt",
    "no number": "application/vnd.certmark.certificate.v+cwt",
    "no letter": "application/vnd.certmark.certificate.2+cwt",
    "upper-case letter": "application/vnd.certmark.certificate.V2+cwt",
    "two versions": "application/vnd.certmark.certificate.v2.v3+cwt",
    "Arabic-Indic digit": "application/vnd.certmark.certificate.v\u0662+cwt",
    "line feed at the end": "application/vnd.certmark.certificate.v2+cwt\n",
    "another suffix": "application/vnd.certmark.certificate.v2+jwt",
    "another vendor": "application/vnd.certmerk.certificate.v2+cwt",
    "upper case": "APPLICATION/VND.CERTMARK.CERTIFICATE+CWT",
    "parameter": "application/vnd.certmark.certificate+cwt;v=2",
    "space at the end": "application/vnd.certmark.certificate+cwt ",
    "no application/": "vnd.certmark.certificate+cwt",
    "empty": "",
    "generic CWT": "application/cwt",
    "status list as JWT": "application/statuslist+jwt",
    "missing": None,
    "number": 61,
    "true": True,
    "bytes": typ.CERTIFICATE.encode(),
    "list": [typ.CERTIFICATE],
    "map": {typ.CERTIFICATE: 1},
}


@pytest.mark.parametrize("found", NOT_LATER.values(), ids=NOT_LATER)
def test_anything_else_is_another_artefact(found: object) -> None:
    with pytest.raises(CwtError):
        check_typ(typ.CERTIFICATE, found)


@pytest.mark.parametrize("found", [278, 280, 0, -279, True, "279", None, [279]], ids=repr)
def test_another_number_is_no_status_list(found: object) -> None:
    with pytest.raises(CwtError):
        check_typ(typ.STATUS_LIST, found)


@pytest.mark.parametrize("found", ["\x1b[31m\u202e\n", "x" * 5000, ["x" * 5000] * 20], ids=["escapes", "long", "list"])
def test_the_message_shows_the_other_type_harmless_and_short(found: object) -> None:
    with pytest.raises(CwtError) as caught:
        check_typ(typ.CERTIFICATE, found)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) <= 200
