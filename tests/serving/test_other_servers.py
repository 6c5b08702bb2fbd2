"""`create_app()` is an ASGI application: other servers run it as they run any."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from common_apis.contract.document import operations

from ..mock import A
from ..ports import reserve_port
from ..resources.bodies import FULL
from ..waiting import wait_until

APPLICATION = """
from pathlib import Path
from common_apis import Settings, create_app
app = create_app(Settings(data=Path("kept"), strict=True))
"""
SERVERS = {
    "uvicorn": ("uvicorn", "app:app", "--port", "{port}", "--no-access-log"),
    "hypercorn": ("hypercorn", "app:app", "--bind", "127.0.0.1:{port}"),
}
SHOWN = re.compile(rb"Traceback|exception was never retrieved")
"""What no server may have to say."""


@contextmanager
def run_server(name: str, folder: Path) -> Iterator[httpx.Client]:
    """Run the application in a folder, and end it as a process manager does."""
    (folder / "app.py").write_text(APPLICATION)
    with reserve_port() as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        command = [sys.executable, "-m", *(each.format(port=port) for each in SERVERS[name])]
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            try:
                wait_until(lambda: answers(http))
                yield http
            finally:
                process.send_signal(signal.SIGTERM)
                output, _ = process.communicate(timeout=30)
    assert not SHOWN.search(output), output.decode()


def answers(http: httpx.Client) -> bool:
    """Return whether the server answers."""
    try:
        return http.get("/openapi.json").is_success
    except httpx.TransportError:
        return False


def ask(http: httpx.Client, method: str, path: str) -> httpx.Response:
    """Send a valid request of an operation."""
    collection = path.split("/")[2]
    nothing: dict[str, Any] = {"body": {}} if collection == "custom_data_type_records" else {}
    body = {"post": FULL.get(collection), "put": nothing}.get(method)
    return http.request(method, path.format(id=A), json=body)


@pytest.mark.parametrize("name", SERVERS)
def test_another_server_answers_every_operation(name: str, contract: dict[str, Any], tmp_path: Path) -> None:
    """Refusals, the control plane and the pages as well; and at its end the sandboxes are folded and free."""
    with run_server(name, tmp_path) as http:
        for method, path, said in operations(contract):
            answer = ask(http, method, path)
            assert str(answer.status_code) in said["responses"], (method, path, answer.text)
            assert answer.is_success, (method, path, answer.text)
        assert http.post("/v1/patients", json={}).status_code == 400
        assert http.get("/nowhere").status_code == 404
        assert http.get("/docs").headers["content-type"].startswith("text/html")
        changes = http.get("/_mock/sandboxes/default").json()["changes"]
        assert changes >= 14
    kept = {file.name for file in (tmp_path / "kept/default").iterdir()}
    assert "sandbox.json" in kept
    assert not [file for file in kept if file.startswith("log-")]
