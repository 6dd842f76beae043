"""贴息: who bears the interest of a loan, line by line, under the rule of its signing day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from microloan.clauses import EarlyInterest
from microloan.course import run_through
from microloan.dated import Dated
from microloan.entitlement import ArrearsRule, Entitlement, StopReason, SubsidyStop, entitlements_of
from microloan.history import standing
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.money import settle
from microloan.months import add_months
from microloan.naming import require_one_of
from microloan.periods import InterestQuarter, asked_day
from microloan.policy import Policy, Provision
from microloan.policy.rulebook import require_policy
from microloan.position import position_of
from microloan.schedule import Installment, Stretch
from microloan.subsidy_line import Segment, SubsidyLine, treasury_share

_YEAR_MONTHS: Final = 12
_A_DAY: Final = timedelta(1)
_NEVER: Final[Mapping[str, SubsidyStop]] = {}


def plan_subsidy(loan: Loan, *, under: Policy) -> tuple[SubsidyLine, ...]:
    """Return who will bear the interest of each installment if everything is paid on its day.

    Installments of principal alone have no line. The rule is the one in force on the day the
    contract was signed. Subsidized principal lies within the ceiling and the policy part, and
    within the subsidized term.

    Raises:
        NotInForce: the policy knows no rule for that borrower on that day.
        CategoryNeeded: the rule asks for a fact that the category does not state.
        RateAboveCap: the contract rate lies above the highest one of the programme.
        InvalidTerms: no policy.
    """
    require_policy(under)
    scope = _scope(loan, under)
    return _lines(scope, loan.schedule)


def subsidize(
    loan: Loan,
    *,
    under: Policy,
    as_of: date,
    arrears: ArrearsRule = ArrearsRule.OVERDUE_PART,
    stop: SubsidyStop | None = None,
) -> tuple[SubsidyLine, ...]:
    """Return who bears the interest that has fallen due by a day, following what happened.

    Overdue principal bears no contract interest, so that it is never subsidized; what is not
    overdue keeps its subsidy, unless the stricter reading is asked for. Penalty and compound
    interest never are, nor is what an extension bears. When principal is repaid early, or the loan
    is called in, the running period ends on that day.

    Args:
        loan: the loan.
        under: the policy.
        as_of: the day.
        arrears: what arrears do to the rest of the loan.
        stop: from when the loan bears no subsidy any more, and why; ``None`` where it goes on.

    Raises:
        NotInForce: the policy knows no rule for that borrower on that day.
        CategoryNeeded: the rule asks for a fact that the category does not state.
        RateAboveCap: the contract rate lies above the highest one of the programme.
        InvalidTerms: no policy.
    """
    require_policy(under)
    require_one_of(arrears, ArrearsRule, "the rule of arrears", "逾期贴息口径")
    return _fallen_due(loan, under, asked_day(as_of), since=date.min, arrears=arrears, stop=stop)


def quarter_lines(
    loans: Iterable[Loan],
    quarter: InterestQuarter,
    *,
    under: Policy,
    arrears: ArrearsRule = ArrearsRule.OVERDUE_PART,
    stops: Mapping[str, SubsidyStop] = _NEVER,
) -> tuple[SubsidyLine, ...]:
    """Return the lines of many loans whose interest fell due in an interest quarter, loan by loan.

    Args:
        loans: the loans.
        quarter: the interest quarter.
        under: the policy.
        arrears: what arrears do to the rest of a loan.
        stops: the loans whose subsidy has ended, by their id.

    Raises:
        NotInForce: the policy knows no rule for a borrower.
        CategoryNeeded: a rule asks for a fact that a category does not state.
        RateAboveCap: a contract rate lies above the highest one of the programme.
        InvalidTerms: no policy.
    """
    require_policy(under)
    require_one_of(arrears, ArrearsRule, "the rule of arrears", "逾期贴息口径")
    since, until = quarter.first_day, quarter.last_day
    return tuple(
        line
        for loan in loans
        if _may_fall_due(loan, quarter)
        for line in _fallen_due(
            loan, under, until, since=since, arrears=arrears, stop=stops.get(loan.id)
        )
    )


def _fallen_due(
    loan: Loan,
    under: Policy,
    as_of: date,
    *,
    since: date,
    arrears: ArrearsRule,
    stop: SubsidyStop | None,
) -> tuple[SubsidyLine, ...]:
    """Return the lines of a loan that fell due from a day through another."""
    fold = run_through(loan.terms, loan.entries, as_of=as_of)
    late = _late_days(loan, as_of) if arrears is ArrearsRule.WHOLE_LOAN else ()
    scope = _scope(loan, under, stop=_first_stop(loan, under, stop), late=late, as_of=as_of)
    return _lines(scope, (due.line for due in fold.fallen_due() if due.due_on >= since))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """What decides about every line of a loan.

    Args:
        loan: the loan.
        entitled: what it is entitled to, by day.
        stop: from when it bears no subsidy, and why; ``None`` where it goes on.
        late: stretches of days without a subsidy because of arrears; the last day is outside.
        used: how much principal was used from a day of the history on, where the contract charges
            interest beyond the use; empty where it does not.
        cuts: the days on which any of it changes, and the anniversaries of disbursement.
    """

    loan: Loan
    entitled: Dated[Entitlement]
    stop: SubsidyStop | None
    late: tuple[tuple[date, date], ...]
    used: tuple[tuple[date, int], ...]
    cuts: tuple[date, ...]

    def bears(self, day: date, principal: int) -> tuple[int, str]:
        """Return how much of a principal bears a subsidy on a day, and why not all of it."""
        entitled = self.entitled.at(day)
        if self.stop is not None and day >= self.stop.on:
            return 0, f"the subsidy stopped on {self.stop.on}: {self.stop.reason.value}"
        if day >= entitled.ends_on:
            return 0, entitled.ended
        if any(start <= day < end for start, end in self.late):
            return 0, "something was overdue"
        if principal > entitled.within_fen:
            return entitled.within_fen, entitled.within
        return principal, ""


def _scope(
    loan: Loan,
    under: Policy,
    *,
    stop: SubsidyStop | None = None,
    late: tuple[tuple[date, date], ...] = (),
    as_of: date = date.max,
) -> _Scope:
    terms = loan.terms
    entitled = entitlements_of(terms, loan.category, under=under, of=loan.id)
    years = range(_YEAR_MONTHS, terms.months, _YEAR_MONTHS)
    cuts = {
        *(() if stop is None else (stop.on,)),
        *(add_months(terms.disbursed_on, year) for year in years),
    }
    for since, entitlement in entitled.values:
        cuts |= {since, entitlement.ends_on}
    cuts |= {day for stretch in late for day in stretch}
    return _Scope(
        loan=loan,
        entitled=entitled,
        stop=stop,
        late=late,
        used=_used(loan, as_of) if terms.early_interest is EarlyInterest.TO_NEXT_DUE_DATE else (),
        cuts=tuple(sorted(cuts)),
    )


def _used(loan: Loan, as_of: date) -> tuple[tuple[date, int], ...]:
    """Return the principal owed and not overdue from each day of the history on, in fen."""
    days = sorted({entry.on for entry in standing(loan.entries) if entry.on <= as_of})
    positions = [position_of(loan.terms, loan.entries, as_of=day) for day in days]
    return tuple(
        (position.as_of, position.outstanding_fen - position.arrears_principal_fen)
        for position in positions
    )


def _first_stop(loan: Loan, under: Policy, stop: SubsidyStop | None) -> SubsidyStop | None:
    """Return the first end of the subsidy: the one stated, or misuse where the rules name it."""
    named = under.not_subsidized.known(loan.terms.signed_on)
    if not isinstance(named, Provision) or StopReason.MISUSE.value not in named.value:
        return stop
    misused = [
        SubsidyStop(on=entry.on, reason=StopReason.MISUSE)
        for entry in standing(loan.entries)
        if entry.kind is EntryKind.MISUSE
    ]
    stops = [*misused, *([] if stop is None else [stop])]
    return min(stops, key=lambda one: one.on, default=None)


def _late_days(loan: Loan, as_of: date) -> tuple[tuple[date, date], ...]:
    """Return the stretches of days at whose end something that fell due before is unpaid."""
    fold = run_through(loan.terms, loan.entries, as_of=as_of)
    events = {due.due_on for due in fold.fallen_due()} | {entry.on for entry in loan.entries}
    days = sorted(day for day in events if day <= as_of)
    late = []
    for day, following in pairwise([*days, date.max]):
        position = position_of(loan.terms, loan.entries, as_of=day)
        if position.arrears_fen:
            late.append((day if position.days_past_due else day + _A_DAY, following))
    return tuple(late)


def _may_fall_due(loan: Loan, quarter: InterestQuarter) -> bool:
    """Tell whether interest may fall due in a quarter: by the plan, or because the loan ended."""
    ended = any(entry.on in quarter and entry.kind.ends for entry in loan.entries)
    return ended or any(planned.due_on in quarter for planned in loan.schedule)


def _lines(scope: _Scope, lines: Iterable[Installment]) -> tuple[SubsidyLine, ...]:
    """Return a line for each installment with interest."""
    return tuple(_line(scope, line, stretches) for line in lines if (stretches := line.stretches))


def _line(scope: _Scope, line: Installment, stretches: tuple[Stretch, ...]) -> SubsidyLine:
    segments = tuple(segment for stretch in stretches for segment in _segments(scope, stretch))
    settled = scope.loan.terms.settlement is not None
    if scope.used and stretches[-1].closes_on > line.due_on + settled * _A_DAY:
        segments = tuple(piece for one in segments for piece in _within_use(scope, one, line))
    return SubsidyLine(
        loan_id=scope.loan.id,
        number=line.number,
        due_on=line.due_on,
        annual_rate=stretches[-1].annual_rate,
        interest_fen=line.interest_fen,
        treasury_fen=settle(line.interest_fen * treasury_share(segments)),
        stretches=stretches,
        segments=segments,
        unchecked=scope.entitled.at(segments[0].opens_on).unchecked,
    )


def _segments(scope: _Scope, stretch: Stretch) -> Iterable[Segment]:
    """Yield the parts of a stretch, cut wherever what the loan is entitled to may change."""
    opens_on, closes_on = stretch.opens_on, stretch.closes_on
    days = [opens_on, *(cut for cut in scope.cuts if opens_on < cut < closes_on), closes_on]
    for start, end in pairwise(days):
        entitled = scope.entitled.at(start)
        subsidized_fen, less = scope.bears(start, stretch.principal_fen)
        yield Segment(
            opens_on=start,
            closes_on=end,
            principal_fen=stretch.principal_fen,
            annual_rate=stretch.annual_rate,
            subsidized_fen=subsidized_fen,
            share=entitled.share(start, stretch.annual_rate),
            rule=entitled.rule,
            less=less,
        )


def _within_use(scope: _Scope, segment: Segment, line: Installment) -> Iterable[Segment]:
    """Yield the pieces of a segment that was charged beyond the use; only use is subsidized."""
    opens_on, closes_on = segment.opens_on, segment.closes_on
    cuts = {line.due_on, *(day for day, _ in scope.used if day > line.due_on)}
    days = [opens_on, *sorted(cut for cut in cuts if opens_on < cut < closes_on), closes_on]
    for start, end in pairwise(days):
        piece = replace(segment, opens_on=start, closes_on=end)
        used = [fen for day, fen in scope.used if day <= start]
        if start < line.due_on or segment.subsidized_fen <= used[-1]:
            yield piece
        else:
            yield replace(piece, subsidized_fen=used[-1], less="only what is used is subsidized")
