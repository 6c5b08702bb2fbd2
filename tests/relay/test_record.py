"""`common-apis proxy --record`: a seed of what was answered, in which nobody can be found again."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from common_apis.contract.model import Model, models
from common_apis.relay.scrubber import Scrubber
from common_apis.serving.app import create_app

from ..mock import A
from ..proof.commands import run
from ..proof.defects import changes
from ..proof.mutant import Mutant
from ..serving.served import Served
from .servers import Proxied, listening

DATA = Path(__file__).parents[2] / "mock_data"
SAFE = {
    *("phase", "timezone", "state", "country", "gender", "outcome", "modality", "direction", "status", "resource"),
    *("phone_number_type", "conversation_type", "appointment_type", "task_type", "type_name", "spec_id"),
}
"""The fields whose values may stay: lists of the contract, zones, and codes of the care program."""
TIME = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?")
SECRETS = {
    "Ingeborg Vantongeren": {"ssn": 123456789, "mrn": "MRN-777123", "visits": [{"when": "2030-01-02T03:04:05Z"}]},
    "note": "Call Ingeborg at +4915112345678 or ingeborg.vantongeren@hospital.test, 22 Kastanienallee.",
    "aged": 61.5,
    "consents": True,
}


def strings(value: Any, field: str = "") -> Iterator[str]:
    """Every text in a value, names included, but for the values of safe fields."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from strings(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each, field)
    elif isinstance(value, str) and field not in SAFE:
        yield value


def words(text: str) -> Iterator[str]:
    """The parts of a text by which somebody may be found again."""
    return (word for word in re.split(r"[\s@,;:]+", text) if len(word) >= 5)


@pytest.fixture(scope="module")
def recorded(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], dict[str, Any], Path]:
    """What a program was answered of a clinic, and the seed that was made of it."""
    folder, answers = tmp_path_factory.mktemp("record") / "recording", []
    with Proxied(server_url, "--record", folder) as proxy:

        def ask(method: str, path: str, json: Any = None) -> Any:
            answer = proxy.http.request(method, f"/s/clinic-{folder.parent.name}/v1/{path}", json=json)
            assert answer.status_code < 300, answer.text
            answers.append(answer.json())
            return answers[-1]

        for file in sorted(DATA.glob("*.json")):
            for record in json.loads(file.read_text("utf-8")):
                unread = file.stem in ("patients", "external_ids")
                ask("PUT" if unread else "GET", f"{file.stem}/{record['id']}", {} if unread else None)
        answers.clear()
        ask("POST", "custom_data_type_records", {"user_id": A, "type_name": "chart", "body": SECRETS})
        ask("POST", "assessment_responses", {"user_id": A, "spec_id": "intake", "model": SECRETS})
        patient = {"phase": "intake", "timezone": "UTC", "first_name": "Ingeborg", "last_name": "Vantongeren"}
        patient |= {"zip_code": "94110", "state": "CA", "city": "Vantongeren", "street": "22 Kastanienallee"}
        made = ask("POST", "patients", patient | {"birthday": "1961-02-03"})
        ask("PUT", f"patients/{made['id']}", {"phase": "engaged", "last_name": "Vantongeren-Quist"})
        gone = ask("POST", "patient_tasks", {"user_id": made["id"], "task_type": "gone"})
        ask("DELETE", f"patient_tasks/{gone['id']}")
        assert proxy.stop()[0] == 0, proxy.said()
        assert f"common-apis serve --seed-dir {folder}\n" in proxy.said()
    return answers, {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(folder.iterdir())}, folder


def test_nothing_that_was_said_is_in_the_seed(recorded: tuple[list[Any], dict[str, Any], Path], contract: Any) -> None:
    """No text, no word of five letters or more, and no number that was sent; names of the contract's fields stay.

    Times are another test's: what was on one Monday may be on another.
    """
    answers, seed, _ = recorded
    clinic = [json.loads(file.read_text("utf-8")) for file in DATA.glob("*.json")]
    known = {name for model in models(contract).values() for name in names_in(model.schema)}
    said = {each for each in strings([answers, clinic]) if each not in known and not TIME.fullmatch(each)}
    kept = {each for each in strings([*seed.values()]) if each not in known}
    assert len(said) > 300
    assert len(kept) > 300
    assert said & kept == set()
    text = "\n".join(kept)
    assert {word for each in said for word in words(each) if word in text} <= {"example.com"}
    assert "123456789" not in json.dumps(seed)


