"""A second contract, written apart: whole plans and whole histories, in exact fractions of a fen.

It imports input types only. Months, day counts, due dates, level payments, the split of payments
and every rounding are its own; a history is lived through day by day. Amounts are in fen.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from microloan.clauses import (
    Amortization,
    EarlyInterest,
    LevelBy,
    PaymentOrder,
    Prepayment,
    Residue,
    Stub,
)
from microloan.ledger import EntryKind
from microloan.months import MonthEnd
from microloan.penalty import Compounding, Multiple
from microloan.periods import DayCount
from oracles import Row, half_up, month_later, year_fraction

ONE_DAY = timedelta(days=1)
BY_MONTHS = (DayCount.BY_PERIOD, DayCount.THIRTY_360, DayCount.THIRTY_E_360)
EXTENSIONS = (EntryKind.EXTENSION, EntryKind.UNGUARANTEED_EXTENSION)
PLANNED_ANEW = (EntryKind.DISBURSEMENT, EntryKind.RATE_CHANGE, EntryKind.RELEVEL, *EXTENSIONS)


@dataclass(frozen=True)
class Span:
    """An interest period: its days, its due date, its part of a year; a stub is no usual one."""

    opens: date
    closes: date
    due_on: date
    whole: Fraction
    stub: bool


@dataclass
class Line:
    """What falls due on a day, and of the interest: how it is earned before that day."""

    due_on: date
    closes: date
    principal: int
    interest: int
    earning: list = field(default_factory=list)  # (span, from, to, principal, rate), oldest first
    brought: Fraction = Fraction(0)
    alone: tuple = ()  # as ``earning``, of parts that bear interest before the others do
    paid_principal: int = 0
    paid_interest: int = 0

    @property
    def left(self):
        """What is unpaid."""
        return self.principal + self.interest - self.paid_principal - self.paid_interest


@dataclass(frozen=True)
class Standing:
    """Where a loan stands at the end of a day, and what each payment met."""

    outstanding: int
    unpaid_principal: int
    unpaid_interest: int
    penalty: int
    compound: int
    costs: int
    accrued: int
    days_late: int
    written_off: int
    met: dict  # number of the entry: costs, penalty, compound, interest, principal


# the calendar


def later(terms, months):
    """The day so many months after disbursement, by the rule for a day that a month lacks."""
    day = month_later(terms.disbursed_on, months)
    rolled = terms.month_end is MonthEnd.ROLL and day.day < terms.disbursed_on.day
    return day + ONE_DAY if rolled else day


def maturity(terms):
    """The day of maturity."""
    return terms.due_dates[-1] if terms.due_dates else later(terms, terms.months)


def spans(terms):
    """The interest periods of a contract."""
    listed = _listed_spans(terms)
    free_through = later(terms, terms.interest_grace_months)
    free = [span for span in listed if span.due_on <= free_through]
    if not terms.interest_grace_months or not free:
        return listed
    first, *others = [span for span in listed if span.due_on > free_through]
    usual = not (terms.settlement or terms.due_dates) and terms.day_count in BY_MONTHS
    months = (len(free) + 1) * terms.interval_months
    whole = Fraction(months, 12) if usual else _counted(terms, terms.disbursed_on, first.closes)
    return [Span(terms.disbursed_on, first.closes, first.due_on, whole, stub=True), *others]


def _listed_spans(terms):
    start, end = terms.disbursed_on, maturity(terms)
    if terms.amortization is Amortization.BULLET:
        return [_usual(terms, start, end, end, terms.months)]
    if terms.due_dates:
        return [
            Span(opens, due, due, _counted(terms, opens, due), stub=False)
            for opens, due in pairwise((start, *terms.due_dates))
        ]
    if terms.settlement:
        return _settled_spans(terms, start, end)
    every = terms.interval_months
    edges = [later(terms, n) for n in range(0, terms.months + 1, every)]
    return [_usual(terms, opens, due, due, every) for opens, due in pairwise(edges)]


def _settled_spans(terms, start, end):
    days, day = [], start + ONE_DAY
    while day < end:
        if day.day == terms.settlement.day and day.month % terms.interval_months == 0:
            days.append(day)
        day += ONE_DAY
    if (
        days
        and terms.settlement.first is Stub.LONG
        and later(terms, terms.interval_months) > days[0] + ONE_DAY
    ):
        days = days[1:]
    found, opens = [], start
    for due in days:
        closes = due + ONE_DAY
        if opens == start:
            found.append(Span(opens, closes, due, _counted(terms, opens, closes), stub=True))
        else:
            found.append(_usual(terms, opens, closes, due, terms.interval_months))
        opens = closes
    return [*found, Span(opens, end, end, _counted(terms, opens, end), stub=True)]


def _usual(terms, opens, closes, due, months):
    by_months = terms.day_count in BY_MONTHS
    whole = Fraction(months, 12) if by_months else _counted(terms, opens, closes)
    return Span(opens, closes, due, whole, stub=False)


def _counted(terms, opens, closes):
    return year_fraction(terms.day_count, opens, closes)


def part_by(day_count, span, day):
    """The part of a year that a period has earned by a day."""
    if day <= span.opens:
        return Fraction(0)
    if day >= span.closes:
        return span.whole
    return min(year_fraction(day_count, span.opens, day), span.whole)


# the plan


def plan(terms):
    """The repayment plan as rows; every amount is rounded once, where it becomes payable."""
    owed, rows = int(terms.principal.amount * 100), []
    for line in lay_out(terms, owed, terms.disbursed_on, parts_of(terms))[0]:
        owed -= line.principal
        rows.append(Row(line.due_on, line.principal, line.interest, owed))
    return rows


def parts_of(terms):
    """The agreed parts of the principal, in fen."""
    return [(part.due_on, int(part.principal.amount * 100)) for part in terms.parts]


def in_proportion(owed, parts):
    """The parts split anew in proportion; odd fen go to those who lost most, the first of them."""
    whole = sum(amount for _, amount in parts)
    if not whole:
        return []
    shares = [owed * amount // whole for _, amount in parts]
    losses = [(-(owed * amount % whole), at) for at, (_, amount) in enumerate(parts)]
    for _, at in sorted(losses)[: owed - sum(shares)]:
        shares[at] += 1
    return [(day, share) for (day, _), share in zip(parts, shares, strict=True)]


def lay_out(
    terms,
    owed,
    since,
    parts,
    *,
    brought=Fraction(0),
    alone=(),
    kept=None,
    through=None,
    until=None,
):
    """The lines due after a day on so much principal, and their level part.

    ``until`` is the last due date of a plan whose end stays, though it ends before maturity;
    ``kept`` is the level part of a plan that becomes shorter; ``brought`` is interest earned before
    the day; up to the day ``through`` interest has been charged already, but not that of ``alone``.
    """
    ahead = [span for span in spans(terms) if span.due_on > since]
    if until is not None:
        ahead = [span for span in ahead if span.due_on <= until or span.opens < until]
    if not ahead:
        return [], kept or 0
    no_principal_through = later(terms, terms.grace_months)
    paying = [span for span in ahead if span.due_on > no_principal_through] or ahead[-1:]
    start = max(since, through or since)
    level = kept
    if kept is None:
        waits = earned(
            terms.day_count, Line(since, since, 0, 0, [], brought, tuple(alone)), date.max
        )
        level = level_part(terms, owed, paying, start, waits if ahead[0] in paying else 0)
    steps = _steps(terms, ahead, owed, parts)
    lines, after = [], since
    for span in ahead:
        within = [(day, amount) for day, amount in steps if after < day < span.due_on]
        after = span.due_on
        earning, opens = [], max(span.opens, start)
        for day, amount in within:
            earning.append((span, opens, max(day, opens), owed, terms.annual_rate))
            lines.append(Line(day, day, min(amount, owed), 0))
            owed -= lines[-1].principal
            opens = max(day, opens)
        earning.append((span, opens, span.closes, owed, terms.annual_rate))
        first = span is ahead[0]
        line = Line(span.due_on, span.closes, 0, 0, earning)
        if first:
            line.brought, line.alone = brought, tuple(alone)
        line.interest = half_up(earned(terms.day_count, line, span.closes))
        cut = first and span.opens < start
        if span is ahead[-1]:
            line.principal = owed
        elif terms.amortization is Amortization.CUSTOM:
            due = sum(amount for day, amount in steps if day == span.due_on)
            line.principal = min(due, owed)
        elif span in paying:
            line.principal = _level_principal(terms, level, owed, line, stub=span.stub or cut)
        owed -= line.principal
        lines.append(line)
    _cut_off(terms, lines, shorter=kept is not None)
    if terms.amortization is Amortization.EQUAL_INSTALLMENTS and kept is None:
        last = lines[-1]
        stub = ahead[-1].stub or (len(ahead) == 1 and ahead[0].opens < start)
        if terms.residue is Residue.LAST_INTEREST and last.interest and not stub:
            last.interest = max(level - last.principal, 0)
    return lines, level


def _steps(terms, ahead, owed, parts):
    if terms.amortization is not Amortization.CUSTOM:
        return []
    return parts or [(ahead[-1].due_on, owed)]


def _level_principal(terms, level, owed, line, *, stub):
    if terms.amortization is Amortization.EQUAL_PRINCIPAL:
        return min(level, owed)
    if terms.amortization is not Amortization.EQUAL_INSTALLMENTS:
        return 0
    bears = line.interest
    if stub and terms.level_by is LevelBy.NOMINAL_RATE:
        bears = half_up(owed * Fraction(terms.annual_rate) * terms.interval_months / 12)
    return min(max(level - bears, 0), owed)


def _cut_off(terms, lines, *, shorter):
    """Nothing is owed and nothing is due: such lines end a plan of parts, or a shorter one."""
    if not shorter and terms.amortization is not Amortization.CUSTOM:
        return
    while lines and not lines[-1].principal and not lines[-1].interest:
        lines.pop()


def level_part(terms, owed, paying, since, brought):
    """The level part of a plan, rounded once: a payment or, of 等额本金, its principal.

    ``brought`` is interest earned before that falls due with the first payment.
    """
    if terms.amortization is Amortization.EQUAL_PRINCIPAL:
        return half_up(Fraction(owed, len(paying)))
    if terms.amortization is not Amortization.EQUAL_INSTALLMENTS:
        return 0
    rate = Fraction(terms.annual_rate)
    today, worth = Fraction(1), Fraction(0)
    for span in paying:
        bears = rate * terms.interval_months / 12
        if terms.level_by is LevelBy.EXACT_FACTORS:
            bears = rate * (span.whole - part_by(terms.day_count, span, since))
        # What one yuan on this due date is worth today.
        today /= 1 + bears
        if terms.level_by is LevelBy.EXACT_FACTORS and span is paying[0]:
            owed += brought * today  # it falls due with the first payment
        worth += today
    return half_up(owed / worth)


def earned(day_count, line, day):
    """What a line has earned by a day, exactly."""
    exact = line.brought
    for span, start, end, principal, rate in (*line.alone, *line.earning):
        through = min(end, day)
        if start < through:
            part = part_by(day_count, span, through) - part_by(day_count, span, start)
            exact += principal * Fraction(rate) * part
    return exact


# a history


def standing(entries):
    """The entries that are neither a reversal nor reversed, in the order in which they count."""
    undone = {entry.undoes for entry in entries}
    kinds = list(EntryKind)
    left = [entry for entry in entries if not entry.undoes and entry.number not in undone]
    changes = {*PLANNED_ANEW} - {EntryKind.DISBURSEMENT}  # they share a place within the day
    place = {kind: min(map(kinds.index, changes if kind in changes else [kind])) for kind in kinds}
    return sorted(left, key=lambda entry: (entry.on, place[entry.kind], entry.number))


def stand(terms, entries, day):
    """Where a loan stands at the end of a day."""
    life = Life(terms)
    for entry in standing(entries):
        if entry.on > day:
            break
        life.live_through(entry.on)
        life.happen(entry)
    life.live_through(day)
    return life.standing()


class Life:
    """One loan, lived through day by day."""

    def __init__(self, terms):
        """Begin on the day of disbursement, before anything was paid out."""
        self.terms, self.day = terms, terms.disbursed_on
        self.fallen, self.ahead, self.level, self.parts = [], [], 0, parts_of(terms)
        self.outstanding = self.misused = self.costs = self.written_off = 0
        self.penalties, self.compounds = Counter(), Counter()  # fen and days by their daily rate
        self.paid_penalty = self.paid_compound = 0
        self.charged_through = terms.disbursed_on
        self.ended_on, self.met = None, {}

    def live_through(self, day):
        """Let days pass until a day is there, with what falls due on it."""
        while self.day < day:
            self._charge()
            self.day += ONE_DAY
            self._fall_due()

    def _fall_due(self):
        while self.ahead and self.ahead[0].due_on <= self.day:
            self.fallen.append(self.ahead.pop(0))

    def _charge(self):
        """What the night after a day costs."""
        late = [line for line in self.fallen if line.closes <= self.day and line.left]
        overdue = sum(line.principal - line.paid_principal for line in late)
        unpaid = sum(line.interest - line.paid_interest for line in late)
        if not (overdue or unpaid or self.misused):
            return
        contract = self._nightly()
        penalty = self._agreed(self.terms.penalty)
        misuse = self._agreed(self.terms.misuse)
        misused = min(self.misused, self.outstanding)
        both = min(misused, overdue)
        self.penalties[max(penalty or 0, misuse or 0)] += both
        self.penalties[penalty or 0] += overdue - both
        self.penalties[max((misuse or 0) - contract, 0)] += misused - both
        if self.terms.compounding is Compounding.UNPAID_INTEREST:
            over = self.day >= (self.ended_on or maturity(self.terms))
            heavier = over and penalty is not None
            self.compounds[penalty if heavier else contract] += unpaid

    def _nightly(self):
        leap = self.day.year % 4 == 0 and (self.day.year % 100 != 0 or self.day.year % 400 == 0)
        match self.terms.day_count:
            case DayCount.ACT_365:
                nights = 365
            case DayCount.ACT_ACT_ISDA:
                nights = 366 if leap else 365
            case _:
                nights = 360
        return Fraction(self.terms.annual_rate) / nights

    def _agreed(self, dated):
        if dated is None:
            return None
        value = [value for first, value in dated.values if first <= self.day][-1]
        if isinstance(value, Multiple):
            return self._nightly() * Fraction(value.of_contract_rate)
        return Fraction(value.rate)

    # what is owed

    def penalty(self):
        """The penalty payable now."""
        exact = sum((rate * fen for rate, fen in self.penalties.items()), start=Fraction(0))
        return half_up(exact) - self.paid_penalty

    def compound(self):
        """The compound interest payable now."""
        exact = sum((rate * fen for rate, fen in self.compounds.items()), start=Fraction(0))
        return half_up(exact) - self.paid_compound

    def running(self):
        """The line whose interest is being earned, if any is."""
        return next((line for line in self.ahead if line.earning), None)

    def exact_running(self):
        """What that line has earned by now."""
        line = self.running()
        return earned(self.terms.day_count, line, self.day) if line else Fraction(0)

    def standing(self):
        """Where the loan stands now."""
        unpaid = [line for line in self.fallen if line.left]
        oldest = min((line.due_on for line in unpaid), default=self.day)
        return Standing(
            outstanding=self.outstanding,
            unpaid_principal=sum(line.principal - line.paid_principal for line in unpaid),
            unpaid_interest=sum(line.interest - line.paid_interest for line in unpaid),
            penalty=self.penalty(),
            compound=self.compound(),
            costs=self.costs,
            accrued=half_up(self.exact_running()),
            days_late=(self.day - oldest).days,
            written_off=self.written_off,
            met=dict(self.met),
        )

    # what happens

    def happen(self, entry):
        """Let one act have its effect."""
        kind = entry.kind
        if kind in PLANNED_ANEW:
            self._plan_anew(entry)
        elif kind is EntryKind.MISUSE:
            self.misused += entry.principal_fen
        elif kind is EntryKind.COSTS:
            self.costs += entry.costs_fen
        elif kind in {EntryKind.REPAYMENT, EntryKind.PREPAYMENT}:
            self._receive(entry)
        elif kind is EntryKind.ACCELERATION:
            self._call_in()
        elif kind is EntryKind.WRITE_OFF:
            self._write_off()
        elif kind is EntryKind.RECOVERY:
            self.written_off -= entry.principal_fen + entry.interest_fen
        self.misused = min(self.misused, self.outstanding)

    def _plan_anew(self, entry):
        brought, running = self.exact_running(), self.running()
        alone = [part for part in running.alone if part[2] > self.day] if running else []
        owed = sum(line.principal for line in self.ahead) + entry.principal_fen
        self.outstanding += entry.principal_fen
        dated = self.terms.amortization is Amortization.CUSTOM and self.day < maturity(self.terms)
        if entry.kind in EXTENSIONS and not owed and not dated:
            for line in self.fallen[-1:]:
                if line.due_on == self.day:
                    owed += line.principal
                    line.principal = 0
        if entry.kind is EntryKind.DISBURSEMENT:
            alone += self._bears_alone(entry.principal_fen)
        day_count, self.terms = self.terms.day_count, entry.terms or self.terms
        alone += self._forgotten_day(owed)
        alone = [self._from_now_on(part, day_count) for part in alone]
        stays = entry.kind in {EntryKind.RATE_CHANGE, EntryKind.DISBURSEMENT} and self.ahead
        agreed = self._planned_parts() if stays else parts_of(self.terms)
        self.parts = in_proportion(owed, [part for part in agreed if part[0] > self.day])
        self.ahead, self.level = lay_out(
            self.terms,
            owed,
            self.day,
            self.parts,
            brought=brought,
            alone=alone,
            through=self.charged_through,
            until=self.ahead[-1].due_on if stays else None,
        )

    def _bears_alone(self, lent):
        """The days a further part earns while the interest of the others is charged already."""
        running = self.running()
        if running is None:
            return []
        span = running.earning[0][0]
        start = max(span.opens, self.charged_through)
        if start <= self.day:
            return []
        if span.opens > self.day:  # today is a settlement day
            span = self._lone_span(start, year_fraction(self.terms.day_count, self.day, start))
        return [(span, self.day, start, lent, self.terms.annual_rate)]

    def _forgotten_day(self, owed):
        """The day of maturity that an extension makes a settlement day."""
        ahead = [span for span in spans(self.terms) if span.due_on > self.day]
        billed = max([self.day, self.charged_through, *(line.closes for line in self.fallen)])
        if not ahead or billed >= ahead[0].opens or not owed:
            return []
        self.charged_through = opens = ahead[0].opens
        span = self._lone_span(opens, year_fraction(self.terms.day_count, self.day, opens))
        return [(span, self.day, opens, owed, self.terms.annual_rate)]

    def _planned_parts(self):
        """The principal that the plan under way repays, by its days."""
        return [(line.due_on, line.principal) for line in self.ahead if line.principal]

    def _from_now_on(self, part, day_count):
        """What is left of such days, at the rate in force now."""
        span, start, end, principal, _ = part
        start = max(start, self.day)
        if day_count is self.terms.day_count:
            return (span, start, end, principal, self.terms.annual_rate)
        left = part_by(day_count, span, end) - part_by(day_count, span, start)
        return (self._lone_span(end, left), start, end, principal, self.terms.annual_rate)

    def _lone_span(self, closes, whole):
        return Span(self.day, closes, closes, whole, stub=True)

    def _receive(self, entry):
        money = entry.received_fen
        costs = min(money, self.costs)
        penalty = min(money - costs, self.penalty())
        compound = min(money - costs - penalty, self.compound())
        self.costs -= costs
        self.paid_penalty += penalty
        self.paid_compound += compound
        interest, principal = self._meet_lines(money - costs - penalty - compound)
        if entry.kind is EntryKind.PREPAYMENT:
            rest = money - costs - penalty - compound - interest - principal
            early_interest, early_principal = self._repay_early(rest, entry.then)
            interest += early_interest
            principal += early_principal
        self.outstanding -= principal
        self.met[entry.number] = (costs, penalty, compound, interest, principal)

    def _meet_lines(self, money):
        lines = sorted(self.fallen, key=lambda line: line.due_on)
        if self.terms.order is PaymentOrder.BY_COMPONENT:
            order = [(line, "interest") for line in lines] + [(line, "principal") for line in lines]
        else:
            order = [(line, what) for line in lines for what in ("interest", "principal")]
        met = Counter()
        for line, what in order:
            paid = f"paid_{what}"
            share = min(money, getattr(line, what) - getattr(line, paid))
            setattr(line, paid, getattr(line, paid) + share)
            met[what] += share
            money -= share
        return met["interest"], met["principal"]

    def _repay_early(self, money, then):
        running, planned = self.running(), sum(line.principal for line in self.ahead)
        if not (planned or money):
            return 0, 0  # it met what was due, and there is nothing else to meet
        interest = half_up(self.exact_running())
        begun = running and self.exact_running()
        if begun and self.terms.early_interest is EarlyInterest.TO_NEXT_DUE_DATE:
            self.charged_through = running.closes
            interest = half_up(earned(self.terms.day_count, running, running.closes))
        interest = min(interest, money)
        principal = money - interest
        owed = planned - principal
        whole = begun and self.terms.early_interest is EarlyInterest.TO_NEXT_DUE_DATE
        alone = running.alone if running and owed and not whole else ()
        alone = [part for part in alone if part[2] > self.day]
        alone = [self._from_now_on(part, self.terms.day_count) for part in alone]
        made = Line(self.day, self.day, principal, interest)
        made.paid_principal, made.paid_interest = principal, interest
        self.fallen.append(made)
        self.parts = self._planned_parts()
        kept = self.level if then is Prepayment.SHORTEN else None
        if then is Prepayment.LOWER:
            self.parts = in_proportion(owed, self.parts)
        self.ahead, self.level = lay_out(
            self.terms,
            owed,
            self.day,
            self.parts,
            alone=alone,
            kept=kept,
            through=self.charged_through,
            until=self.ahead[-1].due_on if self.ahead else None,
        )
        if not owed:
            self.ahead = []
        return interest, principal

    def _call_in(self):
        running, exact = self.running(), self.exact_running()
        for span, start, end, principal, rate in running.alone if running else ():
            # What a part bears alone is charged as far as the others have paid.
            part = part_by(self.terms.day_count, span, end)
            part -= part_by(self.terms.day_count, span, max(start, self.day))
            exact += principal * Fraction(rate) * part if end > self.day else 0
        interest = half_up(exact)
        owed = sum(line.principal for line in self.ahead)
        # Days whose contract interest is charged already bear no penalty as well.
        charged = [self.charged_through, *(line.closes for line in self.fallen)]
        self.fallen.append(Line(self.day, max(self.day, *charged), owed, interest))
        self.ahead, self.ended_on = [], self.day

    def _write_off(self):
        unpaid = sum(line.interest - line.paid_interest for line in self.fallen)
        interest = half_up(self.exact_running()) + unpaid
        charges = self.penalty() + self.compound() + self.costs
        self.written_off = self.outstanding + interest + charges
        self.paid_penalty += self.penalty()
        self.paid_compound += self.compound()
        self.costs = self.outstanding = 0
        self.fallen, self.ahead = [], []
