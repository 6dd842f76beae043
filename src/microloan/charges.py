"""罚息、复利与费用: what a loan in default bears besides its interest, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final, Protocol

from microloan.dated import Dated
from microloan.money import settle
from microloan.penalty import Compounding, PenaltyRate, charge_of
from microloan.terms import LoanTerms

_NOTHING: Final = Fraction(0)
_NOT_AGREED: Final = Compounding.NONE  # every act of every loan asks


class Unpaid(Protocol):
    """A due line of which principal or interest may be unpaid."""

    bears_from: date
    unpaid_principal_fen: int
    unpaid_interest_fen: int


@dataclass(slots=True)
class Charges:
    """The running sums of penalty interest, compound interest and costs: a fold's working state.

    Penalty and compound interest are kept exact; what is payable of them on a day is rounded once,
    so that paying them in parts changes nothing.

    Args:
        since: the day up to which they are computed.
    """

    since: date
    penalty: Fraction = _NOTHING
    compound: Fraction = _NOTHING
    costs_fen: int = 0
    paid_penalty_fen: int = 0
    paid_compound_fen: int = 0
    misused_fen: int = 0
    due_in_full_on: date | None = field(default=None)

    @property
    def penalty_fen(self) -> int:
        """Return the penalty interest that is payable and unpaid, in fen."""
        return settle(self.penalty) - self.paid_penalty_fen

    @property
    def compound_fen(self) -> int:
        """Return the compound interest that is payable and unpaid, in fen."""
        return settle(self.compound) - self.paid_compound_fen

    @property
    def unpaid_fen(self) -> int:
        """Return penalty, compound interest and costs that are unpaid, in fen."""
        return self.penalty_fen + self.compound_fen + self.costs_fen

    @property
    def none(self) -> bool:
        """Tell whether there never was any: most loans."""
        return not self.costs_fen and self.penalty is self.compound is _NOTHING

    @staticmethod
    def may_grow(terms: LoanTerms) -> bool:
        """Tell whether the terms let an overdue or misused yuan bear anything."""
        agreed = terms.penalty is not None or terms.misuse is not None
        return agreed or terms.compounding is not _NOT_AGREED

    def clear(self) -> tuple[int, int]:
        """Let nothing be owed any more; return penalty with compound interest, and costs."""
        penalty, costs = self.penalty_fen + self.compound_fen, self.costs_fen
        self.paid_penalty_fen += self.penalty_fen
        self.paid_compound_fen += self.compound_fen
        self.costs_fen = self.misused_fen = 0
        return penalty, costs

    def run_to(
        self, until: date, dues: Sequence[Unpaid], outstanding_fen: int, terms: LoanTerms
    ) -> None:
        """Add what the days up to a day bear; nothing was paid between the two."""
        start, self.since = self.since, max(self.since, until)
        if until <= start:
            return
        unpaid = [due for due in dues if due.unpaid_principal_fen or due.unpaid_interest_fen]
        matured = self.due_in_full_on or terms.matures_on
        cuts = {start, until, *(due.bears_from for due in unpaid), matured}
        for dated in (terms.penalty, terms.misuse):
            cuts |= set(dated.changes(start, until)) if dated else set()
        for opens, closes in pairwise(sorted(day for day in cuts if start <= day <= until)):
            late = [due for due in unpaid if due.bears_from <= opens]
            overdue = sum(due.unpaid_principal_fen for due in late)
            self.penalty += self._penalty(terms, overdue, outstanding_fen, opens, closes)
            interest = sum(due.unpaid_interest_fen for due in late)
            self.compound += interest * _compound_rate(terms, opens, closes, late=opens >= matured)

    def _penalty(
        self, terms: LoanTerms, overdue: int, outstanding: int, opens: date, closes: date
    ) -> Fraction:
        """Return the penalty of some days: for misuse or lateness, the heavier, never both.

        Misused principal is taken to fall overdue first. While it is not overdue it bears the
        contract rate in the plan, so that only what exceeds that is penalty.
        """
        misused = min(self.misused_fen, outstanding)
        both = min(misused, overdue)
        for_lateness = _charge(terms.penalty, terms, opens, closes)
        for_misuse = _charge(terms.misuse, terms, opens, closes) if misused else _NOTHING
        contract = Fraction(terms.annual_rate) * terms.day_count.daily(opens, closes)
        return (
            both * max(for_lateness, for_misuse)
            + (overdue - both) * for_lateness
            + (misused - both) * max(for_misuse - contract, _NOTHING)
        )


def _charge(
    agreed: Dated[PenaltyRate] | None, terms: LoanTerms, opens: date, closes: date
) -> Fraction:
    if agreed is None:
        return _NOTHING
    return charge_of(agreed, terms.annual_rate, terms.day_count, opens, closes)


def _compound_rate(terms: LoanTerms, opens: date, closes: date, *, late: bool) -> Fraction:
    """Return what one fen of unpaid interest bears: the contract rate, after maturity penalty."""
    if terms.compounding is Compounding.NONE:
        return _NOTHING
    if late and terms.penalty is not None:
        return _charge(terms.penalty, terms, opens, closes)
    return Fraction(terms.annual_rate) * terms.day_count.daily(opens, closes)
