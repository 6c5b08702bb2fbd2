"""For GitHub Actions: an annotation for each finding, at the line of the contract."""

from ..findings import Finding, Summary, verdict


def report(findings: list[Finding], summary: Summary) -> str:
    """The findings as workflow commands; the verdict is a line of the log."""
    lacking = (
        [error(summary.could_not_tell, title=f"{summary.command} could not tell")] if summary.could_not_tell else []
    )
    return "\n".join([*map(annotation, findings), *lacking, *summary.notes, verdict(findings, summary), ""])


def annotation(finding: Finding) -> str:
    """The workflow command for a finding."""
    at = {"file": finding.line.file, "line": str(finding.line.number)} if finding.line else {}
    return error("\n".join(filter(None, (finding.message, finding.seen, finding.curl))), **at, title=finding.title)


def error(message: str, **properties: str) -> str:
    """The workflow command for an error."""
    said = ",".join(f"{name}={in_property(value)}" for name, value in properties.items())
    return f"::error {said}::{in_message(message)}"


def in_message(text: str) -> str:
    """Text of a workflow command: one line, and a percent sign would begin an escape."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def in_property(text: str) -> str:
    """The value of a property, which a colon or a comma would end."""
    return in_message(text).replace(":", "%3A").replace(",", "%2C")
