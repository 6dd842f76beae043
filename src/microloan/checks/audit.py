"""核查: every check over many loans, every finding, and what could not be judged."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from microloan.checks.case import Index, loan_case
from microloan.checks.check import Check, check_of
from microloan.checks.facts import Facts
from microloan.checks.questions import BOOK_QUESTIONS, LOAN_QUESTIONS, C, Question
from microloan.checks.sketch import BookCase, Sketch, sketch_of
from microloan.errors import LoanGivenTwice, MicroloanError
from microloan.finding import Finding, Severity
from microloan.loan import Loan
from microloan.naming import refused_terms
from microloan.periods import asked_day
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.table import Table, Tabular, columns_of, tabulate

Progress: TypeAlias = Callable[[int, int], None]
"""What is called with how many loans are done, and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """未核查: a question of a check that could not be judged, and why.

    Args:
        check: the check.
        asks: the question.
        why: why not: the facts that were not given, or what the rules do not say.
        zh: the same in Chinese.
        subjects: the loans it could not be judged for; empty where it could for none.
    """

    check: Check
    asks: str
    why: str
    zh: str
    subjects: tuple[str, ...] = ()

    COLUMNS = columns_of("check asks why why_zh=zh subjects")

    def __str__(self) -> str:
        """Return the check, the question and the reason on one line."""
        of = f" ({len(self.subjects)} loans)" if self.subjects else ""
        return f"{self.check.name} {self.asks}: {self.why}{of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit(Tabular):
    """核查结果: what the checks found, and which questions could not be judged.

    Args:
        as_of: the day of the audit.
        loans: how many loans were looked at.
        findings: everything found, by check, the gravest first.
        unanswered: the questions that could not be judged, or not for every loan.
    """

    as_of: date
    loans: int
    findings: tuple[Finding, ...]
    unanswered: tuple[Unanswered, ...]

    def as_table(self) -> Table:
        """Return one row for each of the findings."""
        return tabulate(self.findings, of=Finding)

    def of(self, check: Check) -> tuple[Finding, ...]:
        """Return what a check found."""
        return tuple(finding for finding in self.findings if check_of(finding) is check)

    def count(self, severity: Severity) -> int:
        """Return how many findings there are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def including(self, findings: Iterable[Finding]) -> "Audit":
        """Return the audit with findings made elsewhere in their places."""
        return replace(self, findings=tuple(sorted((*self.findings, *findings), key=_place)))

    @property
    def silent(self) -> tuple[Check, ...]:
        """Return the checks of which no question could be asked."""
        lost = [(one.check, one.asks) for one in self.unanswered if not one.subjects]
        asked = {
            question.check
            for question in (*LOAN_QUESTIONS, *BOOK_QUESTIONS)
            if (question.check, question.asks) not in lost
        }
        return tuple(check for check in Check if check not in asked)

    def __str__(self) -> str:
        """Return a heading, each finding and each question that could not be judged on a line."""
        counts = ", ".join(f"{self.count(each)} {each.value}s" for each in Severity)
        return "\n".join(
            [
                f"{self.loans} loans on {self.as_of}: {counts}",
                *(f"  {finding}" for finding in self.findings),
                *(f"  not judged: {one}" for one in self.unanswered),
            ]
        )


class _Judge:
    """What is gathered while the questions are asked."""

    def __init__(self, given: frozenset[str]) -> None:
        self.findings: list[Finding] = []
        self._lacking = {
            (question.check, question.asks): question.lacks(given)
            for question in (*LOAN_QUESTIONS, *BOOK_QUESTIONS)
        }
        self._refused: dict[tuple[Check, str, str], tuple[MicroloanError, list[str]]] = {}

    def ask(self, questions: Iterable[Question[C]], case: C, *, of: str = "") -> None:
        """Gather what questions find; those without their facts are noted and not asked."""
        for question in questions:
            if self._lacking[question.check, question.asks]:
                continue
            try:
                for finding in question.judge(case):  # what was found before a refusal stays
                    self.findings.append(finding)
            except MicroloanError as refusal:
                key = (question.check, question.asks, refusal.code)
                self._refused.setdefault(key, (refusal, []))[1].append(of)

    def unanswered(self) -> tuple[Unanswered, ...]:
        """Return what could not be judged, by check."""
        lost = [
            Unanswered(
                check=check,
                asks=asks,
                why=f"not given: {', '.join(lacking)}",
                zh=f"未提供：{'、'.join(lacking)}",
            )
            for (check, asks), lacking in self._lacking.items()
            if lacking
        ]
        refused = [
            Unanswered(
                check=check,
                asks=asks,
                why=str(refusal),
                zh=refusal.zh,
                subjects=tuple(filter(None, subjects)),
            )
            for (check, asks, _), (refusal, subjects) in self._refused.items()
        ]
        return tuple(sorted((*lost, *refused), key=lambda one: (one.check.value, one.asks)))


def audit_loans(
    loans: Iterable[Loan],
    facts: Facts,
    *,
    under: Policy,
    as_of: date,
    progress: Progress | None = None,
    held: Iterable[str] | None = None,
) -> Audit:
    """Return what all checks find about loans, each loan read once.

    Nothing is refused that a check can report: a rule that is not known, or a fact that was not
    given, is told as :class:`Unanswered`. Loans paid out later than the day are left out.

    Args:
        loans: the loans, each of them once; they may come one by one.
        facts: what else is known, and the limits.
        under: the rules.
        as_of: the day of the audit.
        progress: called with how many loans are done and how many there are, after each of them.
        held: the contract numbers of all loans there are, where the loans come one by one; one of
            them that does not come is left out, and is no loan that the book has not.

    Raises:
        InvalidTerms: no facts, no policy, or something that is no loan.
        LoanGivenTwice: the same loan twice.
        InvalidDate: no plain date.
    """
    if not isinstance(facts, Facts):
        raise refused_terms("the facts", "核查依据", type(facts).__name__, "Facts")
    if not isinstance(loans, Iterable) or isinstance(loans, str):
        raise _no_loan(loans)
    require_policy(under)
    day, index, judge = asked_day(as_of), Index(facts, as_of=as_of), _Judge(facts.given)
    if held is None:
        loans = tuple(_each_once(loans))
        held = [loan.id for loan in loans]
    ids, later = frozenset(held), set()
    sketches: dict[str, Sketch] = {}
    for done, loan in enumerate(_each_once(loans), start=1):
        if loan.terms.disbursed_on <= day:
            case = loan_case(loan, index, under=under, as_of=day)
            judge.ask(LOAN_QUESTIONS, case, of=loan.id)
            sketches[loan.id] = sketch_of(case)
        else:
            later.add(loan.id)
        if progress is not None:
            progress(done, len(ids))
    book = BookCase(sketches=sketches, index=index, under=under, as_of=day, held=ids - later)
    judge.ask(BOOK_QUESTIONS, book)
    audit = Audit(as_of=day, loans=len(sketches), findings=(), unanswered=judge.unanswered())
    return audit.including((*judge.findings, *facts.bad_rows))


def _each_once(loans: Iterable[Loan]) -> Iterator[Loan]:
    seen: set[str] = set()
    for loan in loans:
        if not isinstance(loan, Loan):
            raise _no_loan(loan)
        if loan.id in seen:
            raise _twice(loan.id)
        seen.add(loan.id)
        yield loan


def _place(finding: Finding) -> tuple[str, int, str]:
    check = check_of(finding)
    return ("" if check is None else check.value, finding.severity.rank, finding.subject)


def _no_loan(given: object) -> MicroloanError:
    return refused_terms("the loans of an audit", "核查贷款", type(given).__name__, "several Loan")


def _twice(loan_id: str) -> LoanGivenTwice:
    return LoanGivenTwice(
        f"{loan_id} is given twice for an audit",
        zh=f"核查贷款中 {loan_id} 出现两次",
        value=loan_id,
        limit="each loan once",
    )
