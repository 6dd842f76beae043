"""What was agreed, and with whom in the eyes of the law."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final, cast

from microloan.errors import InvalidIdentity, InvalidTerms
from microloan.money import ZERO, Money, fen, positive_fen
from microloan.periods import LAST_YEAR, DayCount, add_months, in_order, plain_date
from microloan.rate import exact_rate

MAX_MONTHS: Final = 600
_MAX_IDENTITY: Final = 64
_INTERVALS: Final = (1, 2, 3, 6, 12)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}|[\u4e00-\u9fff]{1,20}")
_ABSENT: Final = cast("date", None)


def identity(given: str, what: str) -> str:
    """Return an identity or voucher number the world gave, if it can be stored and printed.

    Raises:
        InvalidIdentity: not a string, empty, padded with blanks, over 64 characters, or with a
            character that cannot be printed.

    >>> identity("HT-2024-0017", "a loan")
    'HT-2024-0017'
    """
    if not isinstance(given, str) or not given.isprintable() or given != given.strip() or not given:
        raise _not_an_identity(given, what)
    if len(given) > _MAX_IDENTITY:
        raise _not_an_identity(given, what)
    return given


def _not_an_identity(given: object, what: str) -> InvalidIdentity:
    return InvalidIdentity(
        f"the identity of {what} must be 1-{_MAX_IDENTITY} printable characters, got {given!r}",
        zh=f"编号应为 1 至 {_MAX_IDENTITY} 个可打印字符，实为 {given!r}",
        value=given,
        limit=_MAX_IDENTITY,
    )


def refused_terms(what: str, zh: str, value: object, limit: object) -> InvalidTerms:
    """Return the refusal of a term, with the value and the limit in its sentence.

    >>> print(refused_terms("months", "期限（月）", 0, "1-600"))
    months must be 1-600, got 0
    """
    return InvalidTerms(
        f"{what} must be {limit}, got {value}",
        zh=f"{zh}应为 {limit}，实为 {value}",
        value=value,
        limit=limit,
    )


def _whole(value: int, what: str, zh: str, lowest: int, highest: int) -> None:
    if type(value) is not int or not lowest <= value <= highest:
        raise refused_terms(what, zh, value, f"{lowest}-{highest}")


def _one_of(value: object, kind: type[Enum], what: str, zh: str) -> None:
    if not isinstance(value, kind):
        raise refused_terms(what, zh, value, f"a {kind.__name__}")


class Amortization(Enum):
    """还款方式: how principal comes back."""

    EQUAL_INSTALLMENTS = "equal_installments"
    """等额本息: level payments."""
    EQUAL_PRINCIPAL = "equal_principal"
    """等额本金: level principal."""
    INTEREST_ONLY = "interest_only"
    """按期付息、到期还本: interest until maturity, then all principal; most loans here."""
    BULLET = "bullet"
    """利随本清: all at maturity."""


class Residue(Enum):
    """Who takes the odd fen that rounding leaves over a plan."""

    LAST_INSTALLMENT = "last_installment"
    """The last payment differs from the others by the odd fen."""
    LAST_INTEREST = "last_interest"
    """The last payment is level too; its interest takes the odd fen."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """结息日: interest runs through this day of the month and is due on it.

    With an interval of three months the days are those of March, June, September and December: a
    quarter runs from the 21st to the 20th, both inside (人民币利率管理规定, art. 20).

    Raises:
        InvalidTerms: a day that some month lacks.
    """

    day: int

    def __post_init__(self) -> None:
        """Refuse a day that some month lacks."""
        _whole(self.day, "the settlement day", "结息日", 1, 28)


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
        _one_of(self.kind, BorrowerKind, "the borrower kind", "借款人类型")
        _one_of(self.low_profit, LowProfit, "the low-profit mark", "微利项目标志")
        _whole(self.heads, "heads", "人数", 1, 10_000)
        _whole(self.loan_number, "the loan number", "第几笔贷款", 1, 99)
        if self.scheme and not _CODE.fullmatch(self.scheme):
            raise refused_terms("the scheme", "专项代码", self.scheme, "a lower-case code or empty")
        if fen(self.commercial_part) < 0:
            raise refused_terms(
                "the commercial part", "商业贷款部分", self.commercial_part, "at least 0.00"
            )
        if self.reference is not None:
            _one_of(self.reference, Reference, "the reference", "参考利率")
        if self.reference_rate is not None:
            exact_rate(self.reference_rate)


def _group_codes(groups: Iterable[str]) -> frozenset[str]:
    if isinstance(groups, str):
        raise refused_terms("groups", "人员类别", groups, "a set of codes")
    codes = frozenset(groups)
    for code in codes:
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise refused_terms("a group", "人员类别", code, "a lower-case code or a Chinese name")
    return codes


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """合同要素: the contract in figures; a change of it is a new contract from a day.

    Args:
        principal: the amount lent, in yuan, above zero.
        annual_rate: the yearly rate as a fraction: ``percent("3.95")``.
        disbursed_on: the day the money is paid out; interest runs from it.
        months: the term; the loan matures so many months after disbursement.
        amortization: how principal comes back.
        day_count: how days become interest; always stated, since it moves the price.
        signed_on: the day of the contract, whose rules govern the loan; absent, the day of
            disbursement.
        interval_months: months between payments: 1, 2, 3, 6 or 12.
        grace_months: months in which no principal is due (半年后还款 is 6).
        settlement: a fixed day of the month for interest; absent, payments fall on anniversaries of
            disbursement, the 20th is never assumed.
        residue: who takes the odd fen of the plan.

    Raises:
        InvalidTerms: a term no contract could contain.
        InvalidAmount: a principal of zero or below, not in CNY, or finer than a fen.
        InvalidRate: a rate out of range.
        InvalidDate: not a plain date, or disbursed before signed.
    """

    principal: Money
    annual_rate: Decimal
    disbursed_on: date
    months: int
    amortization: Amortization
    day_count: DayCount
    signed_on: date = _ABSENT
    interval_months: int = 1
    grace_months: int = 0
    settlement: Settlement | None = None
    residue: Residue = Residue.LAST_INSTALLMENT

    def __post_init__(self) -> None:
        """Refuse terms that no contract could contain."""
        positive_fen(self.principal, "the principal")
        exact_rate(self.annual_rate)
        plain_date(self.disbursed_on, "disbursement")
        if self.signed_on is _ABSENT:
            object.__setattr__(self, "signed_on", self.disbursed_on)
        plain_date(self.signed_on, "signing")
        in_order(self.signed_on, self.disbursed_on, "signing and disbursement")
        _one_of(self.amortization, Amortization, "the amortization", "还款方式")
        _one_of(self.day_count, DayCount, "the day count", "计息方式")
        _one_of(self.residue, Residue, "the residue", "尾差承担")
        if self.settlement is not None and not isinstance(self.settlement, Settlement):
            raise refused_terms("the settlement", "结息日", self.settlement, "a Settlement")
        if self.settlement is not None and self.amortization is Amortization.BULLET:
            raise refused_terms(
                "the settlement", "结息日", self.settlement, "absent where all is paid at maturity"
            )
        self._check_months()

    def _check_months(self) -> None:
        _whole(self.months, "months", "期限（月）", 1, MAX_MONTHS)
        if self.matures_on.year > LAST_YEAR:
            raise refused_terms(
                "the maturity", "到期日", self.matures_on, f"in {LAST_YEAR} at the latest"
            )
        if type(self.interval_months) is not int or self.interval_months not in _INTERVALS:
            raise refused_terms(
                "the payment interval", "还款间隔（月）", self.interval_months, "1, 2, 3, 6 or 12"
            )
        _whole(self.grace_months, "grace months", "宽限期（月）", 0, self.months - 1)
        paid_by_period = self.amortization is not Amortization.BULLET and self.settlement is None
        for months, what in ((self.months, "months"), (self.grace_months, "grace months")):
            if paid_by_period and months % self.interval_months:
                whole = f"a multiple of the payment interval of {self.interval_months}"
                raise refused_terms(what, "月数", months, whole)

    @property
    def matures_on(self) -> date:
        """Return the day of maturity 到期日."""
        return add_months(self.disbursed_on, self.months)
