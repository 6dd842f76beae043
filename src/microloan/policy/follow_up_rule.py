"""What the rules and offices say of following a loan up: reminders, grades, the blacklist."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from microloan.clauses import Opening
from microloan.naming import refused_terms, require_one_of, require_whole
from microloan.party import tuple_of

_FARTHEST: Final = 3_650


class Channel(Enum):
    """催收方式: how a borrower is reached, or what is done where nobody answers."""

    LETTER = "letter"
    """书面通知: a letter, such as the reminder a month before maturity."""
    SMS = "sms"
    """短信."""
    PHONE = "phone"
    """电话."""
    VISIT = "visit"
    """上门: a call at the door."""
    GUARANTOR = "guarantor"
    """联系反担保人: the counter-guarantor is reached."""
    DEDUCTION = "deduction"
    """扣款: what a guarantor on public payroll earns is drawn upon."""
    COURT = "court"
    """起诉: the debt is sued for."""
    CLAIM = "claim"
    """代偿申请: the fund is called on, and the borrower goes on the blacklist."""

    @property
    def zh(self) -> str:
        """Return the channel in Chinese."""
        return _CHANNELS_ZH[self]


_CHANNELS_ZH: Final = {
    Channel.LETTER: "书面通知",
    Channel.SMS: "短信",
    Channel.PHONE: "电话",
    Channel.VISIT: "上门",
    Channel.GUARANTOR: "联系反担保人",
    Channel.DEDUCTION: "扣款",
    Channel.COURT: "起诉",
    Channel.CLAIM: "代偿申请",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """催收阶梯的一级: so many days from a due day, the borrower is reached in this way.

    Args:
        days: from the due day; below nothing before it: -30 is a month before.
        channel: how.

    Raises:
        InvalidTerms: no whole number of days within ten years, or no :class:`Channel`.
    """

    days: int
    channel: Channel

    def __post_init__(self) -> None:
        """Refuse a rung on no day or by no way."""
        require_whole(self.days, "the days of a rung", "催收阶梯天数", -_FARTHEST, _FARTHEST)
        require_one_of(self.channel, Channel, "the channel", "催收方式")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeDays:
    """五级分类的逾期天数: beyond how many days past due a loan falls into each of the lower grades.

    Args:
        special_mention: beyond it 关注; 0: from the first day past due.
        substandard: beyond it 次级: 90 days past due are not yet beyond 90.
        doubtful: beyond it 可疑.
        loss: beyond it 损失; ``None`` where no number of days makes a loss.

    Raises:
        InvalidTerms: no whole numbers that strictly rise.
    """

    special_mention: int
    substandard: int
    doubtful: int
    loss: int | None

    def __post_init__(self) -> None:
        """Refuse limits that do not rise."""
        limits = [self.special_mention, self.substandard, self.doubtful]
        limits += [] if self.loss is None else [self.loss]
        for days in limits:
            require_whole(days, "the days of a grade", "分类逾期天数", 0, _FARTHEST)
        if limits != sorted(set(limits)):
            raise refused_terms("the days of the grades", "分类逾期天数", limits, "strictly rising")


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueBands:
    """逾期分档: the last days of the bands into which arrears are sorted by their age.

    >>> [str(band) for band in OverdueBands(last_days=(30, 60)).bands]
    ['1-30', '31-60', '61+']

    Args:
        last_days: the last day of each band but the open one at the end.

    Raises:
        InvalidTerms: no days, or days that do not strictly rise.
    """

    last_days: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse days that do not rise."""
        tuple_of(self.last_days, int, "the days of the bands", "逾期分档天数")
        for days in self.last_days:
            require_whole(days, "the days of a band", "逾期分档天数", 1, _FARTHEST)
        if not self.last_days or list(self.last_days) != sorted(set(self.last_days)):
            raise refused_terms(
                "the days of the bands", "逾期分档天数", self.last_days, "strictly rising"
            )

    @property
    def bands(self) -> tuple["OverdueBand", ...]:
        """Return the bands, the youngest first; the last one is open."""
        firsts = (1, *(days + 1 for days in self.last_days))
        lasts = (*self.last_days, None)
        return tuple(
            OverdueBand(first=first, last=last) for first, last in zip(firsts, lasts, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueBand:
    """逾期档: from so many days past due through so many, both inside; ``last=None`` is open."""

    first: int
    last: int | None

    def __contains__(self, days_past_due: int) -> bool:
        """Tell whether so many days past due lie in the band."""
        return self.first <= days_past_due and (self.last is None or days_past_due <= self.last)

    def __str__(self) -> str:
        """Return the band in print, such as ``31-60``."""
        return f"{self.first}+" if self.last is None else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlacklistRule:
    """黑名单规则: at how many days past due a borrower goes on the blacklist.

    Args:
        days: the days past due.
        opening: whether reaching them is enough, or they must be exceeded.

    Raises:
        InvalidTerms: no whole number of days, or no :class:`~microloan.clauses.Opening`.

    >>> strict = BlacklistRule(days=90, opening=Opening.STRICTLY_AFTER)
    >>> strict.opens_at, BlacklistRule(days=90, opening=Opening.AT_OR_AFTER).opens_at
    (91, 90)
    """

    days: int
    opening: Opening

    def __post_init__(self) -> None:
        """Refuse a rule that names no day."""
        require_whole(self.days, "the days of the blacklist", "黑名单逾期天数", 1, _FARTHEST)
        require_one_of(self.opening, Opening, "the opening", "起算口径")

    @property
    def opens_at(self) -> int:
        """Return the first number of days past due that puts a borrower on the blacklist."""
        return self.days + (self.opening is Opening.STRICTLY_AFTER)
