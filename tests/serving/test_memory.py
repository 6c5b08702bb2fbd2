"""What a server holds of those who have gone."""

import gc
import time

import httpx

from common_apis.mock_server.serving.protocol import Protocol
from common_apis.mock_server.testing.server import Server

from ..mock import A

PATIENCE_S = 5


def test_a_connection_that_has_ended_is_not_held() -> None:
    """The journal has what was asked on it, and no more of it; nor does it wait for the collector of garbage."""
    with Server() as server:
        gc.collect()
        gc.disable()
        try:
            for _ in range(3):
                assert httpx.get(f"{server.url}/v1/workers/{A}").status_code == 200
            deadline = time.monotonic() + PATIENCE_S
            while held() and time.monotonic() < deadline:
                time.sleep(0.01)
            assert len(server.sandboxes.find("default").journal.kept) == 3
            assert not held()
        finally:
            gc.enable()


def held() -> list[Protocol]:
    """The connections that there are in this process."""
    return [each for each in gc.get_objects() if isinstance(each, Protocol)]
