"""What became of the values that an operation takes and answers: two schemas, compared place by place."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...contract.pointer import follow, pointer
from .keywords import Broken, Schema, broken, words

Place = tuple[str, ...]
MANY = ("allOf", "oneOf")
"""Schemas in which each part has its counterpart in the other edition."""


class Difference(NamedTuple):
    """A place of a value, and what became of it: `rule` is one of `change.SAYS`."""

    place: str
    rule: str
    was: str = ""
    now: str = ""


class Comparison:
    """Compares schemas of an old and a new document, of values that are sent (`request`) or answered."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any], side: str) -> None:
        self.old, self.new, self.side = old, new, side
        self.sent = side == "request"
        self.open: set[tuple[int, int]] = set()

    def differences(self, old: Schema, new: Schema, place: Place = ()) -> Iterator[Difference]:
        """What is broken, at this place and at those within it; a schema that refers to itself is looked at once."""
        old, new = resolved(old, self.old), resolved(new, self.new)
        pair = (id(old), id(new))
        if pair in self.open:
            return
        self.open.add(pair)
        try:
            changed = False
            for each in broken(*self.given_taken(old, new)):
                changed = changed or each.kind == "type"
                yield self.difference(place, each)
            if not changed:
                yield from self.within(old, new, place)
        finally:
            self.open.discard(pair)

    def within(self, old: Schema, new: Schema, place: Place) -> Iterator[Difference]:
        """What is broken of the parts of a value."""
        yield from self.fields(old, new, place)
        yield from self.demanded(old, new, place)
        yield from self.other_names(old, new, place)
        if "items" in old or "items" in new:
            yield from self.differences(old.get("items", {}), new.get("items", {}), (*place, "*"))
        yield from self.alternatives(old, new, place)
        yield from self.counterparts(old, new, place)
        if self.sent and "default" in old and old["default"] != new.get("default"):
            now = new.get("default", "without a default")
            yield self.difference(place, Broken("default", str(old["default"]), str(now)))

    def fields(self, old: Schema, new: Schema, place: Place) -> Iterator[Difference]:
        """What became of the fields of an object."""
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, field in before.items():
            if name in after:
                yield from self.differences(field, after[name], (*place, name))
            else:
                was = words(resolved(field, self.old))
                yield self.difference((*place, name), Broken("field_removed", was))
        if not self.sent and old.get("additionalProperties") is False:
            for name in after.keys() - before.keys():
                yield self.difference((*place, name), Broken("field_added"))

    def demanded(self, old: Schema, new: Schema, place: Place) -> Iterator[Difference]:
        """Fields that have to be there, and need not be."""
        given, taken = self.given_taken(old, new)
        for name in taken.get("required", ()):
            gone = name in old.get("properties", {}) and name not in new.get("properties", {})
            if name not in given.get("required", ()) and not gone:
                yield self.difference((*place, name), Broken("field_required" if self.sent else "field_optional"))

    def other_names(self, old: Schema, new: Schema, place: Place) -> Iterator[Difference]:
        """What became of the names of an object that are not fields."""
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        given, taken = self.given_taken(before, after)
        if taken is False and given is not False:
            yield self.difference(place, Broken("names"))
        elif given is not False and (isinstance(given, Mapping) or isinstance(taken, Mapping)):
            was, now = (each if isinstance(each, Mapping) else {} for each in (before, after))
            yield from self.differences(was, now, (*place, "*"))

    def alternatives(self, old: Schema, new: Schema, place: Place) -> Iterator[Difference]:
        """Each form that is given has to be one of those taken."""
        if "anyOf" not in old and "anyOf" not in new:
            return
        before, after = old.get("anyOf", [without(old, "anyOf")]), new.get("anyOf", [without(new, "anyOf")])
        given, taken = self.given_taken(before, after)
        for form in given:
            if not any(self.fits(form, each) for each in taken):
                yield self.difference(place, Broken("type", kinds(given), kinds(taken)))
                return

    def fits(self, given: Schema, taken: Schema) -> bool:
        """Whether all that is given is taken."""
        return next(self.differences(*self.given_taken(given, taken)), None) is None

    def counterparts(self, old: Schema, new: Schema, place: Place) -> Iterator[Difference]:
        """Schemas of which there are several: the first is compared with the first, and so on."""
        for keyword in MANY:
            before, after = old.get(keyword, []), new.get(keyword, [])
            if len(before) != len(after):
                yield self.difference(place, Broken("unjudged"))
            for one, other in zip(before, after, strict=False):
                yield from self.differences(one, other, place)

    def given_taken(self, old: Any, new: Any) -> tuple[Any, Any]:
        """What is given and what is taken: what was sent to the new edition, or answered to those who know the old."""
        return (old, new) if self.sent else (new, old)

    def difference(self, place: Place, broken: Broken) -> Difference:
        """A difference in the order of time."""
        was, now = self.given_taken(broken.given, broken.taken)
        if broken.kind == "field_removed":
            was, now = broken.given, ""
        return Difference(pointer(place), f"{self.side}_{broken.kind}", was, now)


def resolved(schema: Schema, document: Mapping[str, Any]) -> Schema:
    """What a reference points at, or the schema itself."""
    while "$ref" in schema:
        schema = follow(document, schema["$ref"].removeprefix("#"))
    return schema


def without(schema: Schema, keyword: str) -> Schema:
    """A schema but for one keyword."""
    return {name: value for name, value in schema.items() if name != keyword}


def kinds(schemas: list[Schema]) -> str:
    """Forms in words."""
    return ", ".join(words(schema) for schema in schemas)
