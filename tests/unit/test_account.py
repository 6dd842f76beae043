"""One loan in one half-year: opening, movements, closing, and what was learned late."""

from dataclasses import fields, replace
from datetime import date

import pytest

from histories import HALF_MORE, a_fund, a_loan, a_quarterly_loan, pays, pays_on_time
from microloan import (
    ZERO,
    Covers,
    Guarantee,
    HalfYear,
    InvalidDate,
    Prepayment,
    RepaymentAccount,
    accelerate,
    charge_costs,
    cny,
    disburse,
    extend,
    from_fen,
    pay_claim,
    percent,
    receive_recovery,
    recover,
    reverse_both,
    write_off,
)
from microloan.account import account_of

H1, H2 = HalfYear(2024, 1), HalfYear(2024, 2)
EMPTY = RepaymentAccount(
    half=H1,
    first_day=date(2024, 1, 1),
    last_day=date(2024, 6, 30),
    through=1,
    opening_fen=0,
    disbursed_fen=0,
    due_principal_fen=0,
    due_interest_fen=0,
    repaid_principal_fen=0,
    repaid_interest_fen=0,
    repaid_charges_fen=0,
    paid_by_fund_fen=0,
    recovered_fen=0,
    written_off_fen=0,
    regained_fen=0,
    adjustments_fen=0,
    adjusted_interest_fen=0,
    adjusted_charges_fen=0,
    adjusted_due_fen=0,
    closing_fen=0,
    arrears_principal_fen=0,
    arrears_interest_fen=0,
    charges_fen=0,
    unbilled_fen=0,
    subrogated_fen=0,
)


EMPTY_H2 = replace(EMPTY, half=H2, first_day=date(2024, 7, 1), last_day=date(2024, 12, 31))


def test_a_half_year_paid_on_time():
    # February to June: 5 × 10,000 principal, 600 + 550 + 500 + 450 + 400 interest.
    # Unbilled on 30 June: 70,000 × 6 % × 15 / 360 = 175.
    assert pays_on_time(a_loan(), 1, 5).account(H1) == replace(
        EMPTY,
        through=6,
        disbursed_fen=120_000_00,
        due_principal_fen=50_000_00,
        due_interest_fen=2_500_00,
        repaid_principal_fen=50_000_00,
        repaid_interest_fen=2_500_00,
        closing_fen=70_000_00,
        unbilled_fen=175_00,
    )


def test_the_next_half_year_opens_with_what_the_last_one_closed_with():
    # July to December: 6 × 10,000, 350 + 300 + 250 + 200 + 150 + 100; July and August are paid.
    # Unbilled on 31 December: 10,000 × 6 % × 16 / 360 = 26.67.
    assert pays_on_time(a_loan(), 1, 7).account(H2) == replace(
        EMPTY_H2,
        through=8,
        opening_fen=70_000_00,
        due_principal_fen=60_000_00,
        due_interest_fen=1_350_00,
        repaid_principal_fen=20_000_00,
        repaid_interest_fen=650_00,
        closing_fen=50_000_00,
        arrears_principal_fen=40_000_00,
        arrears_interest_fen=700_00,
        unbilled_fen=26_67,
    )


def test_a_half_year_before_the_disbursement_is_empty():
    assert a_loan().account(HalfYear(2023, 2)) == replace(
        EMPTY,
        half=HalfYear(2023, 2),
        first_day=date(2023, 7, 1),
        last_day=date(2023, 12, 31),
    )


def test_the_first_half_year_of_the_calendar_has_an_account_too():
    loan = a_loan(disbursed_on=date(1990, 2, 1))

    assert loan.account(HalfYear(1990, 1)).disbursed == cny(120_000)


def test_what_falls_due_on_the_first_and_on_the_last_day_belongs_to_the_half_year():
    from_new_year = a_loan(disbursed_on=date(2024, 1, 1))  # due on the 1st: February to January
    from_month_end = a_loan(disbursed_on=date(2023, 12, 31))  # due on the last day of each month

    assert from_new_year.account(H1).due == cny(52_500)  # February to June
    assert from_new_year.account(H2).due == cny(61_350)  # 1 July to 1 December
    assert from_month_end.account(H1).due == cny(62_850)  # January to 30 June: + 350
    assert from_month_end.account(H2).due == cny(61_050)  # July to 31 December: 300 + … + 50


