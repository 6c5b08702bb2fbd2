"""The cost of a request in Python function calls, which no noise disturbs, and the files that it goes through."""

import re
from pathlib import Path
from typing import Any

import pytest

import common_apis
from common_apis.serving.app import create_app
from common_apis.serving.application import Application
from common_apis.serving.request_log import Entry, Log
from common_apis.serving.responder import Responder

from .mock import A
from .serving.wire import request
from .tracing import trace

ROOT = Path(__file__).parents[1]

FULL = (
    b'{"phase":"engaged","coach_id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa","timezone":"US/Pacific","first_name":"Maya",'
    b'"last_name":"Ellery","birthday":"1968-04-17","street":"418 Juniper Terrace","street_line_two":"Apt 6",'
    b'"city":"San Francisco","county":"San Francisco County","zip_code":"94110","state":"CA","country":"US"}'
)
FIVE_FAULTS = (
    b'{"phase":"intake","timezone":"US/Pacifc","first_name":"A","nick":"x","birthday":"1890-01-01","phone":"5"}'
)
EVENT = (
    b'{"calendar_id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa","user_id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",'
    b'"start_time":"2031-03-04T09:30:00-05:00","end_time":"2031-03-04T10:00:00-05:00",'
    b'"modality":"visit","appointment_type":"home_visit"}'
)

RECORDED: dict[str, tuple[str, str, bytes, int, int]] = {
    "get": ("GET", f"/v1/calendar_events/{A}", b"", 200, 73),
    "create": ("POST", "/v1/patients", FULL, 201, 128),
    "event": ("POST", "/v1/calendar_events", EVENT, 201, 146),
    "update": ("PUT", f"/v1/patients/{A}", b'{"phase":"intake"}', 200, 123),
    "five faults": ("POST", "/v1/patients", FIVE_FAULTS, 400, 167),
}
"""Method, path, body, status, and the calls that were counted on Python 3.11; later versions make fewer."""


@pytest.fixture(scope="module")
def app(contract: dict[str, Any]) -> Application:
    """An application over the clinic."""
    return create_app(contract=contract)


def encode(name: str) -> bytes:
    """The bytes of a request."""
    method, path, body, *_ = RECORDED[name]
    return request(method, path, "Content-Type: application/json", "Accept: */*", body=body)


def measure(app: Application, name: str, responder: Responder | None = None, log: Log | None = None) -> tuple[int, int]:
    """The status of a response, and how many functions were called for it."""
    status, called = trace(app, encode(name), responder, log)
    return status, len(called)


@pytest.mark.parametrize("name", RECORDED)
def test_a_request_costs_no_more_calls_than_recorded(app: Application, name: str) -> None:
    """A rise by a tenth fails: look what is done at each request that could be done at start-up."""
    *_, status, recorded = RECORDED[name]

    answered, counted = measure(app, name)

    assert answered == status
    assert counted <= recorded * 1.1, f"{counted} calls; {recorded} were recorded"


@pytest.mark.parametrize("name", RECORDED)
def test_a_line_for_a_request_costs_few_calls(app: Application, name: str) -> None:
    """Its words are made elsewhere: here it is noted what they will be made of."""
    entries: list[Entry] = []

    plain = measure(app, name)[1]
    logged = measure(app, name, log=entries.append)[1]

    assert len(entries) == 2, "one for each request: the first is not counted"
    assert logged - plain <= 5


def test_a_costlier_request_is_found(app: Application) -> None:
    """The guard can fail: some calls more for a GET are more than a tenth."""
    responder = app.responder

    class Detour(Responder):
        def respond(self, exchange: Any, depth: int = 9) -> Any:
            return self.respond(exchange, depth - 1) if depth else super().respond(exchange)

    detour = Detour.__new__(Detour)
    detour.__dict__ = responder.__dict__
    assert measure(app, "get", detour)[1] > RECORDED["get"][-1] * 1.1


def list_files(app: Application, name: str) -> list[str]:
    """The files of ours that a request goes through, in the order in which it first comes to each."""
    package, handlers = Path(common_apis.__file__).parent, ROOT / "handlers"
    files: list[str] = []
    for code in trace(app, encode(name))[1]:
        file = Path(code.co_filename).resolve()
        for folder, prefix in ((ROOT / "mock_server", ""), (package, ""), (handlers, "handlers/")):
            if file.is_relative_to(folder):
                files.append(f"{prefix}{file.relative_to(folder)}")
                break
    return list(dict.fromkeys(files))


def read_walk() -> list[tuple[str, str, str]]:
    """The rows of the walk in `ARCHITECTURE.md`: a file, and what is done there for a GET and for a POST."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("### File by file")[2].partition("\n## ")[0]
    rows = re.findall(r"(?m)^\| `([^`]+)` \| (.*) \| (.*) \|$", text)
    return [(file, get.strip(), post.strip()) for file, get, post in rows]


def test_the_walk_of_a_request_is_that_of_a_real_one(app: Application) -> None:
    """`ARCHITECTURE.md` names every file that a GET and a POST go through, and no other, in their order."""
    walk = read_walk()
    assert [file for file, get, _ in walk if get] == list_files(app, "get")
    assert [file for file, _, post in walk if post] == list_files(app, "event")
