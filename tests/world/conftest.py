"""What the tests of worlds share."""

from typing import Any

import pytest

from .worlds import Worlds


@pytest.fixture(scope="session")
def worlds(contract: dict[str, Any]) -> Worlds:
    """Makes worlds."""
    return Worlds(contract)
