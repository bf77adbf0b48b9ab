"""What the demo leaves behind, under names that never change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from certmark.cli.demo.product import GTIN
from certmark.cli.issue import files_of
from certmark.model import dump_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certmark.cli.demo.cases import Case
    from certmark.cli.demo.europe import Europe

EVIDENCE: Final = "--trust trust.bundle --anchor root.cose --status status/at-9001.cose"

COMMANDS: Final = (
    f"certmark verify label.txt {EVIDENCE}",
    f"certmark verify label.png {EVIDENCE} --gtin {GTIN}",
    f"certmark verify refused-sig_crypto_failure.txt {EVIDENCE}",
    f"certmark verify suspended.txt {EVIDENCE} --policy strict",
    f"certmark verify full.cose {EVIDENCE} --json",
    "certmark inspect full.txt",
)
"""Commands to try inside the folder."""

_README: Final = """\
Files of certmark's demo. Everything in them is fictitious: the bodies, the products, the keys.

root.cose         the root, to be pinned: who may sign the list of lists
trust.bundle      root, union list and the lists of three Member States, all signed
status/           what has changed since: one status list for each certification body
label.*           the code for a label, as COSE, text, SVG and PNG
full.*            the same certificate in full, with the digests of its documents
certificate.json  what was signed there, ready for certmark issue
suspended.txt     passes, but the product may not be promoted as certified
refused-*.txt     codes that must be refused; the name says why

Try these here (label.png needs the scan extra):

{commands}

Exit codes: 0 passed, 1 failed, 2 undecided. The lists of this demo are due for renewal after a year.
"""


def files_to_keep(europe: Europe, cases: Sequence[Case]) -> dict[str, bytes]:
    """Give every file by its path."""
    files = {"root.cose": europe.root, "trust.bundle": europe.bundle}
    files |= {f"status/{entity_id.lower()}.cose": token for entity_id, token in europe.status_lists.items()}
    for case in cases:
        if case.issued is None:
            files[f"{case.name}.txt"] = f"{case.text}\n".encode()
        else:
            files |= files_of(case.issued, case.issued.symbol(), stem=case.name)
    full = next(case.issued for case in cases if case.issued is not None and case.name == "full")
    files["certificate.json"] = dump_document(full.document).encode()
    return {**files, "README.txt": _README.format(commands="\n".join(f"  {line}" for line in COMMANDS)).encode()}
