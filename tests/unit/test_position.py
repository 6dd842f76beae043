"""Where a loan stands on a day: the fold over what was agreed and what happened."""

from dataclasses import replace
from datetime import date

import pytest

from histories import HALF_MORE, a_fund, a_loan, a_quarterly_loan, pays, pays_on_time, refused
from microloan import (
    ZERO,
    Accrual,
    Amortization,
    Covers,
    DayCount,
    Entry,
    EntryKind,
    Guarantee,
    HalfYear,
    InvalidDate,
    InvalidHistory,
    OverRepayment,
    Performance,
    Position,
    Share,
    accelerate,
    charge_costs,
    cny,
    pay_claim,
    percent,
    receive_recovery,
)
from microloan.course import run_through
from microloan.fold import Applied
from microloan.position import position_of

NOTHING = Position(
    as_of=date(2024, 1, 14),
    through=1,
    outstanding_fen=0,
    due_principal_fen=0,
    due_interest_fen=0,
    paid_principal_fen=0,
    paid_interest_fen=0,
    paid_charges_fen=0,
    arrears_principal_fen=0,
    arrears_interest_fen=0,
    penalty_fen=0,
    compound_fen=0,
    costs_fen=0,
    accrued_fen=0,
    subrogated_fen=0,
    written_off_fen=0,
    days_past_due=0,
    days_delinquent=0,
    oldest_unpaid_on=None,
    oldest_unpaid=0,
    performance=Performance.PERFORMING,
)


def owed(loan, day):
    """Unpaid principal and unpaid interest that fell due, in yuan."""
    standing = loan.position(as_of=day)
    return standing.arrears_principal_fen / 100, standing.arrears_interest_fen / 100


def test_before_the_disbursement_nothing_is_owed():
    assert a_loan().position(as_of=date(2024, 1, 14)) == NOTHING


def test_a_loan_that_is_not_known_yet_owes_nothing_on_any_day():
    standing = a_loan().position(as_of=date(2024, 12, 31), through=0)

    assert standing == replace(NOTHING, as_of=date(2024, 12, 31), through=0)


def test_the_whole_principal_is_outstanding_from_the_day_of_disbursement():
    standing = a_loan().position(as_of=date(2024, 1, 15))

    assert standing == replace(NOTHING, as_of=date(2024, 1, 15), outstanding_fen=120_000_00)
    assert standing.outstanding == cny(120_000)


def test_a_position_shows_what_fell_due_and_what_of_it_is_unpaid():
    # Due by 20 March: 2 × 10,000 and 600 + 550. Paid: 600 of interest, 4,400 of principal.
    # Earned since 15 March: 100,000 × 6 % × 5 / 360 = 83.33.
    loan = pays(a_loan(), (5_000, date(2024, 2, 15)))

    assert loan.position(as_of=date(2024, 3, 20)) == Position(
        as_of=date(2024, 3, 20),
        through=2,
        outstanding_fen=115_600_00,
        due_principal_fen=20_000_00,
        due_interest_fen=1_150_00,
        paid_principal_fen=4_400_00,
        paid_interest_fen=600_00,
        paid_charges_fen=0,
        arrears_principal_fen=15_600_00,
        arrears_interest_fen=550_00,
        penalty_fen=0,
        compound_fen=0,
        costs_fen=0,
        accrued_fen=83_33,
        subrogated_fen=0,
        written_off_fen=0,
        days_past_due=34,  # 15 February to 20 March of a leap year: 29 + 5
        days_delinquent=34,
        oldest_unpaid_on=date(2024, 2, 15),
        oldest_unpaid=1,
        performance=Performance.DELINQUENT,
    )


def test_a_position_reads_in_yuan():
    standing = pays(a_loan(), (5_000, date(2024, 2, 15))).position(as_of=date(2024, 3, 20))

    assert standing.outstanding == cny(115_600)
    assert standing.due == cny(21_150)
    assert standing.paid == cny(5_000)
    assert standing.arrears == cny(16_150)
    assert (standing.penalty, standing.compound, standing.costs) == (ZERO, ZERO, ZERO)
    assert standing.written_off == ZERO
    assert standing.accrued == cny("83.33")
    assert standing.subrogated == ZERO


