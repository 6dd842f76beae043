"""Interest periods and due dates: anchored on disbursement, settled by a day, listed, joined.

Most loans here are 100,000 yuan at 3.6 %, by days over 360: 10.00 yuan a day.
"""

from datetime import date
from fractions import Fraction

import pytest

from microloan.clauses import Amortization, LevelBy, PrincipalPart, Settlement, Stub
from microloan.due_dates import (
    Calendar,
    Period,
    Workday,
    calendar_of,
    on_workday,
    with_interest_to_workdays,
)
from microloan.errors import InvalidDate, InvalidTerms
from microloan.money import cny
from microloan.months import MonthEnd
from microloan.periods import DayCount
from microloan.rate import percent
from microloan.schedule import amortize
from microloan.terms import LoanTerms
from refusals import refused

QUARTERLY = {"interval_months": 3, "settlement": Settlement(20)}


def contract(**terms):
    """100,000.00 at 3.6 % for a year from 15 January 2024, interest every month."""
    usual = {
        "principal": cny(100_000),
        "annual_rate": percent("3.6"),
        "disbursed_on": date(2024, 1, 15),
        "months": 12,
        "amortization": Amortization.INTEREST_ONLY,
        "day_count": DayCount.ACT_360,
    }
    return LoanTerms(**usual | terms)


def part(day, yuan):
    return PrincipalPart(due_on=date.fromisoformat(day), principal=cny(yuan))


def shown(days):
    return " ".join(f"{day:%y%m%d}" for day in days)


def interests(terms):
    return [str(line.interest.amount) for line in amortize(terms)]


def working(day):
    """Monday to Friday."""
    return day.weekday() < 5


# anniversaries


def test_anniversaries_of_the_31st_are_clamped_to_the_end_of_the_month():
    calendar = calendar_of(contract(disbursed_on=date(2024, 1, 31), months=4))

    assert shown(calendar.due) == "240229 240331 240430 240531"
    assert shown(calendar.opens) == "240131 240229 240331 240430"
    assert calendar.closes == calendar.due
    assert calendar.months == (1, 1, 1, 1)
    assert (calendar.stubs, calendar.unbilled) == (frozenset(), frozenset())


def test_anniversaries_of_the_31st_may_roll_to_the_1st_and_come_back_to_the_31st():
    # Days of the periods: 30 30 31 30 31 30 31 31 30 31 30 31, 366 in all, 10.00 yuan each.
    terms = contract(disbursed_on=date(2024, 1, 31), month_end=MonthEnd.ROLL)

    assert shown(calendar_of(terms).due) == (
        "240301 240331 240501 240531 240701 240731 240831 241001 241031 241201 241231 250131"
    )
    assert interests(terms) == [
        *("300.00", "300.00", "310.00", "300.00", "310.00", "300.00"),
        *("310.00", "310.00", "300.00", "310.00", "300.00", "310.00"),
    ]


def test_a_rolled_month_is_a_twelfth_of_a_year_where_months_count():
    # 100,000 × 3.6 % / 12 = 300.00, for 30 days as for 31
    terms = contract(
        disbursed_on=date(2024, 1, 31), month_end=MonthEnd.ROLL, day_count=DayCount.BY_PERIOD
    )

    assert interests(terms) == ["300.00"] * 12


def test_a_quarter_is_three_months_of_the_calendar():
    calendar = calendar_of(contract(interval_months=3))

    assert shown(calendar.due) == "240415 240715 241015 250115"
    assert calendar.months == (3, 3, 3, 3)


def test_all_at_maturity_is_one_period_over_the_whole_term():
    calendar = calendar_of(contract(amortization=Amortization.BULLET, months=18))

    assert (shown(calendar.opens), shown(calendar.due)) == ("240115", "250715")
    assert calendar.months == (18,)


@pytest.mark.parametrize("month_end", MonthEnd)
def test_a_month_of_grace_from_the_31st_frees_the_first_due_date(month_end):
    # 29 February, or 1 March where it rolls: a month later by the rule of the contract.
    # 12,000 × 1 % = 120.00 a month; then half of 12,000 twice.
    terms = contract(
        principal=cny(12_000),
        annual_rate=percent(12),
        disbursed_on=date(2024, 1, 31),
        months=3,
        amortization=Amortization.EQUAL_PRINCIPAL,
        day_count=DayCount.THIRTY_360,
        grace_months=1,
        month_end=month_end,
    )

    assert [line.principal_fen for line in amortize(terms)] == [0, 600_000, 600_000]
    assert interests(terms) == ["120.00", "120.00", "60.00"]


