"""半年还款台账表: the half-year ledger as the office prints and signs it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from microloan.excel.page import Heading, Page
from microloan.halfyear import HalfYearLedger, LedgerLine
from microloan.ledger_totals import LedgerTotals
from microloan.money import show
from microloan.naming import refused_terms
from microloan.periods import HalfYear
from microloan.policy import Policy
from microloan.table.kind import ColumnKind

SIGNED_BY: Final = ("制表人", "复核人", "负责人")
_HALVES: Final = {1: "上半年", 2: "下半年"}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the sheet, how it is read, and of which total its sum is."""

    text: str
    kind: ColumnKind
    read: Callable[[LedgerLine], object]
    total: str = ""


def _money(text: str, name: str) -> _Column:
    return _Column(text, ColumnKind.MONEY, lambda line: getattr(line.account, name), name)


def _of_visit(text: str, kind: ColumnKind, name: str) -> _Column:
    return _Column(
        text, kind, lambda line: None if line.visit is None else getattr(line.visit, name)
    )


def _of_subsidy(text: str, name: str) -> _Column:
    return _Column(
        text,
        ColumnKind.MONEY,
        lambda line: None if line.subsidy is None else getattr(line.subsidy, name),
    )


def _remaining(line: LedgerLine) -> str:
    """Return the plan that is left in a few words: how many installments, the next one."""
    if not line.remaining:
        return ""
    first = line.remaining[0]
    return f"余 {len(line.remaining)} 期；下期 {first.due_on} {show(first.total)}"


def _concerns(line: LedgerLine) -> str:
    return "、".join(concern.zh for concern in line.concerns)


_COLUMNS: Final = (
    _Column("台账编号", ColumnKind.TEXT, lambda line: line.account_number),
    _Column("贷款编号", ColumnKind.TEXT, lambda line: line.loan_id),
    _Column("借款人", ColumnKind.TEXT, lambda line: line.borrower),
    _Column("经办银行", ColumnKind.TEXT, lambda line: line.lender),
    _Column("期次", ColumnKind.COUNT, lambda line: line.period_number),
    _Column("期初日", ColumnKind.DATE, lambda line: line.account.first_day),
    _Column("期末日", ColumnKind.DATE, lambda line: line.account.last_day),
    _money("期初本金余额", "opening_fen"),
    _money("本期发放本金", "disbursed_fen"),
    _money("本期应还本金", "due_principal_fen"),
    _money("本期应还利息", "due_interest_fen"),
    _money("本期实还本金", "repaid_principal_fen"),
    _money("本期实还利息", "repaid_interest_fen"),
    _money("本期实还罚息及费用", "repaid_charges_fen"),
    _Column("提前还款", ColumnKind.MONEY, lambda line: line.prepaid_fen, "prepaid_fen"),
    _money("基金代偿本金", "paid_by_fund_fen"),
    _money("追偿收回本金", "recovered_fen"),
    _money("核销本金", "written_off_fen"),
    _money("调整", "adjustments_fen"),
    _money("期末本金余额", "closing_fen"),
    _money("逾期本金", "arrears_principal_fen"),
    _money("逾期利息", "arrears_interest_fen"),
    _Column("逾期天数", ColumnKind.COUNT, lambda line: line.days_past_due),
    _Column("后续还款计划", ColumnKind.TEXT, _remaining),
    _of_subsidy("应贴息", "due_fen"),
    _of_subsidy("已贴息", "paid_fen"),
    _of_visit("回访日期", ColumnKind.DATE, "on"),
    _of_visit("回访人", ColumnKind.TEXT, "visitors"),
    _of_visit("经营状况", ColumnKind.TEXT, "state"),
    _of_visit("月营业额", ColumnKind.MONEY, "monthly_turnover_fen"),
    _of_visit("从业人数", ColumnKind.COUNT, "staff"),
    _of_visit("带动就业", ColumnKind.COUNT, "jobs"),
    _Column("风险等级", ColumnKind.TEXT, lambda _: None),
    _Column("预警", ColumnKind.TEXT, _concerns),
    _Column("下一步措施", ColumnKind.TEXT, lambda line: line.next_step),
)
_GRADE: Final = [column.text for column in _COLUMNS].index("风险等级")


def half_year_page(ledger: HalfYearLedger, *, under: Policy | None = None) -> Page:
    """Return the half-year ledger 半年还款台账 as a page, with its totals and who signs it.

    Names and ID numbers are the host's: the column 借款人 holds the borrower's identity.

    Args:
        ledger: the ledger.
        under: the policy whose limits make the grades 风险等级; without one they stay empty.

    Raises:
        InvalidTerms: no half-year ledger.
        NotInForce: the policy knows no grades at the end of the half-year.
    """
    if not isinstance(ledger, HalfYearLedger):
        raise refused_terms("the ledger", "台账", type(ledger).__name__, "a HalfYearLedger")
    rows = []
    for line in ledger.lines:
        cells = [column.read(line) for column in _COLUMNS]
        if under is not None:
            cells[_GRADE] = line.grade(under=under)
        rows.append(tuple(cells))
    return Page(
        name=f"半年台账{ledger.half}",
        title="半年还款台账",
        notes=(f"账期：{_period(ledger)}", "单位：元、天、人"),
        headings=tuple(Heading(column.text, column.kind) for column in _COLUMNS),
        rows=rows,
        totals=_totals(ledger),
        signatures=SIGNED_BY,
        keys=3,
    )


def _totals(ledger: HalfYearLedger) -> tuple[object, ...]:
    sums = ledger.totals
    subsidies = [line.subsidy for line in ledger.lines if line.subsidy is not None]
    cells = [_total(column, ledger, sums) for column in _COLUMNS]
    for text, name in (("应贴息", "due_fen"), ("已贴息", "paid_fen")):
        at = [column.text for column in _COLUMNS].index(text)
        cells[at] = sum(getattr(one, name) for one in subsidies)
    cells[0], cells[1] = "合计", f"{sums.loans} 笔"
    return tuple(cells)


def _total(column: _Column, ledger: HalfYearLedger, sums: LedgerTotals) -> object:
    """Return the sum of a column: the ledger's own, or of the accounts where it has none."""
    if not column.total:
        return None
    own = getattr(sums, column.total, None)
    if own is not None:
        return own
    return sum(getattr(line.account, column.total) for line in ledger.lines)


def _period(ledger: HalfYearLedger) -> str:
    half = ledger.half
    if isinstance(half, HalfYear):
        name = f"{half.year} 年{_HALVES[half.half]}"
        return f"{name}（{half.first_day} 至 {half.last_day}）"
    return f"各笔贷款自放款起第 {half.number} 个半年"
