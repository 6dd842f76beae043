"""What did happen: entries, append-only, numbered, reversible. Nothing is ever edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, TypedDict, Unpack

from microloan.clauses import Prepayment
from microloan.errors import InvalidAmount, InvalidTerms
from microloan.money import FEN_LIMIT, InYuan
from microloan.naming import identity, refused_terms, require_one_of
from microloan.periods import in_order, plain_date
from microloan.table import columns_of
from microloan.terms import LoanTerms

NOTHING_UNDONE: Final = 0


class EntryKind(Enum):
    """What an entry of a loan records, in the order in which one day's entries count."""

    DISBURSEMENT = "disbursement"
    """放款: the loan, or a part of it, is paid out."""
    EXTENSION = "extension"
    """展期, with the guarantor's consent: the loan matures later."""
    UNGUARANTEED_EXTENSION = "unguaranteed_extension"
    """展期, without the guarantor's consent: the guarantee ends as if there were none."""
    RATE_CHANGE = "rate_change"
    """利率调整: a floating rate changes."""
    RELEVEL = "relevel"
    """还款计划变更: the plan of what has not fallen due is drawn up anew."""
    MISUSE = "misuse"
    """挪用: principal was not used as agreed."""
    COSTS = "costs"
    """费用: what enforcing the loan cost the lender; the borrower owes it."""
    PAUSE = "pause"
    """逾期暂停计数: days that do not count as delinquent."""
    REPAYMENT = "repayment"
    """还款: money from the borrower (or from the treasury for him) for what fell due."""
    PREPAYMENT = "prepayment"
    """提前还款: money for more than has fallen due, declared as such."""
    ACCELERATION = "acceleration"
    """提前到期: the lender calls in the whole loan."""
    CLAIM_PAYOUT = "claim_payout"
    """代偿: the fund pays the lender and the loan falls due."""
    DISCHARGE = "discharge"
    """担保解除: the guarantee ends without a payout; the fund stands behind nothing any more."""
    WRITE_OFF = "write_off"
    """核销: the lender stops carrying the loan; the debt survives."""
    RECOVERY = "recovery"
    """追偿回收: money received after a payout or a write-off."""
    REVERSAL = "reversal"
    """冲正: undoes another entry, by number."""

    __hash__ = object.__hash__  # each kind is one object; Enum would hash its name, in Python

    @property
    def rank(self) -> int:
        """Return the place of the kind among entries of one day; changes of terms share one."""
        return _RANKS[self]

    @property
    def changes_terms(self) -> bool:
        """Tell whether the entry carries terms that hold from its day."""
        return self in _WITH_TERMS

    @property
    def extends(self) -> bool:
        """Tell whether the loan matures later by the entry."""
        return self in _EXTENDING

    @property
    def ends(self) -> bool:
        """Tell whether the entry lets all of the loan fall due."""
        return self in _ENDING

    @property
    def pays(self) -> bool:
        """Tell whether the entry is money from the borrower before any default is settled."""
        return self in _PAYING


