"""Tables split by book on PostgreSQL: a book lies in one part of each, and its rows stay together.

Every key begins with the book, so each part keeps its own keys and a question about a book reads
one part.
"""

from typing import Final

from sqlalchemy import Connection, MetaData, Table, inspect, text

from microloan.naming import refused_terms
from microloan.store.columns import metadata

MOST_PARTITIONS: Final = 1024
"""More parts than a server reads well."""
BY_BOOK: Final = "HASH (book_id)"
"""How PostgreSQL splits a table by book."""


_PARTS_OF: Final = text(
    "SELECT count(*) FROM pg_inherits JOIN pg_class owner ON owner.oid = inhparent "
    "WHERE owner.oid = to_regclass(:name) AND owner.relkind = 'p'"
)


def parts_of(connection: Connection, table: str) -> int:
    """Return into how many parts a table is split; of one that is whole or not there, none.

    Args:
        connection: to any database.
        table: its name.
    """
    if connection.dialect.name != "postgresql":
        return 0
    return connection.scalar(_PARTS_OF, {"name": table}) or 0


def parts_now(connection: Connection) -> int:
    """Return into how many parts the tables that are there are split; 0 where they are whole."""
    if connection.dialect.name != "postgresql":
        return 0
    return max(parts_of(connection, name) for name in _split_names())


def whole_among_split(connection: Connection) -> list[str]:
    """Return the tables that are there in one piece although others are split.

    Args:
        connection: to any database.
    """
    if not parts_now(connection):
        return []
    look = inspect(connection)
    there = [name for name in _split_names() if look.has_table(name)]
    return [name for name in there if not parts_of(connection, name)]


def _split_names() -> list[str]:
    return [one.name for one in metadata.sorted_tables if "book_id" in one.c]


def create_parts(connection: Connection, table: str, partitions: int) -> None:
    """Create the parts of a table that was made to be split.

    Args:
        connection: to PostgreSQL, in a transaction.
        table: its name.
        partitions: how many.
    """
    for number in range(partitions):
        connection.execute(text(_part(table, number, partitions)))


def create_partitioned(connection: Connection, partitions: int) -> None:
    """Create the tables that do not exist yet, each split by hash of the book.

    Args:
        connection: to PostgreSQL, in a transaction.
        partitions: into how many parts.

    Raises:
        InvalidTerms: not PostgreSQL, or tables that are there and split otherwise.
    """
    if connection.dialect.name != "postgresql":
        what = "the database of partitioned tables"
        raise refused_terms(what, "分区表所用数据库", connection.dialect.name, "postgresql")
    there = set(inspect(connection).get_table_names())
    copy = MetaData(naming_convention=metadata.naming_convention)
    split = [_split(table, copy) for table in metadata.sorted_tables if "book_id" in table.c]
    for name in sorted(there.intersection(table.name for table in split)):
        _require_same(connection, name, partitions)
    metadata.create_all(
        connection, [one for one in metadata.sorted_tables if "book_id" not in one.c]
    )
    copy.create_all(connection)
    for table in split:
        if table.name not in there:
            create_parts(connection, table.name, partitions)


def _split(table: Table, copy: MetaData) -> Table:
    """Return a table once more, with the rule that splits it."""
    made = table.to_metadata(copy)
    made.dialect_options["postgresql"]["partition_by"] = BY_BOOK
    return made


def _part(table: str, number: int, partitions: int) -> str:
    return (
        f"CREATE TABLE {table}_p{number} PARTITION OF {table} "
        f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {number})"
    )


def _require_same(connection: Connection, table: str, partitions: int) -> None:
    """Refuse a table that is there and not split into as many parts."""
    parts = parts_of(connection, table)
    if parts != partitions:
        raise refused_terms(f"the partitions of {table}", f"{table} 的分区数", partitions, parts)