# settlement days


def test_interest_of_the_settlement_day_still_belongs_to_the_period():
    calendar = calendar_of(contract(**QUARTERLY, months=9))

    assert shown(calendar.due) == "240320 240620 240920 241015"
    assert shown(calendar.closes) == "240321 240621 240921 241015"  # at maturity it does not
    assert shown(calendar.opens) == "240115 240321 240621 240921"
    assert calendar.months == (0, 3, 3, 0)
    assert calendar.stubs == {0, 3}


def test_a_short_first_period_ends_on_the_first_settlement_day():
    # 5 to 20 March, both inside, 16 days; then 92, 92, 91; 21 December to 4 March 74: 365 days.
    terms = contract(**QUARTERLY, disbursed_on=date(2024, 3, 5))

    assert shown(calendar_of(terms).due) == "240320 240620 240920 241220 250305"
    assert interests(terms) == ["160.00", "920.00", "920.00", "910.00", "740.00"]


def test_a_long_first_period_takes_the_short_one_with_it():
    # 5 March to 20 June, both inside, 16 + 92 = 108 days.
    terms = contract(
        disbursed_on=date(2024, 3, 5), interval_months=3, settlement=Settlement(20, Stub.LONG)
    )

    assert shown(calendar_of(terms).due) == "240620 240920 241220 250305"
    assert calendar_of(terms).months == (0, 3, 3, 0)
    assert calendar_of(terms).stubs == {0, 3}
    assert interests(terms) == ["1080.00", "920.00", "910.00", "740.00"]


def test_a_first_period_of_a_whole_interval_is_not_made_longer():
    # 20 March to 20 June is three months.
    for first in Stub:
        terms = contract(
            disbursed_on=date(2024, 3, 20), interval_months=3, settlement=Settlement(20, first)
        )
        assert shown(calendar_of(terms).due) == "240620 240920 241220 250320"


@pytest.mark.parametrize(("day", "first_due"), [(21, "2024-06-20"), (22, "2024-09-20")])
def test_a_quarter_from_the_21st_to_the_20th_is_not_short(day, first_due):
    # Both ends inside, it is the interest quarter itself; from the 22nd on a day is missing.
    terms = contract(
        disbursed_on=date(2024, 3, day),
        months=12,
        interval_months=3,
        settlement=Settlement(20, first=Stub.LONG),
    )

    assert str(calendar_of(terms).due[0]) == first_due


def test_a_long_first_period_may_be_the_whole_loan():
    # From 5 March to 5 May the 20th of March is the only end of a quarter; by months the 20th of
    # March and of April are settlement days. LONG skips the first one.
    two_months = {"disbursed_on": date(2024, 3, 5), "months": 2}

    by_quarters = contract(
        **two_months, interval_months=3, settlement=Settlement(20, first=Stub.LONG)
    )
    by_months = contract(**two_months, settlement=Settlement(20, first=Stub.LONG))

    assert shown(calendar_of(by_quarters).due) == "240505"
    assert (calendar_of(by_quarters).months, calendar_of(by_quarters).stubs) == ((0,), {0})
    assert shown(calendar_of(by_months).due) == "240420 240505"
    # 5 March to 4 May is 27 + 30 + 4 = 61 days
    assert interests(by_quarters) == ["610.00"]


# listed due dates


def test_listed_due_dates_bear_interest_for_their_own_days():
    # 15 January to 1 April 77 days, to 1 October 183, to 15 January 2025 106: 366 in all.
    terms = contract(due_dates=(date(2024, 4, 1), date(2024, 10, 1), date(2025, 1, 15)))

    assert interests(terms) == ["770.00", "1830.00", "1060.00"]
    assert calendar_of(terms).months == (0, 0, 0)
    assert calendar_of(terms).stubs == frozenset()


def test_listed_due_dates_count_days_even_where_they_are_months_apart():
    # By 30/360 15 January to 29 February is 44 days, to 31 March 32: 440.00 and 320.00 yuan.
    terms = contract(
        months=2,
        due_dates=(date(2024, 2, 29), date(2024, 3, 31)),
        day_count=DayCount.THIRTY_360,
        disbursed_on=date(2024, 1, 15),
    )

    assert interests(terms) == ["440.00", "320.00"]


