"""压力测试推算: what the plans of many loans come to if some fail, and what claims then cost."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple

from microloan.claim_filing import ClaimFiling
from microloan.course import run_through
from microloan.exposure import ENDS_A_GUARANTEE
from microloan.fold import Fold
from microloan.guarantee import Guarantee
from microloan.loan import Loan
from microloan.money import settle
from microloan.months import add_months
from microloan.naming import refused_terms
from microloan.periods import HalfYear
from microloan.scenario import NewLending, Scenario, principal_due

_DAY: Final = timedelta(days=1)
_NOTHING: Final = Fraction(0)
_Flow = Counter[tuple[date, Decimal]]


class PlanTotals(NamedTuple):
    """What the plans come to by a day if a share fails, all of it since the start, in fen."""

    lent_fen: int
    repaid_fen: int
    failed_fen: int
    ended_fen: int
    exposure_fen: int
    covered_fen: int


@dataclass(slots=True)
class FailingPlans:
    """The plans of many loans, in whole fen by day and coverage; a scenario takes its share.

    They are added up once for all scenarios; no loan is looked at again.

    Args:
        lent: what is outstanding at the start, and what is newly lent.
        due: what falls due.
        called: what would be outstanding of a loan on the day on which it fails.
        claimed: the same on the day on which the claim would open.
        payable: what the fund would pay then, exactly.
    """

    lent: _Flow = field(default_factory=Counter)
    due: _Flow = field(default_factory=Counter)
    called: _Flow = field(default_factory=Counter)
    claimed: _Flow = field(default_factory=Counter)
    payable: defaultdict[date, Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    def copy(self) -> "FailingPlans":
        """Return the same plans, to which others may be added."""
        return FailingPlans(
            lent=Counter(self.lent),
            due=Counter(self.due),
            called=Counter(self.called),
            claimed=Counter(self.claimed),
            payable=self.payable.copy(),
        )

    def add_loan(self, loan: Loan, *, as_of: date, filing: ClaimFiling | None) -> int:
        """Add a loan as it stood at the end of a day, and return the covered share of it, in fen.

        What is overdue counts as due on the day after, and a share of the loan fails then; its days
        past due go on from the first unpaid due day, be it of interest. A claim that the bank has
        filed is one within the guarantee period, and no more than it is paid. A loan that owes
        nothing, or whose guarantee has ended, is left out.
        """
        fold, promise = run_through(loan.terms, loan.entries, as_of=as_of), loan.guarantee
        over = any(effect.entry.kind in ENDS_A_GUARANTEE for effect in fold.applied)
        lines = [
            (max(due.due_on, as_of + _DAY), due.unpaid_principal_fen)
            for due in fold.dues
            if due.unpaid_principal_fen
        ]
        if promise is None or over or not lines:
            return 0
        late_since = _oldest_unpaid_on(fold)
        self._add(
            lines,
            promise,
            lent_on=as_of,
            ends_on=promise.ends_on(loan.guaranteed_terms(on=as_of)),
            fails_on=as_of + _DAY if late_since else lines[0][0],
            late_since=late_since or lines[0][0],
            filing=filing,
        )
        return promise.covered_fen(fold.outstanding_fen)

    def add_lending(self, lending: NewLending, ahead: Sequence[HalfYear], *, since: date) -> None:
        """Add what is newly lent on the first day of each half-year, or ``since`` if that is later.

        Raises:
            InvalidTerms: an amount for a half-year that is not ahead.
        """
        if strange := [half for half in lending.halves if half not in ahead]:
            raise refused_terms(
                "a half-year of new lending",
                "新增贷款的半年度",
                strange[0],
                f"one of {ahead[0]} - {ahead[-1]}",
            )
        for half in ahead:
            if amount := lending.amount_fen(half):
                on = max(half.first_day, since)
                terms = lending.terms_of(amount, on=on)
                lines = principal_due(terms)
                self._add(
                    lines,
                    lending.guarantee,
                    lent_on=on,
                    ends_on=lending.guarantee.ends_on(terms),
                    fails_on=lines[0][0],
                    late_since=lines[0][0],
                )

    def _add(
        self,
        lines: Sequence[tuple[date, int]],
        guarantee: Guarantee,
        *,
        lent_on: date,
        ends_on: date,
        fails_on: date,
        late_since: date,
        filing: ClaimFiling | None = None,
    ) -> None:
        """Add lines of principal: a share fails on a day, having been late since another."""
        coverage, owed = guarantee.coverage, sum(principal for _, principal in lines)
        opens_on = late_since + timedelta(days=guarantee.claims_open_at())
        claimed_on = max(opens_on, fails_on)
        self.lent[lent_on, coverage] += owed
        self.called[fails_on, coverage] += owed
        if (filing.filed_on if filing else claimed_on) <= ends_on:
            covered = Fraction(coverage) * owed
            self.claimed[claimed_on, coverage] += owed
            filed = Fraction(filing.amount_fen) if filing else covered
            self.payable[claimed_on] += min(covered, filed)
        for on, principal in lines:
            self.due[on, coverage] += principal

    def totals(self, failing: Fraction, day: date) -> PlanTotals:
        """Return what has happened by a day, if so much of every loan fails.

        For each coverage the failing part is rounded half up; those who go on take the rest.
        """
        lent, due = _through(self.lent, day), _through(self.due, day)
        called, claimed = _through(self.called, day), _through(self.claimed, day)
        repaid = {part: due[part] - settle(failing * due[part]) for part in lent}
        ended = {part: settle(failing * claimed[part]) for part in lent}
        exposure = {part: lent[part] - repaid[part] - ended[part] for part in lent}
        covered = sum((Fraction(part) * exposure[part] for part in lent), start=_NOTHING)
        return PlanTotals(
            lent_fen=lent.total(),
            repaid_fen=sum(repaid.values()),
            failed_fen=sum(settle(failing * called[part]) for part in lent),
            ended_fen=sum(ended.values()),
            exposure_fen=sum(exposure.values()),
            covered_fen=settle(covered),
        )


def _oldest_unpaid_on(fold: Fold) -> date | None:
    """Return the first day on which something fell due that is unpaid, principal or interest."""
    late = (due for due in fold.fallen_due() if due.unpaid_principal_fen or due.unpaid_interest_fen)
    return min((due.due_on for due in late), default=None)


def _through(flow: _Flow, day: date) -> Counter[Decimal]:
    """Return what a flow comes to by a day, by coverage."""
    found: Counter[Decimal] = Counter()
    for (on, coverage), principal in flow.items():
        if on <= day:
            found[coverage] += principal
    return found


class ClaimsMoney(NamedTuple):
    """What the fund paid for claims and got back since the start, and what it owes, in fen."""

    paid_out_fen: int = 0
    recovered_fen: int = 0
    unpaid_fen: int = 0


def pay_as_money_lasts(
    scenario: Scenario, plans: FailingPlans, balance_fen: int, *, days: Sequence[date]
) -> Iterator[ClaimsMoney]:
    """Yield for each of some days what claims have cost by then; those beyond the money wait."""
    failing, returning = Fraction(scenario.default_rate), Fraction(scenario.recovery_rate)
    # What comes in is above nothing, a claim below; within a day their order makes no difference.
    events = [(on, -failing * owed) for on, owed in plans.payable.items()]
    heapify(events)
    cash, waiting, paid, back = Fraction(balance_fen), _NOTHING, _NOTHING, _NOTHING
    for day in days:
        while events and events[0][0] <= day:
            on, moved = heappop(events)
            received = max(moved, _NOTHING)
            waiting += received - moved
            cash, back = cash + received, back + received
            payable = min(cash, waiting)
            cash, waiting, paid = cash - payable, waiting - payable, paid + payable
            if returned := returning * payable:
                heappush(events, (add_months(on, scenario.recovery_months), returned))
        yield ClaimsMoney(settle(paid), settle(back), settle(paid + waiting) - settle(paid))
