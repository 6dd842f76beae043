"""The guards in the database: they refuse what nobody may do to a book, with whatever program.

The guards stop mistakes and a program's role. Whoever owns the tables can take the guards away; the
chains and an anchor kept elsewhere show what he did then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from sqlalchemy import Connection, Engine

from microloan.errors import StorageRefused
from microloan.naming import refused_terms
from microloan.store import guards_postgresql, guards_sqlite
from microloan.store.faults import named_faults
from microloan.store.schema_map import require_own_schema


def install_guards(bind: Engine | Connection) -> None:
    """Install the guards of all tables; where they stand as they should, nothing is done.

    Of a connection, its transaction is joined and left open.

    Args:
        bind: the host's engine or connection.

    Raises:
        StorageRefused: a database that the library writes no guards for.
        InvalidTerms: the connection maps our tables to another schema.
    """
    with _in_transaction(bind) as connection:
        require_own_schema(connection)
        guards_for(connection).install(connection)


def remove_guards(bind: Engine | Connection) -> None:
    """Take all guards away, those of an older version too: for a migration only.

    Args:
        bind: the host's engine or connection.

    Raises:
        StorageRefused: a database that the library writes no guards for.
        InvalidTerms: neither an engine nor a connection.
        MicroloanError: what else the database refuses, by its name.
    """
    with _in_transaction(bind) as connection:
        guards_for(connection).remove(connection)


@contextmanager
def _in_transaction(bind: Engine | Connection) -> Iterator[Connection]:
    """Give a connection in a transaction; with an engine it is committed at the end."""
    if not isinstance(bind, Engine | Connection):
        kind = type(bind).__name__
        raise refused_terms("what guards are in", "防护所在连接", kind, "an Engine or a Connection")
    with named_faults():
        if isinstance(bind, Engine):
            with bind.begin() as own:
                yield own
        else:
            yield bind


def guards_for(connection: Connection) -> ModuleType:
    """Return how guards are written for the database of a connection.

    Raises:
        StorageRefused: a database that the library writes no guards for.
    """
    match connection.dialect.name:
        case "sqlite":
            return guards_sqlite
        case "postgresql":
            return guards_postgresql
        case name:
            raise StorageRefused(
                f"no guards are written for {name}; keep the book in SQLite or PostgreSQL",
                zh=f"未提供 {name} 的数据库保护，台账应使用 SQLite 或 PostgreSQL",
                value=name,
                limit=("sqlite", "postgresql"),
            )
