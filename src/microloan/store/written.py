"""What one unit of work has written since the last commit, and the acts two aggregates share."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from microloan.fund import GuaranteeFund
from microloan.loan import Loan
from microloan.store.act_key import ActKey
from microloan.store.pairs import Pairs

ADMISSION: Final = "admission"
"""The act by which a loan enters the book, with or without a guarantee."""
OPENING: Final = "fund"
"""The act by which a fund enters the book."""


class Mark(NamedTuple):
    """How far it has come: how many keys, and how many sides of shared acts."""

    keys: int
    sides: int


@dataclass(slots=True)
class Written:
    """The keys of the acts that were written, and the acts that need both sides."""

    keys: list[ActKey] = field(default_factory=list)
    pairs: Pairs = field(default_factory=Pairs)

    def add(self, of: str, kind: str, ref: str) -> None:
        """Note an act by its key."""
        self.keys.append(ActKey(of, kind, ref))

    def of_fund(self, fund: GuaranteeFund, after: int) -> None:
        """Note the entries of a fund after a number."""
        self.keys += [ActKey(fund.id, line.kind.value, line.ref) for line in fund.entries[after:]]
        self.pairs.of_fund(fund, after)

    def of_loan(self, loan: Loan, after: int) -> None:
        """Note the entries of a loan after a number."""
        self.keys += [ActKey(loan.id, line.kind.value, line.ref) for line in loan.entries[after:]]
        self.pairs.of_loan(loan, after)

    def mark(self) -> Mark:
        """Return how far it has come, to go back to if what follows is taken back."""
        return Mark(len(self.keys), len(self.pairs.sides))

    def back_to(self, mark: Mark) -> None:
        """Forget what was noted since a mark."""
        del self.keys[mark.keys :]
        del self.pairs.sides[mark.sides :]
