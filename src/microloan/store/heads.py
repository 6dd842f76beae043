"""The heads of aggregates: how far each chain has come, and who has read the newest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, Update, bindparam, select, update

from microloan.errors import ConcurrentUpdate, RefConflict
from microloan.store import tables

_CHUNK = 500


def _query(table: Table) -> Select[Any]:
    """Return the question for the heads of some aggregates; made once for each table."""
    name = table.primary_key.columns.values()[1]
    columns = (name, table.c.entries, table.c.genesis, table.c.head)
    mine = (table.c.book_id == bindparam("book"), name.in_(bindparam("ids", expanding=True)))
    return select(*columns).where(*mine).order_by(name)


def _moving(table: Table) -> Update:
    """Return the statement that moves a head on, unless somebody else did."""
    name = table.primary_key.columns.values()[1]
    mine = (table.c.book_id == bindparam("book"), name == bindparam("of"))
    read = update(table).where(*mine, table.c.entries == bindparam("was"))
    return read.values(entries=bindparam("is_now"), head=bindparam("last"))


_MOVE: Final = {table.name: _moving(table) for table in (tables.fund, tables.loan)}
_OF: Final = {table.name: _query(table) for table in (tables.fund, tables.loan)}
_LOCKED: Final = {table: query.with_for_update(key_share=True) for table, query in _OF.items()}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an aggregate in the book: how many entries, the genesis and the last hash."""

    entries: int
    genesis: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An aggregate whose head moves on, from one number of entries to another."""

    of: str
    was: int
    entries: int
    last: str


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of the funds or of the loans of one book."""

    connection: Connection
    book: str
    table: Table

    @property
    def _name(self) -> str:
        return self.table.primary_key.columns.keys()[1]

    def of(self, ids: Iterable[str]) -> dict[str, Head]:
        """Return the heads of the aggregates that the book holds."""
        return self._read(ids, _OF[self.table.name])

    def locked(self, ids: Iterable[str]) -> dict[str, Head]:
        """Return the heads, locked until the transaction ends, in one order for everybody.

        Rows that point at them can still be written, which FOR UPDATE would not allow.
        """
        return self._read(ids, _LOCKED[self.table.name])

    def _read(self, ids: Iterable[str], query: Select[Any]) -> dict[str, Head]:
        wanted, found = sorted(set(ids)), dict[str, Head]()
        for start in range(0, len(wanted), _CHUNK):
            asked = {"book": self.book, "ids": wanted[start : start + _CHUNK]}
            for key, entries, genesis, last in self.connection.execute(query, asked):
                found[key] = Head(entries, genesis, last)
        return found

    def first_new(self, of: str, links: Sequence[str], head: Head | None) -> int:
        """Return how many entries of a chain are stored already.

        Args:
            of: the aggregate.
            links: the genesis and the hash of every entry the writer holds.
            head: the head in the book; ``None`` where the book does not hold the aggregate.

        Raises:
            RefConflict: the identity stands for something else.
            ConcurrentUpdate: the stored entries are not the first of these.
        """
        if head is None:
            return 0
        if head.genesis != links[0]:
            raise _other_identity(of)
        entries = len(links) - 1
        at = head.last if entries >= head.entries else self._link_at(of, entries)
        stored = min(entries, head.entries)
        if at != links[stored]:
            raise _concurrent(of, entries, head.entries)
        return stored

    def _link_at(self, of: str, number: int) -> str | None:
        """Return the stored hash of an entry, for a writer with an older view and nothing new."""
        table = tables.fund_entry if self.table is tables.fund else tables.loan_entry
        where = (
            table.c.book_id == self.book,
            table.c[self._name] == of,
            table.c.number == max(number, 1),
        )
        column = table.c.hash if number else table.c.previous
        link: str | None = self.connection.scalar(select(column).where(*where))
        return link

    def move(self, moves: Sequence[Move]) -> None:
        """Move heads on, each only from the number of entries it was read with.

        Raises:
            ConcurrentUpdate: somebody else moved one of them first.
        """
        rows = [
            {
                "book": self.book,
                "of": move.of,
                "was": move.was,
                "is_now": move.entries,
                "last": move.last,
            }
            for move in moves
        ]
        if rows and self._moved(rows) != len(rows):
            raise _concurrent(moves[0].of, moves[0].was, moves[0].entries)

    def _moved(self, rows: list[dict[str, Any]]) -> int:
        given = rows if len(rows) > 1 else rows[0]  # one alone is quicker than a list of one
        return self.connection.execute(_MOVE[self.table.name], given).rowcount


def _concurrent(of: str, here: int, stored: int) -> ConcurrentUpdate:
    return ConcurrentUpdate(
        f"{of} was changed since it was read: {here} entries here, {stored} in the book",
        zh=f"{of} 读取后已被他人修改，请重新读取后再办理",
        value=here,
        limit=stored,
    )


def _other_identity(of: str) -> RefConflict:
    return RefConflict(
        f"{of} already stands in the book for something else that was agreed",
        zh=f"台账中 {of} 已用于其他内容",
        value=of,
        limit="the same content under the same identity",
    )
