"""The entrance: from the words of a command line to what is printed and the exit status."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module

from microloan.command.answer import Answer, Status, as_json, in_one_line
from microloan.command.menu import language_of, parser
from microloan.command.terminal import leave_quietly, make_printable
from microloan.errors import MicroloanError


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what a command line asks for, print the answer and return the exit status.

    The answer goes to the output, everything else beside it. A refusal is one line with its code.
    What is wrong with the command line itself ends the program with 2, as ``argparse`` does.

    Args:
        arguments: the words after the program's name; absent, those of this process.
    """
    make_printable(sys.stdout)
    make_printable(sys.stderr)
    try:
        status = _answered(parser().parse_args(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    except BrokenPipeError:
        leave_quietly()
        return Status.NOBODY_READS
    return status


def _answered(options: Namespace) -> Status:
    """Print what a command answers, or why it is refused."""
    language, as_data = language_of(options), getattr(options, "json", False)
    try:
        # A command loads what it needs when asked for: only those of a book load SQLAlchemy.
        answer: Answer = import_module(options.module).reply(options)
    except MicroloanError as refusal:
        said = as_json(refusal) if as_data else f"microloan: {in_one_line(refusal, language)}"
        sys.stderr.write(f"{said}\n")
        return Status.REFUSED
    sys.stdout.write(answer.to_json() if as_data else answer.to_text(language))
    sys.stdout.write("\n")
    return answer.status
