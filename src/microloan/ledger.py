"""What did happen: entries, append-only, numbered, reversible. Nothing is ever edited."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from microloan.errors import InvalidAmount
from microloan.money import FEN_LIMIT, InYuan
from microloan.periods import in_order, plain_date
from microloan.terms import identity, refused_terms

NOTHING_UNDONE: Final = 0


class EntryKind(Enum):
    """What an entry of a loan records, in the order in which one day's entries count."""

    DISBURSEMENT = "disbursement"
    """放款: the loan is paid out."""
    REPAYMENT = "repayment"
    """还款: money from the borrower (or from the treasury for him) for what fell due."""
    CLAIM_PAYOUT = "claim_payout"
    """代偿: the fund pays the lender and the loan falls due."""
    RECOVERY = "recovery"
    """追偿回收: money received after a payout."""
    REVERSAL = "reversal"
    """冲正: undoes another entry, by number."""

    @property
    def rank(self) -> int:
        """Return the place of the kind among entries of one day."""
        return _RANKS[self]


_RANKS = {kind: rank for rank, kind in enumerate(EntryKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """台账流水: one immutable line of a loan, with the voucher it came from.

    Args:
        number: 1, 2, 3 … within the loan: the order in which facts became known.
        kind: what it records.
        on: the business date; interest and days past due follow it.
        booked_on: the day whose half-year carries it, not before ``on``.
        ref: the voucher 凭证号.
        received_fen: money of a repayment; which part of the debt it meets is for the position to
            say.
        principal_fen: principal lent, paid by the fund, or recovered for the lender.
        interest_fen: interest paid by the fund, or recovered for the lender.
        subrogated_fen: what a recovery returns to the fund.
        costs_fen: costs kept back from a recovery before it was shared.
        undoes: the number a reversal undoes; 0 for every other kind.

    Raises:
        InvalidAmount: a negative amount, one that is no whole number of fen, or one out of range.
        InvalidDate: not a plain date, or booked before it happened.
        InvalidIdentity: an unusable voucher number.
    """

    number: int
    kind: EntryKind
    on: date
    booked_on: date
    ref: str
    received_fen: int = 0
    principal_fen: int = 0
    interest_fen: int = 0
    subrogated_fen: int = 0
    costs_fen: int = 0
    undoes: int = NOTHING_UNDONE

    amount = InYuan("amount_fen", "Money that moved in this act, in yuan.")

    def __post_init__(self) -> None:
        """Refuse a line that could not be a fact."""
        _check_line(self.number, self.on, self.booked_on, self.ref, self.undoes)
        if not isinstance(self.kind, EntryKind):
            raise refused_terms("the kind", "流水类型", self.kind, "an EntryKind")
        for amount in self.components:
            check_component(amount)
        _check_reversal(self.undoes, self.amount_fen, reverses=self.kind is EntryKind.REVERSAL)

    @property
    def components(self) -> tuple[int, int, int, int, int]:
        """Return received money, principal, interest, subrogated part and costs, in fen."""
        return (
            self.received_fen,
            self.principal_fen,
            self.interest_fen,
            self.subrogated_fen,
            self.costs_fen,
        )

    @property
    def amount_fen(self) -> int:
        """Return the money that moved in this act, in fen."""
        return sum(self.components)


def check_component(amount: int) -> None:
    """Refuse an amount of an entry that is no whole number of fen from 0 to 10^15.

    Raises:
        InvalidAmount: a float, a bool, below zero, or out of range.

    >>> check_component(885052)
    """
    if type(amount) is not int or not 0 <= amount <= FEN_LIMIT:
        raise InvalidAmount(
            f"an entry holds 0 to {FEN_LIMIT} whole fen, got {amount!r}",
            zh=f"流水金额应为 0 至 {FEN_LIMIT} 的整数分，实为 {amount!r}",
            value=amount,
            limit=FEN_LIMIT,
        )


def _check_line(number: int, on: date, booked_on: date, ref: str, undoes: int) -> None:
    for value, lowest in ((number, 1), (undoes, NOTHING_UNDONE)):
        if type(value) is not int or value < lowest:
            raise refused_terms(
                "the number of an entry", "流水序号", value, f"a whole number from {lowest}"
            )
    plain_date(on, "an entry")
    plain_date(booked_on, "booking")
    in_order(on, booked_on, "an entry and its booking")
    identity(ref, "a voucher")


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
        _check_line(self.number, self.on, self.booked_on, self.ref, self.undoes)
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
