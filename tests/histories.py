"""Loans and funds to test with: plain ones for cases from paper, random histories for properties.

The loan of most cases is the same, so that its figures can be followed on paper. 120,000 yuan at
6 % for 12 months from 15 January 2024, equal principal, every month 30 days of 360:

    due        principal  interest | due        principal  interest
    15 Feb        10,000       600 | 15 Aug        10,000       300
    15 Mar        10,000       550 | 15 Sep        10,000       250
    15 Apr        10,000       500 | 15 Oct        10,000       200
    15 May        10,000       450 | 15 Nov        10,000       150
    15 Jun        10,000       400 | 15 Dec        10,000       100
    15 Jul        10,000       350 | 15 Jan        10,000        50
"""

from collections.abc import Callable
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from hypothesis import strategies as st

import refusals
from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    Compounding,
    Dated,
    DayCount,
    EarlyInterest,
    EntryKind,
    Guarantee,
    GuaranteeFund,
    LevelBy,
    Loan,
    LoanTerms,
    MicroloanError,
    Multiple,
    PaymentOrder,
    Prepayment,
    PrincipalPart,
    Repricing,
    Settlement,
    accelerate,
    change_rate,
    charge_costs,
    cny,
    declare_misuse,
    disburse,
    extend,
    extend_without_consent,
    fen,
    from_fen,
    pause_delinquency,
    pay_claim,
    percent,
    policy,
    receive_recovery,
    recover,
    relevel,
    reverse_both,
    write_off,
)
from microloan.amendment import discharge_guarantee
from microloan.history import standing
from microloan.policy import ByKind, Line, RateCap
from strategies import amounts, categories, guarantees, pick, rates, terms

RULES = policy.load("cn", region="central")
_SINCE, _CAP = RULES.rate_cap[BorrowerKind.INDIVIDUAL].values[0]
ANY_RATE = replace(  # round figures bear rates that no decree allows
    RULES,
    rate_cap=ByKind.build(
        lambda kind: Line(Dated(f"rate_cap.{kind.value}", ((_SINCE, _CAP.of(RateCap())),)))
    ),
)
PROMISE = Guarantee(fund_id="F-01", coverage=percent("80"), claimable_after_days=90)
HALF_MORE = Dated.always("逾期罚息", Multiple(Decimal("1.5")))
DOUBLE = Dated.always("挪用罚息", Multiple(Decimal(2)))
PERSON = Category(kind=BorrowerKind.INDIVIDUAL)


def a_loan(
    name="HT-1", *, guarantee=PROMISE, category=PERSON, booked_on=None, disbursed=None, **agreed
):
    """A loan paid out, whole or in part; what is not said is as in the table above."""
    usual = {
        "principal": cny(120_000),
        "annual_rate": percent("6"),
        "disbursed_on": date(2024, 1, 15),
        "months": 12,
        "amortization": Amortization.EQUAL_PRINCIPAL,
        "day_count": DayCount.THIRTY_360,
    }
    return Loan.grant(
        name,
        borrower="B-1",
        lender="BANK-1",
        category=category,
        terms=LoanTerms(**usual | agreed),
        guarantee=guarantee,
        disbursed=None if disbursed is None else cny(disbursed),
        booked_on=booked_on,
    )


def a_quarterly_loan(name="HT-1", **agreed):
    """The usual loan of the programme: interest quarterly on the 20th, principal at maturity."""
    usual = {
        "amortization": Amortization.INTEREST_ONLY,
        "interval_months": 3,
        "settlement": Settlement(20),
        "day_count": DayCount.ACT_360,
    }
    return a_loan(name, **usual | agreed)


def a_fund(deposit=1_000_000, *, name="F-01"):
    """A fund with money since the New Year of 2009; with 0, one that never got any."""
    fund = GuaranteeFund(id=name, name="示例县创业担保基金")
    return fund.deposit(cny(deposit), on=date(2009, 1, 1), ref="财预1") if deposit else fund


