"""The contract, the mock server and the proof tools of a care-management REST API.

What `__all__` names is public, and so are the hooks for Schemathesis, `common_apis.hooks`; all else is private.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .serving.app import Settings, create_app
    from .testing.sandbox import Sandbox

    __version__: str

__all__ = ["Sandbox", "Settings", "__version__", "create_app"]

_MODULES = {"Sandbox": ".testing.sandbox", "Settings": ".serving.app", "create_app": ".serving.app"}

if not TYPE_CHECKING:  # a type checker knows the names, and no others

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first used: every run of pytest imports this package, for its plugin."""
        if name == "__version__":
            from importlib.metadata import version  # which takes longer to import than all that is used here

            return version("common-apis")
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULES[name], __name__), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
