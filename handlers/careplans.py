"""Careplans: what is planned for a patient, read only."""

from .resource import Reference, Resource

resource = Resource(
    collection="careplans",
    references=(Reference("user_id", "patients"),),
)
