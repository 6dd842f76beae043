"""申报: drawing up the request of a quarter, and by when each step of it is done."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final, assert_never

from microloan.budget import Budget
from microloan.correction import Asked, Clawback, already_requested, correct
from microloan.entitlement import ArrearsRule, SubsidyStop
from microloan.errors import LoanMissing
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.naming import refused_terms
from microloan.periods import HalfYear, InterestQuarter
from microloan.policy import After, Deadline, Policy, Provision, Shares
from microloan.policy.rulebook import require_policy
from microloan.portfolio import loans_by_id
from microloan.refund import RepaymentRecord, WaitingReason, repayment_record
from microloan.request import (
    SubsidyRequest,
    requested_so_far,
    require_later,
    require_lender,
    require_over,
)
from microloan.request_line import LineKey, WaitingLine, itemize
from microloan.subsidy import subsidize
from microloan.subsidy_line import SubsidyLine
from microloan.table import columns_of

_NONE: Final[Mapping[str, SubsidyStop]] = MappingProxyType({})
_HALF_YEARLY: Final = (2, 4)


def draw_request(
    loans: Iterable[Loan],
    *,
    lender: str,
    quarter: InterestQuarter,
    under: Policy,
    on: date,
    earlier: Sequence[SubsidyRequest] = (),
    shares: Provision[Shares] | None = None,
    budget: Budget | None = None,
    arrears: ArrearsRule = ArrearsRule.OVERDUE_PART,
    stops: Mapping[str, SubsidyStop] = _NONE,
    clawbacks: Iterable[Clawback] = (),
    since: InterestQuarter | None = None,
    is_workday: Callable[[date], bool] | None = None,
) -> SubsidyRequest:
    """Return the request of a bank for an interest quarter.

    It holds every line with a subsidy whose interest fell due by the quarter's end, that no earlier
    request holds, and that may be asked for: a line of an earlier quarter that became known late,
    or had to wait, comes along. What earlier requests hold is computed anew from what is known
    today; a difference is a correction.

    Args:
        loans: all loans of the bank, the repaid ones too: a late fact may change what was requested
            for them.
        lender: the bank.
        quarter: the interest quarter, over on the day.
        under: the policy.
        on: the day on which it is drawn up; what was paid by then counts as paid.
        earlier: every request so far. Those of other banks count against the budget only.
        shares: which level bears which part where the policy does not know, with its reference.
        budget: what each level may bear in the quarter's year, all banks together.
        arrears: what overdue money does to the subsidy.
        stops: the loans whose subsidy stopped, by loan id.
        clawbacks: what authorities decided to take back.
        since: the first quarter to go back to; absent, that of the earlier requests, or this one.
        is_workday: the host's calendar; with it nobody is late before a working day.

    Raises:
        QuarterNotOver: the quarter has not ended on that day.
        WrongLender: a loan of another bank.
        LoanGivenTwice: the same loan twice.
        LoanMissing: an earlier request holds a line of a loan that is not given.
        AlreadyRequested: the quarter, or a later one, was requested; one line twice; or another
            bank has requested for one of the loans.
        InvalidTerms: a stop of a loan that is not among them, or no policy.
        CorrectionTooLarge: a decision to take back more than was requested.
        NotRequested: a decision about a line that was never requested.
        BudgetExceeded: a level would bear more than its budget.
        NotInForce, CategoryNeeded, RateAboveCap: as :func:`microloan.subsidy.subsidize`, or nobody
            says which level bears what.
    """
    require_policy(under)
    require_over(quarter, on=on)
    own = sorted((one for one in earlier if one.lender == lender), key=lambda one: one.quarter)
    asked = requested_so_far(own)
    for request in own[-1:]:
        require_later(quarter, request)
    given = _of_lender(loans, lender, asked)
    _require_own(given, [one for one in earlier if one.lender != lender], stops)
    first = min(since or quarter, quarter, *(request.since for request in own))
    records = [
        repayment_record(loan, as_of=on, is_workday=is_workday)
        for loan in given
        if loan.terms.disbursed_on <= quarter.last_day
    ]
    subsidy = partial(subsidize, under=under, as_of=quarter.last_day, arrears=arrears)
    earned = [
        one
        for record in records
        for one in _earned(record, subsidy(record.loan, stop=stops.get(record.loan.id)), under)
        if one.key in asked or one.line.due_on >= first.first_day
    ]
    payable = [one for one in earned if one.reason is None]
    owed = {one.key: one.line.treasury_fen for one in payable}
    request = SubsidyRequest(
        lender=lender,
        quarter=quarter,
        on=on,
        since=first,
        lines=tuple(
            itemize(one.loan, one.line, under=under, shares=shares)
            for one in payable
            if one.key not in asked
        ),
        corrections=correct(asked, owed, clawbacks),
        waiting=tuple(_waiting(one, one.reason) for one in earned if one.reason is not None),
        **_header(records, quarter),
    )
    if budget is not None:
        require_budget(budget, [*earlier, request], of=quarter)
    return request


def _of_lender(
    loans: Iterable[Loan], lender: str, asked: Mapping[LineKey, Asked]
) -> Sequence[Loan]:
    """Return the loans by id, each once, none of another bank and none left out."""
    given = loans_by_id(loans, of=f"a request of {lender}", of_zh=f"{lender} 的贴息申请")
    for loan in given.values():
        require_lender(loan.id, loan.lender, asks=lender)
    for (loan_id, _), one in sorted(asked.items()):
        if loan_id not in given:
            raise LoanMissing(
                f"{loan_id} stands in the request of {one.quarter} and is not given; without it "
                "nothing can be recomputed",
                zh=f"{loan_id} 已列入 {one.quarter} 的申请，缺该笔贷款则无法复核",
                value=loan_id,
                limit=one.quarter,
            )
    return [given[loan_id] for loan_id in sorted(given)]


def _require_own(
    given: Sequence[Loan], others: Iterable[SubsidyRequest], stops: Mapping[str, SubsidyStop]
) -> None:
    """Refuse loans that another bank has requested for, and stops of loans that are not there."""
    own = {loan.id for loan in given}
    for request in others:
        for line in request.lines:
            if line.loan_id in own:
                raise already_requested(line.key, str(request))
    if stops.keys() - own:
        absent = sorted(stops.keys() - own)
        raise refused_terms("a stop of the subsidy", "停止贴息", absent, "loans of the request")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Earned:
    """A line with a subsidy, and why it has to wait, if it does."""

    loan: Loan
    line: SubsidyLine
    reason: WaitingReason | None

    @property
    def key(self) -> LineKey:
        return self.line.loan_id, self.line.due_on


def _earned(record: RepaymentRecord, lines: Iterable[SubsidyLine], under: Policy) -> list[_Earned]:
    """Return the lines of which the treasury bears something; without any, no rule is asked."""
    loan, borne = record.loan, [line for line in lines if line.treasury_fen]
    if not borne:
        return []
    mode = under.payment_mode[loan.category.kind].at(loan.terms.signed_on).value
    return [
        _Earned(loan=loan, line=line, reason=record.reason_to_wait(mode, line.number))
        for line in borne
    ]


def _waiting(earned: _Earned, reason: WaitingReason) -> WaitingLine:
    return WaitingLine(
        loan_id=earned.line.loan_id,
        number=earned.line.number,
        due_on=earned.line.due_on,
        subsidy_fen=earned.line.treasury_fen,
        reason=reason,
    )


def _header(records: Sequence[RepaymentRecord], quarter: InterestQuarter) -> dict[str, int]:
    """Return what a request says of the bank's lending in the quarter, as known today."""
    effects = [effect for record in records for effect in record.fold.applied]
    before = [effect for effect in effects if effect.entry.on < quarter.first_day]
    until = [effect for effect in effects if effect.entry.on <= quarter.last_day]
    lent = [effect.entry for effect in until if effect.entry.kind is EntryKind.DISBURSEMENT]
    in_quarter = [entry for entry in lent if entry.on in quarter]
    return {
        "opening_fen": -sum(effect.principal_fen for effect in before),
        "closing_fen": -sum(effect.principal_fen for effect in until),
        "lent_fen": sum(entry.principal_fen for entry in in_quarter),
        "lent_count": sum(record.loan.terms.disbursed_on in quarter for record in records),
    }


