"""Catalogues: many rows of token and product, verified in order, in constant memory, by all cores.

``check_catalogue`` is for programs; ``certmark.bulk.csv_rows`` and ``certmark.bulk.json_lines`` are the two forms of
files in which shops keep catalogues.
"""

from certmark.bulk.catalogue import Checked, Row, check_catalogue
from certmark.bulk.opening import FromBundle, FromStore
from certmark.bulk.workers import WorkerError

__all__ = ["Checked", "FromBundle", "FromStore", "Row", "WorkerError", "check_catalogue"]
