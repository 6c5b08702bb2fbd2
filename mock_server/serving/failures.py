"""Failures outside of any request: what the event loop reports, such as that no descriptor is left to accept with."""

import asyncio
import logging
import time
from errno import EMFILE, ENFILE, ENOBUFS, ENOMEM
from typing import Any

logger = logging.getLogger("common_apis")

EXHAUSTED = (EMFILE, ENFILE, ENOBUFS, ENOMEM)
"""What the system says when it has nothing more to give."""
RETRY = "_start_serving"
"""What asyncio calls a second after a shortage, to accept again: once for each connection that could have waited."""
PAUSE_S = 60
"""Seconds in which a shortage is told of once: it is met again and again while it lasts."""


class FailureHandler:
    """Reports what failed in an event loop: a shortage in one line, since it passes; all else as asyncio does."""

    def __init__(self) -> None:
        self.reported = -float(PAUSE_S)

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Report a failure; asyncio calls this with what it knows of it."""
        error = context.get("exception")
        if isinstance(error, ValueError) and RETRY in context["message"]:
            return  # the server has stopped meanwhile
        if not isinstance(error, OSError) or error.errno not in EXHAUSTED:
            loop.default_exception_handler(context)
        elif (now := time.monotonic()) - self.reported >= PAUSE_S:
            self.reported = now
            logger.warning(
                "the server is short of something: %s. Connections are closed unanswered until there is more;"
                " `ulimit -n` says how many files and connections it may have.",
                error.strerror,
            )
