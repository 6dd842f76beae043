"""Whole months, counted from one anchor and never chained."""

from datetime import date
from itertools import pairwise

import pytest

from microloan.months import (
    FIRST_MONTH,
    MonthEnd,
    add_months,
    month_days,
    month_number,
    months_later,
    whole_months,
)


@pytest.mark.parametrize(
    ("anchor", "months", "day"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 1, 31), 2, date(2024, 3, 31)),  # from the anchor, not from 29 February
        (date(2024, 1, 31), 3, date(2024, 4, 30)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 3, 15), 0, date(2024, 3, 15)),
    ],
)
def test_months_are_counted_from_the_anchor(anchor, months, day):
    assert add_months(anchor, months) == day


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2024, 1, 31), date(2024, 2, 28), 0),
        (date(2024, 1, 31), date(2024, 2, 29), 1),
        (date(2024, 1, 31), date(2024, 3, 30), 1),
        (date(2024, 1, 31), date(2024, 3, 31), 2),
        (date(2024, 1, 15), date(2024, 3, 14), 1),
        (date(2024, 1, 15), date(2024, 3, 15), 2),
        (date(2023, 12, 15), date(2024, 12, 15), 12),
        (date(2024, 3, 15), date(2024, 3, 15), 0),
    ],
)
def test_whole_months_are_those_that_fit_before_the_end(start, end, months):
    assert whole_months(start, end) == months


@pytest.mark.parametrize(
    ("anchor", "months", "clamped", "rolled"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29), date(2024, 3, 1)),
        (date(2023, 1, 31), 1, date(2023, 2, 28), date(2023, 3, 1)),
        (date(2023, 1, 29), 1, date(2023, 2, 28), date(2023, 3, 1)),
        (date(2024, 1, 29), 1, date(2024, 2, 29), date(2024, 2, 29)),  # February has it
        (date(2024, 1, 31), 2, date(2024, 3, 31), date(2024, 3, 31)),  # never 1 April
        (date(2024, 1, 31), 3, date(2024, 4, 30), date(2024, 5, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28), date(2025, 3, 1)),
        (date(2024, 2, 29), 48, date(2028, 2, 29), date(2028, 2, 29)),
        (date(2024, 1, 28), 1, date(2024, 2, 28), date(2024, 2, 28)),
        (date(2024, 11, 30), 3, date(2025, 2, 28), date(2025, 3, 1)),
        (date(2024, 12, 15), 1, date(2025, 1, 15), date(2025, 1, 15)),
        (date(2024, 1, 31), 0, date(2024, 1, 31), date(2024, 1, 31)),
    ],
)
def test_a_day_the_month_lacks_becomes_its_last_or_the_first_of_the_next(
    anchor, months, clamped, rolled
):
    assert months_later(anchor, months, MonthEnd.CLAMP) == clamped
    assert months_later(anchor, months, MonthEnd.ROLL) == rolled


def test_the_table_holds_one_day_of_every_month_from_january_1990_on():
    days = month_days(30, MonthEnd.ROLL)

    assert days[:4] == (date(1990, 1, 30), date(1990, 3, 1), date(1990, 3, 30), date(1990, 4, 30))
    assert days[month_number(date(2024, 2, 1))] == date(2024, 3, 1)
    assert month_days(30)[1] == date(1990, 2, 28)


def test_the_table_reaches_fifty_years_beyond_the_last_day_of_a_loan():
    # A loan may be paid out in December 2100 by its date alone; 600 months later is 2150.
    assert months_later(date(2100, 12, 31), 600, MonthEnd.CLAMP) == date(2150, 12, 31)


@pytest.mark.parametrize("rule", MonthEnd)
@pytest.mark.parametrize("day", [1, 28, 29, 30, 31])
def test_days_of_the_table_strictly_increase(rule, day):
    days = month_days(day, rule)

    assert all(one < other for one, other in pairwise(days))


def test_months_are_numbered_from_january_1990():
    assert month_number(FIRST_MONTH) == 0
    assert month_number(date(1990, 12, 31)) == 11
    assert month_number(date(2024, 3, 15)) == 12 * 34 + 2
