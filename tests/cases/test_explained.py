"""Two published readings of one loan, and thirds across a year's end: the explanations say why."""

from datetime import date

import pytest

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Loan,
    LoanTerms,
    Settlement,
    cny,
    percent,
    plan_subsidy,
    policy,
)


def loan_of(**agreed):
    usual = {"principal": cny(100_000), "amortization": Amortization.BULLET, "months": 12}
    return Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=Category(kind=BorrowerKind.INDIVIDUAL),
        terms=LoanTerms(**usual | agreed),
    )


@pytest.mark.parametrize(
    ("day_count", "interest", "fraction", "treasury", "exact"),
    [
        # 5,150 for the year; 3.00 of 5.15 parts.
        (DayCount.BY_PERIOD, "5150.00", "1", "3000.00", "3000.000000"),
        # 365 / 360 = 73/72 of a year: 5,221.527…; 5,221.53 × 300 / 515 = 3,041.66796…
        (DayCount.ACT_360, "5221.53", "73/72", "3041.67", "3041.667961"),
    ],
)
def test_the_loan_of_liuzhou_says_whether_a_year_or_its_days_were_counted(
    day_count, interest, fraction, treasury, exact
):
    loan = loan_of(annual_rate=percent("5.15"), disbursed_on=date(2023, 1, 10), day_count=day_count)
    (line,) = plan_subsidy(loan, under=policy.load("cn", region="west"))
    told = dict(line.explain().steps)

    assert (line.interest, line.treasury) == (cny(interest), cny(treasury))
    assert told["interest on"] == f"100,000.00 × 5.15 % × {fraction}"
    # The same days and the same share, 300 / 515 = 60/103: the fraction alone makes the difference.
    assert told["2023-01-10 - 2024-01-10"] == "365 days × 100,000.00 of 100,000.00 × 60/103"
    assert told["exact"] == exact


def test_a_quarter_across_the_end_of_a_loan_year_says_how_many_days_lie_on_either_side():
    # 21 December to 14 March are 84 days in full, to 20 March 6 days by two thirds: 88 of 90.
    loan = loan_of(
        annual_rate=percent("5.35"),
        disbursed_on=date(2017, 3, 15),
        day_count=DayCount.ACT_360,
        months=36,
        amortization=Amortization.INTEREST_ONLY,
        interval_months=3,
        settlement=Settlement(20),
    )
    line = plan_subsidy(loan, under=policy.load("cn", region="central"))[4]
    told = dict(line.explain().steps)

    assert line.treasury == cny("1307.78")
    assert told["2017-12-21 - 2018-03-15"] == "84 days × 100,000.00 of 100,000.00 × 1"
    assert told["2018-03-15 - 2018-03-21"] == "6 days × 100,000.00 of 100,000.00 × 2/3"
    assert told["share"] == "0.97777778"
    assert told["exact"] == "1307.777778"