# grace on interest


def test_due_dates_within_the_grace_on_interest_are_joined_to_the_next():
    # 100,000 × 3.6 % / 12 = 300.00 a month; the first due date is the third: 900.00.
    terms = contract(months=5, interest_grace_months=2, day_count=DayCount.BY_PERIOD)
    calendar = calendar_of(terms)

    assert shown(calendar.due) == "240415 240515 240615"
    assert shown(calendar.opens) == "240115 240415 240515"
    assert calendar.months == (3, 1, 1)
    assert calendar.stubs == {0}
    assert interests(terms) == ["900.00", "300.00", "300.00"]


def test_joined_periods_bear_interest_for_all_their_days():
    # 15 January to 15 April 2024 is 17 + 29 + 31 + 14 = 91 days; then 30 and 31.
    terms = contract(months=5, interest_grace_months=2)

    assert interests(terms) == ["910.00", "300.00", "310.00"]


def test_a_grace_on_interest_up_to_the_last_month_leaves_one_due_date():
    terms = contract(interest_grace_months=11, day_count=DayCount.THIRTY_360)

    assert shown(calendar_of(terms).due) == "250115"
    assert interests(terms) == ["3600.00"]


def test_a_grace_on_interest_joins_settled_periods_too():
    # The grace ends on 15 April: 20 March is inside. 66 + 92 = 158 days, then 92, 91 and 25.
    terms = contract(**QUARTERLY, interest_grace_months=3)

    assert shown(calendar_of(terms).due) == "240620 240920 241220 250115"
    assert calendar_of(terms).months == (0, 3, 3, 0)
    assert calendar_of(terms).stubs == {0, 3}
    assert interests(terms) == ["1580.00", "920.00", "910.00", "250.00"]


def test_a_grace_on_interest_that_ends_before_the_first_due_date_changes_nothing():
    days = (date(2024, 2, 20), date(2024, 3, 15), date(2024, 4, 15))
    terms = {"months": 3, "due_dates": days, "grace_months": 1}
    terms |= {"amortization": Amortization.EQUAL_INSTALLMENTS, "annual_rate": percent(12)}

    with_grace = contract(**terms, interest_grace_months=1)

    assert calendar_of(with_grace) == calendar_of(contract(**terms))
    assert list(amortize(with_grace)) == list(amortize(contract(**terms)))


def test_the_last_due_date_is_never_within_a_grace():
    # From 31 January a month by ROLL ends on 1 March, the only due date.
    terms = {
        "disbursed_on": date(2024, 1, 31),
        "months": 2,
        "due_dates": (date(2024, 3, 1),),
        "month_end": MonthEnd.ROLL,
        "interest_grace_months": 1,
    }

    assert interests(contract(**terms)) == ["300.00"]
    level = contract(**terms, amortization=Amortization.EQUAL_PRINCIPAL, grace_months=1)
    assert [line.principal for line in amortize(level)] == [cny(100_000)]


def test_a_grace_on_interest_from_the_31st_goes_by_the_month_end_rule():
    terms = contract(
        disbursed_on=date(2024, 1, 31),
        months=3,
        interest_grace_months=1,
        month_end=MonthEnd.ROLL,
    )

    # 31 January to 31 March is 60 days, to 1 May 31.
    assert shown(calendar_of(terms).due) == "240331 240501"
    assert interests(terms) == ["600.00", "310.00"]


# parts of the principal


def test_a_part_on_a_day_that_is_no_due_date_makes_a_line_without_interest():
    terms = contract(
        **QUARTERLY,
        amortization=Amortization.CUSTOM,
        months=6,
        parts=(part("2024-05-01", 40_000), part("2024-07-15", 60_000)),
    )
    calendar = calendar_of(terms)

    assert shown(calendar.due) == "240320 240501 240620 240715"
    assert shown(calendar.opens) == "240115 240321 240501 240621"
    assert shown(calendar.closes) == "240321 240501 240621 240715"
    assert calendar.unbilled == {1}
    # Around the part the period is the whole quarter.
    quarter = Period(
        opens_on=date(2024, 3, 21), closes_on=date(2024, 6, 21), due_on=date(2024, 6, 20), months=3
    )
    assert calendar.period(1) == calendar.period(2) == quarter
    # 66 days × 10; 21 March to 30 April 41 × 10 + 1 May to 20 June 51 × 6; 24 days × 6.
    assert interests(terms) == ["660.00", "0.00", "716.00", "144.00"]


