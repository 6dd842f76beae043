"""还款台账读取: what one row of the repayment ledger records, as the parts of an entry."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from microloan.clauses import Prepayment
from microloan.excel.ledger_row import LedgerRow
from microloan.excel.ledger_words import words_of
from microloan.ledger import EntryKind, EntryParts
from microloan.money import from_fen, show

_PARTS: Final = {
    "paid_principal": "principal_fen",
    "paid_interest": "interest_fen",
    "paid_penalty": "penalty_fen",
    "paid_costs": "costs_fen",
    "subrogated": "subrogated_fen",
}
"""The columns that say what an amount is made of, with the part of an entry they are."""
_UNMOVED: Final = frozenset(
    {EntryKind.REVERSAL, EntryKind.PAUSE, EntryKind.ACCELERATION, EntryKind.DISCHARGE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """An entry as a row has it, before it is numbered.

    Args:
        row: the row.
        loan_id: the loan it is of.
        number: its number within the loan; 0 where the row does not say.
        kind: what it records.
        on: the business date.
        booked_on: the day whose half-year carries it.
        ref: the voucher; empty where the row does not say.
        parts: its amounts and facts.
        split: what a payment is said to have met: principal, interest, penalty and costs, in fen;
            empty where the row does not say.
    """

    row: LedgerRow
    loan_id: str
    number: int
    kind: EntryKind
    on: date
    booked_on: date
    ref: str
    parts: EntryParts
    split: tuple[int, ...]


def draft_of(row: LedgerRow) -> EntryDraft:
    """Return the entry of a row; where something is wrong the row keeps it as a fault."""
    kind = row.word("entry_kind", words_of(EntryKind), EntryKind.REPAYMENT)
    on = row.day("on")
    parts: EntryParts = {}
    split: tuple[int, ...] = ()
    if kind not in _UNMOVED:
        split = _amounts(row, kind, parts)
    if kind is EntryKind.REVERSAL:
        parts["undoes"] = row.count("undoes")
    if kind is EntryKind.PREPAYMENT:
        parts["then"] = row.word("then", words_of(Prepayment))
    if kind is EntryKind.PAUSE:
        parts["until"] = row.day("until")
    row.people()
    return EntryDraft(
        row=row,
        loan_id=row.text("loan_id"),
        number=row.count("number", 0),
        kind=kind,
        on=on,
        booked_on=row.day("booked_on", on),
        ref=row.text("ref", ""),
        parts=parts,
        split=split,
    )


def _amounts(row: LedgerRow, kind: EntryKind, parts: EntryParts) -> tuple[int, ...]:
    """Put the amounts of a row into the parts of an entry; return how a payment is split."""
    given = {name: row.fen(name, 0) for name in _PARTS}
    stated = any(row.has(name) for name in _PARTS)
    whole = sum(given.values())
    if not stated or row.has("amount"):
        amount = row.fen("amount")
        if stated and amount != whole:
            _does_not_add_up(row, amount, whole)
        whole = amount
    if kind.pays:
        if not whole and not row.faults:
            row.fault("row.nothing_paid", "the row pays nothing", "该行还款金额为零", "amount")
        parts["received_fen"] = whole
        return tuple(given.values())[:-1] if stated else ()
    if not stated:
        parts["principal_fen"] = whole
        return ()
    for name, part in _PARTS.items():
        if given[name]:
            parts[part] = given[name]  # type: ignore[literal-required]
    return ()


def _does_not_add_up(row: LedgerRow, amount: int, whole: int) -> None:
    parts, stated = show(from_fen(whole)), show(from_fen(amount))
    row.fault(
        "row.does_not_add_up",
        f"the parts make {parts}, the amount is {stated}",
        f"各项合计 {parts}，与金额 {stated} 不符",
        "amount",
    )
