"""What can go wrong with an SQLite file while a writer is at work: full, read-only, locked."""

import sqlite3
from contextlib import closing

from sqlalchemy import Engine, create_engine

from databases import SQLiteFile
from microloan import ReadOnlyDatabase, RetryTransaction, StorageFull
from microloan.store import UnitOfWork
from torture.acts import BOOK, SCRIPT, perform
from torture.states import disposing, engine_on
from torture.trial import Trials, met

ROOMY = 1_000_000
BUSY = {"timeout": 0.01}


def full(trials: Trials, file: SQLiteFile, number: int) -> None:
    """The file may not grow by more than so many pages, one more each time."""
    [(pages,)] = file.sql("PRAGMA page_count")
    for more in range(40):
        with disposing(engine_on(file)) as engine:
            limit(engine, pages + more)
            what = ("disk full", file, number)
            if not trials.expect(*what, lambda e=engine: perform(e, number), StorageFull):
                return
            if more == number % 7:
                limit(engine, ROOMY)
                trials.goes_on("disk full", file, number, engine)
                return


def limit(engine: Engine, pages: int) -> None:
    """Set how far the file may grow, on the one connection of an engine."""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").all()


def read_only_file(trials: Trials, file: SQLiteFile, number: int) -> None:
    """The file was opened for reading only."""
    url = f"file:{file.path}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(url, uri=True))
    with disposing(engine):
        do = lambda: perform(engine, number)  # noqa: E731
        trials.expect("read-only file", file, number, do, ReadOnlyDatabase)


def read_only_connection(trials: Trials, file: SQLiteFile, number: int) -> None:
    """The connection takes no writing; the same one takes it again afterwards."""
    with disposing(engine_on(file)) as engine:
        asked(engine, "query_only = ON")
        do = lambda: perform(engine, number)  # noqa: E731
        trials.expect("read-only connection", file, number, do, ReadOnlyDatabase)
        asked(engine, "query_only = OFF")
        trials.goes_on("read-only connection", file, number, engine)


def asked(engine: Engine, pragma: str) -> None:
    """Set a pragma on the one connection of an engine."""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA {pragma}")


def locked(trials: Trials, file: SQLiteFile, number: int) -> None:
    """Somebody else writes, and then somebody reads when the writer commits."""
    with disposing(create_engine(file.url, connect_args=BUSY)) as engine:
        do = lambda: perform(engine, number)  # noqa: E731
        for begin in ("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"):
            with closing(sqlite3.connect(file.path, isolation_level=None)) as other:
                other.execute(begin)
                seen = met(do)
            trials.expect("locked", file, number, lambda e=seen: again(e), RetryTransaction)
        with closing(sqlite3.connect(file.path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM microloan_book").fetchall()
            trials.expect("read while committing", file, number, do, RetryTransaction)
        trials.goes_on("locked", file, number, engine)


def again(seen: Exception | None) -> None:
    """Raise what was seen while a lock was held; it is looked at when the lock is gone."""
    if seen is not None:
        raise seen


def read_late(trials: Trials, file: SQLiteFile, number: int) -> None:
    """The host read an older state before another wrote; with the write-ahead log only."""
    file.sql("PRAGMA journal_mode = WAL")
    with disposing(engine_on(file)) as engine, engine.connect() as host:
        host.exec_driver_sql("BEGIN")
        host.exec_driver_sql("SELECT count(*) FROM microloan_book").all()
        with closing(sqlite3.connect(file.path)) as other, other:
            other.execute("CREATE TABLE elsewhere (one INTEGER)")
            other.execute("DROP TABLE elsewhere")

        def joined() -> None:
            with UnitOfWork(host, book=BOOK) as uow:
                SCRIPT[number].do(uow)
                uow.commit()

        seen = met(joined)
        host.rollback()
    trials.expect("older snapshot", file, number, lambda: again(seen), RetryTransaction)
    file.sql("PRAGMA journal_mode = DELETE")


FAULTS = (full, read_only_file, read_only_connection, locked, read_late)