def test_a_part_on_a_settlement_day_bears_interest_for_that_day():
    # 20 March belongs to the first period, at 10.00 a day; from the 21st 50,000 bear 5.00.
    terms = contract(
        **QUARTERLY,
        amortization=Amortization.CUSTOM,
        months=3,
        parts=(part("2024-03-20", 50_000), part("2024-04-15", 50_000)),
    )

    assert calendar_of(terms).unbilled == frozenset()
    assert interests(terms) == ["660.00", "125.00"]  # 21 March to 14 April is 25 days


def test_a_part_on_the_day_after_a_settlement_day_bears_no_interest_of_the_next_period():
    terms = contract(
        **QUARTERLY,
        amortization=Amortization.CUSTOM,
        months=3,
        parts=(part("2024-03-21", 50_000), part("2024-04-15", 50_000)),
    )

    assert shown(calendar_of(terms).due) == "240320 240321 240415"
    assert interests(terms) == ["660.00", "0.00", "125.00"]


def test_several_parts_within_one_period_cut_it_into_stretches():
    # By 30/360: 15 to 25 January 10 days, to 5 February 10, to 15 February 10.
    # 12,000 × 12 % / 360 = 4.00 a day, 9,000 → 3.00, 3,000 → 1.00: 40 + 30 + 10 = 80.
    terms = contract(
        principal=cny(12_000),
        annual_rate=percent(12),
        months=1,
        day_count=DayCount.THIRTY_360,
        amortization=Amortization.CUSTOM,
        parts=(part("2024-01-25", 3_000), part("2024-02-05", 6_000), part("2024-02-15", 3_000)),
    )

    assert calendar_of(terms).unbilled == {0, 1}
    assert interests(terms) == ["0.00", "0.00", "80.00"]
    assert {calendar_of(terms).period(at).months for at in range(3)} == {1}


def test_a_part_within_the_grace_on_interest_leaves_its_interest_to_the_first_due_date():
    # 15 to 31 January 17 days of 10.00, February to 14 April 74 days of 4.00: 170 + 296.
    terms = contract(
        months=3,
        interest_grace_months=2,
        amortization=Amortization.CUSTOM,
        parts=(part("2024-02-01", 60_000), part("2024-04-15", 40_000)),
    )

    assert shown(calendar_of(terms).due) == "240201 240415"
    assert interests(terms) == ["0.00", "466.00"]


# periods and their fractions


MONTH = Period(
    opens_on=date(2024, 1, 15),
    closes_on=date(2024, 2, 15),
    due_on=date(2024, 2, 15),
    months=1,
)


@pytest.mark.parametrize(
    ("day", "gone"),
    [
        (date(2024, 1, 14), Fraction(0)),
        (date(2024, 1, 15), Fraction(0)),
        (date(2024, 1, 16), Fraction(1, 360)),
        (date(2024, 2, 14), Fraction(30, 360)),  # as much as the month has
        (date(2024, 2, 15), Fraction(30, 360)),
        (date(2024, 3, 15), Fraction(30, 360)),
    ],
)
def test_of_a_month_of_31_days_no_more_than_a_twelfth_goes_by(day, gone):
    assert MONTH.days == 31
    assert MONTH.elapsed(day, DayCount.BY_PERIOD) == gone


@pytest.mark.parametrize("day_count", [DayCount.BY_PERIOD, DayCount.THIRTY_360])
def test_of_a_month_from_the_end_of_february_no_more_than_a_twelfth_goes_by(day_count):
    # 29 February to 31 March; at 30 March 31 days would have gone by: 30 + 30 − 29.
    month = Period(
        opens_on=date(2024, 2, 29),
        closes_on=date(2024, 3, 31),
        due_on=date(2024, 3, 31),
        months=1,
    )

    assert day_count.fraction(month.opens_on, date(2024, 3, 30)) == Fraction(31, 360)
    assert month.elapsed(date(2024, 3, 30), day_count) == Fraction(30, 360)


def test_by_actual_days_a_month_goes_by_to_its_last_day():
    assert MONTH.elapsed(date(2024, 2, 14), DayCount.ACT_360) == Fraction(30, 360)
    assert MONTH.elapsed(date(2024, 2, 15), DayCount.ACT_360) == Fraction(31, 360)


