"""The origins whose pages may call from a browser: those of this machine, and those that were allowed."""

import re
from collections.abc import Iterable

_THIS_MACHINE = r"https?://([a-z0-9-]+\.)*localhost(:\d+)?|https?://127\.0\.0\.1(:\d+)?|https?://\[::1\](:\d+)?"
"""Pages that a developer serves on the same machine."""
_BELOW = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"
"""What `*` stands for in a name: one label or more."""


class AllowedOrigins:
    """Origins that are allowed by name, as `https://*.example.com` for all below a name, or all by `*`."""

    def __init__(self, origins: Iterable[str] = ()) -> None:
        named = {*origins}
        self.any = "*" in named
        patterns = [_THIS_MACHINE, *(re.escape(each).replace(r"\*", _BELOW) for each in named - {"*"})]
        self.pattern = re.compile("|".join(patterns))

    def __contains__(self, origin: str) -> bool:
        return self.any or self.pattern.fullmatch(origin) is not None
