"""Schemas of the contract, compiled: OpenAPI 3.0 in, jsonschema-rs out."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import orjson
from jsonschema_rs import Draft202012Validator, EmailOptions

from .pointer import follow

Schema = dict[str, Any]
Validator = Draft202012Validator

TIMEZONES = frozenset((files("tzdata") / "zones").read_text("utf-8").split())
"""The names of the IANA database, aliases included: the package's list, so that every machine knows the same (D-15)."""

FORMATS = {"timezone": TIMEZONES.__contains__}
EMAIL = EmailOptions(allow_display_text=False, require_tld=True)


def validator(schema: Schema) -> Validator:
    """Return the compiled form of a JSON schema, formats checked; schemas that are equal share it."""
    return _compile(orjson.dumps(schema))


@lru_cache(512)
def _compile(schema: bytes) -> Validator:
    """Compile a JSON schema: most of what it takes to make an application."""
    return Draft202012Validator(orjson.loads(schema), validate_formats=True, formats=FORMATS, email_options=EMAIL)


def json_schema(schema: Any, document: Mapping[str, Any]) -> Any:
    """A schema of the document as JSON Schema 2020-12, in which what they point at is in the place of references."""

    def replaced(reference: str) -> Any:
        return converted(follow(document, reference.removeprefix("#")), replaced)

    return converted(schema, replaced)


def referring(schema: Any, document: Mapping[str, Any]) -> Any:
    """The same with its references kept, and what they point at beside it: so a schema may refer to itself."""
    names: dict[str, str] = {}
    beside: dict[str, Any] = {}

    def kept(reference: str) -> Any:
        if reference not in names:
            names[reference] = f"schema{len(names)}"
            beside[names[reference]] = converted(follow(document, reference.removeprefix("#")), kept)
        return {"$ref": f"#/$defs/{names[reference]}"}

    return {**converted(schema, kept), "$defs": beside}


def converted(schema: Any, resolve: Callable[[str], Any]) -> Any:
    """A schema as JSON Schema 2020-12, with what stands for each of its references.

    `nullable` becomes a type. `x-propertyNames` says what OpenAPI 3.0 cannot; it becomes `patternProperties`, since the
    validator takes quadratic time over many bad `propertyNames`.
    """
    if isinstance(schema, list):
        return [converted(item, resolve) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return resolve(schema["$ref"])
    said = {key: converted(value, resolve) for key, value in schema.items() if key not in ("nullable", "example")}
    if "x-propertyNames" in schema:
        said["patternProperties"] = {schema["x-propertyNames"]["pattern"]: said["additionalProperties"]}
        said["additionalProperties"] = False
    if schema.get("nullable") is True and "type" in schema:
        said["type"] = [schema["type"], "null"]
    return said
