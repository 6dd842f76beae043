"""Civil-calendar arithmetic: half-years, interest quarters, day counts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from typing import Final, Self, assert_never

from microloan.errors import InvalidDate
from microloan.errors.personal import quoted, told
from microloan.months import add_months, whole_months

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
_MONTHS: Final = 12
_DAY = timedelta(days=1)


def plain_date(day: date, what: str) -> date:
    """Return a day if it is a plain date the book can hold.

    Raises:
        InvalidDate: a ``datetime``, anything that is not a ``date``, or a year outside 1990-2100.

    >>> plain_date(date(2024, 3, 15), "a payment")
    datetime.date(2024, 3, 15)
    """
    if type(day) is not date and (isinstance(day, datetime) or not isinstance(day, date)):
        raise InvalidDate(
            f"the day of {what} must be a date, got {quoted(day)}",
            zh=f"日期必须是不带时间的日历日，实为 {quoted(day)}",
            value=told(day),
            limit="datetime.date",
        )
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidDate(
            f"the day of {what} must lie in {FIRST_YEAR}-{LAST_YEAR}, got {day}",
            zh=f"日期 {day} 不在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间",
            value=day,
            limit=(FIRST_YEAR, LAST_YEAR),
        )
    return day


def asked_day(day: date) -> date:
    """Return the day of a question if it is a plain date; any year may be asked about.

    Raises:
        InvalidDate: a ``datetime``, or anything that is not a ``date``.

    >>> asked_day(date(2024, 3, 15))
    datetime.date(2024, 3, 15)
    """
    if type(day) is not date and (isinstance(day, datetime) or not isinstance(day, date)):
        raise InvalidDate(
            f"a question is asked as of a date, got {quoted(day)}",
            zh=f"查询时点必须是不带时间的日历日，实为 {quoted(day)}",
            value=told(day),
            limit="datetime.date",
        )
    return day


def in_order(earlier: date, later: date, what: str) -> None:
    """Refuse two days that stand in the wrong order; the same day is in order.

    Raises:
        InvalidDate: the later day comes first.

    >>> in_order(date(2024, 3, 15), date(2024, 3, 15), "a payment")
    """
    if later < earlier:
        raise InvalidDate(
            f"{what}: {later} is before {earlier}",
            zh=f"日期顺序有误：{later} 早于 {earlier}",
            value=later,
            limit=earlier,
        )


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """A calendar half-year 半年度: 1 January - 30 June or 1 July - 31 December, ends inside."""

    year: int
    half: int

    def __post_init__(self) -> None:
        """Refuse a half that is neither the first nor the second."""
        known = type(self.year) is int and FIRST_YEAR <= self.year <= LAST_YEAR
        if not known or type(self.half) is not int or self.half not in {1, 2}:
            raise InvalidDate(
                f"a half-year is a year of {FIRST_YEAR}-{LAST_YEAR} and 1 or 2, "
                f"got {self.year!r} and {self.half!r}",
                zh=f"半年度应为年份加 1 或 2，实为 {self.year!r} 与 {self.half!r}",
                value=(self.year, self.half),
                limit=(1, 2),
            )

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the half-year that contains a day.

        Raises:
            InvalidDate: no plain date, or a year outside 1990-2100.

        >>> HalfYear.of(date(2011, 6, 30))
        HalfYear(year=2011, half=1)
        """
        asked_day(day)
        return cls(day.year, 1 if day.month <= _MONTHS // 2 else 2)

    @property
    def first_day(self) -> date:
        """Return 1 January or 1 July."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last_day(self) -> date:
        """Return 30 June or 31 December."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def next(self) -> "HalfYear":
        """Return the half-year after this one."""
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)

    @property
    def previous(self) -> "HalfYear":
        """Return the half-year before this one."""
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)  # noqa: PLR2004 — the second half

    def __contains__(self, day: date) -> bool:
        """Tell whether a day lies in the half-year; both ends do."""
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        """Return the short name, such as ``2011H1``."""
        return f"{self.year}H{self.half}"


