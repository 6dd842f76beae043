"""A book verified while it is in use: by whom may only read, and while others write to it."""

from contextlib import contextmanager
from datetime import date
from threading import Event, Thread

import pytest
from sqlalchemy import event

from busy_book import write_busy_book
from histories import RULES, a_fund, a_loan
from microloan import (
    ConcurrentUpdate,
    InvalidTerms,
    MicroloanError,
    RetryTransaction,
    cny,
    pay_claim,
)
from microloan.store import UnitOfWork, doctor
from microloan.store import one_moment as held
from refusals import refused

BOOK = "990101"
ON_POSTGRESQL = pytest.mark.only("postgresql", "a transaction of SQLite sees one moment always")


def codes(findings):
    return {(one.code.removeprefix("audit.k15_"), one.subject) for one in findings}


# --- while others write


def write_more(database, number):
    """Admit a loan, pay it for its debtor, and put money into the fund: a row on each side."""
    name = f"HT-9{number}"
    with database.work() as uow:
        uow.admit(a_loan(name), under=RULES, on=date(2024, 1, 15))
        day = date(2024, 12, 20)
        uow.save(*pay_claim(uow.funds.get("F-01"), uow.loans.get(name), on=day, ref=name))
        uow.save(uow.funds.get("F-01").deposit(cny(1), on=day, ref=f"入{number}"))
        uow.commit()


@contextmanager
def writing_before_each_question(engine, write):
    """Let somebody write before the second question about a table of ours, and each twelfth on."""
    asked = []

    def before(_connection, _cursor, statement, *_rest):
        if "FROM microloan_" in statement:
            asked.append(statement)
            if len(asked) % 12 == 2:
                write(len(asked))

    event.listen(engine, "before_cursor_execute", before)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", before)


@pytest.fixture
def funded(database):
    database.keep(a_fund(900_000_000))
    database.admit(a_loan(), under=RULES)
    return database


@ON_POSTGRESQL
@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
@pytest.mark.parametrize("read_only", ["on", "off"])
def test_who_verifies_sees_one_moment_whoever_writes_meanwhile(funded, level, read_only):
    options = f"-c default_transaction_read_only={read_only}"
    engine = funded.new_engine(isolation_level=level, connect_args={"options": options})
    with writing_before_each_question(engine, lambda number: write_more(funded, number)):
        with UnitOfWork(engine, book=BOOK) as uow:
            assert uow.verify() == ()
    assert funded.count("loan") > 5


@ON_POSTGRESQL
def test_the_control_reads_each_question_at_another_moment(funded, monkeypatch):
    """Without one moment the same writing makes a sound book look broken."""
    monkeypatch.setattr(held, "_SEES_EACH_COMMIT", "never")
    engine = funded.new_engine()
    with writing_before_each_question(engine, lambda number: write_more(funded, number)):
        with UnitOfWork(engine, book=BOOK) as uow:
            assert uow.verify() != ()


@ON_POSTGRESQL
def test_after_verifying_the_unit_goes_on_as_before(funded):
    with funded.work() as uow:
        assert uow.verify() == ()
        uow.save(uow.funds.get("F-01").deposit(cny(1), on=date(2024, 9, 1), ref="入1"))
        assert uow.verify() == ()
        uow.commit()
        assert uow.verify() == ()
        uow.save(uow.funds.get("F-01").deposit(cny(1), on=date(2024, 9, 1), ref="入2"))
        uow.commit()
    assert {"入1", "入2"} <= {line.ref for line in funded.fund().entries}


@ON_POSTGRESQL
def test_who_has_written_keeps_it_and_holds_the_book_while_he_verifies(funded):
    quick = funded.new_engine(connect_args={"options": "-c lock_timeout=200"})
    with funded.work() as uow:
        uow.save(uow.funds.get("F-01").deposit(cny(1), on=date(2024, 9, 1), ref="入1"))
        assert uow.verify() == ()
        with pytest.raises(RetryTransaction), UnitOfWork(quick, book=BOOK) as other:
            other.save(other.loans.get("HT-1").repay(cny(1), on=date(2024, 9, 5), ref="还1"))
        uow.commit()
    assert "入1" in {line.ref for line in funded.fund().entries}


@ON_POSTGRESQL
def test_a_host_who_reads_what_others_commit_holds_the_book(funded):
    quick = funded.new_engine(connect_args={"options": "-c lock_timeout=200"})
    with funded.engine.connect() as connection:
        with UnitOfWork(connection, book=BOOK) as uow:
            assert uow.verify() == ()
            with pytest.raises(RetryTransaction), UnitOfWork(quick, book=BOOK) as other:
                other.save(other.loans.get("HT-1").repay(cny(1), on=date(2024, 9, 5), ref="还1"))
        connection.rollback()


@ON_POSTGRESQL
def test_a_host_who_sees_one_moment_holds_nobody_up(funded):
    engine = funded.new_engine(isolation_level="REPEATABLE READ")
    with writing_before_each_question(engine, lambda number: write_more(funded, number)):
        with engine.connect() as connection, UnitOfWork(connection, book=BOOK) as uow:
            assert uow.verify() == ()


@ON_POSTGRESQL
def test_a_host_who_may_not_lock_the_book_is_told_how_to_verify(funded):
    with funded.engine.connect() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        with UnitOfWork(connection, book=BOOK) as uow:
            with refused(
                InvalidTerms,
                "terms.invalid",
                value="read committed",
                limit="REPEATABLE READ; verify in such a transaction, or hand in the engine",
            ):
                uow.verify()
        connection.rollback()
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with UnitOfWork(connection, book=BOOK) as uow:
            assert uow.verify(anchor=uow.anchor()) == ()


