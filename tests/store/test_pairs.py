"""A payout or a recovery is stored on fund and loan together, or on neither."""

from dataclasses import replace
from datetime import date

import pytest

from histories import PROMISE, RULES, a_fund, a_loan
from microloan import (
    NotAdmitted,
    UnpairedEntry,
    cny,
    from_fen,
    pay_claim,
    percent,
    receive_recovery,
    recover,
    reverse_both,
    write_off,
)
from refusals import refused

BOTH = ("F-01", "HT-1")
SEPTEMBER, OCTOBER = date(2024, 9, 1), date(2024, 10, 1)


@pytest.fixture
def pair(database):
    """A fund and a loan of the book, on which nothing has been paid."""
    fund, loan = a_fund(), a_loan()
    database.keep(fund)
    database.admit(loan, under=RULES)
    return fund, loan


def paid_out(pair):
    return pay_claim(*pair, on=SEPTEMBER, ref="代偿1")


def recovered(pair):
    return receive_recovery(*paid_out(pair), cny(5_000), on=OCTOBER, ref="追偿1")


def payout_undone(pair):
    return reverse_both(*paid_out(pair), 2, on=OCTOBER, ref="冲1")


def recovery_undone(pair):
    return reverse_both(*recovered(pair), 3, on=OCTOBER, ref="冲1")


SHARED_ACTS = [
    (lambda pair: pair, paid_out, "代偿1", "claim_payout"),
    (paid_out, recovered, "追偿1", "recovery"),
    (paid_out, payout_undone, "冲1", "reversal"),
    (recovered, recovery_undone, "冲1", "reversal"),
]
each_act = pytest.mark.parametrize(
    ("before", "act", "ref", "kind"),
    SHARED_ACTS,
    ids=["payout", "recovery", "payout undone", "recovery undone"],
)


def only_one_side(database, ref, kind):
    return database.untouched(), refused(
        UnpairedEntry,
        "store.unpaired_entry",
        value=ref,
        limit=BOTH,
        says=f"{kind} {ref} was saved for only one of fund F-01 and loan HT-1",
    )


@each_act
@pytest.mark.parametrize("side", [0, 1], ids=["fund", "loan"])
def test_one_side_alone_is_not_committed(database, pair, before, act, ref, kind, side):  # noqa: PLR0917 — the table has that many columns
    database.keep(*before(pair))
    untouched, unpaired = only_one_side(database, ref, kind)
    with untouched, unpaired:
        database.keep(act(pair)[side])


@each_act
def test_both_sides_are_committed_together(database, pair, before, act, ref, kind):  # noqa: PLR0917 — as above
    database.keep(*before(pair))
    fund, loan = act(pair)
    with database.work() as uow:
        uow.save(fund)
        uow.save(loan)
        uow.commit()
    assert (database.fund(), database.loan()) == (fund, loan)


def test_the_missing_side_may_be_saved_after_the_refusal(database, pair):
    fund, loan = paid_out(pair)
    with database.work() as uow:
        uow.save(loan)
        with refused(UnpairedEntry, "store.unpaired_entry", value="代偿1", limit=BOTH):
            uow.commit()
        uow.save(fund)
        uow.commit()
    assert (database.fund(), database.loan()) == (fund, loan)


def test_a_refused_act_leaves_no_side_waiting_for_the_other(database, pair):
    fund, loan = paid_out(pair)
    with database.untouched(), database.work() as uow:
        with refused(NotAdmitted, "store.not_admitted", value="HT-2", limit="admit"):
            uow.save(fund, a_loan("HT-2"))
        uow.commit()
    with database.work() as uow:
        with refused(NotAdmitted, "store.not_admitted", value="HT-2", limit="admit"):
            uow.save(fund, loan, a_loan("HT-2"))
        uow.save(fund, loan)
        uow.commit()
    assert (database.fund(), database.loan()) == (fund, loan)


