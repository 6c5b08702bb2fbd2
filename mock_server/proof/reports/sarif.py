"""For code scanning: SARIF 2.1.0, each result at the line of the contract."""

from hashlib import sha256
from importlib.metadata import version
from typing import Any

import orjson

from ..findings import Finding, Summary, verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def report(findings: list[Finding], summary: Summary) -> str:
    """The findings as a SARIF log."""
    rules = sorted({finding.rule for finding in findings})
    driver = {
        "name": "common-apis",
        "version": version("common-apis"),
        "rules": [rule(name, summary.rules.get(name, name.replace("_", " "))) for name in rules],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"common-apis/{summary.command}/"},
        "invocations": [invocation(summary)],
        "results": [result(finding, rules.index(finding.rule)) for finding in findings],
        "properties": {"summary": verdict(findings, summary), "asked": summary.asked, "notes": summary.notes},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def invocation(summary: Summary) -> dict[str, Any]:
    """Whether it did its work, or else why not."""
    if not summary.could_not_tell:
        return {"executionSuccessful": True}
    said = {"level": "error", "message": {"text": summary.could_not_tell}}
    return {"executionSuccessful": False, "toolExecutionNotifications": [said]}


def rule(name: str, demands: str) -> dict[str, Any]:
    """A rule, and what it demands."""
    text = {"text": demands}
    return {"id": name, "shortDescription": text, "fullDescription": text, "help": text}


def result(finding: Finding, index: int) -> dict[str, Any]:
    """A finding as a result; the fingerprint is the same in the next run."""
    properties = {
        "by": finding.by or None,
        "consumer": finding.consumer,
        "sandbox": finding.sandbox,
        "exchange": finding.exchange,
    }
    told = {"curl": finding.curl or None, **properties}
    identity = "\n".join(finding.identity)
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": f"{finding.title}: {finding.message}"},
        "locations": [location(finding)],
        "partialFingerprints": {"identity/v1": sha256(identity.encode()).hexdigest()},
        "occurrenceCount": finding.times,
        "properties": {name: value for name, value in told.items() if value is not None},
    }


def location(finding: Finding) -> dict[str, Any]:
    """Where it is: the line of the contract, and the operation with the place in it."""
    logical = {"logicalLocations": [{"fullyQualifiedName": finding.title, "kind": "member"}]}
    if finding.line is None:
        return logical
    region = {"startLine": finding.line.number}
    return {"physicalLocation": {"artifactLocation": {"uri": finding.line.file}, "region": region}, **logical}
