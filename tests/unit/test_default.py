"""A loan in default: called in, written off, recovered; costs, misuse, days that do not count."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from histories import (
    DOUBLE,
    HALF_MORE,
    a_fund,
    a_loan,
    a_quarterly_loan,
    pays,
    pays_on_time,
    refused,
)
from microloan import (
    ZERO,
    Amortization,
    Compounding,
    HalfYear,
    InvalidDate,
    InvalidHistory,
    LoanClosed,
    LoanEnded,
    NotClaimed,
    NotReversible,
    Performance,
    RecoveryExceedsDebt,
    RefConflict,
    accelerate,
    charge_costs,
    cny,
    declare_misuse,
    pause_delinquency,
    pay_claim,
    receive_recovery,
    recover,
    write_off,
)

FEB, MAR, APR = date(2024, 2, 15), date(2024, 3, 15), date(2024, 4, 15)
MID = date(2024, 3, 25)
ENDS = date(2025, 1, 15)
H1, H2 = HalfYear(2024, 1), HalfYear(2024, 2)


# ---- called in


def test_a_loan_called_in_is_due_whole_with_the_interest_that_is_running():
    # 100,000 are left; 10 days of March: 166.67
    loan = accelerate(pays_on_time(a_loan(penalty=HALF_MORE), 1, 2), on=MID, ref="A1")

    standing = loan.position(as_of=MID)
    assert (standing.arrears_principal_fen, standing.arrears_interest_fen) == (100_000_00, 166_67)
    assert (standing.accrued, standing.penalty, standing.days_past_due) == (ZERO, ZERO, 0)
    assert standing.performance is Performance.DEFAULTED
    later = loan.position(as_of=MID + timedelta(days=10))
    assert (later.penalty, later.days_past_due) == (cny(250), 10)  # 100,000 × 9 % ÷ 360 = 25
    assert (later.due_interest_fen, later.accrued) == (1_150_00 + 166_67, ZERO)
    assert (later.oldest_unpaid_on, later.oldest_unpaid) == (MID, 3)


def test_called_in_on_a_due_date_nothing_is_running():
    loan = accelerate(pays_on_time(a_loan(), 1, 2), on=MAR, ref="A1")

    assert loan.position(as_of=MAR).arrears == cny(100_000)


def test_called_in_within_a_settled_quarter():
    # 21 to 24 March: 4 days at 20
    loan = accelerate(pays(a_quarterly_loan(), (1_320, date(2024, 3, 20))), on=MID, ref="A1")

    assert loan.position(as_of=MID).arrears == cny(120_080)


def test_called_in_after_maturity_nothing_more_falls_due():
    loan = accelerate(a_loan(), on=date(2025, 3, 1), ref="A1")

    standing = loan.position(as_of=date(2025, 3, 1))
    assert standing.arrears == cny(123_900)  # 120,000 and 78 × 50
    assert standing.performance is Performance.DEFAULTED


def test_a_called_in_loan_is_repaid_like_any_other():
    loan = accelerate(pays_on_time(a_loan(), 1, 2), on=MID, ref="A1")
    loan = pays(loan, (50_000, APR))

    standing = loan.position(as_of=APR)
    assert (standing.arrears_principal_fen, standing.arrears_interest_fen) == (50_166_67, 0)
    assert pays(loan, ("50166.67", APR)).position(as_of=APR).settled


def test_a_loan_is_called_in_once():
    loan = accelerate(a_loan(), on=MID, ref="A1")

    with refused(LoanEnded, code="loan.ended", value=APR, limit=MID, keeps=loan) as caught:
        accelerate(loan, on=APR, ref="A2")
    assert str(caught.value) == (
        "HT-1: a acceleration on 2024-04-15 cannot follow the acceleration of 2024-03-25; "
        "reverse that one first"
    )


def test_a_payment_learned_late_may_come_before_the_acceleration():
    loan = accelerate(pays_on_time(a_loan(), 1, 1), on=MID, ref="A1")
    paid = loan.repay(cny(10_550), on=MAR, ref="R9", booked_on=APR)

    assert paid.position(as_of=MID).arrears == cny("100166.67")


def test_what_the_lender_called_in_the_fund_may_pay_ninety_days_later():
    # Nothing is late on 25 March; all of it is 90 days late on 23 June.
    loan = accelerate(pays_on_time(a_loan(), 1, 2), on=MID, ref="A1")
    june = date(2024, 6, 23)
    fund, claimed = pay_claim(a_fund(), loan, on=june, ref="P1")

    assert claimed.payout.principal_fen == 80_000_00
    standing = claimed.position(as_of=june)
    assert (standing.outstanding, standing.subrogated) == (cny(20_000), cny(80_000))
    assert standing.arrears_interest_fen == 166_67
    with pytest.raises(Exception, match="89 days past due"):
        pay_claim(a_fund(), loan, on=june - timedelta(days=1), ref="P1")
    _, repaid = receive_recovery(fund, claimed, cny("100166.67"), on=june, ref="Z1")
    assert repaid.position(as_of=june).settled
    with pytest.raises(NotReversible):
        claimed.reverse(4, on=june, ref="C1")  # the payout rests on the acceleration


# ---- written off


def late_loan(**agreed):
    """On 25 March the 10,000 and 550 of 15 March are unpaid, and costs of 100."""
    clauses = {"penalty": HALF_MORE, "compounding": Compounding.UNPAID_INTEREST}
    loan = pays_on_time(a_loan(**clauses | agreed), 1, 1)
    return charge_costs(loan, cny(100), on=MID, ref="K1")


def test_all_that_is_owed_to_the_lender_is_written_off():
    loan = write_off(late_loan(), on=MID, ref="W1")

    # 110,000; 550 and 166.67; 10 days of 2.50 and of 0.091666…: 25 and 0.92; 100
    entry = loan.entries[-1]
    assert (entry.principal_fen, entry.interest_fen) == (110_000_00, 716_67)
    assert (entry.penalty_fen, entry.costs_fen) == (25_92, 100_00)
    for day in (MID, date(2026, 1, 1)):
        standing = loan.position(as_of=day)
        assert standing.written_off == cny("110842.59")
        assert (standing.outstanding, standing.arrears, standing.accrued) == (ZERO, ZERO, ZERO)
        assert standing.charges_fen == 0
        assert standing.days_past_due == 0
        assert standing.performance is Performance.TERMINATED
    assert loan.position(as_of=MID - timedelta(days=1)).performance is Performance.DELINQUENT


def test_a_written_off_loan_leaves_the_book_and_its_accounts_go_on():
    loan = write_off(late_loan(), on=MID, ref="W1")
    loan = recover(loan, cny(1_000), on=date(2024, 8, 1), ref="收1")

    first, second = loan.account(H1), loan.account(H2)
    assert (first.disbursed, first.repaid_principal) == (cny(120_000), cny(10_000))
    assert (first.written_off, first.closing, first.charges) == (cny(110_000), ZERO, ZERO)
    assert (second.opening, second.regained, second.closing) == (ZERO, cny(1_000), ZERO)
    assert (second.recovered, second.repaid, second.due) == (ZERO, ZERO, ZERO)
    assert first.balances
    assert second.balances
    assert not second.idle
    assert loan.account(H2.next).idle


def test_what_is_recovered_meets_principal_then_the_rest():
    loan = write_off(late_loan(), on=MID, ref="W1")
    loan = recover(loan, cny(100_000), on=APR, ref="收1")
    assert loan.position(as_of=APR).written_off == cny("10842.59")
    loan = recover(loan, cny(10_500), on=APR, ref="收2")

    entry = loan.entries[-1]
    assert (entry.principal_fen, entry.interest_fen) == (10_000_00, 500_00)
    assert loan.position(as_of=APR).performance is Performance.TERMINATED
    loan = recover(loan, cny("342.59"), on=APR, ref="收3")
    standing = loan.position(as_of=APR)
    assert (standing.written_off, standing.performance) == (ZERO, Performance.MATURED)
    assert sum(effect.regained_fen for effect in loan.applied) == 110_842_59


def test_no_more_is_recovered_than_was_written_off():
    loan = write_off(late_loan(), on=MID, ref="W1")

    with refused(
        RecoveryExceedsDebt,
        code="guarantee.recovery_exceeds_debt",
        value=cny("110842.60"),
        limit=cny("110842.59"),
        keeps=loan,
    ) as caught:
        recover(loan, cny("110842.60"), on=APR, ref="收1")
    assert str(caught.value) == (
        "HT-1: 110,842.60 recovered, but only 110,842.59 was written off and not recovered"
    )


def test_nothing_is_recovered_before_the_write_off():
    loan = write_off(late_loan(), on=MID, ref="W1")

    for unfit, on in ((late_loan(), APR), (loan, MID - timedelta(days=1))):
        with refused(
            NotClaimed,
            code="guarantee.not_claimed",
            value=on,
            limit="a loan written off, without a payout of a fund",
            keeps=unfit,
        ):
            recover(unfit, cny(1), on=on, ref="收1")


def test_a_loan_is_written_off_once():
    loan = write_off(late_loan(), on=MID, ref="W1")

    assert write_off(loan, on=MID, ref="W1") is loan
    with refused(LoanEnded, code="loan.ended", value=APR, limit=MID, keeps=loan):
        write_off(loan, on=APR, ref="W2")
    with refused(RefConflict, code="ledger.ref_conflict", value="W1", limit=4, keeps=loan):
        write_off(loan, on=APR, ref="W1")


def test_nothing_owed_is_nothing_to_write_off():
    loan = pays_on_time(a_loan(), 1, 12)

    with refused(LoanClosed, code="loan.closed", value=ZERO, limit="0.00", keeps=loan):
        write_off(loan, on=date(2025, 3, 1), ref="W1")


def test_acts_of_a_later_day_stand_in_the_way_of_a_write_off():
    loan = pays(a_loan(), (600, APR))

    with refused(LoanEnded, code="loan.ended", value=APR, limit=MID, keeps=loan):
        write_off(loan, on=MID, ref="W1")


def test_a_payment_learned_late_makes_the_write_off_wrong():
    loan = write_off(late_loan(), on=MID, ref="W1")

    # 100 paid on 15 March would have met interest of 550.
    with refused(
        InvalidHistory,
        code="ledger.invalid_history",
        value=cny("110842.59"),
        limit=cny("100.17"),  # and 0.166… of the compound interest on it
        keeps=loan,
    ) as caught:
        loan.repay(cny(100), on=MAR, ref="R9", booked_on=APR)
    assert "reverse it first" in str(caught.value)
    undone = loan.reverse(4, on=APR, ref="C1").repay(cny(100), on=MAR, ref="R9", booked_on=APR)
    assert write_off(undone, on=MID, ref="W1", booked_on=APR).entries[-1].interest_fen == 616_67


def test_a_write_off_that_rests_under_a_recovery_is_not_undone():
    loan = recover(write_off(late_loan(), on=MID, ref="W1"), cny(5), on=APR, ref="收1")

    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=4,
        limit="a standing entry on which nothing rests",
        keeps=loan,
    ) as caught:
        loan.reverse(4, on=APR, ref="C1")
    assert "recoveries rest on it" in str(caught.value)
    free = loan.reverse(5, on=APR, ref="C1").reverse(4, on=APR, ref="C2")
    assert free.position(as_of=APR).outstanding == cny(110_000)


def test_misuse_ends_with_the_write_off():
    loan = declare_misuse(a_loan(misuse=DOUBLE), cny(120_000), on=FEB, ref="M1")
    loan = write_off(loan, on=MID, ref="W1")

    # 39 days at 120,000 × 6 % ÷ 360 = 20 beyond the contract rate, of the overdue 10,000 (29 days)
    # and 20,000 (10 days) all 12 %: 29 × (3.333… + 18.333…) + 10 × (6.666… + 16.666…) = 861.67
    assert loan.entries[-1].penalty_fen == 861_67
    assert loan.position(as_of=ENDS).written_off_fen == loan.entries[-1].amount_fen


def test_a_write_off_after_an_acceleration():
    loan = accelerate(late_loan(), on=MID, ref="A1")
    loan = write_off(loan, on=MID + timedelta(days=10), ref="W1")

    # All 110,000 are late for 10 days: 27.50 a day; 25 before. Compound at 9 %: 716.67 × 10 days
    # at 0.17916…: 1.79 and 0.92 before, rounded together 2.71
    assert loan.entries[-1].penalty_fen == 300_00 + 2_71
    assert loan.position(as_of=ENDS).performance is Performance.TERMINATED


# ---- written off after the fund has paid


def after_payout():
    """On 25 May the fund pays 96,000; 24,000 and 2,233.33 are the lender's to write off."""
    fund, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")
    return fund, write_off(loan, on=date(2024, 6, 1), ref="W1")


