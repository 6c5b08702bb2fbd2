"""A portal of a small contract, to ask in process."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.types import ASGIApp

from common_apis.portal.app import create_portal
from common_apis.world.cases import load

from . import asking


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """A contract of two resources."""
    text = Path(__file__).with_name("contract.yaml").read_text("utf-8")
    contract: dict[str, Any] = yaml.safe_load(text)
    return contract


@pytest.fixture(scope="session")
def portal(document: dict[str, Any]) -> ASGIApp:
    """The portal of that contract."""
    return create_portal(document, {}, load(), not_found=asking.refuse)


@pytest.fixture(scope="session")
def ask(portal: ASGIApp) -> asking.Ask:
    """Sends one request to that portal."""
    return partial(asking.ask, portal)
