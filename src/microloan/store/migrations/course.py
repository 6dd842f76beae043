"""The steps from version to version, in order, each done once whoever asks for it.

A step is not taken again where the record says that it was; so an upgrade that was interrupted goes
on, and a database from ``create_all`` passes through all of them unchanged.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from microloan.naming import refused_terms
from microloan.store.guards import install_guards, remove_guards
from microloan.store.migrations.first_tables import create_first_tables, drop_first_tables
from microloan.store.migrations.second_tables import add_second_tables, drop_second_tables
from microloan.store.schema import changing_tables, recorded_version, stamp_schema
from microloan.store.schema_version import FIRST, NO_TABLES, SCHEMA_VERSION, schema_mismatch


class Step(NamedTuple):
    """One version: how it is reached, and how it is left."""

    version: str
    forward: Callable[[Operations], None]
    back: Callable[[Operations], None]


class AlembicOperations(Protocol):
    """What a revision imports as ``op``: Alembic's module, or an ``Operations`` of one's own."""

    def get_context(self) -> MigrationContext:
        """Return where the migration runs."""


STEPS: Final = (
    Step("0001", create_first_tables, drop_first_tables),
    Step("0002", add_second_tables, drop_second_tables),
)


def to(version: str, op: AlembicOperations) -> None:
    """Bring the tables of a book forward to a version; a later one is left as it is.

    For a host's own revision. The guards are installed anew at the end.

    Args:
        version: such as ``"0002"``.
        op: Alembic's ``op``.

    Raises:
        InvalidTerms: no such version, or a migration that only writes SQL.
        SchemaMismatch: tables of a version that this library does not know.
    """
    _require_version(version, [step.version for step in STEPS])
    with changing_tables(_connection(op)) as connection:
        found = _known(connection)
        due = [step for step in STEPS if found < step.version <= version]
        if due:
            remove_guards(connection)
        for step in due:
            step.forward(Operations(op.get_context()))
        _arrive(connection, max(found, version))


def back_to(version: str, op: AlembicOperations) -> None:
    """Take the tables of a book back to a version; an earlier one is left as it is.

    Args:
        version: such as ``"0001"``; ``"0000"`` drops every table.
        op: Alembic's ``op``.

    Raises:
        GuardRefused: rows would be lost.
        InvalidTerms: no such version, or a migration that only writes SQL.
        SchemaMismatch: tables of a version that this library does not know.
    """
    _require_version(version, [NO_TABLES, *(step.version for step in STEPS)])
    with changing_tables(_connection(op)) as connection:
        found = _known(connection)
        due = [step for step in reversed(STEPS) if version < step.version <= found]
        if due:
            remove_guards(connection)
        for step in due:
            step.back(Operations(op.get_context()))
        _arrive(connection, min(found, version))


def _arrive(connection: Connection, version: str) -> None:
    """Write down the version; the first kept no record. Guards are those of the last version."""
    if version > FIRST:
        stamp_schema(connection, version)
    if version == SCHEMA_VERSION:
        install_guards(connection)


def _known(connection: Connection) -> str:
    found = recorded_version(connection)
    if found not in {NO_TABLES, *(step.version for step in STEPS)}:
        raise schema_mismatch(found)
    return found


def _connection(op: AlembicOperations) -> Connection:
    connection = op.get_context().connection
    if connection is None or op.get_context().as_sql:
        raise refused_terms("a migration of a book", "台账迁移", "offline", "online")
    return connection


def _require_version(version: str, known: list[str]) -> None:
    if version not in known:
        raise refused_terms("the version of the tables", "库表版本", version, known)
