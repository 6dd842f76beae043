"""What money meets first, installment by installment, in both orders that a contract may name."""

from datetime import date

import pytest

from histories import HALF_MORE, a_loan, pays
from microloan import Compounding, PaymentOrder, Share, charge_costs, cny
from microloan.charges import Charges
from microloan.payment import Allocation, allocate

FEB, MAR, DAY = date(2024, 2, 15), date(2024, 3, 15), date(2024, 3, 20)
BOTH = list(PaymentOrder)


def late(order, **agreed):
    """On 20 March February and March are unpaid: 600 and 550 of interest, twice 10,000."""
    return a_loan(order=order, **agreed)


def met(loan):
    """The shares of the last payment, in yuan: number, interest, principal."""
    return [
        (share.number, share.interest_fen / 100, share.principal_fen / 100)
        for share in loan.applied[-1].shares
    ]


@pytest.mark.parametrize(
    ("paid", "shares"),
    [
        (500, [(1, 500, 0)]),
        (600, [(1, 600, 0)]),
        (1_000, [(1, 600, 0), (2, 400, 0)]),
        (1_150, [(1, 600, 0), (2, 550, 0)]),
        (10_000, [(1, 600, 8_850), (2, 550, 0)]),
        (12_000, [(1, 600, 10_000), (2, 550, 850)]),
        (21_150, [(1, 600, 10_000), (2, 550, 10_000)]),
    ],
)
def test_by_component_all_interest_comes_before_any_principal(paid, shares):
    assert met(pays(late(PaymentOrder.BY_COMPONENT), (paid, DAY))) == shares


@pytest.mark.parametrize(
    ("paid", "shares"),
    [
        (500, [(1, 500, 0)]),
        (600, [(1, 600, 0)]),
        (1_000, [(1, 600, 400)]),
        (10_600, [(1, 600, 10_000)]),
        (11_000, [(1, 600, 10_000), (2, 400, 0)]),
        (12_000, [(1, 600, 10_000), (2, 550, 850)]),
        (21_150, [(1, 600, 10_000), (2, 550, 10_000)]),
    ],
)
def test_by_installment_the_oldest_one_is_met_whole_first(paid, shares):
    assert met(pays(late(PaymentOrder.BY_INSTALLMENT), (paid, DAY))) == shares


@pytest.mark.parametrize("order", BOTH)
def test_the_order_moves_parts_and_never_the_sum(order):
    for paid in (1, 599, 1_149, 10_599, 21_150):
        standing = pays(late(order), (paid, DAY)).position(as_of=DAY)
        assert standing.paid == cny(paid)
        assert standing.arrears == cny(21_150 - paid)


def test_the_order_decides_how_late_a_loan_is():
    # 10,600 on 20 March: by installment February is paid, by component only 9,450 of its principal.
    by_component = pays(late(PaymentOrder.BY_COMPONENT), (10_600, DAY)).position(as_of=DAY)
    by_installment = pays(late(PaymentOrder.BY_INSTALLMENT), (10_600, DAY)).position(as_of=DAY)

    assert (by_component.oldest_unpaid_on, by_component.oldest_unpaid) == (FEB, 1)
    assert (by_installment.oldest_unpaid_on, by_installment.oldest_unpaid) == (MAR, 2)
    assert (by_component.days_past_due, by_installment.days_past_due) == (34, 5)


@pytest.mark.parametrize("order", BOTH)
@pytest.mark.parametrize(
    ("paid", "parts"),
    [
        # Costs 100. Penalty 9 % / 360 a day: 29 days of 10,000 are 72.50, 5 of 20,000 are 25.00.
        # Compound interest 6 % / 360 a day: 29 of 600 are 2.90, 5 of 1,150 are 0.958…: 3.86.
        (50, (50, 0, 0, 0)),
        (100, (100, 0, 0, 0)),
        (150, (100, 50, 0, 0)),
        (199, (100, "97.50", "1.50", 0)),
        ("201.36", (100, "97.50", "3.86", 0)),
        (300, (100, "97.50", "3.86", "98.64")),
    ],
)
def test_costs_penalty_and_compound_interest_come_first(order, paid, parts):
    loan = late(order, penalty=HALF_MORE, compounding=Compounding.UNPAID_INTEREST)
    loan = pays(charge_costs(loan, cny(100), on=DAY, ref="K1"), (paid, DAY))

    effect = loan.applied[-1]
    found = (effect.costs_fen, effect.penalty_fen, effect.compound_fen, effect.interest_fen)
    assert found == tuple(int(cny(part).amount * 100) for part in parts)
    standing = loan.position(as_of=DAY)
    assert standing.paid == cny(paid)
    assert standing.paid_charges_fen == sum(found[:3])
    owed = cny("201.36") - min(cny(paid), cny("201.36"))
    assert standing.costs + standing.penalty + standing.compound == owed


def test_a_payment_explains_what_it_met():
    loan = late(PaymentOrder.BY_INSTALLMENT, penalty=HALF_MORE)
    loan = pays(charge_costs(loan, cny(100), on=DAY, ref="K1"), (11_000, DAY))

    # 11,000 − 100 − 97.50 = 10,802.50: February's 10,600, then 202.50 of March's interest.
    told = loan.applied[-1].explain()
    assert told.title == "repayment R2 of 2024-03-20: 11,000.00"
    assert told.steps == (
        ("costs", "100.00"),
        ("penalty", "97.50"),
        ("interest", "802.50"),
        ("principal", "10,000.00"),
        ("no. 1, 2024-02-15", "interest 600.00, principal 10,000.00"),
        ("no. 2, 2024-03-15", "interest 202.50, principal 0.00"),
    )
    assert told.rule.startswith("costs, penalty and compound interest, then the oldest installment")
    by_component = pays(late(PaymentOrder.BY_COMPONENT), (10_000, DAY)).applied[-1].explain()
    assert "art. 561" in by_component.rule


def test_no_more_is_taken_than_there_is_nor_than_is_owed():
    money = Allocation(500)

    assert (money.take(300), money.left_fen) == (300, 200)
    assert (money.take(300), money.left_fen) == (200, 0)
    assert money.take(300) == 0


def test_money_for_which_nothing_is_owed_is_left_over():
    left = allocate(700, [], Charges(since=DAY), PaymentOrder.BY_COMPONENT)

    assert left == Allocation(700)


def test_a_line_that_is_paid_already_gets_no_share():
    loan = pays(late(PaymentOrder.BY_COMPONENT), (1_150, DAY), (500, DAY))

    assert loan.applied[-1].shares == (Share(1, FEB, 0, 500_00),)
