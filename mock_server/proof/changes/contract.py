"""What became of a contract: which operations there are, where they are served, and who is let in."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from ...contract.document import operations
from ..edition import Document
from .change import Change, Part
from .operation import NAME, Operations, Said, by_place, shape


def changes(old: Document, new: Document) -> list[Change]:
    """All that breaks somebody who keeps to the old edition, once the new one holds."""
    return [*Contracts(old, new).changes()]


class Contracts:
    """Two editions of a contract, compared."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old, self.new = old, new
        self.after = by_place(new)
        self.places = {said["operationId"]: f"{method.upper()} {path}" for method, path, said in operations(new)}
        self.each = Operations(old, new)

    def changes(self) -> Iterator[Change]:
        """The changes of the whole, and those of each operation; the same one of several answers is told once."""
        yield from self.servers()
        yield from self.schemas()
        for method, path, said in operations(self.old):
            found: dict[Change, list[str]] = {}
            for change in self.operation(method, path, said):
                found.setdefault(replace(change, statuses=()), []).extend(change.statuses)
            for change, statuses in found.items():
                yield replace(change, statuses=tuple(dict.fromkeys(statuses)))

    def servers(self) -> Iterator[Change]:
        """The path that all begins with. Hosts differ from one server to the next."""
        yield from moved("servers", prefixes(self.old), prefixes(self.new))

    def schemas(self) -> Iterator[Change]:
        """The schemas by whose names clients know what is sent and answered."""
        before, after = (each.get("components", {}).get("schemas", {}) for each in (self.old, self.new))
        for name in before:
            if name not in after:
                yield Change("schema_removed", "schemas", place=name)

    def operation(self, method: str, path: str, said: Said) -> Iterator[Change]:
        """What became of one operation."""
        name = said["operationId"]
        if (method, shape(path)) not in self.after:
            yield Change("operation_removed", name, was=f"{method.upper()} {path}", now=self.places.get(name, ""))
            return
        now_path, now = self.after[method, shape(path)]
        if now["operationId"] != name:
            yield Change("operation_renamed", name, was=name, now=now["operationId"])
        for was, is_now in zip(NAME.findall(path), NAME.findall(now_path), strict=True):
            if was != is_now:
                yield Change("parameter_renamed", name, Part.PARAMETER, was, was, is_now)
        if {"servers"} & {*said, *now, *self.old["paths"][path], *self.new["paths"][now_path]}:
            yield from moved(
                name,
                prefixes(said, self.old["paths"][path], self.old),
                prefixes(now, self.new["paths"][now_path], self.new),
            )
        if not self.admitted(said, now):
            was, is_now = (self.lets_in(each, of) for each, of in ((said, self.old), (now, self.new)))
            yield Change("security_demanded", name, was=was, now=is_now)
        yield from self.each.parameters(name, (path, said), (now_path, now))
        yield from self.each.body(name, said.get("requestBody"), now.get("requestBody"))
        yield from self.each.answers(name, said["responses"], now["responses"])

    def security(self, said: Said, document: Document) -> set[frozenset[str]]:
        """The sets of schemes, each of which lets in; one without any lets in everybody."""
        schemes = document.get("components", {}).get("securitySchemes", {})
        ways = said.get("security", document.get("security")) or [{}]
        return {frozenset(scheme(schemes.get(name, {"type": name}), way[name]) for name in way) for way in ways}

    def admitted(self, said: Said, now: Said) -> bool:
        """Whether each way in still is one, if it needs no more than before."""
        ways = self.security(now, self.new)
        return all(any(way <= was for way in ways) for was in self.security(said, self.old))

    def lets_in(self, said: Said, document: Document) -> str:
        """The ways in, in words."""
        ways = self.security(said, document)
        return " or ".join(sorted(" and ".join(sorted(way)) or "open to all" for way in ways))


def moved(operation: str, before: set[str], after: set[str]) -> Iterator[Change]:
    """That what was served at some path is not any more."""
    if before - after:
        yield Change("server_moved", operation, was=", ".join(sorted(before)), now=", ".join(sorted(after)))


def prefixes(*owners: Said) -> set[str]:
    """The paths of the servers of the first that names any: an operation, its path, or the document."""
    servers = next(filter(None, (each.get("servers") for each in owners)), [{"url": "/"}])
    return {urlsplit(each["url"]).path.rstrip("/") or "/" for each in servers}


def scheme(said: Said, scopes: list[str]) -> str:
    """What lets in, in words; by what name the contract refers to it says nothing, nor do its words."""
    how = [str(said[word]) for word in ("type", "scheme", "in", "name", "flows", "openIdConnectUrl") if word in said]
    return " ".join([*how, *sorted(scopes)])
