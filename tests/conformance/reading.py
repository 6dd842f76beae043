"""How the words of a vector are read: what is understood, and what makes it unsupported."""

from datetime import date
from fractions import Fraction

import oracles
from microloan import DayCount

DAY_COUNTS = {
    "30/360": DayCount.THIRTY_360,
    "30/360-BondBasis": DayCount.THIRTY_360,
    "30E/360": DayCount.THIRTY_E_360,
    "30E/360-Eurobond": DayCount.THIRTY_E_360,
    "30/360-EurobondBasis": DayCount.THIRTY_E_360,
    "ACT/360": DayCount.ACT_360,
    "ACT/365F": DayCount.ACT_365,
    "ACT/ACT-ISDA": DayCount.ACT_ACT_ISDA,
}
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


class UnsupportedError(Exception):
    """The library cannot be held to a vector; the message says why."""


def require(holds, reason):
    if not holds:
        raise UnsupportedError(reason)


def understood(given, known, what):
    """Refuse keys that mean something this runner does not know."""
    for key in sorted(set(given) - set(known)):
        raise UnsupportedError(f"{what} {key!r} is not understood: {given[key]!r}")


def months_of_a_period(inputs):
    """Return the months of a period."""
    frequency = inputs["frequency"]
    understood(frequency, {"unit", "every"}, "the frequency")
    unit, every = frequency["unit"], frequency["every"]
    require(unit in MONTHS_OF, f"periods of {every} {unit}s; ours are whole months")
    return MONTHS_OF[unit] * every


def check_month_ends(inputs):
    """Refuse another rule for the day a short month lacks, where some due date needs one."""
    rule = inputs.get("month_end", "clamp_to_last_day")
    start, every = date.fromisoformat(inputs["start_date"]), months_of_a_period(inputs)
    due = [oracles.month_later(start, n * every) for n in range(1, inputs["periods"] + 1)]
    require(
        rule == "clamp_to_last_day" or all(day.day == start.day for day in due),
        f"month ends by {rule!r}; ours become the last day of a short month",
    )


def fen_of(text):
    """Return a published amount in fen."""
    return Fraction(text) * 100
