"""审批核查: who stood on which list, and whose business was open, on the day of the decision."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from microloan.blacklist import BlacklistSpan
from microloan.checks.case import LoanCase
from microloan.checks.check import Check
from microloan.checks.files import Business
from microloan.checks.sketch import BookCase, several
from microloan.finding import Finding, Severity
from microloan.months import whole_months

_YEAR_MONTHS: Final = 12


def blacklisted(case: LoanCase) -> Iterator[Finding]:
    """K09: find borrower, spouse or surety on the blacklist on the day of the decision."""
    for person, role in _roles(case.loan.borrower, case.spouses, case.sureties).items():
        for entry in case.index.blacklist.get(person, ()):
            if entry.holds_on(case.decided_on):
                yield _blacklisted(case.id, person, role, since=entry.since, on=case.decided_on)


def blacklist_not_known(case: LoanCase) -> Iterator[Finding]:
    """K09: find nothing; it refuses where no rule says when arrears put people on the blacklist.

    Raises:
        NotInForce: the rule of that due day is not known.
    """
    if case.spans_gap is not None:
        raise case.spans_gap
    return iter(())


def blacklisted_by_the_book(case: BookCase) -> Iterator[Finding]:
    """K09: find people whom the arrears of another loan of the book had put on the blacklist.

    Who stood on the list that was handed in is found there.
    """
    spans: dict[str, list[BlacklistSpan]] = {}
    for sketch in case.sketches.values():
        for span in sketch.spans:
            spans.setdefault(span.person, []).append(span)
    for sketch in case.sketches.values() if spans else ():
        on = sketch.decided_on
        for person, role in _roles(sketch.borrower, sketch.spouses, sketch.sureties).items():
            if any(entry.holds_on(on) for entry in case.index.blacklist.get(person, ())):
                continue
            for span in spans.get(person, ()):
                if span.loan_id != sketch.loan_id and span.holds_on(on):
                    yield _blacklisted(
                        sketch.loan_id, person, role, since=span.since, on=on, loan_id=span.loan_id
                    )


def _roles(
    borrower: str, spouses: Iterable[str], sureties: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Return everybody around a loan, each in the first of his roles."""
    roles = dict.fromkeys(sureties, ("surety", "反担保人"))
    roles |= dict.fromkeys(spouses, ("spouse", "配偶"))
    return roles | {borrower: ("borrower", "借款人")}


def _blacklisted(
    of: str, person: str, role: tuple[str, str], *, since: date, on: date, loan_id: str = ""
) -> Finding:
    word, word_zh = role
    return Check.K09.found(
        "blacklisted",
        of=of,
        sentence=f"its {word} {person} stood on the blacklist since {since}"
        f"{f' for {loan_id}' if loan_id else ''}; it was decided on {on}",
        zh=f"{word_zh} {person} 自 {since} 起{f'因 {loan_id} ' if loan_id else ''}在黑名单，"
        f"审批日 {on}",
        figures=(("since", f"{since}"), ("decided on", f"{on}")),
        settle_by="recall of the loan, or the removal that was overlooked",
        settle_by_zh="提前收回，或补充移出黑名单的依据",
    )


def excluded(case: LoanCase) -> Iterator[Finding]:
    """K10: find a borrower on public payroll or retired on the day of the decision."""
    for entry in case.index.statuses.get(case.loan.borrower, ()):
        if entry.holds_on(case.decided_on):
            yield Check.K10.found(
                "excluded_status",
                of=case.id,
                sentence=f"its borrower was {entry.status.value.replace('_', ' ')} since "
                f"{entry.since}, when it was decided on {case.decided_on}",
                zh=f"借款人自 {entry.since} 起为{entry.status.zh}，审批日为 {case.decided_on}",
                figures=(("status", entry.status.value), ("since", f"{entry.since}")),
                settle_by="recall of the loan and of its subsidy",
                settle_by_zh="提前收回贷款并追回贴息",
            )


def too_old(case: LoanCase) -> Iterator[Finding]:
    """K10: find a borrower older than the rule of the day of the decision lets borrow.

    Raises:
        NotInForce: no limit of age is known for that day.
    """
    ages = _ages(case)
    if not ages:
        return
    age, most = max(ages), case.under.age_limit.at(case.decided_on)
    if age > most.value:
        yield Check.K10.found(
            "too_old",
            of=case.id,
            sentence=f"its borrower was {age} years old on {case.decided_on}, {most.value} at most",
            zh=f"审批日 {case.decided_on} 借款人已满 {age} 周岁，不超过 {most.value} 周岁",
            figures=(("age", f"{age}"), ("at most", f"{most.value}")),
            clause=str(most),
            settle_by="a decision of the office",
            settle_by_zh="由机构集体研究决定",
        )