@pytest.mark.parametrize(
    ("day", "days_past_due", "oldest"),
    [
        (date(2024, 2, 14), 0, None),
        (date(2024, 2, 15), 0, None),  # due today and unpaid is not past due yet
        (date(2024, 2, 16), 1, date(2024, 2, 15)),
        (date(2024, 5, 15), 90, date(2024, 2, 15)),  # 14 + 31 + 30 + 15
        (date(2025, 2, 15), 366, date(2024, 2, 15)),
    ],
)
def test_a_due_date_missed_on_a_day_is_one_day_past_due_on_the_next(day, days_past_due, oldest):
    standing = a_loan().position(as_of=day)

    assert (standing.days_past_due, standing.oldest_unpaid_on) == (days_past_due, oldest)


def test_days_past_due_count_from_the_oldest_line_that_is_not_paid_in_full():
    missed_two = pays_on_time(a_loan(), 1, 1)

    assert missed_two.position(as_of=date(2024, 4, 20)).oldest_unpaid_on == date(2024, 3, 15)
    paid_up = pays(missed_two, (10_550 + 10_500, date(2024, 4, 20)))
    assert paid_up.position(as_of=date(2024, 4, 20)).days_past_due == 0
    one_fen_short = pays(missed_two, ("10549.99", date(2024, 3, 15)))
    assert one_fen_short.position(as_of=date(2024, 3, 16)).days_past_due == 1


def test_unpaid_interest_alone_makes_a_loan_past_due():
    loan = a_quarterly_loan()  # due 20 March: 120,000 × 6 % × 66 / 360 = 1,320

    assert owed(loan, date(2024, 3, 21)) == (0, 1_320)
    assert loan.position(as_of=date(2024, 3, 21)).days_past_due == 1


@pytest.mark.parametrize(
    ("paid", "principal", "interest"),
    [
        ("599.99", 20_000, 550.01),  # the oldest interest first
        ("600.00", 20_000, 550),
        ("1000.00", 20_000, 150),  # then the interest of March, before any principal
        ("1150.00", 20_000, 0),
        ("1150.01", 19_999.99, 0),
        ("11150.00", 10_000, 0),
        ("21150.00", 0, 0),
    ],
)
def test_a_payment_meets_all_unpaid_interest_before_any_principal(paid, principal, interest):
    # Two installments are unpaid on 20 March: 600 + 550 interest and 2 × 10,000 principal.
    loan = pays(a_loan(), (paid, date(2024, 3, 20)))

    assert owed(loan, date(2024, 3, 20)) == (principal, interest)


def test_interest_and_principal_are_each_paid_oldest_first():
    loan = pays(a_loan(), (11_150, date(2024, 3, 20)))  # all interest, the principal of February
    dues = run_through(loan.terms, loan.entries, as_of=date(2024, 3, 20)).dues

    assert [(due.unpaid_principal_fen, due.unpaid_interest_fen) for due in dues[:3]] == [
        (0, 0),
        (10_000_00, 0),
        (10_000_00, 500_00),
    ]
    part = pays(a_loan(), (700, date(2024, 3, 20)))
    dues = run_through(part.terms, part.entries, as_of=date(2024, 3, 20)).dues
    assert [due.unpaid_interest_fen for due in dues[:3]] == [0, 450_00, 500_00]


def test_a_payment_meets_nothing_that_falls_due_later():
    loan = pays_on_time(a_loan(), 1, 1)

    assert owed(loan, date(2024, 3, 15)) == (10_000, 550)
    assert loan.position(as_of=date(2024, 3, 14)).arrears == ZERO


def test_payments_posted_out_of_order_stand_as_posted_in_order():
    in_order = pays(a_loan(), (5_000, date(2024, 2, 15)), (12_000, date(2024, 3, 20)))
    later_first = pays(a_loan(), (12_000, date(2024, 3, 20)), (5_000, date(2024, 2, 15)))

    for day in (date(2024, 2, 15), date(2024, 3, 19), date(2024, 3, 20), date(2024, 6, 30)):
        assert in_order.position(as_of=day) == later_first.position(as_of=day)


def test_a_payment_counts_from_its_business_date_whenever_it_was_booked():
    loan = pays(a_loan(), (10_600, date(2024, 2, 15), date(2024, 7, 3)))

    assert loan.position(as_of=date(2024, 2, 16)).days_past_due == 0
    assert loan.position(as_of=date(2024, 2, 14)).outstanding == cny(120_000)


