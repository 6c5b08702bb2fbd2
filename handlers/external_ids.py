"""External ids: what another system calls a record. Each value is unique within its namespace (D-20)."""

from .resource import Reference, Resource

resource = Resource(
    collection="external_ids",
    references=(Reference("welkin_id", named_by="resource"),),
)
