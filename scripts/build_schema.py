"""Write docs/schema/certificate.schema.json, the published JSON Schema of certificates and statements.

Run it after a change of the model: ``python scripts/build_schema.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

from certmark.model import json_schema

TARGET = Path(__file__).parents[1] / "docs" / "schema" / "certificate.schema.json"


def schema_text() -> str:
    """Give the text of the published file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(schema_text(), encoding="utf-8")
    print(f"wrote {TARGET}")
