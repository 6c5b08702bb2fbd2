"""The known defects of the framework that the mock is built with, of its validator and of its peers: none is ours.

Each docstring names the defect as it was found; each test fails where it is present.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from ..mock import A, Mock, faults
from .wire import Wire, request

JSON = {"Content-Type": "application/json"}
DECLARED = "Content-Type: application/json"
PATIENT: dict[str, Any] = {
    "phase": "intake",
    "timezone": "US/Pacific",
    "first_name": "Rowan",
    "last_name": "Tidewell",
    "birthday": "1968-04-17",
}
MESSAGE: dict[str, Any] = {"user_id": A, "conversation_id": A, "direction": "inbound", "contents": "See you."}


def send(mock: Mock, body: bytes, declared: dict[str, str] = JSON) -> Any:
    """The answer to a create of a patient, its body sent as it is."""
    return mock.ask("POST", "/v1/patients", content=body, headers=declared)


def place(mock: Mock, **fields: Any) -> list[tuple[str, str | None]]:
    """The faults of a patient with these fields."""
    return faults(mock.post("/v1/patients", PATIENT | fields))


def test_validation_is_not_skipped_for_another_spelling_of_json(shared_mock: Mock) -> None:
    """`Application/JSON` bypassed validation, and the handler was given bytes."""
    assert faults(send(shared_mock, b'{"nick":1}', {"Content-Type": "Application/JSON"}))[0][0] == "parse_exception"


def test_validation_is_not_skipped_without_a_media_type(shared_mock: Mock) -> None:
    """A body without a media type went to the handler unread: 500."""
    assert send(shared_mock, b"{}", {}).status_code == 415


@pytest.mark.parametrize("charset", ["foo", "utf-7", "idna", "rot13", "zlib", "undefined", "\u0000"])
def test_a_charset_that_is_none_is_refused(shared_mock: Mock, charset: str) -> None:
    """`charset=foo` was looked up among Python's codecs: 500."""
    assert send(shared_mock, b"{}", {"Content-Type": f"application/json; charset={charset}"}).status_code == 415


@pytest.mark.parametrize("body", [b"\xff", b'{"first_name":"\xff"}', b'{"\xc3":1}'])
def test_invalid_utf_8_is_the_clients_fault(shared_mock: Mock, body: bytes) -> None:
    """Invalid UTF-8 was a 500."""
    assert faults(send(shared_mock, body)) == [("parse_exception", "")]


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"first_name":[', b'[{"":'])
def test_deep_nesting_is_the_clients_fault(wire: Wire, opening: bytes) -> None:
    """100,000 levels were a RecursionError: 500; with a peer, every later write failed."""
    answer = wire.ask(request("POST", "/v1/patients", DECLARED, body=opening * 50_000))
    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "")])
    assert wire.ask(request("POST", "/v1/patients", DECLARED, body=json.dumps(PATIENT).encode())).status_code == 201


def test_huge_integers_are_the_clients_fault(shared_mock: Mock) -> None:
    """5000 digits are more than Python reads as an integer: 500."""
    assert faults(send(shared_mock, b'{"phase":%s}' % (b"9" * 5000))) == [("parse_exception", "")]


@pytest.mark.parametrize(
    "field", ["birthday", "email", "phone", "timezone", "coach_id", "country", "state", "zip_code"]
)
def test_formats_are_checked(shared_mock: Mock, field: str) -> None:
    """Only some formats were checked: a birthday of 0000-00-00 and an email of `@` were taken."""
    for value in ("@", "0000-00-00", "not-a-uuid", "2031-02-29", "12"):
        assert place(shared_mock, **{field: value}) == [("parse_exception", f"/{field}")]


@pytest.mark.parametrize("id", ["not-a-uuid", "0", A[:-1], A + "a", A.replace("-", ""), f"%7B{A}%7D", f"urn:uuid:{A}"])
def test_an_id_of_the_path_is_checked(shared_mock: Mock, id: str) -> None:
    """/patients/not-a-uuid reached the handler, and was a 404 that blamed the store."""
    assert faults(shared_mock.get(f"/v1/workers/{id}")) == [("parse_exception", "id")]


def test_all_faults_are_named(shared_mock: Mock) -> None:
    """Only the first fault was named, and which that was depended on the order of keywords."""
    body = {"phase": "no code", "timezone": "Mars", "nick": 1, "birthday": "1890-01-01", "first_name": ""}
    places = {place for _, place in faults(shared_mock.post("/v1/patients", body))}
    assert places == {"/phase", "/timezone", "/nick", "/birthday", "/first_name", "/last_name"}


def test_path_query_and_body_are_looked_at_together(shared_mock: Mock) -> None:
    """A fault of a parameter hid those of the body."""
    answer = shared_mock.put("/v1/patients/x?y=1&z=2", {"nick": 1})
    assert {place for _, place in faults(answer)} == {"id", "y", "z", "/nick"}


