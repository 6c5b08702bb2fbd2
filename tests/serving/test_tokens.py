"""Bearer tokens: not needed, unless the mock is told to demand them (D-30)."""

from typing import Any

import httpx
import pytest

from common_apis.serving.app import Settings, create_app
from common_apis.serving.guard import Guard

from ..mock import A, Mock, faults
from .served import Served

WORKER = f"/v1/workers/{A}"
OPEN = ("/", "/docs", "/openapi.json", "/openapi.yaml", "/problems/unauthorized")
ANY = Guard(demands_token=True)
ONE = Guard(demands_token=True, tokens=frozenset({"alpha", "beta"}))


@pytest.fixture(scope="module")
def demanding(contract: dict[str, Any]) -> Mock:
    """A mock that demands a token, and takes any."""
    return Mock(create_app(Settings(guard=ANY), contract))


@pytest.fixture(scope="module")
def choosing(contract: dict[str, Any]) -> Mock:
    """A mock that takes two tokens alone."""
    return Mock(create_app(Settings(guard=ONE), contract))


def ask(mock: Mock, authorization: str | None, path: str = WORKER) -> httpx.Response:
    """The answer to a GET with that header, or without."""
    return mock.get(path, headers={} if authorization is None else {"Authorization": authorization.encode("latin-1")})


def is_challenge(answer: httpx.Response) -> bool:
    """Whether an answer demands a token, as HTTP has it."""
    assert faults(answer) == [("unauthorized", "Authorization")]
    return answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("authorization", [None, "Bearer x", "Bearer", "Basic eDp5", "", "nonsense", "Bearer \xff"])
def test_none_is_needed(shared_mock: Mock, authorization: str | None) -> None:
    """The document has no authentication: whatever a client sends is let be."""
    assert ask(shared_mock, authorization).status_code == 200


@pytest.mark.parametrize(
    "authorization", ["Bearer x", "bearer x", "BEARER abc.def-ghi_~+/==", "Bearer   x", "Bearer a b"]
)
def test_any_token_will_do_where_one_is_demanded(demanding: Mock, authorization: str) -> None:
    """The name of the scheme has no case."""
    assert ask(demanding, authorization).status_code == 200


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Bearer\t", "x", "Basic eDp5", "Token x", "Bearerx", "bearer:x"]
)
def test_a_request_without_a_token_is_refused(demanding: Mock, authorization: str | None) -> None:
    """401, with the scheme that is expected."""
    answer = ask(demanding, authorization)
    assert is_challenge(answer)
    assert "Send `Authorization: Bearer TOKEN`" in answer.json()["detail"]


@pytest.mark.parametrize("token", ["alpha", "beta"])
def test_named_tokens_are_taken(choosing: Mock, token: str) -> None:
    """Each of them."""
    assert ask(choosing, f"Bearer {token}").status_code == 200


@pytest.mark.parametrize("token", ["gamma", "Alpha", "alpha1", "alph", "alpha beta", "alpha,beta", "ALPHA", "é"])
def test_other_tokens_are_not(choosing: Mock, token: str) -> None:
    """A token is compared as it is."""
    answer = ask(choosing, f"Bearer {token}")
    assert is_challenge(answer)
    assert "does not take the bearer token" in answer.json()["detail"]


def test_a_token_never_comes_back(choosing: Mock) -> None:
    """Neither the one that was sent nor those that are taken stand in an answer."""
    answer = ask(choosing, "Bearer my-secret")
    assert not {"my-secret", "alpha", "beta"} & set(answer.text.replace('"', " ").split())
    assert "my-secret" not in str(answer.headers)


def test_every_operation_demands_it(choosing: Mock, contract: dict[str, Any]) -> None:
    """Each of the 29, before anything else of the request is looked at."""
    operations = [
        (method.upper(), path) for path, item in contract["paths"].items() for method in item if method != "parameters"
    ]
    assert len(operations) == 29
    for method, path in operations:
        assert is_challenge(choosing.ask(method, path + "?x=1", content=b"{"))


@pytest.mark.parametrize("path", OPEN)
def test_the_pages_stay_open(choosing: Mock, path: str) -> None:
    """What explains the mock can be read without a token."""
    assert ask(choosing, None, path).status_code == 200


def test_what_is_not_there_needs_no_token(choosing: Mock) -> None:
    """Route and method come first."""
    assert choosing.get("/v1/nothing").status_code == 404
    assert choosing.ask("PATCH", "/v1/patients").status_code == 405
    assert choosing.ask("OPTIONS", "/v1/patients").status_code == 204


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--require-token"], {}),
        ([], {"COMMON_APIS_REQUIRE_TOKEN": "true"}),
        (["--token", "alpha", "--token", "beta"], {}),
        ([], {"COMMON_APIS_TOKEN": "alpha beta"}),
    ],
    ids=["any", "any by environment", "these", "these by environment"],
)
def test_it_is_so_on_the_command_line(arguments: list[str], environment: dict[str, str]) -> None:
    """A server started so takes what it was told to take."""
    with Served("--port", "0", *arguments, **environment) as server:
        statuses = [
            httpx.get(server.url + WORKER, headers={"Authorization": f"Bearer {token}"} if token else {}).status_code
            for token in ("", "alpha", "beta", "gamma")
        ]
    names_them = "--token" in arguments or "COMMON_APIS_TOKEN" in environment
    assert statuses == [401, 200, 200, 401 if names_them else 200]
