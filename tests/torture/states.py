"""What a database holds after each act of the script: the only states that a fault may leave."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic

from sqlalchemy import Engine, create_engine, event

from databases import PostgreSQLDatabase, SQLiteFile
from microloan import Finding, MicroloanError
from microloan.store import UnitOfWork, create_all
from torture.acts import BOOK, SCRIPT, perform

A_ROUND = 4
"""How many acts a writer does that has just begun."""
Database = SQLiteFile | PostgreSQLDatabase


def picture(database: Database) -> str:
    """Return one hash over every cell of every table, read past the library."""
    rows = [
        (table, sorted(repr(cells(row)) for row in database.sql(f"SELECT * FROM {table}")))
        for table in database.tables()
    ]
    return sha256(repr(rows).encode()).hexdigest()


def cells(row: tuple[object, ...]) -> list[object]:
    """Return the cells of a row alike for both databases; SQLite keeps yes and no as numbers."""
    return [int(cell) if isinstance(cell, bool) else cell for cell in row]


def engine_on(database: Database, journal: str = "", pragmas: tuple[str, ...] = ()) -> Engine:
    """Return an engine as a host has it; on SQLite with a journal and further pragmas."""
    engine = create_engine(database.url)
    said = ([f"journal_mode = {journal}"] if journal else []) + list(pragmas)
    if isinstance(database, PostgreSQLDatabase):
        return engine

    def set_up(connection: sqlite3.Connection, record: object) -> None:
        for pragma in said:
            connection.execute(f"PRAGMA {pragma}").fetchall()

    if said:
        event.listen(engine, "connect", set_up)
    return engine


@contextmanager
def disposing(engine: Engine) -> Iterator[Engine]:
    """Close an engine's connections at the end."""
    try:
        yield engine
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class States:
    """The picture before any act, after the first, and so on; and the seconds of each act."""

    pictures: tuple[str, ...]
    pace: tuple[float, ...] = field(compare=False)

    def held(self, database: Database) -> int:
        """Return after how many acts a database stands; -1 for none of these states."""
        try:
            now = picture(database)
        except sqlite3.DatabaseError:
            return -1
        return self.pictures.index(now) if now in self.pictures else -1

    def left(self, database: Database, *, done: int) -> Iterator[str]:
        """Yield what is wrong after a writer was interrupted that had been told of some acts."""
        held = self.held(database)
        if held < 0:
            yield f"half of an act is stored, {done} were acknowledged"
        elif held < done:
            yield f"lost: {held} acts are stored and {done} were acknowledged"
        elif held > done + 1:
            yield f"{held} acts are stored and only {done} were acknowledged"
        yield from unsound(database)

    def repeated(
        self, database: Database, engine: Engine, *, done: int, last: int
    ) -> Iterator[str]:
        """Do the acts again that nobody heard of, and yield what they did other than once."""
        try:
            for number in range(done, last):
                perform(engine, number)
        except MicroloanError as refusal:
            yield f"repeating acts {done + 1} to {last} was refused: {refusal}"
        if (held := self.held(database)) != last:
            yield f"acts {done + 1} to {last} were repeated and {held} are stored"
        yield from (f"verify: {found}" for found in findings(engine))


def discard(database: Database) -> None:
    """Drop a server's database; a file goes with its folder."""
    if isinstance(database, PostgreSQLDatabase):
        database.dispose()


def recorded(database: Database) -> States:
    """Do the whole script undisturbed; keep the picture after every act, and how long it took."""
    with disposing(engine_on(database)) as engine:
        create_all(engine)
    pictures, pace = [picture(database)], []
    for first in range(0, len(SCRIPT), A_ROUND):
        with disposing(engine_on(database)) as engine:
            engine.connect().close()
            for number in range(first, min(first + A_ROUND, len(SCRIPT))):
                begun = monotonic()
                perform(engine, number)
                pace.append(monotonic() - begun)
                pictures.append(picture(database))
    return States(tuple(pictures), tuple(pace))


def findings(engine: Engine) -> tuple[Finding, ...]:
    """Return what the library finds wrong with the book."""
    with UnitOfWork(engine, book=BOOK) as uow:
        return uow.verify()


def unsound(database: Database) -> Iterator[str]:
    """Yield what SQLite itself finds wrong with a file, and references that lead nowhere."""
    if isinstance(database, SQLiteFile):
        with closing(sqlite3.connect(database.path)) as connection:
            try:
                said = [word for (word,) in connection.execute("PRAGMA integrity_check")]
                lost = connection.execute("PRAGMA foreign_key_check").fetchall()
            except sqlite3.DatabaseError as fault:
                said, lost = [str(fault)], []
        yield from (f"integrity: {word}" for word in said if word != "ok")
        yield from (f"a reference leads nowhere: {one}" for one in lost)
