"""What a closing knew beside the entries: assignments, visits and requests, under one hash."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, func, select

from microloan.store import closing_tables, follow_up_tables, request_tables
from microloan.store.chain import link

_CHUNK = 500


def known_now(connection: Connection, book: str) -> dict[str, int]:
    """Return how many assignments and requests a book has come to know."""
    found: dict[str, int] = {}
    assignment, request = closing_tables.assignment, request_tables.request
    for name, number in (("assignments", assignment.c.number), ("requests", request.c.known_as)):
        query = select(func.max(number)).where(number.table.c.book_id == book)
        found[name] = connection.scalar(query) or 0
    return found


def notes_hash(
    connection: Connection,
    book: str,
    known: Mapping[str, int],
    visits: Iterable[tuple[str, str]],
) -> str:
    """Return one hash over the seals of what a closing knew.

    Args:
        connection: to the database.
        book: the book.
        known: how many ``assignments`` and ``requests`` it knew.
        visits: the visits it names, by loan and number.
    """
    assignment, request = closing_tables.assignment, request_tables.request
    links = []
    for name, number in (("assignments", assignment.c.number), ("requests", request.c.known_as)):
        table = number.table
        query = select(number, table.c.hash).where(table.c.book_id == book, number <= known[name])
        links += [link(name, *row) for row in connection.execute(query.order_by(number))]
    return link("notes", *links, *_visit_links(connection, book, sorted(visits)))


def _visit_links(connection: Connection, book: str, visits: list[tuple[str, str]]) -> list[str]:
    table, seals = follow_up_tables.visit, dict[tuple[str, str], str]()
    for start in range(0, len(visits), _CHUNK):
        loans = {loan_id for loan_id, _ in visits[start : start + _CHUNK]}
        query = select(table.c.loan_id, table.c.ref, table.c.hash)
        where = (table.c.book_id == book, table.c.loan_id.in_(loans))
        seals |= {(loan, ref): seal for loan, ref, seal in connection.execute(query.where(*where))}
    return [link("visit", *visit, seals.get(visit)) for visit in visits]
