"""What a host takes back, or ends, inside our block is told; nothing of its own is lost by us."""

import logging
from datetime import date

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, SAWarning
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlalchemy.pool import NullPool, QueuePool

from databases import Files, Shelf
from histories import RULES, a_fund, a_loan
from host_styles import BOOK, HostBase, Note
from microloan import (
    ConnectionLost,
    InvalidIdentity,
    InvalidTerms,
    MicroloanError,
    RetryTransaction,
    SchemaMismatch,
    StorageRefused,
    UnpairedEntry,
    cny,
    pay_claim,
)
from microloan.store import (
    SCHEMA_VERSION,
    UnitOfWork,
    books_of,
    create_all,
    doctor,
    install_guards,
)
from microloan.store.guards import remove_guards
from refusals import refused

TURN = "one writer at a time"
ENDED = {"value": "the host ended its transaction inside the block", "limit": TURN}


@pytest.fixture(scope="module")
def copies(copies, backend, tmp_path_factory):
    """Every database here has a table of the host's own beside ours."""
    raw = copies.lend(tmp_path_factory.mktemp("host") / "host.db")
    engine = raw.new_engine()
    HostBase.metadata.create_all(engine)
    engine.dispose()
    made = Files(raw) if backend == "sqlite" else Shelf(raw)
    yield made
    made.dispose()


def a_scope(engine):
    return scoped_session(sessionmaker(engine))


HOSTS = {"connection": lambda engine: engine.connect(), "session": Session, "scope": a_scope}


@pytest.fixture(params=HOSTS)
def host(request, database):
    """A host's connection or session in which something of its own stands."""
    held = HOSTS[request.param](database.engine)
    held.execute(text("INSERT INTO host_note (id, text) VALUES (1, 'the host')"))
    yield held
    held.close()


class HostError(Exception):
    """The host fails in its own savepoint and goes on."""


def in_a_failed_savepoint(host, work):
    """Do some work in a savepoint of the host, which fails after it and goes on."""

    def fail():
        with host.begin_nested():
            work()
            raise HostError

    with pytest.raises(HostError):
        fail()


def told_of_the_end():
    return refused(RetryTransaction, "store.retry_transaction", **ENDED)


def one_more(number):
    return a_loan(f"HT-{number}", guarantee=None)


def loans(database):
    return [name for (name,) in database.sql("SELECT loan_id FROM microloan_loan ORDER BY 1")]


# ---- a savepoint of the host inside our block


def test_a_savepoint_that_the_host_goes_back_to_takes_our_rows_with_it(database, host):
    with UnitOfWork(host, book=BOOK) as uow:
        uow.save(one_more(1))
        in_a_failed_savepoint(host, lambda: uow.save(one_more(2)))
        uow.save(one_more(3))
        assert [key.of for key in uow.written if key.kind == "admission"] == ["HT-1", "HT-3"]
        uow.commit()
    host.commit()
    assert loans(database) == ["HT-1", "HT-3"]
    assert database.count("loan_entry") == 2


def test_a_savepoint_that_the_host_keeps_keeps_our_rows(database, host):
    with UnitOfWork(host, book=BOOK) as uow:
        with host.begin_nested():
            uow.save(one_more(1))
        assert uow.written
        uow.commit()
    host.commit()
    assert loans(database) == ["HT-1"]


def test_our_block_within_the_hosts_savepoint_goes_with_it(database, host):
    def write():
        with UnitOfWork(host, book=BOOK) as uow:
            uow.save(one_more(1))
            uow.commit()

    in_a_failed_savepoint(host, write)
    host.commit()
    assert loans(database) == []
    assert database.sql("SELECT id FROM host_note") == [(1,)]


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_savepoint_around_our_block_that_is_ended_inside_it_is_told(database, host, end):
    outer = host.begin_nested()
    with UnitOfWork(host, book=BOOK) as uow:
        uow.save(one_more(1))
        with pytest.warns(SAWarning, match="deassociated"):
            getattr(outer, end)()
        with told_of_the_end():
            uow.commit()
    host.commit()
    assert loans(database) == (["HT-1"] if end == "commit" else [])
    assert database.sql("SELECT id FROM host_note") == [(1,)]


