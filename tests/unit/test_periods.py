"""The civil calendar: plain days, half-years, interest quarters, day counts."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from microloan.errors import InvalidDate
from microloan.periods import (
    DayCount,
    HalfYear,
    InterestQuarter,
    asked_day,
    in_order,
    plain_date,
)
from refusals import refused

ONE_DAY = timedelta(days=1)
BY_MONTHS = {DayCount.BY_PERIOD, DayCount.THIRTY_360, DayCount.THIRTY_E_360}


# days


@pytest.mark.parametrize("day", [date(1990, 1, 1), date(2024, 2, 29), date(2100, 12, 31)])
def test_a_plain_day_of_1990_to_2100_is_taken_as_it_is(day):
    assert plain_date(day, "a payment") is day


@pytest.mark.parametrize("day", [date(1989, 12, 31), date(2101, 1, 1), date.min, date.max])
def test_a_day_outside_1990_to_2100_is_refused(day):
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=day,
        limit=(1990, 2100),
        says=f"the day of a payment must lie in 1990-2100, got {day}",
    ):
        plain_date(day, "a payment")


@pytest.mark.parametrize(
    "value",
    [datetime.fromisoformat("2024-03-15"), "2024-03-15", 20_240_315, None, 45_366.0],
)
def test_what_is_no_plain_date_is_refused(value):
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=value,
        limit="datetime.date",
        says="the day of a payment must be a date, got",
    ):
        plain_date(value, "a payment")


@pytest.mark.parametrize("day", [date.min, date(1989, 12, 31), date(2024, 2, 29), date.max])
def test_a_question_may_be_asked_as_of_any_day(day):
    assert asked_day(day) is day


@pytest.mark.parametrize("value", [datetime.fromisoformat("2024-03-15"), "2024-03-15", None])
def test_a_question_as_of_what_is_no_plain_date_is_refused(value):
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=value,
        limit="datetime.date",
        says="a question is asked as of a date, got",
    ):
        asked_day(value)


def test_two_days_in_order_pass_and_so_does_the_same_day():
    in_order(date(2024, 3, 15), date(2024, 3, 15), "a payment")
    in_order(date(2024, 3, 15), date(2024, 3, 16), "a payment")


def test_two_days_in_the_wrong_order_are_refused():
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=date(2024, 3, 14),
        limit=date(2024, 3, 15),
        says="a payment: 2024-03-14 is before 2024-03-15",
    ):
        in_order(date(2024, 3, 15), date(2024, 3, 14), "a payment")


# half-years


def test_the_first_half_year_ends_with_june_and_the_second_with_december():
    first, second = HalfYear(2011, 1), HalfYear(2011, 2)

    assert (first.first_day, first.last_day) == (date(2011, 1, 1), date(2011, 6, 30))
    assert (second.first_day, second.last_day) == (date(2011, 7, 1), date(2011, 12, 31))
    assert (str(first), str(second)) == ("2011H1", "2011H2")


@pytest.mark.parametrize(
    ("day", "half"),
    [
        (date(2011, 1, 1), HalfYear(2011, 1)),
        (date(2011, 6, 30), HalfYear(2011, 1)),
        (date(2011, 7, 1), HalfYear(2011, 2)),
        (date(2011, 12, 31), HalfYear(2011, 2)),
    ],
)
def test_both_ends_of_a_half_year_lie_inside(day, half):
    assert HalfYear.of(day) == half
    assert day in half
    assert day not in half.next
    assert day not in half.previous


@pytest.mark.parametrize("day", ["2024", None, 2024, datetime.fromisoformat("2024-06-30T00:00")])
def test_only_a_plain_date_lies_in_a_half_year(day):
    with refused(InvalidDate, "periods.invalid_date", value=day, limit="datetime.date"):
        HalfYear.of(day)


def test_half_years_follow_one_another():
    assert HalfYear(2011, 1).next == HalfYear(2011, 2)
    assert HalfYear(2011, 2).next == HalfYear(2012, 1)
    assert HalfYear(2011, 1).previous == HalfYear(2010, 2)
    assert HalfYear(2011, 2).previous == HalfYear(2011, 1)
    assert HalfYear(2010, 2) < HalfYear(2011, 1) < HalfYear(2011, 2)


@pytest.mark.parametrize(("year", "half"), [(1990, 1), (2100, 2)])
def test_a_half_year_of_1990_to_2100_can_be_named(year, half):
    assert HalfYear(year, half).first_day.year == year


@pytest.mark.parametrize(
    ("year", "half"),
    [(2011, 0), (2011, 3), (1989, 2), (2101, 1), (2011.0, 1), (2011, 1.0), (True, 1), (2011, True)],
)
def test_a_half_year_that_does_not_exist_is_refused(year, half):
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=(year, half),
        limit=(1, 2),
        says=f"a half-year is a year of 1990-2100 and 1 or 2, got {year!r} and {half!r}",
    ):
        HalfYear(year, half)


def test_no_half_year_follows_the_last_one():
    with refused(InvalidDate, "periods.invalid_date", value=(2101, 1), limit=(1, 2)):
        _ = HalfYear(2100, 2).next


# interest quarters


@pytest.mark.parametrize(
    ("quarter", "first_day", "last_day", "days"),
    [
        (InterestQuarter(2011, 1), date(2010, 12, 21), date(2011, 3, 20), 90),  # 11 + 31 + 28 + 20
        (InterestQuarter(2011, 2), date(2011, 3, 21), date(2011, 6, 20), 92),  # 11 + 30 + 31 + 20
        (InterestQuarter(2024, 3), date(2024, 6, 21), date(2024, 9, 20), 92),  # 10 + 31 + 31 + 20
        (InterestQuarter(2024, 4), date(2024, 9, 21), date(2024, 12, 20), 91),  # 10 + 31 + 30 + 20
        (InterestQuarter(2024, 1), date(2023, 12, 21), date(2024, 3, 20), 91),  # 11 + 31 + 29 + 20
    ],
)
def test_an_interest_quarter_runs_from_the_21st_to_the_20th_both_inside(
    quarter, first_day, last_day, days
):
    assert (quarter.first_day, quarter.last_day) == (first_day, last_day)
    assert (last_day - first_day).days + 1 == days
    assert first_day in quarter
    assert last_day in quarter
    assert first_day - ONE_DAY not in quarter
    assert last_day + ONE_DAY not in quarter


def test_interest_quarters_have_a_short_name_and_an_order():
    assert str(InterestQuarter(2011, 1)) == "2011Q1"
    assert InterestQuarter(2010, 4) < InterestQuarter(2011, 1) < InterestQuarter(2011, 2)


@pytest.mark.parametrize(("year", "quarter"), [(1991, 1), (2100, 4)])
def test_an_interest_quarter_of_1991_to_2100_can_be_named(year, quarter):
    assert InterestQuarter(year, quarter).last_day.year == year


@pytest.mark.parametrize(
    ("year", "quarter"),
    [(2011, 0), (2011, 5), (1990, 1), (2101, 1), (2011.0, 1), (2011, 1.0), (2011, True)],
)
def test_an_interest_quarter_that_does_not_exist_is_refused(year, quarter):
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=(year, quarter),
        limit=(1, 2, 3, 4),
        says=f"an interest quarter is a year of 1991-2100 and 1 to 4, got {year!r}",
    ):
        InterestQuarter(year, quarter)


# day counts

# One quarter, one odd stretch, one new year with a leap year behind it, and two month ends.
QUARTER = (date(2024, 6, 21), date(2024, 9, 21))  # 10 + 31 + 31 + 20 = 92 days
ODD = (date(2024, 1, 15), date(2024, 4, 20))  # 3 months and 5 days; 17 + 29 + 31 + 19 = 96 days
NEW_YEAR = (date(2023, 12, 12), date(2024, 1, 12))  # 20 days of 2023, 11 days of 2024
MONTH_END = (date(2024, 1, 30), date(2024, 3, 31))  # 1 + 29 + 31 = 61 days
SHORT = (date(2024, 1, 29), date(2024, 3, 31))  # 62 days


@pytest.mark.parametrize(
    ("day_count", "days", "fraction"),
    [
        (DayCount.ACT_360, QUARTER, Fraction(92, 360)),
        (DayCount.ACT_365, QUARTER, Fraction(92, 365)),
        (DayCount.ACT_365, (date(2024, 1, 1), date(2025, 1, 1)), Fraction(366, 365)),
        (DayCount.BY_PERIOD, QUARTER, Fraction(3, 12)),
        (DayCount.BY_PERIOD, ODD, Fraction(3, 12) + Fraction(5, 360)),
        (DayCount.BY_PERIOD, (date(2024, 1, 31), date(2024, 2, 29)), Fraction(1, 12)),
        (DayCount.BY_PERIOD, (date(2024, 1, 31), date(2024, 3, 30)), Fraction(30 + 30, 360)),
        (DayCount.ACT_ACT_ISDA, NEW_YEAR, Fraction(20, 365) + Fraction(11, 366)),
        (DayCount.ACT_ACT_ISDA, (date(2024, 1, 1), date(2025, 1, 1)), Fraction(1)),
        (DayCount.ACT_ACT_ISDA, (date(2023, 1, 1), date(2023, 1, 2)), Fraction(1, 365)),
        (DayCount.ACT_ACT_ISDA, (date(2024, 12, 31), date(2025, 1, 1)), Fraction(1, 366)),
        (DayCount.THIRTY_360, QUARTER, Fraction(90, 360)),
        (DayCount.THIRTY_360, MONTH_END, Fraction(60, 360)),  # a late 31st after a 30th is a 30th
        (DayCount.THIRTY_360, SHORT, Fraction(62, 360)),  # after a 29th the 31st is a 31st
        (DayCount.THIRTY_360, (date(2024, 1, 31), date(2024, 3, 31)), Fraction(60, 360)),
        (DayCount.THIRTY_360, (date(2024, 1, 31), date(2024, 3, 1)), Fraction(31, 360)),
        (DayCount.THIRTY_360, (date(2024, 2, 29), date(2024, 3, 31)), Fraction(32, 360)),
        (DayCount.THIRTY_360, (date(2023, 11, 15), date(2025, 2, 10)), Fraction(445, 360)),
        (DayCount.THIRTY_E_360, MONTH_END, Fraction(60, 360)),
        (DayCount.THIRTY_E_360, SHORT, Fraction(61, 360)),  # every 31st is a 30th
        (DayCount.THIRTY_E_360, (date(2024, 2, 29), date(2024, 3, 31)), Fraction(31, 360)),
        (DayCount.THIRTY_E_360, (date(2024, 1, 31), date(2024, 2, 29)), Fraction(29, 360)),
    ],
)
def test_days_become_a_part_of_a_year(day_count, days, fraction):
    assert day_count.fraction(*days) == fraction


@pytest.mark.parametrize("day_count", DayCount)
@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2024, 3, 31), date(2024, 12, 31)])
def test_no_days_are_no_part_of_a_year(day_count, day):
    assert day_count.fraction(day, day) == 0


@pytest.mark.parametrize("day_count", DayCount)
def test_a_day_count_that_runs_backwards_is_refused(day_count):
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=date(2024, 3, 14),
        limit=date(2024, 3, 15),
        says="a day count: 2024-03-14 is before 2024-03-15",
    ):
        day_count.fraction(date(2024, 3, 15), date(2024, 3, 14))


def test_three_day_counts_take_a_regular_period_by_its_months():
    assert {day_count for day_count in DayCount if day_count.by_months} == BY_MONTHS


@pytest.mark.parametrize(
    ("day_count", "fraction"),
    [
        # 12 December to 12 January is 31 days, 20 of them in 2023 and 11 in the leap year.
        (DayCount.BY_PERIOD, Fraction(31, 360)),
        (DayCount.ACT_360, Fraction(31, 360)),
        (DayCount.THIRTY_360, Fraction(31, 360)),
        (DayCount.THIRTY_E_360, Fraction(31, 360)),
        (DayCount.ACT_365, Fraction(31, 365)),
        (DayCount.ACT_ACT_ISDA, Fraction(20, 365) + Fraction(11, 366)),
    ],
)
def test_what_is_charged_by_the_day_counts_every_calendar_day(day_count, fraction):
    assert day_count.daily(*NEW_YEAR) == fraction


@pytest.mark.parametrize("day_count", DayCount)
def test_a_charge_by_the_day_may_be_cut_on_any_day(day_count):
    start, cut, end = date(2023, 1, 31), date(2023, 12, 31), date(2024, 2, 29)

    assert day_count.daily(start, cut) + day_count.daily(cut, end) == day_count.daily(start, end)


@pytest.mark.parametrize("day_count", DayCount)
def test_a_charge_by_the_day_that_runs_backwards_is_refused(day_count):
    with refused(
        InvalidDate, "periods.invalid_date", value=date(2024, 3, 14), limit=date(2024, 3, 15)
    ):
        day_count.daily(date(2024, 3, 15), date(2024, 3, 14))
