"""绩效指标: the yearly performance table of the office, each figure against its target."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from microloan.fallen_due import RepaidBy
from microloan.fund import GuaranteeFund
from microloan.loan import Loan
from microloan.money import rounded
from microloan.naming import refused_terms, require_one_of, require_whole
from microloan.periods import FIRST_YEAR, LAST_YEAR
from microloan.quotient import Quotient
from microloan.returns.loan_money import LoanMoney, fund_balance_fen, funds_once
from microloan.risk import repayment_rate_by_amount
from microloan.table import columns_of


class Indicator(Enum):
    """One line of the performance table."""

    LENDING_GROWTH = "lending_growth"
    REPAYMENT_RATE = "repayment_rate"
    SUBSIDY_PAID = "subsidy_paid"
    FUNDS_MATCHED = "funds_matched"
    LEVERAGE = "leverage"
    SATISFACTION = "satisfaction"

    @property
    def zh(self) -> str:
        """Return the indicator in Chinese."""
        return _ZH[self]

    @property
    def from_book(self) -> bool:
        """Tell whether the book itself answers; the others are given."""
        return self in _FROM_BOOK


_ZH: Final = {
    Indicator.LENDING_GROWTH: "发放额增长率",
    Indicator.REPAYMENT_RATE: "贷款回收率",
    Indicator.SUBSIDY_PAID: "资金足额拨付率",
    Indicator.FUNDS_MATCHED: "配套资金到位率",
    Indicator.LEVERAGE: "担保基金放大倍数",
    Indicator.SATISFACTION: "满意度",
}
_FROM_BOOK: Final = frozenset(
    {Indicator.LENDING_GROWTH, Indicator.REPAYMENT_RATE, Indicator.LEVERAGE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorTarget:
    """目标值: what an indicator should reach, and where that is written.

    Args:
        at_least: the figure, as a fraction or a multiple.
        reference: the paper that sets it.

    Raises:
        InvalidTerms: no finite decimal, or no reference.
    """

    at_least: Decimal
    reference: str

    def __post_init__(self) -> None:
        """Refuse a target without a figure or a paper."""
        if not isinstance(self.at_least, Decimal) or not self.at_least.is_finite():
            raise refused_terms("a target", "目标值", self.at_least, "a Decimal")
        if not isinstance(self.reference, str) or not self.reference.strip():
            raise refused_terms("the reference of a target", "目标依据", self.reference, "a text")


class Result(Enum):
    """Whether a target was reached."""

    REACHED = "reached"
    """达标."""
    MISSED = "missed"
    """未达标."""
    NO_FIGURE = "no_figure"
    """无数: nothing was given, or there is no denominator."""
    NO_TARGET = "no_target"
    """无目标: a figure that nothing is held against."""

    @property
    def zh(self) -> str:
        """Return it in Chinese."""
        return _RESULTS[self]


_RESULTS: Final = {
    Result.REACHED: "达标",
    Result.MISSED: "未达标",
    Result.NO_FIGURE: "无数",
    Result.NO_TARGET: "无目标",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """One line of the performance table.

    Args:
        indicator: what it measures.
        quotient: the two figures it is made of; ``None`` where nobody gave them. Of the growth it
            is this year's lending ÷ last year's, and the growth is what it exceeds one by.
        target: what it should reach; ``None`` where no target is set.
    """

    indicator: Indicator
    quotient: Quotient | None
    target: IndicatorTarget | None

    COLUMNS = columns_of(
        "indicator numerator=quotient?.part denominator=quotient?.whole ratio=value",
        "threshold=target?.at_least result=outcome rule=target?.reference",
    )

    @property
    def exact(self) -> Fraction | None:
        """Return the figure exactly; ``None`` where there is none."""
        value = None if self.quotient is None else self.quotient.exact
        if value is not None and self.indicator is Indicator.LENDING_GROWTH:
            return value - 1
        return value

    @property
    def value(self) -> Decimal | None:
        """Return the figure to four places, rounded half up; ``None`` where there is none."""
        return None if self.exact is None else rounded(self.exact, 4)

    @property
    def outcome(self) -> Result:
        """Return whether the target was reached."""
        if self.exact is None:
            return Result.NO_FIGURE
        if self.target is None:
            return Result.NO_TARGET
        reached = self.exact >= Fraction(self.target.at_least)
        return Result.REACHED if reached else Result.MISSED


def performance_table(
    loans: Iterable[Loan],
    funds: Iterable[GuaranteeFund],
    *,
    year: int,
    targets: Mapping[Indicator, IndicatorTarget],
    given: Mapping[Indicator, Quotient],
    counting: Iterable[RepaidBy],
) -> tuple[IndicatorRow, ...]:
    """Return the performance table of a year 绩效指标表, one line for each indicator.

    The book answers for the growth of lending, the repayment of what fell due in the year, and the
    leverage on its last day: exposure ÷ the balance of all funds given.

    Args:
        loans: the loans.
        funds: the guarantee funds.
        year: the calendar year.
        targets: what indicators should reach; they differ by place and year, so none is built in.
        given: the figures that no book of loans holds: subsidy paid in full, matched funds,
            satisfaction.
        counting: what counts as repaid, see :func:`microloan.risk.repayment_rate_by_amount`.

    Raises:
        InvalidTerms: no year; something that is no loan, fund, indicator, target or quotient; a
            fund twice; or a figure given for what the book answers itself.
        LoanGivenTwice: the same loan twice.
    """
    require_whole(year, "the year", "年度", FIRST_YEAR + 1, LAST_YEAR)
    _check(targets, IndicatorTarget, "the targets", "目标值")
    _check(given, Quotient, "the figures given", "给定数值")
    for indicator in given:
        if indicator.from_book:
            raise refused_terms(
                "a figure given", "给定数值", indicator.value, "one the book does not hold"
            )
    listed = LoanMoney.of_all(loans)
    quotients: dict[Indicator, Quotient] = {
        **given,
        Indicator.LENDING_GROWTH: _growth(listed, year),
        Indicator.REPAYMENT_RATE: repayment_rate_by_amount(
            [one.loan for one in listed],
            since=date(year, 1, 1),
            until=date(year, 12, 31),
            counting=counting,
        ),
        Indicator.LEVERAGE: _leverage(listed, funds, date(year, 12, 31)),
    }
    return tuple(
        IndicatorRow(
            indicator=indicator,
            quotient=quotients.get(indicator),
            target=targets.get(indicator),
        )
        for indicator in Indicator
    )


def _growth(loans: Iterable[LoanMoney], year: int) -> Quotient:
    listed = list(loans)
    now, before = (
        sum(one.lent_fen(date(when, 1, 1), date(when, 12, 31)) for one in listed)
        for when in (year, year - 1)
    )
    return Quotient(name=f"发放额: lent in {year} ÷ lent in {year - 1}", part=now, whole=before)


def _leverage(loans: Iterable[LoanMoney], funds: Iterable[GuaranteeFund], on: date) -> Quotient:
    pools = funds_once(funds)
    balance = fund_balance_fen(pools, on)
    mine = {fund.id for fund in pools}
    exposure = sum(
        step.exposure_fen
        for one in loans
        if one.loan.guarantee is not None and one.loan.guarantee.fund_id in mine
        for step in one.loan.exposure_steps()
        if step.on <= on
    )
    return Quotient(name=f"放大倍数: exposure ÷ balance on {on}", part=exposure, whole=balance)


def _check(given: Mapping[Indicator, object], kind: type, what: str, zh: str) -> None:
    if not isinstance(given, Mapping):
        raise refused_terms(what, zh, given, "a mapping of Indicator")
    for indicator, value in given.items():
        require_one_of(indicator, Indicator, "an indicator", "绩效指标")
        if not isinstance(value, kind):
            raise refused_terms(f"{what}, {indicator.value}", zh, value, f"a {kind.__name__}")
