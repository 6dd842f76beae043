"""What Hypothesis draws of contracts: terms over their whole range, and lives led under them."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise

from hypothesis import strategies as st

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    Compounding,
    Daily,
    Dated,
    DayCount,
    EarlyInterest,
    EntryKind,
    LevelBy,
    Loan,
    LoanTerms,
    MicroloanError,
    Multiple,
    PaymentOrder,
    Performance,
    Prepayment,
    PrincipalPart,
    Repricing,
    Residue,
    Settlement,
    Stub,
    accelerate,
    change_rate,
    charge_costs,
    declare_misuse,
    disburse,
    extend,
    extend_without_consent,
    from_fen,
    pause_delinquency,
    recover,
    relevel,
    write_off,
)
from microloan.months import MonthEnd
from oracle_contract import later, maturity, standing
from strategies import INTERVALS, amounts, days, pick, rates

ONE_DAY = timedelta(days=1)
LAST_DISBURSEMENT = date(2050, 12, 31)
LEVEL = (Amortization.EQUAL_INSTALLMENTS, Amortization.EQUAL_PRINCIPAL)


@cache
def principals():
    """Some fen, some thousand yuan, and the most a book holds."""
    return amounts(1, 1_000) | amounts(100_000, 500_000_000) | amounts(1, 10**12)


@cache
def contract_rates():
    """None, those of contracts, and those of usurers: above 100 % a year."""
    usury = st.integers(10_000, 30_000).map(lambda bp: Decimal(bp).scaleb(-4))
    return st.just(Decimal(0)) | rates() | rates() | rates() | usury


@cache
def multiples():
    """Multiples of the contract rate, in hundredths."""
    return st.integers(100, 400).map(lambda share: Multiple(Decimal(share).scaleb(-2)))


@cache
def penalty_rates():
    """A multiple, a rate a day, or one after the other."""
    daily = st.integers(0, 50).map(lambda parts: Daily(Decimal(parts).scaleb(-5)))
    one = multiples() | multiples() | daily
    since = date(1990, 1, 1)
    two = st.tuples(one, one, days(date(1991, 1, 1))).map(
        lambda drawn: Dated("penalty", ((since, drawn[0]), (drawn[2], drawn[1])))
    )
    return one.map(lambda rate: Dated.always("penalty", rate)) | two


PENALTY = st.none() | penalty_rates()
ANOTHER_RATE = st.none() | contract_rates()


@lru_cache
@st.composite
def contracts(draw, *, longest=120, amortizations=tuple(Amortization)):
    """Terms of any contract the library accepts."""
    amortization = pick(draw, amortizations)
    bullet = amortization is Amortization.BULLET
    shape = "bullet" if bullet else pick(draw, ("interval", "settled", "listed"))
    interval = pick(draw, INTERVALS)
    step = interval if shape == "interval" else 1
    some_months = st.integers(1, 3) | st.integers(1, 24) | st.integers(1, max(longest // step, 1))
    base = LoanTerms(
        principal=draw(principals()),
        annual_rate=draw(contract_rates()),
        disbursed_on=draw(days(last=LAST_DISBURSEMENT)),
        months=step * draw(some_months),
        amortization=amortization if amortization in LEVEL else Amortization.INTEREST_ONLY,
        day_count=pick(draw, DayCount),
        interval_months=interval if shape == "interval" else 1,
        month_end=pick(draw, MonthEnd),
    )
    agreed = {"amortization": amortization, "interval_months": interval}
    agreed |= _grace(draw, base.months, step, amortization)
    if shape == "settled":
        agreed["settlement"] = Settlement(draw(st.integers(1, 28)), pick(draw, Stub))
    if shape == "listed":
        agreed["due_dates"] = draw(due_dates(base))
        base = replace(base, due_dates=agreed["due_dates"])
    if amortization is Amortization.CUSTOM:
        agreed["parts"] = draw(parts(base))
    return replace(base, **agreed | _clauses(draw))


def _grace(draw, months, step, amortization):
    most = (months - 1) // step
    few = st.just(0) | st.integers(0, most)
    if amortization is Amortization.BULLET:
        return {"grace_months": step * draw(few)}
    if amortization is Amortization.CUSTOM:
        return {"interest_grace_months": step * draw(few)}
    grace = draw(few)
    free = grace if amortization in LEVEL else most
    return {
        "grace_months": step * grace,
        "interest_grace_months": step * draw(st.just(0) | st.integers(0, free)),
    }


def _clauses(draw):
    return {
        "residue": pick(draw, Residue),
        "level_by": pick(draw, LevelBy),
        "repricing": pick(draw, (Repricing.FLOATING, *Repricing)),
        "penalty": draw(PENALTY),
        "misuse": draw(PENALTY),
        "compounding": pick(draw, Compounding),
        "order": pick(draw, PaymentOrder),
        "early_interest": pick(draw, (EarlyInterest.TO_THE_DAY, *EarlyInterest)),
        "grace_days": draw(st.just(0) | st.integers(0, 30)),
    }


@st.composite
def due_dates(draw, terms):
    """Listed due dates of a contract: any days, the last within a month of the term."""
    earliest = later(replace(terms, month_end=MonthEnd.CLAMP), terms.months - 1) + ONE_DAY
    latest = later(replace(terms, month_end=MonthEnd.CLAMP), terms.months + 1) - ONE_DAY
    last = draw(st.dates(earliest, latest))
    before = st.dates(terms.disbursed_on + ONE_DAY, last)
    some = draw(st.lists(before, max_size=min(terms.months, 24)))
    return tuple(sorted({*some, last}))


@st.composite
def parts(draw, terms):
    """The principal in up to six parts, on any days or on the anniversaries."""
    whole, last = int(terms.principal.amount * 100), maturity(terms)
    anniversaries = st.integers(1, terms.months).map(lambda n: min(later(terms, n), last))
    on = st.dates(terms.disbursed_on + ONE_DAY, last) | anniversaries
    marks = draw(st.lists(on, min_size=1, max_size=min(6, whole), unique=True))
    cuts = st.lists(
        st.integers(1, whole - 1), min_size=len(marks) - 1, max_size=len(marks) - 1, unique=True
    )
    edges = [0, *sorted(draw(cuts) if len(marks) > 1 else ()), whole]
    amounts_of = [above - below for below, above in pairwise(edges)]
    return tuple(
        PrincipalPart(due_on=day, principal=from_fen(amount))
        for day, amount in zip(sorted(marks), amounts_of, strict=True)
    )


# lives


def _some_fen(draw, most):
    """An amount up to so many fen: all of it, a part, rarely a fen too much."""
    if draw(st.integers(0, 19)) == 19:
        return most + 1
    return max(1, draw(st.just(most) | st.integers(1, max(most, 1))))


def _repay(draw, loan, on, ref):
    at = loan.position(as_of=on)
    return loan.repay(from_fen(_some_fen(draw, at.arrears_fen + at.charges_fen)), on=on, ref=ref)


def _repay_late(draw, loan, on, ref):
    late = loan.position(as_of=on + timedelta(days=400)).oldest_unpaid_on
    due = [line.due_on for line in loan.schedule if line.due_on >= on]
    first = late or (due[0] if due else on)
    on = max(on, first) + timedelta(days=pick(draw, [0, 0, 0, 1, 3, 40, 100]))
    return _repay(draw, loan, on, ref)


def _prepay(draw, loan, on, ref):
    quote = loan.payoff(on=on).total_fen
    least = quote - loan.payoff(on=on).principal_fen
    part = least + (quote - least) * draw(st.integers(1, 99)) // 100
    amount = pick(draw, [part, part, part, part, least + 1, least, quote])
    then = pick(draw, Prepayment)
    return loan.prepay(from_fen(max(amount, 1)), on=on, ref=ref, then=then)


def _reverse(draw, loan, on, ref):
    number = draw(st.integers(1, len(loan.entries)))
    on = max(on, loan.entries[number - 1].on)
    return loan.reverse(number, on=on, ref=ref)


def _disburse(draw, loan, on, ref):
    paid_out = [e for e in standing(loan.entries) if e.kind is EntryKind.DISBURSEMENT]
    lent = sum(entry.principal_fen for entry in paid_out)
    left = int(loan.terms.principal.amount * 100) - lent
    return disburse(loan, from_fen(_some_fen(draw, left)), on=on, ref=ref)


def _extend(draw, loan, on, ref):
    held = loan.terms_in_force(on=on)
    ends = maturity(held)
    on = pick(draw, [ends, min(on, ends)])
    months = draw(st.integers(1, 12))
    every = held.interval_months
    if not (held.settlement or held.due_dates or held.amortization is Amortization.BULLET):
        months = every * max(1, months // every)
    rate = draw(ANOTHER_RATE)
    new = None
    if held.due_dates:
        longer = replace(held, due_dates=(), interval_months=1, months=held.months + months)
        more = sorted({day for day in draw(due_dates(longer)) if day > ends} | {longer.matures_on})
        new = replace(held, months=held.months + months, due_dates=(*held.due_dates, *more))
    act = pick(draw, (extend, extend_without_consent))
    return act(loan, months=months, on=on, ref=ref, annual_rate=rate, terms=new)


def _change_rate(draw, loan, on, ref):
    return change_rate(loan, draw(contract_rates()), on=on, ref=ref)


def _relevel(draw, loan, on, ref):
    held = loan.terms_in_force(on=on)
    new = None
    if draw(st.integers(0, 2)) == 2:
        other = draw(contracts(longest=held.months))
        clauses = ("level_by", "residue", "penalty", "misuse", "compounding", "order")
        new = replace(held, **{name: getattr(other, name) for name in clauses})
        if held.amortization in LEVEL or held.amortization is Amortization.INTEREST_ONLY:
            way = pick(draw, (*LEVEL, Amortization.INTEREST_ONLY))
            with suppress(MicroloanError):
                new = replace(new, amortization=way, day_count=other.day_count)
    return relevel(loan, on=on, ref=ref, terms=new)


def _misuse(draw, loan, on, ref):
    most = loan.position(as_of=on).outstanding_fen
    return declare_misuse(loan, from_fen(_some_fen(draw, most)), on=on, ref=ref)


def _costs(draw, loan, on, ref):
    return charge_costs(loan, from_fen(draw(st.integers(1, 100_000))), on=on, ref=ref)


def _pause(draw, loan, on, ref):
    return pause_delinquency(
        loan, on=on, until=on + timedelta(days=draw(st.integers(0, 90))), ref=ref
    )


def _accelerate(draw, loan, on, ref):
    return accelerate(loan, on=on, ref=ref)


def _write_off(draw, loan, on, ref):
    on = max(on, *(entry.on for entry in loan.entries)) if draw(st.booleans()) else on
    return write_off(loan, on=on, ref=ref)


def _recover(draw, loan, on, ref):
    owed = loan.position(as_of=date(2100, 1, 1)).written_off_fen
    return recover(loan, from_fen(_some_fen(draw, owed)), on=on, ref=ref)


ACTS = {
    "repay": _repay,
    "repay_late": _repay_late,
    "prepay": _prepay,
    "reverse": _reverse,
    "disburse": _disburse,
    "extend": _extend,
    "change_rate": _change_rate,
    "relevel": _relevel,
    "misuse": _misuse,
    "costs": _costs,
    "pause": _pause,
    "accelerate": _accelerate,
    "write_off": _write_off,
    "recover": _recover,
}
OFTEN = ("repay_late", "repay_late", "repay", "prepay", "prepay", "extend", "change_rate")
SELDOM = ("accelerate", "write_off", "recover")
CALLED_IN = ("repay", "repay", "costs", "pause", "misuse", "write_off", "reverse")
WRITTEN_OFF = ("recover", "recover", "recover", "reverse")


@dataclass(frozen=True)
class Life:
    """What was done to a loan, and what was refused."""

    loan: Loan
    refusals: tuple[MicroloanError, ...]
    glance: int

    @property
    def some_days(self):
        """A dozen of the days worth a look, others in every life, the last of them always."""
        days = self.days
        every = max(1, len(days) // 12)
        return [*days[self.glance % every :: every], days[-1]]

    @property
    def days(self):
        """Days worth a look: around every due date, every act and maturity, and long after."""
        marks = {line.due_on for line in self.loan.schedule}
        marks |= {entry.on for entry in self.loan.entries}
        marks.add(self.loan.terms.matures_on)
        last = max(marks)
        near = {day + timedelta(days=step) for day in marks for step in (-1, 0, 1)}
        first = self.loan.terms.disbursed_on
        return sorted(day for day in near | {last + timedelta(days=200)} if day >= first)


@st.composite
def lives(draw, *, most=8, longest=36, acts=tuple(ACTS), agreed=None, amortizations=None):
    """Random lives of one loan: mostly valid acts in the order of days, refusals kept apart."""
    kinds = tuple(Amortization) if amortizations is None else amortizations
    terms = draw(contracts(longest=longest, amortizations=kinds) if agreed is None else agreed)
    whole = int(terms.principal.amount * 100)
    first_part = draw(st.none() | st.none() | st.integers(1, whole).map(from_fen))
    loan = Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=Category(kind=BorrowerKind.INDIVIDUAL),
        terms=terms,
        disbursed=first_part,
    )
    refusals = []
    on = terms.disbursed_on
    for number in range(draw(st.integers(0, most))):
        name = draw(_next_act(loan, acts))
        on = _next_day(draw, loan, on)
        try:
            loan = ACTS[name](draw, loan, on, f"V{number}")
        except MicroloanError as refusal:
            refusals.append(refusal)
        on = max(on, loan.entries[-1].on)
        if loan.position(as_of=on).performance is Performance.MATURED and draw(st.booleans()):
            break
    return Life(loan, tuple(refusals), draw(st.integers(0, 1_000)))


def _next_act(loan, acts):
    """An act, mostly one that fits: another after a loan was called in, another after its loss."""
    kinds = {entry.kind for entry in standing(loan.entries)}
    fitting = OFTEN
    if EntryKind.WRITE_OFF in kinds:
        fitting = WRITTEN_OFF
    elif EntryKind.ACCELERATION in kinds:
        fitting = CALLED_IN
    frequent = [name for name in fitting if name in acts] or list(acts)
    if fitting is not OFTEN:
        return st.sampled_from(frequent * 3 + list(acts))
    usual = [name for name in acts if name not in SELDOM] or list(acts)
    return st.sampled_from(frequent) | st.sampled_from(usual) | st.sampled_from(acts)


def _next_day(draw, loan, on):
    """A day on or after another: often a due date or one beside it, at times an earlier day."""
    if draw(st.integers(0, 9)) == 9:
        return draw(st.dates(loan.terms.disbursed_on, on))
    ahead = [line.due_on for line in loan.schedule if line.due_on >= on]
    if ahead and draw(st.integers(0, 3)):
        beside = timedelta(days=pick(draw, [0, 0, -1, 1, 10]))
        return max(on, pick(draw, ahead[:4]) + beside)
    return on + timedelta(days=draw(st.integers(0, 60)))
