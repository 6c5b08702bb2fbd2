"""What became of a contract: which of two editions that differ breaks whom, and where; to say the same breaks nobody.

That the verdicts are right is proved beside the TypeScript compiler, too, in `tests/clients/test_mutations.py`.
"""

from copy import deepcopy

import pytest

from common_apis.contract.document import ContractError
from common_apis.proof.changes import schemas
from common_apis.proof.changes.contract import changes

from .contracts import NUMBER, TEXT, Document, minimal, object_of

NODE: Document = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, "value": TEXT}}


def found(old: Document, new: Document) -> list[tuple[str, str]]:
    """The rule and the place of each change."""
    return [(change.rule, change.place) for change in changes(old, new)]


NARROWER: dict[str, tuple[Document, Document, str]] = {
    "a lower bound": ({**TEXT, "minLength": 1}, {**TEXT, "minLength": 2}, "bound"),
    "an upper bound": (TEXT, {**TEXT, "maxLength": 2}, "bound"),
    "a largest number": ({**NUMBER, "maximum": 9}, {**NUMBER, "maximum": 8}, "bound"),
    "a number": (NUMBER, {"type": "integer"}, "type"),
    "a value of any type": ({}, TEXT, "type"),
    "values": (TEXT, {**TEXT, "enum": ["a"]}, "values"),
    "a format": (TEXT, {**TEXT, "format": "date"}, "form"),
    "names": ({"type": "object"}, object_of(), "names"),
    "an item": ({"type": "array", "items": NUMBER}, {"type": "array", "items": {"type": "integer"}}, "type"),
    "other names": ({"type": "object"}, {"type": "object", "additionalProperties": TEXT}, "type"),
    "a form of several": ({"anyOf": [TEXT, NUMBER]}, {"anyOf": [NUMBER]}, "type"),
    "a part of all": ({"allOf": [NUMBER]}, {"allOf": [{"type": "integer"}]}, "type"),
    "a form that is clear": ({"anyOf": [TEXT, NUMBER]}, {"anyOf": [NUMBER, {**TEXT, "maxLength": 5}]}, "bound"),
    "null beside a reference": ({"nullable": True, "allOf": [object_of(a=TEXT)]}, object_of(a=TEXT), "null"),
    "a format of fewer numbers": (
        {"type": "integer", "format": "int64"},
        {"type": "integer", "format": "int32"},
        "form",
    ),
    "what nobody can judge": (NUMBER, {**NUMBER, "multipleOf": 2}, "unjudged"),
    "items that are unique": ({"type": "array"}, {"type": "array", "uniqueItems": True}, "unjudged"),
}
"""A schema, one that allows less, and the kind of the difference."""


@pytest.mark.parametrize("name", NARROWER)
def test_less_must_not_be_taken_and_more_not_be_answered(name: str) -> None:
    """The same difference breaks who sends in one direction and who reads in the other, and nobody else."""
    wide, narrow, kind = NARROWER[name]
    assert [rule for rule, _ in found(minimal(request=wide), minimal(request=narrow))] == [f"request_{kind}"]
    assert [rule for rule, _ in found(minimal(response=narrow), minimal(response=wide))] == [f"response_{kind}"]
    assert found(minimal(request=narrow, response=wide), minimal(request=wide, response=narrow)) == []


LOST: dict[str, tuple[Document, Document]] = {
    "a part that takes no other names": (
        {**object_of(a=TEXT)},
        {"allOf": [{"type": "object", "properties": {"a": TEXT}}, object_of()]},
    ),
    "a part that is not null": (
        {"type": "object", "nullable": True},
        {"allOf": [{"type": "object", "nullable": True}, {"type": "object"}]},
    ),
    "a name that becomes a field": (
        {"type": "object", "additionalProperties": TEXT},
        {"type": "object", "properties": {"a": NUMBER}, "additionalProperties": TEXT},
    ),
}
"""A schema, and one that takes less, though each of its parts may take as much."""


