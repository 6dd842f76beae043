"""What a run through a loan's entries shows: what fell due, what each entry did, what is owed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, Protocol

from microloan.charges import Charges
from microloan.clauses import PaymentOrder
from microloan.explain import Explanation
from microloan.ledger import Entry, EntryKind
from microloan.money import InYuan, from_fen, rounded, settle, show
from microloan.payment import Share
from microloan.periods import DayCount
from microloan.replanning import exact_interest
from microloan.schedule import Installment, Stretch, explain_stretch
from microloan.table import columns_of, within
from microloan.terms import LoanTerms


class Cause(Enum):
    """Why something fell due."""

    PLAN = "plan"
    """The plan said so."""
    PREPAYMENT = "prepayment"
    """It was repaid early."""
    ACCELERATION = "acceleration"
    """The lender called in the loan."""
    CLAIM_PAYOUT = "claim_payout"
    """The fund paid."""


@dataclass(slots=True)
class Due:
    """A line of what falls due and how much of it is unpaid: the run's own working line.

    ``bears_from`` is the first day on which it is overdue, should it stay unpaid.
    """

    line: Installment
    number: int
    due_on: date
    bears_from: date
    principal_fen: int
    interest_fen: int
    unpaid_principal_fen: int
    unpaid_interest_fen: int
    cause: Cause = Cause.PLAN

    COLUMNS = columns_of("number due_on principal interest unpaid_principal unpaid_interest cause")

    @property
    def by_payout(self) -> bool:
        """Tell whether the line fell due only because the fund paid."""
        return self.cause is Cause.CLAIM_PAYOUT


_ORDER_RULES: Final = {
    PaymentOrder.BY_COMPONENT: "costs, penalty and compound interest, then interest, then "
    "principal, each oldest first (民法典, art. 561)",
    PaymentOrder.BY_INSTALLMENT: "costs, penalty and compound interest, then the oldest "
    "installment whole, by the contract (民法典, art. 560-561)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What one entry did to the loan, in fen.

    Args:
        entry: the entry.
        principal_fen: what the lender's outstanding principal fell by; a disbursement has it
            negative.
        interest_fen: money for contract interest.
        penalty_fen: money for penalty interest.
        compound_fen: money for compound interest.
        costs_fen: money for costs.
        regained_fen: money received after a write-off.
        excess_fen: money for which nothing was owed; a sound history has none.
        short_fen: what a prepayment lacked to reach the principal; a sound history has none.
        shares: what each installment received.
        order: the order in which money meets what is owed, by the contract.
    """

    entry: Entry
    principal_fen: int
    interest_fen: int = 0
    penalty_fen: int = 0
    compound_fen: int = 0
    costs_fen: int = 0
    regained_fen: int = 0
    excess_fen: int = 0
    short_fen: int = 0
    shares: tuple[Share, ...] = ()
    order: PaymentOrder = PaymentOrder.BY_COMPONENT

    COLUMNS = columns_of(
        within("entry", "number kind on booked_on ref"),
        "principal interest penalty compound costs regained excess short",
    )

    @property
    def charges_fen(self) -> int:
        """Return the money for penalty, compound interest and costs, in fen."""
        return self.penalty_fen + self.compound_fen + self.costs_fen

    def explain(self) -> Explanation:
        """Return what a payment met, in its order; of another act, what the entry states."""
        pays = self.entry.kind.pays
        parts = [
            ("costs", self.costs_fen),
            ("penalty", self.penalty_fen),
            ("compound", self.compound_fen),
            ("interest", self.interest_fen),
            ("principal", self.principal_fen),
        ]
        if not pays:
            stated = self.entry.components.items()
            parts = [(name.removesuffix("_fen"), amount) for name, amount in stated]
        shares = (
            (
                f"no. {share.number}, {share.due_on}",
                (
                    f"interest {show(from_fen(share.interest_fen))}, "
                    f"principal {show(from_fen(share.principal_fen))}"
                ),
            )
            for share in self.shares
        )
        return Explanation(
            title=f"{self.entry.kind.value} {self.entry.ref} of {self.entry.on}: "
            f"{show(self.entry.amount)}",
            steps=(*((name, show(from_fen(part))) for name, part in parts if part), *shares),
            rule=_ORDER_RULES[self.order] if pays else "as the entry states it; no payment",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accrual:
    """应计利息: interest earned by a day and not yet due, and the stretches it comes from."""

    as_of: date
    stretches: tuple[Stretch, ...]
    day_count: DayCount

    accrued = InYuan("accrued_fen", "The interest, rounded half up, in yuan.")

    @property
    def accrued_fen(self) -> int:
        """Return the interest, rounded half up, in fen."""
        return settle(exact_interest(self.stretches))

    def explain(self) -> Explanation:
        """Return why it is what it is."""
        exact = exact_interest(self.stretches)
        return Explanation(
            title=f"accrued by {self.as_of}: {show(self.accrued)}",
            steps=(
                *(step for stretch in self.stretches for step in explain_stretch(stretch)),
                ("exact", f"{rounded(exact / 100, 6)}"),
                ("rounded", f"{show(self.accrued)}, half up to the fen"),
            ),
            rule=f"principal × rate × year fraction ({self.day_count.name}); the day asked about "
            "does not count itself",
        )


class Running(Protocol):
    """A plan under way, which knows what has been earned and has not fallen due."""

    def running_to(self, day: date) -> tuple[Stretch, ...]:
        """Return what has been earned by a day."""

    def charged_early(self, day: date) -> tuple[tuple[Stretch, ...], date]:
        """Return what is charged with principal repaid early, and where interest runs on from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """The run through a loan's entries up to a day.

    Args:
        as_of: the day.
        terms: the terms in force at its end.
        dues: what has fallen due and what will, in order.
        applied: what each entry did.
        running: the plan under way at its end.
        charges: penalty, compound interest and costs.
        written_off_principal_fen: principal written off and not recovered.
        written_off_interest_fen: interest, penalty and costs written off and not recovered.
        pauses: the days that do not count as delinquent.
        ended: the entry that called in or ended the loan, if there is one.
    """

    as_of: date
    terms: LoanTerms
    dues: tuple[Due, ...]
    applied: tuple[Applied, ...]
    running: Running
    charges: Charges
    written_off_principal_fen: int
    written_off_interest_fen: int
    pauses: tuple[tuple[date, date], ...]
    ended: Entry | None

    @property
    def accruing(self) -> tuple[Stretch, ...]:
        """Return the stretches whose interest is earned and not yet due."""
        return self.running.running_to(self.as_of)

    @property
    def charged_early(self) -> tuple[Stretch, ...]:
        """Return the stretches whose interest would fall due if all were repaid on the day."""
        return self.running.charged_early(self.as_of)[0]

    @property
    def outstanding_fen(self) -> int:
        """Return the principal still owed to the lender, in fen."""
        return -sum(effect.principal_fen for effect in self.applied)

    @property
    def subrogated_fen(self) -> int:
        """Return what the fund has paid and not yet recovered, in fen."""
        return sum(_subrogated_fen(effect.entry) for effect in self.applied)

    @property
    def accrual(self) -> Accrual:
        """Return the interest earned and not yet due."""
        return Accrual(as_of=self.as_of, stretches=self.accruing, day_count=self.terms.day_count)

    @property
    def accrued_fen(self) -> int:
        """Return the interest earned and not yet due, rounded half up, in fen."""
        return settle(exact_interest(self.accruing))

    @property
    def early_interest_fen(self) -> int:
        """Return the interest that would fall due if all were repaid on the day, in fen."""
        return settle(exact_interest(self.charged_early))

    @property
    def written_off_fen(self) -> int:
        """Return what was written off and not recovered, in fen."""
        return self.written_off_principal_fen + self.written_off_interest_fen

    def fallen_due(self) -> Iterable[Due]:
        """Yield the lines due on the day or before."""
        return (due for due in self.dues if due.due_on <= self.as_of)


def _subrogated_fen(entry: Entry) -> int:
    if entry.kind is EntryKind.CLAIM_PAYOUT:
        return entry.amount_fen
    return -entry.subrogated_fen
