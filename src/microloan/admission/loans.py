"""贷款记录: what the household owes elsewhere, and the earlier loans of the programme."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import partial

from microloan.admission.case import Answer, Case, by_practice, by_rule
from microloan.finding import Finding, Severity
from microloan.money import fen, from_fen, show
from microloan.months import add_months
from microloan.party import CONSUMER, OtherLoan
from microloan.policy import OtherLoans, Provision

_YEAR_MONTHS = 12


def judge_loans(case: Case) -> Iterator[Answer]:
    """Yield what rules and practice say of other loans and of earlier ones of the programme."""
    application, rules = case.application, case.under
    if application.of_natural_persons:
        asked = rules.other_loans
        yield by_rule(case, "other_loans", lambda: asked.at(case.on), partial(_others, case))
    at_most = rules.loans_at_most[application.category.kind]
    yield by_rule(case, "loans_at_most", lambda: at_most.at(case.on), partial(_number, case))
    yield by_practice("earlier_loans", (*_number_differs(case), *_earlier(case)))


def _others(case: Case, rule: Provision[OtherLoans]) -> Iterator[Finding]:
    """Find the loans that count: those of the look-back years, or open on the day of applying."""
    application = case.application
    aggregated = {CONSUMER} if rule.value.consumer_up_to_fen else set()
    for loan in application.other_loans:
        exempt = loan.purpose in {*rule.value.exempt, *aggregated}
        if not exempt and _counts(loan, rule.value, application.applied_on):
            owed = show(loan.outstanding)
            says = (f"{owed} outstanding", f"余额 {owed} 元")
            yield _other(rule, loan.holder, loan.purpose, loan.lent_on, says)
    for earlier in application.earlier_loans:
        if earlier.holder not in application.borrowing and earlier.open_on(application.applied_on):
            says = (earlier.id, earlier.id)
            yield _other(rule, earlier.holder, "programme", earlier.lent_on, says)
    if aggregated:
        yield from _consumer(case, rule)


def _counts(loan: OtherLoan, rule: OtherLoans, applied_on: date) -> bool:
    if not rule.look_back_years:
        return loan.open_on(applied_on)
    # Five years back reaches the same day five years before, that day inside (民法典, art. 1259).
    since = add_months(applied_on, -_YEAR_MONTHS * rule.look_back_years)
    over = loan.repaid_on is not None and loan.repaid_on < since
    return loan.lent_on <= applied_on and not over


def _other(
    rule: Provision[OtherLoans], holder: str, purpose: str, lent_on: date, says: tuple[str, str]
) -> Finding:
    years = rule.value.look_back_years
    within = f"within {years} years before applying" if years else "open when applying"
    within_zh = f"申请前 {years} 年内" if years else "申请时"
    return Finding(
        code="admission.other_loan",
        severity=Severity.FAULT,
        subject=holder,
        sentence=f"another loan, {purpose}, lent on {lent_on}, {within}: {says[0]}",
        zh=f"{within_zh}有其他贷款（{purpose}，{lent_on} 发放）：{says[1]}",
        figures=(
            ("purpose", purpose),
            ("lent on", f"{lent_on}"),
            ("owed", says[0]),
            ("exempt", ", ".join(rule.value.exempt)),
        ),
        clause=str(rule),
        settle_by="repay it before applying" if not years else "wait until the years are over",
        settle_by_zh="结清后再申请" if not years else "满年限后再申请",
    )


def _consumer(case: Case, rule: Provision[OtherLoans]) -> Iterator[Finding]:
    """Find a household whose consumer loans, cards included, add up to more than is let pass."""
    application, limit_fen = case.application, rule.value.consumer_up_to_fen
    households: dict[frozenset[str], str] = {}
    for person in application.applicants:
        households.setdefault(frozenset({person.id, person.spouse or person.id}), person.id)
    for household, first in households.items():
        owed_fen = sum(
            fen(loan.outstanding)
            for loan in application.other_loans
            if loan.holder in household
            and loan.purpose == CONSUMER
            and _counts(loan, rule.value, application.applied_on)
        )
        if owed_fen > limit_fen:
            owed, limit = show(from_fen(owed_fen)), show(from_fen(limit_fen))
            yield Finding(
                code="admission.consumer_loans",
                severity=Severity.FAULT,
                subject=first,
                sentence=f"consumer loans of {owed}, {limit} at most are let pass",
                zh=f"消费贷款合计 {owed} 元，超过 {limit} 元",
                figures=(("consumer loans", owed), ("at most", limit)),
                clause=str(rule),
                settle_by="repay what exceeds it before applying",
                settle_by_zh="结清超出部分后再申请",
            )


def _number(case: Case, rule: Provision[int]) -> Iterator[Finding]:
    number = max(case.application.category.loan_number, _counted(case))
    if number > rule.value:
        yield Finding(
            code="admission.too_many_loans",
            severity=Severity.FAULT,
            subject=case.application.borrower,
            sentence=f"this would be loan {number}, {rule.value} at most",
            zh=f"本次为第 {number} 笔，累计不得超过 {rule.value} 笔",
            figures=(("loan", f"{number}"), ("at most", f"{rule.value}")),
            clause=str(rule),
            settle_by="a loan without a subsidy, outside the programme",
            settle_by_zh="改为不贴息的一般贷款",
        )


def _counted(case: Case) -> int:
    """Return which loan of the programme this would be, of the one who has had most of them."""
    application = case.application
    had = Counter(
        loan.holder
        for loan in application.earlier_loans
        if loan.holder in application.borrowing and loan.lent_on <= case.on
    )
    return 1 + max(had.values(), default=0)


def _number_differs(case: Case) -> Iterator[Finding]:
    stated, counted = case.application.category.loan_number, _counted(case)
    if stated != counted:
        yield Finding(
            code="admission.loan_number_differs",
            severity=Severity.FAULT,
            subject=case.application.borrower,
            sentence=f"stated as loan {stated}; by the earlier loans listed it is loan {counted}",
            zh=f"申报为第 {stated} 笔，按以往贷款记录应为第 {counted} 笔",
            figures=(("stated", f"{stated}"), ("counted", f"{counted}")),
            settle_by="the right number, or the missing loans",
            settle_by_zh="更正笔数或补齐以往贷款记录",
        )


def _earlier(case: Case) -> Iterator[Finding]:
    """Find earlier loans that are not repaid, or were late; those of a spouse count as others."""
    for loan in case.application.earlier_loans:
        if loan.holder not in case.application.applying:
            continue
        if loan.open_on(case.on):
            yield Finding(
                code="admission.earlier_loan_open",
                severity=Severity.FAULT,
                subject=loan.id,
                sentence=f"lent to {loan.holder} on {loan.lent_on}, not repaid on {case.on}",
                zh=f"{loan.holder} 于 {loan.lent_on} 取得的贷款至 {case.on} 尚未还清",
                figures=(("lent on", f"{loan.lent_on}"), ("holder", loan.holder)),
                settle_by="repayment in full",
                settle_by_zh="还清该笔贷款",
            )
        if loan.days_late and loan.lent_on <= case.on:
            yield Finding(
                code="admission.earlier_loan_late",
                severity=Severity.QUESTION,
                subject=loan.id,
                sentence=f"an earlier loan was late, days past due at worst: {loan.days_late}",
                zh=f"{loan.holder} 以往贷款最长逾期 {loan.days_late} 天",
                figures=(("days late", f"{loan.days_late}"), ("holder", loan.holder)),
                settle_by="a decision of the office",
                settle_by_zh="由机构集体研究决定",
            )
