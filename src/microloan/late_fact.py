"""账后事项: what was learned of a half-year after it, and where it shows as an adjustment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from microloan.account import RepaymentAccount, account_of
from microloan.anniversary import Anniversary
from microloan.ledger import Entry
from microloan.loan import Loan
from microloan.money import InYuan
from microloan.naming import refused_terms
from microloan.periods import HalfYear
from microloan.portfolio import loans_by_id
from microloan.table import columns_of, within
from microloan.window import Half, window_for


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFact:
    """账后事项: an entry booked after a half-year that changes what happened by its end.

    The effects are what the entry adds to the adjustments of the account it appears in. Those of
    all late facts that appear in an account add up to its adjustments. An entry booked in the
    half-year itself, after that was opened again, appears in its own account: there the effects
    are what the entry changes of the closing, of what was paid and of what fell due.

    Args:
        loan_id: the loan.
        entry: what was learned; of a reversal, the entry it undoes lies in the half-year.
        appears_in: the half-year whose account carries it.
        principal_fen: the change of principal owed to the lender.
        interest_fen: the change of interest paid.
        charges_fen: the change of penalty, compound interest and costs paid.
        due_fen: the change of what had fallen due.
    """

    loan_id: str
    entry: Entry
    appears_in: Half
    principal_fen: int
    interest_fen: int
    charges_fen: int
    due_fen: int

    principal = InYuan("principal_fen", "The change of principal owed to the lender, in yuan.")
    interest = InYuan("interest_fen", "The change of interest paid, in yuan.")
    charges = InYuan("charges_fen", "The change of charges paid, in yuan.")
    due = InYuan("due_fen", "The change of what had fallen due, in yuan.")

    COLUMNS = columns_of(
        "loan_id",
        within("entry", "number kind on booked_on ref"),
        "appears_in principal interest charges due",
    )


def late_facts(
    loans: Iterable[Loan], half: Half, *, known: Mapping[str, int] | None = None
) -> tuple[LateFact, ...]:
    """Return what was learned of a half-year after it, by loan, in the order of knowledge.

    Args:
        loans: the loans.
        half: the half-year, of the calendar or counted from each loan's disbursement.
        known: of a sheet, the last entry it knew of each loan it knew; what was booked in the
            half-year after that is learned late too. ``None`` where all of it was known.

    Raises:
        InvalidTerms: no loans, no half-year, or no numbers by loan.
        LoanGivenTwice: a loan is given twice.
    """
    given = loans_by_id(loans, of="what was learned late", of_zh="账后事项")
    if known is not None and not isinstance(known, Mapping):
        raise refused_terms("the last entries known", "已知流水", known, "numbers by loan")
    return tuple(
        fact
        for loan_id, loan in sorted(given.items())
        for fact in _facts(
            loan, half, len(loan.entries) if known is None else known.get(loan_id, 0)
        )
    )


def _facts(loan: Loan, half: Half, known: int) -> Iterator[LateFact]:
    last = window_for(half, loan.terms).last_day
    for entry in loan.entries:
        if happened_on(entry, loan.entries) > last:
            continue
        if entry.booked_on > last:
            yield _fact(loan, entry, _half_with(entry.booked_on, half, loan))
        elif entry.number > known:
            yield _fact(loan, entry, half)


def happened_on(entry: Entry, entries: Sequence[Entry]) -> date:
    """Return the business date that an entry changes: of a reversal, that of what it undoes."""
    return entries[entry.undoes - 1].on if entry.undoes else entry.on


def _half_with(day: date, like: Half, loan: Loan) -> Half:
    match like:
        case HalfYear():
            return HalfYear.of(day)
        case Anniversary():
            terms = loan.terms
            return Anniversary.of(day, disbursed_on=terms.disbursed_on, month_end=terms.month_end)
    assert_never(like)


def _fact(loan: Loan, entry: Entry, half: Half) -> LateFact:
    before = _account(loan, half, until=entry.number - 1)
    after = _account(loan, half, until=entry.number)
    within = happened_on(entry, loan.entries) >= after.first_day
    effects = _moved_in if within else _adjusted_in
    moved = [new - old for new, old in zip(effects(after), effects(before), strict=True)]
    return LateFact(
        loan_id=loan.id,
        entry=entry,
        appears_in=half,
        principal_fen=moved[0],
        interest_fen=moved[1],
        charges_fen=moved[2],
        due_fen=moved[3],
    )


def _adjusted_in(account: RepaymentAccount) -> tuple[int, int, int, int]:
    """Return principal, interest, charges and what fell due, as adjusted by late facts."""
    return (
        account.adjustments_fen,
        account.adjusted_interest_fen,
        account.adjusted_charges_fen,
        account.adjusted_due_fen,
    )


def _moved_in(account: RepaymentAccount) -> tuple[int, int, int, int]:
    """Return the closing, interest and charges paid, and what fell due."""
    return (
        account.closing_fen,
        account.repaid_interest_fen,
        account.repaid_charges_fen,
        account.due_fen,
    )


def _account(loan: Loan, half: Half, *, until: int) -> RepaymentAccount:
    """Return the account with all that was booked before it, and of its own until an entry."""
    first = window_for(half, loan.terms).first_day
    known = [one for one in loan.entries if one.booked_on < first or one.number <= until]
    return account_of(loan.terms, known, half)
