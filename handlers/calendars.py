"""Calendars: one for each worker, read only."""

from .resource import Reference, Resource

resource = Resource(
    collection="calendars",
    references=(Reference("worker_id", "workers"),),
)
