"""Tokens from pictures, PDF files and camera frames; needs the ``scan`` extra.

``scan`` reads in this process. Pictures from strangers are better read by ``scan_apart``, in a process of its own with
bounds on time and memory.
"""

from certmark.scan.apart import Bounds, PictureError, scan_apart
from certmark.scan.found import Code, Corner, ForeignCode, Scan
from certmark.scan.frame import Layout, scan_frame
from certmark.scan.pictures import scan

__all__ = [
    "Bounds",
    "Code",
    "Corner",
    "ForeignCode",
    "Layout",
    "PictureError",
    "Scan",
    "scan",
    "scan_apart",
    "scan_frame",
]
