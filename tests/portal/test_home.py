"""The first page, asked over HTTP."""

import re
import shlex
import subprocess
from collections.abc import Callable
from html import unescape
from typing import Any

import httpx
import pytest

from ..serving.served import COMMAND, Served
from .asking import Ask

OPERATION = re.compile(r'href="\./docs#(\S+)"><span[^>]*>(\w+)</span>\s*<code>(\S+)</code>')


def commands(page: str) -> list[str]:
    """The commands that a page shows."""
    return [unescape(text) for text in re.findall(r"<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)]


def test_first_page_names_every_operation_of_the_contract(ask: Ask, document: dict[str, Any]) -> None:
    """The list has each method and path of the contract, once, with a link into the reference."""
    listed = {(method, path): anchor for anchor, method, path in OPERATION.findall(ask("/").text)}
    assert listed == {
        (method.upper(), path): f"api/tag/{tag(operation)}/{operation['operationId']}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


def tag(operation: dict[str, Any]) -> str:
    """The tag of an operation as the reference writes it in addresses."""
    name: str = operation["tags"][0]
    return name.lower().replace(" ", "-")


def test_first_page_leads_to_all_others(ask: Ask) -> None:
    """Each door that the page shows opens."""
    page = ask("/").text
    for door in ("/docs", "/openapi.json", "/openapi.yaml", "/cases", "/problems"):
        assert f'href=".{door}"' in page
        assert ask(door).status_code == 200


def test_first_page_shows_commands_for_the_server_that_was_asked(ask: Ask) -> None:
    """A server on another host or port shows its own address in the commands."""
    read, create, check = commands(ask("/", host="mock.example:8080").text)
    event = "http://mock.example:8080/v1/calendar_events/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
    assert read == f"curl {event}"
    assert "http://mock.example:8080/v1/patients" in create
    assert check == "common-apis check --url http://mock.example:8080"


def test_a_strange_host_stays_one_word_of_the_command(ask: Ask) -> None:
    """Nothing that the Host header says can become a second command in a reader's shell."""
    read, _, check = commands(ask("/", host="a';touch x;'<b>").text)
    command, address = shlex.split(read)
    assert command == "curl"
    assert len(shlex.split(check)) == 4
    assert address.endswith("/v1/calendar_events/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")


def test_commands_of_the_first_page_work_in_a_shell(program: Callable[[str], str]) -> None:
    """Read and create, pasted as they are, are answered with the record; then the check says that nothing was wrong."""
    shell, _ = program("sh"), program("curl")
    with Served("--port", "0") as server:
        read, create, check = commands(httpx.get(server.url).text)
        for command, status in ((read, "200"), (create, "201")):
            line = f"{command} --silent --fail --write-out '\n%{{http_code}}'"
            answer = subprocess.run([shell, "-c", line], capture_output=True, text=True, check=True, timeout=30)
            assert answer.stdout.endswith(f"\n{status}")
            assert '"id"' in answer.stdout or '"first_name"' in answer.stdout
        line = check.replace("common-apis", str(COMMAND), 1)
        checked = subprocess.run([shell, "-c", line], capture_output=True, text=True, check=True, timeout=30)
    assert checked.stdout == "check: no findings in 2 exchanges of 1 sandbox.\n"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/html;q=0.5, application/json;q=0.8", "application/json"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json;q=x", "text/html"),
    ],
)
def test_first_page_is_json_for_who_prefers_it(ask: Ask, accept: str, media_type: str) -> None:
    """Who asks for JSON gets the links; a person with a browser or curl gets the page."""
    answer = ask("/", accept=accept)
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    assert answer.headers["Vary"] == "Accept"


def test_json_of_the_first_page_holds_the_same_links(ask: Ask) -> None:
    """The links are whole addresses, to be followed without more thought."""
    assert ask("/", accept="application/json").json() == {
        "title": "Common APIs",
        "version": "1.0.0",
        "reference": "http://127.0.0.1:4010/docs",
        "contract": {
            "json": "http://127.0.0.1:4010/openapi.json",
            "yaml": "http://127.0.0.1:4010/openapi.yaml",
        },
        "cases": "http://127.0.0.1:4010/cases",
        "problems": "http://127.0.0.1:4010/problems",
    }
