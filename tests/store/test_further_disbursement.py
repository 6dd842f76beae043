"""A guaranteed loan paid out in parts: each part is admitted, and the cap is tested for it."""

from datetime import date

from histories import RULES, a_fund, a_loan
from microloan import (
    Amortization,
    LeverageExceeded,
    NotAdmitted,
    Prepayment,
    cny,
    disburse,
)
from refusals import refused

FIRST, SECOND = date(2024, 1, 15), date(2024, 3, 1)


def in_parts(**agreed):
    """120,000 agreed, 70,000 paid out in January, all owed until 15 January 2025."""
    return a_loan(amortization=Amortization.BULLET, disbursed=70_000, **agreed)


def with_the_rest(loan, amount=50_000):
    return disburse(loan, cny(amount), on=SECOND, ref="放款2")


def kept(database, deposit=24_000):
    """A fund that may stand behind five times so much, and the first part of the loan."""
    database.keep(a_fund(deposit))
    database.admit(in_parts(), under=RULES)
    return database.loan()


def test_only_what_was_paid_out_counts_until_more_is(database):
    loan = kept(database)
    database.admit(with_the_rest(loan), under=RULES, on=SECOND)

    with database.work() as uow:
        before = uow.leverage("F-01", under=RULES, as_of=date(2024, 2, 29))
        after = uow.leverage("F-01", under=RULES, as_of=SECOND)
    assert (before.exposure, after.exposure) == (cny(70_000), cny(120_000))
    assert (after.headroom, after.within_cap) == (cny(0), True)
    assert database.loan() == with_the_rest(loan)


def test_a_further_part_does_not_enter_by_saving(database):
    loan = kept(database)

    with database.refuses(
        NotAdmitted,
        "store.not_admitted",
        value="HT-1",
        limit="admit",
        says="what is paid out of it enters the book through admit",
    ) as uow:
        uow.save(with_the_rest(loan))


def test_a_further_part_over_the_cap_is_refused_and_leaves_no_trace(database):
    loan = kept(database, deposit=20_000)

    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(120_000),
        limit=cny(100_000),
        says="F-01 would stand behind 120,000.00 on 2024-03-01",
    ) as uow:
        uow.admit(with_the_rest(loan), under=RULES, on=SECOND)


def test_admitting_the_same_part_again_changes_nothing(database):
    loan = with_the_rest(kept(database))
    database.admit(loan, under=RULES, on=SECOND)

    with database.untouched():
        database.admit(loan, under=RULES, on=SECOND)


def test_what_was_repaid_in_between_makes_room_for_the_next_part(database):
    loan = kept(database, deposit=20_000)
    paid = loan.prepay(
        cny(30_000) + loan.accrual(as_of=date(2024, 2, 15)).accrued,
        on=date(2024, 2, 15),
        ref="提前1",
        then=Prepayment.LOWER,
    )
    database.keep(paid)

    database.admit(with_the_rest(paid), under=RULES, on=SECOND)

    assert database.one("SELECT exposure_fen FROM microloan_fund") == 9_000_000


def test_other_entries_of_an_admitted_loan_are_not_held_against_the_cap(database):
    # Two loans fill the cap; then a payment for the first is stored through admit.
    database.keep(a_fund(38_000))
    database.admit(in_parts(), a_loan("HT-2"), under=RULES)
    loan = database.loan().repay(
        database.loan().payoff(on=date(2025, 1, 15)).total, on=date(2025, 1, 15), ref="回单1"
    )
    database.admit(loan, under=RULES, on=date(2025, 1, 15))

    assert database.loan() == loan


def test_a_part_of_a_loan_without_a_guarantee_is_simply_saved(database):
    loan = with_the_rest(in_parts(guarantee=None))
    database.keep(in_parts(guarantee=None))
    database.keep(loan)

    assert database.loan() == loan


def test_a_refused_part_leaves_room_for_a_smaller_one(database):
    loan = kept(database, deposit=20_000)
    with database.work() as uow:
        with refused(
            LeverageExceeded, "fund.leverage_exceeded", value=cny(120_000), limit=cny(100_000)
        ):
            uow.admit(with_the_rest(loan), under=RULES, on=SECOND)
        uow.admit(with_the_rest(loan, 30_000), under=RULES, on=SECOND)
        uow.commit()

    assert database.one("SELECT exposure_fen FROM microloan_fund") == 10_000_000
