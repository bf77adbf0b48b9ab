"""The artefacts among the test vectors: more to begin from, and more that the test keys have signed."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from certmark.cose.framing import end_of_first
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN
from certmark.errors import CertmarkError
from certmark.transport import from_text
from certmark.trust import TrustBundle
from tests.conftest import ROOT
from tests.fuzz import artefacts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certmark.cose.profile import Profile

FOLDER: Final = ROOT / "tests" / "vectors"

_BEGINNINGS: Final = {
    b"\xd2": ("token", "status"),
    b"\xd8\x62": ("root", "union", "national"),
    b"\xa5\x01\x75": ("bundle",),
    b"CM1:": ("text",),
    b"https://": ("text",),
}


def vectors() -> Iterator[tuple[str, bytes]]:
    """Give every artefact among the test vectors with each target that it may belong to, by how it begins."""
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix == ".json":
            values = _texts_in(json.loads(path.read_bytes()))
        else:
            values = iter([path.read_bytes()] if path.is_file() else [])
        for value in values:
            for beginning, names in _BEGINNINGS.items():
                if value.startswith(beginning):
                    yield from ((name, value) for name in names)


def _texts_in(value: Any) -> Iterator[bytes]:
    if isinstance(value, str):
        yield bytes.fromhex(value) if re.fullmatch("(?:[0-9a-f]{2}){8,}", value) else value.encode()
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(each)


def learn() -> None:
    """Add what the test vectors say to what may be believed: many of them are signed by the keys of the test world."""
    for name, value in vectors():
        with suppress(CertmarkError, UnicodeDecodeError):
            if name == "text":
                cose = from_text(value.decode("ascii")).cose
                _learn_message(cose[: end_of_first(cose)], artefacts.SIGNED_TOKENS, CERTMARK_1)
            elif name == "token":
                _learn_message(value[: end_of_first(value)], artefacts.SIGNED_TOKENS, CERTMARK_1)
            elif name == "status":
                _learn_message(value, artefacts.SIGNED_STATUS_TOKENS, STATUS_TOKEN)
            elif name == "bundle":
                bundle = TrustBundle.from_bytes(value)
                for part in (*bundle.roots, bundle.union, *bundle.national.values()):
                    _learn_list(part)
            else:
                _learn_list(value)


def _learn_list(message: bytes) -> None:
    with suppress(CertmarkError):
        artefacts.LISTS.add(artefacts.content(message))


def _learn_message(message: bytes, signed: artefacts.Signed, profile: Profile) -> None:
    for what, signatures in artefacts.signed_by(message, profile).items():
        signed[what] = signed.get(what, frozenset()) | signatures