def test_the_lender_writes_off_its_own_share():
    _, loan = after_payout()

    entry = loan.entries[-1]
    assert (entry.principal_fen, entry.interest_fen) == (24_000_00, 2_233_33)
    standing = loan.position(as_of=date(2024, 6, 1))
    assert (standing.subrogated, standing.written_off) == (cny(96_000), cny("26233.33"))
    assert standing.performance is Performance.TERMINATED


def test_what_is_recovered_then_is_shared_by_the_lost_principal():
    fund, loan = after_payout()
    on = date(2024, 8, 1)

    with pytest.raises(NotClaimed):
        recover(loan, cny(1_000), on=on, ref="Z1")
    fund, loan = receive_recovery(fund, loan, cny(1_000), on=on, ref="Z1")
    entry = loan.entries[-1]
    assert (entry.subrogated_fen, entry.principal_fen, entry.interest_fen) == (800_00, 200_00, 0)
    standing = loan.position(as_of=on)
    assert (standing.subrogated, standing.written_off) == (cny(95_200), cny("26033.33"))
    assert loan.account(H2).regained == cny(200)
    assert (loan.account(H2).recovered, loan.account(H2).closing) == (ZERO, ZERO)

    # 119,000 of principal are left, then 2,233.33 of the lender's interest.
    rest = cny("121233.33")
    with pytest.raises(RecoveryExceedsDebt):
        receive_recovery(fund, loan, rest + cny("0.01"), on=on, ref="Z2")
    fund, loan = receive_recovery(fund, loan, rest, on=on, ref="Z2")
    entry = loan.entries[-1]
    assert (entry.subrogated_fen, entry.principal_fen) == (95_200_00, 23_800_00)
    assert entry.interest_fen == 2_233_33
    assert loan.position(as_of=on).settled
    assert fund.balance(as_of=on) == cny(1_000_000)