@pytest.mark.parametrize("day_count", DayCount)
@pytest.mark.parametrize("settlement", [None, Settlement(20)])
def test_cutting_periods_by_parts_changes_nothing_of_their_length(day_count, settlement):
    whole = contract(day_count=day_count, settlement=settlement, months=6)
    days = ("2024-01-16", "2024-02-14", "2024-02-29", "2024-03-31", "2024-05-30", "2024-07-15")
    cut = contract(
        day_count=day_count,
        settlement=settlement,
        months=6,
        amortization=Amortization.CUSTOM,
        parts=tuple(part(day, yuan) for day, yuan in zip(days, [1] * 5 + [99_995], strict=True)),
    )

    def length(calendar):
        places = range(len(calendar.due))
        return sum(calendar.fraction(at, calendar.opens[at], day_count) for at in places)

    assert length(calendar_of(cut)) == length(calendar_of(whole))


def test_from_a_day_on_a_place_bears_the_rest_of_its_fraction():
    calendar = Calendar(
        due=(MONTH.due_on,), closes=(MONTH.closes_on,), opens=(MONTH.opens_on,), months=(1,)
    )

    def left(day):
        return calendar.fraction(0, day, DayCount.BY_PERIOD)

    assert left(date(2024, 1, 1)) == Fraction(30, 360)
    assert left(date(2024, 1, 25)) == Fraction(20, 360)
    assert left(date(2024, 2, 14)) == 0
    assert left(date(2024, 3, 1)) == 0


# working days


@pytest.mark.parametrize(
    ("day", "following", "preceding"),
    [
        (date(2024, 6, 14), date(2024, 6, 14), date(2024, 6, 14)),  # a Friday
        (date(2024, 6, 15), date(2024, 6, 17), date(2024, 6, 14)),  # a Saturday
        (date(2024, 6, 16), date(2024, 6, 17), date(2024, 6, 14)),  # a Sunday
    ],
)
def test_a_day_off_moves_to_the_next_working_day_or_to_the_one_before(day, following, preceding):
    assert on_workday(day, working) == following
    assert on_workday(day, working, Workday.FOLLOWING) == following
    assert on_workday(day, working, Workday.PRECEDING) == preceding


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2024, 6, 15), date(2024, 6, 17)),  # a Saturday: Monday is in the same month
        (date(2024, 6, 30), date(2024, 6, 28)),  # a Sunday: Monday would be 1 July
        (date(2024, 8, 31), date(2024, 8, 30)),  # a Saturday
        (date(2024, 12, 31), date(2024, 12, 31)),  # a Tuesday
    ],
)
def test_a_day_off_at_the_end_of_a_month_may_stay_within_it(day, moved):
    assert on_workday(day, working, Workday.FOLLOWING_IN_MONTH) == moved


@pytest.mark.parametrize("to", Workday)
def test_a_rule_without_any_working_day_is_refused(to):
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=date(2024, 6, 15),
        limit=31,
        says="no working day within 31 days of 2024-06-15",
    ):
        on_workday(date(2024, 6, 15), lambda day: False, to)


def test_the_longest_holiday_has_thirty_days():
    # 15 June to 14 July is 30 days; one more is too many.
    assert on_workday(date(2024, 6, 15), lambda day: day >= date(2024, 7, 15)) == date(2024, 7, 15)

    with refused(InvalidDate, "periods.invalid_date", value=date(2024, 6, 15), limit=31):
        on_workday(date(2024, 6, 15), lambda day: day >= date(2024, 7, 16))


def test_interest_may_run_up_to_the_working_day():
    # 15 June 2024 is a Saturday, 15 September and 15 December Sundays, 15 March 2025 a Saturday.
    # 94 + 91 + 91 + 91 = 367 days where the contract has 92 + 92 + 91 + 90 = 365.
    terms = contract(disbursed_on=date(2024, 3, 15), interval_months=3)
    moved = with_interest_to_workdays(terms, working)

    assert interests(terms) == ["920.00", "920.00", "910.00", "900.00"]
    assert shown(moved.due_dates) == "240617 240916 241216 250317"
    assert interests(moved) == ["940.00", "910.00", "910.00", "910.00"]


