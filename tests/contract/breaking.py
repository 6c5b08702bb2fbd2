"""Breaks a contract in one place, to see that a check tells of it."""

from collections.abc import Callable
from copy import deepcopy

from .reading import Document


def assert_detects(
    check: Callable[..., list[str]],
    break_it: Callable[[Document], object],
    fault: str,
    document: Document,
    *beside: object,
) -> None:
    """Assert that a check tells of a fault in a copy that is broken, and not in the document itself.

    What the check takes `beside` the document is given to it.
    """
    broken = deepcopy(document)
    break_it(broken)
    assert any(fault in each for each in check(broken, *beside))
    assert not any(fault in each for each in check(document, *beside))
