"""How much of what is paid out of a loan lies within its approvals."""

from dataclasses import replace
from datetime import date

import pytest

from histories import a_fund, a_loan
from microloan import cny, disburse, release_commitment
from microloan.approval import approvals_of, days_held, lent_beyond, standing_approvals
from microloan.commitment import with_commitment

FEB, MAY, LAPSE = date(2024, 2, 1), date(2024, 5, 1), date(2024, 8, 1)


def approved(fund=None, yuan=100_000, *, ref="批1", on=FEB, lapses_on=LAPSE, **other):
    """A fund that approved HT-2 over 100,000, from February through July."""
    fund = a_fund() if fund is None else fund
    doing = {"lender": "BANK-1", "on": on, "lapses_on": lapses_on, "ref": ref} | other
    return with_commitment(fund, "HT-2", cny(yuan), **doing)


def lent(yuan=60_000, on=MAY, **terms):
    """HT-2 over 120,000, of which something was paid out."""
    return a_loan("HT-2", disbursed=yuan, disbursed_on=on, **terms)


def beyond(fund, loan, **span):
    """What goes beyond the approvals, in whole yuan."""
    return lent_beyond(loan, approvals_of(loan, fund.entries), **span) / 100


@pytest.mark.parametrize(
    ("yuan", "on", "more"),
    [
        (100_000, FEB, 0),
        (100_000, date(2024, 7, 31), 0),
        ("100000.01", MAY, 0.01),
        (60_000, date(2024, 1, 31), 60_000),
        (60_000, LAPSE, 60_000),
    ],
)
def test_what_is_lent_on_a_day_of_the_approval_lies_within_it_up_to_its_amount(yuan, on, more):
    assert beyond(approved(), lent(yuan, on, principal=cny(120_000))) == more


def test_an_approval_holds_until_it_is_released():
    fund = release_commitment(approved(), "批1", on=MAY, ref="撤1")

    assert beyond(fund, lent(on=date(2024, 4, 30))) == 0
    assert beyond(fund, lent(on=MAY)) == 60_000
    undone = fund.reverse(3, on=MAY, ref="冲1")
    assert beyond(undone, lent(on=MAY)) == 0
    [approval] = standing_approvals(fund.entries)
    assert (approval.end, [line.ref for line in approval.entries]) == (MAY, ["批1", "撤1"])
    [approval] = standing_approvals(undone.entries)
    assert (approval.end, [line.ref for line in approval.entries]) == (LAPSE, ["批1"])


def test_an_approval_is_for_one_loan_of_one_bank():
    fund = approved()

    assert beyond(fund, replace(lent(), lender="BANK-2")) == 60_000
    assert beyond(fund, replace(lent(), id="HT-3")) == 60_000
    assert beyond(a_fund(), lent()) == 60_000


def test_what_was_paid_out_before_has_used_up_its_part():
    fund, july = approved(), date(2024, 7, 1)

    for part, more in ((40_000, 0), (50_000, 10_000)):
        loan = disburse(lent(), cny(part), on=july, ref="放2")
        assert beyond(fund, loan, since=1) == more
        assert beyond(fund, loan) == more
    assert beyond(fund, lent(), since=1) == 0


def test_a_part_that_is_undone_has_used_up_nothing():
    loan = disburse(lent(), cny(60_000), on=date(2024, 6, 1), ref="放2")
    loan = loan.reverse(2, on=date(2024, 6, 2), ref="冲1")
    loan = disburse(loan, cny(40_000), on=date(2024, 6, 3), ref="放3")

    assert beyond(approved(), loan, since=3) == 0
    assert beyond(approved(), loan) == 0


def test_more_paid_out_than_was_approved_leaves_nothing_open():
    loan = disburse(lent(110_000), cny(10_000), on=date(2024, 7, 1), ref="放2")

    assert beyond(approved(), loan) == 20_000
    assert beyond(approved(), loan, since=1) == 10_000


def test_only_what_was_paid_out_through_a_day_is_asked_for():
    loan = disburse(lent(), cny(60_000), on=date(2024, 7, 1), ref="放2")

    assert beyond(approved(), loan, through=MAY) == 0
    assert beyond(approved(), loan) == 20_000


def test_each_approval_of_a_loan_has_its_own_days():
    fund = approved(yuan=60_000, lapses_on=date(2024, 6, 1))
    fund = approved(fund, 50_000, ref="批2", on=date(2024, 6, 1))
    loan = disburse(lent(), cny(60_000), on=date(2024, 7, 1), ref="放2")

    assert beyond(fund, loan) == 10_000


def test_days_held_are_from_the_first_lending_within_an_approval_to_the_first_end():
    fund = approved(yuan=60_000, lapses_on=date(2024, 6, 1))
    fund = approved(fund, 50_000, ref="批2", on=date(2024, 6, 1))
    july = date(2024, 7, 1)
    loan = disburse(lent(), cny(50_000), on=july, ref="放2")
    approvals = approvals_of(loan, fund.entries)

    assert days_held(loan, approvals) == (MAY, date(2024, 6, 1))
    assert days_held(loan, approvals, since=1) == (july, LAPSE)
    assert days_held(loan, approvals, since=2) is None
    assert days_held(loan, []) is None
