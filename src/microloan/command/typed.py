"""What is typed on a command line, read as what it stands for."""

from argparse import ArgumentTypeError
from datetime import date
from re import fullmatch

from microloan.errors import MicroloanError
from microloan.periods import HalfYear, InterestQuarter


def day(text: str) -> date:
    """Return a day typed as ``2024-03-31``.

    Raises:
        ArgumentTypeError: no such day, or another spelling.
    """
    if fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise ArgumentTypeError(f"no day like 2024-03-31: {text!r} 日期应如 2024-03-31")


def half_year(text: str) -> HalfYear:
    """Return a half-year typed as ``2024H1``.

    Raises:
        ArgumentTypeError: no such half-year, or another spelling.
    """
    if found := fullmatch(r"([0-9]{4})[Hh]([12])", text):
        try:
            return HalfYear(int(found[1]), int(found[2]))
        except MicroloanError:
            pass
    raise ArgumentTypeError(f"no half-year like 2024H1: {text!r} 半年应如 2024H1")


def quarter(text: str) -> InterestQuarter:
    """Return an interest quarter typed as ``2024Q1``.

    Raises:
        ArgumentTypeError: no such quarter, or another spelling.
    """
    if found := fullmatch(r"([0-9]{4})[Qq]([1-4])", text):
        try:
            return InterestQuarter(int(found[1]), int(found[2]))
        except MicroloanError:
            pass
    raise ArgumentTypeError(f"no quarter like 2024Q1: {text!r} 结息季应如 2024Q1")


def whole(text: str) -> int:
    """Return a whole number; its bounds are those of what it is for.

    Raises:
        ArgumentTypeError: anything else.
    """
    if fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    raise ArgumentTypeError(f"no whole number: {text!r} 应为整数")
