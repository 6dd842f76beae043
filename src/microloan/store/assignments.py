"""Whose the loans of one book are: assignments, append-only, in the order of knowledge."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select

from microloan.assignment import AssignedTo, Assignment, assignment_conflict
from microloan.errors import PeriodClosed
from microloan.naming import identity, refused_terms, require_whole
from microloan.store import closing_tables, tables
from microloan.store.closing import Closings
from microloan.store.faults import faults_named
from microloan.store.register import Record, RecordKind, enter_records
from microloan.store.repositories import not_found
from microloan.store.rows import Row
from microloan.store.seals import MOST_KNOWN, read_sealed, seal
from microloan.store.written import Written


@faults_named
@dataclass(frozen=True, slots=True)
class Assignments:
    """The assignments of one book.

    ``act`` does what is written in it whole or not at all.
    """

    connection: Connection
    book: str
    act: Callable[[], AbstractContextManager[None]]
    written: Written = field(default_factory=Written)

    def record(self, *assignments: Assignment) -> None:
        """Store assignments, all or none; the same one again changes nothing.

        Raises:
            NotFound: the book does not hold the loan.
            RefConflict: the loan goes to another one that day, or by another voucher.
            PeriodClosed: it begins in a closed half-year.
            InvalidTerms: no assignment, such as a tuple of them.
            ConcurrentUpdate: another writer came first.
        """
        for one in assignments:
            if not isinstance(one, Assignment):
                kind = type(one).__name__
                raise refused_terms("what is recorded", "管户分配", kind, "an Assignment")
        with self.act():
            closed_through = Closings(self.connection, self.book).hold().closed_through
            new = [self._write(one, closed_through) for one in assignments]
            enter_records(self.connection, self.book, [one for one in new if one is not None])

    def _write(self, new: Assignment, closed_through: date | None) -> Record | None:
        table, loan = closing_tables.assignment, tables.loan
        if known := self._same(new):
            if known != new:
                raise assignment_conflict(new, known)
            return None
        held = select(loan.c.loan_id).where(
            loan.c.book_id == self.book, loan.c.loan_id == new.loan_id
        )
        if self.connection.scalar(held) is None:
            raise not_found("loan", new.loan_id, self.book)
        if closed_through is not None and new.on <= closed_through:
            raise _period_closed(new, closed_through)
        last = select(func.max(table.c.number)).where(table.c.book_id == self.book)
        row = {
            "book_id": self.book,
            "loan_id": new.loan_id,
            "what": new.what.value,
            "effective_on": new.on,
            "number": (self.connection.scalar(last) or 0) + 1,
            "value": new.value,
            "ref": new.ref,
        }
        row["hash"] = seal(table, row)
        self.connection.execute(insert(table), [row])
        self.written.add(new.loan_id, new.what.value, new.ref)
        return record_of_assignment(row)

    def _same(self, new: Assignment) -> Assignment | None:
        """Return what is stored of the loan's assignment of that day."""
        table = closing_tables.assignment
        day = (table.c.what == new.what.value, table.c.effective_on == new.on)
        return next(iter(self._read(table.c.loan_id == new.loan_id, *day)), None)

    def of(self, loan_id: str) -> tuple[Assignment, ...]:
        """Return the assignments of a loan, in the order of knowledge.

        Raises:
            InvalidIdentity: an unusable contract number.
            ChainBroken: a row is not the one that was written.
        """
        return self._read(closing_tables.assignment.c.loan_id == identity(loan_id, "a loan"))

    def all(self) -> tuple[Assignment, ...]:
        """Return the assignments of the book, in the order of knowledge.

        Raises:
            ChainBroken: a row is not the one that was written.
        """
        return self._read()

    def known_at(self, number: int) -> tuple[Assignment, ...]:
        """Return the assignments that were known when there were so many.

        Raises:
            InvalidTerms: no whole number.
            ChainBroken: a row is not the one that was written.
        """
        require_whole(number, "the number of assignments", "管户分配条数", 0, MOST_KNOWN)
        return self._read(closing_tables.assignment.c.number <= number)

    def _read(self, *where: ColumnElement[bool]) -> tuple[Assignment, ...]:
        table = closing_tables.assignment
        query = select(table).where(table.c.book_id == self.book, *where).order_by(table.c.number)
        return tuple(map(_assignment_of, read_sealed(self.connection, query, table, self.book)))


def _assignment_of(row: Row) -> Assignment:
    return Assignment(
        loan_id=row["loan_id"],
        what=AssignedTo(row["what"]),
        value=row["value"],
        on=row["effective_on"],
        ref=row["ref"],
    )


def record_of_assignment(row: Row | dict[str, Any]) -> Record:
    """Return the line of the register for an assignment; what and the day make it the one."""
    ref = f"{row['what']} {row['effective_on']}"
    return Record(RecordKind.ASSIGNMENT, row["loan_id"], ref, row["hash"])


def _period_closed(new: Assignment, through: date) -> PeriodClosed:
    return PeriodClosed(
        f"{new.loan_id} cannot go to {new.value} on {new.on}, in a half-year closed through "
        f"{through}; let it go on a day after that",
        zh=f"{new.loan_id} 的分配日 {new.on} 已结账（至 {through}），应自其后的日期起分配",
        value=new.on,
        limit=through,
    )