def pays(loan, *payments):
    """The loan after payments, each ``(amount, day)`` or ``(amount, day, day of booking)``."""
    for amount, on, *booking in payments:
        ref, booked_on = f"R{len(loan.entries)}", booking[0] if booking else None
        loan = loan.repay(cny(amount), on=on, ref=ref, booked_on=booked_on)
    return loan


def pays_on_time(loan, first=1, last=1):
    """The loan after the installments of these numbers were paid on their days."""
    for due in loan.schedule[first - 1 : last]:
        loan = loan.repay(due.total, on=due.due_on, ref=f"due {due.number}")
    return loan


@dataclass(frozen=True)
class Act:
    """An act upon a loan of its own: how to do it, and the same with another content."""

    kind: EntryKind
    do: Callable[..., Loan]
    other: Callable[..., Loan]


EVERY_ACT = {
    "repay": Act(
        EntryKind.REPAYMENT,
        lambda loan, **act: loan.repay(cny(100), **act),
        lambda loan, **act: loan.repay(cny("100.01"), **act),
    ),
    "prepay": Act(
        EntryKind.PREPAYMENT,
        lambda loan, **act: loan.prepay(cny(50_000), **act, then=Prepayment.LOWER),
        lambda loan, **act: loan.prepay(cny(50_000), **act, then=Prepayment.SHORTEN),
    ),
    "disburse": Act(
        EntryKind.DISBURSEMENT,
        lambda loan, **act: disburse(loan, cny(15_000), **act),
        lambda loan, **act: disburse(loan, cny(15_001), **act),
    ),
    "extend": Act(
        EntryKind.EXTENSION,
        lambda loan, **act: extend(loan, months=6, **act),
        lambda loan, **act: extend(loan, months=5, **act),
    ),
    "extend without consent": Act(
        EntryKind.UNGUARANTEED_EXTENSION,
        lambda loan, **act: extend_without_consent(loan, months=6, **act),
        lambda loan, **act: extend_without_consent(loan, months=6, annual_rate=percent(7), **act),
    ),
    "change the rate": Act(
        EntryKind.RATE_CHANGE,
        lambda loan, **act: change_rate(loan, percent(7), **act),
        lambda loan, **act: change_rate(loan, percent(5), **act),
    ),
    "relevel": Act(
        EntryKind.RELEVEL,
        relevel,
        lambda loan, **act: relevel(loan, terms=replace(loan.terms, interval_months=3), **act),
    ),
    "declare misuse": Act(
        EntryKind.MISUSE,
        lambda loan, **act: declare_misuse(loan, cny(10_000), **act),
        lambda loan, **act: declare_misuse(loan, cny(9_000), **act),
    ),
    "charge costs": Act(
        EntryKind.COSTS,
        lambda loan, **act: charge_costs(loan, cny(300), **act),
        lambda loan, **act: charge_costs(loan, cny(301), **act),
    ),
    "pause": Act(
        EntryKind.PAUSE,
        lambda loan, **act: pause_delinquency(loan, until=date(2024, 12, 31), **act),
        lambda loan, **act: pause_delinquency(loan, until=date(2024, 12, 30), **act),
    ),
    "accelerate": Act(
        EntryKind.ACCELERATION,
        accelerate,
        lambda loan, **act: accelerate(loan, **act | {"booked_on": date(2026, 1, 1)}),
    ),
    "discharge": Act(
        EntryKind.DISCHARGE,
        discharge_guarantee,
        lambda loan, **act: discharge_guarantee(loan, **act | {"booked_on": date(2026, 1, 1)}),
    ),
    "write off": Act(
        EntryKind.WRITE_OFF,
        write_off,
        lambda loan, **act: write_off(loan, **act | {"booked_on": date(2026, 1, 1)}),
    ),
    "recover": Act(
        EntryKind.RECOVERY,
        lambda loan, **act: recover(loan, cny(1_000), **act),
        lambda loan, **act: recover(loan, cny(1_001), **act),
    ),
}
"""Each act upon a loan alone, as it may be done to :func:`a_running_loan`."""


def a_running_loan(**agreed):
    """The usual loan with every clause, of which 100,000 are paid out and nothing is repaid."""
    clauses = {
        "repricing": Repricing.FLOATING,
        "penalty": HALF_MORE,
        "misuse": DOUBLE,
        "compounding": Compounding.UNPAID_INTEREST,
    }
    return a_loan(disbursed=100_000, **clauses | agreed)


