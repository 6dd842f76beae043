"""Days on which books go wrong, days of signing, half-years and interest quarters."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from microloan import policy
from microloan.category import BorrowerKind
from microloan.periods import FIRST_YEAR, HalfYear, InterestQuarter
from microloan.policy import ByKind, Gap, Line, Policy
from microloan.strategies.places import central_policy

_FIRST_DAY, _LAST_DAY = date(2002, 12, 24), date(2035, 12, 31)
_A_DAY = timedelta(days=1)
_SETTLED = 20
_QUARTERS = 4


def boundary_dates(
    *, min_day: date = _FIRST_DAY, max_day: date = _LAST_DAY
) -> SearchStrategy[date]:
    """Draw days on which books go wrong.

    Ends of months and the days after them, so also 29 February and the ends of half-years; the 20th
    and 21st of every month, on which interest quarters end and begin; and the day on which a rule
    that the library ships changes, with its eve.

    Args:
        min_day: the first day.
        max_day: the last day.
    """
    return st.deferred(lambda: st.sampled_from(_boundaries(min_day, max_day) or (min_day,)))


@lru_cache(maxsize=64)
def _boundaries(min_day: date, max_day: date) -> tuple[date, ...]:
    months = _marked_days(min_day, max_day)
    changes = (day + step for day in rule_days() for step in (-_A_DAY, timedelta(0)))
    return tuple(sorted({day for day in (*months, *changes) if min_day <= day <= max_day}))


def _marked_days(min_day: date, max_day: date) -> Iterator[date]:
    month = min_day.replace(day=1)
    while month <= max_day:
        yield month
        yield month.replace(day=_SETTLED)
        yield month.replace(day=_SETTLED) + _A_DAY
        yield month + relativedelta(day=31)
        month += relativedelta(months=1)


@lru_cache(maxsize=1)
def rule_days() -> tuple[date, ...]:
    """Return the days on which a national rule that is shipped begins or ends, in order."""
    days: set[date] = set()
    rules = central_policy()
    for measure in policy.MEASURES:
        held = getattr(rules, measure)
        for line in _lines(held):
            days |= {day for day, _ in line.values if day.year >= FIRST_YEAR}
    return tuple(sorted(days))


def _lines(held: object) -> list[Line[object]]:
    if isinstance(held, ByKind):
        return [held[kind] for kind in BorrowerKind]
    return [held] if isinstance(held, Line) else []


def days(*, min_day: date = _FIRST_DAY, max_day: date = _LAST_DAY) -> SearchStrategy[date]:
    """Draw days, about half of them boundary days, see :func:`boundary_dates`."""
    return st.dates(min_day, max_day) | boundary_dates(min_day=min_day, max_day=max_day)


_SUBSIDY_NEEDS = ("ceiling", "term", "subsidy", "subsidized_months", "rate_cap")


def signing_days(
    under: Policy, *, kind: BorrowerKind = BorrowerKind.INDIVIDUAL
) -> SearchStrategy[date]:
    """Draw days on which a policy knows all that a subsidized loan of a kind of borrower needs.

    Ceiling, term, subsidy, its months and the rate cap are in force, and the prime rate is known;
    days on which one of them changes, and their eves, come often.

    Args:
        under: the policy.
        kind: the borrower.
    """
    stretches = _known_stretches(under, kind)
    edges = [day for first, last in stretches for day in (first, last)]
    return st.sampled_from(edges) | st.sampled_from(stretches).flatmap(lambda ends: st.dates(*ends))


def _known_stretches(under: Policy, kind: BorrowerKind) -> list[tuple[date, date]]:
    """Return the stretches over which nothing changes and everything is known, ends inside."""
    lines = [getattr(under, measure)[kind] for measure in _SUBSIDY_NEEDS]
    starts = sorted({day for line in lines for day, _ in line.values})
    last = min(under.lpr_1y.known_through, _LAST_DAY)
    ends = [day - _A_DAY for day in starts[1:]] + [last]
    return [
        (start, min(end, last))
        for start, end in zip(starts, ends, strict=True)
        if start <= last and all(_known(line, start) for line in lines)
    ]


def _known(line: Line[object], on: date) -> bool:
    found = line.known(on)
    return found is not None and not isinstance(found, Gap)


def halves(*, min_year: int = 2003, max_year: int = 2035) -> SearchStrategy[HalfYear]:
    """Draw half-years of the calendar."""
    return st.builds(HalfYear, st.integers(min_year, max_year), st.integers(1, 2))


def interest_quarters(
    *, min_year: int = 2003, max_year: int = 2035
) -> SearchStrategy[InterestQuarter]:
    """Draw interest quarters 结息季."""
    years, quarters = st.integers(min_year, max_year), st.integers(1, _QUARTERS)
    return st.builds(InterestQuarter, years, quarters)
