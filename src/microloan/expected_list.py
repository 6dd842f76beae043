"""应列清单: what a bank's list would say if it agreed with the book, loan by loan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from microloan.assignment import AssignedTo, Assignment, assignments_by_loan
from microloan.bank_row import BankLoan, BankRepayment
from microloan.fold import Applied
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.money import from_fen
from microloan.naming import identity
from microloan.periods import asked_day, in_order
from microloan.portfolio import loans_by_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedLoan:
    """One loan of the book, as a bank would list it.

    Args:
        loan: the loan on a day, with the bank that carried it then.
        repayments: all money that its banks received, by the day of the act and its number.
        granted_by: the bank that lent.
        handed: the banks it was handed to, by day.
    """

    loan: BankLoan
    repayments: tuple[BankRepayment, ...]
    granted_by: str
    handed: tuple[Assignment, ...]

    def lender_on(self, day: date) -> str:
        """Return the bank that carried the loan on a day, and received what was paid then."""
        return _lender_on(day, self.handed, self.granted_by)


def expected_rows(
    loans: Iterable[Loan],
    *,
    as_of: date,
    since: date,
    lender: str = "",
    assignments: Iterable[Assignment] = (),
) -> tuple[BankLoan | BankRepayment, ...]:
    """Return the rows that a bank's list of a day should hold 应列清单, to send or to compare.

    Loans of which nothing is outstanding are left out, as banks leave them out. A loan that was
    handed to another bank stands in the list of the one that carries it on the day; its repayments
    stand in that of the bank that received them.

    Args:
        loans: the loans.
        as_of: the day of the list; repayments of later days are not in it.
        since: the first day whose repayments it holds.
        lender: the bank whose list it is; absent, it is a list of all banks.
        assignments: which loans were handed to which bank.

    Raises:
        InvalidTerms: something that is no loan or assignment.
        InvalidDate: no plain dates, or ``since`` after ``as_of``.
        InvalidIdentity: an unusable bank.
        LoanGivenTwice: the same loan twice.
        RefConflict: a loan handed to two banks on one day.
    """
    in_order(asked_day(since), asked_day(as_of), "a list of repayments and its last day")
    bank = asked_bank(lender)
    booked = booked_loans(loans, assignments, as_of=as_of)
    listed = [one.loan for one in booked if one.loan.outstanding and bank in {"", one.loan.lender}]
    paid = [
        row
        for one in booked
        for row in one.repayments
        if since <= row.on <= as_of and bank in {"", one.lender_on(row.on)}
    ]
    return (*listed, *paid)


def asked_bank(lender: str) -> str:
    """Return the bank of a list; the empty text is a list of all banks.

    Raises:
        InvalidIdentity: an unusable bank.

    >>> asked_bank("BANK-03")
    'BANK-03'
    """
    return lender if lender == "" else identity(lender, "a lender")


def booked_loans(
    loans: Iterable[Loan], assignments: Iterable[Assignment], *, as_of: date
) -> tuple[BookedLoan, ...]:
    """Return the loans of a book as their banks would list them at the end of a day.

    Raises:
        InvalidTerms, LoanGivenTwice, RefConflict: as :func:`expected_rows`.
    """
    given = loans_by_id(loans, of="a reconciliation", of_zh="对账")
    known = assignments_by_loan(assignments)
    return tuple(
        booked_loan(loan, as_of=as_of, assignments=known.get(name, ()))
        for name, loan in given.items()
    )


def booked_loan(loan: Loan, *, as_of: date, assignments: Iterable[Assignment] = ()) -> BookedLoan:
    """Return one loan as a bank would list it at the end of a day; it is folded once.

    Its banks received what the borrower paid, what the fund paid, and their part of a recovery.

    Args:
        loan: the loan.
        as_of: the day.
        assignments: the loan's own, by day.
    """
    applied = loan.applied
    terms = loan.terms_in_force(on=as_of)
    handed = tuple(one for one in assignments if one.what is AssignedTo.LENDER)
    owed = sum(-effect.principal_fen for effect in applied if effect.entry.on <= as_of)
    repayments = (row for effect in applied if (row := _received(loan.id, effect)) is not None)
    return BookedLoan(
        loan=BankLoan(
            contract=loan.id,
            borrower=loan.borrower,
            lender=_lender_on(as_of, handed, loan.lender),
            principal=loan.terms.principal,
            annual_rate=terms.annual_rate,
            disbursed_on=loan.terms.disbursed_on,
            matures_on=terms.matures_on,
            outstanding=from_fen(owed),
        ),
        repayments=tuple(repayments),
        granted_by=loan.lender,
        handed=handed,
    )


def _lender_on(day: date, handed: Sequence[Assignment], granted_by: str) -> str:
    return next((one.value for one in reversed(handed) if one.on <= day), granted_by)


def _received(contract: str, effect: Applied) -> BankRepayment | None:
    parts = _parts(effect)
    if not any(parts):
        return None
    principal, interest, charges = map(from_fen, parts)
    entry = effect.entry
    return BankRepayment(
        contract=contract,
        on=entry.on,
        principal=principal,
        interest=interest,
        charges=charges,
        ref=entry.ref,
    )


def _parts(effect: Applied) -> tuple[int, int, int]:
    """Return what the lender received for principal, interest and charges, in fen."""
    entry = effect.entry
    if entry.kind.pays:
        return effect.principal_fen, effect.interest_fen, effect.charges_fen
    if entry.kind in {EntryKind.CLAIM_PAYOUT, EntryKind.RECOVERY}:
        return entry.principal_fen, entry.interest_fen, 0
    return 0, 0, 0
