"""Which half-years of a book are closed, and closing the next one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from microloan.errors import PeriodClosed
from microloan.fund_ledger import FundEntry
from microloan.halfyear import HalfYearLedger
from microloan.ledger import Entry
from microloan.periods import HalfYear
from microloan.store import tables
from microloan.store.account_rows import account_row, half_year_code
from microloan.store.chain import link
from microloan.store.repositories import Closing


@dataclass(frozen=True, slots=True)
class Closings:
    """The open and closed half-years of one book."""

    connection: Connection
    book: str

    def write_book(self) -> None:
        """Make sure that the book has its row."""
        if self.connection.scalar(select(tables.book.c.book_id).where(self._mine)) is None:
            self.connection.execute(insert(tables.book).values(book_id=self.book))

    @property
    def _mine(self) -> ColumnElement[bool]:
        return tables.book.c.book_id == self.book

    @property
    def closed_through(self) -> date | None:
        """Return the last day of the last closed half-year; ``None`` where none is closed."""
        day: date | None = self.connection.scalar(
            select(tables.book.c.closed_through).where(self._mine)
        )
        return day

    def require_open(self, entries: Iterable[Entry | FundEntry]) -> None:
        """Refuse entries booked in a closed half-year.

        Raises:
            PeriodClosed: names the entry and the way to book it.
        """
        through = self.closed_through
        for entry in entries:
            if through is not None and entry.booked_on <= through:
                raise _period_closed(entry, through)

    def require_ahead(self, half: HalfYear) -> None:
        """Refuse to close a half-year before those that are closed.

        Raises:
            PeriodClosed: names the half-year and the day through which the book is closed.
        """
        through = self.closed_through
        if through is not None and half.last_day <= through:
            raise PeriodClosed(
                f"{half} lies before what is closed through {through}; close the next one",
                zh=f"{half} 早于已结账期间（至 {through}），应结下一账期",
                value=half,
                limit=through,
            )

    def open_since(self) -> HalfYear | None:
        """Return the earliest half-year that is open; ``None`` where nothing is booked."""
        if (through := self.closed_through) is not None:
            return HalfYear.of(through).next
        firsts = [
            self.connection.scalar(
                select(func.min(table.c.booked_on)).where(table.c.book_id == self.book)
            )
            for table in (tables.loan_entry, tables.fund_entry)
        ]
        booked = [first for first in firsts if first is not None]
        return HalfYear.of(min(booked)) if booked else None

    def freeze(self, ledger: HalfYearLedger, *, on: date) -> Closing:
        """Store the accounts of a half-year, anchor all chains and close it."""
        self.write_book()
        anchor = self._anchor(ledger.half)
        self.connection.execute(
            insert(tables.closing).values(
                book_id=self.book,
                half_year=half_year_code(ledger.half),
                closed_on=on,
                loans=len(ledger.lines),
                anchor=anchor,
            )
        )
        rows = [account_row(line.account, line.loan_id, self.book) for line in ledger.lines]
        if rows:
            self.connection.execute(insert(tables.account), rows)
        last = {"closed_through": ledger.half.last_day}
        self.connection.execute(update(tables.book).where(self._mine).values(last))
        return Closing(half=ledger.half, closed_on=on, totals=ledger.totals, anchor=anchor)

    def _anchor(self, half: HalfYear) -> str:
        """Return one hash over the heads of all chains of the book, funds first, by identity."""
        heads: list[str] = []
        for table in (tables.fund, tables.loan):
            name = table.primary_key.columns.keys()[1]
            query = select(table.c[name], table.c.entries, table.c.head)
            query = query.where(table.c.book_id == self.book).order_by(table.c[name])
            heads += [link(*row) for row in self.connection.execute(query)]
        return link("anchor", self.book, str(half), *heads)


def _period_closed(entry: Entry | FundEntry, through: date) -> PeriodClosed:
    return PeriodClosed(
        f"entry {entry.number} ({entry.ref}) is booked on {entry.booked_on}, in a half-year closed "
        f"through {through}; keep its business date and book it after that",
        zh=f"凭证 {entry.ref} 的记账日 {entry.booked_on} 已结账（至 {through}），"
        "应保留业务日期、记入其后的账期",
        value=entry.booked_on,
        limit=through,
    )
