"""The web link that carries a token: what it may look like, and templates that make one for each certificate.

Only https links with a plain host name are allowed, so that what a person or a policy sees as the host is what a
browser would open. Path and query are opaque (Regulation (EU) 2024/482, Article 11(4), asks for a link).
"""

from __future__ import annotations

import re
from typing import Final

from certmark.errors import LinkError

_LABEL: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = rf"{_LABEL}(?:\.{_LABEL}){{0,9}}"
_PATH_CHARACTERS: Final = "[A-Za-z0-9._~!$&'()*+,;=:@/-]*"
_QUERY_CHARACTERS: Final = "[A-Za-z0-9._~!$&'()*+,;=:@/?-]*"
_PERCENT: Final = "%[0-9A-Fa-f]{2}"

URL: Final = re.compile(
    rf"https://({_HOST})"
    rf"/{_PATH_CHARACTERS}(?:{_PERCENT}{_PATH_CHARACTERS})*"
    rf"(?:\?{_QUERY_CHARACTERS}(?:{_PERCENT}{_QUERY_CHARACTERS})*)?"
)
"""The part of a link before its ``#`` (RFC 3986, restricted); group 1 is the host."""

_PLACEHOLDER: Final = r"\{[^{}]*\}?"
_UNRESERVED: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_ESCAPES: Final = {byte: f"%{byte:02X}" for byte in range(256) if byte not in _UNRESERVED}


def fill_template(template: str, *, certificate_id: str, index: int | None) -> str:
    """Make the link of one certificate, without its ``#``.

    Args:
        template: an https link in whose path and query ``{id}`` stands for the certificate id, percent-encoded,
            and ``{index}`` for the status list index, in decimal.
        certificate_id: what ``{id}`` becomes.
        index: what ``{index}`` becomes; None when the certificate has no status.

    Raises:
        LinkError: a link from this template would not verify.
    """
    if "{" in template.replace("{id}", " ").replace("{index}", " "):
        other = next(each for each in re.findall(_PLACEHOLDER, template) if each not in {"{id}", "{index}"})
        raise LinkError(f"the link template holds {other!r}: only {{id}} and {{index}} may stand there")
    if index is None and "{index}" in template:
        raise LinkError("the link template holds {index}, but the certificate has no status list index")
    if "#" in template:
        raise LinkError("the link template holds a '#': the token follows the only one, leave it out")
    url = template.replace("{index}", str(index)).replace("{id}", _percent_encoded(certificate_id))
    match = URL.fullmatch(url)
    if match is None:
        raise LinkError(f"the link template cannot carry a token: {problem_in_url(url)}")
    if not template.startswith(f"https://{match[1]}/"):
        raise LinkError("the link template has a placeholder in its host: it may stand in path or query only")
    return url


def problem_in_url(url: str) -> str:
    """Say why a text is not the part of a certmark link before its ``#``."""
    if not url.startswith("https://"):
        return "it does not begin with https:// in lower case"
    authority = re.split("[/?]", url[8:], maxsplit=1)[0]
    rest = url[8 + len(authority) :]
    if "@" in authority:
        return "it has a user name before the host"
    if ":" in authority:
        return "it has a port after the host"
    if re.fullmatch(_HOST, authority) is None:
        return "its host is not a name of lower-case letters, digits, hyphens and dots"
    if not rest.startswith("/"):
        return "no path follows the host: a '/' at least"
    bad = re.sub(f"{_PERCENT}|{_QUERY_CHARACTERS}", "", rest)
    return f"it has {bad[:1]!a} in its path or query"


def _percent_encoded(text: str) -> str:
    # Latin-1 gives each byte of the UTF-8 a character of its own, and translate is far faster than a loop
    return text.encode("utf-8", "surrogatepass").decode("latin-1").translate(_ESCAPES)
