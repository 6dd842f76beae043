"""Whether the arrears of a loan of the book itself put its people on the blacklist."""

from datetime import date

import pytest

from histories import RULES
from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Loan,
    LoanTerms,
    blacklist_spans,
    cny,
    percent,
)
from microloan.checks.arrears import own_spans
from microloan.course import run_through

AUDIT = date(2024, 12, 31)


def lent():
    """Three months from 15 January 2024, an installment each."""
    return Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=Category(kind=BorrowerKind.INDIVIDUAL),
        terms=LoanTerms(
            principal=cny(30_000),
            annual_rate=percent("3.6"),
            disbursed_on=date(2024, 1, 15),
            months=3,
            amortization=Amortization.EQUAL_PRINCIPAL,
            day_count=DayCount.THIRTY_360,
        ),
    )


def repaid(*days):
    """The loan with its installments paid, one on each of some days."""
    loan, plan = lent(), lent().schedule
    for due, day in zip(plan, days, strict=False):
        loan = loan.repay(due.total, on=day, ref=f"回单{due.number}")
    return loan


def spans(loan):
    found, refusal = own_spans(
        loan, run_through(loan.terms, loan.entries, as_of=AUDIT), (), under=RULES
    )
    assert refusal is None
    return found


def test_a_loan_paid_on_its_days_puts_nobody_there():
    assert spans(repaid(date(2024, 2, 15), date(2024, 3, 15), date(2024, 4, 15))) == ()


@pytest.mark.parametrize("paid", [0, 1, 2], ids=["nothing", "the first", "the first two"])
def test_who_stopped_paying_after_some_installments_is_there_after_ninety_days(paid):
    loan = repaid(*(date(2024, 2, 15), date(2024, 3, 15))[:paid])
    [span] = spans(loan)

    # The first installment not paid fell due on 15 February, March or April: ninety days later.
    since = (date(2024, 5, 15), date(2024, 6, 13), date(2024, 7, 14))[paid]
    assert (span.person, span.since) == ("B-1", since)
    assert (span,) == blacklist_spans((loan,), under=RULES, as_of=AUDIT)
