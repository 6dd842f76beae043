"""The control sheet: what must agree before a half-year is signed."""

from dataclasses import replace
from datetime import date

import pytest

from histories import a_loan, pays_on_time
from microloan import HalfYear, cny
from microloan.control import ControlCheck, control_lines
from microloan.frozen_line import freeze_line
from microloan.ledger_notes import note_all

H1, H2, NOTES = HalfYear(2024, 1), HalfYear(2024, 2), note_all()


def lines_of(half):
    """One loan that runs through the year, one repaid by June, one paid out in August."""
    loans = [
        pays_on_time(a_loan("HT-1"), 1, 5),
        pays_on_time(a_loan("HT-2", months=5), 1, 5),
        a_loan("HT-3", disbursed_on=date(2024, 8, 1)),
    ]
    lines = [freeze_line(loan, half, notes=NOTES) for loan in loans]
    return [line for line in lines if not line.account.idle]


def closings(lines):
    return {line.loan_id: line.account.closing_fen for line in lines}


def test_a_control_sheet_counts_what_was_opened_settled_and_carried():
    first = control_lines(H1, lines_of(H1), previous={}, anchor="a" * 64)
    assert (first.brought_forward, first.opened, first.settled, first.carried) == (0, 2, 1, 1)
    assert (first.previous, first.carried_before) == (cny(0), 0)
    assert (first.totals.disbursed, first.totals.closing) == (cny(240_000), cny(70_000))
    assert (first.failed, first.broken, first.gaps) == ((), (), ())
    assert (first.half, first.anchor) == (H1, "a" * 64)

    second = control_lines(H2, lines_of(H2), previous=closings(lines_of(H1)), anchor="")
    assert (second.brought_forward, second.opened, second.settled, second.carried) == (1, 1, 0, 2)
    assert (second.previous, second.carried_before) == (cny(70_000), 1)
    assert second.failed == ()


def test_a_book_without_loans_agrees():
    sheet = control_lines(H1, [], previous={}, anchor="")

    assert (sheet.totals.loans, sheet.carried, sheet.failed) == (0, 0, ())


def test_a_line_that_does_not_balance_fails_line_and_total():
    good, other = lines_of(H1)
    bad = replace(good, account=replace(good.account, closing_fen=1))

    sheet = control_lines(H1, [bad, other], previous={}, anchor="")
    assert sheet.broken == ("HT-1",)
    assert sheet.failed == (ControlCheck.EACH_LINE_BALANCES, ControlCheck.TOTALS_BALANCE)


def test_an_opening_that_is_not_the_closing_before_is_named():
    # One fen from HT-1 to HT-9: every loan is a fen off, the book is not.
    previous = {"HT-1": 70_000_00 - 1, "HT-2": 0, "HT-9": 1}

    sheet = control_lines(H2, lines_of(H2), previous=previous, anchor="")
    assert sheet.gaps == ("HT-1", "HT-9")
    assert sheet.failed == (ControlCheck.EACH_OPENING_FOLLOWS, ControlCheck.LOANS_ADD_UP)


def test_a_book_that_opens_with_another_sum_than_it_closed_with_is_named():
    sheet = control_lines(H2, lines_of(H2), previous={"HT-1": 60_000_00}, anchor="")

    assert sheet.failed == (ControlCheck.EACH_OPENING_FOLLOWS, ControlCheck.BOOK_OPENING_FOLLOWS)


@pytest.mark.parametrize("counted", ["brought_forward", "opened", "settled", "carried"])
def test_a_loan_miscounted_is_seen(counted):
    sheet = control_lines(H2, lines_of(H2), previous=closings(lines_of(H1)), anchor="")
    wrong = replace(sheet, **{counted: getattr(sheet, counted) + 1})

    assert wrong.failed == (ControlCheck.LOANS_ADD_UP,)


def test_every_check_has_a_chinese_name():
    assert [check.zh for check in ControlCheck] == [
        "逐户平衡",
        "合计平衡",
        "逐户期初与上期期末衔接",
        "总账期初与上期期末衔接",
        "贷款笔数平衡",
    ]
