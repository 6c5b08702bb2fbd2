"""Installs Playwright and Vite, as `package-lock.json` has them, and no browser: the tests run the machine's.

    python tests/browser/install.py

They go to `node_modules` beside this file. What is there already is left alone.
"""

import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
LOCK = HERE / "package-lock.json"
NOTE = MODULES / "installed.json"
COMMAND = f".venv/bin/python {Path(__file__).relative_to(HERE.parents[1])}"
PATIENCE_S = 600


def is_there() -> bool:
    """Whether what is wanted now is installed."""
    return NOTE.exists() and NOTE.read_bytes() == LOCK.read_bytes()


def install() -> None:
    """Install it, and note what it is once it is whole."""
    settings = {**os.environ, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, env=settings, check=True, timeout=PATIENCE_S)
    NOTE.write_bytes(LOCK.read_bytes())


if __name__ == "__main__" and not is_there():
    install()
