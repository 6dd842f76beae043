"""The closed half-years of one book, read as they were closed, and what was learned since."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, func, select

from microloan.clearing import TreasuryPayment
from microloan.control import ControlSheet, control_lines
from microloan.finding import Finding
from microloan.frozen_line import FrozenLedger, FrozenLine
from microloan.halfyear import HalfYearLedger, LedgerLine, line_of
from microloan.late_fact import LateFact, late_facts
from microloan.ledger_notes import note_all
from microloan.ledger_totals import LedgerTotals
from microloan.naming import refused_terms, several_of
from microloan.periods import HalfYear
from microloan.store import closing_tables, tables
from microloan.store.account_rows import half_year_of
from microloan.store.anchor import Anchor, anchor_at
from microloan.store.assignments import Assignments
from microloan.store.closed_sheet import ClosedSheet, find_sheet
from microloan.store.closing_acts import read_acts
from microloan.store.closing_chains import kept_heads
from microloan.store.faults import faults_named
from microloan.store.follow_up import FollowUp
from microloan.store.repositories import Loans
from microloan.store.requests import Requests
from microloan.store.seals import read_sealed
from microloan.store.verifying import verify_sheet
from microloan.subsidy_line import SubsidyLine
from microloan.tracking import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """结账: a closed half-year, with its control sheet and the anchor of all chains.

    The anchor is one hash over the heads of all chains: a fingerprint of the book on that day, to
    print and keep elsewhere.

    Args:
        half: the half-year.
        version: 1 for the first closing; one more after each opening again.
        closed_on: the day.
        control: the control sheet.
        anchor: the hash over the heads of all chains.
    """

    half: HalfYear
    version: int
    closed_on: date
    control: ControlSheet
    anchor: str

    @property
    def totals(self) -> LedgerTotals:
        """Return the sums of all accounts."""
        return self.control.totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """反结账: a closed half-year that was opened again, when and why.

    Args:
        half: the half-year.
        version: which closing of it no longer stands.
        on: the day.
        reason: why.
    """

    half: HalfYear
    version: int
    on: date
    reason: str


@faults_named
@dataclass(frozen=True, slots=True)
class HalfYears:
    """The closed half-years of one book."""

    connection: Connection
    book: str

    def closed(self) -> tuple[HalfYear, ...]:
        """Return the closed half-years, in order, without those that were opened again.

        Raises:
            ChainBroken: a closing or opening was taken away, added or changed.
        """
        return tuple(read_acts(self.connection, self.book, {}).standing)

    def get(
        self,
        half: HalfYear,
        *,
        version: int | None = None,
        watches: Iterable[Watch] = (),
        subsidies: Iterable[SubsidyLine] | None = None,
        payments: Iterable[TreasuryPayment] = (),
    ) -> HalfYearLedger:
        """Return the half-year ledger as it was closed, whatever became known since.

        Accounts, days past due and prepayments are those that were stored; the remaining plans come
        from the entries known then, officers, visits and requests from what was recorded then. What
        cannot be printed as it was then is not printed.

        Args:
            half: the half-year.
            version: which closing of it; ``None`` for the one that stands.
            watches: the watch list of its last day; it brings the warnings.
            subsidies: what the loans have earned; the requests for it are read from the book.
            payments: what the treasury paid for those.

        Raises:
            NotFound: the half-year is not closed, or has no such version.
            InvalidTerms: no half-year, or no version.
            ChainBroken: the rows of the sheet, of a loan, or of what was recorded of it are not
                those that the half-year was closed with.
        """
        sheet = self._sheet(half, version)
        lines = {line.loan_id: line for line in sheet.lines()}
        sheet.require_chains()
        sheet.require_notes(tuple(lines.values()))
        refs = {(line.loan_id, line.visit_ref) for line in lines.values() if line.visit_ref}
        visited = [loan_id for loan_id, _ in refs]
        visits = FollowUp(self.connection, self.book, nullcontext).visits(visited)
        assignments = Assignments(self.connection, self.book, nullcontext)
        asked = Requests(self.connection, self.book, nullcontext)
        paid = several_of(payments, TreasuryPayment, "the payments", "贴息拨付")
        wanted = subsidies is not None or paid
        notes = note_all(
            assignments=assignments.known_at(sheet.row["assignments"]),
            visits=[visit for visit in visits if (visit.loan_id, visit.ref) in refs],
            watches=watches,
            subsidies=subsidies,
            requests=asked.known_at(sheet.row["requests"]) if wanted else (),
            payments=paid,
        )
        loans = Loans(self.connection, self.book).of_rows(lines)
        printed = (
            (
                lines[loan.id],
                line_of(loan, half, through=lines[loan.id].account.through, notes=notes),
            )
            for loan in loans
        )
        return HalfYearLedger(half=half, lines=tuple(_as_closed(*pair) for pair in printed))

    def frozen(self, half: HalfYear, *, version: int | None = None) -> FrozenLedger:
        """Return what closing a half-year kept of each loan, without reading the loans.

        Raises:
            NotFound, InvalidTerms, ChainBroken: as :meth:`get`.
        """
        return FrozenLedger(half=half, lines=self._sheet(half, version).lines())

    def closing(self, half: HalfYear, *, version: int | None = None) -> Closing:
        """Return when and with which anchor a half-year was closed, and its control sheet.

        Raises:
            NotFound, InvalidTerms, ChainBroken: as :meth:`get`.
        """
        sheet = self._sheet(half, version)
        row, previous = sheet.row, dict[str, int]()
        if row["previous_version"]:
            before = self._sheet(half.previous, row["previous_version"])
            previous = {line.loan_id: line.account.closing_fen for line in before.lines()}
        control = control_lines(half, sheet.lines(), previous=previous, anchor=row["anchor"])
        return Closing(
            half=half,
            version=row["version"],
            closed_on=row["closed_on"],
            control=control,
            anchor=row["anchor"],
        )

    def anchor(self, half: HalfYear, *, version: int | None = None) -> Anchor:
        """Return how far all chains had come when a half-year was closed, to keep elsewhere.

        Its digest is the anchor of :meth:`closing`; ``UnitOfWork.verify`` holds the book against
        it.

        Raises:
            NotFound, InvalidTerms, ChainBroken: as :meth:`get`.
        """
        sheet = self._sheet(half, version)
        heads = kept_heads(self.connection, sheet.row, half)
        return anchor_at(self.book, str(half), heads)

    def reopenings(self) -> tuple[Reopening, ...]:
        """Return which half-years were opened again and why, by half-year and version.

        Raises:
            ChainBroken: a row is not the one that was written.
        """
        table = closing_tables.reopening
        query = select(table).where(table.c.book_id == self.book)
        query = query.order_by(table.c.half_year, table.c.version)
        return tuple(
            Reopening(
                half=half_year_of(row["half_year"]),
                version=row["version"],
                on=row["reopened_on"],
                reason=row["reason"],
            )
            for row in read_sealed(self.connection, query, table, self.book)
        )

    def learned_since(self, half: HalfYear, *, version: int | None = None) -> tuple[LateFact, ...]:
        """Return what was learned of a closed half-year since, by loan, each fact once.

        Args:
            half: the half-year.
            version: which closing of it; ``None`` for the one that stands. Of one that no longer
                stands, what was booked in the half-year when it was open again is among the facts.

        Raises:
            NotFound: the half-year is not closed, or has no such version.
            InvalidTerms: no half-year, or no version.
            ChainBroken: the rows of a loan are not those that were written.
        """
        known = self._sheet(half, version).known()
        entry = tables.loan_entry
        query = select(entry.c.loan_id, func.max(entry.c.number)).group_by(entry.c.loan_id)
        query = query.where(entry.c.book_id == self.book)
        query = query.where((entry.c.effective_on <= half.last_day) | (entry.c.undoes > 0))
        late = query.where(entry.c.booked_on > half.last_day)
        new = {name for name, last in self.connection.execute(query) if last > known.get(name, 0)}
        new.update(name for name, _ in self.connection.execute(late))
        loans = Loans(self.connection, self.book).of_rows(new)
        return late_facts(loans, half, known=known)

    def verify(
        self, half: HalfYear, *, version: int | None = None, anchor: str | None = None
    ) -> tuple[Finding, ...]:
        """Return all that is not what it was when a half-year was closed; a sound book has nothing.

        The sheet, the heads of all chains and what was recorded beside them must be those that were
        written; every chain must be whole, and begin with what the closing knew. Whoever can write
        to the database can rewrite all of that together: only an anchor kept elsewhere shows it.

        Args:
            half: the half-year.
            version: which closing of it; ``None`` for the one that stands.
            anchor: the anchor that was printed or kept elsewhere, to hold against the one stored.

        Raises:
            NotFound: the half-year is not closed, or has no such version.
            InvalidTerms: no half-year, no version, or no anchor.
            ChainBroken: a closing or opening was taken away, added or changed.
        """
        if anchor is not None and not isinstance(anchor, str):
            raise refused_terms("the anchor", "锚定值", anchor, "the hash of a closing")
        return verify_sheet(self._sheet(half, version), self.book, anchor=anchor)

    def _sheet(self, half: HalfYear, version: int | None) -> ClosedSheet:
        return find_sheet(self.connection, self.book, half, version)


def _as_closed(kept: FrozenLine, line: LedgerLine) -> LedgerLine:
    """Return a line with what was stored of it at the closing."""
    return replace(
        line,
        account=kept.account,
        days_past_due=kept.days_past_due,
        prepaid_fen=kept.prepaid_fen,
    )
