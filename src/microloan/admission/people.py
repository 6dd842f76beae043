"""借款资格: whether the persons may borrow: group, age, standing, blacklist, id number."""

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import partial

from microloan.admission.case import Answer, Case, by_practice, by_rule
from microloan.application import Application
from microloan.category import BorrowerKind
from microloan.finding import Finding, Severity
from microloan.id_number import born_by_id_number, id_number_fault
from microloan.months import whole_months
from microloan.party import Applicant, CounterGuarantor
from microloan.policy import Provision

_YEAR_MONTHS = 12


def judge_people(case: Case) -> Iterator[Answer]:
    """Yield what rules and practice say of the persons; an enterprise has no group and no age."""
    if case.application.of_natural_persons:
        rules = case.under
        yield by_rule(case, "groups", lambda: rules.groups.at(case.on), partial(_groups, case))
        yield by_rule(case, "age_limit", lambda: rules.age_limit.at(case.on), partial(_ages, case))
        yield by_practice("statuses", _statuses(case))
    if case.application.category.kind is BorrowerKind.PARTNERSHIP:
        yield by_practice("heads", _heads(case))
    yield by_practice("blacklist", _blacklisted(case))
    if any(person.id_number for person in _numbered(case.application)):
        yield by_practice("id_numbers", _id_numbers(case.application))


def _groups(case: Case, rule: Provision[tuple[str, ...]]) -> Iterator[Finding]:
    stated = case.application.category.groups
    if not stated & set(rule.value):
        yield Finding(
            code="admission.no_listed_group",
            severity=Severity.FAULT,
            subject=case.id,
            sentence=f"in no borrower group of the list; stated: {_names(stated)}",
            zh=f"不属于规定的人员类别；申报类别：{_names(stated, '无')}",
            figures=(("groups", _names(stated)), ("listed", ", ".join(rule.value))),
            clause=str(rule),
            settle_by="evidence of a listed group",
            settle_by_zh="补充规定人员类别的证明",
        )
    for group in sorted(stated - set(rule.value) - _known_otherwise(case)):
        yield Finding(
            code="admission.group_not_listed",
            severity=Severity.QUESTION,
            subject=case.id,
            sentence=f"the group {group} is not in the national list",
            zh=f"人员类别“{group}”不在国家规定范围内",
            figures=(("group", group), ("listed", ", ".join(rule.value))),
            clause=str(rule),
            settle_by="an overlay whose list has the group",
            settle_by_zh="提供列有该类别的地方规定",
        )


def _known_otherwise(case: Case) -> set[str]:
    """Return the codes of which another rule of the day speaks: a ceiling, a waiver."""
    known: set[str] = set()
    ceiling = case.under.ceiling[case.application.category.kind].known(case.on)
    if isinstance(ceiling, Provision):
        known |= {group for group, _ in ceiling.value.by_group_fen}
    waiver = case.under.counter_guarantee.known(case.on)
    if isinstance(waiver, Provision):
        known |= set(waiver.value.waived_for)
    return known


def _names(codes: AbstractSet[str], none: str = "none") -> str:
    return ", ".join(sorted(codes)) or none


def _ages(case: Case, rule: Provision[int]) -> Iterator[Finding]:
    """Find who is too old: a person is of an age from the birthday until the next."""
    for person in case.application.applicants:
        age = whole_months(person.born_on, case.on) // _YEAR_MONTHS
        if age > rule.value:
            yield Finding(
                code="admission.too_old",
                severity=Severity.FAULT,
                subject=person.id,
                sentence=f"{age} years old on {case.on}, {rule.value} at most",
                zh=f"{case.on} 已满 {age} 周岁，超过 {rule.value} 周岁",
                figures=(("age", f"{age}"), ("at most", f"{rule.value}")),
                clause=str(rule),
                settle_by="another applicant",
                settle_by_zh="更换申请人",
            )


