"""Options about browsers: a host or an origin that no browser sends is refused, since it would have no effect."""

import re

import click
import pytest

from common_apis.cli import main

NAMES = {"--cors": "origins", "--allow-host": "allowed_hosts"}


def parse(option: str, value: str) -> object:
    """What `serve` makes of an option."""
    command = main.commands["serve"]
    return command.make_context("serve", [option, value]).params[NAMES[option]]


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--cors", "https://1.2.3", "Expected https://1.2.0.3."),
        ("--cors", "https://0x7f.1", "Expected https://127.0.0.1."),
        ("--cors", "https://1.2.3.4.", "Expected https://1.2.3.4."),
        ("--cors", "http://[::ffff:1.2.3.4]", "Expected http://[::ffff:102:304]."),
        ("--cors", "http://[2001:DB8:0:0::1]:80", "Expected http://[2001:db8::1]."),
        *(
            ("--cors", value, "Expected one such as https://app.example.com, or null")
            for value in (
                *("https://a b", "https://exa<mple", "https://x\\y", "https://a..b", "https://.", "https://*."),
                *(
                    "https://256.1.1.1",
                    "https://1.2.3.4.5",
                    "https://*.1.2.3.4",
                    "https://a.08",
                    "http://[fe80::1%25e]",
                ),
                *("ftp://x", "mailto://x", "file://x", "ws://x", "data://x", f"https://{'x' * 64}.example"),
                *("chrome-extension://a b", "chrome-extension://", f"https://{'x.' * 126}xx"),
            )
        ),
        *(
            ("--allow-host", value, "Expected one such as mock.example.com, without scheme and port.")
            for value in (
                "a\\b",
                "a\tb",
                "a b",
                "<x>",
                ".",
                "a..b",
                "x" * 300,
                "256.1.1.1",
                "*.1.2.3.4",
                "::1",
                "[::1]",
            )
        ),
        ("--allow-host", "0.0.0.0", "Ask 127.0.0.1,"),
    ],
)
def test_a_host_that_no_browser_sends_is_refused(option: str, value: str, expected: str) -> None:
    """It would have no effect; where the browser sends another form of it, that is what to write."""
    with pytest.raises(click.BadParameter, match=re.escape(expected)) as refused:
        parse(option, value)
    assert f"`{value}`" in str(refused.value)


@pytest.mark.parametrize(
    ("option", "value", "parsed"),
    [
        *(
            ("--cors", value, value)
            for value in (
                *(
                    "*",
                    "null",
                    "https://app.example.com",
                    "https://*.example.com:8443",
                    "http://mock",
                    "http://a_b.test",
                ),
                *("http://1.2.0.3:81", "http://[::ffff:102:304]", "http://[2001:db8::1]:81", "https://example.com."),
                *("chrome-extension://abcdefghijklmnopabcdefghijklmnop", "capacitor://localhost", "app://."),
            )
        ),
        ("--allow-host", "*", "*"),
        ("--allow-host", "Mock.Example.com.", "mock.example.com."),
        ("--allow-host", "*.münster.example", "*.xn--mnster-3ya.example"),
        ("--allow-host", "my_mock", "my_mock"),
    ],
)
def test_a_host_that_a_browser_sends_is_taken(option: str, value: str, parsed: str) -> None:
    """Of pages, of extensions and of apps."""
    assert parse(option, value) == (parsed,)
