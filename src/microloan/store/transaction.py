"""The transaction a unit of work writes in, and the driver's faults by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from microloan.errors import ConcurrentUpdate

_CAME_SECOND = (
    "SQLITE_CONSTRAINT_PRIMARYKEY",
    "SQLITE_CONSTRAINT_UNIQUE",
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
)
"""How the driver's names begin for what another writer caused; busy and locked have variants."""


def joined(bind: Connection | Session) -> Connection:
    """Return the host's connection, with what its session holds back written first."""
    if isinstance(bind, Session):
        bind.flush()
        return bind.connection()
    return bind


def begin_writing(connection: Connection) -> None:
    """Begin a transaction that will write, before the first savepoint.

    SQLite's driver begins one only at the first INSERT; a savepoint made before it would commit on
    its own, past the host's rollback. IMMEDIATE also makes writers queue instead of failing
    half-way. A host whose engine listens for ``begin`` begins there in its own way.
    """
    if not connection.in_transaction():
        connection.begin()
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.dbapi_connection
        if not raw.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def named_faults() -> Iterator[None]:
    """Turn what the driver says when another writer came first into our one refusal for it.

    Raises:
        ConcurrentUpdate: the database is locked, or the row was written first by somebody else.
    """
    try:
        yield
    except DBAPIError as fault:
        name = getattr(fault.orig, "sqlite_errorname", "")
        if name.startswith(_CAME_SECOND):
            raise ConcurrentUpdate(
                "another writer came first; read again and repeat the act",
                zh="已有其他写入在先，请重新读取后再办理",
                value=name,
                limit="one writer at a time",
            ) from fault
        raise
