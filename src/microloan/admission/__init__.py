"""准入: may this loan be granted? Every finding, not the first, with its clause and figures."""

from dataclasses import dataclass
from datetime import date

from microloan.admission.business import judge_business
from microloan.admission.case import Answer, Case, Checked
from microloan.admission.contract import judge_contract
from microloan.admission.loans import judge_loans
from microloan.admission.people import judge_people
from microloan.admission.procedure import judge_procedure
from microloan.admission.sureties import judge_sureties
from microloan.application import Application
from microloan.finding import Finding, Severity
from microloan.naming import refused_terms
from microloan.periods import asked_day
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.table import Table, Tabular, tabulate

__all__ = ["Assessment", "Checked", "assess"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Tabular):
    """准入审核意见: everything that was found about an application, and what was asked.

    Args:
        application: the application's identity.
        on: the day of the decision.
        findings: everything found, the gravest first.
        checked: the rules and practices that could be judged; for each that could not, there is a
            finding.
    """

    application: str
    on: date
    findings: tuple[Finding, ...]
    checked: tuple[Checked, ...]

    def as_table(self) -> Table:
        """Return one row for each of the findings."""
        return tabulate(self.findings, of=Finding)

    @property
    def admissible(self) -> bool:
        """Tell whether no fault was found; questions and notes do not stand in the way."""
        return not self.count(Severity.FAULT)

    def count(self, severity: Severity) -> int:
        """Return how many findings there are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def __str__(self) -> str:
        """Return the answer, each finding on a line, and what was asked."""
        answer = "admissible" if self.admissible else "not admissible"
        counts = ", ".join(f"{_PLURALS[each]}: {self.count(each)}" for each in Severity)
        asked = ", ".join(checked.what for checked in self.checked)
        return "\n".join(
            [
                f"{self.application} on {self.on}: {answer} ({counts})",
                *(f"  {finding}" for finding in self.findings),
                f"  judged: {asked}",
            ]
        )

    def in_chinese(self) -> str:
        """Return the same in Chinese."""
        answer = "可予准入" if self.admissible else "不予准入"
        counts = "，".join(f"{each.zh} {self.count(each)} 项" for each in Severity)
        return "\n".join(
            [
                f"{self.application}（{self.on}）：{answer}（{counts}）",
                *(f"  {finding.in_chinese()}" for finding in self.findings),
            ]
        )


_PLURALS = {Severity.FAULT: "faults", Severity.QUESTION: "questions", Severity.NOTE: "notes"}


def assess(application: Application, *, under: Policy, on: date) -> Assessment:
    """Return whether a loan may be granted by the facts known on the day of the decision.

    Who may borrow is judged by the rules of that day, on the facts of the day of applying where a
    rule says so; what the contract may say is judged by the rules of its signing day, which govern
    the loan. A rule that is not known for its day is a finding, never silence. Nothing is refused
    here: a finding tells what stands in the way, and ``Loan.grant`` asks no policy.

    Args:
        application: the facts.
        under: the rules.
        on: the day of the decision; what happened later is not known yet.

    Raises:
        InvalidTerms: no application, or no policy.
        InvalidDate: no plain date.
    """
    if not isinstance(application, Application):
        raise refused_terms("an application", "申请", application, "an Application")
    require_policy(under)
    case = Case(application=application, under=under, on=asked_day(on))
    answers: tuple[Answer, ...] = (
        *judge_people(case),
        *judge_loans(case),
        *judge_business(case),
        *judge_contract(case),
        *judge_sureties(case),
        *judge_procedure(case),
    )
    findings = [finding for answer in answers for finding in answer.findings]
    return Assessment(
        application=application.id,
        on=on,
        findings=tuple(sorted(findings, key=lambda finding: finding.severity.rank)),
        checked=tuple(answer.checked for answer in answers if answer.checked is not None),
    )
