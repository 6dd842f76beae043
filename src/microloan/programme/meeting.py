"""联席会议记录: joint reviews by three departments, and what they decided."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from microloan.dossier import Department, SignOff
from microloan.finding import Finding, Severity
from microloan.naming import (
    identities_of,
    identity,
    refused_terms,
    require_one_of,
    several_of,
)
from microloan.party import tuple_of
from microloan.periods import asked_day, plain_date


class Matter(Enum):
    """议题: what a joint meeting decides on."""

    YEARLY_PLAN = "yearly_plan"
    """年度计划."""
    SUBSIDY_PLAN = "subsidy_plan"
    """贴息计划."""
    APPLICATION = "application"
    """贷款会审."""
    CLAIM = "claim"
    """代偿审核."""
    NEWS = "news"
    """放贷及偿还情况通报."""

    @property
    def zh(self) -> str:
        """Return the matter in Chinese."""
        return _MATTERS_ZH[self]


_MATTERS_ZH: Final = {
    Matter.YEARLY_PLAN: "年度计划",
    Matter.SUBSIDY_PLAN: "贴息计划",
    Matter.APPLICATION: "贷款会审",
    Matter.CLAIM: "代偿审核",
    Matter.NEWS: "放贷及偿还情况通报",
}


class Ruling(Enum):
    """会议结论: what a joint meeting decided."""

    APPROVED = "approved"
    """同意."""
    REJECTED = "rejected"
    """不同意."""
    DEFERRED = "deferred"
    """暂缓."""
    HEARD = "heard"
    """听取."""

    @property
    def zh(self) -> str:
        """Return the ruling in Chinese."""
        return _RULINGS_ZH[self]


_RULINGS_ZH: Final = {
    Ruling.APPROVED: "同意",
    Ruling.REJECTED: "不同意",
    Ruling.DEFERRED: "暂缓",
    Ruling.HEARD: "听取",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """议事事项: one matter of a meeting and what became of it.

    Args:
        matter: what it is.
        ref: its number, such as that of the application.
        ruling: what was decided.

    Raises:
        InvalidTerms: no :class:`Matter` or no :class:`Ruling`.
        InvalidIdentity: an unusable number.
    """

    matter: Matter
    ref: str
    ruling: Ruling

    def __post_init__(self) -> None:
        """Refuse an item that nobody could find."""
        require_one_of(self.matter, Matter, "the matter", "议题")
        identity(self.ref, "an item")
        require_one_of(self.ruling, Ruling, "the ruling", "会议结论")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """联席会议: one joint meeting, who signed its minutes, and what it decided.

    Args:
        id: the number of its minutes.
        on: the day.
        sign_offs: who signed for which department.
        agenda: what it decided.

    Raises:
        InvalidIdentity: an unusable number.
        InvalidDate: not a plain date.
        InvalidTerms: something that is no signature or no item, or nothing decided.
    """

    id: str
    on: date
    sign_offs: tuple[SignOff, ...]
    agenda: tuple[AgendaItem, ...]

    def __post_init__(self) -> None:
        """Refuse a meeting about nothing."""
        identity(self.id, "a meeting")
        plain_date(self.on, "a meeting")
        tuple_of(self.sign_offs, SignOff, "the signatures", "会审签字")
        tuple_of(self.agenda, AgendaItem, "the agenda", "议题")
        if not self.agenda:
            raise refused_terms("the agenda", "议题", 0, "one item at least")


def check_meetings(
    meetings: Iterable[Meeting], granted: Iterable[str], *, as_of: date
) -> tuple[Finding, ...]:
    """Return what is wrong with the log of joint meetings, as known on a day.

    Each of the three departments signs, each by a person of its own, on the day of the meeting or
    later; nothing is finally decided twice; nothing is granted without an approval.

    Args:
        meetings: the log; the same minutes again are one meeting.
        granted: the numbers of the applications that were granted.
        as_of: the day; meetings and signatures after it are not known.

    Raises:
        InvalidTerms: something that is no meeting, or one number for two meetings.
        InvalidIdentity: an unusable number.
        InvalidDate: not a plain date.
    """
    asked_day(as_of)
    wanted = identities_of(granted, "an application")
    listed = several_of(meetings, Meeting, "the meetings", "联席会议")
    known = [each for each in dict.fromkeys(listed) if each.on <= as_of]
    if len({each.id for each in known}) < len(known):
        raise refused_terms("the meetings", "联席会议", len(known), "a number of its own for each")
    return (
        *(found for meeting in known for found in _of_signatures(meeting, as_of)),
        *_of_rulings(known, wanted),
    )


def _of_signatures(meeting: Meeting, as_of: date) -> Iterator[Finding]:
    signed = [each for each in meeting.sign_offs if each.on <= as_of]
    people: defaultdict[str, set[Department]] = defaultdict(set)
    for sign_off in signed:
        people[sign_off.person].add(sign_off.department)
        if sign_off.on < meeting.on:
            sentence = f"{sign_off.department.value} signed on {sign_off.on}, before {meeting.on}"
            zh = f"{sign_off.department.zh}签字日 {sign_off.on} 早于会议日 {meeting.on}"
            yield _finding("programme.signed_before_meeting", meeting.id, sentence, zh)
    for department in Department:
        if all(each.department is not department for each in signed):
            sentence = f"no signature of {department.value} by {as_of}"
            zh = f"至 {as_of} 无{department.zh}签字"
            yield _finding("programme.department_missing", meeting.id, sentence, zh)
    for person, departments in sorted(people.items()):
        if len(departments) > 1:
            names = ", ".join(each.value for each in Department if each in departments)
            names_zh = "、".join(each.zh for each in Department if each in departments)
            sentence, zh = f"{person} signed for {names}", f"{person} 代表多个部门签字：{names_zh}"
            yield _finding("programme.one_person_for_two", meeting.id, sentence, zh)


def _of_rulings(meetings: list[Meeting], granted: set[str]) -> Iterator[Finding]:
    final = {Ruling.APPROVED, Ruling.REJECTED}
    items = [item for meeting in meetings for item in meeting.agenda]
    decided = Counter((item.matter, item.ref) for item in items if item.ruling in final)
    for (matter, ref), times in decided.items():
        if times > 1:
            sentence, zh = (
                f"{matter.value} decided {times} times",
                f"{matter.zh}作出结论 {times} 次",
            )
            yield _finding("programme.decided_twice", ref, sentence, zh)
    approved = {
        item.ref
        for item in items
        if item.matter is Matter.APPLICATION and item.ruling is Ruling.APPROVED
    }
    for ref in sorted(granted - approved):
        sentence, zh = "granted, and no joint meeting approved it", "已发放，无联席会议同意记录"
        yield _finding("programme.not_approved", ref, sentence, zh)


def _finding(code: str, subject: str, sentence: str, zh: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.FAULT,
        subject=subject,
        sentence=sentence,
        zh=zh,
        settle_by="the signed minutes",
        settle_by_zh="补正会议纪要与签字",
    )
