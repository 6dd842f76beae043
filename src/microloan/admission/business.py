"""经营主体: whether the business stands in the register, and whom an enterprise has hired."""

from collections.abc import Iterator
from functools import partial

from microloan.admission.case import Answer, Case, by_practice, by_rule
from microloan.dossier import Staff
from microloan.finding import Finding, Severity
from microloan.months import add_months
from microloan.policy import HiredRatio, Provision


def judge_business(case: Case) -> Iterator[Answer]:
    """Yield what practice says of the register and, for an enterprise, the rule of the hires."""
    yield by_practice("register", _register(case))
    if not case.application.of_natural_persons:
        asked = case.under.hired_ratio
        yield by_rule(case, "hired_ratio", lambda: asked.at(case.on), partial(_hires, case))


def _register(case: Case) -> Iterator[Finding]:
    """Find a business that is in no register on the day; an individual may have none at all."""
    register = case.application.register
    if register is None:
        sentence, zh = "no register entry of the business was looked up", "未查询经营主体登记信息"
        yield _unregistered("admission.register_missing", case, sentence, zh)
        return
    if register.opened_on > case.on:
        sentence = f"the business was registered on {register.opened_on}, decided on {case.on}"
        zh = f"经营主体登记日 {register.opened_on} 晚于审定日 {case.on}"
        yield _unregistered("admission.business_not_open", case, sentence, zh)
    if register.closed_on is not None and register.closed_on <= case.on:
        sentence = f"the business was deregistered on {register.closed_on}, decided on {case.on}"
        zh = f"经营主体已于 {register.closed_on} 注销，审定日为 {case.on}"
        yield _unregistered("admission.business_closed", case, sentence, zh)


def _unregistered(code: str, case: Case, sentence: str, zh: str) -> Finding:
    application, register = case.application, case.application.register
    days: tuple[tuple[str, str], ...] = ()
    if register is not None:
        closed = f"{register.closed_on or 'open'}"
        days = (("opened on", f"{register.opened_on}"), ("closed on", closed))
    return Finding(
        code=code,
        severity=Severity.NOTE
        if register is None and application.of_natural_persons
        else Severity.FAULT,
        subject=application.borrower,
        sentence=sentence,
        zh=zh,
        figures=(*days, ("decided on", f"{case.on}")),
        settle_by="a register entry that stands on the day of the decision",
        settle_by_zh="提供审定日有效的登记信息",
    )


def _hires(case: Case, rule: Provision[HiredRatio]) -> Iterator[Finding]:
    """Find too few hires; the new hires count as staff too."""
    staff = case.application.staff
    if staff is None:
        yield Finding(
            code="admission.staff_missing",
            severity=Severity.FAULT,
            subject=case.application.borrower,
            sentence="the staff was not counted",
            zh="未核实在职职工人数",
            clause=str(rule),
            settle_by="the roster, the contracts and the proof of social insurance",
            settle_by_zh="提供职工花名册、劳动合同和社保缴纳证明",
        )
        return
    required, hired = rule.value.required(staff.people), _hired(case, staff, rule.value)
    if hired < required:
        window = rule.value.window_months
        within = f" within {window} months before applying" if window else ""
        within_zh = f"申请前 {window} 个月内" if window else ""
        yield Finding(
            code="admission.too_few_hires",
            severity=Severity.FAULT,
            subject=case.application.borrower,
            sentence=f"{hired} hired{within} of a staff of {staff.people}, {required} at least",
            zh=f"在职职工 {staff.people} 人，{within_zh}新招用 {hired} 人，至少应为 {required} 人",
            figures=(
                ("staff", f"{staff.people}"),
                ("hired", f"{hired}"),
                ("at least", f"{required}"),
            ),
            clause=str(rule),
            settle_by="more hires from the listed groups",
            settle_by_zh="增加招用规定人员",
        )


def _hired(case: Case, staff: Staff, rule: HiredRatio) -> int:
    """Return how many hires count; twelve months back reach the same day of the year before."""
    applied_on = case.application.applied_on
    days = [day for day in staff.hired_on if day <= applied_on]
    if rule.window_months is None:
        return len(days)
    since = add_months(applied_on, -rule.window_months)
    return sum(day >= since for day in days)
