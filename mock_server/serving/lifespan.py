"""The lifespan of an application under any server: what can wait is done beside, and at its end the logs are folded."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ..world.sandboxes import Sandboxes

logger = logging.getLogger("common_apis")

PAUSE = 1
"""Seconds between two times that what can wait is done."""


@asynccontextmanager
async def manage(sandboxes: Sandboxes, app: Any) -> AsyncIterator[None]:
    """Look after the sandboxes of an application while a server runs it, and close them."""
    chores = asyncio.create_task(repeat_chores(sandboxes))
    try:
        yield
    finally:
        chores.cancel()
        sandboxes.close()


async def repeat_chores(sandboxes: Sandboxes) -> None:
    """Do what can wait, again and again; what fails is tried again the next time."""
    while True:
        await asyncio.sleep(PAUSE)
        try:
            await sandboxes.chores()
        except Exception:
            logger.exception("The chores failed.")
