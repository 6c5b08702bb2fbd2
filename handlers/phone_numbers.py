"""Phone numbers: how a patient may be called. Responses spell one flag in two ways (D-23)."""

from .resource import Draft, Reference, Resource


def spell_both_ways(draft: Draft) -> None:
    """The document's slip has the value of the field that it stands for."""
    draft.record["opted_on_to_phone"] = draft.record["opted_in_to_phone"]


resource = Resource(
    collection="phone_numbers",
    references=(Reference("user_id", "patients"),),
    complete=spell_both_ways,
)
