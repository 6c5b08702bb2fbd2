"""What became of the values that an operation takes and answers: two schemas, compared place by place."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from ...contract.document import ContractError
from ...contract.pointer import pointer
from .keywords import Broken, Schema, broken, said, words
from .pieces import Pieces, unchanged, without

Place = tuple[str, ...]
MOST = 1000
"""How many places of one value are told; where a schema is used over and over, there may be any number of them."""
PATIENCE = 200_000
"""How many pairs of schemas are compared for one value."""
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
        self.old, self.new, self.side = Pieces(old), Pieces(new), side
        self.sent = side == "request"
        self.same = unchanged(old, new)
        self.open: set[tuple[int, int]] = set()
        self.looked = 0

    def differences(self, old: Schema, new: Schema) -> Iterator[Difference]:
        """What is broken of a value, up to `MOST`; raises `ContractError` if that cannot be told in any time."""
        self.looked = 0
        return islice(self.compared(old, new), MOST)

    def compared(self, old: Schema, new: Schema, place: Place = ()) -> Iterator[Difference]:
        """What is broken, at this place and at those within it; a schema that refers to itself is looked at once."""
        if old.get("$ref") in self.same and old == new:
            return
        old, new = self.old.whole(old), self.new.whole(new)
        pair = (id(old), id(new))
        if pair in self.open:
            return
        self.looked += 1
        if self.looked > PATIENCE:
            raise ContractError(f"the schemas at `{pointer(place)}` refer to each other too often to be compared.")
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
            yield from self.compared(old.get("items", {}), new.get("items", {}), (*place, "*"))
        yield from self.alternatives(old, new, place)
        yield from self.several(old, new, place)
        if self.sent and "default" in old and old["default"] != new.get("default"):
            now = said(new["default"]) if "default" in new else "without a default"
            yield self.difference(place, Broken("default", said(old["default"]), now))

    def fields(self, old: Schema, new: Schema, place: Place) -> Iterator[Difference]:
        """What became of the fields of an object."""
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, field in before.items():
            if name in after:
                yield from self.compared(field, after[name], (*place, name))
            else:
                was = words(self.old.whole(field))
                yield self.difference((*place, name), Broken("field_removed", was))
        others = old.get("additionalProperties")
        for name in after.keys() - before.keys():
            if isinstance(others, Mapping):  # what it was before it was a field
                yield from self.compared(others, after[name], (*place, name))
            elif others is False and not self.sent:
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
            yield from self.compared(was, now, (*place, "*"))

    def alternatives(self, old: Schema, new: Schema, place: Place) -> Iterator[Difference]:
        """Each form that is given has to be one of those taken."""
        if "anyOf" not in old and "anyOf" not in new:
            return
        before, after = old.get("anyOf", [without(old, "anyOf")]), new.get("anyOf", [without(new, "anyOf")])
        given, taken = self.given_taken(before, after)
        amiss = [form for form in given if not any(self.fits(form, each) for each in taken)]
        left = [form for form in taken if not any(self.fits(each, form) for each in given)]
        if len(amiss) == len(left) == 1:  # it is clear which became which
            yield from self.compared(*self.given_taken(amiss[0], left[0]), place)
        elif amiss:
            yield self.difference(place, Broken("type", kinds(given), kinds(taken)))

    def fits(self, given: Schema, taken: Schema) -> bool:
        """Whether all that is given is taken."""
        return next(self.compared(*self.given_taken(given, taken)), None) is None

    def several(self, old: Schema, new: Schema, place: Place) -> Iterator[Difference]:
        """Schemas of which there are several: each is compared with its counterpart."""
        for keyword in MANY:
            before, after = old.get(keyword, []), new.get(keyword, [])
            if len(before) != len(after):
                yield self.difference(place, Broken("unjudged"))
            for one, other in counterparts(before, after):
                yield from self.compared(one, other, place)

    def given_taken(self, old: Any, new: Any) -> tuple[Any, Any]:
        """What is given and what is taken: what was sent to the new edition, or answered to those who know the old."""
        return (old, new) if self.sent else (new, old)

    def difference(self, place: Place, broken: Broken) -> Difference:
        """A difference in the order of time."""
        was, now = self.given_taken(broken.given, broken.taken)
        if broken.kind == "field_removed":
            was, now = broken.given, ""
        return Difference(pointer(place), f"{self.side}_{broken.kind}", was, now)


def counterparts(before: list[Schema], after: list[Schema]) -> Iterator[tuple[Schema, Schema]]:
    """Of two lists of schemas, which belong together: those that are equal, and the others by their order."""
    yield from ((each, each) for each in before if each in after)
    gone, come = ([each for each in some if each not in others] for some, others in ((before, after), (after, before)))
    yield from zip(gone, come, strict=False)


def kinds(schemas: list[Schema]) -> str:
    """Forms in words."""
    return " or ".join(dict.fromkeys(map(words, schemas)))
