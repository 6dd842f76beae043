"""The half-year ledger of a book: its lines, totals and identity, and when it may be closed."""

from dataclasses import fields, replace
from datetime import date

import pytest

from histories import HALF_MORE, a_fund, a_loan, pays, pays_on_time, refused
from microloan import (
    HalfYear,
    HalfYearLedger,
    LedgerLine,
    LedgerTotals,
    PeriodNotOver,
    PreviousPeriodOpen,
    cny,
    draw_up,
    from_fen,
    pay_claim,
    receive_recovery,
    recover,
    write_off,
)
from microloan.halfyear import require_closable, total_accounts

H1, H2 = HalfYear(2024, 1), HalfYear(2024, 2)


def book():
    """Three loans: one on time, one claimed for, one of which June was learned in July."""
    fund, claimed = pay_claim(a_fund(), a_loan("HT-3"), on=date(2024, 5, 25), ref="P1")
    _, claimed = receive_recovery(fund, claimed, cny(50_000), on=date(2024, 6, 25), ref="Z1")
    late = pays_on_time(a_loan("HT-2"), 1, 4)
    late = pays(late, (10_400, date(2024, 6, 15), date(2024, 7, 3)))
    return [claimed, late, pays_on_time(a_loan("HT-1"), 1, 5)]


def test_a_ledger_has_a_line_for_each_loan_by_loan_number():
    loans = book()
    ledger = draw_up(loans, H1)

    assert ledger.half == H1
    assert ledger.lines == tuple(
        LedgerLine(loan_id=loan.id, borrower="B-1", lender="BANK-1", account=loan.account(H1))
        for loan in reversed(loans)
    )


def test_loans_not_yet_paid_out_or_long_ended_are_left_out():
    repaid = pays_on_time(a_loan("HT-1"), 1, 12)  # the last on 15 January 2025
    to_come = a_loan("HT-2", disbursed_on=date(2025, 7, 1))

    for half, listed in ((1, ["HT-1"]), (2, ["HT-2"])):
        ledger = draw_up([repaid, to_come], HalfYear(2025, half))
        assert [line.loan_id for line in ledger.lines] == listed
    assert draw_up([repaid], HalfYear(2023, 2)).lines == ()


def test_the_totals_are_the_sums_of_the_lines():
    # HT-1: 120,000 out, 52,500 due and repaid, 50,000 of it principal, 70,000 left.
    # HT-2: as known in June, four installments repaid, 80,000 left, June's 10,400 in arrears.
    # HT-3: 96,000 from the fund, 10,000 recovered for the lender, 40,000 for the fund, 14,000 left.
    assert draw_up(book(), H1).totals == LedgerTotals(
        loans=3,
        opening_fen=0,
        disbursed_fen=360_000_00,
        due_fen=52_500_00 + 52_500_00 + 122_233_33,
        repaid_principal_fen=90_000_00,
        repaid_interest_fen=2_500_00 + 2_100_00,
        repaid_charges_fen=0,
        paid_by_fund_fen=96_000_00,
        recovered_fen=10_000_00,
        written_off_fen=0,
        regained_fen=0,
        adjustments_fen=0,
        closing_fen=164_000_00,
        arrears_fen=10_400_00 + 16_233_33,
        subrogated_fen=56_000_00,
    )
    second = draw_up(book(), H2).totals
    assert (second.opening, second.adjustments) == (cny(164_000), cny(-10_000))
    assert (second.disbursed, second.repaid_principal, second.closing) == (
        cny(0),
        cny(0),
        cny(154_000),
    )


def test_every_line_and_the_totals_balance():
    for half in (H1, H2):
        ledger = draw_up(book(), half)
        assert ledger.broken == ()
        assert ledger.totals.balances


def test_the_closing_of_a_book_is_the_opening_of_its_next_half_year():
    assert draw_up(book(), H1).totals.closing == draw_up(book(), H2).totals.opening


def test_a_line_that_does_not_balance_is_named():
    ledger = draw_up(book(), H1)
    bad = replace(
        ledger.lines[1],
        account=replace(ledger.lines[1].account, closing_fen=1),
    )
    tampered = replace(ledger, lines=(ledger.lines[0], bad, ledger.lines[2]))

    assert tampered.broken == (bad,)
    assert not tampered.totals.balances


def test_totals_balance_when_opening_and_movements_make_the_closing():
    totals = LedgerTotals(
        loans=1,
        opening_fen=1_000_000,
        disbursed_fen=200_000,
        due_fen=7,
        repaid_principal_fen=30_000,
        repaid_interest_fen=8,
        repaid_charges_fen=11,
        paid_by_fund_fen=4_000,
        recovered_fen=500,
        written_off_fen=7,
        regained_fen=12,
        adjustments_fen=-60,
        closing_fen=1_165_433,
        arrears_fen=9,
        subrogated_fen=10,
    )

    # 1,000,000 + 200,000 − 30,000 − 4,000 − 500 − 7 − 60
    assert totals.balances
    assert not replace(totals, closing_fen=1_165_434).balances
    assert not replace(totals, closing_fen=1_165_439).balances


def test_what_was_written_off_and_regained_is_totaled():
    lost = write_off(a_loan("HT-1"), on=date(2024, 2, 20), ref="W1")
    lost = recover(lost, cny(500), on=date(2024, 5, 1), ref="收1")
    # 10 days late: 25 of penalty; all of February is paid on 25 February.
    late = pays(a_loan("HT-2", penalty=HALF_MORE), (10_625, date(2024, 2, 25)))

    totals = draw_up([lost, late], H1).totals
    assert (totals.written_off, totals.regained) == (cny(120_000), cny(500))
    assert (totals.repaid_charges, totals.closing) == (cny(25), cny(110_000))
    assert totals.balances
    assert draw_up([lost, late], H2).totals.opening == cny(110_000)


def test_an_empty_book_has_totals_of_nothing():
    totals = draw_up([], H1).totals

    assert totals == total_accounts([])
    assert {getattr(totals, field.name) for field in fields(totals)} == {0}
    assert totals.balances


def test_totals_read_in_yuan():
    names = [field.name for field in fields(LedgerTotals)]
    totals = LedgerTotals(**{name: 100 + place for place, name in enumerate(names)})

    for name in names[1:]:
        assert getattr(totals, name.removesuffix("_fen")) == from_fen(getattr(totals, name))


@pytest.mark.parametrize("open_since", [None, H1, H2])
def test_a_half_year_that_is_over_may_be_closed_where_none_before_it_is_open(open_since):
    require_closable(H1, on=date(2024, 7, 1), open_since=open_since)

    with refused(
        PeriodNotOver,
        code="halfyear.not_over",
        value=date(2024, 6, 30),
        limit=date(2024, 6, 30),
    ) as caught:
        require_closable(H1, on=date(2024, 6, 30), open_since=open_since)
    assert str(caught.value) == "2024H1 ends on 2024-06-30; it cannot be closed on 2024-06-30"


@pytest.mark.parametrize("open_since", [HalfYear(2023, 2), HalfYear(2009, 1)])
def test_a_half_year_after_one_that_is_open_cannot_be_closed(open_since):
    with refused(
        PreviousPeriodOpen, code="halfyear.previous_open", value=H1, limit=open_since
    ) as caught:
        require_closable(H1, on=date(2024, 7, 1), open_since=open_since)
    assert str(caught.value) == f"2024H1 cannot be closed while {open_since} is open"


def test_a_ledger_is_a_value():
    assert draw_up(book(), H1) == HalfYearLedger(half=H1, lines=draw_up(book(), H1).lines)
