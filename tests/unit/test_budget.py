"""What each level has set aside for the subsidy of a year, and the refusal to exceed it."""

from dataclasses import replace
from datetime import date

import pytest

from histories import refused
from microloan import InvalidAmount, InvalidTerms, cny
from microloan.budget import Budget
from microloan.entitlement import StopReason, SubsidyStop
from microloan.errors import BudgetExceeded
from microloan.levels import LevelAmount
from microloan.policy import Level
from requesting import Q1, Q2, Q3, Q4, asks, lent, shares, told


def level(name, yuan):
    """An amount of a level."""
    return LevelAmount(level=Level(name), amount_fen=int(cny(yuan).amount * 100))


def of_2024(**amounts):
    """A budget of 2024."""
    return Budget.of(2024, {Level(name): cny(yuan) for name, yuan in amounts.items()})


# ---- requests within a budget


def test_a_request_may_take_all_of_a_budget_and_no_fen_more():
    # 948.75 of the county.
    request = asks(lent(), quarter=Q3, budget=of_2024(county="948.75"))

    assert request == asks(lent(), quarter=Q3)
    with refused(
        BudgetExceeded,
        code="request.budget_exceeded",
        value=level("county", "948.75"),
        limit=level("county", "948.74"),
    ) as caught:
        asks(lent(), quarter=Q3, budget=of_2024(county="948.74"))
    assert str(caught.value) == ("county has 948.74 for 2024; 948.75 is wanted, 0.01 too much")
    assert "县级" in caught.value.zh


def test_earlier_requests_of_the_year_count_against_the_budget():
    # 948.75 in 2024Q3 and 938.44 in 2024Q4 are 1,887.19.
    first = asks(lent(), quarter=Q3)

    asks(lent(), quarter=Q4, earlier=(first,), budget=of_2024(county="1887.19"))
    with refused(
        BudgetExceeded,
        code="request.budget_exceeded",
        value=level("county", "1887.19"),
        limit=level("county", "1887.18"),
        keeps=first,
    ):
        asks(lent(), quarter=Q4, earlier=(first,), budget=of_2024(county="1887.18"))


def test_requests_of_other_banks_count_against_the_budget():
    other = asks(replace(lent("HT-8"), lender="BANK-2"), quarter=Q3, lender="BANK-2")

    with refused(
        BudgetExceeded,
        code="request.budget_exceeded",
        value=level("county", "1897.50"),
        limit=level("county", "948.75"),
    ):
        asks(lent(), quarter=Q3, earlier=(other,), budget=of_2024(county="948.75"))


def test_requests_of_other_years_do_not_count():
    # 2025Q1: 928.13 of the center and 928.12 of the county.
    first = asks(lent(), quarter=Q3)
    second = asks(lent(), quarter=Q4, earlier=(first,))
    budget = Budget.of(2025, {Level.COUNTY: cny("928.12"), Level.CENTRAL: cny("928.13")})

    assert asks(lent(), quarter=Q1, earlier=(first, second), budget=budget).amount == cny("1856.25")


def test_what_is_taken_back_makes_room():
    # 1,897.50 of 2024Q3 becomes 928.13 and nothing is asked for 2024Q4: 464.06 of the county.
    first = asks(lent(), quarter=Q3)
    closed = {"HT-1": SubsidyStop(on=date(2024, 8, 5), reason=StopReason.BUSINESS_CLOSED)}

    asks(lent(), quarter=Q4, earlier=(first,), stops=closed, budget=of_2024(county="464.06"))
    with refused(
        BudgetExceeded,
        code="request.budget_exceeded",
        value=level("county", "464.06"),
        limit=level("county", "464.05"),
    ):
        asks(lent(), quarter=Q4, earlier=(first,), stops=closed, budget=of_2024(county="464.05"))


def test_a_level_the_budget_does_not_name_has_no_limit():
    assert asks(lent(), quarter=Q3, budget=of_2024(county=1_000)).amount == cny("1897.50")
    assert asks(lent(), quarter=Q3, budget=Budget(year=2024, levels=())).amount == cny("1897.50")


def test_the_first_level_that_lacks_money_is_named():
    with refused(
        BudgetExceeded,
        code="request.budget_exceeded",
        value=level("central", "948.75"),
        limit=level("central", 0),
    ):
        asks(lent(), quarter=Q3, budget=of_2024(central=0, county=0))


@pytest.mark.parametrize("quarter", [Q3, Q2])
def test_a_budget_is_that_of_the_quarters_year(quarter):
    other = Budget.of(2026, {Level.COUNTY: cny(1)})

    with refused(InvalidTerms, code="terms.invalid", value=2026, limit=quarter.year):
        asks(lent(), quarter=quarter, budget=other)


# ---- levels of the budget and of the shares


def test_a_local_budget_is_for_province_city_and_county_together():
    # 1,897.50 at 40, 30, 20 and 10 %: 759.00, 569.25, 379.50 and 189.75; 1,138.50 are local.
    given = told(shares(central="2/5", province="3/10", city="1/5", county="1/10"))

    asks(lent(), quarter=Q3, shares=given, budget=of_2024(local="1138.50"))
    with refused(
        BudgetExceeded,
        code="request.budget_exceeded",
        value=level("local", "1138.50"),
        limit=level("local", "1138.49"),
    ):
        asks(lent(), quarter=Q3, shares=given, budget=of_2024(local="1138.49"))


def test_a_local_budget_meets_local_shares():
    given = told(shares(central="2/5", local="3/5"))

    asks(lent(), quarter=Q3, shares=given, budget=of_2024(local="1138.50"))
    with refused(
        BudgetExceeded,
        code="request.budget_exceeded",
        value=level("local", "1138.50"),
        limit=level("local", "1138.49"),
    ):
        asks(lent(), quarter=Q3, shares=given, budget=of_2024(local="1138.49"))


@pytest.mark.parametrize("named", ["province", "city", "county"])
def test_a_budget_of_one_local_level_says_nothing_about_undivided_shares(named):
    given = told(shares(central="2/5", local="3/5"))

    with refused(
        InvalidTerms,
        code="terms.invalid",
        value=["central", named],
        limit="central and local, as in the shares",
    ):
        asks(lent(), quarter=Q3, shares=given, budget=of_2024(central=5_000, **{named: 5_000}))


def test_nothing_undivided_is_no_trouble():
    given = told(shares(central="1"))

    assert asks(lent(), quarter=Q3, shares=given, budget=of_2024(county=0)).amount == cny("1897.50")


# ---- the budget itself


def test_a_budget_lists_its_levels_in_its_own_order():
    assert of_2024(county=3, central=5).levels == (level("county", 3), level("central", 5))


@pytest.mark.parametrize(
    ("levels", "value", "limit"),
    [
        ((level("county", "-0.01"),), "-0.01", "at least 0.00"),
        (
            (level("county", 1), level("county", 2)),
            ["county", "county"],
            "each level once",
        ),
    ],
)
def test_what_no_budget_could_say_is_refused(levels, value, limit):
    with refused(InvalidTerms, code="terms.invalid", value=value, limit=limit):
        Budget(year=2024, levels=levels)


@pytest.mark.parametrize("year", [1989, 2101, "2024"])
def test_a_budget_is_one_of_a_year(year):
    with refused(InvalidTerms, code="terms.invalid", value=year, limit="1990-2100"):
        Budget(year=year, levels=())


def test_a_budget_is_in_yuan():
    with refused(
        InvalidAmount,
        code="money.invalid_amount",
        value=100,
        limit="int, Decimal or str, at most 13 digits and two decimals",
    ):
        Budget.of(2024, {Level.COUNTY: 100})
