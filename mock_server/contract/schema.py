"""Schemas of the contract, compiled: OpenAPI 3.0 in, jsonschema-rs out."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jsonschema_rs import Draft202012Validator, EmailOptions

from .pointer import follow

Schema = dict[str, Any]
Validator = Draft202012Validator

TIMEZONES = frozenset((files("tzdata") / "zones").read_text("utf-8").split())
"""The names of the IANA database, aliases included: the package's list, so that every machine knows the same (D-15)."""

FORMATS = {"timezone": TIMEZONES.__contains__}
EMAIL = EmailOptions(allow_display_text=False, require_tld=True)


def validator(schema: Schema) -> Validator:
    """The compiled form of a JSON schema, formats checked."""
    return Draft202012Validator(schema, validate_formats=True, formats=FORMATS, email_options=EMAIL)


def json_schema(schema: Any, document: Mapping[str, Any]) -> Any:
    """A schema of the document as JSON Schema 2020-12 that stands alone.

    References are replaced by what they point at, and `nullable` becomes a type. `x-propertyNames` says what OpenAPI
    3.0 cannot; it becomes `patternProperties`, since the validator takes quadratic time over many bad `propertyNames`.
    """
    if isinstance(schema, list):
        return [json_schema(item, document) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return json_schema(follow(document, schema["$ref"].removeprefix("#")), document)
    converted = {
        key: json_schema(value, document) for key, value in schema.items() if key not in ("nullable", "example")
    }
    if "x-propertyNames" in schema:
        converted["patternProperties"] = {schema["x-propertyNames"]["pattern"]: converted["additionalProperties"]}
        converted["additionalProperties"] = False
    if schema.get("nullable") is True and "type" in schema:
        converted["type"] = [schema["type"], "null"]
    return converted