def _statuses(case: Case) -> Iterator[Finding]:
    for entry in case.application.statuses:
        if entry.holds_on(case.on):
            yield Finding(
                code="admission.excluded_status",
                severity=Severity.QUESTION,
                subject=entry.person,
                sentence=f"{entry.status.value.replace('_', ' ')} since {entry.since}; "
                "local rules exclude it, no national one was read",
                zh=f"自 {entry.since} 起为{entry.status.zh}；地方规定不予受理，未见国家规定",
                figures=(("status", entry.status.value), ("since", f"{entry.since}")),
                settle_by="the local rule, or a decision of the office",
                settle_by_zh="按地方规定，或由机构集体研究决定",
            )


def _heads(case: Case) -> Iterator[Finding]:
    heads, listed = case.application.category.heads, len(case.application.applicants)
    if heads != listed:
        yield Finding(
            code="admission.heads_differ",
            severity=Severity.FAULT,
            subject=case.id,
            sentence=f"{heads} heads stated, {listed} applicants listed",
            zh=f"申报合伙人 {heads} 人，列明申请人 {listed} 人",
            figures=(("stated", f"{heads}"), ("listed", f"{listed}")),
            settle_by="the list of all partners, or the right number of heads",
            settle_by_zh="补齐合伙人名单或更正人数",
        )


def _blacklisted(case: Case) -> Iterator[Finding]:
    application = case.application
    roles = dict.fromkeys((surety.id for surety in application.counter_guarantors), "反担保人")
    roles |= dict.fromkeys(sorted(application.spouses), "配偶")
    roles |= dict.fromkeys((person.id for person in application.applicants), "申请人")
    roles[application.borrower] = "借款人"
    for entry in application.blacklist:
        if entry.person in roles and entry.holds_on(case.on):
            until = f"until {entry.until}" if entry.until else "for good"
            until_zh = f"至 {entry.until}" if entry.until else "未定期限"
            yield Finding(
                code="admission.blacklisted",
                severity=Severity.FAULT,
                subject=entry.person,
                sentence=f"on the blacklist since {entry.since}, {until}",
                zh=f"{roles[entry.person]}自 {entry.since} 起列入黑名单，{until_zh}",
                figures=(("since", f"{entry.since}"), ("until", f"{entry.until or 'open'}")),
                settle_by="removal from the blacklist, or another person",
                settle_by_zh="移出黑名单，或更换人员",
            )


def _numbered(application: Application) -> list[Applicant | CounterGuarantor]:
    return [*application.applicants, *application.counter_guarantors]


def _id_numbers(application: Application) -> Iterator[Finding]:
    """Find numbers that cannot exist; a number itself is never printed."""
    born = {person.id: person.born_on for person in application.applicants}
    bearers: defaultdict[str, set[str]] = defaultdict(set)
    for person in _numbered(application):
        if not person.id_number:
            continue
        bearers[person.id_number].add(person.id)
        stated = born_by_id_number(person.id_number)
        fault = id_number_fault(person.id_number)
        if fault is not None:
            yield _bad_number(person.id, "form, birth or checksum", fault.value, fault.zh)
        elif person.id in born and born[person.id] != stated:
            days = f"born on {born[person.id]}, by the number on {stated}"
            days_zh = f"出生日期 {born[person.id]} 与证件号所载 {stated} 不符"
            yield _bad_number(person.id, "day of birth", days, days_zh)
    for others in (ids for ids in bearers.values() if len(ids) > 1):
        names = ", ".join(sorted(others))
        zh = f"同一证件号对应多人：{names}"
        yield _bad_number(min(others), "one number, one person", f"shared by {names}", zh)


def _bad_number(person: str, test: str, found: str, zh: str) -> Finding:
    return Finding(
        code="admission.id_number",
        severity=Severity.FAULT,
        subject=person,
        sentence=f"the id number fails the test of {test}: {found}",
        zh=f"身份证号有误：{zh}",
        figures=(("test", test), ("found", found)),
        settle_by="the number from the card",
        settle_by_zh="核对身份证件",
    )