def ready_for(name, **agreed):
    """The running loan, written off where the act is a recovery."""
    loan = a_running_loan(**agreed)
    return write_off(loan, on=date(2024, 3, 20), ref="核0") if name == "recover" else loan


@contextmanager
def refused(error, *, code, value, limit, keeps=()):
    """Expect one refusal, see :mod:`refusals`, that leaves some objects as they were."""
    before = deepcopy(keeps)
    with refusals.refused(error, code, value=value, limit=limit) as caught:
        yield caught
    assert keeps == before


@dataclass(frozen=True)
class Moment:
    """A fund and a loan between two acts."""

    fund: GuaranteeFund
    loan: Loan


@dataclass(frozen=True)
class History:
    """What was done to a fund and a loan: the state after each accepted act, and the refusals."""

    moments: tuple[Moment, ...]
    refusals: tuple[MicroloanError, ...]

    @property
    def fund(self):
        """The fund as it stands at the end."""
        return self.moments[-1].fund

    @property
    def loan(self):
        """The loan as it stands at the end."""
        return self.moments[-1].loan

    @property
    def days(self):
        """Days worth a look: around every due date, every act and every booking."""
        marks = {due.due_on for due in self.loan.schedule}
        marks |= {entry.on for entry in self.loan.entries}
        marks |= {entry.booked_on for entry in self.loan.entries}
        return sorted({day + timedelta(days=step) for day in marks for step in (-1, 0, 1)})


def _wild(draw):
    """Once in a while, something that is probably refused."""
    return draw(st.integers(0, 9)) == 9


def _some_fen(draw, most):
    """An amount up to so many fen: mostly all of it, at times a part, or a fen too much."""
    if _wild(draw):
        return most + 1
    return draw(st.just(most) | st.integers(1, max(most, 1)))


def _booking(draw, on):
    """The day of booking: mostly the day itself, at times weeks or a year later."""
    return on + timedelta(days=pick(draw, [0, 0, 0, 1, 20, 200, 400]))


def _repay(draw, moment, ref):
    """Money mostly for the next line that is not met, on its day or later; or on any day."""
    loan = moment.loan
    last = loan.schedule[-1].due_on + timedelta(days=200)
    unmet = [due.due_on for due in loan.schedule if loan.position(as_of=due.due_on).arrears_fen]
    if _wild(draw) or not unmet:
        on = draw(st.dates(loan.terms.disbursed_on - timedelta(days=1), last))
    else:
        first = pick(draw, unmet[:3])
        on = first + timedelta(days=pick(draw, [0, 0, 0, 1, 40]))
    amount = _some_fen(draw, loan.position(as_of=on).arrears_fen)
    booked_on = _booking(draw, on)
    return moment.fund, loan.repay(from_fen(amount), on=on, ref=ref, booked_on=booked_on)


def _later(draw, loan):
    """A day on which nothing later is known yet, mostly soon after what is."""
    last = max(entry.on for entry in standing(loan.entries))
    return last + timedelta(days=pick(draw, [0, 0, 1, 13, 31, 90]))


def _alone(act):
    """An act upon the loan alone, on a later day."""

    def do(draw, moment, ref):
        on = _later(draw, moment.loan)
        doing = {"on": on, "ref": ref, "booked_on": _booking(draw, on)}
        return moment.fund, act(draw, moment.loan, doing)

    return do


def _prepay(draw, loan, doing):
    whole = loan.payoff(on=doing["on"]).total_fen
    then = pick(draw, Prepayment)
    return loan.prepay(from_fen(max(_some_fen(draw, whole), 1)), **doing, then=then)


def _disburse(draw, loan, doing):
    lent = sum(
        entry.principal_fen
        for entry in standing(loan.entries)
        if entry.kind is EntryKind.DISBURSEMENT
    )
    rest = fen(loan.terms.principal) - lent
    return disburse(loan, from_fen(max(_some_fen(draw, rest), 1)), **doing)


