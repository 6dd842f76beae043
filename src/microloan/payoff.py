"""提前结清: what repays a loan whole on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from microloan.course import run_through
from microloan.explain import Explanation
from microloan.ledger import Entry
from microloan.money import InYuan, from_fen, show
from microloan.periods import plain_date
from microloan.table import Card, columns_of
from microloan.terms import LoanTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Payoff(Card):
    """What repays a loan whole on a day, part by part; what was paid that day is taken off.

    Args:
        on: the day.
        principal_fen: the principal outstanding, due or not.
        arrears_interest_fen: contract interest that fell due and is unpaid.
        early_interest_fen: interest of the running period, as far as the contract charges it.
        penalty_fen: penalty interest.
        compound_fen: compound interest.
        costs_fen: costs.
    """

    on: date
    principal_fen: int
    arrears_interest_fen: int
    early_interest_fen: int
    penalty_fen: int
    compound_fen: int
    costs_fen: int
    rule: str

    principal = InYuan("principal_fen", "The principal outstanding, in yuan.")
    interest = InYuan("interest_fen", "Contract interest, due or running, in yuan.")
    penalty = InYuan("penalty_fen", "Penalty interest, in yuan.")
    compound = InYuan("compound_fen", "Compound interest, in yuan.")
    costs = InYuan("costs_fen", "Costs, in yuan.")
    total = InYuan("total_fen", "All of it, in yuan.")

    COLUMNS = columns_of(
        "on principal arrears_interest early_interest penalty compound costs total rule",
    )

    @property
    def interest_fen(self) -> int:
        """Return contract interest, due or running, in fen."""
        return self.arrears_interest_fen + self.early_interest_fen

    @property
    def total_fen(self) -> int:
        """Return all of it, in fen."""
        charges = self.penalty_fen + self.compound_fen + self.costs_fen
        return self.principal_fen + self.interest_fen + charges

    def explain(self) -> Explanation:
        """Return what the amount is made of."""
        parts = (
            ("principal", self.principal_fen),
            ("interest in arrears", self.arrears_interest_fen),
            ("running interest", self.early_interest_fen),
            ("penalty", self.penalty_fen),
            ("compound", self.compound_fen),
            ("costs", self.costs_fen),
        )
        return Explanation(
            title=f"payoff on {self.on}: {show(self.total)}",
            steps=tuple((name, show(from_fen(part))) for name, part in parts if part),
            rule=self.rule,
        )


def payoff_of(terms: LoanTerms, entries: Sequence[Entry], *, on: date) -> Payoff:
    """Return what repays a loan whole on a day.

    Raises:
        InvalidDate: not a plain date.
    """
    fold = run_through(terms, entries, as_of=plain_date(on, "a payoff"))
    return Payoff(
        on=on,
        principal_fen=fold.outstanding_fen,
        arrears_interest_fen=sum(due.unpaid_interest_fen for due in fold.fallen_due()),
        early_interest_fen=fold.early_interest_fen,
        penalty_fen=fold.charges.penalty_fen,
        compound_fen=fold.charges.compound_fen,
        costs_fen=fold.charges.costs_fen,
        rule=f"interest {fold.terms.early_interest.value.replace('_', ' ')} (民法典, art. 677)",
    )
