"""Long lists of records are read and written a piece at a time, and are the same as if they were not."""

import json
from random import Random
from typing import Any

import orjson
import pytest

from common_apis.world import json_file
from common_apis.world.json_file import encode_json, encode_list, parse_json


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces are short here."""
    monkeypatch.setattr(json_file, "PIECE", 60)
    monkeypatch.setattr(json_file, "SOME", 3)


def make_value(random: Random, depth: int = 0) -> Any:
    """Return any value, such that the text between two items is found within it as well."""
    if depth > 3 or random.random() < 0.3:
        return random.choice([None, True, 7, 0.5, "", "\n  },\n  {", "},{", "Zoë", [], {}])
    if random.random() < 0.5:
        return [make_value(random, depth + 1) for _ in range(random.randrange(4))]
    return {f"n{number}": make_value(random, depth + 1) for number in range(random.randrange(4))}


@pytest.mark.parametrize("seed", range(40))
def test_what_is_written_is_read(seed: int) -> None:
    """In whatever way it is written."""
    random = Random(seed)
    for _ in range(20):
        content = [{"id": number, "value": make_value(random)} for number in range(random.randrange(12))]
        written = encode_list(content, lambda item: item)
        assert written == orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"
        assert parse_json(written) == content
        for indent in (None, 1, 2, 4):
            assert parse_json(json.dumps(content, indent=indent).encode()) == content
    value = make_value(random)
    assert parse_json(encode_json(value)) == value


def test_a_list_in_an_object_is_not_taken_for_the_list() -> None:
    """Though it looks like one."""
    content = {"a": [{"b": 1}] * 40}
    text = json.dumps(content).replace("}, {", "\n  },\n  {").encode()
    assert parse_json(text) == content
    nested = [[{"b": 1}] * 40, {"c": 2}]
    assert parse_json(json.dumps(nested).replace("}, {", "\n  },\n  {").encode()) == nested


@pytest.mark.parametrize(
    "broken", [b"[{", b'[\n  {\n    "a": 1\n  },\n  {\n    "a": }\n]', b"[\n  {\n  },\n  {\n  }", b"x" * 99]
)
def test_what_is_no_json_is_refused_where_it_is_broken(broken: bytes) -> None:
    """As the parser has it."""
    with pytest.raises(orjson.JSONDecodeError) as expected:
        orjson.loads(broken)
    with pytest.raises(orjson.JSONDecodeError) as refused:
        parse_json(broken)
    assert str(refused.value) == str(expected.value)
