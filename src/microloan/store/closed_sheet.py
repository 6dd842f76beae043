"""One closing of a half-year as it is stored: its rows, each checked against what was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from sqlalchemy import Connection, select

from microloan.frozen_line import FrozenLine
from microloan.naming import require_whole
from microloan.periods import HalfYear
from microloan.store import closing_tables
from microloan.store.account_rows import frozen_line_of, half_year_code, sheet_hash
from microloan.store.closing_acts import read_acts
from microloan.store.closing_chains import LOAN, broken_chains, kept_heads
from microloan.store.closing_notes import notes_hash
from microloan.store.repositories import not_found
from microloan.store.rows import Row, chain_broken
from microloan.store.seals import read_rows
from microloan.window import calendar_half

_MOST_VERSIONS: Final = 10**6


@dataclass(frozen=True, slots=True)
class ClosedSheet:
    """A closing that is stored, and what hangs on it."""

    connection: Connection
    half: HalfYear
    row: Row

    def lines(self) -> tuple[FrozenLine, ...]:
        """Return what the closing kept of each loan, by loan.

        Raises:
            ChainBroken: it is not what was written.
        """
        table = closing_tables.account
        place = ("book_id", "half_year", "version")
        query = select(table).where(*(table.c[name] == self.row[name] for name in place))
        rows = sorted(self.connection.execute(query).mappings(), key=itemgetter("loan_id"))
        if sheet_hash(self.row, rows) != self.row["sheet"]:
            raise chain_broken(str(self.half), "the closed sheet")
        return tuple(map(frozen_line_of, rows))

    def known(self) -> dict[str, int]:
        """Return of each loan of the book the last entry that was known.

        Raises:
            ChainBroken: it is not what was written.
        """
        heads = kept_heads(self.connection, self.row, self.half)
        return {head["chain_id"]: head["entries"] for head in heads if head["kind"] == LOAN}

    def broken_chains(self) -> Sequence[str]:
        """Return the funds and loans whose chain does not begin with what the closing knew.

        Raises:
            ChainBroken: what the closing knew is not what was written.
        """
        return list(broken_chains(self.connection, self.row, self.half))

    def require_chains(self) -> None:
        """Refuse a book whose chains do not begin with what the closing knew.

        Raises:
            ChainBroken: names the first fund or loan.
        """
        for name in self.broken_chains():
            raise chain_broken(name, self.what_was_closed)

    @property
    def what_was_closed(self) -> str:
        """Return what of a chain is not what it was."""
        return f"what {self.half} was closed with"

    def require_notes(self, lines: Sequence[FrozenLine]) -> None:
        """Refuse a sheet whose assignments, visits and requests are not those it was closed with.

        Raises:
            ChainBroken: names the half-year.
        """
        visits = [(line.loan_id, line.visit_ref) for line in lines if line.visit_ref]
        row = self.row
        known = {name: row[name] for name in ("assignments", "requests")}
        if notes_hash(self.connection, row["book_id"], known, visits) != row["notes"]:
            what = "an assignment, visit or request that it was closed with"
            raise chain_broken(str(self.half), what)


def find_sheet(
    connection: Connection, book: str, half: HalfYear, version: int | None = None
) -> ClosedSheet:
    """Return a closing of a half-year; by default the one that stands.

    Raises:
        NotFound: the half-year is not closed, or has no such version.
        InvalidTerms: no half-year, or no version.
        ChainBroken: a closing or opening of the book was taken away, added or changed.
    """
    calendar_half(half)
    if version is not None:
        require_whole(version, "the version", "结账版本", 1, _MOST_VERSIONS)
    acts = read_acts(connection, book, {})
    wanted = acts.standing.get(half, 0) if version is None else version
    table, code = closing_tables.closing, half_year_code(half)
    query = select(table).where(table.c.book_id == book, table.c.half_year == code)
    for row in read_rows(connection, query.where(table.c.version == wanted), str(half)):
        return ClosedSheet(connection, half, row)
    raise not_found("closed half-year", str(half), book)