# ---- days that do not count


def test_days_of_grace_make_a_loan_late_and_not_delinquent():
    loan = a_loan(grace_days=3)

    for day, past_due, delinquent, performance in (
        (FEB, 0, 0, Performance.PERFORMING),
        (date(2024, 2, 16), 1, 0, Performance.DELAYED),
        (date(2024, 2, 18), 3, 0, Performance.DELAYED),
        (date(2024, 2, 19), 4, 1, Performance.DELINQUENT),
    ):
        standing = loan.position(as_of=day)
        assert (standing.days_past_due, standing.days_delinquent) == (past_due, delinquent)
        assert standing.performance is performance


def test_days_of_grace_bear_their_penalty():
    assert a_loan(grace_days=3, penalty=HALF_MORE).position(as_of=date(2024, 2, 18)).penalty == cny(
        "7.50"
    )


def test_a_pause_stops_the_count_and_nothing_else():
    loan = a_loan(grace_days=3, penalty=HALF_MORE)
    paused = pause_delinquency(loan, on=date(2024, 2, 20), until=date(2024, 3, 1), ref="S1")

    for day, delinquent in (
        (date(2024, 2, 19), 1),
        (date(2024, 2, 20), 2),  # the first day of the pause still counts
        (date(2024, 2, 21), 2),
        (date(2024, 3, 1), 2),
        (date(2024, 3, 2), 3),
    ):
        standing = paused.position(as_of=day)
        assert standing.days_delinquent == delinquent
        assert replace(standing, days_delinquent=0, through=0) == replace(
            loan.position(as_of=day), days_delinquent=0, through=0
        )