# ---- the host ends its transaction inside our block


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_the_end_of_the_hosts_transaction_is_told_to_whoever_goes_on(database, host, end):
    with UnitOfWork(host, book=BOOK) as uow:
        uow.save(one_more(1))
        getattr(host, end)()
        assert uow.written == ()
        for go_on in (lambda: uow.save(one_more(2)), uow.commit):
            with told_of_the_end():
                go_on()
    host.commit()
    assert loans(database) == (["HT-1"] if end == "commit" else [])


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_where_nothing_was_written_the_block_goes_on(database, host, end):
    with UnitOfWork(host, book=BOOK) as uow:
        assert uow.loans.ids() == []
        getattr(host, end)()
        uow.save(one_more(1))
        uow.commit()
        getattr(host, end)()
        uow.save(one_more(2))
        uow.commit()
    host.commit()
    assert loans(database) == (["HT-1", "HT-2"] if end == "commit" else ["HT-2"])


# ---- half of what fund and loan share


@pytest.fixture
def pair(database):
    database.keep(a_fund(5_000_000))
    database.admit(a_loan(), under=RULES)


def claimed(uow):
    return pay_claim(
        uow.funds.get("F-01"), uow.loans.get("HT-1"), on=date(2024, 12, 20), ref="代偿1"
    )


def by_savepoint(host, save):
    savepoint = host.begin_nested()
    save()
    savepoint.rollback()


def by_words(host, save):
    host.execute(text("SAVEPOINT mine"))
    save()
    host.execute(text("ROLLBACK TO SAVEPOINT mine"))


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("take_back", [by_savepoint, by_words])
def test_half_of_a_payout_that_the_host_left_is_not_committed(database, host, take_back, side):
    with database.untouched(), UnitOfWork(host, book=BOOK) as uow:
        both = claimed(uow)
        uow.save(both[side])
        take_back(host, lambda: uow.save(both[1 - side]))
        with refused(UnpairedEntry, "store.unpaired_entry", value="代偿1", limit=("F-01", "HT-1")):
            uow.commit()


@pytest.mark.usefixtures("pair")
def test_a_payout_of_which_the_host_took_back_both_sides_is_none(database, host):
    with UnitOfWork(host, book=BOOK) as uow:
        by_savepoint(host, lambda: uow.save(*claimed(uow)))
        uow.commit()
        uow.save(*claimed(uow))
        uow.commit()
    host.commit()
    assert len(database.fund().entries) == 2


@pytest.mark.usefixtures("pair")
def test_the_other_half_after_the_hosts_rollback_is_refused(database, host):
    with UnitOfWork(host, book=BOOK) as uow:
        fund, loan = claimed(uow)
        uow.save(fund)
        host.rollback()
        for go_on in (lambda: uow.save(loan), uow.commit):
            with told_of_the_end():
                go_on()
    host.commit()
    assert (len(database.fund().entries), len(database.loan().entries)) == (1, 1)


# ---- units of work side by side


def within(host):
    """Two units of work on one connection, the second begun inside the first."""
    outer, inner = UnitOfWork(host, book=BOOK), UnitOfWork(host, book="990102")
    outer.__enter__().save(one_more(1))
    inner.__enter__().save(one_more(2))
    return outer, inner


def leave(uow):
    uow.__exit__(None, None, None)


def test_the_outer_one_is_not_committed_before_the_inner_one(database, host):
    outer, inner = within(host)
    limit = "the innermost; end what was begun inside it first"
    with refused(
        InvalidTerms, "terms.invalid", value="one with an open savepoint inside", limit=limit
    ):
        outer.commit()
    leave(inner)
    outer.commit()
    leave(outer)
    host.commit()
    assert loans(database) == ["HT-1"]
    assert database.sql("SELECT id FROM host_note") == [(1,)]