def names_in(schema: Any) -> Iterator[str]:
    """The names of fields that a schema has, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for each in schema.values():
            yield from names_in(each)


def test_the_seed_is_served(recorded: tuple[list[Any], dict[str, Any], Path]) -> None:
    """It loads; the same is replaced by the same, so references hold; what was deleted is not there."""
    _, seed, folder = recorded
    [patient] = [each for each in seed["patients"] if (each["timezone"], each["phase"]) == ("UTC", "engaged")]
    [record] = [each for each in seed["custom_data_type_records"] if each["type_name"] == "chart"]
    [response] = [each for each in seed["assessment_responses"] if each["spec_id"] == "intake"]
    assert record["body"] == response["model"]
    assert record["user_id"] == response["user_id"]
    assert re.fullmatch("00[0-4][0-9]{2}", patient["zip_code"])
    assert [each for each in seed["patient_tasks"] if each["task_type"] == "gone"] == []
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", each["phone_number"]) for each in seed["phone_numbers"])
    assert all(each["email"].endswith("@example.com") for each in seed["email_addresses"])
    with Served("--port", "0", "--seed-dir", str(folder)) as server:
        for collection in ("calendar_events", "messages", "workers", "careplans"):
            for each in seed[collection]:
                answer = httpx.get(f"{server.url}/v1/{collection}/{each['id']}")
                assert answer.json() == each


def test_order_and_durations_stay(recorded: tuple[list[Any], dict[str, Any], Path]) -> None:
    """All times have moved by one span of whole weeks; birthdays by less than a year, each its own."""
    seed = recorded[1]
    before = {name: json.loads((DATA / f"{name}.json").read_text("utf-8")) for name in ("calendar_events", "patients")}

    def moments(records: list[Any], field: str) -> list[datetime]:
        return sorted(datetime.fromisoformat(each[field]) for each in records if each[field])

    was, now = (moments(each["calendar_events"], "start_time") for each in (before, seed))
    [span] = {later - earlier for earlier, later in zip(was, now, strict=True)}
    assert span < timedelta()
    assert span % timedelta(weeks=1) == timedelta()
    days = zip(*(sorted(e["day"] for e in each["calendar_events"] if e["day"]) for each in (before, seed)), strict=True)
    assert {date.fromisoformat(now) - date.fromisoformat(was) for was, now in days} == {span}
    born = {each["birthday"] for each in before["patients"]}
    assert not born & {each["birthday"] for each in seed["patients"]}


def test_what_was_never_seen_is_made_up(contract: dict[str, Any], tmp_path: Path) -> None:
    """One message and one external id of a clinic lead to all that they refer to; what is invalid is mended."""
    mutant = Mutant(create_app(contract=contract), changes())
    folder = tmp_path / "few"
    with listening(mutant) as upstream, Proxied(upstream, "--record", folder) as proxy:
        for path in (f"messages/{A}", f"integration_tasks/{A}", f"workers/{A}", f"calendar_events/{A}"):
            assert proxy.http.get(f"/v1/{path}").status_code == 200
        assert proxy.http.put(f"/v1/external_ids/{A}", json={}).status_code == 200
        assert proxy.stop()[0] == 1, "the server has defects"
    with Served("--port", "0", "--seed-dir", str(folder)) as server:
        [message] = json.loads((folder / "messages.json").read_text("utf-8"))
        for field, collection in (("conversation_id", "conversations"), ("worker_id", "workers")):
            found = httpx.get(f"{server.url}/v1/{collection}/{message[field]}")
            assert found.status_code == 200
        assert len(json.loads((folder / "workers.json").read_text("utf-8"))) >= 1


def test_a_folder_that_does_not_serve(tmp_path: Path, server_url: str) -> None:
    """It is refused before traffic is lost: one in use, of which nothing is written over, and one that cannot be."""
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    for folder, reason in (
        (tmp_path, "is not empty. Name a new folder"),
        (tmp_path / "mine.txt" / "within", "mine.txt/within: Not a directory"),
    ):
        code, _, error = run("proxy", server_url, "--port", "0", "--record", folder)
        assert (code, reason in error) == (2, True), error


DAYS = some.dates(date(1900, 1, 1), date(2199, 12, 31)).map(str)
LEAVES = some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.text() | DAYS
JSON = some.recursive(LEAVES, lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner), max_leaves=20)


@pytest.fixture(scope="module")
def model(contract: dict[str, Any]) -> Model:
    """A record whose body is anything."""
    return models(contract)["custom_data_type_records"]


@settings(max_examples=150, deadline=None)
@given(body=JSON.filter(lambda value: value is not None), code=some.text(min_size=1, max_size=64))
def test_any_text_is_replaced(model: Model, body: Any, code: str) -> None:
    """Whatever JSON it is in: no text of it stays, the shape does, the record is valid, and another key is another."""
    now = "2031-03-04T17:30:00.000000+00:00"
    record = {
        "id": A,
        "user_id": A,
        "type_name": code,
        "body": body,
        "more": code,
        "created_at": now,
        "updated_at": now,
    }
    scrubber = Scrubber(shift=timedelta(weeks=-20_000))  # no day becomes another that hypothesis may draw
    scrubbed = scrubber.record(model, record)
    assert not set(strings(body)) & set(strings(scrubbed["body"]))
    assert shape(scrubbed["body"]) == shape(body)
    assert scrubbed == scrubber.record(model, record)
    assert scrubbed["id"] == scrubbed["user_id"] != Scrubber().id(A)
    assert "more" not in scrubbed
    assert scrubbed["type_name"] == code or not re.fullmatch("[a-z]+(_[a-z]+)*", code)
    for told in ("Jane-Roe", "jane.roe-1962-04-03", "4155552671", "visit_4155552671", A):
        assert scrubber.record(model, record | {"type_name": told})["type_name"] != told
    moved = scrubbed | {"created_at": now, "updated_at": now}
    assert model.validator.is_valid(moved)


def shape(value: Any) -> Any:
    """A value without its texts and numbers."""
    if isinstance(value, dict):
        return [shape(each) for each in value.values()]
    return [shape(each) for each in value] if isinstance(value, list) else type(value)
