"""The way of a request: route, validate, hand over, answer. Connexion is imported here alone."""

import warnings

# Connexion imports Starlette's test client, which warns about the version of a package that nothing here uses.
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
    import connexion  # noqa: F401  # imported here first, so that the warning is caught wherever it is used