def test_through_shows_the_position_as_it_was_known():
    loan = pays(a_loan(), (10_600, date(2024, 2, 15)), (10_550, date(2024, 3, 15)))

    day = date(2024, 3, 31)
    assert loan.position(as_of=day, through=2).outstanding == cny(110_000)
    assert loan.position(as_of=day, through=2).through == 2
    assert loan.position(as_of=day, through=1) == a_loan().position(as_of=day)
    assert loan.position(as_of=day, through=3) == loan.position(as_of=day)


def test_a_reversed_payment_leaves_no_trace_in_the_position():
    loan = pays(a_loan(), (10_600, date(2024, 2, 15)))
    undone = loan.reverse(2, on=date(2024, 2, 20), ref="C1")

    day = date(2024, 3, 1)
    assert undone.position(as_of=day) == replace(a_loan().position(as_of=day), through=3)


@pytest.mark.parametrize(
    ("day", "accrued"),
    [
        (date(2024, 1, 15), "0.00"),
        (date(2024, 1, 16), "20.00"),  # 120,000 × 6 % / 360
        (date(2024, 2, 14), "580.00"),  # 29 days
        (date(2024, 2, 15), "0.00"),  # the 600 fell due
        (date(2024, 2, 16), "18.33"),  # 110,000 × 6 % / 360 = 18.333
        (date(2025, 1, 14), "48.33"),  # 10,000 × 6 % × 29 / 360
        (date(2025, 1, 15), "0.00"),
        (date(2025, 6, 30), "0.00"),  # nothing runs on after maturity
    ],
)
def test_interest_is_earned_day_by_day_until_it_falls_due(day, accrued):
    assert a_loan().position(as_of=day).accrued == cny(accrued)


@pytest.mark.parametrize(
    ("day", "accrued"),
    [
        (date(2024, 3, 19), "1280.00"),  # 64 days from 15 January: 120,000 × 6 % × 64 / 360
        (date(2024, 3, 20), "0.00"),  # the day of settlement is inside the quarter
        (date(2024, 3, 21), "0.00"),  # the next quarter opens
        (date(2024, 3, 22), "20.00"),
    ],
)
def test_interest_of_a_settled_quarter_starts_anew_on_the_21st(day, accrued):
    assert a_quarterly_loan().position(as_of=day).accrued == cny(accrued)


@pytest.mark.parametrize("day_count", [DayCount.THIRTY_360, DayCount.THIRTY_E_360])
def test_interest_earned_never_exceeds_the_interest_of_the_period(day_count):
    # By the formula 28 February to 30 March is 32 days. March's interest is 80,000 × 6 % / 12.
    loan = a_loan(disbursed_on=date(2023, 1, 31), months=3, day_count=day_count)

    assert loan.schedule[1].due_on == date(2023, 3, 31)
    assert loan.position(as_of=date(2023, 3, 29)).accrued == cny(400)  # 31 days of 30
    assert loan.position(as_of=date(2023, 3, 30)).accrued == cny(400)
    assert loan.position(as_of=date(2023, 3, 27)).accrued == cny("386.67")  # 29 days: 386.667


def test_a_loan_is_settled_when_nothing_is_owed_to_anybody():
    loan = a_loan(months=1)

    assert not loan.position(as_of=date(2024, 2, 1)).settled
    assert not pays(loan, (120_000, date(2024, 2, 15))).position(as_of=date(2024, 2, 15)).settled
    assert pays_on_time(loan).position(as_of=date(2024, 2, 15)).settled
    assert not pays_on_time(loan).position(as_of=date(2024, 2, 14)).settled


def test_before_it_is_paid_out_a_loan_is_not_repaid_yet():
    assert not a_loan().position(as_of=date(2024, 1, 14)).settled


def test_one_fen_of_principal_or_interest_keeps_a_loan_from_being_settled():
    loan, day = a_loan(months=1), date(2024, 2, 15)  # 120,000 and 600

    for short in ("120599.99", "599.99"):
        assert not pays(loan, (short, day)).position(as_of=day).settled
    assert pays(loan, (120_600, day)).position(as_of=day).performance is Performance.MATURED


