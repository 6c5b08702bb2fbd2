"""The folder of a seed: which of its files are meant, and the records in each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from ..contract.words import nearest
from ..handlers.terms import Record
from .json_file import parse_json

START = "sandbox.json"
"""The name of the file that says what is said beside the records."""
ANY = 0
"""The likeness of the nearest name, however unlike it is."""


def list_seed_files(folder: Path) -> list[Path]:
    """Return the JSON files of a folder that are not hidden, sorted. All else is nobody's concern. Raises `OSError`."""
    return sorted(file for file in folder.iterdir() if file.suffix.lower() == ".json" and file.name[0] != ".")


def find_unknown_files(folder: Path, collections: list[str]) -> Iterator[str]:
    """Yield what is wrong with the names in a folder."""
    try:
        files = list_seed_files(folder)
    except OSError as error:
        yield f"{folder}: cannot be read: {error.strerror or error}."
        return
    for file in files:
        if file.name not in (START, *map(name_seed_file, collections)):
            near = nearest(file.stem, collections, ANY) or collections[0]
            yield f"{file}: is named as no collection. Did you mean `{near}.json`? There are {', '.join(collections)}."
    if not any(file.name != START for file in files):
        yield f"{folder}: has no file of a seed. Expected JSON files that are named as collections, as `patients.json`."


def name_seed_file(collection: str) -> str:
    """Return the name of the file that has the records of a collection."""
    return f"{collection}.json"


class UnreadableFile(Exception):
    """A file of records cannot be read; the message says why."""


def read_records(file: Path) -> list[Record]:
    """Return the records of a file; none, if there is no such file. Raises `UnreadableFile`."""
    records = read_json(file, [])
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise UnreadableFile(f"{file}: is not a JSON array of objects.")
    return records


def read_json(file: Path, missing: Any) -> Any:
    """Return what a JSON file says, and `missing` if there is no such file. Raises `UnreadableFile`."""
    try:
        return parse_json(file.read_bytes())
    except FileNotFoundError:
        if file.is_symlink():
            raise UnreadableFile(f"{file}: is a link to what is not there.") from None
        return missing
    except orjson.JSONDecodeError as error:
        reason = error.msg.partition(": line ")[0]
        where = f"{file}:{error.lineno}"
        raise UnreadableFile(f"{where}: cannot be read: {reason}, in column {error.colno}.") from error
    except OSError as error:
        raise UnreadableFile(f"{file}: cannot be read: {error.strerror or error}.") from error
