"""核查对象: one loan as the checks look at it, with every fact that is about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeVar

from microloan.bank_row import BankLoan
from microloan.blacklist import BlacklistSpan
from microloan.checks.arrears import own_spans
from microloan.checks.facts import Facts
from microloan.checks.files import Business, LoanFile, Person
from microloan.checks.sums import SubsidyRow
from microloan.claim_filing import claim_filings
from microloan.correction import CorrectionCause
from microloan.course import run_through
from microloan.errors import MicroloanError
from microloan.exposure import ENDS_A_GUARANTEE
from microloan.fold import Fold
from microloan.loan import Loan
from microloan.money import fen
from microloan.policy import Policy
from microloan.request import SubsidyRequest
from microloan.request_line import LineKey, RequestLine
from microloan.schedule import Stretch
from microloan.subsidy import subsidize
from microloan.subsidy_line import SubsidyLine

T = TypeVar("T")
_BY_LOAN: Final = (
    *("suretyships", "businesses", "files", "marks", "subsidies", "outstanding"),
    *("payouts", "flows", "overdue_payments", "visits", "contacts", "closings"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """已申请贴息: a line of a request, and what was asked for it with all corrections.

    Args:
        line: the line as it was requested.
        request: the request that holds it.
        net_fen: what is asked for it, corrections among it.
        decided: whether an authority took a part of it back.
        again: the later requests that hold the same line, each with what it asks, in fen.
    """

    line: RequestLine
    request: SubsidyRequest
    net_fen: int
    decided: bool
    again: tuple[tuple[SubsidyRequest, int], ...] = ()


class Index:
    """The facts of an audit by loan and by person, each looked up once.

    Args:
        facts: the facts.
        as_of: the day of the audit; requests and payouts made later are not known yet.
    """

    def __init__(self, facts: Facts, *, as_of: date) -> None:
        self.facts = facts
        self.requests = tuple(one for one in facts.requests or () if one.on <= as_of)
        self._lists = {name: _by_loan(getattr(facts, name)) for name in _BY_LOAN}
        self.requested = _requested(self.requests)
        self.persons: dict[str, list[Person]] = _grouped(facts.persons or (), "id")
        self.spouses = _spouses(facts.persons or ())
        self.blacklist = _grouped(facts.blacklist or (), "person")
        self.statuses = _grouped(facts.statuses or (), "person")
        self.bank: dict[str, list[BankLoan]] = _grouped(facts.bank_loans or (), "contract")
        self.filed_on = {
            filing.loan_id: filing.filed_on
            for fund in facts.funds or ()
            for filing in claim_filings(fund.entries, as_of=as_of)
        }

    def of(self, name: str, loan_id: str) -> Sequence[Any]:
        """Return the rows of a list that are about a loan."""
        return self._lists[name].get(loan_id, ())


def _grouped(rows: Iterable[T], key: str) -> dict[str, list[T]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return dict(found)


def _spouses(persons: Iterable[Person]) -> dict[str, tuple[str, ...]]:
    """Return whom each person is married to, by either one's records."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for one in persons:
        if one.spouse:
            found[one.id][one.spouse] = found[one.spouse][one.id] = None
    return {person: tuple(others) for person, others in found.items()}


def _by_loan(rows: Iterable[T] | None) -> dict[str, list[T]]:
    return _grouped(rows or (), "loan_id")


