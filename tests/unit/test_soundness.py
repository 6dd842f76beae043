"""What the entries of one loan must be like together."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from histories import a_fund, a_loan, pays, refused
from microloan import (
    BookedTooEarly,
    Entry,
    EntryKind,
    HalfYear,
    InvalidDate,
    InvalidHistory,
    InvalidTerms,
    Loan,
    OverRepayment,
    cny,
    pay_claim,
    receive_recovery,
)

FEB = date(2024, 2, 15)


def test_what_takes_the_place_of_a_reversed_entry_is_booked_no_earlier_than_the_reversal():
    july = date(2024, 7, 5)
    undone = pays(a_loan(), (600, FEB)).reverse(2, on=july, ref="冲正1")

    with refused(
        BookedTooEarly,
        code="ledger.booked_too_early",
        value=FEB,
        limit=july,
        keeps=(undone,),
    ):
        undone.repay(cny(500), on=FEB, ref="回单9")

    right = undone.repay(cny(500), on=FEB, ref="回单9", booked_on=july)
    # June was read with 600. Of the 600.00 of interest due in February 100.00 is unpaid after all.
    assert right.account(HalfYear(2024, 1)).repaid == cny(600)
    assert right.account(HalfYear(2024, 2)).adjusted_interest == cny(-100)
    assert right.position(as_of=FEB).arrears == cny(10_100)


def test_the_half_year_decides_not_the_day():
    june = date(2024, 6, 28)
    undone = pays(a_loan(), (600, FEB)).reverse(2, on=june, ref="冲正1")

    assert undone.repay(cny(500), on=FEB, ref="回单9").entries[-1].booked_on == FEB


def test_nothing_is_booked_before_the_disbursement_is():
    late = a_loan(booked_on=date(2024, 7, 3))

    with refused(
        BookedTooEarly,
        code="ledger.booked_too_early",
        value=FEB,
        limit=date(2024, 7, 3),
        keeps=(late,),
    ):
        late.repay(cny(600), on=FEB, ref="回单1")


def test_a_recovery_is_not_booked_before_its_payout():
    paid_on, booked = date(2024, 5, 25), date(2025, 1, 8)
    fund, loan = pay_claim(a_fund(), a_loan(), on=paid_on, booked_on=booked, ref="P1")

    with refused(
        BookedTooEarly,
        code="ledger.booked_too_early",
        value=date(2024, 12, 1),
        limit=booked,
        keeps=(fund, loan),
    ):
        receive_recovery(fund, loan, cny(1_000), on=date(2024, 12, 1), ref="Z1")


@pytest.mark.parametrize("kind", [EntryKind.REPAYMENT, EntryKind.CLAIM_PAYOUT])
def test_a_history_with_more_money_than_was_owed_is_no_loan(kind):
    loan = a_loan()
    amount = 10**12
    component = "received_fen" if kind is EntryKind.REPAYMENT else "principal_fen"
    entry = Entry(number=2, kind=kind, on=FEB, booked_on=FEB, ref="X", **{component: amount})

    with pytest.raises(OverRepayment) as caught:
        replace(loan, entries=(*loan.entries, entry))
    assert caught.value.value == entry.amount
    with pytest.raises(OverRepayment):
        loan.with_entry(entry)


def test_a_recovery_of_what_the_fund_has_not_paid_is_no_history():
    loan = a_loan()
    entry = Entry(
        number=2, kind=EntryKind.RECOVERY, on=FEB, booked_on=FEB, ref="Z", subrogated_fen=500
    )

    with refused(
        InvalidHistory,
        code="ledger.invalid_history",
        value=2,
        limit="after a payout or a write-off",
    ):
        replace(loan, entries=(*loan.entries, entry))


def test_a_recovery_of_more_than_the_fund_has_paid_is_no_history():
    _, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")  # 80 % of 120,000
    entry = Entry(
        number=3,
        kind=EntryKind.RECOVERY,
        on=date(2024, 6, 1),
        booked_on=date(2024, 6, 1),
        ref="Z",
        subrogated_fen=96_005_00,
    )

    with refused(InvalidHistory, code="ledger.invalid_history", value=-5_00, limit=0):
        replace(loan, entries=(*loan.entries, entry))


def test_a_sound_history_is_a_loan_again():
    loan = pays(a_loan(), (600, FEB))

    assert Loan(**{name: getattr(loan, name) for name in Loan.__dataclass_fields__}) == loan


@pytest.mark.parametrize("day", [datetime(2024, 5, 1, tzinfo=UTC), "2024-05-01", None])
def test_a_question_as_of_anything_but_a_date_is_refused(day):
    loan, fund = a_loan(), a_fund()

    for question in (loan.position, fund.balance):
        with refused(InvalidDate, code="periods.invalid_date", value=day, limit="datetime.date"):
            question(as_of=day)


def test_an_account_of_anything_but_a_half_year_is_refused():
    with refused(
        InvalidTerms,
        code="terms.invalid",
        value="2024H1",
        limit="a HalfYear or an Anniversary",
        keeps=(),
    ):
        a_loan().account("2024H1")