def require_budget(
    budget: Budget, requests: Iterable[SubsidyRequest], *, of: InterestQuarter
) -> None:
    """Refuse requests of which a level would bear more than its budget of the year.

    Args:
        budget: what each level may bear in the year.
        requests: the requests of all banks; those of other years do not count.
        of: the quarter that is drawn up.

    Raises:
        BudgetExceeded: names the level, the budget and what is wanted.
        InvalidTerms: the budget is one of another year, or tells levels apart that the shares do
            not.
    """
    if budget.year != of.year:
        raise refused_terms("the year of the budget", "预算年度", budget.year, of.year)
    of_year = [request for request in requests if request.quarter.year == of.year]
    budget.require(part for request in of_year for part in request.levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingDay:
    """办理期限: by when a step of a quarter's request is done, and the rule that says so."""

    step: str
    on: date
    rule: str

    COLUMNS = columns_of("step on rule")


def deadlines(
    quarter: InterestQuarter, *, under: Policy, is_workday: Callable[[date], bool]
) -> tuple[FilingDay, ...]:
    """Return by when each step of a quarter's request is done, in the order of the rule.

    Steps of the half-year follow a second and a fourth quarter, steps of the year a fourth.

    Args:
        quarter: the interest quarter; the rule is that of its settlement day.
        under: the policy.
        is_workday: the host's calendar.

    Raises:
        NotInForce: the policy knows no deadlines for that day.
        InvalidTerms: no policy.

    >>> from microloan import policy
    >>> rules = policy.load("cn", region="central")
    >>> days = deadlines(
    ...     InterestQuarter(2009, 1), under=rules, is_workday=lambda day: day.weekday() < 5
    ... )
    >>> print(days[0].step, days[0].on)
    bank_files 2009-03-27
    """
    require_policy(under)
    rule = under.deadlines.at(quarter.last_day)
    days: list[FilingDay] = []
    for step in rule.value:
        start = _counts_from(step, quarter, days)
        if start is not None:
            reached = step.day_after(start, is_workday)
            days.append(FilingDay(step=step.step, on=reached, rule=str(rule)))
    return tuple(days)


def _counts_from(
    step: Deadline, quarter: InterestQuarter, days: Sequence[FilingDay]
) -> date | None:
    """Return the day a step counts from; ``None`` where it does not follow that quarter."""
    half = HalfYear.of(quarter.last_day)
    match step.after:
        case After.QUARTER:
            return quarter.last_day
        case After.PREVIOUS:
            return days[-1].on if days else quarter.last_day
        case After.HALF_YEAR:
            return half.last_day if quarter.quarter in _HALF_YEARLY else None
        case After.YEAR:
            return half.last_day if quarter.quarter == max(_HALF_YEARLY) else None
    assert_never(step.after)
