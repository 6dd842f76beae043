"""The register 登记簿 of a book: every request, assignment, visit and contact in one chain.

Each of these is a row of its own with a seal over it. The register says in which order they came
and that none was taken away: its links go on from record to record, and the book's own row holds
how many there are and the last link.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from microloan.store import tables
from microloan.store.chain import link
from microloan.store.rows import Row, chain_broken


class RecordKind(Enum):
    """What the register holds."""

    REQUEST = "request"
    """贴息申请: a bank's request for a quarter."""
    ASSIGNMENT = "assignment"
    """管户分配: whose a loan is from a day on."""
    VISIT = "visit"
    """贷后回访: a visit to a borrower."""
    CONTACT = "contact"
    """催收记录: a reminder or a step of chasing."""


class Record(NamedTuple):
    """One line of the register: what was recorded, of whom, under which voucher and seal."""

    kind: RecordKind
    of: str
    ref: str
    seal: str


def enter_records(connection: Connection, book: str, records: Iterable[Record]) -> None:
    """Add records to the register of a book, in their order, and move the book's last link on.

    The caller holds the lock of the book's row, and has written the records themselves.

    Args:
        connection: to the database.
        book: the book; its row is there.
        records: what was recorded; nothing is fine.
    """
    new = list(records)
    if not new:
        return
    own = tables.book
    place = own.c.book_id == book
    number, last = connection.execute(select(own.c.records, own.c.last_record).where(place)).one()
    rows = []
    for one in new:
        row = _row_of(one, book, number + 1, last)
        rows.append(row)
        number, last = row["number"], row["hash"]
    connection.execute(insert(tables.register), rows)
    moved = {"records": number, "last_record": last}
    connection.execute(update(own).where(place).values(moved))


def _row_of(record: Record, book: str, number: int, last: str) -> dict[str, Any]:
    row = {
        "book_id": book,
        "number": number,
        "kind": record.kind.value,
        "of_id": record.of,
        "ref": record.ref,
        "seal": record.seal,
        "previous": last,
    }
    return row | {"hash": register_link(row)}


def register_link(row: Row | dict[str, Any]) -> str:
    """Return the link of a line of the register, over the link before it and all it says."""
    names = ("previous", "book_id", "number", "kind", "of_id", "ref", "seal")
    return link("register", *(row[name] for name in names))


def check_register(book: str, stored: tuple[int, str], rows: Sequence[Row]) -> None:
    """Refuse a register that is not the one that was written.

    Args:
        book: the book.
        stored: how many records the book's own row counts, and its last link.
        rows: the lines of the register, by number.

    Raises:
        ChainBroken: names the first line that is not as it was written.
    """
    last = ""
    for place, row in enumerate(rows, start=1):
        if (row["number"], row["previous"], row["hash"]) != (place, last, register_link(row)):
            raise chain_broken(book, f"record {place} of the register")
        last = row["hash"]
    if (len(rows), last) != stored:
        raise chain_broken(book, "the last record of the register")
