"""台账栏目: the columns of the two ledgers, of loans and of repayments, and their other names."""

from dataclasses import dataclass
from typing import Final

from microloan.table.kind import ColumnKind

_TEXT, _COUNT, _MONEY = ColumnKind.TEXT, ColumnKind.COUNT, ColumnKind.MONEY
_DATE, _RATE = ColumnKind.DATE, ColumnKind.RATE


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """A column of a ledger.

    Args:
        name: its name in the code.
        header: its Chinese header as the library writes it.
        kind: what it holds.
        aliases: the other headers that offices and banks give it.
    """

    name: str
    header: str
    kind: ColumnKind
    aliases: tuple[str, ...] = ()


def _column(name: str, header: str, kind: ColumnKind, aliases: str = "") -> LedgerColumn:
    return LedgerColumn(name, header, kind, tuple(aliases.split()))


_CONTRACT: Final = _column(
    "loan_id",
    "贷款编号",
    _TEXT,
    "贷款合同编号 合同编号 合同号 贷款合同号 贷款合同编码 借款合同编号 贷款借据编码 "
    "借据编号 借据号",
)

LOAN_COLUMNS: Final = (
    _CONTRACT,
    _column("borrower", "借款人编号", _TEXT, "客户编号 借款人代码"),
    _column("lender", "经办银行", _TEXT, "放贷银行 贷款银行 发放银行 承贷银行 银行 债权人"),
    _column("kind", "借款人类型", _TEXT, "贷款对象 贷款对象类型 贷款类型"),
    _column("groups", "人员类别", _TEXT, "借款人类别 人员类型"),
    _column("heads", "合伙人数", _COUNT, "借款人数"),
    _column("scheme", "专项", _TEXT, "专项代码"),
    _column("low_profit", "微利项目", _TEXT, "是否微利项目 是否微利"),
    _column("loan_number", "第几笔贷款", _COUNT, "第几次贷款 贷款次数"),
    _column(
        "principal",
        "放贷金额",
        _MONEY,
        "贷款金额 发放金额 放款金额 借款金额 合同金额 贷款本金 贷款发生额",
    ),
    _column("commercial_part", "商业贷款部分", _MONEY, "组合商业贷款金额 商业贷款金额"),
    _column("annual_rate", "年利率", _RATE, "实际利率 放贷利率 贷款利率 执行利率 贷款年利率 利率"),
    _column("reference", "参考利率种类", _TEXT),
    _column("reference_rate", "参考利率", _RATE, "基准利率"),
    _column("signed_on", "签约日", _DATE, "合同签订日 签订日期 签约日期 合同签订日期"),
    _column(
        "disbursed_on",
        "放贷日",
        _DATE,
        "放款日 放款日期 放贷日期 发放日期 发放时间 贷款发放日 贷款发放日期 贷款日期 起始日",
    ),
    _column("months", "期限", _COUNT, "贷款期限 放贷期限 借款期限 期限月数 贷款月数"),
    _column("matures_on", "到期日", _DATE, "到期日期 贷款到期日 贷款到期日期 终止日 止期"),
    _column("amortization", "还款方式", _TEXT, "还本方式 还本付息方式"),
    _column("day_count", "计息方式", _TEXT, "计息基础"),
    _column("interval_months", "还款间隔", _COUNT, "还款间隔月数"),
    _column("grace_months", "还本宽限期", _COUNT),
    _column("interest_grace_months", "付息宽限期", _COUNT),
    _column("settlement_day", "结息日", _COUNT, "每月结息日 每季结息日"),
    _column("first_stub", "首期", _TEXT),
    _column("month_end", "月末规则", _TEXT),
    _column("due_dates", "约定还款日", _TEXT),
    _column("parts", "还本计划", _TEXT),
    _column("residue", "尾差", _TEXT),
    _column("level_by", "等额计算口径", _TEXT),
    _column("repricing", "利率调整方式", _TEXT),
    _column("penalty", "逾期罚息", _TEXT, "罚息约定 逾期罚息约定"),
    _column("misuse", "挪用罚息", _TEXT, "挪用罚息约定"),
    _column("compounding", "复利约定", _TEXT, "复利"),
    _column("order", "冲还顺序", _TEXT, "还款顺序"),
    _column("early_interest", "提前还款计息", _TEXT),
    _column("grace_days", "容忍天数", _COUNT),
    _column("fund_id", "担保基金编号", _TEXT, "担保基金 基金编号"),
    _column("coverage", "担保责任比例", _RATE, "担保比例 责任比例"),
    _column("claimable_after_days", "代偿等待天数", _COUNT),
    _column("covers", "担保范围", _TEXT),
    _column("opening", "代偿起算口径", _TEXT),
    _column("months_after_maturity", "担保期间", _COUNT, "担保期间月数"),
    _column("evidence", "证据材料", _TEXT, "代偿证据材料"),
    _column("recovery_order", "追偿分配顺序", _TEXT),
    _column("upper", "上级分担", _TEXT, "上级分担比例"),
    _column(
        "outstanding",
        "贷款余额",
        _MONEY,
        "余额 本金余额 贷款本金余额 期末余额 期末本金余额 在贷余额",
    ),
)
"""The loan ledger 贷款台账, one row for each loan."""

ENTRY_COLUMNS: Final = (
    _CONTRACT,
    _column("number", "流水序号", _COUNT),
    _column("entry_kind", "流水类型", _TEXT, "业务类型 交易类型 类型"),
    _column("on", "实还日期", _DATE, "还款日期 还款日 业务日期 交易日期 入账日期 实际还款日"),
    _column("booked_on", "记账日期", _DATE, "记账日"),
    _column("ref", "还款流水", _TEXT, "还款证明 凭证号 流水号 回单号 凭证编号 交易流水号"),
    _column("amount", "实还金额", _MONEY, "还款金额 已还款金额 实还本息 还款本息 还款总额 金额"),
    _column("paid_principal", "实还本金", _MONEY, "还款本金 归还本金 本金"),
    _column("paid_interest", "实还利息", _MONEY, "还款利息 归还利息 利息"),
    _column("paid_penalty", "实还罚息", _MONEY, "罚息 罚息及复利 实还罚息及复利"),
    _column("paid_costs", "实还费用", _MONEY, "费用"),
    _column("subrogated", "返还基金", _MONEY, "返还基金金额"),
    _column("undoes", "被冲正序号", _COUNT),
    _column("then", "提前还款方式", _TEXT),
    _column("until", "暂停至", _DATE),
)
"""The repayment ledger 还款台账, one row for each entry of a loan."""

PERSON_COLUMNS: Final = (
    _column("name", "姓名", _TEXT, "借款人 借款人姓名 借款人名称 贷款人 客户姓名 客户名称"),
    _column("id_number", "证件号码", _TEXT, "身份证号 身份证号码 证件号 身份证件号码"),
    _column("phone", "电话", _TEXT, "联系电话 手机 手机号 手机号码 电话号码"),
)
"""Who borrowed: read for the host's own identity of the person, and not kept."""
