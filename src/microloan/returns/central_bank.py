"""人民银行小额贷款统计: the central bank's table of small guaranteed loans, of 2004 and 2006."""

from collections.abc import Iterable
from enum import Enum
from typing import Final

from microloan.category import LowProfit
from microloan.fund import GuaranteeFund
from microloan.loan import Loan
from microloan.naming import refused_terms
from microloan.returns.cell import FigureUnit, Stock
from microloan.returns.form import Form, FormRow
from microloan.returns.lending import lent_cells, outstanding_cells
from microloan.returns.loan_money import LoanMoney, fund_balance_fen
from microloan.returns.month import Month
from microloan.reversal import discharge_in


class Backing(Enum):
    """What stands behind a loan in the central bank's table."""

    LOW_PROFIT = "low_profit"
    """基金担保的微利项目."""
    NOT_LOW_PROFIT = "not_low_profit"
    """基金担保的非微利项目."""
    NOT_STATED = "not_stated"
    """基金担保, and nobody said whether the trade is a low-profit one: to be found out."""
    OTHER = "other"
    """其他形式: without a fund, or its guarantee was discharged."""

    @property
    def zh(self) -> str:
        """Return the row's Chinese header."""
        return _ZH[self]


_ZH: Final = {
    Backing.LOW_PROFIT: "其中：基金担保的微利项目",
    Backing.NOT_LOW_PROFIT: "其中：基金担保的非微利项目",
    Backing.NOT_STATED: "其中：基金担保、微利与否待核定",
    Backing.OTHER: "其中：其他形式",
}
_BY_MARK: Final = {
    LowProfit.YES: Backing.LOW_PROFIT,
    LowProfit.NO: Backing.NOT_LOW_PROFIT,
    LowProfit.NOT_STATED: Backing.NOT_STATED,
}


def central_bank_form(
    loans: Iterable[Loan], funds: Iterable[GuaranteeFund], *, month: Month
) -> Form:
    """Return the central bank's table of a month 下岗失业人员小额贷款统计（2004、2006 年）.

    What is outstanding, by what stands behind it; as a memorandum what was lent since the New Year
    and the deposit of the guarantee funds. That deposit is a stock: the table's own definition
    calls it a figure of a period and describes a balance at the end. Loans whose trade nobody
    marked have a row of their own, every month, so that the parts add up to the total.

    Args:
        loans: the loans of the scheme.
        funds: the guarantee funds.
        month: the month.

    Raises:
        InvalidTerms: no month, or something that is no loan or fund; or a fund twice.
        LoanGivenTwice: the same loan twice.
    """
    if not isinstance(month, Month):
        raise refused_terms("the month", "统计月", month, "a Month")
    given = LoanMoney.of_all(loans)
    backed: dict[Backing, list[LoanMoney]] = {backing: [] for backing in Backing}
    for one in given:
        backed[_backing(one.loan, month)].append(one)
    parts = {backing: outstanding_cells(some, month)[1] for backing, some in backed.items()}
    count, lent = lent_cells(given, month, since_new_year=True)
    on = month.last_day
    deposit = Stock(on=on, worth=fund_balance_fen(funds, on), unit=FigureUnit.FEN)
    return Form(
        title="the central bank's table of small loans",
        zh="下岗失业人员小额担保贷款统计",
        columns=("数值",),
        rows=(
            FormRow(label="下岗失业人员小额担保贷款", cells=(outstanding_cells(given, month)[1],)),
            *(FormRow(label=backing.zh, cells=(part,)) for backing, part in parts.items()),
            FormRow(label="附：累计发放额", cells=(lent,)),
            FormRow(label="附：累计发放笔数", cells=(count,)),
            FormRow(label="附：担保基金存款", cells=(deposit,)),
        ),
    )


def _backing(loan: Loan, month: Month) -> Backing:
    discharged = discharge_in(loan.entries, by=month.last_day) is not None
    if loan.guarantee is None or discharged:
        return Backing.OTHER
    return _BY_MARK[loan.category.low_profit]
