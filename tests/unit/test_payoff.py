"""What repays a loan whole on a day: the quote, part by part, and that it does."""

from datetime import UTC, date, datetime, timedelta

import pytest

from histories import (
    DOUBLE,
    HALF_MORE,
    a_fund,
    a_loan,
    a_quarterly_loan,
    a_running_loan,
    pays,
    pays_on_time,
    refused,
)
from microloan import (
    ZERO,
    Amortization,
    Compounding,
    EarlyInterest,
    InvalidDate,
    OverRepayment,
    PaymentOrder,
    Payoff,
    Performance,
    Prepayment,
    accelerate,
    change_rate,
    charge_costs,
    cny,
    declare_misuse,
    disburse,
    extend,
    pay_claim,
    percent,
    write_off,
)

FEB, MAR, MID = date(2024, 2, 15), date(2024, 3, 15), date(2024, 3, 25)
TO_THE_DAY = "interest to the day (民法典, art. 677)"


def test_a_payoff_is_quoted_part_by_part():
    # 25 March: February and March unpaid. Penalty: 29 days of 2.50, 10 of 5.00: 122.50. Compound
    # interest: 29 days of 0.10, 10 of 0.191666…: 4.82. Running: 100,000 × 6 % × 10/360.
    loan = a_loan(penalty=HALF_MORE, compounding=Compounding.UNPAID_INTEREST)
    loan = charge_costs(loan, cny(300), on=MAR, ref="K1")
    quote = loan.payoff(on=MID)

    assert quote == Payoff(
        on=MID,
        principal_fen=120_000_00,
        arrears_interest_fen=1_150_00,
        early_interest_fen=166_67,
        penalty_fen=122_50,
        compound_fen=4_82,
        costs_fen=300_00,
        rule=TO_THE_DAY,
    )
    assert (quote.principal, quote.interest) == (cny(120_000), cny("1316.67"))
    assert (quote.penalty, quote.compound, quote.costs) == (cny("122.50"), cny("4.82"), cny(300))
    assert quote.total == cny("121743.99")


def test_a_payoff_explains_itself():
    told = a_loan().payoff(on=MID).explain()

    assert told.title == "payoff on 2024-03-25: 121,316.67"
    assert told.steps == (
        ("principal", "120,000.00"),
        ("interest in arrears", "1,150.00"),
        ("running interest", "166.67"),
    )
    assert told.rule == TO_THE_DAY


@pytest.mark.parametrize(
    ("early", "running"),
    [(EarlyInterest.TO_THE_DAY, "166.67"), (EarlyInterest.TO_NEXT_DUE_DATE, "500.00")],
)
def test_how_far_interest_is_charged_is_the_contracts(early, running):
    quote = pays_on_time(a_loan(early_interest=early), 1, 2).payoff(on=MID)

    assert quote.total == cny(100_000) + cny(running)
    assert quote.rule.startswith(f"interest {early.value.replace('_', ' ')}")


def test_what_was_paid_that_day_is_taken_off():
    loan = pays(a_loan(), (1_000, MID))

    assert loan.payoff(on=MID).total == a_loan().payoff(on=MID).total - cny(1_000)
    assert loan.payoff(on=FEB).total == cny(120_600)  # before it was paid


def test_on_a_due_date_nothing_is_running():
    assert a_loan().payoff(on=FEB).early_interest_fen == 0
    assert a_loan().payoff(on=date(2024, 1, 15)).total == cny(120_000)


def test_before_the_loan_is_paid_out_and_after_it_is_repaid_nothing_is_owed():
    assert a_loan().payoff(on=date(2024, 1, 14)).total == ZERO
    assert pays_on_time(a_loan(), 1, 12).payoff(on=date(2025, 3, 1)).total == ZERO
    assert write_off(a_loan(), on=MAR, ref="W1").payoff(on=MID).total == ZERO


@pytest.mark.parametrize("day", [datetime(2024, 3, 25, tzinfo=UTC), "2024-03-25"])
def test_a_payoff_is_quoted_for_a_day(day):
    with refused(InvalidDate, code="periods.invalid_date", value=day, limit="datetime.date"):
        a_loan().payoff(on=day)


def busy(**agreed):
    """A loan on which everything happened but a default."""
    loan = a_running_loan(**agreed)
    loan = disburse(loan, cny(20_000), on=date(2024, 1, 31), ref="D2")
    loan = loan.prepay(cny(25_000), on=FEB, ref="V0", then=Prepayment.LOWER)
    loan = declare_misuse(loan, cny(30_000), on=date(2024, 3, 1), ref="M1")
    loan = charge_costs(loan, cny(300), on=date(2024, 3, 20), ref="K1")
    loan = change_rate(loan, percent("6.6"), on=date(2024, 4, 2), ref="U1")
    return extend(loan, months=5, on=date(2024, 10, 7), ref="E1")


@pytest.mark.parametrize("order", PaymentOrder)
@pytest.mark.parametrize("early", EarlyInterest)
@pytest.mark.parametrize(
    "amortization",
    [
        Amortization.EQUAL_INSTALLMENTS,
        Amortization.EQUAL_PRINCIPAL,
        Amortization.INTEREST_ONLY,
        Amortization.BULLET,
    ],
)
def test_what_is_quoted_repays_the_loan_whole_on_any_day(amortization, early, order):
    loan = busy(amortization=amortization, early_interest=early, order=order)
    for day in range(270, 620, 13):  # from October on; maturity is on day 517, 15 June 2025
        on = date(2024, 1, 15) + timedelta(days=day)
        quote = loan.payoff(on=on)
        repaid = loan.prepay(quote.total, on=on, ref="清", then=Prepayment.SHORTEN)

        standing = repaid.position(as_of=on)
        assert standing.performance is Performance.MATURED
        assert standing.paid == cny(25_000) + quote.total
        assert repaid.position(as_of=date(2026, 12, 31)).settled
        assert repaid.payoff(on=on).total == ZERO


@pytest.mark.parametrize("early", EarlyInterest)
def test_a_settled_loan_is_repaid_whole_on_every_day_of_a_quarter(early):
    loan = a_quarterly_loan(early_interest=early, penalty=HALF_MORE, misuse=DOUBLE)
    for day in range(60, 160):
        on = date(2024, 1, 15) + timedelta(days=day)
        whole = loan.payoff(on=on).total
        repaid = loan.prepay(whole, on=on, ref="清", then=Prepayment.LOWER)
        assert repaid.position(as_of=on).settled
        with pytest.raises(OverRepayment):
            loan.prepay(whole + cny("0.01"), on=on, ref="清", then=Prepayment.LOWER)


def test_a_called_in_loan_is_quoted_without_running_interest():
    loan = accelerate(a_loan(penalty=HALF_MORE), on=MAR, ref="A1")
    quote = loan.payoff(on=MID)

    # From 15 March all 120,000 are overdue: 10 days at 30; before it 29 days of 10,000 at 2.50.
    assert quote.penalty == cny("372.50")
    assert (quote.principal, quote.interest) == (cny(120_000), cny(1_150))
    assert pays(loan, (quote.total.amount, MID)).position(as_of=MID).settled


def test_after_a_payout_the_lender_is_owed_the_rest():
    _, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")

    # A fifth of 120,000; 600 + 550 + 500 + 450 and 10 days of 80,000: 133.33
    quote = loan.payoff(on=date(2024, 5, 25))
    assert (quote.principal, quote.interest) == (cny(24_000), cny("2233.33"))
