"""Who borrows in the eyes of the law, and which reference rate the contract names."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from microloan.money import ZERO, Money, fen
from microloan.naming import is_code, refused_terms, require_one_of, require_whole
from microloan.rate import exact_rate


class BorrowerKind(Enum):
    """Who borrows, in the eyes of the law."""

    INDIVIDUAL = "individual"
    """个人."""
    PARTNERSHIP = "partnership"
    """合伙经营或组织起来就业."""
    ENTERPRISE = "enterprise"
    """小微企业."""


class Reference(Enum):
    """The rate, with its tenor, that a contract names; never derived from the term."""

    BENCHMARK = "benchmark"
    """The central bank's benchmark lending rate of the loan's tier (贷款基准利率)."""
    LPR_OLD = "lpr_old"
    """The prime rate of 2013 to 2019 (贷款基础利率), of one year only."""
    LPR_1Y = "lpr_1y"
    """The one-year loan prime rate (一年期 LPR)."""
    LPR_5Y = "lpr_5y"
    """The loan prime rate for five years and more (五年期以上 LPR)."""


class LowProfit(Enum):
    """微利项目: whether the trade is one whose interest the treasury paid in 2002-2013."""

    YES = "yes"
    NO = "no"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What the law asks about the borrower and the contract; only ``kind`` is required.

    Args:
        kind: individual, partnership or enterprise.
        groups: codes of the borrower groups 人员类别, such as ``"returning_migrant"``; local codes
            are allowed.
        heads: how many people borrow together.
        scheme: code of a scheme with rules of its own; empty for the ordinary one.
        low_profit: whether the trade is a low-profit one.
        loan_number: which loan of this borrower it is, from 1.
        commercial_part: the part of the principal that is an ordinary bank loan, in yuan.
        reference: the reference rate named in the contract, if it names one.
        reference_rate: that rate as a fraction, if the contract states it.

    Raises:
        InvalidTerms: a fact no contract could contain.
        InvalidRate: a reference rate out of range.
    """

    kind: BorrowerKind
    groups: AbstractSet[str] = frozenset()
    heads: int = 1
    scheme: str = ""
    low_profit: LowProfit = LowProfit.NOT_STATED
    loan_number: int = 1
    commercial_part: Money = ZERO
    reference: Reference | None = None
    reference_rate: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse facts that no contract could contain."""
        object.__setattr__(self, "groups", _group_codes(self.groups))
        require_one_of(self.kind, BorrowerKind, "the borrower kind", "借款人类型")
        require_one_of(self.low_profit, LowProfit, "the low-profit mark", "微利项目标志")
        require_whole(self.heads, "heads", "人数", 1, 10_000)
        require_whole(self.loan_number, "the loan number", "第几笔贷款", 1, 99)
        if self.scheme != "" and not is_code(self.scheme):
            raise refused_terms("the scheme", "专项代码", self.scheme, "a lower-case code or empty")
        if fen(self.commercial_part) < 0:
            raise refused_terms(
                "the commercial part", "商业贷款部分", self.commercial_part, "at least 0.00"
            )
        if self.reference is not None:
            require_one_of(self.reference, Reference, "the reference", "参考利率")
        if self.reference_rate is not None:
            exact_rate(self.reference_rate)


def _group_codes(groups: Iterable[str]) -> frozenset[str]:
    if isinstance(groups, str) or not isinstance(groups, Iterable):
        raise refused_terms("groups", "人员类别", groups, "a set of codes")
    codes = frozenset(groups)
    for code in codes:
        if not is_code(code):
            raise refused_terms("a group", "人员类别", code, "a lower-case code or a Chinese name")
    return codes
