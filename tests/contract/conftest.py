"""What the tests of the contract read: the folded contract, the document as data, the register of decisions."""

from pathlib import Path

import pytest
import yaml

from common_apis.contract.document import CONTRACT, load

from .reading import Document, Inventory


@pytest.fixture(scope="session")
def contract() -> Document:
    """The folded contract, not to be changed."""
    return load()


@pytest.fixture(scope="session")
def inventory() -> Inventory:
    """The document as data."""
    file = Path(__file__).with_name("inventory.yaml")
    data: Inventory = yaml.safe_load(file.read_text("utf-8"))
    return data


@pytest.fixture(scope="session")
def register() -> str:
    """The text of the register of decisions."""
    return CONTRACT.with_name("DECISIONS.md").read_text("utf-8")
