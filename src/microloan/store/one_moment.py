"""One moment of a database for a long reading, so that nobody's writing shows in a part of it.

SQLite shows one moment to every transaction. On PostgreSQL that is the isolation REPEATABLE READ;
where a host reads by READ COMMITTED, the book's row is held against all who write.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, select, text

from microloan.naming import refused_terms
from microloan.store import tables
from microloan.store.faults import named_faults, transaction_over

_SEES_EACH_COMMIT: Final = "read committed"
_ASKED: Final = """
    SELECT current_setting('transaction_isolation'),
      current_setting('transaction_read_only') = 'off'
        AND has_any_column_privilege('microloan_book', 'UPDATE')"""


@contextmanager
def at_one_moment(connection: Connection, book: str, *, is_untouched: bool) -> Iterator[None]:
    """Read a book as it stood at one moment, until the block ends.

    Args:
        connection: to the database.
        book: the book.
        is_untouched: the transaction is our own and nothing was written in it; it may be begun
            anew, which waits for nobody and needs no right to write.

    Raises:
        InvalidTerms: the host's transaction sees what others commit, and its role may not lock
            the book's row.
        RetryTransaction: the book was written for the first time meanwhile, or who holds it does
            not let go of it.
    """
    if connection.dialect.name != "postgresql":
        yield
    elif is_untouched:
        yield from _anew(connection)
    else:
        yield from _held(connection, book)


def _anew(connection: Connection) -> Iterator[None]:
    """Begin anew, seeing one moment; who reads or writes afterwards begins as he is used to."""
    with named_faults():
        level = connection.scalar(text("SELECT current_setting('transaction_isolation')"))
    if level != _SEES_EACH_COMMIT:
        yield
        return
    with named_faults():
        connection.rollback()
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    try:
        yield
    finally:
        with named_faults():
            connection.rollback()


def _held(connection: Connection, book: str) -> Iterator[None]:
    """Hold the book's row in the host's transaction, unless that sees one moment anyway."""
    with named_faults():
        level, may_lock = connection.execute(text(_ASKED)).one()
    if level != _SEES_EACH_COMMIT:
        yield
        return
    if not may_lock:
        raise refused_terms(
            "the isolation of a transaction that may not lock the book",
            "无权锁定台账的事务隔离级别",
            level,
            "REPEATABLE READ; verify in such a transaction, or hand in the engine",
        )
    own = tables.book
    query = select(own.c.book_id).where(own.c.book_id == book)
    with named_faults():
        is_held = connection.execute(query.with_for_update()).first() is not None
    yield
    with named_faults():
        if not is_held and connection.execute(query).first() is not None:
            raise transaction_over("the book was begun meanwhile")
