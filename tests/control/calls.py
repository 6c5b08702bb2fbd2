"""A request to each operation of the control plane that it grants, in a world that `prepare` has made ready."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx

from common_apis.contract.document import operations

from ..mock import A, Mock
from .world import World, done

TAGS = {"Sandboxes", "Snapshots", "Commits", "Diff", "Records", "Clock"}
"""Of the contract, what is tested here: `tests/steering` tests the rest."""
TASK = {"user_id": A, "task_type": "sleep_diary", "dismissed": False}
EMPTY_SNAPSHOT = {
    "seed": "clinic",
    "counter": 0,
    "clock": {"now": None, "frozen": False},
    "records": {},
    "deleted": {},
    "faults": [],
    "last_fault": 0,
    "magic_values": [],
}
OPTIONAL = {"faults", "last_fault", "magic_values"}
"""What an upload may leave out: a snapshot of an earlier version has none."""


def own(control: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The operations of the contract that are tested here."""
    yield from (operation for _, _, operation in operations(control) if TAGS.intersection(operation["tags"]))


def shown(control: dict[str, Any], component: str) -> dict[str, Any]:
    """The examples of an error, by name."""
    content = control["components"]["responses"][component]["content"]["application/problem+json"]
    return {name: example["value"] for name, example in content["examples"].items()}


class Call(NamedTuple):
    """A request: what it is sent to, what it sends, and the status of its answer."""

    method: str
    path: str
    status: int = 200
    body: Any = None

    def ask(self, mock: Mock, name: str, **sent: Any) -> httpx.Response:
        """Its answer, in the sandbox of this name."""
        return mock.ask(self.method, self.path.format(name=name), **({"json": self.body} | sent))


SANDBOX = "/_mock/sandboxes/{name}"
TASKS = f"{SANDBOX}/records/patient_tasks"
CALLS = {
    "sandboxes_list": Call("GET", "/_mock/sandboxes"),
    "sandboxes_create": Call("POST", "/_mock/sandboxes", 201, {}),
    "sandboxes_delete_many": Call("DELETE", "/_mock/sandboxes?prefix=nobody-"),
    "sandboxes_get": Call("GET", SANDBOX),
    "sandboxes_state": Call("GET", f"{SANDBOX}/state"),
    "sandboxes_delete": Call("DELETE", SANDBOX, 204),
    "sandboxes_reset": Call("POST", f"{SANDBOX}/reset"),
    "sandboxes_reload": Call("POST", f"{SANDBOX}/reload"),
    "sandboxes_fork": Call("POST", f"{SANDBOX}/fork", 201, {}),
    "snapshots_list": Call("GET", f"{SANDBOX}/snapshots"),
    "snapshots_save": Call("POST", f"{SANDBOX}/snapshots", 201, {"name": "later"}),
    "snapshots_get": Call("GET", f"{SANDBOX}/snapshots/booked"),
    "snapshots_put": Call("PUT", f"{SANDBOX}/snapshots/booked", 200, EMPTY_SNAPSHOT),
    "snapshots_delete": Call("DELETE", f"{SANDBOX}/snapshots/booked", 204),
    "snapshots_restore": Call("POST", f"{SANDBOX}/snapshots/booked/restore"),
    "commits_list": Call("GET", f"{SANDBOX}/commits"),
    "commits_get": Call("GET", f"{SANDBOX}/commits/1"),
    "commits_diff": Call("GET", f"{SANDBOX}/commits/0/diff?against=0"),
    "commits_restore": Call("POST", f"{SANDBOX}/commits/0/restore"),
    "commits_fork": Call("POST", f"{SANDBOX}/commits/0/fork", 201, {}),
    "diff_get": Call("GET", f"{SANDBOX}/diff?against=booked"),
    "records_list": Call("GET", TASKS),
    "records_get": Call("GET", f"{TASKS}/{A}"),
    "records_put": Call("PUT", f"{TASKS}/{A}", 200, TASK),
    "records_delete": Call("DELETE", f"{TASKS}/{A}", 204),
    "clock_get": Call("GET", f"{SANDBOX}/clock"),
    "clock_set": Call("PUT", f"{SANDBOX}/clock", 200, {"frozen": True}),
    "clock_advance": Call("POST", f"{SANDBOX}/clock/advance", 200, {"seconds": 1}),
}
WITH_BODY = {id: call for id, call in CALLS.items() if call.body is not None}
IN_SANDBOX = {id: call for id, call in CALLS.items() if "{name}" in call.path}


def prepare(world: World) -> World:
    """Have a snapshot in a world, so that each call finds what it is for."""
    done(world.ask("POST", "/snapshots", json={"name": "booked"}))
    return world
