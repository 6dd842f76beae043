"""冲还: how money received is set against what is owed, in the order that the contract names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from microloan.charges import Charges
from microloan.clauses import PaymentOrder


class Payable(Protocol):
    """A due line that money can be set against."""

    number: int
    due_on: date
    unpaid_principal_fen: int
    unpaid_interest_fen: int


class Share(NamedTuple):
    """What one installment received of a payment, in fen."""

    number: int
    due_on: date
    interest_fen: int
    principal_fen: int


@dataclass(slots=True)
class Allocation:
    """What money met, in fen; what is left over is ``left_fen``."""

    left_fen: int
    costs_fen: int = 0
    penalty_fen: int = 0
    compound_fen: int = 0
    interest_fen: int = 0
    principal_fen: int = 0
    shares: dict[int, Share] = field(default_factory=dict)

    def take(self, owed_fen: int) -> int:
        """Take what is owed, or what is left, out of the money; return how much it was."""
        part = min(self.left_fen, owed_fen)
        self.left_fen -= part
        return part

    def meet_charges(self, charges: Charges, *, costs: bool = True) -> None:
        """Meet costs, then penalty and compound interest."""
        if costs:
            self.costs_fen = self.take(charges.costs_fen)
            charges.costs_fen -= self.costs_fen
        self.penalty_fen = self.take(charges.penalty_fen)
        charges.paid_penalty_fen += self.penalty_fen
        self.compound_fen = self.take(charges.compound_fen)
        charges.paid_compound_fen += self.compound_fen

    def meet(self, dues: Iterable[Payable], *, interest: bool, principal: bool) -> None:
        """Meet due lines, oldest first; of each, interest before principal."""
        for due in dues:
            if not self.left_fen:
                return
            interest_fen = self.take(due.unpaid_interest_fen) if interest else 0
            principal_fen = self.take(due.unpaid_principal_fen) if principal else 0
            if not interest_fen and not principal_fen:
                continue
            due.unpaid_interest_fen -= interest_fen
            due.unpaid_principal_fen -= principal_fen
            self.interest_fen += interest_fen
            self.principal_fen += principal_fen
            self._note(due, interest_fen, principal_fen)

    def _note(self, due: Payable, interest_fen: int, principal_fen: int) -> None:
        """Note what a line received, in one share however often it received something."""
        before = self.shares.get(due.number)
        if before is not None:
            interest_fen += before.interest_fen
            principal_fen += before.principal_fen
        self.shares[due.number] = Share(due.number, due.due_on, interest_fen, principal_fen)


def allocate(
    money_fen: int, dues: Sequence[Payable], charges: Charges, order: PaymentOrder
) -> Allocation:
    """Set money against costs, penalty, compound interest and due lines, and mark them as paid."""
    met = Allocation(money_fen)
    if not charges.none:
        met.meet_charges(charges)
    if len(dues) > 1 and order is PaymentOrder.BY_COMPONENT:  # of one line interest comes first
        met.meet(dues, interest=True, principal=False)
        met.meet(dues, interest=False, principal=True)
    else:
        met.meet(dues, interest=True, principal=True)
    return met
