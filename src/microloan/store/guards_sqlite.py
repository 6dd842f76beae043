"""The guards as SQLite's triggers.

SQLite keeps any value in any column, replaces rows without firing their triggers, and moves rows
by their hidden rowid; what PostgreSQL refuses by itself has to be refused here by guards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    Table,
    UniqueConstraint,
    inspect,
)

from microloan.store import tables
from microloan.store.guard_rules import MOVING, PREFIX, Event, Guard, Refusal, guards_of, same

_WHOLE: Final = (BigInteger, Boolean, Integer)


class SqliteWords:
    """How SQLite says it."""

    def of(self, table: Table) -> str:
        """Return the table; a trigger sees the tables of its own database only."""
        return table.name

    def half_year(self, column: str) -> str:
        """Return the half-year of a day, which SQLite keeps as text."""
        year, month = f"substr(NEW.{column}, 1, 4)", f"substr(NEW.{column}, 6, 2)"
        return f"CAST({year} AS INTEGER) * 10 + 1 + ({month} > '06')"

    def differ(self, one: str, other: str) -> str:
        """Return whether two values differ."""
        return f"{one} IS NOT {other}"


def _guards() -> Iterator[Guard]:
    """Yield all guards, with what only SQLite needs in front of what both databases need."""
    for guard in guards_of(SqliteWords()):
        table = guard.table
        if guard.event is Event.INSERT:
            shape = _shape(table, list(table.columns))
            yield replace(guard, refusals=(_replaced(table), *shape, *guard.refusals))
        elif guard.event is not Event.TRUNCATE:  # there is none
            yield guard
    for table, moving in MOVING.items():
        # The sums of a day are written anew by whoever may move them.
        replaced = () if table is tables.fund_day else (_replaced(table),)
        yield Guard(table, Event.INSERT, (*replaced, *_shape(table, list(table.columns))))
        moved = Refusal(f"ML004 {table.name}: a row keeps its place", "NEW.rowid <> OLD.rowid")
        shape = _shape(table, [table.columns[name] for name in moving])
        yield Guard(table, Event.UPDATE, (moved, *shape))


def _replaced(table: Table) -> Refusal:
    """Return what is refused of INSERT OR REPLACE, which deletes rows with the same key.

    A key may also be the hidden rowid; it is -1 as long as nobody chose one.
    """
    where = " OR ".join((*map(partial(_there, table), _keys_of(table)), "NEW.rowid <> -1"))
    return Refusal(f"ML002 {table.name}: a row with this key stands already", where)


def _there(table: Table, names: list[str]) -> str:
    return f"EXISTS (SELECT 1 FROM {table.name} one WHERE {same(names)})"  # noqa: S608 — our names


def _keys_of(table: Table) -> list[list[str]]:
    """Return the keys that no two rows of a table share, the primary one first."""
    more = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    unique = sorted([column.name for column in one.columns] for one in more)
    return [[column.name for column in table.primary_key.columns], *unique]


def _shape(table: Table, columns: Sequence[Column[Any]]) -> tuple[Refusal, ...]:
    """Return what is refused of cells that are no whole number or no day."""
    where = " OR ".join(filter(None, map(_misshapen, columns)))
    message = f"ML006 {table.name}: a cell is no whole number or no day"
    return (Refusal(message, where),) if where else ()


def _misshapen(column: Column[Any]) -> str:
    cell = f"NEW.{column.name}"
    if isinstance(column.type, Date):
        return f"{cell} IS NOT date({cell}, '+0 days')"  # which makes 30 February another day
    if isinstance(column.type, _WHOLE):
        empty = f" AND {cell} IS NOT NULL" if column.nullable else ""
        return f"(typeof({cell}) <> 'integer'{empty})"
    return ""


def expected(connection: Connection) -> dict[str, str]:
    """Return the text of every guard of the tables that are there, by name."""
    there = set(inspect(connection).get_table_names())
    return {one.name: _text(one) for one in _guards() if one.table.name in there}


def _text(guard: Guard) -> str:
    of = f" OF {', '.join(guard.columns)}" if guard.columns else ""
    body = "".join(map(_refused, guard.refusals))
    event = f"BEFORE {guard.event.value}{of}"
    return f"CREATE TRIGGER {guard.name} {event} ON {guard.table.name} BEGIN{body}\nEND"


def _refused(refusal: Refusal) -> str:
    where = f"\n    WHERE {refusal.where}" if refusal.where else ""
    return f"\n  SELECT RAISE(ABORT, '{refusal.message}'){where};"


def installed(connection: Connection) -> dict[str, str]:
    """Return the text of every guard that is there, by name."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    rows = connection.exec_driver_sql(query)
    return {name: text for name, text in rows if name.startswith(PREFIX)}


def install(connection: Connection) -> None:
    """Make the guards that are there the ones that are expected."""
    wanted, there = expected(connection), installed(connection)
    for name in _other(there, wanted):
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for name in _other(wanted, there):
        connection.exec_driver_sql(wanted[name])


def _other(some: dict[str, str], others: dict[str, str]) -> Iterator[str]:
    return (name for name, text in some.items() if others.get(name) != text)


def remove(connection: Connection) -> None:
    """Take every guard away."""
    for name in installed(connection):
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
