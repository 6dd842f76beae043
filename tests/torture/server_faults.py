"""What can go wrong with a transaction on PostgreSQL: it waits too long, may not write, conflicts.

A full disk is made with strace, where that is there; the caller says where it is not.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import sleep

from sqlalchemy import Connection, Engine, create_engine

from databases import PostgreSQLDatabase
from microloan import ConnectionLost, ReadOnlyDatabase, RetryTransaction, StorageFull
from microloan.store import UnitOfWork
from postgres_server import OVERRIDE
from torture.acts import BOOK, SCRIPT, perform
from torture.file_faults import again
from torture.states import disposing
from torture.tracing import hindrance, traced
from torture.trial import Fault, Trials, met


def with_setting(database: PostgreSQLDatabase, setting: str) -> Engine:
    """Return an engine whose connections have a setting of the server's."""
    return create_engine(database.url, connect_args={"options": f"-c {setting}"})


@contextmanager
def somebody_holds_the_book(database: PostgreSQLDatabase) -> Iterator[None]:
    """Hold the locks that every act waits for."""
    with database.raw() as other:
        other.execute("SELECT * FROM microloan_book FOR UPDATE")
        other.execute("SELECT * FROM microloan_fund FOR UPDATE")
        other.execute("SELECT * FROM microloan_loan FOR UPDATE")
        yield
        other.rollback()


def waits_for_a_lock(trials: Trials, database: PostgreSQLDatabase, number: int) -> None:
    """Somebody holds the rows for longer than the writer may wait for a lock."""
    waits(trials, database, number, "lock_timeout")


def waits_too_long(trials: Trials, database: PostgreSQLDatabase, number: int) -> None:
    """Somebody holds the rows for longer than a statement may take."""
    waits(trials, database, number, "statement_timeout")


def waits(trials: Trials, database: PostgreSQLDatabase, number: int, limit: str) -> None:
    """Let an act wait for rows, no longer than a limit of the server's."""
    with disposing(with_setting(database, f"{limit}=100ms")) as engine:
        with somebody_holds_the_book(database):
            seen = met(lambda: perform(engine, number))
        name = limit.replace("_", " ")
        trials.expect(name, database, number, lambda: again(seen), RetryTransaction)


def may_only_read(trials: Trials, database: PostgreSQLDatabase, number: int) -> None:
    """The server lets the writer read only."""
    with disposing(with_setting(database, "default_transaction_read_only=on")) as engine:
        do = lambda: perform(engine, number)  # noqa: E731
        trials.expect("read-only transaction", database, number, do, ReadOnlyDatabase)


def sees_an_older_state(trials: Trials, database: PostgreSQLDatabase, number: int) -> None:
    """Another writer changed the rows after the host had begun to read."""
    levels = ("REPEATABLE READ", "SERIALIZABLE")
    with disposing(create_engine(database.url)) as engine:
        for level in levels:
            with engine.connect().execution_options(isolation_level=level) as host:
                host.exec_driver_sql("SELECT count(*) FROM microloan_book").all()
                for table in ("book", "fund", "loan"):
                    column = {"book": "acts"}.get(table, "entries")
                    touch = f"UPDATE microloan_{table} SET {column} = {column}"
                    database.tamper(touch)
                seen = met(lambda at=host: joined(at, number))
                host.rollback()
            trials.expect(
                level.lower(), database, number, lambda e=seen: again(e), RetryTransaction
            )
        trials.goes_on("older snapshot", database, number, engine)


def joined(host: Connection, number: int) -> None:
    """Do an act in the host's transaction."""
    with UnitOfWork(host, book=BOOK) as uow:
        SCRIPT[number].do(uow)
        uow.commit()


def cut_off(trials: Trials, database: PostgreSQLDatabase, number: int) -> None:
    """The server ends the connection while the act waits."""
    with disposing(create_engine(database.url)) as engine:
        seen: list[Exception | None] = []
        with somebody_holds_the_book(database):
            writer = Thread(target=lambda: seen.append(met(lambda: perform(engine, number))))
            writer.start()
            end_the_waiting(database)
            writer.join()
        trials.expect("cut off", database, number, lambda: again(seen[0]), ConnectionLost)
        trials.goes_on("cut off", database, number, engine)


def end_the_waiting(database: PostgreSQLDatabase) -> None:
    """End the connection of whoever waits for a lock, once somebody does."""
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not database.sql(end):
        sleep(0.01)


GROWING = "pwrite64,pwritev,fallocate,ftruncate"


def disk_full(trials: Trials, database: PostgreSQLDatabase, number: int) -> None:
    """The server's process is refused the growing of the tables' files, as on a full disk."""
    with disposing(create_engine(database.url)) as engine:
        with engine.connect() as connection:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        files = database.sql(
            "SELECT DISTINCT current_setting('data_directory') || '/' || pg_relation_filepath(oid)"
            " FROM pg_class WHERE relname LIKE 'microloan%' AND relkind IN ('r', 'i')"
        )
        do = lambda: perform(engine, number)  # noqa: E731
        inject = f"inject={GROWING}:error=ENOSPC"
        with traced(pid, inject, only=[path for (path,) in files]):
            refused = trials.expect("disk full", database, number, do, StorageFull)
        if refused:
            trials.goes_on("disk full", database, number, engine)


FAULTS = (waits_for_a_lock, waits_too_long, may_only_read, sees_an_older_state, cut_off)


def hindered() -> str:
    """Return why the server's disk cannot be made to look full; nothing where it can."""
    return f"{OVERRIDE} names another's server" if OVERRIDE in os.environ else hindrance()


def faults() -> tuple[Fault, ...]:
    """Return what can be made to go wrong here."""
    return FAULTS if hindered() else (*FAULTS, disk_full)
