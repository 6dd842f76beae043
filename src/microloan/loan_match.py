"""贷款核对: the loans of a bank's list beside those of the book, found by number or nearly so."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from microloan.bank_difference import BankDifference, BankDifferenceKind, Listed
from microloan.bank_row import BankField, BankLoan
from microloan.contract_number import one_slip_apart, plain_number, with_one_left_out
from microloan.errors.personal import told
from microloan.money import fen, show

_Fact: TypeAlias = str | tuple[int, date]
"""What must agree before nearly equal numbers count as one: who owes, or how much since when."""
_Key: TypeAlias = tuple[str, _Fact]
"""A number, as it is or with a character left out, and what must agree beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanMatches:
    """What the comparison of loans found.

    Args:
        differences: what differs.
        names: the bank's spelling of a contract number to that of the book.
    """

    differences: tuple[BankDifference, ...]
    names: Mapping[str, str]


def match_loans(
    booked: Sequence[BankLoan], listed: Iterable[BankLoan], *, lender: str
) -> LoanMatches:
    """Return in what the loans of a bank's list differ from those of the book.

    Args:
        booked: every loan of the book, settled or not, as a bank would list it.
        listed: the bank's list.
        lender: the bank whose list it is; empty for a list of several banks.
    """
    mine = {loan.contract: loan for loan in booked}
    rows: dict[str, list[BankLoan]] = defaultdict(list)
    for row in listed:
        rows[row.contract].append(row)
    groups = _groups(rows, mine)
    found: list[BankDifference] = []
    for contract, written in groups.items():
        first, *again = (row for one in written for row in rows[one])
        loan = mine.get(contract)
        found.extend(_compared(loan, first, lender))
        for times, row in enumerate(again, start=2):
            held = (BankField.TIMES, "0" if loan is None else "1", str(times))
            found.append(_difference(BankDifferenceKind.TWICE, contract, held, row.row))
            if row.stated() != first.stated():
                found.extend(_by_figures(loan, row, lender))
    found.extend(
        _difference(
            BankDifferenceKind.MISSING_AT_BANK, loan.contract, (BankField.ROW, _told(loan), "")
        )
        for loan in booked
        if fen(loan.outstanding) and loan.contract not in groups and lender in {"", loan.lender}
    )
    names = {one: contract for contract in mine for one in groups.get(contract, ())}
    return LoanMatches(differences=tuple(found), names=names)


def _groups(
    rows: Mapping[str, Sequence[BankLoan]], mine: Mapping[str, BankLoan]
) -> dict[str, list[str]]:
    """Return the bank's numbers that mean one contract, by the book's number where it has one.

    First come those that are spelled otherwise: of them each loan of the book takes one, and what
    is left is a contract listed once more. Only then a slip is one.
    """
    groups = {contract: [contract] for contract in rows if contract in mine}
    strangers = [same[0] for contract, same in rows.items() if contract not in mine]
    spelled = _near_pairs(strangers, _unlisted(mine, groups), _by_spelling)
    groups |= {contract: [written] for written, contract in spelled.items()}
    known: dict[_Key, str] = {}
    for loan in mine.values():
        known |= dict.fromkeys(_by_spelling(loan), loan.contract)
    for row in strangers:
        if row.contract not in spelled:
            same = (known[key] for key in _by_spelling(row) if key in known)
            contract = next(same, row.contract)
            groups.setdefault(contract, []).append(row.contract)
            known |= dict.fromkeys(_by_spelling(row), contract)
    strangers = [row for row in strangers if row.contract in groups]
    slips = _near_pairs(strangers, _unlisted(mine, groups), _by_slip)
    for written, contract in slips.items():
        groups[contract] = groups.pop(written)
    return groups


def _unlisted(mine: Mapping[str, BankLoan], groups: Container[str]) -> list[BankLoan]:
    return [loan for contract, loan in mine.items() if contract not in groups]


def _compared(loan: BankLoan | None, row: BankLoan, lender: str) -> Iterator[BankDifference]:
    """Yield what differs between a row and the loan of the book that it means, if there is one."""
    if loan is not None and loan.contract != row.contract:
        spelled = (BankField.CONTRACT, loan.contract, row.contract)
        yield _difference(BankDifferenceKind.NEAR, loan.contract, spelled, row.row)
    yield from _by_figures(loan, row, lender)


def _by_figures(loan: BankLoan | None, row: BankLoan, lender: str) -> Iterator[BankDifference]:
    """Yield the columns that differ, or all of the row where the book has no such loan."""
    if loan is None:
        whole = (BankField.ROW, "", _told(row))
        yield _difference(BankDifferenceKind.MISSING_IN_BOOK, row.contract, whole, row.row)
    else:
        yield from _by_field(loan, row, lender)


def _by_field(loan: BankLoan, row: BankLoan, lender: str) -> Iterator[BankDifference]:
    """Yield a difference for each column in which a row states something else than the book."""
    book = loan.stated()
    stated = row if row.lender or not lender else replace(row, lender=lender)
    for field, bank in stated.stated().items():
        if book[field] != bank:
            # Whom a bank names may be a name; the row and the contract say where it stands.
            named = field is BankField.BORROWER
            figures = (field, book[field], f"{told(bank)}" if named else bank)
            yield _difference(BankDifferenceKind.DIFFERENT, loan.contract, figures, row.row)


def _near_pairs(
    strangers: Iterable[BankLoan],
    unlisted: Iterable[BankLoan],
    keys: Callable[[BankLoan], Iterable[_Key]],
) -> dict[str, str]:
    """Return which loan of the book a strange row probably means, by their numbers.

    Each loan is meant by one row at most. The likest two of all come first.
    """
    index: dict[_Key, list[BankLoan]] = defaultdict(list)
    for loan in unlisted:
        for key in keys(loan):
            index[key].append(loan)
    near: list[tuple[int, str, str]] = []
    for row in strangers:
        plain = plain_number(row.contract)
        alike = {loan.contract: loan for key in keys(row) for loan in index.get(key, ())}
        near += [
            (-len({*_facts(loan)} & {*_facts(row)}), contract, row.contract)
            for contract, loan in alike.items()
            if one_slip_apart(plain, plain_number(contract))
        ]
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for _, contract, written in sorted(near):
        if written not in pairs and contract not in taken:
            pairs[written] = contract
            taken.add(contract)
    return pairs


def _by_spelling(loan: BankLoan) -> Iterator[_Key]:
    plain = plain_number(loan.contract)
    return ((plain, fact) for fact in _facts(loan))


def _by_slip(loan: BankLoan) -> Iterator[_Key]:
    facts = _facts(loan)
    for part in with_one_left_out(plain_number(loan.contract)):
        for fact in facts:
            yield part, fact


def _facts(loan: BankLoan) -> tuple[_Fact, ...]:
    lent = (fen(loan.principal), loan.disbursed_on)
    return (loan.borrower, lent) if loan.borrower else (lent,)


def _told(loan: BankLoan) -> str:
    """Return what names a loan beside its number: how much, since when, what is owed."""
    return f"{show(loan.principal)} {loan.disbursed_on} {show(loan.outstanding)}"


def _difference(
    kind: BankDifferenceKind, subject: str, figures: tuple[BankField, str, str], row: int = 0
) -> BankDifference:
    field, book, bank = figures
    return BankDifference(
        kind=kind,
        about=Listed.LOAN,
        subject=subject,
        field=field,
        book=book,
        bank=bank,
        row=row,
    )
