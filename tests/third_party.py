"""Status list tokens as a third party may encode them, built member by member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from certmark import cbor
from certmark.cose import sign1
from certmark.cwt import typ
from certmark.status.bitarray import Status, StatusList
from certmark.status.token import StatusListToken
from tests.raw_cbor import array, mapping, string, tagged
from tests.world import BODY_STATUS_KEY, DAY, INDEX, STATUS_URI, seconds

if TYPE_CHECKING:
    from certmark.cose.signer import KeySigner

ISSUED: Final = seconds("2026-06-01 06:00:00")
SAID: Final = StatusListToken(
    STATUS_URI, ISSUED, ISSUED + 9 * DAY, 2 * DAY, StatusList.of({INDEX: Status.SUSPENDED}, size=16)
)
CLAIMS: Final[dict[Any, Any]] = {
    2: SAID.uri,
    4: SAID.expires,
    6: SAID.issued_at,
    65533: SAID.statuses.to_map(),
    65534: SAID.ttl,
}

Pair = tuple[bytes, bytes]
Map = tuple[Pair, ...]

ALG: Final = (cbor.encode(1), cbor.encode(-9))
ES256: Final = (cbor.encode(1), cbor.encode(-7))
KID: Final = (cbor.encode(4), cbor.encode(BODY_STATUS_KEY.public_key.key_id))
TYP: Final = (cbor.encode(16), cbor.encode(typ.STATUS_LIST))
TYP_279: Final = (cbor.encode(16), cbor.encode(279))
PAYLOAD: Final[Map] = tuple((cbor.encode(claim), cbor.encode(value)) for claim, value in CLAIMS.items())


def pair(label: int | str, value: object) -> Pair:
    """Encode a member of a map."""
    return cbor.encode(label), cbor.encode(value)


def status_token(
    *,
    protected: Map | bytes = (ALG, KID, TYP),
    unprotected: Map = (),
    payload: Map | bytes = PAYLOAD,
    signer: KeySigner = BODY_STATUS_KEY,
) -> bytes:
    """Sign a token whose maps hold exactly these pairs in this order, or whose parts are exactly these bytes."""
    header = protected if isinstance(protected, bytes) else mapping(*protected)
    claims = payload if isinstance(payload, bytes) else mapping(*payload)
    signature = signer.sign(sign1.sig_structure(header, claims))
    return tagged(18, array(string(header), mapping(*unprotected), string(claims), string(signature)))
