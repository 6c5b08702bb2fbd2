"""A packet of very many small things keeps nobody waiting: it is parsed a piece at a time, and others have their turn.

What counts is the processor time that the server takes between a request of somebody else and its answer.
"""

import os
import signal
import sys
from pathlib import Path
from statistics import median

import pytest

from ..mock import A
from ..serving.served import Served
from ..serving.wire import Wire, request

GET = request("GET", f"/v1/workers/{A}")
CHUNKED = request("POST", "/v1/patients", "Content-Type: application/json", "Transfer-Encoding: chunked")
FLOODS = {
    "requests": (b"", GET),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "fields behind a body": (CHUNKED + b"0\r\n", b"a: b\r\n"),
}
"""How each begins, and what is repeated in it."""
SMALL, LARGE = 15_000, 240_000
"""Bytes; about as many as the larger a server reads at once."""
ROUNDS = 5


def processor_time(pid: int) -> float:
    """How many seconds the first thread of a process has computed."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9


def measure_wait(server: Served, flood: str, size: int) -> float:
    """The processor time that somebody waits for who asks when the server finds so many bytes of a flood at once."""
    (begin, part), pid, waits = FLOODS[flood], server.process.pid, []
    with Wire(server.url) as other:
        assert other.ask(GET).status_code == 200
        for _ in range(ROUNDS):
            with Wire(server.url) as busy:
                os.kill(pid, signal.SIGSTOP)
                busy.send(begin + part * (size // len(part)))
                other.send(GET)
                before = processor_time(pid)
                os.kill(pid, signal.SIGCONT)
                assert other.answer().status_code == 200
                waits.append(processor_time(pid) - before)
    return median(waits)


@pytest.mark.skipif(sys.platform != "linux", reason="the processor time of another process is read from /proc")
@pytest.mark.parametrize("flood", FLOODS)
def test_a_packet_of_many_small_things_keeps_nobody_waiting(flood: str) -> None:
    """Sixteen times as many take others no longer."""
    with Served("--port", "0", "--quiet") as server:
        small, large = measure_wait(server, flood, SMALL), measure_wait(server, flood, LARGE)
    assert large < 3 * small + 0.003
