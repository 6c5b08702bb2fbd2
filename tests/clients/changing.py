"""What may become of a field or an operation, done to a contract in place."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from .fields import Call, Field, calls, success


def remove(field: Field) -> None:
    """Have the field no longer."""
    del field.owner["properties"][field.name]
    release(field)


def release(field: Field) -> None:
    """Demand the field no longer."""
    field.owner["required"] = [name for name in field.owner.get("required", ()) if name != field.name]


def demand(field: Field) -> None:
    """Demand the field."""
    field.owner["required"] = [*field.owner.get("required", ()), field.name]


def become(schema: dict[str, Any], field: Field) -> None:
    """Have other values in the field."""
    field.owner["properties"][field.name] = schema


def set_to(field: Field, **keywords: Any) -> None:
    """Have the field say something else of its values; None takes away what it says."""
    said = {**field.schema, **keywords}
    become({name: value for name, value in said.items() if value is not None}, field)


def allow_null(field: Field) -> None:
    """Allow null."""
    set_to(field, nullable=True, enum=[*field.schema["enum"], None] if "enum" in field.schema else None)


def forbid_null(field: Field) -> None:
    """Allow null no longer."""
    listed = field.schema.get("enum")
    set_to(field, nullable=None, enum=listed and [value for value in listed if value is not None])


def one_more(field: Field) -> None:
    """List another value."""
    set_to(field, enum=[*field.schema["enum"], "another_value"])


def one_less(field: Field) -> None:
    """List the first value no longer."""
    set_to(field, enum=field.schema["enum"][1:])


def in_a_list(field: Field) -> None:
    """Have a list of the values, instead of one."""
    become({"type": "array", "items": field.schema}, field)


def drop(call: Call) -> None:
    """Have the operation no longer."""
    del call.document["paths"][call.path][call.method]


def move(call: Call) -> None:
    """Have all that is at the path at another."""
    paths = call.document["paths"]
    paths[call.path.replace("/v1/", "/v2/")] = paths.pop(call.path)


def use(method: str, call: Call) -> None:
    """Have the operation by another method."""
    drop(call)
    call.document["paths"][call.path][method] = call.said


def rename_id(call: Call) -> None:
    """Call the parameter of the path otherwise."""
    item = call.document["paths"].pop(call.path)
    item["parameters"] = [call.resolved(item["parameters"][0]) | {"name": "key"}]
    call.document["paths"][call.path.replace("{id}", "{key}")] = item


def ask(required: bool, call: Call) -> None:
    """Have a parameter of the query."""
    parameter = {"name": "verbose", "in": "query", "required": required, "schema": {"type": "boolean"}}
    call.said["parameters"] = [parameter]


def take_body(call: Call) -> None:
    """Demand a body."""
    schema = {"type": "object", "required": ["reason"], "properties": {"reason": {"type": "string"}}}
    call.said["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}


def answer_nothing(call: Call) -> None:
    """Answer without a body."""
    del call.said["responses"][success(call)]
    call.said["responses"]["204"] = {"description": "Done."}


def answer_as(media_type: str, call: Call) -> None:
    """Answer in another media type."""
    content = call.said["responses"][success(call)]["content"]
    content[media_type] = content.pop("application/json")


def take_as(media_type: str, call: Call) -> None:
    """Take the body in another media type."""
    content = call.said["requestBody"]["content"]
    content[media_type] = content.pop("application/json")


def inline(call: Call) -> None:
    """Write the answer out, instead of referring to it."""
    response = call.said["responses"]["404"]
    call.said["responses"]["404"] = deepcopy(call.resolved(response))


def another_sent(required: bool, call: Call) -> None:
    """Take another field."""
    another(call.request(), required)


def another_answered(call: Call) -> None:
    """Answer another field."""
    another(call.response(), True)


def another(owner: dict[str, Any], required: bool) -> None:
    """Have another field."""
    owner["properties"]["remark"] = {"type": "string"}
    if required:
        owner["required"] = [*owner.get("required", ()), "remark"]


def add_operation(call: Call) -> None:
    """Have another operation."""
    call.document["paths"]["/v1/others"] = {call.method: {**call.said, "operationId": "another"}}


def of_fault(name: str, change: Callable[[Field], None]) -> Callable[[Call], None]:
    """Change a field of what a refusal says."""
    return lambda call: change(Field(call, call.document["components"]["schemas"]["Fault"], name))


def describe(call: Call) -> None:
    """Describe the operation in other words."""
    call.said.update({"description": "Other words.", "summary": "Other words", "tags": [], "deprecated": True})


def rename_operation(call: Call) -> None:
    """Call the operation otherwise."""
    call.said["operationId"] = f"{call.id}_again"


def rename_schema(call: Call) -> None:
    """Call the schema of the answer otherwise."""
    schemas = call.document["components"]["schemas"]
    content = call.said["responses"][success(call)]["content"]["application/json"]
    name = content["schema"]["$ref"].rpartition("/")[2]
    schemas[f"{name}Again"] = schemas.pop(name)
    for each in calls(call.document):
        for response in each.said["responses"].values():
            for said in response.get("content", {}).values():
                if said["schema"] == {"$ref": f"#/components/schemas/{name}"}:
                    said["schema"] = {"$ref": f"#/components/schemas/{name}Again"}


def demand_token(call: Call) -> None:
    """Demand a token."""
    call.said["security"] = [{"bearer": []}]


def drop_header(call: Call) -> None:
    """Say no longer where the new record is."""
    del call.said["responses"][success(call)]["headers"]["Location"]
