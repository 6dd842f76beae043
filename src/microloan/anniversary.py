"""半年期: a loan's half-years counted from its own disbursement, first, second, third …"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

from microloan.errors import InvalidDate, shown
from microloan.months import MonthEnd, months_later, whole_months
from microloan.periods import in_order, plain_date

_MONTHS: Final = 6
_MOST: Final = 160  # the last day a loan can have lies 80 years after 2100
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Anniversary:
    """A loan's k-th half-year 第 k 个半年期, counted from its own disbursement, ends inside.

    The first runs from the day of disbursement through the day six months later; each other from
    the day after the one before through its own six-month anniversary. Anniversaries are counted
    from the disbursement, never from each other: six months after 31 August is the last day of
    February, and twelve months after it 31 August again.

    Raises:
        InvalidDate: not a whole number from 1 to 160.
    """

    number: int

    def __post_init__(self) -> None:
        """Refuse what is no place in the life of a loan."""
        if type(self.number) is not int or not 1 <= self.number <= _MOST:
            raise InvalidDate(
                f"a half-year of a loan is numbered 1-{_MOST}, got {shown(self.number)}",
                zh=f"贷款半年期序号应为 1 至 {_MOST}，实为 {shown(self.number)}",
                value=self.number,
                limit=(1, _MOST),
            )

    @classmethod
    def of(cls, day: date, *, disbursed_on: date, month_end: MonthEnd = MonthEnd.CLAMP) -> Self:
        """Return the half-year of a loan that contains a day.

        Args:
            day: the day, not before the disbursement.
            disbursed_on: the day of disbursement.
            month_end: what becomes of a day that a month lacks, as in the contract.

        Raises:
            InvalidDate: not a plain date, or before the disbursement.

        >>> Anniversary.of(date(2026, 3, 15), disbursed_on=date(2024, 3, 15))
        Anniversary(number=4)
        """
        plain_date(disbursed_on, "disbursement")
        in_order(disbursed_on, plain_date(day, "a half-year"), "disbursement and a half-year")
        number = max(whole_months(disbursed_on, day) // _MONTHS, 1)
        while cls(number).last_day(disbursed_on, month_end=month_end) < day:
            number += 1
        return cls(number)

    def first_day(self, disbursed_on: date, *, month_end: MonthEnd = MonthEnd.CLAMP) -> date:
        """Return the day of disbursement, or the day after the half-year before.

        >>> Anniversary(1).first_day(date(2024, 8, 31)), Anniversary(2).first_day(date(2024, 8, 31))
        (datetime.date(2024, 8, 31), datetime.date(2025, 3, 1))
        """
        if self.number == 1:
            return plain_date(disbursed_on, "disbursement")
        return Anniversary(self.number - 1).last_day(disbursed_on, month_end=month_end) + _DAY

    def last_day(self, disbursed_on: date, *, month_end: MonthEnd = MonthEnd.CLAMP) -> date:
        """Return the day six months times the number after the disbursement.

        >>> Anniversary(1).last_day(date(2024, 8, 31)), Anniversary(2).last_day(date(2024, 8, 31))
        (datetime.date(2025, 2, 28), datetime.date(2025, 8, 31))
        """
        anchor = plain_date(disbursed_on, "disbursement")
        return months_later(anchor, self.number * _MONTHS, month_end)

    @property
    def next(self) -> "Anniversary":
        """Return the half-year after this one."""
        return Anniversary(self.number + 1)

    def __str__(self) -> str:
        """Return the short name, such as ``half-year 3``."""
        return f"half-year {self.number}"
