"""`common-apis replay`: which consumer another edition breaks, and at which field, by what each was recorded to do."""

import json
import os
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from common_apis.cli import progress
from common_apis.contract.document import CONTRACT
from common_apis.proof.edition import Edition, own
from common_apis.proof.exchanges import Recording, from_files, write
from common_apis.proof.replay import Replay, findings
from common_apis.serving.app import Settings, create_app

from ..clients.mutations import EACH, Mutation, Verdict, mutations
from ..mock import NOBODY, A, Mock
from ..resources.bodies import FULL, LEAST
from ..steering.calls import CALLS
from .commands import Consumer, consumer, run

__all__ = ["consumer"]

Document = dict[str, Any]
Replays = Callable[..., tuple[int, str, str]]
CLIENTS_ONLY = {"other_parameter", "other_operation_id", "other_schema_name"}
"""Kinds of changes that break nobody but who generated a client, whom traffic does not show."""
NOT_DONE = {"value_not_taken", "null_not_taken"}
"""Kinds of changes that break who sends some value that nobody sends here."""


def recorded(mock: Mock, file: Path) -> Path:
    """The journal of the default sandbox, as a file."""
    entries = mock.get("/_mock/sandboxes/default/requests?limit=1000").json()["requests"]
    write(file, [{"sandbox": "default", **each} for each in entries])
    return file


def send(mock: Mock, consumer: str, operation: str, **changed: Any) -> None:
    """Send a valid request as a consumer, or one with other fields."""
    call = CALLS[operation]
    body = {} if call.body is None else {"json": call.body | changed}
    mock.ask(call.method, f"/v1/{call.path}", headers={"X-Mock-Consumer": consumer}, **body)


@pytest.fixture
def journal(mock: Mock, tmp_path: Path) -> Path:
    """The traffic of two consumers: one makes patients who have an address, one reads, and updates them."""
    mock.post("/v1/patients", LEAST["patients"], headers={"X-Mock-Consumer": "portal"})
    for _ in range(2):
        mock.post("/v1/patients", FULL["patients"], headers={"X-Mock-Consumer": "intake/2.1"})
    send(mock, "portal", "patients_update")
    send(mock, "portal", "workers_get")
    mock.post("/v1/patients", {"phase": 7}, headers={"X-Mock-Consumer": "portal"})
    return recorded(mock, tmp_path / "traffic.jsonl")


@pytest.fixture
def replayed(journal: Path, contract: Document, tmp_path: Path) -> Replays:
    """Replays the journal against the contract after a change."""

    def replayed(change: Callable[[Document], object], *arguments: object) -> tuple[int, str, str]:
        new = deepcopy(contract)
        change(new)
        (tmp_path / "new.json").write_text(json.dumps(new, indent=1), "utf-8")
        return run("replay", journal, "--contract", tmp_path / "new.json", *arguments)

    return replayed


def fields(document: Document, schema: str) -> Document:
    """The fields of a schema."""
    return document["components"]["schemas"][schema]["properties"]  # type: ignore[no-any-return]


def test_who_sends_what_is_refused_breaks_and_the_other_does_not(replayed: Replays) -> None:
    """By name, with the field, how often, and the line of the new edition; a request that broke already counts not."""
    code, said, error = replayed(lambda new: fields(new, "PatientCreate").pop("street"))
    first, who, *notes, verdict = said.splitlines()
    assert (code, error) == (1, "")
    assert first.startswith("patients_create /street: `street` is not a field here.")
    assert "It was taken before. [request_field_removed] (" in first
    assert "new.json:" in first
    assert who == "    intake/2.1, sandbox default, exchange 2, 2 times"
    assert notes == [
        "intake breaks at 1 place: 2 exchanges.",
        "portal goes on as before: 4 exchanges.",
        "1 exchange broke the contract already: no fault of the new edition.",
    ]
    assert verdict.startswith("replay: 1 finding in 6 exchanges of 1 sandbox, held against ")


def test_who_reads_what_is_gone_breaks(replayed: Replays) -> None:
    """Each consumer that was answered the field, sorted by name; who never was goes on."""
    code, said, _ = replayed(lambda new: fields(new, "Worker").pop("gender"), "--format", "json")
    [finding] = json.loads(said)["findings"]
    assert code == 1
    who = [finding[each] for each in ("consumer", "operation", "rule", "place")]
    assert who == ["portal", "workers_get", "response_field_removed", "/gender"]
    code, said, _ = replayed(lambda new: fields(new, "Patient").pop("city"), "--format", "json")
    found = [(each["consumer"], each["operation"], each["times"]) for each in json.loads(said)["findings"]]
    assert (code, found) == (
        1,
        [("intake/2.1", "patients_create", 2), ("portal", "patients_create", 1), ("portal", "patients_update", 1)],
    )


