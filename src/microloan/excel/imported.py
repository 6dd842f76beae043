"""导入结果: what a ledger holds that can be booked, and everything that is wrong with it."""

from collections import Counter
from dataclasses import dataclass

from microloan.errors import LedgerFaulty
from microloan.excel.cell_fault import CellFault
from microloan.excel.ledger_sheet import Skipped
from microloan.finding import Finding
from microloan.loan import Loan


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """导入结果: the loans of a ledger with their entries, its faults, and what was passed over.

    Nothing is stored by reading: what is here is the dry run. Who takes :meth:`require_good` stores
    all or nothing; who takes ``good`` stores the loans without a fault and leaves the others.

    Args:
        good: the loans all of whose rows are good, in the order of the ledger.
        faults: everything that is wrong, by sheet and row.
        findings: what is no fault and somebody should look at, such as a payment that the bank
            split otherwise than the contract says.
        rows: how many rows of loans and repayments were read.
        held_back: how many rows are good themselves and belong to a loan with a fault.
        skipped: rows of totals and remarks, and sheets that are no ledger.
    """

    good: tuple[Loan, ...]
    faults: tuple[CellFault, ...]
    findings: tuple[Finding, ...]
    rows: int
    held_back: int
    skipped: tuple[Skipped, ...]

    def require_good(self) -> tuple[Loan, ...]:
        """Return all loans of the ledger, of which none may have a fault.

        Raises:
            LedgerFaulty: lists every fault.
        """
        if not self.faults:
            return self.good
        shown = "\n".join(map(str, self.faults))
        shown_zh = "\n".join(fault.in_chinese() for fault in self.faults)
        raise LedgerFaulty(
            f"{len(self.faults)} faults in {self.rows} rows:\n{shown}",
            zh=f"{self.rows} 行中有 {len(self.faults)} 处差错：\n{shown_zh}",
            value=self.faults,
            limit="no faults",
        )

    def __str__(self) -> str:
        """Return in one line what was read, and how many faults of which kind were found."""
        kinds = Counter(fault.code for fault in self.faults)
        listed = "; ".join(f"{code} {count}" for code, count in sorted(kinds.items()))
        wrong = f"; {len(self.faults)} faults: {listed}" if listed else ""
        return (
            f"{self.rows} rows, {len(self.skipped)} skipped: {len(self.good)} good loans, "
            f"{self.held_back} rows held back{wrong}"
        )
