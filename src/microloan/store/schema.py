"""The tables as a whole: making them, and the record of which version of them a database holds.

The record is ours, whoever runs the migrations: a host's Alembic, ``migrate`` or nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from weakref import WeakSet

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    PrimaryKeyConstraint,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
    text,
)

from microloan.naming import refused_terms, require_whole
from microloan.store.binds import begin_writing
from microloan.store.columns import metadata
from microloan.store.faults import named_faults
from microloan.store.first_columns import is_first, named_as_ours
from microloan.store.guards import install_guards
from microloan.store.partitions import MOST_PARTITIONS, create_partitioned, parts_now
from microloan.store.schema_map import require_own_schema
from microloan.store.schema_version import (
    FIRST,
    NO_TABLES,
    NOT_RECORDED,
    SCHEMA_VERSION,
    UNLIKE,
    schema_mismatch,
)

schema = Table(
    "microloan_schema",
    metadata,
    Column("version", String(40), nullable=False),
    PrimaryKeyConstraint("version"),
    comment="which version these tables are; one row",
)

_RECORD: Final = select(schema.c.version)
_ONE_AT_A_TIME: Final = 20_260_002
_passed: Final[WeakSet[Engine]] = WeakSet()
"""The engines whose tables were seen to be of this version."""
_unsettled: Final[WeakSet[Engine]] = WeakSet()
"""The engines on which a host makes tables in a transaction that it may yet roll back."""


def create_all(bind: Engine | Connection, *, partitions: int = 0) -> None:
    """Create the tables that do not exist yet, their guards and the record of their version.

    With a connection, it all happens in the caller's transaction. On a database that holds the
    tables of this version already only what is missing is made.

    Args:
        bind: the host's engine or connection.
        partitions: into how many parts each table is split by book, on PostgreSQL only; with 0 as
            many as the tables that are there, else no table is split.

    Raises:
        SchemaMismatch: the database holds tables of another version; migrate them.
        InvalidTerms: partitions on another database than PostgreSQL, or beside tables that are
            there and not split.
    """
    require_whole(partitions, "the number of partitions", "分区数", 0, MOST_PARTITIONS)
    with changing_tables(bind) as connection:
        found = recorded_version(connection)
        if found not in {NO_TABLES, SCHEMA_VERSION}:
            raise schema_mismatch(found)
        if parts := partitions or parts_now(connection):
            create_partitioned(connection, parts)
        else:
            metadata.create_all(connection)
        if found == NO_TABLES:
            stamp_schema(connection)
        install_guards(connection)


@contextmanager
def changing_tables(bind: Engine | Connection) -> Iterator[Connection]:
    """Give a connection on which tables are changed, all or nothing, by one at a time.

    SQLite's driver would commit each statement about a table by itself, unless the transaction
    began before. On PostgreSQL two services that start together wait for each other here. With
    an engine it is committed at the end; with a connection that is left to the caller.

    Raises:
        InvalidTerms: neither an engine nor a connection, or one that maps our tables to another
            schema.
        AutocommitNotAllowed: the connection commits every statement by itself.
        MicroloanError: what the database refuses, by its name.
    """
    if not isinstance(bind, Engine | Connection):
        kind = type(bind).__name__
        raise refused_terms("what tables are in", "建表所用连接", kind, "an Engine or a Connection")
    require_own_schema(bind)
    with named_faults():
        if isinstance(bind, Engine):
            with bind.begin() as own:
                _begin_alone(own)
                yield own
        else:
            _unsettled.add(bind.engine)
            _passed.discard(bind.engine)
            _begin_alone(bind)
            yield bind


def _begin_alone(connection: Connection) -> None:
    """Begin, and wait for whoever changes the tables already."""
    begin_writing(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})


def recorded_version(connection: Connection) -> str:
    """Return the version of the tables in a database.

    It is :data:`NO_TABLES` where none is, :data:`NOT_RECORDED` where nobody wrote it down, and
    :data:`UNLIKE` where tables only bear the names of ours.
    """
    look = inspect(connection)
    if not look.has_table(schema.name):
        there = named_as_ours(look)
        return NO_TABLES if not there else FIRST if is_first(look, there) else UNLIKE
    if [one["name"] for one in look.get_columns(schema.name)] != schema.c.keys():
        return UNLIKE
    versions = connection.scalars(select(schema.c.version)).all()
    return versions[0] if len(versions) == 1 else NOT_RECORDED


def stamp_schema(connection: Connection, version: str = SCHEMA_VERSION) -> None:
    """Write down which version the tables are."""
    connection.execute(delete(schema))
    connection.execute(insert(schema), [{"version": version}])


def require_schema(connection: Connection, *, is_own: bool = False) -> None:
    """Refuse tables of another version than this library reads; asked in every transaction.

    Somebody may migrate them while a service runs. Of an engine on which they were seen before only
    the record is read.

    Args:
        connection: to the database.
        is_own: the transaction is our own and sees what is committed. In a host's the tables may be
            the host's own work, which it may roll back; while it makes some, each is asked.

    Raises:
        SchemaMismatch: older tables, newer ones, none at all, or nobody knows which.
    """
    engine = connection.engine
    if engine in _passed:
        found = connection.scalar(_RECORD) or NOT_RECORDED
    else:
        found = recorded_version(connection)
    if found != SCHEMA_VERSION:
        raise schema_mismatch(found)
    if is_own:
        _unsettled.discard(engine)
    if engine not in _unsettled:
        _passed.add(engine)
