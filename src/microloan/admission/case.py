"""What is judged, and what each rule or practice that was asked answered."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from microloan.application import Application
from microloan.errors import CategoryNeeded, NotInForce
from microloan.finding import Finding, Severity
from microloan.policy import Policy, Provision
from microloan.policy.measures import MEASURES

T = TypeVar("T")
_BY_OVERLAY = (
    "an overlay that sets the rule, or a decision of the office",
    "补充地方规定，或由机构集体研究决定",
)
_SETTLED = {
    "rate_cap": (
        "the reference rate stated in the category, or an overlay that sets the rule",
        "在贷款要素中载明参考利率，或补充地方规定",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An application, the rules it is judged by, and the day on which it is decided."""

    application: Application
    under: Policy
    on: date

    @property
    def id(self) -> str:
        """Return the identity of the application."""
        return self.application.id

    @property
    def signed_on(self) -> date:
        """Return the day whose rules govern the contract."""
        return self.application.terms.signed_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A rule or a practice of offices that was asked.

    Args:
        what: the measure of the policy, such as ``"age_limit"``, or the practice.
        clause: the decree and clause; empty for a practice.
    """

    what: str
    clause: str = ""

    def __str__(self) -> str:
        """Return what was asked, with its clause."""
        return f"{self.what}: {self.clause or 'practice of offices'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one rule or practice said; ``checked`` is ``None`` where it could not be judged."""

    checked: Checked | None
    findings: tuple[Finding, ...]


def by_rule(
    case: Case,
    measure: str,
    ask: Callable[[], Provision[T]],
    judge: Callable[[Provision[T]], Iterable[Finding]],
) -> Answer:
    """Return what a rule says of a case; where there is no rule to ask, a finding that says so."""
    try:
        rule = ask()
    except NotInForce as refusal:
        return Answer(checked=None, findings=(_not_judged(case, measure, refusal),))
    except CategoryNeeded as refusal:
        return Answer(checked=None, findings=(_fact_missing(case, measure, refusal),))
    return Answer(checked=Checked(what=measure, clause=str(rule)), findings=tuple(judge(rule)))


def by_practice(what: str, findings: Iterable[Finding]) -> Answer:
    """Return what a practice of offices, on which no national rule was read, says of a case."""
    return Answer(checked=Checked(what=what), findings=tuple(findings))


def _not_judged(case: Case, measure: str, refusal: NotInForce) -> Finding:
    title, title_zh = MEASURES[measure].title, MEASURES[measure].title_zh
    settle, settle_zh = _SETTLED.get(measure, _BY_OVERLAY)
    return Finding(
        code="admission.not_judged",
        severity=Severity.QUESTION,
        subject=case.id,
        sentence=f"the {title} could not be judged: {refusal}",
        zh=f"{title_zh}无法核定：{refusal.zh}",
        figures=(("rule", measure), ("reason", f"{refusal}")),
        settle_by=settle,
        settle_by_zh=settle_zh,
    )


def _fact_missing(case: Case, measure: str, refusal: CategoryNeeded) -> Finding:
    title, title_zh = MEASURES[measure].title, MEASURES[measure].title_zh
    return Finding(
        code="admission.fact_missing",
        severity=Severity.FAULT,
        subject=case.id,
        sentence=f"the {title} could not be judged: {refusal}",
        zh=f"{title_zh}无法核定：{refusal.zh}",
        figures=(("rule", measure), ("missing", f"{refusal}")),
        settle_by="state it in the category",
        settle_by_zh="在贷款要素中载明",
    )
