"""No migration loses a row."""

from collections.abc import Iterable

import sqlalchemy as sa

from microloan.errors import GuardRefused


def require_no_rows(connection: sa.Connection, tables: Iterable[str]) -> None:
    """Refuse to go back where that would drop what was written once.

    Raises:
        GuardRefused: a table holds a row.
    """
    for table in tables:
        rows = connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table)))
        if rows:
            raise GuardRefused(
                f"going back would drop {rows} rows of {table}; restore a backup instead",
                zh=f"退回旧版本将丢失 {table} 的 {rows} 行，应改用备份恢复",
                value=rows,
                limit=0,
            )
