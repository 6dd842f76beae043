"""What stands on a chart: titles, axes, legends and tooltips, in Chinese and in English."""

from dataclasses import dataclass
from typing import Final

from microloan.naming import require_one_of
from microloan.table import ColumnKind, Language
from microloan.table.label import known_label


@dataclass(frozen=True, slots=True)
class Caption:
    """A text in both languages; ``{…}`` in it are filled in by :meth:`say`."""

    zh: str
    en: str

    def say(self, language: Language, **parts: object) -> str:
        """Return the text in a language, with its parts.

        Raises:
            InvalidTerms: no language.

        >>> Caption("上限 {cap} 倍", "cap {cap} times").say(Language.EN, cap=5)
        'cap 5 times'
        """
        require_one_of(language, Language, "the language", "语言")
        text = self.zh if language is Language.ZH else self.en
        return text.format(**parts)


MONEY_UNIT: Final = Caption("万元", "thousand yuan")


def fen_a_unit(language: Language) -> int:
    """Return how many fen the unit of an axis of money has.

    >>> fen_a_unit(Language.ZH)
    1000000
    """
    return 1_000_000 if language is Language.ZH else 100_000


def _of_column(name: str) -> Caption:
    """Return what the one table of labels calls a column, with the unit where it is money."""
    kind, label = known_label(name)
    if kind is ColumnKind.MONEY:
        return Caption(f"{label.chinese}（元）", f"{label.english}, yuan")
    return Caption(label.chinese, label.english)


AMOUNT: Final = _of_column("amount")
BALANCE: Final = _of_column("balance")
CAP: Final = _of_column("cap")
CLAUSE: Final = _of_column("clause")
DECISION: Final = _of_column("decision")
EXPOSURE: Final = _of_column("exposure")
HEADROOM: Final = _of_column("headroom")
LENT: Final = _of_column("lent")
LEVEL: Final = _of_column("level")
LOAN: Final = _of_column("loan_id")
LOANS: Final = _of_column("loans")
MULTIPLE: Final = _of_column("multiple")
OUTSTANDING_AFTER: Final = _of_column("outstanding_after")
OUTSTANDING_BEFORE: Final = _of_column("outstanding_before")
PRINCIPAL: Final = _of_column("principal")
QUARTER: Final = _of_column("quarter")
SCENARIO: Final = _of_column("scenario")
SINCE: Final = _of_column("since")
TOP_UP: Final = _of_column("top_up")
UNTIL: Final = _of_column("until")
VOUCHER: Final = _of_column("ref")

DAY: Final = Caption("日期", "Day")
EVENT: Final = Caption("事项", "Event")
MULTIPLE_AXIS: Final = Caption("放大倍数（倍）", "Multiple (times the balance)")
CAP_HERE: Final = Caption("上限 {cap} 倍", "cap {cap} times")
CAP_BY: Final = Caption("上限 {cap} 倍：{clause}", "cap {cap} times: {clause}")
WORST_HERE: Final = Caption("最高 {multiple} 倍 · {on}", "worst {multiple} · {on}")
NO_MONEY_HERE: Final = Caption("无资金 · {on}", "no money · {on}")
NO_MONEY: Final = Caption("无资金", "no money")
DEPOSIT_MARK: Final = Caption("入金、补足", "deposit, top-up")
PAYOUT_MARK: Final = Caption("代偿", "payout")

ROOM: Final = Caption("可保余量", "Headroom")
ROOM_IN_LOANS: Final = Caption("合 {amount} 元贷款（笔）", "Loans of {amount} yuan")

HALF: Final = Caption("半年度", "Half-year")
FALLS_DUE: Final = Caption("到期本金", "Principal falling due")
OVERDUE_NOW: Final = Caption("已逾期", "overdue")
LATER: Final = Caption("以后", "later")

LENT_IN: Final = Caption("发放半年度", "Lent in")
AGE: Final = Caption("发放后第几个半年末", "Half-year ends since lending")
OVERDUE_SHARE: Final = Caption("逾期占发放额（%）", "Late, % of what was lent")
LATE: Final = Caption("逾期、待追偿及已核销（元）", "Late, subrogated, written off, yuan")
SHARE: Final = Caption("比例", "Share")

BEFORE: Final = Caption("期初", "Before")
AFTER: Final = Caption("期末", "After")
NEW: Final = Caption("新增", "new")
GONE: Final = Caption("退出", "gone")
WORSE: Final = Caption("下迁", "worse")
BETTER: Final = Caption("上迁", "better")
SAME: Final = Caption("不变、新增、退出", "as before, new, gone")

SUBSIDY: Final = Caption("贴息", "Subsidy")
PAID_OUT: Final = Caption("代偿（元）", "Paid out, yuan")

LEVERAGE_TITLE: Final = Caption("放大倍数走势 · {of}", "Leverage · {of}")
HEADROOM_TITLE: Final = Caption("可保余量 · {of}", "Headroom · {of}")
MATURITY_TITLE: Final = Caption("到期阶梯 · {of}，{on}", "Maturities · {of}, {on}")
VINTAGE_TITLE: Final = Caption("按发放期的逾期曲线", "Overdue share by half-year of lending")
MIGRATION_TITLE: Final = Caption("五级分类迁徙 · {was} → {now}", "Migration · {was} → {now}")
SUBSIDY_TITLE: Final = Caption("分季度、分级次贴息", "Subsidy by quarter and level")
SCENARIO_TITLE: Final = Caption("压力测试 · {of}，{on} 起", "What if · {of}, from {on}")
ASSUMED: Final = Caption(
    "{name}：违约率 {fails}，代偿后 {months} 个月追回 {back}，{lends}",
    "{name}: {fails} fail, {back} of a payout comes back after {months} months, {lends}",
)
LENDING: Final = Caption("另有新增贷款", "with new loans")
NO_LENDING: Final = Caption("无新增贷款", "no new loans")
MATURITY_NOTE: Final = Caption(
    "在保贷款未还本金按还款计划到期的半年度；合计即在保贷款余额 {whole} 元",
    "outstanding guaranteed principal by the half-year of its due day; exposure {whole} yuan",
)
VINTAGE_NOTE: Final = Caption(
    "逾期超过 {days} 天的贷款余额、待追偿与已核销之和 ÷ 当期发放额",
    "outstanding of loans more than {days} days past due + subrogated + written off, ÷ lent then",
)
