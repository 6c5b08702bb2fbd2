"""Programs that use a field or an operation, in TypeScript; the most common ones are in `fields`."""

from .fields import Call, Field, success


def send_first(field: Field) -> str:
    """A program that sends the first value listed."""
    return field.call.sends(**{field.name: field.schema["enum"][0]})


def send_null(field: Field) -> str:
    """A program that sends null."""
    return field.call.sends(**{field.name: None})


def send_least(field: Field) -> str:
    """A program that sends no more than it has to."""
    return field.call.sends()


def read_id(call: Call) -> str:
    """A program that reads the id of what is answered."""
    return call.reads("const id: string = answer.id;\nvoid id;")


def read_error(call: Call) -> str:
    """A program that reads why it was refused, and where."""
    how = "const { detail, errors }: { detail: string; errors: { code: string; pointer?: string }[] } = error;"
    return f"const {{ error }} = {call.written()};\nif (error) {{\n{how}\nvoid [detail, errors];\n}}"


def use_operation(call: Call) -> str:
    """A program that names the operation."""
    return f'const known = (each: operations["{call.id}"]) => each.responses;\nvoid known;'


def use_schema(call: Call) -> str:
    """A program that names the schema of what is answered."""
    content = call.said["responses"][success(call)]["content"]["application/json"]
    name = content["schema"]["$ref"].rpartition("/")[2]
    return f'const known = (each: components["schemas"]["{name}"]) => each.id;\nvoid known;'
