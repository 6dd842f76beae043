"""台账用词: by which words a ledger names the choices of a contract, and texts of several parts."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Final, TypeVar

from microloan.category import BorrowerKind, LowProfit
from microloan.clauses import Amortization, PrincipalPart
from microloan.dated import Dated
from microloan.excel.typed_cell import plain_text, read_day, read_fen
from microloan.guarantee import UpperShare
from microloan.ledger import EntryKind
from microloan.money import fen, from_fen
from microloan.naming import is_code
from microloan.penalty import Daily, Multiple, PenaltyRate
from microloan.periods import DayCount
from microloan.policy import Level, borrower_groups
from microloan.rate import percent, show_rate
from microloan.table.kind import Language
from microloan.table.label import word_of

M = TypeVar("M", bound=Enum)

SEPARATOR: Final = "、"
_BETWEEN: Final = re.compile(r"[、,;]+")
_NAMED: Final = "："
_EVERY_DAY: Final = "0001-01-01"
_DEFAULT_PENALTY: Final = "逾期罚息"
_ALSO: Final[Mapping[Enum, str]] = {
    Amortization.EQUAL_INSTALLMENTS: "等额本息还款 等额还款",
    Amortization.EQUAL_PRINCIPAL: "等额本金还款",
    Amortization.INTEREST_ONLY: "按期付息到期还本 按季付息到期还本 按月付息到期还本 先息后本 "
    "按季付息、到期还本 按月付息、到期还本 按季结息到期还本",
    Amortization.BULLET: "到期一次还本付息 一次性还本付息 到期还本付息",
    Amortization.CUSTOM: "自定义还款 分期还本 按期付息分期还本",
    BorrowerKind.INDIVIDUAL: "个人贷款 个体 个人",
    BorrowerKind.PARTNERSHIP: "合伙 合伙创业 组织起来就业 合伙贷款",
    BorrowerKind.ENTERPRISE: "企业 小微企业贷款 小微企业 劳动密集型小企业",
    LowProfit.YES: "是",
    LowProfit.NO: "否",
    LowProfit.NOT_STATED: "未注明",
    DayCount.ACT_360: "实际天数/360 ACT/360 A/360",
    DayCount.ACT_365: "实际天数/365 ACT/365 A/365",
    DayCount.THIRTY_360: "30/360",
    DayCount.THIRTY_E_360: "30E/360",
    EntryKind.REPAYMENT: "正常还款 还款 收回 收本息",
    EntryKind.PREPAYMENT: "提前还款 提前还贷",
    EntryKind.CLAIM_PAYOUT: "代偿 基金代偿",
    EntryKind.DISBURSEMENT: "放款 发放",
}
"""What offices and banks write as well."""


@cache
def words_of(kind: type[M]) -> Mapping[str, M]:
    """Return every word by which a ledger may name a member of a closed set.

    >>> words_of(LowProfit)["是"]
    <LowProfit.YES: 'yes'>
    """
    known: dict[str, M] = {}
    for member in kind:
        also = _ALSO.get(member, "").split()
        for word in (word_of(member, Language.ZH), str(member.value), *also):
            known.setdefault(plain_text(word), member)
    return known


def word(member: Enum) -> str:
    """Return the word by which the library itself writes a member."""
    return word_of(member, Language.ZH)


@cache
def _group_names() -> Mapping[str, str]:
    return {code: group.zh for code, group in borrower_groups().items()}


def groups_text(codes: Iterable[str]) -> str:
    """Return borrower groups by their Chinese names.

    >>> groups_text({"graduate", "渔民"})
    '渔民、高校毕业生'
    """
    names = _group_names()
    return SEPARATOR.join(sorted(names.get(code, code) for code in codes))


def groups_of(text: str, own: Mapping[str, str]) -> frozenset[str]:
    """Return the codes of borrower groups by their names.

    Args:
        text: the names, or codes, one after the other.
        own: the names that a place has besides, with the code of each.

    Raises:
        KeyError: a name that nobody knows.

    >>> sorted(groups_of("出租车、网约车司机、退伍军人", {"退伍军人": "veteran"}))
    ['hire_driver', 'veteran']
    """
    named = {plain_text(name): code for code, name in _group_names().items()} | dict(own)
    for name in sorted(named, key=len, reverse=True):
        if _BETWEEN.search(name):
            text = text.replace(name, named[name])
    return frozenset(
        part if part.isascii() and is_code(part) else named[part] for part in parts_of(text)
    )


def is_plain_group(code: str) -> bool:
    """Tell whether a code is not the name of another group, for which it would be read.

    >>> is_plain_group("graduate"), is_plain_group("摊贩"), is_plain_group("高校毕业生")
    (True, True, False)
    """
    return code in _group_names() or code not in _group_names().values()


def parts_of(text: str) -> list[str]:
    """Return the parts of a text that lists several."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def rate_text(rate: Decimal) -> str:
    """Return a rate in percent, as a cell of text that nobody mistakes.

    >>> rate_text(Decimal("0.0395"))
    '3.95%'
    """
    return show_rate(rate).replace(" ", "")


