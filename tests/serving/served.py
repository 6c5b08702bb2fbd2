"""A server in a process of its own, started as a user would start it."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

COMMAND = Path(sys.executable).with_name("common-apis")


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program: what the tests were started with says nothing to it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COMMON_APIS_")}
    return inherited | dict(environment)


class Served:
    """A server that is ready when the `with` begins, and has ended after it."""

    def __init__(self, *arguments: str, command: Sequence[str | Path] = (COMMAND, "serve"), **environment: str) -> None:
        self.log = TemporaryFile("w+")  # noqa: SIM115  # it is closed with the server
        self.process = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=self.log, text=True, env=clean(environment)
        )
        assert self.process.stdout is not None
        self.output = self.process.stdout

    def __enter__(self) -> Self:
        self.ready = self.output.readline()
        assert self.ready.startswith("common-apis ready: http://"), self.ready + self.said()
        self.url = self.ready.split()[2]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
        self.output.close()
        self.log.close()

    def end(self) -> str:
        """End it, and return all that it has written to the error stream: lines of requests come a little later."""
        self.process.terminate()
        self.process.wait(10)
        return self.said()

    def said(self) -> str:
        """What it has written to the error stream so far."""
        self.log.seek(0)
        return self.log.read()
