"""The address of a server, as `verify` and `proxy` take it: what is none is refused before anything is asked."""

import pytest

from .commands import run

NO_ADDRESSES = (
    *("127.0.0.1:4010", "ftp://example.com", "http://", "http:///v1"),
    *("http://example.com?x", "http://example.com?", "http://example.com#f", "http://exam ple.com"),
    *("http://example.com:99999", "http://example.com:0", "http://example.com:x"),
    *("http://[::1", "http://a..example.com"),
)


@pytest.mark.parametrize("before", [("verify",), ("proxy",), ("proxy", "http://example.com", "--shadow")])
def test_what_is_no_address_is_refused(before: tuple[str, ...]) -> None:
    """It says so, and what one looks like. A password in one is not repeated."""
    for address in NO_ADDRESSES:
        code, output, error = run(*before, address)
        assert (code, output) == (2, ""), address
        assert f"`{address}` is no address of a server. Expected one such as https://api.example.com." in error
    for address in ("http://me:fixture-password@example.com", "http://me:fixture-password@example.com:99999"):
        code, output, error = run(*before, address)
        assert (code, output) == (2, "")
        assert "A name or a password in an address would be shown: send them in a header." in error
        assert "fixture-password" not in error
