"""关注名单表: the watch list of a day as the office prints it."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from microloan.excel.page import Heading, Page
from microloan.naming import several_of
from microloan.periods import asked_day
from microloan.table.kind import ColumnKind
from microloan.tracking import Watch

_WATCHED: Final = (
    Heading("贷款编号", ColumnKind.TEXT),
    Heading("借款人", ColumnKind.TEXT),
    Heading("经办银行", ColumnKind.TEXT),
    Heading("关注原因", ColumnKind.TEXT),
    Heading("逾期天数", ColumnKind.COUNT),
    Heading("逾期本息", ColumnKind.MONEY),
    Heading("代偿未收回金额", ColumnKind.MONEY),
    Heading("可代偿截止日", ColumnKind.DATE),
)


def watch_page(watches: Iterable[Watch], *, as_of: date) -> Page:
    """Return the watch list 关注名单 of a day as a page, the gravest loans first.

    Args:
        watches: the list, as :func:`microloan.tracking.watch_list` returns it.
        as_of: the day it is of.

    Raises:
        InvalidTerms: something that is no line of a watch list.
        InvalidDate: no plain date.
    """
    listed = several_of(watches, Watch, "the watch list", "关注名单")
    return Page(
        name="关注名单",
        title="贷后关注名单",
        notes=(f"截至：{asked_day(as_of)}　　单位：元、天",),
        headings=_WATCHED,
        rows=[
            (
                *(one.loan_id, one.borrower, one.lender),
                "、".join(concern.zh for concern in one.concerns),
                *(one.days_past_due, one.arrears_fen, one.subrogated_fen, one.claim_by),
            )
            for one in listed
        ],
        totals=(
            *("合计", f"{len(listed)} 笔", None, None, None),
            sum(one.arrears_fen for one in listed),
            sum(one.subrogated_fen for one in listed),
            None,
        ),
        signatures=("制表人", "复核人"),
        keys=2,
    )
