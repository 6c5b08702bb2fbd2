"""Installs the tools of other people that the tests beside this file run, at exact versions.

    python tests/clients/install.py

The Node tools go to `node_modules` beside this file. The Python generators get an environment of their own below
`build`, so that what they need never holds back what the project needs. What is there already is left alone.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODULES = HERE / "node_modules"
ENVIRONMENT = ROOT / "build" / "clients"
PYTHON = ENVIRONMENT / "bin" / "python"
COMMAND = f".venv/bin/python {Path(__file__).relative_to(ROOT)}"
PATIENCE_S = 600


def node_tools_are_there() -> bool:
    """Whether each of the Node tools is installed at its version."""
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    return all(node_version(name) == version for name, version in wanted.items())


def node_version(package: str) -> str | None:
    """The installed version of a Node package."""
    manifest = MODULES / package / "package.json"
    if not manifest.exists():
        return None
    version: str = json.loads(manifest.read_text("utf-8"))["version"]
    return version


def install_node_tools() -> None:
    """Install the Node tools, as `package-lock.json` has them."""
    run("npm", "ci", "--no-audit", "--no-fund")


def generator_is_there() -> bool:
    """Whether the Python generators are installed, for this Python and at the versions wanted now."""
    note = installed_note()
    return note.exists() and note.read_text("utf-8") == wanted()


def install_generator() -> None:
    """Make the environment of the Python generators anew, and note what is in it once it is whole."""
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    run(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--requirement", "requirements.txt")
    installed_note().write_text(wanted(), "utf-8")


def installed_note() -> Path:
    """The file that says what the environment was made of."""
    return ENVIRONMENT / "installed.txt"


def wanted() -> str:
    """All that the environment depends on."""
    files = (HERE / "requirements.txt", ROOT / "constraints.txt")
    return "\n".join([sys.version, *(file.read_text("utf-8") for file in files)])


def run(*command: str | Path) -> None:
    """Run an installer, which shows its own progress."""
    subprocess.run(command, cwd=HERE, check=True, timeout=PATIENCE_S)


if __name__ == "__main__":
    if not node_tools_are_there():
        install_node_tools()
    if not generator_is_there():
        install_generator()
