"""When each sandbox in memory was last used, by a clock that does not jump."""

from collections import OrderedDict

from .clock import Monotonic


class Usage:
    """The sandboxes in memory by name, the longest unused first, so that none of them has to be searched for.

    `implicit` are those that were made by a request that named them, and that nobody has asked to keep.
    """

    def __init__(self, monotonic: Monotonic) -> None:
        self.monotonic = monotonic
        self.used: OrderedDict[str, float] = OrderedDict()
        self.implicit: OrderedDict[str, None] = OrderedDict()

    def add(self, name: str, implicit: bool) -> None:
        """Add a sandbox, which is used now."""
        if implicit:
            self.implicit[name] = None
        self.touch(name)

    def touch(self, name: str) -> None:
        """Note that a sandbox is used now."""
        self.used[name] = self.monotonic()
        self.used.move_to_end(name)
        if name in self.implicit:
            self.implicit.move_to_end(name)

    def keep(self, name: str) -> None:
        """Treat a sandbox as one that was made deliberately."""
        self.implicit.pop(name, None)

    def remove(self, name: str) -> None:
        """Remove a sandbox, if it is there."""
        self.used.pop(name, None)
        self.implicit.pop(name, None)

    def measure_idle(self, name: str) -> float:
        """Return for how many seconds a sandbox was not used; 0 if it was removed meanwhile."""
        now = self.monotonic()
        return now - self.used.get(name, now)

    def list_idle(self, seconds: float) -> list[str]:
        """Return the sandboxes that were not used for more than so many seconds, the longest unused first."""
        before, idle = self.monotonic() - seconds, []
        for name, used in self.used.items():
            if used >= before:
                break
            idle.append(name)
        return idle

    def find_evictable(self, seconds: float) -> str | None:
        """Return the longest unused implicit sandbox, if it was not used for so many seconds."""
        name = next(iter(self.implicit), None)
        return name if name and self.measure_idle(name) >= seconds else None
