"""The requests and answers of a run as a HAR file, as Schemathesis writes it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from schemathesis.config import OutputConfig
from schemathesis.engine.recorder import RecordedScenario
from schemathesis.reporting.har import HarWriter


@contextmanager
def written(file: Path | None) -> Iterator[Callable[[RecordedScenario], None]]:
    """What writes recorded scenarios to a file, or nowhere if there is none. Raises `OSError`.

    Headers that let somebody in are written as `[Filtered]`.
    """
    if file is None:
        yield lambda recorder: None
        return
    file.touch()  # so that a file that cannot be written is told of before the run, not after it
    with HarWriter(file, OutputConfig()) as writer:
        writer.open()
        yield writer.write
