"""风险指标: ratios of a fund and its loans, each with what it divides by what.

No two of them are the same figure under two names. A published rate can be compared with one of
them only where it divides the same things.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from microloan.exposure import ExposureStep
from microloan.fallen_due import DuePrincipal, RepaidBy, due_principal
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.history import standing
from microloan.loan import Loan
from microloan.money import Money
from microloan.naming import refused_terms, require_one_of
from microloan.periods import asked_day, in_order, plain_date
from microloan.policy import ExposureBasis
from microloan.portfolio import guaranteed_by, loans_by_id
from microloan.position import Performance
from microloan.quotient import Quotient


def payout_rate_of_released(
    fund: GuaranteeFund,
    loans: Iterable[Loan],
    *,
    since: date,
    until: date,
    basis: ExposureBasis = ExposureBasis.FULL,
) -> Quotient:
    """Return payouts in a period ÷ exposure that ended in it 担保代偿率（解除额口径）.

    Exposure ends as a loan is repaid, paid for by the fund or written off, or its guarantee
    discharged.

    Args:
        fund: the fund; what it paid is gross, whatever was recovered.
        loans: the loans; those that it does not guarantee do not count.
        since: the first day of the period.
        until: its last day.
        basis: whether the exposure is the full principal or its covered share.

    Raises:
        InvalidDate: a day that is no plain date, or a period that ends before it begins.
        InvalidTerms: something that is no loan, or a basis that is none.
        LoanGivenTwice: the same loan twice.
    """
    paid = _moved_fen(fund, FundEntryKind.CLAIM_PAYOUT, since, until)
    ended = [
        -_exposure_fen(step, basis)
        for step in _steps(fund, loans, basis)
        if since <= step.on <= until and step.exposure_fen < 0
    ]
    name = f"代偿率: payouts ÷ {_NAMES[basis]} released, {since} – {until}"
    return Quotient(name=name, part=paid, whole=sum(ended))


def payout_rate_of_issued(
    fund: GuaranteeFund,
    loans: Iterable[Loan],
    *,
    since: date,
    until: date,
    basis: ExposureBasis = ExposureBasis.FULL,
) -> Quotient:
    """Return payouts in a period ÷ principal paid out under the fund's guarantee in it 发生额口径.

    Arguments and refusals are those of :func:`payout_rate_of_released`.
    """
    paid = _moved_fen(fund, FundEntryKind.CLAIM_PAYOUT, since, until)
    begun = [
        _exposure_fen(step, basis)
        for step in _steps(fund, loans, basis)
        if since <= step.on <= until and step.exposure_fen > 0
    ]
    name = f"代偿率: payouts ÷ {_NAMES[basis]} issued, {since} – {until}"
    return Quotient(name=name, part=paid, whole=sum(begun))


def payout_rate_of_balance(
    fund: GuaranteeFund,
    loans: Iterable[Loan],
    *,
    since: date,
    until: date,
    basis: ExposureBasis = ExposureBasis.FULL,
) -> Quotient:
    """Return payouts in a period ÷ exposure on its last day 代偿率（在保余额口径）.

    A loan for which the fund has paid is no exposure any more, also where the lender still carries
    its own share. Arguments and refusals are those of :func:`payout_rate_of_released`.
    """
    paid = _moved_fen(fund, FundEntryKind.CLAIM_PAYOUT, since, until)
    steps = _steps(fund, loans, basis)
    held = [_exposure_fen(step, basis) for step in steps if step.on <= until]
    name = f"代偿率: payouts {since} – {until} ÷ {_NAMES[basis]} on {until}"
    return Quotient(name=name, part=paid, whole=sum(held))


def payout_recovery_rate(fund: GuaranteeFund, *, since: date, until: date) -> Quotient:
    """Return what a fund recovered in a period ÷ what it was owed before and paid in it 代偿回收率.

    What it was owed is what it paid less what it recovered; a write-off changes neither, because
    the debt survives it. So the rate is never above one.

    Raises:
        InvalidDate: a day that is no plain date, or a period that ends before it begins.
    """
    recovered = _moved_fen(fund, FundEntryKind.RECOVERY, since, until)
    paid = _moved_fen(fund, FundEntryKind.CLAIM_PAYOUT, date.min, until)
    recovered_before = _moved_fen(fund, FundEntryKind.RECOVERY, date.min, until) - recovered
    name = f"代偿回收率: recovered ÷ (owed before + payouts), {since} – {until}"
    return Quotient(name=name, part=recovered, whole=paid - recovered_before)


def repayment_rate_by_amount(
    loans: Iterable[Loan],
    *,
    since: date,
    until: date,
    counting: Iterable[RepaidBy],
    as_of: date | None = None,
) -> Quotient:
    """Return what was repaid of principal that fell due in a period ÷ that principal 到期还款率.

    The denominator is the same whatever counts as repaid: see
    :func:`microloan.fallen_due.due_principal` for loans that were extended, repaid early, called
    in, paid by the fund or written off.

    Args:
        loans: the loans.
        since: the first day of the period.
        until: its last day.
        counting: what counts as repaid; ``RepaidBy.by_borrowers()`` is the strict answer.
        as_of: the day by which it must have been repaid; by default the last of the period.

    Raises:
        InvalidDate: as :func:`microloan.fallen_due.due_principal`.
        InvalidTerms: something that is no :class:`~microloan.fallen_due.RepaidBy`, or no loan.
        LoanGivenTwice: the same loan twice.
    """
    counted = _ways(counting)
    dues = _dues(loans, since, until, as_of)
    return Quotient(
        name=f"到期还款率: repaid ({_listed(counted)}) ÷ principal fallen due, {since} – {until}",
        part=sum(due.repaid_fen(counted) for due in dues),
        whole=sum(due.due_fen for due in dues),
    )


def repayment_rate_by_count(
    loans: Iterable[Loan],
    *,
    since: date,
    until: date,
    counting: Iterable[RepaidBy],
    as_of: date | None = None,
) -> Quotient:
    """Return loans repaid of all that fell due ÷ loans of which some fell due 到期还款率（笔数）.

    A loan counts once, however many of its installments fell due; one of them unpaid by a fen, and
    it is not repaid. Arguments and refusals are those of :func:`repayment_rate_by_amount`.
    """
    counted = _ways(counting)
    dues = [due for due in _dues(loans, since, until, as_of) if due.due_fen]
    return Quotient(
        name=f"到期还款率: loans repaid ({_listed(counted)}) ÷ loans fallen due, {since} – {until}",
        part=sum(due.repaid_fen(counted) == due.due_fen for due in dues),
        whole=len(dues),
    )


def last_year_repayment_rate(fund: GuaranteeFund, loans: Iterable[Loan], *, on: date) -> Quotient:
    """Return the repayment rate, by amount, of the calendar year before a day 上年到期贷款还款率.

    It is the one that may raise the cap (:func:`microloan.fund_decision.raise_cap`): of the
    principal that fell due in that year, what the borrowers themselves had repaid by its last day.
    A year in which nothing fell due has no rate.

    Args:
        fund: the fund that would decide.
        loans: the loans; those that it does not guarantee do not count.
        on: the day of the decision.

    Raises:
        InvalidDate: no plain date.
        InvalidTerms, LoanGivenTwice: something that is no loan, or the same loan twice.
    """
    year = plain_date(on, "a decision").year - 1
    first, last = date(year, 1, 1), date(year, 12, 31)
    mine = guaranteed_by(loans, fund.id, of="a repayment rate", of_zh="到期还款率")
    return repayment_rate_by_amount(mine, since=first, until=last, counting=RepaidBy.by_borrowers())


def nonperforming_rate(loans: Iterable[Loan], *, as_of: date, beyond_days: int) -> Quotient:
    """Return the outstanding principal of bad loans ÷ that of all loans 不良率.

    A loan is bad if it is more than so many days past due, or if it was called in or the fund has
    paid, from that day on. Of such a loan all that is outstanding counts, and of a loan written off
    nothing is.

    Args:
        loans: the loans, such as those of one bank: ``[one for one in loans if one.lender == …]``.
        as_of: the day.
        beyond_days: 90: a loan 90 days past due is not yet bad, one of 91 days is.

    Raises:
        InvalidTerms: ``beyond_days`` is no whole number from 0, or something is no loan.
        LoanGivenTwice: the same loan twice.
    """
    if type(beyond_days) is not int or beyond_days < 0:
        raise refused_terms("the days past due", "逾期天数", beyond_days, "a whole number from 0")
    given = loans_by_id(loans, of="a rate of bad loans", of_zh="不良率").values()
    stands = [loan.position(as_of=as_of) for loan in given]
    bad = [
        at.outstanding_fen
        for at in stands
        if at.days_past_due > beyond_days or at.performance is Performance.DEFAULTED
    ]
    name = f"不良率: outstanding past due beyond {beyond_days} days or in default ÷ outstanding"
    whole = sum(at.outstanding_fen for at in stands)
    return Quotient(name=f"{name}, {as_of}", part=sum(bad), whole=whole)


def fund_multiple(exposure: Money, balance: Money) -> Quotient:
    """Return exposure ÷ balance 放大倍数 of two published figures, as they were published.

    Of a fund in the book, :class:`microloan.leverage.Leverage` tells the multiple with the cap.

    >>> from microloan.money import cny
    >>> fund_multiple(cny(15_835_100), cny(4_450_000)).to_places(2)
    Decimal('3.56')
    """
    return Quotient.of("放大倍数: exposure ÷ balance", exposure, balance)


_NAMES: Final = {ExposureBasis.FULL: "exposure", ExposureBasis.COVERED: "covered exposure"}


def _steps(fund: GuaranteeFund, loans: Iterable[Loan], basis: ExposureBasis) -> list[ExposureStep]:
    """Return how the exposure of a fund changes, loan by loan, where the basis is one."""
    require_one_of(basis, ExposureBasis, "the basis of the exposure", "在保余额口径")
    mine = guaranteed_by(loans, fund.id, of="a payout rate", of_zh="代偿率")
    return [step for loan in mine for step in loan.exposure_steps()]


def _exposure_fen(step: ExposureStep, basis: ExposureBasis) -> int:
    return step.exposure_fen if basis is ExposureBasis.FULL else step.covered_fen


def _moved_fen(fund: GuaranteeFund, kind: FundEntryKind, since: date, until: date) -> int:
    """Return the sum of one kind of entries of a fund in a period, in fen."""
    in_order(asked_day(since), asked_day(until), "a period")
    mine = (line for line in standing(fund.entries) if line.kind is kind)
    return sum(line.amount_fen for line in mine if since <= line.on <= until)


def _dues(
    loans: Iterable[Loan], since: date, until: date, as_of: date | None
) -> list[DuePrincipal]:
    given = loans_by_id(loans, of="a repayment rate", of_zh="到期还款率").values()
    return [due_principal(loan, since=since, until=until, as_of=as_of) for loan in given]


def _ways(counting: Iterable[RepaidBy]) -> frozenset[RepaidBy]:
    """Return what counts as repaid, refused also where there is no loan to ask it of."""
    if isinstance(counting, str) or not isinstance(counting, Iterable):
        raise refused_terms("what counts as repaid", "还款口径", counting, "several RepaidBy")
    ways = list(counting)
    for way in ways:
        require_one_of(way, RepaidBy, "what counts as repaid", "还款口径")
    return frozenset(ways)


def _listed(counted: Iterable[RepaidBy]) -> str:
    return ", ".join(way.value for way in RepaidBy if way in counted)
