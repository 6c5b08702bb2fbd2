"""For a person: a line for each finding, and below it who did it and how to see it."""

from collections.abc import Iterator
from dataclasses import replace

from ..findings import Finding, Summary, verdict


def report(findings: list[Finding], summary: Summary) -> str:
    """The findings as text, the verdict last."""
    return "\n".join([*entries(findings), *summary.notes, verdict(findings, summary), ""])


def entries(findings: list[Finding]) -> Iterator[str]:
    """The findings; how to see a request is said once for all that is found of it."""
    shown = ""
    for finding in findings:
        yield str(replace(finding, curl="") if finding.curl == shown else finding)
        shown = finding.curl
