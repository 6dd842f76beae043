"""半年还款台账, one line of it: one loan, one half-year, money only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from microloan.flows import Flows, flows_in
from microloan.fold import Applied, Fold
from microloan.half_view import HalfView, view_half
from microloan.ledger import Entry
from microloan.money import InYuan
from microloan.table import Card, columns_of
from microloan.terms import LoanTerms
from microloan.window import Half

AMOUNTS: Final = (
    "opening disbursed due_principal due_interest repaid_principal repaid_interest repaid_charges "
    "paid_by_fund recovered written_off regained adjustments adjusted_interest adjusted_charges "
    "adjusted_due closing arrears_principal arrears_interest charges unbilled subrogated"
)
"""The amounts of an account as columns of a table, in the order of the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentAccount(Card):
    """One loan in one half-year: opening, movements, closing, in yuan through its properties.

    The identity holds always, and the closing is the opening of the next half-year::

        opening + disbursed − principal repaid − principal paid by the fund − principal recovered
            − written off ± adjustments = closing

    Args:
        half: the half-year; entries belong to it by the day they are booked on.
        first_day: its first day 期初日.
        last_day: its last day 期末日.
        through: the number of the last entry that was known when the account was read.
        opening_fen: principal owed to the lender before the half-year.
        disbursed_fen: principal paid out in it.
        due_principal_fen: principal that fell due in it.
        due_interest_fen: contract interest that fell due in it.
        repaid_principal_fen: principal repaid in it.
        repaid_interest_fen: contract interest paid in it.
        repaid_charges_fen: penalty, compound interest and costs paid in it.
        paid_by_fund_fen: principal paid by the fund in it.
        recovered_fen: principal recovered for the lender in it.
        written_off_fen: principal written off in it.
        regained_fen: money booked in it that came after a write-off, when no principal was left.
        adjustments_fen: the change of principal by facts of earlier half-years booked in this one.
        adjusted_interest_fen: the change of interest paid by such facts.
        adjusted_charges_fen: the change of penalty, compound interest and costs paid by them.
        adjusted_due_fen: the change of what had fallen due before the half-year, by them.
        closing_fen: principal owed to the lender at its end.
        arrears_principal_fen: principal overdue at its end.
        arrears_interest_fen: contract interest overdue at its end.
        charges_fen: penalty, compound interest and costs unpaid at its end.
        unbilled_fen: interest earned at its end and not yet due. The day on which a stretch begins
            counts, the day that closes it does not; so the last day itself is the next half-year's.
        subrogated_fen: what the fund paid and has not recovered at its end.
    """

    half: Half
    first_day: date
    last_day: date
    through: int
    opening_fen: int
    disbursed_fen: int
    due_principal_fen: int
    due_interest_fen: int
    repaid_principal_fen: int
    repaid_interest_fen: int
    repaid_charges_fen: int
    paid_by_fund_fen: int
    recovered_fen: int
    written_off_fen: int
    regained_fen: int
    adjustments_fen: int
    adjusted_interest_fen: int
    adjusted_charges_fen: int
    adjusted_due_fen: int
    closing_fen: int
    arrears_principal_fen: int
    arrears_interest_fen: int
    charges_fen: int
    unbilled_fen: int
    subrogated_fen: int

    opening = InYuan("opening_fen", "Principal owed to the lender before the half-year, in yuan.")
    disbursed = InYuan("disbursed_fen", "Principal paid out in the half-year, in yuan.")
    due = InYuan("due_fen", "Principal and interest that fell due in the half-year, in yuan.")
    repaid = InYuan("repaid_fen", "Principal and interest repaid in the half-year, in yuan.")
    repaid_principal = InYuan("repaid_principal_fen", "Principal repaid in the half-year, in yuan.")
    repaid_interest = InYuan("repaid_interest_fen", "Interest paid in the half-year, in yuan.")
    paid_by_fund = InYuan(
        "paid_by_fund_fen", "Principal paid by the fund in the half-year, in yuan."
    )
    recovered = InYuan(
        "recovered_fen", "Principal recovered for the lender in the half-year, in yuan."
    )
    repaid_charges = InYuan(
        "repaid_charges_fen", "Penalty, compound interest and costs paid, in yuan."
    )
    written_off = InYuan("written_off_fen", "Principal written off in the half-year, in yuan.")
    regained = InYuan("regained_fen", "Money received after a write-off, in yuan.")
    charges = InYuan(
        "charges_fen", "Penalty, compound interest and costs unpaid at the end, in yuan."
    )
    adjustments = InYuan("adjustments_fen", "Change of principal by facts booked late, in yuan.")
    closing = InYuan("closing_fen", "Principal owed to the lender at the end, in yuan.")
    adjusted_interest = InYuan("adjusted_interest_fen", "Change of interest paid, in yuan.")
    adjusted_charges = InYuan("adjusted_charges_fen", "Change of charges paid, in yuan.")
    adjusted_due = InYuan("adjusted_due_fen", "Change of what fell due before, in yuan.")
    arrears = InYuan("arrears_fen", "Principal and contract interest overdue at the end, in yuan.")
    unbilled = InYuan(
        "unbilled_fen", "Interest earned before the last day and not yet due, in yuan."
    )
    subrogated = InYuan(
        "subrogated_fen", "What the fund paid and has not recovered at the end, in yuan."
    )

    COLUMNS = columns_of("half first_day last_day", AMOUNTS, "through")

    @property
    def due_fen(self) -> int:
        """Return principal and interest that fell due in the half-year, in fen."""
        return self.due_principal_fen + self.due_interest_fen

    @property
    def repaid_fen(self) -> int:
        """Return principal and interest repaid in the half-year, in fen."""
        return self.repaid_principal_fen + self.repaid_interest_fen

    @property
    def arrears_fen(self) -> int:
        """Return principal and contract interest overdue at the end, in fen."""
        return self.arrears_principal_fen + self.arrears_interest_fen

    @property
    def expected_closing_fen(self) -> int:
        """Return what the closing must be by the identity, in fen."""
        return (
            self.opening_fen
            + self.disbursed_fen
            - self.repaid_principal_fen
            - self.paid_by_fund_fen
            - self.recovered_fen
            - self.written_off_fen
            + self.adjustments_fen
        )

    @property
    def balances(self) -> bool:
        """Tell whether the identity holds."""
        return self.expected_closing_fen == self.closing_fen

    @property
    def idle(self) -> bool:
        """Tell whether the loan is off the book: nothing opened, moved or is still owed."""
        return not any(
            (
                self.opening_fen,
                self.disbursed_fen,
                self.repaid_fen,
                self.adjustments_fen,
                self.adjusted_interest_fen,
                self.adjusted_charges_fen,
                self.adjusted_due_fen,
                self.closing_fen,
                self.arrears_fen,
                self.charges_fen,
                self.repaid_charges_fen,
                self.recovered_fen,
                self.written_off_fen,
                self.regained_fen,
                self.subrogated_fen,
            )
        )


