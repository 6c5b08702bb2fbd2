"""Suitability: whether a server can be asked at all, and what of it could not be asked for real."""

from collections.abc import Collection, Sequence

import requests

from .outcome import Proof
from .references import Answer, References, collection
from .refusal import parse_refusal

ADVICE = "Name the address that /v1 stands behind, such as http://127.0.0.1:4010."


def unsuitable(answers: Sequence[Answer], references: References, url: str) -> str | None:
    """Why nothing can be told of the server at an address, given its first answers; None if it can."""
    statuses = {answer.status for answer in answers}
    granted = any(answer.id for answer in answers)
    if not answers or granted:
        return None
    if statuses == {0}:
        return silence(answers[0].content, url)
    if statuses <= {401, 403}:
        return explain_refusal(answers, statuses)
    if all(answer.content is None for answer in answers):
        return f"this is no server of the contract: it answers no JSON, but {listed(statuses)}. {ADVICE}"
    if statuses <= {404, 405}:
        looked_for = references.missing if not any(map(references.makes, references.missing)) else set[str]()
        return (
            f"this is no server of the contract: it answered {listed(statuses)} to all. {ADVICE}"
            f"{to_name(references, looked_for)}"
        )
    return None


def explain_refusal(answers: Sequence[Answer], statuses: Collection[int]) -> str:
    """Why the server lets nobody in, in its own words if it is not for want of a token."""
    refusal = parse_refusal(answers[0].content)
    advice = refusal.detail if refusal and not refusal.option and 401 not in statuses else "Name a token with --auth."
    return f"the server lets nobody in: it answered {listed(statuses)} to all. {advice}"


def silence(error: requests.RequestException, url: str) -> str:
    """Why the server at an address does not answer, and what to do about it."""
    if isinstance(error, requests.exceptions.SSLError):
        return f"no secure connection to {url} can be made. See to its certificate, or check the address."
    if isinstance(error, requests.exceptions.InvalidSchema):
        return f"{url} cannot be asked: {str(error).removesuffix('.')}."
    if not isinstance(error, requests.ConnectionError):
        return f"what listens at {url} takes requests and answers none. See what keeps it, or check the address."
    return f"nothing answers at {url}. Start the server, or check the address."


def doubts(proof: Proof, references: References, chosen: Collection[str]) -> list[str]:
    """What of the chosen operations could not be asked for real, and what to do about it.

    No record is known, or nobody was let in, or there was nothing to ask.
    """
    if not proof.checks:
        return ["Nothing was asked: these phases have none of these checks of these operations."]
    lacking = references.lacking()
    found = {finding.operation for finding in proof.findings}
    said = {
        name: answers
        for name, answers in proof.answers.items()
        if name in chosen and name in proof.refused and name not in found
        if collection(name) in lacking or {401, 403} & answers.keys()
    }
    if not said:
        return []
    needed = {each for name in said for each in references.needed(collection(name))}
    told = ", ".join(f"{name} (answered {listed(answers)})" for name, answers in said.items())
    return [
        f"These operations could not be asked for real, as no request was granted: {told}.{to_name(references, needed)}"
    ]


def to_name(references: References, needed: Collection[str]) -> str:
    """What to do about records that are needed, are not known and cannot be made."""
    nobody = sorted(name for name in references.missing if name in needed and not references.makes(name))
    return f" No record is known of {', '.join(nobody)}: name one with --reference {nobody[0]}=ID." if nobody else ""


def listed(statuses: Collection[int]) -> str:
    """Statuses in words."""
    return ", ".join(str(status) if status else "nothing" for status in sorted(statuses))