@ON_POSTGRESQL
def test_a_book_that_begins_while_a_host_verifies_is_no_finding(funded):
    def begin(number):
        if number == 14:  # after the row that is not there was asked for
            with UnitOfWork(funded.engine, book="other") as uow:
                uow.save(a_loan("N-1", guarantee=None))
                uow.commit()

    engine = funded.new_engine()
    with writing_before_each_question(engine, begin), engine.connect() as connection:
        with pytest.raises(RetryTransaction), UnitOfWork(connection, book="other") as uow:
            uow.verify()


def test_two_who_write_and_two_who_verify_at_once_find_nothing(funded):
    """No question is known beforehand here: threads, for two seconds at most."""
    stop, found, failed = Event(), [], []

    def repeat(work):
        number = 0
        while not stop.is_set():
            number += 1
            try:
                work(number)
            except ConcurrentUpdate:
                continue
            except MicroloanError as refusal:
                failed.append(refusal)
                return

    def verify(_number):
        with funded.work() as uow:
            found.extend(uow.verify(anchor=uow.anchor()))

    work = [lambda n, k=k: write_more(funded, f"{k}-{n}") for k in (1, 2)]
    threads = [Thread(target=repeat, args=(one,)) for one in (*work, verify, verify)]
    for one in threads:
        one.start()
    stop.wait(2)
    stop.set()
    for one in threads:
        one.join()
    assert (found, failed) == ([], [])


# --- who may only read


@pytest.fixture
def auditor(database):
    """An engine of a role that may SELECT and nothing else."""
    write_busy_book(database.work)
    database.sql(
        "DO $$ BEGIN CREATE ROLE microloan_auditor; EXCEPTION"
        " WHEN duplicate_object THEN NULL; END $$"
    )
    database.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO microloan_auditor")
    engine = database.new_engine()
    event.listen(engine, "connect", lambda raw, _: _become(raw))
    return engine


def _become(raw):
    raw.execute("SET ROLE microloan_auditor")
    raw.commit()


@ON_POSTGRESQL
def test_an_auditor_who_may_only_read_verifies_anchors_and_asks_the_doctor(database, auditor):
    with UnitOfWork(auditor, book=BOOK) as uow:
        anchor = uow.anchor()
        assert uow.verify(anchor=anchor) == ()
        for half in uow.half_years.closed():
            assert uow.half_years.verify(half, anchor=uow.half_years.anchor(half).digest) == ()
        assert uow.verify() == ()
    names = {one.code for one in doctor(auditor)}
    assert "store.role" not in names
    assert names == {one.code for one in doctor(database.engine)} - {"store.role"}


@ON_POSTGRESQL
def test_an_auditor_within_a_hosts_transaction_needs_one_moment(auditor):
    with auditor.connect() as connection, UnitOfWork(connection, book=BOOK) as uow:
        with pytest.raises(InvalidTerms, match="REPEATABLE READ"):
            uow.verify()


@pytest.mark.only("sqlite", "about a file that nobody may write to")
def test_a_file_that_may_only_be_read_is_verified(database, tmp_path):
    write_busy_book(database.work)
    engine = database.new_engine()
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA query_only = ON"))
    with UnitOfWork(engine, book=BOOK) as uow:
        assert uow.verify(anchor=uow.anchor()) == ()


# --- a table that is not there


@pytest.fixture
def broken(database):
    """A busy book with an entry of a loan and an account changed, to see who still looks."""
    write_busy_book(database.work)
    database.disarm()
    return database


GONE = [
    "microloan_contact",
    "microloan_visit",
    "microloan_assignment",
    "microloan_request_line",
    "microloan_request",
    "microloan_register",
    "microloan_account",
    "microloan_closing_head",
    "microloan_closing",
    "microloan_reopening",
    "microloan_fund_day",
    "microloan_fund_entry",
    "microloan_loan_entry",
    "microloan_loan",
]


@pytest.mark.parametrize("table", GONE)
def test_a_table_that_is_gone_is_one_finding_and_the_others_still_come(broken, table):
    broken.sql(f"ALTER TABLE {table} RENAME TO gone")
    with broken.work() as uow:
        [one] = uow.verify(anchor=None)
    assert codes([one]) == {("unreadable", table)}
    changes = {
        "microloan_contact": ("UPDATE {} SET note = 'X'", "chain_broken"),
        "microloan_loan_entry": ("UPDATE {} SET ref = 'X' WHERE number = 2", "chain_broken"),
        "microloan_fund_day": ("UPDATE {} SET balance_fen = balance_fen + 1", "sums_differ"),
    }
    needs = {"microloan_fund_day": {"microloan_fund_entry", "microloan_loan_entry"}}
    for other, (change, code) in changes.items():
        if table not in {other, "microloan_loan"} | needs.get(other, set()):
            broken.sql(change.format(other))
            with broken.work() as uow:
                assert code in {name for name, _ in codes(uow.verify())}, other
            return


def test_a_column_that_is_gone_is_one_finding(broken):
    broken.sql("ALTER TABLE microloan_contact RENAME COLUMN note TO remark")
    with broken.work() as uow:
        [one] = uow.verify()
        assert uow.verify() == (one,)
    assert codes([one]) == {("unreadable", "microloan_contact")}
    assert "microloan_contact" in one.zh


@ON_POSTGRESQL
def test_a_table_that_an_auditor_may_not_read_is_one_finding(database, auditor):
    database.sql("REVOKE SELECT ON microloan_visit FROM microloan_auditor")
    with UnitOfWork(auditor, book=BOOK) as uow:
        assert codes(uow.verify()) == {("unreadable", "microloan_visit")}
