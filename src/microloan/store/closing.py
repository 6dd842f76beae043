"""Which half-years of a book are closed, closing the next one, opening the last one again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update
from sqlalchemy.dialects import postgresql

from microloan.errors import NotLastClosed, PeriodClosed
from microloan.frozen_line import FrozenLine
from microloan.fund_ledger import FundEntry
from microloan.ledger import Entry
from microloan.periods import FIRST_YEAR, HalfYear, in_order
from microloan.store import closing_tables, tables
from microloan.store.account_rows import frozen_row, half_year_code, sheet_hash
from microloan.store.closing_acts import (
    OWN_ROW,
    Acts,
    KnownActs,
    acts_to,
    add_act,
    read_acts,
    read_last_act,
)
from microloan.store.closing_chains import anchor_of, heads_now, keep_heads
from microloan.store.closing_notes import known_now, notes_hash
from microloan.store.seals import seal

_SHARED: Final = OWN_ROW.with_for_update(read=True, key_share=True)
_HELD: Final = OWN_ROW.with_for_update(key_share=True)
_ALONE: Final = OWN_ROW.with_for_update()


@dataclass(frozen=True, slots=True)
class Closings:
    """The open and closed half-years of one book."""

    connection: Connection
    book: str
    known: KnownActs = field(default_factory=dict)

    def keep_open(self) -> Acts:
        """Let nobody close the book until the transaction ends; all others write beside it.

        Raises:
            ChainBroken: a closing or opening was taken away, added or changed.
        """
        return self._locked(_SHARED)

    def hold(self) -> Acts:
        """Let nobody else record anything of the book, or close it, until the transaction ends.

        Who posts does not wait: whoever has posted may record as well and waits for nobody who has
        only posted.

        Raises:
            ChainBroken: a closing or opening was taken away, added or changed.
        """
        return self._locked(_HELD)

    def hold_alone(self) -> Acts:
        """Let nobody else write to the book at all until the transaction ends.

        Raises:
            ChainBroken: a closing or opening was taken away, added or changed.
        """
        return self._locked(_ALONE)

    def hold_for_newcomers(self) -> Acts:
        """Hold the book, and mark its row for whoever reads an older view of the book.

        A fund or loan that is new moves no row that such a reader could find changed.
        """
        acts, own = self.hold(), tables.book
        self.connection.execute(update(own).where(self._mine).values(acts=own.c.acts))
        return acts

    def _locked(self, query: Select[Any]) -> Acts:
        """Return the acts read under a lock of the book's row, which is made if there is none."""
        head = read_last_act(self.connection, query, self.book)
        if head is None:
            self._write_book()
            head = read_last_act(self.connection, query, self.book) or (0, "")
        return acts_to(self.connection, self.book, self.known, head)

    def _write_book(self) -> None:
        """Make sure that the book has its row, whoever else is making it."""
        own = {"book_id": self.book}
        if self.connection.dialect.name == "postgresql":
            made = postgresql.insert(tables.book).values(own).on_conflict_do_nothing()
            self.connection.execute(made)
        else:
            self.connection.execute(insert(tables.book).values(own))

    def require_newest(self) -> None:
        """Refuse to close on a view of the book that is older than its lock.

        A transaction of a higher isolation level reads what stood at its first statement. Each row
        that moved since then is told by the database when it is locked.

        Raises:
            RetryTransaction: something was written since the transaction began to read.
        """
        if self.connection.dialect.name != "postgresql":
            return
        if self.connection.get_isolation_level() == "READ COMMITTED":
            return
        for table in (tables.fund, tables.loan):
            rows = select(table.c.book_id).where(table.c.book_id == self.book)
            each = rows.with_for_update(read=True).subquery()
            self.connection.execute(select(func.count()).select_from(each))

    @property
    def _mine(self) -> ColumnElement[bool]:
        return tables.book.c.book_id == self.book

    @property
    def acts(self) -> Acts:
        """Return what was done to the half-years of the book.

        Raises:
            ChainBroken: an act was taken away, added or changed.
        """
        return read_acts(self.connection, self.book, self.known)

    @property
    def closed_through(self) -> date | None:
        """Return the last day of the last closed half-year; ``None`` where none is closed."""
        return self.acts.closed_through

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

    def require_in_order(self, half: HalfYear, *, on: date) -> None:
        """Refuse an act that is dated before the last one.

        Raises:
            InvalidDate: names the half-year and the day of the last act.
        """
        for last in self.acts.done[-1:]:
            in_order(last.on, on, f"{half}: what was done to {last.half} before, and this")

    def freeze(self, half: HalfYear, lines: Iterable[FrozenLine], *, on: date) -> int:
        """Store what is kept of a half-year, anchor all chains and close it.

        Returns:
            which closing of the half-year it is.
        """
        acts, kept = self.acts, [line for line in lines if not line.account.idle]
        heads = heads_now(self.connection, self.book)
        version = acts.versions(half) + 1
        rows = [frozen_row(line, half, version, self.book) for line in kept]
        known = known_now(self.connection, self.book)
        visits = [(line.loan_id, line.visit_ref) for line in kept if line.visit_ref]
        row: dict[str, Any] = {
            "book_id": self.book,
            "half_year": half_year_code(half),
            "version": version,
            "number": len(acts.done) + 1,
            "previous_version": 0 if half == _FIRST else acts.standing.get(half.previous, 0),
            "closed_on": on,
            "loans": len(rows),
            **known,
            "notes": notes_hash(self.connection, self.book, known, visits),
            "anchor": anchor_of(self.book, half, heads),
        }
        row["sheet"] = sheet_hash(row, rows)
        self.connection.execute(insert(closing_tables.closing), [row])
        if rows:
            self.connection.execute(insert(closing_tables.account), rows)
        keep_heads(self.connection, row, heads)
        add_act(self.connection, acts, row, opens=False)
        return version

    def reopen(self, half: HalfYear, *, on: date, reason: str) -> int:
        """Open the half-year again that was closed last; its closing stays readable.

        The same act again changes nothing while that closing is the one that was opened.

        Returns:
            which closing of it no longer stands.

        Raises:
            NotLastClosed: names the one that was.
            InvalidDate: a day before that of the last act.
        """
        table, acts = closing_tables.reopening, self.acts
        version = acts.versions(half)
        where = {"book_id": self.book, "half_year": half_year_code(half), "version": version}
        same = [table.c[name] == value for name, value in where.items()]
        same += [table.c.reopened_on == on, table.c.reason == reason]
        if self.connection.scalar(select(table.c.version).where(*same)) is not None:
            return version
        if half != acts.last_closed:
            raise _not_last(half, acts.last_closed)
        self.require_in_order(half, on=on)
        row = where | {"number": len(acts.done) + 1, "reopened_on": on, "reason": reason}
        row["hash"] = seal(table, row)
        self.connection.execute(insert(table), [row])
        add_act(self.connection, acts, row, opens=True)
        return version