def test_a_field_that_is_demanded_breaks_who_leaves_it_out(replayed: Replays) -> None:
    """And not who sends it all the same."""
    code, said, _ = replayed(lambda new: new["components"]["schemas"]["PatientCreate"]["required"].append("street"))
    assert (code, "portal breaks at 1 place" in said, "intake goes on as before" in said) == (1, True, True)
    assert "[request_field_required]" in said


def test_who_leaves_out_what_then_means_something_else_breaks(journal: Path, contract: Document) -> None:
    """A field or a parameter with another default; and who sends a parameter that is written otherwise."""
    old, new = deepcopy(contract), deepcopy(contract)
    for document, default, explode in ((old, "a", True), (new, "b", False)):
        fields(document, "PatientCreate")["street"] = {"type": "string", "nullable": True, "default": default}
        document["paths"]["/v1/workers/{id}"]["get"]["parameters"] = [
            {"name": "X-Shift", "in": "header", "schema": {"type": "string", "default": default}},
            {"name": "X-Mock-Consumer", "in": "header", "explode": explode, "schema": {"type": "string"}},
        ]
    editions = Replay(Edition("old", old, None), Edition("new", new, None))
    found = findings(from_files([journal]), editions, lambda done, of: None)
    assert [(each.consumer, each.operation, each.rule, each.place) for each in found] == [
        ("portal", "patients_create", "request_default", "/street"),
        ("portal", "workers_get", "request_default", "X-Shift"),
        ("portal", "workers_get", "request_unjudged", "X-Mock-Consumer"),
    ]


def test_a_schema_may_refer_to_itself(replayed: Replays) -> None:
    """What is sent is held against it, as deep as it is."""
    refers = {"$ref": "#/components/schemas/PatientCreate"}
    code, said, error = replayed(lambda new: fields(new, "PatientCreate").update(street=refers))
    assert (code, error) == (1, "")
    assert "patients_create /street: `street` is the text " in said
    assert "Expected a JSON object. It was taken before. [request_type]" in said


def test_a_path_that_is_gone_breaks_who_asks_for_it(replayed: Replays) -> None:
    """Whatever they send."""
    code, said, _ = replayed(lambda new: new["paths"].pop("/v1/workers/{id}"))
    assert (code, said.count("[operation_removed]"), "portal breaks at 1 place" in said) == (1, 1, True)


def test_who_broke_the_contract_before_is_not_broken_by_another(mock: Mock, tmp_path: Path, contract: Document) -> None:
    """Whatever became of the operation; nor is who was never answered the place that changed."""
    for who, path in (("careless", f"{A}?page=1"), ("portal", NOBODY)):
        mock.get(f"/v1/workers/{path}", headers={"X-Mock-Consumer": who})
    send(mock, "intake", "patient_tasks_create", user_id=NOBODY)
    recording = from_files([recorded(mock, tmp_path / "traffic.jsonl")])
    new = deepcopy(contract)
    fields(new, "Fault").pop("parameter")
    new["paths"].pop("/v1/workers/{id}")
    found = findings(recording, Replay(own(), Edition("new", new, None)), lambda done, of: None)
    assert [(each.consumer, each.rule) for each in found] == [("portal", "operation_removed")]
    new["paths"] = contract["paths"]
    found = findings(recording, Replay(own(), Edition("new", new, None)), lambda done, of: None)
    assert [(each.consumer, each.place) for each in found] == [("portal", "/errors/*/parameter")]


def test_an_id_that_does_not_fit_any_more_breaks(replayed: Replays) -> None:
    """The values in the path are held against the new edition, too."""
    code, said, _ = replayed(lambda new: new["components"]["parameters"]["Id"]["schema"].update(pattern="^[0-9]+$"))
    assert (code, "patients_update id: `id` in the path is `aaaaaaaa" in said, "workers_get id" in said) == (
        1,
        True,
        True,
    )
    assert "intake goes on as before" in said


