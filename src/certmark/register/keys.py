"""Public keys that signed for the register: kept so that every stored token can be verified without anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from certmark import cbor
from certmark.cose.keys import VerificationKey
from certmark.register.errors import RegisterError
from certmark.register.tables import KEYS

if TYPE_CHECKING:
    from sqlalchemy import Connection


def keep_key(connection: Connection, key: VerificationKey) -> bytes:
    """Keep a key, unless it is kept already, and give its thumbprint."""
    known = connection.execute(select(KEYS.c.thumbprint).where(KEYS.c.thumbprint == key.thumbprint)).first()
    if known is None:
        connection.execute(insert(KEYS).values(thumbprint=key.thumbprint, cose_key=cbor.encode(key.to_cose_key())))
    return key.thumbprint


def kept_keys(connection: Connection) -> dict[bytes, VerificationKey]:
    """Give all keys by thumbprint, each checked against it.

    Raises:
        KeyFormatError: a row that holds no key.
        RegisterError: a key that is not the one of its thumbprint.
    """
    keys = {}
    for row in connection.execute(select(KEYS)).all():
        members: Any = cbor.decode(row.cose_key)
        key = VerificationKey.from_cose_key(members if isinstance(members, dict) else {})
        if key.thumbprint != row.thumbprint:
            raise RegisterError(f"the key kept as {row.thumbprint.hex()} is another one")
        keys[row.thumbprint] = key
    return keys
