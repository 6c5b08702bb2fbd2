"""The requests and answers of a run as a HAR file, as Schemathesis writes it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from schemathesis.config import OutputConfig
from schemathesis.engine.recorder import RecordedScenario
from schemathesis.reporting.har import HarWriter

from .configuration import hiding


@contextmanager
def written(file: Path | None, secrets: Iterable[str]) -> Iterator[Callable[[RecordedScenario], None]]:
    """What writes recorded scenarios to a file, or nowhere if there is none. Raises `OSError`.

    Headers that let somebody in are written as `[Filtered]`; `secrets` are names of such.
    """
    if file is None:
        yield lambda recorder: None
        return
    file.touch()  # so that a file that cannot be written is told of before the run, not after it
    with HarWriter(file, OutputConfig.from_dict(hiding(secrets))) as writer:
        writer.open()
        yield writer.write