def test_nothing_breaks_under_the_same_edition(journal: Path) -> None:
    """Nor what the old edition refuses too, though nobody said so when it was recorded."""
    journal.write_text(journal.read_text("utf-8").replace('"violation":true', '"violation":false'), "utf-8")
    code, said, error = run("replay", journal, "--contract", CONTRACT)
    assert (code, "replay: no findings in 6 exchanges of 1 sandbox" in said, error) == (0, True, "")


def test_it_says_how_far_it_is(journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as it takes: here until somebody has read that it waits for a file."""
    heard, messages = Event(), list[str]()

    def hear(message: object) -> None:
        messages.append(str(message))
        heard.set()

    def feed() -> None:
        with pipe.open("w") as writing:
            assert heard.wait(30)
            writing.write(journal.read_text("utf-8"))

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setattr(progress, "print_message", hear)
    Thread(target=feed, daemon=True).start()
    assert run("replay", pipe, "--contract", CONTRACT, quiet_s=0.01)[0] == 0
    assert re.fullmatch(r"read(ing| 0 of 1 files), \d+ s \.\.\.", messages[0])


def test_the_journals_of_a_mock_are_asked_for(consumer: Consumer, contract: Document, tmp_path: Path) -> None:
    """The sandboxes of a name; without any that was used, nobody can tell."""
    new = deepcopy(contract)
    new["components"]["schemas"]["PatientTaskCreate"]["properties"]["task_type"]["maxLength"] = 5
    file = tmp_path / "new.json"
    file.write_text(json.dumps(new), "utf-8")
    code, _, error = consumer.ask("replay", "--contract", file)
    assert (code, "no sandbox is called" in error) == (2, True)
    consumer.create()
    code, said, _ = consumer.ask("replay", "--contract", file)
    assert (code, "patient_tasks_create /task_type: `task_type` has 15 characters." in said) == (1, True)
    assert "web-app/1.4" in said


def test_what_cannot_be_read_is_an_error(journal: Path, tmp_path: Path) -> None:
    """A line that is no exchange is named; so is a contract, and an operation that the old edition has not."""
    lines = journal.read_text("utf-8").splitlines()
    broken = tmp_path / "broken.jsonl"
    broken.write_text("\n".join([*lines[:2], "{"]), "utf-8")
    code, _, error = run("replay", broken, "--contract", CONTRACT)
    assert (code, f"common-apis: {broken}, line 3 is not JSON" in error) == (2, True)
    code, _, error = run("replay", journal, "--contract", tmp_path / "none.yaml")
    assert (code, "none.yaml cannot be read" in error) == (2, True)
    other = tmp_path / "other.jsonl"
    other.write_text(lines[0].replace("patients_create", "patients_make"), "utf-8")
    code, _, error = run("replay", other, "--contract", CONTRACT)
    assert (code, "this package's own has no patients_make. Name the edition of the traffic with --old." in error) == (
        2,
        True,
    )


@pytest.fixture(scope="module")
def everything(contract: Document, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Traffic to all operations, granted and not found."""
    mock = Mock(create_app(Settings(), contract))
    for operation in CALLS:
        send(mock, "everybody", operation)
    for collection, body in FULL.items():
        mock.post(f"/v1/{collection}", body)
    for call in CALLS.values():
        mock.ask(call.method, f"/v1/{call.path}", headers={"Prefer": "code=404"}, json=call.body)
    return from_files([recorded(mock, tmp_path_factory.mktemp("everything") / "traffic.jsonl")])


@pytest.fixture(scope="module")
def mutated(contract: Document) -> list[Mutation]:
    """A change of each kind."""
    return mutations(contract)[::EACH]


def test_the_replay_agrees_with_the_diff(everything: Recording, mutated: list[Mutation]) -> None:
    """What is harmless breaks nobody in any traffic; what breaks breaks who does it."""
    verdicts = {}
    for each in mutated:
        replay = Replay(own(), Edition(each.name, each.document, None))
        verdicts[each.name] = {found.rule for found in findings(everything, replay, lambda done, of: None)}
    for each in mutated:
        kind = each.name.rpartition("_")[0]
        if each.verdict is Verdict.HARMLESS or kind in CLIENTS_ONLY:
            assert verdicts[each.name] == set(), each.name
        elif kind not in NOT_DONE:
            assert verdicts[each.name], each.name
    assert "request_refused" not in set().union(*verdicts.values())