def too_young(case: LoanCase) -> Iterator[Finding]:
    """K10: find a borrower younger than the audit lets borrow; on that birthday it is right."""
    ages, least = _ages(case), case.facts.limits.least_age
    if ages and least is not None and min(ages) < least:
        age = min(ages)
        yield Check.K10.found(
            "too_young",
            of=case.id,
            sentence=f"its borrower was {age} years old on {case.decided_on}, {least} at least",
            zh=f"审批日 {case.decided_on} 借款人 {age} 周岁，不低于 {least} 周岁",
            figures=(("age", f"{age}"), ("at least", f"{least}")),
            settle_by="the consent of a guardian, or the loan back",
            settle_by_zh="补充监护人同意，或收回贷款",
        )


def _ages(case: LoanCase) -> set[int]:
    """Return the borrower's age on the day of the decision, by every register that has one.

    Whoever was born after that day is a case of K24.
    """
    born = {one.born_on for one in case.index.persons.get(case.loan.borrower, ())}
    on = case.decided_on
    return {whole_months(day, on) // _YEAR_MONTHS for day in born if day is not None and day <= on}


def deregistered(case: LoanCase) -> Iterator[Finding]:
    """K11: find a business deregistered before the decision, or on subsidized days.

    The days before that of deregistration are right. Each business is judged, and one that two
    registers know differently is a question.
    """
    for closed_on in sorted({one.closed_on for one in case.businesses if one.closed_on}):
        yield from _closed(case, closed_on)
    for _, group in several(set(case.businesses), key=lambda one: one.opened_on):
        if len(group) > 1:
            yield _registers_differ(case, group)


def _registers_differ(case: LoanCase, group: list[Business]) -> Finding:
    ends = sorted(f"{one.holder or '-'} {one.closed_on or 'open'}" for one in group)
    return Check.K11.found(
        "registers_differ",
        of=case.id,
        severity=Severity.QUESTION,
        sentence=f"its business of {group[0].opened_on} is known in {len(ends)} ways: "
        f"{', '.join(ends)}",
        zh=f"{group[0].opened_on} 登记的经营主体有 {len(ends)} 种记载：{'、'.join(ends)}",
        figures=(("records", ", ".join(ends)),),
        settle_by="the extract of the business register",
        settle_by_zh="核对市场主体登记信息",
    )


def _closed(case: LoanCase, closed_on: date) -> Iterator[Finding]:
    if closed_on < case.decided_on:
        yield Check.K11.found(
            "before_decision",
            of=case.id,
            sentence=f"its business was deregistered on {closed_on}, before the decision of "
            f"{case.decided_on}",
            zh=f"经营主体已于 {closed_on} 注销，审批日为 {case.decided_on}",
            figures=(("closed on", f"{closed_on}"), ("decided on", f"{case.decided_on}")),
            settle_by="recall of the loan and of its subsidy",
            settle_by_zh="提前收回贷款并追回贴息",
        )
    last = max(_subsidized_until(case), default=None)
    if last is not None and last[0] > closed_on:
        yield Check.K11.found(
            "subsidized_after",
            of=case.id,
            sentence=f"{last[1]} subsidizes it to {last[0]}; its business was deregistered on "
            f"{closed_on}",
            zh=f"{last[1]} 贴息至 {last[0]}，经营主体已于 {closed_on} 注销",
            figures=(("closed on", f"{closed_on}"), ("subsidized to", f"{last[0]}")),
            settle_by="a stop of the subsidy on that day, and what was asked since taken back",
            settle_by_zh="自注销之日停止贴息并追回",
        )


def _subsidized_until(case: LoanCase) -> Iterator[tuple[date, str]]:
    """Yield until when each file subsidizes a loan."""
    for row in case.asking:
        yield row.closes_on, row.ref
    for line in case.lines:
        asked = case.requested.get(line.due_on)
        if asked is not None and asked.net_fen:
            days = [one.closes_on for one in line.segments if one.subsidized_fen]
            yield max(days, default=line.segments[0].opens_on), str(asked.request)


def prepared_and_approved(case: LoanCase) -> Iterator[Finding]:
    """K25: find a file that one person prepared and signed."""
    for file in case.files:
        signed = [one for one in file.sign_offs if one.person == file.prepared_by]
        if signed:
            names = ", ".join(one.department.value for one in signed)
            names_zh = "、".join(one.department.zh for one in signed)
            yield Check.K25.found(
                "prepared_and_approved",
                of=case.id,
                sentence=f"{file.prepared_by} prepared its file and signed it for {names}",
                zh=f"{file.prepared_by} 经办该笔贷款并代表{names_zh}审批",
                figures=(("person", file.prepared_by), ("departments", names)),
                settle_by="a signature of somebody else",
                settle_by_zh="由他人重新审批",
            )
