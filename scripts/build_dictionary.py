"""Build preset dictionary 1 of the certmark-1 profile (docs/spec/token-text.md).

The dictionary is what tokens of certificates are likely to contain: terms of Regulations (EU) 2019/881 and
2024/482, assurance components and packages of the Common Criteria, product categories, generic words of
product names and web addresses, and the constant bytes of the claims. It names no vendor, certification
body, product or host, so that it favours none. DEFLATE refers to near bytes more cheaply than to far ones:
the likeliest pieces stand last.

The published file never changes, since every verifier must keep it forever: a better one gets the next
number.

    python scripts/build_dictionary.py           write the file
    python scripts/build_dictionary.py --check   exit 1 when the file differs from what this script builds
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cbor2

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SIZE = 4096
TARGET = Path(__file__).resolve().parents[1] / "src" / "certmark" / "transport" / "dictionary-1.bin"

# A tilde stands for a byte that varies. A text of 126 tildes is encoded as 78 7e 7e 7e ..., its length a
# tilde too, so that a sample map with such values falls into its constant pieces wherever there are tildes.
TEXT = "~" * 126
TIME = 0x7E7E7E7E
INDEX = 0x7E7E
HASH = b"~" * 32

# Word lists: the likeliest last, an underscore for a space.
LEGAL_TERMS = """
qualified_ managed_security_service statement_of_conformity EU_cybersecurity_certification_scheme
supplementary-cybersecurity-information certification_report product-information/ see_the_security_target
Certification_Report Security_Target
"""

ADDRESS_WORDS = """
_Road _rue_ _Street _Avenue_ straße_ product-security@ psirt@
"""

# Titles of protection profiles, technical standards, and words that the names of many products share.
PRODUCT_WORDS = """
Smart_Meter_Gateway Motion_Sensor Point_of_Interaction Trusted_Execution_Environment Trusted_Platform_Module
Protection_Profile Time_Stamping _Industrial_ _Virtual_ Data_Diode Hypervisor Separation_Kernel
Load_Balancer Intrusion_Prevention_System Session_Border_Controller Database_Management_System
_Endpoint_ Identity_ VPN_Client Drive_Encryption Key_Management Multifunction_Printer Peripheral_Sharing_Switch
Signature_Activation_Module Signature_Creation_Device Hardware_Security_Module
Machine_Readable_Travel_Document Extended_Access_Control Embedded_Secure_Element eUICC
Next_Generation_Firewall_ _Ethernet_ _Series_Switches _Access_Point _Controller_ TPM_ _firmware_version _BAC
_4.0 _with_IC_Dedicated_Software _Version_3. Version_: _versions _Manager_ Digital_Tachograph _with_optional
_Encryption_ _Java_Card_ _System_ _Cryptographic_Module_ _Microcontroller _Smart_Card_ _build_
_Series_Routers_ _rev_ _eID_ _HSM_ _Cloud_ _Mobile_ _Chip_ _Application _series _Versions _Services
_Gateway_ (version_ _v3.0_ _Color_ _firmware_ eHealth_ Version_2. _Version_1.0 _EAC_with_PACE _Optical
_patch _V1.0 _Wireless_ _Suite_ _with_Fax_ eMRTD_ _applet_ _v4.0_ _5.0_ ,_Version _configuration_ _Appliance
_Release_ _PACE_ _Tachograph Storage _2.1_ _SSCD_ _crypto_library_ _IC_Dedicated_Software_ _Authentication
ePassport_ _Server (Version_ _v2.0_ _Enterprise _Applet_ _including_ _optional_ _v1.0_ _running_ _Series_
_Firmware_Version _Cryptographic_ _Secure_ ,_version_ _version_1.
"""

COMPANY_WORDS = """
_by_ _Networking _SA_ _LLC _Co.,Ltd _Technology _Networks_ _Group_ _S.p.A. _B.V. _S.A._ ,_Ltd_ _Company
Solutions _International Communications_ Microelectronics _GmbH _Corporation _Semiconductor _Micro
_Systems,_Inc. _Co.,_Ltd. ,_Inc. _Technologies_ Electronic Electronics_
"""

URL_WORDS = """
https://eucc. https://cert /certificates/ /certification/ /advisories /products/ /documents/ /support/
/trust-center /cybersecurity-information /cybersecurity .html .net/ .org/ .eu/ .de/ .fr/ .com/en/
.com/security .com/psirt
"""

# All assurance families, with the levels of evaluation assurance level 4, in the order of the classes.
FAMILIES = """
ADV_ARC.1 ADV_FSP.4 ADV_IMP.1 ADV_TDS.3 AGD_OPE.1 AGD_PRE.1 ALC_CMC.4 ALC_CMS.4 ALC_DEL.1 ALC_DVS.1
ALC_LCD.1 ALC_TAT.1 ASE_CCL.1 ASE_ECD.1 ASE_INT.1 ASE_OBJ.2 ASE_REQ.2 ASE_SPD.1 ASE_TSS.1 ATE_COV.2
ATE_DPT.1 ATE_FUN.1 ATE_IND.2 AVA_VAN.3
"""

# Augmentations as certificates name them: in the order of the classes.
AUGMENTATIONS = """
ADV_FSP.5 ADV_INT.2 ADV_TDS.4 ALC_CMS.5 ALC_DVS.2 ALC_FLR.3 ALC_TAT.2 ATE_DPT.3
ADV_IMP.2 ADV_TDS.5 ALC_CMS.5 ALC_DVS.2 ALC_FLR.1 ALC_TAT.3 ATE_COV.3 ATE_FUN.2 AVA_VAN.5
ADV_FSP.4 ADV_IMP.1 ADV_TDS.3 ALC_TAT.1 AVA_VAN.4
ADV_FSP.3 ALC_FLR.3 AVA_VAN.2
ALC_CMS.3 ALC_LCD.1 AVA_VAN.2
ADV_IMP.2 ADV_INT.3 ADV_TDS.5 ALC_CMC.5 ALC_DVS.2 ALC_FLR.2 ALC_TAT.3 ASE_TSS.2 ATE_COV.3 ATE_FUN.2 AVA_VAN.5
ALC_FLR.1 ASE_TSS.2 AVA_VAN.5
ALC_FLR.3 AVA_VAN.3
ALC_FLR.1 AVA_VAN.2
ALC_FLR.2 AVA_VAN.2
ALC_FLR.1 AVA_VAN.4
ALC_DVS.2 ATE_DPT.2 AVA_VAN.5
ALC_DVS.2 ALC_FLR.1 AVA_VAN.5
ALC_DVS.2 ALC_FLR.3 AVA_VAN.5
ALC_DVS.2 ALC_FLR.2 AVA_VAN.5
ALC_DVS.2 AVA_VAN.5
""".strip().splitlines()

STANDARDS = """
ISO/IEC 15408:2022 & ISO/IEC 18045:2022
CC 3.1 R5 & CEM 3.1 R5
CC:2022 R1 & CEM:2022 R1
CC:2022 & CEM:2022
""".strip().splitlines()

CATEGORIES = """
Biometric Systems and Devices
Databases
Detection Devices and Systems
Key Management Systems
Trusted Computing
Products for Digital Signatures
Mobility
Data Protection
Boundary Protection Devices and Systems
Access Control Devices and Systems
Operating Systems
Hardware devices with security boxes
Smartcard Controller
Generic software and network products
Multi-Function Devices
Network and Network-Related Devices and Systems
Other Devices and Systems
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


def header_pieces() -> Iterator[bytes]:
    """Yield the constant bytes of the envelope and its protected header."""
    typ = "application/vnd.certmark.certificate+cwt"
    header = {1: -9, 4: b"~" * 8, 15: {6: 0x6B7E7E7E}, 16: typ}
    protected = encode(encode(header))
    yield from constant_pieces(b"\xd2\x84" + protected + b"\xa0\x59\x01~")


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
    yield from constant_pieces(
        claims(substantial, certificate_id="EUCC-~~~~-2026-0000000~~~-00000", exp=0x747E7E80, nbf=0x6A7E7E80)
    )
    yield b"-2027-0000000"
    yield from header_pieces()
    yield from constant_pieces(
        claims(high, certificate_id="EUCC-~~~~-2025-0000000~~~-00001", exp=0x757E7E00, nbf=0x6B7E7E00)
    )


def terms(words: str) -> Iterator[bytes]:
    """Yield the words of a list."""
    for word in words.split():
        yield word.replace("_", " ").encode()


def pieces() -> Iterator[bytes]:
    """Yield all of the dictionary, likeliest last."""
    yield from terms(LEGAL_TERMS + ADDRESS_WORDS)
    yield encode(FAMILIES.split())
    for category in CATEGORIES:
        yield fields((3, category)) + encode(4)
    for line in AUGMENTATIONS:
        yield encode(line.split())
    yield from terms(PRODUCT_WORDS + COMPANY_WORDS + URL_WORDS)
    yield from structure()


def assemble(parts: Iterable[bytes], size: int) -> bytes:
    """Join parts; leave out what stands elsewhere already, overlap neighbours where they share bytes."""
    dictionary = b""
    for part in reversed(list(parts)):
        if part not in dictionary:
            shared = next(n for n in range(min(len(part), len(dictionary)), -1, -1) if part.endswith(dictionary[:n]))
            dictionary = part[: len(part) - shared] + dictionary
    if len(dictionary) != size:
        raise SystemExit(f"the parts fill {len(dictionary)} bytes, not {size}: add or remove terms")
    return dictionary


def main() -> int:
    """Write the dictionary, or compare it with the file."""
    parser = argparse.ArgumentParser(description="Build preset dictionary 1 of the certmark-1 profile.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file differs")
    check = parser.parse_args().check
    dictionary = assemble(pieces(), SIZE)
    if check:
        same = TARGET.is_file() and TARGET.read_bytes() == dictionary
        print(f"{TARGET.name}: {'as built' if same else 'differs from what this script builds'}")
        return 0 if same else 1
    TARGET.write_bytes(dictionary)
    print(f"{TARGET.name}: {len(dictionary)} bytes, SHA-256 {hashlib.sha256(dictionary).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
