"""Hooks for Schemathesis: `SCHEMATHESIS_HOOKS=common_apis.hooks` makes data that respects what no schema can say."""

from .proof import hooks as hooks  # they register themselves
