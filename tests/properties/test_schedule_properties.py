"""What holds for every plan, every split and every day, whatever the terms."""

from bisect import bisect_right
from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, example, given
from hypothesis import strategies as st

import oracle_contract
import oracles
import strategies
from microloan.clauses import Amortization, Residue, Settlement
from microloan.dated import Dated
from microloan.errors import NotInForce
from microloan.money import cny, fen, from_fen, ratio, settle, show, split, split_fen, total
from microloan.months import add_months, whole_months
from microloan.periods import DayCount, HalfYear, InterestQuarter
from microloan.rate import percent, show_rate
from microloan.schedule import amortize
from microloan.terms import LoanTerms

ONE_DAY = timedelta(days=1)
ADDITIVE = [DayCount.ACT_360, DayCount.ACT_365, DayCount.ACT_ACT_ISDA]
SETTLED_QUARTERS = LoanTerms(
    principal=cny(100_000),
    annual_rate=percent("4.35"),
    disbursed_on=date(2024, 3, 21),
    months=12,
    amortization=Amortization.INTEREST_ONLY,
    day_count=DayCount.ACT_360,
    interval_months=3,
    settlement=Settlement(20),
)
ONE_YUAN = LoanTerms(
    principal=cny(1),
    annual_rate=percent(0),
    disbursed_on=date(2024, 1, 31),
    months=36,
    amortization=Amortization.EQUAL_INSTALLMENTS,
    day_count=DayCount.BY_PERIOD,
    residue=Residue.LAST_INTEREST,
)


# plans


@given(strategies.terms())
@example(SETTLED_QUARTERS)
@example(ONE_YUAN)
def test_a_plan_pays_back_the_loan_and_not_a_fen_more(terms):
    plan = amortize(terms)

    assert total(line.principal for line in plan) == terms.principal
    assert plan[0].opening == terms.principal
    assert plan[-1].outstanding_fen == 0
    for line, following in pairwise(plan):
        assert following.opening_fen == line.outstanding_fen


@given(strategies.terms())
@example(ONE_YUAN)
def test_no_part_of_a_plan_is_negative(terms):
    for line in amortize(terms):
        assert line.principal_fen >= 0
        assert line.interest_fen >= 0
        assert line.outstanding_fen >= 0
        assert line.total == from_fen(line.principal_fen + line.interest_fen)


@given(strategies.terms())
@example(SETTLED_QUARTERS)
def test_due_dates_strictly_increase_from_after_disbursement_to_maturity(terms):
    due = [line.due_on for line in amortize(terms)]

    assert terms.disbursed_on < due[0]
    assert due == sorted(set(due))
    assert due[-1] == terms.matures_on


@given(strategies.terms())
@example(SETTLED_QUARTERS)
def test_every_day_from_disbursement_to_maturity_bears_interest_once(terms):
    periods = [line.period for line in amortize(terms)]

    assert periods[0].opens_on == terms.disbursed_on
    assert periods[-1].closes_on == terms.matures_on
    for period, following in pairwise(periods):
        assert period.closes_on == following.opens_on


@given(strategies.terms())
@example(SETTLED_QUARTERS)
@example(ONE_YUAN)
def test_a_plan_agrees_to_the_fen_with_one_written_apart(terms):
    expected = [
        (row.due_on, row.principal, row.interest, row.outstanding)
        for row in oracle_contract.plan(terms)
    ]

    assert expected == [
        (line.due_on, line.principal_fen, line.interest_fen, line.outstanding_fen)
        for line in amortize(terms)
    ]


@given(strategies.terms(longest=600, amortizations=(Amortization.EQUAL_INSTALLMENTS,)))
def test_a_level_plan_of_fifty_years_agrees_with_one_written_apart(terms):
    plan, expected = amortize(terms), oracle_contract.plan(terms)

    assert [line.total_fen for line in plan] == [row.principal + row.interest for row in expected]


@given(strategies.terms(amortizations=(Amortization.EQUAL_INSTALLMENTS,), settled=False))
def test_level_payments_are_level_up_to_the_last(terms):
    plan = amortize(terms)
    paying = [line for line in plan[:-1] if 0 < line.principal_fen < line.opening_fen]

    assert len({line.total_fen for line in paying}) <= 1


@given(strategies.terms())
def test_an_explanation_arrives_at_the_interest_it_explains(terms):
    for line in amortize(terms)[-2:]:
        steps = dict(line.explain().steps)
        rounded, *_ = steps["rounded"].split(", half up")
        odd, *_ = steps.get("residue", "0.00").split(", taken")
        assert cny(rounded.replace(",", "")) + cny(odd.replace(",", "")) == line.interest


@given(strategies.terms())
def test_a_host_that_rounds_up_to_six_digits_gets_the_same_plan(terms):
    plan = amortize(terms)

    amortize.cache_clear()
    with localcontext(prec=6, rounding=ROUND_UP):
        assert amortize(terms) == plan


# money


@given(strategies.amounts(lowest=-(10**15), highest=10**15))
def test_an_amount_read_from_its_own_text_is_the_same_amount(amount):
    assert cny(Decimal(show(amount).replace(",", ""))) == amount
    assert from_fen(fen(amount)) == amount


@given(st.fractions())
def test_rounding_moves_an_amount_by_half_a_fen_at_most_and_is_even_handed(exact):
    payable = settle(exact)

    assert abs(payable - exact) <= Fraction(1, 2)
    assert settle(-exact) == -payable
    if abs(payable - exact) == Fraction(1, 2):
        assert abs(payable) > abs(exact)