def require_open(entries: Iterable[Entry | FundEntry], closed_through: date | None) -> None:
    """Refuse entries booked in a closed half-year.

    Args:
        entries: the new entries.
        closed_through: the last day that is closed; ``None`` where none is.

    Raises:
        PeriodClosed: names the entry and the way to book it.
    """
    for entry in entries:
        if closed_through is not None and entry.booked_on <= closed_through:
            raise _period_closed(entry, closed_through)


def _period_closed(entry: Entry | FundEntry, through: date) -> PeriodClosed:
    return PeriodClosed(
        f"entry {entry.number} ({entry.ref}) is booked on {entry.booked_on}, in a half-year closed "
        f"through {through}; keep its business date and book it after that",
        zh=f"凭证 {entry.ref} 的记账日 {entry.booked_on} 已结账（至 {through}），"
        "应保留业务日期、记入其后的账期",
        value=entry.booked_on,
        limit=through,
    )


def _not_last(half: HalfYear, last: HalfYear | None) -> NotLastClosed:
    known, known_zh = "none is closed", "尚无已结账期"
    if last is not None:
        known, known_zh = f"that is {last}", f"最后结账的是 {last}"
    return NotLastClosed(
        f"{half} is not the half-year closed last: {known}",
        zh=f"{half} 不是最后结账的账期（{known_zh}），不能反结账",
        value=half,
        limit=last,
    )


_FIRST: Final = HalfYear(FIRST_YEAR, 1)
