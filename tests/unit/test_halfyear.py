"""The half-year ledger of a book: its lines, totals and identity, and when it may be closed."""

from dataclasses import fields, replace
from datetime import date

import pytest

from histories import HALF_MORE, PERSON, RULES, a_fund, a_loan, pays, pays_on_time, refused
from microloan import (
    Concern,
    HalfYear,
    HalfYearLedger,
    InvalidHistory,
    InvalidTerms,
    LedgerTotals,
    LoanGivenTwice,
    PeriodNotOver,
    Prepayment,
    PreviousPeriodOpen,
    accelerate,
    cny,
    draw_up,
    from_fen,
    pay_claim,
    receive_recovery,
    recover,
    watch_list,
    write_off,
)
from microloan.anniversary import Anniversary
from microloan.control import require_closable
from microloan.grade import Grade
from microloan.halfyear import total_lines
from microloan.visit import BusinessState, FollowUpVisit

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
    assert [
        (line.loan_id, line.borrower, line.lender, line.category, line.disbursed_on, line.account)
        for line in ledger.lines
    ] == [
        (loan.id, "B-1", "BANK-1", PERSON, date(2024, 1, 15), loan.account(H1))
        for loan in reversed(loans)
    ]


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
        prepaid_fen=0,
        repaid_interest_fen=2_500_00 + 2_100_00,
        repaid_charges_fen=0,
        paid_by_fund_fen=96_000_00,
        recovered_fen=10_000_00,
        written_off_fen=0,
        regained_fen=0,
        adjustments_fen=0,
        closing_fen=164_000_00,
        arrears_fen=10_400_00 + 16_233_33,
        charges_fen=0,
        unbilled_fen=175_00 + 175_00,  # 70,000 × 6 % × 15 / 360 for the two that run
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
        prepaid_fen=3_000,
        repaid_interest_fen=8,
        repaid_charges_fen=11,
        paid_by_fund_fen=4_000,
        recovered_fen=500,
        written_off_fen=7,
        regained_fen=12,
        adjustments_fen=-60,
        closing_fen=1_165_433,
        arrears_fen=9,
        charges_fen=13,
        unbilled_fen=14,
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

    assert totals == total_lines([])
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


# ---- what a line says beside the money


def visit(ref, on, **found):
    given = {"visitors": ("李四",), "state": BusinessState.NORMAL} | found
    return FollowUpVisit(loan_id="HT-1", on=on, ref=ref, **given)


def the_line(loan, half=H1, **handed):
    [line] = draw_up([loan], half, **handed).lines
    return line


def test_a_line_says_how_late_the_loan_was_and_what_is_still_to_come():
    # February is paid, March is not: due on 15 March, 107 days before 30 June.
    line = the_line(pays_on_time(a_loan(), 1, 1))

    assert line.days_past_due == 107
    assert [due.number for due in line.remaining] == [6, 7, 8, 9, 10, 11, 12]
    assert (line.remaining[0].due_on, line.remaining[0].total) == (date(2024, 7, 15), cny(10_350))
    assert the_line(pays_on_time(a_loan(), 1, 5)).days_past_due == 0


def test_an_installment_due_on_the_last_day_is_not_late_yet_and_not_to_come():
    line = the_line(a_loan(disbursed_on=date(2024, 5, 30)))

    assert line.days_past_due == 0
    assert line.account.arrears == cny(10_600)
    assert line.remaining[0].due_on == date(2024, 7, 30)


def test_a_loan_called_in_has_nothing_more_to_come():
    assert the_line(accelerate(a_loan(), on=date(2024, 6, 20), ref="提1")).remaining == ()


def test_principal_repaid_early_is_shown_apart():
    # By 25 March 21,150 fell due and were paid; then 166.67 of running interest and 30,000 early.
    loan = pays_on_time(a_loan(), 1, 2)
    loan = loan.prepay(cny("30166.67"), on=date(2024, 3, 25), ref="V1", then=Prepayment.LOWER)

    ledger = draw_up([loan], H1)
    assert ledger.lines[0].prepaid == ledger.totals.prepaid == cny(30_000)
    assert ledger.totals.repaid_principal == cny(50_000)
    assert the_line(pays_on_time(a_loan(), 1, 2)).prepaid == cny(0)


def test_a_prepayment_first_meets_what_fell_due():
    # 20 March: March's 10,550 is unpaid; 5 days of 100,000 at 6 % are 83.33; 10,000 is early.
    loan = pays_on_time(a_loan(), 1, 1)
    loan = loan.prepay(cny("20633.33"), on=date(2024, 3, 20), ref="V1", then=Prepayment.LOWER)

    line = the_line(loan)
    assert (line.account.repaid_principal, line.prepaid) == (cny(30_000), cny(10_000))


