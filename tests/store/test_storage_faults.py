"""What a database cannot do is said by name, and leaves nothing half done."""

import logging
import sqlite3
from contextlib import contextmanager
from datetime import date

import psycopg
import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from histories import RULES, a_fund, a_loan, pays
from microloan import (
    CommitOutcomeUnknown,
    ConcurrentUpdate,
    ConnectionLost,
    GuardRefused,
    HalfYear,
    MicroloanError,
    ReadOnlyDatabase,
    RetryTransaction,
    StorageDamaged,
    StorageFull,
    StorageRefused,
    cny,
)
from microloan.store import UnitOfWork
from microloan.store.faults import named_faults, refusal_of
from refusals import refused

BOOK = "990101"
sqlite_only = pytest.mark.only("sqlite", "faults of a file")
server_only = pytest.mark.only("postgresql", "faults of a server")
PERSON = "王小明 990101199001010019"


def fails_as(error, *, value):
    """Expect one refusal of this very class; no driver's words hang on it."""
    code = error.code
    return refused(error, code, value=value, limit=LIMITS[error])


LIMITS = {
    RetryTransaction: "one writer at a time",
    ConcurrentUpdate: "one writer at a time",
    StorageFull: "the room of the disk",
    StorageDamaged: "sound files",
    ReadOnlyDatabase: "a database that can be written",
    ConnectionLost: "a connection that holds",
    GuardRefused: "what is written once stays",
    StorageRefused: "what the tables can hold",
}


# ---- names


class Raw(Exception):
    """What a driver raises."""

    def __init__(self, words="", **names):
        super().__init__(words)
        for name, value in names.items():
            setattr(self, name, value)


def sqlite_says(name, words=""):
    return DBAPIError("SELECT ?", (PERSON,), Raw(words, sqlite_errorname=name))


def server_says(state, words=""):
    return DBAPIError("SELECT %s", (PERSON,), Raw(words, sqlstate=state))


NAMES = [
    ("SQLITE_BUSY", RetryTransaction),
    ("SQLITE_BUSY_SNAPSHOT", RetryTransaction),
    ("SQLITE_BUSY_RECOVERY", RetryTransaction),
    ("SQLITE_LOCKED_SHAREDCACHE", RetryTransaction),
    ("SQLITE_PROTOCOL", RetryTransaction),
    ("SQLITE_CONSTRAINT_PRIMARYKEY", ConcurrentUpdate),
    ("SQLITE_CONSTRAINT_UNIQUE", ConcurrentUpdate),
    ("SQLITE_FULL", StorageFull),
    ("SQLITE_READONLY", ReadOnlyDatabase),
    ("SQLITE_READONLY_DBMOVED", ReadOnlyDatabase),
    ("SQLITE_IOERR", StorageDamaged),
    ("SQLITE_IOERR_FSYNC", StorageDamaged),
    ("SQLITE_CORRUPT", StorageDamaged),
    ("SQLITE_CORRUPT_INDEX", StorageDamaged),
    ("SQLITE_NOTADB", StorageDamaged),
    ("SQLITE_CANTOPEN", StorageDamaged),
    ("SQLITE_NOMEM", StorageRefused),
]
STATES = [
    ("40001", RetryTransaction),
    ("40P01", RetryTransaction),
    ("55P03", RetryTransaction),
    ("57014", RetryTransaction),
    ("25P02", RetryTransaction),
    ("23505", ConcurrentUpdate),
    ("53100", StorageFull),
    ("25006", ReadOnlyDatabase),
    ("58030", StorageDamaged),
    ("58P01", StorageDamaged),
    ("XX001", StorageDamaged),
    ("XX002", StorageDamaged),
    ("08006", ConnectionLost),
    ("57P01", ConnectionLost),
    ("57P02", ConnectionLost),
    ("57P03", ConnectionLost),
    ("25P03", ConnectionLost),
    ("53200", StorageRefused),
    ("42501", StorageRefused),
]


@pytest.mark.parametrize(("name", "error"), NAMES)
def test_every_fault_of_a_file_has_one_refusal(name, error):
    with fails_as(error, value=name):
        raise refusal_of(sqlite_says(name))


@pytest.mark.parametrize(("state", "error"), STATES)
def test_every_fault_of_a_server_has_one_refusal(state, error):
    with fails_as(error, value=state):
        raise refusal_of(server_says(state))