def test_payments_of_the_first_and_of_the_last_day_belong_to_the_half_year():
    loan = pays(a_loan(), (10_000, date(2024, 6, 30)), (1_000, date(2024, 7, 1)))

    # 2,500 of interest first, then 7,500 of principal; in July principal only.
    first, second = loan.account(H1), loan.account(H2)
    assert (first.repaid_interest, first.repaid_principal) == (cny(2_500), cny(7_500))
    assert (second.repaid_interest, second.repaid_principal) == (ZERO, cny(1_000))
    assert (first.adjustments, second.adjustments) == (ZERO, ZERO)


def test_a_late_fact_is_an_adjustment_of_the_next_half_year():
    # June's 10,400 was paid on its day and became known on 3 July; July was paid on its day.
    loan = pays(pays_on_time(a_loan(), 1, 4), (10_400, date(2024, 6, 15), date(2024, 7, 3)))
    loan = pays(loan, (10_350, date(2024, 7, 15)))

    first, second = loan.account(H1), loan.account(H2)
    assert (first.closing, first.arrears) == (cny(80_000), cny(10_400))
    assert first.repaid == cny(42_100)  # 40,000 + 600 + 550 + 500 + 450
    assert second == replace(
        EMPTY_H2,
        through=7,
        opening_fen=80_000_00,
        due_principal_fen=60_000_00,
        due_interest_fen=1_350_00,
        repaid_principal_fen=10_000_00,
        repaid_interest_fen=350_00,
        adjustments_fen=-10_000_00,
        adjusted_interest_fen=400_00,
        closing_fen=60_000_00,
        arrears_principal_fen=50_000_00,
        arrears_interest_fen=1_000_00,  # 300 + 250 + 200 + 150 + 100
        unbilled_fen=26_67,
    )
    assert first.balances
    assert second.balances


def test_a_late_fact_that_shifts_older_payments_is_adjusted_as_a_whole():
    # As known in June, 10,550 of 15 March met interest 600 + 550 and principal 9,400. With 10,600
    # of February, learned in July, the two met that interest and principal 20,000: 10,600 more.
    loan = pays(
        a_loan(),
        (10_550, date(2024, 3, 15)),
        (10_600, date(2024, 2, 15), date(2024, 7, 1)),
    )

    first, second = loan.account(H1), loan.account(H2)
    assert (first.repaid_principal, first.repaid_interest) == (cny(9_400), cny(1_150))
    assert first.closing == second.opening == cny(110_600)
    assert (second.adjustments_fen, second.adjusted_interest_fen) == (-10_600_00, 0)
    assert second.repaid == ZERO
    assert second.closing == cny(100_000)


def test_a_late_fact_that_met_interest_turns_later_money_into_principal():
    # Known in June: 1,150 of 20 March met the interest of February and March. In July it turns out
    # that 600 had been paid on 15 February; then 20 March met 550 of interest and 600 of principal.
    loan = pays(
        a_loan(),
        (1_150, date(2024, 3, 20)),
        (600, date(2024, 2, 15), date(2024, 7, 1)),
    )

    second = loan.account(H2)
    assert (second.adjustments_fen, second.adjusted_interest_fen) == (-600_00, 0)
    assert loan.position(as_of=date(2024, 3, 20)).outstanding == cny(119_400)


def test_a_fact_learned_late_within_the_half_year_is_no_adjustment():
    loan = pays(a_loan(), (10_600, date(2024, 2, 15), date(2024, 6, 30)))

    account = loan.account(H1)
    assert (account.repaid, account.adjustments) == (cny(10_600), ZERO)
    assert account.closing == cny(110_000)


def test_a_reversal_in_a_later_half_year_takes_principal_and_interest_back():
    paid = pays_on_time(a_loan(), 1, 5)
    undone = paid.reverse(6, on=date(2024, 7, 5), ref="C1")

    assert undone.account(H1) == replace(paid.account(H1), through=7)
    second = undone.account(H2)
    assert (second.opening, second.closing) == (cny(70_000), cny(80_000))
    assert (second.adjustments_fen, second.adjusted_interest_fen) == (10_000_00, -400_00)
    assert second.arrears == cny(10_400 + 61_350)


