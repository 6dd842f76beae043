"""How far the chains of a book had come when a half-year was closed, and whether they still go on.

A chain of a fund or loan is sound where what is stored of it begins with what the closing knew.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, case, insert, null, select

from microloan.periods import HalfYear
from microloan.store import closing_tables, tables
from microloan.store.chain import link
from microloan.store.rows import Row, chain_broken

FUND, LOAN = "fund", "loan"
_TABLES: Final = {FUND: (tables.fund, tables.fund_entry), LOAN: (tables.loan, tables.loan_entry)}
_PLACE: Final = ("book_id", "half_year", "version")


def heads_now(connection: Connection, book: str) -> list[dict[str, Any]]:
    """Return how far each chain of a book has come, funds first, by identity."""
    heads: list[dict[str, Any]] = []
    for kind, (table, _) in _TABLES.items():
        query = select(_name(table).label("chain_id"), table.c.entries, table.c.head)
        rows = connection.execute(query.where(table.c.book_id == book)).mappings()
        heads += [{"kind": kind, **row} for row in sorted(rows, key=itemgetter("chain_id"))]
    return heads


def anchor_of(book: str, half: HalfYear, heads: Iterable[Row | dict[str, Any]]) -> str:
    """Return one hash over the heads of all chains of a book, funds first, by identity."""
    links = (link(one["chain_id"], one["entries"], one["head"]) for one in heads)
    return link("anchor", book, str(half), *links)


def keep_heads(
    connection: Connection, closing: dict[str, Any], heads: Iterable[dict[str, Any]]
) -> None:
    """Store how far each chain had come at a closing."""
    place = {name: closing[name] for name in _PLACE}
    if rows := [place | one for one in heads]:
        connection.execute(insert(closing_tables.head), rows)


def kept_heads(connection: Connection, closing: Row, half: HalfYear) -> Sequence[Row]:
    """Return how far each chain had come at a closing, funds first, by identity.

    Raises:
        ChainBroken: they do not make the anchor of the closing.
    """
    table = closing_tables.head
    query = select(table).where(*(table.c[name] == closing[name] for name in _PLACE))
    rows = sorted(connection.execute(query).mappings(), key=itemgetter("kind", "chain_id"))
    if anchor_of(closing["book_id"], half, rows) != closing["anchor"]:
        raise chain_broken(str(half), "the anchor of all chains")
    return rows


def links_at(connection: Connection, closing: Row) -> dict[tuple[str, str], str | None]:
    """Return of each chain of a closing the link that is stored where it then ended."""
    return {
        (kind, chain_id): stored
        for kind in _TABLES
        for chain_id, stored in connection.execute(_links_query(kind, closing))
    }


def broken_chains(connection: Connection, closing: Row, half: HalfYear) -> Iterator[str]:
    """Yield the funds and loans whose chain does not begin with what a closing knew, in order.

    Raises:
        ChainBroken: what the closing knew is not what was written.
    """
    heads = kept_heads(connection, closing, half)
    stored = links_at(connection, closing)
    for head in heads:
        if stored[head["kind"], head["chain_id"]] != head["head"]:
            yield head["chain_id"]


def _links_query(kind: str, closing: Row) -> Select[Any]:
    head, (table, entry) = closing_tables.head, _TABLES[kind]
    same = and_(table.c.book_id == head.c.book_id, _name(table) == head.c.chain_id)
    last = and_(
        entry.c.book_id == head.c.book_id,
        _name(entry) == head.c.chain_id,
        entry.c.number == head.c.entries,
    )
    gone = (_name(table).is_(None), null())
    link_there = case(gone, (head.c.entries == 0, table.c.genesis), else_=entry.c.hash)
    joined = head.outerjoin(table, same).outerjoin(entry, last)
    where = [head.c[name] == closing[name] for name in _PLACE]
    query = select(head.c.chain_id, link_there).select_from(joined)
    return query.where(head.c.kind == kind, *where)


def _name(table: Table) -> ColumnElement[str]:
    return table.primary_key.columns.values()[1]
