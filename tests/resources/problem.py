"""The form of a problem document (D-04, D-56)."""

from typing import Any

import httpx
from openapi_schema_validator import OAS30Validator, oas30_format_checker


class ProblemForm:
    """What the contract's schema demands of a problem document, and what no schema can say: that it is at one."""

    def __init__(self, contract: dict[str, Any]) -> None:
        components = contract["components"]
        schema = components["schemas"]["Problem"] | {"components": components}  # for the references within
        self.validator = OAS30Validator(schema, format_checker=oas30_format_checker)
        self.codes: dict[str, Any] = components["schemas"]["ErrorCode"]["x-codes"]

    def check(self, answer: httpx.Response) -> None:
        """Fail if an answer is not a problem document as it should be."""
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert [error.message for error in self.validator.iter_errors(problem)] == []
        faults = problem["errors"]
        first = next(fault for fault in faults if fault["status"] == answer.status_code)
        assert answer.status_code == problem["status"] == min(fault["status"] for fault in faults)
        assert (problem["type"], problem["title"]) == (f"/problems/{first['code']}", first["title"])
        assert problem["instance"] == answer.url.raw_path.decode().partition("?")[0]  # as it was sent, escapes and all
        for fault in faults:
            self.check_fault(fault)

    def check_fault(self, fault: dict[str, Any]) -> None:
        """Fail if a fault is not at one with its code, or its places with each other."""
        code = self.codes[fault["code"]]
        assert (fault["status"], fault["title"]) == (code["status"], code["title"])
        places = [dotted(fault["pointer"])] if "pointer" in fault else []
        places += [f".{fault['parameter']}"] if "parameter" in fault else []
        assert places == ([fault["extra"]["path"]] if "extra" in fault else [])


def dotted(pointer: str) -> str:
    """A pointer in the provider's form, in which nothing is escaped."""
    return pointer.replace("/", ".").replace("~1", "/").replace("~0", "~") or "."
