"""A response is the same to the byte, whether our protocol has received the request or any other ASGI server has."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import httpx

from common_apis.contract.document import operations
from common_apis.serving.app import Settings, create_app

from ..control.calls import CALLS
from ..mock import A, Mock
from ..resources.bodies import FULL
from .served import Served

NAME = "doors"
NOW = "2031-03-04T17:30:00.000000+00:00"
HEADERS = {"Host": "127.0.0.1:4010", "User-Agent": "doors", "Accept-Encoding": "identity"}
JSON = {"Content-Type": "application/json"}
PAGE = {"Origin": "http://localhost:3000"}
PREFLIGHT = PAGE | {"Access-Control-Request-Method": "PUT"}
PASSING = ("date", "server", "connection")
"""Headers that are the server's own."""
Send = Callable[..., httpx.Response]


class Asked(NamedTuple):
    """A request: method, path, headers, and a body as JSON or as bytes."""

    method: str
    path: str
    headers: Mapping[str, str] = {}
    json: Any = None
    content: bytes | None = None


def of_operations(contract: dict[str, Any]) -> Iterator[Asked]:
    """Each operation: granted twice, with unknown fields, no JSON, of a record that is not there, and otherwise."""
    for method, path, _ in operations(contract):
        collection = path.split("/")[2]
        place = f"/s/{NAME}{path.format(id=A)}"
        body = {"post": FULL.get(collection), "put": {}}.get(method)
        yield Asked(method.upper(), place, json=body)
        yield Asked(method.upper(), place, json=body)
        yield Asked(method.upper(), f"{place}?nick=1", json={"nick": 1})
        yield Asked(method.upper(), place, JSON, content=b'{"a": ')
        yield Asked(method.upper(), f"/s/{NAME}{path.format(id='0' * 36)}", json=body)
        yield Asked(method.upper(), place, {"Prefer": "code=503"}, json=body)
        yield Asked(method.upper(), place, PAGE, json=body)


def of_control() -> Iterator[Asked]:
    """The operations of the control plane on the sandbox, but that which ends it."""
    for id, call in CALLS.items():
        if id != "sandboxes_delete":
            yield Asked(call.method, call.path.format(name=NAME), json=call.body)


ODD = [
    Asked("GET", "/"),
    Asked("HEAD", "/docs"),
    Asked("GET", "/openapi.json"),
    Asked("GET", "/nothing"),
    Asked("GET", f"/workers/{A}"),
    Asked("GET", "/v1/nothing"),
    Asked("GET", f"/s/{NAME}/v1/nothing", PAGE),
    Asked("PATCH", f"/s/{NAME}/v1/patients", json={}),
    Asked("BREW", f"/s/{NAME}/v1/patients"),
    Asked("HEAD", f"/s/{NAME}/v1/workers/{A}"),
    Asked("OPTIONS", "/v1/patients"),
    Asked("OPTIONS", f"/v1/workers/{A}", PREFLIGHT),
    Asked("OPTIONS", "/v1/patients", PREFLIGHT | {"Origin": "http://evil.example"}),
    Asked("POST", f"/s/{NAME}/v1/patients", content=b"x"),
    Asked("POST", f"/s/{NAME}/v1/patients", JSON | {"Content-Encoding": "gzip"}, content=b"x"),
    Asked("POST", f"/s/{NAME}/v1/patients", JSON, content=b" " * 1_048_577),
    Asked("POST", f"/s/{NAME}/v1/patients", JSON, content=b"\xff"),
    Asked("PUT", f"/s/{NAME}/v1/patients/{A}", {"Sec-Fetch-Site": "cross-site"}, json={}),
    Asked("GET", "/s/A_b!/v1/workers/x"),
    Asked("GET", f"/v1/workers/{A}", {"X-Mock-Sandbox": "no name"}),
    Asked("GET", f"/v1/workers/{A}", {"Host": "evil.example"}),
    Asked("GET", f"/v1/workers/{A}", {"Cookie": "c" * 65_536}),
    Asked("GET", f"/s/{NAME}/v1/workers/%2e%2e%2f"),
    Asked("GET", f"/s/{NAME}/v1/workers/{A.upper()}"),
    Asked("POST", "/_mock/nothing"),
]


def shape(response: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    """What has to be the same of a response."""
    headers = [(name.lower(), value) for name, value in response.headers.items() if name.lower() not in PASSING]
    return response.status_code, headers, response.content


def tell(send: Send, story: list[Asked]) -> list[tuple[Asked, Any]]:
    """Tell a server a story in a sandbox of its own, and return what it responds; then what its journal has."""
    send("POST", "/_mock/sandboxes", headers=HEADERS, json={"name": NAME, "now": NOW}).raise_for_status()
    told = []
    for asked in story:
        sent: dict[str, Any] = {"content": asked.content} if asked.content is not None else {"json": asked.json}
        response = send(asked.method, asked.path, headers=HEADERS | dict(asked.headers), **sent)
        told.append((asked, shape(response)))
    journal = send("GET", f"/_mock/sandboxes/{NAME}/requests?limit=1000", headers=HEADERS).json()["requests"]
    return told + [(Asked("journal", each["path"]), each | {"duration": 0}) for each in journal]


def test_both_doors_lead_to_the_same(contract: dict[str, Any]) -> None:
    """Each operation, each refusal, CORS, pages; and the journal has the same of them."""
    story = [*of_operations(contract), *ODD]
    app = create_app(Settings(), contract)
    by_asgi = tell(Mock(app).ask, story)
    with Served("--port", "0", "--quiet") as server, httpx.Client(base_url=server.url) as http:
        by_protocol = tell(http.request, story)
    assert len(by_asgi) > len(story) + 100
    for one, other in zip(by_asgi, by_protocol, strict=True):
        assert one == other


def test_the_control_plane_is_the_same_at_both_doors(contract: dict[str, Any]) -> None:
    """But for the moments at which its sandboxes were made and used, and the names that are made up."""
    story = [*of_control()]
    by_asgi = tell(Mock(create_app(Settings(), contract)).ask, story)
    with Served("--port", "0", "--quiet") as server, httpx.Client(base_url=server.url) as http:
        by_protocol = tell(http.request, story)
    for (asked, one), (_, other) in zip(by_asgi, by_protocol, strict=True):
        assert (asked, one[0], [name for name, _ in one[1]]) == (asked, other[0], [name for name, _ in other[1]])
