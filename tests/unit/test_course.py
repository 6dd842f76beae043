"""The course of a loan: every act upon it, in the order of days, repeated, refused and undone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from histories import (
    EVERY_ACT,
    a_fund,
    a_loan,
    a_quarterly_loan,
    a_running_loan,
    pays,
    pays_on_time,
    ready_for,
    refused,
)
from microloan import (
    ZERO,
    Amortization,
    BeforeDisbursement,
    BookedTooEarly,
    DayCount,
    EntryKind,
    HalfYear,
    InvalidAmount,
    InvalidDate,
    InvalidHistory,
    InvalidIdentity,
    LoanClaimed,
    LoanClosed,
    LoanEnded,
    LoanMatured,
    NotClaimed,
    NotReversible,
    OverRepayment,
    Performance,
    Prepayment,
    PrepaymentTooSmall,
    RefConflict,
    Repricing,
    accelerate,
    change_rate,
    charge_costs,
    cny,
    declare_misuse,
    disburse,
    extend,
    from_fen,
    pause_delinquency,
    pay_claim,
    percent,
    recover,
    relevel,
    write_off,
)

EVE, START = date(2024, 1, 14), date(2024, 1, 15)
FEB, MAR, APR = date(2024, 2, 15), date(2024, 3, 15), date(2024, 4, 15)
DAY, NEXT = date(2024, 3, 20), date(2024, 3, 21)
ENDS = date(2025, 1, 15)
ACTS = list(EVERY_ACT)
BEFORE_DEFAULT = [name for name in ACTS if name != "recover"]


def done(name, loan=None, *, on=DAY, ref="X1", **booking):
    """The loan after an act; by default the one that is ready for it."""
    return EVERY_ACT[name].do(ready_for(name) if loan is None else loan, on=on, ref=ref, **booking)


def views(loan, **known):
    """What a loan looks like on many days and in both half-years."""
    days = [START + timedelta(days=7 * week) for week in range(90)]
    return (
        [replace(loan.position(as_of=day, **known), through=0) for day in days],
        [replace(loan.account(HalfYear(2024, half), **known), through=0) for half in (1, 2)],
    )


# ---- every act


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_an_entry_of_its_kind(name):
    entry = done(name, booked_on=date(2024, 7, 1)).entries[-1]

    assert (entry.kind, entry.on, entry.ref) == (EVERY_ACT[name].kind, DAY, "X1")
    assert entry.booked_on == date(2024, 7, 1)
    assert done(name).entries[-1].booked_on == DAY
    assert entry.number == len(ready_for(name).entries) + 1


@pytest.mark.parametrize("name", ACTS)
def test_the_same_act_again_changes_nothing(name):
    once = done(name)

    assert done(name, once) is once
    assert done(name, once, booked_on=DAY) is once


@pytest.mark.parametrize("name", ACTS)
def test_a_voucher_cannot_stand_for_two_contents(name):
    once = done(name)
    number = once.entries[-1].number
    conflict = {"code": "ledger.ref_conflict", "value": "X1", "limit": number, "keeps": once}

    with refused(RefConflict, **conflict):
        EVERY_ACT[name].other(once, on=DAY, ref="X1")
    with refused(RefConflict, **conflict):
        done(name, once, booked_on=NEXT)
    with refused(RefConflict, **conflict):
        done(name, once, on=NEXT)


@pytest.mark.parametrize("name", ACTS)
def test_through_shows_what_was_known_before_the_act(name):
    loan, once = ready_for(name), done(name)

    assert views(once, through=len(loan.entries)) == views(loan)
    # level parts are level already, and the borrower owes the same without a guarantee
    assert views(once) != views(loan) or name in {"relevel", "discharge"}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_is_reversed_leaves_no_trace_but_its_entries(name):
    loan, once = ready_for(name), done(name)
    number = once.entries[-1].number
    undone = once.reverse(number, on=NEXT, ref="C1")

    days = [START + timedelta(days=7 * week) for week in range(90)]
    assert [replace(undone.position(as_of=day), through=0) for day in days] == views(loan)[0]
    assert list(undone.schedule) == list(loan.schedule)
    assert undone.terms_in_force(on=date.max) == loan.terms_in_force(on=date.max)
    assert undone.payoff(on=APR) == loan.payoff(on=APR)
    assert undone.reverse(number, on=NEXT, ref="C1") is undone
    again = done(name, undone)
    assert replace(again.position(as_of=APR), through=0) == replace(
        once.position(as_of=APR), through=0
    )


@pytest.mark.parametrize("name", ACTS)
def test_neither_a_reversal_nor_what_was_reversed_can_be_reversed(name):
    undone = done(name)
    number = undone.entries[-1].number
    undone = undone.reverse(number, on=NEXT, ref="C1")

    for unfit in (number, number + 1):
        with refused(
            NotReversible,
            code="ledger.not_reversible",
            value=unfit,
            limit="a standing entry on which nothing rests",
            keeps=undone,
        ):
            undone.reverse(unfit, on=NEXT, ref="C2")


@pytest.mark.parametrize("name", ACTS)
def test_a_reversal_is_not_made_before_what_it_undoes(name):
    once = done(name)

    with refused(InvalidDate, code="periods.invalid_date", value=MAR, limit=DAY, keeps=once):
        once.reverse(once.entries[-1].number, on=MAR, ref="C1")


@pytest.mark.parametrize("name", ACTS)
def test_an_act_needs_a_day_and_a_voucher(name):
    loan, moment = ready_for(name), datetime(2024, 3, 20, tzinfo=UTC)

    with refused(
        InvalidDate, code="periods.invalid_date", value=moment, limit="datetime.date", keeps=loan
    ):
        done(name, loan, on=moment)
    with refused(InvalidIdentity, code="identity.invalid", value=" ", limit=64, keeps=loan):
        done(name, loan, ref=" ")
    with refused(InvalidDate, code="periods.invalid_date", value=MAR, limit=DAY, keeps=loan):
        done(name, loan, booked_on=MAR)


@pytest.mark.parametrize("name", BEFORE_DEFAULT)
def test_no_act_precedes_the_disbursement(name):
    loan = a_running_loan()

    with refused(
        BeforeDisbursement, code="loan.before_disbursement", value=EVE, limit=START, keeps=loan
    ):
        done(name, loan, on=EVE)


@pytest.mark.parametrize("name", ACTS)
def test_no_act_is_booked_in_a_half_year_before_that_of_a_reversal(name):
    loan = ready_for(name)
    july = date(2024, 7, 1)
    loan = charge_costs(a_running_loan(), cny(5), on=FEB, ref="费9")
    loan = loan.reverse(2, on=july, ref="C9")
    if name == "recover":
        loan = write_off(loan, on=FEB, ref="核0", booked_on=july)

    with refused(BookedTooEarly, code="ledger.booked_too_early", value=DAY, limit=july, keeps=loan):
        done(name, loan)
    assert done(name, loan, booked_on=july).entries[-1].booked_on == july


AMOUNTS = {"repay": 100, "prepay": 50_000, "disburse": 15_000, "declare misuse": 10_000}
AMOUNTS["charge costs"] = 300


@pytest.mark.parametrize("name", BEFORE_DEFAULT)
@pytest.mark.parametrize("on", [DAY, FEB])
def test_no_act_follows_or_precedes_the_last_payment_of_a_closed_loan(name, on):
    loan = a_running_loan()
    closed = loan.prepay(loan.payoff(on=MAR).total, on=MAR, ref="清", then=Prepayment.LOWER)
    amount = cny(AMOUNTS.get(name, 0))
    if name == "write off" and on == FEB:
        # By then 100,000 and the 500 of the first month were owed.
        amount = cny(100_500)

    with refused(LoanClosed, code="loan.closed", value=amount, limit="0.00", keeps=closed):
        done(name, closed, on=on)


def test_there_is_nothing_to_recover_of_a_closed_loan():
    loan = a_running_loan()
    closed = loan.prepay(loan.payoff(on=MAR).total, on=MAR, ref="清", then=Prepayment.LOWER)

    with refused(
        NotClaimed,
        code="guarantee.not_claimed",
        value=DAY,
        limit="a loan written off, without a payout of a fund",
        keeps=closed,
    ):
        done("recover", closed)


@pytest.mark.parametrize(
    ("name", "take"),
    [
        ("repay", lambda loan, amount: loan.repay(amount, on=DAY, ref="X")),
        (
            "prepay",
            lambda loan, amount: loan.prepay(amount, on=DAY, ref="X", then=Prepayment.LOWER),
        ),
        ("disburse", lambda loan, amount: disburse(loan, amount, on=DAY, ref="X")),
        ("misuse", lambda loan, amount: declare_misuse(loan, amount, on=DAY, ref="X")),
        ("costs", lambda loan, amount: charge_costs(loan, amount, on=DAY, ref="X")),
        ("recover", lambda loan, amount: recover(loan, amount, on=DAY, ref="X")),
    ],
)
def test_an_act_moves_yuan_and_some(name, take):
    loan, dollars = ready_for(name), type(ZERO)(1, "USD")

    for amount in (ZERO, cny(-1)):
        with refused(
            InvalidAmount, code="money.invalid_amount", value=amount, limit=ZERO, keeps=loan
        ):
            take(loan, amount)
    with pytest.raises(InvalidAmount) as caught:
        take(loan, dollars)
    assert caught.value.value == dollars
    with pytest.raises(InvalidAmount):
        take(loan, type(ZERO)("0.001", "CNY"))


# ---- after a default


AFTER = {
    "acceleration": {
        *("repay", "declare misuse", "charge costs", "pause", "discharge", "write off"),
    },
    "payout": {"charge costs", "pause", "write off"},
    "write-off": {"discharge", "recover"},
}


def ended(by):
    """The running loan called in, paid for or written off on 18 June, four lines late."""
    june = date(2024, 6, 18)
    if by == "payout":
        return pay_claim(a_fund(), a_running_loan(), on=june, ref="P1")[1]
    act = accelerate if by == "acceleration" else write_off
    return act(a_running_loan(), on=june, ref="终1")


@pytest.mark.parametrize("by", AFTER)
@pytest.mark.parametrize("name", ACTS)
def test_what_may_follow_a_default_and_what_may_not(by, name):
    loan, on, june = ended(by), date(2024, 7, 1), date(2024, 6, 18)

    if name in AFTER[by]:
        assert done(name, loan, on=on).entries[-1].kind is EVERY_ACT[name].kind
    elif name == "recover":
        with refused(
            NotClaimed,
            code="guarantee.not_claimed",
            value=on,
            limit="a loan written off, without a payout of a fund",
            keeps=loan,
        ):
            done(name, loan, on=on)
    elif by == "payout" and name in {"repay", "prepay"}:
        with refused(LoanClaimed, code="loan.claimed", value=on, limit=june, keeps=loan):
            done(name, loan, on=on)
    else:
        with refused(LoanEnded, code="loan.ended", value=on, limit=june, keeps=loan) as caught:
            done(name, loan, on=on)
        assert str(caught.value).endswith("; reverse that one first")


@pytest.mark.parametrize("by", AFTER)
def test_a_default_is_undone_and_all_may_go_on(by):
    loan = ended(by)
    if by == "payout":
        with refused(
            NotReversible,
            code="ledger.not_reversible",
            value=2,
            limit="a standing entry on which nothing rests",
            keeps=loan,
        ):
            loan.reverse(2, on=date(2024, 7, 1), ref="C1")
        return
    undone = loan.reverse(2, on=date(2024, 6, 20), ref="C1")
    assert done("prepay", undone).entries[-1].kind is EntryKind.PREPAYMENT
    assert undone.position(as_of=date(2024, 7, 1)).performance is Performance.DELINQUENT


# ---- after maturity


@pytest.mark.parametrize(
    ("name", "first_refused"),
    [
        ("disburse", ENDS),
        ("extend", ENDS + timedelta(days=1)),
        ("extend without consent", ENDS + timedelta(days=1)),
        ("relevel", ENDS + timedelta(days=1)),
    ],
)
def test_there_is_no_plan_to_change_after_maturity(name, first_refused):
    loan = a_running_loan()

    with refused(
        LoanMatured, code="loan.matured", value=first_refused, limit=ENDS, keeps=loan
    ) as caught:
        done(name, loan, on=first_refused)
    assert str(caught.value) == (
        f"HT-1 matured on 2025-01-15; there is no plan to change on {first_refused}"
    )
    eve = first_refused - timedelta(days=1)
    assert done(name, loan, on=eve).entries[-1].on == eve


def test_after_maturity_the_rate_may_still_change_and_moves_the_penalty():
    loan = a_running_loan(disbursed_on=date(2023, 1, 15))  # matured on 15 January 2024
    changed = change_rate(loan, percent("12"), on=date(2024, 3, 1), ref="U1")

    # All 100,000 are overdue: 9 % a year before, 18 % from 1 March: 25 and 50 a day.
    ten_days_on = date(2024, 3, 11)
    added = changed.position(as_of=ten_days_on).penalty - loan.position(as_of=ten_days_on).penalty
    assert added == cny(250)


def test_money_on_the_day_of_maturity_is_no_prepayment_any_more():
    loan = pays_on_time(a_loan(), 1, 11)

    with refused(
        OverRepayment,
        code="loan.over_repayment",
        value=cny("10050.01"),
        limit=cny(10_050),
        keeps=loan,
    ) as caught:
        loan.prepay(cny("10050.01"), on=ENDS, ref="R1", then=Prepayment.LOWER)
    assert str(caught.value).endswith("but only 10,050.00 was owed in all")
    paid = loan.prepay(cny(10_050), on=ENDS, ref="R1", then=Prepayment.LOWER)
    assert paid.position(as_of=ENDS).settled


# ---- the order within a day


def test_a_days_entries_count_in_the_order_of_their_kinds_however_they_became_known():
    # Equal principal, 110,000 after February. All on 15 March, on which 10,000 and 550 are due.
    loan = pays_on_time(a_running_loan(), 1, 1)  # 8,333.33 and 500.00: 91,666.67 are left
    floating = loan.terms
    assert floating.repricing is Repricing.FLOATING
    loan = extend(loan, months=3, on=MAR, ref="E1")
    loan = change_rate(loan, percent(12), on=MAR, ref="U1")
    # Due in March: 8,333.33 and 91,666.67 × 6 % / 12 = 458.33; left 83,333.34.
    loan = loan.prepay(cny("8791.66") + cny("3333.34"), on=MAR, ref="V1", then=Prepayment.LOWER)
    # It leaves 80,000 over 13 due dates; then 791.66 are paid, so that the prepayment falls short
    # of the principal by as much less.
    loan = loan.repay(cny("791.66"), on=MAR, ref="R1")

    standing = loan.position(as_of=MAR)
    assert standing.outstanding == cny("79208.34")
    assert (standing.arrears, standing.paid) == (ZERO, cny("8833.33") + cny("12916.66"))
    assert [effect.entry.ref for effect in loan.applied[2:]] == ["E1", "U1", "R1", "V1"]
    april = next(due for due in loan.schedule if due.due_on == APR)
    # 79,208.34 ÷ 13 = 6,092.949; 79,208.34 × 12 % ÷ 12 = 792.0834
    assert (april.principal, april.interest) == (cny("6092.95"), cny("792.08"))
    loan = accelerate(loan, on=MAR, ref="A1")
    standing = loan.position(as_of=MAR)
    assert standing.arrears_principal_fen == standing.outstanding_fen == 79_208_34
    assert standing.arrears_interest_fen == 0


def test_changes_of_one_day_count_in_the_order_in_which_they_became_known():
    rate_first = extend(
        change_rate(a_running_loan(), percent(7), on=MAR, ref="U1"), months=3, on=MAR, ref="E1"
    )
    term_first = change_rate(
        extend(a_running_loan(), months=3, on=MAR, ref="E1"), percent(7), on=MAR, ref="U1"
    )

    for both in (rate_first, term_first):
        assert both.terms_in_force(on=MAR).months == 15
        assert both.terms_in_force(on=MAR).annual_rate == percent(7)
    again = change_rate(rate_first, percent(7), on=MAR, ref="U1")
    assert extend(again, months=3, on=MAR, ref="E1") is rate_first


def test_a_change_on_which_the_terms_of_a_later_one_rest_is_not_reversed():
    # The extension states 7 %; were the rate change undone, that rate would stay.
    loan = change_rate(a_running_loan(), percent(7), on=MAR, ref="U1")
    loan = extend(loan, months=3, on=APR, ref="E1")

    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=2,
        limit="a standing entry on which nothing rests",
        keeps=loan,
    ) as caught:
        loan.reverse(2, on=APR, ref="C1")
    assert str(caught.value) == (
        "HT-1: entry 2 cannot be reversed: entry 3 states terms that rest on it"
    )
    both_undone = loan.reverse(3, on=APR, ref="C1").reverse(2, on=APR, ref="C2")
    assert both_undone.terms_in_force(on=APR) == a_running_loan().terms


def test_acceleration_leaves_a_repayment_of_its_day_what_was_due_before():
    # 15 February: 10,000 and 600 are due by the plan; the rest only by the acceleration.
    loan = accelerate(a_loan(), on=FEB, ref="A1")

    assert pays(loan, (10_600, FEB)).position(as_of=FEB).arrears == cny(110_000)
    with refused(
        OverRepayment,
        code="loan.over_repayment",
        value=cny("10600.01"),
        limit=cny(10_600),
        keeps=loan,
    ):
        pays(loan, ("10600.01", FEB))
    assert pays(loan, (120_600, FEB + timedelta(days=1))).position(as_of=NEXT).settled


# ---- entries learned late


def test_a_payment_learned_late_moves_a_later_prepayment_back_to_its_principal():
    # February is unpaid when 31,150 come on 15 March: 600 + 550, 20,000, and 10,000 not due.
    late = a_loan().prepay(cny(31_150), on=MAR, ref="V1", then=Prepayment.SHORTEN)
    assert late.position(as_of=MAR).outstanding == cny(90_000)
    assert len(late.schedule) == 2 + 1 + 9  # the prepayment is a line of its own

    # February was paid in time after all: then 20,600 of the 31,150 go beyond what was due.
    right = late.repay(cny(10_600), on=FEB, ref="R1", booked_on=date(2024, 7, 1))
    assert right.position(as_of=MAR).outstanding == cny("79400")
    assert [due.principal for due in right.schedule[-2:]] == [cny(10_000), cny(9_400)]
    assert right.account(HalfYear(2024, 1)).closing == cny(90_000)
    second = right.account(HalfYear(2024, 2))
    assert (second.opening, second.adjustments) == (cny(90_000), cny(-10_600))
    assert second.balances


def test_a_reversal_may_leave_a_prepayment_too_small_and_is_refused():
    # Paid on 15 March: 10,550 due and 5,000 beyond it. Without February's 10,600 the 15,550 would
    # not reach what was due: 21,150.
    loan = pays(a_loan(), (10_600, FEB))
    loan = loan.prepay(cny(15_550), on=MAR, ref="V1", then=Prepayment.LOWER)

    with refused(
        PrepaymentTooSmall,
        code="loan.prepayment_too_small",
        value=cny(15_550),
        limit=cny("21150.01"),
        keeps=loan,
    ):
        loan.reverse(2, on=APR, ref="C1")


def test_a_change_learned_late_does_not_slip_under_a_later_change():
    loan = change_rate(a_running_loan(), percent(7), on=APR, ref="U1")

    with refused(
        InvalidHistory,
        code="ledger.invalid_history",
        value=2,
        limit=3,
        keeps=loan,
    ) as caught:
        extend(loan, months=6, on=MAR, ref="E1")
    assert "reverse what came later first" in str(caught.value)


def test_a_line_without_an_amount_is_not_taken_for_paid_before_its_plan_changed():
    # Nothing falls due before maturity on a loan without interest, until another plan is agreed.
    loan = a_loan(annual_rate=percent(0), amortization=Amortization.INTEREST_ONLY)
    level = replace(loan.terms, amortization=Amortization.EQUAL_PRINCIPAL)
    loan = relevel(loan, on=FEB, ref="L1", terms=level)

    assert loan.position(as_of=MAR).arrears == cny("10909.09")  # 120,000 ÷ 11
    assert loan.repay(cny("10909.09"), on=MAR, ref="R1").position(as_of=MAR).arrears == ZERO


def test_a_schedule_is_what_was_planned_even_where_a_default_ended_it():
    planned = list(a_loan().schedule)
    _, claimed = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")

    assert list(claimed.schedule) == planned
    assert list(accelerate(a_loan(), on=APR, ref="A1").schedule) == planned
    assert list(write_off(a_loan(), on=APR, ref="W1").schedule) == planned
    paused = pause_delinquency(a_loan(), on=APR, until=APR, ref="S1")
    assert list(paused.schedule) == planned


def test_terms_hold_from_the_day_of_their_entry():
    loan = change_rate(a_running_loan(), percent(7), on=MAR, ref="U1")

    assert loan.terms_in_force(on=MAR - timedelta(days=1)) == loan.terms
    assert loan.terms_in_force(on=MAR).annual_rate == percent(7)
    assert loan.guaranteed_terms(on=MAR) == loan.terms


def test_applied_shows_what_every_entry_did():
    loan = a_running_loan()
    loan = charge_costs(loan, cny(300), on=DAY, ref="K1")
    loan = pays(loan, (1_000, DAY))

    # Due by 20 March: 8,333.33 twice, 500.00 and 458.33. Penalty 9 % / 360 a day: 29 days of
    # 8,333.33 and 5 of 16,666.66: 60.4166… + 20.8333… = 81.25. Compound interest 6 % / 360 a day:
    # 29 days of 500 and 5 of 958.33: 2.41666… + 0.79861… = 3.21527…
    paid = loan.applied[-1]
    assert (paid.costs_fen, paid.penalty_fen, paid.compound_fen) == (300_00, 81_25, 3_22)
    assert paid.interest_fen == 1_000_00 - 300_00 - 81_25 - 3_22
    assert paid.charges_fen == 384_47
    assert paid.principal_fen == paid.excess_fen == paid.short_fen == 0
    assert [from_fen(effect.principal_fen) for effect in loan.applied] == [
        cny(-100_000),
        ZERO,
        ZERO,
    ]


# ---- a part that bears interest alone on a settlement day


def settled(**agreed):
    """50,000 of 120,000 paid out; interest by the quarter through the 20th, days of 365 a year."""
    return a_quarterly_loan(day_count=DayCount.ACT_365, disbursed=50_000, **agreed)


def test_a_part_paid_out_on_a_settlement_day_bears_that_day_though_something_is_prepaid():
    # 20 March: the 50,000 are charged through that day, the 70,000 bear it: 70,000 × 6 % ÷ 365 =
    # 11.51. With 0.01 repaid, 119,999.99 bear the 92 days to 20 June: 1,814.79; 1,826.30 in all.
    day = date(2024, 3, 20)
    loan = disburse(settled(), cny(70_000), on=day, ref="D2")
    loan = loan.repay(loan.position(as_of=day).arrears, on=day, ref="R1")
    loan = loan.prepay(cny("0.01"), on=day, ref="V1", then=Prepayment.LOWER)

    assert loan.schedule[2].due_on == date(2024, 6, 20)
    assert loan.schedule[2].interest == cny("1826.30")


def test_a_part_paid_out_on_the_day_on_which_the_loan_is_called_in_bears_that_day():
    day = date(2024, 3, 20)
    loan = disburse(settled(), cny(70_000), on=day, ref="D2")
    called = accelerate(loan, on=day, ref="A1")

    assert called.schedule == loan.schedule
    before = loan.position(as_of=day).arrears_interest_fen
    assert called.position(as_of=day).arrears_interest_fen == before + 11_51


def test_what_was_asked_of_one_loan_is_never_the_answer_for_another():
    # far more loans than are remembered, each gone before the next is made
    owed = [
        a_loan(principal=cny(yuan)).position(as_of=APR).outstanding for yuan in range(1, 5_001, 2)
    ]

    assert owed == [cny(yuan) for yuan in range(1, 5_001, 2)]


def test_the_same_entries_under_other_terms_are_another_history():
    loan = a_loan()
    dearer = replace(loan, terms=replace(loan.terms, annual_rate=loan.terms.annual_rate * 2))

    assert dearer.entries is loan.entries
    one, other = loan.position(as_of=APR), dearer.position(as_of=APR)
    assert (other.due_interest_fen, other.due_principal_fen) == (
        2 * one.due_interest_fen,
        one.due_principal_fen,
    )
    assert loan.position(as_of=APR) == one
