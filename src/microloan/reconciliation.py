"""对账: the bank's list of loans and repayments against the book, every difference of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from microloan.assignment import Assignment
from microloan.bank_difference import BankDifference, BankDifferenceKind, Listed
from microloan.bank_list import BankRow
from microloan.bank_row import BankField, BankLoan, BankRepayment, UnreadableRow
from microloan.expected_list import BookedLoan, asked_bank, booked_loans
from microloan.loan import Loan
from microloan.loan_match import LoanMatches, match_loans
from microloan.naming import refused_terms, require_whole
from microloan.periods import asked_day, in_order
from microloan.repayment_match import match_repayments

_NEAR_DAYS = 5


class Scope(TypedDict, total=False):
    """What a bank's list covers, where it is not all: see :func:`reconcile`."""

    since: date
    lender: str
    near_days: int


@dataclass(frozen=True, slots=True)
class _ListPeriod:
    """The days whose repayments the bank's list holds, and how late it may book."""

    since: date
    until: date
    near_days: int

    def __contains__(self, day: date) -> bool:
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class _Compared:
    """Both sides, each sorted out, ready to be compared."""

    booked: tuple[BookedLoan, ...]
    loans: tuple[BankLoan, ...]
    repayments: tuple[BankRepayment, ...]
    unreadable: tuple[BankDifference, ...]
    lender: str

    def match_loans(self) -> LoanMatches:
        return match_loans([one.loan for one in self.booked], self.loans, lender=self.lender)

    def match_repayments(
        self, names: LoanMatches, period: _ListPeriod
    ) -> tuple[BankDifference, ...]:
        booked = {one.loan.contract: one for one in self.booked}
        return match_repayments(
            {contract: one.repayments for contract, one in booked.items()},
            self.repayments,
            names=names.names,
            expected=lambda row: (
                row.on in period and self.lender in {"", booked[row.contract].lender_on(row.on)}
            ),
            near_days=period.near_days,
        )


def reconcile(
    loans: Iterable[Loan],
    bank_rows: Iterable[BankRow],
    *,
    as_of: date,
    since: date = date.min,
    lender: str = "",
    near_days: int = _NEAR_DAYS,
    assignments: Iterable[Assignment] = (),
) -> tuple[BankDifference, ...]:
    """Return in what a bank's list of loans and repayments differs from the book 对账.

    All differences are returned; none stops at the first. A loan of which nothing is outstanding
    may be left out by the bank. A contract number that is a slip apart, or spelled otherwise,
    counts as near where the borrower, or the amount and the day, agree. A loan that was handed to
    another bank is that bank's to list from the day on; a repayment is the receiving bank's.

    Args:
        loans: the loans of the book, also those of other banks.
        bank_rows: the rows of the list, loans and repayments in any order; see
            :func:`microloan.bank_list.read_bank_loans` for a list of text.
        as_of: the day of the list, at whose end loans are compared.
        since: the first day whose repayments the list holds; by default it holds all.
        lender: the bank whose list it is; absent, it is a list of all banks.
        near_days: how many days apart the same amount may be booked and still be near.
        assignments: which loans were handed to which bank; those of officers change nothing.

    Raises:
        InvalidTerms: no list, something that is no loan or assignment, or days out of 0-365.
        InvalidDate: no plain dates, or ``since`` after ``as_of``.
        InvalidIdentity: an unusable bank.
        LoanGivenTwice: the same loan twice.
        RefConflict: a loan handed to two banks on one day.
    """
    period = _period(since, as_of, near_days)
    sides = _sides(loans, bank_rows, assignments, as_of=as_of, lender=lender)
    matches = sides.match_loans()
    repayments = sides.match_repayments(matches, period)
    return _in_order([*sides.unreadable, *matches.differences, *repayments])


def reconcile_loans(
    loans: Iterable[Loan],
    bank_rows: Iterable[BankRow],
    *,
    as_of: date,
    lender: str = "",
    assignments: Iterable[Assignment] = (),
) -> tuple[BankDifference, ...]:
    """Return in what a bank's list of loans differs from the book; repayments are not looked at.

    Arguments and refusals are those of :func:`reconcile`.
    """
    sides = _sides(loans, bank_rows, assignments, as_of=as_of, lender=lender)
    return _in_order([*sides.unreadable, *sides.match_loans().differences])


def reconcile_repayments(
    loans: Iterable[Loan],
    bank_rows: Iterable[BankRow],
    *,
    as_of: date,
    since: date = date.min,
    lender: str = "",
    near_days: int = _NEAR_DAYS,
    assignments: Iterable[Assignment] = (),
) -> tuple[BankDifference, ...]:
    """Return in what a bank's list of repayments differs from the book; loans are not looked at.

    Arguments and refusals are those of :func:`reconcile`.
    """
    period = _period(since, as_of, near_days)
    sides = _sides(loans, bank_rows, assignments, as_of=as_of, lender=lender)
    nobody = LoanMatches(differences=(), names={})
    return _in_order([*sides.unreadable, *sides.match_repayments(nobody, period)])


def _period(since: date, as_of: date, near_days: int) -> _ListPeriod:
    in_order(asked_day(since), asked_day(as_of), "a list of repayments and its last day")
    require_whole(near_days, "the days apart", "相隔天数", 0, 365)
    return _ListPeriod(since=since, until=as_of, near_days=near_days)


def _sides(
    loans: Iterable[Loan],
    bank_rows: Iterable[BankRow],
    assignments: Iterable[Assignment],
    *,
    as_of: date,
    lender: str,
) -> _Compared:
    day, bank = asked_day(as_of), asked_bank(lender)
    if isinstance(bank_rows, str) or not isinstance(bank_rows, Iterable):
        kind = type(bank_rows).__name__
        raise refused_terms("the bank's list", "银行清单", kind, "several rows")
    booked = booked_loans(loans, assignments, as_of=day)
    rows = list(bank_rows)
    faults = (_fault_of(number, row) for number, row in enumerate(rows, start=1))
    return _Compared(
        booked=booked,
        loans=tuple(row for row in rows if isinstance(row, BankLoan)),
        repayments=tuple(row for row in rows if isinstance(row, BankRepayment)),
        unreadable=tuple(fault for fault in faults if fault is not None),
        lender=bank,
    )


def _fault_of(number: int, row: object) -> BankDifference | None:
    """Return the difference of a row that cannot be read; ``None`` for one that can."""
    if isinstance(row, BankLoan | BankRepayment):
        return None
    if not isinstance(row, UnreadableRow):
        kind = type(row).__name__
        fault, zh = f"{kind} is no row of a bank's list", f"{kind} 不是银行清单的行"
        row = UnreadableRow(row=number, field=BankField.ROW, fault=fault, fault_zh=zh)
    return BankDifference(
        kind=BankDifferenceKind.UNREADABLE,
        about=Listed.NEITHER,
        subject=f"row {row.row}",
        field=row.field,
        book="",
        bank="",
        row=row.row,
        fault=row.fault,
        fault_zh=row.fault_zh,
    )


_LISTED = tuple(Listed)
_FIELDS = tuple(BankField)
_KINDS = tuple(BankDifferenceKind)


def _in_order(found: Iterable[BankDifference]) -> tuple[BankDifference, ...]:
    """Return differences by subject, loans before repayments; unreadable rows come first."""
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.about is not Listed.NEITHER,
                "" if one.about is Listed.NEITHER else one.subject,
                _LISTED.index(one.about),
                one.row,
                _FIELDS.index(one.field),
                _KINDS.index(one.kind),
            ),
        )
    )
