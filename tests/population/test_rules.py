"""What a generated world has, the API takes: every record can be sent as a client would have sent it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from common_apis.contract.document import operations
from common_apis.contract.model import sent
from common_apis.contract.schema import json_schema

from ..mock import Mock
from ..resources.clinic import records
from .conftest import Make


@pytest.fixture
def folder(make: Make) -> Path:
    """A world of twenty patients."""
    return make(20)


@pytest.fixture
def mock(make_mock: Callable[..., Mock], folder: Path) -> Mock:
    """A mock that starts from that world."""
    return make_mock(seed=folder.name, seed_dirs=(folder,))


def fields(contract: dict[str, Any], method: str) -> dict[str, set[str]]:
    """Which fields a request of a method may have, by collection."""
    return {
        path.split("/")[2]: set(json_schema(sent(operation), contract)["properties"])
        for verb, path, operation in operations(contract)
        if verb == method
    }


def test_a_put_of_a_records_own_fields_changes_nothing(mock: Mock, folder: Path, contract: dict[str, Any]) -> None:
    """So each keeps the rules that an update is held to: those of events, references and unique values among them."""
    for collection, names in fields(contract, "put").items():
        found = records(collection, folder)
        assert found
        for record in found:
            body = {name: record[name] for name in sorted(names) if record[name] is not None}
            answer = mock.put(f"/v1/{collection}/{record['id']}", body)
            assert answer.status_code == 200, answer.text
            assert answer.json() | {"updated_at": 0} == record | {"updated_at": 0}


def test_a_post_of_a_records_own_fields_makes_its_like(mock: Mock, folder: Path, contract: dict[str, Any]) -> None:
    """So each keeps the rules that a create is held to. External ids are left out: each may be there once (D-20)."""
    for collection, names in fields(contract, "post").items():
        if collection != "external_ids":
            found = records(collection, folder)
            assert found
            for record in found:
                body = {name: record[name] for name in sorted(names) if record.get(name) is not None}
                answer = mock.post(f"/v1/{collection}", body)
                assert answer.status_code == 201, answer.text
                assert {name: answer.json().get(name, body[name]) for name in body} == body
