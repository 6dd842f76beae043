"""半年还款台账: the half-year ledger of a book, its lines, its totals and its identity."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Final

from microloan.account import AMOUNTS, RepaymentAccount, account_in
from microloan.assignment import Assignment
from microloan.category import Category
from microloan.clearing import TreasuryPayment
from microloan.flows import flows_in
from microloan.frozen_line import FrozenLine
from microloan.grade import Grade, grade_of_days
from microloan.half_view import view_half
from microloan.ledger_notes import LedgerNotes, LineSubsidy, note_all
from microloan.ledger_totals import LedgerTotals
from microloan.loan import Loan
from microloan.money import InYuan
from microloan.naming import refused_terms
from microloan.periods import HalfYear
from microloan.policy import Policy
from microloan.portfolio import loans_by_id
from microloan.request import SubsidyRequest
from microloan.schedule import Installment
from microloan.stay import Stay, stays_of
from microloan.subsidy_line import SubsidyLine
from microloan.table import Table, Tabular, columns_of, tabulate, within
from microloan.tracking import Concern, Watch
from microloan.visit import FollowUpVisit
from microloan.window import Half

_READ: Final = (
    *("account_number", "borrower", "lender", "opening", "due_principal", "due_interest"),
    *("repaid_principal", "repaid_interest", "paid_by_fund", "closing", "days_past_due"),
    *("business_state", "concerns"),
)
_ALL_KNOWN: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One loan in the half-year ledger: who, the account, and what an officer wants to know.

    Args:
        loan_id: the loan.
        borrower: who owes.
        category: what the law asks about the borrower.
        disbursed_on: the day of lending.
        account: the money of the half-year.
        days_past_due: days since the oldest unpaid due date at its end.
        prepaid_fen: of the principal repaid, what had not fallen due.
        remaining: the plan of what falls due after it, as then known.
        stays: with whom the loan was, one after the other; the last one holds at the end.
        subsidy: what the treasury was to bear and paid; ``None`` where nothing was handed in.
        visit: the last visit booked by its end; ``None`` where none is known.
        concerns: why it is watched, the gravest first; empty where it is not.
    """

    loan_id: str
    borrower: str
    category: Category
    disbursed_on: date
    account: RepaymentAccount
    days_past_due: int
    prepaid_fen: int
    remaining: tuple[Installment, ...]
    stays: tuple[Stay, ...]
    subsidy: LineSubsidy | None
    visit: FollowUpVisit | None
    concerns: tuple[Concern, ...]

    prepaid = InYuan("prepaid_fen", "Principal repaid before it fell due, in yuan.")

    COLUMNS = columns_of(
        "account_number loan_id borrower lender officer district groups=category.groups",
        "disbursed_on period_number",
        within("account", f"first_day last_day {AMOUNTS}"),
        "prepaid days_past_due subsidy_due=subsidy?.due_fen subsidy_paid=subsidy?.paid_fen",
        "visited_on=visit?.on business_state=visit?.state staff=visit?.staff jobs=visit?.jobs",
        "monthly_turnover=visit?.monthly_turnover_fen concerns next_step",
    )

    @property
    def account_number(self) -> str:
        """Return the number of the account 台账编号: its half-year and the loan.

        Of the calendar ``2024H1/HT-1``, of the loan's own half-years ``1/HT-1``.
        """
        half = self.account.half
        name = str(half) if isinstance(half, HalfYear) else str(half.number)
        return f"{name}/{self.loan_id}"

    @property
    def period_number(self) -> int:
        """Return which half-year of the loan it is 期次, from 1.

        Half-years of the calendar are counted from the one in which the loan was paid out, that one
        included; so a two-year loan usually stands on five sheets, and has four accounts of its
        own.
        """
        half = self.account.half
        if not isinstance(half, HalfYear):
            return half.number
        first = HalfYear.of(self.disbursed_on)
        return (half.year - first.year) * 2 + half.half - first.half + 1

    @property
    def lender(self) -> str:
        """Return the bank that carries the loan at the end."""
        return self.stays[-1].lender

    @property
    def officer(self) -> str:
        """Return who looks after the loan at the end; empty where nobody was assigned."""
        return self.stays[-1].officer

    @property
    def district(self) -> str:
        """Return the district of the loan at the end; empty where none was assigned."""
        return self.stays[-1].district

    @property
    def next_step(self) -> str:
        """Return what the last visit asks for; empty where nothing is asked for."""
        return "" if self.visit is None else self.visit.next_step

    def grade(self, *, under: Policy) -> Grade:
        """Return the grade 五级分类 at the end of the half-year, by days past due.

        Raises:
            NotInForce: the policy knows no grades on that day.
        """
        return grade_of_days(self.days_past_due, under=under, on=self.account.last_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfYearLedger(Tabular):
    """半年还款台账: the lines of a half-year, by loan, without the loans that are off the book."""

    half: Half
    lines: tuple[LedgerLine, ...]

    def as_table(self) -> Table:
        """Return one row for each of the lines."""
        return tabulate(self.lines, of=LedgerLine)

    def for_reading(self) -> Table:
        """Return the columns that tell how a loan fared."""
        return self.as_table().only(*_READ)

    @property
    def totals(self) -> LedgerTotals:
        """Return the sums over all lines."""
        return total_lines(self.lines)

    @property
    def broken(self) -> tuple[LedgerLine, ...]:
        """Return the lines whose identity does not hold; there are none in a sound book."""
        return tuple(line for line in self.lines if not line.account.balances)


def draw_up(
    loans: Iterable[Loan],
    half: Half,
    *,
    through: Mapping[str, int] = _ALL_KNOWN,
    assignments: Iterable[Assignment] = (),
    visits: Iterable[FollowUpVisit] = (),
    watches: Iterable[Watch] = (),
    subsidies: Iterable[SubsidyLine] | None = None,
    requests: Iterable[SubsidyRequest] = (),
    payments: Iterable[TreasuryPayment] = (),
) -> HalfYearLedger:
    """Return the half-year ledger of loans, by loan id, without those that are off the book.

    Args:
        loans: the loans.
        half: the half-year, of the calendar or counted from each loan's disbursement.
        through: of a loan that is given, the last entry that was known; of the others all are.
        assignments: whose the loans are; without any, a loan is with the bank that lent.
        visits: the visits known; those booked after the half-year do not count.
        watches: the watch list of its last day; it brings the warnings.
        subsidies: what the loans have earned of subsidies, on any days.
        requests: the requests for them; later ones do not count.
        payments: what the treasury paid for those; later ones do not count.

    Raises:
        InvalidTerms: no loans, no half-year, something else of another kind, or the last entry of
            a loan that is not given.
        LoanGivenTwice: a loan is given twice.
        InvalidHistory: ``through`` names no entry of a loan.
        RefConflict: a loan goes to two officers, districts or banks on one day.
    """
    given = loans_by_id(loans, of="the half-year ledger", of_zh="半年还款台账")
    if not isinstance(through, Mapping):
        raise refused_terms("the last entries known", "已知流水", through, "numbers by loan")
    if strange := [name for name in through if name not in given]:
        raise refused_terms("the last entries known", "已知流水", strange, "loans that are given")
    notes = note_all(
        assignments=assignments,
        visits=visits,
        watches=watches,
        subsidies=subsidies,
        requests=requests,
        payments=payments,
    )
    lines = (
        line_of(loan, half, through=through.get(loan_id), notes=notes)
        for loan_id, loan in sorted(given.items())
    )
    return HalfYearLedger(half=half, lines=tuple(line for line in lines if not line.account.idle))


def line_of(loan: Loan, half: Half, *, through: int | None, notes: LedgerNotes) -> LedgerLine:
    """Return a loan's line, as far as known at an entry; ``None`` means all of them."""
    view = view_half(loan.terms, loan.entries, half, through=through)
    flows = flows_in(view)
    return LedgerLine(
        loan_id=loan.id,
        borrower=loan.borrower,
        category=loan.category,
        disbursed_on=loan.terms.disbursed_on,
        account=account_in(view, half, flows),
        days_past_due=view.days_past_due,
        prepaid_fen=flows.prepaid_fen,
        remaining=view.remaining,
        stays=stays_of(loan, view, notes.assignments.get(loan.id, ()), flows),
        subsidy=notes.subsidy(loan.id, view.window),
        visit=notes.last_visit(loan.id, view.window),
        concerns=notes.concerns.get(loan.id, ()),
    )


def total_lines(lines: Iterable[LedgerLine | FrozenLine]) -> LedgerTotals:
    """Return the sums of lines of one half-year."""
    listed = list(lines)
    accounts = [line.account for line in listed]
    return LedgerTotals(
        loans=len(listed),
        prepaid_fen=sum(line.prepaid_fen for line in listed),
        **{name: sum(getattr(one, name) for one in accounts) for name in _OF_ACCOUNTS},
    )


_OF_ACCOUNTS: Final = tuple(
    field.name for field in fields(LedgerTotals) if field.name not in {"loans", "prepaid_fen"}
)
"""The sums that are sums of the same amount of accounts."""
