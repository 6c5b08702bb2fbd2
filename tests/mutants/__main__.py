"""Breaks lines one at a time, and says which of them no test notices: `python -m tests.mutants [WORD]`.

WORD picks the mutants in whose file it is. Exit codes: 0 all were killed, 1 some live, 2 the tests fail without them.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from .mutant import MACHINE, ROOT, Mutant, read_mutants

FOLDERS = ("handlers", "mock_data", "openapi")
PATIENCE_S = 300
"""A mutant that keeps the tests from ending has been noticed."""


def run_tests(packages: Path, tests: Sequence[str]) -> int:
    """Run tests on the packages in a folder; return the exit code of pytest."""
    pytest = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *(f"tests/{each}" for each in tests))
    environment = os.environ | {"PYTHONPATH": str(packages)}
    try:
        return subprocess.run(
            [sys.executable, *pytest], cwd=ROOT, env=environment, capture_output=True, timeout=PATIENCE_S, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return 1


def copy_packages(folder: Path) -> Path:
    """Lay the packages out in a folder; what no mutant breaks is a link."""
    package = shutil.copytree(MACHINE, folder / "common_apis", ignore=shutil.ignore_patterns("__pycache__"))
    for name in FOLDERS:
        (package / name).symlink_to(ROOT / name)
    return package


def is_killed(mutant: Mutant) -> bool:
    """Return whether one of a mutant's tests fails."""
    with TemporaryDirectory() as folder:
        file = copy_packages(Path(folder)) / mutant.file
        file.write_text(mutant.apply(file.read_text("utf-8")), "utf-8")
        killed = run_tests(Path(folder), mutant.tests) == 1
    print("killed" if killed else "LIVES ", mutant.describe(), flush=True)
    return killed


def main(word: str = "") -> int:
    """Run them all, as many at once as there are processors."""
    mutants = [mutant for mutant in read_mutants() if word in mutant.file]
    with TemporaryDirectory() as folder:
        copy_packages(Path(folder))
        if run_tests(Path(folder), sorted({test for mutant in mutants for test in mutant.tests})):
            print("The tests fail without any mutant. Mend that first.", file=sys.stderr)
            return 2
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        killed = [*pool.map(is_killed, mutants)]
    print(f"{sum(killed)} of {len(killed)} were killed.")
    return 0 if all(killed) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
