"""Custom data type records: data of a type that the care program defines. `body` is replaced whole (D-28)."""

from .resource import Reference, Resource

resource = Resource(
    collection="custom_data_type_records",
    references=(Reference("user_id", "patients"),),
)
