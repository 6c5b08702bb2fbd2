"""What an operation of one edition takes, compiled: the values of its body, its path and its query."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from ...contract.schema import Schema, Validator, referring, validator
from ...contract.violation import violations
from ..edition import Document
from ..exchanges import Exchange
from .change import Part
from .concern import JSON, media_type, query
from .operation import NAME, Said, parameters
from .pieces import resolved

WHOLE = re.compile(r"-?[0-9]{1,18}")


class Refusal(NamedTuple):
    """A place of a request, a pointer into its body or the name of a parameter, and why it is refused."""

    part: Part
    place: str
    detail: str


class Taking:
    """What one operation takes."""

    def __init__(self, document: Document, path: str, said: Said) -> None:
        body = resolved(said["requestBody"], document)["content"].get(JSON) if "requestBody" in said else None
        self.body = compiled(body.get("schema", {}), document) if body else None
        self.path = re.compile(_path_pattern(path))
        self.names = NAME.findall(path)
        self.parameters = {
            (where, each["name"]): compiled(each.get("schema", {}), document)
            for (where, _), each in parameters(path, said, document).items()
        }

    def refusals(self, exchange: Exchange) -> list[Refusal]:
        """Each value of a request that is not taken. What lacks, and a parameter that is not known, is none."""
        return [*self.of_body(exchange["request"]), *self.of_address(exchange)]

    def of_body(self, request: dict[str, Any]) -> Iterator[Refusal]:
        """What is wrong with the body, if there is one, and it is JSON."""
        if self.body and request["body"] is not None and media_type(request) == JSON:
            schema, check = self.body
            for each in violations(check, schema, request["body"]):
                yield Refusal(Part.REQUEST, each.pointer, each.detail)

    def of_address(self, exchange: Exchange) -> Iterator[Refusal]:
        """What is wrong with the values of the path and the query."""
        path = self.path.fullmatch(urlsplit(exchange["path"]).path)
        values = path.groups() if path else ()
        sent = [("path", name, unquote(value)) for name, value in zip(self.names, values, strict=False)]
        sent += [("query", name, values[-1]) for name, values in query(exchange).items()]
        for where, name, value in sent:
            if (where, name) in self.parameters:
                schema, check = self.parameters[where, name]
                typed = int(value) if schema.get("type") == "integer" and WHOLE.fullmatch(value) else value
                for each in violations(check, schema, typed, f"`{name}` in the {where}"):
                    yield Refusal(Part.PARAMETER, name, each.detail)


def compiled(schema: Schema, document: Document) -> tuple[Schema, Validator]:
    """A schema of a document with all that it refers to, and its compiled form."""
    alone = referring(schema, document)
    return alone, validator(alone)


def _path_pattern(path: str) -> str:
    """Return the expression of a path, in which each parameter ends as early as it can: then none is tried twice."""
    first, *others = map(re.escape, NAME.split(path)[::2])
    if not others:
        return first
    middle = "".join(f"(?>([^/]+?){each})" for each in others[:-1])
    return f"{first}{middle}([^/]+){others[-1]}"
