"""Published figures that no rule of this programme gives: the reason of each is tested."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Loan,
    LoanTerms,
    Reference,
    SubsidyShape,
    cny,
    fen,
    percent,
    plan_subsidy,
    policy,
)

FIGURES = tomllib.loads(
    (Path(__file__).parent / "not-computable.toml").read_text(encoding="utf-8")
)["figure"]
BY_VECTOR = {figure["vector"]: figure for figure in FIGURES}
PLACES = [(region, poor) for region in ("east", "central", "west") for poor in (False, True)]
BORROWERS = [
    Category(kind=BorrowerKind.INDIVIDUAL, reference=Reference.LPR_1Y),
    Category(kind=BorrowerKind.PARTNERSHIP, heads=13, reference=Reference.LPR_1Y),
    Category(kind=BorrowerKind.ENTERPRISE, reference=Reference.LPR_1Y),
]


@cache
def rules_of(region, poor_area):
    return policy.load("cn", region=region, poor_area=poor_area)


def a_year(principal, rate, on):
    """The terms of a loan whose interest of a year is the principal times the rate."""
    return LoanTerms(
        principal=cny(principal),
        annual_rate=rate,
        disbursed_on=on,
        months=12,
        amortization=Amortization.BULLET,
        day_count=DayCount.BY_PERIOD,
    )


def borne_in_a_year(rules, terms, who):
    """What the treasury bears of a loan in a year, in fen."""
    loan = Loan.grant("HT-1", borrower="B-1", lender="BANK-1", category=who, terms=terms)
    (line,) = plan_subsidy(loan, under=rules)
    return line.treasury_fen


def most_in_a_year(rules, principal, who, on):
    """The same at the highest rate of the day."""
    highest = rules.rate_cap_of(a_year(principal, Decimal(0), on), who).value
    return borne_in_a_year(rules, a_year(principal, highest, on), who)


def test_every_figure_says_who_published_it_and_why_it_is_no_case():
    assert set(BY_VECTOR) == {"T8", "T17", "T19"}
    for figure in FIGURES:
        assert figure["name"]
        assert figure["source"]
        assert figure["reason"].strip()


@pytest.mark.parametrize("who", BORROWERS, ids=lambda who: who.kind.value)
@pytest.mark.parametrize(("region", "poor_area"), PLACES)
def test_no_rule_of_the_years_before_bears_what_changfeng_published(region, poor_area, who):
    # The most: an enterprise in a poor area in 2021, (2.50 + 1.50) % of 500,000 are 20,000.
    figure, rules = BY_VECTOR["T8"], rules_of(region, poor_area)
    days = [date(year, month, 1) for year in (2021, 2022, 2023) for month in range(1, 13)]
    most = {
        on: most_in_a_year(rules, figure["principal"], who, on)
        for on in [*days, figure["published_on"]]
    }

    assert max(most.values()) <= 2_000_000 < fen(cny(figure["amount"]))


def test_half_of_the_actual_rate_is_the_rule_but_no_figure():
    figure = BY_VECTOR["T17"]
    rules, on = rules_of("central", False), figure["published_on"]

    assert not {"principal", "amount", "rate"} & set(figure)
    for who in BORROWERS:
        tier = rules.subsidy_of(who, principal=cny(1), on=on).value
        assert tier.shape is SubsidyShape.HALF
        # Half of 4,000 and half of 4,500: whatever fits the sentence is a figure of its own.
        assert borne_in_a_year(rules, a_year(100_000, percent("4.0"), on), who) == 200_000
        assert borne_in_a_year(rules, a_year(100_000, percent("4.5"), on), who) == 225_000


def test_the_figure_of_the_other_scheme_is_one_point_of_the_principal_paid_by_months():
    figure = BY_VECTOR["T19"]

    # 900,000 × 1 % = 9,000; 4 of 12 months are 3,000, each of the other eight 750.
    assert cny(figure["principal"]) * Decimal("0.01") == cny(figure["amount"])
    assert 4 * 750 == 3_000
    assert 3_000 + 8 * 750 == 9_000


@pytest.mark.parametrize("who", BORROWERS, ids=lambda who: who.kind.value)
@pytest.mark.parametrize(("region", "poor_area"), PLACES)
def test_no_rule_of_2025_bears_one_point_whatever_the_rate(region, poor_area, who):
    figure, rules = BY_VECTOR["T19"], rules_of(region, poor_area)
    wanted = fen(cny(figure["amount"]))
    for month in range(1, 13):
        on = date(2025, month, 1)
        tier = rules.subsidy_of(who, principal=cny(figure["principal"]), on=on).value
        assert tier.shape is SubsidyShape.HALF
        # One point is half of 2.00 %, and no prime rate of the year is as low.
        prime = rules.reference_rate(a_year(figure["principal"], Decimal(0), on), who)
        assert prime > percent("2.00")
        least = borne_in_a_year(rules, a_year(figure["principal"], prime, on), who)
        most = most_in_a_year(rules, figure["principal"], who, on)
        if who.kind is BorrowerKind.INDIVIDUAL:
            assert most < wanted  # half of at most 5.60 % of 300,000 is 8,400
        else:
            assert least > wanted  # half of at least 3.00 % of 900,000 is 13,500
