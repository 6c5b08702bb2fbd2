"""A real nginx before a server, which shows it below prefixes."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from ..ports import reserve_port
from ..serving.test_cli import ROOT

PATIENCE_S = 10
STRIPPING, KEEPING, SILENT, DOCUMENTED = "/stripped", "/kept", "/silent", "/api"
"""Prefixes: one is taken from the path and told, one stays there and is told, one is taken and not told, one is that of
the page for those who deploy."""
PAGE = ROOT / "docs" / "deployment.md"
CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-Proto $scheme;
  server {{
    listen 127.0.0.1:{port};
    location /stripped/ {{ proxy_pass {server}/; proxy_set_header Host $proxy_host;
      proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Prefix /stripped; }}
    location /kept/ {{ proxy_pass {server}; proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Prefix /kept; }}
    location /silent/ {{ proxy_pass {server}/; }}
    {documented}
    location / {{ return 404 "outside"; }}
  }}
}}
"""


@contextmanager
def before(server: str, program: str, folder: Path) -> Iterator[str]:
    """The address of nginx before a server."""
    file = folder / "nginx.conf"
    [documented] = re.findall(r"```nginx\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    documented = documented.replace("http://127.0.0.1:4010", server)
    with reserve_port() as port:
        file.write_text(CONFIGURATION.format(folder=folder, port=port, server=server, documented=documented))
        with subprocess.Popen([program, "-p", folder, "-e", folder / "error.log", "-c", file]) as process:
            try:
                wait(f"http://127.0.0.1:{port}", process)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


def wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until it answers."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            assert httpx.get(url).text == "outside"
            return
        except httpx.ConnectError:
            time.sleep(0.02)
    raise AssertionError("nginx does not answer")
