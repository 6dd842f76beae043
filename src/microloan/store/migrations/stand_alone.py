"""Migrations without an Alembic project: the record of the version is the only version table."""

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, Engine

from microloan.store.migrations.course import STEPS, back_to
from microloan.store.migrations.course import to as forward_to
from microloan.store.schema import changing_tables


def migrate(bind: Engine | Connection, *, to: str = "head") -> None:
    """Bring the tables of a book to a version, from whichever they are; all of it or nothing.

    With a connection it happens in the caller's transaction, also under ``run_sync`` of an async
    one; with an engine it is committed. A host's own version table is not touched.

    Args:
        bind: the host's engine or connection.
        to: the version, such as ``"0002"``; ``"head"`` is the last one.

    Raises:
        InvalidTerms: no such version.
        SchemaMismatch: tables of a version that this library does not know.
    """
    version = STEPS[-1].version if to == "head" else to
    with changing_tables(bind) as connection:
        forward_to(version, _operations(connection))


def migrate_back(bind: Engine | Connection, *, to: str) -> None:
    """Take the tables of a book back to a version, if no row is lost; all of it or nothing.

    Args:
        bind: the host's engine or connection.
        to: the version; ``"0000"`` drops every table.

    Raises:
        GuardRefused: rows would be lost.
        InvalidTerms: no such version.
        SchemaMismatch: tables of a version that this library does not know.
    """
    with changing_tables(bind) as connection:
        back_to(to, _operations(connection))


def _operations(connection: Connection) -> Operations:
    return Operations(MigrationContext.configure(connection))
