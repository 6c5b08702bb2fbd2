"""What a server holds of those who have gone."""

import gc

import httpx

from common_apis.mock_server.serving.protocol import Protocol
from common_apis.mock_server.testing.server import Server

from ..mock import A
from ..waiting import wait_until


def test_a_connection_that_has_ended_is_not_held() -> None:
    """The journal has what was asked on it, and no more of it; nor does it wait for the collector of garbage."""
    with Server() as server:
        gc.collect()
        gc.disable()
        try:
            for _ in range(3):
                assert httpx.get(f"{server.url}/v1/workers/{A}").status_code == 200
            wait_until(lambda: not held())
            assert len(server.sandboxes.find("default").journal.kept) == 3
        finally:
            gc.enable()


def held() -> list[Protocol]:
    """The connections that there are in this process."""
    return [each for each in gc.get_objects() if isinstance(each, Protocol)]
