"""Commands whose extra is not installed: they say so in a line; all others do without it."""

import subprocess
import sys

import pytest

from ..conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
CONTRACT = str(ROOT / "openapi/openapi.yaml")
PROVING = {
    "diff": (CONTRACT, CONTRACT),
    "replay": ("/dev/null", "--contract", CONTRACT),
    "verify": ("http://127.0.0.1:9",),
}
"""The commands that need the extra `proof`."""
WITHOUT = """
import sys
for name in {missing!r}:
    sys.modules[name] = None
from common_apis.cli import main
main(prog_name="common-apis")
"""
"""A program in which some modules cannot be imported."""


def run_without(missing: tuple[str, ...], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command where some modules are not installed."""
    command = [sys.executable, "-c", WITHOUT.format(missing=missing), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", PROVING)
@pytest.mark.parametrize("missing", ["schemathesis", "openapi_spec_validator"])
def test_a_missing_extra_is_named_in_a_line(command: str, missing: str) -> None:
    """With the command that installs it, as the README has it, and 2."""
    ended = run_without((missing,), command, *PROVING[command])
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"common-apis: `common-apis {command}` needs the extra `proof`, which is not")
    assert ended.stderr.count("\n") == 1
    advice = ended.stderr.partition("with the wheel: ")[2].strip()
    assert advice.startswith('pip install "common-apis[proof] @ file:///PATH/TO/')
    assert f"with the wheel:\n`{advice}`" in README
    assert "`make install`" in ended.stderr


def test_what_every_installation_has_is_enough_for_the_rest() -> None:
    """The help of all commands, and a seed, are there without any extra."""
    missing = ("faker", "flask", "hypothesis", "openapi_spec_validator", "pydantic", "pytest", "schemathesis")
    for arguments in (("routes",), ("bundle",), *((name, "--help") for name in PROVING)):
        ended = run_without(missing, *arguments)
        assert (ended.returncode, ended.stderr) == (0, "")