def test_allow_is_complete(shared_mock: Mock) -> None:
    """`Allow` listed the methods of the first route alone: PUT and DELETE were missing."""
    assert shared_mock.ask("PATCH", f"/v1/patient_tasks/{A}").headers["Allow"] == "DELETE, GET, HEAD, OPTIONS"
    assert shared_mock.ask("PATCH", f"/v1/phone_numbers/{A}").headers["Allow"] == "GET, HEAD, OPTIONS, PUT"


def test_options_is_answered(shared_mock: Mock) -> None:
    """OPTIONS was a 405."""
    assert shared_mock.ask("OPTIONS", "/v1/patients").status_code == 204


@pytest.mark.parametrize("method", ["TRACE", "PATCH", "FOO"])
def test_undeclared_methods_are_405(wire: Wire, method: str) -> None:
    """TRACE and other undeclared methods are answered wrongly by all but two of sixteen mock servers."""
    assert wire.ask(request(method, "/v1/patients")).status_code == 405


def test_an_empty_update_is_one(shared_mock: Mock) -> None:
    """A body without a required field was called missing: an update may be an empty object (D-36)."""
    assert shared_mock.put(f"/v1/patients/{A}", {}).status_code == 200


def test_a_chunked_body_is_not_missing(wire: Wire) -> None:
    """A chunked body has no Content-Length, and was therefore called missing."""
    body = json.dumps(PATIENT).encode()
    wire.send(request("POST", "/v1/patients", DECLARED, "Transfer-Encoding: chunked"))
    wire.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    assert wire.answer().status_code == 201


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
def test_read_only_fields_are_refused(shared_mock: Mock, field: str) -> None:
    """A field that is readOnly was taken from a request (D-44); where it is required, its absence was refused."""
    assert place(shared_mock, **{field: A}) == [("parse_exception", f"/{field}")]
    answer = shared_mock.put(f"/v1/patients/{A}", {field: A})
    assert faults(answer) == [("parse_exception", f"/{field}")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phase", "intake\n"),
        ("zip_code", "94110\n"),
        ("birthday", "1968-04-17\n"),
        ("phone", "+14155550123\n"),
        ("coach_id", A + "\n"),
        ("email", "rowan@example.com\n"),
        ("timezone", "US/Pacific\n"),
        ("external_ids", {"ehr\n": "1"}),
    ],
)
def test_a_pattern_ends_at_the_end(shared_mock: Mock, field: str, value: object) -> None:
    """`$` matched before a line feed at the end."""
    [(code, where)] = place(shared_mock, **{field: value})
    assert (code, str(where).rstrip("ehr\n/")) == ("parse_exception", f"/{field}".rstrip("ehr\n/"))


OTHER_DIGITS = {"Arabic": 0x660, "Devanagari": 0x966, "full width": 0xFF10}
"""Where the digits of some scripts begin."""


@pytest.mark.parametrize("zero", OTHER_DIGITS.values(), ids=OTHER_DIGITS)
@pytest.mark.parametrize(
    ("field", "value"),
    [("zip_code", "94110"), ("birthday", "1968-04-17"), ("phone", "+14155550123"), ("coach_id", "0" * 8 + A[8:])],
)
def test_digits_are_ascii(shared_mock: Mock, field: str, value: str, zero: int) -> None:
    r"""`\d` matched the digits of every script."""
    others = value.translate({ord("0") + digit: zero + digit for digit in range(10)})
    assert place(shared_mock, **{field: others}) == [("parse_exception", f"/{field}")]


def test_a_message_is_a_sentence(shared_mock: Mock) -> None:
    """A fault of a parameter was a dump of the validator: schema, instance and keyword on many lines."""
    for answer in (shared_mock.get("/v1/workers/x?y=1"), shared_mock.post("/v1/patients", {"phase": 5})):
        for fault in answer.json()["errors"]:
            assert "\n" not in fault["detail"]
            assert fault["detail"].endswith(".")
            assert not {"schema", "instance", "pattern", "$ref", "minLength"} & set(fault["detail"].split())


def test_a_value_that_is_refused_is_not_repeated_whole(shared_mock: Mock) -> None:
    """The message of the validator repeats the value, if it is ten megabytes long."""
    for value in ("x" * 100_000, ["x" * 100_000], {"x": "x" * 100_000}):
        assert len(shared_mock.post("/v1/patients", PATIENT | {"state": value}).content) < 2000


def test_the_options_of_an_enum_are_all_named(shared_mock: Mock) -> None:
    """The message of the validator ends in "or 2 other candidates"."""
    answer = shared_mock.post("/v1/messages", MESSAGE | {"direction": "sideways"})
    assert "inbound, outbound" in answer.json()["detail"]


