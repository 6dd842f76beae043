"""What was agreed: the contract in figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final, cast

from microloan.clauses import (
    Amortization,
    EarlyInterest,
    LevelBy,
    PaymentOrder,
    PrincipalPart,
    Repricing,
    Residue,
    Settlement,
)
from microloan.dated import Dated
from microloan.money import Money, fen, from_fen, positive_fen, show
from microloan.months import MonthEnd, add_months, months_later
from microloan.naming import refused_terms, require_one_of, require_whole
from microloan.penalty import Compounding, PenaltyRate
from microloan.periods import LAST_YEAR, DayCount, in_order, plain_date
from microloan.rate import exact_rate

MAX_MONTHS: Final = 600
_INTERVALS: Final = (1, 2, 3, 6, 12)
_MAX_GRACE_DAYS: Final = 365
_ABSENT: Final = cast("date", None)


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
            disbursement (``replace`` keeps the day once filled in).
        interval_months: months between payments: 1, 2, 3, 6 or 12.
        grace_months: months in which no principal is due (半年后还款 is 6).
        interest_grace_months: months in which no interest is due either; what they bear falls due
            with the first interest after them.
        settlement: a fixed day of the month for interest; absent, payments fall on anniversaries of
            disbursement, the 20th is never assumed.
        month_end: what becomes of an anniversary that a month lacks.
        due_dates: the due dates, where they are none that an interval makes; every period then
            counts its days. The last one is the maturity, within a month of ``months``.
        parts: of a ``CUSTOM`` plan, the parts of the principal and their days.
        residue: who takes the odd fen of the plan.
        level_by: what a level payment is computed from.
        repricing: whether the rate may change within the contract.
        penalty: the penalty rate on overdue principal; ``None`` where none was agreed.
        misuse: the penalty rate on principal not used as agreed; ``None`` where none was agreed.
        compounding: whether unpaid interest bears interest.
        order: what money received meets first.
        early_interest: how far interest is charged on principal repaid early.
        grace_days: days after a due date on which a loan is late but not yet delinquent.

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
    interest_grace_months: int = 0
    settlement: Settlement | None = None
    month_end: MonthEnd = MonthEnd.CLAMP
    due_dates: tuple[date, ...] = ()
    parts: tuple[PrincipalPart, ...] = ()
    residue: Residue = Residue.LAST_INSTALLMENT
    level_by: LevelBy = LevelBy.NOMINAL_RATE
    repricing: Repricing = Repricing.FIXED
    penalty: Dated[PenaltyRate] | None = None
    misuse: Dated[PenaltyRate] | None = None
    compounding: Compounding = Compounding.NONE
    order: PaymentOrder = PaymentOrder.BY_COMPONENT
    early_interest: EarlyInterest = EarlyInterest.TO_THE_DAY
    grace_days: int = 0

    def __post_init__(self) -> None:
        """Refuse terms that no contract could contain."""
        positive_fen(self.principal, "the principal")
        exact_rate(self.annual_rate)
        plain_date(self.disbursed_on, "disbursement")
        if self.signed_on is _ABSENT:
            object.__setattr__(self, "signed_on", self.disbursed_on)
        plain_date(self.signed_on, "signing")
        in_order(self.signed_on, self.disbursed_on, "signing and disbursement")
        _check_choices(self)
        _check_months(self)
        _check_days(self)
        _check_parts(self)
        _check_penalties(self)

    @property
    def matures_on(self) -> date:
        """Return the day of maturity 到期日."""
        if self.due_dates:
            return self.due_dates[-1]
        return months_later(self.disbursed_on, self.months, self.month_end)


def _check_choices(terms: LoanTerms) -> None:
    for value, kind, what, zh in (
        (terms.amortization, Amortization, "the amortization", "还款方式"),
        (terms.day_count, DayCount, "the day count", "计息方式"),
        (terms.residue, Residue, "the residue", "尾差承担"),
        (terms.month_end, MonthEnd, "the month-end rule", "月末规则"),
        (terms.level_by, LevelBy, "the basis of the level payment", "等额计算口径"),
        (terms.repricing, Repricing, "the repricing", "利率调整方式"),
        (terms.compounding, Compounding, "the compounding", "复利约定"),
        (terms.order, PaymentOrder, "the payment order", "冲还顺序"),
        (terms.early_interest, EarlyInterest, "the interest of a prepayment", "提前还款计息"),
    ):
        require_one_of(value, kind, what, zh)
    if terms.settlement is not None and not isinstance(terms.settlement, Settlement):
        raise refused_terms("the settlement", "结息日", terms.settlement, "a Settlement")
    for values, what, zh, limit in (
        (terms.due_dates, "the due dates", "还款日", "a tuple of dates"),
        (terms.parts, "the parts of the principal", "还本计划", "a tuple of PrincipalPart"),
    ):
        if not isinstance(values, tuple):
            raise refused_terms(what, zh, values, limit)
    require_whole(terms.grace_days, "grace days", "容忍天数", 0, _MAX_GRACE_DAYS)


def _check_months(terms: LoanTerms) -> None:
    require_whole(terms.months, "months", "期限（月）", 1, MAX_MONTHS)
    nominal = months_later(terms.disbursed_on, terms.months, terms.month_end)
    if nominal.year > LAST_YEAR:
        raise refused_terms("the maturity", "到期日", nominal, f"in {LAST_YEAR} at the latest")
    interval = terms.interval_months
    if type(interval) is not int or interval not in _INTERVALS:
        raise refused_terms("the payment interval", "还款间隔（月）", interval, "1, 2, 3, 6 or 12")
    require_whole(terms.grace_months, "grace months", "宽限期（月）", 0, terms.months - 1)
    most = terms.months - 1
    if terms.amortization in {Amortization.EQUAL_INSTALLMENTS, Amortization.EQUAL_PRINCIPAL}:
        most = terms.grace_months  # no principal falls due before interest does
    require_whole(terms.interest_grace_months, "interest grace months", "付息宽限期（月）", 0, most)
    if not _pays_by_interval(terms):
        return
    for months, what in (
        (terms.months, "months"),
        (terms.grace_months, "grace months"),
        (terms.interest_grace_months, "interest grace months"),
    ):
        if months % interval:
            raise refused_terms(
                what, "月数", months, f"a multiple of the payment interval of {interval}"
            )


def _pays_by_interval(terms: LoanTerms) -> bool:
    """Tell whether due dates are anniversaries of disbursement, an interval apart."""
    bullet = terms.amortization is Amortization.BULLET
    return not (bullet or terms.settlement or terms.due_dates)


def _check_days(terms: LoanTerms) -> None:
    bullet = terms.amortization is Amortization.BULLET
    if bullet and (terms.settlement is not None or terms.due_dates or terms.interest_grace_months):
        raise refused_terms(
            "the settlement, the due dates and the grace on interest",
            "结息日、还款日与付息宽限期",
            terms.settlement or terms.due_dates or terms.interest_grace_months,
            "absent where all is paid at maturity",
        )
    if not terms.due_dates:
        return
    if terms.settlement is not None:
        raise refused_terms(
            "the settlement", "结息日", terms.settlement, "absent where due dates are listed"
        )
    _check_due_dates(terms)


def _check_due_dates(terms: LoanTerms) -> None:
    days = terms.due_dates
    for day in days:
        plain_date(day, "a due date")
    earliest = add_months(terms.disbursed_on, terms.months - 1)
    latest = add_months(terms.disbursed_on, terms.months + 1)
    ascending = all(one < other for one, other in pairwise((terms.disbursed_on, *days)))
    if not ascending or not earliest < days[-1] < latest:
        raise refused_terms(
            "the due dates",
            "还款日",
            ", ".join(map(str, days)),
            f"strictly increasing after disbursement, the last one within a month of "
            f"{terms.months} months",
        )


def _check_parts(terms: LoanTerms) -> None:
    if (terms.amortization is Amortization.CUSTOM) != bool(terms.parts):
        raise refused_terms(
            "the parts of the principal",
            "还本计划",
            len(terms.parts),
            "listed for a CUSTOM plan, and for no other",
        )
    if not terms.parts:
        return
    _check_part_days(terms.parts, terms)
    whole = sum(fen(part.principal) for part in terms.parts)
    if whole != fen(terms.principal):
        raise refused_terms(
            "the sum of the parts",
            "还本计划合计",
            show(from_fen(whole)),
            f"the principal of {show(terms.principal)}",
        )


def _check_part_days(parts: Sequence[PrincipalPart], terms: LoanTerms) -> None:
    for part in parts:
        if not isinstance(part, PrincipalPart):
            raise refused_terms("a part of the principal", "还本计划", part, "a PrincipalPart")
    if terms.grace_months:
        raise refused_terms(
            "grace months", "宽限期（月）", terms.grace_months, "0 where parts are listed"
        )
    days = [terms.disbursed_on, *(part.due_on for part in parts)]
    ascending = all(one < other for one, other in pairwise(days))
    if not ascending or days[-1] > terms.matures_on:
        raise refused_terms(
            "the days of the parts",
            "还本日",
            ", ".join(map(str, days[1:])),
            f"strictly increasing after disbursement through {terms.matures_on}",
        )


def _check_penalties(terms: LoanTerms) -> None:
    for agreed, what, zh in (
        (terms.penalty, "the penalty", "逾期罚息"),
        (terms.misuse, "the penalty for misuse", "挪用罚息"),
    ):
        if agreed is None:
            continue
        if not isinstance(agreed, Dated) or not all(
            isinstance(rate, PenaltyRate) for _, rate in agreed.values
        ):
            raise refused_terms(what, zh, agreed, "a Dated of Multiple or Daily")
        if agreed.first_day > terms.disbursed_on:
            raise refused_terms(
                what, zh, agreed.first_day, f"agreed from {terms.disbursed_on} at the latest"
            )