@pytest.mark.parametrize("name", LOST)
def test_what_one_part_forbids_is_forbidden(name: str) -> None:
    """Parts are joined only if nothing is lost by it, and a name has a schema before it is that of a field."""
    old, new = LOST[name]
    assert found(minimal(request=old), minimal(request=new))


PART, OTHER = ({"type": "object", "required": [name], "properties": {name: TEXT}} for name in "ab")
CLASH = {"allOf": [{**NUMBER, "maximum": 9}, {**NUMBER, "maximum": 8}]}
SAME: dict[str, tuple[Document, Document]] = {
    "a bound of nothing": ({**TEXT, "minLength": 0}, TEXT),
    "what is not demanded": ({"type": "array", "uniqueItems": False}, {"type": "array"}),
    "the order of values": ({**TEXT, "enum": ["a", "b"]}, {**TEXT, "enum": ["b", "a"]}),
    "the order of forms": ({"oneOf": [TEXT, NUMBER]}, {"oneOf": [NUMBER, TEXT]}),
    "the order of parts": (CLASH, {"allOf": CLASH["allOf"][::-1]}),
    "a part alone": ({"allOf": [PART]}, PART),
    "parts that are joined": (
        {"allOf": [PART, OTHER]},
        {**PART, "required": ["b", "a"], "properties": {"b": TEXT, "a": TEXT}},
    ),
    "words": ({**TEXT, "description": "a", "example": "a"}, {**TEXT, "title": "b", "deprecated": True}),
}
"""Two schemas that say the same."""


@pytest.mark.parametrize("name", SAME)
def test_to_say_the_same_in_another_way_breaks_nobody(name: str) -> None:
    """Whichever of the two is new."""
    one, other = SAME[name]
    for old, new in ((one, other), (other, one)):
        assert found(minimal(request=old, response=old), minimal(request=new, response=new)) == []


@pytest.mark.parametrize("part", [object_of(c=TEXT), {**PART, "properties": {"a": NUMBER}}], ids=["closed", "other"])
def test_parts_that_cannot_be_joined_are_not_passed_over(part: Document) -> None:
    """One that is closed to the fields of the other, and one that says something else of them."""
    for old, new in ((PART, {"allOf": [PART, part]}), ({"allOf": [PART, part]}, PART)):
        assert found(minimal(request=old), minimal(request=new))


def test_words_tell_each_form_and_values_are_as_in_json() -> None:
    """Of what a value may be now, and of what is meant when it is left out."""
    [change] = changes(minimal(response=TEXT), minimal(response={"anyOf": [TEXT, NUMBER]}))
    assert "It was text, and is text or a number." in change.message
    default = {**TEXT, "nullable": True, "default": "a"}
    [change] = changes(minimal(request=default), minimal(request={**default, "default": None}))
    assert "It was a, and is null." in change.message


