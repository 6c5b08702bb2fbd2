"""Mocks whose every answer is held against both contracts, and a world of one's own in a mock that tests share."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from common_apis.contract.document import CONTROL, load
from common_apis.serving.app import Settings, create_app

from ..control.world import Checked, World
from .calls import Answers
from .form import Form


@pytest.fixture(scope="session")
def control() -> dict[str, Any]:
    """The folded contract of the control plane."""
    return load(CONTROL)


@pytest.fixture(scope="session")
def form(contract: dict[str, Any], control: dict[str, Any]) -> Form:
    """The form of all answers."""
    return Form(contract, control)


@pytest.fixture(scope="session")
def answers(contract: dict[str, Any]) -> Answers:
    """What the contract declares."""
    return Answers(contract)


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
