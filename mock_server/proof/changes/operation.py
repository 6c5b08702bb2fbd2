"""What became of an operation: its parameters, its body and its answers."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from ...contract.document import operations
from ..edition import Document
from .change import Change, Part
from .pieces import resolved
from .schemas import Comparison

Said = Mapping[str, Any]
Parameters = dict[tuple[str, str], Said]
NAME = re.compile(r"{([^{}]*)}")
"""The name of a parameter in a path."""
CHARSET = re.compile(r"(?<!\s)\s*+;\s*+charset=[^;]*")


class Operations:
    """The operations of two editions, compared one by one."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old, self.new = old, new
        self.requests, self.responses = Comparison(old, new, "request"), Comparison(old, new, "response")

    def parameters(self, operation: str, was: tuple[str, Said], now: tuple[str, Said]) -> Iterator[Change]:
        """What became of the parameters, given the path and the operation of each edition."""
        old, new = parameters(*was, self.old), parameters(*now, self.new)
        for key, said in old.items():
            name = said["name"]
            if key not in new:
                yield Change("parameter_removed", operation, Part.PARAMETER, name, f"in the {key[0]}")
                continue
            for each in self.requests.differences(said.get("schema", {}), new[key].get("schema", {})):
                yield Change(each.rule, operation, Part.PARAMETER, name, each.was, each.now)
            if written(said) != written(new[key]):
                yield Change("request_unjudged", operation, Part.PARAMETER, name)
        for key, said in new.items():
            if said.get("required") and not old.get(key, {}).get("required"):
                yield Change("parameter_required", operation, Part.PARAMETER, said["name"])

    def body(self, operation: str, old: Said | None, new: Said | None) -> Iterator[Change]:
        """What became of the body that is sent."""
        old, new = old and resolved(old, self.old), new and resolved(new, self.new)
        if new and new.get("required") and not (old and old.get("required")):
            yield Change("body_required", operation)
        if old and new is None:
            yield Change("body_removed", operation)
        if old and new:
            after = media_types(new["content"])
            for media_type, said in media_types(old["content"]).items():
                takes = next((after[each] for each in after if fnmatchcase(media_type, each)), None)
                if takes is None:
                    now = ", ".join(new["content"])
                    yield Change("request_media_type_removed", operation, Part.REQUEST, was=media_type, now=now)
                    continue
                for each in self.requests.differences(said.get("schema", {}), takes.get("schema", {})):
                    yield Change(each.rule, operation, Part.REQUEST, each.place, each.was, each.now)

    def answers(self, operation: str, old: Said, new: Said) -> Iterator[Change]:
        """What became of the answers. A client copes with an error that it does not know as with any of its class."""
        for status, said in old.items():
            if status in new:
                yield from self.answer(operation, status, resolved(said, self.old), resolved(new[status], self.new))
            elif status.startswith("2"):
                yield Change("response_status_removed", operation, was=status, now=", ".join(successes(new)))
        if set(successes(old)) <= set(new):
            for status in successes(new):
                if status not in old:
                    yield Change("response_status_added", operation, was=", ".join(successes(old)), now=status)

    def answer(self, operation: str, status: str, old: Said, new: Said) -> Iterator[Change]:
        """What became of one answer: its headers, its media types and its body."""
        yield from self.headers(operation, status, old.get("headers", {}), new.get("headers", {}))
        before, after = (media_types(each.get("content", {})) for each in (old, new))
        was, now = (", ".join(each) or "without a body" for each in (before, after))
        for media_type, said in before.items():
            if media_type not in after:
                yield self.media_type("removed", operation, status, was, now)
                continue
            for each in self.responses.differences(said.get("schema", {}), after[media_type].get("schema", {})):
                yield Change(each.rule, operation, Part.RESPONSE, each.place, each.was, each.now, (status,))
        if before and after.keys() - before.keys() and before.keys() <= after.keys():
            yield self.media_type("added", operation, status, was, now)

    def headers(self, operation: str, status: str, old: Said, new: Said) -> Iterator[Change]:
        """What became of the headers of an answer."""
        others = {name.lower(): said for name, said in new.items()}
        for name, said in old.items():
            if name.lower() not in others:
                yield Change("response_header_removed", operation, Part.RESPONSE, name, statuses=(status,))
                continue
            before, after = resolved(said, self.old), resolved(others[name.lower()], self.new)
            if before.get("required") and not after.get("required"):
                yield Change("response_field_optional", operation, Part.RESPONSE, name, statuses=(status,))
            for each in self.responses.differences(before.get("schema", {}), after.get("schema", {})):
                yield Change(each.rule, operation, Part.RESPONSE, name, each.was, each.now, (status,))

    def media_type(self, became: str, operation: str, status: str, was: str, now: str) -> Change:
        """Another media type in an answer."""
        return Change(f"response_media_type_{became}", operation, Part.RESPONSE, "", was, now, (status,))


def successes(responses: Said) -> list[str]:
    """The statuses of answers to requests that are granted."""
    return [status for status in responses if status.startswith("2")]


def parameters(path: str, said: Said, document: Document) -> Parameters:
    """The parameters of an operation by place and name; those of the path by order, as their names are not sent.

    The case of a header's name says nothing.
    """
    listed = [*document["paths"][path].get("parameters", ()), *said.get("parameters", ())]
    order = {str(name): str(number) for number, name in enumerate(NAME.findall(path))}
    known: Parameters = {}
    for each in (resolved(parameter, document) for parameter in listed):
        place, name = str(each["in"]), str(each["name"])
        known[place, order.get(name, name) if place == "path" else name.lower() if place == "header" else name] = each
    return known


def written(parameter: Said) -> tuple[Any, ...]:
    """How the values of a parameter are written into a request."""
    style = parameter.get("style", "form" if parameter["in"] in ("query", "cookie") else "simple")
    return style, parameter.get("explode", style == "form"), parameter.get("content")


def media_types(content: Said) -> dict[str, Said]:
    """What is said of each media type; neither its case nor its charset says anything."""
    return {CHARSET.sub("", name.lower()): said for name, said in content.items()}


def by_place(document: Document) -> dict[tuple[str, str], tuple[str, Said]]:
    """The path and the operation that there is for a method and a path as it is sent."""
    return {(method, shape(path)): (path, said) for method, path, said in operations(document)}


def shape(path: str) -> str:
    """A path as it is sent: the names of its parameters are not."""
    return NAME.sub("{}", path)