@given(
    strategies.amounts(lowest=0),
    st.lists(st.integers(0, 1_000) | st.fractions(0, 10), min_size=1, max_size=6),
)
def test_the_parts_of_a_split_add_up_and_miss_their_share_by_less_than_a_fen(amount, weights):
    assume(any(weights))
    parts = split(amount, weights)

    assert total(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        share = Fraction(fen(amount)) * weight / sum(weights)
        assert abs(fen(part) - share) < 1


@given(st.integers(0, 10**9), st.lists(st.integers(1, 100), min_size=2, max_size=6))
def test_the_odd_fen_of_a_split_go_to_those_who_lost_most(amount, weights):
    shares = [Fraction(amount * weight, sum(weights)) for weight in weights]
    parts = split_fen(amount, weights)
    losses = [share - part for share, part in zip(shares, parts, strict=True)]

    # Nobody who was cut down lost more than somebody who was rounded up would have.
    cut = [loss for loss in losses if loss > 0]
    lifted = [loss + 1 for loss in losses if loss < 0]
    assert not cut or not lifted or max(cut) <= min(lifted)


@given(strategies.rates())
def test_a_rate_read_from_its_own_print_is_the_same_rate(rate):
    printed = show_rate(rate)

    assert printed.endswith(" %")
    assert percent(Decimal(printed.removesuffix(" %"))) == rate


@given(strategies.amounts(lowest=0), strategies.amounts())
def test_a_ratio_is_near_the_exact_one(part, whole):
    exact = Fraction(fen(part), fen(whole))

    assert abs(Fraction(ratio(part, whole, places=6)) - exact) <= Fraction(1, 2 * 10**6)


# months and periods


@given(strategies.days(), st.integers(-240, 600))
def test_adding_months_agrees_with_the_calendar(anchor, months):
    day = add_months(anchor, months)
    count = anchor.year * 12 + anchor.month - 1 + months

    assert (day.year, day.month) == (count // 12, count % 12 + 1)
    assert day.day == min(anchor.day, monthrange(day.year, day.month)[1])
    assert day == anchor + relativedelta(months=+months)


@given(strategies.days(), st.integers(0, 600))
def test_whole_months_undo_adding_months(start, months):
    end = add_months(start, months)

    assert whole_months(start, end) == months
    assert whole_months(start, end - ONE_DAY) == months - 1 or months == 0


@given(strategies.days(), st.integers(0, 8_000))
def test_whole_months_fit_and_one_more_does_not(start, days):
    end = start + timedelta(days=days)
    months = whole_months(start, end)

    assert add_months(start, months) <= end < add_months(start, months + 1)


@given(strategies.days())
def test_every_day_lies_in_one_half_year_and_one_interest_quarter(day):
    half = HalfYear.of(day)
    quarters = [
        InterestQuarter(year, quarter)
        for year in (day.year, day.year + 1)
        for quarter in (1, 2, 3, 4)
        if year > 1990
    ]

    assert day in half
    assert day not in half.next
    assert half.next.previous == half
    assert half.last_day + ONE_DAY == half.next.first_day
    assert sum(day in quarter for quarter in quarters) == (day > date(1990, 12, 20))


# day counts


@given(st.sampled_from(DayCount), strategies.days(), st.integers(0, 3_000))
def test_a_day_count_agrees_with_one_written_apart(day_count, start, days):
    end = start + timedelta(days=days)

    assert day_count.fraction(start, end) == oracles.year_fraction(day_count, start, end)


@given(st.sampled_from(ADDITIVE), strategies.days(), st.integers(0, 3_000), st.integers(0, 3_000))
def test_days_counted_as_they_are_add_up(day_count, start, first, second):
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)

    assert day_count.fraction(start, end) == day_count.fraction(start, middle) + day_count.fraction(
        middle, end
    )


@pytest.mark.parametrize(
    "day_count", [DayCount.BY_PERIOD, DayCount.THIRTY_360, DayCount.THIRTY_E_360]
)
@given(
    start=strategies.days().filter(lambda day: day.day <= 28),
    first=st.integers(0, 120),
    second=st.integers(0, 120),
)
def test_whole_months_from_a_day_every_month_has_add_up(day_count, start, first, second):
    middle, end = add_months(start, first), add_months(start, first + second)

    assert day_count.fraction(start, middle) == Fraction(first, 12)
    assert day_count.fraction(start, end) == day_count.fraction(start, middle) + day_count.fraction(
        middle, end
    )


# values in force


@given(st.lists(strategies.days(), min_size=1, unique=True), strategies.days())
def test_the_value_in_force_is_the_last_one_that_started(days, asked):
    days = sorted(days)
    dated = Dated("a value", tuple((day, number) for number, day in enumerate(days)))
    started = [number for number, day in enumerate(days) if day <= asked]

    if started:
        assert dated.at(asked) == started[-1]
    else:
        with pytest.raises(NotInForce):
            dated.at(asked)


@given(st.lists(strategies.days(), min_size=1, unique=True), strategies.days(), strategies.days())
def test_the_days_of_change_are_those_between_two_days(days, start, end):
    ordered = sorted(days)
    dated = Dated("a value", tuple((day, None) for day in ordered))
    first, after = bisect_right(ordered, start), bisect_right(ordered, end)

    assert dated.changes(start, end) == tuple(ordered[first:after])