def test_a_place_within_is_named() -> None:
    """In objects, lists and other names, as deep as it is."""
    inner = {"type": "array", "items": {"type": "object", "additionalProperties": object_of(a=TEXT, b=TEXT)}}
    old = minimal(request=object_of(list=inner))
    new = deepcopy(old)
    schema = new["paths"]["/v1/a"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    del schema["properties"]["list"]["items"]["additionalProperties"]["properties"]["b"]
    assert found(old, deepcopy(old)) == []
    assert found(old, new) == [("request_field_removed", "/list/*/*/b")]


def test_a_schema_within_itself_comes_to_an_end() -> None:
    """Each pair of schemas is looked at once."""
    old = minimal(response={"$ref": "#/components/schemas/Node"}) | {"components": {"schemas": {"Node": NODE}}}
    new = deepcopy(old)
    del new["components"]["schemas"]["Node"]["properties"]["value"]
    assert found(old, new) == [("response_field_removed", "/value")]


def entangled(last: Document) -> Document:
    """A contract in which each schema has four fields of the next, so that there are millions of places."""
    refers = [{"$ref": f"#/components/schemas/S{number}"} for number in range(13)]
    schemas = {f"S{number}": object_of(**dict.fromkeys("abcd", refers[number + 1])) for number in range(12)}
    return minimal(response=refers[0]) | {"components": {"schemas": schemas | {"S12": last}}}


def test_a_schema_that_is_used_over_and_over_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unchanged, it is not looked at; changed, it is told of many places, but not of all; else nobody can tell."""
    assert found(entangled(TEXT), entangled(dict(TEXT))) == []
    told = found(entangled(TEXT), entangled(NUMBER))
    assert (len(told), ("response_type", "/a" * 11 + "/b") in told) == (1000, True)
    monkeypatch.setattr(schemas, "PATIENCE", 1000)
    with pytest.raises(ContractError, match="refer to each other too often to be compared"):
        found(entangled(TEXT), entangled({**TEXT, "title": "Text"}))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ({}, {"servers": [{"url": "https://api.example.com/base"}]}, "server_moved"),
        ({"servers": [{"url": "https://a.example.com/v1/"}]}, {"servers": [{"url": "http://b.example/v1"}]}, None),
        ({"security": [{"key": []}]}, {"security": [{"key": []}, {}]}, None),
        ({"security": [{"key": []}, {}]}, {"security": [{"key": []}]}, "security_demanded"),
        ({"security": [{"key": []}]}, {"security": [{"key": ["all"]}]}, "security_demanded"),
        ({"security": [{"key": []}]}, {"security": [{"same": []}]}, None),
        ({}, {"paths": {"/v1/a": minimal()["paths"]["/v1/a"] | {"servers": [{"url": "/base"}]}}}, "server_moved"),
    ],
    ids=["another path", "another host", "open", "closed", "another scope", "another name", "the server of a path"],
)
def test_what_holds_for_all_operations_counts(old: Document, new: Document, rule: str | None) -> None:
    """Where they are served, and who is let in."""
    key = {"type": "http", "scheme": "bearer"}
    scheme = {"components": {"securitySchemes": {"key": key, "same": {**key, "description": "The same."}}}}
    assert [each for each, _ in found(minimal() | scheme | old, minimal() | scheme | new)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ({"in": "query"}, None, "parameter_removed"),
        (None, {"in": "query"}, None),
        (None, {"in": "header", "required": True}, "parameter_required"),
        ({"in": "query"}, {"in": "query", "required": True}, "parameter_required"),
        ({"in": "query"}, {"in": "query", "schema": {**TEXT, "enum": ["a"]}}, "request_values"),
        ({"in": "query"}, {"in": "query", "explode": False}, "request_unjudged"),
        ({"in": "query"}, {"in": "query", "style": "form", "explode": True}, None),
        ({"in": "header"}, {"in": "header", "name": "Q"}, None),
    ],
    ids=["gone", "new", "new and required", "required", "narrower", "written otherwise", "as ever", "a header"],
)
def test_parameters_count(old: Document | None, new: Document | None, rule: str | None) -> None:
    """An unknown one is refused, as the contract has it; the case of a header's name says nothing."""
    documents = [minimal(parameters=[{"name": "q", "schema": TEXT, **each}] if each else []) for each in (old, new)]
    assert found(*documents) == ([(rule, "q")] if rule else [])


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("application/json", "Application/JSON; charset=utf-8", []),
        ("application/json", "application/json; version=2", ["request", "response"]),
        ("application/json", "application/*", ["response"]),
    ],
)
def test_media_types_count(old: str, new: str, rules: list[str]) -> None:
    """Without their case and charset; who sends may send any that is taken, who reads has to know each."""
    before, after = (
        minimal(
            requestBody={"content": {media_type: {}}},
            responses={"200": {"description": "", "content": {media_type: {}}}},
        )
        for media_type in (old, new)
    )
    assert [rule for rule, _ in found(before, after)] == [f"{rule}_media_type_removed" for rule in rules]
