"""The acts on the half-years of one book, closings and openings, in the order they were done.

Each act is chained to the one before it, and the book's own row holds the last link. Which
half-years are closed follows from the acts alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    literal,
    select,
    union_all,
    update,
)

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

    @property
    def closed_through(self) -> date | None:
        """Return the last day of the last closed half-year; ``None`` where none is closed."""
        last = self.last_closed
        return None if last is None else last.last_day

    def versions(self, half: HalfYear) -> int:
        """Return how often a half-year was closed."""
        return sum(act.half == half and not act.opens for act in self.done)


KnownActs: TypeAlias = dict[str, Acts]
"""What one transaction has read, by the last link."""


LastAct: TypeAlias = tuple[int, str]
"""How many acts there are, and the link of the last one, as the book's own row says."""


def read_acts(connection: Connection, book: str, known: KnownActs) -> Acts:
    """Return what was done to the half-years of a book, unless the transaction knows it already.

    Raises:
        ChainBroken: an act was taken away, added or changed.
    """
    return acts_to(connection, book, known, read_last_act(connection, OWN_ROW, book) or (0, ""))


OWN_ROW: Final = select(tables.book.c.acts, tables.book.c.last_act).where(
    tables.book.c.book_id == bindparam("book")
)
"""How far the acts of a book have come; made once, since making a statement costs more than it."""


def read_last_act(connection: Connection, query: Select[Any], book: str) -> LastAct | None:
    """Return how far the acts of a book have come; ``None`` where the book has no row."""
    stored = connection.execute(query, {"book": book}).first()
    return None if stored is None else (stored[0], stored[1])


def acts_to(connection: Connection, book: str, known: KnownActs, head: LastAct) -> Acts:
    """Return the acts up to a head; where it has moved on since it was read, up to the newest.

    Raises:
        ChainBroken: an act was taken away, added or changed.
    """
    number, last = head
    if last in known and len(known[last].done) == number:
        return known[last]
    found = _read(connection, book)
    if (len(found.done), found.last) != head:
        newest = read_last_act(connection, OWN_ROW, book) or (0, "")
        if newest == head:
            raise chain_broken(book, "the order of its closings")
        return acts_to(connection, book, known, newest)
    known[last] = found
    return found


def _read(connection: Connection, book: str) -> Acts:
    rows = _rows(connection, book)
    last = ""
    for row in rows:
        last = _next(last, row)
    return Acts(tuple(map(_act_of, rows)), last)


def links_of_acts(connection: Connection, book: str) -> list[str]:
    """Return the link of each closing and opening that is stored, after an empty one, in order."""
    links = [""]
    for row in _rows(connection, book):
        links.append(_next(links[-1], row))
    return links


def add_act(connection: Connection, acts: Acts, row: dict[str, Any], *, opens: bool) -> None:
    """Let the book's own row know of one more act."""
    table = closing_tables.reopening if opens else closing_tables.closing
    done = {name: row[name] for name in ("number", "half_year", "version")}
    new = _next(acts.last, done | {"opens": int(opens), "seal": row[_seal_of(table)]})
    own = tables.book
    moved = {"acts": row["number"], "last_act": new}
    connection.execute(update(own).where(own.c.book_id == row["book_id"]).values(moved))


def _seal_of(table: Table) -> str:
    return "hash" if table is closing_tables.reopening else "sheet"


def _next(last: str, row: Row | dict[str, Any]) -> str:
    return link(last, *(row[name] for name in ("number", "half_year", "version", "opens", "seal")))


def _act_of(row: Row) -> Act:
    half = half_year_of(row["half_year"])
    return Act(half, row["version"], row["done_on"], bool(row["opens"]))


def _all_acts() -> Select[Any]:
    closing, again = closing_tables.closing, closing_tables.reopening
    return select(
        union_all(_acts(closing, closing.c.closed_on), _acts(again, again.c.reopened_on)).subquery()
    ).order_by("number")


def _acts(table: Table, day: ColumnElement[date]) -> Select[Any]:
    opens = literal(int(table is closing_tables.reopening)).label("opens")
    names = (table.c.number, table.c.half_year, table.c.version, day.label("done_on"), opens)
    seal = table.c[_seal_of(table)].label("seal")
    return select(*names, seal).where(table.c.book_id == bindparam("book"))


_ALL_ACTS: Final = _all_acts()


def _rows(connection: Connection, book: str) -> Sequence[Row]:
    return read_rows(connection, _ALL_ACTS, book, book=book)
