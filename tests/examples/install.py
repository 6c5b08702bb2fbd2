"""Installs what the JavaScript examples need, as their `package-lock.json` have it, and no browser.

    python tests/examples/install.py

It goes to `node_modules` in each of their folders. What is there already is left alone.
"""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PLAYWRIGHT = EXAMPLES / "playwright"
VITEST = EXAMPLES / "vitest"
GENERATORS = EXAMPLES / "generators"
COMMAND = f".venv/bin/python {Path(__file__).relative_to(ROOT)}"
PATIENCE_S = 600


def note(folder: Path) -> Path:
    """The file that says what was installed."""
    return folder / "node_modules" / "installed.json"


def is_there(folder: Path) -> bool:
    """Whether what an example needs now is installed."""
    return note(folder).exists() and note(folder).read_bytes() == (folder / "package-lock.json").read_bytes()


def install(folder: Path) -> None:
    """Install it, and note what it is once it is whole."""
    settings = {**os.environ, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, env=settings, check=True, timeout=PATIENCE_S)
    note(folder).write_bytes((folder / "package-lock.json").read_bytes())


if __name__ == "__main__":
    with ThreadPoolExecutor() as workers:
        lacking = [example for example in (PLAYWRIGHT, VITEST, GENERATORS) if not is_there(example)]
        list(workers.map(install, lacking))  # raises what one of them has raised