def test_one_fen_of_penalty_or_costs_keeps_a_loan_from_being_settled():
    day = date(2024, 2, 15)
    with_costs = charge_costs(a_loan(months=1), cny("0.01"), on=day, ref="费1")
    late = a_loan(months=1, penalty=HALF_MORE)

    assert not pays(with_costs, (120_600, day)).position(as_of=day).settled
    assert pays(with_costs, ("120600.01", day)).position(as_of=day).settled
    # One day late: 120,000 × 6 % × 1.5 / 360 = 30 of penalty, which comes first.
    assert not pays(late, ("120629.99", date(2024, 2, 16))).position(as_of=day).settled
    assert pays(late, (120_630, date(2024, 2, 16))).position(as_of=date(2024, 2, 16)).settled


def test_one_fen_of_what_the_fund_paid_keeps_a_loan_from_being_settled():
    day = date(2025, 6, 1)
    fund, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")
    owed = cny("122233.33")  # 120,000, and 600 + 550 + 500 + 450 + 133.33 of interest

    _, short = receive_recovery(fund, loan, owed - cny("0.01"), on=day, ref="Z1")
    _, whole = receive_recovery(fund, loan, owed, on=day, ref="Z1")
    assert not short.position(as_of=day).settled
    assert whole.position(as_of=day).settled


def test_a_payout_makes_the_whole_loan_fall_due():
    # 25 May: 4 installments are unpaid. Principal 120,000, of which the fund pays 96,000. Interest
    # 600 + 550 + 500 + 450 fell due; 80,000 × 6 % × 10 / 360 = 133.33 is due with the payout.
    _, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")

    for day in (date(2024, 5, 25), date(2025, 6, 30)):
        standing = loan.position(as_of=day)
        assert (standing.due_principal_fen, standing.due_interest_fen) == (120_000_00, 2_233_33)
        assert (standing.outstanding, standing.subrogated) == (cny(24_000), cny(96_000))
        assert (standing.arrears, standing.accrued) == (cny("26233.33"), ZERO)
    assert loan.position(as_of=date(2024, 5, 24)).subrogated == ZERO
    assert loan.position(as_of=date(2024, 5, 24)).due_principal_fen == 40_000_00


def test_the_fund_pays_the_oldest_principal_and_leaves_uncovered_interest_unpaid():
    _, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")
    dues = run_through(loan.terms, loan.entries, as_of=date(2024, 5, 25)).dues

    assert [due.due_on for due in dues[-2:]] == [date(2024, 5, 15), date(2024, 5, 25)]
    assert [due.unpaid_principal_fen for due in dues] == [0, 0, 0, 0, 24_000_00]
    assert loan.position(as_of=date(2024, 5, 25)).days_past_due == 100  # interest of February


def test_a_payout_on_a_due_date_adds_the_rest_without_interest():
    _, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 15), ref="P1")
    dues = run_through(loan.terms, loan.entries, as_of=date(2024, 5, 15)).dues

    rest = dues[-1]
    assert [due.due_on for due in dues[-2:]] == [date(2024, 5, 15), date(2024, 5, 15)]
    assert (rest.principal_fen, rest.interest_fen) == (80_000_00, 0)


def test_a_payout_after_maturity_adds_no_line():
    _, loan = pay_claim(a_fund(), a_loan(), on=date(2025, 3, 1), ref="P1")
    standing = loan.position(as_of=date(2025, 3, 1))

    assert len(run_through(loan.terms, loan.entries, as_of=date(2025, 3, 1)).dues) == 12
    # 600 + 550 + … + 50 = 78 × 50 = 3,900
    assert (standing.due_principal_fen, standing.due_interest_fen) == (120_000_00, 3_900_00)


def test_a_payment_and_a_payout_of_one_day_count_in_that_order():
    loan = pays(a_loan(), (10_000, date(2024, 5, 25)))  # 2,100 interest, 7,900 principal
    _, loan = pay_claim(a_fund(), loan, on=date(2024, 5, 25), ref="P1")

    # 80 % of 112,100 is 89,680; 133.33 of interest fell due with the payout.
    standing = loan.position(as_of=date(2024, 5, 25))
    assert (standing.outstanding, standing.subrogated) == (cny(22_420), cny(89_680))
    assert standing.arrears_interest_fen == 133_33


