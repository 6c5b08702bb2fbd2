"""What a request must be before anybody looks at what it asks: small enough in its headers, and let in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from itertools import chain

from ..handlers.errors import HeaderFieldsTooLarge, Unauthorized
from .response import Turned

LARGEST_HEADERS = 64 << 10
"""Bytes of all names and values (D-37)."""

CHALLENGE = (b"www-authenticate", b'Bearer realm="common-apis"')


@dataclass(frozen=True)
class Guard:
    """Who is let in: everybody, whoever has a token, or whoever has one of these `tokens` (D-30)."""

    demands_token: bool = False
    tokens: frozenset[str] = frozenset()

    def check(self, headers: Mapping[bytes, bytes]) -> None:
        """Refuse a request without a token that is taken."""
        if not self.demands_token:
            return
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            detail = "This server demands a bearer token. Send `Authorization: Bearer TOKEN`."
        elif self.tokens and not self.takes(token):
            detail = "This server does not take the bearer token of the request. Send one that it was started with."
        else:
            return
        raise Turned(Unauthorized(detail, parameter="Authorization"), CHALLENGE)

    def takes(self, token: str) -> bool:
        """Whether a token is one of those that are taken, told in a time that says nothing of how near it comes."""
        sent = token.encode()
        return any(compare_digest(sent, each.encode()) for each in self.tokens)

    def lets_in(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a request has a token that is taken, or needs none."""
        try:
            self.check(headers)
        except Turned:
            return False
        return True


def check_size(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """How many bytes headers have in all. Refuse those that are too large."""
    size = sum(map(len, chain.from_iterable(headers)))
    if size > LARGEST_HEADERS:
        raise headers_too_large()
    return size


def headers_too_large() -> Turned:
    """The refusal of headers over the bound."""
    detail = f"The headers are larger than {LARGEST_HEADERS} bytes in all. Large cookies are the usual cause."
    return Turned(HeaderFieldsTooLarge(detail))
