"""For a program: all that is known of each finding."""

from dataclasses import asdict
from typing import Any

import orjson

from ..findings import Finding, Summary


def report(findings: list[Finding], summary: Summary) -> str:
    """The findings as one JSON object."""
    document = {
        "command": summary.command,
        "scope": summary.scope,
        "findings": [entry(finding) for finding in findings],
        "asked": summary.asked,
        "notes": summary.notes,
        "could_not_tell": summary.could_not_tell or None,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def entry(finding: Finding) -> dict[str, Any]:
    """A finding as a JSON object; `line` is `file:number`."""
    return asdict(finding) | {"line": str(finding.line) if finding.line else None}
