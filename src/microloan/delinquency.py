"""逾期天数: how long a loan counts as delinquent, beyond days of grace and without pauses."""

from collections.abc import Iterable
from datetime import date, timedelta


def delinquent_since(due_on: date, *, grace_days: int) -> date:
    """Return the day at whose end a loan is not yet delinquent by one day.

    >>> delinquent_since(date(2023, 10, 1), grace_days=3)
    datetime.date(2023, 10, 4)
    """
    return due_on + timedelta(days=grace_days)


def delinquent_days(
    due_on: date,
    *,
    as_of: date,
    grace_days: int = 0,
    pauses: Iterable[tuple[date, date]] = (),
) -> int:
    """Return how many days a due date is delinquent at the end of a day.

    The count stands still from the evening of a pause's first day through its last day; on the day
    after it goes on where it stopped. Days past due are another figure and never pause.

    Args:
        due_on: the oldest unpaid due date.
        as_of: the day.
        grace_days: days after the due date on which the loan is late but not delinquent.
        pauses: first and last day of each pause; two that overlap or follow each other are one.

    >>> pause = (date(2023, 10, 6), date(2023, 10, 30))
    >>> [
    ...     delinquent_days(date(2023, 10, 1), as_of=day, grace_days=3, pauses=[pause])
    ...     for day in (date(2023, 10, 5), date(2023, 10, 30), date(2023, 10, 31))
    ... ]
    [1, 2, 3]
    """
    since = delinquent_since(due_on, grace_days=grace_days)
    days, counted = max((as_of - since).days, 0), since
    for first, last in sorted(pauses):
        following = counted + timedelta(days=1) == first and counted > since
        start, end = counted if following else max(first, counted), min(last, as_of)
        if start < end:
            days -= (end - start).days
            counted = end
    return days
