"""Servers that a proxy stands before, and the proxy itself."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Self

import httpx
import uvicorn
from starlette.types import ASGIApp

from ..serving.served import COMMAND, Served


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """The address of an application that is served by a thread of this process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


Say = Callable[[bytes], bytes]
"""What is answered to the first bytes of a connection."""


@contextmanager
def saying(answer: bytes | Say) -> Iterator[str]:
    """The address of a server that answers every connection with these bytes; with none, it never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener, closing(listener):
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                if answer:
                    with connection:
                        asked = connection.recv(65536)
                        connection.sendall(answer if isinstance(answer, bytes) else answer(asked))
                else:
                    held.append(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)
            for connection in held:
                connection.close()


class Proxied(Served):
    """A proxy in a process of its own, before a server, and a program that asks it."""

    def __init__(self, upstream: str, *arguments: object) -> None:
        super().__init__(*map(str, arguments), command=(COMMAND, "proxy", upstream, "--port", "0"))

    def __enter__(self) -> Self:
        super().__enter__()
        self.http = httpx.Client(base_url=self.url, headers={"X-Mock-Consumer": "web-app/1.4"})
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()
        super().__exit__(*error)  # type: ignore[arg-type]

    def stop(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """End it as a person does, or a system; the exit code and the report."""
        self.process.send_signal(how)
        said = self.output.read()
        return self.process.wait(10), said
