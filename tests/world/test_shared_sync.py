"""Writes that wait for the same sync do not depend on each other."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from common_apis.world import log_store

from ..mock import A, Mock


def test_who_goes_away_leaves_the_sync_to_the_others(
    make_mock: Callable[..., Mock], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that is cancelled while it waits for the disk takes nothing from another that waits for the same."""
    writer, disk = ThreadPoolExecutor(1), threading.Event()
    monkeypatch.setattr(log_store, "WRITERS", writer)
    mock = make_mock(data=tmp_path)
    assert mock.post("/v1/conversations", {"user_id": A}).status_code == 201

    async def test() -> None:
        writer.submit(disk.wait)
        first, second = (
            asyncio.ensure_future(mock.send("POST", "/v1/conversations", json={"user_id": A})) for _ in range(2)
        )
        for _ in range(1000):
            await asyncio.sleep(0)  # both have come as far as they can
        assert not first.done()
        assert not second.done()
        first.cancel()
        await asyncio.sleep(0)
        disk.set()
        assert (await second).status_code == 201

    try:
        asyncio.run(test())
    finally:
        disk.set()
        writer.shutdown()
