"""Entering into the register what a book of version 0001 recorded: requests, then the rest.

The order of requests and of assignments is known, that of visits and contacts is not; they follow
by loan and number. The encoding of a link is that of version 0002, whatever comes later.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

Record: TypeAlias = tuple[str, str, str, str]
"""Kind, whom it is of, voucher and seal."""
_ENCODING: Final = "microloan-chain-2"
_CHUNK: Final = 1000

_BOOK: Final = sa.table("microloan_book", *map(sa.column, ("book_id", "records", "last_record")))
_NAMES: Final = ("book_id", "number", "kind", "of_id", "ref", "seal", "previous", "hash")
_REGISTER: Final = sa.table("microloan_register", *map(sa.column, _NAMES))


def fill_register(connection: sa.Connection) -> None:
    """Enter the requests, assignments, visits and contacts of every book into its register."""
    for book in connection.scalars(sa.select(_BOOK.c.book_id)).all():
        number, last, waiting = 0, "", []
        for kind, of, ref, seal in _records(connection, book):
            number, previous = number + 1, last
            last = frozen_link("register", previous, book, number, kind, of, ref, seal)
            values = (book, number, kind, of, ref, seal, previous, last)
            waiting.append(dict(zip(_NAMES, values, strict=True)))
            if len(waiting) == _CHUNK:
                connection.execute(sa.insert(_REGISTER), waiting)
                waiting = []
        if waiting:
            connection.execute(sa.insert(_REGISTER), waiting)
        moved = {"records": number, "last_record": last}
        connection.execute(sa.update(_BOOK).where(_BOOK.c.book_id == book).values(moved))


def _records(connection: sa.Connection, book: str) -> Iterator[Record]:
    wanted = ("known_as", "lender_id", "quarter", "hash")
    for _, lender, quarter, seal in _rows(connection, book, "request", *wanted):
        yield "request", lender, str(quarter), seal
    names = ("number", "loan_id", "what", "effective_on", "hash")
    for _, loan, what, on, seal in _rows(connection, book, "assignment", *names):
        yield "assignment", loan, f"{what} {on}", seal
    for kind in ("visit", "contact"):
        for loan, ref, seal in _rows(connection, book, kind, "loan_id", "ref", "hash"):
            yield kind, loan, ref, seal


def _rows(connection: sa.Connection, book: str, table: str, *names: str) -> list[Any]:
    """Return columns of a book's rows, in the order of these columns, the same on any database."""
    source = sa.table(f"microloan_{table}", sa.column("book_id"), *map(sa.column, names))
    query = sa.select(*(source.c[name] for name in names)).where(source.c.book_id == book)
    return sorted(map(tuple, connection.execute(query)))


def frozen_link(*parts: str | int) -> str:
    """Return the hash of fields as version 0002 encodes them: each with its type and length."""
    return sha256(b"".join(map(_typed, (_ENCODING, len(parts), *parts)))).hexdigest()


def _typed(part: str | int) -> bytes:
    tag, text = (b"s", part) if isinstance(part, str) else (b"i", str(part))
    encoded = text.encode()
    return b"%s%d:%s" % (tag, len(encoded), encoded)
