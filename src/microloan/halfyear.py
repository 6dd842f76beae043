"""半年还款台账: the half-year ledger of a book, its lines, its totals and its identity."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from microloan.account import RepaymentAccount
from microloan.errors import PeriodNotOver, PreviousPeriodOpen
from microloan.loan import Loan
from microloan.money import InYuan
from microloan.periods import HalfYear


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One loan in the half-year ledger: who, and the account of the half-year."""

    loan_id: str
    borrower: str
    lender: str
    account: RepaymentAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTotals:
    """合计: the sums of a half-year ledger, for which the identity must hold as for each line."""

    loans: int
    opening_fen: int
    disbursed_fen: int
    due_fen: int
    repaid_principal_fen: int
    repaid_interest_fen: int
    repaid_charges_fen: int
    paid_by_fund_fen: int
    recovered_fen: int
    written_off_fen: int
    regained_fen: int
    adjustments_fen: int
    closing_fen: int
    arrears_fen: int
    subrogated_fen: int

    opening = InYuan("opening_fen", "Principal owed to lenders before the half-year, in yuan.")
    disbursed = InYuan("disbursed_fen", "Principal paid out in the half-year, in yuan.")
    due = InYuan("due_fen", "Principal and interest that fell due in the half-year, in yuan.")
    repaid_principal = InYuan("repaid_principal_fen", "Principal repaid in the half-year, in yuan.")
    repaid_interest = InYuan("repaid_interest_fen", "Interest paid in the half-year, in yuan.")
    repaid_charges = InYuan(
        "repaid_charges_fen", "Penalty, compound interest and costs paid, in yuan."
    )
    paid_by_fund = InYuan("paid_by_fund_fen", "Principal paid by the fund, in yuan.")
    written_off = InYuan("written_off_fen", "Principal written off, in yuan.")
    regained = InYuan("regained_fen", "Money received after a write-off, in yuan.")
    recovered = InYuan("recovered_fen", "Principal recovered for lenders, in yuan.")
    adjustments = InYuan("adjustments_fen", "Change of principal by facts booked late, in yuan.")
    closing = InYuan("closing_fen", "Principal owed to lenders at the end, in yuan.")
    arrears = InYuan("arrears_fen", "Principal and contract interest overdue at the end, in yuan.")
    subrogated = InYuan("subrogated_fen", "What the fund paid and has not recovered, in yuan.")

    @property
    def balances(self) -> bool:
        """Tell whether opening and movements make the closing."""
        movements = (
            self.disbursed_fen
            - self.repaid_principal_fen
            - self.paid_by_fund_fen
            - self.recovered_fen
            - self.written_off_fen
            + self.adjustments_fen
        )
        return self.opening_fen + movements == self.closing_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfYearLedger:
    """半年还款台账: the lines of a half-year, by loan, without the loans that are off the book."""

    half: HalfYear
    lines: tuple[LedgerLine, ...]

    @property
    def totals(self) -> LedgerTotals:
        """Return the sums over all lines."""
        return total_accounts(line.account for line in self.lines)

    @property
    def broken(self) -> tuple[LedgerLine, ...]:
        """Return the lines whose identity does not hold; there are none in a sound book."""
        return tuple(line for line in self.lines if not line.account.balances)


def draw_up(loans: Iterable[Loan], half: HalfYear) -> HalfYearLedger:
    """Return the half-year ledger of loans, by loan id, without those that are off the book."""
    lines = [
        LedgerLine(loan_id=loan.id, borrower=loan.borrower, lender=loan.lender, account=account)
        for loan in sorted(loans, key=lambda loan: loan.id)
        if not (account := loan.account(half)).idle
    ]
    return HalfYearLedger(half=half, lines=tuple(lines))


def total_accounts(accounts: Iterable[RepaymentAccount]) -> LedgerTotals:
    """Return the sums of accounts of one half-year."""
    listed = list(accounts)
    return LedgerTotals(
        loans=len(listed),
        opening_fen=sum(account.opening_fen for account in listed),
        disbursed_fen=sum(account.disbursed_fen for account in listed),
        due_fen=sum(account.due_fen for account in listed),
        repaid_principal_fen=sum(account.repaid_principal_fen for account in listed),
        repaid_interest_fen=sum(account.repaid_interest_fen for account in listed),
        repaid_charges_fen=sum(account.repaid_charges_fen for account in listed),
        paid_by_fund_fen=sum(account.paid_by_fund_fen for account in listed),
        recovered_fen=sum(account.recovered_fen for account in listed),
        written_off_fen=sum(account.written_off_fen for account in listed),
        regained_fen=sum(account.regained_fen for account in listed),
        adjustments_fen=sum(account.adjustments_fen for account in listed),
        closing_fen=sum(account.closing_fen for account in listed),
        arrears_fen=sum(account.arrears_fen for account in listed),
        subrogated_fen=sum(account.subrogated_fen for account in listed),
    )


def require_closable(half: HalfYear, *, on: date, open_since: HalfYear | None) -> None:
    """Refuse to close a half-year that is not over, or after one that is still open.

    Args:
        half: the half-year to close.
        on: the day of closing.
        open_since: the earliest half-year of the book that is still open; ``None`` for an empty
            book.

    Raises:
        PeriodNotOver: the half-year has not ended on that day.
        PreviousPeriodOpen: an earlier one is open.
    """
    if on <= half.last_day:
        raise PeriodNotOver(
            f"{half} ends on {half.last_day}; it cannot be closed on {on}",
            zh=f"{half} 于 {half.last_day} 结束，{on} 不能结账",
            value=on,
            limit=half.last_day,
        )
    if open_since is not None and open_since < half:
        raise PreviousPeriodOpen(
            f"{half} cannot be closed while {open_since} is open",
            zh=f"{open_since} 尚未结账，不能先结 {half}",
            value=half,
            limit=open_since,
        )
