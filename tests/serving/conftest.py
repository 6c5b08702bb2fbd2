"""A mock that tests share, connections to the running server, and what all of these answer when they refuse."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from common_apis.serving.app import Settings, create_app

from ..mock import Mock
from ..resources.problem import ProblemForm
from .wire import Wire


@pytest.fixture(scope="session")
def form(contract: dict[str, Any]) -> ProblemForm:
    """The form that every refusal has."""
    return ProblemForm(contract)


@pytest.fixture(scope="session")
def shared_mock(contract: dict[str, Any]) -> Mock:
    """A mock for tests that leave no record that another test could meet."""
    return Mock(create_app(Settings(), contract))


@pytest.fixture
def wire(server_url: str) -> Iterator[Wire]:
    """A connection to the running server."""
    with Wire(server_url) as wire:
        yield wire


@pytest.fixture
def connect(server_url: str) -> Callable[[], Wire]:
    """Makes further connections to the running server."""
    return lambda: Wire(server_url)
