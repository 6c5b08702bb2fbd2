"""Reports: findings in a form that a person or a CI system reads."""

from collections.abc import Callable

from ..findings import Finding, Summary
from . import github, json, junit, sarif, text

Report = Callable[[list[Finding], Summary], str]

REPORTS: dict[str, Report] = {
    "text": text.report,
    "json": json.report,
    "junit": junit.report,
    "sarif": sarif.report,
    "github": github.report,
}
"""What writes a report, by the name of its form."""
