"""What a path answers to a method that it does not have, and what is answered where there is no path (D-05, D-53)."""

from collections.abc import Callable
from typing import Any

import pytest

from ..mock import A, Mock
from ..resources.problem import ProblemForm
from .wire import Wire, codes, request

KNOWN = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
FOREIGN = ("PATCH", "TRACE", "CONNECT", "PROPFIND", "PURGE", "LINK", "SEARCH", "QUERY")
MADE_UP = ("FOO", "GETS", "X", "get", "M-SEARCH2", "A.B_C~D", "PATIENT")


def paths(contract: dict[str, Any]) -> dict[str, set[str]]:
    """The methods of each path of the contract, HEAD and OPTIONS among them, with an id where it has one."""
    operations = {"get", "post", "put", "delete"}
    found = {}
    for path, item in contract["paths"].items():
        own = {method.upper() for method in operations & item.keys()}
        found[path.replace("{id}", A)] = own | {"OPTIONS"} | ({"HEAD"} if "GET" in own else set())
    return found


def listed(allow: str) -> set[str]:
    """The methods that an `Allow` names."""
    return set(allow.split(", "))


def test_every_other_method_is_refused_with_all_that_there_are(
    contract: dict[str, Any], shared_mock: Mock, form: ProblemForm
) -> None:
    """405 for each path of the contract and each method that it has not; `Allow` is complete."""
    for path, own in paths(contract).items():
        for method in {*KNOWN, *FOREIGN} - own:
            answer = shared_mock.ask(method, path)
            assert answer.status_code == 405, (method, path)
            assert listed(answer.headers["Allow"]) == own
            if method != "HEAD":
                assert codes(answer) == ["method_not_allowed"]
                assert f"`{method}`" in answer.json()["detail"]
                form.check(answer)


def test_every_foreign_method_is_refused_over_the_wire(contract: dict[str, Any], connect: Callable[[], Wire]) -> None:
    """Those that a server's parser knows and the contract does not, as they come over a connection."""
    with connect() as wire:
        for path, own in paths(contract).items():
            for method in ("PATCH", "TRACE", "QUERY"):
                answer = wire.ask(request(method, path))
                assert (answer.status_code, listed(answer.headers["Allow"])) == (405, own)


@pytest.mark.parametrize("method", MADE_UP)
def test_a_made_up_method_is_refused_in_the_same_way(
    contract: dict[str, Any], connect: Callable[[], Wire], method: str
) -> None:
    """A method that no parser knows gets 405 and `Allow` as well."""
    for path, own in list(paths(contract).items())[::5]:
        with connect() as wire:
            answer = wire.ask(request(method, path))
        assert answer.status_code == 405
        assert listed(answer.headers["Allow"]) == own
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert (codes(answer), answer.json()["instance"]) == (["method_not_allowed"], path)


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "FOO", "CONNECT", "BREW"])
@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/problems/parse_exception"])
def test_the_pages_have_two_methods(wire: Wire, method: str, path: str) -> None:
    """A page is for GET and HEAD; any other method is told so, known or made up."""
    answer = wire.ask(request(method, path))
    assert answer.status_code == 405
    assert listed(answer.headers["Allow"]) == {"GET", "HEAD"}


@pytest.mark.parametrize("method", ["GET", "PATCH", "FOO"])
def test_a_path_that_does_not_exist_is_a_404_for_any_method(wire: Wire, method: str) -> None:
    """Route comes before method, and the nearest path is named."""
    answer = wire.ask(request(method, "/v1/patient"))
    assert answer.status_code == 404
    assert "Allow" not in answer.headers
    assert answer.json()["detail"] == "There is nothing at this path. Did you mean /v1/patients?"


