"""What a value breaks, if it is so long that only a part of it is looked at."""

import pytest

from common_apis.contract.schema import validator
from common_apis.contract.violation import LOOKED_AT, violations

NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
NUMBERS = {"type": "array", "items": {"type": "integer"}}


@pytest.mark.parametrize("beyond", [0, 1, LOOKED_AT, 5 * LOOKED_AT])
def test_what_is_wrong_is_found_wherever_it_is(beyond: int) -> None:
    """Also behind all that is looked at first; and nothing is told that is not so."""
    names = {f"n{number}": "" for number in range(beyond)}
    [found] = violations(validator(NAMED), NAMED, names | {"name": 5})
    assert (found.pointer, "5" in found.detail) == ("/name", True)
    [found] = violations(validator(NUMBERS), NUMBERS, [0] * beyond + ["x"])
    assert found.pointer == f"/{beyond}"
    [found] = violations(validator(NAMED), NAMED, names)
    assert (found.pointer, "is missing" in found.detail) == ("/name", True)