@dataclass(frozen=True, slots=True, order=True)
class InterestQuarter:
    """An interest quarter 结息季: from the 21st to the 20th of its last month, both ends inside.

    The first quarter of 2011 is 2010-12-21 - 2011-03-20 (人民币利率管理规定, art. 20).
    """

    year: int
    quarter: int

    def __post_init__(self) -> None:
        """Refuse a quarter that is not one of four."""
        known = type(self.year) is int and FIRST_YEAR < self.year <= LAST_YEAR
        if not known or type(self.quarter) is not int or self.quarter not in {1, 2, 3, 4}:
            raise InvalidDate(
                f"an interest quarter is a year of {FIRST_YEAR + 1}-{LAST_YEAR} and 1 to 4, "
                f"got {self.year!r} and {self.quarter!r}",
                zh=f"结息季应为年份加 1 至 4，实为 {self.year!r} 与 {self.quarter!r}",
                value=(self.year, self.quarter),
                limit=(1, 2, 3, 4),
            )

    @property
    def first_day(self) -> date:
        """Return the 21st on which the quarter begins."""
        return add_months(self.last_day, -3) + _DAY

    @property
    def last_day(self) -> date:
        """Return the settlement day 结息日, the 20th."""
        return date(self.year, 3 * self.quarter, 20)

    def __contains__(self, day: date) -> bool:
        """Tell whether a day lies in the quarter; both ends do."""
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        """Return the short name, such as ``2011Q1``."""
        return f"{self.year}Q{self.quarter}"


class DayCount(Enum):
    """How a stretch of days becomes a part of a year.

    The opening day counts, the closing day does not.
    """

    BY_PERIOD = "by_period"
    """逐笔计息: each whole month a twelfth of the yearly rate, each day beyond them a 360th."""
    ACT_360 = "act_360"
    """积数计息: the days as they are, over 360."""
    ACT_365 = "act_365"
    """The days as they are, over 365, in leap years too."""
    ACT_ACT_ISDA = "act_act_isda"
    """The days in leap years over 366, the others over 365; years are cut on 1 January."""
    THIRTY_360 = "thirty_360"
    """Bond basis: every month has 30 days; the 31st counts as the 30th."""
    THIRTY_E_360 = "thirty_e_360"
    """Eurobond basis: every 31st counts as the 30th."""

    @property
    def by_months(self) -> bool:
        """Tell whether a regular period of n months is n/12 of a year, whatever its days."""
        return self in _BY_MONTHS

    def fraction(self, start: date, end: date) -> Fraction:
        """Return the part of a year between two days, exact.

        Args:
            start: the opening day, which counts.
            end: the closing day, which does not; not before the start.

        Raises:
            InvalidDate: the end is before the start.

        >>> DayCount.ACT_360.fraction(date(2024, 6, 21), date(2024, 9, 21))
        Fraction(23, 90)
        """
        in_order(start, end, "a day count")
        match self:
            case DayCount.BY_PERIOD:
                months = whole_months(start, end)
                return Fraction(months, _MONTHS) + Fraction(
                    (end - add_months(start, months)).days, 360
                )
            case DayCount.ACT_360:
                return Fraction((end - start).days, 360)
            case DayCount.ACT_365:
                return Fraction((end - start).days, 365)
            case DayCount.ACT_ACT_ISDA:
                return _place_in_time(end) - _place_in_time(start)
            case DayCount.THIRTY_360:
                return _thirty(start, end, late_end=min(start.day, 30) == 30)  # noqa: PLR2004 — the rule's own 30
            case DayCount.THIRTY_E_360:
                return _thirty(start, end, late_end=True)
        assert_never(self)

    def daily(self, start: date, end: date) -> Fraction:
        """Return the part of a year between two days with every calendar day counted.

        It is what charges by the day follow, such as penalty interest: 日利率 = 年利率 ÷ 360 unless
        the contract counts years of 365 or 366 days.

        >>> DayCount.THIRTY_360.daily(date(2024, 2, 1), date(2024, 3, 1))
        Fraction(29, 360)
        """
        if self in {DayCount.ACT_365, DayCount.ACT_ACT_ISDA}:
            return self.fraction(start, end)
        return DayCount.ACT_360.fraction(start, end)


_BY_MONTHS: Final = frozenset({DayCount.BY_PERIOD, DayCount.THIRTY_360, DayCount.THIRTY_E_360})


def _place_in_time(day: date) -> Fraction:
    """Return the year and the part of it gone by, with each year as long as it is."""
    new_year = date(day.year, 1, 1)
    days = (date(day.year, 12, 31) - new_year).days + 1
    return day.year + Fraction((day - new_year).days, days)


def _thirty(start: date, end: date, *, late_end: bool) -> Fraction:
    """Count 30 days a month; ``late_end`` says whether a closing 31st counts as the 30th."""
    months = (end.year - start.year) * _MONTHS + end.month - start.month
    last = min(end.day, 30) if late_end else end.day
    return Fraction(30 * months + last - min(start.day, 30), 360)
