"""A proxy of the network, as companies have them: it passes on what it is asked, and remembers for which addresses."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

HOP = 65536


class ForwardProxy:
    """Passes requests on to their server, whichever their host: a name that only it knows is this machine."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.asked: list[str] = []
        """The targets of the requests: an absolute URL, or the host and port of a `CONNECT`."""

    def serve(self) -> None:
        """Accept connections until the listener is closed."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        """Pass on what one connection asks, one request each."""
        with connection, suppress(OSError):
            head, _, rest = self.read_head(connection).partition(b"\r\n\r\n")
            line, _, headers = head.partition(b"\r\n")
            method, target, version = line.decode().split(" ")
            self.asked.append(target)
            parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
            with socket.create_connection(("127.0.0.1", parts.port or 80)) as server:
                if method == "CONNECT":
                    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    path = target.partition(parts.netloc)[2] or "/"
                    kept = [each for each in headers.split(b"\r\n") if not each.lower().startswith(b"connection:")]
                    first = f"{method} {path} {version}".encode()
                    server.sendall(b"\r\n".join([first, *kept, b"Connection: close", b"", rest]))
                self.pass_on(connection, server)

    def read_head(self, connection: socket.socket) -> bytes:
        """Read until the headers have ended."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(HOP)
            if not piece:
                raise OSError("it was closed")
            head += piece
        return head

    def pass_on(self, client: socket.socket, server: socket.socket) -> None:
        """Pass bytes on both ways until one end closes."""
        other = {client: server, server: client}
        while True:
            for ready in select.select([client, server], [], [], 30)[0]:
                piece = ready.recv(HOP)
                if not piece:
                    return
                other[ready].sendall(piece)


@contextmanager
def forward_proxy() -> Iterator[ForwardProxy]:
    """A proxy that runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = ForwardProxy(listener)
        thread = threading.Thread(target=proxy.serve, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)
