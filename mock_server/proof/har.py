"""The requests and answers of a run as a HAR file, as Schemathesis writes it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from schemathesis.config import OutputConfig
from schemathesis.engine.recorder import RecordedScenario
from schemathesis.reporting.har import HarWriter

from .configuration import WishError, hiding


@contextmanager
def written(
    file: Path | None, secrets: Iterable[str], doubts: list[str]
) -> Iterator[Callable[[RecordedScenario], None]]:
    """What writes recorded scenarios to a file, or nowhere if there is none.

    Headers that let somebody in are written as `[Filtered]`; `secrets` are names of such. Raises `WishError` if the
    file cannot be opened; if it cannot be written to later, `doubts` says so, and what was found is not lost for that.
    """
    if file is None:
        yield lambda recorder: None
        return
    writer = HarWriter(file, OutputConfig.from_dict(hiding(secrets)))

    @contextmanager
    def noted() -> Iterator[None]:
        try:
            yield
        except OSError as error:
            doubts.append(cannot_write(file, error))

    def write(recorder: RecordedScenario) -> None:
        if not doubts:
            with noted():
                writer.write(recorder)

    try:
        writer.open()
    except OSError as error:
        raise WishError(cannot_write(file, error)) from error
    try:
        yield write
    finally:
        with noted():
            writer.close()


def cannot_write(file: Path, error: OSError) -> str:
    """What to say of a file that cannot be written."""
    return f"cannot write {file}: {error.strerror}"
