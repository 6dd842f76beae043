"""Acts that fund and loan share: a payout or a recovery is stored on both sides or not at all."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from microloan.errors import UnpairedEntry
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.ledger import Entry, EntryKind
from microloan.loan import Loan
from microloan.reversal import payout_in
from microloan.store import tables

Act = tuple[str, str, str, str]
"""Fund, loan, kind and voucher of an act."""

_ON_THE_LOAN: Final = {
    FundEntryKind.CLAIM_PAYOUT: EntryKind.CLAIM_PAYOUT,
    FundEntryKind.RECOVERY: EntryKind.RECOVERY,
    FundEntryKind.LENDER_RECOVERY: EntryKind.RECOVERY,
}
"""What a fund does only together with a loan, and what the loan enters of it."""


class Side(NamedTuple):
    """One side of a shared act, and the entry that it is."""

    act: Act
    is_fund: bool
    of: str
    number: int


class Pairs:
    """The shared acts written in one unit of work, each side by itself."""

    def __init__(self) -> None:
        self.sides: list[Side] = []

    def of_fund(self, fund: GuaranteeFund, after: int) -> None:
        """Note the fund's side of the acts after an entry."""
        for entry in fund.entries[after:]:
            act = fund.entries[entry.undoes - 1] if entry.undoes else entry
            if act.kind in _ON_THE_LOAN:
                kind = entry.kind if entry.undoes else _ON_THE_LOAN[act.kind]
                shared = (fund.id, act.loan_id, kind.value, entry.ref)
                self.sides.append(Side(shared, of=fund.id, number=entry.number, is_fund=True))

    def of_loan(self, loan: Loan, after: int) -> None:
        """Note the loan's side of the acts after an entry."""
        fund_id = loan.guarantee.fund_id if loan.guarantee else ""
        for entry in loan.entries[after:]:
            act = loan.entries[entry.undoes - 1] if entry.undoes else entry
            if act.kind is EntryKind.CLAIM_PAYOUT or _after_a_payout(loan, act):
                shared = (fund_id, loan.id, entry.kind.value, entry.ref)
                self.sides.append(Side(shared, of=loan.id, number=entry.number, is_fund=False))

    @property
    def surplus(self) -> Counter[Act]:
        """Return how many more sides of each act are the fund's than the loan's."""
        return surplus_of(self.sides)


def surplus_of(sides: Iterable[Side]) -> Counter[Act]:
    """Return how many more sides of each act are the fund's than the loan's."""
    surplus: Counter[Act] = Counter()
    for side in sides:
        surplus[side.act] += 1 if side.is_fund else -1
    return surplus


def require_both(sides: Iterable[Side]) -> None:
    """Refuse an act of which only one side was saved.

    Raises:
        UnpairedEntry: names the voucher, the fund and the loan.
    """
    for (fund_id, loan_id, kind, ref), surplus in surplus_of(sides).items():
        if surplus:
            raise UnpairedEntry(
                f"{kind} {ref} was saved for only one of fund {fund_id} and loan {loan_id}; "
                "save both",
                zh=f"凭证 {ref} 只保存了基金 {fund_id} 与贷款 {loan_id} 的一方，应同时保存",
                value=ref,
                limit=(fund_id, loan_id),
            )


def stored(sides: Iterable[Side], connection: Connection, book: str) -> list[Side]:
    """Return the sides that the book holds; a host may have taken one back by its own means."""
    return [side for side in sides if _is_stored(side, connection, book)]


def _is_stored(side: Side, connection: Connection, book: str) -> bool:
    table = tables.fund_entry if side.is_fund else tables.loan_entry
    name = table.primary_key.columns.values()[1]
    here = (table.c.book_id == book, name == side.of, table.c.number == side.number)
    return connection.scalar(select(table.c.ref).where(*here)) == side.act[-1]


def _after_a_payout(loan: Loan, act: Entry) -> bool:
    """Tell whether an act is a recovery for which the fund has paid, whoever got the money."""
    recovered = act.kind is EntryKind.RECOVERY
    return recovered and payout_in(loan.entries[: act.number - 1]) is not None
