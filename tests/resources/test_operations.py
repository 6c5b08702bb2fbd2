"""Which operations there are, and that there are no others."""

from typing import Any

import pytest

from ..mock import A, Mock
from .bodies import LEAST
from .records import codes

GETS = [
    "assessment_responses",
    "calendar_events",
    "calendars",
    "careplans",
    "conversations",
    "custom_data_type_records",
    "email_addresses",
    "integration_tasks",
    "messages",
    "patient_tasks",
    "phone_numbers",
    "workers",
]
PUTS = ["calendar_events", "custom_data_type_records", "email_addresses", "external_ids", "patients", "phone_numbers"]
DELETES = ["patient_tasks"]
POSTS = list(LEAST)
OPERATIONS = {
    *(("GET", f"/v1/{collection}/{A}") for collection in GETS),
    *(("PUT", f"/v1/{collection}/{A}") for collection in PUTS),
    *(("DELETE", f"/v1/{collection}/{A}") for collection in DELETES),
    *(("POST", f"/v1/{collection}") for collection in POSTS),
}
"""The 29 operations of the document."""
PATHS = sorted({path for _, path in OPERATIONS})
ABSENT = [
    (method, path)
    for path in PATHS
    for method in ("GET", "PUT", "POST", "DELETE", "PATCH")
    if (method, path) not in OPERATIONS
]


def allow(path: str) -> str:
    """What `Allow` says of a path."""
    own = {method for method, known in OPERATIONS if known == path}
    return ", ".join(sorted(own | {"OPTIONS"} | ({"HEAD"} if "GET" in own else set())))


def test_every_operation_stands_below_v1_of_the_server(contract: dict[str, Any]) -> None:
    """D-01: whose address the contract leaves to where it is read."""
    paths = {path.replace("{id}", A) for path in contract["paths"]}

    assert [server["url"] for server in contract["servers"]] == ["/"]
    assert sorted(paths) == PATHS


@pytest.mark.parametrize(("method", "path"), ABSENT)
def test_what_the_document_does_not_name_is_not_there(shared_mock: Mock, method: str, path: str) -> None:
    """D-05, D-52, D-53: no list, no further get, update or delete: 405, and `Allow` says what there is."""
    answer = shared_mock.ask(method, path, json={})

    assert (answer.status_code, codes(answer)) == (405, ["method_not_allowed"])
    assert answer.headers["allow"] == allow(path)


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("collection", [each for each in GETS if each not in POSTS])
def test_what_only_can_be_read_has_no_collection(shared_mock: Mock, collection: str, method: str) -> None:
    """D-52: calendars, careplans, integration tasks and workers are neither listed nor made."""
    answer = shared_mock.ask(method, f"/v1/{collection}")

    assert (answer.status_code, codes(answer)) == (404, ["not_found"])


def test_answers_carry_no_headers_but_what_they_need(shared_mock: Mock) -> None:
    """D-52: no ETag, no rate limit, no request id, no version."""
    assert sorted(shared_mock.get(f"/v1/workers/{A}").headers) == ["content-length", "content-type"]
    assert sorted(shared_mock.post("/v1/conversations", {"user_id": A}).headers) == [
        "content-length",
        "content-type",
        "location",
    ]