def test_interest_paid_by_the_fund_is_paid_oldest_first():
    promise = Guarantee(
        fund_id="F-01",
        coverage=percent("50"),
        claimable_after_days=90,
        covers=Covers.PRINCIPAL_AND_INTEREST,
    )
    _, loan = pay_claim(a_fund(), a_loan(guarantee=promise), on=date(2024, 5, 25), ref="P1")
    dues = run_through(loan.terms, loan.entries, as_of=date(2024, 5, 25)).dues

    # Half of 2,233.33 is 1,116.665, rounded up 1,116.67: February's 600 and 516.67 of March's 550.
    assert [due.unpaid_interest_fen for due in dues] == [0, 33_33, 500_00, 450_00, 133_33]
    assert loan.position(as_of=date(2024, 5, 25)).subrogated == cny("61116.67")


def test_an_effect_shows_how_an_entry_was_split():
    loan = pays(a_loan(), (5_000, date(2024, 2, 15)))
    fold = run_through(loan.terms, loan.entries, as_of=date(2024, 2, 15))

    paid_out, paid = loan.entries
    assert fold.applied == (
        Applied(entry=paid_out, principal_fen=-120_000_00, interest_fen=0, excess_fen=0),
        Applied(
            entry=paid,
            principal_fen=4_400_00,
            interest_fen=600_00,
            excess_fen=0,
            shares=(Share(1, date(2024, 2, 15), 600_00, 4_400_00),),
        ),
    )
    assert fold.outstanding_fen == 115_600_00


def test_money_beyond_what_fell_due_is_an_excess_and_refused_by_its_entry():
    loan = a_loan()
    too_much = Entry(
        number=2,
        kind=EntryKind.REPAYMENT,
        on=date(2024, 2, 15),
        booked_on=date(2024, 2, 15),
        ref="R1",
        received_fen=10_600_05,
    )
    fold = run_through(loan.terms, (*loan.entries, too_much), as_of=date.max)

    assert [effect.excess_fen for effect in fold.applied] == [0, 5]
    sentence = (
        "HT-1: 10,600.05 received on 2024-02-15, but only 10,600.00 had fallen due; "
        "what exceeds it would be a prepayment"
    )
    with refused(
        OverRepayment, code="loan.over_repayment", value=cny("10600.05"), limit=cny(10_600)
    ) as caught:
        replace(loan, entries=(*loan.entries, too_much))
    assert str(caught.value) == sentence
    assert caught.value.zh.endswith("；超出部分属于提前还款")


def test_a_payout_larger_than_the_debt_shows_as_an_excess():
    loan = a_loan()
    payout = Entry(
        number=2,
        kind=EntryKind.CLAIM_PAYOUT,
        on=date(2024, 5, 15),
        booked_on=date(2024, 5, 15),
        ref="P1",
        principal_fen=120_000_03,
        interest_fen=2_100_04,
    )
    fold = run_through(loan.terms, (*loan.entries, payout), as_of=date.max)

    assert fold.applied[1] == Applied(
        entry=payout,
        principal_fen=120_000_00,
        interest_fen=2_100_00,
        excess_fen=7,
        shares=fold.applied[1].shares,
    )
    # All principal and the interest of the four lines that fell due; 80,000 by the payout itself.
    assert [(share.principal_fen, share.interest_fen) for share in fold.applied[1].shares] == [
        (10_000_00, 600_00),
        (10_000_00, 550_00),
        (10_000_00, 500_00),
        (10_000_00, 450_00),
        (80_000_00, 0),
    ]
    with refused(
        OverRepayment,
        code="loan.over_repayment",
        value=cny("122100.07"),
        limit=cny(122_100),
        keeps=(loan,),
    ):
        loan.with_entry(payout)


def test_a_history_without_excess_is_accepted():
    loan = pays(a_loan(), (10_600, date(2024, 2, 15)))

    fold = run_through(loan.terms, loan.entries, as_of=date.max)
    assert [effect.excess_fen for effect in fold.applied] == [0, 0]
    assert replace(loan, entries=loan.entries) == loan
    assert owed(loan, date(2024, 2, 15)) == (0, 0)


def test_entries_may_come_in_any_order_and_a_position_is_read_from_terms_and_entries():
    loan = pays(a_loan(), (10_600, date(2024, 2, 15)), (10_550, date(2024, 3, 15)))
    day = date(2024, 3, 31)

    shuffled = (loan.entries[2], loan.entries[0], loan.entries[1])
    assert position_of(loan.terms, shuffled, as_of=day) == loan.position(as_of=day)