def test_the_inner_one_that_went_with_the_outer_one_is_not_committed(database, host):
    outer, inner = within(host)
    leave(outer)
    with told_of_the_end():
        inner.commit()
    leave(inner)
    host.commit()
    assert loans(database) == []
    assert database.sql("SELECT id FROM host_note") == [(1,)]


def test_one_that_is_entered_twice_is_refused_at_once(database):
    work = database.work()
    with work as uow:
        uow.save(one_more(1))
        with refused(
            InvalidTerms, "terms.invalid", value="one inside already", limit="entered once"
        ):
            work.__enter__()
        uow.commit()
    assert loans(database) == ["HT-1"]


@pytest.mark.only("sqlite", "SQLite ends a transaction by itself where the disk is full")
def test_a_block_that_lost_the_hosts_transaction_is_not_left_in_silence(database):
    def lose(uow, host):
        uow.save(one_more(1))
        host.exec_driver_sql("ROLLBACK")

    def lose_and_fail(host):
        with UnitOfWork(host, book=BOOK) as uow:
            lose(uow, host)
            raise HostError

    with database.untouched(), database.engine.connect() as host:
        over = {"value": "the transaction is over", "limit": TURN}
        with (
            refused(RetryTransaction, "store.retry_transaction", **over),
            UnitOfWork(host, book=BOOK) as uow,
        ):
            lose(uow, host)
        host.rollback()
        with pytest.raises(HostError):
            lose_and_fail(host)
        host.rollback()


# ---- hosts that cannot be worked on


def refused_as(error, value, limit):
    return refused(error, error.code, value=value, limit=limit)


def lost(name):
    return refused_as(ConnectionLost, name, "a connection that holds")


def again(name):
    return refused_as(RetryTransaction, name, TURN)


def test_a_session_without_a_database_is_refused():
    with refused_as(InvalidTerms, "one bound to nothing", "a Session bound to an Engine"):
        UnitOfWork(Session(), book=BOOK).__enter__()


def test_a_closed_connection_is_refused(database):
    host = database.engine.connect()
    host.close()
    with lost("ResourceClosedError"):
        UnitOfWork(host, book=BOOK).__enter__()


def test_a_savepoint_that_is_over_is_refused(database):
    with database.engine.connect() as host, host.begin_nested() as savepoint:
        savepoint.rollback()
        with again("InvalidRequestError"):
            UnitOfWork(host, book=BOOK).__enter__()


def test_a_session_whose_own_rows_failed_is_refused_until_it_rolls_back(database):
    with database.untouched(), Session(database.engine) as session:
        with UnitOfWork(session, book=BOOK) as uow:
            uow.save(one_more(1))
            session.add(Note(id=1, text=None))
            with pytest.raises(IntegrityError):
                session.flush()
            for go_on in (lambda: uow.save(one_more(2)), uow.commit):
                with pytest.raises(RetryTransaction):
                    go_on()
        with again("PendingRollbackError"):
            UnitOfWork(session, book=BOOK).__enter__()
        session.rollback()
        with UnitOfWork(session, book=BOOK) as uow:
            assert uow.loans.ids() == []


def test_tables_are_examined_and_guarded_by_an_engine_or_a_connection(database):
    with Session(database.engine) as session:
        for ask in (doctor, create_all, install_guards, remove_guards):
            with refused_as(InvalidTerms, "Session", "an Engine or a Connection"):
                ask(session)


def test_no_free_connection_means_to_try_again(database):
    pool = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": 0.01}
    engine = database.new_engine(**pool)
    asking = (
        lambda: UnitOfWork(engine, book=BOOK).__enter__(),
        lambda: books_of(engine),
        lambda: doctor(engine),
        lambda: create_all(engine),
        lambda: install_guards(engine),
        lambda: remove_guards(engine),
    )
    with engine.connect():
        for ask in asking:
            with again("TimeoutError"):
                ask()