def test_an_older_driver_of_a_server_gives_the_same_name_elsewhere():
    fault = DBAPIError("", (), Raw(pgcode="40001"))
    assert type(refusal_of(fault)) is RetryTransaction


def test_a_broken_connection_is_lost_whatever_its_last_words_were():
    fault = DBAPIError("", (), Raw(sqlstate="55000"), connection_invalidated=True)
    with fails_as(ConnectionLost, value="55000"):
        raise refusal_of(fault)


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_a_server_that_cannot_be_asked_is_out_of_reach(kind):
    with fails_as(ConnectionLost, value="Raw"):
        raise refusal_of(kind("", (), Raw("could not connect")))


def test_a_text_that_is_none_is_a_damaged_file():
    with fails_as(StorageDamaged, value="OperationalError"):
        raise refusal_of(OperationalError("", (), sqlite3.OperationalError("Could not decode")))


def test_what_has_no_name_is_refused_by_its_class():
    with fails_as(StorageRefused, value="ProgrammingError"):
        raise refusal_of(DBAPIError("", (), sqlite3.ProgrammingError(PERSON)))


@pytest.mark.parametrize("says", [sqlite_says, server_says])
def test_a_guard_is_known_by_its_own_words(says):
    words = "ML001 microloan_loan: written once, no DELETE"
    with fails_as(GuardRefused, value=words):
        raise refusal_of(says("23514", f"{words}\nCONTEXT: {PERSON}"))


@pytest.mark.parametrize("says", [sqlite_says, server_says])
def test_a_guard_of_a_key_says_that_another_came_first(says):
    words = "ML002 microloan_loan: a row with this key stands already"
    with fails_as(ConcurrentUpdate, value=words):
        raise refusal_of(says("23514", words))


def test_a_constraint_is_named_where_the_driver_names_it():
    raw = Raw("CHECK constraint failed: ck_microloan_fund_balance_fen")
    raw.sqlite_errorname = "SQLITE_CONSTRAINT_CHECK"
    with fails_as(StorageRefused, value="ck_microloan_fund_balance_fen"):
        raise refusal_of(DBAPIError("", (), raw))


def test_nothing_of_a_row_is_told(caplog):
    fault = server_says("23505", f'Key (ref)=("{PERSON}") already exists.')

    def fail():
        with named_faults():
            raise fault

    with caplog.at_level(logging.DEBUG), pytest.raises(ConcurrentUpdate) as caught:
        fail()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    told = f"{caught.value!s} {caught.value!r} {caught.value.zh} {caught.value.value} {caplog.text}"
    assert "23505" in told
    assert not any(part in told for part in PERSON.split())


# ---- what is the host's own


def test_the_hosts_own_statement_in_our_block_keeps_its_error(database):
    database.keep(a_loan(guarantee=None))
    with database.engine.connect() as host, UnitOfWork(host, book=BOOK) as uow:
        with pytest.raises(DBAPIError), host.begin_nested():
            host.execute(text("SELECT nothing FROM nowhere"))
        for loan in uow.loans.all():
            with pytest.raises(DBAPIError), host.begin_nested():
                host.execute(text("SELECT nothing FROM nowhere"))
            assert loan == a_loan(guarantee=None)


def test_the_hosts_error_between_two_loans_is_passed_on(database):
    database.keep(a_loan(guarantee=None))

    def ask(uow, host):
        for _ in uow.loans.all():
            host.execute(text("SELECT nothing FROM nowhere"))

    with (
        database.engine.connect() as host,
        UnitOfWork(host, book=BOOK) as uow,
        pytest.raises(DBAPIError),
    ):
        ask(uow, host)


# ---- a fault in an act leaves nothing of it, and the others


def fail_at(engine, words, raw):
    """Let the driver fail at the first statement that begins like this."""

    @event.listens_for(engine, "before_cursor_execute")
    def _(connection, cursor, statement, *rest):
        if statement.startswith(words):
            raise DBAPIError(statement, rest[0], raw)

    return _


@pytest.mark.parametrize(
    "words",
    [
        "INSERT INTO microloan_loan ",
        "INSERT INTO microloan_loan_entry",
        "UPDATE microloan_fund ",
    ],
)
def test_a_fault_half_way_leaves_nothing_of_the_act(database, words):
    database.keep(a_fund())
    with database.untouched():
        watch = fail_at(database.engine, words, Raw(sqlstate="53100"))
        with database.work() as uow:
            with fails_as(StorageFull, value="53100"):
                uow.admit(a_loan(), under=RULES, on=date(2024, 1, 15))
            assert uow.written == ()
            uow.commit()
    event.remove(database.engine, "before_cursor_execute", watch)
    database.admit(a_loan(), under=RULES)
    assert database.loan() == a_loan()


