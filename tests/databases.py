"""What a test needs of a database beside the library: raw SQL, its tables, and a way to tamper.

``SQLiteFile`` and ``PostgreSQLDatabase`` answer the same questions in the same Python types: a day
is ISO text, a whole number an int. Statements are written with ``?`` for both.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile
from typing import Any

import psycopg
from psycopg.types.numeric import IntLoader
from psycopg.types.string import TextLoader
from sqlalchemy import Engine, create_engine, event

from postgres_server import drop_database, fresh_database, plain

Rows = list[tuple[Any, ...]]

DISABLED = """
    DO $$ DECLARE one record; BEGIN
        FOR one IN SELECT DISTINCT tgrelid::regclass AS name FROM pg_trigger
            WHERE NOT tgisinternal AND tgparentid = 0
        LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', one.name); END LOOP;
    END $$
"""
STATES = """
    SELECT format('ALTER TABLE %s ENABLE %s TRIGGER %I', tgrelid::regclass,
        CASE tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, tgname)
    FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0 AND tgenabled <> 'D'
"""
ALONE = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
"""
EMPTY = """
    DO $$ DECLARE one regclass; filled boolean; BEGIN
        FOR one IN SELECT oid::regclass FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
            AND NOT relispartition AND relname <> 'microloan_schema'
        LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one) INTO filled;
            IF filled THEN
                EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', one);
                EXECUTE format('DELETE FROM %s', one);
            END IF;
        END LOOP;
    END $$
"""
SHAPE = """
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT concat('class ', oid, relname, relkind, relacl, relpersistence, relrowsecurity,
            relforcerowsecurity) AS line
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat('column ', attrelid, attname, atttypid, atttypmod, attnotnull,
            atthasdef)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0
        UNION ALL SELECT concat('constraint ', conrelid, conname, contype, confdeltype,
            md5(conbin::text))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat('trigger ', tgrelid, tgname, tgenabled, tgtype)
        FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT concat('function ', proname, md5(prosrc), prosecdef, proconfig)
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT concat('setting ', setconfig)
        FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
        WHERE datname = current_database()
    ) AS shape
"""
VERSION = "SELECT * FROM microloan_schema"
_LIKE: dict[str, Engine] = {}


