"""Requests that a foreign page could have a browser send: under a host name of its own, and across sites."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Scope

from ..contract.words import shortened
from ..handlers.errors import Forbidden
from .allowed_hosts import AllowedHosts, missing_host
from .allowed_origins import AllowedOrigins
from .response import Turned

logger = logging.getLogger("common_apis")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods of requests that change nothing, whoever has caused them (RFC 9110, 9.2.1)."""
_DIRECT = (b"same-origin", b"none")
"""Values of `Sec-Fetch-Site` for requests that no other site has caused."""
_REFERRER = re.compile(rb"https?://[^/?#]+")
"""The origin of a page in `Referer`."""
_REPORTED = 100
"""How many origins are reported to the terminal, at most: a page could make up any number of names."""


@dataclass(frozen=True)
class BrowserGuard:
    """Refuses what a foreign page could have a browser send, before anything else is done with it."""

    hosts: AllowedHosts = field(default_factory=AllowedHosts)
    origins: AllowedOrigins = field(default_factory=AllowedOrigins)
    _reported: set[bytes] = field(default_factory=set)

    def check_host(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Refuse a host name that is not served, and a request without one. Raises `Turned`."""
        host = headers.get(b"host")
        if host is not None:
            if fault := self.hosts.find_fault(host):
                raise Turned(fault)
        elif scope["http_version"] == "1.1":
            raise Turned(missing_host())

    def check_site(self, headers: Mapping[bytes, bytes]) -> None:
        """Refuse a request that a page of another site has caused, or may have caused. Raises `Turned`.

        Browsers send `Sec-Fetch-Site` to addresses that they trust, such as 127.0.0.1, and `Origin` with what is no
        GET. To others, such as those of a network, a GET may have a `Referer`, which a page can have them leave out.
        Programs send none of the three.
        """
        site, origin, parameter = headers.get(b"sec-fetch-site"), headers.get(b"origin"), "Origin"
        if site in _DIRECT:
            return
        if site is None and origin is None:
            if b"referer" not in headers and b"accept-language" not in headers:
                return  # a program
            origin, parameter = _find_referrer(headers), "Referer"
            if origin is None and not _is_from_browser(headers):
                return
        if origin is None:
            detail = (
                "A page of another site may have caused this request, which could change something here."
                " Send it with a program, or with fetch() from a page whose origin is allowed by --cors."
            )
            raise Turned(Forbidden(detail, parameter="Sec-Fetch-Site" if site else "User-Agent"))
        if not self.is_allowed(origin, headers):
            raise Turned(Forbidden(refusal_of_origin(origin.decode("latin-1")), parameter=parameter))

    def is_allowed(self, origin: bytes, headers: Mapping[bytes, bytes]) -> bool:
        """Return whether pages of an origin may call: it is allowed, or it is the origin of this very server."""
        return origin.decode("latin-1") in self.origins or _is_own(origin, headers.get(b"host", b""))

    def report_origin(self, headers: Mapping[bytes, bytes]) -> None:
        """Report an origin that may not read what it asks for, once: the browser shows nobody why."""
        origin = headers[b"origin"]
        if origin in self._reported or len(self._reported) >= _REPORTED or self.is_allowed(origin, headers):
            return
        self._reported.add(origin)
        logger.warning("%s", refusal_of_origin(origin.decode("latin-1")))


def refusal_of_origin(origin: str) -> str:
    """Return what to say of an origin that is not allowed, and the option that allows it."""
    advice = f"Start it with `--cors {shortened(origin)}`."
    if origin == "null":
        advice = "Serve the page over HTTP, or start it with `--cors null`."
    return f"Pages of {shortened(origin)} may not call this server. {advice}"


def _find_referrer(headers: Mapping[bytes, bytes]) -> bytes | None:
    """Return the origin of the page that has caused a request, if `Referer` tells it."""
    found = _REFERRER.match(headers.get(b"referer", b""))
    return found and found[0]


def _is_from_browser(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a request has what all browsers send, whatever a page does; programs send one of them at most."""
    return headers.get(b"user-agent", b"").startswith(b"Mozilla/") and b"accept-language" in headers


def _is_own(origin: bytes, host: bytes) -> bool:
    """Return whether an origin is that of the server that a request names; default ports are left out by browsers."""
    scheme, _, authority = origin.lower().partition(b"://")
    default_port = {b"http": b":80", b"https": b":443"}.get(scheme)
    return default_port is not None and authority == host.lower().removesuffix(default_port)
