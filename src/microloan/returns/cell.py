"""时点数与时期数: a figure of a day and a figure of a period, which are never mixed up.

A stock 时点数 holds at the end of a day: over months the last one counts. A flow 时期数 is of a
period: over months it is added up. So the two are types of their own, and neither has a ``+``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from itertools import pairwise
from typing import TypeAlias

from microloan.errors import InvalidTerms
from microloan.money import FEN_LIMIT, from_fen, show
from microloan.naming import refused_terms, require_one_of
from microloan.periods import asked_day, in_order

_DAY = timedelta(days=1)


class FigureUnit(Enum):
    """What a figure counts."""

    FEN = "fen"
    """分: money, printed in yuan."""
    LOANS = "loans"
    """笔: loans."""

    def printed(self, worth: int) -> str:
        """Return a figure as a form prints it.

        >>> FigureUnit.FEN.printed(1234567), FigureUnit.LOANS.printed(1234567)
        ('12,345.67', '1,234,567')
        """
        return show(from_fen(worth)) if self is FigureUnit.FEN else f"{worth:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """时点数: a figure at the end of a day, such as what is outstanding.

    Args:
        on: the day.
        worth: the figure, whole fen or a count.
        unit: which of the two.

    Raises:
        InvalidDate: no plain date.
        InvalidTerms: no whole number, or no unit.
    """

    on: date
    worth: int
    unit: FigureUnit

    def __post_init__(self) -> None:
        """Refuse what is no figure of a day."""
        asked_day(self.on)
        _check(self.worth, self.unit)

    def __str__(self) -> str:
        """Return the figure as a form prints it."""
        return self.unit.printed(self.worth)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """时期数: a figure of a period, both ends inside, such as what was lent.

    Args:
        since: the first day.
        until: the last.
        worth: the figure, whole fen or a count; below nothing where something fell.
        unit: which of the two.

    Raises:
        InvalidDate: no plain dates, or the last one comes first.
        InvalidTerms: no whole number, or no unit.
    """

    since: date
    until: date
    worth: int
    unit: FigureUnit

    def __post_init__(self) -> None:
        """Refuse what is no figure of a period."""
        in_order(asked_day(self.since), asked_day(self.until), "a period")
        _check(self.worth, self.unit)

    def __str__(self) -> str:
        """Return the figure as a form prints it."""
        return self.unit.printed(self.worth)


Cell: TypeAlias = Stock | Flow


def _check(worth: int, unit: FigureUnit) -> None:
    require_one_of(unit, FigureUnit, "the unit", "单位")
    if type(worth) is not int or abs(worth) > FEN_LIMIT:
        raise refused_terms("a figure", "数值", worth, f"a whole number up to {FEN_LIMIT}")


def over_time(cells: Iterable[Cell]) -> Cell:
    """Return one figure for several months: of stocks the last, of flows the sum.

    Of running totals since one day 累计数 the longest counts, and stands for the shorter ones. What
    is left, such as the running totals of two years, must follow each other without a gap.

    Raises:
        InvalidTerms: none at all, stocks beside flows, other units, a stock of one day twice, or
            flows that overlap or leave days out.

    >>> days = [date(2024, 1, 31), date(2024, 2, 29)]
    >>> ends = [Stock(on=day, worth=day.month, unit=FigureUnit.LOANS) for day in days]
    >>> over_time(ends).worth
    2
    """
    given = _alike(cells)
    stocks = [cell for cell in given if isinstance(cell, Stock)]
    if stocks:
        _require(len({cell.on for cell in stocks}) == len(stocks), "stocks of days of their own")
        return max(stocks, key=lambda cell: cell.on)
    flows = sorted((cell for cell in given if isinstance(cell, Flow)), key=_period)
    _require(len({_period(cell) for cell in flows}) == len(flows), "flows of periods of their own")
    flows = list({cell.since: cell for cell in flows}.values())
    adjoin = all(later.since == earlier.until + _DAY for earlier, later in pairwise(flows))
    _require(adjoin, "flows that follow each other day by day")
    worth = sum(cell.worth for cell in flows)
    return replace(flows[0], until=flows[-1].until, worth=worth)


def add_up(cells: Iterable[Cell]) -> Cell:
    """Return the sum of figures of one day or of one period, such as of several banks.

    Raises:
        InvalidTerms: none at all, stocks beside flows, other units, days or periods.
    """
    given = _alike(cells)
    times = {(cell.on, cell.on) if isinstance(cell, Stock) else _period(cell) for cell in given}
    _require(len(times) == 1, "figures of one day or of one period")
    return replace(given[0], worth=sum(cell.worth for cell in given))


def change(earlier: Stock, later: Stock) -> Flow:
    """Return by how much a stock changed between two days 增减, which is a flow.

    Raises:
        InvalidDate: the later day is not later.
        InvalidTerms: other units, or something that is no stock.
    """
    _require(all(isinstance(cell, Stock) for cell in (earlier, later)), "two stocks")
    _alike([earlier, later])
    worth = later.worth - earlier.worth
    return Flow(since=earlier.on + _DAY, until=later.on, worth=worth, unit=later.unit)


def _period(cell: Flow) -> tuple[date, date]:
    return cell.since, cell.until


def _alike(cells: Iterable[Cell]) -> Sequence[Cell]:
    given = list(cells) if isinstance(cells, Iterable) else []
    marks = {(type(cell), cell.unit) for cell in given if isinstance(cell, Stock | Flow)}
    known = all(isinstance(cell, Stock | Flow) for cell in given)
    _require(known and len(marks) == 1, "several stocks, or several flows, of one unit")
    return given


def _require(holds: bool, wanted: str) -> None:  # noqa: FBT001 — a condition, not a switch
    if not holds:
        raise InvalidTerms(
            f"a figure is made of {wanted}",
            zh="时点数取期末、时期数相加，两者不能混算，期间须相接",
            value=wanted,
            limit=wanted,
        )