def test_interest_may_run_up_to_the_working_day_before():
    # 14 June, 13 September, 13 December, 14 March: 91, 91, 91, 91 days.
    terms = contract(disbursed_on=date(2024, 3, 15), interval_months=3)
    moved = with_interest_to_workdays(terms, working, Workday.PRECEDING)

    assert shown(moved.due_dates) == "240614 240913 241213 250314"
    assert interests(moved) == ["910.00"] * 4


def test_level_payments_by_quarters_stay_level_on_working_days():
    # 100,000 × 3 % ÷ (1 − 1.03⁻⁴) = 26,902.70 as by hand in the tests of the schedule.
    # By 30/360 15 March to 17 June has 92 days: 100,000 × 12 % × 92 / 360 = 3,066.67.
    terms = contract(
        annual_rate=percent(12),
        disbursed_on=date(2024, 3, 15),
        interval_months=3,
        amortization=Amortization.EQUAL_INSTALLMENTS,
        day_count=DayCount.THIRTY_360,
    )
    plan = amortize(with_interest_to_workdays(terms, working))

    assert {line.total for line in plan[:-1]} == {cny("26902.70")}
    assert (plan[0].interest, plan[0].principal) == (cny("3066.67"), cny("23836.03"))


def test_settled_and_joined_periods_end_on_working_days_too():
    # 20 March is within the grace; 20 June 2024 is a Thursday, 20 September and 20 December are
    # Fridays and 15 January 2025 is a Wednesday.
    terms = contract(**QUARTERLY, interest_grace_months=3)
    moved = with_interest_to_workdays(terms, working)

    assert (moved.settlement, moved.interest_grace_months) == (None, 0)
    assert shown(moved.due_dates) == "240620 240920 241220 250115"
    # Interest now runs up to the due date and not through it: 157 + 92 + 91 + 26 = 366 days.
    assert interests(moved) == ["1570.00", "920.00", "910.00", "260.00"]


def test_parts_of_the_principal_move_to_working_days_with_the_interest():
    # Sunday 12 May moves to the 13th: 119 days of 10.00 since 15 January; 15 June, a Saturday, to
    # the 17th: 35 days of 5.00.
    terms = contract(
        months=5,
        due_dates=(date(2024, 6, 15),),
        amortization=Amortization.CUSTOM,
        parts=(part("2024-05-12", 50_000), part("2024-06-15", 50_000)),
    )
    moved = with_interest_to_workdays(terms, working)

    assert [str(each.due_on) for each in moved.parts] == ["2024-05-13", "2024-06-17"]
    assert shown(moved.due_dates) == "240617"
    assert interests(moved) == ["0.00", "1365.00"]


def test_a_grace_on_principal_cannot_be_told_from_listed_due_dates():
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=6,
        limit="0 to list due dates",
        says="grace months must be 0 to list due dates, got 6",
    ):
        with_interest_to_workdays(
            contract(amortization=Amortization.EQUAL_PRINCIPAL, grace_months=6), working
        )


def test_all_at_maturity_lists_no_due_dates():
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=(date(2025, 1, 15),),
        limit="absent where all is paid at maturity",
    ):
        with_interest_to_workdays(contract(amortization=Amortization.BULLET), working)


def test_two_due_dates_that_become_one_are_refused():
    # Settled on 20 January 2025 and mature on the 21st, with the 20th a holiday.
    terms = contract(disbursed_on=date(2024, 10, 21), months=3, settlement=Settlement(20))

    with refused(
        InvalidTerms,
        "terms.invalid",
        value="2024-11-20, 2024-12-20, 2025-01-21, 2025-01-21",
        limit="strictly increasing after disbursement, the last one within a month of 3 months",
    ):
        with_interest_to_workdays(terms, lambda day: day != date(2025, 1, 20))


def test_where_no_day_is_a_working_day_no_due_date_can_be_listed():
    with refused(InvalidDate, "periods.invalid_date", value=date(2024, 2, 15), limit=31):
        with_interest_to_workdays(contract(), lambda day: False)


def test_exact_factors_make_payments_on_working_days_level():
    terms = contract(
        amortization=Amortization.EQUAL_INSTALLMENTS,
        level_by=LevelBy.EXACT_FACTORS,
        annual_rate=percent(12),
    )
    plan = amortize(with_interest_to_workdays(terms, working))

    assert len({line.total for line in plan[:-1]}) == 1
    assert abs(plan[-1].total_fen - plan[0].total_fen) <= len(plan)
