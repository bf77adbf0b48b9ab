"""One target under libFuzzer: ``python -m tests.fuzz.libfuzzer TARGET [options of libFuzzer and folders]``."""

from __future__ import annotations

import sys

import atheris

# Branches are counted in what is imported here.
with atheris.instrument_imports(include=["certmark"]):
    from tests.fuzz.targets import TARGETS
    from tests.fuzz.vectors import learn

if __name__ == "__main__":
    target = TARGETS[sys.argv.pop(1)]

    learn()

    def one_input(data: bytes) -> None:
        target.judge(data)

    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
