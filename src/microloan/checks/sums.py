"""外部明细: subsidies, outstanding principal, fund flows and payouts of other files, as flat rows.

What a book holds of them itself comes from the book; these rows are another system's, a bank's, or
an archived half-year's.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from microloan.levels import LevelAmount, Levels
from microloan.money import ZERO, Money, fen
from microloan.naming import identity, is_code, refused_terms
from microloan.party import tuple_of
from microloan.periods import in_order, plain_date
from microloan.rate import exact_rate

_BALANCE: Final = ("opening", "lent", "repaid", "paid_by_fund", "written_off", "closing")


def _not_below(amount: Money, what: str, zh: str) -> None:
    if fen(amount) < 0:
        raise refused_terms(what, zh, amount, "at least 0.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyRow:
    """贴息明细行: one loan and some days of it in a file of subsidies.

    Args:
        loan_id: the contract.
        ref: the file or voucher, such as the bank's application.
        opens_on: the first day that is subsidized.
        closes_on: the day after the last one.
        contract: 贷款金额, the amount of the contract by the file.
        principal: 计息本金, what the subsidy was computed on.
        annual_rate: 放贷利率, as a fraction.
        interest: the interest of these days.
        subsidy: what is asked of the treasury.
        levels: what each level bears of it; empty where the file does not split it.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: not a plain date, or no day at all.
        InvalidRate: a rate out of range.
        InvalidAmount: not CNY, or finer than a fen.
        InvalidTerms: an amount below nothing, or levels that are none.
    """

    loan_id: str
    ref: str
    opens_on: date
    closes_on: date
    contract: Money
    principal: Money
    annual_rate: Decimal
    interest: Money
    subsidy: Money
    levels: Levels = ()

    def __post_init__(self) -> None:
        """Refuse a row that no file could hold."""
        identity(self.loan_id, "a loan")
        identity(self.ref, "a file")
        plain_date(self.opens_on, "the first subsidized day")
        plain_date(self.closes_on, "the end of the subsidized days")
        in_order(self.opens_on, self.closes_on, "the subsidized days")
        if self.opens_on == self.closes_on:
            raise refused_terms("the subsidized days", "贴息天数", 0, "one at least")
        exact_rate(self.annual_rate)
        for amount in (self.contract, self.principal, self.interest, self.subsidy):
            _not_below(amount, "an amount of a subsidy row", "贴息明细金额")
        tuple_of(self.levels, LevelAmount, "the levels", "分级承担")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutstandingRow:
    """余额行: the principal of one loan over some days, by another ledger.

    Args:
        loan_id: the contract.
        since: the first day.
        until: the last day.
        opening: principal owed before the first day.
        lent: principal paid out.
        repaid: principal repaid.
        paid_by_fund: principal paid by the fund.
        written_off: principal written off.
        closing: principal owed at the end of the last day.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: not a plain date, or days in the wrong order.
        InvalidAmount: not CNY, or finer than a fen.
        InvalidTerms: an amount below nothing.
    """

    loan_id: str
    since: date
    until: date
    opening: Money
    lent: Money = ZERO
    repaid: Money = ZERO
    paid_by_fund: Money = ZERO
    written_off: Money = ZERO
    closing: Money

    def __post_init__(self) -> None:
        """Refuse a row that no ledger could hold."""
        identity(self.loan_id, "a loan")
        plain_date(self.since, "the first day of an outstanding row")
        plain_date(self.until, "the last day of an outstanding row")
        in_order(self.since, self.until, "the days of an outstanding row")
        for name in _BALANCE:
            _not_below(getattr(self, name), f"the {name} of an outstanding row", "余额")

    @property
    def expected_fen(self) -> int:
        """Return what the closing has to be by the movements, in fen."""
        less = fen(self.repaid) + fen(self.paid_by_fund) + fen(self.written_off)
        return fen(self.opening) + fen(self.lent) - less


@dataclass(frozen=True, slots=True, kw_only=True)
class FundFlow:
    """基金收支: one line of a fund's account at the bank.

    Args:
        fund_id: the fund.
        kind: what it was, as a code: ``"claim_payout"``, ``"recovery"``, ``"repay_overdue"``.
        amount: how much; below nothing where money left the fund.
        on: the day.
        ref: the voucher.
        loan_id: the loan it belongs to; empty where it belongs to none.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: not a plain date.
        InvalidAmount: not CNY, or finer than a fen.
        InvalidTerms: no code, or nothing that moved.
    """

    fund_id: str
    kind: str
    amount: Money
    on: date
    ref: str
    loan_id: str = ""

    def __post_init__(self) -> None:
        """Refuse a line that no account could show."""
        identity(self.fund_id, "a fund")
        identity(self.ref, "a voucher")
        plain_date(self.on, "a flow of a fund")
        if self.loan_id != "":
            identity(self.loan_id, "a loan")
        if not is_code(self.kind):
            raise refused_terms("the kind of a flow", "收支类型", self.kind, "a lower-case code")
        if not fen(self.amount):
            raise refused_terms("a flow", "收支金额", self.amount, "more or less than 0.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutRow:
    """代偿行: what a fund paid for a loan, by another file.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: not a plain date.
        InvalidAmount: not CNY, or finer than a fen.
        InvalidTerms: an amount below nothing.
    """

    loan_id: str
    fund_id: str
    on: date
    ref: str
    principal: Money
    interest: Money = ZERO

    def __post_init__(self) -> None:
        """Refuse a payout of nothing, for nothing, on no day."""
        for name, what in ((self.loan_id, "a loan"), (self.fund_id, "a fund")):
            identity(name, what)
        identity(self.ref, "a voucher")
        plain_date(self.on, "a payout")
        for amount in (self.principal, self.interest):
            _not_below(amount, "an amount of a payout", "代偿金额")


@dataclass(frozen=True, slots=True, kw_only=True)
class OverduePayment:
    """逾期还款行: what was paid for what was overdue on a loan, by another file.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: not a plain date.
        InvalidAmount: not CNY, or finer than a fen.
        InvalidTerms: an amount below nothing.
    """

    loan_id: str
    on: date
    amount: Money
    ref: str

    def __post_init__(self) -> None:
        """Refuse a payment of nothing, for nothing, on no day."""
        identity(self.loan_id, "a loan")
        identity(self.ref, "a voucher")
        plain_date(self.on, "a payment of arrears")
        _not_below(self.amount, "a payment of arrears", "逾期还款金额")
