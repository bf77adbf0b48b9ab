"""CB-AdES baseline B-B (ETSI TS 119 152-1 V1.1.1): which requirements the header of a COSE_Sign1 meets.

The header is looked at and nothing is verified. Clauses and labels are those that public implementations of the
standard give; docs/cb-ades.md says what was not compared with its text.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from certmark import cbor
from certmark.cose.algorithms import TRAITS, algorithm_name
from certmark.cose.framing import array_at, bytes_at, item_at
from certmark.cose.labels import DIGEST_SIZE, SHA_256, SIGN1_TAG, Header
from certmark.errors import CoseError
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

_IAT = 6
_CONTENT_TYPE, _X5CHAIN, _X5TS, _SIG_D, _U_HEADERS = 3, 33, 261, 267, 268
_REFERENCES: Final = {int(Header.X5T): "x5t", _X5TS: "x5ts", _X5CHAIN: "x5chain"}
_TAG: Final = cbor.head(6, SIGN1_TAG)
_NIL: Final = b"\xf6"


class Outcome(StrEnum):
    """Whether a requirement is met."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_CHECKED = "not_checked"
    """It cannot be told from the header."""


class Requirement(NamedTuple):
    """One requirement on a signature.

    Attributes:
        id: stable name.
        clause: of ETSI TS 119 152-1, or what else asks for it.
        level: ``shall`` or ``should``.
        text: what is asked, in certmark's words.
        outcome: whether it is met.
        found: what the header has.
    """

    id: str
    clause: str
    level: str
    text: str
    outcome: Outcome
    found: str


class _Seen(NamedTuple):
    protected: dict[int | str, cbor.Value]
    unprotected: dict[int | str, cbor.Value]
    attached: bool


def baseline_b(message: bytes) -> tuple[Requirement, ...]:
    """Look at the header of a COSE_Sign1, tagged or not, and give each requirement.

    Raises:
        CoseError: not a COSE_Sign1.
        CborError: not CBOR, or a header that holds what certmark never reads, as floating-point numbers.
    """
    return tuple(_requirements(_seen(message)))


def _seen(message: bytes) -> _Seen:
    count, at = array_at(message, len(_TAG) if message.startswith(_TAG) else 0, shortest=False)
    if count != 4:
        raise CoseError("a COSE_Sign1 message is an array of four members")
    encoded, at = bytes_at(message, at, shortest=False)
    if len(encoded) > DEFAULT_LIMITS.header:
        raise CoseError(f"a header has {len(encoded)} bytes, more than {DEFAULT_LIMITS.header}")
    protected = cbor.decode_lenient(encoded)
    unsigned, at = item_at(message, at, most=DEFAULT_LIMITS.header)
    unprotected = cbor.decode_lenient(unsigned)
    if type(protected) is not dict or type(unprotected) is not dict:
        raise CoseError("the headers must be maps")
    attached = message[at : at + 1] != _NIL
    at = bytes_at(message, at, shortest=False)[1] if attached else at + 1
    _, at = bytes_at(message, at, shortest=False)
    if at != len(message):
        raise CoseError("bytes follow the message")
    return _Seen(protected, unprotected, attached)


def _requirements(seen: _Seen) -> Iterator[Requirement]:
    yield _unprotected(seen)
    yield from _algorithm(seen)
    yield _signing_time(seen)
    yield from _certificate(seen)
    yield from _payload(seen)
    yield _critical(seen)
    yield Requirement(
        "signature",
        "RFC 9052 §4.4",
        "shall",
        "The signature is right.",
        Outcome.NOT_CHECKED,
        "nothing is verified here; use 'certmark verify'",
    )


def _judged(ok: bool) -> Outcome:  # noqa: FBT001 the question is asked where it is called
    return Outcome.MET if ok else Outcome.NOT_MET


def _unprotected(seen: _Seen) -> Requirement:
    others = sorted(ascii(label) for label in seen.unprotected if label != _U_HEADERS)
    found = f"labels {', '.join(others)}"[:100] if others else "uHeaders" if seen.unprotected else "empty"
    text = "The unprotected header is empty, or holds uHeaders alone."
    return Requirement("unprotected", "4.4", "shall", text, _judged(not others), found)


