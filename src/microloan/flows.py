"""本期发生额: what moved on a loan within some days of a half-year, money only."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from microloan.fold import Applied
from microloan.half_view import HalfView
from microloan.ledger import EntryKind
from microloan.money import InYuan


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """本期发生额: the movements of a loan, or of several, within some days of a half-year.

    Flows of adjoining days add up; what stands at a day's end, such as arrears, is no flow.

    Args:
        disbursed_fen: principal paid out.
        due_principal_fen: principal that fell due.
        due_interest_fen: contract interest that fell due.
        repaid_principal_fen: principal repaid.
        prepaid_fen: of it, principal repaid before it fell due.
        repaid_interest_fen: contract interest paid.
        repaid_charges_fen: penalty, compound interest and costs paid.
        paid_by_fund_fen: principal paid by the fund.
        recovered_fen: principal recovered for the lender.
        written_off_fen: principal written off.
        regained_fen: money that came after a write-off.
        adjustments_fen: the change of principal by facts of earlier half-years.
    """

    disbursed_fen: int = 0
    due_principal_fen: int = 0
    due_interest_fen: int = 0
    repaid_principal_fen: int = 0
    prepaid_fen: int = 0
    repaid_interest_fen: int = 0
    repaid_charges_fen: int = 0
    paid_by_fund_fen: int = 0
    recovered_fen: int = 0
    written_off_fen: int = 0
    regained_fen: int = 0
    adjustments_fen: int = 0

    net = InYuan("net_fen", "What principal owed to the lender rose by, in yuan.")

    def plus(self, other: "Flows") -> "Flows":
        """Return these movements and others together."""
        return Flows(**{name: getattr(self, name) + getattr(other, name) for name in NAMES})

    @property
    def net_fen(self) -> int:
        """Return what principal owed to the lender rose by, in fen."""
        return (
            self.disbursed_fen
            - self.repaid_principal_fen
            - self.paid_by_fund_fen
            - self.recovered_fen
            - self.written_off_fen
            + self.adjustments_fen
        )


NAMES: Final = tuple(field.name for field in fields(Flows))
"""The movements by name."""


def flows_in(view: HalfView) -> Flows:
    """Return all that moved in a half-year, with what facts of earlier ones changed."""
    return adjusting(view, flows_within(view, view.window.first_day, view.window.last_day))


def adjusting(view: HalfView, moved: Flows) -> Flows:
    """Return movements with what late facts changed: principal, and money after a write-off."""
    opened, late = view.opened.applied, view.late
    adjustments = _all_principal_fen(opened) - _all_principal_fen(late)
    regained = _regained_fen(late) - _regained_fen(opened)
    if not adjustments and not regained:
        return moved
    return moved.plus(Flows(adjustments_fen=adjustments, regained_fen=regained))


def flows_within(view: HalfView, since: date, until: date) -> Flows:
    """Return what moved within some days of a half-year, by business date.

    Args:
        view: what was known of the loan.
        since: the first day, within the half-year.
        until: the last day, within the half-year.
    """
    moved = view.moved(since, until)
    repaid = [one for one in moved if one.entry.kind.pays]
    due = [line for line in view.closed.dues if since <= line.due_on <= until]
    return Flows(
        disbursed_fen=-_principal_fen(moved, EntryKind.DISBURSEMENT),
        due_principal_fen=sum(line.principal_fen for line in due),
        due_interest_fen=sum(line.interest_fen for line in due),
        repaid_principal_fen=_all_principal_fen(repaid),
        prepaid_fen=sum(map(_prepaid_fen, repaid)),
        repaid_interest_fen=sum(one.interest_fen for one in repaid),
        repaid_charges_fen=sum(one.charges_fen for one in repaid),
        paid_by_fund_fen=_principal_fen(moved, EntryKind.CLAIM_PAYOUT),
        recovered_fen=_principal_fen(moved, EntryKind.RECOVERY),
        written_off_fen=_principal_fen(moved, EntryKind.WRITE_OFF),
        regained_fen=_regained_fen(moved),
    )


def _principal_fen(effects: Iterable[Applied], kind: EntryKind) -> int:
    return sum(one.principal_fen for one in effects if one.entry.kind is kind)


def _all_principal_fen(effects: Iterable[Applied]) -> int:
    return sum(one.principal_fen for one in effects)


def _regained_fen(effects: Iterable[Applied]) -> int:
    return sum(one.regained_fen for one in effects)


def _prepaid_fen(payment: Applied) -> int:
    """Return what of a payment's principal met none that had fallen due, in fen."""
    return payment.principal_fen - sum(share.principal_fen for share in payment.shares)
