"""Mocks whose every refusal is held against the contract, and one of them that tests share."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from common_apis.serving.app import Settings, create_app

from ..mock import Mock
from .problem import ProblemForm


class Checked(Mock):
    """A mock that is asked as any other, and whose problem documents must have the form that the contract says."""

    def __init__(self, app: ASGIApp, form: ProblemForm) -> None:
        super().__init__(app)
        self.form = form

    async def send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """The answer to one request."""
        answer = await super().send(method, path, **sent)
        if answer.status_code >= 400 and method != "HEAD":
            self.form.check(answer)
        return answer


@pytest.fixture(scope="session")
def form(contract: dict[str, Any]) -> ProblemForm:
    """The form of a problem document."""
    return ProblemForm(contract)


@pytest.fixture
def make_mock(contract: dict[str, Any], form: ProblemForm) -> Callable[..., Mock]:
    """Makes a mock with settings of one's own, as `Settings` has them."""
    return lambda **settings: Checked(create_app(Settings(**settings), contract), form)


@pytest.fixture(scope="session")
def shared_mock(contract: dict[str, Any], form: ProblemForm) -> Mock:
    """A mock for tests that leave the records of the clinic as they are: most requests are to be refused."""
    return Checked(create_app(Settings(), contract), form)