def test_what_was_done_before_a_fault_is_kept(database):
    database.keep(a_fund())
    fail_at(database.engine, "UPDATE microloan_fund ", Raw(sqlstate="53100"))
    with database.work() as uow:
        uow.save(a_loan("HT-2", guarantee=None))
        with fails_as(StorageFull, value="53100"):
            uow.admit(a_loan(), under=RULES, on=date(2024, 1, 15))
        uow.commit()
    assert database.sql("SELECT loan_id FROM microloan_loan") == [("HT-2",)]


READINGS = {
    "ids of loans": lambda uow: uow.loans.ids(),
    "a loan": lambda uow: uow.loans.get("HT-1"),
    "all loans": lambda uow: list(uow.loans.all()),
    "loans of a fund": lambda uow: list(uow.loans.guaranteed_by("F-01")),
    "a fund": lambda uow: uow.funds.get("F-01"),
    "ids of funds": lambda uow: uow.funds.ids(),
    "closed half-years": lambda uow: uow.half_years.closed(),
    "a half-year": lambda uow: uow.half_years.get(HalfYear(2009, 1)),
    "reopenings": lambda uow: uow.half_years.reopenings(),
    "requests": lambda uow: uow.requests.all(),
    "assignments": lambda uow: uow.assignments.all(),
    "visits": lambda uow: uow.follow_up.visits(),
    "contacts": lambda uow: uow.follow_up.contacts(),
    "leverage": lambda uow: uow.leverage("F-01", under=RULES, as_of=date(2024, 1, 1)),
    "a path": lambda uow: uow.leverage_path("F-01", under=RULES),
    "a bank's list": lambda uow: uow.reconcile([], as_of=date(2024, 1, 1)),
    "an anchor": lambda uow: uow.anchor(),
}


def test_a_fault_in_a_reading_is_named_too(database):
    database.keep(a_fund(), a_loan(guarantee=None))
    with database.work() as uow:
        watch = fail_at(database.engine, "SELECT microloan", Raw(sqlstate="58030"))
        for reading in READINGS.values():
            with fails_as(StorageDamaged, value="58030"):
                reading(uow)
        event.remove(database.engine, "before_cursor_execute", watch)


# ---- a file


@contextmanager
def held(database):
    """Somebody writes and does not end."""
    with database.new_engine().connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        other.rollback()


def impatient(database):
    return database.new_engine(connect_args={"timeout": 0.01})


@sqlite_only
def test_a_locked_file_is_named(database):
    with database.untouched(), held(database), fails_as(RetryTransaction, value="SQLITE_BUSY"):
        UnitOfWork(impatient(database), book=BOOK).__enter__()


@sqlite_only
def test_a_commit_that_was_refused_cannot_be_taken_for_one(database):
    """A reader keeps the commit from being written; calling it again keeps nothing either."""
    engine = impatient(database)
    with database.untouched(), database.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT count(*) FROM microloan_book").all()
        with UnitOfWork(engine, book=BOOK) as uow:
            uow.save(a_fund())
            with fails_as(RetryTransaction, value="SQLITE_BUSY"):
                uow.commit()
            for again in (uow.commit, lambda: uow.save(a_fund())):
                with fails_as(RetryTransaction, value="the transaction is over"):
                    again()
    with UnitOfWork(engine, book=BOOK) as uow:
        uow.save(a_fund())
        uow.commit()
    assert database.fund() == a_fund()


@sqlite_only
def test_a_full_file_is_named_and_what_is_kept_is_what_was_acknowledged(database):
    """Whatever SQLite undoes by itself: no act is kept by a commit that was lost before it."""
    database.keep(a_fund())
    engine = database.new_engine()
    kept, refusals = [], []
    with UnitOfWork(engine, book=BOOK) as uow:
        pages = uow._connection.exec_driver_sql("PRAGMA page_count").scalar()
        uow._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
        for number in range(200):
            loan = a_loan(f"HT-{number:03}", guarantee=None)
            try:
                uow.save(loan)
            except StorageFull as refusal:
                refusals.append(refusal.value)
                break
            kept.append(loan.id)
        try:
            uow.commit()
        except MicroloanError:
            kept = []
    assert refusals == ["SQLITE_FULL"]
    stored = database.sql("SELECT loan_id, entries FROM microloan_loan ORDER BY loan_id")
    assert stored == [(name, 1) for name in kept]
    assert database.count("loan_entry") == len(kept)


