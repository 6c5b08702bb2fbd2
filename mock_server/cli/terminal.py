"""The terminal of a server: what it says while it serves, written by a thread of its own.

Whoever reads the error stream may stop to do so, or go away. No request waits for that.
"""

import logging
import os
import select
import sys
from collections import deque
from collections.abc import Mapping
from threading import Event, Thread
from time import sleep, time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from ..serving.log_format import Format, Line

MOST = 5000
"""Lines that wait to be written, at most; what comes then is dropped, and counted."""
AT_ONCE = 50
"""Lines that are made and written at once: their making keeps requests waiting."""
GATHER_S = 0.02
"""Seconds in which lines gather before they are written."""
FLUSH_S = 1.0
"""Seconds that the end of the server waits for what is not written yet."""


class Terminal:
    """Writes lines in a format to the error stream, from `start` to the end of the `with`.

    Before and after, what is said is written at once. `stream` is the number of the stream; None writes nothing.
    """

    def __init__(self, line_format: "Format", stream: int | None) -> None:
        self.format = line_format
        self.stream = -1 if stream is None else stream
        self.lines: deque[Line] = deque()
        self.dropped = 0
        self.is_gone = stream is None
        self.is_ending = False
        self.is_awake = False
        self.wake = Event()
        self.thread: Thread | None = None
        self.handler = Handler(self)

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self.handler)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        logging.getLogger().removeHandler(self.handler)
        if self.thread:
            self.is_ending = True
            self.wake.set()
            self.thread.join(FLUSH_S)
            self.thread = None

    def start(self) -> None:
        """Begin to write in a thread."""
        self.thread = Thread(target=self._write_lines, name="log", daemon=True)
        self.thread.start()

    def say(self, text: str) -> None:
        """Say something of the server itself."""
        self.notify("INFO", f"common-apis: {text}")

    def notify(self, level: str, text: str) -> None:
        """Say something that is no request."""
        from ..serving.log_format import Notice

        self.add(Notice(time(), level, text))

    def add(self, line: "Line") -> None:
        """Have a line written soon; never wait for it, and never fail."""
        if self.is_gone:
            return
        if self.thread is None:
            self._write([line])
        elif len(self.lines) < MOST:
            self.lines.append(line)
            if not self.is_awake:
                self.is_awake = True
                self.wake.set()
        else:
            self.dropped += 1

    def _write_lines(self) -> None:
        """Write what there is whenever there is something, until the server ends."""
        while not self.is_ending:
            self.wake.wait()
            if not self.is_ending:
                sleep(GATHER_S)
            self.wake.clear()
            self.is_awake = False
            self._write_waiting()
        self._write_waiting()

    def _write_waiting(self) -> None:
        """Write what waits, a few lines at once."""
        while self.lines:
            self._write([self.lines.popleft() for _ in range(min(AT_ONCE, len(self.lines)))])
            self._tell_dropped()

    def _tell_dropped(self) -> None:
        """Say how many lines there was no room for."""
        dropped, self.dropped = self.dropped, 0
        if dropped:
            from ..serving.log_format import Notice

            text = f"common-apis: {dropped} lines are missing here: they were not read in time."
            self._write([Notice(time(), "WARNING", text)])

    def _write(self, lines: "list[Line]") -> None:
        """Write lines. If nobody can read them any more, nothing is written from now on."""
        text = "".join(f"{self._make(line)}\n" for line in lines)
        data = text.encode(getattr(sys.stderr, "encoding", None) or "utf-8", "backslashreplace")
        while data and not self.is_gone:
            try:
                data = data[os.write(self.stream, data) :]
            except BlockingIOError:  # whoever started the server shares the stream, and does not wait for it
                select.select([], [self.stream], [], FLUSH_S)
                self.is_gone = self.is_ending
            except OSError:
                self.is_gone = True

    def _make(self, line: "Line") -> str:
        """Return the text of a line; a defect of one line is no reason to end the log."""
        try:
            return self.format(line)
        except Exception as error:
            return f"common-apis: a line is missing here: {error!r}"


class Handler(logging.Handler):
    """Has what libraries and rooms log said by a terminal."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(logging.WARNING)
        self.terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Say one thing, in a line, with its traceback if there is one."""
        from ..serving.log_format import escape

        try:
            text = escape(record.getMessage().rstrip())
            if record.exc_info:
                text += "\n" + logging.Formatter().formatException(record.exc_info)
            self.terminal.notify(record.levelname, text)
        except Exception:
            self.handleError(record)


def find_stream() -> int | None:
    """Return the number of the error stream, if there is one."""
    try:
        return sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):
        return None


def has_colours(stream: int | None, environment: Mapping[str, str]) -> bool:
    """Return whether to write colours: as NO_COLOR or FORCE_COLOR says, or else at a terminal that has them."""
    if environment.get("NO_COLOR"):
        return False
    if forced := environment.get("FORCE_COLOR"):
        return forced not in ("0", "false")
    return stream is not None and environment.get("TERM") != "dumb" and os.name != "nt" and os.isatty(stream)
