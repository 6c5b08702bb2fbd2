"""Mocks whose every answer is held against the contracts, and a world of one's own in a mock that tests share."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from common_apis.contract.document import CONTROL, load
from common_apis.serving.app import Settings, create_app, create_sandboxes
from common_apis.world.log import Sync
from common_apis.world.sandboxes import Sandboxes

from .form import Form
from .world import Checked, World


@pytest.fixture(scope="session")
def control() -> dict[str, Any]:
    """The folded contract of the control plane. It is shared: a test that changes it works on a copy."""
    return load(CONTROL)


@pytest.fixture(scope="session")
def form(contract: dict[str, Any], control: dict[str, Any]) -> Form:
    """The form of all answers."""
    return Form(contract, control)


@pytest.fixture
def make_mock(contract: dict[str, Any], form: Form) -> Callable[..., Checked]:
    """Makes a mock with settings of one's own, as `Settings` has them."""
    return lambda **settings: Checked(create_app(Settings(**settings), contract), form)


@pytest.fixture(scope="session")
def shared_mock(contract: dict[str, Any], form: Form) -> Checked:
    """A mock for tests that keep to sandboxes of their own."""
    return Checked(create_app(Settings(), contract), form)


@pytest.fixture
def world(shared_mock: Checked) -> Iterator[World]:
    """A fresh world, the clinic, its clock standing still."""
    world = shared_mock.world()
    yield world
    world.ask("DELETE")


@pytest.fixture
def start(tmp_path: Path, contract: dict[str, Any], form: Form) -> Iterator[Callable[..., Checked]]:
    """Starts a server, as it were, over one and the same folder; one that was started before is closed first."""
    running: list[Sandboxes] = []

    def start(**settings: Any) -> Checked:
        while running:
            running.pop().close()
        chosen = replace(Settings(data=tmp_path / "data", sync=Sync.NONE), **settings)
        running.append(create_sandboxes(chosen, contract))
        return Checked(create_app(chosen, contract, running[0]), form)

    yield start
    while running:
        running.pop().close()
