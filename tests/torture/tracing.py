"""Faults that the operating system hands to a process, one system call at a time, by strace."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import which


class CannotTrace(RuntimeError):
    """strace is not there, or may not look at another process."""


@contextmanager
def traced(
    pid: int, *expressions: str, only: Sequence[str] = (), log: Path = Path("/dev/null")
) -> Iterator[None]:
    """Watch a process; ``expressions`` say what is injected, ``only`` names the files it is for.

    Raises:
        CannotTrace: strace cannot.
    """
    strace = which("strace")
    if strace is None:
        message = "strace is not there"
        raise CannotTrace(message)
    said = [word for expression in expressions for word in ("-e", expression)]
    paths = [word for path in only for word in ("-P", path)]
    command = [strace, "-p", str(pid), "-o", str(log), *said, *paths]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        lines = []
        while not lines or lines[-1].startswith("strace: Requested path"):
            lines.append(tracer.stderr.readline())
        if "attached" not in lines[-1]:
            tracer.kill()
            message = f"strace cannot watch a process: {lines[-1].strip()}"
            raise CannotTrace(message)
        try:
            yield
        finally:
            tracer.terminate()


@cache
def hindrance() -> str:
    """Return why no process can be traced here; nothing where it can."""
    sleeper = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    )
    try:
        with traced(sleeper.pid):
            return ""
    except CannotTrace as reason:
        return str(reason)
    finally:
        sleeper.communicate()
