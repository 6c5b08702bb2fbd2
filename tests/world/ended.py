"""A server that does not start: how it ended, and what it said."""

import subprocess
from pathlib import Path

from ..serving.served import COMMAND, clean


def ended(data: Path, *arguments: str) -> str:
    """What a server says that cannot use its data folder; it must end by itself, with the exit code for that."""
    command: list[str | Path] = [COMMAND, "serve", "--port", "0", "--data", data, *arguments]
    done = subprocess.run(command, env=clean({}), capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, ""), done
    assert "Traceback" not in done.stderr
    return done.stderr
