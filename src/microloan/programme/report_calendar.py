"""报送日历: which reports fall due when, and which are late or missing."""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from microloan.finding import Finding, Severity
from microloan.naming import identity, refused_terms, several_of
from microloan.periods import asked_day, in_order, plain_date
from microloan.policy import Provision
from microloan.programme.event import Event
from microloan.programme.practice import ReportDuty
from microloan.table import columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDue:
    """应报送报告: one report that falls due on a day.

    Args:
        duty: which report, by its code.
        due_on: the last day on which it is in time.
        about: the event it reports; empty where it has days of its own.
        rule: where the day stands.
        day_known: whether a day was read; without one it is the last of the month, and nothing can
            be late.
    """

    duty: str
    due_on: date
    about: str
    rule: str
    day_known: bool = True

    COLUMNS = columns_of("duty report_due_on=due_on about_event=about rule day_known")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFiled:
    """已报送报告: a report handed in.

    Args:
        duty: which report, by its code.
        due_on: the day on which it fell due.
        on: the day on which it was handed in.
        ref: its number.
        about: the event it reports; empty where it has days of its own.

    Raises:
        InvalidIdentity: an unusable code or number.
        InvalidDate: not a plain date.
    """

    duty: str
    due_on: date
    on: date
    ref: str
    about: str = ""

    def __post_init__(self) -> None:
        """Refuse a report that nobody could find."""
        identity(self.duty, "a report duty")
        identity(self.ref, "a report")
        if self.about != "":
            identity(self.about, "an event")
        plain_date(self.due_on, "a report")
        plain_date(self.on, "a report")


def due_reports(
    duties: Iterable[Provision[ReportDuty]],
    *,
    since: date,
    until: date,
    events: Iterable[Event] = (),
) -> tuple[ReportDue, ...]:
    """Return the reports that fall due from one day through another, the earliest first.

    Args:
        duties: which reports are due when, such as ``load_practice().duties``; each from its first
            day. A place hands in its own ones only.
        since: the first day.
        until: the last day, inside.
        events: what reports after an event are about; each is due after every such duty's days.

    Raises:
        InvalidDate: not a plain date, or days in the wrong order.
        InvalidTerms: something that is no duty or no event.
    """
    in_order(plain_date(since, "a calendar"), plain_date(until, "a calendar"), "a calendar")
    happened = several_of(events, Event, "the events", "活动")
    known = several_of(duties, Provision, "the duties", "报送要求")
    for duty in known:
        if not isinstance(duty.value, ReportDuty):
            raise refused_terms("a duty", "报送要求", duty, "a Provision of a ReportDuty")
    found = [
        ReportDue(
            duty=duty.value.code,
            due_on=day,
            about=about,
            rule=str(duty),
            day_known=bool(duty.value.days or duty.value.after_days),
        )
        for duty in known
        for day, about in _days_of(duty.value, since, until, happened)
        if max(since, duty.since) <= day <= until
    ]
    return tuple(sorted(found, key=lambda due: (due.due_on, due.duty, due.about)))


def _days_of(
    duty: ReportDuty, since: date, until: date, events: list[Event]
) -> Iterator[tuple[date, str]]:
    if duty.after_days:
        for event in events:
            yield event.on + timedelta(days=duty.after_days), event.ref
    for year in range(since.year, until.year + 1):
        for month in duty.months:
            last = calendar.monthrange(year, month)[1]
            for day in sorted({min(day, last) for day in duty.days or (last,)}):
                yield date(year, month, day), ""


def late_reports(
    due: Iterable[ReportDue], filed: Iterable[ReportFiled], *, as_of: date
) -> tuple[Finding, ...]:
    """Return a finding for each report handed in late, or not at all, as known on a day.

    On its last day a report is in time.

    Raises:
        InvalidDate: not a plain date.
        InvalidTerms: something that is no report.
    """
    asked_day(as_of)
    wanted = several_of(due, ReportDue, "the reports due", "应报送报告")
    given = several_of(filed, ReportFiled, "the reports filed", "已报送报告")
    first: dict[tuple[str, date, str], date] = {}
    for report in given:
        key = (report.duty, report.due_on, report.about)
        if report.on <= as_of:
            first[key] = min(report.on, first.get(key, report.on))
    late = []
    for report_due in wanted:
        if not report_due.day_known:
            continue
        filed_on = first.get((report_due.duty, report_due.due_on, report_due.about))
        if (as_of if filed_on is None else filed_on) > report_due.due_on:
            late.append(_late(report_due, filed_on, as_of))
    return tuple(late)


def _late(due: ReportDue, filed_on: date | None, as_of: date) -> Finding:
    days = ((as_of if filed_on is None else filed_on) - due.due_on).days
    about = f" about {due.about}" if due.about else ""
    about_zh = f"（{due.about}）" if due.about else ""
    handed = "not handed in" if filed_on is None else f"handed in on {filed_on}"
    handed_zh = "尚未报送" if filed_on is None else f"于 {filed_on} 报送"
    return Finding(
        code="programme.report_missing" if filed_on is None else "programme.report_late",
        severity=Severity.FAULT if filed_on is None else Severity.NOTE,
        subject=due.duty,
        sentence=f"the report{about} was due on {due.due_on}, {handed}: {days} days late",
        zh=f"报告{about_zh}应于 {due.due_on} 前报送，{handed_zh}，逾期 {days} 天",
        figures=(("due on", str(due.due_on)), ("days late", str(days))),
        clause=due.rule,
        settle_by="" if filed_on else "hand it in",
        settle_by_zh="" if filed_on else "补报",
    )
