"""Making a table in a migration: split by book where the tables that are there are."""

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.schema import SchemaItem

from microloan.store.partitions import BY_BOOK, create_parts, parts_of


def create_table(op: Operations, name: str, *parts: SchemaItem, comment: str) -> None:
    """Create a table; on split tables, split into as many parts as that of the books.

    Every step makes its tables by this. The table that knows no book is never split.

    Args:
        op: Alembic's operations.
        name: of the table.
        parts: its columns and constraints.
        comment: what it is.
    """
    connection = op.get_bind()
    has_book = any(isinstance(one, sa.Column) and one.name == "book_id" for one in parts)
    partitions = parts_of(connection, "microloan_book") if has_book else 0
    if not partitions:
        op.create_table(name, *parts, comment=comment)
        return
    op.create_table(name, *parts, comment=comment, postgresql_partition_by=BY_BOOK)
    create_parts(connection, name, partitions)