def _algorithm(seen: _Seen) -> Iterator[Requirement]:
    alg = seen.protected.get(Header.ALG)
    stated = type(alg) in (int, str)
    found = algorithm_name(alg) if stated else "absent"
    yield Requirement("alg", "5.1.2", "shall", "alg stands in the protected header.", _judged(stated), found)
    registered = Outcome.MET if type(alg) is int and alg in TRAITS else Outcome.NOT_CHECKED
    yield Requirement("alg_registered", "5.1.2", "shall", "alg is registered with IANA.", registered, found)
    text = "alg is one that ETSI TS 119 312 recommends."
    yield Requirement("alg_recommended", "5.1.2", "should", text, Outcome.NOT_CHECKED, found)


def _signing_time(seen: _Seen) -> Requirement:
    claims = seen.protected.get(Header.CWT_CLAIMS)
    iat = claims.get(_IAT) if type(claims) is dict else None
    found = f"iat {iat}" if type(iat) is int else "absent"
    text = "iat stands in the CWT Claims of the protected header: the time of signing that the signer claims."
    return Requirement("iat", "5.1.9", "shall", text, _judged(type(iat) is int), found)


def _certificate(seen: _Seen) -> Iterator[Requirement]:
    named = [name for label, name in _REFERENCES.items() if label in seen.protected]
    text = "x5t, x5ts or x5chain in the protected header names the signing certificate."
    found = ", ".join(named) or ("kid alone" if Header.KID in seen.protected else "none")
    yield Requirement("signing_certificate", "5.2.2", "shall", text, _judged(bool(named)), found)
    x5t = seen.protected.get(Header.X5T)
    outcome, found = Outcome.NOT_CHECKED, "no x5t"
    if x5t is not None:
        outcome, found = _digest(x5t)
    yield Requirement("x5t", "5.1.7", "shall", "x5t is a hash algorithm of IANA and the hash by it.", outcome, found)
    text = "The certificate that is named is that of the key that signed."
    found = "it is not at hand here; 'certmark verify' reports on it"
    yield Requirement("certificate_of_key", "5.1.7", "shall", text, Outcome.NOT_CHECKED, found)


def _digest(x5t: cbor.Value) -> tuple[Outcome, str]:
    match x5t:
        case [int(algorithm), bytes(digest)] if algorithm == SHA_256:
            return _judged(len(digest) == DIGEST_SIZE), f"SHA-256, {len(digest)} bytes"
        case [int() | str() as algorithm, bytes()]:
            return Outcome.NOT_CHECKED, f"hash algorithm {ascii(algorithm)[:40]}, which certmark does not know"
    return Outcome.NOT_MET, "no pair of hash algorithm and hash"


def _payload(seen: _Seen) -> Iterator[Requirement]:
    detached_by = _SIG_D in seen.protected
    text = "sigD stands there only where the payload is detached."
    found = f"payload {'attached' if seen.attached else 'detached'}, {'sigD' if detached_by else 'no sigD'}"
    yield Requirement("sig_d", "5.2.8", "shall", text, _judged(not (detached_by and seen.attached)), found)
    content_type = _CONTENT_TYPE in seen.protected
    text = "content type does not stand beside sigD."
    found = "present" if content_type else "absent"
    yield Requirement("content_type", "5.1.3", "shall", text, _judged(not (content_type and detached_by)), found)
    text = "content type is left out where the payload implies it."
    outcome = Outcome.NOT_CHECKED if content_type else Outcome.MET
    if Header.TYP in seen.protected and not content_type:
        found = "absent; typ says what the whole is"
    yield Requirement("content_type_implied", "5.1.3", "should", text, outcome, found)


def _critical(seen: _Seen) -> Requirement:
    crit = seen.protected.get(Header.CRIT)
    text = "crit names sigD where sigD is there, and nothing that is not."
    if crit is None:
        return Requirement("crit", "5.1.10", "shall", text, _judged(_SIG_D not in seen.protected), "absent")
    labels = crit if type(crit) is list else []
    known = [label for label in labels if type(label) in (int, str) and label in seen.protected]
    ok = bool(labels) and len(known) == len(labels) and (_SIG_D not in seen.protected or _SIG_D in labels)
    return Requirement("crit", "5.1.10", "shall", text, _judged(ok), ascii(crit)[:60])
