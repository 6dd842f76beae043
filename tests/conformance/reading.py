"""How the words of a vector are read: what is understood, and what makes it unsupported."""

from datetime import date
from fractions import Fraction

import oracles
from microloan import DayCount, MonthEnd, from_fen

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


MONTH_ENDS = {
    "clamp_to_last_day": MonthEnd.CLAMP,
    "roll_to_first_of_next_month": MonthEnd.ROLL,
}


def month_end(inputs):
    """Return the rule for the day a short month lacks, if it is one of ours or none is needed."""
    rule = inputs.get("month_end", "clamp_to_last_day")
    if rule in MONTH_ENDS:
        return MONTH_ENDS[rule]
    start, every = date.fromisoformat(inputs["start_date"]), months_of_a_period(inputs)
    due = [oracles.month_later(start, n * every) for n in range(1, inputs["periods"] + 1)]
    require(all(day.day == start.day for day in due), f"month ends by {rule!r}")
    return MonthEnd.CLAMP


def fen_of(text, unit=100):
    """Return a published amount in fen, or in the smallest unit of its currency."""
    return Fraction(text) * unit


def money_of(text, unit=100):
    """Return a published amount as money of ours, its smallest unit being our fen."""
    amount = fen_of(text, unit)
    require(amount.denominator == 1, f"{text} is not a whole number of the smallest unit")
    return from_fen(int(amount))
