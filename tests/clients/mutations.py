"""Changes of a contract, of each kind two, and for each a program that uses what is changed.

What comes of a change is said here by hand, so that nobody who finds it out has only the other to agree with.
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
from enum import Enum
from functools import partial
from random import Random
from typing import Any, NamedTuple

from . import changing, programs
from .fields import Call, Document, Field, answered_fields, sent_fields
from .places import (
    creates,
    has_id,
    having,
    lengthy,
    listed,
    never_null,
    nullable,
    optional,
    reads,
    required,
    text,
    those,
    typed,
    writes,
)

EACH = 2
"""How many changes there are of a kind."""


class Verdict(Enum):
    """What comes of a change."""

    BREAKS = "breaks"
    HARMLESS = "harmless"
    UNSEEN = "breaks, and TypeScript has no way to say it"


class Mutation(NamedTuple):
    """A contract with one change, and a program that was written for the contract before it."""

    name: str
    document: Document
    program: str
    verdict: Verdict


class Kind(NamedTuple):
    """A kind of change: which operations or fields it may befall, what it does to one, and the program that uses it."""

    verdict: Verdict
    where: Callable[[Document], Iterable[Any]]
    change: Callable[[Any], object]
    program: Callable[[Any], str]


def mutations(contract: Document) -> list[Mutation]:
    """The changes of each kind, always the same."""
    return [mutation for name in KINDS for mutation in of_kind(name, contract)]


def of_kind(name: str, contract: Document) -> list[Mutation]:
    """The changes of one kind: its places are drawn by its name."""
    verdict, where, change, program = KINDS[name]
    number = len(list(where(contract)))
    mutated: list[Mutation] = []
    for position in sorted(Random(name).sample(range(number), min(EACH, number))):
        document = deepcopy(contract)
        place = list(where(document))[position]
        text = program(place)
        change(place)
        mutated.append(Mutation(f"{name}_{len(mutated) + 1}", document, text, verdict))
    return mutated


BREAKS, HARMLESS, UNSEEN = Verdict
KINDS: dict[str, Kind] = {
    # what is answered
    "not_answered": Kind(BREAKS, answered_fields, changing.remove, Field.read),
    "perhaps_not_answered": Kind(BREAKS, having(answered_fields, required, typed), changing.release, Field.read),
    "answered_null": Kind(BREAKS, having(answered_fields, never_null, typed), changing.allow_null, Field.read),
    "answered_another_value": Kind(BREAKS, having(answered_fields, listed), changing.one_more, Field.read),
    "answered_number": Kind(
        BREAKS, having(answered_fields, text), partial(changing.become, {"type": "integer"}), Field.read
    ),
    "answered_list": Kind(BREAKS, having(answered_fields, typed), changing.in_a_list, Field.read),
    "answered_nothing": Kind(BREAKS, those(), changing.answer_nothing, programs.read_id),
    "fault_without_code": Kind(BREAKS, those(), changing.of_fault("code", changing.remove), programs.read_error),
    "fault_code_perhaps": Kind(BREAKS, those(), changing.of_fault("code", changing.release), programs.read_error),
    "answered_no_null": Kind(HARMLESS, having(answered_fields, nullable, typed), changing.forbid_null, Field.read),
    "answered_a_value_less": Kind(HARMLESS, having(answered_fields, listed), changing.one_less, Field.read),
    "answered_more": Kind(HARMLESS, those(), changing.another_answered, programs.read_id),
    "fault_always_points": Kind(HARMLESS, those(), changing.of_fault("pointer", changing.demand), programs.read_error),
    "refusal_dropped": Kind(HARMLESS, those(), lambda call: call.said["responses"].pop("503"), programs.read_error),
    "refusal_inline": Kind(HARMLESS, those(has_id), changing.inline, programs.read_error),
    # what is sent
    "not_taken": Kind(BREAKS, having(sent_fields, optional), changing.remove, Field.sent),
    "demanded": Kind(BREAKS, having(sent_fields, optional, typed), changing.demand, programs.send_least),
    "another_demanded": Kind(BREAKS, those(writes), partial(changing.another_sent, True), Call.sends),
    "value_not_taken": Kind(BREAKS, having(sent_fields, listed), changing.one_less, programs.send_first),
    "number_taken": Kind(BREAKS, having(sent_fields, text), partial(changing.become, {"type": "integer"}), Field.sent),
    "null_not_taken": Kind(BREAKS, having(sent_fields, nullable, typed), changing.forbid_null, programs.send_null),
    "body_demanded": Kind(BREAKS, those(reads), changing.take_body, Call.sends),
    "query_demanded": Kind(BREAKS, those(), partial(changing.ask, True), Call.sends),
    "another_taken": Kind(HARMLESS, those(writes), partial(changing.another_sent, False), Call.sends),
    "no_longer_demanded": Kind(HARMLESS, having(sent_fields, required), changing.release, Field.sent),
    "another_value_taken": Kind(HARMLESS, having(sent_fields, listed), changing.one_more, programs.send_first),
    "null_taken": Kind(HARMLESS, having(sent_fields, never_null, typed), changing.allow_null, Field.sent),
    "query_taken": Kind(HARMLESS, those(), partial(changing.ask, False), Call.sends),
    # what there is
    "no_operation": Kind(BREAKS, those(), changing.drop, Call.sends),
    "other_path": Kind(BREAKS, those(), changing.move, Call.sends),
    "other_method": Kind(BREAKS, those(lambda call: call.method == "put"), partial(changing.use, "patch"), Call.sends),
    "other_parameter": Kind(BREAKS, those(has_id), changing.rename_id, Call.sends),
    "other_operation_id": Kind(BREAKS, those(), changing.rename_operation, programs.use_operation),
    "other_schema_name": Kind(BREAKS, those(), changing.rename_schema, programs.use_schema),
    "another_operation": Kind(HARMLESS, those(), changing.add_operation, Call.sends),
    "other_words": Kind(HARMLESS, those(), changing.describe, programs.read_id),
    # what TypeScript does not know
    "shorter": Kind(UNSEEN, having(sent_fields, lengthy), partial(changing.set_to, maxLength=9), Field.sent),
    "longer": Kind(UNSEEN, having(answered_fields, lengthy), partial(changing.set_to, maxLength=None), Field.read),
    "other_pattern": Kind(UNSEEN, having(sent_fields, text), partial(changing.set_to, pattern="^x$"), Field.sent),
    "other_format": Kind(UNSEEN, having(answered_fields, text), partial(changing.set_to, format="uri"), Field.read),
    "other_media_type": Kind(UNSEEN, those(), partial(changing.answer_as, "application/hal+json"), programs.read_id),
    "other_media_type_taken": Kind(
        UNSEEN, those(writes), partial(changing.take_as, "application/hal+json"), Call.sends
    ),
    "token_demanded": Kind(UNSEEN, those(), changing.demand_token, Call.sends),
    "no_location": Kind(UNSEEN, those(creates), changing.drop_header, programs.read_id),
}
