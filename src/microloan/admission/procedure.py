"""办理程序: whether somebody went there, and whether the departments signed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

from microloan.admission.case import Answer, Case, by_practice
from microloan.dossier import Department, SignOff, Visit
from microloan.finding import Finding, Severity

_TWO: Final = 2


def judge_procedure(case: Case) -> Iterator[Answer]:
    """Yield what practice says of visits and signatures made by the day of the decision."""
    yield by_practice("visits", _visits(case))
    yield by_practice("sign_offs", _sign_offs(case))


def _signed(case: Case) -> list[SignOff]:
    return [sign_off for sign_off in case.application.sign_offs if sign_off.on <= case.on]


def _visits(case: Case) -> Iterator[Finding]:
    """Find what is wrong with the visits, unless one of them is right in everything."""
    visits = [visit for visit in case.application.visits if visit.on <= case.on]
    first = min((sign_off.on for sign_off in _signed(case)), default=case.on)
    if not visits:
        sentence, zh = f"no site visit by {case.on}", f"至 {case.on} 未实地考察"
        yield _not_visited("admission.visit_missing", case, sentence, zh, ())
    faults = [tuple(_faults_of(visit, first, case)) for visit in visits]
    if all(faults):
        yield from (fault for of_visit in faults for fault in of_visit)


def _faults_of(visit: Visit, first: date, case: Case) -> Iterator[Finding]:
    people = {visitor.person for visitor in visit.visitors}
    organizations = {visitor.organization for visitor in visit.visitors}
    figures = (
        ("visit", f"{visit.on}"),
        ("people", ", ".join(sorted(people))),
        ("organizations", ", ".join(sorted(organizations))),
        ("first signature", f"{first}"),
    )
    if len(people) < _TWO:
        sentence, zh = f"one person made the visit of {visit.on}", f"{visit.on} 的考察仅一人参加"
        yield _not_visited("admission.visit_by_one", case, sentence, zh, figures)
    if len(organizations) < _TWO:
        name = min(organizations)
        sentence, zh = (
            f"{name} alone made the visit of {visit.on}",
            f"{visit.on} 的考察仅 {name} 参加",
        )
        yield _not_visited("admission.visit_by_one_organization", case, sentence, zh, figures)
    if visit.on > first:
        sentence = f"the visit of {visit.on} came after the first signature of {first}"
        zh = f"{visit.on} 的考察晚于首个会审签字 {first}"
        yield _not_visited("admission.visit_after_sign_off", case, sentence, zh, figures)


def _not_visited(
    code: str, case: Case, sentence: str, zh: str, figures: tuple[tuple[str, str], ...]
) -> Finding:
    return Finding(
        code=code,
        severity=Severity.FAULT,
        subject=case.id,
        sentence=sentence,
        zh=zh,
        figures=(*figures, ("decided on", f"{case.on}")),
        settle_by="a visit by two persons of two organizations before anybody signs",
        settle_by_zh="会审签字前由两家单位两人以上实地考察",
    )


def _sign_offs(case: Case) -> Iterator[Finding]:
    by_person: defaultdict[str, set[Department]] = defaultdict(set)
    for sign_off in _signed(case):
        by_person[sign_off.person].add(sign_off.department)
    for department in Department:
        if not any(department in theirs for theirs in by_person.values()):
            sentence = f"no signature of {department.value} by {case.on}"
            zh = f"至 {case.on} 无{department.zh}会审签字"
            yield _not_signed("admission.sign_off_missing", case.id, sentence, zh, department.value)
    for person, theirs in sorted(by_person.items()):
        names = ", ".join(department.value for department in Department if department in theirs)
        names_zh = "、".join(department.zh for department in Department if department in theirs)
        if len(theirs) > 1:
            sentence, zh = f"one person signed for {names}", f"一人代表多个部门签字：{names_zh}"
            yield _not_signed("admission.sign_off_by_one_person", person, sentence, zh, names)
        if person == case.application.prepared_by:
            sentence = f"prepared the file and signed it for {names}"
            zh = f"同一人经办并代表{names_zh}审定"
            yield _not_signed("admission.prepared_and_signed", person, sentence, zh, names)


def _not_signed(code: str, subject: str, sentence: str, zh: str, departments: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.FAULT,
        subject=subject,
        sentence=sentence,
        zh=zh,
        figures=(("departments", departments),),
        settle_by="a signature of each department, each by a person of its own",
        settle_by_zh="各部门分别由不同人员会审签字",
    )
