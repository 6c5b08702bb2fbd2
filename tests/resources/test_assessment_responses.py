"""Assessment responses over HTTP."""

from json import dumps
from typing import Any

import pytest

from ..mock import A, Mock, faults
from .bodies import ANYTHING
from .records import created, read

LEAST = {"user_id": A, "model": {"lives_alone": True}}
NAMES = {"spec_name": "intake", "spec_version": "2", "title": "At the first visit"}
FIELDS = ["id", "spec_id", "user_id", "model", "updated_at", "created_at"]


def test_a_get_answers_the_fields_of_the_model(mock: Mock) -> None:
    """D-02, D-16, D-61: the bare record with the document's sample id, its fields in the document's order."""
    answer = mock.get(f"/v1/assessment_responses/{A}")

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json()["spec_id"] == "intake_assessment"


def test_a_response_needs_a_patient_and_answers(mock: Mock) -> None:
    """D-08, D-16, D-27: no assessment need be named, and then `spec_id` is null."""
    record = created(mock, "assessment_responses", LEAST)

    assert list(record) == FIELDS
    assert (record["spec_id"], record["user_id"], record["model"]) == (None, A, {"lives_alone": True})


def test_the_name_and_the_title_are_taken_and_not_returned(mock: Mock) -> None:
    """D-27: `spec_name`, `spec_version` and `title` are not in the Model, so neither POST nor GET answers them."""
    record = created(mock, "assessment_responses", LEAST | NAMES | {"spec_id": "intake_assessment"})

    assert list(record) == FIELDS
    assert record["spec_id"] == "intake_assessment"
    assert read(mock, "assessment_responses", record["id"]) == record


def test_the_id_of_an_assessment_does_not_follow_from_its_name(mock: Mock) -> None:
    """D-27: who sends the name alone gets no `spec_id`."""
    assert created(mock, "assessment_responses", LEAST | NAMES)["spec_id"] is None


@pytest.mark.parametrize("given", [["spec_id"], ["spec_name"], ["spec_version"], ["title"], ["spec_id", "spec_name"]])
def test_each_way_to_name_the_assessment_is_optional(shared_mock: Mock, given: list[str]) -> None:
    """D-27: none of the four fields demands another."""
    names = NAMES | {"spec_id": "intake_assessment"}

    created(shared_mock, "assessment_responses", LEAST | {field: names[field] for field in given})


@pytest.mark.parametrize("model", ANYTHING, ids=dumps)
def test_the_answers_may_be_any_json_and_come_back_as_sent(shared_mock: Mock, model: Any) -> None:
    """D-27, D-60: whatever the assessment, `model` is any JSON value but null, equal to the last member and number."""
    record = created(shared_mock, "assessment_responses", LEAST | {"spec_id": "nobody.knows-it", "model": model})

    assert dumps(record["model"]) == dumps(model)
    assert dumps(read(shared_mock, "assessment_responses", record["id"])["model"]) == dumps(model)


def test_no_answers_at_all_are_refused(shared_mock: Mock) -> None:
    """D-27: null is no model."""
    answer = shared_mock.post("/v1/assessment_responses", LEAST | {"model": None})

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/model")])
    assert answer.json()["detail"] == "`model` is `null`. Expected any JSON value but null."


@pytest.mark.parametrize("model", ["x" * 100_001, [0] * 10_001], ids=["text", "list"])
def test_the_answers_have_bounds(shared_mock: Mock, model: Any) -> None:
    """D-37: a text has at most 100,000 characters and a list 10,000 items, and the refusal says so."""
    answer = shared_mock.post("/v1/assessment_responses", LEAST | {"model": model})

    assert faults(answer) == [("parse_exception", "/model")]
    assert f"{len(model) - 1}" in answer.json()["detail"]
