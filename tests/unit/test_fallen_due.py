"""Which principal fell due in a period, and what became of it: cases from paper."""

from datetime import date, datetime

import pytest

from histories import a_fund, a_loan, pays, pays_on_time
from microloan import (
    Amortization,
    InvalidDate,
    InvalidTerms,
    Prepayment,
    RepaidBy,
    accelerate,
    cny,
    disburse,
    due_principal,
    extend,
    extend_without_consent,
    fen,
    pay_claim,
    receive_recovery,
    recover,
    write_off,
)
from refusals import refused

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
NEXT_YEAR = (date(2025, 1, 1), date(2025, 12, 31))
MARCH = (date(2024, 3, 1), date(2024, 3, 31))
EVER = (date(2000, 1, 1), date(2050, 1, 1))


def bullet(**agreed):
    """120,000 that fall due in one sum, on 15 January 2025 where nothing else is said."""
    return a_loan(amortization=Amortization.BULLET, **agreed)


def fate(loan, period, as_of=None):
    """What fell due in a period, and what of it was repaid in which way, in yuan."""
    due = due_principal(loan, since=period[0], until=period[1], as_of=as_of)
    ways = {way.value: due.repaid_fen([way]) // 100 for way in RepaidBy}
    shown = {"due": due.due_fen // 100} | {way: part for way, part in ways.items() if part}
    assert due.unpaid_fen == due.due_fen - due.repaid_fen(RepaidBy)
    return shown | ({"unpaid": due.unpaid_fen // 100} if due.unpaid_fen else {})


# ---- by the plan


@pytest.mark.parametrize(
    ("since", "until", "due"),
    [
        (date(2024, 2, 15), date(2024, 3, 15), 20_000),  # both ends are inside
        (date(2024, 2, 16), date(2024, 3, 15), 10_000),
        (date(2024, 2, 15), date(2024, 3, 14), 10_000),
        (date(2024, 2, 16), date(2024, 3, 14), 0),
        (date(2024, 3, 15), date(2024, 3, 15), 10_000),
    ],
)
def test_principal_falls_due_on_the_days_of_the_plan(since, until, due):
    found = due_principal(a_loan(), since=since, until=until)

    assert (found.loan_id, found.due, found.unpaid) == ("HT-1", cny(due), cny(due))


def test_what_the_borrower_repaid_by_the_day_asked_for_counts_late_or_not():
    # February's was paid on its day, March's 10,550 on 10 April.
    loan = pays(pays_on_time(a_loan()), (10_550, date(2024, 4, 10)))

    assert fate(loan, MARCH) == {"due": 10_000, "unpaid": 10_000}
    assert fate(loan, MARCH, date(2024, 4, 9)) == {"due": 10_000, "unpaid": 10_000}
    assert fate(loan, MARCH, date(2024, 4, 10)) == {"due": 10_000, "borrower": 10_000}


def test_money_meets_what_fell_due_first_whenever_it_comes():
    # On 20 March 1,150 of interest and 20,000 of principal are due. 11,150 meet February's 10,000.
    loan = pays(a_loan(), (11_150, date(2024, 3, 20)))

    assert fate(loan, MARCH) == {"due": 10_000, "unpaid": 10_000}
    february = (date(2024, 2, 1), date(2024, 2, 29))
    assert fate(loan, february, date(2024, 3, 20)) == {"due": 10_000, "borrower": 10_000}
    # 13,650 leave 12,500: 2,500 of them are March's.
    loan = pays(a_loan(), (13_650, date(2024, 3, 20)))
    assert fate(loan, MARCH) == {"due": 10_000, "borrower": 2_500, "unpaid": 7_500}


def test_a_payment_undone_repaid_nothing():
    loan = pays_on_time(a_loan(), 1, 2)

    assert fate(loan, MARCH) == {"due": 10_000, "borrower": 10_000}
    undone = loan.reverse(3, on=date(2024, 4, 1), ref="冲1")
    assert fate(undone, MARCH) == {"due": 10_000, "unpaid": 10_000}


# ---- repaid early


def test_what_was_repaid_early_falls_due_on_its_day_all_the_same():
    loan = bullet()
    early = loan.prepay(
        loan.payoff(on=date(2024, 6, 15)).total,
        on=date(2024, 6, 15),
        ref="P1",
        then=Prepayment.SHORTEN,
    )

    assert fate(early, YEAR) == {"due": 0}
    assert fate(early, NEXT_YEAR) == {"due": 120_000, "early": 120_000}
    assert fate(early, (date(2025, 1, 16), date(2025, 1, 31))) == {"due": 0}


def test_lower_installments_leave_a_part_of_each_repaid_early():
    # 100,000 are left after two of twelve; 50,000 of them repaid leave ten lines of 5,000.
    loan = pays_on_time(a_loan(), 1, 2)
    loan = loan.prepay(cny(50_000), on=date(2024, 3, 15), ref="P1", then=Prepayment.LOWER)

    april = (date(2024, 4, 1), date(2024, 4, 30))
    assert fate(loan, april) == {"due": 10_000, "early": 5_000, "unpaid": 5_000}
    paid = pays(loan, (5_250, date(2024, 4, 15)))  # with 250 of interest
    assert fate(paid, april) == {"due": 10_000, "borrower": 5_000, "early": 5_000}
    assert fate(loan, NEXT_YEAR) == {"due": 10_000, "early": 5_000, "unpaid": 5_000}
    assert fate(loan, MARCH) == {"due": 10_000, "borrower": 10_000}


def test_a_shorter_plan_leaves_its_last_installments_repaid_early():
    # 50,000 of 100,000 repaid: five lines of 10,000 are left, April to August.
    loan = pays_on_time(a_loan(), 1, 2)
    loan = loan.prepay(cny(50_000), on=date(2024, 3, 15), ref="P1", then=Prepayment.SHORTEN)

    assert fate(loan, (date(2024, 8, 1), date(2024, 8, 31))) == {"due": 10_000, "unpaid": 10_000}
    autumn = (date(2024, 9, 1), date(2024, 12, 31))
    assert fate(loan, autumn) == {"due": 40_000, "early": 40_000}


def test_a_shorter_level_plan_repays_more_first_and_the_rest_was_early():
    # Level payments: with less interest more principal is due in April than by the plan before.
    loan = pays_on_time(a_loan(amortization=Amortization.EQUAL_INSTALLMENTS), 1, 2)
    planned = loan.schedule[2].principal
    loan = loan.prepay(cny(50_000), on=date(2024, 3, 15), ref="P1", then=Prepayment.SHORTEN)

    april = due_principal(loan, since=date(2024, 4, 1), until=date(2024, 4, 30))
    assert april.due == loan.schedule[3].principal > planned
    assert april.early_fen == 0
    ever = due_principal(loan, since=EVER[0], until=EVER[1])
    assert (ever.due, ever.early_fen) == (cny(120_000), fen(cny(50_000)))


def test_two_prepayments_are_each_taken_out_of_the_plan_before_them():
    # 100,000 over ten lines; 50,000 and then 25,000 repaid leave 5,000 and then 2,500 a line.
    loan = pays_on_time(a_loan(), 1, 2)
    loan = loan.prepay(cny(50_000), on=date(2024, 3, 15), ref="P1", then=Prepayment.LOWER)
    loan = loan.prepay(cny(25_000), on=date(2024, 3, 15), ref="P2", then=Prepayment.LOWER)

    december = (date(2024, 12, 1), date(2024, 12, 31))
    assert fate(loan, december) == {"due": 10_000, "early": 7_500, "unpaid": 2_500}


def test_a_further_part_of_the_loan_falls_due_with_the_rest():
    # 60,000 over twelve lines of 5,000; from 15 March 60,000 more over ten: 11,000 a line.
    loan = disburse(a_loan(disbursed=60_000), cny(60_000), on=date(2024, 3, 15), ref="F2")

    assert fate(loan, MARCH) == {"due": 5_000, "unpaid": 5_000}
    assert fate(loan, (date(2024, 4, 1), date(2024, 4, 30))) == {"due": 11_000, "unpaid": 11_000}


# ---- extended


@pytest.mark.parametrize("act", [extend, extend_without_consent])
def test_what_an_extension_moves_out_of_a_period_fell_due_in_it_and_falls_due_again(act):
    loan = act(bullet(), months=6, on=date(2025, 1, 15), ref="Z1")

    january, july = ((date(2025, month, 1), date(2025, month, 31)) for month in (1, 7))
    assert fate(loan, january) == {"due": 120_000, "extension": 120_000}
    assert fate(loan, (date(2025, 1, 16), date(2025, 7, 14)), NEXT_YEAR[1]) == {"due": 0}
    assert fate(loan, july) == {"due": 120_000, "unpaid": 120_000}
    assert fate(loan, YEAR) == {"due": 0}


def test_what_an_extension_moves_within_a_period_falls_due_in_it_once():
    loan = extend(bullet(), months=6, on=date(2025, 1, 15), ref="Z1")

    assert fate(loan, NEXT_YEAR) == {"due": 120_000, "unpaid": 120_000}
    exactly = (date(2025, 1, 15), date(2025, 7, 15))
    assert fate(loan, exactly) == {"due": 120_000, "unpaid": 120_000}
    but_a_day = (date(2025, 1, 15), date(2025, 7, 14))
    assert fate(loan, but_a_day) == {"due": 120_000, "extension": 120_000}


def test_an_extension_of_installments_moves_what_the_new_plan_has_later():
    # On 15 December 10,000 are to come, on 15 January. Over seven lines they are 1,428.57 each.
    loan = pays_on_time(a_loan(), 1, 11)
    loan = extend(loan, months=6, on=date(2024, 12, 15), ref="Z1")

    january = due_principal(loan, since=date(2025, 1, 1), until=date(2025, 1, 31))
    assert january.due == cny(10_000)
    assert january.extension_fen == 857_143
    assert january.unpaid == cny("1428.57")
    # By the end of February 2,857.14 are due by the new plan: 7,142.86 were moved past it.
    both = due_principal(loan, since=date(2025, 1, 1), until=date(2025, 2, 28))
    assert (both.due, both.extension_fen) == (cny(10_000), 714_286)
    # Of what fell due in February by the old plan, nothing: nothing is moved out of it.
    february = due_principal(loan, since=date(2025, 2, 1), until=date(2025, 2, 28))
    assert (february.due, february.extension_fen) == (cny("1428.57"), 0)


def test_an_extended_loan_called_in_within_the_period_falls_due_in_it_once():
    loan = extend(bullet(months=2), months=12, on=date(2024, 3, 1), ref="Z1")
    called = accelerate(loan, on=date(2024, 8, 1), ref="J1")

    assert fate(loan, YEAR) == {"due": 120_000, "extension": 120_000}
    assert fate(called, YEAR) == {"due": 120_000, "unpaid": 120_000}
    assert fate(called, MARCH, date(2024, 12, 31)) == {"due": 120_000, "extension": 120_000}


def test_what_was_repaid_before_the_extension_is_not_still_to_come():
    # 20,000 of 120,000 repaid before their day, 15 March; the rest is extended and called in.
    loan = bullet(months=2)
    loan = loan.prepay(cny(20_000), on=loan.terms.disbursed_on, ref="P1", then=Prepayment.LOWER)
    loan = extend(loan, months=12, on=date(2024, 3, 1), ref="Z1")
    called = accelerate(loan, on=date(2024, 8, 1), ref="J1")

    assert fate(loan, YEAR) == {"due": 120_000, "early": 20_000, "extension": 100_000}
    assert fate(called, YEAR) == {"due": 120_000, "early": 20_000, "unpaid": 100_000}


def test_an_extended_loan_repaid_early_was_put_off_first():
    loan = extend(bullet(months=2), months=12, on=date(2024, 3, 1), ref="Z1")
    whole = loan.payoff(on=date(2024, 9, 1)).total
    loan = loan.prepay(whole, on=date(2024, 9, 1), ref="P1", then=Prepayment.SHORTEN)

    assert fate(loan, YEAR) == {"due": 120_000, "extension": 120_000}
    assert fate(loan, NEXT_YEAR) == {"due": 120_000, "early": 120_000}
    assert fate(loan, (YEAR[0], NEXT_YEAR[1])) == {"due": 120_000, "early": 120_000}


# ---- called in, paid by the fund, written off


def test_a_loan_called_in_falls_due_whole_on_that_day():
    loan = accelerate(pays_on_time(a_loan()), on=date(2024, 3, 20), ref="J1")

    assert fate(loan, (date(2024, 2, 1), date(2024, 3, 19)), date(2024, 3, 20)) == {
        "due": 20_000,
        "borrower": 10_000,
        "unpaid": 10_000,
    }
    assert fate(loan, (date(2024, 3, 20), date(2024, 3, 20))) == {"due": 100_000, "unpaid": 100_000}


def test_what_the_fund_paid_is_told_apart_from_what_the_lender_bears():
    # The fund bears 80 % of 120,000. Up to April 30,000 had fallen due, and the payout meets them.
    _, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")

    assert fate(loan, YEAR) == {"due": 120_000, "payout": 96_000, "unpaid": 24_000}
    spring = (date(2024, 2, 1), date(2024, 4, 30))
    assert fate(loan, spring) == {"due": 30_000, "unpaid": 30_000}
    assert fate(loan, spring, date(2024, 5, 25)) == {"due": 30_000, "payout": 30_000}


def test_what_is_recovered_for_the_lender_is_told_apart_too():
    fund, loan = pay_claim(a_fund(), pays_on_time(a_loan()), on=date(2024, 6, 20), ref="P1")
    # 110,000 lost, the fund's 88,000 and the lender's 22,000; 55,000 recovered, half of each.
    _, loan = receive_recovery(fund, loan, cny(55_000), on=date(2024, 9, 1), ref="S1")

    assert fate(loan, YEAR) == {
        "due": 120_000,
        "borrower": 10_000,
        "payout": 88_000,
        "recovery": 11_000,
        "unpaid": 11_000,
    }


def test_a_payout_and_two_recoveries_meet_what_fell_due_in_their_order():
    # By 20 October 90,000 fell due and 10,000 were repaid; 30,000 are called in. The fund bears
    # 88,000 of 110,000: the first 98,000 that fell due are met, 8,000 of them called in. Two
    # recoveries, each half the lender's 22,000, meet what is left: 98,000 to 120,000.
    fund, loan = pay_claim(a_fund(), pays_on_time(a_loan()), on=date(2024, 10, 20), ref="P1")
    fund, loan = receive_recovery(fund, loan, cny(55_000), on=date(2024, 11, 1), ref="S1")
    once = loan
    _, loan = receive_recovery(fund, loan, cny(55_000), on=date(2024, 11, 2), ref="S2")

    day = (date(2024, 10, 20), date(2024, 10, 20))
    half = {"due": 30_000, "payout": 8_000, "recovery": 11_000, "unpaid": 11_000}
    assert fate(once, day, date(2024, 12, 31)) == half
    assert fate(loan, day, date(2024, 11, 1)) == half
    assert fate(loan, day, date(2024, 12, 31)) == {
        "due": 30_000,
        "payout": 8_000,
        "recovery": 22_000,
    }


def test_what_was_still_to_come_of_a_loan_written_off_fell_due_on_that_day_unpaid():
    loan = write_off(pays_on_time(a_loan()), on=date(2024, 3, 20), ref="核1")

    assert fate(loan, (date(2024, 3, 20), date(2024, 3, 20))) == {"due": 100_000, "unpaid": 100_000}
    assert fate(loan, YEAR) == {"due": 120_000, "borrower": 10_000, "unpaid": 110_000}
    back = recover(loan, cny(1_000), on=date(2024, 9, 1), ref="H1")
    assert fate(back, YEAR) == {
        "due": 120_000,
        "borrower": 10_000,
        "recovery": 1_000,
        "unpaid": 109_000,
    }
    assert fate(loan, YEAR, date(2050, 1, 1))["due"] == 120_000


def test_a_loan_called_in_and_then_written_off_falls_due_once():
    loan = accelerate(a_loan(), on=date(2024, 3, 20), ref="J1")
    loan = write_off(loan, on=date(2024, 6, 1), ref="核1")

    assert fate(loan, YEAR) == {"due": 120_000, "unpaid": 120_000}


# ---- refusals


def test_a_period_that_ends_before_it_begins_is_refused():
    day, eve = date(2024, 3, 2), date(2024, 3, 1)

    with refused(InvalidDate, "periods.invalid_date", value=eve, limit=day, says="a period: "):
        due_principal(a_loan(), since=day, until=eve)


def test_what_became_of_principal_is_not_asked_before_the_period_is_over():
    last, eve = MARCH[1], date(2024, 3, 30)

    with refused(
        InvalidDate, "periods.invalid_date", value=eve, limit=last, says="by which it was repaid"
    ):
        due_principal(a_loan(), since=MARCH[0], until=last, as_of=eve)


@pytest.mark.parametrize("at", ["since", "until", "as_of"])
def test_a_day_of_a_period_is_a_plain_date(at):
    days = {"since": MARCH[0], "until": MARCH[1], "as_of": MARCH[1]}
    noon = datetime.fromisoformat("2024-03-15T12:00")  # what a host might hand in

    with refused(InvalidDate, "periods.invalid_date", value=noon, limit="datetime.date"):
        due_principal(a_loan(), **days | {at: noon})


def test_only_the_named_ways_of_repaying_are_counted():
    due = due_principal(a_loan(), since=MARCH[0], until=MARCH[1])

    with refused(InvalidTerms, "terms.invalid", value="early", limit="a RepaidBy"):
        due.repaid_fen(["early"])
    assert due.repaid_fen([]) == 0
    both = pays_on_time(a_loan(), 1, 2)
    found = due_principal(both, since=MARCH[0], until=MARCH[1])
    assert found.repaid_fen([RepaidBy.BORROWER, RepaidBy.BORROWER]) == 1_000_000
