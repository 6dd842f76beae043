"""The same act again changes nothing, another act under its name is refused, an old view loses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event

from histories import PERSON, PROMISE, RULES, a_fund, a_loan, pays
from microloan import (
    BorrowerKind,
    Category,
    ConcurrentUpdate,
    GuaranteeFund,
    RefConflict,
    StorageRefused,
    cny,
    pay_claim,
    percent,
    receive_recovery,
)
from microloan.store import UnitOfWork
from refusals import refused

BOOK = "990101"
PAID_OUT = date(2024, 1, 15)
FIRST, SECOND = (600, date(2024, 2, 15)), (600, date(2024, 3, 15))
SAME = "the same content under the same identity"


# --- the same act again


def test_saving_what_is_stored_changes_nothing(database):
    fund, loan = a_fund(), pays(a_loan(guarantee=None), FIRST)
    database.keep(fund, loan)
    with database.untouched():
        database.keep(fund, loan)
        database.keep(loan)
        database.keep(fund, fund, loan, loan)


def test_an_act_repeated_after_a_lost_acknowledgement_is_stored_once(database):
    def receive(loan):
        database.keep(loan.repay(cny(600), on=date(2024, 2, 15), ref="回单1"))

    database.keep(a_loan(guarantee=None))
    seen_before = database.loan()
    receive(seen_before)  # committed, but the answer never arrived
    with database.untouched():
        receive(seen_before)
        receive(database.loan())
    assert database.count("loan_entry") == 2


def test_a_payout_and_a_recovery_repeated_are_stored_once(database):
    fund, loan = a_fund(), a_loan()
    database.keep(fund)
    database.admit(loan, under=RULES)
    pair = pay_claim(fund, loan, on=date(2024, 9, 1), ref="代偿1")
    pair = receive_recovery(*pair, cny(5_000), on=date(2024, 10, 1), ref="追偿1")
    database.keep(*pair)
    with database.untouched():
        database.keep(*pair)
        again = pay_claim(database.fund(), database.loan(), on=date(2024, 9, 1), ref="代偿1")
        again = receive_recovery(*again, cny(5_000), on=date(2024, 10, 1), ref="追偿1")
        database.keep(*again)


def test_admitting_a_loan_again_changes_nothing(database):
    database.keep(a_fund())
    database.admit(a_loan(), under=RULES)
    with database.untouched():
        database.admit(a_loan(), a_loan(), under=RULES)


def test_admitting_a_loan_again_is_not_measured_against_the_cap_again(database):
    database.keep(a_fund(24_000))
    database.admit(a_loan(), under=RULES)  # 120,000 is 5 × 24,000
    with database.untouched():
        database.admit(a_loan(), under=RULES)


def test_admitting_a_loan_again_stores_what_has_happened_since(database):
    database.keep(a_fund())
    database.admit(a_loan(), under=RULES)
    database.admit(pays(a_loan(), FIRST), under=RULES)
    assert database.loan() == pays(a_loan(), FIRST)


def test_an_older_view_with_nothing_new_changes_nothing(database):
    older = pays(a_loan(guarantee=None), FIRST)
    database.keep(pays(older, SECOND), a_fund().deposit(cny(1), on=PAID_OUT, ref="财预2"))
    with database.untouched():
        database.keep(older, a_loan(guarantee=None), a_fund())


def test_a_fund_read_before_its_first_entry_has_nothing_new_either(database):
    database.keep(a_fund(0))
    database.keep(a_fund())
    with database.untouched():
        database.keep(a_fund(0))


def test_two_views_of_one_loan_in_one_call_are_stored_one_after_the_other(database):
    first, second = a_loan(guarantee=None), pays(a_loan(guarantee=None), FIRST)
    database.keep(first, second, a_loan("HT-2", guarantee=None), pays(second, SECOND), first)
    assert database.loan() == pays(second, SECOND)
    assert database.sql("SELECT loan_id, entries FROM microloan_loan ORDER BY loan_id") == [
        ("HT-1", 3),
        ("HT-2", 1),
    ]


def test_equal_rates_are_the_same_content_however_many_zeros_they_carry(database):
    promise = replace(PROMISE, coverage=Decimal("0.8"))
    category = replace(PERSON, reference_rate=Decimal("0.0345"))
    loan = a_loan(annual_rate=Decimal("0.06"), guarantee=promise, category=category)
    database.keep(a_fund())
    database.admit(loan, under=RULES)
    again = a_loan(
        annual_rate=percent("6.000"),
        guarantee=replace(promise, coverage=percent("80.00")),
        category=replace(category, reference_rate=Decimal("0.034500")),
    )
    assert again == loan
    with database.untouched():
        database.admit(again, under=RULES)
    texts = "SELECT annual_rate, coverage, reference_rate FROM microloan_loan"
    assert database.sql(texts) == [("0.06", "0.8", "0.0345")]


# --- another content under the same name


@pytest.mark.parametrize(
    "other",
    [
        a_loan(guarantee=None, principal=cny(120_001)),
        a_loan(guarantee=None, annual_rate=percent("6.01")),
        a_loan(guarantee=None, months=24),
        a_loan(guarantee=None, signed_on=date(2024, 1, 14)),
        a_loan(guarantee=None, category=Category(kind=BorrowerKind.ENTERPRISE)),
        a_loan(guarantee=PROMISE),
        replace(a_loan(guarantee=None), borrower="B-2"),
        replace(a_loan(guarantee=None), lender="BANK-2"),
    ],
    ids=["principal", "rate", "term", "signing", "category", "guarantee", "borrower", "lender"],
)
def test_another_loan_under_the_same_contract_number_is_refused(database, other):
    database.keep(a_loan(guarantee=None))
    with database.refuses(
        RefConflict, "ledger.ref_conflict", value="HT-1", limit=SAME, says="something else"
    ) as uow:
        uow.save(other)


def test_another_loan_under_the_same_contract_number_is_not_admitted(database):
    database.keep(a_fund())
    database.admit(a_loan(), under=RULES)
    with database.refuses(RefConflict, "ledger.ref_conflict", value="HT-1", limit=SAME) as uow:
        uow.admit(a_loan(months=24), under=RULES, on=PAID_OUT)


def test_another_fund_under_the_same_code_is_refused(database):
    database.keep(a_fund())
    with database.refuses(RefConflict, "ledger.ref_conflict", value="F-01", limit=SAME) as uow:
        uow.save(GuaranteeFund(id="F-01", name="另一基金"))


# --- an old view


def test_a_writer_who_read_before_another_wrote_is_told_to_read_again(database):
    database.keep(a_loan(guarantee=None))
    mine, theirs = database.loan(), database.loan()
    database.keep(pays(theirs, SECOND))
    with database.refuses(
        ConcurrentUpdate,
        "store.concurrent_update",
        value=2,
        limit=2,
        says="HT-1 was changed since it was read: 2 entries here, 2 in the book",
    ) as uow:
        uow.save(pays(mine, FIRST))
    database.keep(pays(database.loan(), FIRST))
    assert database.count("loan_entry") == 3


def test_a_writer_with_more_entries_than_the_book_may_be_as_late(database):
    database.keep(a_loan(guarantee=None))
    mine, theirs = database.loan(), database.loan()
    database.keep(pays(theirs, SECOND))
    with database.refuses(ConcurrentUpdate, "store.concurrent_update", value=3, limit=2) as uow:
        uow.save(pays(mine, FIRST, SECOND))


def test_a_writer_with_fewer_entries_than_the_book_but_another_past_is_late_too(database):
    database.keep(pays(a_loan(guarantee=None), FIRST, SECOND))
    with database.refuses(ConcurrentUpdate, "store.concurrent_update", value=2, limit=3) as uow:
        uow.save(pays(a_loan(guarantee=None), SECOND))


def test_a_late_writer_of_a_fund_is_told_to_read_again(database):
    database.keep(a_fund())
    mine, theirs = database.fund(), database.fund()
    database.keep(theirs.deposit(cny(2), on=PAID_OUT, ref="财预2"))
    with database.refuses(
        ConcurrentUpdate, "store.concurrent_update", value=2, limit=2, says="F-01"
    ) as uow:
        uow.save(mine.deposit(cny(3), on=PAID_OUT, ref="财预3"))


def test_one_late_loan_keeps_all_of_one_call_out(database):
    loans = [a_loan(f"HT-{number}", guarantee=None) for number in (1, 2, 3)]
    database.keep(*loans)
    database.keep(pays(loans[1], SECOND))
    with database.refuses(
        ConcurrentUpdate, "store.concurrent_update", value=2, limit=2, says="HT-2"
    ) as uow:
        uow.save(a_fund(), *(pays(loan, FIRST) for loan in loans))


def between(engine, statement, once):
    """Let somebody else write on the same connection just before a kind of statement."""
    done = []

    @event.listens_for(engine, "before_cursor_execute")
    def _(connection, cursor, sql, *rest):
        if sql.startswith(statement) and not done:
            done.append(cursor.execute(once))


def test_a_head_that_moves_after_it_was_read_is_noticed_when_it_is_moved(database):
    database.keep(a_loan(guarantee=None))
    database.disarm()
    engine = database.new_engine()
    theirs = "UPDATE microloan_loan SET entries = entries + 1"
    between(engine, "UPDATE microloan_loan SET", theirs)
    with database.untouched(), UnitOfWork(engine, book=BOOK) as uow:
        with refused(ConcurrentUpdate, "store.concurrent_update", value=1, limit=2, says="HT-1"):
            uow.save(pays(a_loan(guarantee=None), FIRST))
        uow.commit()


def test_a_row_somebody_else_wrote_first_is_noticed_when_it_is_written(database):
    database.keep(a_loan("HT-0", guarantee=None))
    database.disarm()
    engine = database.new_engine()
    columns = [name for name in database.columns("microloan_loan") if name != "loan_id"]
    theirs = (
        f"INSERT INTO microloan_loan (loan_id, {', '.join(columns)})"
        f" SELECT 'HT-1', {', '.join(columns)} FROM microloan_loan"
    )
    between(engine, "INSERT INTO microloan_loan ", theirs)
    with database.untouched(), UnitOfWork(engine, book=BOOK) as uow:
        with refused(
            ConcurrentUpdate,
            "store.concurrent_update",
            value="SQLITE_CONSTRAINT_PRIMARYKEY" if database.name == "sqlite" else "23505",
            limit="one writer at a time",
        ):
            uow.save(a_loan(guarantee=None))
        uow.commit()


def test_a_fault_that_no_other_writer_caused_keeps_its_name(database):
    database.sql("ALTER TABLE microloan_loan_entry RENAME COLUMN costs_fen TO costs")
    name = "SQLITE_ERROR" if database.name == "sqlite" else "42703"
    with refused(
        StorageRefused, "store.storage_refused", value=name, limit="what the tables can hold"
    ):
        database.keep(a_loan(guarantee=None))