def test_a_loan_without_interest_owes_principal_only():
    loan = a_loan(annual_rate=percent("0"), amortization=Amortization.BULLET)

    assert owed(loan, date(2025, 1, 15)) == (120_000, 0)
    assert loan.position(as_of=date(2024, 12, 1)).accrued == ZERO


@pytest.mark.parametrize("through", [-1, 2, True, "1"])
def test_a_position_through_an_entry_that_is_not_there_is_refused(through):
    loan = a_loan()

    for question in (
        lambda: loan.position(as_of=date(2024, 12, 31), through=through),
        lambda: loan.account(HalfYear(2024, 1), through=through),
    ):
        with refused(
            InvalidHistory, code="ledger.invalid_history", value=through, limit=1, keeps=(loan,)
        ):
            question()


# ---- the caller's calendar


def holidays(*days):
    """A rule of working days: all but these."""
    return lambda day: day not in days


SPRING_FESTIVAL = holidays(*(date(2024, 2, day) for day in range(10, 18)))


def test_a_due_date_on_a_day_off_is_late_from_the_working_day_after_it():
    loan = a_loan(penalty=HALF_MORE, grace_days=2)

    for day, past_due, delinquent in (
        (date(2024, 2, 17), 0, 0),
        (date(2024, 2, 18), 0, 0),  # the first working day after 15 February
        (date(2024, 2, 19), 1, 0),
        (date(2024, 2, 21), 3, 1),
    ):
        at = loan.position(as_of=day, is_workday=SPRING_FESTIVAL)
        assert (at.days_past_due, at.days_delinquent) == (past_due, delinquent)
    late = loan.position(as_of=date(2024, 2, 21), is_workday=SPRING_FESTIVAL)
    assert (late.oldest_unpaid_on, late.oldest_unpaid) == (date(2024, 2, 18), 1)


def test_a_calendar_moves_lateness_and_no_amount():
    loan = a_loan(penalty=HALF_MORE)
    for day in (date(2024, 2, 17), date(2024, 2, 25), date(2024, 6, 30)):
        plain, moved = (
            replace(
                loan.position(as_of=day, is_workday=rule),
                days_past_due=0,
                days_delinquent=0,
                oldest_unpaid_on=None,
                oldest_unpaid=0,
                performance=Performance.PERFORMING,
            )
            for rule in (None, SPRING_FESTIVAL)
        )
        assert plain == moved
    assert loan.position(as_of=date(2024, 2, 18)).penalty == cny("7.50")


def test_a_calendar_without_a_working_day_is_refused():
    with refused(InvalidDate, code="periods.invalid_date", value=date(2024, 2, 15), limit=31):
        a_loan().position(as_of=date(2024, 3, 1), is_workday=lambda day: False)


# ---- interest earned


def test_what_is_earned_explains_itself():
    accrual = a_loan().accrual(as_of=date(2024, 1, 25))

    assert accrual.accrued == cny(200)  # 120,000 × 6 % × 10/360
    told = accrual.explain()
    assert told.title == "accrued by 2024-01-25: 200.00"
    assert told.steps[0] == ("period", "2024-01-15 - 2024-01-25, 10 days")
    assert told.steps[1] == ("interest on", "120,000.00 × 6 % × 1/36")
    assert told.steps[-1] == ("rounded", "200.00, half up to the fen")
    assert "THIRTY_360" in told.rule


def test_nothing_is_earned_before_the_loan_is_paid_out_nor_after_it_ended():
    nothing = Accrual(as_of=date(2024, 1, 14), stretches=(), day_count=DayCount.THIRTY_360)

    assert a_loan().accrual(as_of=date(2024, 1, 14)) == nothing
    called_in = accelerate(a_loan(), on=date(2024, 3, 25), ref="A1")
    assert called_in.accrual(as_of=date(2024, 6, 1)).accrued == ZERO
    with refused(InvalidDate, code="periods.invalid_date", value="today", limit="datetime.date"):
        a_loan().accrual(as_of="today")


def test_of_a_fold_the_interest_earned_and_what_was_written_off_are_read():
    fold = run_through(a_loan().terms, a_loan().entries, as_of=date(2024, 1, 25))

    assert fold.accrual == a_loan().accrual(as_of=date(2024, 1, 25))
    assert (fold.accrued_fen, fold.early_interest_fen) == (200_00, 200_00)
    assert (fold.written_off_fen, fold.subrogated_fen) == (0, 0)