def test_a_loan_that_fell_late_within_a_pause_is_delayed():
    loan = pause_delinquency(a_loan(), on=FEB, until=date(2024, 3, 1), ref="S1")

    assert loan.position(as_of=date(2024, 2, 29)).performance is Performance.DELAYED
    assert loan.position(as_of=date(2024, 3, 1)).days_delinquent == 0
    assert loan.position(as_of=date(2024, 3, 2)).performance is Performance.DELINQUENT


def test_two_pauses_leave_a_day_out_once():
    loan = pause_delinquency(a_loan(), on=FEB, until=date(2024, 2, 25), ref="S1")
    loan = pause_delinquency(loan, on=date(2024, 2, 20), until=date(2024, 3, 1), ref="S2")

    assert loan.position(as_of=date(2024, 3, 11)).days_delinquent == 10


def test_a_pause_ends_after_it_begins():
    loan = a_loan()

    with refused(InvalidDate, code="periods.invalid_date", value=FEB, limit=MAR, keeps=loan):
        pause_delinquency(loan, on=MAR, until=FEB, ref="S1")
    assert pause_delinquency(loan, on=MAR, until=MAR, ref="S1").entries[-1].until == MAR


def test_a_loan_at_the_end_of_its_life_is_in_one_of_six_states():
    loan = a_loan(amortization=Amortization.BULLET, grace_days=5)
    late = ENDS + timedelta(days=10)
    repaid = pays(loan, (127_200, ENDS))

    assert loan.position(as_of=ENDS).performance is Performance.PERFORMING
    assert loan.position(as_of=ENDS + timedelta(days=5)).performance is Performance.DELAYED
    assert loan.position(as_of=late).performance is Performance.DELINQUENT
    called = accelerate(loan, on=late, ref="A1")
    assert called.position(as_of=late).performance is Performance.DEFAULTED
    assert write_off(called, on=late, ref="W1").position(as_of=late).performance is (
        Performance.TERMINATED
    )
    assert repaid.position(as_of=ENDS).performance is Performance.MATURED
    _, paid = pay_claim(a_fund(), loan, on=ENDS + timedelta(days=90), ref="P1")
    assert paid.position(as_of=date(2026, 1, 1)).performance is Performance.DEFAULTED


