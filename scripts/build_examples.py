"""Build docs/spec/examples.md from the test world's fixed keys.

Usage: python scripts/build_examples.py [--check]

With --check nothing is written, and the exit code is 1 when a file is not what this script would write.
"""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import wrap

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from certmark import cbor  # noqa: E402 the repository must be on the path first
from certmark.cose import sign1  # noqa: E402
from certmark.cose.profile import CERTMARK_1  # noqa: E402
from certmark.cwt.approval import parse_approval  # noqa: E402
from certmark.transport import pack, to_bare  # noqa: E402
from certmark.verify import peek  # noqa: E402
from scripts.generated import written  # noqa: E402
from tests import world as w  # noqa: E402


def hexadecimal(data: bytes) -> str:
    """Give bytes as lines of 48."""
    return "```hex\n" + "\n".join(wrap(data.hex(), 96)) + "\n```"


def examples() -> str:
    """Write the page."""
    world = w.WORLD
    issued = world.issue(world.certificate().for_label())
    message = peek(issued.cose)
    parsed = sign1.from_bytes(issued.cose, profile=CERTMARK_1)
    key, approving = w.BODY_KEY, w.NCCA_APPROVAL_KEY
    approval = world.approval(parsed.payload)
    approved = parse_approval(approval, parsed.payload)
    scalar = key.private_key.private_numbers().private_value  # type: ignore[union-attr]
    sections = [
        (
            "The signer's key",
            (
                f"A **test key**, P-256, whose private scalar is the number {scalar}. Its COSE_Key with key id "
                f"`{key.public_key.key_id.hex()}`:"
            ),
            hexadecimal(cbor.encode(key.public_key.to_cose_key())),
        ),
        (
            "Certificate token",
            (
                f"The label of a fictitious certificate, `{message.untrusted_id}` by `{message.untrusted_issuer}`. "
                "The protected header:"
            ),
            hexadecimal(parsed.headers.raw),
        ),
        ("", "The payload:", hexadecimal(parsed.payload)),
        ("", "What is signed, the Sig_structure:", hexadecimal(parsed.to_be_signed())),
        ("", "The whole message, ECDSA with the nonce of RFC 6979:", hexadecimal(issued.cose)),
        ("", "The body after compression, marker first:", hexadecimal(pack(issued.cose))),
        ("", "As a link:", f"```text\n{issued.text}\n```"),
        ("", "As a bare code:", f"```text\n{to_bare(issued.cose)}\n```"),
        ("Status list token", "1024 entries, all valid:", hexadecimal(world.status_tokens[0])),
        ("Root", "Signed by three keys of which two are needed:", hexadecimal(world.root.signed)),
        ("", "Its SHA-256, the anchor:", hexadecimal(world.anchor)),
        ("Union list", "With three pointers:", hexadecimal(world.trust_bundle.union)),
        ("National list", "Of the territory DE:", hexadecimal(world.trust_bundle.national["DE"])),
        (
            "Verdict",
            (
                "With the bundle made of the root, the union list and the national lists, and the status list token, a "
                "verifier with the standard policy answers at 2026-06-01T12:00:00Z:"
            ),
            f"```text\n{world.verifier().report(issued.text, at=world.now).summary}\n```",
        ),
        (
            "Approval",
            (
                f"Of the token above, by `{approved.authority}`, if its national list named this **test key** for "
                f"approvals (key id `{approving.public_key.key_id.hex()}`):"
            ),
            hexadecimal(cbor.encode(approving.public_key.to_cose_key())),
        ),
        ("", "The protected header:", hexadecimal(approved.message.headers.raw)),
        ("", "What is signed, the same payload under this header:", hexadecimal(approved.message.to_be_signed())),
        ("", "The approval, which follows the message:", hexadecimal(approval)),
        ("", "The body of both, marker first:", hexadecimal(pack(issued.cose + approval))),
        ("", "As a bare code:", f"```text\n{to_bare(issued.cose + approval)}\n```"),
    ]
    parts = [
        "# Worked examples",
        "Built by `scripts/build_examples.py` from fixed **test keys**. All names are fictitious.",
    ]
    for title, text, block in sections:
        parts += ([f"## {title}"] if title else []) + [text, block]
    return "\n\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the files."""
    return written({ROOT / "docs" / "spec" / "examples.md": examples()}, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
