"""What happened to a guarantee fund: entries, append-only, numbered, reversible."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from microloan.ledger import NOTHING_UNDONE, check_component, check_line
from microloan.money import InYuan
from microloan.naming import identity, refused_terms


def _check_reversal(undoes: int, amount: int, *, reverses: bool) -> None:
    """Refuse a reversal that undoes nothing or moves money, and any other kind that does."""
    if reverses != bool(undoes) or reverses == bool(amount):
        raise refused_terms(
            "an entry",
            "流水",
            f"{amount} fen undoing {undoes}",
            "money that moved, or a reversal that names a number and moves none",
        )


class FundEntryKind(Enum):
    """What an entry of a guarantee fund records."""

    DEPOSIT = "deposit"
    """入金: money paid into the fund."""
    CLAIM_PAYOUT = "claim_payout"
    """代偿: money paid to a lender for a guaranteed loan."""
    RECOVERY = "recovery"
    """追偿回收: the fund's part of money recovered after a payout."""
    REVERSAL = "reversal"
    """冲正: undoes another entry, by number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FundEntry:
    """One immutable line of a guarantee fund.

    Args:
        number: 1, 2, 3 … within the fund.
        kind: what it records.
        on: the business date.
        booked_on: the day whose half-year carries it, not before ``on``.
        ref: the voucher; of a payout or recovery, the same as on the loan.
        amount_fen: money that moved, in fen.
        loan_id: the loan a payout or recovery belongs to; empty for a deposit.
        undoes: the number a reversal undoes; 0 for every other kind.

    Raises:
        InvalidAmount: a negative amount, one that is no whole number of fen, or one out of range.
        InvalidDate: not a plain date, or booked before it happened.
        InvalidIdentity: an unusable voucher number or loan.
    """

    number: int
    kind: FundEntryKind
    on: date
    booked_on: date
    ref: str
    amount_fen: int = 0
    loan_id: str = ""
    undoes: int = NOTHING_UNDONE

    amount = InYuan("amount_fen", "Money that moved in this act, in yuan.")

    def __post_init__(self) -> None:
        """Refuse a line that could not be a fact."""
        check_line(self.number, self.on, self.booked_on, self.ref, self.undoes)
        if not isinstance(self.kind, FundEntryKind):
            raise refused_terms("the kind", "流水类型", self.kind, "a FundEntryKind")
        check_component(self.amount_fen)
        _check_reversal(self.undoes, self.amount_fen, reverses=self.kind is FundEntryKind.REVERSAL)
        if self.loan_id:
            identity(self.loan_id, "a loan")

    @property
    def effect_fen(self) -> int:
        """Return what the entry does to the fund's balance, in fen: a payout lowers it."""
        return -self.amount_fen if self.kind is FundEntryKind.CLAIM_PAYOUT else self.amount_fen
