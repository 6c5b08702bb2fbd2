"""What the operations mean: what a schema cannot say. Knows no HTTP, no framework, no store."""

from importlib import import_module

from .resource import Resource
from .terms import Handler


def resource(collection: str) -> Resource:
    """The resource of a collection; raises `LookupError` if there is no module of its name."""
    try:
        found = getattr(import_module(f".{collection}", __package__), "resource", None)
    except ModuleNotFoundError as error:
        raise LookupError(f"handlers/{collection}.py does not exist") from error
    if not isinstance(found, Resource):
        raise LookupError(f"`{collection}` is no resource")
    return found


def handler(operation_id: str) -> Handler:
    """The handler of an operation: `patients_create` is `create` of the resource `patients`.

    Raises `LookupError` if there is none.
    """
    collection, _, verb = operation_id.rpartition("_")
    found: Handler | None = getattr(resource(collection), verb, None)
    if found is None:
        raise LookupError(f"`{operation_id}`: a resource has no `{verb}`")
    return found
