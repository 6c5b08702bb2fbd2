"""For the test pages of CI systems: a test case for each finding, and one for each operation without any.

An error, and no failure, is what could not be told.
"""

from xml.etree import ElementTree as ET

from ..findings import Finding, Summary


def report(findings: list[Finding], summary: Summary) -> str:
    """The findings as JUnit XML."""
    kept = sorted(summary.asked.keys() - {finding.operation for finding in findings})
    errors = 1 if summary.could_not_tell else 0
    if not (findings or kept or errors):
        kept = [summary.scope]
    name = f"common-apis {summary.command}"
    counts = {
        "tests": str(len(findings) + len(kept) + errors),
        "failures": str(len(findings)),
        "errors": str(errors),
    }
    suites = ET.Element("testsuites", {"name": name, **counts})
    suite = ET.SubElement(suites, "testsuite", {"name": name, **counts, "skipped": "0", "time": "0"})
    for finding in findings:
        add_failure(suite, finding, summary)
    for operation in kept:
        add_case(suite, operation, summary)
    if errors:
        error = {"type": "could_not_tell", "message": summary.could_not_tell}
        ET.SubElement(add_case(suite, "could not tell", summary), "error", error).text = summary.could_not_tell
    if summary.notes:
        ET.SubElement(suite, "system-out").text = "\n".join(summary.notes)
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, "unicode")}\n'


def add_case(suite: ET.Element, name: str, summary: Summary) -> ET.Element:
    """A test case. Its class is the command, so that a page groups them by it."""
    return ET.SubElement(suite, "testcase", {"classname": f"common-apis.{summary.command}", "name": name, "time": "0"})


def add_failure(suite: ET.Element, finding: Finding, summary: Summary) -> None:
    """A test case that failed. Its name is the same in the next run; none has it twice."""
    consumer, operation, rule, place = finding.identity
    by = f" by {consumer}" if consumer else ""
    case = add_case(suite, f"{f'{operation} {place}'.rstrip()}: {rule}{by}", summary)
    if finding.line:
        case.set("file", finding.line.file)
        case.set("line", str(finding.line.number))
    failure = ET.SubElement(case, "failure", {"type": rule, "message": finding.message})
    failure.text = str(finding)
