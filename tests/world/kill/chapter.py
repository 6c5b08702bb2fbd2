"""Servers that are killed one after the other over one data folder, and what is looked for after each."""

import json
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from ...serving.served import COMMAND, clean
from .clients import Asked, Client, Witness, read
from .files import Failed, Files
from .observer import Observer

CLIENTS = 4
CHAPTER = 25
"""Rounds in one data folder: what a start has to read grows with each."""
SAMPLE = 60
"""How many of the older records are read after each kill; the files are looked through whole."""


class Server:
    """One server, from its start to its end, over a folder that others have been killed over."""

    def __init__(self, data: Path, sync: str) -> None:
        self.data = data
        command: list[str | Path] = [COMMAND, "serve", "--port", "0", "--quiet", "--data", data, "--sync", sync]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean({}))

    def ready(self) -> str:
        """Its address, once it is ready."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line.startswith("common-apis ready: "):
            raise Failed("the server does not start")
        return line.split()[2]

    def kill(self) -> None:
        """End it at once, if it has not ended."""
        self.process.kill()
        self.process.wait(20)
        assert self.process.stdout
        self.process.stdout.close()

    def write(self, url: str, name: str, chance: random.Random) -> tuple[list[Witness], Observer]:
        """Have it written to, and kill it at a moment that chance gives; now and then while it stops."""
        observer = Observer(url)
        begun = Event()
        clients = [Client(url, f"{name}-{number}", chance.randrange(1 << 32), begun) for number in range(CLIENTS)]
        for each in (observer, *clients):
            each.start()
        begun.wait(20)
        time.sleep(chance.uniform(0, 0.3))
        if chance.random() < 0.15:
            self.process.send_signal(signal.SIGTERM)
            time.sleep(chance.uniform(0, 0.1))
        self.kill()
        observer.join()
        for client in clients:
            client.join()
            if client.refused:
                raise Failed(client.refused)
        return [client.witness for client in clients], observer


class Chapter:
    """Rounds over one data folder, and all that was answered in them."""

    def __init__(self, data: Path, sync: str, chance: random.Random, name: str) -> None:
        self.data, self.sync, self.chance, self.name = data, sync, chance, name
        self.all = Witness()
        self.starts_killed = 0

    def round(self, number: int) -> None:
        """Write and kill; start, perhaps killing that as well; then look whether all is there."""
        server = Server(self.data, self.sync)
        try:
            witnesses, observer = server.write(server.ready(), f"{self.name}-{number}", self.chance)
        finally:
            server.kill()
        if self.chance.random() < 0.25:
            self.kill_a_start()
        server = Server(self.data, self.sync)
        try:
            self.check(server.ready(), witnesses, observer)
        finally:
            server.kill()

    def kill_a_start(self) -> None:
        """Kill a server while it recovers what another one has left, or just before or after."""
        server = Server(self.data, self.sync)
        time.sleep(self.chance.uniform(0.3, 1.0))
        server.kill()
        self.starts_killed += 1

    def check(self, url: str, witnesses: list[Witness], observer: Observer) -> None:
        """Everything that was answered is there, by GET and in the files; of what was not, all or nothing."""
        older = sorted(self.all.answered)
        sample = self.chance.sample(older, min(SAMPLE, len(older)))
        connection = HTTPConnection(urlsplit(url).netloc, timeout=20)
        disk = Files(self.data / "default")
        for each in witnesses:
            self.all.writes += each.writes
            self.all.answered |= each.answered
            self.all.made |= each.made
            for asked in each.under_way:
                self.settle(connection, disk, asked)
        for path in {*sample, *(path for each in witnesses for path in each.answered)}:
            self.read(connection, path)
        observer.check(connection)
        connection.close()
        self.look_through(disk)

    def settle(self, connection: HTTPConnection, disk: Files, asked: Asked) -> None:
        """What came of a request that was never answered; from now on it is known."""
        path = disk.made_by(asked) if asked.method == "POST" else asked.path
        status, content = read(connection, path) if path else (404, b"")
        before = self.all.answered.get(path) if path else None
        done = content != (before or b"") if status == 200 else before is not None
        if asked.method == "PUT" and done:
            changes(asked, before, content)
        self.all.found += done
        self.all.lost += not done
        if path:
            self.all.answered[path] = content if status == 200 else None
        if asked.method == "POST" and path:
            self.all.made[path] = asked

    def read(self, connection: HTTPConnection, path: str) -> None:
        """Ask for what is at a path: it must be what was answered."""
        status, content = read(connection, path)
        expected = self.all.answered[path]
        if (status, content) != (200, expected) and not (status == 404 and expected is None):
            raise Failed(f"{path} was answered with {expected!r}, and now with {status} {content!r}")

    def look_through(self, disk: Files) -> None:
        """The files have what was answered, whole, and nothing else: what was made along with it as well."""
        there = {path: content for path, content in self.all.answered.items() if content}
        for path, content in there.items():
            collection, id = path.split("/")[2:]
            if disk.records[collection].get(id) != json.loads(content):
                raise Failed(f"{path}: the file has {disk.records[collection].get(id)}, answered was {content!r}")
        disk.check({path: self.all.made[path] for path in there})


def changes(asked: Asked, before: bytes | None, content: bytes) -> None:
    """An update that was done is done whole, and is no other one."""
    found, expected = json.loads(content), json.loads(before or b"{}") | (asked.body or {})
    if found | {"updated_at": None} != expected | {"updated_at": None}:
        raise Failed(f"{asked.path} is {content!r} after {asked.body}")


def rounds(number: int, seed: int, data: Path, sync: str = "each") -> Iterator[Chapter]:
    """So many rounds; after each the chapter that it was of. Raises `Failed`."""
    chance = random.Random(seed)
    for each in range(number):
        if each % CHAPTER == 0:
            chapter = Chapter(data / f"{each}", sync, chance, f"k{seed}")
        chapter.round(each)
        yield chapter
