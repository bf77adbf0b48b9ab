"""Build preset dictionary 1 of the certmark-1 profile (docs/spec/token-text.md).

The dictionary is what tokens of certificates are likely to contain: terms of Regulations (EU) 2019/881 and
2024/482, assurance components and packages of the Common Criteria, product categories, titles of protection profiles,
generic words of product names, legal forms and web addresses, and the constant bytes of the claims. It names no
vendor, certification body, laboratory, product or host, so that it favours none.

DEFLATE refers to near bytes more cheaply than to far ones: the likeliest pieces stand last. Which words are in, and
their order, was settled by what they save in labels of the Common Criteria certificates of half of the vendors
(``is_seen`` in benchmarks/samples.py), at most three a vendor; words had to occur at three vendors at least.
benchmarks/density.py measures both halves; docs/density.md has the figures.

The file is frozen: every verifier must keep it forever. A better one gets the next number.

    python scripts/build_dictionary.py           write the file
    python scripts/build_dictionary.py --check   exit 1 when the file differs from what this script builds
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cbor2

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.generated import written  # noqa: E402 the repository must be on the path first

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SIZE = 4096
TARGET = ROOT / "src" / "certmark" / "transport" / "dictionary-1.bin"

# A tilde stands for a byte that varies. A text of 126 tildes is encoded as 78 7e 7e 7e ..., its length a
# tilde too, so that a sample map with such values falls into its constant pieces wherever there are tildes.
TEXT = "~" * 126
TIME = 0x7E7E7E7E
INDEX = 0x7E7E
HASH = b"~" * 32

# Lists of words, the likeliest last, with a bar after each: spaces belong to them.
LEGAL_TERMS = """
managed security service|EU statement of conformity|European cybersecurity certification scheme|
Protection Profile for |Point of Interaction|Network Devices|Trusted Platform Module Library|
Security IC Platform Protection Profile with Augmentation Packages|
"""

WORDS = """
Series Routers| with IC Dedicated Software|Hardware Security Module|SSCD |Access Points| configuration | V4.|
Digital Tachograph| AG|Signature Creation Device|Disk|eHealth| Communications| Firewall| Version 5.|
Extended Access Control|Multifunction |Secure Element|Trusted Execution Environment|Revision |China|
Secure |Microcontroller|/trust-center|series |Information|Build |Trusted Platform Module|Digital |
Security Controller| Technology |sub-TSF|Certification Report |Private| Cryptographic Library| Chip |Cybersecurity|
 Solutions|component|optional | Server|-report| Semiconductor|Controller|See the certification report|-certificate|
 Secure|Appliance|applet |Center|firmware |of |Suite | Group| Systems |Smart Meter Gateway| Data | in |BAC |