def test_a_refused_side_does_not_stand_for_the_one_that_is_missing(database, pair):
    fund, loan = paid_out(pair)

    def attempt():
        with database.work() as uow:
            with refused(NotAdmitted, "store.not_admitted", value="HT-2", limit="admit"):
                uow.save(fund, a_loan("HT-2"))
            uow.save(loan)
            uow.commit()

    untouched, unpaired = only_one_side(database, "代偿1", "claim_payout")
    with untouched, unpaired:
        attempt()


def test_a_joined_unit_of_work_refuses_one_side_too(database, pair):
    fund, _ = paid_out(pair)
    untouched, unpaired = only_one_side(database, "代偿1", "claim_payout")
    with untouched, database.engine.connect() as host:
        work = database.work()
        work = type(work)(host, book=work.book)
        with unpaired, work as uow:
            uow.save(fund)
            uow.commit()
        host.commit()


def test_a_payout_for_one_loan_does_not_stand_for_that_of_another(database, pair):
    fund, _ = paid_out(pair)
    other = a_loan("HT-2")
    database.admit(other, under=RULES)
    _, other = pay_claim(pair[0], other, on=SEPTEMBER, ref="代偿1")
    untouched, unpaired = only_one_side(database, "代偿1", "claim_payout")
    with untouched, unpaired:
        database.keep(fund, other)


def test_a_loan_claimed_before_it_was_admitted_brings_its_funds_side(database):
    fund, loan = paid_out((a_fund(), a_loan()))
    database.keep(a_fund())
    untouched, unpaired = only_one_side(database, "代偿1", "claim_payout")
    with untouched, unpaired:
        database.admit(loan, under=RULES)
    with database.work() as uow:
        uow.admit(loan, under=RULES, on=SEPTEMBER)
        uow.save(fund)
        uow.commit()
    assert (database.fund(), database.loan()) == (fund, loan)


def all_to_the_lender(pair):
    """A fen of which the fund's share rounds to nothing."""
    fund, loan = pair
    small = replace(loan, guarantee=replace(PROMISE, coverage=percent("30")))
    return receive_recovery(*paid_out((fund, small)), from_fen(1), on=OCTOBER, ref="追偿1")


@pytest.mark.parametrize("side", [0, 1])
def test_a_recovery_of_which_the_fund_gets_nothing_stands_on_both_sides_too(database, side):
    small = a_loan(guarantee=replace(PROMISE, coverage=percent("30")))
    database.keep(a_fund())
    database.admit(small, under=RULES)
    pair = all_to_the_lender((a_fund(), small))
    database.keep(*paid_out((a_fund(), small)))
    untouched, unpaired = only_one_side(database, "追偿1", "recovery")
    with untouched, unpaired:
        database.keep(pair[side])
    database.keep(*pair)
    undone = reverse_both(*pair, 3, on=OCTOBER, ref="冲1")
    untouched, unpaired = only_one_side(database, "冲1", "reversal")
    with untouched, unpaired:
        database.keep(undone[side])
    database.keep(*undone)
    assert (database.fund(), database.loan()) == undone


def test_a_recovery_of_a_loan_for_which_no_fund_paid_is_the_loans_alone(database, pair):
    loan = write_off(pair[1], on=SEPTEMBER, ref="核销1")
    database.keep(recover(loan, cny(1_000), on=OCTOBER, ref="追偿1"))
    assert database.loan() == recover(loan, cny(1_000), on=OCTOBER, ref="追偿1")


def test_what_is_the_funds_alone_or_the_loans_alone_needs_no_other_side(database, pair):
    fund, loan = pair
    fund = fund.deposit(cny(1), on=OCTOBER, ref="财预2").reverse(2, on=OCTOBER, ref="冲1")
    database.keep(fund)
    loan = loan.repay(cny(600), on=date(2024, 2, 15), ref="回单1").reverse(2, on=OCTOBER, ref="冲1")
    database.keep(loan)
    assert (database.fund(), database.loan()) == (fund, loan)
