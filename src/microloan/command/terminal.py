"""The terminal: what is printed there, what is said beside it, and how far the work has come."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO, TypeVar

T = TypeVar("T")


def make_printable(stream: TextIO) -> None:
    """Let a stream print what its encoding lacks as an escape instead of failing half-way."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def leave_quietly() -> None:
    """Forget the output that nobody reads, so that the interpreter does not complain at its end."""
    try:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, sys.stdout.fileno())
    except (OSError, ValueError):  # a stream that is no file has nothing to forget
        pass


@dataclass(slots=True)
class Counter:
    """进度: how many are done, on a line of its own beside the output.

    On a terminal the line is written again and again; in a log only the last one stands. Where
    nobody wants it, such as under ``--quiet``, the stream is ``None``.
    """

    what: str
    stream: TextIO | None
    _done: int = 0
    _of: int = 0

    def __call__(self, done: int, of: int = 0) -> None:
        """Note how many are done, and how many there are where that is known."""
        self._done, self._of = done, of
        if self.stream is not None and self.stream.isatty():
            self.stream.write(f"\r{self}")
            self.stream.flush()

    def __str__(self) -> str:
        """Return what is done in words."""
        return f"{self.what} {self._done:,}" + (f" / {self._of:,}" if self._of else "")

    def along(self, things: Iterable[T]) -> Iterator[T]:
        """Yield things and count them, a line for each five hundred."""
        number = 0
        for number, one in enumerate(things, start=1):
            yield one
            if not number % 500:
                self(number)
        self(number)

    def end(self) -> None:
        """Leave the last count standing on its line."""
        if self.stream is None or not self._done:
            return
        self.stream.write("\n" if self.stream.isatty() else f"{self}\n")
        self.stream.flush()


@contextmanager
def progress_of(options: Namespace, what: str) -> Iterator[Counter]:
    """Give a counter that tells how far a command has come, beside its output."""
    counter = Counter(what, None if getattr(options, "quiet", False) else sys.stderr)
    try:
        yield counter
    finally:
        counter.end()
