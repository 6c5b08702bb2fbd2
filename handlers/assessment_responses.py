"""Assessment responses: what a patient answered to an assessment. Three fields are kept, not returned (D-27)."""

from .resource import Reference, Resource

resource = Resource(
    collection="assessment_responses",
    references=(Reference("user_id", "patients"),),
)