def test_a_wrong_entry_put_right_in_the_next_half_year_is_the_difference():
    # June's 10,400 had been booked as 1,000: 400 of interest and 600 of principal.
    loan = pays(pays_on_time(a_loan(), 1, 4), (1_000, date(2024, 6, 15)))
    loan = loan.reverse(6, on=date(2024, 7, 5), ref="C1")
    loan = pays(loan, (10_400, date(2024, 6, 15), date(2024, 7, 5)))

    second = loan.account(H2)
    assert (second.opening, second.closing) == (cny(79_400), cny(70_000))
    assert (second.adjustments_fen, second.adjusted_interest_fen) == (-9_400_00, 0)


def test_a_reversal_in_the_same_half_year_leaves_no_trace_in_the_account():
    loan = pays(a_loan(), (10_600, date(2024, 2, 15)))
    undone = loan.reverse(2, on=date(2024, 3, 1), ref="C1")

    assert undone.account(H1) == replace(a_loan().account(H1), through=3)


def test_a_reversal_booked_late_counts_from_its_booking():
    loan = pays(a_loan(), (10_600, date(2024, 2, 15)))
    undone = loan.reverse(2, on=date(2024, 3, 1), ref="C1", booked_on=date(2024, 7, 1))

    assert undone.account(H1).closing == cny(110_000)
    assert undone.account(H2).adjustments == cny(10_000)
    assert undone.account(H2).closing == cny(120_000)


def test_a_disbursement_booked_late_enters_as_an_adjustment():
    loan = a_loan(disbursed_on=date(2024, 6, 28), booked_on=date(2024, 7, 2))

    assert loan.account(H1) == EMPTY
    second = loan.account(H2)
    assert (second.opening, second.disbursed) == (ZERO, ZERO)
    assert second.adjustments == second.closing + second.repaid_principal == cny(120_000)


def test_a_payout_is_a_movement_of_its_own():
    # 96,000 of 120,000; interest is not covered. All fell due: 120,000 and 2,100 + 133.33.
    fund, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")

    assert loan.account(H1) == replace(
        EMPTY,
        through=2,
        disbursed_fen=120_000_00,
        due_principal_fen=120_000_00,
        due_interest_fen=2_233_33,
        paid_by_fund_fen=96_000_00,
        closing_fen=24_000_00,
        arrears_principal_fen=24_000_00,
        arrears_interest_fen=2_233_33,
        subrogated_fen=96_000_00,
    )
    _, loan = receive_recovery(fund, loan, cny(50_000), on=date(2024, 9, 1), ref="Z1")
    assert loan.account(H2) == replace(
        EMPTY_H2,
        through=3,
        opening_fen=24_000_00,
        recovered_fen=10_000_00,
        closing_fen=14_000_00,
        arrears_principal_fen=14_000_00,
        arrears_interest_fen=2_233_33,
        subrogated_fen=56_000_00,
    )


def test_a_payout_booked_late_is_an_adjustment():
    fund, loan = pay_claim(
        a_fund(), a_loan(), on=date(2024, 6, 20), ref="P1", booked_on=date(2024, 7, 2)
    )
    assert loan.account(H1).paid_by_fund == loan.account(H1).subrogated == ZERO
    second = loan.account(H2)
    assert (second.paid_by_fund, second.adjustments_fen) == (ZERO, -96_000_00)
    assert (second.closing, second.subrogated) == (cny(24_000), cny(96_000))

    fund, loan = receive_recovery(
        fund, loan, cny(1_000), on=date(2024, 6, 25), ref="Z1", booked_on=date(2024, 7, 3)
    )
    second = loan.account(H2)
    assert (second.recovered, second.adjustments_fen) == (ZERO, -96_200_00)


def test_a_payout_undone_in_the_next_half_year_brings_the_principal_back():
    fund, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")
    _, loan = reverse_both(fund, loan, 2, on=date(2024, 7, 5), ref="C1")

    second = loan.account(H2)
    assert (second.opening, second.adjustments_fen) == (cny(24_000), 96_000_00)
    assert (second.closing, second.subrogated) == (cny(120_000), ZERO)


