"""Workers: the people who care, read only."""

from .resource import Resource

resource = Resource(collection="workers")
