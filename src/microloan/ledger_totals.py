"""合计: the sums of a half-year ledger."""

from dataclasses import dataclass
from typing import Final

from microloan.money import InYuan
from microloan.table import Card, columns_of

MOVEMENTS: Final = (
    "disbursed due repaid_principal prepaid repaid_interest repaid_charges paid_by_fund recovered "
    "written_off regained adjustments closing arrears charges unbilled subrogated"
)
"""The sums after the opening as columns of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTotals(Card):
    """合计: the sums of a half-year ledger, for which the identity must hold as for each line."""

    loans: int
    opening_fen: int
    disbursed_fen: int
    due_fen: int
    repaid_principal_fen: int
    prepaid_fen: int
    repaid_interest_fen: int
    repaid_charges_fen: int
    paid_by_fund_fen: int
    recovered_fen: int
    written_off_fen: int
    regained_fen: int
    adjustments_fen: int
    closing_fen: int
    arrears_fen: int
    charges_fen: int
    unbilled_fen: int
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
    prepaid = InYuan("prepaid_fen", "Principal repaid before it fell due, in yuan.")
    charges = InYuan("charges_fen", "Penalty, compound interest and costs unpaid, in yuan.")
    unbilled = InYuan("unbilled_fen", "Interest earned at the end and not yet due, in yuan.")
    subrogated = InYuan("subrogated_fen", "What the fund paid and has not recovered, in yuan.")

    COLUMNS = columns_of("loans opening", MOVEMENTS)

    @property
    def net_fen(self) -> int:
        """Return what principal owed to lenders rose by, in fen."""
        return (
            self.disbursed_fen
            - self.repaid_principal_fen
            - self.paid_by_fund_fen
            - self.recovered_fen
            - self.written_off_fen
            + self.adjustments_fen
        )

    @property
    def balances(self) -> bool:
        """Tell whether opening and movements make the closing."""
        return self.opening_fen + self.net_fen == self.closing_fen
