"""Ports for servers that are told where to listen."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserve_port() -> Iterator[str]:
    """A port at which nobody listens, and that nobody else is given until the block ends.

    It stays bound, so the system picks it for no other program; who names it can listen there all the same, since
    both set SO_REUSEADDR.
    """
    family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET
    with socket.socket(family) as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            reserved.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        reserved.bind(("", 0))
        yield str(reserved.getsockname()[1])
