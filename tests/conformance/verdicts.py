"""What certmark makes of a COSE message that others wrote, in words that fit a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from certmark.cose import sign, sign1
from certmark.cose.keys import VerificationKey
from certmark.cose.profile import CERTMARK_1, STATUS_TOKEN, Profile
from certmark.errors import DecodeError, KeyFormatError
from tests.conformance import lenient

if TYPE_CHECKING:
    from collections.abc import Callable

RULES: Final = {
    "tag": "tag 18 is missing",
    "unprotected": "the unprotected header must be an empty map",
    "typ": "must state the type of the artefact (typ)",
    "alg": "must state the algorithm (alg) as an integer",
    "body": "must hold exactly CWT Claims and typ",
    "no header": "premature end of stream",
}
"""Rule of the strict layer -> what its refusal says."""


class Verdict(NamedTuple):
    """Two halves: the form, which certmark refuses, and the signature, on which it must agree with the file.

    Attributes:
        certmark_1: rule by which the profile certmark-1 refuses the message first.
        status_token: rule by which the profile status-token does; None for COSE_Sign, which has one profile.
        beyond: what would keep it out even if the form were right: its algorithm, its key, external data.
        signature: what the lenient reader finds.
    """

    certmark_1: str
    status_token: str | None
    beyond: str
    signature: Literal["right", "wrong", "unreadable"]


def judge(message: bytes, key: object, external: bytes) -> Verdict:
    if message.startswith(sign.TAG):
        refusals: tuple[str, str | None] = (_refusal(lambda: sign.from_bytes(message)), None)
    else:
        refusals = (_sign1_refusal(message, CERTMARK_1), _sign1_refusal(message, STATUS_TOKEN))
    try:
        (signed,) = lenient.read(message)
    except lenient.UnreadableError:
        return Verdict(*refusals, "", "unreadable")
    beyond = {
        "alg": signed.headers[lenient.ALG] not in STATUS_TOKEN.algorithms,
        "key": not _is_usable(key),
        "external": bool(external),
    }
    return Verdict(
        *refusals,
        " ".join(name for name, applies in beyond.items() if applies),
        "right" if signed.is_signed_by(key, external) else "wrong",
    )


def _sign1_refusal(message: bytes, profile: Profile) -> str:
    return _refusal(lambda: sign1.from_bytes(message, profile=profile))


def _refusal(read: Callable[[], object]) -> str:
    try:
        read()
    except DecodeError as error:
        return next((rule for rule, words in RULES.items() if words in str(error)), str(error))
    return "accepted"


def _is_usable(key: object) -> bool:
    try:
        VerificationKey.of(key)
    except KeyFormatError:
        return False
    return True
