"""The suite: our refusals, and every phase and every check of Schemathesis, run against a server or an application."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from threading import Lock
from typing import Any

import requests
import schemathesis
from schemathesis import Case, HookContext
from schemathesis.auths import AuthContext, set_on_case
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok
from schemathesis.core.transport import DEFAULT_RESPONSE_TIMEOUT
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from ..contract.source import Source
from . import hooks  # noqa: F401  # they register themselves
from .configuration import DECISIONS
from .deadline import Deadline
from .outcome import Proof
from .proxies import Proxy
from .references import Answer, Body, PathParameters, References
from .refusals import Refusal
from .refusals import refusals as all_refusals
from .suitability import doubts, unsuitable

Document = Mapping[str, Any]
PREPARATION = "preparation"
"""What comes before the first phase: records are made to speak of."""
NOUNS = {DECISIONS: "rules", "stateful": "sequences"}
"""What a phase consists of; all others, of operations."""
SILENCE = 3
"""So many requests of ours in a row without an answer, and the server is taken to be gone."""


def prove(document: Document, configuration: Mapping[str, Any], app: Any) -> Proof:
    """Run the suite against an ASGI application that claims a contract; `configuration` is as in `Suite`."""
    return Suite(document, configuration, app=app).run()


class Suite:
    """One run of the suite.

    `configuration` is what a `schemathesis.toml` says, `app` an ASGI application to ask instead of its `base-url`.
    `source` tells the lines of the contract, `references` which records there are, `refusals` what is to be refused.
    `keep` is handed what was recorded of each scenario; after `time_limit` seconds the run ends. `proxy` is the one by
    which the environment has the server asked, to say so. Raises `ConfigError` of Schemathesis, and what it raises if
    it is at fault itself.
    """

    def __init__(
        self,
        document: Document,
        configuration: Mapping[str, Any],
        *,
        app: Any = None,
        source: Source | None = None,
        references: References | None = None,
        refusals: Collection[Refusal] | None = None,
        time_limit: float | None = None,
        keep: Callable[[ScenarioRecorder], None] = lambda recorder: None,
        proxy: Proxy | None = None,
    ) -> None:
        config = schemathesis.Config.from_dict(dict(configuration))
        self.schema = schemathesis.openapi.from_dict(deepcopy(dict(document)), config=config)
        self.schema.app = app
        # No ids of earlier answers in new requests: references have better ones. What is generated would follow from
        # the answers, and Schemathesis gives up all sequences when one that is made again differs.
        self.schema.create_extra_data_source = lambda: None  # type: ignore[method-assign]  # there is no setting
        if not self.schema.statistic.transitions.selected:  # no operation leads to another: no sequences
            self.schema.config.phases.stateful.enabled = False
        self.references = references or References(document)
        self.proof = Proof({label: id for id, (label, _) in self.references.said.items()}, source)
        self.included = [
            self.proof.ids[each.ok().label] for each in self.schema.get_all_operations() if isinstance(each, Ok)
        ]
        there_are = all_refusals(self.references) if refusals is None else refusals
        self.refusals = [each for each in there_are if each.operation in self.included]
        self.sequences = self.schema.config.phases.stateful.generation.max_examples or 0
        self.deadline, self.keep = Deadline(time_limit), keep
        self.proxy = proxy
        self.phase, self.done, self.total = PREPARATION, 0, 0
        self.patience = self.schema.config.request_timeout or DEFAULT_RESPONSE_TIMEOUT
        self.unanswered = 0
        self.reason = ""
        self.lock = Lock()
        self.stream: Any = None

    @property
    def seed(self) -> int | None:
        """What all requests follow from."""
        seed: int | None = self.schema.config.seed
        return seed

    @property
    def standing(self) -> str:
        """How far it is, in words."""
        if self.reason:
            return "ending, once the last request is answered"
        if self.phase == PREPARATION:
            return self.phase
        return f"{self.phase}, {self.done} of {self.total} {NOUNS.get(self.phase, 'operations')}"

    def stop(self, reason: str) -> None:
        """Let the run end after the request that waits, for a reason that the doubts tell; from any thread."""
        self.reason = self.reason or reason
        if self.stream:
            self.stream.stop()

    def run(self) -> Proof:
        """Run it."""
        with self.hooked(), self.deadline.kept(self.stop):
            answers = [*self.until_stopped(self.references.prepare(self.ask, self.included))]
            nothing = unsuitable(answers, self.references, self.schema.get_base_url())
            if not nothing:
                self.refuse()
                self.generate()
        if nothing:
            self.proof.doubts.append(f"{nothing} It was asked through {self.proxy}." if self.proxy else nothing)
        if self.reason:
            self.proof.doubts.append(f"{self.reason}, in the phase {self.phase}.")
        if not nothing and (self.proof.checks or not self.reason):
            self.proof.doubts += doubts(self.proof, self.references, self.included)
        return self.proof

    def until_stopped(self, answers: Iterable[Answer]) -> Iterator[Answer]:
        """Answers, as long as nobody has the run end; none that follows on a first request without an answer."""
        silent = True
        for answer in answers:
            yield answer
            silent = silent and not answer.status
            if self.reason or silent:
                return

    @contextmanager
    def hooked(self) -> Iterator[None]:
        """Every request speaks of records that the server has, and is told of."""

        def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
            self.references.put_into(case)
            kwargs["timeout"] = min(kwargs.get("timeout", self.patience), self.deadline.patience)

        def map_path_parameters(context: HookContext, path_parameters: PathParameters) -> PathParameters:
            # Before there is a case: what changes in one later, Schemathesis takes for the id of a link.
            label = context.operation.label if context.operation else ""
            return self.references.put_into_path(label, path_parameters)

        def after_call(context: HookContext, case: Case[Any], response: schemathesis.Response) -> None:
            if case.method == "DELETE" and response.status_code == 200:
                self.references.replace(case, self.ask)

        added = [schemathesis.hook(each) for each in (before_call, map_path_parameters, after_call)]
        try:
            yield
        finally:
            for each in added:
                schemathesis.hooks.unregister(each)

    def ask(self, operation_id: str, body: Body | None, id: str | None) -> Answer:
        """Send one request."""
        operation = self.schema.find_operation_by_id(operation_id)
        case = operation.Case(
            path_parameters={"id": id} if id else {},
            body=NOT_SET if body is None else body,
            media_type=None if body is None else "application/json",
        )
        set_on_case(case, AuthContext(operation=operation, app=self.schema.app), None)
        recorder = ScenarioRecorder(label=operation.label)
        recorder.record_case(case=case)
        try:
            response = case.call(headers=self.schema.config.headers_for(operation=operation))
            recorder.record_response(case_id=case.id, response=response)
            status, content = response.status_code, decoded(response)
        except requests.RequestException as error:
            recorder.record_network_error(case_id=case.id, error=error)
            status, content = 0, error
        self.note(recorder)
        self.unanswered = 0 if status else self.unanswered + 1
        if self.unanswered == SILENCE:
            self.stop(f"{SILENCE} requests in a row were not answered")
        return Answer(status, content, case.as_curl_command())

    def refuse(self) -> None:
        """Send what is to be refused."""
        self.phase, self.total = DECISIONS, len(self.refusals)
        for refusal in self.refusals:
            if self.reason:
                return
            answer = refusal.ask(self.ask, self.references)
            if answer and (answer.status or not self.reason):  # once it is to end, no answer is waited for
                self.proof.checks[refusal.decision] += 1
                self.proof.findings += refusal.findings(answer, self.proof.source)
            self.done += 1
        self.proof.phases[DECISIONS] = "success"

    def generate(self) -> None:
        """Let Schemathesis run its phases."""
        self.stream = from_schema(self.schema).execute()
        if self.reason:
            return  # it came before there was a stream to stop
        for event in self.stream:
            if isinstance(event, events.PhaseStarted):
                self.phase, self.done = event.phase.name.value, 0
                self.total = self.sequences if self.phase == "stateful" else len(self.included)
            elif isinstance(event, events.ScenarioFinished):
                self.done += 1
                self.total = max(self.total, self.done)  # what was found is sought again, in shorter sequences
                self.proof.scenarios[event.phase.value] += 1
                self.note(event.recorder)
            elif isinstance(event, events.PhaseFinished):
                self.proof.phases[event.phase.name.value] = event.status.value
            elif isinstance(event, events.NonFatalError) and not self.reason:
                self.proof.lack(event)
            elif isinstance(event, events.FatalError):
                raise event.exception

        self.miss()

    def miss(self) -> None:
        """Note that Schemathesis has given up the sequences of requests, of which it says nothing itself."""
        made = self.proof.scenarios["stateful"]
        if self.proof.phases.get("stateful") == "success" and made < self.sequences:
            self.proof.notes.append(
                f"Only {made} of {self.sequences} sequences of requests were made: the same request, made again, was "
                "answered in another way."
            )

    def note(self, recorder: ScenarioRecorder) -> None:
        """Add what was recorded, in whichever thread."""
        with self.lock:
            self.proof.note(recorder)
            self.keep(recorder)


def decoded(response: schemathesis.Response) -> Any:
    """The JSON of an answer; None if it is none."""
    try:
        return response.json()
    except ValueError:
        return None
