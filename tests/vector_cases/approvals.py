"""Vectors of approvals: what is required, what counts, and what is none (verification.md and trust.md, "Approval")."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from certmark.verify import POLICIES
from tests.scenes import Scene
from tests.unit.verify.test_approval import MALFORMED, RIGHT, WRONG
from tests.vector_cases.case import Case
from tests.vector_cases.verdicts import PAGE

ROWS: Final = dict(re.findall(r"^\| ([a-z]) \| (.*?) \| \w+ \| \w+ \|$", PAGE, re.MULTILINE))
"""Conditions of the rows for approvals, by letter."""

AUTHORITY, VERDICT = "trust.md#approval", "verification.md#approval"
MESSAGE, HEADER, CLAIMS = "cose.cddl#approval", "cose.cddl#approval-header", "cose.cddl#approval-claims-header"
TYP, BODY = "cose.cddl#approval-typ", "token-text.md#body"

ROW_OF: Final = {
    "missing": "a",
    "scope-without-approval-is-too-narrow": "a",
    "algorithm-unknown": "b",
    "ES256-in-an-approval": "b",
    "by-the-body-itself": "c",
    "by-the-body-that-is-listed-for-it": "c",
    "by-another-body": "c",
    "by-an-authority-of-another-state": "c",
    "unknown-key-and-lists-stale": "d",
    "entry-of-the-authority-malformed": "d",
    "entry-malformed-without-the-key": "d",
    "by-a-key-that-is-not-listed": "e",
    "by-a-key-for-status-lists": "e",
    "by-nobody-who-is-listed": "e",
    "by-the-body-in-the-name-of-the-authority": "e",
    "unknown-key-and-lists-due": "e",
    "wrong-where-none-is-needed": "e",
    "of-another-certificate": "f",
    "of-one-byte-less": "f",
    "of-the-whole-token-on-the-label": "f",
    "of-the-label-on-the-whole-token": "f",
    "changed": "f",
    "time-changed": "f",
    "signature-of-the-body-in-its-place": "f",
    "key-compromised": "g",
    "key-past-its-end": "h",
    "key-not-yet-in-use": "i",
    "key-no-longer-in-use": "i",
    "key-retired": "i",
    "authority-not-listed-yet": "i",
    "authority-suspended": "i",
    "authority-withdrawn": "i",
    "authority-without-scope": "i",
    "scope-of-another-level": "i",
    "scope-not-yet-begun": "i",
    "scope-ended": "i",
    "second-later-than-the-certificate": "j",
}
"""The row that decides, where it is one of the approval's."""

OTHERWISE: Final = {
    "certificate-forged": ("verification.md#verdict-table", "row 6: signature wrong under every candidate key"),
    "signature-of-the-approval-on-the-certificate": (TYP, "the typ separates the two signatures over one payload"),
    "twice": (MESSAGE, "one approval, and nothing behind it"),
    "first": (MESSAGE, "the certificate comes first"),
    "alone": (MESSAGE, "the certificate comes first"),
    "certificate-twice": (TYP, "what follows a certificate is an approval"),
    "cut-off": (MESSAGE, "a whole message"),
    "bytes-behind-it": (MESSAGE, "one approval, and nothing behind it"),
    "without-its-tag": (MESSAGE, "tag 18"),
    "with-its-payload": (MESSAGE, "the payload is detached"),
    "with-an-empty-payload": (MESSAGE, "the payload is detached: nil, not empty"),
    "typ-of-a-certificate": (TYP, "typ is that of an approval"),
    "typ-ends-in-cwt": (TYP, "typ is that of an approval"),
    "without-typ": (TYP, "typ is that of an approval"),
    "without-iss": (CLAIMS, "iss and iat"),
    "without-iat": (CLAIMS, "iss and iat"),
    "without-claims": (HEADER, "all four parameters"),
    "claims-of-text": (CLAIMS, "a map"),
    "iat-of-text": (CLAIMS, "iat is a number"),
    "iss-of-bytes": (CLAIMS, "iss is a text"),
    "iss-without-territory": ("cose.cddl#entity-id", "territory first"),
    "with-an-end": (CLAIMS, "no other claims"),
    "kid-of-seven-bytes": (HEADER, "kid has 8 bytes"),
    "unknown-header-parameter": (HEADER, "no other parameters"),
    "unprotected-header": (MESSAGE, "the unprotected header is empty"),
    "three-members": (MESSAGE, "four members"),
    "header-not-deterministic": (HEADER, "deterministic CBOR"),
    "marker-of-a-certificate-alone": (BODY, "an approval has marker 11 only"),
    "marker-of-an-approval-and-none": (BODY, "marker 11 has an approval"),
    "not-compressed": (BODY, "an approval has marker 11 only"),
    "cut-off-inside-the-marker": (BODY, "a stream that ends"),
    "typ-of-version-2": (TYP, "a later version of the typ"),
    "typ-of-version-2-with-another-header": (TYP, "a later version of the typ, judged before the rest of the header"),
    "approved": (AUTHORITY, "an approval where one is required"),
    "as-a-bare-code": (BODY, "marker 11, as a bare code"),
    "label": (AUTHORITY, "a label with an approval of its own"),
    "at-the-second-of-signing": (AUTHORITY, "the iat of the approval is not later than the token's"),
    "approved-where-that-is-not-needed": (AUTHORITY, "an approval where none is required"),
    "by-ed25519": (HEADER, "an algorithm of its own"),
    "several-keys-for-approvals": (AUTHORITY, "kid selects among the keys of the authority"),
    "authority-withdrawn-later": (AUTHORITY, "the service is granted at iat of the approval"),
    "approval-key-retired-later": (AUTHORITY, "the key may sign at iat of the approval"),
    "another-scope-needs-none": (AUTHORITY, "not required where another scope covers the certificate without"),
    "signed-again-later": (AUTHORITY, "the same claims signed again"),
    "lists-due": (AUTHORITY, "an approval where one is required"),
    "withdrawn": (AUTHORITY, "an approval is no shield against withdrawal"),
}


ASKED_OTHERWISE: Final = {"certificate-without-its-payload": "message/payload-detached"}


def cases() -> list[Case]:
    """Give the vectors."""
    made = []
    for row in (*RIGHT, *WRONG, *MALFORMED):
        scene = row.knob(Scene())
        if scene.demands or row.name in ASKED_OTHERWISE:
            continue
        letter = ROW_OF.get(row.name)
        spec, rule = (VERDICT, f"row {letter}: {ROWS[letter]}") if letter else OTHERWISE[row.name]
        answers = {policy.name: getattr(row, policy.name) for policy in POLICIES}
        if len(set(answers.values())) == 1:
            answers = {"": row.standard}
        for policy, answer in answers.items():
            name = f"approval/{row.name}{policy and f'.{policy}'}"
            case = Case(name=name, spec=spec, rule=rule, token=scene.token, answer=answer)
            made.append(replace(case, policy=policy or "standard").in_world(scene.world))
    return made
