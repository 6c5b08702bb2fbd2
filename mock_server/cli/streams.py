"""The standard streams: whatever has become of them, a command does its work and ends with the exit code for it."""

import os
import select
import sys
from io import BufferedWriter, RawIOBase, TextIOWrapper
from typing import Any, TextIO

import click

from .options import CANNOT_TELL, print_message

DESCRIPTORS = range(3)
"""Those of the standard streams."""


class OutputError(click.ClickException):
    """The standard output cannot be written to; the message says why."""

    exit_code = CANNOT_TELL

    def show(self, file: Any = None) -> None:
        """Say why."""
        print_message(self.message)


class _Output(RawIOBase):
    """What a standard stream writes to. What cannot be written is lost; where it is `required`, an error says so, once.

    Once, since what is left in the buffers is written again when Python ends. Whoever stops to read a pipe, such as
    `head`, knows that they did: it is no error, and the exit code is that of the command.
    """

    def __init__(self, stream: TextIO, required: bool) -> None:
        super().__init__()
        self.stream = stream  # it would close what it writes to, if it were gone
        self.raw: Any = getattr(stream.buffer, "raw", stream.buffer)
        self.required = required
        self.failed = False

    def writable(self) -> bool:
        """Return true."""
        return True

    def fileno(self) -> int:
        """Return the descriptor of the stream, if it has one."""
        return self.stream.fileno()

    def isatty(self) -> bool:
        """Return whether it is a terminal."""
        return self.stream.isatty()

    def write(self, data: Any) -> int:
        """Write bytes, and return how many of them are done with."""
        try:
            while not self.failed:
                written: int | None = self.raw.write(data)
                if written is not None:
                    return written
                if not self.required:
                    break
                select.select([], [self.raw], [])  # it does not block, as Node.js leaves a stream that it shares
        except OSError as error:
            self.failed = True
            if self.required and not isinstance(error, BrokenPipeError):
                raise OutputError(f"cannot write the output: {error.strerror}.") from error
        return len(data)


def prepare_streams() -> None:
    """Have the standard streams be there, write what their encoding lacks as an escape, and not fail when they do.

    A stream that is closed would have the next file or connection take its place, and receive what is printed.
    """
    for descriptor in DESCRIPTORS:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    sys.stdout, sys.stderr = _guarded(sys.stdout, required=True), _guarded(sys.stderr, required=False)


def allow_lost_output() -> None:
    """Go on when the standard output can no longer be written to: a server has more to do than to print."""
    output = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if isinstance(output, _Output):
        output.required = False


def _guarded(stream: TextIO | None, required: bool) -> TextIOWrapper:
    """Return a stream that writes where another one does, or nowhere if that is not there."""
    stream = stream or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # it is open until the process ends
    return TextIOWrapper(
        BufferedWriter(_Output(stream, required)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=True,
    )