def _extend(draw, loan, doing):
    act = pick(draw, [extend, extend_without_consent])
    every = loan.terms.interval_months
    months = 13 if _wild(draw) else every * draw(st.integers(1, 12 // every))
    return act(loan, months=months, annual_rate=draw(st.none() | rates("0.12")), **doing)


def _reprice(draw, loan, doing):
    return change_rate(loan, draw(rates("0.12")), **doing)


def _relevel(draw, loan, doing):
    return relevel(loan, **doing)


def _misuse(draw, loan, doing):
    return declare_misuse(loan, draw(amounts(1, fen(loan.terms.principal))), **doing)


def _costs(draw, loan, doing):
    return charge_costs(loan, draw(amounts(1, 100_000)), **doing)


def _pause(draw, loan, doing):
    until = doing["on"] + timedelta(days=draw(st.integers(0, 200)))
    return pause_delinquency(loan, until=until, **doing)


def _accelerate(draw, loan, doing):
    return accelerate(loan, **doing)


def _write_off(draw, loan, doing):
    return write_off(loan, **doing)


def _discharge(draw, loan, doing):
    return discharge_guarantee(loan, **doing)


def _regain(draw, loan, doing):
    owed = loan.position(as_of=date.max).written_off_fen
    return recover(loan, from_fen(max(_some_fen(draw, owed), 1)), **doing)


def _reverse(draw, moment, ref):
    """Any entry undone, mostly one that can be: the last that stands or, unclaimed, a payment."""
    fund, loan = moment.fund, moment.loan
    choice = loan.entries if _wild(draw) else standing(loan.entries)[1:] or loan.entries
    entry = choice[-1] if loan.payout else pick(draw, choice)
    on = entry.on + timedelta(days=draw(st.integers(0, 300)))
    booked_on = _booking(draw, on)
    shared = entry.subrogated_fen or entry.kind is EntryKind.CLAIM_PAYOUT or loan.payout
    if not shared or entry.kind is EntryKind.REPAYMENT:
        return fund, loan.reverse(entry.number, on=on, ref=ref, booked_on=booked_on)
    return reverse_both(fund, loan, entry.number, on=on, ref=ref, booked_on=booked_on)


def _claim(draw, moment, ref):
    """A claim, mostly as soon as the loan is late enough, or some days after that."""
    loan = moment.loan
    latest = max(entry.on for entry in standing(loan.entries))
    late_since = loan.position(as_of=date.max).oldest_unpaid_on or latest
    wait = 0 if _wild(draw) else loan.guarantee.claims_open_at()
    on = max(latest, late_since + timedelta(days=wait))
    on += timedelta(days=pick(draw, [0, 0, 1, 30]))
    return pay_claim(moment.fund, loan, on=on, ref=ref, booked_on=_booking(draw, on))


def _recover(draw, moment, ref):
    """Money recovered after the payout, at times with costs."""
    loan = moment.loan
    paid_on = loan.payout.on if loan.payout else loan.terms.disbursed_on
    on = paid_on + timedelta(days=-1 if _wild(draw) else draw(st.integers(0, 500)))
    at = loan.position(as_of=date.max)
    owed = at.subrogated_fen + at.outstanding_fen + at.arrears_interest_fen
    costs = draw(st.just(0) | st.integers(0, 10_000))
    return receive_recovery(
        moment.fund,
        loan,
        from_fen(_some_fen(draw, owed) + costs),
        on=on,
        ref=ref,
        costs=from_fen(costs),
        booked_on=_booking(draw, on),
    )


ACTS = {
    "repay": _repay,
    "reverse": _reverse,
    "claim": _claim,
    "recover": _recover,
    "prepay": _alone(_prepay),
    "disburse": _alone(_disburse),
    "extend": _alone(_extend),
    "reprice": _alone(_reprice),
    "relevel": _alone(_relevel),
    "misuse": _alone(_misuse),
    "costs": _alone(_costs),
    "pause": _alone(_pause),
    "accelerate": _alone(_accelerate),
    "discharge": _alone(_discharge),
    "write off": _alone(_write_off),
    "regain": _alone(_regain),
}
WITHOUT_DISBURSING = tuple(name for name in ACTS if name != "disburse")
"""All that changes nothing of what the fund was asked to stand behind when it admitted the loan."""

CHANGES = ("prepay", "disburse", "extend", "reprice", "relevel", "misuse", "costs", "pause")
BEFORE_PAYOUT = (
    *("repay", "repay", "repay", "repay", "repay", "reverse", "reverse", "claim", "claim", "claim"),
    *CHANGES,
    *("extend", "accelerate", "discharge", "write off"),
)
AFTER_PAYOUT = (
    *("recover", "recover", "recover", "recover", "reverse", "repay", "claim"),
    *("costs", "pause", "write off"),
)
AFTER_WRITE_OFF = ("regain", "regain", "regain", "reverse", "repay")


def next_act(draw, moment, acts=tuple(ACTS)):
    """One of some acts, mostly one that fits the loan's state."""
    fitting = AFTER_PAYOUT if moment.loan.payout else BEFORE_PAYOUT
    if any(entry.kind is EntryKind.WRITE_OFF for entry in standing(moment.loan.entries)):
        fitting = ("recover", "reverse", "repay") if moment.loan.payout else AFTER_WRITE_OFF
    names = [name for name in fitting if name in acts]
    return ACTS[pick(draw, acts if _wild(draw) or not names else names)]


CLAUSES = {
    "repricing": st.sampled_from(Repricing),
    "penalty": st.sampled_from([None, HALF_MORE]),
    "misuse": st.sampled_from([None, DOUBLE]),
    "compounding": st.sampled_from(Compounding),
    "order": st.sampled_from(PaymentOrder),
    "early_interest": st.sampled_from(EarlyInterest),
    "level_by": st.sampled_from(LevelBy),
    "grace_days": st.integers(0, 10),
}


@lru_cache
@st.composite
def contracts(draw, longest=36):
    """Terms of any plan, with or without the clauses for a life that does not go to plan."""
    plain = draw(terms(longest=longest, amortizations=PLANS))
    agreed = {name: draw(values) for name, values in CLAUSES.items()}
    if plain.amortization is Amortization.INTEREST_ONLY and draw(st.booleans()):
        agreed |= {"amortization": Amortization.CUSTOM, "grace_months": 0}
        agreed["parts"] = _parts(draw, plain)
    return replace(plain, **agreed)


def _parts(draw, plain):
    """The principal in up to four parts, on any days."""
    owed, parts = fen(plain.principal), []
    first, last = plain.disbursed_on + timedelta(days=1), plain.matures_on
    for day in sorted(draw(st.sets(st.dates(first, last), min_size=1, max_size=4))):
        if owed > 1:
            parts.append((day, draw(st.integers(1, owed - 1))))
            owed -= parts[-1][1]
    day, part = parts.pop() if parts else (last, 0)
    parts.append((day, part + owed))
    return tuple(PrincipalPart(due_on=day, principal=from_fen(part)) for day, part in parts)


PLANS = tuple(plan for plan in Amortization if plan is not Amortization.CUSTOM)
"""The plans that state no parts."""


@st.composite
def histories(draw, acts=tuple(ACTS), most=10, agreed=None):
    """Random histories of one guaranteed loan and its fund; refused acts are kept apart."""
    contract = draw(contracts() if agreed is None else agreed)
    in_parts = "disburse" in acts and draw(st.integers(0, 3)) == 3
    loan = Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=draw(categories()),
        terms=contract,
        guarantee=draw(guarantees()),
        disbursed=draw(amounts(1, fen(contract.principal))) if in_parts else None,
    )
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    money = draw(st.integers(1, 10**12)) if _wild(draw) else 2 * 10**12
    fund = fund.deposit(from_fen(money), on=loan.terms.disbursed_on, ref="财预1")
    moments, refusals = [Moment(fund, loan)], []
    for number in range(draw(st.integers(0, most))):
        act = next_act(draw, moments[-1], acts)
        try:
            moments.append(Moment(*act(draw, moments[-1], f"V{number}")))
        except MicroloanError as refusal:
            refusals.append(refusal)
    return History(tuple(moments), tuple(refusals))
