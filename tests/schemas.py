"""Databases without tables, the book of version 0001, and the shape of a database's tables."""

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile

from sqlalchemy import inspect, text

from databases import PostgreSQLDatabase, SQLiteFile
from microloan.store.migrations.first_tables import TABLES
from postgres_server import fresh_database

FIRST_BOOKS = Path(__file__).resolve().parent / "store" / "first_books"
GUARDS_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
GUARDS_POSTGRESQL = """
    SELECT pg_get_triggerdef(t.oid), t.tgenabled::text, p.prosrc
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal
"""


class Bare:
    """A database on which nothing was made yet, with one engine."""

    def __init__(self, raw):
        self.raw = raw
        self.name, self.sql = raw.name, raw.sql
        self.engine = raw.new_engine()

    def dispose(self):
        self.engine.dispose()
        if isinstance(self.raw, PostgreSQLDatabase):
            self.raw.dispose()


def new_bare(backend, folder, number, like=None):
    """Make a database without tables, or a copy of another that nobody is connected to."""
    match backend:
        case "sqlite":
            path = folder / f"bare-{number}.db"
            if like is not None:
                copyfile(like.raw.path, path)
            return Bare(SQLiteFile(path))
        case _:
            url = None if like is None else like.raw.url
            return Bare(PostgreSQLDatabase(fresh_database(url, fsync=False)))


def write_first_book(bare, *, rows=True):
    """Make the tables of version 0001 by their own text of then, and fill in the book of then."""
    with closing(bare.raw.raw()) as connection:
        match bare.raw:
            case SQLiteFile():
                words = (FIRST_BOOKS / "sqlite.sql").read_text("utf-8")
                connection.executescript(words)
                if not rows:
                    _empty(connection)
            case PostgreSQLDatabase():
                connection.execute((FIRST_BOOKS / "postgresql.sql").read_text("utf-8"))
                if rows:
                    _insert(connection)
        connection.commit()


def _first_rows():
    """The rows of the book of version 0001, table after table, each behind those it refers to."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript((FIRST_BOOKS / "sqlite.sql").read_text("utf-8"))
        for name in TABLES:
            columns = [row[1:3] for row in connection.execute(f"PRAGMA table_info({name})")]
            yield name, columns, connection.execute(f"SELECT * FROM {name}").fetchall()


def _insert(connection):
    """Write the rows; SQLite keeps a truth as 0 or 1."""
    for name, columns, rows in _first_rows():
        names = ", ".join(column for column, _ in columns)
        places = ", ".join(
            "CAST(%s AS INTEGER)::BOOLEAN" if kind == "BOOLEAN" else "%s" for _, kind in columns
        )
        for row in rows:
            connection.execute(f"INSERT INTO {name} ({names}) VALUES ({places})", row)


def _empty(connection):
    for name in TABLES:
        connection.execute(f"DELETE FROM {name}")


def cells(bare):
    """Every cell of the tables of version 0001, as they were then."""
    return {
        name: sorted(
            map(repr, bare.sql(f"SELECT {', '.join(column for column, _ in columns)} FROM {name}"))
        )
        for name, columns, _ in _first_rows()
    }


def shape(engine):
    """All that the database itself says of its tables, their keys, checks, indexes and guards."""
    look, asked = inspect(engine), {"filter_names": _ours(engine)}
    said = {
        "columns": _plain(look.get_multi_columns(**asked)),
        "primary keys": look.get_multi_pk_constraint(**asked),
        "foreign keys": _sorted(look.get_multi_foreign_keys(**asked)),
        "unique": _sorted(look.get_multi_unique_constraints(**asked)),
        "checks": _sorted(look.get_multi_check_constraints(**asked)),
        "indexes": _sorted(look.get_multi_indexes(**asked)),
        "guards": guards(engine),
    }
    if engine.dialect.supports_comments:
        said["comments"] = look.get_multi_table_comment(**asked)
    return said


def _ours(engine):
    return [name for name in inspect(engine).get_table_names() if name.startswith("microloan_")]


def _plain(columns):
    return {
        name: [{**one, "type": repr(one["type"])} for one in found]
        for name, found in columns.items()
    }


def _sorted(constraints):
    return {name: sorted(found, key=lambda one: one["name"]) for name, found in constraints.items()}


def guards(engine):
    """The text of every trigger, with that of its function."""
    words = GUARDS_SQLITE if engine.dialect.name == "sqlite" else GUARDS_POSTGRESQL
    with engine.connect() as connection:
        return sorted(map(tuple, connection.execute(text(words))))
