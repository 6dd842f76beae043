"""基金变动: what changes day by day in what a fund has, stands behind and has promised."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple, TypeAlias

from microloan.approval import standing_approvals
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntry
from microloan.history import standing
from microloan.ledger import Entry, EntryKind
from microloan.loan import Loan
from microloan.portfolio import guaranteed_by

Paid: TypeAlias = tuple[date, int]
"""A day, and what was paid out of a loan on it, in fen."""


class FundChange(NamedTuple):
    """What happens on a day to what a fund has and stands behind, net, in fen."""

    balance_fen: int = 0
    exposure_fen: int = 0
    covered_fen: int = 0
    committed_fen: int = 0

    def plus(self, other: "FundChange") -> "FundChange":
        """Return two changes together."""
        balance, exposure, covered, committed = self
        more_balance, more_exposure, more_covered, more_committed = other
        return FundChange(
            balance + more_balance,
            exposure + more_exposure,
            covered + more_covered,
            committed + more_committed,
        )


def fund_changes(
    fund: GuaranteeFund, loans: Iterable[Loan], *, approvals: Iterable[FundEntry] | None = None
) -> dict[date, FundChange]:
    """Return what changes on each day for a fund: money, exposure and commitments, net.

    Args:
        fund: the fund.
        loans: the loans; those it does not guarantee do not count.
        approvals: the entries that approve and release, by default the fund's own.

    Raises:
        InvalidTerms, LoanGivenTwice: as :func:`microloan.portfolio.loans_by_id`.
    """
    mine = guaranteed_by(loans, fund.id, of="a leverage", of_zh="放大倍数")
    days: dict[date, FundChange] = defaultdict(FundChange)
    for line in fund.standing:
        days[line.on] = days[line.on].plus(FundChange(balance_fen=line.effect_fen))
    for loan in mine:
        for step in loan.exposure_steps():
            moved = FundChange(0, step.exposure_fen, step.covered_fen)
            days[step.on] = days[step.on].plus(moved)
    lines = fund.entries if approvals is None else approvals
    for on, change in commitment_steps(lines, mine):
        days[on] = days[on].plus(FundChange(committed_fen=change))
    return {on: change for on, change in sorted(days.items()) if any(change)}


def commitment_steps(
    entries: Iterable[FundEntry], loans: Iterable[Loan]
) -> Iterator[tuple[date, int]]:
    """Yield how what was approved and not yet paid out changes, day by day, in fen.

    A commitment counts from its day until it lapses or is released; what is paid out of the loan
    from that day on is no longer committed.
    """
    lines = tuple(entries)
    asked = {line.loan_id for line in lines}
    paid = {loan.id: list(paid_out(loan)) for loan in loans if loan.id in asked}
    yield from open_steps(lines, paid)


def open_steps(
    entries: Iterable[FundEntry], paid: Mapping[str, Iterable[Paid]]
) -> Iterator[tuple[date, int]]:
    """Yield what :func:`commitment_steps` does, from what was paid out under each number."""
    for approval in standing_approvals(entries):
        line = approval.line
        yield from _open_part(line, approval.end, sorted(paid.get(line.loan_id, ())))


def _open_part(line: FundEntry, end: date, parts: Iterable[Paid]) -> Iterator[tuple[date, int]]:
    if end <= line.on:
        return
    left = line.amount_fen
    yield line.on, left
    for on, part in parts:
        if line.on <= on < end and left:
            used = min(part, left)
            left -= used
            yield on, -used
    if left:
        yield end, -left


def paid_out(loan: Loan) -> Iterator[Paid]:
    """Yield what was paid out of a loan and not undone, part by part."""
    yield from paid_by(loan.entries)


def paid_by(entries: Iterable[Entry]) -> Iterator[Paid]:
    """Yield what some entries of a loan paid out and did not undo, part by part."""
    for entry in standing(tuple(entries)):
        if entry.kind is EntryKind.DISBURSEMENT:
            yield entry.on, entry.principal_fen
