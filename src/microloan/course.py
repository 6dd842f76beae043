"""The course of a loan: one run through its entries, from what was agreed to where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from microloan.amended_plan import AmendedPlan, Plan
from microloan.charges import Charges
from microloan.clauses import Prepayment
from microloan.fold import Applied, Cause, Due, Fold
from microloan.history import standing
from microloan.ledger import Entry, EntryKind
from microloan.money import fen, settle
from microloan.payment import Allocation, allocate
from microloan.replanning import exact_interest, no_plan
from microloan.running_plan import RunningPlan
from microloan.schedule import amortize
from microloan.terms import LoanTerms


def run_through(terms: LoanTerms, entries: Sequence[Entry], *, as_of: date) -> Fold:
    """Run through the entries up to a day, in the order of their business dates.

    Within a day they count in the order of :class:`EntryKind`, within a kind in the order of
    knowledge. What falls due on a day is due before that day's money is set against it.
    """
    return _run_through(_History(terms, tuple(entries)), as_of)


@dataclass(frozen=True, slots=True, eq=False)
class _History:
    """The very entries of a loan, known by where they are kept: comparing them would cost more."""

    terms: LoanTerms
    entries: tuple[Entry, ...]

    def __hash__(self) -> int:
        return id(self.entries)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _History)
            and self.entries is other.entries
            and self.terms is other.terms
        )


@lru_cache(maxsize=2_048)  # screens ask much about the same loans, and only read the answers
def _run_through(history: _History, as_of: date) -> Fold:
    terms = history.terms
    course = _Course(RunningPlan(terms, no_plan(terms)), Charges(since=terms.disbursed_on))
    applied = []
    for entry in in_order_of_days(history.entries, as_of=as_of):
        course.run_to(entry.on)
        effect = course.take(entry)
        course.owed_fen -= effect.principal_fen
        course.charges.misused_fen = min(course.charges.misused_fen, course.owed_fen)
        applied.append(effect)
    course.run_to(as_of)
    return Fold(
        as_of=as_of,
        terms=course.plan.terms,
        dues=tuple(course.plan.dues),
        applied=tuple(applied),
        running=course.plan,
        charges=course.charges,
        written_off_principal_fen=course.written_off_principal_fen,
        written_off_interest_fen=course.written_off_interest_fen,
        pauses=tuple(course.pauses),
        ended=course.ended,
    )


def in_order_of_days(entries: Sequence[Entry], *, as_of: date) -> list[Entry]:
    """Return the standing entries up to a day in the order in which they count."""
    lines = [entry for entry in standing(entries) if entry.on <= as_of]
    if any(one.on >= other.on for one, other in pairwise(lines)):  # most are in order already
        lines.sort(key=lambda entry: (entry.on, entry.kind.rank, entry.number))
    return lines


def terms_in_force(terms: LoanTerms, entries: Sequence[Entry], *, on: date) -> LoanTerms:
    """Return the terms that hold at the end of a day: the last that an entry brought, or those."""
    for entry in in_order_of_days(entries, as_of=on):
        terms = entry.terms or terms
    return terms


def guaranteed_terms(terms: LoanTerms, entries: Sequence[Entry], *, on: date) -> LoanTerms:
    """Return the terms whose maturity the guarantor agreed to, at the end of a day.

    An extension without the guarantor's consent leaves the guarantee period where it was.
    """
    for entry in in_order_of_days(entries, as_of=on):
        if entry.kind is EntryKind.EXTENSION and entry.terms is not None:
            terms = entry.terms
    return terms


def planned_lines(terms: LoanTerms, entries: Sequence[Entry]) -> Plan:
    """Return the plan as the entries have changed it, paid or not; a default does not end it."""
    lines = [entry for entry in standing(entries) if entry.kind not in _ENDING]
    as_agreed = all(entry.kind not in _PLANNING for entry in lines[1:])
    if as_agreed and lines[0].principal_fen == fen(terms.principal):
        return amortize(terms)
    last = max(entry.on for entry in lines)
    return AmendedPlan(due.line for due in run_through(terms, lines, as_of=last).dues)


_ENDING: Final = frozenset(
    {EntryKind.ACCELERATION, EntryKind.CLAIM_PAYOUT, EntryKind.WRITE_OFF, EntryKind.RECOVERY}
)
_PLANNING: Final = frozenset(
    {EntryKind.DISBURSEMENT, EntryKind.PREPAYMENT}
    | {kind for kind in EntryKind if kind.changes_terms}
)


class _Early(NamedTuple):
    """What a prepayment met beyond what was due, and what it lacked to reach the principal."""

    principal_fen: int
    interest_fen: int
    short_fen: int


_NOTHING_EARLY: Final = _Early(0, 0, 0)


@dataclass(slots=True)
class _Course:
    """The state between two entries."""

    plan: RunningPlan
    charges: Charges
    settled: int = 0  # how many due lines, from the first on, are known to be paid
    owed_fen: int = 0
    written_off_principal_fen: int = 0
    written_off_interest_fen: int = 0
    pauses: list[tuple[date, date]] = field(default_factory=list)
    ended: Entry | None = None

    def run_to(self, day: date) -> None:
        """Let the days up to one pass: what is overdue bears its charges."""
        if self.charges.may_grow(self.plan.terms):
            self.charges.run_to(day, self._unpaid(day), self.owed_fen, self.plan.terms)
        else:
            self.charges.since = day

    def take(self, entry: Entry) -> Applied:
        """Let one entry do what it does."""
        match entry.kind:
            case EntryKind.REPAYMENT | EntryKind.PREPAYMENT:
                return self._pay(entry)
            case EntryKind.DISBURSEMENT:
                return self._change_plan(entry)
            case EntryKind.CLAIM_PAYOUT | EntryKind.RECOVERY:
                return self._settle(entry)
            case EntryKind.WRITE_OFF:
                return self._write_off(entry)
            case EntryKind.ACCELERATION:
                self._call_in(entry, Cause.ACCELERATION)
            case EntryKind.MISUSE:
                self.charges.misused_fen += entry.principal_fen
            case EntryKind.COSTS:
                self.charges.costs_fen += entry.costs_fen
            case EntryKind.PAUSE | EntryKind.DISCHARGE | EntryKind.REVERSAL:
                self.pauses += [(entry.on, entry.until)] if entry.until is not None else []
            case _:
                return self._change_plan(entry)
        return Applied(entry=entry, principal_fen=0)

    def _change_plan(self, entry: Entry) -> Applied:
        terms, day = entry.terms or self.plan.terms, entry.on
        match entry.kind:
            case EntryKind.DISBURSEMENT:
                self.plan.disburse(day, entry.principal_fen)
                return Applied(entry=entry, principal_fen=-entry.principal_fen)
            case EntryKind.EXTENSION | EntryKind.UNGUARANTEED_EXTENSION:
                self.plan.extend(day, terms)
            case EntryKind.RATE_CHANGE:
                self.plan.reprice(day, self.plan.planned_fen(day), terms=terms)
            case _:
                self.plan.replan(day, self.plan.planned_fen(day), terms=terms)
        return Applied(entry=entry, principal_fen=0)

    def _unpaid(self, day: date) -> Sequence[Due]:
        """Return the due lines from the first that is not paid; those to come are never left out.

        A line without an amount counts as paid once it has fallen due: until then its plan may
        change.
        """
        self._skip_paid(self.plan.fallen(day))
        return self.plan.dues[self.settled :]

    def _skip_paid(self, fallen: int) -> None:
        dues = self.plan.dues
        while self.settled < fallen:
            due = dues[self.settled]
            if due.unpaid_principal_fen or due.unpaid_interest_fen:
                break
            self.settled += 1

    def _overdue(self, day: date) -> Sequence[Due]:
        """Return the lines due on a day or before, from the first that is not paid."""
        fallen = self.plan.fallen(day)
        self._skip_paid(fallen)
        return self.plan.dues[self.settled : fallen]

    def _pay(self, entry: Entry) -> Applied:
        """Set money against what is due, then, where it was declared, against what is not."""
        day, terms = entry.on, self.plan.terms
        due = self._overdue(day)
        if self.ended is not None:
            due = [line for line in due if not line.by_payout]
        met = allocate(entry.received_fen, due, self.charges, terms.order)
        early = _NOTHING_EARLY
        if entry.then is not None:
            early = self._prepay(day, entry.then, met, due)
        return Applied(
            entry=entry,
            principal_fen=met.principal_fen + early.principal_fen,
            interest_fen=met.interest_fen + early.interest_fen,
            penalty_fen=met.penalty_fen,
            compound_fen=met.compound_fen,
            costs_fen=met.costs_fen,
            excess_fen=met.left_fen,
            short_fen=early.short_fen,
            shares=tuple(met.shares.values()),
            order=terms.order,
        )

    def _prepay(self, day: date, then: Prepayment, met: Allocation, due: Sequence[Due]) -> _Early:
        """Set what is left of a prepayment against what has not fallen due."""
        planned = self.plan.planned_fen(day)
        if not planned and not (met.left_fen and self.plan.charged_early(day)[0]):
            return _NOTHING_EARLY
        interest, principal = self.plan.prepay(day, met.left_fen, then)
        first = self.charges.unpaid_fen + interest
        first += sum(line.unpaid_principal_fen + line.unpaid_interest_fen for line in due)
        short = max(first + (1 if planned else 0) - met.left_fen, 0)
        met.take(interest + principal)
        return _Early(principal, interest, short)

    def _call_in(self, entry: Entry, cause: Cause) -> None:
        if self.ended is None:
            self.plan.call_in(entry.on, cause)
            self.ended, self.charges.due_in_full_on = entry, entry.on

    def _settle(self, entry: Entry) -> Applied:
        """Set what the fund paid, or what was recovered, against the lender's claims."""
        if entry.kind is EntryKind.CLAIM_PAYOUT:
            self._call_in(entry, Cause.CLAIM_PAYOUT)
        elif self.ended is not None and self.ended.kind is EntryKind.WRITE_OFF:
            return self._recover_written_off(entry)
        dues = self.plan.dues
        principal = Allocation(entry.principal_fen)
        interest = Allocation(entry.interest_fen, shares=principal.shares)
        principal.meet(dues, interest=False, principal=True)
        if entry.kind is EntryKind.RECOVERY:
            interest.meet_charges(self.charges, costs=False)
        interest.meet(dues, interest=True, principal=False)
        return Applied(
            entry=entry,
            principal_fen=principal.principal_fen,
            interest_fen=interest.interest_fen,
            penalty_fen=interest.penalty_fen,
            compound_fen=interest.compound_fen,
            excess_fen=principal.left_fen + interest.left_fen,
            shares=tuple(principal.shares.values()),
        )

    def _write_off(self, entry: Entry) -> Applied:
        """Stop carrying the loan: nothing falls due any more, nothing is unpaid."""
        accrued = settle(exact_interest(self.plan.running_to(entry.on)))
        self.plan.drop(entry.on)
        interest = accrued + sum(due.unpaid_interest_fen for due in self.plan.dues)
        for due in self.plan.dues:
            due.unpaid_principal_fen = due.unpaid_interest_fen = 0
        charged = self.charges.clear()
        owed = (self.owed_fen, interest, *charged)
        stated = (entry.principal_fen, entry.interest_fen, entry.penalty_fen, entry.costs_fen)
        self.ended = entry
        self.written_off_principal_fen = self.owed_fen
        self.written_off_interest_fen = interest + sum(charged)
        odd = sum(abs(one - other) for one, other in zip(owed, stated, strict=True))
        return Applied(entry=entry, principal_fen=self.owed_fen, excess_fen=odd)

    def _recover_written_off(self, entry: Entry) -> Applied:
        """Set what was recovered against what was written off; the book's principal stays nil."""
        principal = min(entry.principal_fen, self.written_off_principal_fen)
        interest = min(entry.interest_fen, self.written_off_interest_fen)
        self.written_off_principal_fen -= principal
        self.written_off_interest_fen -= interest
        regained = principal + interest
        odd = entry.principal_fen + entry.interest_fen - regained
        return Applied(entry=entry, principal_fen=0, regained_fen=regained, excess_fen=odd)