@sqlite_only
def test_a_transaction_that_sqlite_ended_by_itself_is_over(database):
    """Nothing done after it may look as if what was done before were still there."""
    with database.untouched(), database.work() as uow:
        uow.save(a_fund())
        uow._connection.exec_driver_sql("ROLLBACK")
        for go_on in (lambda: uow.save(a_loan(guarantee=None)), uow.commit):
            with fails_as(RetryTransaction, value="the transaction is over"):
                go_on()


@sqlite_only
def test_so_it_is_in_a_hosts_transaction(database):
    with database.untouched(), database.engine.connect() as host:
        with UnitOfWork(host, book=BOOK) as uow:
            uow.save(a_fund())
            host.exec_driver_sql("ROLLBACK")
            for go_on in (lambda: uow.save(a_loan(guarantee=None)), uow.commit):
                with fails_as(RetryTransaction, value="the transaction is over"):
                    go_on()
        host.rollback()


@sqlite_only
def test_a_savepoint_that_is_gone_hides_no_fault(database):
    """SQLite may undo the whole transaction; then there is no savepoint to go back to."""
    engine = database.engine

    @event.listens_for(engine, "before_cursor_execute")
    def _(connection, cursor, statement, *rest):
        if statement.startswith("INSERT INTO microloan_loan_entry"):
            connection.connection.dbapi_connection.execute("ROLLBACK")
            raise DBAPIError(statement, rest[0], Raw(sqlite_errorname="SQLITE_FULL"))

    with database.untouched(), database.work() as uow:
        uow.save(a_fund())
        with fails_as(StorageFull, value="SQLITE_FULL"):
            uow.save(a_loan(guarantee=None))
        with fails_as(RetryTransaction, value="the transaction is over"):
            uow.commit()


def only_reading(database):
    url = f"file:{database.path}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(url, uri=True))


def asked_not_to_write(database):
    engine = database.new_engine()
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA query_only = ON"))
    return engine


@sqlite_only
@pytest.mark.parametrize("read_only", [only_reading, asked_not_to_write])
def test_a_file_that_cannot_be_written_is_read_all_the_same(database, read_only):
    database.keep(a_fund())
    engine = read_only(database)
    with database.untouched(), UnitOfWork(engine, book=BOOK) as uow:
        assert uow.funds.get("F-01") == a_fund()
        with fails_as(ReadOnlyDatabase, value="SQLITE_READONLY"):
            uow.save(a_loan(guarantee=None))
    engine.dispose()


@sqlite_only
def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "book.db").write_bytes(b"no database at all" * 100)
    engine = create_engine(f"sqlite:///{tmp_path / 'book.db'}")
    with fails_as(StorageDamaged, value="SQLITE_NOTADB"):
        UnitOfWork(engine, book=BOOK).__enter__()


@sqlite_only
def test_a_folder_that_is_not_there_is_named(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'book.db'}")
    with fails_as(StorageDamaged, value="SQLITE_CANTOPEN"):
        UnitOfWork(engine, book=BOOK).__enter__()


@sqlite_only
def test_damaged_pages_are_named_and_no_loan_is_read_from_them(database):
    loans = [pays(a_loan(f"HT-{n}", guarantee=None), (1, date(2024, 2, 15))) for n in range(60)]
    database.keep(*loans)
    database.engine.dispose()
    size, page = database.path.stat().st_size, 4096
    with database.path.open("r+b") as file:
        file.seek(page)
        file.write(b"\xff" * (size - page))
    with pytest.raises(StorageDamaged), database.work() as uow:
        list(uow.loans.all())


@sqlite_only
def test_a_cell_that_is_no_text_is_named(database):
    database.keep(a_fund())
    database.tamper("UPDATE microloan_fund SET name = CAST(X'FF' AS TEXT)")
    with database.work() as uow, fails_as(StorageDamaged, value="OperationalError"):
        uow.funds.get("F-01")


# ---- a server


@contextmanager
def row_held(database, table="fund"):
    with database.new_engine().connect() as other:
        other.exec_driver_sql(f"SELECT * FROM microloan_{table} FOR UPDATE")
        yield
        other.rollback()


