"""What a refusal says: each thing is called by its name, and told for what it is."""

from typing import Any

import pytest

from common_apis.contract.document import control, operations
from common_apis.contract.pointer import follow
from common_apis.serving.app import create_app

from ..mock import A, Mock

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def mock(contract: dict[str, Any]) -> Mock:
    """A mock whose requests are all refused."""
    return Mock(create_app(contract=contract))


def detail(answer: Any) -> str:
    """What a problem document says of its first fault."""
    said: str = answer.json()["errors"][0]["detail"]
    return said


BODIES = {
    b"": "is empty.",
    b" \r\n\t": "is white space alone.",
    b'""': "is an empty text.",
    b'"x"': "is the text `x`.",
    b"null": "is `null`.",
    b"true": "is `true`.",
    b"0": "is the number `0`.",
    b"-1.5": "is the number `-1.5`.",
    b"[]": "is a list.",
    b"[{}]": "is a list.",
    b"\xef\xbb\xbf{}": "begins with a byte order mark.",
}


@pytest.mark.parametrize("body", BODIES)
def test_a_body_is_told_for_what_it_is(mock: Mock, body: bytes) -> None:
    """Only one without a byte is empty; and it is said what is expected, or what to do."""
    said = detail(mock.ask("POST", "/v1/patient_tasks", content=body, headers=JSON))

    assert said.startswith(f"The body {BODIES[body]} ")
    assert said.endswith(("Expected a JSON object.", "Send the JSON without it."))


def parameters() -> list[Any]:
    """The method, path and parameter of everything that a query or a path of the control plane can say."""
    found = []
    for method, path, operation in operations(control()):
        for said in (*control()["paths"][path].get("parameters", ()), *operation.get("parameters", ())):
            parameter = follow(control(), said["$ref"].removeprefix("#")) if "$ref" in said else said
            if parameter["in"] != "header":
                name = f"{operation['operationId']}.{parameter['name']}"
                found.append(pytest.param(method, path, parameter, id=name))
    return found


@pytest.mark.parametrize(("method", "path", "parameter"), parameters())
def test_a_parameter_is_called_by_its_name(mock: Mock, method: str, path: str, parameter: dict[str, Any]) -> None:
    """Whether it is in the path or in the query, and be it a list: it is never called by a number."""
    name, query = parameter["name"], {}
    if parameter["in"] == "query":
        query = {name: ["", ""] if parameter["schema"]["type"] == "array" else ""}
    else:
        path = path.replace(f"{{{name}}}", "~!")
    known = {
        "sandbox": "default",
        "collection": "patient_tasks",
        "id": A,
        "request": 1,
        "fault": 1,
        "commit": 1,
        "snapshot": "x",
    }
    answer = mock.ask(method.upper(), path.format(**known), params=query, headers=JSON, content=b"{}")
    said = [each["detail"] for each in answer.json()["errors"] if each.get("parameter") == name]

    assert {detail.partition(" is ")[0] for detail in said} == {f"`{name}` in the {parameter['in']}"}


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        (f"/v1/calendars/{A}/", "/v1/calendars/{id}, without the slash at its end"),
        ("/v1/patients/", "/v1/patients, without the slash at its end"),
        ("/v1/patients//", "/v1/patients, with one slash in place of several, without the slash at its end"),
        ("/v1///patients", "/v1/patients, with one slash in place of several"),
        ("/v1//patients", "/v1/patients, with one slash in place of several"),
        ("/V1/patients", "/v1/patients, in lower case"),
        ("/v1/Patients", "/v1/patients, in lower case"),
        ("/v1%2Fpatients", "/v1/patients, with its slashes not encoded"),
        (f"/v1/calendars%2f{A}", "/v1/calendars/{id}, with its slashes not encoded"),
        (f"/v1/calendars/{A.upper()}/", "/v1/calendars/{id}, without the slash at its end"),
        ("/patients", "/v1/patients"),
        ("/Patients/", "/v1/patients, without the slash at its end, in lower case"),
        ("/s/my/v1/patients/", "/s/my/v1/patients, without the slash at its end"),
        ("/_mock/sandboxes/", "/_mock/sandboxes, without the slash at its end"),
        ("/docs/", "/docs, without the slash at its end"),
        ("/Cases", "/cases, in lower case"),
        ("/openapi.jsn", "/openapi.json"),
    ],
)
def test_a_path_is_told_what_is_other_about_it(mock: Mock, path: str, meant: str) -> None:
    """Also where what was meant looks the same at a glance."""
    assert detail(mock.get(path)) == f"There is nothing at this path. Did you mean {meant}?"


def test_a_near_miss_says_it_too(mock: Mock) -> None:
    """In the journal, of a path that looks the same at a glance."""
    mock.get(f"/s/near/v1/calendars/{A}/")
    [miss] = mock.get("/_mock/sandboxes/near/requests/near_misses").json()["near_misses"]

    assert miss["nearest"][0]["why"] == "the path is /v1/calendars/{id}, without the slash at its end"


@pytest.mark.parametrize("resource", ["patient", "Patients", 7, "", []])
def test_an_enum_is_told_by_its_values(mock: Mock, resource: Any) -> None:
    """Whatever was sent in its place."""
    answer = mock.post("/v1/external_ids", {"resource": resource, "namespace": "a", "external_id": "b", "welkin_id": A})

    assert "Expected one of assessment_responses, calendar_events, " in detail(answer)
