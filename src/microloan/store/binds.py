"""What a host hands in, and how a transaction that will write is begun on it."""

from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from microloan.errors import AutocommitNotAllowed, ReadOnlyDatabase
from microloan.naming import refused_terms
from microloan.store.faults import named_faults, refusal_of

Bind: TypeAlias = Engine | Connection | Session | scoped_session[Any]
"""What a host hands in; an asynchronous host hands in what ``run_sync`` gives it."""


def require_bind(bind: object) -> None:
    """Refuse what no unit of work can work on.

    Raises:
        InvalidTerms: neither an engine nor a connection nor a session.
    """
    if not isinstance(bind, Engine | Connection | Session | scoped_session):
        wanted = "an Engine, Connection or Session; an asynchronous one by its run_sync"
        raise refused_terms("what a unit of work is for", "数据库", type(bind).__name__, wanted)


def joined(bind: Connection | Session | scoped_session[Any]) -> Connection:
    """Return the host's connection, with what its session holds back written first."""
    if isinstance(bind, Connection):
        return bind
    if bind.is_active:
        bind.flush()  # an error of the host's own rows is the host's
    with named_faults():
        return bind.connection()


def begin_writing(connection: Connection) -> None:
    """Begin a transaction that will write, before the first savepoint.

    SQLite's driver begins one only at the first INSERT; a savepoint made before it would commit on
    its own, past the host's rollback. IMMEDIATE also makes writers queue instead of failing
    half-way. A host whose engine listens for ``begin`` begins there in its own way.

    Raises:
        AutocommitNotAllowed: the connection commits every statement by itself.
    """
    _require_transactions(connection)
    if not connection.in_transaction():
        connection.begin()
    if connection.dialect.name == "sqlite" and not is_begun(connection):
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as fault:
            if type(refusal_of(fault)) is not ReadOnlyDatabase:
                raise
            connection.exec_driver_sql("BEGIN")  # who may only read reads


def driver_of(connection: Connection) -> object:
    """Return the driver's own connection, also where an asynchronous one stands before it."""
    driver: object = connection.connection.driver_connection
    return driver


def is_begun(connection: Connection) -> bool:
    """Tell whether SQLite's driver has begun a transaction; it does so when it sees fit."""
    return bool(getattr(driver_of(connection), "in_transaction", False))


def _require_transactions(connection: Connection) -> None:
    asked = connection.get_execution_options().get("isolation_level")
    by_engine = getattr(connection.dialect, "_on_connect_isolation_level", None)
    driver_says = getattr(driver_of(connection), "autocommit", None)
    if (asked or by_engine) == "AUTOCOMMIT" or driver_says is True:
        raise AutocommitNotAllowed(
            "the connection commits every statement by itself (AUTOCOMMIT); use one that does not",
            zh="连接处于自动提交（AUTOCOMMIT）状态，不能保证一笔业务整体生效",
            value="AUTOCOMMIT",
            limit="a connection with transactions",
        )
