"""What a server holds of those who have gone."""

import gc
from collections.abc import Callable
from types import TracebackType

import httpx
import pytest

from common_apis.serving.guard import Guard
from common_apis.serving.protocol import Protocol
from common_apis.testing.server import Server

from ..mock import A, Mock
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
            assert len(server.sandboxes.live["default"].journal.kept) == 3
        finally:
            gc.enable()


def held() -> list[Protocol]:
    """The connections that there are in this process."""
    return [each for each in gc.get_objects() if isinstance(each, Protocol)]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/v1/x", {"Host": "evil.example"}),
        ("GET", "/v1/x", {"Host": "a b"}),
        ("POST", "/v1/patients", {"Origin": "https://evil.example"}),
        ("OPTIONS", "/v1/patients", {"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"}),
        ("GET", "/v1/x", {"Authorization": "Bearer other"}),
        ("GET", "/v1/workers/me", {"Authorization": "Bearer right", "Cookie": "c" * 65536}),
        ("GET", "/v1/workers/me", {"Authorization": "Bearer right"}),
        ("PATCH", "/v1/patients", {"Authorization": "Bearer right"}),
        ("POST", "/v1/patients", {"Authorization": "Bearer right", "Content-Type": "text/plain"}),
        ("GET", "/nothing", {}),
        ("GET", "/_mock/sandboxes/none", {"Authorization": "Bearer right"}),
    ],
    ids=str,
)
def test_a_refusal_leaves_nothing_of_the_way_of_its_request(
    make_mock: Callable[..., Mock], method: str, path: str, headers: dict[str, str]
) -> None:
    """An exception that is raised again has a traceback for each time, with the headers of each request."""
    mock = make_mock(guard=Guard(demands_token=True, tokens=frozenset({"right"})))

    def count_tracebacks() -> int:
        gc.collect()
        return sum(isinstance(each, TracebackType) for each in gc.get_objects())

    assert mock.ask(method, path, headers=headers).is_client_error
    gc.freeze()  # what other tests have left takes long to look through
    try:
        before = count_tracebacks()
        for _ in range(3):
            mock.ask(method, path, headers=headers)
        assert count_tracebacks() <= before
    finally:
        gc.unfreeze()
