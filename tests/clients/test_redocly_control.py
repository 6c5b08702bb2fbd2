"""Redocly's linter has nothing to say of the contract of the control plane, either."""

from common_apis.contract.document import CONTRACT, load

from .conftest import Tool, Write
from .test_redocly import lint


def test_redocly_is_silent(node: Tool, write: Write) -> None:
    """The folded contract breaks none of the rules that the linter recommends."""
    assert lint(node, write(load(CONTRACT.with_name("control.yaml")))) == (0, set())


def test_redocly_names_what_is_broken(node: Tool, write: Write) -> None:
    """A defect is not passed over."""
    broken = load(CONTRACT.with_name("control.yaml"))
    del broken["paths"]["/_mock/sandboxes"]["get"]["summary"]
    assert lint(node, write(broken)) == (1, {"operation-summary"})
