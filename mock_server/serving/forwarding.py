"""What a reverse proxy says of a request: below which prefix, and at which address, its client knows this server."""

import logging
import re
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.types import Scope

logger = logging.getLogger("common_apis")

Network = IPv4Network | IPv6Network
Headers = dict[bytes, bytes]

LONGEST_PREFIX = 200
PREFIX = re.compile(r"(?:/(?!\.+(?:/|$))[A-Za-z0-9._~-]+)+")
"""Segments of unreserved characters (RFC 3986), none of them only dots: no scheme, no host, no script."""
OWN = frozenset({"v1", "s", "_mock", "docs", "cases", "problems", "openapi.json", "openapi.yaml"})
"""What the paths of this server begin with. A prefix that begins so would be taken for one of them."""
HOST = re.compile(rb"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
SCHEMES = (b"http", b"https")
FORWARDED = (b"x-forwarded-prefix", b"x-forwarded-proto", b"x-forwarded-host")


class Forwarding:
    """Which prefix the paths of this server have outside, and which networks may say so of a request.

    `X-Forwarded` headers that come from one of the `trusted` networks are read, and all others ignored.
    """

    def __init__(self, root_path: str = "", trusted: tuple[Network, ...] = ()) -> None:
        self.root_path = root_path
        self.trusted = trusted
        self.is_used = bool(root_path or trusted)
        self._warnings: set[str] = set()

    def apply(self, scope: Scope) -> Scope:
        """Return the scope as it is for the client of the proxy.

        `root_path` is the prefix, and the path is without it, whether the proxy has taken it away or not.
        """
        forwarded = self._read_headers(scope)
        prefix = self._find_prefix(scope, forwarded)
        scope = without_prefix(scope, prefix)
        scope["root_path"] = prefix
        if (scheme := forwarded.get(b"x-forwarded-proto", b"").lower()) in SCHEMES:
            scope["scheme"] = scheme.decode()
        if HOST.fullmatch(host := forwarded.get(b"x-forwarded-host", b"")):
            scope["headers"] = [each for each in scope["headers"] if each[0] != b"host"] + [(b"host", host)]
        return scope

    def _read_headers(self, scope: Scope) -> Headers:
        """Return what the proxy says; of a list the first counts, and prefixes are joined as proxies add them."""
        sent = [each for each in scope["headers"] if each[0] in FORWARDED]
        if not sent or not self._is_trusted(scope):
            return {}
        read: Headers = {}
        for name, value in sent:
            parts = [part.strip() for part in value.split(b",")]
            if name == b"x-forwarded-prefix":
                read[name] = read.get(name, b"") + b"".join(part.rstrip(b"/") for part in parts)
            else:
                read.setdefault(name, parts[0])
        return read

    def _is_trusted(self, scope: Scope) -> bool:
        """Return whether a request comes from a proxy whose word counts."""
        try:
            peer = ip_address((scope.get("client") or ("",))[0])
        except ValueError:  # no address of a network
            return False
        address = getattr(peer, "ipv4_mapped", None) or peer
        trusted = any(address in network for network in self.trusted)
        if not trusted and self.trusted:
            self._warn_once(f"X-Forwarded headers of {address} are ignored: no `--trusted-proxy` has this address.")
        return trusted

    def _find_prefix(self, scope: Scope, forwarded: Headers) -> str:
        """Return the prefix of a request: by the header, by the option, or by the application around this one."""
        said = forwarded.get(b"x-forwarded-prefix")
        if said is not None:
            prefix = said.decode("latin-1")
            if not prefix or is_prefix(prefix):
                return prefix
            self._warn_once(
                "An X-Forwarded-Prefix is ignored: it is no path such as /api, or one of this server's own."
            )
        around = str(scope.get("root_path", "")).rstrip("/")
        return self.root_path or (around if PREFIX.fullmatch(around) else "")

    def _warn_once(self, text: str) -> None:
        """Warn whoever runs the server, and not at every request."""
        if text not in self._warnings and len(self._warnings) < 10:
            self._warnings.add(text)
            logger.warning("%s", text)


def without_prefix(scope: Scope, prefix: str) -> Scope:
    """Return a copy of a scope; if its path begins with the prefix, without it."""
    path = scope.get("path", "")
    raw: bytes = scope.get("raw_path") or path.encode()
    copy = dict(scope)
    if prefix and path.startswith(prefix) and f"{raw.decode('latin-1')}/".startswith(f"{prefix}/"):
        copy["path"] = path[len(prefix) :] or "/"
        copy["raw_path"] = raw[len(prefix) :] or b"/"
    return copy


def is_prefix(path: str) -> bool:
    """Return whether a path can be the prefix of this server."""
    return len(path) <= LONGEST_PREFIX and bool(PREFIX.fullmatch(path)) and path.split("/")[1] not in OWN
