"""台账冻结行: what closing a half-year keeps of one loan."""

from dataclasses import dataclass

from microloan.account import AMOUNTS, RepaymentAccount, account_in
from microloan.flows import flows_in
from microloan.half_view import view_half
from microloan.ledger_notes import LedgerNotes
from microloan.loan import Loan
from microloan.money import InYuan
from microloan.periods import HalfYear
from microloan.table import Table, Tabular, columns_of, tabulate, within
from microloan.window import Half


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenLine:
    """台账冻结行: the account of a loan in a half-year, how late it was, and what was prepaid.

    Args:
        loan_id: the loan.
        account: its account, money only.
        days_past_due: days since the oldest unpaid due date at the half-year's end.
        prepaid_fen: of the principal repaid, what had not fallen due.
        visit_ref: the record of the last visit; empty where none is known.
    """

    loan_id: str
    account: RepaymentAccount
    days_past_due: int
    prepaid_fen: int
    visit_ref: str = ""

    prepaid = InYuan("prepaid_fen", "Principal repaid before it fell due, in yuan.")

    COLUMNS = columns_of(
        "loan_id",
        within("account", f"first_day last_day {AMOUNTS}"),
        "prepaid days_past_due visit_ref",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenLedger(Tabular):
    """结账冻结表: what closing a half-year kept of every loan, by loan.

    Args:
        half: the half-year.
        lines: what was kept of each loan.
    """

    half: HalfYear
    lines: tuple[FrozenLine, ...]

    def as_table(self) -> Table:
        """Return one row for each of the lines."""
        return tabulate(self.lines, of=FrozenLine)


def freeze_line(
    loan: Loan, half: Half, *, notes: LedgerNotes, through: int | None = None
) -> FrozenLine:
    """Return what closing a half-year keeps of a loan.

    Args:
        loan: the loan.
        half: the half-year.
        notes: what is known beside the entries.
        through: the last entry that was known; by default all are.

    Raises:
        InvalidHistory: ``through`` names no entry.
    """
    view = view_half(loan.terms, loan.entries, half, through=through)
    flows = flows_in(view)
    return FrozenLine(
        loan_id=loan.id,
        account=account_in(view, half, flows),
        days_past_due=view.days_past_due,
        prepaid_fen=flows.prepaid_fen,
        visit_ref=visit.ref if (visit := notes.last_visit(loan.id, view.window)) else "",
    )