with PACE| Manager |version 2.|patch |Security Target Lite|Passport | 2.0 |(version |Mobile |Cloud |Terminal|
 Certification Report|/products/|_CR|Server|rev |, Firmware |Safe|with |Library| Networks| Industrial |Endpoint|
 Street| Road| Identity|Smart Card |Germany| sp. z o.o.|Management| v4.0|Storage|.com/security| Service|
 GmbH & Co. KG| eID| Module| version 1.0| LLC| Corporation| Technology|configuration |version 1.|3.0.0|.net/|
psirt@|Machine Readable Travel Document| Solution| IC |Series Switches| Access |Intelligent |Software |
https://eucc.|https://cert|/certificates/|_en|/security-advisories| International| GmbH| build | 5.0|Sign|
 Microelectronics| Co., Ltd.| Evaluation|.eu/|/eucc/|/product-information/|cybersecurity-information| Applet|
 Platform|info@|PACE |Configuration| Technologies | including |Application| Company| Enterprise |Avenue| S.A.|
product-security@|Ethernet|, Inc.| Software, |Java Card |Virtual |Authentication|Software, |Optical |Drive|
 Encryption|Technology | Ltd.|4.0| System | Switch|EAC |France| running |Electronics|.fr/|/support/| Hard|
 Printer|, version |Laboratory|.com/en/|Document |1.0.|3.0| V1.|Sensor |See the Security Target| v1.0|
 Firmware Version |2.0.| Technologies|.com/|supplementary-|Manager | v3.|.de/|/status/|1.0|, Version 1.|2.0| on |
 Series| SSD|
"""

# Families that no augmentation below names, with the level that evaluation assurance level 4 has.
FAMILIES = """
ADV_ARC.1 AGD_OPE.1 AGD_PRE.1 ALC_DEL.1 ASE_CCL.1 ASE_ECD.1 ASE_INT.1 ASE_OBJ.2 ASE_REQ.2 ASE_SPD.1 ATE_IND.2
"""

# Augmentations as certificates name them: in the order of the classes.
AUGMENTATIONS = """
ADV_IMP.2 ADV_INT.3 ADV_TDS.5 ALC_CMC.5 ALC_DVS.2 ALC_FLR.2 ALC_TAT.3 ASE_TSS.2 ATE_COV.3 ATE_FUN.2 AVA_VAN.5
ADV_IMP.2 ADV_TDS.5 ALC_CMS.5 ALC_DVS.2 ALC_FLR.1 ALC_TAT.3 ATE_COV.3 ATE_FUN.2 AVA_VAN.5
ADV_FSP.4 ADV_IMP.1 ADV_TDS.3 ALC_FLR.2 ALC_TAT.1 AVA_VAN.3
ALC_FLR.1 ASE_TSS.2 AVA_VAN.5
ALC_DVS.2 ATE_DPT.2 AVA_VAN.5
ALC_DVS.2 ALC_FLR.3 AVA_VAN.5
ALC_DVS.2 ALC_FLR.2 ASE_TSS.2 AVA_VAN.5
ALC_FLR.1 AVA_VAN.4
ALC_DVS.2 ALC_FLR.1 AVA_VAN.5
ADV_FSP.4 ADV_IMP.1 ADV_TDS.3 ALC_TAT.1 AVA_VAN.4
ALC_FLR.2 AVA_VAN.2
ADV_FSP.5 ADV_INT.2 ADV_TDS.4 ALC_CMS.5 ALC_DVS.2 ALC_FLR.3 ALC_TAT.2 ATE_DPT.3
ALC_FLR.3 AVA_VAN.3
ALC_CMS.3 ALC_LCD.1 AVA_VAN.2
ALC_DVS.2 ALC_FLR.2 AVA_VAN.5
ALC_FLR.3
ALC_FLR.1 AVA_VAN.2
ALC_DVS.2 AVA_VAN.5
""".strip().splitlines()

STANDARDS = """
ISO/IEC 15408:2022 & ISO/IEC 18045:2022
CC 3.1 R5 & CEM 3.1 R5
CC:2022 R1 & CEM:2022 R1
CC:2022 & CEM:2022
""".strip().splitlines()

# Of the Common Criteria portal and of the EUCC register, all of them.
CATEGORIES = """
Key Management Systems
Multi-Function Devices
Detection Devices and Systems
Products for Digital Signatures
Biometric Systems and Devices
Access Control Devices and Systems
Mobility
Operating Systems
Trusted Computing
Hardware devices with security boxes
Databases
Generic software and network products
Smartcard Controller
Boundary Protection Devices and Systems
Other Devices and Systems
Network and Network-Related Devices and Systems
Data Protection
Smartcards and similar devices
ICs, Smart Cards and Smart Card-Related Devices and Systems
""".strip().splitlines()


def encode(value: object) -> bytes:
    """Encode with map keys in bytewise order (RFC 8949 §4.2.1)."""
    return cbor2.dumps(_ordered(value))


def _ordered(value: object) -> object:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=cbor2.dumps)}
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    return value


def constant_pieces(encoded: bytes) -> list[bytes]:
    """Cut an encoded sample between its varying bytes; pieces of two bytes are not worth a reference."""
    return [piece for piece in re.split(rb"~+", encoded) if len(piece) > 2]


def fields(*pairs: tuple[object, object]) -> bytes:
    """Encode a stretch of a map, without its head."""
    return b"".join(encode(key) + encode(value) for key, value in pairs)


def header_pieces() -> list[bytes]:
    """Give the constant bytes of the envelope and its protected header: up to the key id, the time and the end."""
    typ = "application/vnd.certmark.certificate+cwt"
    header = {1: -9, 4: b"~" * 8, 15: {6: 0x6B7E7E7E}, 16: typ}
    protected = encode(encode(header))
    return constant_pieces(b"\xd2\x84" + protected + b"\xa0\x59\x01~")


def claims(certificate: dict[int, object], *, certificate_id: str, exp: int, nbf: int) -> bytes:
    """Encode the claims of a certificate token."""
    return encode(
        {
            1: "~~-~~~~",
            2: certificate_id,
            4: exp,
            5: nbf,
            65535: {"status_list": {"idx": INDEX, "uri": "https://status." + "~" * 111}},
            -65537: certificate,
        }
    )


def claims_pieces(
    certificate: dict[int, object], *, certificate_id: str, exp: int, nbf: int
) -> tuple[list[bytes], list[bytes]]:
    """Give the constant bytes of a label's claims: those before the status, and those from there on."""
    found = constant_pieces(claims(certificate, certificate_id=certificate_id, exp=exp, nbf=nbf))
    return found[:5], found[5:]


def content(*, level: int, components: str, eal: int, ava_van: int, category: str) -> dict[int, object]:
    """Give the certificate map of a label."""
    return {
        1: "EUCC",
        3: 1,
        4: level,
        5: {1: 1, 2: TEXT, 3: category, 4: TEXT},
        8: [{1: "global", 2: eal, 3: components.split(), 4: ava_van, 5: True}],
        9: ["CC:2022", "CEM:2022"],
        12: {1: TEXT},
        16: "https://www." + "~" * 114,
    }


def structure() -> Iterator[bytes]:
    """Yield the constant bytes of tokens, likeliest last."""
    high = content(level=3, components=AUGMENTATIONS[-1], eal=5, ava_van=5, category=CATEGORIES[-1]) | {11: 1}
    substantial = content(level=2, components="ALC_FLR.2", eal=2, ava_van=2, category=CATEGORIES[-2])
    full = {key: value for key, value in high.items() if key != 3} | {
        10: [TEXT],
        12: {1: TEXT, 2: TEXT, 3: TEXT},
        13: TEXT,
        18: [{1: 2, 2: "EUCC-~~~~-202~-~~", 3: HASH}, {1: 3, 2: TEXT, 3: HASH}],
        19: "32024R0482",
        20: "https://" + "~" * 118,
        24: 3,
    }
    yield from constant_pieces(claims(full, certificate_id=TEXT, exp=TIME, nbf=TIME))
    for standards in STANDARDS:
        yield fields((9, standards.split(" & "))) + encode(12)
    # What a message begins with is nearest to the end of the dictionary: it stands last, level high after substantial.
    early, later = claims_pieces(
        substantial, certificate_id="EUCC-~~~~-2026-0000000~~~-00000", exp=0x747E7E80, nbf=0x6A7E7E80
    )
    yield from [*later, b"-2027-0000000", *early]
    early, later = claims_pieces(high, certificate_id="EUCC-~~~~-2025-0000000~~~-00001", exp=0x757E7E00, nbf=0x6B7E7E00)
    start, issued_at, typ = header_pieces()
    yield from [*later, typ, *early, issued_at, start]


def terms(words: str) -> Iterator[bytes]:
    """Yield the words of a list."""
    yield from (word.encode() for word in "".join(words.splitlines()).split("|") if word)


def vocabulary() -> Iterator[bytes]:
    """Yield assurance components and categories, likeliest last."""
    yield encode(FAMILIES.split())
    for line in AUGMENTATIONS:
        yield encode(line.split())
    for category in CATEGORIES:
        yield fields((3, category)) + encode(4)


def pieces() -> Iterator[bytes]:
    """Yield all of the dictionary, likeliest last."""
    yield from terms(LEGAL_TERMS)
    yield from vocabulary()
    yield from terms(WORDS)
    yield from structure()


def assemble(parts: Iterable[bytes]) -> bytes:
    """Join parts; leave out what stands elsewhere already, overlap neighbours where they share bytes."""
    dictionary = b""
    for part in reversed(list(parts)):
        if part not in dictionary:
            shared = next(n for n in range(min(len(part), len(dictionary)), -1, -1) if part.endswith(dictionary[:n]))
            dictionary = part[: len(part) - shared] + dictionary
    return dictionary


def main(arguments: list[str]) -> int:
    """Write the dictionary, or compare it with the file."""
    dictionary = assemble(pieces())
    if len(dictionary) != SIZE:
        raise SystemExit(f"the parts fill {len(dictionary)} bytes, not {SIZE}: add or remove terms")
    return written({TARGET: dictionary}, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
