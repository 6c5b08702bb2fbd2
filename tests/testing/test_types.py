"""A user's type checker: strict mypy over what the pages and the examples show, with the wheel installed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ..conftest import ROOT

README = """
from common_apis import Settings, create_app

app = create_app(Settings(seed="empty"))
"""
WRONG = {
    "a name that is not public": "from common_apis import Sandboxes",
    "a setting that there is not": "import common_apis\ncommon_apis.Settings(seeds='empty')",
    "a value of another type": "import common_apis\ncommon_apis.Settings(seed=1)",
    "what a sandbox does not do": "import common_apis\ndef f(x: common_apis.Sandbox) -> None: x.restart()",
}


def check_types(environment: Path, file: Path) -> subprocess.CompletedProcess[str]:
    """Run strict mypy over a file, as a user does whose environment has the wheel."""
    options = ("--strict", "--no-error-summary", "--cache-dir", str(file.parent / "cache"), "--config-file", "")
    command = [sys.executable, "-m", "mypy", *options, "--python-executable", str(environment), str(file)]
    return subprocess.run(command, cwd=file.parent, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize("name", ["README.md", "docs/pytest.md", "examples/pytest/test_booking.py"])
def test_what_is_shown_is_typed(environment: Path, tmp_path: Path, name: str) -> None:
    """No `Any` comes in unseen, and nothing has to be ignored."""
    file, text = tmp_path / "test_shown.py", (ROOT / name).read_text("utf-8")
    if name == "README.md":
        assert "from common_apis import Settings, create_app" in text
        assert 'create_app(Settings(seed="empty"))' in text
        text = README
    elif name.endswith(".md"):
        text = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    file.write_text(text, "utf-8")
    done = check_types(environment, file)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("code", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found(environment: Path, tmp_path: Path, code: str) -> None:
    """The types of the package say so: without `py.typed` all of it would pass."""
    file = tmp_path / "test_wrong.py"
    file.write_text(code, "utf-8")
    assert check_types(environment, file).returncode == 1
