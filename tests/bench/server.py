"""A started server: where it answers, how much memory it holds, and its end."""

import http.client
import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import urlsplit

from .errors import BenchError
from .peers import LOCAL, Peer
from .place import ROOT, SERVER, pinned
from .proc import family, resident, worked
from .workloads import Workload

PATIENCE = 60.0
"""How long a server may take to its first answer, in seconds."""
GLANCE = 0.004
"""The time between two questions whether it answers already, in seconds."""


@dataclass
class Server:
    """One running process (and its children) of a peer."""

    peer: Peer
    command: list[str]
    process: subprocess.Popen[bytes]
    output: IO[bytes]
    url: str | None
    began: float

    def address(self, workload: Workload) -> str:
        """The whole address of a workload here."""
        return f"{self.url}{self.peer.prefix}{workload.path}"

    def status(self, workload: Workload) -> int:
        """Send the workload's request once."""
        parts = urlsplit(self.address(workload))
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
        headers = {"Content-Type": "application/json"} if workload.body else {}
        try:
            connection.request(workload.method, parts.path, workload.body or None, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def wait(self, workload: Workload) -> float:
        """Wait for the first right answer; return the seconds since the process began."""
        while time.perf_counter() - self.began < PATIENCE:
            if self.answers(workload):
                return time.perf_counter() - self.began
            if self.process.poll() is not None:
                raise self.failure("ended by itself")
            time.sleep(GLANCE)
        raise self.failure("does not answer rightly")

    def answers(self, workload: Workload) -> bool:
        """Whether it gives the right answer now."""
        self.url = self.url or self.announced()
        if self.url is None:
            return False
        try:
            return self.status(workload) in workload.right
        except (OSError, http.client.HTTPException):
            return False

    def failure(self, what: str) -> BenchError:
        """What to tell the user of a server that does not start."""
        said = self.said()[-2000:] or "It wrote nothing."
        return BenchError(f"{self.peer.name} {what}: {shlex.join(self.command)}\n{said}")

    def announced(self) -> str | None:
        """The address that it says it has."""
        assert self.peer.announcement is not None
        found = self.peer.announcement.search(self.said())
        return found[1] if found else None

    def said(self) -> str:
        """What it has written so far."""
        end = os.fstat(self.output.fileno()).st_size
        return os.pread(self.output.fileno(), end, 0).decode(errors="replace")

    def memory(self) -> int:
        """The resident memory of the process and all below it, in bytes."""
        return sum(resident(pid) for pid in family(self.process.pid))

    def worked(self) -> float:
        """The processor time that they have used, in seconds."""
        return sum(worked(pid) for pid in family(self.process.pid))


@contextmanager
def serving(peer: Peer, *, pin: bool = True) -> Iterator[Server]:
    """Run a peer for as long as the block lasts."""
    port = free_port()
    command = peer.command(port)
    url = None if peer.announcement else f"http://{LOCAL}:{port}"
    with TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            pinned(command, SERVER) if pin else command,
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            # Mockoon logs each request there, and shall not be slowed by a disk
            stdout=output if peer.announcement else subprocess.DEVNULL,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield Server(peer, command, process, output, url, began)
        finally:
            stop(process)


def environment() -> dict[str, str]:
    """The environment, without the settings of a server that its user may have there."""
    return {key: value for key, value in os.environ.items() if not key.startswith("COMMON_APIS_")}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children: politely first."""
    for plea in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, plea)
        try:
            process.wait(timeout=5)
            return
        except subprocess.TimeoutExpired:
            continue
