"""Principal repaid early: what comes first, what becomes of the plan, and what is refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from histories import HALF_MORE, a_loan, a_quarterly_loan, pays, pays_on_time, refused
from microloan import (
    ZERO,
    Amortization,
    Compounding,
    DayCount,
    EarlyInterest,
    HalfYear,
    InvalidTerms,
    LevelBy,
    OverRepayment,
    PaymentOrder,
    Prepayment,
    PrepaymentTooSmall,
    PrincipalPart,
    RefConflict,
    Residue,
    accelerate,
    charge_costs,
    cny,
    fen,
    percent,
    total,
)

LOWER, SHORTEN = Prepayment.LOWER, Prepayment.SHORTEN
FEB, MAR, APR = date(2024, 2, 15), date(2024, 3, 15), date(2024, 4, 15)
MID = date(2024, 3, 25)
ENDS = date(2025, 1, 15)
PARTS = (
    PrincipalPart(due_on=date(2024, 5, 15), principal=cny(30_000)),
    PrincipalPart(due_on=date(2024, 9, 15), principal=cny(40_000)),
    PrincipalPart(due_on=ENDS, principal=cny(50_000)),
)


def lines(loan, after):
    """Principal and interest, in yuan, of the lines due after a day."""
    return [
        (due.principal_fen / 100, due.interest_fen / 100)
        for due in loan.schedule
        if due.due_on > after
    ]


def days(loan, after):
    return [due.due_on for due in loan.schedule if due.due_on > after]


# ---- equal principal


def paid_early_on_the_due_date(then):
    """February paid; on 15 March the 10,550 that are due and 30,000 more: 70,000 are left."""
    loan = pays_on_time(a_loan(), 1, 1)
    return loan.prepay(cny(40_550), on=MAR, ref="V1", then=then)


def test_equal_principal_shortened_keeps_its_part_and_ends_earlier():
    loan = paid_early_on_the_due_date(SHORTEN)

    # 70,000 × 6 % ÷ 12 = 350, and 50 less each month
    assert lines(loan, MAR) == [
        *((10_000, 350), (10_000, 300), (10_000, 250), (10_000, 200)),
        *((10_000, 150), (10_000, 100), (10_000, 50)),
    ]
    assert days(loan, MAR)[-1] == date(2024, 10, 15)


def test_equal_principal_lowered_keeps_its_days():
    loan = paid_early_on_the_due_date(LOWER)

    # 70,000 ÷ 10; 350, and 35 less each month
    assert lines(loan, MAR) == [(7_000, 350 - 35 * month) for month in range(10)]
    assert days(loan, MAR)[-1] == ENDS


@pytest.mark.parametrize("then", Prepayment)
def test_a_prepayment_is_a_due_line_of_its_own(then):
    loan = paid_early_on_the_due_date(then)
    on_the_day = [due for due in loan.schedule if due.due_on == MAR]

    assert [(due.number, due.principal, due.interest) for due in on_the_day] == [
        (2, cny(10_000), cny(550)),
        (3, cny(30_000), ZERO),
    ]
    assert "repaid early" in on_the_day[1].explain().steps[-1][1]
    assert [due.number for due in loan.schedule] == list(range(1, len(loan.schedule) + 1))
    assert total(due.principal for due in loan.schedule) == cny(120_000)
    standing = loan.position(as_of=MAR)
    assert (standing.outstanding, standing.arrears) == (cny(70_000), ZERO)
    assert (standing.due_principal_fen, standing.paid_principal_fen) == (50_000_00, 50_000_00)
    assert standing.paid_interest_fen == 1_150_00


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        # 10 of the period's days are paid, so that April bears the rest of a twelfth of a year:
        # 1/12 − 10/360 = 20/360. 70,000 × 6 % × 20/360 = 233.33
        (SHORTEN, [(10_000, 233.33), (10_000, 300), (10_000, 250)]),
        (LOWER, [(7_000, 233.33), (7_000, 315), (7_000, 280)]),
    ],
)
def test_within_a_period_the_interest_that_is_running_comes_first(then, expected):
    # 100,000 × 6 % × 10 / 360 = 166.67
    loan = pays_on_time(a_loan(), 1, 2)
    early = loan.prepay(cny("30166.67"), on=MID, ref="V1", then=then)

    assert early.position(as_of=MID).outstanding == cny(70_000)
    assert early.position(as_of=MID).accrued == ZERO
    assert early.position(as_of=MID + timedelta(days=6)).accrued == cny("70.00")  # 6/360
    assert lines(early, MID)[:3] == expected
    line = next(due for due in early.schedule if due.due_on == MID)
    assert (line.interest, line.period.opens_on, line.period.closes_on) == (
        cny("166.67"),
        MAR,
        MID,
    )


def test_what_is_due_comes_before_what_is_not():
    # February and March are unpaid: 21,150 come first, then 166.67, then 5,000 of what is not due.
    loan = a_loan().prepay(cny("26316.67"), on=MID, ref="V1", then=LOWER)

    standing = loan.position(as_of=MID)
    assert (standing.outstanding, standing.arrears) == (cny(95_000), ZERO)
    assert (standing.paid_interest_fen, standing.paid_principal_fen) == (1_316_67, 25_000_00)
    assert lines(loan, MID)[0] == (9_500, 316.67)  # 95,000 × 6 % × 20/360


def test_charges_come_before_what_is_not_due():
    # Costs 100. Penalty on 10,000 from 15 March: 10 days at 2.50. Compound interest of 550:
    # 10 days at 0.091666…: 0.92.
    loan = pays_on_time(a_loan(penalty=HALF_MORE, compounding=Compounding.UNPAID_INTEREST), 1, 1)
    loan = charge_costs(loan, cny(100), on=MID, ref="K1")
    first = cny(100) + cny(25) + cny("0.92") + cny(10_550) + cny("166.67")
    loan = loan.prepay(first + cny(5_000), on=MID, ref="V1", then=LOWER)

    assert loan.position(as_of=MID).outstanding == cny(95_000)
    assert loan.applied[-1].charges_fen == 125_92


# ---- level payments


@pytest.fixture
def level():
    """120,000 in 12 payments of 10,327.97; after that of 15 February 110,272.03 are left."""
    loan = a_loan(amortization=Amortization.EQUAL_INSTALLMENTS)
    assert (loan.schedule[0].total, loan.schedule[0].interest) == (cny("10327.97"), cny(600))
    return loan


def test_level_payments_shortened_keep_their_amount(level):
    early = level.prepay(cny(60_600), on=FEB, ref="V1", then=SHORTEN)  # 60,000 are left

    # Each interest is 0.5 % of what is left; the last payment takes all that is left.
    assert lines(early, FEB) == [
        (10_027.97, 300.00),
        (10_078.11, 249.86),
        (10_128.50, 199.47),
        (10_179.14, 148.83),
        (10_230.04, 97.93),
        (9_356.24, 46.78),
    ]
    assert days(early, FEB)[-1] == date(2024, 8, 15)


def test_level_payments_lowered_are_computed_anew_over_the_days_left(level):
    early = level.prepay(cny(60_600), on=FEB, ref="V1", then=LOWER)

    # 60,000 × 0.5 % ÷ (1 − 1.005⁻¹¹) = 5,619.54
    rest = lines(early, FEB)
    assert rest[:2] == [(5_319.54, 300.00), (5_346.14, 273.40)]
    assert rest[-1] == (5_591.61, 27.96)
    assert len(rest) == 11


def test_a_cut_period_of_a_level_plan_bears_less_interest_and_repays_as_much(level):
    # 25 February: 110,272.03 × 6 % × 10/360 = 183.79; with 50,272.03 of principal, 60,000 are left.
    level = pays_on_time(level, 1, 1)
    early = level.prepay(cny("50455.82"), on=date(2024, 2, 25), ref="V1", then=SHORTEN)

    # 60,000 × 6 % × 20/360 = 200; principal as in a whole month: 10,327.97 − 300
    assert lines(early, date(2024, 2, 25))[:2] == [(10_027.97, 200), (10_078.11, 249.86)]


def test_a_level_plan_by_exact_factors_keeps_its_payment_where_it_is_shortened():
    loan = a_loan(
        amortization=Amortization.EQUAL_INSTALLMENTS,
        level_by=LevelBy.EXACT_FACTORS,
        day_count=DayCount.ACT_360,
    )
    payment = loan.schedule[0].total
    early = loan.prepay(payment + cny(50_000), on=FEB, ref="V1", then=SHORTEN)

    rest = [due for due in early.schedule if due.due_on > FEB]
    assert {due.total for due in rest[:-1]} == {payment}
    assert ZERO < rest[-1].total <= payment
    lowered = loan.prepay(payment + cny(50_000), on=FEB, ref="V1", then=LOWER)
    rest = [due for due in lowered.schedule if due.due_on > FEB]
    assert len({due.total for due in rest[:-1]}) == 1
    assert abs(fen(rest[-1].total) - fen(rest[0].total)) < 12
    assert rest[0].total < payment


# ---- interest only, all at maturity, listed parts


@pytest.mark.parametrize("then", Prepayment)
def test_interest_only_goes_on_with_less_interest(then):
    loan = a_loan(amortization=Amortization.INTEREST_ONLY)
    early = loan.prepay(cny(20_600), on=FEB, ref="V1", then=then)

    assert lines(early, FEB) == [(0, 500)] * 10 + [(100_000, 500)]


@pytest.mark.parametrize("then", Prepayment)
def test_a_loan_due_at_maturity_bears_the_rest_of_its_only_period(then):
    # 25 April: 100 days of 360: 120,000 × 6 % × 100/360 = 2,000; then 100,000 for 260/360.
    loan = a_loan(amortization=Amortization.BULLET)
    early = loan.prepay(cny(22_000), on=date(2024, 4, 25), ref="V1", then=then)

    assert lines(early, date(2024, 4, 25)) == [(100_000, 4_333.33)]
    assert days(early, date(2024, 4, 25)) == [ENDS]


def custom(**agreed):
    return a_loan(amortization=Amortization.CUSTOM, parts=PARTS, **agreed)


def parts(loan, after):
    return [
        (due.due_on, due.principal_fen / 100)
        for due in loan.schedule
        if due.due_on > after and due.principal_fen
    ]


def test_listed_parts_shortened_are_taken_whole_from_the_first():
    early = custom().prepay(cny(60_600), on=FEB, ref="V1", then=SHORTEN)

    assert parts(early, FEB) == [(date(2024, 5, 15), 30_000), (date(2024, 9, 15), 30_000)]
    assert days(early, FEB)[-1] == date(2024, 9, 15)
    # 60,000 × 0.5 % through May, then 30,000
    assert [interest for _, interest in lines(early, FEB)] == [300] * 3 + [150] * 4


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        # A half is left of 30,000, 40,000 and 50,000.
        ("0.00", (15_000, 20_000, 25_000)),
        # 59,999.99: 14,999.9975, 19,999.9967 and 24,999.9958; the two missing fen go to the first.
        ("0.01", (15_000, 20_000, 24_999.99)),
    ],
)
def test_listed_parts_lowered_shrink_alike(more, expected):
    early = custom().prepay(cny(60_600) + cny(more), on=FEB, ref="V1", then=LOWER)

    assert tuple(amount for _, amount in parts(early, FEB)) == expected
    assert days(early, FEB)[-1] == ENDS


def test_listed_parts_between_due_dates_keep_their_days():
    # Quarterly interest on 15 April, July, October; 30,000 on 15 May lie between.
    loan = custom(interval_months=3)
    early = loan.prepay(cny("60000"), on=date(2024, 1, 15), ref="V1", then=LOWER)

    assert parts(early, FEB)[0] == (date(2024, 5, 15), 15_000)
    # 60,000 × 6 % × 1/4 = 900; then a month of 60,000 and two of 45,000: 300 + 450
    assert [interest for _, interest in lines(early, FEB)[:3]] == [900, 0, 750]


# ---- interest through the next due date


def full_interest(**agreed):
    return a_loan(early_interest=EarlyInterest.TO_NEXT_DUE_DATE, **agreed)


def test_the_whole_running_period_is_charged_where_the_contract_says_so():
    # 100,000 × 6 % ÷ 12 = 500 in place of 166.67; April then bears nothing.
    loan = pays_on_time(full_interest(), 1, 2)
    early = loan.prepay(cny(30_500), on=MID, ref="V1", then=LOWER)

    assert early.position(as_of=MID).outstanding == cny(70_000)
    assert lines(early, MID)[:3] == [(7_000, 0), (7_000, 315), (7_000, 280)]
    assert early.position(as_of=APR - timedelta(days=1)).accrued == ZERO
    assert early.position(as_of=APR + timedelta(days=10)).accrued == cny(105)  # 63,000 × 10/360


def test_a_period_is_charged_once_however_often_money_comes():
    loan = pays_on_time(full_interest(), 1, 2)
    early = loan.prepay(cny(30_500), on=MID, ref="V1", then=LOWER)
    twice = early.prepay(cny(10_000), on=date(2024, 4, 1), ref="V2", then=LOWER)

    assert twice.position(as_of=APR).paid_interest_fen == 1_650_00
    assert lines(twice, date(2024, 4, 1))[:2] == [(6_000, 0), (6_000, 270)]


def test_two_prepayments_within_a_period_bear_interest_for_their_days():
    loan = pays_on_time(a_loan(), 1, 2).prepay(cny("30166.67"), on=MID, ref="V1", then=LOWER)
    twice = loan.prepay(cny(7_070), on=MID + timedelta(days=6), ref="V2", then=LOWER)

    # 70,000 × 6 % × 6/360 = 70; 63,000 are left for 14 of the month's 30 days: 147
    assert lines(twice, MID + timedelta(days=6))[:2] == [(6_300, 147), (6_300, 283.5)]


# ---- refusals


@pytest.mark.parametrize(
    ("amount", "least"), [("0.01", "166.68"), ("166.67", "166.68"), ("100.00", "166.68")]
)
def test_running_interest_alone_is_no_prepayment(amount, least):
    loan = pays_on_time(a_loan(), 1, 2)

    with refused(
        PrepaymentTooSmall,
        code="loan.prepayment_too_small",
        value=cny(amount),
        limit=cny(least),
        keeps=loan,
    ) as caught:
        loan.prepay(cny(amount), on=MID, ref="V1", then=LOWER)
    assert f"it takes {least} at least" in str(caught.value)
    one_fen = loan.prepay(cny(least), on=MID, ref="V1", then=LOWER)
    assert one_fen.position(as_of=MID).outstanding == cny("99999.99")


@pytest.mark.parametrize("amount", ["100.00", "21150.00", "21316.67"])
def test_money_for_what_is_due_is_no_prepayment(amount):
    loan = a_loan()  # 21,150.00 are due and 166.67 are running

    with refused(
        PrepaymentTooSmall,
        code="loan.prepayment_too_small",
        value=cny(amount),
        limit=cny("21316.68"),
        keeps=loan,
    ):
        loan.prepay(cny(amount), on=MID, ref="V1", then=SHORTEN)


def test_more_than_is_owed_in_all_is_refused():
    loan = pays_on_time(a_loan(), 1, 2)

    with refused(
        OverRepayment,
        code="loan.over_repayment",
        value=cny("100166.68"),
        limit=cny("100166.67"),
        keeps=loan,
    ) as caught:
        loan.prepay(cny("100166.68"), on=MID, ref="V1", then=LOWER)
    assert str(caught.value).endswith("but only 100,166.67 was owed in all")
    assert "100,166.67" in caught.value.zh


def test_what_becomes_of_the_plan_must_be_said():
    loan = a_loan()

    with refused(
        InvalidTerms,
        code="terms.invalid",
        value="shorten",
        limit="a Prepayment where it belongs",
        keeps=loan,
    ):
        loan.prepay(cny(30_000), on=MAR, ref="V1", then="shorten")


def test_a_voucher_stands_for_one_way_to_go_on():
    loan = a_loan().prepay(cny(30_000), on=MAR, ref="V1", then=SHORTEN)

    assert loan.prepay(cny(30_000), on=MAR, ref="V1", then=SHORTEN) is loan
    for other in ({"then": LOWER}, {"on": MID}, {"booked_on": MID}):
        with refused(RefConflict, code="ledger.ref_conflict", value="V1", limit=2, keeps=loan):
            loan.prepay(cny(30_000), **{"on": MAR, "ref": "V1", "then": SHORTEN} | other)
    # A repayment under the same voucher is another act.
    assert loan.repay(cny(1), on=APR, ref="V1").entries[-1].number == 3


# ---- what holds for every plan


PLANS = {
    "level": {"amortization": Amortization.EQUAL_INSTALLMENTS},
    "level by days": {
        "amortization": Amortization.EQUAL_INSTALLMENTS,
        "day_count": DayCount.ACT_365,
        "level_by": LevelBy.EXACT_FACTORS,
    },
    "last interest": {
        "amortization": Amortization.EQUAL_INSTALLMENTS,
        "residue": Residue.LAST_INTEREST,
    },
    "principal": {},
    "grace": {"grace_months": 6},
    "no interest at first": {"grace_months": 6, "interest_grace_months": 3},
    "interest only": {"amortization": Amortization.INTEREST_ONLY},
    "bullet": {"amortization": Amortization.BULLET},
    "custom": {"amortization": Amortization.CUSTOM, "parts": PARTS},
    "custom quarterly": {
        "amortization": Amortization.CUSTOM,
        "parts": PARTS,
        "interval_months": 3,
    },
    "no interest": {"annual_rate": percent(0)},
    "by installment": {"order": PaymentOrder.BY_INSTALLMENT},
}


@pytest.mark.parametrize("early", EarlyInterest)
@pytest.mark.parametrize("then", Prepayment)
@pytest.mark.parametrize("plan", PLANS)
def test_a_prepayment_leaves_a_plan_that_repays_the_loan_to_the_fen(plan, then, early):
    for on in (FEB, MID, date(2024, 8, 31), date(2025, 1, 14)):
        loan = a_loan(early_interest=early, **PLANS[plan])
        whole = loan.payoff(on=on)
        amount = whole.total - cny(20_000) if on < date(2024, 8, 1) else whole.total - cny(1)
        after = loan.prepay(amount, on=on, ref="V1", then=then)

        assert total(due.principal for due in after.schedule) == cny(120_000)
        assert after.schedule[-1].outstanding == ZERO
        due_days = [due.due_on for due in after.schedule]
        assert due_days == sorted(due_days)
        assert due_days[-1] <= ENDS
        for due in (due for due in after.schedule if due.due_on > on):
            if due.total_fen:
                after = after.repay(due.total, on=due.due_on, ref=f"due {due.number}")
        assert after.position(as_of=ENDS).settled
        assert after.account(HalfYear(2024, 1)).balances
        assert after.account(HalfYear(2024, 2)).balances


@pytest.mark.parametrize("then", Prepayment)
def test_a_settled_quarter_ends_its_plan_on_the_same_days(then):
    # 120,000 × 6 % / 360 = 20 a day; 25 March is the fifth day after the quarter of 20 March.
    loan = pays(a_quarterly_loan(), (1_320, date(2024, 3, 20)))
    early = loan.prepay(cny(20_080), on=MID, ref="V1", then=then)

    # 21, 22, 23 and 24 March: 80. Then 100,000 at 16.66… a day: 88 days to 20 June inclusive.
    assert early.position(as_of=MID).outstanding == cny(100_000)
    assert lines(early, MID)[0] == (0, 1_466.67)
    assert days(early, MID)[0] == date(2024, 6, 20)


@pytest.mark.parametrize("then", Prepayment)
def test_on_a_settlement_day_the_interest_of_the_day_is_due_already(then):
    loan = pays(a_quarterly_loan(), (1_320, date(2024, 3, 20)))
    early = loan.prepay(cny(20_000), on=date(2024, 3, 20), ref="V1", then=then)

    # The 20th itself is paid; 100,000 from 21 March: 92 days at 16.666…
    assert early.position(as_of=date(2024, 3, 20)).outstanding == cny(100_000)
    assert lines(early, date(2024, 3, 20))[0] == (0, 1_533.33)


def test_a_called_in_loan_is_repaid_and_not_prepaid():
    loan = accelerate(a_loan(), on=MAR, ref="A1")

    assert replace(loan.position(as_of=MAR), through=0).arrears == cny("121150.00")
    assert pays(loan, ("121150.00", MID)).position(as_of=MID).settled
