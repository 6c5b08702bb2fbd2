"""What the tests of bounds share."""

from typing import Any

import pytest

from .loop import Loop


@pytest.fixture
def loop(contract: dict[str, Any]) -> Loop:
    """A mock of its own."""
    return Loop(contract)
