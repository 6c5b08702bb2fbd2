"""What holds for every page of the portal, and for every request that it does not know."""

import re
import subprocess
import sys
from typing import Any

import httpx
import pytest

from common_apis.portal.app import create_portal

from .asking import Ask, refuse
from .asking import ask as ask_of

PAGES = ("/", "/docs", "/cases", "/problems", "/problems/parse_exception")
KNOWN = (*PAGES, "/docs/boot.js", "/docs/scalar.js", "/openapi.json", "/openapi.yaml")


@pytest.mark.parametrize("path", PAGES)
def test_page_refers_to_this_server_alone(ask: Ask, path: str) -> None:
    """No page names a file of another host, or from the top of this one; each forbids its browser to load others."""
    answer = ask(path)
    addresses = re.findall(r'(?:src|href)="([^"]*)"', answer.text)
    assert addresses
    assert all(address.startswith(("./", "../", "data:")) for address in addresses)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert not re.search(r"https?:|\*|unsafe-eval", policy)


@pytest.mark.parametrize("path", PAGES)
def test_page_says_its_language_its_title_and_fits_a_phone(ask: Ask, path: str) -> None:
    """What a screen reader and a phone need first is there."""
    page = ask(path).text
    assert '<html lang="en">' in page
    assert re.search(r"<title>[^<]*Common APIs</title>", page)
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in page


@pytest.mark.parametrize("path", ["/nothing", "/v1/nothing", "/problems/nothing", "/docs/x.js"])
def test_unknown_path_is_left_to_the_caller(ask: Ask, path: str) -> None:
    """The caller's problem document answers what the portal does not know."""
    answer = ask(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", KNOWN)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_left_to_the_caller(ask: Ask, path: str, method: str) -> None:
    """The caller refuses them in its own form, and is told which methods there are."""
    answer = ask(path, method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", KNOWN)
def test_head_answers_as_get_does_without_a_body(server_url: str, path: str) -> None:
    """HEAD has the status and the headers of GET, the length among them."""
    get, head = httpx.get(server_url + path), httpx.head(server_url + path)
    assert head.status_code == get.status_code == 200
    assert head.content == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
        assert head.headers.get(name) == get.headers.get(name)


def test_start_up_pays_for_no_page() -> None:
    """What only pages need is imported with the first page, not with the server."""
    program = (
        "import sys\n"
        "from common_apis.portal.app import create_portal\n"
        "create_portal({}, {}, {}, not_found=print)\n"
        "print(*{'jinja2', 'flask', 'flask_openapi3'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == ""


def test_every_error_code_has_a_page(ask: Ask, document: dict[str, Any]) -> None:
    """Each code is listed, and its page says the status, when it occurs and how to mend it."""
    index = ask("/problems").text
    codes = document["components"]["schemas"]["ErrorCode"]["x-codes"]
    assert codes
    for code, meaning in codes.items():
        assert f'href="./problems/{code}"' in index
        page = ask(f"/problems/{code}").text
        for words in (code, meaning["title"], str(meaning["status"])):
            assert words in page
        for sentence in (meaning["when"], meaning["mend"]):
            assert sentence.partition("`")[0] in page


def test_code_in_a_text_of_the_contract_is_shown_as_code(ask: Ask) -> None:
    """What stands between backticks is code, and is never taken for HTML."""
    assert "for example <code>&lt;b&gt;</code>." in ask("/problems/parse_exception").text


@pytest.mark.parametrize("path", PAGES)
def test_no_word_of_the_contract_is_taken_for_html(document: dict[str, Any], path: str) -> None:
    """A contract may have any title, and a page shows it as it is."""
    titled = document | {"info": document["info"] | {"title": "<script>A & B"}}
    page = ask_of(create_portal(titled, {}, {}, not_found=refuse), path).text
    assert "&lt;script&gt;A &amp; B" in page
    assert "<script>A" not in page