def setting(database, words):
    return database.new_engine(connect_args={"options": f"-c {words}"})


@server_only
@pytest.mark.parametrize(
    ("words", "state"), [("lock_timeout=50ms", "55P03"), ("statement_timeout=50ms", "57014")]
)
def test_a_wait_that_was_too_long_is_named(database, words, state):
    database.keep(a_fund())
    with (
        database.untouched(),
        UnitOfWork(setting(database, words), book=BOOK) as uow,
        row_held(database),
        fails_as(RetryTransaction, value=state),
    ):
        uow.admit(a_loan(), under=RULES, on=date(2024, 1, 15))


@server_only
def test_a_read_only_transaction_is_read_all_the_same(database):
    database.keep(a_fund())
    engine = setting(database, "default_transaction_read_only=on")
    with database.untouched(), UnitOfWork(engine, book=BOOK) as uow:
        assert uow.funds.get("F-01") == a_fund()
        with fails_as(ReadOnlyDatabase, value="25006"):
            uow.save(a_loan(guarantee=None))


@server_only
def test_a_conflict_of_higher_isolation_is_named(database):
    database.keep(a_fund(), a_loan(guarantee=None))
    engine = database.new_engine(isolation_level="REPEATABLE READ")
    with UnitOfWork(engine, book=BOOK) as uow:
        loan = uow.loans.get("HT-1")
        database.keep(pays(loan, (1, date(2024, 2, 15))))
        with fails_as(RetryTransaction, value="40001"):
            uow.save(pays(loan, (2, date(2024, 2, 15))))


@server_only
def test_after_a_reading_that_failed_a_commit_keeps_nothing_and_says_so(database):
    """A server answers COMMIT of such a transaction with a silent rollback."""
    database.keep(a_loan("HT-2", guarantee=None))
    with database.untouched(), UnitOfWork(database.engine, book=BOOK) as uow:
        uow.save(a_loan(guarantee=None))
        connection = uow._connection
        with pytest.raises(DBAPIError):
            connection.exec_driver_sql("SELECT nothing FROM nowhere")
        with fails_as(RetryTransaction, value="25P02"):
            uow.loans.ids()
        with fails_as(RetryTransaction, value="the transaction is over"):
            uow.commit()


def cut(database, uow):
    """End the server's side of a connection."""
    pid = uow._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    database.sql("SELECT pg_terminate_backend(?, 5000)", pid)


@server_only
def test_a_connection_lost_in_a_block_keeps_nothing(database):
    database.keep(a_loan("HT-2", guarantee=None))
    with database.untouched(), database.work() as uow:
        uow.save(a_loan(guarantee=None))
        cut(database, uow)
        with pytest.raises(ConnectionLost):
            uow.loans.ids()
        for go_on in (uow.commit, lambda: uow.save(a_fund()), uow.loans.ids):
            with pytest.raises(ConnectionLost):
                go_on()
    database.keep(a_loan(guarantee=None))


@server_only
def test_a_connection_that_was_lost_unnoticed_is_no_trouble_to_leave(database):
    with database.untouched(), database.work() as uow:
        uow.save(a_loan(guarantee=None))
        cut(database, uow)
    database.keep(a_loan(guarantee=None))


@server_only
def test_a_hosts_lost_connection_is_named(database):
    with Session(database.engine) as host:
        with UnitOfWork(host, book=BOOK) as uow:
            uow.save(a_loan(guarantee=None))
            cut(database, uow)
            with pytest.raises(ConnectionLost):
                uow.save(a_fund())
        host.rollback()
        with UnitOfWork(host, book=BOOK) as uow:
            uow.save(a_fund())
            uow.commit()
        host.commit()
    assert (database.count("fund"), database.count("loan")) == (1, 0)


@server_only
def test_a_server_that_is_not_there_is_out_of_reach(tmp_path):
    engine = create_engine(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}")
    with fails_as(ConnectionLost, value="OperationalError"):
        UnitOfWork(engine, book=BOOK).__enter__()


@server_only
def test_the_names_are_those_that_the_driver_uses():
    for state, _ in STATES:
        if not state.startswith("08"):
            assert psycopg.errors.lookup(state).sqlstate == state


# ---- the outcome of a commit


