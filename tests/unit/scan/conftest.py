"""The command line and the files of the test world, for pictures that are verified."""

from tests.unit.cli.conftest import certmark, evidence, files

__all__ = ["certmark", "evidence", "files"]