def test_an_act_that_is_no_payment_explains_what_it_states():
    loan = write_off(a_loan(), on=date(2024, 2, 15), ref="核1")

    assert str(loan.applied[-1].explain()).splitlines() == [
        "write_off 核1 of 2024-02-15: 120,600.00",
        "  principal  120,000.00",
        "  interest   600.00",
        "  rule       as the entry states it; no payment",
    ]


def test_a_penalty_paid_in_part_before_a_write_off_leaves_nothing_after_it():
    # 10,000 of 15 February bear 9 % for 29 days to 15 March: 72.50; 50.00 of it is paid.
    loan = a_loan(penalty=HALF_MORE, compounding=Compounding.UNPAID_INTEREST)
    loan = loan.repay(cny(50), on=date(2024, 3, 15), ref="R1")
    loan = write_off(loan, on=date(2024, 4, 15), ref="核1")

    standing = loan.position(as_of=date(2024, 4, 15))
    assert (standing.penalty, standing.compound, standing.costs) == (ZERO, ZERO, ZERO)
    assert standing.written_off == loan.entries[-1].amount


def test_costs_charged_after_the_last_installment_keep_a_loan_open():
    loan = charge_costs(a_loan(months=1), cny(300), on=date(2024, 2, 16), ref="费1")
    loan = loan.repay(cny(120_600), on=date(2024, 2, 16), ref="R1")

    standing = loan.position(as_of=date(2024, 2, 16))
    assert (standing.arrears, standing.costs, standing.settled) == (cny(300), ZERO, False)
    assert (
        loan.repay(cny(300), on=date(2024, 2, 16), ref="R2")
        .position(as_of=date(2024, 2, 16))
        .settled
    )
