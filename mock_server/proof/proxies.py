"""Proxies of the network: by which of them a server is asked, and how that is said."""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

import httpx


class Proxy(NamedTuple):
    """A proxy at a URL, and the setting that names it, such as the variable HTTP_PROXY."""

    url: str
    setting: str

    def __str__(self) -> str:
        """Return its address without what lets one in, and who says so."""
        scheme, _, address = self.url.partition("//")
        return f"the proxy {scheme}//{address.rpartition('@')[2].rstrip('/')} ({self.setting})"


FindProxy = Callable[[str], Proxy | None]
"""Finds the proxy by which a URL is to be asked for, if there is one."""


def find_none(url: str) -> None:
    """Ask every server directly."""


def describe_route(url: str, proxy: Proxy | None) -> str:
    """Return a URL, and by which proxy it is asked for."""
    return f"{url} through {proxy}" if proxy else url


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine itself. The address of all interfaces is taken for it, as systems do."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = parse_address(name)
    return address is not None and (address.is_loopback or address.is_unspecified)


def parse_address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host is, also in the short forms of IPv4, such as 127.1; None for a name."""
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError, ValueError):
        pass
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


class Transport(httpx.AsyncBaseTransport):
    """Sends each request by the proxy that is found for its URL; the environment has no say in it."""

    def __init__(self, find_proxy: FindProxy, limits: httpx.Limits | None = None) -> None:
        self.find_proxy = find_proxy
        self.limits = limits or httpx.Limits()
        self.opened: dict[Proxy | None, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises `httpx.ProxyError` if there is a proxy of a kind that cannot be used."""
        proxy = self.find_proxy(f"{request.url.scheme}://{request.url.netloc.decode()}")
        if proxy not in self.opened:
            self.opened[proxy] = self.open(proxy)
        return await self.opened[proxy].handle_async_request(request)

    def open(self, proxy: Proxy | None) -> httpx.AsyncHTTPTransport:
        """Return a transport of a proxy, or one that needs none."""
        try:
            return httpx.AsyncHTTPTransport(limits=self.limits, proxy=httpx.Proxy(proxy.url) if proxy else None)
        except ImportError as error:
            raise httpx.ProxyError("a SOCKS proxy takes one more package. Install it: pip install socksio") from error
        except (ValueError, httpx.InvalidURL) as error:
            raise httpx.ProxyError(f"that proxy cannot be used: {error}") from error

    async def aclose(self) -> None:
        """End all connections."""
        for each in self.opened.values():
            await each.aclose()