def test_the_last_visit_booked_by_the_end_is_on_the_line():
    visits = [
        visit("访2", date(2024, 6, 20), state=BusinessState.STRAINED, next_step="核实订单"),
        visit("访1", date(2024, 3, 20)),
        visit("访3", date(2024, 6, 28), booked_on=date(2024, 7, 2)),
    ]
    line = the_line(pays_on_time(a_loan(), 1, 5), visits=visits)
    assert (line.visit, line.next_step) == (visits[0], "核实订单")
    assert the_line(pays_on_time(a_loan(), 1, 5), H2, visits=visits).visit == visits[2]

    unseen = the_line(a_loan())
    assert (unseen.visit, unseen.next_step) == (None, "")


def test_of_two_visits_on_one_day_the_later_record_counts():
    first, second = visit("访1", date(2024, 6, 20)), visit("访2", date(2024, 6, 20))

    assert the_line(a_loan(), visits=[second, first]).visit == second


def test_the_warnings_are_those_of_the_watch_list():
    loan = pays_on_time(a_loan(), 1, 1)
    watches = watch_list([loan], as_of=H1.last_day)

    assert the_line(loan, watches=watches).concerns == (Concern.CLAIM_OPEN, Concern.OVERDUE)
    assert the_line(loan).concerns == ()


def test_a_line_is_graded_by_the_days_it_is_past_due():
    assert the_line(pays_on_time(a_loan(), 1, 1)).grade(under=RULES) is Grade.SUBSTANDARD  # 107
    assert the_line(pays_on_time(a_loan(), 1, 5)).grade(under=RULES) is Grade.NORMAL


def test_a_line_as_it_was_known_at_an_entry():
    june = pays_on_time(a_loan(), 1, 4)
    loan = pays(june, (10_400, date(2024, 6, 15)))

    assert the_line(loan, through={"HT-1": 5}) == the_line(june)
    with pytest.raises(InvalidHistory):
        draw_up([loan], H1, through={"HT-1": 7})
    with refused(InvalidTerms, code="terms.invalid", value=["nope"], limit="loans that are given"):
        draw_up([loan], H1, through={"HT-1": 5, "nope": 3})


def test_an_account_has_a_number_and_its_place_in_the_life_of_the_loan():
    """Paid out in January for a year: two sheets, or from March to March three."""

    def numbered(loan, half):
        [line] = draw_up([loan], half).lines
        return line.account_number, line.period_number

    january, march = a_loan("HT-1"), a_loan("HT-2", disbursed_on=date(2024, 3, 15))
    assert numbered(january, H1) == ("2024H1/HT-1", 1)
    assert numbered(january, HalfYear(2024, 2)) == ("2024H2/HT-1", 2)
    assert numbered(march, HalfYear(2025, 1)) == ("2025H1/HT-2", 3)
    second_half = a_loan("HT-3", disbursed_on=date(2024, 7, 1))
    assert numbered(second_half, HalfYear(2025, 1)) == ("2025H1/HT-3", 2)
    assert numbered(march, Anniversary(2)) == ("2/HT-2", 2)


def test_a_ledger_of_half_years_counted_from_each_disbursement():
    loans = [pays_on_time(a_loan("HT-1"), 1, 5), a_loan("HT-2", disbursed_on=date(2024, 3, 15))]

    ledger = draw_up(loans, Anniversary(1))
    assert [line.account.last_day for line in ledger.lines] == [
        date(2024, 7, 15),
        date(2024, 9, 15),
    ]
    assert (ledger.half, ledger.totals.loans, ledger.totals.balances) == (Anniversary(1), 2, True)
    assert draw_up(loans, Anniversary(2)).totals.opening == ledger.totals.closing


@pytest.mark.parametrize(
    ("handed", "name"),
    [
        ({"visits": [1]}, "int"),
        ({"visits": None}, "NoneType"),
        ({"through": None}, "numbers by loan"),
        ({"requests": [1]}, "int"),
        ({"watches": ["HT-1"]}, "str"),
        ({"assignments": [None]}, "NoneType"),
        ({"subsidies": [1]}, "int"),
        ({"subsidies": (), "requests": [1]}, "int"),
        ({"subsidies": (), "payments": [1]}, "int"),
    ],
)
def test_what_is_handed_in_is_of_its_kind(handed, name):
    with pytest.raises(InvalidTerms, match=name):
        draw_up([a_loan()], H1, **handed)


def test_loans_and_a_half_year_are_asked_for():
    with pytest.raises(LoanGivenTwice):
        draw_up([a_loan(), a_loan()], H1)
    for wrong in (lambda: draw_up(a_loan(), H1), lambda: draw_up([a_loan()], "2024H1")):
        with pytest.raises(InvalidTerms):
            wrong()
    with refused(InvalidTerms, code="terms.invalid", value=Anniversary(1), limit="a HalfYear"):
        require_closable(Anniversary(1), on=date(2024, 7, 1), open_since=None)