def test_interest_paid_by_the_fund_is_not_repaid_interest():
    promise = Guarantee(
        fund_id="F-01",
        coverage=percent("80"),
        claimable_after_days=90,
        covers=Covers.PRINCIPAL_AND_INTEREST,
    )
    paid = pays(a_loan(guarantee=promise), (500, date(2024, 2, 15)))
    fund, loan = pay_claim(a_fund(), paid, on=date(2024, 5, 25), ref="P1")

    assert loan.account(H1).repaid_interest_fen == 500_00
    _, late = pay_claim(a_fund(), paid, on=date(2024, 5, 25), ref="P1", booked_on=date(2024, 7, 1))
    assert late.account(H2).adjusted_interest_fen == 0
    _, loan = receive_recovery(fund, loan, cny(121_000), on=date(2024, 9, 1), ref="Z1")
    assert loan.entries[-1].interest_fen > 0
    assert loan.account(H2).repaid_interest_fen == 0


def test_through_shows_the_account_as_it_was_known():
    june = pays_on_time(a_loan(), 1, 4)
    printed = june.account(H1)
    loan = pays(june, (10_400, date(2024, 6, 15)))  # became known later, still booked in June

    assert loan.account(H1) != printed
    assert loan.account(H1, through=printed.through) == printed
    assert loan.account(H1, through=1) == a_loan().account(H1)
    assert loan.account(H1).through == 6
    assert account_of(loan.terms, loan.entries, H1, through=5) == printed


def test_arrears_and_unbilled_interest_of_a_settled_loan_stand_at_the_half_year_end():
    # 120,000 × 6 % / 360 = 20 a day: 66 days to 20 March, 92 to 20 June, then 21 to 29 June and the
    # 30th as the closing day: 9 days.
    account = a_quarterly_loan().account(H1)

    assert account.due == account.arrears == cny(20 * (66 + 92))
    assert account.unbilled == cny(180)


def test_opening_and_movements_make_the_closing():
    account = replace(
        EMPTY,
        opening_fen=1_000_000,
        disbursed_fen=200_000,
        repaid_principal_fen=30_000,
        paid_by_fund_fen=4_000,
        recovered_fen=500,
        written_off_fen=7,
        regained_fen=99,
        adjustments_fen=-60,
        closing_fen=1_165_433,
    )

    # 1,000,000 + 200,000 − 30,000 − 4,000 − 500 − 7 − 60; what is regained was off the book
    assert account.expected_closing_fen == 1_165_433
    assert account.balances
    assert not replace(account, closing_fen=1_165_434).balances
    assert not replace(account, opening_fen=999_999).balances


@pytest.mark.parametrize(
    "field",
    [
        "opening_fen",
        "disbursed_fen",
        "repaid_principal_fen",
        "repaid_interest_fen",
        "adjustments_fen",
        "adjusted_interest_fen",
        "closing_fen",
        "arrears_principal_fen",
        "arrears_interest_fen",
        "recovered_fen",
        "written_off_fen",
        "regained_fen",
        "charges_fen",
        "repaid_charges_fen",
        "subrogated_fen",
    ],
)
def test_one_fen_moved_or_owed_keeps_a_loan_on_the_book(field):
    assert EMPTY.idle
    assert not replace(EMPTY, **{field: 1}).idle
    assert not replace(EMPTY, **{field: -1}).idle


def test_a_loan_repaid_in_full_is_off_the_book_the_half_year_after():
    loan = pays_on_time(a_loan(), 1, 12)

    assert not loan.account(HalfYear(2025, 1)).idle  # the last installment of 15 January
    assert loan.account(HalfYear(2025, 2)).idle


def test_an_account_reads_in_yuan():
    names = [field.name for field in fields(RepaymentAccount) if field.name.endswith("_fen")]
    account = replace(EMPTY, **{name: 100 + place for place, name in enumerate(names)})

    for view in ("opening", "disbursed", "due", "repaid", "repaid_principal", "repaid_interest"):
        assert getattr(account, view) == from_fen(getattr(account, f"{view}_fen"))
    for view in ("paid_by_fund", "recovered", "adjustments", "closing", "arrears", "unbilled"):
        assert getattr(account, view) == from_fen(getattr(account, f"{view}_fen"))
    for view in ("repaid_charges", "written_off", "regained", "charges", "adjusted_interest"):
        assert getattr(account, view) == from_fen(getattr(account, f"{view}_fen"))
    assert account.subrogated == from_fen(account.subrogated_fen)
    assert account.due_fen == account.due_principal_fen + account.due_interest_fen
    assert account.repaid_fen == account.repaid_principal_fen + account.repaid_interest_fen
    assert account.arrears_fen == account.arrears_principal_fen + account.arrears_interest_fen


