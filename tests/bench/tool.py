"""Other programs that a run needs, each called once for its result."""

import subprocess
from pathlib import Path

from .errors import BenchError


def run(command: list[str], folder: Path | None = None) -> str:
    """What the program writes; raises `BenchError` with its complaint if it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"`{' '.join(command[:3])} …` failed: {done.stderr[-2000:].strip()}")
    return done.stdout
