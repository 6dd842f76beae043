"""核查项目: the twenty-five checks an auditor runs, each with its code and name."""

from enum import Enum
from typing import Final, TypedDict, Unpack

from microloan.finding import Finding, Severity


class Parts(TypedDict, total=False):
    """What a finding may say besides its code, its subject and its sentences."""

    severity: Severity
    figures: tuple[tuple[str, str], ...]
    clause: str
    settle_by: str
    settle_by_zh: str


class Check(Enum):
    """A check of the list that audit reports and office practice led to."""

    K01 = "k01"
    """重复贴息: the same days of one loan are subsidized twice, also in two half-years."""
    K02 = "k02"
    """贴息期外贴息: subsidized days after the signed maturity, in an extension, or overdue."""
    K03 = "k03"
    """超余额贴息: more principal is subsidized than was outstanding on the day."""
    K04 = "k04"
    """利率不符: a rate above the cap, or not that of the contract."""
    K05 = "k05"
    """超额度: more is lent or subsidized than the ceiling of the signing day allows."""
    K06 = "k06"
    """商业贷款部分贴息: the commercial part of a loan is subsidized."""
    K07 = "k07"
    """贷款次数: too many loans of one person, or too close together, a spouse's license counted."""
    K08 = "k08"
    """互保: a borrower stands surety for another open loan."""
    K09 = "k09"
    """黑名单放贷: borrower, spouse or surety stood on the blacklist on the day of the decision."""
    K10 = "k10"
    """身份不符: an excluded standing or an age beyond the limit on the day of the decision."""
    K11 = "k11"
    """已注销: the business was deregistered before the decision, or on subsidized days."""
    K12 = "k12"
    """无放款记录: a subsidy without a loan at the bank, or of another amount than the contract."""
    K13 = "k13"
    """分级承担: the shares of the levels do not make the subsidy, or a level exceeds its budget."""
    K14 = "k14"
    """重算不符: interest or subsidy computed anew differs from what was requested."""
    K15 = "k15"
    """余额不连续: opening and movements do not make the closing, or the chain of it is broken."""
    K16 = "k16"
    """超放大倍数: the exposure exceeds the cap, or a year's payouts what they may be."""
    K17 = "k17"
    """基金支出: money left the fund in a way that is not permitted, or came to the wrong fund."""
    K18 = "k18"
    """代偿不合规: a payout too early, without chasing, above the share, or of interest."""
    K19 = "k19"
    """回收超额: more was recovered than paid, or more paid for arrears than was overdue."""
    K20 = "k20"
    """回访催收: a visit is overdue, or a rung of the reminders is missing."""
    K21 = "k21"
    """贴息拖欠: subsidy that was earned is unpaid for too long."""
    K22 = "k22"
    """集中疑点: loans of the same day, amount and term, or with one phone, account or surety."""
    K23 = "k23"
    """报表不符: figures of a report that cannot be right."""
    K24 = "k24"
    """身份证号: a number that no citizen has, two persons with one, or a loan after death."""
    K25 = "k25"
    """不相容岗位: one person prepared and approved a loan."""

    @property
    def zh(self) -> str:
        """Return the name of the check in Chinese."""
        return _ZH[self]

    def found(
        self, what: str, *, of: str, sentence: str, zh: str, **parts: Unpack[Parts]
    ) -> Finding:
        """Return a finding of the check; a fault unless it says otherwise.

        Args:
            what: what was found, in the words of a code: ``"same_days"``.
            of: the id of what it is about.
            sentence: what was found, in English.
            zh: the same in Chinese.
            parts: severity, figures, clause, and what would settle it.

        Raises:
            InvalidTerms: no code, subject or sentence.

        >>> print(Check.K01.found("same_days", of="HT-1", sentence="twice", zh="重复").code)
        audit.k01_same_days
        """
        given: Parts = {"severity": Severity.FAULT, **parts}
        return Finding(
            code=f"audit.{self.value}_{what}", subject=of, sentence=sentence, zh=zh, **given
        )


_ZH: Final = {
    Check.K01: "重复贴息",
    Check.K02: "贴息期外贴息",
    Check.K03: "超余额贴息",
    Check.K04: "利率不符",
    Check.K05: "超额度",
    Check.K06: "商业贷款部分贴息",
    Check.K07: "贷款次数",
    Check.K08: "互保",
    Check.K09: "黑名单放贷",
    Check.K10: "身份不符",
    Check.K11: "已注销",
    Check.K12: "无放款记录",
    Check.K13: "分级承担",
    Check.K14: "重算不符",
    Check.K15: "余额不连续",
    Check.K16: "超放大倍数",
    Check.K17: "基金支出",
    Check.K18: "代偿不合规",
    Check.K19: "回收超额",
    Check.K20: "回访催收",
    Check.K21: "贴息拖欠",
    Check.K22: "集中疑点",
    Check.K23: "报表不符",
    Check.K24: "身份证号",
    Check.K25: "不相容岗位",
}


def check_of(finding: Finding) -> Check | None:
    """Return the check that a finding comes from; ``None`` for one that no check made."""
    area, _, what = finding.code.partition(".")
    number = what.partition("_")[0]
    return next((check for check in Check if area == "audit" and check.value == number), None)
