"""Signals: when they end a process at once, and when in order."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import current_thread, main_thread
from types import FrameType

HANGUP = getattr(signal, "SIGHUP", None)
"""What a terminal sends when it is closed; Windows has none."""
FIRST = 1
"""The process that a container starts."""


def end_at_once(*numbers: signal.Signals) -> None:
    """Have signals end the process at once and quietly, which is their default but for the first process."""
    for number in numbers:
        signal.signal(number, _end if os.getpid() == FIRST else signal.SIG_DFL)


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Have Ctrl-C end the process at once and quietly while the block runs, where Python would raise an exception."""
    is_raised = signal.getsignal(signal.SIGINT) is signal.default_int_handler and current_thread() is main_thread()
    if is_raised:
        end_at_once(signal.SIGINT)
    try:
        yield
    finally:
        if is_raised:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def end_first_process() -> None:
    """Have the signals that end a process end the first one, too, unless it was started to ignore them."""
    if os.getpid() == FIRST:
        end_at_once(*(each for each in (signal.SIGTERM, HANGUP) if each and signal.getsignal(each) == signal.SIG_DFL))


@contextmanager
def ending_in_order() -> Iterator[None]:
    """End the block at a signal, and not the process.

    While it runs, the server handles signals itself; it raises them again once it has stopped.
    """
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    if HANGUP and signal.getsignal(HANGUP) != signal.SIG_IGN:  # as it is under `nohup`
        signal.signal(HANGUP, _terminate)
    with suppress(KeyboardInterrupt):
        yield


def _end(number: int, frame: FrameType | None) -> None:
    """End with the exit code that shells have for a process that a signal has ended."""
    os._exit(128 + number)


def _terminate(number: int, frame: FrameType | None) -> None:
    """Do as if the process were told to terminate."""
    signal.raise_signal(signal.SIGTERM)
