"""How much of what is paid out of a loan lies within its approvals."""

from dataclasses import replace
from datetime import date

import pytest

from histories import a_fund, a_loan
from microloan import cny, disburse, release_commitment
from microloan.approval import approval_of, as_to_be_lent, lent_beyond, standing_approvals
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


def beyond(fund, loan, *, on=None, **span):
    """What goes beyond the approval if it is entered on a day, by default that of lending; yuan."""
    day = on or loan.terms.disbursed_on
    return lent_beyond(loan, approval_of(loan, fund.entries, on=day), **span) / 100


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
    july = date(2024, 7, 1)
    loan = disburse(lent(), cny(60_000), on=july, ref="放2")

    assert beyond(fund, lent()) == 0
    assert beyond(fund, loan, since=1, on=july) == 10_000


# ---- the day on which a loan is entered


@pytest.mark.parametrize(
    ("on", "more"),
    [(date(2024, 1, 31), 60_000), (FEB, 0), (date(2024, 7, 31), 0), (LAPSE, 60_000)],
)
def test_a_loan_lies_within_an_approval_only_while_that_holds_when_it_is_entered(on, more):
    assert beyond(approved(), lent(), on=on) == more


def test_a_loan_lent_before_a_release_lies_within_no_approval_any_more():
    """From the release on others may have its room; on whatever day the loan is entered."""
    fund = release_commitment(approved(), "批1", on=date(2024, 6, 1), ref="撤1")

    assert beyond(fund, lent(), on=MAY) == beyond(fund, lent(), on=LAPSE) == 60_000


def test_an_approval_whose_release_was_undone_bears_what_is_entered_from_that_day():
    june = date(2024, 6, 1)
    fund = release_commitment(approved(), "批1", on=MAY, ref="撤1").reverse(3, on=june, ref="冲1")

    assert beyond(fund, lent(), on=date(2024, 5, 31)) == 60_000
    assert beyond(fund, lent(), on=june) == 0
    again = release_commitment(fund, "批1", on=june, ref="撤2").reverse(5, on=LAPSE, ref="冲2")
    assert beyond(again, lent(), on=june) == beyond(again, lent(), on=LAPSE) == 60_000


def test_what_was_entered_for_days_after_the_approval_has_used_up_its_part_too():
    """60,000 to be lent in September were tested in May; only 40,000 are still to be lent."""
    loan = disburse(lent(on=LAPSE), cny(60_000), on=date(2024, 9, 2), ref="放2")
    loan = disburse(
        loan.reverse(2, on=date(2024, 9, 2), ref="冲2"), cny(50_000), on=LAPSE, ref="放"
    )
    sooner = loan.reverse(4, on=LAPSE, ref="冲4")

    assert beyond(approved(), sooner, on=MAY) == 60_000
    late = disburse(lent(on=date(2024, 7, 1)), cny(60_000), on=LAPSE, ref="放2")
    assert beyond(approved(yuan=110_000), late, on=MAY) == 60_000


# ---- how an act is tested


def lapses(entries, on):
    """When each approval lapses, as an act of a day is tested."""
    return [line.until for line in as_to_be_lent(entries, on=on) if line.until]


def test_what_takes_room_on_a_day_is_tested_as_though_it_did_not_lapse():
    entries, never = approved().entries, date(2100, 12, 31)

    assert lapses(entries, FEB) == lapses(entries, date(2024, 7, 31)) == [never]
    assert lapses(entries, date(2024, 1, 31)) == lapses(entries, LAPSE) == [LAPSE]
    assert entries == approved().entries


def test_what_was_released_takes_room_until_its_release_and_no_longer():
    fund = release_commitment(approved(), "批1", on=MAY, ref="撤1")

    assert lapses(fund.entries, FEB) == [LAPSE]
    assert lapses(fund.reverse(3, on=MAY, ref="冲1").entries, FEB) == [date(2100, 12, 31)]
