"""Recovery: from the files of a world to its store. Nothing that was answered is lost, or dropped in silence."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from ..contract.model import ContractBroken, Model
from ..handlers.terms import Key, Record
from . import snapshot
from .about import NAME as ABOUT
from .about import About, begin, read
from .changes import shared
from .disk import Disk
from .errors import StoreFailed
from .folder import SNAPSHOTS, FolderStore
from .forms import SNAPSHOT, check_form
from .json_file import parse_json
from .log import DataError, Sync, files
from .log_line import Entry
from .overrides import Overrides, with_overrides
from .replay import entries, made_safe
from .rule import Rule
from .seed import SeedError, malformed
from .state import Base, Commit, Origin, Snapshot, State
from .stored import write

Changed = dict[Key, Record | None]


class Recovery:
    """Opens the folders of worlds; `report` is told of what a person should know, and `bases` finds a seed."""

    def __init__(
        self,
        models: Mapping[str, Model],
        bases: Callable[[str], Base],
        disk: Disk,
        sync: Sync,
        report: Callable[[str], None],
    ) -> None:
        self.models = models
        self.bases = bases
        self.disk = disk
        self.sync = sync
        self.report = report

    def open(self, folder: Path, origin: Origin) -> FolderStore:
        """The store in a folder; if nothing is there yet, one that begins like this.

        Raises `DataError` saying what is wrong, in which file, and where in it.
        """
        try:
            return self.opened(folder, origin)
        except StoreFailed as error:
            raise DataError(f"{error} Nothing is lost: start again when it can be.") from error
        except OSError as error:
            raise DataError(f"{error.filename or folder}: cannot be used: {error.strerror or error}.") from error

    def opened(self, folder: Path, origin: Origin) -> FolderStore:
        """The same, as the disk allows."""
        store = self.store(folder, origin, origin.state())
        store.checkpoint.stamps = store.checkpoint.stamp()  # of what is read from now on
        about = self.about(folder)
        found = about or begin(origin)
        changed: Changed = dict.fromkeys(found.deleted) | self.records(folder)
        replayed = Replayed(found, changed)
        for each in entries(self.disk, folder, found.commits):
            self.report(each) if isinstance(each, str) else replayed.add(each)
        store.origin = found.origin
        store.head = store.written = store.durable = state = self.state(folder, replayed)
        store.snapshots = self.snapshots(folder / SNAPSHOTS)
        store.checkpoint.version = about.commits if about else -1
        if logs := made_safe(self.disk, folder):
            store.checkpoint.version = -1  # it is written even if it has it all: who knows whether that is safe
            store.save_checkpoint(state, logs)
        return store

    def store(self, folder: Path, origin: Origin, state: State) -> FolderStore:
        """A store whose folder is yet to be written."""
        return FolderStore(origin, state, folder, self.disk, self.sync, self.models)

    def about(self, folder: Path) -> About | None:
        """What is said of a world; nothing, if it is a fresh one."""
        file, names = folder / ABOUT, self.disk.names(folder)
        if file.name not in names:
            if self.own(names) or files(self.disk, folder):
                raise DataError(
                    f"{file}: is missing, and says what the files beside it rest on. Restore it from a copy. "
                    f"Records of one's own, to begin with, are given as a seed: --seed-dir."
                )
            return None
        try:
            return read(self.read(file), self.bases)
        except (SeedError, ValueError, OverflowError) as error:
            raise DataError("\n".join(f"{file}: {each}" for each in str(error).split("\n"))) from error

    def own(self, names: list[str]) -> list[str]:
        """Those of the names in a folder that are files of records."""
        return [name for name in names if name.endswith(".json") and name.removesuffix(".json") in self.models]

    def snapshots(self, folder: Path) -> dict[str, Snapshot]:
        """Those that were saved under a name."""
        found: dict[str, Snapshot] = {}
        for name in self.disk.names(folder):
            if not name.endswith(".json"):
                continue
            document = self.read(folder / name)
            try:
                check_form(SNAPSHOT, document)
                at = datetime.fromisoformat(document["at"])
                for collection, records in document["records"].items():
                    document["records"][collection] = [self.models[collection].fill(each) for each in records]
                found[name.removesuffix(".json")] = snapshot.read(document, self.models, self.bases, at)
            except (SeedError, ContractBroken, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
                raise DataError(f"{folder / name}: is not a snapshot: {error}") from error
        return found

    def records(self, folder: Path) -> Changed:
        """The records in the files of a snapshot, which a person may have edited."""
        changed: Changed = {}
        names = self.disk.names(folder)
        for name in names:
            if name.endswith(".json") and name not in (ABOUT, *self.own(names)):
                self.report(f"{folder / name}: is named as no collection, and left alone.")
        for name in self.own(names):
            file, collection = folder / name, name.removesuffix(".json")
            found = self.read(file)
            if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
                raise DataError(f"{file}: is not a JSON array of objects")
            found = [self.models[collection].fill(each) for each in found]
            if wrong := list(malformed(self.models[collection], found)):
                raise DataError("\n".join(f"{file}: {each}" for each in wrong))
            changed |= {Key(collection, each["id"]): each for each in found}
        return changed

    def read(self, file: Path) -> Any:
        """What a JSON file says."""
        try:
            return parse_json(self.disk.read(file))
        except orjson.JSONDecodeError as error:
            raise DataError(f"{file}: cannot be read: {error}") from error

    def state(self, folder: Path, replayed: "Replayed") -> State:
        """The state that was replayed."""
        try:
            writes = [
                write(self.models, key, record and self.models[key.collection].fill(record))
                for key, record in replayed.changed.items()
            ]
            state = State(self.bases(replayed.seed)).after(Commit(writes, replayed.counter, replayed.clock))
        except (ContractBroken, SeedError, LookupError) as error:
            raise DataError(f"{folder}: {error}") from error
        for key, unique in shared(state):
            values = ", ".join(unique.values)
            raise DataError(f"{folder / key.collection}.json: record {key.id}: another record has {values}.")
        overrides = Overrides(tuple(replayed.rules.values()), replayed.last_rule, replayed.uses)
        return with_overrides(state, overrides)._replace(version=replayed.version)


class Replayed:
    """What a checkpoint says of a sandbox, and what the commits after it have made of that."""

    def __init__(self, about: About, changed: Changed) -> None:
        self.seed, self.changed = about.seed, changed
        self.version, self.counter, self.clock = about.commits, about.counter, about.clock
        self.rules = {rule.id: rule for rule in about.overrides.rules}
        self.last_rule = about.overrides.last_rule
        self.uses = dict(about.overrides.uses)

    def add(self, entry: Entry) -> None:
        """Apply the next commit."""
        if entry.seed is not None:
            self.seed, self.changed, self.rules, self.uses = entry.seed, {}, {}, {}
        self.version = entry.number
        self.changed |= {key: stored and stored.record() for key, stored in entry.records.items()}
        self.counter = self.counter if entry.counter is None else entry.counter
        self.clock = entry.clock or self.clock
        for number, rule in entry.rules.items():
            self.last_rule = max(self.last_rule, number)
            if rule:
                self.rules[number] = rule
            else:
                self.rules.pop(number, None)
                self.uses.pop(Rule.name_use(number), None)
        self.last_rule = max(self.last_rule, entry.last_rule)
        self.uses |= entry.uses
