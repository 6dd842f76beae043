"""The subsidy of a coming year, by quarter and level, on the budget."""

from dataclasses import replace
from datetime import date

import pytest

from histories import PERSON, RULES, pays, pays_on_time, refused
from microloan import (
    ZERO,
    InvalidDate,
    InvalidTerms,
    LoanGivenTwice,
    LowProfit,
    NotInForce,
    Prepayment,
    cny,
    percent,
    policy,
)
from microloan.budget import Budget
from microloan.errors import YearBegun
from microloan.policy import Level
from microloan.subsidy_plan import plan_year
from requesting import HALVES, Q1, Q2, by_level, lent, shares, told

ON = date(2024, 11, 20)
ZHEJIANG = policy.load("cn", region="east", overlay="zhejiang")


def planned(*loans, year=2025, on=ON, **more):
    """The plan of a year, drawn up in the autumn before it."""
    return plan_year(loans, year=year, on=on, **{"under": RULES, "shares": HALVES} | more)


def person(**more):
    """A loan that is refunded when it is repaid, on 21 June 2025."""
    return lent(annual_rate=percent("3.95"), **more)


def test_a_plan_shows_quarters_and_levels():
    # 1,856.25 in 2025Q1 (928.13 and 928.12), 1,897.50 in 2025Q2.
    plan = planned(lent())

    assert [(one.quarter, one.lines, one.amount) for one in plan.quarters] == [
        (Q1, 1, cny("1856.25")),
        (Q2, 1, cny("1897.50")),
        (replace(Q1, quarter=3), 0, ZERO),
        (replace(Q1, quarter=4), 0, ZERO),
    ]
    assert by_level(plan.quarters[0].levels) == {"central": "928.13", "county": "928.12"}
    assert by_level(plan.levels) == {"central": "1876.88", "county": "1876.87"}
    assert (plan.year, plan.on, plan.loans, plan.amount) == (2025, ON, 1, cny("3753.75"))


def test_all_banks_are_in_it():
    other = replace(lent("HT-2"), lender="BANK-2")

    assert planned(lent(), other).amount == cny("7507.50")
    assert planned(lent(), other).loans == 2


def test_a_loan_that_changed_counts_as_it_stands():
    # 100,000 of 300,000 was repaid on 21 September 2024 (no interest was running): two thirds of
    # the interest is left. 200,000 × 4.95 % × 90 / 360 / 2 = 1,237.50; 92 days: 1,265.00.
    loan = pays_on_time(lent(), 1, 1)
    loan = loan.prepay(cny(100_000), on=date(2024, 9, 21), ref="提前1", then=Prepayment.LOWER)

    assert [one.amount for one in planned(loan).quarters[:2]] == [cny("1237.50"), cny(1_265)]


def test_a_loan_without_a_subsidy_in_the_year_does_not_count():
    own = replace(PERSON, low_profit=LowProfit.NO)
    past, none = (
        lent("HT-2", on=date(2022, 6, 21)),
        lent("HT-3", on=date(2007, 6, 21), category=own),
    )

    plan = planned(lent(), past, none)
    empty = planned(none, shares=None)

    assert plan.loans == 1
    assert (empty.loans, empty.levels, empty.amount) == (0, (), ZERO)


def test_what_is_paid_after_settlement_is_planned_where_the_loan_ends():
    # 1,514.17, 1,497.71, 1,481.25 and 1,514.17: 6,007.30 after 21 June 2025, in 2025Q3.
    plan = planned(pays_on_time(person(), 1, 1), under=ZHEJIANG)

    assert [(one.lines, one.amount) for one in plan.quarters] == [
        (0, ZERO),
        (0, ZERO),
        (4, cny("6007.30")),
        (0, ZERO),
    ]


def test_a_loan_that_was_late_is_not_planned_to_be_refunded():
    late = pays(person(), (person().schedule[0].total.amount, date(2024, 9, 23)))

    assert planned(late, under=ZHEJIANG).loans == 0
    # On the day itself nobody is late.
    assert planned(late, under=ZHEJIANG, on=date(2024, 9, 20)).loans == 1


def test_a_plan_stands_beside_the_budget():
    plan = planned(lent())
    budget = Budget.of(2025, {Level.CENTRAL: cny("1876.88"), Level.COUNTY: cny("1876.86")})

    central, county = plan.against(budget)

    assert (central.level, central.planned, central.budget) == (
        Level.CENTRAL,
        cny("1876.88"),
        cny("1876.88"),
    )
    assert (central.left, central.covered) == (ZERO, True)
    assert (county.left, county.covered) == (cny("-0.01"), False)


def test_a_budget_of_the_locals_together_is_compared_with_all_of_them():
    given = told(shares(central="1/2", province="1/4", county="1/4"))
    plan = planned(lent(), shares=given)

    (local,) = plan.against(Budget.of(2025, {Level.LOCAL: cny(1_876)}))

    assert local.left == cny("-0.87")  # 928.12 + 948.75 = 1,876.87


def test_a_level_without_a_line_is_planned_with_nothing():
    (city,) = planned(lent()).against(Budget.of(2025, {Level.CITY: cny(5)}))

    assert (city.planned, city.left) == (ZERO, cny(5))


def test_a_budget_is_that_of_the_year():
    with refused(InvalidTerms, code="terms.invalid", value=2024, limit=2025):
        planned(lent()).against(Budget.of(2024, {Level.COUNTY: cny(1)}))


@pytest.mark.parametrize("on", [date(2025, 1, 1), date(2025, 6, 1), date(2026, 1, 1)])
def test_a_year_is_planned_before_it_begins(on):
    with refused(YearBegun, code="request.year_begun", value=on, limit=date(2025, 1, 1)):
        planned(lent(), on=on)
    assert planned(lent(), on=date(2024, 12, 31)).loans == 1


def test_neither_the_policy_nor_the_caller_knows_who_bears_what():
    reason = RULES.shares.individual.known(date(2024, 6, 21)).reason

    with refused(NotInForce, code="policy.not_in_force", value=date(2024, 6, 21), limit=reason):
        planned(lent(), shares=None)


@pytest.mark.parametrize("year", [1990, "2025"])
def test_a_plan_is_one_of_a_year(year):
    with refused(InvalidTerms, code="terms.invalid", value=year, limit="1991-2100"):
        planned(lent(), year=year)


def test_the_day_of_a_plan_is_a_day():
    with refused(InvalidDate, code="periods.invalid_date", value="d", limit="datetime.date"):
        planned(lent(), on="d")


def test_a_loan_given_twice_is_refused_and_not_planned_twice():
    with refused(
        LoanGivenTwice, code="request.loan_given_twice", value="HT-1", limit="each loan once"
    ):
        planned(lent(), lent("HT-2"), lent())
