"""`python -m tests.proof.fuzz` as a user runs it."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def fuzz(*options: str) -> subprocess.CompletedProcess[str]:
    """The end of a run."""
    command = [sys.executable, "-m", "tests.proof.fuzz", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_it_says_its_seed_and_that_the_contract_was_kept() -> None:
    """It ends after the round in which the time is over, with 0, and with the command that makes the same requests."""
    run = fuzz("--seconds", "0", "--max-examples", "1", "--seed", "7")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "verify: no findings in " in run.stdout
    assert run.stdout.endswith("python -m tests.proof.fuzz --seconds 0 --seed 7\n")


def test_what_it_cannot_do_ends_with_2() -> None:
    """A wrong option is no verdict."""
    assert fuzz("--seconds", "many").returncode == 2
