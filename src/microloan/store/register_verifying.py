"""Verifying the register of a book, and the records it tells of."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Select, String, Table, select, type_coerce

from microloan.finding import Finding
from microloan.store import closing_tables, follow_up_tables, request_tables, tables
from microloan.store.assignments import record_of_assignment
from microloan.store.follow_up_rows import contact_of, record_of_follow_up, visit_of
from microloan.store.register import Record, RecordKind, check_register
from microloan.store.request_rows import quarter_of, record_of_request
from microloan.store.requests import Requests
from microloan.store.rows import Row, chain_broken
from microloan.store.seals import seal
from microloan.store.verifying import Broken, not_as_written

_NUMBERED: Final = {RecordKind.REQUEST: "known_as", RecordKind.ASSIGNMENT: "number"}
"""What is counted within the book, with the column of the number."""
_TABLES: Final = {
    RecordKind.REQUEST.value: (
        request_tables.request,
        request_tables.request_line,
        request_tables.request_correction,
        request_tables.request_waiting,
    ),
    RecordKind.ASSIGNMENT.value: (closing_tables.assignment,),
    RecordKind.VISIT.value: (follow_up_tables.visit,),
    RecordKind.CONTACT.value: (follow_up_tables.contact,),
}
"""Where the records of each kind are."""


def register_findings(connection: Connection, book: str, broken: Broken) -> Iterator[Finding]:
    """Yield what the register and the records do not agree about, and what is broken of either."""
    rows = broken.asked(partial(_lines, connection, book, broken))
    is_read = rows is not None and tables.register.name not in broken.unreadable
    told = {(row["kind"], row["of_id"], row["ref"]): row["seal"] for row in rows or ()}
    places: dict[str, int] = {}
    for record, number in _records(connection, book, broken):
        key = (record.kind.value, record.of, record.ref)
        if told.pop(key, None) != record.seal and is_read:
            yield _otherwise(record.of, f"{record.kind.value} {record.ref} is not in the register")
        if number is not None:
            places[record.kind.value] = places.get(record.kind.value, 0) + 1
            if number != places[record.kind.value]:
                yield _otherwise(record.of, f"{record.kind.value} {record.ref} is out of its order")
    for kind, of, ref in told:
        if not any(table.name in broken.unreadable for table in _TABLES.get(kind, ())):
            yield _otherwise(str(of), f"{kind} {ref} is in the register and nowhere else")


def _lines(connection: Connection, book: str, broken: Broken) -> Sequence[Row]:
    """Return the lines of the register; whether they are a chain is told on the way."""
    own, table = tables.book, tables.register
    query = select(own.c.records, own.c.last_record).where(own.c.book_id == book)
    stored = connection.execute(query).first()
    lines = select(table).where(table.c.book_id == book).order_by(table.c.number)
    rows = connection.execute(lines).mappings().all()
    broken.whole(lambda: check_register(book, tuple(stored or (0, "")), rows))
    return rows


def _records(
    connection: Connection, book: str, broken: Broken
) -> Iterator[tuple[Record, int | None]]:
    """Yield the records of a book that are as they were written, each with its number if any."""
    requests = Requests(connection, book, nullcontext)
    request, assignment = request_tables.request, closing_tables.assignment
    for row in _rows(connection, book, request, broken):
        quarter = partial(quarter_of, row["quarter"])
        read = partial(_whole_request, requests, row["lender_id"], quarter)
        if broken.asked(read, of=str(row["lender_id"])) is not None:
            yield record_of_request(row), row["known_as"]
    for row in _rows(connection, book, assignment, broken):
        if broken.whole(partial(_sealed, assignment, row), of=str(row["loan_id"])):
            yield record_of_assignment(row), row["number"]
    for table, made in ((follow_up_tables.visit, visit_of), (follow_up_tables.contact, contact_of)):
        for row in _rows(connection, book, table, broken):
            if broken.whole(partial(made, row), of=str(row["loan_id"])) is not None:
                yield record_of_follow_up(table, row), None


def _whole_request(requests: Requests, lender: str, quarter: Callable[[], Any]) -> object:
    return requests.get(lender, quarter())


def _sealed(table: Table, row: Row) -> bool:
    if seal(table, row) != row["hash"]:
        raise chain_broken(row["loan_id"], f"{row['what']} {row['effective_on']}")
    return True


def _rows(connection: Connection, book: str, table: Table, broken: Broken) -> Iterable[Row]:
    """Return the rows of a table, in the order of their numbers; row by row where one is broken."""
    order = [table.c[name] for name in ("known_as", "number") if name in table.c][:1]
    query = select(table).where(table.c.book_id == book).order_by(*order)
    if table.name in broken.unreadable:
        return []
    try:
        return connection.execute(query).mappings().all()
    except (TypeError, ValueError):  # SQLite keeps any text where a day should be
        each = _each(connection, book, table)
        return [row for of, read in each if (row := broken.asked(read, of=of))]


def _each(
    connection: Connection, book: str, table: Table
) -> Iterator[tuple[str, Callable[[], Row | None]]]:
    """Yield whose each row is, and how to read it alone."""
    keys = [type_coerce(column, String) for column in table.primary_key.columns]
    for key in connection.execute(select(*keys).where(table.c.book_id == book)).all():
        same = [column == cell for column, cell in zip(keys, key, strict=True)]
        yield str(key[1]), partial(_row, connection, select(table).where(*same), str(key[1]))


def _row(connection: Connection, query: Select[Any], of: str) -> Row | None:
    try:
        return connection.execute(query).mappings().first()
    except (TypeError, ValueError):
        raise chain_broken(of, "a day") from None


def _otherwise(of: str, what: str) -> Finding:
    return not_as_written(
        "register_differs",
        of=of,
        sentence=f"{of}: {what}",
        zh=f"{of}：登记簿与记录不符（{what}）",
    )
