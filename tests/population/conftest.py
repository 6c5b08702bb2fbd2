"""A generated world, made once for the tests that look at it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from common_apis.contract.model import Model, models
from common_apis.population.generation import generate
from common_apis.world.seed import Records, load

NOW = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
"""A Tuesday; it is in the hours of work in all of the United States but Guam."""
Make = Callable[..., Path]


@pytest.fixture(scope="session")
def known(contract: dict[str, Any]) -> dict[str, Model]:
    """The models of the contract."""
    return models(contract)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a world in a new folder, of one patient unless told otherwise."""

    def make(patients: int = 1, seed: int = 1, now: datetime = NOW) -> Path:
        folder = tmp_path / f"world-{len(list(tmp_path.iterdir()))}"
        generate(folder, patients=patients, seed=seed, now=now, progress=lambda done: None)
        return folder

    return make


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a world of a thousand patients. In that of this seed visits ended just now, or are going on."""
    folder = tmp_path_factory.mktemp("population") / "thousand"
    generate(folder, patients=1000, seed=17, now=NOW, progress=lambda done: None)
    return folder


@pytest.fixture(scope="session")
def world(folder: Path, known: dict[str, Model]) -> Records:
    """Its records by collection, checked as a server does: against the contract, references and unique values."""
    return load(known, folder).records
