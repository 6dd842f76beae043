"""贴息申请表: a request for subsidy as the bank files it, with its lines over the levels."""

from fractions import Fraction
from typing import Final

from microloan.excel.capitals import in_capitals
from microloan.excel.page import Heading, Page
from microloan.levels import Levels
from microloan.money import Money, rounded
from microloan.naming import refused_terms
from microloan.policy import Level, Shares
from microloan.request import SubsidyRequest
from microloan.table.kind import ColumnKind

_FILED_BY: Final = ("经办银行（章）", "担保中心审核", "财政部门审核")
_TEXT, _MONEY, _DATE = ColumnKind.TEXT, ColumnKind.MONEY, ColumnKind.DATE
_COUNT, _RATE = ColumnKind.COUNT, ColumnKind.RATE
_PLACES: Final = 12
"""To how many places a share such as one third is stated."""
_DETAIL: Final = (
    ("贷款编号", _TEXT),
    ("借款人名称", _TEXT),
    ("期次", _COUNT),
    ("结息日", _DATE),
    ("贷款金额", _MONEY),
    ("发放时间", _DATE),
    ("期限（月）", _COUNT),
    ("放贷利率", _RATE),
    ("贴息天数", _COUNT),
    ("应付利息", _MONEY),
    ("借款人承担利息", _MONEY),
)


def request_pages(request: SubsidyRequest) -> tuple[Page, ...]:
    """Return a request 贴息申请 as pages: the form, its lines, what is corrected, what waits.

    The amount is spelled in capitals; one to be returned is marked 红字. Pages of nothing are left
    out, but for form and lines.

    Args:
        request: the request.

    Raises:
        InvalidTerms: no request.
    """
    if not isinstance(request, SubsidyRequest):
        raise refused_terms("the request", "贴息申请", type(request).__name__, "a SubsidyRequest")
    levels = [part.level for part in request.levels]
    pages = [_form(request), _lines(request, levels)]
    if request.corrections:
        pages.append(_corrections(request, levels))
    if request.waiting:
        pages.append(_waiting(request))
    return tuple(pages)


def _form(request: SubsidyRequest) -> Page:
    headings = [
        ("经办银行", _TEXT),
        ("结息季", _TEXT),
        ("贷款发生额", _MONEY),
        ("贷款发生笔数", _COUNT),
        ("季初余额", _MONEY),
        ("季末余额", _MONEY),
        ("贴息笔数", _COUNT),
        ("本季贴息额", _MONEY),
        ("更正金额", _MONEY),
        ("申请贴息资金额", _MONEY),
    ]
    row = [
        *(request.lender, str(request.quarter), request.lent_fen, request.lent_count),
        *(request.opening_fen, request.closing_fen, len(request.lines)),
        *(request.subsidy_fen, request.corrected_fen, request.amount_fen),
    ]
    for part in request.levels:
        headings.append((f"{part.level.zh}承担金额", _MONEY))
        row.append(part.amount_fen)
    return Page(
        name="贴息申请表",
        title="创业担保贷款贴息资金申请表",
        notes=(*_notes(request), f"申请日期：{request.on}"),
        headings=tuple(Heading(*each) for each in headings),
        rows=[tuple(row)],
        below=(f"申请贴息资金额（大写）：{_spelled(request.amount)}",),
        signatures=_FILED_BY,
        keys=2,
    )


def _spelled(amount: Money) -> str:
    below = amount.amount < 0
    return f"红字 {in_capitals(-amount)}" if below else in_capitals(amount)


def _lines(request: SubsidyRequest, levels: list[Level]) -> Page:
    rows = [
        (
            *(line.loan_id, line.borrower, line.number, line.due_on, line.principal_fen),
            *(line.disbursed_on, line.months, line.annual_rate, line.days),
            *(line.interest_fen, line.borne_fen),
            *_split(line.levels, line.shares, levels),
            line.subsidy_fen,
        )
        for line in request.lines
    ]
    lines = request.lines
    return Page(
        name="贴息明细表",
        title="创业担保贷款贴息明细表",
        notes=_notes(request),
        headings=(
            *(Heading(*each) for each in _DETAIL),
            *_level_headings(levels),
            Heading("实际贴息总金额", _MONEY),
        ),
        rows=rows,
        totals=(
            *("合计", f"{len(lines)} 笔", *[None] * 7),
            *(sum(line.interest_fen for line in lines), sum(line.borne_fen for line in lines)),
            *_level_totals(request.line_levels, levels),
            request.subsidy_fen,
        ),
        below=(f"实际贴息总金额（大写）：{_spelled(request.subsidy)}",),
        signatures=_FILED_BY,
        keys=2,
    )


def _corrections(request: SubsidyRequest, levels: list[Level]) -> Page:
    return Page(
        name="更正明细表",
        title="创业担保贷款贴息更正明细表",
        notes=_notes(request),
        headings=(
            Heading("贷款编号", _TEXT),
            *(Heading("期次", _COUNT), Heading("结息日", _DATE), Heading("原申请结息季", _TEXT)),
            *(Heading("原因", _TEXT), Heading("文书号", _TEXT)),
            *(Heading("原贴息额", _MONEY), Heading("应贴息额", _MONEY)),
            *_level_headings(levels),
            Heading("更正金额", _MONEY),
        ),
        rows=[
            (
                *(one.loan_id, one.number, one.due_on, str(one.requested_in), one.cause, one.ref),
                *(one.was_fen, one.is_fen, *_split(one.levels, one.shares, levels)),
                one.difference_fen,
            )
            for one in request.corrections
        ],
        totals=(
            *("合计", *[None] * 5),
            sum(one.was_fen for one in request.corrections),
            sum(one.is_fen for one in request.corrections),
            *_level_totals(request.corrected_levels, levels),
            request.corrected_fen,
        ),
        signatures=_FILED_BY,
    )


def _waiting(request: SubsidyRequest) -> Page:
    return Page(
        name="待申请明细表",
        title="创业担保贷款待申请贴息明细表",
        notes=_notes(request),
        headings=(
            *(Heading("贷款编号", _TEXT), Heading("期次", _COUNT), Heading("结息日", _DATE)),
            *(Heading("贴息额", _MONEY), Heading("暂不申请的原因", _TEXT)),
        ),
        rows=[
            (one.loan_id, one.number, one.due_on, one.subsidy_fen, one.reason.zh)
            for one in request.waiting
        ],
        totals=("合计", None, None, sum(one.subsidy_fen for one in request.waiting), None),
    )


def _notes(request: SubsidyRequest) -> tuple[str, ...]:
    quarter = request.quarter
    days = f"{quarter.first_day} 至 {quarter.last_day}"
    return (f"经办银行：{request.lender}", f"结息季：{quarter}（{days}）", "单位：元")


def _level_headings(levels: list[Level]) -> tuple[Heading, ...]:
    return tuple(
        Heading(f"{level.zh}{text}", kind)
        for level in levels
        for text, kind in (("承担比例", _RATE), ("承担金额", _MONEY))
    )


def _split(parts: Levels, shares: Shares, levels: list[Level]) -> list[object]:
    """Return share and amount of each level; of a level that bears no part of it, nothing."""
    share: dict[Level, Fraction] = dict(shares.parts)
    amount = {part.level: part.amount_fen for part in parts}
    cells: list[object] = []
    for level in levels:
        part = share.get(level)
        cells += [None if part is None else rounded(part, _PLACES), amount.get(level)]
    return cells


def _level_totals(parts: Levels, levels: list[Level]) -> list[object]:
    amount = {part.level: part.amount_fen for part in parts}
    return [cell for level in levels for cell in (None, amount.get(level, 0))]
