"""The edits of seeds while a server runs: read beside it, picked up, and reported."""

import asyncio
from collections.abc import Iterable, Mapping

from .sandbox import Sandbox
from .seeds import Edit, Seeds
from .state import Base

SHOWN = 10
"""How many sandboxes are named."""


async def pick_up_edits(seeds: Seeds, live: Mapping[str, Sandbox]) -> None:
    """Have seeds be what they were edited to, for sandboxes without changes at once, for others once they are reset.

    They are read in a thread. One that is broken now stays what it was.
    """
    for edit in await asyncio.to_thread(seeds.read_edits):
        seeds.report(pick_up_edit(seeds, live, edit))


def pick_up_edit(seeds: Seeds, live: Mapping[str, Sandbox], edit: Edit) -> str:
    """Have a seed be what it was edited to, and return what to report of it."""
    if edit.base is None:
        return f"{edit.error}\nThe seed `{edit.name}` stays what it was until that is fixed."
    seeds.bases[edit.name] = edit.base
    current, others = rest_on(edit.base, live)
    text = f"The seed `{edit.name}` was edited."
    text += f" Sandboxes that have it now: {list_names(current)}." if current else ""
    text += f" Once they are reset, since they have changes of their own: {list_names(others)}." if others else ""
    return text if current or others else f"{text} The sandboxes that begin with it from now on have it."


def rest_on(base: Base, live: Mapping[str, Sandbox]) -> tuple[list[str], list[str]]:
    """Have sandboxes without changes rest on an edited seed. Return their names, and those of the others that do."""
    current: list[str] = []
    others: list[str] = []
    for name, sandbox in live.items():
        if sandbox.state.base.name == base.name:
            sandbox.store.rest_on(base)
            (current if sandbox.state.base is base else others).append(name)
    return current, others


def list_names(names: Iterable[str]) -> str:
    """Return names in a sentence: the first of many."""
    ordered = sorted(names)
    more = len(ordered) - SHOWN
    return ", ".join(ordered[:SHOWN]) + (f" and {more} more" if more > 0 else "")
