"""The contract as the portal hands it out, and the scripts of the reference."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from common_apis.portal import reference
from common_apis.portal.app import create_portal

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
    assert answer.content == reference.SCRIPT.read_bytes()


@pytest.mark.parametrize("path", ["/docs", "/docs/scalar.js"])
def test_missing_script_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, document: dict[str, Any], path: str
) -> None:
    """Without the script the reference answers 503 and says what to install."""
    monkeypatch.setattr(reference, "SCRIPT", Path("/nowhere/scalar.js"))
    answer = ask_of(create_portal(document, {}, {}, not_found=refuse), path)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "make --always-make install" in answer.text
