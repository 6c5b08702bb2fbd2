"""Integration tasks: work of connections to other systems, read only."""

from .resource import Reference, Resource

resource = Resource(
    collection="integration_tasks",
    references=(Reference("user_id", "patients"),),
)
