"""The requests and answers of a run as a HAR file, as Schemathesis writes it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from schemathesis.config import OutputConfig
from schemathesis.engine.recorder import RecordedScenario
from schemathesis.reporting.har import HarWriter

from .configuration import WishError, hiding


@contextmanager
def written(file: Path | None, secrets: Iterable[str]) -> Iterator[Callable[[RecordedScenario], None]]:
    """What writes recorded scenarios to a file, or nowhere if there is none. Raises `WishError` if that fails.

    Headers that let somebody in are written as `[Filtered]`; `secrets` are names of such.
    """
    if file is None:
        yield lambda recorder: None
        return
    writer = HarWriter(file, OutputConfig.from_dict(hiding(secrets)))

    def write(recorder: RecordedScenario) -> None:
        with told(file):
            writer.write(recorder)

    with told(file):
        writer.open()
    try:
        yield write
    finally:
        with told(file):
            writer.close()


@contextmanager
def told(file: Path) -> Iterator[None]:
    """Name the file that cannot be written."""
    try:
        yield
    except OSError as error:
        raise WishError(f"cannot write {file}: {error.strerror}") from error
