"""The list of mutants stays true to the code; `python -m tests.mutants` runs it."""

import pytest

from .mutant import MACHINE, ROOT, Mutant, read_mutants


@pytest.mark.parametrize("mutant", read_mutants(), ids=Mutant.describe)
def test_a_mutant_breaks_a_line_that_is_there(mutant: Mutant) -> None:
    """Once; what comes of it is Python; and its tests are there."""
    compile(mutant.apply((MACHINE / mutant.file).read_text("utf-8")), mutant.file, "exec")
    for test in mutant.tests:
        assert (ROOT / "tests" / test).exists(), test
