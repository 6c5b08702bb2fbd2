"""The proxies of the network that the environment names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ..proof.proxies import Proxy, is_this_machine, parse_address


def find_proxy(url: str) -> Proxy | None:
    """Return the proxy by which a URL is to be asked for, as curl and others do; this machine is never asked by one."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_this_machine(host) or proxy_bypass(parts.netloc.rpartition("@")[2]) or _is_excepted(host):
        return None
    settings = getproxies()
    kind = next((each for each in (parts.scheme, "all") if settings.get(each)), None)
    if kind is None:
        return None
    address = settings[kind]
    variables = (f"{kind}_proxy", f"{kind}_proxy".upper())
    setting = next((each for each in variables if os.environ.get(each) == address), "the settings of the system")
    return Proxy(address if "://" in address else f"http://{address}", setting)


@contextmanager
def proxies_for(url: str) -> Iterator[None]:
    """Have the environment say what `find_proxy` finds: Schemathesis asks by `requests`, which looks there itself."""
    before = os.environ.get("no_proxy")
    if find_proxy(url) is None:
        os.environ["no_proxy"] = "*"
    try:
        yield
    finally:
        os.environ.pop("no_proxy", None)
        if before is not None:
            os.environ["no_proxy"] = before


def _is_excepted(host: str) -> bool:
    """Whether NO_PROXY has what Python does not look for: `*` among others, and networks such as 10.0.0.0/8."""
    address = parse_address(host)
    for each in getproxies().get("no", "").split(","):
        try:
            if each.strip() == "*" or (address and address in ip_network(each.strip(), strict=False)):
                return True
        except ValueError:
            continue
    return False
