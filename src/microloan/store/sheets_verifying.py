"""Verifying the closings of a book: their sheets, what they knew, and each account once more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Table, select

from microloan.finding import Finding
from microloan.frozen_line import freeze_line
from microloan.ledger_notes import note_all
from microloan.loan import Loan
from microloan.periods import HalfYear
from microloan.store import closing_tables, tables
from microloan.store.account_rows import frozen_line_of, half_year_code, half_year_of
from microloan.store.closed_sheet import ClosedSheet
from microloan.store.closing_acts import read_acts
from microloan.store.rows import Row
from microloan.store.seals import read_rows, read_sealed
from microloan.store.verifying import Broken, not_as_written


@dataclass(frozen=True, slots=True)
class SheetChecks:
    """The checks of all closings of one book, those that no longer stand too."""

    connection: Connection
    book: str
    broken: Broken

    def findings(self) -> Iterator[Finding]:
        """Yield what is not as it was when a half-year was closed, or opened again."""
        acts = self.broken.asked(lambda: read_acts(self.connection, self.book, {}))
        again = closing_tables.reopening
        opened = select(again).where(again.c.book_id == self.book)
        self.broken.asked(lambda: read_sealed(self.connection, opened, again, self.book))
        for row in self._closings():
            half = self.broken.whole(partial(half_year_of, row["half_year"]))
            if half is not None:
                self._sheet(ClosedSheet(self.connection, half, row))
        if acts is not None and acts.last_closed is not None:
            half = acts.last_closed
            yield from self._booked_late(half, acts.standing[half])

    def _closings(self) -> Sequence[Row]:
        table = closing_tables.closing
        query = select(table).where(table.c.book_id == self.book)
        query = query.order_by(table.c.number)
        return self.broken.asked(lambda: read_rows(self.connection, query, self.book)) or ()

    def _sheet(self, sheet: ClosedSheet) -> None:
        of = f"{sheet.half} version {sheet.row['version']}"
        lines = self.broken.asked(sheet.lines, of=of)
        if lines is not None:
            self.broken.asked(lambda: sheet.require_notes(lines), of=of)
        self.broken.chains_of(sheet)

    def kept_of(self, loan_ids: Sequence[str]) -> dict[str, list[Row]]:
        """Return what all closings kept of some loans, by loan."""
        table, kept = closing_tables.account, defaultdict[str, list[Row]](list)
        query = select(table).where(table.c.book_id == self.book, table.c.loan_id.in_(loan_ids))
        for row in self.connection.execute(query).mappings():
            kept[row["loan_id"]].append(row)
        return kept

    def of_loan(self, loan: Loan, kept: Iterable[Row]) -> Iterator[Finding]:
        """Yield the accounts of a loan that its entries do not make."""
        for row in kept:
            name = f"{loan.id} in {row['half_year']} version {row['version']}"
            same = self.broken.whole(partial(_is_made_by, loan, row), of=name)
            if same is False:
                yield not_as_written(
                    "account_differs",
                    of=loan.id,
                    sentence=f"{name}: the account is not what the entries make",
                    zh=f"{name}：账户与流水不符",
                )

    def _booked_late(self, half: HalfYear, version: int) -> Iterator[Finding]:
        """Yield entries that are booked in a closed half-year and that its closing did not know."""
        for kind, table in (("fund", tables.fund_entry), ("loan", tables.loan_entry)):
            name = table.primary_key.columns.values()[1]
            known = _known(table, name, kind, half_year_code(half), version)
            query = select(name, table.c.number).where(
                table.c.book_id == self.book,
                table.c.booked_on <= half.last_day,
                known.is_(None) | (table.c.number > known),
            )
            for of, number in self.connection.execute(query).all():
                yield not_as_written(
                    "booked_late",
                    of=of,
                    sentence=f"{of}: entry {number} is booked in {half}, closed without it",
                    zh=f"{of}：第 {number} 笔记入已结账的 {half}",
                )


def _known(
    table: Table, name: ColumnElement[str], kind: str, half: int, version: int
) -> ScalarSelect[int]:
    """Return how many entries of a chain a closing knew."""
    head = closing_tables.head
    return (
        select(head.c.entries)
        .where(
            head.c.book_id == table.c.book_id,
            head.c.half_year == half,
            head.c.version == version,
            head.c.kind == kind,
            head.c.chain_id == name,
        )
        .scalar_subquery()
    )


def _is_made_by(loan: Loan, row: Row) -> bool:
    """Tell whether what a closing kept of a loan is what its entries made then."""
    kept = frozen_line_of(row)
    made = freeze_line(loan, kept.account.half, notes=note_all(), through=kept.account.through)
    return replace(made, visit_ref=kept.visit_ref) == kept
