"""The tables of which a book is read: one that is not there is told, and the others are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Table, select

from microloan.errors import RetryTransaction, StorageDamaged
from microloan.finding import Finding
from microloan.store.columns import metadata
from microloan.store.faults import named_faults
from microloan.store.transaction import undone
from microloan.store.verifying import NOT_READ, unreadable

_REFUSED: Final = (*NOT_READ, StorageDamaged)
_SPENT: Final = "25P02"
"""PostgreSQL's name for a transaction in which a statement failed: it answers no other."""


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Read within a savepoint, so that a statement that fails spoils nothing after it."""
    with named_faults():
        point = connection.begin_nested()
    try:
        with named_faults():
            yield
            point.commit()
    except BaseException:
        undone(point)
        raise


def is_spent(refusal: RetryTransaction) -> bool:
    """Tell whether it says no more than that a statement before it had failed."""
    return refusal.value == _SPENT


def unreadable_findings(connection: Connection, book: str) -> Iterator[Finding]:
    """Yield the tables of a book that are not there, lack a column, or may not be read."""
    kept = [table for table in metadata.sorted_tables if "book_id" in table.c]
    try:
        with savepoint(connection):
            for table in kept:
                _ask(connection, table, book)
    except _REFUSED:
        for table in kept:
            try:
                with savepoint(connection):
                    _ask(connection, table, book)
            except _REFUSED as refusal:
                yield unreadable(table.name, refusal)


def _ask(connection: Connection, table: Table, book: str) -> None:
    connection.execute(select(table).where(table.c.book_id == book).limit(0))
