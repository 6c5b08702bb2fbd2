"""Waiting for what another process does a little later."""

import time
from collections.abc import Callable

PATIENCE_S = 30
"""More than the busiest machine needs."""


def wait_until(done: Callable[[], object]) -> None:
    """Wait until something is so; fail if it does not come about."""
    until = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < until, f"it has not come about within {PATIENCE_S} seconds"
        time.sleep(0.01)