@pytest.mark.parametrize(
    "query", ["limit=1_0", "limit=+5", "limit=%D9%A1", "limit", "a[]=1", "a=1&a=2", "=", "%zz=%zz"]
)
def test_an_unknown_query_parameter_is_refused(shared_mock: Mock, query: str) -> None:
    """Odd numbers were taken in the query; here nothing is (D-34), in a body's company or not."""
    for answer in (shared_mock.get(f"/v1/workers/{A}?{query}"), shared_mock.post(f"/v1/patients?{query}", PATIENT)):
        assert answer.status_code == 400
        assert {code for code, _ in faults(answer)} == {"parse_exception"}


def test_the_contract_is_served_at_once(shared_mock: Mock) -> None:
    """/openapi.json was made anew for each request, and took a third of a second in which nobody else was served."""
    shared_mock.get("/openapi.json")
    began = time.process_time()
    for _ in range(20):
        assert shared_mock.get("/openapi.json").status_code == 200
    assert time.process_time() - began < 1


@pytest.mark.parametrize("path", ["/v1/patients/", f"/v1/patient_tasks/{A}/", "/docs/", "/openapi.json/"])
def test_a_trailing_slash_is_not_redirected(wire: Wire, path: str) -> None:
    """A trailing slash was a 307 to the path without; a client that follows it lost its body or its token."""
    assert wire.ask(request("GET", path)).status_code == 404
    assert wire.ask(request("POST", path, DECLARED, body=b"{}")).status_code in (404, 405)


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "image/png;q=0", "nonsense"])
def test_accept_is_not_negotiated(shared_mock: Mock, accept: str) -> None:
    """`Accept` was ignored, and is (D-53): the answer is JSON, and says so, a refusal as well."""
    for path, kind in ((f"/v1/workers/{A}", "application/json"), ("/v1/workers/x", "application/problem+json")):
        assert shared_mock.get(path, headers={"Accept": accept}).headers["Content-Type"] == kind


@pytest.mark.parametrize("target", ["/v1/workers/%zz", "/v1/%zz", "/%", "/v1/workers/%", "/v1/workers/%c3%28", "/%00"])
def test_a_bad_escape_does_no_harm(wire: Wire, target: str) -> None:
    """`GET /…/%zz` ended the process of a peer."""
    assert wire.ask(request("GET", target)).status_code in (400, 404)
    assert wire.ask(request("GET", f"/v1/workers/{A}")).status_code == 200


@pytest.mark.parametrize("name", ["имя", "名", "😀", "\u0000", "\ufffe", "__proto__", "constructor", "toString", ""])
def test_an_unknown_name_in_any_script_is_named(shared_mock: Mock, name: str) -> None:
    """A name beyond Latin-1 ended the process of a peer."""
    assert place(shared_mock, **{name: 1}) == [("parse_exception", f"/{name}")]


@pytest.mark.parametrize("body", [b"{", b'{"a":NaN}', b"\xef\xbb\xbf{}", b"[1,]"])
def test_malformed_json_is_answered(wire: Wire, body: bytes) -> None:
    """Malformed JSON, NaN and a byte order mark were never answered by a peer."""
    assert wire.ask(request("POST", "/v1/patients", DECLARED, body=body)).status_code == 400


def test_a_lone_surrogate_is_the_clients_fault(shared_mock: Mock) -> None:
    """Lone surrogates were taken, and broke the answer that should have repeated them."""
    assert faults(send(shared_mock, b'{"first_name":"\\ud800"}')) == [("parse_exception", "")]


def test_a_problem_is_a_problem_document(shared_mock: Mock) -> None:
    """A refusal as problem+json was a 500, where the operation answers JSON and its handler did not name the type."""
    answer = shared_mock.post("/v1/patients", {})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_odd_headers_are_no_defect_of_the_server(wire: Wire) -> None:
    """A header that is not UTF-8 was a 500."""
    sent = request("GET", f"/v1/workers/{A}").replace(b"Host: ", b"X-Odd: \xff\r\nCookie: \xe9=\xff\r\nHost: ")
    assert wire.ask(sent).status_code == 200


def test_an_unauthorized_request_is_told_how(make_mock: Callable[..., Mock]) -> None:
    """A 401 came without `WWW-Authenticate`."""
    from common_apis.serving.guard import Guard

    answer = make_mock(guard=Guard(demands_token=True)).get(f"/v1/workers/{A}")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_refusal_keeps_its_cross_origin_headers(shared_mock: Mock) -> None:
    """Errors lost the headers that let a page read them."""
    answer = shared_mock.get("/v1/nothing", headers={"Origin": "http://localhost:3000"})
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"


def test_references_that_lead_in_circles_or_share_parts_are_served(shared_mock: Mock) -> None:
    """A circular reference made /openapi.json a 500: the contract is served whole."""
    assert len(shared_mock.get("/openapi.json").json()["paths"]) == 24
