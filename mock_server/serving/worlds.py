"""Which world a request is for: named by its path, a header, its token or a cookie, in this order."""

from collections.abc import Mapping

from ..contract.words import shortened
from ..handlers.errors import BadRequest, ParseException, Refused
from ..world.keeper import NAME
from ..world.sandboxes import DEFAULT, Sandboxes
from .browser_guard import BrowserGuard

PREFIX = "/s/{sandbox}"
TOKEN = b"sandbox_"
"""How a bearer token begins that names a sandbox."""
COOKIE = b"mock_sandbox"


class Worlds:
    """The worlds of a server as requests name them.

    If it is `strict`, only those that were made before; if it is `lenient`, they serve what breaks the contract, too.
    No page of another site makes one.
    """

    def __init__(self, sandboxes: Sandboxes, browser_guard: BrowserGuard, strict: bool, lenient: bool) -> None:
        self.sandboxes = sandboxes
        self.browser_guard = browser_guard
        self.strict = strict
        self.lenient = lenient

    def find_name(self, prefix: str | None, headers: Mapping[bytes, bytes]) -> str:
        """The name of the world of a request, which is there or may be made. Raises `Refused`."""
        name, carrier = (prefix, "sandbox") if prefix is not None else carried(headers)
        if name not in self.sandboxes.live:
            self.check(name, carrier, headers)
        return name

    def check(self, name: str, carrier: str, headers: Mapping[bytes, bytes]) -> None:
        """Refuse a name that no world can have, or that none has if strict or if a page of another site sent it."""
        if not NAME.fullmatch(name):
            detail = (
                f"`{shortened(name)}` is no name of a sandbox."
                " Expected up to 63 characters of a-z, 0-9, _, . and -, the first a letter or a digit, the last no dot,"
                " and none that Windows keeps for itself, such as con."
            )
            raise Refused([ParseException(detail, parameter=carrier)])
        if name in self.sandboxes.all or name == DEFAULT:
            return
        self.browser_guard.check_site(headers)
        if self.strict:
            detail = f'There is no sandbox `{name}`. Make it first: POST /_mock/sandboxes with {{"name": "{name}"}}.'
            raise Refused([BadRequest(detail, parameter=carrier)])


def carried(headers: Mapping[bytes, bytes]) -> tuple[str, str]:
    """The name of a sandbox that headers carry, and which of them does."""
    if (name := headers.get(b"x-mock-sandbox")) is not None:
        return name.decode("latin-1"), "X-Mock-Sandbox"
    if (header := headers.get(b"authorization")) and (name := _name_in_token(header)) is not None:
        return name.decode("latin-1"), "Authorization"
    if (header := headers.get(b"cookie")) and (name := _name_in_cookie(header)) is not None:
        return name.decode("latin-1"), "Cookie"
    return DEFAULT, ""


def _name_in_token(header: bytes) -> bytes | None:
    """Return what a bearer token names, if it names a sandbox."""
    scheme, _, token = header.partition(b" ")
    token = token.strip(b" ")
    names = scheme.lower() == b"bearer" and token[: len(TOKEN)].lower() == TOKEN
    return token[len(TOKEN) :] if names else None


def _name_in_cookie(header: bytes) -> bytes | None:
    """Return the value of the first cookie of the name that has one, without the quotes around it."""
    for cookie in header.replace(b",", b";").split(b";") if COOKIE in header else ():
        name, equals, value = cookie.partition(b"=")
        if name.lstrip(b" ") == COOKIE and equals:
            value = value.rstrip(b" ").removeprefix(b'"').removesuffix(b'"')
            if b'"' not in value:
                return value
    return None
