"""An operating system that forgets: what was not synced may be lost when the power is. It stands in for `os`."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import RLock
from typing import Any, Self
from unittest.mock import patch

from common_apis.world import disk


class Killed(BaseException):
    """The process has ended here; it does nothing any more."""


class File:
    """What is safe of a file's content, and what was done to it since, in order."""

    def __init__(self) -> None:
        self.safe = b""
        self.since: list[Callable[[bytes], bytes]] = []

    def write(self, content: bytes) -> None:
        """More at the end; half of it may reach the disk."""
        self.since += [lambda before, each=each: before + each for each in halves(content)]  # type: ignore[misc]

    def cut(self, size: int) -> None:
        """Less at the end."""
        self.since.append(lambda before: before[:size])

    def sync(self) -> None:
        """All that was done is safe."""
        self.settle(len(self.since))

    def lose(self, random: Random) -> None:
        """The power goes: of what was done last, nobody knows how much was done."""
        self.settle(random.randint(0, len(self.since)))

    def settle(self, done: int) -> None:
        """The first steps count, the others never were."""
        for step in self.since[:done]:
            self.safe = step(self.safe)
        self.since = []

    def lay(self, path: Path) -> None:
        """Have a real file be as this one."""
        path.write_bytes(self.safe)


def halves(content: bytes) -> Iterator[bytes]:
    """The parts in which a write may reach the disk: in the middle, and just before its last byte, it may end."""
    middle = len(content) // 2
    yield from filter(None, (content[:middle], content[middle:-1], content[-1:]))


class Folder:
    """Which names are safe in a folder, and what was done to them since, in order; the power may undo any of it."""

    def __init__(self) -> None:
        self.safe: dict[str, Node] = {}
        self.since: list[dict[str, Node | None]] = []

    @property
    def now(self) -> "dict[str, Node]":
        """The names as a program sees them."""
        return changed(self.safe, self.since)

    def sync(self) -> None:
        """All names are safe."""
        self.safe, self.since = self.now, []

    def lose(self, random: Random) -> None:
        """The power goes."""
        self.safe, self.since = changed(self.safe, [each for each in self.since if random.random() < 0.5]), []
        for node in self.safe.values():
            node.lose(random)

    def lay(self, path: Path) -> None:
        """Have a real folder be as this one."""
        path.mkdir()
        for name, node in self.safe.items():
            node.lay(path / name)


Node = File | Folder


def changed(names: dict[str, Node], changes: list[dict[str, Node | None]]) -> dict[str, Node]:
    """Names after changes."""
    after: dict[str, Node | None] = {**names}
    for each in changes:
        after |= each
    return {name: node for name, node in after.items() if node}


class Forgetful:
    """Does what `os` does below a folder, and remembers what of it is safe.

    `steps` counts what changes anything. At the step `last` the process is killed; `room` is how many bytes can be
    written, if the disk may get full; if it is `broken`, nothing can be synced.
    """

    def __init__(self, root: Path, random: Random) -> None:
        self.root = root
        self.random = random
        self.tree = Folder()
        self.opened: dict[int, Node] = {}
        self.steps = 0
        self.last = 0
        self.room: int | None = None
        self.broken = False
        self.dead = False
        self.lock = RLock()
        self.tree.lay(root)

    def __getattr__(self, name: str) -> Any:
        """What changes nothing is as it is."""
        return getattr(os, name)

    @contextmanager
    def running(self) -> Iterator[Self]:
        """The product has this system; what it left open is closed at the end, as for any process."""
        with patch.object(disk, "os", self):
            try:
                yield self
            finally:
                for descriptor in self.opened:
                    os.close(descriptor)
                self.opened.clear()

    def begin(self, last: int = 0) -> None:
        """A new process begins, which may take this many steps; 0 for any number."""
        self.dead, self.steps, self.last = False, 0, last
        self.room, self.broken = None, False

    def hindered(self) -> bool:
        """Whether it may refuse to write."""
        return self.room is not None or self.broken

    def lose_power(self) -> None:
        """What was not synced is lost, or a part of it, or nothing."""
        self.tree.lose(self.random)
        shutil.rmtree(self.root)
        self.tree.lay(self.root)

    def step(self, done: Callable[[], object]) -> None:
        """One thing that changes something; the process may end before it or after it."""
        with self.lock:
            self.check()
            self.steps += 1
            self.dead = self.steps == self.last
            if not self.dead or self.random.random() < 0.5:
                done()
            self.check()

    def check(self) -> None:
        """Who is dead does nothing."""
        if self.dead:
            raise Killed

    def node(self, path: Path) -> Node:
        """What has this path now."""
        node: Node = self.tree
        for name in path.relative_to(self.root).parts:
            assert isinstance(node, Folder)
            node = node.now[name]
        return node

    def note(self, path: Path, node: Node | None) -> None:
        """From now on this is at a path."""
        self.folder(path).since.append({path.name: node})

    def folder(self, path: Path) -> Folder:
        """The folder that a path is in."""
        folder = self.node(path.parent)
        assert isinstance(folder, Folder)
        return folder

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        """A file, new if need be, or a folder."""
        descriptors: list[int] = []

        def done() -> None:
            new = flags & os.O_CREAT and path.name not in self.folder(path).now
            descriptors.append(os.open(path, flags, mode))
            if new:
                self.note(path, File())
            node = self.opened[descriptors[0]] = self.node(path) if self.root in (path, *path.parents) else Folder()
            if flags & os.O_TRUNC and isinstance(node, File):
                node.cut(0)

        if flags & os.O_CREAT:
            self.step(done)
        else:
            done()
        return descriptors[0]

    def write(self, descriptor: int, content: bytes) -> int:
        """Bytes at the end of a file; fewer than there are, if the disk is full by then."""
        size = len(content) if self.room is None else min(self.room, len(content))
        if content and not size:
            raise OSError(errno.ENOSPC, "No space left on device")

        def done() -> None:
            part = content[: self.random.randrange(size + 1)] if self.dead else content[:size]
            os.write(descriptor, part)
            file = self.opened[descriptor]
            assert isinstance(file, File)
            file.write(part)
            if self.room is not None:
                self.room -= size

        self.step(done)
        return size

    def ftruncate(self, descriptor: int, size: int) -> None:
        """A shorter file."""

        def done() -> None:
            os.ftruncate(descriptor, size)
            file = self.opened[descriptor]
            assert isinstance(file, File)
            file.cut(size)

        self.step(done)

    def fsync(self, descriptor: int) -> None:
        """What was done to a file, or to the names in a folder, is safe."""
        if self.broken:
            raise OSError(errno.EIO, "Input/output error")
        self.step(self.opened[descriptor].sync)

    fdatasync = fsync

    def close(self, descriptor: int) -> None:
        """It can be done without."""
        with self.lock:
            if self.opened.pop(descriptor, None):
                os.close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Another name within a folder: either both sides of it survive, or neither."""

        def done() -> None:
            os.replace(source, target)
            folder = self.folder(source)
            folder.since.append({source.name: None, target.name: folder.now[source.name]})

        self.step(done)

    def unlink(self, path: Path) -> None:
        """A name less."""

        def done() -> None:
            os.unlink(path)
            self.note(path, None)

        self.step(done)

    def mkdir(self, path: Path, mode: int = 0o777) -> None:
        """A folder more."""

        def done() -> None:
            os.mkdir(path, mode)
            self.note(path, Folder())

        self.step(done)
