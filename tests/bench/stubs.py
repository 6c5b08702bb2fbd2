"""The stubs of WireMock: a fixed response for each workload, and a JSON schema for the body of a POST."""

import json
import shutil
from typing import Any

from common_apis.contract.document import load
from common_apis.contract.model import sent
from common_apis.contract.schema import json_schema

from .bare import PROBLEM, RECORD
from .errors import BenchError
from .place import BUILD
from .workloads import EVENT, patient

FOLDER = BUILD / "wiremock"
PATH = "/v1/patients"


def write() -> None:
    """Write the folder that WireMock is started with."""
    if not shutil.which("java"):
        raise BenchError("Java is missing: install Debian's default-jre-headless, or pass --skip-npm")
    (FOLDER / "mappings").mkdir(parents=True, exist_ok=True)
    for name, stub in (("get", get()), ("post", post()), ("refused", refused())):
        (FOLDER / "mappings" / f"{name}.json").write_text(json.dumps(stub))


def get() -> dict[str, Any]:
    """One record."""
    request = {"method": "GET", "urlPath": f"/v1/calendar_events/{EVENT}"}
    return {"request": request, "response": response(200, RECORD.decode(), "application/json")}


def post() -> dict[str, Any]:
    """A body that fits the schema of the contract, without the formats that are ours."""
    document = load()
    schema = json_schema(sent(document["paths"][PATH]["post"]), document)
    pattern = {"matchesJsonSchema": json.dumps(without_own(schema)), "schemaVersion": "V202012"}
    request = {"method": "POST", "urlPath": PATH, "bodyPatterns": [pattern]}
    return {"priority": 1, "request": request, "response": response(201, json.dumps(patient()), "application/json")}


def refused() -> dict[str, Any]:
    """Any other body."""
    problem = response(400, PROBLEM.decode(), "application/problem+json")
    return {"priority": 5, "request": {"method": "POST", "urlPath": PATH}, "response": problem}


def response(status: int, body: str, media_type: str) -> dict[str, Any]:
    """A response as WireMock has it."""
    return {"status": status, "body": body, "headers": {"Content-Type": media_type}}


def without_own(node: Any) -> Any:
    """A schema without the keywords that begin with `x-`."""
    if isinstance(node, list):
        return [without_own(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {name: without_own(each) for name, each in node.items() if not name.startswith("x-")}