@pytest.mark.parametrize(("host", "status"), [("example.com:443", 403), ("127.0.0.1", 404)])
def test_connect_to_another_host_is_refused(wire: Wire, host: str, status: int) -> None:
    """The server is no proxy: CONNECT names no path of it."""
    answer = wire.ask(f"CONNECT example.com:443 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert answer.status_code == status
    assert wire.ended()


def test_trace_sends_nothing_back(wire: Wire) -> None:
    """A TRACE does not repeat the request's headers, as its standard form would."""
    answer = wire.ask(request("TRACE", f"/v1/workers/{A}", "Authorization: Bearer do-not-repeat"))
    assert answer.status_code == 405
    assert "do-not-repeat" not in answer.text


def test_a_refused_method_comes_before_token_media_type_and_id(shared_mock: Mock) -> None:
    """Nothing else of the request is looked at."""
    answer = shared_mock.ask("PATCH", "/v1/patients/nobody?x=1", content=b"{", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 405


def test_head_is_get_without_a_body(contract: dict[str, Any], wire: Wire) -> None:
    """Wherever GET is: the same status and headers, the length of the body among them, and then nothing."""
    found = [path for path, own in paths(contract).items() if "HEAD" in own]
    assert len(found) == 12
    for path in found:
        get, head = wire.ask(request("GET", path)), wire.ask(request("HEAD", path))
        assert head.status_code == get.status_code == 200
        assert without_date(head.headers) == without_date(get.headers)
        assert int(head.headers["Content-Length"]) == len(get.content) > 0


def without_date(headers: Any) -> dict[str, str]:
    """Headers, but for the time."""
    return {name: value for name, value in headers.items() if name != "date"}


@pytest.mark.parametrize("path", ["/v1/workers/nobody", "/v1/workers/00000000-0000-4000-8000-000000000000", "/v1/x"])
def test_head_of_a_refusal_has_no_body_either(wire: Wire, path: str) -> None:
    """The next answer on the connection is not mistaken for the body of a refused HEAD."""
    get, head = wire.ask(request("GET", path)), wire.ask(request("HEAD", path))
    assert head.status_code == get.status_code >= 400
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert wire.ask(request("GET", f"/v1/workers/{A}")).status_code == 200


def test_options_names_the_methods_and_nothing_else(contract: dict[str, Any], wire: Wire) -> None:
    """204 with `Allow`, no body and no length, for every path, whatever its id."""
    for path, own in paths(contract).items():
        for asked in {path, path.replace(A, "nobody")}:
            answer = wire.ask(request("OPTIONS", asked))
            assert answer.status_code == 204
            assert listed(answer.headers["Allow"]) == own
            assert not {"content-length", "content-type", "transfer-encoding"} & answer.headers.keys()


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/v1/patients/", "/v1/patients, without the slash at its end"),
        ("/v1/patient_tasks/", "/v1/patient_tasks, without the slash at its end"),
        (f"/v1/workers/{A}/", "/v1/workers/{id}, without the slash at its end"),
        ("/v1/patient", "/v1/patients"),
        ("/v1/Patients", "/v1/patients, in lower case"),
        (f"/v1/worker/{A}", "/v1/workers/{id}"),
        ("/v2/patients", "/v1/patients"),
        ("/patients", "/v1/patients"),
        ("/v1/calender_events", "/v1/calendar_events"),
        ("/v1/calendar-events", "/v1/calendar_events"),
        ("/v1/phonenumbers", "/v1/phone_numbers"),
        ("/v1//patients", "/v1/patients, with one slash in place of several"),
        ("//v1/patients", "/v1/patients, with one slash in place of several"),
        ("/v1/./patients", "/v1/patients"),
        ("/v1/patients/x/..", "/v1/patients"),
        ("/v1", None),
        ("/_mock", None),
        ("/favicon.ico", None),
        ("/wp-login.php", None),
        ("/v1/patients/%2e%2e/workers", "/v1/patient_tasks"),
        ("/%zz", None),
        ("/%00", None),
        ("/%F0%9F%98%80", None),
        ("/%ed%a0%80", None),
        (f"/{'x' * 8000}", None),
        ("/" * 2000, None),
    ],
)
def test_an_unknown_path_is_a_404_that_names_the_nearest(wire: Wire, path: str, near: str | None) -> None:
    """No redirect, no guess: a slash too many or a case that differs is another path. Else it says where all are."""
    answer = wire.ask(request("GET", path))
    assert answer.status_code == 404
    assert codes(answer) == ["not_found"]
    detail = answer.json()["detail"]
    assert detail.startswith("There is nothing at this path.")
    assert detail.endswith(f"Did you mean {near}?" if near else "such as /_mock/sandboxes, at /docs#mock/.")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_body_to_an_unknown_path_does_no_harm(wire: Wire, method: str) -> None:
    """It is not read as anything, and the next request on the connection is answered."""
    assert wire.ask(request(method, "/v1/nothing", body=b"GET /v1/x HTTP/1.1\r\n\r\n")).status_code == 404
    assert wire.ask(request("GET", f"/v1/workers/{A}")).status_code == 200


@pytest.mark.parametrize(
    ("target", "instance"),
    [
        ("/v1/workers/a%20b", "/v1/workers/a%20b"),
        ("/v1/workers/%zz", "/v1/workers/%25zz"),
        ("/v1/workers/%00", "/v1/workers/%00"),
        ("/v1/workers/%C3%A9?x=1", "/v1/workers/%C3%A9"),
        ("/v1/w%C3%B6rkers", "/v1/w%C3%B6rkers"),
    ],
)
def test_the_instance_is_the_path_as_it_was_asked_for(wire: Wire, target: str, instance: str) -> None:
    """An `instance` is a URI reference (D-56): what was escaped in the request is escaped in the answer."""
    assert wire.ask(request("GET", target)).json()["instance"] == instance


@pytest.mark.parametrize(
    "target", [f"/v1/workers%2F{A}", f"/v1%2fworkers/{A}", f"/v1%2Fworkers%2F{A}", f"%2Fv1/workers/{A}"]
)
def test_an_escaped_slash_is_part_of_a_segment(wire: Wire, target: str) -> None:
    """`%2F` does not part two segments (RFC 3986, 2.2): such a path is another one."""
    assert wire.ask(request("GET", target)).status_code in (400, 404)


def test_other_escapes_change_nothing(wire: Wire) -> None:
    """A letter may be escaped: `%70atients` is `patients`."""
    assert wire.ask(request("GET", f"/v1/%77orkers/%61{A[1:]}")).status_code == 200


def test_the_whole_url_may_be_the_target(wire: Wire) -> None:
    """A client that thinks it talks to a proxy sends the absolute form; a server must take it (RFC 9112, 3.2.2)."""
    assert wire.ask(request("GET", f"http://127.0.0.1:4010/v1/workers/{A}")).status_code == 200