class SQLiteFile:
    """A file, read and written through sqlite3 alone."""

    driver = sqlite3
    name = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"

    def new_engine(self, *, patience: float | None = None, **options: Any) -> Engine:
        if patience is not None:
            options["connect_args"] = {"timeout": patience}
        engine = create_engine(self.url, **options)
        event.listen(engine, "connect", _in_no_hurry)
        return engine

    def raw(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path)

    def sql(self, statement: str, *values: object) -> Rows:
        with closing(self.raw()) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def tamper(self, statement: str, *values: object) -> Rows:
        triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            guards = connection.execute(triggers).fetchall()
            for name, _ in guards:
                connection.execute(f'DROP TRIGGER "{name}"')
            rows = connection.execute(statement, values).fetchall()
            for _, words in guards:
                connection.execute(words)
            return rows

    def columns(self, table: str) -> list[str]:
        return [row[1] for row in self.sql(f"PRAGMA table_info({table})")]

    def tables(self) -> list[str]:
        found = self.sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return [name for (name,) in found]

    def kinds(self, table: str, column: str) -> set[str]:
        """As what the values of a column are stored."""
        return {kind for (kind,) in self.sql(f"SELECT DISTINCT typeof({column}) FROM {table}")}

    def disarm(self) -> None:
        """Take the guards away for good."""
        for (name,) in self.sql("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.sql(f'DROP TRIGGER "{name}"')

    def with_keys(self, statement: str) -> Rows:
        """Run one statement where foreign keys are watched."""
        with closing(self.raw()) as connection, connection:
            connection.execute("PRAGMA foreign_keys = ON")
            return connection.execute(statement).fetchall()

    def trip(self, table: str, words: str) -> None:
        """Let every INSERT into a table fail with some words."""
        self.sql(
            f"CREATE TRIGGER trip BEFORE INSERT ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )

    def contents(self) -> Rows:
        """Every row of every table, the tables and rows in the order of their words."""
        tables = self.tables()
        with closing(self.raw()) as connection:
            return [
                (table, *row)
                for table in tables
                for row in sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)
            ]


class PostgreSQLDatabase:
    """A database of a server, read and written through psycopg alone."""

    driver = psycopg
    name = "postgresql"

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def new_engine(self, *, patience: float | None = None, **options: Any) -> Engine:
        if patience is not None:  # no milliseconds at all would be for ever
            options["connect_args"] = {"options": f"-c lock_timeout={int(patience * 1000) or 1}"}
        return create_engine(self.url, **options)

    def raw(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Connect anew; days come as ISO text, numbers as int."""
        limits = "-c lock_timeout=10s -c statement_timeout=60s"
        connection = psycopg.connect(plain(self.url), options=limits)
        connection.adapters.register_loader("date", TextLoader)
        connection.adapters.register_loader("numeric", IntLoader)
        return connection

    def sql(self, statement: str, *values: object) -> Rows:
        return _fetched(self._kept(), statement, values)

    def tamper(self, statement: str, *values: object) -> Rows:
        connection = self._kept()
        with connection.transaction():
            guards = connection.execute(STATES).fetchall()
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(DISABLED)
            rows = _fetched(connection, statement, values)
            for (words,) in guards:
                connection.execute(words)
            return rows

    def columns(self, table: str) -> list[str]:
        found = self.sql(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = ? ORDER BY ordinal_position",
            table,
        )
        return [name for (name,) in found]

    def tables(self) -> list[str]:
        found = self.sql(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
        )
        return [name for (name,) in found]

    def dispose(self) -> None:
        self.close()
        drop_database(self.url)

    def kinds(self, table: str, column: str) -> set[str]:
        """As what the values of a column are stored."""
        found = self.sql(f"SELECT DISTINCT pg_typeof({column})::text FROM {table}")
        return {{"bigint": "integer"}.get(kind, kind) for (kind,) in found}

    def disarm(self) -> None:
        """Take the guards away for good."""
        self.sql(DISABLED)

    def with_keys(self, statement: str) -> Rows:
        """Run one statement where foreign keys are watched: they always are."""
        return self.sql(statement)

    def trip(self, table: str, words: str) -> None:
        """Let every INSERT into a table fail with some words."""
        self.sql(
            "CREATE FUNCTION trip() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{words}'; END $$"
        )
        self.sql(
            f"CREATE TRIGGER trip BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION trip()"
        )

    def contents(self) -> Rows:
        """Every row of every table, the tables and rows in the order of their words."""
        parts = [f"SELECT '{table}', row::text FROM {table} AS row" for table in self.tables()]
        return sorted(self.sql(" UNION ALL ".join(parts)))

    def empty(self) -> None:
        """Take every row away, and everybody who is still connected."""
        connection = self._kept()
        connection.execute(ALONE)
        with connection.transaction():
            guards = connection.execute(STATES).fetchall()
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(EMPTY)
            for (words,) in guards:
                connection.execute(words)

    def shape(self) -> Rows:
        """What it is made of: tables, guards, functions and settings, as one hash; its version."""
        version = self.sql(VERSION) if "microloan_schema" in self.tables() else []
        return self.sql(SHAPE) + version

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _kept(self) -> "psycopg.Connection[tuple[Any, ...]]":
        if self._connection is None or self._connection.closed:
            self._connection = self.raw()
            self._connection.autocommit = True
        return self._connection


class Files:
    """Copies of one file."""

    def __init__(self, template: SQLiteFile) -> None:
        self._template = template

    def lend(self, path: Path) -> SQLiteFile:
        return SQLiteFile(copyfile(self._template.path, path))

    def take_back(self, database: SQLiteFile) -> None:
        """Nothing: the folder goes with the test."""

    def dispose(self) -> None:
        """Nothing, as well."""


class Shelf:
    """Copies of one database, lent out, emptied, and lent out again.

    To make a database takes as long as a test; to empty one takes a moment. One whose tables,
    guards or settings a test changed is dropped.
    """

    def __init__(self, template: PostgreSQLDatabase) -> None:
        self._template = template
        self._shape = template.shape()
        template.close()
        self._spare: list[PostgreSQLDatabase] = []

    def lend(self, path: Path) -> PostgreSQLDatabase:
        if self._spare:
            return self._spare.pop()
        return PostgreSQLDatabase(fresh_database(self._template.url, fsync=False))

    def take_back(self, database: PostgreSQLDatabase) -> None:
        database.empty()
        if database.shape() == self._shape:
            self._spare.append(database)
        else:
            database.dispose()

    def dispose(self) -> None:
        for database in (*self._spare, self._template):
            database.dispose()


def _fetched(connection: Any, statement: str, values: tuple[object, ...]) -> Rows:
    words = statement.replace("%", "%%").replace("?", "%s") if values else statement
    cursor = connection.execute(words, values or None)
    return cursor.fetchall() if cursor.description is not None else []


def sharing_compiled(engine: Engine, style: str = "") -> Engine:
    """Let an engine use what earlier ones of its style have compiled on such a database.

    They share a dialect: a test that changes its engine's dialect makes an engine of its own.
    """
    kind = f"{engine.dialect.name}+{engine.dialect.driver} {style}"
    like = _LIKE.get(kind)
    if like is None or like.dialect.server_version_info is None:  # it never met its database
        like = _LIKE[kind] = engine
    engine.dialect = engine.pool._dialect = like.dialect
    engine._compiled_cache = like._compiled_cache
    return engine


def _in_no_hurry(connection: Any, record: object) -> None:
    """No test pulls the plug, so none waits for the disk."""
    if not connection.in_transaction:
        connection.execute("PRAGMA synchronous = OFF")
