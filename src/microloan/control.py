"""结账控制表: the control sheet of a closed half-year: what must agree before it is signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from microloan.account import RepaymentAccount
from microloan.errors import PeriodNotOver, PreviousPeriodOpen
from microloan.frozen_line import FrozenLine
from microloan.halfyear import total_lines
from microloan.ledger_totals import LedgerTotals
from microloan.money import InYuan
from microloan.periods import HalfYear
from microloan.table import Card, columns_of
from microloan.window import calendar_half


class ControlCheck(Enum):
    """What a control sheet checks."""

    EACH_LINE_BALANCES = "each_line_balances"
    """逐户平衡: opening and movements make the closing of every loan."""
    TOTALS_BALANCE = "totals_balance"
    """合计平衡: opening and movements make the closing of the book."""
    EACH_OPENING_FOLLOWS = "each_opening_follows"
    """逐户衔接: the opening of every loan is its closing of the half-year before."""
    BOOK_OPENING_FOLLOWS = "book_opening_follows"
    """总账衔接: the opening of the book is its closing of the half-year before."""
    LOANS_ADD_UP = "loans_add_up"
    """笔数平衡: loans brought forward and opened, less those settled, are those carried."""

    @property
    def zh(self) -> str:
        """Return the check in Chinese."""
        return _ZH[self]


_ZH: Final = {
    ControlCheck.EACH_LINE_BALANCES: "逐户平衡",
    ControlCheck.TOTALS_BALANCE: "合计平衡",
    ControlCheck.EACH_OPENING_FOLLOWS: "逐户期初与上期期末衔接",
    ControlCheck.BOOK_OPENING_FOLLOWS: "总账期初与上期期末衔接",
    ControlCheck.LOANS_ADD_UP: "贷款笔数平衡",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSheet(Card):
    """结账控制表: totals, the numbers of loans, and whether everything agrees.

    Loans are counted by the principal they owe to lenders.

    Args:
        half: the half-year.
        totals: the sums of all accounts.
        previous_fen: the closing of the half-year before; 0 where none was closed before.
        carried_before: how many loans the half-year before carried on.
        brought_forward: loans that owed principal before the half-year.
        opened: loans that owed none before and had some paid out in it, or booked late.
        settled: of all these, those that owe none at its end.
        carried: loans that owe principal at its end.
        broken: loans whose opening and movements do not make the closing.
        gaps: loans whose opening is not their closing of the half-year before.
        anchor: one hash over the heads of all chains of the book, to keep elsewhere.
    """

    half: HalfYear
    totals: LedgerTotals
    previous_fen: int
    carried_before: int
    brought_forward: int
    opened: int
    settled: int
    carried: int
    broken: tuple[str, ...]
    gaps: tuple[str, ...]
    anchor: str

    previous = InYuan("previous_fen", "The closing of the half-year before, in yuan.")

    COLUMNS = columns_of(
        "half loans=totals.loans previous carried_before brought_forward opened settled carried",
        "opening=totals.opening_fen closing=totals.closing_fen broken gaps failed_checks=failed",
        "anchor",
    )

    @property
    def failed(self) -> tuple[ControlCheck, ...]:
        """Return the checks that do not hold; a sound book has none."""
        loans = self.brought_forward + self.opened - self.settled
        follows = self.carried_before == self.brought_forward
        held = {
            ControlCheck.EACH_LINE_BALANCES: not self.broken,
            ControlCheck.TOTALS_BALANCE: self.totals.balances,
            ControlCheck.EACH_OPENING_FOLLOWS: not self.gaps,
            ControlCheck.BOOK_OPENING_FOLLOWS: self.previous_fen == self.totals.opening_fen,
            ControlCheck.LOANS_ADD_UP: loans == self.carried and follows,
        }
        return tuple(check for check, holds in held.items() if not holds)


def control_lines(
    half: HalfYear,
    lines: Iterable[FrozenLine],
    *,
    previous: Mapping[str, int],
    anchor: str,
) -> ControlSheet:
    """Return the control sheet of what a closing keeps.

    Args:
        half: the half-year.
        lines: what is kept of each loan.
        previous: what each loan owed at the end of the half-year closed before, in fen; empty where
            none was.
        anchor: one hash over the heads of all chains of the book.
    """
    listed = list(lines)
    accounts = {line.loan_id: line.account for line in listed}
    openings = {loan_id: account.opening_fen for loan_id, account in accounts.items()}
    everybody = sorted(openings.keys() | previous.keys())
    gone = [name for name in everybody if openings.get(name, 0) != previous.get(name, 0)]
    opened = [one for one in accounts.values() if not one.opening_fen and _lent(one)]
    ended = [one for one in accounts.values() if not one.closing_fen]
    return ControlSheet(
        half=half,
        totals=total_lines(listed),
        previous_fen=sum(previous.values()),
        carried_before=sum(map(bool, previous.values())),
        brought_forward=sum(map(bool, openings.values())),
        opened=len(opened),
        settled=sum(one.opening_fen > 0 or _lent(one) for one in ended),
        carried=sum(one.closing_fen > 0 for one in accounts.values()),
        broken=tuple(name for name, account in accounts.items() if not account.balances),
        gaps=tuple(gone),
        anchor=anchor,
    )


def _lent(account: RepaymentAccount) -> bool:
    """Tell whether principal came onto the book in the half-year."""
    return account.disbursed_fen > 0 or account.adjustments_fen > 0


def require_closable(half: HalfYear, *, on: date, open_since: HalfYear | None) -> None:
    """Refuse to close a half-year that is not over, or after one that is still open.

    Args:
        half: the half-year to close.
        on: the day of closing.
        open_since: the earliest half-year of the book that is still open; ``None`` for an empty
            book.

    Raises:
        InvalidTerms: no :class:`HalfYear`; a book is closed by the calendar.
        PeriodNotOver: the half-year has not ended on that day.
        PreviousPeriodOpen: an earlier one is open.
    """
    if on <= calendar_half(half).last_day:
        raise PeriodNotOver(
            f"{half} ends on {half.last_day}; it cannot be closed on {on}",
            zh=f"{half} 于 {half.last_day} 结束，{on} 不能结账",
            value=on,
            limit=half.last_day,
        )
    if open_since is not None and open_since < half:
        raise PreviousPeriodOpen(
            f"{half} cannot be closed while {open_since} is open",
            zh=f"{open_since} 尚未结账，不能先结 {half}",
            value=half,
            limit=open_since,
        )
