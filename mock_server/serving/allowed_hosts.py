"""The names under which a server answers, so that a foreign name which resolves to this machine does not reach it."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address

from ..contract.words import shortened
from ..handlers.errors import Fault, Forbidden, ParseException

_AUTHORITY = re.compile(r"(\[[^\]]*\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)(?::[0-9]*)?")
"""What RFC 9112, 3.2 allows as the value of `Host`, but for an empty name, which no URL of HTTP has."""
LAST_LABEL_OF_ADDRESS = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
"""How the last label of an IPv4 address looks, and that of no name (https://url.spec.whatwg.org/#ends-in-a-number)."""
_PRIVATE = (".localhost", ".local", ".internal", ".test")
"""Domains that no stranger can register (RFC 6761, RFC 6762, and ICANN's reservation of `internal`)."""
_UNSPECIFIED = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]", "[::ffff:0:0]": "127.0.0.1"}
"""Addresses that lead to this machine, as browsers send them, and what to ask instead: any page may ask these."""
_REMEMBERED = 256
LONGEST = 253
"""Characters of a host name (RFC 1035, 2.3.4)."""


class AllowedHosts:
    """The host names that are served: addresses of one machine, private names, and those that were allowed.

    Each of `names` is a name, `*.example.com` for all names below one, or `*` for any name.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        lowered = {name.lower().removesuffix(".") for name in names}
        self._any = "*" in lowered
        self._names = frozenset(name for name in lowered if not name.startswith("*"))
        self._suffixes = (*_PRIVATE, *(name[1:] for name in lowered if name.startswith("*.")))
        self.find_fault = lru_cache(_REMEMBERED)(self._find_fault)

    def _find_fault(self, host: bytes) -> Fault | None:
        """Return what is wrong with a value of `Host`, or None if it is served.

        It is remembered, so it is no exception: one that is raised again keeps the frames of each time.
        """
        found = _AUTHORITY.fullmatch(host.decode("latin-1"))
        name = found and found[1].lower().removesuffix(".")
        if not name or (name.startswith("[") and not _is_ipv6(name[1:-1])):
            detail = f"`Host` is `{shortened(host.decode('latin-1'))}`. Expected one host, such as 127.0.0.1:4010."
            return ParseException(detail, parameter="Host")
        if self._is_allowed(name):
            return None
        if instead := _UNSPECIFIED.get(name):
            detail = f"This server does not answer to `{name}`, which a page of any site can ask. Use {instead}."
            return Forbidden(detail, parameter="Host")
        detail = (
            f"This server does not answer to the host name `{name[:LONGEST]}`, so that no web page can reach it under"
            " a name of its own. Use an IP address or localhost,"
            f" or start the server with `--allow-host {name[:LONGEST]}`."
        )
        return Forbidden(detail, parameter="Host")

    def _is_allowed(self, name: str) -> bool:
        last_label = name.rpartition(".")[2]
        is_address = name.startswith("[") or LAST_LABEL_OF_ADDRESS.fullmatch(last_label) is not None
        is_private = "." not in name or name.endswith(self._suffixes)
        return self._any or (name not in _UNSPECIFIED and (is_address or is_private or name in self._names))


def missing_host() -> Fault:
    """Return what is wrong with a request of HTTP/1.1 without `Host` (RFC 9112, 3.2)."""
    detail = "The request has no `Host` header, which HTTP/1.1 demands. Send the host that you ask, with its port."
    return ParseException(detail, parameter="Host")


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
