"""Installs what the commands of the Makefile need into .venv, with the versions of constraints.txt.

    python3 scripts/install.py serving    what serving needs
    python3 scripts/install.py building   what building the wheel needs
    python3 scripts/install.py installed  all that development needs

The file of that name in .venv says that it is there. This takes nothing but the standard library.
"""

import os
import re
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOG = VENV / "install.log"
REQUIREMENTS = {"serving": ".", "building": ".[build]", "installed": ".[dev]"}
"""What is installed for each, from less to more: what has more has the less, too."""
UNREACHED = re.compile(r"Retrying|ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|NameResolution")
"""What pip says when the registry does not answer."""
BEAT_S = 2


def create_environment() -> None:
    """Make .venv, unless there is one that works."""
    try:
        import ensurepip  # noqa: F401  # Debian leaves it out
    except ImportError:
        sys.exit(f"{sys.executable} cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv")
    if not can_run("-m", "pip", "--version"):
        try:
            venv.create(VENV, with_pip=True, clear=True, symlinks=os.name != "nt")
        except OSError as error:
            sys.exit(f"Cannot write {VENV}: {error.strerror}.")
        except subprocess.CalledProcessError as error:
            sys.exit(f"Cannot make {VENV}: `{' '.join(map(str, error.cmd))}` failed.")


def can_run(*arguments: str) -> bool:
    """Whether the Python of .venv runs with these arguments."""
    try:
        return subprocess.run([PYTHON, *arguments], capture_output=True).returncode == 0
    except OSError:
        return False


def install(requirement: str) -> int:
    """Run pip, with a dot from time to time; return its exit code."""
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    with LOG.open("w", encoding="utf-8") as log:
        arguments = [*pip, "--constraint", "constraints.txt", "--editable", requirement]
        process = subprocess.Popen(arguments, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        while True:
            try:
                return process.wait(BEAT_S)
            except subprocess.TimeoutExpired:
                print(".", end="", flush=True)


def explain_failure(log: str) -> str:
    """Return the reason that pip gives, in one line."""
    if UNREACHED.search(log):
        return "pip cannot reach the package registry. Is there a network, or a proxy to name in HTTPS_PROXY?"
    errors: list[str] = re.findall(r"^\s*ERROR: (.*)$", log, re.MULTILINE)
    return errors[-1] if errors else "pip failed."


def main(name: str) -> None:
    """Install, and note that it is there once it is whole."""
    started = time.monotonic()
    needs = "development" if name == "installed" else name
    print(f"Installing what {needs} needs into .venv, once ", end="", flush=True)
    create_environment()
    if install(REQUIREMENTS[name]) != 0:
        print()
        sys.exit(f"{explain_failure(LOG.read_text('utf-8', 'replace'))}\nAll that pip said: {LOG}")
    for each in REQUIREMENTS:
        (VENV / each).touch()
        if each == name:
            break
    print(f" {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        print("\nInterrupted. The same command takes it up again.", file=sys.stderr)
        sys.exit(130)
