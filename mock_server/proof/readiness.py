"""Readiness: whether a mock answers."""

import time
from collections.abc import Mapping

import orjson

from .asking import Answer, Ask, NoAddress, NoAnswer, asking
from .journals import ADVICE, SANDBOXES, SERVER, advise
from .proxies import FindProxy, describe_route, find_none
from .refusal import read_refusal

HEADERS = {"User-Agent": "common-apis-ready"}
"""What tells a mock that this is a health check: its log is silent of those that find it well."""
PAUSE_S = 0.05
"""Between two tries."""
PATIENCE_S = 5
"""How long one try may take."""


class NotReady(Exception):
    """No mock answers; the message says what does, or why nothing."""


def wait(
    url: str = SERVER,
    seconds: float = 0,
    find_proxy: FindProxy = find_none,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Return once a mock answers; `headers` let one in, but need not.

    Raises `NotReady` if none does in so many seconds, `ValueError` for no address.
    """
    sent = {**HEADERS, **(headers or {})}
    until = time.monotonic() + seconds
    try:
        with asking(url, sent, patience_s=min(PATIENCE_S, seconds) or PATIENCE_S, find_proxy=find_proxy) as ask:
            while reason := lack(ask, describe_route(url, find_proxy(url)), advise(url)):
                if time.monotonic() >= until:
                    raise NotReady(reason)
                time.sleep(PAUSE_S)
    except NoAddress as error:
        raise ValueError(f"`{url}` is no address. Expected one such as {SERVER}.") from error


def lack(ask: Ask, route: str, advice: str) -> str | None:
    """Why a mock is not ready, if it is not: one that demands a token is. `advice` is what to do if it is no mock."""
    try:
        answer = ask(SANDBOXES, limit=1)
    except NoAnswer as reason:
        return f"nothing answers at {route}: {reason}. {ADVICE}"
    refusal = read_refusal(answer)
    if lists_sandboxes(answer) or (refusal and refusal.option):
        return None
    if refusal:
        return f"the mock at {route} refuses to answer: {refusal.detail}"
    said = f"GET {SANDBOXES} was answered {answer.status} {answer.media_type}".rstrip()
    return f"what answers at {route} is no mock: {said}. {advice}"


def lists_sandboxes(answer: Answer) -> bool:
    """Whether an answer is that of a mock, and not of another server that answers all."""
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return False
    return answer.status == 200 and isinstance(said, dict) and "sandboxes" in said
