"""What changes on known days: a policy value, a reference rate, what was agreed."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from operator import itemgetter
from typing import Generic, TypeVar

from microloan.errors import InvalidDate, NotInForce

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """One thing over time: each value holds from its day through the eve of the next.

    Args:
        name: what the values are of; it stands in every refusal.
        values: the first day of each value and the value, days strictly increasing.
        known_through: the last day for which the values can be relied on; by default for ever.

    Raises:
        InvalidDate: no values, or days that do not strictly increase.

    >>> cap = Dated("leverage cap", ((date(2002, 12, 24), 5), (date(2020, 4, 15), 10)))
    >>> cap.at(date(2020, 4, 14)), cap.at(date(2020, 4, 15))
    (5, 10)
    """

    name: str
    values: tuple[tuple[date, T], ...]
    known_through: date = date.max

    def __post_init__(self) -> None:
        """Refuse days that do not strictly increase."""
        object.__setattr__(self, "values", tuple(map(tuple, self.values)))
        days = [day for day, _ in self.values]
        known = [*days, self.known_through]
        if not all(isinstance(day, date) and not isinstance(day, datetime) for day in known):
            raise InvalidDate(
                f"{self.name}: values are dated by days, got {known}",
                zh=f"{self.name}：起始日必须是日历日",
                value=known,
                limit="datetime.date",
            )
        in_order = all(earlier < later for earlier, later in pairwise(days))
        if not days or not in_order:
            raise InvalidDate(
                f"{self.name}: each value needs a later day than the one before, "
                f"got {list(map(str, days))}",
                zh=f"{self.name}：起始日必须给出且严格递增",
                value=days,
                limit="strictly increasing days",
            )

    @classmethod
    def always(cls, name: str, value: T) -> "Dated[T]":
        """Return one value that never changes.

        >>> Dated.always("penalty", 3).at(date(2024, 3, 15))
        3
        """
        return cls(name, ((date.min, value),))

    def at(self, on: date) -> T:
        """Return the value in force on a day.

        Raises:
            NotInForce: before the first value, or after the last day for which the values are
                known.
        """
        known = bisect_right(self.values, on, key=itemgetter(0))
        first = self.first_day
        if not known or on > self.known_through:
            until = (
                "" if self.known_through == date.max else f", known through {self.known_through}"
            )
            raise NotInForce(
                f"{self.name}: nothing in force on {on}; the first value starts {first}{until}",
                zh=f"{self.name}：{on} 无有效数值，最早自 {first} 起",
                value=on,
                limit=(first, self.known_through),
            )
        return self.values[known - 1][1]

    @property
    def first_day(self) -> date:
        """Return the first day for which there is a value."""
        return self.values[0][0]

    def changes(self, start: date, end: date) -> tuple[date, ...]:
        """Return the days after the start and up to the end on which the value changes."""
        return tuple(day for day, _ in self.values if start < day <= end)
