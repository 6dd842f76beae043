"""发放情况统计表: lending, month-end outstanding and fund balance by borrower group (附表5)."""

from collections.abc import Iterable
from typing import Final

from microloan.fund import GuaranteeFund
from microloan.loan import Loan
from microloan.naming import refused_terms
from microloan.returns.cell import Cell, FigureUnit, Flow, Stock
from microloan.returns.form import Form, FormRow
from microloan.returns.heading import (
    ENTERPRISES,
    HEADINGS,
    OTHERS,
    WOMEN,
    Heading,
    checked_headings,
    heading_of,
)
from microloan.returns.loan_money import LoanMoney, fund_balance_fen
from microloan.returns.month import Month

TOTAL: Final = "合计"
_COLUMNS: Final = (
    "本月发放笔数",
    "本月发放额",
    "本年累计发放笔数",
    "本年累计发放额",
    "月末贷款笔数",
    "月末贷款余额",
    "月末担保基金余额",
)


def lending_form(
    loans: Iterable[Loan],
    funds: Iterable[GuaranteeFund],
    *,
    month: Month,
    headings: Iterable[Heading] = HEADINGS,
) -> Form:
    """Return the form of lending of a month 个人、小微企业创业担保贷款发放情况统计表.

    Facts count on their business day, as they are known now. A loan stands under one heading;
    enterprises and 其他人员 are added to those given, and women are a cross-cut of the total. The
    form's own columns were not seen; these are what the rule asks for (财金〔2023〕75号, 附表5).

    Args:
        loans: the loans, such as those of one bank.
        funds: the guarantee funds, whose balances are added up.
        month: the month.
        headings: the headings for borrower groups.

    Raises:
        InvalidTerms: no month, or something that is no loan, fund or heading; or a fund twice.
        LoanGivenTwice: the same loan twice.
    """
    if not isinstance(month, Month):
        raise refused_terms("the month", "统计月", month, "a Month")
    named = checked_headings(headings)
    given = LoanMoney.of_all(loans)
    sorted_out: dict[str, list[LoanMoney]] = {
        label: [] for label in (*(one.zh for one in named), OTHERS, ENTERPRISES)
    }
    for one in given:
        sorted_out[heading_of(one.loan.category, named)].append(one)
    balance = Stock(
        on=month.last_day, worth=fund_balance_fen(funds, month.last_day), unit=FigureUnit.FEN
    )
    rows = [
        FormRow(label=label, cells=(*_figures(some, month), None))
        for label, some in sorted_out.items()
    ]
    women = [one for one in given if one.loan.category.groups & WOMEN.codes]
    return Form(
        title="lending of guaranteed loans",
        zh="个人、小微企业创业担保贷款发放情况统计表",
        columns=_COLUMNS,
        rows=(
            *rows,
            FormRow(label=TOTAL, cells=(*_figures(given, month), balance)),
            FormRow(label=WOMEN.zh, cells=(*_figures(women, month), None)),
        ),
    )


def _figures(loans: Iterable[LoanMoney], month: Month) -> tuple[Cell, ...]:
    listed = list(loans)
    return (
        *lent_cells(listed, month, since_new_year=False),
        *lent_cells(listed, month, since_new_year=True),
        *outstanding_cells(listed, month),
    )


def lent_cells(
    loans: Iterable[LoanMoney], month: Month, *, since_new_year: bool
) -> tuple[Flow, Flow]:
    """Return how many loans were lent and how much, in a month or in its year up to its end."""
    since = month.new_year if since_new_year else month.first_day
    until, listed = month.last_day, list(loans)
    count = sum(one.begun(since, until) for one in listed)
    lent = sum(one.lent_fen(since, until) for one in listed)
    return (
        Flow(since=since, until=until, worth=count, unit=FigureUnit.LOANS),
        Flow(since=since, until=until, worth=lent, unit=FigureUnit.FEN),
    )


def outstanding_cells(loans: Iterable[LoanMoney], month: Month) -> tuple[Stock, Stock]:
    """Return how many loans are outstanding at a month's end, and how much."""
    on = month.last_day
    owed = [owed for one in loans if (owed := one.outstanding_fen(on))]
    return (
        Stock(on=on, worth=len(owed), unit=FigureUnit.LOANS),
        Stock(on=on, worth=sum(owed), unit=FigureUnit.FEN),
    )
