"""A loan that is entered late counts under the limits of the days on which it was lent."""

from datetime import date

from histories import RULES, a_fund, a_loan
from microloan import SubLimitExceeded, cny, disburse, set_sublimit

FIRST, LAST, LATE = date(2024, 1, 1), date(2024, 6, 30), date(2024, 7, 1)
PAID_OUT = date(2024, 1, 15)


def limited(yuan):
    """A fund that lets BANK-1 lend so much in the first half of 2024."""
    return set_sublimit(a_fund(), cny(yuan), lender="BANK-1", through=LAST, on=FIRST, ref="限1")


def test_a_loan_lent_in_a_period_is_tested_against_its_limit_also_when_it_is_over(database):
    database.keep(limited(100_000))
    with database.refuses(
        SubLimitExceeded,
        "fund.sublimit_exceeded",
        value=cny("100000.01"),
        limit=cny(100_000),
        says="would be used on 2024-01-15 of limit 限1",
    ) as uow:
        uow.admit(a_loan(principal=cny("100000.01")), under=RULES, on=LATE)
    with database.work() as uow:
        uow.admit(a_loan(principal=cny(100_000)), under=RULES, on=LATE)
        uow.admit(a_loan("HT-2", disbursed_on=LATE), under=RULES, on=LATE)
        uow.commit()


def test_a_part_paid_out_in_a_period_and_entered_after_it_is_tested_against_its_limit(database):
    database.keep(limited(100_000))
    first = a_loan(principal=cny(120_000), disbursed=70_000)
    with database.work() as uow:
        uow.admit(first, under=RULES, on=PAID_OUT)
        uow.commit()
    inside = disburse(first, cny(50_000), on=LAST, ref="放2")
    with database.refuses(
        SubLimitExceeded, "fund.sublimit_exceeded", value=cny(120_000), limit=cny(100_000)
    ) as uow:
        uow.admit(inside, under=RULES, on=LATE)
    after = disburse(first, cny(50_000), on=LATE, ref="放2")
    with database.work() as uow:
        uow.admit(after, under=RULES, on=LATE)
        uow.commit()
