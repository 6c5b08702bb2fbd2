"""The records that a mock starts from, as their files have them."""

import json
from pathlib import Path

from common_apis.mock_server.serving.app import Settings

from .bodies import Record

CLINIC = Settings().seed


def records(collection: str, folder: Path = CLINIC) -> list[Record]:
    """The records of a collection."""
    found: list[Record] = json.loads((folder / f"{collection}.json").read_text("utf-8"))
    return found