def cut_at_commit(database, *, before):
    """End the connection just before COMMIT is sent, or after it was done unheard."""
    engine = database.new_engine()
    commit = engine.dialect.do_commit

    def unheard(raw):
        if not before:
            commit(raw)
        database.sql("SELECT pg_terminate_backend(?, 5000)", raw.driver_connection.info.backend_pid)
        raw.driver_connection.execute("SELECT 'is it done?'")

    engine.dialect.do_commit = unheard
    return engine


def acts(uow):
    uow.save(a_fund())
    uow.admit(a_loan(), under=RULES, on=date(2024, 1, 15))
    uow.save(uow.loans.get("HT-1").repay(cny(600), on=date(2024, 2, 15), ref="R1"))
    uow.close(HalfYear(2009, 1), on=date(2025, 1, 1))


KEYS = (
    ("F-01", "fund", "F-01"),
    ("F-01", "deposit", "财预1"),
    ("HT-1", "admission", "HT-1"),
    ("HT-1", "disbursement", "HT-1"),
    ("HT-1", "repayment", "R1"),
    ("2009H1", "closing", "1"),
)


@server_only
@pytest.mark.parametrize("before", [True, False])
def test_a_commit_without_an_answer_names_what_to_repeat(database, before):
    def write():
        with UnitOfWork(cut_at_commit(database, before=before), book=BOOK) as uow:
            acts(uow)
            uow.commit()

    with pytest.raises(CommitOutcomeUnknown) as caught:
        write()
    assert caught.value.value == KEYS
    assert caught.value.limit == "an answer to the commit"
    assert caught.value.__suppress_context__
    assert database.count("loan") == (0 if before else 1)
    with database.work() as uow:
        acts(uow)
        assert uow.written == (KEYS if before else ())
        uow.commit()
    assert [database.count(one) for one in ("fund", "loan", "loan_entry", "closing")] == [
        1,
        1,
        2,
        1,
    ]
    assert database.one("SELECT exposure_fen FROM microloan_fund") == 12_000_000


@server_only
def test_where_nothing_was_written_nothing_has_to_be_repeated(database):
    def read():
        with UnitOfWork(cut_at_commit(database, before=True), book=BOOK) as uow:
            uow.loans.ids()
            uow.commit()

    with pytest.raises(ConnectionLost):
        read()


def test_what_was_written_is_named_until_it_is_committed(database):
    with database.work() as uow:
        assert uow.written == ()
        acts(uow)
        assert uow.written == KEYS
        assert uow.written[-1].of == "2009H1"
        uow.commit()
        assert uow.written == ()
        acts(uow)
        assert uow.written == ()
        uow.reopen(HalfYear(2009, 1), on=date(2025, 1, 2), reason="补登")
        assert uow.written == (("2009H1", "reopening", "1"),)
        uow.reopen(HalfYear(2009, 1), on=date(2025, 1, 2), reason="补登")
        assert uow.written == (("2009H1", "reopening", "1"),)


def test_a_refused_act_is_not_named(database):
    database.keep(a_fund(1))
    with database.work() as uow:
        uow.save(a_loan("HT-2", guarantee=None))
        before = uow.written
        with pytest.raises(MicroloanError):
            uow.admit(a_loan(), under=RULES, on=date(2024, 1, 15))
        assert uow.written == before


def test_a_joined_unit_names_what_it_wrote_after_its_own_commit(database):
    with database.engine.connect() as host, UnitOfWork(host, book=BOOK) as uow:
        uow.save(a_fund())
        uow.commit()
        assert uow.written == KEYS[:2]


def test_the_same_key_twice_in_one_batch_is_one_act(database):
    loan = pays(a_loan(guarantee=None), (600, date(2024, 2, 15)))
    with database.work() as uow:
        uow.save(loan, loan, loan)
        uow.commit()
    assert (database.count("loan"), database.count("loan_entry")) == (1, 2)


def test_the_same_key_with_another_content_is_refused_and_stores_neither(database):
    loan = a_loan(guarantee=None)
    one, other = (loan.repay(cny(yuan), on=date(2024, 2, 15), ref="回单1") for yuan in (600, 601))
    with database.untouched(), database.work() as uow:
        with pytest.raises(ConcurrentUpdate):
            uow.save(one, other)
        uow.commit()


def test_what_a_driver_cannot_even_decode_is_a_damaged_file():
    def fail():
        with named_faults():
            b"\xff".decode()

    with fails_as(StorageDamaged, value="UnicodeDecodeError"):
        fail()
