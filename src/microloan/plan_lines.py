"""The figures of a plan in columns of fen: what falls due on each due date, and why."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple, assert_never

from microloan.annuity import idle_lines, level_by_factors, level_ratio, nominal_rate
from microloan.clauses import Amortization, LevelBy, Prepayment, Residue
from microloan.due_dates import Calendar
from microloan.money import fen, from_fen, rounded, settle, settle_ratio, show, split_fen
from microloan.periods import DayCount
from microloan.terms import LoanTerms

_MONTHS: Final = 12
_DAYS_A_YEAR: Final = {DayCount.ACT_360: 360, DayCount.ACT_365: 365}


class Lines(NamedTuple):
    """What falls due on each line of a plan, in fen.

    Args:
        opening: principal that bears interest.
        principal: principal that falls due.
        interest: interest that falls due.
        level: the level part: payment of 等额本息, principal of 等额本金, else 0.
        exact: the level part before rounding, as numerator and denominator.
        reason: what decided the principal, where no plan did.
    """

    opening: tuple[int, ...]
    principal: tuple[int, ...]
    interest: tuple[int, ...]
    level: int
    exact: tuple[int, int]
    reason: str = ""

    @property
    def exact_level(self) -> Fraction:
        """Return the level part before rounding, in fen."""
        return Fraction(*self.exact)

    def why(self, at: int, terms: LoanTerms) -> str:
        """Return what decided the principal of a line."""
        if self.reason:
            return self.reason
        if not self.principal[at]:
            return "none falls due"
        if self.opening[at] == self.principal[at]:
            return "all that is outstanding"
        exact = f"level {show(from_fen(self.level))} (exact {rounded(self.exact_level / 100, 6)})"
        if terms.amortization is Amortization.EQUAL_INSTALLMENTS:
            usual = self.level - self.principal[at]
            if usual == self.interest[at]:
                return f"{exact} less interest"
            return f"{exact} less the interest of a whole interval, {show(from_fen(usual))}"
        return exact if self.level else "the part that the contract lists"


_NO_PLACES: Final = frozenset[int]()
_NOTHING_WAITS: Final = Fraction(0)
NOTHING: Final = Lines((), (), (), 0, (0, 1))


@dataclass(slots=True)
class _Run:
    """A plan about to be computed: the calendar from a place on, and the interest of one fen."""

    terms: LoanTerms
    calendar: Calendar
    first: int
    numerators: list[int]
    denominators: list[int]
    idle: int  # leading lines that repay no principal
    stubs: frozenset[int]  # lines whose period is longer or shorter than the others

    @property
    def count(self) -> int:
        return len(self.numerators)

    def factor(self, at: int) -> Fraction:
        return Fraction(self.numerators[at], self.denominators[at])


def lines_of(
    terms: LoanTerms,
    calendar: Calendar,
    principal: int,
    *,
    first: int = 0,
    since: date | None = None,
    carried: Fraction = Fraction(0),
    left: Lines | None = None,
    then: Prepayment = Prepayment.LOWER,
) -> Lines:
    """Return what falls due on each line of a calendar from a place on, every fen accounted for.

    Args:
        terms: the terms to follow.
        calendar: their due dates.
        principal: what is to be repaid over the lines, in fen.
        first: the place of the first line.
        since: the day from which its period bears interest; by default its opening.
        carried: interest earned before that day, in fen, which falls due with the first line.
        left: what is left of the plan before: the new one has no more lines, and follows its parts;
            by default it runs through the calendar, by the parts of the contract.
        then: ``SHORTEN`` keeps the level part of that plan, so that this one may end earlier.
    """
    if not principal and not carried:
        return NOTHING
    until = _until(calendar, first, left)
    run = _run(terms, calendar, slice(first, until), since)
    shorter = left is not None and then is Prepayment.SHORTEN
    exact = left.exact if left and shorter else _exact_level(run, principal, carried)
    level = settle_ratio(*exact)
    fixed = _fixed_parts(run, level, left)
    if terms.amortization is Amortization.CUSTOM and not shorter and fixed:
        fixed = _in_proportion(principal, fixed)
    opening, repaid, interest = _columns(run, principal, carried, level, fixed)
    if shorter or terms.amortization is Amortization.CUSTOM:
        used = max((at + 1 for at in range(run.count) if opening[at] or interest[at]), default=0)
        opening, repaid, interest = opening[:used], repaid[:used], interest[:used]
    elif interest[-1] and _takes_residue(run):
        interest[-1] = max(level - repaid[-1], 0)
    return Lines(tuple(opening), tuple(repaid), tuple(interest), level, exact)


def _until(calendar: Calendar, first: int, left: Lines | None) -> int:
    """Return the place after the last line: that of the plan before, with its interest billed."""
    if left is None:
        return len(calendar.due)
    until = first + len(left.principal)
    while until - 1 in calendar.unbilled:
        until += 1
    return until


def _takes_residue(run: _Run) -> bool:
    """Tell whether the last interest takes the odd fen; that of a stub differs by its days."""
    level_plan = run.terms.amortization is Amortization.EQUAL_INSTALLMENTS
    wanted = level_plan and run.terms.residue is Residue.LAST_INTEREST
    return wanted and run.count - 1 not in run.stubs


def _run(terms: LoanTerms, calendar: Calendar, lines: slice, since: date | None) -> _Run:
    """Return the interest of one fen over each line, as numerators and denominators."""
    first = lines.start
    rate, over = terms.annual_rate.as_integer_ratio()
    day_count, opens, closes = terms.day_count, calendar.opens[lines], calendar.closes[lines]
    days_a_year = _DAYS_A_YEAR.get(day_count)
    if days_a_year and not calendar.unbilled:
        numerators = [rate * (end - start).days for start, end in zip(opens, closes, strict=True)]
        denominators = [over * days_a_year] * len(closes)
    elif day_count.by_months and not calendar.unbilled and all(calendar.months):
        numerators = [rate * months for months in calendar.months[lines]]
        denominators = [over * _MONTHS] * len(closes)
    else:
        parts = [
            calendar.fraction(place, calendar.opens[place] if since is None else since, day_count)
            for place in range(first, first + len(closes))
        ]
        numerators = [rate * part.numerator for part in parts]
        denominators = [over * part.denominator for part in parts]
    stubs = frozenset(place - first for place in calendar.stubs) if calendar.stubs else _NO_PLACES
    if since is not None and since > opens[0]:
        part = calendar.fraction(first, since, day_count)
        numerators[0], denominators[0] = rate * part.numerator, over * part.denominator
        stubs |= {0}
    idle = idle_lines(terms, calendar.due[lines])
    return _Run(terms, calendar, first, numerators, denominators, idle, stubs)


def _exact_level(run: _Run, principal: int, carried: Fraction) -> tuple[int, int]:
    """Return the level part of a plan before rounding, as numerator and denominator."""
    terms, payments = run.terms, run.count - run.idle
    match terms.amortization:
        case Amortization.EQUAL_INSTALLMENTS if terms.level_by is LevelBy.NOMINAL_RATE:
            rate, over = terms.annual_rate.as_integer_ratio()
            return level_ratio(principal, rate * terms.interval_months, over * _MONTHS, payments)
        case Amortization.EQUAL_INSTALLMENTS:
            factors = [run.factor(at) for at in range(run.idle, run.count)]
            waits = Fraction(0) if run.idle else carried / (1 + factors[0])
            return level_by_factors(principal + waits, factors).as_integer_ratio()
        case Amortization.EQUAL_PRINCIPAL:
            return principal, payments
        case Amortization.INTEREST_ONLY | Amortization.BULLET | Amortization.CUSTOM:
            return 0, 1
    assert_never(terms.amortization)


def _fixed_parts(run: _Run, level: int, left: Lines | None) -> list[int] | None:
    """Return the principal each line repays at most; ``None`` where it is what interest leaves."""
    match run.terms.amortization:
        case Amortization.EQUAL_INSTALLMENTS:
            return None
        case Amortization.EQUAL_PRINCIPAL:
            return [0] * run.idle + [level] * (run.count - run.idle)
        case Amortization.INTEREST_ONLY | Amortization.BULLET:
            return [0] * run.count
        case Amortization.CUSTOM if left is not None:
            return [*left.principal, *[0] * (run.count - len(left.principal))]
        case Amortization.CUSTOM:
            by_day = {part.due_on: fen(part.principal) for part in run.terms.parts}
            return [by_day.get(day, 0) for day in run.calendar.due[run.first :]]
    assert_never(run.terms.amortization)


def _in_proportion(principal: int, parts: list[int]) -> list[int]:
    """Return parts that add up to the principal, in proportion to those that were planned."""
    return parts if sum(parts) in {0, principal} else split_fen(principal, parts)


def _columns(
    run: _Run, owed: int, waiting: Fraction, level: int, fixed: list[int] | None
) -> tuple[list[int], list[int], list[int]]:
    """Run down the lines: interest on what is owed, then principal; the last takes what is left.

    In a stub, a level plan by the nominal rate repays what it would repay in a whole interval, so
    that only the interest of the payment differs (decision 015).
    """
    idle, unbilled, last = run.idle, run.calendar.unbilled, run.count - 1
    stubs = run.stubs if run.terms.level_by is LevelBy.NOMINAL_RATE else _NO_PLACES
    if fixed is None and not (stubs or unbilled or waiting):
        return _level_columns(run, owed, level)
    opening, repaid, charged = [], [], []
    for at, (numerator, over) in enumerate(zip(run.numerators, run.denominators, strict=True)):
        interest = 0
        if run.first + at in unbilled:
            waiting += Fraction(owed * numerator, over)
        elif waiting:
            interest = settle(waiting + Fraction(owed * numerator, over))
            waiting = _NOTHING_WAITS
        else:
            interest = settle_ratio(owed * numerator, over)
        if at == last:
            principal = owed
        elif at < idle:
            principal = 0
        elif fixed is not None:
            principal = min(fixed[at], owed)
        else:
            usual = settle(owed * nominal_rate(run.terms)) if at in stubs else interest
            principal = min(max(level - usual, 0), owed)
        opening.append(owed)
        repaid.append(principal)
        charged.append(interest)
        owed -= principal
    return opening, repaid, charged


def _level_columns(run: _Run, owed: int, level: int) -> tuple[list[int], list[int], list[int]]:
    """Run down a level plan whose periods are all alike: most of the plans there are.

    The rounding is :func:`microloan.money.settle_ratio` written out, for this line runs for every
    installment of every loan (decision 022).
    """
    opening, charged = [owed] * run.idle, []
    for numerator, over in zip(run.numerators[: run.idle], run.denominators, strict=False):
        charged.append((2 * owed * numerator + over) // (2 * over))
    doubled = [2 * numerator for numerator in run.numerators[run.idle :]]
    for rise, over in zip(doubled, run.denominators[run.idle :], strict=True):
        opening.append(owed)
        interest = (owed * rise + over) // (over + over)
        charged.append(interest)
        if interest < level:
            owed = owed - level + interest if owed + interest > level else 0
    repaid = [one - other for one, other in pairwise(opening)]
    return opening, [*repaid, opening[-1]], charged
