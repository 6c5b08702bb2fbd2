"""The contract as the portal hands it out, and the scripts of the reference."""

import subprocess
import sys
from typing import Any

import pytest
import yaml

from common_apis.mock_server.portal import reference
from common_apis.mock_server.portal.app import create_portal

from .asking import Ask, refuse
from .asking import ask as ask_of


def test_contract_is_handed_out_as_json(ask: Ask, document: dict[str, Any]) -> None:
    """/openapi.json is the whole document."""
    answer = ask("/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == document


def test_contract_is_handed_out_as_yaml(ask: Ask, document: dict[str, Any]) -> None:
    """/openapi.yaml is the same document in the same order, under the media type of RFC 9512."""
    answer = ask("/openapi.yaml")
    assert answer.headers["Content-Type"] == "application/yaml"
    again = yaml.safe_load(answer.text)
    assert again == document
    assert list(again) == list(document)


def test_yaml_has_no_anchors_where_parts_are_shared() -> None:
    """Parts that the folded document holds twice are written twice."""
    shared = {"description": "The same everywhere."}
    portal = create_portal({"a": shared, "b": shared}, {}, {}, not_found=refuse)
    text = ask_of(portal, "/openapi.yaml").text
    assert text.count("The same everywhere.") == 2
    assert "&" not in text


@pytest.mark.parametrize("path", ["/openapi.json", "/openapi.yaml", "/docs/boot.js"])
def test_who_has_the_contract_is_not_sent_it_again(ask: Ask, path: str) -> None:
    """The tag of an answer, sent back, is answered with 304; another tag is not."""
    etag = ask(path).headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = ask(path, if_none_match=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == etag
    assert ask(path, if_none_match='"other"').status_code == 200


def test_script_of_the_reference_may_be_kept_for_ever(ask: Ask) -> None:
    """The page names the script by its fingerprint, so that a newer script is a new address."""
    page = ask("/docs").text
    address = next(part for part in page.split('"') if part.startswith("./docs/scalar.js"))
    answer = ask(address.removeprefix("."))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert address == f"./docs/scalar.js?v={answer.headers['ETag'].strip(chr(34))}"
    assert answer.content == reference.scalar_script().read_bytes()


@pytest.mark.parametrize("path", ["/docs", "/docs/scalar.js"])
def test_missing_script_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, document: dict[str, Any], path: str
) -> None:
    """Without the script the reference answers 503 and says what to install."""
    monkeypatch.setattr(reference, "PACKAGE", "a_package_that_nobody_has")
    answer = ask_of(create_portal(document, {}, {}, not_found=refuse), path)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "pip install flask-openapi3-scalar" in answer.text


def test_script_is_found_without_importing_its_package() -> None:
    """Flask, which the package of the script would bring along, is never loaded."""
    program = (
        "import sys\n"
        "from common_apis.mock_server.portal.reference import scalar_script\n"
        "assert scalar_script().is_file()\n"
        "print(*{'flask', 'flask_openapi3', 'flask_openapi3_scalar'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == ""
