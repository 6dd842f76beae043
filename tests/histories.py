"""Loans and funds to test with: plain ones for cases from paper, random histories for properties.

The loan of most cases is the same, so that its figures can be followed on paper. 120,000 yuan at 6 %
for 12 months from 15 January 2024, equal principal, every month 30 days of 360:

    due        principal  interest | due        principal  interest
    15 Feb        10,000       600 | 15 Aug        10,000       300
    15 Mar        10,000       550 | 15 Sep        10,000       250
    15 Apr        10,000       500 | 15 Oct        10,000       200
    15 May        10,000       450 | 15 Nov        10,000       150
    15 Jun        10,000       400 | 15 Dec        10,000       100
    15 Jul        10,000       350 | 15 Jan        10,000        50
"""

import re
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from strategies import categories, guarantees, terms

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
    for amount, on, *booked_on in payments:
        ref = f"R{len(loan.entries)}"
        loan = loan.repay(cny(amount), on=on, ref=ref, booked_on=booked_on[0] if booked_on else None)
    return loan


def pays_on_time(loan, first=1, last=1):
    """The loan after the installments of these numbers were paid on their days."""
    for due in loan.schedule[first - 1 : last]:
        loan = loan.repay(due.total, on=due.due_on, ref=f"due {due.number}")
    return loan


@contextmanager
def refused(error, *, code, value, limit, keeps=()):
    """Expect a refusal of just this class, with its facts and two sentences, that changes nothing."""
    before = deepcopy(keeps)
    with pytest.raises(error) as caught:
        yield caught
    refusal = caught.value
    assert type(refusal) is error
    assert (refusal.code, refusal.value, refusal.limit) == (code, value, limit)
    assert re.search("[a-z]", str(refusal))
    assert re.search("[一-鿿]", refusal.zh)
    assert keeps == before


@dataclass(frozen=True)
class Moment:
    """A fund and a loan between two acts."""

    fund: GuaranteeFund
    loan: Loan


@dataclass(frozen=True)
class History:
    """What was done to a fund and a loan: each state after an accepted act, and the refused acts."""

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


def _some_fen(draw, most):
    """An amount up to so many fen: often all of it, sometimes one fen more than that."""
    return draw(st.sampled_from([most, most, most, most + 1]) | st.integers(1, max(most, 1)))


def _late(draw, on):
    """The day of booking: mostly the day itself, at times weeks or a year later."""
    return on + timedelta(days=draw(st.just(0) | st.just(0) | st.integers(1, 400)))


def _repay(draw, moment, ref):
    loan = moment.loan
    last = loan.schedule[-1].due_on + timedelta(days=200)
    on = draw(
        st.sampled_from([due.due_on for due in loan.schedule])
        | st.dates(loan.terms.disbursed_on - timedelta(days=1), last)
    )
    amount = _some_fen(draw, loan.position(as_of=on).arrears_fen)
    paid = loan.repay(from_fen(amount), on=on, ref=ref, booked_on=_late(draw, on))
    return moment.fund, paid


def _reverse(draw, moment, ref):
    entry = draw(st.sampled_from(moment.loan.entries))
    on = entry.on + timedelta(days=draw(st.integers(0, 300)))
    booked_on = _late(draw, on)
    if entry.kind is EntryKind.REPAYMENT:
        return moment.fund, moment.loan.reverse(entry.number, on=on, ref=ref, booked_on=booked_on)
    return reverse_both(
        moment.fund, moment.loan, entry.number, on=on, ref=ref, booked_on=booked_on
    )


def _claim(draw, moment, ref):
    latest = max(entry.on for entry in moment.loan.entries)
    on = latest + timedelta(days=draw(st.integers(0, 300)))
    return pay_claim(moment.fund, moment.loan, on=on, ref=ref, booked_on=_late(draw, on))


def _recover(draw, moment, ref):
    loan = moment.loan
    paid_on = loan.payout.on if loan.payout else loan.terms.disbursed_on
    on = paid_on + timedelta(days=draw(st.integers(-1, 500)))
    standing = loan.position(as_of=date.max)
    owed = standing.subrogated_fen + standing.outstanding_fen + standing.arrears_interest_fen
    costs = draw(st.just(0) | st.integers(0, 10_000))
    return receive_recovery(
        moment.fund,
        loan,
        from_fen(_some_fen(draw, owed) + costs),
        on=on,
        ref=ref,
        costs=from_fen(costs),
        booked_on=_late(draw, on),
    )


ACTS = {"repay": _repay, "reverse": _reverse, "claim": _claim, "recover": _recover}


@st.composite
def histories(draw, acts=tuple(ACTS), most=12, agreed=None):
    """Random histories of one guaranteed loan and its fund; refused acts are kept apart."""
    loan = Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=draw(categories()),
        terms=draw(terms(longest=36) if agreed is None else agreed),
        guarantee=draw(guarantees()),
        booked_on=None,
    )
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    rich = draw(st.integers(1, 10**12))
    fund = fund.deposit(from_fen(rich), on=loan.terms.disbursed_on, ref="财预1")
    moments, refusals = [Moment(fund, loan)], []
    for number in range(draw(st.integers(0, most))):
        act = ACTS[draw(st.sampled_from(acts))]
        try:
            moments.append(Moment(*act(draw, moments[-1], f"V{number}")))
        except MicroloanError as refusal:
            refusals.append(refusal)
    return History(tuple(moments), tuple(refusals))
