"""Holding a book against an anchor that was kept elsewhere: today's chains must go on from it."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from sqlalchemy import Connection, select, tuple_

from microloan.finding import Finding
from microloan.store import tables
from microloan.store.anchor import Anchor, ChainHead, ChainKind
from microloan.store.closing_acts import links_of_acts
from microloan.store.verifying import not_as_written

_CHUNK: Final = 400
_CHAINS: Final = {
    ChainKind.FUND: (tables.fund, tables.fund_entry),
    ChainKind.LOAN: (tables.loan, tables.loan_entry),
}
Place: TypeAlias = tuple[str, int]
"""A chain and how many entries of it."""


def anchor_findings(connection: Connection, book: str, anchor: Anchor) -> Iterator[Finding]:
    """Yield the chains of a book that do not go on from an anchor.

    Args:
        connection: to the database.
        book: the book.
        anchor: what was kept elsewhere.
    """
    if anchor.book != book:
        yield not_as_written(
            "other_book",
            of=book,
            sentence=f"the anchor is one of book {anchor.book}, not of book {book}",
            zh=f"锚定值属于台账 {anchor.book}，不是台账 {book}",
        )
        return
    for kind in ChainKind:
        heads = [one for one in anchor.heads if one.kind is kind]
        for start in range(0, len(heads), _CHUNK):
            chunk = heads[start : start + _CHUNK]
            stored = _stored(connection, book, kind, chunk)
            yield from (_gone(one, stored) for one in chunk if not _goes_on(one, stored))


def _goes_on(head: ChainHead, stored: Mapping[Place, str]) -> bool:
    return stored.get((head.of, head.entries)) == head.link


def _gone(head: ChainHead, stored: Mapping[Place, str]) -> Finding:
    there = stored.get((head.of, head.entries), "")
    what, zh = ("another one", "与锚定不符") if there else ("gone", "已不存在")
    return not_as_written(
        "not_anchored",
        of=head.of,
        sentence=f"{head.of}: entry {head.entries} of its {head.kind.value} chain is {what}",
        zh=f"{head.of}：锚定的第 {head.entries} 笔{zh}",
        figures=(("kept elsewhere", head.link), ("stored", there)),
    )


def _stored(
    connection: Connection, book: str, kind: ChainKind, heads: list[ChainHead]
) -> dict[Place, str]:
    """Return the links that are stored where some chains had come to."""
    match kind:
        case ChainKind.ACTS:
            return {(book, n): link for n, link in enumerate(links_of_acts(connection, book))}
        case ChainKind.REGISTER:
            line = tables.register
            numbers = [one.entries for one in heads]
            where = (line.c.book_id == book, line.c.number.in_(numbers))
            rows = connection.execute(select(line.c.number, line.c.hash).where(*where))
            return {(book, 0): ""} | {(book, number): link for number, link in rows}
    owner, entry = _CHAINS[kind]
    name = entry.primary_key.columns.keys()[1]
    begun = [one.of for one in heads if not one.entries]
    agreed = select(owner.c[name], owner.c.genesis)
    rows = connection.execute(agreed.where(owner.c.book_id == book, owner.c[name].in_(begun)))
    found = {(of, 0): link for of, link in rows}
    places = [(one.of, one.entries) for one in heads]
    last = select(entry.c[name], entry.c.number, entry.c.hash)
    where = (entry.c.book_id == book, tuple_(entry.c[name], entry.c.number).in_(places))
    return found | {(of, n): link for of, n, link in connection.execute(last.where(*where))}
