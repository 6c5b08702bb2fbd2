"""What the figures were measured on, and with."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from .errors import BenchError
from .peers import NPM, Peer
from .place import can_pin
from .tool import run

SOFTWARE = ("uvicorn", "uvloop", "httptools", "starlette")


def require() -> None:
    """Refuse to begin without the system and the tool that every measurement needs."""
    if not Path("/proc/self/status").exists():
        raise BenchError("this needs Linux: the memory of processes is read from /proc")
    if not shutil.which("wrk"):
        raise BenchError("wrk is missing: install it with `sudo apt-get install wrk`")


def machine() -> str:
    """The machine and how it is used."""
    seats = "servers and load on a processor each" if can_pin() else "servers and load not pinned"
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores ({processor()}), "
        f"load {os.getloadavg()[0]:.1f} before the run; one worker each, {seats}"
    )


def processor() -> str:
    """The processor's own name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unnamed"


def versions(peers: list[Peer]) -> dict[str, str]:
    """The version of everything that takes part."""
    tools = {"Python": platform.python_version(), "wrk": wrk_version()}
    if any(peer in NPM for peer in peers):
        tools["Node.js"] = run(["node", "--version"]).strip().removeprefix("v")
    software = {name: version(name) for name in SOFTWARE}
    return tools | software | {peer.name: peer.version() for peer in peers if peer.version}


def wrk_version() -> str:
    """The version of wrk, which says it and fails."""
    said = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout
    return said.split()[1].removeprefix("debian/")
