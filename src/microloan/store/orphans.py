"""Rows that belong to nothing: SQLite looks at foreign keys only where a connection asks for it."""

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Connection,
    ForeignKeyConstraint,
    Select,
    String,
    and_,
    bindparam,
    exists,
    select,
    type_coerce,
)

from microloan.finding import Finding
from microloan.store.columns import metadata
from microloan.store.verifying import not_as_written

_SHOWN: Final = 20


def orphan_findings(
    connection: Connection, book: str, *, but: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield the rows of a book that hang on a row which is not there; of each key the first.

    Args:
        connection: to the database.
        book: the book.
        but: tables that cannot be read.
    """
    for table, parent, query in _questions():
        if table in but or parent in but:
            continue
        for key in connection.execute(query, {"book": book}).all():
            name = " ".join(map(str, key))
            yield not_as_written(
                "orphan",
                of=name,
                sentence=f"{name}: a row of {table} hangs on none of {parent}",
                zh=f"{name}：{table} 的记录在 {parent} 中无对应",
            )


@cache
def _questions() -> list[tuple[str, str, Select[Any]]]:
    """Return for each foreign key its table, the other table, and the question for orphans."""
    return [
        (table.name, key.referred_table.name, _orphans(key))
        for table in metadata.sorted_tables
        for key in sorted(table.foreign_key_constraints, key=lambda one: one.referred_table.name)
    ]


def _orphans(key: ForeignKeyConstraint) -> Select[Any]:
    columns, parent = list(key.columns), key.referred_table.alias()
    pairs = zip(columns, key.elements, strict=True)
    there = exists().where(and_(*(own == parent.c[one.column.name] for own, one in pairs)))
    given = [own.is_not(None) for own in columns if own.nullable]
    shown: list[Any] = [type_coerce(one, String) for one in columns[1:] or columns]
    query: Select[Any] = select(*shown)
    query = query.where(columns[0] == bindparam("book"), *given, ~there)
    return query.distinct().limit(_SHOWN)
