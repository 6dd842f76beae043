"""A book in a file, seen from two sides: through the store, and by raw SQL that trusts nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import count
from shutil import copyfile

import pytest
from sqlalchemy import create_engine, event

from histories import RULES
from microloan import Dated
from microloan.store import UnitOfWork, create_all
from refusals import refused

BOOK = "990101"
NOTES = pytest.StashKey[list[str]]()


class Database:
    """An SQLite file with the tables of the store; every engine on it is disposed at the end."""

    def __init__(self, path):
        self.path = path
        self._engines = []
        self.engine = self.new_engine()

    def new_engine(self, **options):
        """Another engine on the same file, as another process would have it."""
        engine = create_engine(f"sqlite:///{self.path}", **options)
        event.listen(engine, "connect", _in_no_hurry)
        self._engines.append(engine)
        return engine

    def dispose(self):
        for engine in self._engines:
            engine.dispose()

    def work(self, book=BOOK):
        return UnitOfWork(self.engine, book=book)

    def keep(self, *aggregates, book=BOOK):
        """Save and commit."""
        with self.work(book) as uow:
            uow.save(*aggregates)
            uow.commit()

    def admit(self, *loans, under, on=None, book=BOOK):
        """Admit and commit; by default each loan on the day it was paid out."""
        with self.work(book) as uow:
            for loan in loans:
                uow.admit(loan, under=under, on=on or loan.terms.disbursed_on)
            uow.commit()

    def loan(self, loan_id="HT-1", book=BOOK):
        with self.work(book) as uow:
            return uow.loans.get(loan_id)

    def fund(self, fund_id="F-01", book=BOOK):
        with self.work(book) as uow:
            return uow.funds.get(fund_id)

    def sql(self, statement, *values):
        """Run one statement past the library and return its rows; what it changes is committed."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def one(self, statement, *values):
        """The single value of a statement."""
        [[value]] = self.sql(statement, *values)
        return value

    def count(self, table):
        return self.one(f"SELECT count(*) FROM microloan_{table}")

    def tables(self):
        found = self.sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return [name for (name,) in found]

    def digest(self):
        """One hash over every cell of every table."""
        rows = [
            (table, sorted(map(repr, self.sql(f"SELECT * FROM {table}"))))
            for table in self.tables()
        ]
        return sha256(repr(rows).encode()).hexdigest()

    @contextmanager
    def untouched(self):
        """Expect that no row changes."""
        before = self.digest()
        yield
        assert self.digest() == before

    @contextmanager
    def refuses(self, error, code, *, value, limit, says="", book=BOOK) -> Iterator[UnitOfWork]:
        """Expect one refusal in a unit of work that is committed all the same; no row changes."""
        with self.untouched(), self.work(book) as uow:
            with refused(error, code, value=value, limit=limit, says=says):
                yield uow
            uow.commit()


def _in_no_hurry(connection, record):
    """No test pulls the plug, so none waits for the disk."""
    if not connection.in_transaction:
        connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A file with the tables and no row, to be copied."""
    database = Database(tmp_path_factory.mktemp("empty") / "empty.db")
    create_all(database.engine)
    database.dispose()
    return database.path


@pytest.fixture
def new_database(tmp_path, empty_database):
    """Make databases; a second one is another office's."""
    made, numbers = [], count(1)

    def make():
        path = tmp_path / f"book-{next(numbers)}.db"
        made.append(Database(copyfile(empty_database, path)))
        return made[-1]

    yield make
    for database in made:
        database.dispose()


@pytest.fixture
def database(new_database):
    return new_database()


@pytest.fixture(scope="module")
def shared_database(tmp_path_factory, empty_database):
    """One database for all examples of a property; each example keeps a book of its own."""
    path = tmp_path_factory.mktemp("shared") / "books.db"
    database = Database(copyfile(empty_database, path))
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def new_book():
    """Name a book nobody has used."""
    numbers = count(1)
    return lambda: f"book-{next(numbers)}"


@pytest.fixture(scope="session")
def any_leverage():
    """Rules under which no cap is ever reached, from the first day a book knows."""
    provision = RULES.leverage_cap.values[0][1]
    cap = Dated("leverage cap", ((date(1990, 1, 1), replace(provision, value=10**14)),))
    basis = RULES.exposure_basis.values[0][1]
    always = Dated("exposure basis", ((date(1990, 1, 1), basis),))
    return replace(RULES, leverage_cap=cap, exposure_basis=always)


@pytest.fixture
def note(pytestconfig):
    """Leave a line for the end of the run."""
    return pytestconfig.stash.setdefault(NOTES, []).append


def pytest_terminal_summary(terminalreporter, config):
    """Print the lines that tests left."""
    for line in config.stash.get(NOTES, []):
        terminalreporter.write_line(line)
