"""Patient tasks: what a patient is to do. Deleting one removes it (D-31)."""

from .resource import Reference, Resource

resource = Resource(
    collection="patient_tasks",
    references=(Reference("user_id", "patients"),),
)
