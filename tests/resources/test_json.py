"""What JSON a body may be."""

import pytest

from ..mock import NOBODY, A, Mock, faults
from .bodies import LEAST
from .records import created

PATIENTS = "/v1/patients"
MAYA = f"/v1/patients/{A}"
JSON = {"content-type": "application/json"}


def model(value: str) -> bytes:
    """The body of an assessment response, with a `model` that is written as one likes."""
    return b'{"user_id": "%s", "model": %s}' % (A.encode(), value.encode())


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '[{"phase": "intake"}]',
        '"intake"',
        "7",
        "true",
        "null",
        "{",
        '{"phase": }',
        "{'phase': 1}",
        '{"phase": 1,}',
        "",
        " \n",
        "nonsense",
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", PATIENTS), ("PUT", MAYA)])
def test_a_body_is_a_json_object(shared_mock: Mock, method: str, path: str, body: str) -> None:
    """D-34, D-55: any other body is one fault of the whole, at the empty pointer."""
    answer = shared_mock.ask(method, path, content=body, headers=JSON)

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "")])
    assert answer.json()["errors"][0]["extra"] == {"path": "."}


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf{}",
        '{"phase": "ï"}'.encode("latin-1"),
        "{}".encode("utf-16"),
        b'{"phase": "\xed\xa0\x80"}',
        b'{"phase": "\\ud800"}',
        b'{"phase": "a\x00b"}',
        b"{} {}",
        b"{/* none */}",
    ],
    ids=["byte_order_mark", "latin_1", "utf_16", "surrogate", "escaped_surrogate", "control", "two", "comment"],
)
def test_json_is_utf_8_without_a_byte_order_mark(shared_mock: Mock, body: bytes) -> None:
    """D-38, D-55: and nothing that RFC 8259 does not allow."""
    answer = shared_mock.ask("PUT", MAYA, content=body, headers=JSON)

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "")])


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "01", "+1", ".5", "0x10"])
def test_numbers_are_finite_and_as_json_has_them(shared_mock: Mock, number: str) -> None:
    """D-55: also where any JSON value will do."""
    answer = shared_mock.ask("POST", "/v1/assessment_responses", content=model(number), headers=JSON)

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "")])


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", float(2**64)),
        ("-9223372036854775808", -(2**63)),
        ("-9223372036854775809", -float(2**63)),
        ("1e308", 1e308),
        ("1e-400", 0.0),
        ("0.1", 0.1),
        ("1" + "0" * 300, 1e300),
    ],
)
def test_integers_beyond_64_bits_become_floating_point(shared_mock: Mock, written: str, kept: float) -> None:
    """D-55: others stay as they are."""
    answer = shared_mock.ask("POST", "/v1/assessment_responses", content=model(written), headers=JSON)

    assert answer.status_code == 201
    assert (answer.json()["model"], type(answer.json()["model"])) == (kept, type(kept))


def test_of_equal_names_the_last_counts(shared_mock: Mock) -> None:
    """D-55: as most parsers have it."""
    body = b'{"user_id": "%s", "user_id": "%s", "task_type": "", "task_type": "survey"}' % (NOBODY.encode(), A.encode())

    answer = shared_mock.ask("POST", "/v1/patient_tasks", content=body, headers=JSON)

    assert answer.status_code == 201
    assert (answer.json()["user_id"], answer.json()["task_type"]) == (A, "survey")


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a": ', "}"), ('[{"a": ', "}]")])
def test_a_body_is_at_most_64_levels_deep(shared_mock: Mock, opening: str, closing: str) -> None:
    """D-55: the body itself is the first level; 64 are taken and come back, 65 are refused."""
    levels = opening.count("[") + opening.count("{")
    deepest = opening * (63 // levels) + "[" * (63 % levels) + "1" + "]" * (63 % levels) + closing * (63 // levels)

    taken = shared_mock.ask("POST", "/v1/assessment_responses", content=model(deepest), headers=JSON)
    deeper = shared_mock.ask("POST", "/v1/assessment_responses", content=model(f"[{deepest}]"), headers=JSON)

    assert taken.status_code == 201
    assert (deeper.status_code, faults(deeper)) == (400, [("parse_exception", "")])
    assert deeper.json()["detail"] == "The body is nested deeper than 64 levels."


@pytest.mark.parametrize("depth", [1_000, 5_000, 200_000])
def test_no_depth_is_too_much_to_be_refused(shared_mock: Mock, depth: int) -> None:
    """D-55: of a body that is deeper than any parser goes, the same is said."""
    answer = shared_mock.ask("POST", "/v1/assessment_responses", content=model("[" * depth + "]" * depth), headers=JSON)

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "")])
    assert answer.json()["detail"] == "The body is nested deeper than 64 levels."


def test_brackets_within_text_are_no_levels(shared_mock: Mock) -> None:
    """D-55: only what is nested counts, not what looks like it."""
    created(shared_mock, "assessment_responses", LEAST["assessment_responses"] | {"model": "[{" * 1_000})
    created(shared_mock, "assessment_responses", LEAST["assessment_responses"] | {"model": [[]] * 1_000})


@pytest.mark.parametrize(
    ("item", "brackets"),
    [("1", 0), ("[]", 1), ('{"x": [",[{"]}', 2), (r'"[\",{\\"', 0)],
    ids=["numbers", "lists", "objects", "text"],
)
def test_a_body_has_at_most_50000_values(shared_mock: Mock, item: str, brackets: int) -> None:
    """D-64: commas and opening brackets are counted, and those in a text are not; one more is refused as a whole."""
    fits = (50_000 - len("{,{")) // (1 + brackets)

    taken, refused = (
        shared_mock.ask(
            "POST",
            "/v1/assessment_responses",
            content=model(f'{{"x": [{",".join([item] * count)}]}}'),
            headers=JSON,
        )
        for count in (fits, fits + 1)
    )

    assert taken.status_code == 201
    assert (refused.status_code, faults(refused)) == (400, [("parse_exception", "")])
    assert refused.json()["detail"] == "The body has more than 50000 values. Send less at once."


@pytest.mark.parametrize("headers", [{}, JSON, {"content-type": "text/plain"}], ids=["undeclared", "json", "text"])
@pytest.mark.parametrize(("method", "collection"), [("GET", "workers"), ("DELETE", "patient_tasks")])
def test_a_body_without_a_meaning_is_ignored(mock: Mock, method: str, collection: str, headers: dict[str, str]) -> None:
    """D-55: a GET and a DELETE take none, and refuse none, however it is declared."""
    answer = mock.ask(method, f"/v1/{collection}/{A}", content="{nonsense", headers=headers)

    assert (answer.status_code, answer.json()["id"]) == (200, A)
