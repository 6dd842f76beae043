"""The databases a torture programme runs on: fresh ones, with the tables of the store."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

from microloan.store import create_all
from postgres_server import drop_database, fresh_database

_HIGHER = ("REPEATABLE READ", "SERIALIZABLE")
EVERYWHERE = ("SQLite TRUNCATE", "SQLite WAL", "PostgreSQL")
"""As hosts have them; they may also ask PostgreSQL for a higher isolation."""
HIGHER = tuple(f"PG {level}" for level in _HIGHER)


@dataclass(frozen=True, slots=True)
class Place:
    """One database that several processes can open.

    Args:
        name: what it is called on the line of a tally.
        url: where it is.
        journal: how an SQLite file keeps its journal.
        isolation: the isolation level of PostgreSQL's transactions; empty for its own default.
    """

    name: str
    url: str
    journal: str = ""
    isolation: str = ""

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return bool(self.journal)

    def engine(self, **options: object) -> Engine:
        """Return an engine of one's own, which waits its turn."""
        if self.isolation:
            options = {"isolation_level": self.isolation} | options
        if not self.is_sqlite:
            return create_engine(self.url, **options)
        engine = create_engine(self.url, connect_args={"timeout": 60}, **options)

        @event.listens_for(engine, "connect")
        def set_up(connection: object, record: object) -> None:
            """Keep the journal as it is said; nobody pulls the plug, so nobody waits for a disk."""
            connection.execute(f"PRAGMA journal_mode = {self.journal}")
            connection.execute("PRAGMA synchronous = OFF")

        return engine


def places(*names: str) -> Iterator[Place]:
    """Yield fresh databases with the tables, one after the other; without names, everywhere."""
    known = {
        "SQLite TRUNCATE": lambda: sqlite("TRUNCATE"),
        "SQLite WAL": lambda: sqlite("WAL"),
        "PostgreSQL": postgresql,
        **{f"PG {level}": partial(postgresql, isolation=level) for level in _HIGHER},
    }
    for name in names or EVERYWHERE:
        with known[name]() as place:
            yield place


@contextmanager
def sqlite(journal: str) -> Iterator[Place]:
    """Make a file with the tables."""
    with TemporaryDirectory(prefix="ml-") as folder:
        place = Place(f"SQLite {journal}", f"sqlite:///{Path(folder, 'book.db')}", journal)
        with_tables(place)
        yield place


@contextmanager
def postgresql(*, isolation: str = "") -> Iterator[Place]:
    """Make a database with the tables on this process's server, which waits for no disk."""
    with ExitStack() as after:
        url = fresh_database(fsync=False)
        after.callback(drop_database, url)
        name = f"PG {isolation}" if isolation else "PostgreSQL"
        place = Place(name, url, isolation=isolation)
        with_tables(place)
        yield place


def with_tables(place: Place) -> None:
    """Make the tables."""
    engine = place.engine(poolclass=NullPool)
    create_all(engine)
    engine.dispose()