_PLACES: Final = {kind: place for place, kind in enumerate(EntryKind)}
_EXTENDING: Final = frozenset({EntryKind.EXTENSION, EntryKind.UNGUARANTEED_EXTENSION})
_WITH_TERMS: Final = _EXTENDING | {EntryKind.RATE_CHANGE, EntryKind.RELEVEL}
_ENDING: Final = frozenset({EntryKind.ACCELERATION, EntryKind.CLAIM_PAYOUT})
_PAYING: Final = frozenset({EntryKind.REPAYMENT, EntryKind.PREPAYMENT})
_WITH_A_FACT: Final = _WITH_TERMS | {EntryKind.PREPAYMENT, EntryKind.PAUSE}
_RANKS: Final = {
    kind: min(_PLACES[other] for other in (_WITH_TERMS if kind in _WITH_TERMS else {kind}))
    for kind in EntryKind
}
_COMPONENTS: Final = {
    EntryKind.DISBURSEMENT: {"principal_fen"},
    EntryKind.MISUSE: {"principal_fen"},
    EntryKind.COSTS: {"costs_fen"},
    EntryKind.REPAYMENT: {"received_fen"},
    EntryKind.PREPAYMENT: {"received_fen"},
    EntryKind.CLAIM_PAYOUT: {"principal_fen", "interest_fen"},
    EntryKind.WRITE_OFF: {"principal_fen", "interest_fen", "penalty_fen", "costs_fen"},
    EntryKind.RECOVERY: {"principal_fen", "interest_fen", "subrogated_fen", "costs_fen"},
}
"""What of an amount an entry of a kind may hold; of the other kinds, nothing."""
_NOTHING_MOVES: Final[frozenset[str]] = frozenset()
_NO_FACT: Final = (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """台账流水: one immutable line of a loan, with the voucher it came from.

    Args:
        number: 1, 2, 3 … within the loan: the order in which facts became known.
        kind: what it records.
        on: the business date; interest and days past due follow it.
        booked_on: the day whose half-year carries it, not before ``on``.
        ref: the voucher 凭证号.
        received_fen: money of a repayment or prepayment; which part of the debt it meets is for the
            position to say.
        principal_fen: principal lent, misused, paid by the fund, written off, or recovered for the
            lender.
        interest_fen: interest paid by the fund, written off, or recovered for the lender.
        penalty_fen: penalty and compound interest written off.
        subrogated_fen: what a recovery returns to the fund.
        costs_fen: costs charged to the borrower, written off, or kept back from a recovery before
            it was shared.
        undoes: the number a reversal undoes; 0 for every other kind.
        then: what a prepayment does to the plan; ``None`` for every other kind.
        until: the last day of a pause; ``None`` for every other kind.
        terms: the full terms from the day on, of a kind that changes them; ``None`` for the others.

    Raises:
        InvalidAmount: a negative amount, one that is no whole number of fen, or one out of range.
        InvalidDate: not a plain date, or booked before it happened.
        InvalidIdentity: an unusable voucher number.
        InvalidTerms: a part that does not belong to the kind, or one that is missing.
    """

    number: int
    kind: EntryKind
    on: date
    booked_on: date
    ref: str
    received_fen: int = 0
    principal_fen: int = 0
    interest_fen: int = 0
    penalty_fen: int = 0
    subrogated_fen: int = 0
    costs_fen: int = 0
    undoes: int = NOTHING_UNDONE
    then: Prepayment | None = None
    until: date | None = None
    terms: LoanTerms | None = None

    amount = InYuan("amount_fen", "Money that moved in this act, in yuan.")

    COLUMNS = columns_of(
        "number kind on booked_on ref amount received principal interest penalty subrogated",
        "costs undoes then until",
    )

    def __post_init__(self) -> None:
        """Refuse a line that could not be a fact."""
        check_line(self.number, self.on, self.booked_on, self.ref, self.undoes)
        require_one_of(self.kind, EntryKind, "the kind", "流水类型")
        moved = set()
        for name, amount in self.components.items():
            check_component(amount)
            if amount:
                moved.add(name)
        allowed = _COMPONENTS.get(self.kind, _NOTHING_MOVES)
        if not moved <= allowed or bool(moved) != bool(allowed):
            raise _wrong_part(self.kind, "amounts", sorted(moved), sorted(allowed))
        if (self.kind is EntryKind.REVERSAL) != bool(self.undoes):
            raise _wrong_part(self.kind, "the number undone", self.undoes, "of a reversal only")
        self._check_facts()

    def _check_facts(self) -> None:
        if self.kind not in _WITH_A_FACT and (self.then, self.until, self.terms) == _NO_FACT:
            return  # most entries; an act's own facts are looked at one by one
        for part, type_, owner, name in (
            (self.then, Prepayment, self.kind is EntryKind.PREPAYMENT, "then"),
            (self.until, date, self.kind is EntryKind.PAUSE, "until"),
            (self.terms, LoanTerms, self.kind.changes_terms, "terms"),
        ):
            if isinstance(part, type_) != owner or (part is not None) != owner:
                raise _wrong_part(self.kind, name, part, f"a {type_.__name__} where it belongs")
        if self.until is not None:
            in_order(self.on, plain_date(self.until, "a pause"), "a pause and its end")

    @property
    def components(self) -> dict[str, int]:
        """Return the amounts by name, in fen."""
        return {
            "received_fen": self.received_fen,
            "principal_fen": self.principal_fen,
            "interest_fen": self.interest_fen,
            "penalty_fen": self.penalty_fen,
            "subrogated_fen": self.subrogated_fen,
            "costs_fen": self.costs_fen,
        }

    @property
    def amount_fen(self) -> int:
        """Return the money that moved in this act, in fen."""
        return sum(self.components.values())


def _wrong_part(kind: EntryKind, what: str, value: object, limit: object) -> InvalidTerms:
    return refused_terms(f"{what} of a {kind.value}", f"{kind.value} 流水要素", value, limit)


class EntryParts(TypedDict, total=False):
    """What an entry may hold besides its number, kind, days and voucher."""

    received_fen: int
    principal_fen: int
    interest_fen: int
    penalty_fen: int
    subrogated_fen: int
    costs_fen: int
    undoes: int
    then: Prepayment
    until: date
    terms: LoanTerms


def next_entry(
    entries: Sequence[Entry],
    kind: EntryKind,
    *,
    on: date,
    ref: str,
    booked_on: date | None,
    **parts: Unpack[EntryParts],
) -> Entry:
    """Return the entry that would follow others; it is booked on its own day unless said otherwise.

    Raises:
        InvalidAmount, InvalidDate, InvalidIdentity, InvalidTerms: as :class:`Entry`.
    """
    return Entry(
        number=len(entries) + 1,
        kind=kind,
        on=on,
        booked_on=on if booked_on is None else booked_on,
        ref=ref,
        **parts,
    )


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


def check_line(number: int, on: date, booked_on: date, ref: str, undoes: int) -> None:
    """Refuse what no line of a loan or of a fund could be: a number, a day or a voucher.

    Raises:
        InvalidTerms: a number that is none.
        InvalidDate: not a plain date, or booked before it happened.
        InvalidIdentity: an unusable voucher number.
    """
    for value, lowest in ((number, 1), (undoes, NOTHING_UNDONE)):
        if type(value) is not int or value < lowest:
            raise refused_terms(
                "the number of an entry", "流水序号", value, f"a whole number from {lowest}"
            )
    plain_date(on, "an entry")
    plain_date(booked_on, "booking")
    in_order(on, booked_on, "an entry and its booking")
    identity(ref, "a voucher")