def test_a_half_year_outside_the_calendar_is_refused():
    with pytest.raises(InvalidDate, match="1990-2100"):
        a_loan().account(HalfYear(1989, 2))


# ---- what the rewritten acts do to an account


def test_a_prepayment_is_repaid_principal_of_its_half_year():
    # By 25 March: 20,000 and 1,150 were paid; then 166.67 and 30,000 not due.
    loan = pays_on_time(a_loan(), 1, 2)
    loan = loan.prepay(cny("30166.67"), on=date(2024, 3, 25), ref="V1", then=Prepayment.LOWER)

    # April to June: 7,000 each; 233.33 for the rest of April's period, 315 and 280.
    account = loan.account(H1)
    assert (account.repaid_principal, account.repaid_interest) == (cny(50_000), cny("1316.67"))
    assert account.due_principal_fen == 20_000_00 + 30_000_00 + 21_000_00
    assert account.due_interest_fen == 1_150_00 + 166_67 + 828_33
    assert (account.closing, account.arrears) == (cny(70_000), cny("21828.33"))
    assert account.balances


def test_a_prepayment_learned_late_is_an_adjustment():
    loan = pays_on_time(a_loan(), 1, 5)
    late = loan.prepay(
        cny(20_175),
        on=date(2024, 6, 30),
        ref="V1",
        then=Prepayment.SHORTEN,
        booked_on=date(2024, 7, 2),
    )

    # 70,000 × 6 % × 15/360 = 175 running on 30 June
    first, second = late.account(H1), late.account(H2)
    assert (first.closing, first.repaid_principal) == (cny(70_000), cny(50_000))
    assert (second.opening, second.adjustments) == (cny(70_000), cny(-20_000))
    assert (second.adjusted_interest, second.closing) == (cny(175), cny(50_000))
    assert second.repaid == ZERO
    # The rest of July's period: 50,000 × 6 % × 15/360 = 125
    assert second.due_interest_fen == 125_00 + 200_00 + 150_00 + 100_00 + 50_00
    assert first.balances
    assert second.balances
    assert late.account(HalfYear(2025, 1)).opening == second.closing


def test_charges_are_a_column_of_their_own():
    # 25 February: 10 days late: 25 of penalty, and costs of 100.
    loan = charge_costs(a_loan(penalty=HALF_MORE), cny(100), on=date(2024, 2, 25), ref="K1")
    loan = pays(loan, ("10725", date(2024, 2, 25)))

    account = loan.account(H1)
    assert (account.repaid_charges, account.repaid) == (cny(125), cny(10_600))
    # March to June are unpaid on 30 June: 107 + 76 + 46 + 15 days at 2.50
    assert account.charges == cny("610.00")
    assert account.balances


def test_a_further_part_is_disbursed_in_its_half_year():
    loan = disburse(a_loan(disbursed=60_000), cny(60_000), on=date(2024, 7, 1), ref="放2")
    late = disburse(
        a_loan(disbursed=60_000),
        cny(60_000),
        on=date(2024, 6, 30),
        ref="放2",
        booked_on=date(2024, 7, 1),
    )

    assert (loan.account(H1).disbursed, loan.account(H2).disbursed) == (cny(60_000), cny(60_000))
    assert (late.account(H2).disbursed, late.account(H2).adjustments) == (ZERO, cny(60_000))
    for one in (loan, late):
        assert one.account(H1).closing == one.account(H2).opening == cny(60_000)
        assert one.account(H2).closing == cny(120_000)
        assert one.account(H2).balances


def test_an_extension_moves_what_falls_due_and_no_principal():
    loan = pays_on_time(a_loan(), 1, 5)
    extended = extend(loan, months=12, on=date(2024, 6, 20), ref="展1")

    before, after = loan.account(H1), extended.account(H1)
    assert replace(after, through=before.through) == before
    # 70,000 over July to January of the year after next: 19 parts of 3,684.21
    assert extended.account(H2).due_principal_fen == 6 * 3_684_21


def test_a_write_off_learned_late_is_an_adjustment_too():
    june = date(2024, 6, 20)
    loan = write_off(pays_on_time(a_loan(), 1, 5), on=june, ref="W1", booked_on=date(2024, 7, 3))

    first, second = loan.account(H1), loan.account(H2)
    assert (first.closing, first.written_off) == (cny(70_000), ZERO)
    assert (second.adjustments, second.written_off, second.closing) == (cny(-70_000), ZERO, ZERO)
    assert first.balances
    assert second.balances


