"""Chromium, as the machine has it; Playwright's own is never downloaded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def launch(program: Callable[[str], str], *names: str) -> Iterator[Browser]:
    """Run Chromium, in which these host names are this machine, and no other name is anything."""
    mapped = [f"MAP {name} 127.0.0.1" for name in names]
    rules = ", ".join([*mapped, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"])
    chromium = program("chromium")
    expect.set_options(timeout=20_000)  # the reference is large, and a busy machine slow
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=[*ARGUMENTS, f"--host-resolver-rules={rules}"]
        )
        yield browser
        browser.close()
