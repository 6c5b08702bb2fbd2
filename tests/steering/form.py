"""The form of all answers: that which one of the two contracts declares for the operation, and no other."""

import re
from typing import Any

import httpx

from ..control.form import Form as ControlForm
from ..control.form import check_declared

WORLD = re.compile(r"^/s/[^/]+(?=/)")


class Form(ControlForm):
    """What both contracts demand of an answer, those under `/v1` among them."""

    def __init__(self, contract: dict[str, Any], control: dict[str, Any]) -> None:
        super().__init__(contract, control)
        self.api = ControlForm(contract, contract)

    def check(self, answer: httpx.Response) -> None:
        """Fail if an answer is not as it was declared."""
        method, path = answer.request.method, answer.url.raw_path.decode().partition("?")[0]
        operation = dict(self.api.at(WORLD.sub("", path))).get("GET" if method == "HEAD" else method)
        if not operation:
            super().check(answer)
            return
        assert answer.status_code in operation.responses, (operation.id, answer.text)
        check_declared(operation.responses[answer.status_code], answer)
        assert method == "HEAD" or answer.status_code < 400 or answer.json()["instance"] == path
