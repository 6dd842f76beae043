"""核查概要: what is kept of each loan for the checks that look at many loans together."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from microloan.blacklist import BlacklistSpan
from microloan.checks.case import Index, LoanCase
from microloan.checks.facts import Facts
from microloan.checks.files import LoanMarks
from microloan.checks.sums import SubsidyRow
from microloan.money import fen
from microloan.policy import Policy, Provision
from microloan.subsidy_line import SubsidyLine

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is kept of a loan for the checks that look at many loans together.

    Args:
        loan_id, borrower, lender: as of the loan.
        fund_id: the fund that guarantees it; empty without one.
        license_holders: who stands on the licenses of the businesses, as far as known.
        spouses: the borrower's spouse, by every register.
        sureties: who stands surety for it.
        marks: what it has in common with others.
        decided_on: the day of the first decision; without a file, the signing day.
        spans: when its own arrears put its people on the blacklist.
        exposures: what its fund stood behind, on the last day of the year before and on that of
            the audit, in fen.
        lent_on: the day it was paid out.
        settled_on: the day on which nothing was owed any more; ``None`` while something is.
        principal_fen: the amount of the contract.
        months: its term.
        most: how many loans the rules of its signing day allow one borrower; ``None`` where no
            number is known.
        unrequested: subsidy lines that fell due and no request or other file holds.
    """

    loan_id: str
    borrower: str
    lender: str
    fund_id: str
    license_holders: tuple[str, ...]
    spouses: tuple[str, ...]
    sureties: tuple[str, ...]
    marks: tuple[LoanMarks, ...]
    decided_on: date
    spans: tuple[BlacklistSpan, ...]
    exposures: tuple[tuple[date, int], ...]
    lent_on: date
    settled_on: date | None
    principal_fen: int
    months: int
    most: Provision[int] | None
    unrequested: tuple[SubsidyLine, ...]

    def open_with(self, other: "Sketch") -> bool:
        """Tell whether both loans were owed at the end of one day."""
        return not (_over(self, other.lent_on) or _over(other, self.lent_on))


def _over(sketch: Sketch, day: date) -> bool:
    return sketch.settled_on is not None and sketch.settled_on <= day


def sketch_of(case: LoanCase) -> Sketch:
    """Return what is kept of a loan for the checks that look at many loans together."""
    loan, asked = case.loan, case.requested
    days = (date(case.as_of.year - 1, 12, 31), case.as_of)
    most = case.under.loans_at_most[loan.category.kind].known(loan.terms.signed_on)
    return Sketch(
        loan_id=loan.id,
        borrower=loan.borrower,
        lender=loan.lender,
        fund_id="" if loan.guarantee is None else loan.guarantee.fund_id,
        license_holders=tuple(one.holder for one in case.businesses if one.holder),
        spouses=case.spouses,
        sureties=case.sureties,
        marks=tuple(case.index.of("marks", loan.id)),
        decided_on=case.decided_on,
        spans=case.spans,
        exposures=tuple((day, case.exposure_on(day)) for day in days),
        lent_on=loan.terms.disbursed_on,
        settled_on=case.settled_on,
        principal_fen=fen(loan.terms.principal),
        months=loan.terms.months,
        most=most if isinstance(most, Provision) else None,
        unrequested=tuple(
            line
            for line in case.lines
            if line.treasury_fen and line.due_on not in asked and not _filed(line, case.rows)
        ),
    )


def _filed(line: SubsidyLine, rows: Iterable[SubsidyRow]) -> bool:
    """Tell whether a row of another file asks for days of a line."""
    opens_on, closes_on = line.segments[0].opens_on, line.segments[-1].closes_on
    return any(row.opens_on < closes_on and opens_on < row.closes_on for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookCase:
    """All loans under audit together, each as its sketch.

    Args:
        sketches: the loans, by contract number.
        index: the facts.
        under: the rules.
        as_of: the day of the audit.
        held: the contract numbers that the book holds by the day, also of loans that were not
            looked at.
    """

    sketches: Mapping[str, Sketch]
    index: Index
    under: Policy
    as_of: date
    held: frozenset[str]

    @property
    def facts(self) -> Facts:
        """Return the facts of the audit."""
        return self.index.facts

    def fund_of(self, loan_id: str) -> str:
        """Return the fund that guarantees a loan; empty where none does, or it is not here."""
        sketch = self.sketches.get(loan_id)
        return "" if sketch is None else sketch.fund_id


def several(rows: Iterable[T], key: Callable[[T], K]) -> Iterator[tuple[K, list[T]]]:
    """Yield what has a key in common, key by key in the order of first sight."""
    found: dict[K, list[T]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    yield from found.items()
