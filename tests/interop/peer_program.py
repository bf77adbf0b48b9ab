"""python-cwt or pycose as a program: one request per line on its input, one answer per line on its output, all JSON.

Runs in the environment of ``benchmarks/peers.txt`` and imports nothing of certmark. Byte strings are hexadecimal; keys
and header maps are CBOR. ``python-cwt`` and ``pycose`` are these libraries as installed, ``pycose-rfc9864`` is pycose
after it was told the algorithms of RFC 9864.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import cbor2
import cwt  # type: ignore[import-not-found]
from pycose.algorithms import CoseAlgorithm, EdDSA, Es256, Es384  # type: ignore[import-not-found]
from pycose.keys import CoseKey  # type: ignore[import-not-found]
from pycose.messages import Sign1Message, SignMessage  # type: ignore[import-not-found]


class PythonCwt:
    """The peer python-cwt."""

    @staticmethod
    def verify(message: bytes, key: dict[int, Any]) -> bytes:
        """Give the payload of a COSE_Sign1 or a COSE_Sign."""
        payload: bytes = cwt.COSE.new().decode(message, cwt.COSEKey.new(key))
        return payload

    @staticmethod
    def sign(payload: bytes, key: dict[int, Any], *, protected: dict[int, Any], unprotected: dict[int, Any]) -> bytes:
        """Sign as COSE_Sign1."""
        signed: bytes = cwt.COSE.new().encode(payload, cwt.COSEKey.new(key), protected, unprotected)
        return signed


class Pycose:
    """The peer pycose."""

    @staticmethod
    def verify(message: bytes, key: dict[int, Any]) -> bytes:
        """Give the payload of a COSE_Sign1, or of a COSE_Sign that the key has signed."""
        many = cbor2.loads(message).tag == SignMessage.cbor_tag
        decoded = (SignMessage if many else Sign1Message).decode(message)
        signatures = decoded.signers if many else [decoded]
        for signature in signatures:
            signature.key = CoseKey.from_dict(key)
        if not any(signature.verify_signature() for signature in signatures):
            raise ValueError("the signature is wrong")
        payload: bytes = decoded.payload
        return payload

    @staticmethod
    def sign(payload: bytes, key: dict[int, Any], *, protected: dict[int, Any], unprotected: dict[int, Any]) -> bytes:
        """Sign as COSE_Sign1."""
        message = Sign1Message(phdr=protected, uhdr=unprotected, payload=payload, key=CoseKey.from_dict(key))
        signed: bytes = message.encode()
        return signed


def teach_pycose() -> None:
    """Tell pycose the fully specified algorithms, which are those that it knows under other numbers."""
    for name, number, known in (("ESP256", -9, Es256), ("ESP384", -51, Es384), ("ED25519", -19, EdDSA)):
        CoseAlgorithm.register_attribute()(type(name, (known,), {"identifier": number, "fullname": name}))


def answer(peer: type[PythonCwt | Pycose], request: dict[str, str]) -> dict[str, str]:
    """Do what is asked; whatever the library raises is its refusal."""
    given = {name: bytes.fromhex(value) for name, value in request.items()}
    try:
        key = cbor2.loads(given["key"])
        if "message" in given:
            return {"payload": peer.verify(given["message"], key).hex()}
        protected, unprotected = cbor2.loads(given["protected"]), cbor2.loads(given["unprotected"])
        message = peer.sign(given["payload"], key, protected=protected, unprotected=unprotected)
    except Exception as error:  # noqa: BLE001 - these libraries raise whatever their dependencies do
        return {"refusal": f"{type(error).__name__}: {error}"}
    return {"message": message.hex()}


def main() -> None:
    """Answer until the input ends."""
    peer = PythonCwt if sys.argv[1] == "python-cwt" else Pycose
    if sys.argv[1] == "pycose-rfc9864":
        teach_pycose()
    for line in sys.stdin:
        print(json.dumps(answer(peer, json.loads(line))), flush=True)  # noqa: T201 - it talks to a program


if __name__ == "__main__":
    main()
