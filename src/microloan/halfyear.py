"""半年还款台账: the half-year ledger of a book, its lines, its totals and its identity."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Final

from microloan.account import RepaymentAccount, account_in
from microloan.assignment import Assignment
from microloan.category import Category
from microloan.clearing import TreasuryPayment
from microloan.flows import flows_in
from microloan.frozen_line import FrozenLine
from microloan.grade import Grade, grade_of_days
from microloan.half_view import view_half
from microloan.ledger_notes import LedgerNotes, LineSubsidy, note_all
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
from microloan.tracking import Concern, Watch
from microloan.visit import FollowUpVisit
from microloan.window import Half

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
class LedgerTotals:
    """合计: the sums of a half-year ledger, for which the identity must hold as for each line."""

    loans: int
    opening_fen: int
    disbursed_fen: int
    due_fen: int
    repaid_principal_fen: int
    prepaid_fen: int
    repaid_interest_fen: int
    repaid_charges_fen: int
    paid_by_fund_fen: int
    recovered_fen: int
    written_off_fen: int
    regained_fen: int
    adjustments_fen: int
    closing_fen: int
    arrears_fen: int
    charges_fen: int
    unbilled_fen: int
    subrogated_fen: int

    opening = InYuan("opening_fen", "Principal owed to lenders before the half-year, in yuan.")
    disbursed = InYuan("disbursed_fen", "Principal paid out in the half-year, in yuan.")
    due = InYuan("due_fen", "Principal and interest that fell due in the half-year, in yuan.")
    repaid_principal = InYuan("repaid_principal_fen", "Principal repaid in the half-year, in yuan.")
    repaid_interest = InYuan("repaid_interest_fen", "Interest paid in the half-year, in yuan.")
    repaid_charges = InYuan(
        "repaid_charges_fen", "Penalty, compound interest and costs paid, in yuan."
    )
    paid_by_fund = InYuan("paid_by_fund_fen", "Principal paid by the fund, in yuan.")
    written_off = InYuan("written_off_fen", "Principal written off, in yuan.")
    regained = InYuan("regained_fen", "Money received after a write-off, in yuan.")
    recovered = InYuan("recovered_fen", "Principal recovered for lenders, in yuan.")
    adjustments = InYuan("adjustments_fen", "Change of principal by facts booked late, in yuan.")
    closing = InYuan("closing_fen", "Principal owed to lenders at the end, in yuan.")
    arrears = InYuan("arrears_fen", "Principal and contract interest overdue at the end, in yuan.")
    prepaid = InYuan("prepaid_fen", "Principal repaid before it fell due, in yuan.")
    charges = InYuan("charges_fen", "Penalty, compound interest and costs unpaid, in yuan.")
    unbilled = InYuan("unbilled_fen", "Interest earned at the end and not yet due, in yuan.")
    subrogated = InYuan("subrogated_fen", "What the fund paid and has not recovered, in yuan.")

    @property
    def net_fen(self) -> int:
        """Return what principal owed to lenders rose by, in fen."""
        return (
            self.disbursed_fen
            - self.repaid_principal_fen
            - self.paid_by_fund_fen
            - self.recovered_fen
            - self.written_off_fen
            + self.adjustments_fen
        )

    @property
    def balances(self) -> bool:
        """Tell whether opening and movements make the closing."""
        return self.opening_fen + self.net_fen == self.closing_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfYearLedger:
    """半年还款台账: the lines of a half-year, by loan, without the loans that are off the book."""

    half: Half
    lines: tuple[LedgerLine, ...]

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
