"""A book in a database, seen from two sides: through the store, and by raw SQL that trusts nothing.

Every test that asks for a database runs on each of BACKENDS, unless it is marked ``only``.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import count

import pytest
from hypothesis import settings

from databases import Files, PostgreSQLDatabase, Shelf, SQLiteFile, sharing_compiled
from histories import RULES
from microloan import Dated
from microloan.store import UnitOfWork, create_all
from postgres_server import fresh_database
from refusals import refused

BOOK = "990101"
BACKENDS = ("sqlite", "postgresql", "partitioned")
PARTITIONED = ("test_closing", "test_follow_up", "test_requests", "test_round_trip")
"""What runs on split tables each time; the other tests do so only with the slow ones."""
OWN_SETTINGS = "_hypothesis_internal_use_settings"
NOTES = pytest.StashKey[list[str]]()


class Database:
    """A database with the tables of the store; every engine on it is disposed at the end."""

    def __init__(self, raw):
        self.raw = raw
        self.driver, self.name, self.url = raw.driver, raw.name, raw.url
        self._engines = []
        self.engine = sharing_compiled(self.new_engine())

    @property
    def path(self):
        """The file; only SQLite has one."""
        return self.raw.path

    def new_engine(self, **options):
        """Another engine on the same database, as another process would have it.

        Its ``patience`` is how many seconds it waits for whoever else holds a lock.
        """
        engine = self.raw.new_engine(**options)
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
        return self.raw.sql(statement, *values)

    def tamper(self, statement, *values):
        """As :meth:`sql`, by somebody who took the guards away first and puts them back."""
        return self.raw.tamper(statement, *values)

    def one(self, statement, *values):
        """The single value of a statement."""
        [[value]] = self.sql(statement, *values)
        return value

    def count(self, table):
        return self.one(f"SELECT count(*) FROM microloan_{table}")

    def tables(self):
        return self.raw.tables()

    def columns(self, table):
        return self.raw.columns(table)

    def kinds(self, table, column):
        """As what the values of a column are stored: whole numbers as ``integer``."""
        return self.raw.kinds(table, column)

    def disarm(self):
        """Take the guards away for good."""
        self.raw.disarm()

    def with_keys(self, statement):
        """Run one statement past the library where foreign keys are watched."""
        return self.raw.with_keys(statement)

    def trip(self, table, words):
        """Let every INSERT into a table fail with some words."""
        self.raw.trip(table, words)

    def digest(self):
        """One hash over every cell of every table."""
        return sha256(repr(self.raw.contents()).encode()).hexdigest()

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


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request):
    """Which database a test runs on."""
    return request.param


@pytest.fixture(scope="session")
def copies(backend, tmp_path_factory):
    """Copies of a database that has the tables and no row; every test starts with one."""
    match backend:
        case "sqlite":
            template = SQLiteFile(tmp_path_factory.mktemp("empty") / "empty.db")
        case "postgresql" | "partitioned":
            template = PostgreSQLDatabase(fresh_database(fsync=False))
    engine = template.new_engine()
    create_all(engine, **({"partitions": 4} if backend == "partitioned" else {}))
    engine.dispose()
    made = Files(template) if backend == "sqlite" else Shelf(template)
    yield made
    made.dispose()


@pytest.fixture
def new_database(tmp_path, copies):
    """Make databases; a second one is another office's."""
    made = []

    def make():
        made.append(Database(copies.lend(tmp_path / f"book-{len(made) + 1}.db")))
        return made[-1]

    yield make
    for database in made:
        database.dispose()
        copies.take_back(database.raw)


@pytest.fixture
def database(new_database):
    return new_database()


@pytest.fixture(scope="module")
def shared_database(tmp_path_factory, copies):
    """One database for all examples of a property; each example keeps a book of its own."""
    database = Database(copies.lend(tmp_path_factory.mktemp("shared") / "books.db"))
    yield database
    database.dispose()
    copies.take_back(database.raw)


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


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "rarely_on_a_server(reason): on PostgreSQL it is a slow test, on files not"
    )
    config.addinivalue_line("markers", "on_a_server: runs on PostgreSQL; set here, by its database")
    config.addinivalue_line(
        "markers",
        "only(backend, reason): a test about one of the databases; the others leave it out",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Leave a test about one database out on the others, and say at the end how many and why."""
    kept, left_out = [], Counter()
    for item in items:
        marker, on = item.get_closest_marker("only"), _backend(item)
        if on in ("postgresql", "partitioned"):
            item.add_marker(pytest.mark.on_a_server)
            if rarely := item.get_closest_marker("rarely_on_a_server"):
                item.add_marker(pytest.mark.slow)
                left_out[f"on {on} with the slow tests only: {rarely.args[0]}"] += 1
        if on == "partitioned" and item.path.stem not in PARTITIONED:
            item.add_marker(pytest.mark.slow)
        if marker is None or on in (None, marker.args[0]):
            kept.append(item)
        else:
            left_out[f"not run on {on}: {marker.args[1]}"] += 1
    left = [item for item in items if item not in set(kept)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
    notes = config.stash.setdefault(NOTES, [])
    notes += [f"{number} {reason}" for reason, number in sorted(left_out.items())]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """A property tries every example on a file, and a tenth as many on a server as well."""
    own = getattr(item.obj, OWN_SETTINGS, None)
    if own is None or _backend(item) in (None, "sqlite"):
        return (yield)
    setattr(item.obj, OWN_SETTINGS, settings(own, max_examples=max(own.max_examples // 10, 1)))
    try:
        return (yield)
    finally:
        setattr(item.obj, OWN_SETTINGS, own)


def _backend(item):
    return getattr(item, "callspec", None) and item.callspec.params.get("backend")


def pytest_terminal_summary(terminalreporter, config):
    """Print the lines that tests left."""
    for line in config.stash.get(NOTES, []):
        terminalreporter.write_line(line)
