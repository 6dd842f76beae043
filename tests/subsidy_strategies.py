"""What Hypothesis draws of subsidized loans: any place and signing day since 2002, and their lives.

Kept light: twenty thousand of them are drawn in one test.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

import oracle_law as law
from histories import HALF_MORE, PROMISE, a_fund
from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Loan,
    LoanTerms,
    LowProfit,
    MicroloanError,
    PaymentOrder,
    Prepayment,
    Reference,
    Repricing,
    Residue,
    Settlement,
    accelerate,
    change_rate,
    extend,
    from_fen,
    pay_claim,
)
from microloan.months import MonthEnd
from strategies import GROUPS, pick

ONE_DAY = timedelta(days=1)
PERSON = Category(kind=BorrowerKind.INDIVIDUAL)
PLANS = (
    *(Amortization.INTEREST_ONLY, Amortization.INTEREST_ONLY, Amortization.BULLET),
    *(Amortization.EQUAL_PRINCIPAL, Amortization.EQUAL_INSTALLMENTS),
)
KINDS = (
    *(BorrowerKind.INDIVIDUAL, BorrowerKind.INDIVIDUAL, BorrowerKind.INDIVIDUAL),
    *(BorrowerKind.ENTERPRISE, BorrowerKind.ENTERPRISE, BorrowerKind.PARTNERSHIP),
)
TRADES = (*[LowProfit.YES] * 5, LowProfit.NO, LowProfit.NO, LowProfit.NOT_STATED)
FUND_YUAN = 10**9
ANYWHERE = st.sampled_from(law.PLACES)


@dataclass(frozen=True)
class Case:
    """A loan, where it was granted, and what is asked about it."""

    place: law.Place
    loan: Loan
    as_of: date
    whole_loan: bool
    stop: date | None


def signing_days():
    """Any day since the programme began, and the days around which its rules changed."""
    near = st.builds(
        lambda start, days: max(law.START, start + timedelta(days=days)),
        st.sampled_from(law.STARTS),
        st.integers(-2, 2),
    )
    of_late = st.dates(law.R2016B, law.LAST_KNOWN)
    return near | st.dates(law.START, law.LAST_KNOWN) | of_late


def categories_of(day):
    """Borrowers with the reference rate that contracts of a day name."""
    return st.builds(
        lambda kind, groups, heads, trade, named: Category(
            kind=kind,
            groups=frozenset(groups),
            heads=heads,
            low_profit=trade,
            **_reference(kind, day, *named),
        ),
        st.sampled_from(KINDS),
        st.sets(st.sampled_from(GROUPS), max_size=2),
        st.integers(1, 15),
        st.sampled_from(TRADES),
        st.tuples(st.integers(0, 7), st.integers(300, 700), st.booleans()),
    )


def _reference(kind, day, how, points, long):
    """The reference that the law of the day knows, at times with its rate."""
    rate = Decimal(points).scaleb(-4)
    firm = kind is BorrowerKind.ENTERPRISE
    if day < (law.R2016B if firm else law.R2015):
        return {"reference": Reference.BENCHMARK, "reference_rate": rate} if how > 5 else {}
    if day < law.NEW_LPR:
        return {"reference": Reference.LPR_OLD, "reference_rate": rate} if how else {}
    named = {"reference": Reference.LPR_5Y if long else Reference.LPR_1Y} if how else {}
    return named | ({"reference_rate": rate} if how > 5 else {})


@st.composite
def loans(draw, places=ANYWHERE, days=None, categories=categories_of):
    """Where a loan was granted, and the loan, paid out and nothing more."""
    place, signed_on = draw(places), draw(signing_days() if days is None else days)
    category = draw(categories(signed_on))
    if law.ceiling(category, signed_on) is None:
        category = replace(category, kind=BorrowerKind.INDIVIDUAL)  # of others no number is known
    yuan = law.ceiling(category, signed_on) or 200_000
    principal = yuan * draw(st.integers(1, 150)) + draw(st.integers(0, 999))
    if draw(st.integers(0, 4)) == 4:
        part = principal * draw(st.integers(0, 100)) // 100
        category = replace(category, commercial_part=from_fen(part))
    wait, months = pick(draw, [0, 0, 1, 30]), draw(st.integers(6, 36))
    agreed = LoanTerms(
        principal=from_fen(principal),
        annual_rate=Decimal(0),
        disbursed_on=signed_on + timedelta(days=wait),
        signed_on=signed_on,
        months=months,
        amortization=Amortization.BULLET,
        day_count=pick(draw, DayCount),
        **_clauses(draw),
    )
    agreed = replace(agreed, **_plan(draw, months))
    rate = _rate(draw, place, agreed, category)
    return place, _granted(replace(agreed, annual_rate=rate), category)


def _granted(terms, category):
    return Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=category,
        terms=terms,
        guarantee=PROMISE,
    )


def _clauses(draw):
    how = draw(st.integers(0, 63))
    return {
        "repricing": Repricing.FLOATING if how % 4 else Repricing.FIXED,
        "month_end": MonthEnd.ROLL if how % 8 == 7 else MonthEnd.CLAMP,
        "residue": Residue.LAST_INTEREST if how % 16 == 3 else Residue.LAST_INSTALLMENT,
        "order": PaymentOrder.BY_INSTALLMENT if how % 8 == 5 else PaymentOrder.BY_COMPONENT,
        "penalty": HALF_MORE if how > 55 else None,
    }


def _plan(draw, months):
    amortization = pick(draw, PLANS)
    if amortization is Amortization.BULLET:
        return {}
    every = pick(draw, (1, 3, 3, 3, 6, 12))
    if draw(st.booleans()):
        day = pick(draw, (20, 20, 20, 1, 28))
        settled = {"settlement": Settlement(day), "months": months}
    else:
        settled = {"months": every * max(1, months // every)}
    return settled | {"amortization": amortization, "interval_months": every}


def _rate(draw, place, terms, category):
    """A rate mostly below the cap, at times at the cap, a little above it, or none at all."""
    try:
        highest = law.highest_rate(place, terms, category)
    except (law.NotRead, law.FactNeeded):
        highest = law.FREE
    most = 120_000 if highest == law.FREE else int(highest * 1_000_000)
    how = draw(st.integers(0, 31))
    if how < 3:
        return Decimal(most + (0, 1, 10_000)[how]).scaleb(-6)
    return Decimal(most * draw(st.integers(0, 1_000)) // 1_000).scaleb(-6)


# lives


def _pay(draw, loan, on, ref):
    """Money for what is late by some due date, on it or after it."""
    ahead = [line.due_on for line in loan.schedule if line.due_on >= on][:6]
    first = pick(draw, ahead) if ahead else on
    on = first + timedelta(days=pick(draw, [0, 0, 0, 1, 17, 100]))
    at = loan.position(as_of=on)
    owed = at.arrears_fen + at.charges_fen
    part = pick(draw, [owed, owed, owed, owed // 2])
    return loan.repay(from_fen(max(part, 1)), on=on, ref=ref)


def _prepay(draw, loan, on, ref):
    on += timedelta(days=draw(st.integers(0, 200)))
    quote = loan.payoff(on=on)
    least = quote.total_fen - quote.principal_fen
    part = pick(draw, [20, 50, 90, 100])
    amount = least + quote.principal_fen * part // 100
    then = pick(draw, Prepayment)
    return loan.prepay(from_fen(max(amount, 1)), on=on, ref=ref, then=then)


def _reprice(draw, loan, on, ref):
    """Another rate, none above that of the contract: caps speak about the day of signing."""
    on += timedelta(days=draw(st.integers(0, 200)))
    share = draw(st.integers(30, 100))
    return change_rate(loan, loan.terms.annual_rate * share / 100, on=on, ref=ref)


def _extend(draw, loan, on, ref):
    ends = loan.terms.matures_on
    on = max(on, ends - timedelta(days=pick(draw, [0, 0, 25])))
    every = 1 if loan.terms.settlement else loan.terms.interval_months
    months = every * draw(st.integers(1, 12 // every))
    rate = pick(draw, [None, loan.terms.annual_rate / 2])
    return extend(loan, months=months, on=on, ref=ref, annual_rate=rate)


def _call_in(draw, loan, on, ref):
    return accelerate(loan, on=on + timedelta(days=draw(st.integers(0, 400))), ref=ref)


def _claim(draw, loan, on, ref):
    """The fund pays, as soon as the loan is late enough or some days after that."""
    late_since = loan.position(as_of=date.max).oldest_unpaid_on or on
    wait = loan.guarantee.claims_open_at() + pick(draw, [0, 0, 31])
    fund = a_fund(FUND_YUAN)
    return pay_claim(fund, loan, on=max(on, late_since + timedelta(days=wait)), ref=ref)[1]


ACTS = (
    *(_pay, _pay, _pay, _pay, _prepay, _prepay, _reprice, _reprice),
    *(_extend, _extend, _call_in, _claim),
)


ON_PLAN = (_pay, _pay, _prepay, _reprice, _extend)
"""What may happen to a loan that is not called in."""


@st.composite
def lived_loans(draw, acts=ACTS, **of):
    """Where a loan was granted, and the loan after a few acts; those that are refused are not."""
    place, loan = draw(loans(**of))
    for number in range(draw(st.integers(0, 5))):
        act = pick(draw, acts)
        with suppress(MicroloanError):
            loan = act(draw, loan, loan.entries[-1].on, f"V{number}")
    return place, loan


@st.composite
def cases(draw, **of):
    """A loan, what became of it, and a question about its subsidy."""
    place, loan = draw(lived_loans(**of))
    last = max(loan.schedule[-1].due_on, loan.entries[-1].on)
    day = st.dates(loan.terms.disbursed_on, last)
    due = st.sampled_from([line.due_on for line in loan.schedule])
    return Case(
        place=place,
        loan=loan,
        as_of=draw(st.just(last) | st.just(last) | due | day),
        whole_loan=draw(st.booleans()),
        stop=draw(st.none() | st.none() | st.none() | day | due),
    )


def persons(day):
    """Persons whose trade and groups every rule knows, and nothing more."""
    return st.just(replace(PERSON, groups=frozenset({"laid_off"}), low_profit=LowProfit.YES))
