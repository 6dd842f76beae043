"""What became of a loan and who bears its interest, written a second time and another way.

It imports input types only. Due dates, interest, the split of payments and the treasury's shares
are its own; ceilings and terms are typed in from the documents they cite. Amounts are in fen. It
knows the plans of three kinds: interest by period with principal at maturity, equal principal, and
all at maturity, by actual days over 360 or 365.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from microloan.clauses import Amortization
from microloan.ledger import EntryKind
from microloan.periods import DayCount

YEAR_DAYS = {DayCount.ACT_360: 360, DayCount.ACT_365: 365}
FULL, HALF, THIRDS, OVER_LPR = "full", "half", "thirds", "over_lpr"
RULES = (  # first signing day, shape, months with a subsidy; individuals outside poor areas
    (date(2013, 9, 1), FULL, 24),  # 财金〔2013〕84号
    (date(2016, 7, 28), FULL, 36),  # 银发〔2016〕202号: three years; the shape stays
    (date(2016, 9, 24), THIRDS, 36),  # 财金〔2016〕85号
    (date(2021, 1, 1), OVER_LPR, 36),  # 财金〔2020〕21号
    (date(2023, 10, 1), HALF, 36),  # 财金〔2023〕75号
)
CEILINGS = (  # first signing day, yuan
    (date(2013, 9, 1), 50_000),
    (date(2015, 4, 27), 100_000),
    (date(2018, 11, 16), 150_000),
    (date(2020, 4, 15), 200_000),
    (date(2023, 10, 1), 300_000),
)


@dataclass(frozen=True)
class Line:
    """A due date: the first and last day that bear the interest, what it is on, what falls due."""

    due_on: date
    first_day: date
    last_day: date
    owed: int
    principal: int
    interest: int


@dataclass(frozen=True)
class Standing:
    """Where a loan stands: what is owed and unpaid on a day, and how many days it is late."""

    outstanding: int
    unpaid_principal: int
    unpaid_interest: int
    days_late: int


def in_months(anchor, months):
    """The day so many months on, or the last day of a shorter month."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def nearest(exact):
    """The nearest whole fen, half a fen up; for amounts of at least 0."""
    return floor(exact + Fraction(1, 2))


def due_days(terms):
    """The days on which something falls due."""
    start, end = terms.disbursed_on, in_months(terms.disbursed_on, terms.months)
    if terms.amortization is Amortization.BULLET:
        return [end]
    if terms.settlement is None:
        steps = range(terms.interval_months, terms.months + 1, terms.interval_months)
        return [in_months(start, step) for step in steps]
    listed, day = [], start + timedelta(days=1)
    while day < end:
        if day.day == terms.settlement.day and day.month % terms.interval_months == 0:
            listed.append(day)
        day += timedelta(days=1)
    return [*listed, end]


def lines(terms):
    """The plan; interest of the day of a settlement belongs to the line due on it."""
    days, owed = due_days(terms), round(terms.principal.amount * 100)
    part, first_day, plan = nearest(Fraction(owed, len(days))), terms.disbursed_on, []
    for due_on in days:
        last = due_on == days[-1]
        last_day = due_on if terms.settlement and not last else due_on - timedelta(days=1)
        years = Fraction((last_day - first_day).days + 1, YEAR_DAYS[terms.day_count])
        level = part if terms.amortization is Amortization.EQUAL_PRINCIPAL else 0
        principal = owed if last else min(level, owed)
        interest = nearest(owed * Fraction(terms.annual_rate) * years)
        plan.append(Line(due_on, first_day, last_day, owed, principal, interest))
        owed, first_day = owed - principal, last_day + timedelta(days=1)
    return plan


def standing(entries):
    """The entries that are neither a reversal nor reversed, by their days."""
    undone = {entry.undoes for entry in entries}
    left = [entry for entry in entries if not entry.undoes and entry.number not in undone]
    return sorted(left, key=lambda entry: (entry.on, entry.number))


def stand(terms, entries, day):
    """Where an unclaimed loan stands: money meets the interest due by then, then principal."""
    plan, paid_principal, paid_interest = lines(terms), 0, 0
    lent = 0
    for entry in standing(entries):
        if entry.on > day:
            continue
        lent += entry.principal_fen
        if entry.kind is EntryKind.REPAYMENT:
            due = sum(line.interest for line in plan if line.due_on <= entry.on)
            interest = min(entry.received_fen, due - paid_interest)
            paid_interest += interest
            paid_principal += entry.received_fen - interest
    fallen = [line for line in plan if line.due_on <= day and lent]
    due_principal, due_interest, late_since = 0, 0, day
    for line in fallen:
        due_principal += line.principal
        due_interest += line.interest
        if due_principal > paid_principal or due_interest > paid_interest:
            late_since = min(late_since, line.due_on)
    return Standing(
        outstanding=lent - paid_principal,
        unpaid_principal=due_principal - paid_principal,
        unpaid_interest=due_interest - paid_interest,
        days_late=(day - late_since).days,
    )


def exposure(loans, fund_id, day):
    """The principal outstanding on a day of the loans a fund guarantees and has not paid for."""
    promised = [loan for loan in loans if loan.guarantee and loan.guarantee.fund_id == fund_id]
    whole = covered = 0
    for loan in promised:
        acts = [entry for entry in standing(loan.entries) if entry.on <= day]
        ended = {EntryKind.CLAIM_PAYOUT, EntryKind.DISCHARGE}
        if not any(entry.kind in ended for entry in acts):
            owed = stand(loan.terms, loan.entries, day).outstanding
            whole += owed
            covered += nearest(owed * Fraction(loan.guarantee.coverage))
    return whole, covered


def treasury(terms, category):
    """What the treasury bears of each line, day by day: ``[(due day, fen)]``."""
    _, shape, months = [rule for rule in RULES if rule[0] <= terms.signed_on][-1]
    _, yuan = [ceiling for ceiling in CEILINGS if ceiling[0] <= terms.signed_on][-1]
    policy_part = round((terms.principal.amount - category.commercial_part.amount) * 100)
    within, ends_on = min(policy_part, yuan * 100), in_months(terms.disbursed_on, months)
    borne = []
    for line in lines(terms):
        weight = whole = Fraction(0)
        day = line.first_day
        while day <= line.last_day:
            whole += line.owed
            if day < ends_on:
                weight += min(line.owed, within) * share(shape, terms, category, day)
            day += timedelta(days=1)
        borne.append((line.due_on, nearest(line.interest * weight / whole) if whole else 0))
    return borne


def share(shape, terms, category, day):
    """The treasury's share of the interest of one day."""
    if shape == FULL:
        return Fraction(1)
    if shape == HALF:
        return Fraction(1, 2)
    if shape == THIRDS:
        over = sum(day >= in_months(terms.disbursed_on, 12 * year) for year in (1, 2, 3))
        return Fraction(3 - over, 3)
    rate = Fraction(terms.annual_rate)
    if not rate:
        return Fraction(0)
    points = Fraction(category.reference_rate) - Fraction(15, 1000)
    return min(max((rate - points) / rate, Fraction(0)), Fraction(1))
