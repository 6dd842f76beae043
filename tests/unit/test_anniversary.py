"""A loan's half-years counted from its own disbursement: their days, and the accounts of them."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from histories import a_loan, a_quarterly_loan, pays, pays_on_time
from microloan import Amortization, DayCount, HalfYear, InvalidDate, InvalidTerms, MonthEnd, cny
from microloan.anniversary import Anniversary
from microloan.window import calendar_half, window_for
from refusals import refused


def test_the_first_half_year_runs_from_the_disbursement_through_the_day_six_months_later():
    first, second = Anniversary(1), Anniversary(2)
    on = date(2024, 3, 15)

    assert (first.first_day(on), first.last_day(on)) == (on, date(2024, 9, 15))
    assert (second.first_day(on), second.last_day(on)) == (date(2024, 9, 16), date(2025, 3, 15))
    assert first.next == second
    assert str(second) == "half-year 2"


def test_anniversaries_are_counted_from_the_disbursement_and_never_chained():
    on = date(2023, 8, 31)

    assert [Anniversary(k).last_day(on) for k in (1, 2, 3, 4)] == [
        date(2024, 2, 29),
        date(2024, 8, 31),
        date(2025, 2, 28),
        date(2025, 8, 31),
    ]
    assert Anniversary(2).first_day(on) == date(2024, 3, 1)


def test_a_contract_whose_month_ends_roll_has_half_years_that_roll():
    on = date(2023, 8, 31)

    assert Anniversary(1).last_day(on, month_end=MonthEnd.ROLL) == date(2024, 3, 1)
    assert Anniversary(2).first_day(on, month_end=MonthEnd.ROLL) == date(2024, 3, 2)
    loan = a_loan(disbursed_on=on, months=24, month_end=MonthEnd.ROLL)
    assert window_for(Anniversary(1), loan.terms).last_day == date(2024, 3, 1)


@pytest.mark.parametrize("month_end", MonthEnd)
@pytest.mark.parametrize("on", [date(2023, 8, 31), date(2024, 2, 29), date(2024, 3, 15)])
def test_every_day_of_a_loan_lies_in_one_half_year(on, month_end):
    for number in range(1, 900):
        day = on + timedelta(days=number - 1)
        half = Anniversary.of(day, disbursed_on=on, month_end=month_end)
        first = half.first_day(on, month_end=month_end)
        assert first <= day <= half.last_day(on, month_end=month_end)


def test_two_half_years_of_a_loan_adjoin():
    on = date(2023, 8, 31)
    for one, following in pairwise(Anniversary(k) for k in range(1, 20)):
        assert following.first_day(on) - one.last_day(on) == timedelta(days=1)
        assert one < following


@pytest.mark.parametrize("number", [0, -1, 161, 1.0, "1", True, None])
def test_a_half_year_of_a_loan_is_numbered_from_one(number):
    with refused(
        InvalidDate, "periods.invalid_date", value=number, limit=(1, 160), says="numbered 1-160"
    ):
        Anniversary(number)


def test_the_last_half_year_there_is_has_days():
    assert Anniversary(160).last_day(date(2100, 12, 31)) == date(2180, 12, 31)
    with pytest.raises(InvalidDate):
        _ = Anniversary(160).next


def test_no_half_year_contains_a_day_before_the_disbursement():
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=date(2024, 3, 14),
        limit=date(2024, 3, 15),
        says="disbursement and a half-year",
    ):
        Anniversary.of(date(2024, 3, 14), disbursed_on=date(2024, 3, 15))


def test_half_years_are_counted_from_plain_days():
    noon = datetime.fromisoformat("2024-03-15T12:00")
    for ask in (
        lambda: Anniversary(1).first_day(noon),
        lambda: Anniversary(2).first_day(noon),
        lambda: Anniversary(1).last_day("2024-03-15"),
        lambda: Anniversary.of(noon, disbursed_on=date(2024, 3, 15)),
        lambda: Anniversary.of(date(2024, 3, 15), disbursed_on=noon),
    ):
        with pytest.raises(InvalidDate):
            ask()


# ---- the accounts


def test_a_two_year_loan_has_four_accounts_and_matures_in_the_fourth():
    # 120,000 at 6 %, everything after 24 months: 120,000 × 6 % × 2 = 14,400 of interest.
    loan = a_loan(disbursed_on=date(2023, 8, 31), months=24, amortization=Amortization.BULLET)
    loan = loan.repay(cny(134_400), on=date(2025, 8, 31), ref="回单1")
    accounts = [loan.account(Anniversary(k)) for k in (1, 2, 3, 4)]

    assert Anniversary.of(loan.terms.matures_on, disbursed_on=date(2023, 8, 31)) == Anniversary(4)
    assert [account.disbursed for account in accounts] == [cny(120_000), *[cny(0)] * 3]
    assert [account.due for account in accounts] == [*[cny(0)] * 3, cny(134_400)]
    assert [account.opening for account in accounts] == [cny(0), *[cny(120_000)] * 3]
    assert [account.closing for account in accounts] == [*[cny(120_000)] * 3, cny(0)]
    assert loan.account(Anniversary(5)).idle
    assert all(account.balances for account in accounts)


def test_an_account_says_which_days_it_covers():
    loan = pays_on_time(a_loan(), 1, 12)  # from 15 January 2024

    second = loan.account(Anniversary(2))
    assert (second.half, second.first_day, second.last_day) == (
        Anniversary(2),
        date(2024, 7, 16),
        date(2025, 1, 15),
    )
    assert (second.opening, second.repaid_principal, second.closing) == (
        cny(60_000),
        cny(60_000),
        cny(0),
    )
    calendar = loan.account(HalfYear(2024, 2))
    assert (calendar.first_day, calendar.last_day) == (date(2024, 7, 1), date(2024, 12, 31))


def test_interest_that_is_earned_and_not_billed_stands_at_the_anniversary():
    # 120,000 × 6 % / 360 = 20 a day; from 21 June, 15 July not counted: 24 days.
    loan = a_quarterly_loan(months=24, day_count=DayCount.ACT_360)

    assert loan.account(Anniversary(1)).unbilled == cny(480)


def test_a_late_fact_is_an_adjustment_of_the_half_year_in_which_it_is_booked():
    # February's 10,600 became known on 20 July, in the second half-year from 15 January.
    loan = pays(a_loan(), (10_600, date(2024, 2, 15), date(2024, 7, 20)))
    first, second = loan.account(Anniversary(1)), loan.account(Anniversary(2))

    assert (first.repaid, first.closing) == (cny(0), cny(120_000))
    assert (second.opening, second.adjustments) == (cny(120_000), cny(-10_000))
    assert second.closing == cny(110_000)
    assert loan.account(Anniversary(1), through=first.through) == first


@pytest.mark.parametrize("half", [None, "2024H1", 20241, date(2024, 6, 30), (2024, 1)])
def test_an_account_is_asked_for_a_half_year(half):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=half,
        limit="a HalfYear or an Anniversary",
        says="the half-year must be",
    ):
        a_loan().account(half)


def test_a_book_is_closed_by_the_calendar():
    assert calendar_half(HalfYear(2024, 1)) == HalfYear(2024, 1)
    with refused(InvalidTerms, "terms.invalid", value=Anniversary(1), limit="a HalfYear"):
        calendar_half(Anniversary(1))
