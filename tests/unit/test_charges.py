"""What a loan in default bears besides its interest: penalty, compound interest and costs.

10,000 yuan that are overdue at 1.5 times 6 % bear 9 % ÷ 360 a day: 2.50 yuan.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from histories import DOUBLE, HALF_MORE, a_loan, a_quarterly_loan, pays, pays_on_time
from microloan import (
    ZERO,
    Amortization,
    Compounding,
    Daily,
    Dated,
    DayCount,
    EarlyInterest,
    Multiple,
    Prepayment,
    Repricing,
    accelerate,
    change_rate,
    charge_costs,
    cny,
    declare_misuse,
    percent,
)
from microloan.charges import Charges

FEB, MAR, APR = date(2024, 2, 15), date(2024, 3, 15), date(2024, 4, 15)
COMPOUND = Compounding.UNPAID_INTEREST


def penalty(loan, day):
    return loan.position(as_of=day).penalty


def compound(loan, day):
    return loan.position(as_of=day).compound


# ---- penalty interest


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 2, 15), 0),  # due today
        (date(2024, 2, 16), "2.50"),
        (date(2024, 2, 25), "25.00"),
        (date(2024, 3, 15), "72.50"),  # 29 days of a leap year's February
        (date(2024, 3, 16), "77.50"),  # + 1 day of 20,000
        (date(2024, 3, 20), "97.50"),
    ],
)
def test_overdue_principal_bears_half_more_than_the_contract_rate(day, expected):
    assert penalty(a_loan(penalty=HALF_MORE), day) == cny(expected)


def test_no_penalty_was_agreed_and_none_is_borne():
    assert penalty(a_loan(), date(2026, 1, 1)) == ZERO
    assert penalty(a_loan(misuse=DOUBLE), date(2026, 1, 1)) == ZERO


def test_overdue_interest_bears_no_penalty():
    loan = a_quarterly_loan(penalty=HALF_MORE)  # no principal before maturity

    assert penalty(loan, date(2025, 1, 15)) == ZERO
    # 120,000 × 9 % ÷ 360 = 30 a day
    assert penalty(loan, date(2025, 1, 16)) == cny(30)


def test_after_a_settlement_day_the_penalty_starts_when_its_period_closes():
    # 24,000 fall due on 20 March, whose interest still belongs to the period.
    loan = a_quarterly_loan(penalty=HALF_MORE, amortization=Amortization.EQUAL_PRINCIPAL)

    assert penalty(loan, date(2024, 3, 21)) == ZERO
    assert penalty(loan, date(2024, 3, 22)) == cny(6)
    assert loan.position(as_of=date(2024, 3, 21)).days_past_due == 1


def test_the_penalty_follows_the_decree_across_its_change_of_2004():
    # 0.21‰ a day through 2003, half more than the contract rate from 2004 (银发〔2003〕251号).
    decreed = Dated(
        "逾期罚息",
        (
            (date(1999, 6, 10), Daily(Decimal("0.00021"))),
            (date(2004, 1, 1), Multiple(Decimal("1.5"))),
        ),
    )
    loan = pays_on_time(a_loan(disbursed_on=date(2003, 1, 15), penalty=decreed), 1, 10)

    # 10,000 of 15 December: 2.10 a day for 17 days are 35.70, then 2.50 a day.
    assert penalty(loan, date(2003, 12, 25)) == cny(21)
    assert penalty(loan, date(2004, 1, 1)) == cny("35.70")
    assert penalty(loan, date(2004, 1, 2)) == cny("38.20")
    assert penalty(loan, date(2004, 1, 15)) == cny("70.70")
    assert penalty(loan, date(2004, 1, 20)) == cny("95.70")  # 5 days of 20,000


@pytest.mark.parametrize(
    ("day_count", "expected"),
    [
        (DayCount.ACT_360, "25.00"),
        (DayCount.THIRTY_360, "25.00"),
        (DayCount.BY_PERIOD, "25.00"),
        (DayCount.ACT_365, "24.66"),  # 10,000 × 9 % × 10 / 365 = 24.657…
        (DayCount.ACT_ACT_ISDA, "24.59"),  # × 10 / 366 = 24.590…
    ],
)
def test_every_calendar_day_counts(day_count, expected):
    loan = a_loan(penalty=HALF_MORE, day_count=day_count)

    assert penalty(loan, date(2024, 2, 25)) == cny(expected)


def test_the_penalty_runs_on_what_is_still_overdue():
    loan = pays(a_loan(penalty=HALF_MORE), (5_625, date(2024, 2, 25)))

    # 25 of penalty and 600 of interest, then 5,000 of the principal: 1.25 a day from then on.
    assert penalty(loan, date(2024, 2, 25)) == ZERO
    assert penalty(loan, date(2024, 3, 6)) == cny("12.50")
    paid = pays(loan, ("5012.50", date(2024, 3, 6)))
    assert penalty(paid, date(2024, 3, 15)) == ZERO


def test_the_penalty_is_on_the_rate_in_force():
    loan = change_rate(
        a_loan(penalty=HALF_MORE, repricing=Repricing.FLOATING),
        percent(8),
        on=date(2024, 2, 25),
        ref="U1",
    )

    # 10 days at 9 % are 25.00, 9 days at 12 % are 30.00.
    assert penalty(loan, date(2024, 3, 5)) == cny(55)


def test_a_penalty_paid_in_parts_comes_to_what_paying_once_would():
    # 100,000 ÷ 12 = 8,333.33; a day's penalty is 2.0833325, ten days' 20.83.
    once = a_loan(principal=cny(100_000), penalty=HALF_MORE)
    parts, paid = once, ZERO
    for day in range(1, 11):
        on = FEB + timedelta(days=day)
        part = penalty(parts, on)
        parts, paid = parts.repay(part, on=on, ref=f"罚{day}"), paid + part
        assert penalty(parts, on) == ZERO
        assert paid == penalty(once, on)

    assert paid == cny("20.83")  # and not ten times 2.08
    assert (
        parts.position(as_of=FEB + timedelta(days=10)).arrears
        == once.position(as_of=FEB + timedelta(days=10)).arrears
    )


# ---- misuse


def misused(amount, **agreed):
    """All paid when due; from 1 March so much principal is known to be misused."""
    loan = pays_on_time(a_loan(**{"misuse": DOUBLE} | agreed), 1, 1)
    return declare_misuse(loan, cny(amount), on=date(2024, 3, 1), ref="挪1")


def test_misused_principal_bears_what_exceeds_the_contract_rate():
    # Twice 6 % in place of 6 %: 30,000 × 6 % ÷ 360 = 5 a day more.
    loan = misused(30_000)

    assert penalty(loan, date(2024, 3, 1)) == ZERO
    assert penalty(loan, date(2024, 3, 11)) == cny(50)
    assert loan.position(as_of=date(2024, 3, 11)).accrued == cny("476.67")  # 110,000, 26 days
    assert loan.position(as_of=date(2024, 3, 11)).performance.value == "performing"


def test_misuse_of_which_nothing_was_agreed_costs_nothing():
    assert penalty(misused(30_000, misuse=None), date(2024, 3, 11)) == ZERO
    assert penalty(misused(30_000, misuse=None, penalty=HALF_MORE), date(2024, 3, 11)) == ZERO


def test_no_more_is_misused_than_is_outstanding():
    # 110,000 × 6 % ÷ 360 = 18.333… a day
    assert penalty(misused(200_000), date(2024, 3, 11)) == cny("183.33")


def test_two_findings_add_up():
    twice = declare_misuse(misused(10_000), cny(20_000), on=date(2024, 3, 6), ref="挪2")

    # 5 days of 10,000 at 1.666… and 5 of 30,000 at 5: 8.333… + 25
    assert penalty(twice, date(2024, 3, 11)) == cny("33.33")


def test_a_misuse_rate_below_the_contract_rate_adds_nothing():
    light = Dated.always("挪用罚息", Daily(Decimal("0.0001")))  # 3.6 % a year

    assert penalty(misused(30_000, misuse=light), date(2024, 3, 11)) == ZERO


@pytest.mark.parametrize(
    ("amount", "misuse", "expected"),
    [
        # Overdue since 15 February: 10,000, 15 days at 2.50 are 37.50. From 1 March, for 10 days:
        # all 10,000 misused at 12 % (3.333…), and 20,000 more at 12 − 6 % (3.333…): 66.67
        (30_000, DOUBLE, "104.17"),
        # 4,000 at 12 % (1.333…), 6,000 at 9 % (1.50): 28.33
        (4_000, DOUBLE, "65.83"),
        # A lighter rate for misuse, 1.2 × 6 %: overdue 10,000 stay at 9 % (2.50); 20,000 more at
        # 7.2 − 6 % (0.666…): 31.67
        (30_000, Dated.always("挪用罚息", Multiple(Decimal("1.2"))), "69.17"),
    ],
)
def test_principal_both_misused_and_overdue_bears_the_heavier_rate_and_never_both(
    amount, misuse, expected
):
    loan = a_loan(penalty=HALF_MORE, misuse=misuse)
    loan = declare_misuse(loan, cny(amount), on=date(2024, 3, 1), ref="挪1")

    assert penalty(loan, date(2024, 3, 1)) == cny("37.50")
    assert penalty(loan, date(2024, 3, 11)) == cny(expected)


def test_misuse_without_a_penalty_for_lateness_counts_all_of_the_misused_as_heavier():
    loan = a_loan(misuse=DOUBLE)
    loan = declare_misuse(loan, cny(4_000), on=date(2024, 3, 1), ref="挪1")

    # 4,000 overdue and misused: 12 % ÷ 360 = 1.333… a day; the other 6,000 bear nothing.
    assert penalty(loan, date(2024, 3, 11)) == cny("13.33")


def test_misuse_ends_with_the_principal():
    loan = misused(30_000)
    whole = loan.payoff(on=date(2024, 3, 11))
    assert whole.penalty == cny(50)
    paid = loan.prepay(whole.total, on=date(2024, 3, 11), ref="清", then=Prepayment.LOWER)
    assert paid.position(as_of=date(2024, 12, 31)).settled


# ---- compound interest


def test_unpaid_interest_bears_the_contract_rate_within_the_term():
    # 1,320 due on 20 March bear 6 % ÷ 360 a day from the 21st: 0.22.
    loan = a_quarterly_loan(compounding=COMPOUND)

    assert compound(loan, date(2024, 3, 21)) == ZERO
    assert compound(loan, date(2024, 3, 31)) == cny("2.20")
    assert compound(a_quarterly_loan(), date(2024, 3, 31)) == ZERO


@pytest.mark.parametrize(
    ("agreed", "at_25_april", "at_5_may"),
    [
        # Matured on 15 April with 500 more: 25 days of 0.22; then 1,820 × 9 % ÷ 360 = 0.455
        (HALF_MORE, "10.05", "14.60"),
        # No penalty agreed: 1,820 × 6 % ÷ 360 = 0.30333…
        (None, "8.53", "11.57"),
    ],
)
def test_after_maturity_it_bears_the_penalty_rate_and_never_interest_on_itself(
    agreed, at_25_april, at_5_may
):
    loan = a_quarterly_loan(months=3, compounding=COMPOUND, penalty=agreed)

    assert compound(loan, date(2024, 4, 15)) == cny("5.50")
    assert compound(loan, date(2024, 4, 25)) == cny(at_25_april)
    assert compound(loan, date(2024, 5, 5)) == cny(at_5_may)


def test_from_an_acceleration_on_it_bears_the_penalty_rate():
    loan = a_quarterly_loan(compounding=COMPOUND, penalty=HALF_MORE)
    loan = accelerate(loan, on=date(2024, 3, 31), ref="A1")

    # 1,320 for 10 days at 0.22; on 31 March 10 days of 20 fall due: 1,520 × 9 % ÷ 360 = 0.38 a day
    assert compound(loan, date(2024, 4, 10)) == cny("2.20") + cny("3.80")
    assert penalty(loan, date(2024, 4, 10)) == cny(300)  # 120,000 at 30 a day


def test_called_in_on_a_settlement_day_the_penalty_starts_after_the_days_interest():
    # Interest of 20 March is due that day; from the 21st 120,000 bear 30 a day.
    loan = accelerate(a_quarterly_loan(penalty=HALF_MORE), on=date(2024, 3, 20), ref="A1")

    assert loan.position(as_of=date(2024, 3, 20)).arrears == cny(121_320)
    assert penalty(loan, date(2024, 3, 21)) == ZERO
    assert penalty(loan, date(2024, 3, 31)) == cny(300)


def test_called_in_while_interest_is_paid_ahead_the_penalty_waits():
    early = EarlyInterest.TO_NEXT_DUE_DATE
    loan = pays_on_time(a_loan(penalty=HALF_MORE, early_interest=early), 1, 2)
    loan = loan.prepay(cny(30_500), on=date(2024, 3, 25), ref="V1", then=Prepayment.LOWER)
    loan = accelerate(loan, on=date(2024, 4, 1), ref="A1")

    # Interest through 15 April was charged on 25 March; then 70,000 bear 17.50 a day.
    assert loan.position(as_of=date(2024, 4, 1)).arrears == cny(70_000)
    assert penalty(loan, APR) == ZERO
    assert penalty(loan, APR + timedelta(days=10)) == cny(175)


def test_compound_interest_paid_in_parts_comes_to_what_paying_once_would():
    once = a_quarterly_loan("HT-1", compounding=COMPOUND, principal=cny(100_000))
    # 100,000 × 6 % × 66 / 360 = 1,100.00; a day's compound interest is 0.18333…
    parts = once
    for day in range(1, 7):
        on = date(2024, 3, 21) + timedelta(days=day)
        parts = parts.repay(compound(parts, on), on=on, ref=f"复{day}")
    on = date(2024, 3, 27)

    assert compound(once, on) == parts.position(as_of=on).paid == cny("1.10")


# ---- costs


def test_costs_bear_nothing_and_are_owed_until_they_are_paid():
    loan = charge_costs(a_loan(), cny(300), on=date(2024, 2, 1), ref="K1")

    assert loan.position(as_of=date(2024, 1, 31)).costs == ZERO
    assert loan.position(as_of=date(2024, 2, 10)).costs == cny(300)
    paid = pays(loan, (100, date(2024, 2, 10)))
    assert paid.position(as_of=date(2024, 2, 10)).costs == cny(200)
    assert paid.position(as_of=date(2024, 2, 10)).days_past_due == 0
    again = charge_costs(paid, cny(50), on=date(2024, 2, 11), ref="K2")
    assert again.position(as_of=date(2024, 2, 11)).costs == cny(250)


# ---- the running sums


def test_running_to_a_day_again_adds_nothing():
    loan = a_loan(penalty=HALF_MORE)
    charges = Charges(since=FEB)

    class Line:
        bears_from, unpaid_principal_fen, unpaid_interest_fen = FEB, 10_000_00, 0

    charges.run_to(date(2024, 2, 25), [Line()], 120_000_00, loan.terms)
    charges.run_to(date(2024, 2, 25), [Line()], 120_000_00, loan.terms)
    charges.run_to(date(2024, 2, 20), [Line()], 120_000_00, loan.terms)
    assert (charges.penalty_fen, charges.since) == (25_00, date(2024, 2, 25))


def test_clearing_tells_what_was_owed():
    charges = Charges(since=FEB, costs_fen=5_00, misused_fen=7)
    charges.penalty, charges.compound = charges.penalty + 25_01, charges.compound + 3_00

    assert charges.unpaid_fen == 33_01
    assert charges.clear() == (28_01, 5_00)
    assert (charges.unpaid_fen, charges.misused_fen) == (0, 0)
    assert charges.clear() == (0, 0)
