"""Writes what this version keeps in files, for later versions to open: `python -m tests.compatibility.make`.

    <version>/data             what `serve --data` leaves: a sandbox at rest, and one whose server was killed
    <version>/snapshot.json    a snapshot, as the control plane gives it
    <version>/requests.jsonl   what `check --save` writes
    <version>/baseline.json    what `check --write-baseline` writes
    <version>/traffic.jsonl    what `proxy --journal` writes
    <version>/recorded         what `proxy --record` writes
    <version>/generated        what `seed generate` writes

Run it once for each release, before the version is raised.
"""

import shutil
import signal
import subprocess
from importlib.metadata import version
from pathlib import Path

import httpx

from ..mock import A
from ..serving.served import COMMAND, Served

HERE = Path(__file__).parent
NOW = "2031-03-04T09:30:00-08:00"
PATIENT = {"phase": "intake", "timezone": "America/New_York", "first_name": "Ana", "last_name": "Solberg"}


def change_sandbox(url: str, name: str) -> None:
    """Make a sandbox in which a record was created, one changed, and one deleted; and a snapshot of it, `before`."""
    with httpx.Client(base_url=url) as http:
        http.post("/_mock/sandboxes", json={"name": name, "now": NOW}).raise_for_status()
        http.post(f"/s/{name}/v1/patients", json=PATIENT | {"birthday": "1971-09-30"}).raise_for_status()
        http.post(f"/_mock/sandboxes/{name}/snapshots", json={"name": "before"}).raise_for_status()
        http.put(f"/s/{name}/v1/patients/{A}", json={"first_name": "Berit"}).raise_for_status()
        http.delete(f"/_mock/sandboxes/{name}/records/careplans/{A}").raise_for_status()


def run(*arguments: str | Path, code: int = 0) -> None:
    """Run a command that ends with this exit code."""
    ended = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == code, ended.stderr


def make_data(folder: Path) -> None:
    """Leave a folder of sandboxes, and a snapshot."""
    serve = ("--port", "0", "--quiet", "--data", str(folder / "data"))
    with Served(*serve) as server:
        change_sandbox(server.url, "rested")
        snapshot = httpx.get(f"{server.url}/_mock/sandboxes/rested/snapshots/before").text
        (folder / "snapshot.json").write_text(snapshot, "utf-8")
        server.end()
    with Served(*serve) as server:
        change_sandbox(server.url, "killed")
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(10)


def make_journals(folder: Path) -> None:
    """Write what a program has sent: by a mock, and by a proxy, which makes a seed of it as well."""
    with Served("--port", "0", "--quiet") as server:
        proxy = ("--port", "0", "--journal", str(folder / "traffic.jsonl"), "--record", str(folder / "recorded"))
        with Served(*proxy, command=(COMMAND, "proxy", server.url)) as before:
            for collection in ("patient_tasks", "workers"):
                httpx.get(f"{before.url}/v1/{collection}/{A}").raise_for_status()
            before.process.send_signal(signal.SIGINT)
            before.process.wait(30)
        httpx.post(f"{server.url}/s/wrong/v1/patient_tasks", json={"user_id": A, "x": 1})
        files = ("--save", folder / "requests.jsonl", "--write-baseline", folder / "baseline.json")
        run("check", "--url", server.url, "--sandbox", "wrong", *files)


def main() -> None:
    """Write all of it, in the place of what is there."""
    folder = HERE / version("common-apis")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    make_data(folder)
    make_journals(folder)
    run("seed", "generate", "--patients", "1", "--now", NOW, "-o", folder / "generated")


if __name__ == "__main__":
    main()
