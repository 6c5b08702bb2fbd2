"""The wheel: what a user installs has all that the checkout has."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from ..conftest import ROOT


def test_the_wheel_takes_one_name(wheel: Path) -> None:
    """It puts nothing but `common_apis` into site-packages."""
    names = {name.split("/")[0] for name in ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"common_apis"}


def test_the_wheel_holds_every_file_of_the_four_folders(wheel: Path) -> None:
    """Contract, handlers, data and machine are in it, file for file."""
    packed = set(ZipFile(wheel).namelist())
    files = {
        "common_apis/" + str(file.relative_to(ROOT)).removeprefix("mock_server/")
        for folder in ("handlers", "mock_data", "mock_server", "openapi")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert files - packed == set()


def test_the_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, it finds its contract and its data."""
    ZipFile(wheel).extractall(tmp_path)
    program = (
        "from common_apis.serving.app import create_app, CONTRACT; create_app(); "
        "from common_apis.world.seed import CLINIC; print(CONTRACT, CLINIC)"
    )
    run = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == [
        str(tmp_path / "common_apis/openapi/openapi.yaml"),
        str(tmp_path / "common_apis/mock_data"),
    ]
