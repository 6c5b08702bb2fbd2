"""The writer: puts records into the files of a seed as they come, one on a line."""

import shutil
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import orjson

from .world import Row


class Writer:
    """The files of a folder, a JSON array each, written beside it: the folder is there whole, or not at all.

    It may be there already, if it is empty. Raises `OSError`.
    """

    def __init__(self, folder: Path, collections: list[str]) -> None:
        self.folder = folder
        self.beside = folder.with_name(f".{folder.name}.new")
        self.collections = collections
        self.stack = ExitStack()
        self.files: dict[str, BinaryIO] = {}
        self.before = dict.fromkeys(collections, b"[\n")

    def __enter__(self) -> "Writer":
        shutil.rmtree(self.beside, ignore_errors=True)
        self.beside.mkdir(parents=True)
        for name in self.collections:
            self.files[name] = self.stack.enter_context((self.beside / f"{name}.json").open("wb"))
        return self

    def write(self, row: Row) -> None:
        """Add a record to the file of its collection."""
        name, record = row
        self.files[name].write(self.before[name] + orjson.dumps(record))
        self.before[name] = b",\n"

    def add_file(self, name: str, document: Any) -> None:
        """Add a file that has no records."""
        (self.beside / name).write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.stack:
            if error is None:
                for name, file in self.files.items():
                    file.write(b"[]\n" if self.before[name] == b"[\n" else b"\n]\n")
        try:
            if error is None:
                self.put_in_place()
        finally:
            shutil.rmtree(self.beside, ignore_errors=True)

    def put_in_place(self) -> None:
        """Give the folder its name."""
        if self.folder.is_dir():
            self.folder.rmdir()
        self.beside.rename(self.folder)