def test_what_is_kept_beyond_the_block_answers_no_more(database):
    database.keep(one_more(1))
    with database.work() as uow:
        read, every, write = uow.loans, uow.loans.all(), uow.assignments
    for ask in (lambda: read.get("HT-1"), lambda: next(every)):
        with lost("ResourceClosedError"):
            ask()
    with refused_as(InvalidTerms, "one outside of it", "used inside its block"):
        write.record()


def test_what_is_kept_beyond_a_joined_block_writes_no_more(database, host):
    with UnitOfWork(host, book=BOOK) as uow:
        funds = uow.funds
        uow.save(a_fund())
        uow.commit()
    with refused_as(InvalidTerms, "one outside of it", "used inside its block"):
        funds.withdraw("F-01", cny(1), under=RULES, on=date(2024, 1, 1), ref="退1")


# ---- no tables


def test_a_database_without_tables_is_named(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.db'}", poolclass=NullPool)
    none = refused_as(SchemaMismatch, "0000", SCHEMA_VERSION)
    with none:
        books_of(engine)


def test_tables_that_the_host_made_and_rolled_back_are_not_taken_for_there(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'new.db'}", poolclass=NullPool)
    with engine.connect() as host:
        create_all(host)
        with UnitOfWork(host, book=BOOK) as uow:
            uow.save(a_fund())
            uow.commit()
        host.rollback()
    with refused_as(SchemaMismatch, "0000", SCHEMA_VERSION):
        UnitOfWork(engine, book=BOOK).__enter__()


def test_tables_that_went_since_are_missed_by_name(database):
    engine = database.new_engine()
    with UnitOfWork(engine, book=BOOK) as uow:
        assert uow.loans.ids() == []
    database.sql("ALTER TABLE microloan_loan RENAME TO gone")
    try:
        with (
            UnitOfWork(engine, book=BOOK) as uow,
            refused_as(SchemaMismatch, "0000", SCHEMA_VERSION),
        ):
            uow.loans.ids()
    finally:
        database.sql("ALTER TABLE gone RENAME TO microloan_loan")


# ---- identities that are asked for

ASKED = {
    "a loan": lambda uow, name: uow.loans.get(name),
    "some loans": lambda uow, name: list(uow.loans.some([name])),
    "loans of a fund": lambda uow, name: list(uow.loans.guaranteed_by(name)),
    "a fund": lambda uow, name: uow.funds.get(name),
    "requests of a bank": lambda uow, name: uow.requests.of(name),
    "assignments of a loan": lambda uow, name: uow.assignments.of(name),
    "leverage": lambda uow, name: uow.leverage(name, under=RULES, as_of=date(2024, 1, 1)),
    "withdrawal": lambda uow, name: uow.funds.withdraw(
        name, cny(1), under=RULES, on=date(2024, 1, 1), ref="退1"
    ),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_what_cannot_name_anything_is_refused_before_it_is_asked_for(database, ask):
    with database.work() as uow:
        for name in ("\ud800", "a\0b", 5, None, b"x", 10**30, ["x"], "x" * 65, "", " x"):
            with pytest.raises((InvalidIdentity, InvalidTerms)):
                ask(uow, name)
        with pytest.raises(InvalidIdentity):
            uow.follow_up.visits(["\ud800"])


# ---- nothing of a row hangs on a refusal


def test_no_driver_words_hang_on_a_refusal(database, caplog):
    database.trip("microloan_loan", "someone said 王小明")
    with caplog.at_level(logging.DEBUG), database.work() as uow:
        with pytest.raises(MicroloanError) as caught:
            uow.save(one_more(1))
        assert isinstance(caught.value, StorageRefused)
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None
    assert "王小明" not in caplog.text
