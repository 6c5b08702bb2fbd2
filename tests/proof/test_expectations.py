"""`common-apis check` with expectations, and with a baseline."""

from pathlib import Path

import pytest

from ..mock import A
from .commands import Consumer, consumer, places

__all__ = ["consumer"]


@pytest.mark.parametrize(
    ("expected", "code"),
    [("==2", 0), (">=2", 0), ("<= 2", 0), ("!=1", 0), (">1", 0), ("<3", 0), ("==1", 1), (">2", 1), ("<2", 1)],
)
def test_expectations_count_the_calls_of_an_operation(consumer: Consumer, expected: str, code: int) -> None:
    """One that does not hold is a finding, which tells what was called instead."""
    consumer.create()
    consumer.create()
    consumer.send("GET", f"/v1/patient_tasks/{A}")
    ended, said, _ = consumer.check("--expect", f"patient_tasks_create {expected}", "--expect", "workers_get==0")
    assert ended == code
    missed = "It was called 2 times. Other calls: patient_tasks_get once. [expectation] (openapi/paths/patient_tasks."
    assert (missed in said) is bool(code)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("patient_task_create==1", "no operation is called `patient_task_create`. Did you mean patient_tasks_create?"),
        ("xyz==1", "no operation is called `xyz`. `common-apis routes` lists them."),
        ("workers_get=1", "`workers_get=1` is no expectation. Expected one such as messages_create==1"),
    ],
)
def test_an_expectation_that_makes_no_sense_is_refused(consumer: Consumer, expected: str, said: str) -> None:
    """It could not tell; the operation that was meant is named."""
    consumer.create()
    code, _, error = consumer.check("--expect", expected)
    assert code == 2
    assert said in error


def test_a_baseline_accepts_what_is_known(consumer: Consumer, tmp_path: Path) -> None:
    """In another sandbox, by another version of the program, the same is accepted; what is new is not."""
    baseline = tmp_path / "baseline.json"
    consumer.create(user_id="me")
    consumer.create(status="done")
    assert consumer.check("--write-baseline", baseline)[0] == 0
    other = Consumer(consumer.server)
    with other.http:
        other.create()
        other.http.headers["X-Mock-Consumer"] = "web-app/2.0"
        other.create(user_id="somebody")
        code, said, _ = other.check("--baseline", baseline)
        assert code == 0
        assert said.startswith(f"1 accepted by {baseline}.\n1 of {baseline} not found again")
        other.create(task_type="")
        code, said, _ = other.check("--baseline", baseline, "--format", "json")
    assert (code, places(said)) == (1, [("patient_tasks_create", "parse_exception", "/task_type")])
