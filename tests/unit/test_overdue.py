"""How old the arrears of a book are, and how much of it is at risk."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from histories import RULES, a_fund, a_loan, pay_claim, pays_on_time
from microloan import Dated, InvalidTerms, LoanGivenTwice, NotInForce, cny
from microloan.overdue import age_arrears, portfolio_at_risk
from microloan.policy import Line, OverdueBands
from refusals import refused

DAY = date(2024, 6, 30)


def aged(loans, *, as_of=DAY, under=RULES):
    """The bands that hold a loan: band, loans, arrears, outstanding."""
    return [
        (str(line.band), line.loans, line.arrears, line.outstanding)
        for line in age_arrears(loans, under=under, as_of=as_of)
        if line.loans
    ]


def test_each_overdue_loan_stands_in_the_band_of_its_oldest_unpaid_day():
    loans = [
        pays_on_time(a_loan("HT-1"), 1, 5),  # on time
        pays_on_time(a_loan("HT-2"), 1, 4),  # June's 10,400: 15 days
        pays_on_time(a_loan("HT-3"), 1, 3),  # May's 10,450 and June's: 46 days
        pays_on_time(a_loan("HT-4"), 1, 2),  # April's 10,500 and so on: 76 days
        a_loan("HT-5"),  # February's 10,600, March's 10,550 and so on: 136 days
        a_loan("HT-6"),
    ]

    assert aged(loans) == [
        ("1-30", 1, cny(10_400), cny(80_000)),
        ("31-60", 1, cny(20_850), cny(90_000)),
        ("61-90", 1, cny(31_350), cny(100_000)),
        ("91-180", 2, cny(105_000), cny(240_000)),
    ]
    assert len(age_arrears([], under=RULES, as_of=DAY)) == 6


@pytest.mark.parametrize(
    ("days", "band"),
    [
        *((1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"), (90, "61-90")),
        *((91, "91-180"), (180, "91-180"), (181, "181-360"), (360, "181-360"), (361, "361+")),
    ],
)
def test_a_band_holds_both_of_its_days(days, band):
    [line] = aged([a_loan()], as_of=date(2024, 2, 15) + timedelta(days=days))

    assert line[0] == band


def test_the_bands_add_up_to_the_arrears_of_the_book():
    _, claimed = pay_claim(a_fund(), a_loan("HT-3"), on=date(2024, 5, 25), ref="代1")
    book = [a_loan("HT-1"), pays_on_time(a_loan("HT-2"), 1, 3), claimed]

    owed = sum(loan.position(as_of=DAY).arrears_fen for loan in book)
    assert sum(line.arrears_fen for line in age_arrears(book, under=RULES, as_of=DAY)) == owed


def test_other_bands_are_another_policy():
    known = RULES.overdue_bands.at(DAY).of(OverdueBands(last_days=(100,)))
    rules = replace(RULES, overdue_bands=Line(Dated("overdue_bands", ((DAY, known),))))

    assert [line[:2] for line in aged([a_loan()], under=rules)] == [("101+", 1)]
    eve = DAY - timedelta(days=1)
    with refused(NotInForce, "policy.not_in_force", value=eve, limit=(DAY, date.max)):
        age_arrears([], under=rules, as_of=eve)


def test_all_principal_of_a_loan_late_by_more_than_the_days_is_at_risk():
    # On 15 May a loan that paid until March is 30 days late for April's, one day later 31.
    book = [pays_on_time(a_loan("HT-1"), 1, 2), pays_on_time(a_loan("HT-2"), 1, 4)]

    rate = portfolio_at_risk(book, beyond_days=30, as_of=date(2024, 5, 15))
    assert (rate.part, rate.whole) == (0, 180_000_00)
    rate = portfolio_at_risk(iter(book), beyond_days=30, as_of=date(2024, 5, 16))
    assert (rate.part, rate.whole) == (100_000_00, 180_000_00)
    assert str(rate) == (
        "风险贷款率: outstanding past due beyond 30 days ÷ outstanding, 2024-05-16: 55.56%"
    )
    assert portfolio_at_risk(book, beyond_days=0, as_of=date(2024, 5, 15)).part == 100_000_00


def test_a_book_that_owes_nothing_has_no_rate():
    assert portfolio_at_risk([], beyond_days=30, as_of=DAY).value is None


@pytest.mark.parametrize("days", [-1, 30.0, "30", None, True])
def test_days_are_a_whole_number(days):
    with refused(InvalidTerms, "terms.invalid", value=days, limit="a whole number from 0"):
        portfolio_at_risk([], beyond_days=days, as_of=DAY)


def test_each_loan_is_given_once_and_is_one():
    for ask in (
        lambda loans: age_arrears(loans, under=RULES, as_of=DAY),
        lambda loans: portfolio_at_risk(loans, beyond_days=30, as_of=DAY),
    ):
        with refused(
            LoanGivenTwice, "request.loan_given_twice", value="HT-1", limit="each loan once"
        ):
            ask([a_loan(), a_loan()])
        with refused(InvalidTerms, "terms.invalid", value=None, limit="several Loan"):
            ask(None)
