"""The example image, without an engine: what it installs serves, as nobody, where nothing can be written."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx

from ..conftest import do_without
from ..serving.served import Served

CONFINED = """
mount -o remount,bind,ro /
mount -t tmpfs tmpfs /dev/shm
exec setpriv --reuid=65532 --regid=65532 --clear-groups --no-new-privs \
  --bounding-set=-all,+dac_read_search --inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search \
  sh -c 'cd / && ! touch "$0" 2>/dev/null && exec "$@"' "$WRITTEN" "$@"
"""
"""Runs a program as the compose file has the mock run. It may read all, as the folders of tests are root's alone."""


def test_what_the_image_installs_serves(image: Path) -> None:
    """By hashes alone, and the wheel without looking for what it needs."""
    with Served("--port", "0", command=(image / "common-apis", "serve")) as server:
        assert httpx.get(f"{server.url}/docs").status_code == 200


def test_the_image_serves_as_nobody_where_nothing_can_be_written(
    image: Path, program: Callable[[str], str], tmp_path: Path
) -> None:
    """All folders are read-only, the user has no name and no capability to write; it serves, and is healthy."""
    unshare: list[str | Path] = [program("unshare"), "--mount", "--propagation", "private", "sh", "-c", CONFINED, "sh"]
    program("setpriv")
    if subprocess.run([*unshare[:4], "true"], capture_output=True).returncode:
        do_without("only root may make its folders read-only for a program")
    written = tmp_path / "written"
    written.touch(mode=0o666)
    command: tuple[str | Path, ...] = (*unshare, image / "common-apis", "serve")
    with Served("--port", "0", "--quiet", command=command, WRITTEN=str(written), HOME="/nonexistent") as server:
        patient = {"phase": "intake", "timezone": "America/New_York", "first_name": "Ana", "last_name": "Solberg"}
        made = httpx.post(f"{server.url}/v1/patients", json=patient | {"birthday": "1971-09-30"})
        assert made.status_code == 201
        ready = [*unshare, image / "common-apis", "ready", "--url", server.url]
        ended = subprocess.run(ready, env={"PATH": "/usr/bin:/bin:/sbin", "WRITTEN": str(written)}, timeout=30)
        assert ended.returncode == 0
        assert server.said() == ""
