"""Where a loan stands on a day: one fold over what was agreed and what happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import assert_never

from microloan.errors import OverRepayment
from microloan.history import known_through, standing
from microloan.ledger import Entry, EntryKind
from microloan.money import InYuan, from_fen, settle, show
from microloan.periods import asked_day
from microloan.schedule import amortize
from microloan.terms import LoanTerms


@dataclass(slots=True, kw_only=True)
class Due:
    """What falls due on one day and how much of it is still unpaid: the fold's own working line.

    ``by_payout`` marks what fell due only because the fund paid; a payment of that day came first.
    """

    due_on: date
    principal_fen: int
    interest_fen: int
    unpaid_principal_fen: int
    unpaid_interest_fen: int
    by_payout: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What one entry did to the loan: change of outstanding principal, money for interest.

    ``principal_fen`` is what the lender's outstanding principal fell by; a disbursement has it
    negative.
    """

    entry: Entry
    principal_fen: int
    interest_fen: int
    excess_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """The run through a loan's entries up to a day: the due lines and each entry's effect."""

    as_of: date
    dues: tuple[Due, ...]
    applied: tuple[Applied, ...]
    accrued_fen: int

    @property
    def outstanding_fen(self) -> int:
        """Return the principal still owed to the lender, in fen."""
        return -sum(effect.principal_fen for effect in self.applied)

    @property
    def subrogated_fen(self) -> int:
        """Return what the fund has paid and not yet recovered, in fen."""
        return sum(_subrogated_fen(effect.entry) for effect in self.applied)

    def fallen_due(self) -> Iterable[Due]:
        """Yield the lines due on the day or before."""
        return (due for due in self.dues if due.due_on <= self.as_of)


def _subrogated_fen(entry: Entry) -> int:
    if entry.kind is EntryKind.CLAIM_PAYOUT:
        return entry.amount_fen
    return -entry.subrogated_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """时点状况: where a loan stands at the end of a day, in yuan through its properties.

    Args:
        as_of: the day.
        through: the number of the last entry that was known.
        outstanding_fen: principal still owed to the lender.
        due_principal_fen: principal that has fallen due since the start.
        due_interest_fen: contract interest that has fallen due since the start.
        arrears_principal_fen: principal that fell due and is unpaid.
        arrears_interest_fen: contract interest that fell due and is unpaid.
        accrued_fen: interest earned and not yet due.
        subrogated_fen: what the fund paid and has not recovered.
        days_past_due: days since the oldest unpaid due date; one on the day after it.
        oldest_unpaid_on: that due date; ``None`` where nothing is overdue.
    """

    as_of: date
    through: int
    outstanding_fen: int
    due_principal_fen: int
    due_interest_fen: int
    arrears_principal_fen: int
    arrears_interest_fen: int
    accrued_fen: int
    subrogated_fen: int
    days_past_due: int
    oldest_unpaid_on: date | None

    outstanding = InYuan("outstanding_fen", "Principal still owed to the lender, in yuan.")
    due = InYuan("due_fen", "Principal and interest that have fallen due since the start, in yuan.")
    arrears = InYuan(
        "arrears_fen", "Principal and contract interest that fell due and are unpaid, in yuan."
    )
    accrued = InYuan("accrued_fen", "Interest earned and not yet due, in yuan.")
    subrogated = InYuan("subrogated_fen", "What the fund paid and has not recovered, in yuan.")

    @property
    def due_fen(self) -> int:
        """Return principal and interest that have fallen due since the start, in fen."""
        return self.due_principal_fen + self.due_interest_fen

    @property
    def arrears_fen(self) -> int:
        """Return principal and contract interest that fell due and are unpaid, in fen."""
        return self.arrears_principal_fen + self.arrears_interest_fen

    @property
    def settled(self) -> bool:
        """Tell whether nothing more is owed, to the lender or to the fund."""
        return not (
            self.outstanding_fen or self.arrears_fen or self.accrued_fen or self.subrogated_fen
        )


def position_of(
    terms: LoanTerms, entries: Sequence[Entry], *, as_of: date, through: int | None = None
) -> Position:
    """Return where a loan stands at the end of a day, as far as known at an entry.

    Args:
        terms: what was agreed.
        entries: the loan's entries.
        as_of: the day; entries of later business dates do not count.
        through: the last entry that was known; by default all are.

    Raises:
        InvalidDate: ``as_of`` is no plain date.
        InvalidHistory: ``through`` names no entry.
    """
    known = known_through(tuple(entries), through)
    fold = run_through(terms, known, as_of=asked_day(as_of))
    fallen = list(fold.fallen_due())
    overdue = [due.due_on for due in fallen if due.unpaid_principal_fen or due.unpaid_interest_fen]
    oldest = overdue[0] if overdue and overdue[0] < as_of else None
    return Position(
        as_of=as_of,
        through=len(known),
        outstanding_fen=fold.outstanding_fen,
        due_principal_fen=sum(due.principal_fen for due in fallen),
        due_interest_fen=sum(due.interest_fen for due in fallen),
        arrears_principal_fen=sum(due.unpaid_principal_fen for due in fallen),
        arrears_interest_fen=sum(due.unpaid_interest_fen for due in fallen),
        accrued_fen=fold.accrued_fen,
        subrogated_fen=fold.subrogated_fen,
        days_past_due=(as_of - oldest).days if oldest else 0,
        oldest_unpaid_on=oldest,
    )


