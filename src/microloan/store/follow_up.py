"""The follow-up of one book: visits and contacts, written once, read back against their seals."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, insert, select

from microloan.errors import PeriodClosed, RefConflict
from microloan.naming import identity, refused_terms, several_of
from microloan.reminder import Contact
from microloan.store import follow_up_tables, tables
from microloan.store.closing import Closings
from microloan.store.faults import faults_named
from microloan.store.follow_up_rows import (
    contact_of,
    contact_row,
    record_of_follow_up,
    visit_of,
    visit_row,
)
from microloan.store.register import Record, enter_records
from microloan.store.repositories import not_found
from microloan.store.rows import Row, chain_broken
from microloan.store.written import Written
from microloan.visit import FollowUpVisit, require_paid_out

_CHUNK = 500


@faults_named
@dataclass(frozen=True, slots=True)
class FollowUp:
    """The visits and contacts of one book.

    ``act`` does what is written in it whole or not at all.
    """

    connection: Connection
    book: str
    act: Callable[[], AbstractContextManager[None]]
    written: Written = field(default_factory=Written)

    def record(self, *records: FollowUpVisit | Contact) -> None:
        """Store visits and contacts, all or none; the same record again changes nothing.

        Raises:
            NotFound: the book does not hold the loan.
            VisitTooEarly: before the loan was paid out.
            PeriodClosed: booked in a closed half-year.
            RefConflict: the number already stands for another visit, or contact, of the loan.
            InvalidTerms: neither a visit nor a contact, such as a tuple of them.
            ConcurrentUpdate: another writer came first.
        """
        for one in records:
            if not isinstance(one, FollowUpVisit | Contact):
                kind = type(one).__name__
                raise refused_terms("a record", "贷后记录", kind, "a FollowUpVisit or a Contact")
        with self.act():
            closed_through = Closings(self.connection, self.book).hold().closed_through
            new = [self._write(one, closed_through) for one in records]
            enter_records(self.connection, self.book, [one for one in new if one is not None])

    def _write(self, record: FollowUpVisit | Contact, closed_through: date | None) -> Record | None:
        if isinstance(record, FollowUpVisit):
            table, row = follow_up_tables.visit, visit_row(record, self.book)
        else:
            table, row = follow_up_tables.contact, contact_row(record, self.book)
        query = select(table.c.hash).where(*_same(table, row, ("book_id", "loan_id", "ref")))
        stored = self.connection.scalar(query)
        if stored == row["hash"]:
            return None
        if stored is not None:
            raise _ref_conflict(record)
        loan = tables.loan
        paid_out = select(loan.c.disbursed_on).where(*_same(loan, row, ("book_id", "loan_id")))
        disbursed_on = self.connection.scalar(paid_out)
        if disbursed_on is None:
            raise not_found("loan", record.loan_id, self.book)
        require_paid_out(record.loan_id, disbursed_on, record.on)
        if closed_through is not None and record.booked_day <= closed_through:
            raise _period_closed(record, closed_through)
        self.connection.execute(insert(table), [row])
        self.written.add(record.loan_id, table.name.removeprefix("microloan_"), record.ref)
        return record_of_follow_up(table, row)

    def visits(self, loan_ids: Iterable[str] | None = None) -> tuple[FollowUpVisit, ...]:
        """Return the visits to the borrowers of some loans, by loan, day and number.

        Args:
            loan_ids: the loans; ``None`` for all of the book.

        Raises:
            InvalidTerms, InvalidIdentity: something that is no contract number.
            ChainBroken: a row is not the one that was written.
        """
        rows = self._rows(follow_up_tables.visit, loan_ids)
        return tuple(sorted(map(visit_of, rows), key=lambda one: (one.loan_id, one.on, one.ref)))

    def contacts(self, loan_ids: Iterable[str] | None = None) -> tuple[Contact, ...]:
        """Return the contacts about some loans, by loan, day and number.

        Args:
            loan_ids: the loans; ``None`` for all of the book.

        Raises:
            InvalidTerms, InvalidIdentity: something that is no contract number.
            ChainBroken: a row is not the one that was written.
        """
        rows = self._rows(follow_up_tables.contact, loan_ids)
        return tuple(sorted(map(contact_of, rows), key=lambda one: (one.loan_id, one.on, one.ref)))

    def _rows(self, table: Table, loan_ids: Iterable[str] | None) -> Iterator[Row]:
        query = select(table).where(table.c.book_id == self.book)
        if loan_ids is None:
            yield from self._read(query)
            return
        given = [loan_ids] if isinstance(loan_ids, str) else loan_ids
        named = several_of(given, str, "the loans", "贷款编号")
        wanted = sorted({identity(each, "a loan") for each in named})
        for start in range(0, len(wanted), _CHUNK):
            yield from self._read(query.where(table.c.loan_id.in_(wanted[start : start + _CHUNK])))

    def _read(self, query: Select[Any]) -> Sequence[Row]:
        try:
            return self.connection.execute(query).mappings().all()
        except (TypeError, ValueError) as fault:  # SQLite keeps any text where a day should be
            raise chain_broken(self.book, "a day") from fault


def _same(table: Table, row: dict[str, object], names: Sequence[str]) -> list[ColumnElement[bool]]:
    return [table.c[name] == row[name] for name in names]


def _ref_conflict(record: FollowUpVisit | Contact) -> RefConflict:
    what, zh = ("visit", "回访") if isinstance(record, FollowUpVisit) else ("contact", "催收")
    return RefConflict(
        f"{record.loan_id}: {record.ref} already stands for another {what}",
        zh=f"{record.loan_id}：{zh}记录 {record.ref} 已登记且内容不同",
        value=record.ref,
        limit="one content for each number",
    )


def _period_closed(record: FollowUpVisit | Contact, through: date) -> PeriodClosed:
    return PeriodClosed(
        f"{record.loan_id}: {record.ref} is booked on {record.booked_day}, in a half-year closed "
        f"through {through}; keep its day and book it after that",
        zh=f"{record.loan_id}：{record.ref} 的记账日 {record.booked_day} 已结账（至 {through}），"
        "应保留业务日期、记入其后的账期",
        value=record.booked_day,
        limit=through,
    )
