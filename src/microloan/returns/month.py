"""统计月: the calendar month of a return, both ends inside."""

from dataclasses import dataclass
from datetime import date, timedelta

from microloan.errors import InvalidDate
from microloan.months import add_months
from microloan.periods import FIRST_YEAR, LAST_YEAR

_MONTHS = 12
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month 统计月.

    Raises:
        InvalidDate: no year of 1990-2100, or no month.

    >>> Month(2024, 2).last_day, str(Month(2024, 2))
    (datetime.date(2024, 2, 29), '2024-02')
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        """Refuse what is no month of the calendar."""
        known = type(self.year) is int and FIRST_YEAR <= self.year <= LAST_YEAR
        if not known or type(self.month) is not int or not 1 <= self.month <= _MONTHS:
            raise InvalidDate(
                f"a month is a year of {FIRST_YEAR}-{LAST_YEAR} and 1 to {_MONTHS}, "
                f"got {self.year!r} and {self.month!r}",
                zh=f"统计月应为年份加 1 至 {_MONTHS}，实为 {self.year!r} 与 {self.month!r}",
                value=(self.year, self.month),
                limit=(1, _MONTHS),
            )

    @property
    def first_day(self) -> date:
        """Return the first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Return its last day."""
        return add_months(self.first_day, 1) - _DAY

    @property
    def new_year(self) -> date:
        """Return 1 January of its year."""
        return date(self.year, 1, 1)

    def __str__(self) -> str:
        """Return the short name, such as ``2024-06``."""
        return f"{self.year}-{self.month:02}"
