"""A running server, asked over connections that may break."""

import signal
import time
from typing import Any, Self

import httpx

from ..mock import A
from ..serving.served import Served
from ..serving.wire import Wire, request

WORKER = f"/v1/workers/{A}"


class Live(Served):
    """A server in a process of its own, and its control plane."""

    def __enter__(self) -> Self:
        super().__enter__()
        self.client = httpx.Client(base_url=self.url)
        return self

    def __exit__(self, *error: Any) -> None:
        self.client.close()
        super().__exit__(*error)

    def steer(self, method: str, path: str, json: Any = None) -> Any:
        """What the control plane answers of the sandbox `default`; it must have succeeded."""
        answer = self.client.request(method, f"/_mock/sandboxes/default{path}", json=json)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str = WORKER) -> httpx.Response:
        """The answer to a GET, over a connection of its own."""
        with Wire(self.url) as wire:
            return wire.ask(get(path=path))

    def stop(self) -> float:
        """Tell it to stop as a system does; the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(10) == 0
        return time.monotonic() - began

    def last(self) -> dict[str, Any]:
        """The latest exchange."""
        found: dict[str, Any] = self.steer("GET", "/requests?limit=1000")["requests"][-1]
        return found


def everything(wire: Wire) -> bytes:
    """All that still comes over a connection until it ends; raises what the system says when it is reset."""
    return wire.incoming.read()


def get(*headers: str, method: str = "GET", path: str = WORKER) -> bytes:
    """The bytes of a GET."""
    return request(method, path, *headers)
