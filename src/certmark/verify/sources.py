"""What checks name as the source of what they ask for."""

from typing import Final

EUCC: Final = "Regulation (EU) 2024/482"
CSA: Final = "Regulation (EU) 2019/881"
SPECIFICATION: Final = "certmark-1, verification"
"""The source of a check that only certmark's own specification asks for."""