def test_closing_is_the_next_opening_through_a_default_and_its_end():
    loan = accelerate(pays_on_time(a_loan(), 1, 3), on=date(2024, 5, 20), ref="A1")
    loan = pays(loan, (10_000, date(2024, 6, 20)))
    loan = write_off(loan, on=date(2024, 8, 1), ref="W1")
    loan = recover(loan, cny(500), on=date(2025, 2, 1), ref="收1", booked_on=date(2025, 2, 3))

    half = HalfYear(2023, 2)
    for _ in range(6):
        account = loan.account(half)
        assert account.balances
        assert account.closing_fen == loan.account(half.next).opening_fen
        half = half.next
    # 90,000 were called in with 450 of May and 66.67; 10,000 met 516.67 and 9,483.33.
    assert loan.account(H2).written_off == cny("80516.67")
    assert loan.account(HalfYear(2025, 1)).regained == cny(500)


# ---- late facts beside the principal


def test_a_loan_booked_late_shows_what_had_fallen_due_before():
    # Paid out on 15 January, entered in July: 10,600 + 10,550 + 10,500 + 10,450 + 10,400 fell due.
    loan = a_loan(booked_on=date(2024, 7, 2))

    assert loan.account(H1).due == loan.account(H1).adjusted_due == ZERO
    second = loan.account(H2)
    assert second.adjusted_due == cny(52_500)
    assert second.due == cny(61_350)  # 10,350 + … + 10,100: July to December
    assert not second.idle


def test_a_prepayment_booked_late_changes_what_had_fallen_due():
    # 30,000 of 15 June beside the installment, known in July: they fell due by being repaid.
    loan = pays_on_time(a_loan(), 1, 5)
    loan = loan.prepay(
        cny(30_000),
        on=date(2024, 6, 15),
        ref="提1",
        then=Prepayment.LOWER,
        booked_on=date(2024, 7, 2),
    )

    first, second = loan.account(H1), loan.account(H2)
    assert first.closing == second.opening == cny(70_000)
    assert (second.adjustments_fen, second.adjusted_due) == (-30_000_00, cny(30_000))
    assert second.balances


def test_costs_paid_late_are_adjusted_apart_from_interest():
    # 300 of costs, 600 and 10,000 of the first line, all paid on 20 February, known in July
    loan = charge_costs(a_loan(), cny(300), on=date(2024, 2, 16), ref="费1")
    loan = pays(loan, (10_900, date(2024, 2, 20), date(2024, 7, 2)))

    second = loan.account(H2)
    assert second.adjusted_charges == cny(300)
    assert (second.adjusted_interest, second.adjustments_fen) == (cny(600), -10_000_00)
    assert (second.repaid_charges, second.charges) == (ZERO, ZERO)
    assert loan.account(H1).charges == cny(300)


def test_money_regained_late_stands_in_the_half_year_in_which_it_is_booked():
    loan = write_off(a_loan(), on=date(2024, 5, 15), ref="核1")
    loan = recover(loan, cny(1_000), on=date(2024, 6, 20), ref="收1", booked_on=date(2024, 7, 3))

    assert loan.account(H1).regained == ZERO
    assert loan.account(H2).regained == cny(1_000)
    assert not loan.account(H2).idle


def test_what_fell_due_on_the_first_day_of_the_half_year_is_no_late_fact():
    # Due on the first of each month, February to January.
    loan = a_loan(disbursed_on=date(2024, 1, 1), booked_on=date(2024, 7, 2))

    assert loan.account(H2).adjusted_due == cny(52_500)  # February to June
    assert loan.account(H2).due == cny(61_350)  # 1 July to 1 December


def test_costs_paid_before_are_not_adjusted_once_more():
    loan = charge_costs(a_loan(), cny(300), on=date(2024, 2, 1), ref="费1")
    loan = pays(loan, (10_900, date(2024, 2, 15)))
    loan = pays(loan, (10_550, date(2024, 3, 15), date(2024, 7, 2)))

    assert loan.account(H1).repaid_charges == cny(300)
    assert loan.account(H2).adjusted_charges == ZERO
