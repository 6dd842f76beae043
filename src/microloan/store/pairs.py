"""Acts that fund and loan share: a payout or a recovery is stored on both sides or not at all."""

from collections import Counter
from typing import Final

from microloan.errors import UnpairedEntry
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.ledger import Entry, EntryKind
from microloan.loan import Loan
from microloan.reversal import payout_in

Act = tuple[str, str, str, str]
"""Fund, loan, kind and voucher of an act."""

_ON_THE_LOAN: Final = {
    FundEntryKind.CLAIM_PAYOUT: EntryKind.CLAIM_PAYOUT,
    FundEntryKind.RECOVERY: EntryKind.RECOVERY,
    FundEntryKind.LENDER_RECOVERY: EntryKind.RECOVERY,
}
"""What a fund does only together with a loan, and what the loan enters of it."""


class Pairs:
    """The shared acts written in one unit of work, counted from both sides."""

    def __init__(self) -> None:
        self.surplus: Counter[Act] = Counter()

    def of_fund(self, fund: GuaranteeFund, after: int) -> None:
        """Count the fund's side of the acts after an entry."""
        for entry in fund.entries[after:]:
            act = fund.entries[entry.undoes - 1] if entry.undoes else entry
            if act.kind in _ON_THE_LOAN:
                kind = entry.kind if entry.undoes else _ON_THE_LOAN[act.kind]
                self.surplus[fund.id, act.loan_id, kind.value, entry.ref] += 1

    def of_loan(self, loan: Loan, after: int) -> None:
        """Count the loan's side of the acts after an entry."""
        fund_id = loan.guarantee.fund_id if loan.guarantee else ""
        for entry in loan.entries[after:]:
            act = loan.entries[entry.undoes - 1] if entry.undoes else entry
            if act.kind is EntryKind.CLAIM_PAYOUT or _after_a_payout(loan, act):
                self.surplus[fund_id, loan.id, entry.kind.value, entry.ref] -= 1

    def take(self, other: "Pairs") -> None:
        """Take over what others counted."""
        self.surplus.update(other.surplus)

    def require_both(self) -> None:
        """Refuse an act of which only one side was saved.

        Raises:
            UnpairedEntry: names the voucher, the fund and the loan.
        """
        for (fund_id, loan_id, kind, ref), surplus in self.surplus.items():
            if surplus:
                raise UnpairedEntry(
                    f"{kind} {ref} was saved for only one of fund {fund_id} and loan {loan_id}; "
                    "save both",
                    zh=f"凭证 {ref} 只保存了基金 {fund_id} 与贷款 {loan_id} 的一方，应同时保存",
                    value=ref,
                    limit=(fund_id, loan_id),
                )


def _after_a_payout(loan: Loan, act: Entry) -> bool:
    """Tell whether an act is a recovery for which the fund has paid, whoever got the money."""
    recovered = act.kind is EntryKind.RECOVERY
    return recovered and payout_in(loan.entries[: act.number - 1]) is not None