def run_through(terms: LoanTerms, entries: Sequence[Entry], *, as_of: date) -> Fold:
    """Run through the entries up to a day, in the order of their business dates.

    Within a day a disbursement comes first, then repayments, payouts and recoveries; within a kind,
    the order of knowledge. A payment goes to interest, then to principal, each oldest first (民法典
    art. 561).
    """
    happened = sorted(
        (entry for entry in standing(entries) if entry.on <= as_of),
        key=lambda entry: (entry.on, entry.kind.rank, entry.number),
    )
    paid_out = bool(happened)
    accelerated_on = next(
        (entry.on for entry in happened if entry.kind is EntryKind.CLAIM_PAYOUT), None
    )
    dues = _dues(terms, accelerated_on) if paid_out else []
    applied = tuple(_apply(entry, dues) for entry in happened)
    accrued = 0
    if paid_out and accelerated_on is None:
        accrued = _running_interest_fen(terms, as_of)
    return Fold(as_of=as_of, dues=tuple(dues), applied=applied, accrued_fen=accrued)


def require_no_excess(fold: Fold, *, of: str) -> None:
    """Refuse a history in which a payment is larger than what had fallen due by its day.

    Raises:
        OverRepayment: names the entry, its amount and what was due.
    """
    for effect in fold.applied:
        if effect.excess_fen:
            entry, due = effect.entry, from_fen(effect.entry.amount_fen - effect.excess_fen)
            raise OverRepayment(
                f"{of}: {show(entry.amount)} received on {entry.on}, "
                f"but only {show(due)} had fallen due; what exceeds it would be a prepayment",
                zh=f"{of}：{entry.on} 收到 {show(entry.amount)}，应还仅 {show(due)}；"
                "超出部分属于提前还款",
                value=entry.amount,
                limit=due,
            )


def _dues(terms: LoanTerms, accelerated_on: date | None) -> list[Due]:
    """Return what falls due and when: the plan, cut short where the whole loan fell due."""
    plan = amortize(terms)
    lines = [(line.due_on, line.principal_fen, line.interest_fen, False) for line in plan]
    if accelerated_on is not None:
        lines = [line for line in lines if line[0] <= accelerated_on]
        rest = plan[len(lines) :]
        if rest:
            interest = _running_interest_fen(terms, accelerated_on)
            lines.append((accelerated_on, rest[0].opening_fen, interest, True))
    return [
        Due(
            due_on=due_on,
            principal_fen=principal,
            interest_fen=interest,
            unpaid_principal_fen=principal,
            unpaid_interest_fen=interest,
            by_payout=by_payout,
        )
        for due_on, principal, interest, by_payout in lines
    ]


def _running_interest_fen(terms: LoanTerms, day: date) -> int:
    """Return the interest of the period in which a day lies, from its opening up to the day."""
    for line in amortize(terms):
        if line.period.opens_on < day < line.due_on:
            part = terms.day_count.fraction(line.period.opens_on, day)
            earned = settle(line.opening_fen * Fraction(terms.annual_rate) * part)
            return min(earned, line.interest_fen)  # 28 February - 30 March is 32 days of 30
    return 0


def _apply(entry: Entry, dues: list[Due]) -> Applied:
    """Return what one entry does, and mark the due lines it pays."""
    principal = interest = excess = 0
    match entry.kind:
        case EntryKind.DISBURSEMENT:
            principal = -entry.principal_fen
        case EntryKind.REPAYMENT:
            fallen = [due for due in dues if due.due_on <= entry.on and not due.by_payout]
            interest = _pay_interest(fallen, entry.received_fen)
            principal = _pay_principal(fallen, entry.received_fen - interest)
            excess = entry.received_fen - interest - principal
        case EntryKind.CLAIM_PAYOUT | EntryKind.RECOVERY | EntryKind.REVERSAL:
            principal = _pay_principal(dues, entry.principal_fen)
            interest = _pay_interest(dues, entry.interest_fen)
            excess = entry.principal_fen + entry.interest_fen - principal - interest
        case _:
            assert_never(entry.kind)
    return Applied(entry=entry, principal_fen=principal, interest_fen=interest, excess_fen=excess)


def _pay_interest(dues: Iterable[Due], money: int) -> int:
    """Pay unpaid interest, oldest first; return how much of the money it took."""
    left = money
    for due in dues:
        part = min(left, due.unpaid_interest_fen)
        due.unpaid_interest_fen -= part
        left -= part
    return money - left


def _pay_principal(dues: Iterable[Due], money: int) -> int:
    """Pay unpaid principal, oldest first; return how much of the money it took."""
    left = money
    for due in dues:
        part = min(left, due.unpaid_principal_fen)
        due.unpaid_principal_fen -= part
        left -= part
    return money - left
