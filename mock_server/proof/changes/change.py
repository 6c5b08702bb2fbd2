"""A change that breaks somebody: where it is, what was and what is, and who cannot go on as before."""

from dataclasses import dataclass
from enum import Enum

from ...contract.source import Line, Source
from ..edition import Edition
from ..findings import Finding

CALLER = "who calls it"
SENDER = "who sends it"
READER = "who reads it"
CLIENT = "who generated a client from the contract"

SAYS: dict[str, tuple[str, str]] = {
    "operation_removed": ("is not there any more", CALLER),
    "operation_renamed": ("has another operationId", CLIENT),
    "schema_removed": ("is not among the schemas any more", CLIENT),
    "server_moved": ("is served at another path", CALLER),
    "security_demanded": ("has to be let in in another way", CALLER),
    "body_required": ("needs a body", CALLER),
    "body_removed": ("takes no body any more", SENDER),
    "request_media_type_removed": ("is not taken as this media type any more", SENDER),
    "response_media_type_removed": ("is not answered as this media type any more", READER),
    "response_media_type_added": ("may be answered as another media type", READER),
    "response_status_removed": ("is not answered any more", READER),
    "response_status_added": ("is a success that was not known", READER),
    "response_header_removed": ("is not a header of the answer any more", READER),
    "parameter_renamed": ("has another name in the path", CLIENT),
    "parameter_removed": ("is not a parameter any more, and an unknown one is refused", SENDER),
    "parameter_required": ("has to be sent", CALLER),
    "request_field_removed": ("is not a field any more: it is refused, or passed over", SENDER),
    "request_field_required": ("has to be sent", CALLER),
    "request_null": ("may not be null any more", "who sends null"),
    "request_type": ("is of another type", SENDER),
    "request_values": ("takes fewer values", "who sends one that is gone"),
    "request_bound": ("is bounded more narrowly", "who sends what is beyond the bound"),
    "request_form": ("has to be of another form", "who sends it in the form that was"),
    "request_names": ("may not have any other names", "who sends other names"),
    "request_default": ("means something else when it is left out", "who leaves it out"),
    "request_refused": ("is refused", SENDER),
    "request_unjudged": ("says something else that cannot be judged, so it is taken for breaking", SENDER),
    "response_field_removed": ("is not answered any more", READER),
    "response_field_added": ("is new, and the answer was said to have no other fields", READER),
    "response_field_optional": ("may be left out of the answer", READER),
    "response_null": ("may be null", READER),
    "response_type": ("is of another type", READER),
    "response_values": ("may be a value that was not known", "who handles each of the values"),
    "response_bound": ("is bounded less narrowly", "who has no room for more"),
    "response_form": ("may be of another form", "who reads the form that was"),
    "response_names": ("may have any other names", READER),
    "response_unjudged": ("says something else that cannot be judged, so it is taken for breaking", READER),
}
"""Of each rule, what became of a place, and who cannot go on as before."""


Part = Enum("Part", "OPERATION PARAMETER REQUEST RESPONSE")
"""The part of an operation that a place is in."""


@dataclass(frozen=True)
class Change:
    """One change that breaks somebody.

    `operation` is the operationId of the old edition. `place` is a pointer into the body, with `*` for any item or
    name, or the name of a parameter or header; `statuses` are those of the answers that it is in.
    """

    rule: str
    operation: str
    part: Part = Part.OPERATION
    place: str = ""
    was: str = ""
    now: str = ""
    statuses: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """What became of it, in a sentence; what was and what is; and whom it breaks."""
        says, breaks = SAYS[self.rule]
        name = f"`{self.place.lstrip('/').replace('/', '.')}`" if self.place else "The body" if self.statuses else "It"
        of = f" of {', '.join(self.statuses)}" if self.statuses else ""
        return f"{name}{of} {says}.{self.then_and_now} This breaks {breaks}."

    @property
    def then_and_now(self) -> str:
        """What was and what is, as far as there is something to say of it."""
        said = [f"{word} {what}" for word, what in (("was", self.was), ("is", self.now)) if what]
        return f" It {', and '.join(said)}." if said else ""

    def finding(self, old: Edition, new: Edition) -> Finding:
        """The same for a report, at the line of the new edition, or else of the old one."""
        line = self.line(new.source) or self.line(old.source)
        return Finding(operation=self.operation, rule=self.rule, place=self.place, message=self.message, line=line)

    def line(self, source: Source | None) -> Line | None:
        """The line of an edition; None if it has none, or has not the operation."""
        if source is None or self.operation not in source.operations():
            return None
        place = self.place.replace("*", "0")
        match self.part:
            case Part.PARAMETER:
                return source.parameter(self.operation, place)
            case Part.REQUEST:
                return source.body(self.operation, place)
            case Part.RESPONSE if self.statuses[0].isdigit():
                return source.answer(self.operation, int(self.statuses[0]), place)
        return source.operation(self.operation)


def rules() -> dict[str, str]:
    """What each rule finds, in a sentence."""
    return {rule: f"A place of the contract {says}. This breaks {breaks}." for rule, (says, breaks) in SAYS.items()}
