"""Gaps: what a recording refers to and never saw, made up so that it can be loaded."""

from collections.abc import Mapping
from random import Random
from typing import Any

from ..contract.document import operations
from ..contract.model import Model, Record, answered
from ..contract.pointer import follow
from ..contract.sample import sample
from ..handlers import resource
from ..handlers.terms import Key, Unique
from .scrubber import Scrubber

Records = dict[Key, Record]
"""Records by collection and id, the latest last."""


class Gaps:
    """Makes up the least that a record can be, and closes the gaps of a recording with it."""

    def __init__(self, document: Mapping[str, Any], models: Mapping[str, Model], scrubber: Scrubber) -> None:
        self.document = document
        self.models = models
        self.scrubber = scrubber
        self.schemas: dict[str, Mapping[str, Any]] = {}
        for _, path, operation in operations(document):
            reference = answered(operation)["$ref"].removeprefix("#")
            self.schemas.setdefault(path.split("/")[2], follow(document, reference))

    def made_up(self, collection: str, id: str, known: Record) -> Record:
        """A record that is null wherever it can be; it refers to what is known already by the same fields."""
        draw = Random(self.scrubber.drawn(collection, id))
        fields = self.schemas[collection]["properties"]
        least = {name: self.least(field, draw) for name, field in fields.items()}
        record = self.scrubber.record(self.models[collection], least) | {"id": id}
        if "created_at" in record:
            record["updated_at"] = record["created_at"]
        for reference in resource(collection).references:
            if record[reference.field] is not None and isinstance(known.get(reference.field), str):
                record[reference.field] = known[reference.field]
        return record

    def least(self, field: Mapping[str, Any], draw: Random) -> Any:
        """The least value of a field."""
        if field.get("nullable"):
            return None
        return field["default"] if "default" in field else sample(field, self.document, draw)

    def filled(self, records: Records) -> list[tuple[str, Record]]:
        """All records that a seed needs, each unique value once: of two that share one, the later counts."""
        kept = self.unshared(records)
        waiting = list(kept.items())
        while waiting:
            (collection, _), record = waiting.pop()
            for reference in resource(collection).references:
                key = reference.key(record)
                if key and key not in kept:
                    kept[key] = self.made_up(key.collection, key.id, record)
                    waiting.append((key, kept[key]))
        return [(collection, record) for (collection, _), record in kept.items()]

    def unshared(self, records: Records) -> Records:
        """Those whose unique values no later record has."""
        taken: set[Unique] = set()
        kept: Records = {}
        for (collection, id), record in reversed(records.items()):
            own = set(Unique.all_of(collection, self.models[collection].unique, record))
            if not own & taken:
                taken |= own
                kept[Key(collection, id)] = record
        return kept
