"""Who bears the interest of every line, reckoned a second time: day by day, in exact fractions.

It imports input types only. What falls due, its interest and the principal and rate of each night
come from :mod:`oracle_contract`, the figures of the law from :mod:`oracle_law`. Amounts are in fen.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import oracle_law as law
from microloan.category import Reference
from microloan.ledger import EntryKind
from microloan.penalty import Compounding
from oracle_contract import ONE_DAY, Life, later, maturity, standing
from oracles import half_up

POINTS_OFF = law.of_percent("1.50")


class RateTooHigh(Exception):
    """The contract rate lies above the cap of the signing day."""


@dataclass(frozen=True)
class Row:
    """One line: its due date, its interest, and who bears it."""

    due_on: date
    interest: int
    treasury: int
    borrower: int


@dataclass(frozen=True)
class Nights:
    """Nights that bear interest for a line: from a day to another, on what, at which rate."""

    opens: date
    closes: date
    principal: int
    rate: Fraction


class Watched(Life):
    """A loan lived through day by day; it keeps every line, its nights, and the late days."""

    def __init__(self, terms):
        """Begin as every life does, with nothing seen."""
        super().__init__(terms)
        self.lines, self.late = [], set()
        self.charges = terms.penalty or terms.misuse or terms.compounding is not Compounding.NONE

    def _fall_due(self):
        known = len(self.fallen)
        super()._fall_due()
        self.lines += self.fallen[known:]

    def _charge(self):
        self.look_back()
        if self.charges:
            super()._charge()

    def look_back(self):
        """At the end of a day: is anything unpaid that fell due on an earlier one?"""
        if any(line.due_on < self.day and line.left for line in self.fallen):
            self.late.add(self.day)

    def happen(self, entry):
        """Let one act have its effect; a payout calls the loan in and meets the oldest of it."""
        if entry.kind is not EntryKind.CLAIM_PAYOUT:
            super().happen(entry)
            return
        self._call_in()
        principal, interest = entry.principal_fen, entry.interest_fen
        self.outstanding -= principal
        for line in sorted(self.fallen, key=lambda line: line.due_on):
            met = min(principal, line.principal - line.paid_principal)
            line.paid_principal, principal = line.paid_principal + met, principal - met
            met = min(interest, line.interest - line.paid_interest)
            line.paid_interest, interest = line.paid_interest + met, interest - met

    def _plan_anew(self, entry):
        nights = self.nights(self.running(), until=self.day)
        super()._plan_anew(entry)
        if self.running() is not None:
            self.running().before = nights

    def _repay_early(self, money, then):
        nights, known = self.nights(self.running(), until=self.day), len(self.fallen)
        met = super()._repay_early(money, then)
        self._made_due(known, nights)
        return met

    def _call_in(self):
        nights, known = self.nights(self.running(), until=self.day), len(self.fallen)
        super()._call_in()
        self._made_due(known, nights)

    def _made_due(self, known, nights):
        for line in self.fallen[known:]:
            self.lines.append(line)
            line.before = nights

    def nights(self, line, until=date.max):
        """The nights that a line bears interest for, before a day, those of given-up plans too."""
        if line is None:
            return []
        found = list(getattr(line, "before", []))
        for span, opens, ends, principal, rate in (*line.alone, *line.earning):
            found.append(Nights(opens, min(ends, span.closes, until), principal, Fraction(rate)))
        return [nights for nights in found if nights.opens < nights.closes]


def lived(terms, entries, as_of):
    """A life through the end of a day."""
    life = Watched(terms)
    for entry in standing(entries):
        if entry.on > as_of:
            break
        life.live_through(entry.on)
        life.happen(entry)
    life.live_through(as_of)
    life.look_back()
    return life


def rows(place, terms, entries, category, *, as_of, whole_loan=False, stop=None):
    """What each line that fell due by a day comes to; lines without interest are left out.

    ``whole_loan``: no day is subsidized on which anything is late; ``stop``: none from that day on.
    The law must have an answer, see :func:`reasons`.
    """
    rule = Rule(place, terms, category)
    life = lived(terms, entries, as_of)
    late = life.late if whole_loan else set()
    found = []
    for line in life.lines:
        if line.interest:
            part = rule.part(life.nights(line), late, stop)
            treasury = half_up(line.interest * part)
            found.append(Row(line.due_on, line.interest, treasury, line.interest - treasury))
    return found


def reasons(place, terms, category):
    """Everything for which the law has no subsidy to reckon for a loan, as classes of refusal."""
    day, found = terms.signed_on, set()
    limit = law.cap(place, category, day)
    if limit not in {None, law.FREE} and limit.refused:
        highest = _known(lambda: law.highest_rate(place, terms, category))
        if highest is None:  # a tenor left open: above the cap over both it is too high for sure
            highest = _known(lambda: max(_over_both_tenors(place, terms, category)))
        # A cap that cannot be reckoned refuses nobody.
        if highest is not None and Fraction(terms.annual_rate) > highest:
            found.add(RateTooHigh)
    asked = [
        lambda: law.ceiling(category, day),
        lambda: law.subsidized_months(category, day),
        lambda: _reckoned_from(place, terms, category),
    ]
    for ask in asked:
        try:
            answer = ask()
        except (law.FactNeeded, law.NotRead) as refusal:
            found.add(type(refusal))
        else:
            found |= {law.NotRead} if answer is None else set()
    return found


def _reckoned_from(place, terms, category):
    borne = law.borne(place, category, terms.signed_on)
    if borne is None:
        return None
    if borne.reference is not None:
        law.reference_rate(terms, category, borne.reference)
    limit = law.cap(place, category, terms.signed_on)
    if limit not in {None, law.FREE} and not limit.refused:
        law.highest_rate(place, terms, category)  # what lies above it is not borne
    return borne


def _over_both_tenors(place, terms, category):
    for tenor in (Reference.LPR_1Y, Reference.LPR_5Y):
        yield law.highest_rate(place, terms, replace(category, reference=tenor))


def _known(ask):
    try:
        return ask()
    except (law.FactNeeded, law.NotRead):
        return None


class Rule:
    """The law of one loan: what it says on the day of signing."""

    def __init__(self, place, terms, category):
        """Look the law up; it must have an answer, see :func:`reasons`."""
        self.terms, day = terms, terms.signed_on
        self.borne = law.borne(place, category, day)
        months = law.subsidized_months(category, day)
        policy_part = int((terms.principal.amount - category.commercial_part.amount) * 100)
        self.within = max(min(policy_part, law.ceiling(category, day) * 100), 0)
        # An extension is never subsidized, and nothing is after the subsidized months.
        self.ends_on = min(maturity(terms), later(terms, months))
        self.years = [later(terms, 12 * year) for year in (1, 2, 3)]
        self.reference = None
        if self.borne.reference is not None:
            self.reference = law.reference_rate(terms, category, self.borne.reference)
        limit, self.beyond = law.cap(place, category, day), None
        if limit not in {None, law.FREE} and not limit.refused:
            self.beyond = law.highest_rate(place, terms, category)

    def part(self, nights, late, stop):
        """The treasury's part of the interest of some nights, one night after the other."""
        counted = Counter()
        for some in nights:
            day = some.opens
            while day < some.closes:
                without = day >= self.ends_on or day in late or (stop is not None and day >= stop)
                year = sum(day >= anniversary for anniversary in self.years)
                counted[some.principal, some.rate, None if without else year] += 1
                day += ONE_DAY
        weight = whole = Fraction(0)
        for (principal, rate, year), days in counted.items():
            whole += principal * rate * days
            if year is not None:
                weight += min(principal, self.within) * rate * days * self.share(rate, year)
        return weight / whole if whole else Fraction(0)

    def share(self, rate, year):
        """The treasury's share of a night at such a rate in such a loan year, from 0."""
        match self.borne.shape:
            case law.FULL:
                share = Fraction(1)
            case law.HALF:
                share = Fraction(1, 2)
            case law.NOTHING:
                share = Fraction(0)
            case law.THIRDS:
                share = Fraction(3 - year, 3)
            case law.HALF_REFERENCE:
                share = self.reference / 2 / rate if rate else Fraction(0)
            case law.OVER_LPR:
                share = (rate - self.reference + POINTS_OFF) / rate if rate else Fraction(0)
        share = min(max(share, Fraction(0)), Fraction(1))
        if self.beyond is not None and rate > self.beyond:
            share *= self.beyond / rate  # only the part up to the cap is borne
        return share
