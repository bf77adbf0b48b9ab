"""Mutation testing: does each package that judges tokens have unit tests that notice when its code changes?

Usage: python scripts/mutants.py [--ending DIGITS] [PACKAGE ...]      (all six packages when none is named)

mutmut changes one thing in a function and runs the unit tests of the package that enter that function; --ending takes
a sample, the mutants whose number ends in one of the digits. Whatever survives is tried again in a process of its own
with all unit tests of the package: mutmut's workers share what was made when the modules were imported. The diff of
each mutant that still survives is printed, and in the end a line of figures for each package; docs/robustness.md
explains them. Texts of errors are not changed. The exit code is 0 when every mutant was tried, whatever survived.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("cose", "cwt", "claims", "trust", "status", "verify")
MUTMUT = (sys.executable, "-m", "mutmut")
COPIED = ("src", "tests", "docs", "examples", "scripts", "pyproject.toml")
"""What the unit tests read."""
LONGEST = 600
"""Seconds after which a mutant counts as noticed: it made something endless."""
CONFIGURATION = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/certmark/{package}/*"]
also_copy = ["docs", "examples", "scripts"]
do_not_mutate_patterns = ["raise .*Error\\\\("]
pytest_add_cli_args_test_selection = ["tests/unit/{package}"]
"""


def main() -> int:
    """Run mutmut on each package and print what it found."""
    parser = argparse.ArgumentParser(description="Mutation testing of the packages that judge tokens.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", choices=[*PACKAGES, []], default=PACKAGES)
    parser.add_argument("--ending", metavar="DIGITS", default="0123456789")
    asked = parser.parse_args()
    figures = {package: run(package, asked.ending) for package in asked.packages}
    for package, outcomes in figures.items():
        counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        print(f"{package}: {outcomes.total()} mutants: {counts}")
    return 0


def run(package: str, ending: str) -> Counter[str]:
    """Mutate one package in a folder of its own, print the survivors, and count mutants by outcome."""
    folder = ROOT / "build" / "mutants" / package
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, folder / name)
    for file in (folder / "src" / "certmark" / package).glob("*.py"):
        file.write_text(undecorated(file.read_text(encoding="utf-8")), encoding="utf-8")
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as configuration:
        configuration.write(CONFIGURATION.format(package=package))
    with (folder / "mutmut.log").open("w", encoding="utf-8") as log:
        chosen = [f"*__mutmut_*{digit}" for digit in ending]
        ended = subprocess.run([*MUTMUT, "run", *chosen], cwd=folder, stdout=log, stderr=log, check=False)  # noqa: S603 our own words
    if ended.returncode:
        sys.exit(f"mutmut ended with {ended.returncode}: see {log.name}")
    return judged(folder, package)


def undecorated(source: str) -> str:
    """Call decorators after the functions that they stand above, since mutmut passes over decorated functions."""
    lines = source.splitlines()
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    for function in sorted(functions, key=lambda node: node.lineno, reverse=True):
        calls = [ast.unparse(decorator) for decorator in function.decorator_list]
        if calls and not set(calls) & {"classmethod", "staticmethod", "overload"}:
            indent, name = " " * function.col_offset, function.name
            lines[function.end_lineno : function.end_lineno] = [
                f"{indent}{name} = {call}({name})" for call in calls[::-1]
            ]
            del lines[function.decorator_list[0].lineno - 1 : function.lineno - 1]
    return "\n".join(lines) + "\n"


def judged(folder: Path, package: str) -> Counter[str]:
    """Count the mutants by outcome, after a second trial of those that no test noticed."""
    lines = (line.strip().partition(": ") for line in said(folder, "results", "--all", "true").splitlines())
    outcomes = {name: outcome for name, _, outcome in lines if outcome != "not checked"}
    unnoticed = [name for name, outcome in outcomes.items() if outcome in {"survived", "no tests"}]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for name, survives in zip(
            unnoticed, threads.map(lambda name: passes(folder, package, name), unnoticed), strict=True
        ):
            outcomes[name] = "survived" if survives else "killed"
            if survives:
                print(said(folder, "show", name), flush=True)
    return Counter(outcomes.values())


def passes(folder: Path, package: str, mutant: str) -> bool:
    """Tell whether all unit tests of the package pass in a new process with this mutant."""
    command = (sys.executable, "-m", "pytest", "-qxp", "no:cacheprovider", f"tests/unit/{package}")
    env = {**os.environ, "MUTANT_UNDER_TEST": mutant, "PYTHONPATH": "src"}
    try:
        ended = subprocess.run(  # noqa: S603
            command, cwd=folder / "mutants", env=env, capture_output=True, check=False, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 0


def said(folder: Path, *command: str) -> str:
    """Give what a command of mutmut prints."""
    return subprocess.run([*MUTMUT, *command], cwd=folder, capture_output=True, text=True, check=True).stdout  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