def account_of(
    terms: LoanTerms, entries: Sequence[Entry], half: Half, *, through: int | None = None
) -> RepaymentAccount:
    """Return a loan's account of a half-year, as far as known at an entry.

    An entry belongs to the half-year in which it is booked. One whose business date lies before the
    half-year is a late fact: what it changes is the account's own line, *adjustments* (decision
    005).

    Args:
        terms: what was agreed.
        entries: the loan's entries.
        half: the half-year, of the calendar or counted from the disbursement (decision 037).
        through: the last entry that was known; by default all are.

    Raises:
        InvalidHistory: ``through`` names no entry.
        InvalidTerms: ``half`` is neither a :class:`HalfYear` nor an :class:`Anniversary`.
    """
    view = view_half(terms, entries, half, through=through)
    return account_in(view, half, flows_in(view))


def account_in(view: HalfView, half: Half, flows: Flows) -> RepaymentAccount:
    """Return the account that a view of a half-year and what moved in it make."""
    opened, closed, late = view.opened, view.closed, view.late
    fallen = list(view.fallen_due)
    return RepaymentAccount(
        half=half,
        first_day=view.window.first_day,
        last_day=view.window.last_day,
        through=view.through,
        opening_fen=opened.outstanding_fen,
        disbursed_fen=flows.disbursed_fen,
        due_principal_fen=flows.due_principal_fen,
        due_interest_fen=flows.due_interest_fen,
        repaid_principal_fen=flows.repaid_principal_fen,
        repaid_interest_fen=flows.repaid_interest_fen,
        repaid_charges_fen=flows.repaid_charges_fen,
        paid_by_fund_fen=flows.paid_by_fund_fen,
        recovered_fen=flows.recovered_fen,
        written_off_fen=flows.written_off_fen,
        regained_fen=flows.regained_fen,
        adjustments_fen=flows.adjustments_fen,
        adjusted_interest_fen=_interest_paid_fen(late) - _interest_paid_fen(opened.applied),
        adjusted_charges_fen=_charges_paid_fen(late) - _charges_paid_fen(opened.applied),
        adjusted_due_fen=_due_before_fen(closed, view) - _due_before_fen(opened, view),
        closing_fen=closed.outstanding_fen,
        arrears_principal_fen=sum(line.unpaid_principal_fen for line in fallen),
        arrears_interest_fen=sum(line.unpaid_interest_fen for line in fallen),
        charges_fen=closed.charges.unpaid_fen,
        unbilled_fen=closed.accrued_fen,
        subrogated_fen=closed.subrogated_fen,
    )


def _interest_paid_fen(effects: Iterable[Applied]) -> int:
    return sum(effect.interest_fen for effect in effects if effect.entry.kind.pays)


def _charges_paid_fen(effects: Iterable[Applied]) -> int:
    return sum(effect.charges_fen for effect in effects if effect.entry.kind.pays)


def _due_before_fen(fold: Fold, view: HalfView) -> int:
    """Return what had fallen due before a half-year, in fen."""
    before = (due for due in fold.dues if due.due_on < view.window.first_day)
    return sum(due.principal_fen + due.interest_fen for due in before)
