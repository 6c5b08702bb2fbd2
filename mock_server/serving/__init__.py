"""The way of a request: route, validate, hand over, answer. Connexion is imported here alone."""

import warnings

# Connexion imports what others have deprecated: not the concern of who imports this, and may have warnings raised.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import connexion  # noqa: F401  # imported here first, so that the warnings are caught wherever it is used
