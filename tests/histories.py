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

from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

import refusals
from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    EntryKind,
    Guarantee,
    GuaranteeFund,
    Loan,
    LoanTerms,
    MicroloanError,
    Settlement,
    cny,
    from_fen,
    pay_claim,
    percent,
    policy,
    receive_recovery,
    reverse_both,
)
from microloan.history import standing
from strategies import categories, guarantees, terms

RULES = policy.load("cn", region="central")
PROMISE = Guarantee(fund_id="F-01", coverage=percent("80"), claimable_after_days=90)
PERSON = Category(kind=BorrowerKind.INDIVIDUAL)


def a_loan(name="HT-1", *, guarantee=PROMISE, category=PERSON, booked_on=None, **agreed):
    """A loan paid out; what is not said is as in the table above."""
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
    return on + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 20, 200, 400])))


def _repay(draw, moment, ref):
    """Money mostly for the next line that is not met, on its day or later; or on any day."""
    loan = moment.loan
    last = loan.schedule[-1].due_on + timedelta(days=200)
    unmet = [due.due_on for due in loan.schedule if loan.position(as_of=due.due_on).arrears_fen]
    if _wild(draw) or not unmet:
        on = draw(st.dates(loan.terms.disbursed_on - timedelta(days=1), last))
    else:
        first = draw(st.sampled_from(unmet[:3]))
        on = first + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 40])))
    amount = _some_fen(draw, loan.position(as_of=on).arrears_fen)
    booked_on = _booking(draw, on)
    return moment.fund, loan.repay(from_fen(amount), on=on, ref=ref, booked_on=booked_on)


def _reverse(draw, moment, ref):
    """Any entry undone, mostly one that can be: the last that stands or, unclaimed, a payment."""
    fund, loan = moment.fund, moment.loan
    choice = loan.entries if _wild(draw) else standing(loan.entries)[1:] or loan.entries
    entry = choice[-1] if loan.payout else draw(st.sampled_from(choice))
    on = entry.on + timedelta(days=draw(st.integers(0, 300)))
    booked_on = _booking(draw, on)
    if entry.kind is EntryKind.REPAYMENT:
        return fund, loan.reverse(entry.number, on=on, ref=ref, booked_on=booked_on)
    return reverse_both(fund, loan, entry.number, on=on, ref=ref, booked_on=booked_on)


def _claim(draw, moment, ref):
    """A claim, mostly as soon as the loan is late enough, or some days after that."""
    loan = moment.loan
    latest = max(entry.on for entry in standing(loan.entries))
    late_since = loan.position(as_of=date.max).oldest_unpaid_on or latest
    wait = 0 if _wild(draw) else loan.guarantee.claims_open_at()
    on = max(latest, late_since + timedelta(days=wait))
    on += timedelta(days=draw(st.sampled_from([0, 0, 1, 30])))
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


ACTS = {"repay": _repay, "reverse": _reverse, "claim": _claim, "recover": _recover}
BEFORE_PAYOUT = ("repay", "repay", "repay", "reverse", "claim")
AFTER_PAYOUT = ("recover", "recover", "recover", "reverse", "repay", "claim")


def next_act(draw, moment, acts=tuple(ACTS)):
    """One of some acts, mostly one that fits the loan's state."""
    fitting = AFTER_PAYOUT if moment.loan.payout else BEFORE_PAYOUT
    names = [name for name in fitting if name in acts]
    return ACTS[draw(st.sampled_from(acts if _wild(draw) or not names else names))]


@st.composite
def histories(draw, acts=tuple(ACTS), most=10, agreed=None):
    """Random histories of one guaranteed loan and its fund; refused acts are kept apart."""
    loan = Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=draw(categories()),
        terms=draw(terms(longest=36) if agreed is None else agreed),
        guarantee=draw(guarantees()),
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
