"""Measure python-cwt and pycose against raw cryptography: the same payload, signed with ES256, in one process.

``peers`` starts this file in the environment of the peers, which imports nothing of certmark. All figures are in units
of one raw ES256 verification by the ``cryptography`` of that environment:

* ``peer_..._verify_ratio``: from the bytes of a COSE_Sign1 to its verified payload.
* ``peer_..._claims_ratio``: on to the decoded claims; python-cwt looks at ``exp`` and ``nbf`` too.

Neither library inflates, decodes strictly or asks who may sign: what ``verify_ratio`` measures is more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.ratios import Figure, Figures, ratio  # noqa: E402 - the repository must be on the path first

PYTHON = ROOT / ".venv-peers" / "bin" / "python"
LONG_AGO, LONG_AHEAD = 1_000_000_000, 4_000_000_000


def peers(rounds: int) -> Figures:
    """Measure both libraries; without their environment say so and give nothing."""
    if not PYTHON.exists():
        print(f"python-cwt and pycose are not measured: no {PYTHON.parents[1].name} (make bench sets it up)")
        return {}
    from tests.world import WORLD  # noqa: PLC0415 - the process that measures has no certmark

    document = WORLD.certificate().for_label()
    issued = WORLD.issuer().issue(document, at=WORLD.signed_at, status=WORLD.status_reference)
    command = [str(PYTHON), "-I", __file__, str(rounds)]
    ended = subprocess.run(command, input=issued.cose, stdout=subprocess.PIPE, check=True)  # noqa: S603 - this file
    return {name: Figure(*parts) for name, parts in json.loads(ended.stdout).items()}


def measure(token: bytes, rounds: int) -> Figures:
    """Measure on a token like the given one, valid today and signed with ES256."""
    import cbor2  # noqa: PLC0415 - of the other environment, as all below
    import cwt  # type: ignore[import-not-found]  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from pycose.keys import CoseKey  # type: ignore[import-not-found]  # noqa: PLC0415
    from pycose.messages import Sign1Message  # type: ignore[import-not-found]  # noqa: PLC0415

    header, _, payload, _ = cbor2.loads(token).value
    protected = cbor2.dumps({**cbor2.loads(header), 1: -7})
    payload = cbor2.dumps({**cbor2.loads(payload), 4: LONG_AHEAD, 5: LONG_AGO})
    private = ec.generate_private_key(ec.SECP256R1())
    covered, ecdsa = cbor2.dumps(["Signature1", protected, b"", payload]), ec.ECDSA(SHA256())
    der = private.sign(covered, ecdsa)
    signature = b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(der))
    message = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))

    public = private.public_key()
    point = public.public_numbers()
    members = {
        1: 2,
        2: cbor2.loads(protected)[4],
        3: -7,
        -1: 1,
        -2: point.x.to_bytes(32, "big"),
        -3: point.y.to_bytes(32, "big"),
    }
    cwt_key, cose, pycose_key = cwt.COSEKey.new(members), cwt.COSE.new(), CoseKey.from_dict(members)

    def pycose() -> bytes:
        decoded = Sign1Message.decode(message)
        decoded.key = pycose_key
        if not decoded.verify_signature():
            raise ValueError("the signature is wrong")
        verified: bytes = decoded.payload
        return verified

    def raw() -> None:
        public.verify(der, covered, ecdsa)

    expected = cbor2.loads(payload)
    if not cbor2.loads(cose.decode(message, cwt_key)) == cwt.decode(message, cwt_key) == expected:
        raise SystemExit("python-cwt reads another token than the one that is measured")
    if cbor2.loads(pycose()) != expected:
        raise SystemExit("pycose reads another token than the one that is measured")
    return {
        "peer_python_cwt_verify_ratio": ratio(lambda: cose.decode(message, cwt_key), raw, rounds=rounds),
        "peer_python_cwt_claims_ratio": ratio(lambda: cwt.decode(message, cwt_key), raw, rounds=rounds),
        "peer_pycose_verify_ratio": ratio(pycose, raw, rounds=rounds),
        "peer_pycose_claims_ratio": ratio(lambda: cbor2.loads(pycose()), raw, rounds=rounds),
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.stdin.buffer.read(), int(sys.argv[1]))))
