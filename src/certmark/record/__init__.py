"""Records of checks, which a distributor keeps as evidence of due care (Regulation (EU) 2024/2847, Article 20).

A record says what was checked, when, by what, against which versions of which lists, and what came of it. The same
inputs give the same bytes, so that a check can be made again. It proves nothing by itself: nobody signs it.
"""

from certmark.record.facts import SCHEMA_ID, CheckRecord
from certmark.record.pdf import record_pdf

__all__ = ["SCHEMA_ID", "CheckRecord", "record_pdf"]
