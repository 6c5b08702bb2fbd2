"""For a person: a line for each finding, and below it who did it and how to see it."""

from ..findings import Finding, Summary, verdict


def report(findings: list[Finding], summary: Summary) -> str:
    """The findings as text, the verdict last."""
    return "\n".join([*map(str, findings), *summary.notes, verdict(findings, summary), ""])