def days_text(days: Iterable[date]) -> str:
    """Return days, one after the other."""
    return SEPARATOR.join(map(str, days))


def days_of(text: str) -> tuple[date, ...]:
    """Return the days of a text."""
    return tuple(read_day(part) for part in parts_of(text))


def principal_text(parts: Iterable[PrincipalPart]) -> str:
    """Return the dated parts of a principal, each a day and an amount."""
    return SEPARATOR.join(
        f"{part.due_on}={fen(part.principal) // 100}.{fen(part.principal) % 100:02}"
        for part in parts
    )


def principal_of(text: str) -> tuple[PrincipalPart, ...]:
    """Return the parts of a principal.

    >>> [str(part.due_on) for part in principal_of("2025-03-15=30000.00、2026-03-15=70000")]
    ['2025-03-15', '2026-03-15']
    """
    pairs = (part.split("=") for part in parts_of(text))
    return tuple(
        PrincipalPart(due_on=read_day(day.strip()), principal=from_fen(read_fen(amount.strip())))
        for day, amount in pairs
    )


def penalty_text(agreed: Dated[PenaltyRate]) -> str:
    """Return a penalty: its name, and each rate with the day from which it was agreed."""
    values = (f"{day}={_penalty_words(rate)}" for day, rate in agreed.values)
    return f"{agreed.name}{_NAMED}{SEPARATOR.join(values)}"


def penalty_of(text: str) -> Dated[PenaltyRate]:
    """Return a penalty; a rate alone was agreed from the start.

    >>> str(penalty_of("1.5倍").at(date(2024, 1, 1)))
    '1.5 × the contract rate'
    """
    name, _, rest = text.replace(":", _NAMED).rpartition(_NAMED)
    pairs = [part.rpartition("=") for part in parts_of(rest)]
    return Dated(
        name or _DEFAULT_PENALTY,
        tuple((date.fromisoformat(day or _EVERY_DAY), _penalty(rate)) for day, _, rate in pairs),
    )


def upper_text(shares: Iterable[UpperShare]) -> str:
    """Return what levels of government above the fund bear."""
    return SEPARATOR.join(f"{word(one.level)}={rate_text(one.share)}" for one in shares)


def upper_of(text: str) -> tuple[UpperShare, ...]:
    """Return the shares of levels above the fund."""
    pairs = (part.split("=") for part in parts_of(text))
    return tuple(
        UpperShare(level=words_of(Level)[level], share=percent(share.removesuffix("%")))
        for level, share in pairs
    )


def _penalty_words(rate: PenaltyRate) -> str:
    if isinstance(rate, Multiple):
        return f"{rate.of_contract_rate:f}倍"
    return f"每日{rate_text(rate.rate)}"


def _penalty(text: str) -> PenaltyRate:
    if text.endswith("倍"):
        return Multiple(Decimal(text.removesuffix("倍")))
    if not text.startswith("每日"):
        raise ValueError(text)
    return Daily(percent(text.removeprefix("每日").removesuffix("%")))
