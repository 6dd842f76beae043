"""停贷停保: banks whose bad loans, or the payouts to them, reach what the rules name.

Nothing here stops a bank. Suspending one, and lifting it, is a decision of the fund, recorded by
:func:`microloan.suspension.suspend_lender` and :func:`~microloan.suspension.lift_suspension`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from microloan.errors import NotInForce
from microloan.finding import Finding, Severity
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.history import standing
from microloan.loan import Loan
from microloan.periods import in_order, plain_date
from microloan.policy import Line, Policy, Provision
from microloan.policy.rulebook import require_policy
from microloan.portfolio import guaranteed_by
from microloan.quotient import Quotient
from microloan.rate import show_rate
from microloan.risk import nonperforming_rate
from microloan.suspension import suspended_lenders
from microloan.table import columns_of


class StopRule(Enum):
    """By what a bank is stopped."""

    BAD_LOANS = "bad_loans"
    """不良率停贷: its bad loans, against all of its guaranteed loans."""
    PAYOUTS = "payouts"
    """代偿率停保: what the fund paid to it, against the exposure to its loans."""

    @property
    def zh(self) -> str:
        """Return the rate in Chinese."""
        return _ZH[self]


_ZH: Final = {StopRule.BAD_LOANS: "不良率", StopRule.PAYOUTS: "代偿率"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LenderRate:
    """A rate of one bank on a day, and what the rules say of it.

    Args:
        lender: the bank.
        rule: which rate it is.
        measured: the rate, with its numerator and denominator.
        threshold: the rate at which the bank is stopped; ``None`` where none is known.
        gap: why none is known; empty where one is.
    """

    lender: str
    rule: StopRule
    measured: Quotient
    threshold: Provision[Decimal] | None
    gap: str = ""

    COLUMNS = columns_of(
        "lender stop_rule=rule numerator=measured.part denominator=measured.whole",
        "ratio=measured.value threshold=threshold?.value reached gap",
    )

    @property
    def reached(self) -> bool:
        """Tell whether the bank is to be stopped: exactly at the threshold it is.

        Payouts where nothing is outstanding any more reach every threshold; no loans and no
        payouts reach none.
        """
        if self.threshold is None:
            return False
        nothing_left = self.measured.part > 0 and not self.measured.whole
        return nothing_left or self.measured.reaches(self.threshold.value)


def lender_rates(
    fund: GuaranteeFund,
    loans: Iterable[Loan],
    *,
    under: Policy,
    as_of: date,
    beyond_days: int,
    payouts_since: date | None = None,
) -> tuple[LenderRate, ...]:
    """Return the rates of every bank by which the rules stop banks, by bank.

    Args:
        fund: the fund; loans that it does not guarantee do not count.
        loans: the loans.
        under: the policy.
        as_of: the day.
        beyond_days: a loan more than so many days past due is bad; no decree that was read says how
            many, and 90 are usual.
        payouts_since: the first day whose payouts count; by default the 1 January before ``as_of``,
            as for the cap on a year's payouts. The rule that was read names no period.

    Raises:
        InvalidDate: no plain date, or payouts that would count from a later day.
        InvalidTerms: ``beyond_days`` is no whole number from 0, something is no loan, or no policy.
        LoanGivenTwice: the same loan twice.
    """
    require_policy(under)
    day = plain_date(as_of, "the rates of banks")
    since = day.replace(month=1, day=1) if payouts_since is None else payouts_since
    in_order(plain_date(since, "the first payout that counts"), day, "a period of payouts")
    rules = {rule: _in_force(line, day) for rule, line in _lines(under).items()}
    rates = []
    for lender, mine in _by_lender(fund, loans):
        measured = {
            StopRule.BAD_LOANS: nonperforming_rate(mine, as_of=day, beyond_days=beyond_days),
            StopRule.PAYOUTS: _payout_rate(fund, mine, since, day),
        }
        rates += [
            LenderRate(
                lender=lender, rule=rule, measured=measured[rule], threshold=threshold, gap=gap
            )
            for rule, (threshold, gap) in rules.items()
        ]
    return tuple(rates)


def _lines(under: Policy) -> dict[StopRule, Line[Decimal]]:
    return {StopRule.BAD_LOANS: under.npl_stop, StopRule.PAYOUTS: under.claim_rate_stop}


def _in_force(line: Line[Decimal], on: date) -> tuple[Provision[Decimal] | None, str]:
    """Return the threshold of a day, or why none is known."""
    try:
        return line.at(on), ""
    except NotInForce as unknown:
        return None, str(unknown)


def _by_lender(fund: GuaranteeFund, loans: Iterable[Loan]) -> list[tuple[str, list[Loan]]]:
    """Return the loans that a fund guarantees, bank by bank."""
    found: dict[str, list[Loan]] = {}
    for loan in guaranteed_by(loans, fund.id, of="the rates of banks", of_zh="停保比率"):
        found.setdefault(loan.lender, []).append(loan)
    return sorted(found.items())


def _payout_rate(fund: GuaranteeFund, loans: list[Loan], since: date, until: date) -> Quotient:
    """Return what the fund paid for some loans in a period ÷ its exposure to them on the last."""
    mine = {loan.id for loan in loans}
    paid = [
        line.amount_fen
        for line in standing(fund.entries)
        if line.kind is FundEntryKind.CLAIM_PAYOUT
        and line.loan_id in mine
        and since <= line.on <= until
    ]
    steps = (step for loan in loans for step in loan.exposure_steps() if step.on <= until)
    name = f"代偿率: payouts to the bank {since} – {until} ÷ exposure to its loans on {until}"
    return Quotient(name=name, part=sum(paid), whole=sum(step.exposure_fen for step in steps))


def check_lenders(
    fund: GuaranteeFund,
    loans: Iterable[Loan],
    *,
    under: Policy,
    as_of: date,
    beyond_days: int,
    payouts_since: date | None = None,
) -> tuple[Finding, ...]:
    """Return which banks are to be stopped, stay so, or may lend again, and what is not known.

    A rate that reaches its threshold is a fault until the fund suspends the bank, and a note as
    long as it is suspended; a suspended bank of which no known rate reaches its threshold is a
    note; a rule that is not known is a question. Arguments and refusals are those of
    :func:`lender_rates`.
    """
    rates = lender_rates(
        fund,
        loans,
        under=under,
        as_of=as_of,
        beyond_days=beyond_days,
        payouts_since=payouts_since,
    )
    suspended = suspended_lenders(fund.entries, as_of=as_of)
    reached = {rate.lender for rate in rates if rate.reached}
    stopped = [
        _stop(rate, rate.threshold, suspended=rate.lender in suspended)
        for rate in rates
        if rate.threshold is not None and rate.reached
    ]
    return (
        *stopped,
        *(_may_go_on(lender, as_of) for lender in sorted(suspended - reached)),
        *_unknown(fund, under, as_of),
    )


def _stop(rate: LenderRate, threshold: Provision[Decimal], *, suspended: bool) -> Finding:
    at, is_now = show_rate(threshold.value), rate.measured.value
    shown = "no exposure left" if is_now is None else show_rate(is_now)
    return Finding(
        code=f"lender.{rate.rule.value}_reached",
        severity=Severity.NOTE if suspended else Severity.FAULT,
        subject=rate.lender,
        sentence=f"{rate.measured}; at {at} new loans through it stop",
        zh=f"{rate.rule.zh}达到 {at}，应停止新增贷款与担保",
        figures=(("measured", shown), ("stops at", at)),
        clause=str(threshold),
        settle_by="" if suspended else "record the suspension, with this rate",
        settle_by_zh="" if suspended else "登记暂停决定并注明该比率",
    )


def _may_go_on(lender: str, as_of: date) -> Finding:
    return Finding(
        code="lender.may_resume",
        severity=Severity.NOTE,
        subject=lender,
        sentence=f"it is suspended, and on {as_of} no known rate of it reaches its threshold",
        zh=f"已暂停；{as_of} 各项已知比率均未达到停保线",
        settle_by="lift the suspension, or let it stand with a reason",
        settle_by_zh="解除暂停，或说明继续暂停的理由",
    )


def _unknown(fund: GuaranteeFund, under: Policy, as_of: date) -> Iterator[Finding]:
    """Yield a question for each rule of which nothing is known on a day."""
    for rule, line in _lines(under).items():
        threshold, gap = _in_force(line, as_of)
        if threshold is None:
            yield Finding(
                code=f"lender.{rule.value}_unknown",
                severity=Severity.QUESTION,
                subject=fund.id,
                sentence=f"at which rate banks are stopped is not known: {gap}",
                zh=f"{as_of} 的{rule.zh}停保线未见",
                settle_by="lay the local rule over the national ones",
                settle_by_zh="补充地方规定",
            )
