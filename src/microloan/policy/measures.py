"""Every measure a decree may set: what it is called, and how its value is read."""

from dataclasses import dataclass
from typing import Final

from microloan.policy import forms
from microloan.policy.fund_rule import ExposureBasis
from microloan.policy.lending import GuaranteeWithSubsidy
from microloan.policy.reading import Reader, code, listed, one_of, part, small_number
from microloan.policy.subsidy_rule import PaymentMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure.

    Args:
        title: what it is called.
        title_zh: what the decrees call it.
        read: how its value is read.
        by_kind: whether it differs by the kind of borrower.
    """

    title: str
    title_zh: str
    read: Reader
    by_kind: bool


def _for_all(title: str, title_zh: str, read: Reader) -> Measure:
    return Measure(title=title, title_zh=title_zh, read=read, by_kind=False)


def _by_kind(title: str, title_zh: str, read: Reader) -> Measure:
    return Measure(title=title, title_zh=title_zh, read=read, by_kind=True)


MEASURES: Final[dict[str, Measure]] = {
    "groups": _for_all("borrower groups", "人员类别", listed(code)),
    "age_limit": _for_all("age limit", "年龄上限", small_number),
    "other_loans": _for_all("other loans", "其他贷款", forms.other_loans),
    "loans_at_most": _by_kind("loans of one borrower", "贷款次数", small_number),
    "ceiling": _by_kind("ceiling", "额度", forms.ceiling),
    "lending_ceiling": _by_kind("lending ceiling", "贷款额度", forms.ceiling),
    "hired_ratio": _for_all("hired ratio", "招用比例", forms.hired_ratio),
    "term": _by_kind("longest term", "贷款期限", small_number),
    "extension": _by_kind("extension", "展期", forms.extension),
    "rate_cap": _by_kind("rate cap", "利率上限", forms.rate_cap),
    "subsidy": _by_kind("subsidy", "贴息", listed(forms.tier)),
    "subsidized_months": _by_kind("subsidized term", "贴息期限", small_number),
    "not_subsidized": _for_all("what is never subsidized", "不予贴息", listed(code)),
    "shares": _by_kind("shares of the levels", "分担比例", forms.shares),
    "payment_mode": _by_kind("payment of the subsidy", "拨付方式", one_of(PaymentMode)),
    "deadlines": _for_all("deadlines", "办理期限", listed(forms.deadline)),
    "running_loans": _for_all("rule of running loans", "新旧衔接", forms.running_loans),
    "guarantee_with_subsidy": _for_all(
        "guarantee and subsidy of one enterprise loan",
        "担保与贴息",
        one_of(GuaranteeWithSubsidy),
    ),
    "leverage_cap": _for_all("leverage cap", "放大倍数", small_number),
    "raised_leverage_cap": _for_all("raised leverage cap", "提高后的放大倍数", forms.raised_cap),
    "exposure_basis": _for_all("what the cap counts", "在保口径", one_of(ExposureBasis)),
    "npl_stop": _for_all("stop by bad loans", "不良率停贷线", part),
    "claim_rate_stop": _for_all("stop by payouts", "代偿率停保线", part),
    "yearly_claim_cap": _for_all("payouts of a year", "年度代偿率上限", part),
    "claim_delay": _for_all("claim delay", "代偿期限", forms.claim_delay),
    "lender_loss_share": _for_all(
        "lender's part of a loss", "银行风险分担", listed(forms.loss_share)
    ),
    "guarantee_fee": _for_all("guarantee fee", "担保费率", part),
    "reward": _for_all("reward", "奖补", part),
    "risk_reward": _for_all("reward for a growing fund", "风险补偿奖励", forms.risk_reward),
    "counter_guarantee": _for_all("counter-guarantee", "反担保", forms.counter_guarantee),
    "overdue_penalty": _for_all("overdue penalty", "逾期罚息", forms.penalty_range),
    "misuse_penalty": _for_all("misuse penalty", "挪用罚息", forms.penalty_range),
    "visit_interval_months": _for_all("months between two visits", "回访间隔", small_number),
    "reminder_ladder": _for_all("reminder ladder", "催收阶梯", listed(forms.rung)),
    "overdue_bands": _for_all("bands of days past due", "逾期分档", forms.overdue_bands),
    "grade_days": _for_all("days of the five grades", "五级分类", forms.grade_days),
    "blacklist": _for_all("blacklist", "黑名单", forms.blacklist_rule),
}
"""In the order in which a rule book is read: who, how much, at what rate, who pays, the fund, and
what follows the lending."""
