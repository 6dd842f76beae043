"""The acts on the half-years of one book, closings and openings, in the order they were done.

Each act is chained to the one before it, and the book's own row holds the last link. Which
half-years are closed follows from the acts alone.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, Table, literal, select, union_all, update

from microloan.periods import HalfYear
from microloan.store import closing_tables, tables
from microloan.store.account_rows import half_year_of
from microloan.store.chain import link
from microloan.store.rows import Row, chain_broken
from microloan.store.seals import read_rows


class Act(NamedTuple):
    """A closing of a half-year, or an opening again."""

    half: HalfYear
    version: int
    on: date
    opens: bool


@dataclass(frozen=True)
class Acts:
    """What was done to the half-years of a book, in order."""

    done: tuple[Act, ...]
    last: str

    @cached_property
    def standing(self) -> dict[HalfYear, int]:
        """Return the closed half-years and which closing of each stands, in order."""
        found: dict[HalfYear, int] = {}
        for act in self.done:
            if act.opens:
                del found[act.half]
            else:
                found[act.half] = act.version
        return found

    @property
    def last_closed(self) -> HalfYear | None:
        """Return the half-year closed last; ``None`` where none is closed."""
        return next(reversed(self.standing), None)

    def versions(self, half: HalfYear) -> int:
        """Return how often a half-year was closed."""
        return sum(act.half == half and not act.opens for act in self.done)


KnownActs: TypeAlias = dict[str, Acts]
"""What one transaction has read, by the last link."""


def read_acts(connection: Connection, book: str, known: KnownActs) -> Acts:
    """Return what was done to the half-years of a book, unless the transaction knows it already.

    Raises:
        ChainBroken: an act was taken away, added or changed.
    """
    own = tables.book
    query = select(own.c.acts, own.c.last_act).where(own.c.book_id == book)
    stored = connection.execute(query).first()
    number, last = (0, "") if stored is None else stored
    if last not in known or len(known[last].done) != number:
        known[last] = _read(connection, book, number, last)
    return known[last]


def _read(connection: Connection, book: str, number: int, head: str) -> Acts:
    rows = read_rows(connection, _query(book), book)
    last = ""
    for row in rows:
        last = _next(last, row)
    if (len(rows), last) != (number, head):
        raise chain_broken(book, "the order of its closings")
    return Acts(tuple(map(_act_of, rows)), last)


def add_act(connection: Connection, acts: Acts, row: dict[str, Any], *, opens: bool) -> None:
    """Let the book's own row know of one more act."""
    table = closing_tables.reopening if opens else closing_tables.closing
    done = {name: row[name] for name in ("number", "half_year", "version")}
    new = _next(acts.last, done | {"opens": int(opens), "seal": row[_seal_of(table)]})
    own = tables.book
    moved = {"acts": row["number"], "last_act": new}
    connection.execute(update(own).where(own.c.book_id == row["book_id"]).values(moved))


def _query(book: str) -> Select[Any]:
    closing, again = closing_tables.closing, closing_tables.reopening
    return select(
        union_all(
            _acts(closing, closing.c.closed_on, book), _acts(again, again.c.reopened_on, book)
        ).subquery()
    ).order_by("number")


def _acts(table: Table, day: ColumnElement[date], book: str) -> Select[Any]:
    opens = literal(int(table is closing_tables.reopening)).label("opens")
    names = (table.c.number, table.c.half_year, table.c.version, day.label("done_on"), opens)
    seal = table.c[_seal_of(table)].label("seal")
    return select(*names, seal).where(table.c.book_id == book)


def _seal_of(table: Table) -> str:
    return "hash" if table is closing_tables.reopening else "sheet"


def _next(last: str, row: Row | dict[str, Any]) -> str:
    return link(last, *(row[name] for name in ("number", "half_year", "version", "opens", "seal")))


def _act_of(row: Row) -> Act:
    half = half_year_of(row["half_year"])
    return Act(half, row["version"], row["done_on"], bool(row["opens"]))
