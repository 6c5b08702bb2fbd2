"""Email addresses: how a patient may be written to."""

from .resource import Reference, Resource

resource = Resource(
    collection="email_addresses",
    references=(Reference("user_id", "patients"),),
)
