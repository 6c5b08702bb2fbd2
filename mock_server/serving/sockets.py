"""The sockets of a server: the addresses that its hosts have, all with one port."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from errno import EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT

BACKLOG = 2048
ATTEMPTS = 20
"""How many free ports are tried, until one is free at all addresses."""
EVERY = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}
"""The address of a family that stands for all of this machine."""
ABSENT = (EADDRNOTAVAIL, EAFNOSUPPORT)
"""Why an address of a name cannot be used on a machine that has no IPv6."""

Address = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]
"""A family, and what `bind` takes for it."""


class CannotListen(OSError):
    """Nobody can listen at the address `host`."""

    def __init__(self, host: str, error: OSError) -> None:
        super().__init__(error.errno, error.strerror)
        self.host = host


def listen(hosts: Sequence[str], port: int) -> list[socket.socket]:
    """Return sockets that listen at each host, in their order; raise `CannotListen` if that cannot be.

    Port 0 takes one that is free at all of them. `::` is every address, those of IPv4 as well.
    """
    for _ in range(ATTEMPTS if port == 0 else 1):
        try:
            with ExitStack() as opened:
                sockets = [opened.enter_context(each) for each in _listen_once(hosts, port)]
                opened.pop_all()
                return sockets
        except CannotListen as error:
            failure = error
            if error.errno != EADDRINUSE:
                break
    raise failure


def _listen_once(hosts: Sequence[str], port: int) -> Iterator[socket.socket]:
    """Yield a socket for each address of the hosts; the first decides which free port it is."""
    addresses = {host: _find_addresses(host, port) for host in hosts}
    every = {family for found in addresses.values() for family, (name, *_) in found if name == EVERY[family]}
    listened_at: set[Address] = set()
    for host, found in addresses.items():
        failures = []
        for family, address in found:
            covered = family in every and address[0] != EVERY[family]
            if covered or (family, address) in listened_at:
                continue
            try:
                listening = _open(host, family, (address[0], port, *address[2:]))
            except CannotListen as failure:
                failures.append(failure)
                if failure.errno not in ABSENT or len(failures) == len(found):
                    raise
            else:
                listened_at.add((family, address))
                port = listening.getsockname()[1]
                yield listening


def _open(host: str, family: socket.AddressFamily, address: tuple[str | int, ...]) -> socket.socket:
    """Return a socket that listens at an address of a host. Raise `CannotListen`."""
    try:
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as error:
        raise CannotListen(host, error) from error


def _find_addresses(host: str, port: int) -> list[Address]:
    """Return the addresses that a host has, those of IPv4 first. Each family gets a socket of its own."""
    if host == EVERY[socket.AF_INET6]:
        return [(socket.AF_INET6, (host, port, 0, 0)), (socket.AF_INET, (EVERY[socket.AF_INET], port))]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise CannotListen(host, error) from error
    except ValueError as error:  # with characters that no name has
        raise CannotListen(host, OSError(None, "that is no name of a host")) from error
    families = [(family, address) for family, _, _, _, address in found if family in EVERY]
    return sorted(dict.fromkeys(families), key=lambda each: each[0] != socket.AF_INET)  # type: ignore[arg-type]