def _requested(requests: Iterable[SubsidyRequest]) -> dict[str, dict[date, Requested]]:
    """Return what was requested of each loan, by due day; the first request holds a line."""
    listed = sorted(requests, key=lambda request: request.quarter)
    corrections = [one for request in listed for one in request.corrections]
    decided = {one.key for one in corrections if one.cause is CorrectionCause.DECIDED}
    changed = Counter[LineKey]()
    for correction in corrections:
        changed[correction.key] += correction.difference_fen
    found: defaultdict[str, dict[date, Requested]] = defaultdict(dict)
    for request in listed:
        for line in request.lines:
            asked = Requested(
                line=line,
                request=request,
                net_fen=line.subsidy_fen + changed[line.key],
                decided=line.key in decided,
            )
            first = found[line.loan_id].setdefault(line.due_on, asked)
            if first is not asked:
                again = (*first.again, (request, line.subsidy_fen))
                found[line.loan_id][line.due_on] = replace(first, again=again)
    return dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanCase:
    """A loan under audit.

    Args:
        loan: the loan.
        index: the facts.
        under: the rules.
        as_of: the day of the audit.
        fold: the run through the loan's entries up to that day.
        lines: its subsidy computed anew; empty where it could not be.
        gap: why it could not be; ``None`` where it could.
        stretches: the days on which principal bore contract interest, in order; empty where no
            other file subsidizes the loan, since nothing else asks for them.
        spans: when its own arrears put its borrower and sureties on the blacklist.
        spans_gap: why that is not known; ``None`` where it is.
    """

    loan: Loan
    index: Index
    under: Policy
    as_of: date
    fold: Fold
    lines: tuple[SubsidyLine, ...]
    gap: MicroloanError | None
    stretches: tuple[Stretch, ...]
    spans: tuple[BlacklistSpan, ...]
    spans_gap: MicroloanError | None

    @property
    def id(self) -> str:
        """Return the contract number."""
        return self.loan.id

    @property
    def facts(self) -> Facts:
        """Return the facts of the audit."""
        return self.index.facts

    @property
    def rows(self) -> Sequence[SubsidyRow]:
        """Return the rows of other files that subsidize the loan."""
        return self.index.of("subsidies", self.id)

    @property
    def asking(self) -> Sequence[SubsidyRow]:
        """Return the rows of other files that ask for money; one that asks 0.00 does not."""
        return [row for row in self.rows if fen(row.subsidy)]

    @property
    def requested(self) -> Mapping[date, Requested]:
        """Return the lines of the book's requests for the loan, by due day."""
        return self.index.requested.get(self.id, {})

    @property
    def files(self) -> Sequence[LoanFile]:
        """Return the files of the loan; usually one."""
        return self.index.of("files", self.id)

    @property
    def businesses(self) -> Sequence[Business]:
        """Return the businesses the loan was lent to, by every register; usually one."""
        return self.index.of("businesses", self.id)

    @property
    def sureties(self) -> tuple[str, ...]:
        """Return who stands surety for the loan."""
        return tuple(one.person for one in self.index.of("suretyships", self.id))

    @property
    def decided_on(self) -> date:
        """Return the day of the first decision; without a file, the signing day."""
        days = [file.decided_on for file in self.files]
        return min(days, default=self.loan.terms.signed_on)

    @property
    def spouses(self) -> tuple[str, ...]:
        """Return the borrower's spouse, by either one's records; several where they differ."""
        return self.index.spouses.get(self.loan.borrower, ())

    def exposure_on(self, day: date) -> int:
        """Return what a fund stood behind for the loan at the end of a day, in fen."""
        over = any(
            done.entry.kind in ENDS_A_GUARANTEE and done.entry.on <= day
            for done in self.fold.applied
        )
        return 0 if over or self.loan.guarantee is None else self.owed_on(day)

    def owed_on(self, day: date) -> int:
        """Return the principal owed to the lender at the end of a day, in fen."""
        return -sum(done.principal_fen for done in self.fold.applied if done.entry.on <= day)

    @property
    def settled_on(self) -> date | None:
        """Return the day on which nothing was owed any more; ``None`` while something is."""
        if self.fold.outstanding_fen or self.fold.subrogated_fen:
            return None
        return max(done.entry.on for done in self.fold.applied)

    def computed(self) -> tuple[SubsidyLine, ...]:
        """Return the subsidy computed anew.

        Raises:
            NotInForce, CategoryNeeded, RateAboveCap: why it could not be.
        """
        if self.gap is not None:
            raise self.gap
        return self.lines


def loan_case(loan: Loan, index: Index, *, under: Policy, as_of: date) -> LoanCase:
    """Return a loan as the checks look at it.

    Args:
        loan: the loan, paid out by the day.
        index: the facts of the audit.
        under: the rules.
        as_of: the day of the audit; what happened later is not known yet.
    """
    facts = index.facts
    gap: MicroloanError | None = None
    lines: tuple[SubsidyLine, ...] = ()
    stop = None if facts.stops is None else facts.stops.get(loan.id)
    try:
        lines = subsidize(loan, under=under, as_of=as_of, arrears=facts.arrears, stop=stop)
    except MicroloanError as refusal:
        gap = refusal
    fold = run_through(loan.terms, loan.entries, as_of=as_of)
    dues = fold.fallen_due() if index.of("subsidies", loan.id) else ()
    sureties = tuple(one.person for one in index.of("suretyships", loan.id))
    spans, spans_gap = own_spans(loan, fold, sureties, under=under)
    return LoanCase(
        loan=loan,
        index=index,
        under=under,
        as_of=as_of,
        fold=fold,
        lines=lines,
        gap=gap,
        stretches=tuple(one for due in dues for one in due.line.stretches),
        spans=spans,
        spans_gap=spans_gap,
    )
