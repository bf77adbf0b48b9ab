"""Write docs/schema/certificate.schema.json, the published JSON Schema of certificates and statements.

Usage: python scripts/build_schema.py [--check]

With --check nothing is written, and the exit code is 1 when the file is not what this script would write.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from certmark.model import json_schema  # noqa: E402 the repository must be on the path first
from scripts.generated import written  # noqa: E402

TARGET = ROOT / "docs" / "schema" / "certificate.schema.json"


def schema_text() -> str:
    """Give the text of the published file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(written({TARGET: schema_text()}, sys.argv[1:]))
