"""A template makes links that verify again, or a LinkError."""

from __future__ import annotations

import pytest

from certmark.errors import LinkError
from certmark.transport.link import URL, fill_template


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("https://a.example/", "https://a.example/"),
        ("https://a.example/c/{id}", "https://a.example/c/EUCC-1%2FA"),
        ("https://a.example/c/{index}", "https://a.example/c/4711"),
        ("https://a.example/{index}/{id}?i={index}", "https://a.example/4711/EUCC-1%2FA?i=4711"),
        ("https://a.example/%7Bid%7D", "https://a.example/%7Bid%7D"),
        ("https://a/", "https://a/"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_templates_are_filled(template: str, url: str) -> None:
    assert fill_template(template, certificate_id="EUCC-1/A", index=4711) == url


@pytest.mark.parametrize(
    ("certificate_id", "encoded"),
    [
        ("azAZ09-._~", "azAZ09-._~"),
        ("a/b?c#d", "a%2Fb%3Fc%23d"),
        ("100%", "100%25"),
        ("{index}", "%7Bindex%7D"),
        ("ü €", "%C3%BC%20%E2%82%AC"),
        ("a@b:c", "a%40b%3Ac"),
        ("\ud800", "%ED%A0%80"),
    ],
    ids=ascii,
)
def test_ids_are_percent_encoded(certificate_id: str, encoded: str) -> None:
    url = fill_template("https://a.example/{id}", certificate_id=certificate_id, index=1)
    assert url == f"https://a.example/{encoded}"
    assert URL.fullmatch(url)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("", "https://"),
        ("http://a.example/", "https://"),
        ("HTTPS://a.example/", "https://"),
        ("https:/a.example/", "https://"),
        (" https://a.example/", "https://"),
        ("//a.example/", "https://"),
        ("{id}", "https://"),
        ("https://", "host"),
        ("https:///", "host"),
        ("https://A.example/", "host"),
        ("https://bücher.example/", "host"),
        ("https://a_b.example/", "host"),
        ("https://a..example/", "host"),
        ("https://a.example./", "host"),
        ("https://-a.example/", "host"),
        (f"https://{'a' * 64}.example/", "host"),
        ("https://a.example:443/", "port"),
        ("https://[2001:db8::1]/", "port"),
        ("https://u@a.example/", "user name"),
        ("https://u:p@a.example/", "user name"),
        ("https://a.example", "path"),
        ("https://a.example?{id}", "path"),
        ("https://a.example/#", "'#'"),
        ("https://a.example/#{id}", "'#'"),
        ("https://a.example/{id}#c", "'#'"),
        ("https://a.example/c d", "' '"),
        ("https://a.example/c\n", r"'\\n'"),
        ("https://a.example/\u00fc", r"'\\xfc'"),
        ('https://a.example/"', "'\"'"),
        ("https://a.example/<b>", "'<'"),
        ("https://a.example/^", r"'\^'"),
        ("https://a.example/\\", r"'\\\\'"),
        ("https://a.example/|", r"'\|'"),
        ("https://a.example/%", "'%'"),
        ("https://a.example/%4", "'%'"),
        ("https://a.example/%4g", "'%'"),
        ("https://a.example/}", "'}'"),
        ("https://a.example/{", "only {id} and {index}"),
        ("https://a.example/{}", "only {id} and {index}"),
        ("https://a.example/{ID}", "only {id} and {index}"),
        ("https://a.example/{id", "only {id} and {index}"),
        ("https://a.example/{number}", "only {id} and {index}"),
        ("https://a.example/{{id}}", "only {id} and {index}"),
        ("https://a.example/{id!r}", "only {id} and {index}"),
        ("https://a{index}.example/", "placeholder in its host"),
        ("https://a{id}/", "placeholder in its host"),
    ],
)
def test_templates_that_would_not_verify_are_refused(template: str, said: str) -> None:
    with pytest.raises(LinkError, match=said.replace("{", r"\{")):
        fill_template(template, certificate_id=".example", index=7)


def test_an_id_cannot_change_the_host() -> None:
    with pytest.raises(LinkError, match="placeholder in its host"):
        fill_template("https://a.example{id}/", certificate_id=".evil.example", index=None)


def test_an_index_that_does_not_exist_is_not_written() -> None:
    with pytest.raises(LinkError, match="no status list index"):
        fill_template("https://a.example/{index}", certificate_id="A", index=None)
    assert fill_template("https://a.example/{id}", certificate_id="A", index=None) == "https://a.example/A"
    assert fill_template("https://a.example/{index}", certificate_id="A", index=0) == "https://a.example/0"
