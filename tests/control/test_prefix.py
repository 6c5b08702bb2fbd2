"""All that is below `/v1` is below `/s/{sandbox}/v1`, too."""

from typing import Any

import pytest

from common_apis.contract.document import load, operations
from common_apis.contract.pointer import follow

from ..mock import NOBODY, A
from ..resources.records import GUID
from .world import World, done, faults

OPERATIONS = [(method.upper(), path) for method, path, _ in operations(load())]
PAGE = "http://localhost:3000"


def body(contract: dict[str, Any], method: str, path: str) -> Any:
    """A body that an operation takes: the first of its examples."""
    said = contract["paths"][path][method.lower()].get("requestBody")
    if said is None:
        return None
    example = next(iter(said["content"]["application/json"]["examples"].values()))
    return follow(contract, example["$ref"].removeprefix("#"))["value"]


def test_there_are_29_operations() -> None:
    """All of them are tried below."""
    assert len(OPERATIONS) == 29


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_works_below_the_prefix(world: World, contract: dict[str, Any], method: str, path: str) -> None:
    """What it changes is in that world."""
    answer = world.api(method, path.removeprefix("/v1/").replace("{id}", A), json=body(contract, method, path))
    record = done(answer)

    assert answer.status_code == (201 if method == "POST" else 200)
    assert GUID.fullmatch(record["id"])
    assert world.said()["commits"] == (0 if method == "GET" else 1)
    if method == "POST":
        assert answer.headers["location"] == f"/s/{world.name}{path}/{record['id']}"
        assert world.record(path.split("/")[2], record["id"]).items() >= record.items()


def test_what_was_made_is_read_at_its_location(world: World) -> None:
    """The address that a create answers leads back into the same world."""
    made = world.api("POST", "conversations", json={"user_id": A})

    assert world.mock.get(made.headers["location"]).json() == made.json()
    assert world.mock.get(made.headers["location"].removeprefix(f"/s/{world.name}")).status_code == 404


@pytest.mark.parametrize(("method", "path"), [each for each in OPERATIONS if "{id}" in each[1]])
def test_what_is_not_there_is_not_found_as_it_was_asked_for(
    world: World, contract: dict[str, Any], method: str, path: str
) -> None:
    """`instance` has the path with its prefix, as it was sent."""
    sent = path.removeprefix("/v1/").replace("{id}", NOBODY.replace("-4", "%2D4"))
    answer = world.api(method, sent, json=body(contract, method, path))

    assert (answer.status_code, faults(answer)) == (404, [("not_found", "id")])
    assert answer.json()["instance"] == f"/s/{world.name}/v1/{sent}"


def test_a_body_that_is_not_declared_is_shown_how_to_send_it_here(world: World) -> None:
    """The command has the path as it was sent, its prefix and all; what a shell would read is quoted."""
    plain = world.api("PUT", f"patients/{A}", content=b"{}").json()["detail"]
    strange = world.api("PUT", "patients/$(reboot)", content=b"{}").json()["detail"]

    assert f"curl -X PUT http://127.0.0.1:4010/s/{world.name}/v1/patients/{A} -H" in plain
    assert f"curl -X PUT 'http://127.0.0.1:4010/s/{world.name}/v1/patients/$(reboot)' -H" in strange


def test_a_path_that_is_not_there_is_told_the_nearest(world: World) -> None:
    """With its prefix: in the same sandbox. That of the control plane is in none."""
    for path in (f"v1/worker/{A}", f"workers/{A}", "v1/workers/17/"):
        answer = world.mock.get(f"/s/{world.name}/{path}")
        assert (answer.status_code, faults(answer)) == (404, [("not_found", None)])
        assert f"Did you mean /s/{world.name}/v1/workers/{{id}}" in answer.json()["detail"]
    assert "Did you mean /_mock/sandboxes?" in world.mock.get(f"/s/{world.name}/_mock/sandbox").json()["detail"]


@pytest.mark.parametrize("path", sorted({path for _, path in OPERATIONS}))
def test_other_methods_are_refused(world: World, path: str) -> None:
    """405 with the methods that there are, and OPTIONS answers them."""
    sent = path.removeprefix("/v1/").replace("{id}", A)
    answer, options = world.api("PATCH", sent), world.api("OPTIONS", sent)
    plain = world.mock.ask("OPTIONS", f"/v1/{sent}")

    assert (answer.status_code, faults(answer)) == (405, [("method_not_allowed", None)])
    assert answer.headers["allow"] == options.headers["allow"] == plain.headers["allow"]


@pytest.mark.parametrize("path", [f"/s/x/v1/workers/{A}", "/s/x/v1/conversations", "/_mock/sandboxes"])
def test_pages_of_this_machine_may_ask(world: World, path: str) -> None:
    """A browser is let in after its preflight, and may send what names a sandbox."""
    asking = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "X-Mock-Sandbox, Authorization, Content-Type",
    }
    preflight = world.mock.ask("OPTIONS", path, headers=asking)
    answer = world.mock.get(path, headers={"Origin": PAGE})

    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == PAGE
    assert "x-mock-sandbox" in preflight.headers["access-control-allow-headers"].lower()
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "Location" in answer.headers["access-control-expose-headers"]


def test_pages_of_others_may_not(world: World) -> None:
    """As without the prefix."""
    asking = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"}
    answer = world.mock.ask("OPTIONS", f"/s/{world.name}/v1/workers/{A}", headers=asking)

    assert (answer.status_code, faults(answer)) == (403, [("forbidden", "Origin")])
