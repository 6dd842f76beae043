"""Rows that are written once, each sealed with a hash over all its columns."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, Table

from microloan.store.chain import link
from microloan.store.rows import Row, chain_broken

MOST_KNOWN: Final = 2**31 - 1
"""More records of a kind than any book holds."""


def seal(table: Table, row: Row | dict[str, Any]) -> str:
    """Return the hash over all columns of a row but the hash itself."""
    names = [column.name for column in table.columns if column.name != "hash"]
    return link(table.name, *(row[name] for name in names))


def read_rows(
    connection: Connection, query: Select[Any], of: str, **filled: object
) -> Sequence[Row]:
    """Return the rows of a query, filled in with what its parameters stand for.

    Raises:
        ChainBroken: a row holds something else where a day should be.
    """
    try:
        return connection.execute(query, filled).mappings().all()
    except (TypeError, ValueError) as fault:  # SQLite keeps any text where a day should be
        raise chain_broken(of, "a day") from fault


def read_sealed(connection: Connection, query: Select[Any], table: Table, of: str) -> Sequence[Row]:
    """Return the rows of a query over one table, each checked against its seal.

    Raises:
        ChainBroken: a row is not the one that was written.
    """
    rows = read_rows(connection, query, of)
    for row in rows:
        if seal(table, row) != row["hash"]:
            raise chain_broken(of, f"a row of {table.name}")
    return rows
