"""Real connections at the same time, on one database: nothing is lost, doubled or overshot."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from threading import Barrier, BrokenBarrierError, Event
from time import sleep

import pytest
from sqlalchemy import event

from busy_book import CONTACT
from histories import PROMISE, RULES, a_fund, a_loan, pays
from microloan import (
    AssignedTo,
    Assignment,
    ChainBroken,
    ConcurrentUpdate,
    HalfYear,
    LeverageExceeded,
    MicroloanError,
    PeriodClosed,
    RetryTransaction,
    cny,
    pay_claim,
)
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
    waits = {"timeout": 60} if database.name == "sqlite" else {}
    return database.new_engine(connect_args=waits)


def journal(database, mode):
    if mode == "of its own":
        return
    with database.new_engine().connect() as connection:
        connection.exec_driver_sql(f"PRAGMA journal_mode = {mode}")


def until_done(act, refusals):
    """Repeat an act from its reading on, as a host does; note what it was told."""

    def repeat():
        for _ in range(200):
            try:
                return act()
            except ConcurrentUpdate as refusal:
                refusals.append(refusal)
        raise AssertionError(refusals)

    return repeat


file_only = pytest.mark.only("sqlite", "the journals and locks of a file")
server_only = pytest.mark.only("postgresql", "the locks of rows")
each_journal = pytest.mark.parametrize(
    "mode",
    [
        pytest.param("DELETE", marks=file_only),
        pytest.param("WAL", marks=file_only),
        pytest.param("of its own", marks=server_only),
    ],
)


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

    told = []
    assert at_once([until_done(writer(number), told) for number in range(8)]) == [None] * 8
    assert told == [] or database.name == "postgresql"  # in a file they queue from the start
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


@file_only
def test_a_locked_database_is_a_concurrent_update(database):
    engine = database.new_engine(connect_args={"timeout": 0.01})
    with (
        database.untouched(),
        somebody_writes(database),
        refused(RetryTransaction, "store.retry_transaction", says="begin", **BUSY),
    ):
        UnitOfWork(engine, book=BOOK).__enter__()
    with UnitOfWork(engine, book=BOOK) as uow:
        uow.save(a_fund())
        uow.commit()
    assert database.count("fund") == 1


@file_only
def test_a_locked_database_leaves_a_joined_hosts_transaction_in_its_hands(database):
    engine = database.new_engine(connect_args={"timeout": 0.01})
    with engine.connect() as host:
        with (
            somebody_writes(database),
            refused(RetryTransaction, "store.retry_transaction", **BUSY),
        ):
            UnitOfWork(host, book=BOOK).__enter__()
        assert not host.closed
        with UnitOfWork(host, book=BOOK) as uow:
            uow.save(a_fund())
            uow.commit()
        host.commit()
    assert database.count("fund") == 1


@file_only
def test_a_reader_in_the_way_of_a_commit_means_that_all_of_it_is_repeated(database):
    engine = database.new_engine(connect_args={"timeout": 0.01})

    def write():
        with UnitOfWork(engine, book=BOOK) as uow:
            uow.save(a_fund())
            uow.commit()

    with database.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT count(*) FROM microloan_book").all()
        with database.untouched(), refused(RetryTransaction, "store.retry_transaction", **BUSY):
            write()
    write()
    assert database.count("fund") == 1


@file_only
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
            refused(RetryTransaction, "store.retry_transaction", **late),
        ):
            uow.save(pays(a_loan(guarantee=None), (600, date(2024, 2, 15))))
        host.rollback()
    assert database.count("loan_entry") == 1


# ---- the locks of rows


def in_a_hurry(database):
    """An engine that waits for nobody."""
    return database.new_engine(connect_args={"options": "-c lock_timeout=100ms"})


def posting(name, yuan=1):
    def post(uow):
        loan = uow.loans.get(name)
        uow.save(pays(loan, (yuan, date(2024, 2, 15))))

    return post


def admission(name):
    return lambda uow: uow.admit(a_loan(name), under=RULES, on=PAID_OUT)


def withdrawal(uow):
    uow.funds.withdraw("F-01", cny(1), under=RULES, on=PAID_OUT, ref="退1")


def closing(uow):
    uow.close(HalfYear(2009, 1), on=date(2025, 1, 1))


@pytest.fixture
def book(database):
    """Two funds, a loan behind each, and two that no fund stands behind."""
    database.keep(a_fund(), a_fund(name="F-02"))
    elsewhere = replace(PROMISE, fund_id="F-02")
    database.admit(a_loan("HT-1"), a_loan("HT-2", guarantee=elsewhere), under=RULES)
    database.keep(a_loan("HT-3", guarantee=None), a_loan("HT-4", guarantee=None))
    return database


BESIDE = {
    "two postings behind two funds": (posting("HT-1"), posting("HT-2")),
    "two postings without a fund": (posting("HT-3"), posting("HT-4")),
    "a posting and an admission elsewhere": (posting("HT-2"), admission("HT-9")),
}
IN_TURN = {
    "two postings to one loan": (posting("HT-1"), posting("HT-1", 2)),
    "two postings to one loan without a fund": (posting("HT-3"), posting("HT-3", 2)),
    "an admission and a withdrawal": (admission("HT-9"), withdrawal),
    "a posting and an admission behind one fund": (posting("HT-1"), admission("HT-9")),
    "a posting and a closing": (posting("HT-3"), closing),
    "a closing and a posting": (closing, posting("HT-3")),
    "a closing and an admission": (closing, admission("HT-9")),
    "a closing and a withdrawal": (closing, withdrawal),
    "a closing and a new loan": (closing, lambda uow: uow.save(a_loan("HT-9", guarantee=None))),
    "two closings": (closing, closing),
}


@server_only
@pytest.mark.parametrize("acts", BESIDE.values(), ids=BESIDE)
def test_acts_that_share_nothing_do_not_wait_for_each_other(book, acts):
    first, second = acts
    with book.work() as one, UnitOfWork(in_a_hurry(book), book=BOOK) as other:
        first(one)
        second(other)
        other.commit()
        one.commit()


@server_only
@pytest.mark.parametrize("acts", IN_TURN.values(), ids=IN_TURN)
def test_acts_that_share_a_row_wait_for_each_other(book, acts):
    first, second = acts
    with book.work() as one, UnitOfWork(in_a_hurry(book), book=BOOK) as other:
        first(one)
        with refused(
            RetryTransaction, "store.retry_transaction", value="55P03", limit=BUSY["limit"]
        ):
            second(other)
        one.commit()


def contacting(name, ref):
    contact = replace(CONTACT, loan_id=name, ref=ref)
    return lambda uow: uow.follow_up.record(contact)


def assigning(name):
    handed = Assignment(
        loan_id=name, what=AssignedTo.OFFICER, value="O-1", on=date(2024, 3, 1), ref=f"管{name}"
    )
    return lambda uow: uow.assignments.record(handed)


def one_more(name):
    return lambda uow: uow.save(a_loan(name, guarantee=None))


def taking_out(name):
    def take(uow):
        uow.funds.withdraw("F-01", cny(1), under=RULES, on=PAID_OUT, ref=f"退{name}")

    return take


def posting_and(act):
    """Two people, each with a loan of his own: both post, then both do this."""
    return [(posting(name), act(name)) for name in ("HT-3", "HT-4")]


IN_ONE_ORDER = {
    "post, then record": posting_and(lambda name: contacting(name, f"催{name}")),
    "post, then assign": posting_and(assigning),
    "post, then a new loan": posting_and(lambda name: one_more(f"{name}-2")),
    "post, then a withdrawal": posting_and(taking_out),
    "admit or post, then record": [
        (admission("HT-9"), contacting("HT-3", "催1")),
        (posting("HT-4"), contacting("HT-4", "催2")),
    ],
    "post, then close or record": [
        (posting("HT-3"), closing),
        (posting("HT-4"), contacting("HT-4", "催2")),
    ],
    "record, then post": [
        tuple(reversed(acts)) for acts in posting_and(lambda name: contacting(name, f"催{name}"))
    ],
}


@server_only
@pytest.mark.parametrize("acts", IN_ONE_ORDER.values(), ids=IN_ONE_ORDER)
def test_acts_in_one_order_do_not_lock_each_other_out(book, acts):
    """All first acts are done before any second one; where the first waits, it goes on alone."""
    both = Barrier(2)

    def person(first, then):
        def work():
            with UnitOfWork(patient(book), book=BOOK) as uow:
                first(uow)
                with suppress(BrokenBarrierError):
                    both.wait(1)
                then(uow)
                uow.commit()

        return work

    assert at_once([person(*each) for each in acts]) == [None, None]
    with book.work() as uow:
        assert uow.verify() == ()


@server_only
def test_acts_in_two_orders_may_and_one_of_them_is_told_to_begin_again(book):
    both, told = Barrier(2), []

    def person(first, then):
        def work():
            with UnitOfWork(patient(book), book=BOOK) as uow:
                first(uow)
                with suppress(BrokenBarrierError):
                    both.wait(1)
                then(uow)
                uow.commit()

        return until_done(work, told)

    acts = [(posting("HT-3"), taking_out("1")), (taking_out("2"), posting("HT-3", 2))]
    assert at_once([person(*each) for each in acts]) == [None, None]
    assert {type(one) for one in told} <= {RetryTransaction, ConcurrentUpdate}
    assert "40P01" in [one.value for one in told]


@server_only
def test_a_posting_that_waited_for_a_closing_is_told_that_it_came_too_late(book):
    book.keep(a_fund(name="F-09"))
    closed = Event()

    def close():
        with book.work() as uow:
            closing(uow)
            closed.set()
            sleep(0.2)
            uow.commit()

    def post():
        closed.wait(30)
        with UnitOfWork(patient(book), book=BOOK) as uow:
            uow.save(a_fund(name="F-10"))  # its deposit is of 2009
            uow.commit()

    results = at_once([close, post])
    assert [type(result) for result in results] == [type(None), PeriodClosed]
    assert book.count("fund") == 3


def test_a_closing_knows_of_every_posting_or_the_posting_is_refused(book):
    """Eight deposits of 2009 and a closing of it at once."""

    def depositor(number):
        engine = patient(book)

        def deposit():
            with UnitOfWork(engine, book=BOOK) as uow:
                uow.save(a_fund(name=f"N-{number}"))
                uow.commit()
            return f"N-{number}"

        return deposit

    def close():
        with UnitOfWork(patient(book), book=BOOK) as uow:
            closing(uow)
            uow.commit()

    told = []
    acts = [until_done(act, told) for act in (*map(depositor, range(8)), close)]
    results = at_once(acts)
    booked = sorted(name for name in results if isinstance(name, str))
    late = [result for result in results if isinstance(result, MicroloanError)]
    assert {type(one) for one in late} <= {PeriodClosed}
    assert len(booked) + len(late) == 8
    known = "SELECT chain_id FROM microloan_closing_head WHERE chain_id LIKE 'N-%' ORDER BY 1"
    assert [name for (name,) in book.sql(known)] == booked
    with book.work() as uow:
        assert uow.half_years.verify(HalfYear(2009, 1)) == ()


def test_of_two_payouts_on_one_guarantee_one_is_made(book):
    def payer(number):
        engine = patient(book)

        def pay():
            with UnitOfWork(engine, book=BOOK) as uow:
                fund, loan = uow.funds.get("F-01"), uow.loans.get("HT-1")
                pair = pay_claim(fund, loan, on=date(2024, 12, 1), ref=f"代偿{number}")
                uow.save(*pair)
                uow.commit()
            return number

        return pay

    told = []
    results = at_once([until_done(payer(number), told) for number in range(4)])
    paid = [result for result in results if isinstance(result, int)]
    assert len(paid) == 1

    assert book.one("SELECT count(*) FROM microloan_fund_entry WHERE kind = 'claim_payout'") == 1
    assert book.one("SELECT count(*) FROM microloan_loan_entry WHERE kind = 'claim_payout'") == 1


def test_who_reads_while_others_write_sees_whole_chains(book):
    """A chain is read in two statements; what comes between them is not broken."""
    done = Event()

    def write():
        engine = patient(book)
        try:
            for number in range(25):
                with UnitOfWork(engine, book=BOOK) as uow:
                    loan = uow.loans.get("HT-3")
                    uow.save(loan.repay(cny(1), on=date(2024, 2, 15), ref=f"回单{number}"))
                    uow.commit()
        finally:
            done.set()

    def read():
        engine, seen = patient(book), set()
        while not done.is_set():
            with UnitOfWork(engine, book=BOOK) as uow:
                seen.add(len(uow.loans.get("HT-3").entries))
                list(uow.loans.all())
        return seen

    written, *seen = at_once([write, read, read])
    assert written is None
    assert all(isinstance(one, set) for one in seen)
    assert len(book.loan("HT-3").entries) == 26


def test_an_entry_that_nobody_wrote_is_no_newer_writers(book):
    copied = [
        "'99'" if name == "ref" else "number + 1" if name == "number" else name
        for name in book.columns("microloan_loan_entry")
    ]
    book.tamper(
        f"INSERT INTO microloan_loan_entry SELECT {', '.join(copied)} FROM microloan_loan_entry"
        " WHERE loan_id = 'HT-3'"
    )
    with book.work() as uow:
        with pytest.raises(ChainBroken):
            uow.loans.get("HT-3")
        assert uow.loans.get("HT-4")


@server_only
def test_what_came_between_the_two_statements_of_a_reading_is_not_read_yet(book):
    engine = patient(book)
    late = [posting("HT-3"), posting("HT-3", 2)]

    @event.listens_for(engine, "before_cursor_execute")
    def _(connection, cursor, statement, *rest):
        if late and "FROM microloan_loan_entry" in statement:
            with book.work() as uow:
                late.pop()(uow)
                uow.commit()

    with UnitOfWork(engine, book=BOOK) as uow:
        numbers = [len(uow.loans.get("HT-3").entries) for _ in range(3)]
    assert numbers == [1, 2, 3]


@server_only
def test_a_closing_between_the_two_statements_of_a_reading_is_read(book):
    engine, late = patient(book), [closing]

    @event.listens_for(engine, "before_cursor_execute")
    def _(connection, cursor, statement, *rest):
        if late and "microloan_reopening" in statement:
            act = late.pop()
            with book.work() as uow:
                act(uow)
                uow.commit()

    with UnitOfWork(engine, book=BOOK) as uow:
        assert uow.half_years.closed() == (HalfYear(2009, 1),)


@server_only
def test_two_who_make_the_same_book_at_once_both_go_on(database):
    def opener(number):
        engine = patient(database)

        def save():
            with UnitOfWork(engine, book="990109") as uow:
                uow.save(a_loan(f"HT-{number}", guarantee=None))
                sleep(0.05)
                uow.commit()

        return save

    assert at_once([opener(number) for number in range(4)]) == [None] * 4
    assert (database.count("book"), database.count("loan")) == (1, 4)
