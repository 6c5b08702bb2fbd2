"""A request says which sandbox it is for: by its path, a header, its token or a cookie, the first of them counting."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import httpx
import pytest

from common_apis.serving.app import create_app
from common_apis.serving.guard import Guard

from ..mock import A, Mock
from ..resources.bodies import LEAST
from .form import Form
from .world import Checked, World, done, faults

Sent = Mapping[str, str]
Carrier = Callable[[str], tuple[str, Sent]]
CARRIERS: dict[str, Carrier] = {
    "sandbox": lambda name: (f"/s/{name}", {}),
    "X-Mock-Sandbox": lambda name: ("", {"X-Mock-Sandbox": name}),
    "Authorization": lambda name: ("", {"Authorization": f"Bearer sandbox_{name}"}),
    "Cookie": lambda name: ("", {"Cookie": f"mock_sandbox={name}"}),
}
"""In the order in which they count, each by the `parameter` that a refusal names."""
BAD_NAMES = ["Booking", "-a", ".a", "_a", "a b", "a/b", "é", "a" * 64, "a%61", "ab\u00ad", "a b c", "*"]
BAD_NAMES += ["a.", "a..", "con", "nul.txt", "com1", "lpt0.tar.gz"]


def asked(mock: Mock, method: str, path: str, *carried: tuple[str, Sent], **sent: Any) -> httpx.Response:
    """The answer to a request that carries one name or several."""
    prefix = "".join(each for each, _ in carried)
    headers = {name: value.encode("latin-1") for _, each in carried for name, value in each.items()}
    return mock.ask(method, f"{prefix}/v1/{path}", headers=headers, **sent)


def made_in(mock: Mock, answer: httpx.Response) -> list[str]:
    """The sandboxes that have the conversation which an answer says was made; it is thrown away again."""
    id = done(answer)["id"]
    names = [each["name"] for each in done(mock.get("/_mock/sandboxes?limit=1000"))["sandboxes"]]
    paths = [f"/_mock/sandboxes/{name}/records/conversations/{id}" for name in names]
    return [name for name, path in zip(names, paths, strict=True) if mock.delete(path).status_code == 204]


def create(mock: Mock, *carried: tuple[str, Sent]) -> list[str]:
    """Where a conversation comes to be that is made by a request which carries these names."""
    return made_in(mock, asked(mock, "POST", "conversations", *carried, json=LEAST["conversations"]))


@pytest.fixture(scope="module")
def mock(contract: dict[str, Any], form: Form) -> Checked:
    """A mock with few sandboxes."""
    return Checked(create_app(contract=contract), form)


@pytest.mark.parametrize("carrier", CARRIERS)
def test_each_carrier_names_the_sandbox(mock: Mock, carrier: str) -> None:
    """What is made is in that sandbox, and in no other."""
    assert create(mock, CARRIERS[carrier]("booking-test")) == ["booking-test"]


@pytest.mark.parametrize(("first", "second"), [*pairwise(CARRIERS)])
def test_the_first_carrier_counts(mock: Mock, first: str, second: str) -> None:
    """The path before the header, the header before the token, the token before the cookie."""
    assert create(mock, CARRIERS[first]("first"), CARRIERS[second]("second")) == ["first"]


def test_all_carriers_at_once(mock: Mock) -> None:
    """The path counts."""
    assert create(mock, *(carrier(f"no-{at}") for at, carrier in enumerate(CARRIERS.values()))) == ["no-0"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer some-token"},
        {"Authorization": "Bearer my-sandbox_x"},
        {"Authorization": "Basic sandbox_x"},
        {"Authorization": "sandbox_x"},
        {"Cookie": "session=1"},
        {"Cookie": "not_mock_sandbox=x"},
        {"Cookie": "a=mock_sandbox=x"},
        {"Cookie": "mock_sandbox"},
        {"Mock-Sandbox": "x"},
    ],
)
def test_a_request_that_names_none_is_for_the_default(mock: Mock, headers: Sent) -> None:
    """As is one whose headers only look like it."""
    assert create(mock, ("", headers)) == ["default"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-MOCK-SANDBOX": "x"},
        {"Authorization": "bearer sandbox_x"},
        {"Authorization": "BEARER   sandbox_x"},
        {"Cookie": "session=1; mock_sandbox=x; other=2"},
        {"Cookie": 'mock_sandbox="x"'},
        {"Cookie": 'mock_sandbox="x" ; other=2'},
        {"Cookie": "mock_sandbox=x;"},
        {"Cookie": "mock_sandbox=x; mock_sandbox=y"},
        {"Cookie": "session=1;mock_sandbox=x"},
    ],
)
def test_headers_are_read_as_http_has_them(mock: Mock, headers: Sent) -> None:
    """Names and schemes in any case, a cookie among others."""
    assert create(mock, ("", headers)) == ["x"]


def test_a_cookie_in_a_header_of_its_own_is_read(mock: Mock) -> None:
    """HTTP/2 parts cookies so, and what turns it into HTTP/1.1 may leave them parted."""
    headers = [("Cookie", "session=1"), ("Cookie", "mock_sandbox=x")]
    made = mock.ask("POST", "/v1/conversations", json=LEAST["conversations"], headers=headers)

    assert made_in(mock, made) == ["x"]


@pytest.mark.parametrize("path", ["/s/%62ooking-test", "/%73/booking-test", "/s/booking%2Dtest"])
def test_a_name_in_a_path_may_be_escaped(mock: Mock, path: str) -> None:
    """As any part of a path; `instance` has it as it was sent, `Location` as it is."""
    made = asked(mock, "POST", "conversations", (path, {}), json=LEAST["conversations"])

    assert made.headers["location"] == f"/s/booking-test/v1/conversations/{made.json()['id']}"
    assert made_in(mock, made) == ["booking-test"]
    assert asked(mock, "GET", "workers/none", (path, {})).json()["instance"] == f"{path}/v1/workers/none"


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("name", BAD_NAMES)
def test_what_is_no_name_is_refused(mock: Mock, carrier: str, name: str) -> None:
    """400, with the carrier that it came in; no sandbox is made."""
    before = len(done(mock.get("/_mock/sandboxes"))["sandboxes"])
    escaped = name.replace("%", "%25").replace("/", "%2F") if carrier == "sandbox" else name
    answer = asked(mock, "GET", f"workers/{A}", CARRIERS[carrier](escaped))

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", carrier)])
    assert len(done(mock.get("/_mock/sandboxes"))["sandboxes"]) == before


@pytest.mark.parametrize("carrier", CARRIERS)
def test_an_empty_name_is_refused(mock: Mock, carrier: str) -> None:
    """It may come of a variable that was not set: the sandbox `default` would be the wrong one."""
    answer = asked(mock, "GET", f"workers/{A}", CARRIERS[carrier](""))

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", carrier)])


def test_two_names_in_one_header_are_refused(mock: Mock) -> None:
    """Nobody can say which one was meant."""
    answer = mock.get(f"/v1/workers/{A}", headers=[("X-Mock-Sandbox", "x"), ("X-Mock-Sandbox", "y")])

    assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "X-Mock-Sandbox")])


@pytest.mark.parametrize("name", BAD_NAMES)
def test_such_a_name_is_refused_by_the_control_plane_too(mock: Mock, name: str) -> None:
    """For a sandbox and for a snapshot: both are names of files."""
    for path in ("/_mock/sandboxes", "/_mock/sandboxes/default/snapshots"):
        answer = mock.post(path, {"name": name})
        assert (answer.status_code, faults(answer)) == (400, [("parse_exception", "/name")])


@pytest.mark.parametrize("name", ["a", "0", "a" * 63, "a.b_c-d", "console", "com10", "a.con", "lpt-1", "a-", "default"])
def test_names_of_all_kinds_are_taken(mock: Mock, name: str) -> None:
    """Up to 63 characters, and only a whole name is one that a file system may not have."""
    assert [create(mock, carrier(name)) for carrier in CARRIERS.values()] == [[name]] * len(CARRIERS)


def test_an_unknown_name_makes_a_fresh_world(mock: Mock) -> None:
    """It has the records of the seed, and is listed from then on."""
    assert asked(mock, "GET", f"workers/{A}", CARRIERS["sandbox"]("fresh")).status_code == 200
    made = done(mock.get("/_mock/sandboxes/fresh"))

    assert (made["seed"], made["changes"], made["counter"]) == ("clinic", 0, 0)
    assert made["clock"]["frozen"] is False


@pytest.mark.parametrize("path", ["/s/x/v1/nothing", "/s/x/v1/workers", f"/s/x/v1/workers/{A}/", "/s/x/", "/s/x/v1"])
def test_other_paths_lead_nowhere(mock: Mock, path: str) -> None:
    """404, as a problem document."""
    answer = mock.get(path)

    assert (answer.status_code, faults(answer)) == (404, [("not_found", None)])


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_strict_server_takes_only_what_was_made(make_mock: Callable[..., Checked], carrier: str) -> None:
    """400 for any other name, with what to do; the sandbox `default` is always there."""
    mock = make_mock(strict=True)
    mock.world("known")
    answer = asked(mock, "GET", f"workers/{A}", CARRIERS[carrier]("unknown"))

    assert (answer.status_code, faults(answer)) == (400, [("bad_request", carrier)])
    assert 'POST /_mock/sandboxes with {"name": "unknown"}' in answer.json()["detail"]
    assert asked(mock, "GET", f"workers/{A}", CARRIERS[carrier]("known")).status_code == 200
    assert asked(mock, "GET", f"workers/{A}", CARRIERS[carrier]("default")).status_code == 200
    assert asked(mock, "GET", f"workers/{A}").status_code == 200


def test_a_strict_server_forgets_what_was_deleted(make_mock: Callable[..., Checked]) -> None:
    """It is unknown again, but for `default`, which begins afresh."""
    mock = make_mock(strict=True)
    mock.world("known").ask("DELETE")
    mock.delete("/_mock/sandboxes/default")

    assert asked(mock, "GET", f"workers/{A}", CARRIERS["sandbox"]("known")).status_code == 400
    assert asked(mock, "GET", f"workers/{A}").status_code == 200


def test_a_server_that_demands_any_token_takes_a_sandboxs(make_mock: Callable[..., Checked]) -> None:
    """So one that names a sandbox by its token need not name it by anything else."""
    mock = make_mock(guard=Guard(demands_token=True))
    headers = {"Authorization": "Bearer sandbox_x"}

    assert mock.get(f"/v1/workers/{A}").status_code == 401
    assert mock.get(f"/v1/workers/{A}", headers=headers).status_code == 200
    assert mock.get("/_mock/sandboxes/x", headers=headers).status_code == 200


def test_a_server_that_demands_its_own_token_takes_no_other(make_mock: Callable[..., Checked]) -> None:
    """A sandbox is then named by one of the other carriers, beside the token."""
    mock = make_mock(guard=Guard(demands_token=True, tokens=frozenset({"alpha"})))
    token = {"Authorization": "Bearer alpha"}

    assert mock.get(f"/v1/workers/{A}", headers={"Authorization": "Bearer sandbox_x"}).status_code == 401
    assert mock.get(f"/s/x/v1/workers/{A}", headers=token).status_code == 200
    assert mock.get("/_mock/sandboxes/x", headers=token).status_code == 200


def test_who_has_no_token_makes_no_sandbox(make_mock: Callable[..., Checked]) -> None:
    """Whatever is asked: else anybody could fill a server that lets in few."""
    mock = make_mock(guard=Guard(demands_token=True, tokens=frozenset({"alpha"})))
    for method, path in (("GET", f"workers/{A}"), ("GET", "nothing"), ("PATCH", f"workers/{A}")):
        mock.ask(method, f"/s/{path[0]}/v1/{path}")
    known = done(mock.get("/_mock/sandboxes", headers={"Authorization": "Bearer alpha"}))

    assert [each["name"] for each in known["sandboxes"]] == ["default"]


@pytest.mark.parametrize("carrier", CARRIERS)
def test_requests_of_one_moment_keep_apart(mock: Checked, carrier: str) -> None:
    """A hundred at once, in ten sandboxes: each has ten."""

    async def all_at_once() -> None:
        carried = [CARRIERS[carrier](f"{carrier.lower()}-{number % 10}") for number in range(100)]
        await asyncio.gather(
            *(
                mock.send("POST", f"{path}/v1/conversations", json=LEAST["conversations"], headers=headers)
                for path, headers in carried
            )
        )

    asyncio.run(all_at_once())
    assert [World(mock, f"{carrier.lower()}-{each}").said()["changes"] for each in range(10)] == [10] * 10


def test_carriers_mean_nothing_to_the_control_plane(mock: Mock) -> None:
    """Its paths name the sandbox; below a prefix they are not."""
    headers = {"X-Mock-Sandbox": "not a name", "Cookie": "mock_sandbox=not a name"}

    assert mock.get("/_mock/sandboxes/default", headers=headers).json()["name"] == "default"
    assert mock.get("/s/x/_mock/sandboxes").status_code == 404
