"""Loopback: the addresses at which this machine alone is reached."""

from collections.abc import Iterable
from ipaddress import ip_address

NAME = "localhost"


def is_loopback(host: str) -> bool:
    """Whether an address to listen at is reached from this machine alone; of names, only `localhost` is known to be."""
    try:
        address = ip_address(host)
    except ValueError:
        return host.lower() == NAME
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def beyond_loopback(hosts: Iterable[str]) -> tuple[str, ...]:
    """Those of the addresses to listen at that other machines can reach."""
    return tuple(host for host in hosts if not is_loopback(host))
