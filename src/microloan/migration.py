"""迁徙矩阵: how loans moved from grade to grade between two half-years; which are new or gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from microloan.errors import InvalidDate
from microloan.frozen_line import FrozenLedger, FrozenLine
from microloan.grade import Grade, grade_of_days
from microloan.halfyear import HalfYearLedger, LedgerLine
from microloan.money import InYuan
from microloan.naming import refused_terms
from microloan.periods import HalfYear
from microloan.policy import Policy
from microloan.table import Table, Tabular, columns_of, tabulate
from microloan.window import calendar_half

Sheet: TypeAlias = HalfYearLedger | FrozenLedger
_ROWS: Final = (*Grade, None)
_PAIRS: Final = tuple((before, after) for before in _ROWS for after in _ROWS if before or after)


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationTotal:
    """迁徙合计: how many loans, and what was and is outstanding of them.

    Args:
        loans: how many.
        before_fen: their outstanding at the earlier end, in fen; of new ones nothing.
        after_fen: that at the later end, in fen; of those gone nothing.
    """

    loans: int
    before_fen: int
    after_fen: int

    outstanding_before = InYuan("before_fen", "Outstanding at the earlier end, in yuan.")
    outstanding_after = InYuan("after_fen", "Outstanding at the later end, in yuan.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationCell:
    """迁徙矩阵的一格: the loans of one grade before and one grade after.

    Args:
        before: the grade at the end of the earlier half-year; ``None`` for new loans 新增.
        after: that at the end of the later one; ``None`` for loans that are gone 退出: nothing is
            owed to their lender any more.
        total: how many they are, and their outstanding.
    """

    before: Grade | None
    after: Grade | None
    total: MigrationTotal

    COLUMNS = columns_of(
        "grade_before=before grade_after=after loans=total.loans",
        "outstanding_before=total.before_fen outstanding_after=total.after_fen",
    )

    @property
    def steps(self) -> int:
        """Return by how many grades the loans fell, below 0 if they rose; 0 if new or gone."""
        if self.before is None or self.after is None:
            return 0
        return self.after.rank - self.before.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationMatrix(Tabular):
    """迁徙矩阵: a cell for every pair of grades, with new and gone loans, in the order of grades.

    Args:
        earlier: the half-year at whose end the rows stand.
        later: that at whose end the columns stand.
        cells: row by row: from each grade, last the new ones; to each grade, last those gone.
    """

    earlier: HalfYear
    later: HalfYear
    cells: tuple[MigrationCell, ...]

    def as_table(self) -> Table:
        """Return one row for each of the cells."""
        return tabulate(self.cells, of=MigrationCell)

    def cell(self, before: Grade | None, after: Grade | None) -> MigrationTotal:
        """Return what one cell holds; ``None`` before is new, ``None`` after is gone.

        Raises:
            InvalidTerms: no grades, or new and gone at once.
        """
        for one in self.cells:
            if (one.before, one.after) == (before, after):
                return one.total
        raise refused_terms("a cell", "迁徙矩阵的格", (before, after), "a Grade before or after")

    def row(self, before: Grade | None) -> MigrationTotal:
        """Return the sum over a row: all loans that were of a grade; ``None`` for all new ones.

        The rows of the grades together are what was owed at the earlier end.
        """
        return _sum(one.total for one in self.cells if one.before is before)

    def column(self, after: Grade | None) -> MigrationTotal:
        """Return the sum over a column: all loans that are of a grade; ``None`` for those gone.

        The columns of the grades together are what is owed at the later end.
        """
        return _sum(one.total for one in self.cells if one.after is after)

    @property
    def worsened(self) -> MigrationTotal:
        """Return the loans that fell to a lower grade."""
        return _sum(one.total for one in self.cells if one.steps > 0)

    @property
    def improved(self) -> MigrationTotal:
        """Return the loans that rose to a better grade; those gone are not among them."""
        return _sum(one.total for one in self.cells if one.steps < 0)


def migrate(earlier: Sheet, later: Sheet, *, under: Policy) -> MigrationMatrix:
    """Return how the loans of a book moved from grade to grade between two half-years.

    A loan stands in a ledger while principal, or interest in arrears, is owed to its lender at the
    half-year's end. Each end is graded under the limits then in force.

    Args:
        earlier: the ledger of a half-year, or what a closing kept of it.
        later: that of a later one.
        under: the policy that sets the limits of the grades.

    Raises:
        NotInForce: the policy knows no limits at one of the ends.
        InvalidDate: the half-years do not follow one another.
        InvalidTerms: no ledger of a half-year of the calendar.
    """
    first, last = _half(earlier), _half(later)
    if last <= first:
        raise InvalidDate(
            f"loans move from an earlier half-year to a later one, got {first} and {last}",
            zh=f"迁徙矩阵应由较早账期到较晚账期，实为 {first} 与 {last}",
            value=last,
            limit=first,
        )
    was, now = _standing(earlier), _standing(later)
    moved: dict[tuple[Grade | None, Grade | None], list[MigrationTotal]] = {}
    for loan_id in was.keys() | now.keys():
        before, after = was.get(loan_id), now.get(loan_id)
        pair = _grade(before, under), _grade(after, under)
        total = MigrationTotal(loans=1, before_fen=_owed(before), after_fen=_owed(after))
        moved.setdefault(pair, []).append(total)
    cells = (
        MigrationCell(before=before, after=after, total=_sum(moved.get((before, after), ())))
        for before, after in _PAIRS
    )
    return MigrationMatrix(earlier=first, later=last, cells=tuple(cells))


def _half(ledger: Sheet) -> HalfYear:
    if not isinstance(ledger, Sheet):
        kind = type(ledger).__name__
        raise refused_terms("what is compared", "迁徙对象", kind, "a HalfYearLedger")
    return calendar_half(ledger.half)


def _standing(ledger: Sheet) -> dict[str, LedgerLine | FrozenLine]:
    """Return the lines of loans on which something is owed to the lender at the end, by loan."""
    return {
        line.loan_id: line
        for line in ledger.lines
        if line.account.closing_fen or line.account.arrears_fen
    }


def _grade(line: LedgerLine | FrozenLine | None, under: Policy) -> Grade | None:
    if line is None:
        return None
    return grade_of_days(line.days_past_due, under=under, on=line.account.last_day)


def _owed(line: LedgerLine | FrozenLine | None) -> int:
    return 0 if line is None else line.account.closing_fen


def _sum(totals: Iterable[MigrationTotal]) -> MigrationTotal:
    listed = list(totals)
    return MigrationTotal(
        loans=sum(one.loans for one in listed),
        before_fen=sum(one.before_fen for one in listed),
        after_fen=sum(one.after_fen for one in listed),
    )
