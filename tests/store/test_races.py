"""Real connections at the same time, on one file: nothing is lost, doubled or overshot."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy.exc import OperationalError

from histories import RULES, a_fund, a_loan, pays
from microloan import ConcurrentUpdate, LeverageExceeded, MicroloanError, cny
from microloan.store import UnitOfWork
from refusals import refused

BOOK = "990101"
PAID_OUT = date(2024, 1, 15)
BUSY = {"value": "SQLITE_BUSY", "limit": "one writer at a time"}


def at_once(acts):
    """Start every act at the same moment, each in its own thread; return what each came to."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait(timeout=30)
        try:
            return act()
        except MicroloanError as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def patient(database):
    """An engine for each writer, which waits its turn."""
    return database.new_engine(connect_args={"timeout": 60})


def journal(database, mode):
    with database.new_engine().connect() as connection:
        connection.exec_driver_sql(f"PRAGMA journal_mode = {mode}")


each_journal = pytest.mark.parametrize("mode", ["DELETE", "WAL"])


@each_journal
def test_of_writers_with_the_same_view_one_wins_and_the_others_are_told(database, mode):
    journal(database, mode)
    database.keep(a_loan(guarantee=None))

    def writer(number):
        engine, loan = patient(database), database.loan()

        def write():
            with UnitOfWork(engine, book=BOOK) as uow:
                uow.save(loan.repay(cny(1), on=date(2024, 2, 15), ref=f"回单{number}"))
                uow.commit()
            return number

        return write

    results = at_once([writer(number) for number in range(6)])
    winners = [result for result in results if isinstance(result, int)]
    assert len(winners) == 1
    assert [type(result) for result in results].count(ConcurrentUpdate) == 5
    stored = database.sql("SELECT number, ref FROM microloan_loan_entry ORDER BY number")
    assert stored == [(1, "HT-1"), (2, f"回单{winners[0]}")]
    assert len(database.loan().entries) == 2


@each_journal
def test_writers_who_read_again_all_get_their_turn(database, mode):
    journal(database, mode)
    database.keep(a_loan(guarantee=None))

    def writer(number):
        engine = patient(database)

        def write():
            with UnitOfWork(engine, book=BOOK) as uow:
                loan = uow.loans.get("HT-1")
                uow.save(loan.repay(cny(1), on=date(2024, 2, 15), ref=f"回单{number}"))
                uow.commit()

        return write

    assert at_once([writer(number) for number in range(8)]) == [None] * 8
    refs = database.sql("SELECT ref FROM microloan_loan_entry WHERE number > 1 ORDER BY ref")
    assert refs == [(f"回单{number}",) for number in range(8)]
    assert len(database.loan().entries) == 9


@each_journal
def test_the_cap_is_met_exactly_however_many_apply_at_once(database, mode):
    journal(database, mode)
    database.keep(a_fund(24_000 * 4))  # room for four loans of 120,000

    def applicant(number):
        engine = patient(database)

        def apply():
            with UnitOfWork(engine, book=BOOK) as uow:
                uow.admit(a_loan(f"HT-{number}"), under=RULES, on=PAID_OUT)
                uow.commit()
            return number

        return apply

    results = at_once([applicant(number) for number in range(9)])
    admitted = [f"HT-{result}" for result in results if isinstance(result, int)]
    assert len(admitted) == 4
    assert [type(result) for result in results].count(LeverageExceeded) == 5
    stored = database.sql("SELECT loan_id FROM microloan_loan ORDER BY loan_id")
    assert [loan_id for (loan_id,) in stored] == admitted
    assert database.one("SELECT exposure_fen FROM microloan_fund") == 4 * 12_000_000
    assert database.one("SELECT sum(exposure_fen) FROM microloan_fund_day") == 4 * 12_000_000


def test_the_same_act_from_two_places_at_once_is_stored_once(database):
    database.keep(a_fund())

    def applicant():
        engine = patient(database)

        def apply():
            with UnitOfWork(engine, book=BOOK) as uow:
                uow.admit(a_loan(), under=RULES, on=PAID_OUT)
                uow.commit()

        return apply

    assert at_once([applicant() for _ in range(6)]) == [None] * 6
    assert (database.count("loan"), database.count("loan_entry")) == (1, 1)
    assert database.one("SELECT exposure_fen FROM microloan_fund") == 12_000_000


@contextmanager
def somebody_writes(database):
    """Hold the file's write lock."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.rollback()


def test_a_locked_database_is_a_concurrent_update(database):
    engine = database.new_engine(connect_args={"timeout": 0.01})
    with (
        database.untouched(),
        somebody_writes(database),
        refused(ConcurrentUpdate, "store.concurrent_update", says="read again", **BUSY),
    ):
        UnitOfWork(engine, book=BOOK).__enter__()
    with UnitOfWork(engine, book=BOOK) as uow:
        uow.save(a_fund())
        uow.commit()
    assert database.count("fund") == 1


def test_a_locked_database_leaves_a_joined_hosts_transaction_in_its_hands(database):
    engine = database.new_engine(connect_args={"timeout": 0.01})
    with engine.connect() as host:
        with (
            somebody_writes(database),
            refused(ConcurrentUpdate, "store.concurrent_update", **BUSY),
        ):
            UnitOfWork(host, book=BOOK).__enter__()
        assert not host.closed
        with UnitOfWork(host, book=BOOK) as uow:
            uow.save(a_fund())
            uow.commit()
        host.commit()
    assert database.count("fund") == 1


def test_a_reader_in_the_way_of_a_commit_means_that_all_of_it_is_repeated(database):
    engine = database.new_engine(connect_args={"timeout": 0.01})

    def write():
        with UnitOfWork(engine, book=BOOK) as uow:
            uow.save(a_fund())
            uow.commit()

    with database.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT count(*) FROM microloan_book").all()
        with database.untouched(), refused(ConcurrentUpdate, "store.concurrent_update", **BUSY):
            write()
    write()
    assert database.count("fund") == 1


def test_a_host_that_read_an_older_state_is_told_to_begin_again(database):
    journal(database, "WAL")
    database.keep(a_loan(guarantee=None))
    engine = database.new_engine()
    with engine.connect() as host:
        host.exec_driver_sql("BEGIN")
        host.exec_driver_sql("SELECT count(*) FROM microloan_loan").all()
        database.keep(a_fund())
        late = {"value": "SQLITE_BUSY_SNAPSHOT", "limit": "one writer at a time"}
        with (
            UnitOfWork(host, book=BOOK) as uow,
            refused(ConcurrentUpdate, "store.concurrent_update", **late),
        ):
            uow.save(pays(a_loan(guarantee=None), (600, date(2024, 2, 15))))
        host.rollback()
    assert database.count("loan_entry") == 1


def test_a_file_that_cannot_be_written_is_read_but_no_concurrent_update(database):
    database.keep(a_fund())
    url = f"file:{database.path}?mode=ro"
    engine = database.new_engine(creator=lambda: sqlite3.connect(url, uri=True))
    with UnitOfWork(engine, book=BOOK) as uow:
        assert uow.funds.get("F-01") == a_fund()
        with pytest.raises(OperationalError, match="readonly"):
            uow.save(a_loan(guarantee=None))
