"""Published guarantees and recoveries, run through real claims, or why they are none of ours."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from conformance.changes import granted
from conformance.reading import fen_of, money_of, require, understood
from microloan import (
    AlreadyClaimed,
    Amortization,
    ClaimNotDue,
    ClaimTooLate,
    Covers,
    DayCount,
    Guarantee,
    GuaranteeFund,
    LoanTerms,
    NothingToClaim,
    Prepayment,
    PrincipalPart,
    fen,
    from_fen,
    on_workday,
    pay_claim,
)
from microloan.claim_filing import approve_claim, file_claim
from microloan.money import rounded, settle
from microloan.recovery import attributable

INPUTS = {
    *("cover_basis", "amount", "cover_rate", "covered_event", "cover_from", "cover_to", "events"),
    *("settlement_days", "initial_exposure", "exposure_at_event", "business_day"),
}
FIXED = "fixed_amount"
PRINCIPAL = "outstanding_principal"
WITH_INTEREST = "outstanding_principal_and_accrued_interest"
LATENESS = ("delayed", "delinquent", "default")  # each later than the one before
A_FEN, A_DAY, A_YEAR = from_fen(1), timedelta(days=1), timedelta(days=365)
RATE_PLACES = 12


class Story(NamedTuple):
    """What happens to a loan: how late it is when, and what is owed by then."""

    events: list  # a day, and how late the loan is then
    exposure: int  # principal outstanding, in fen
    interest: Fraction  # earned by then, exactly, in fen
    due_on: date  # when it misses a payment
    ends_on: date  # the last day of the guarantee

    @property
    def event(self):
        """The first thing that happens."""
        return self.events[0][0] if self.events else self.ends_on


def guarantee(vector):
    """A loan that is as late on each event as the event says, and what the fund pays for it.

    A guarantee of ours opens at so many days past due, and stays open. It agrees with one that
    covers a single event as long as the loan is never later than that.
    """
    inputs, expected = vector.inputs, vector.content["expected"]
    understood(inputs, INPUTS, "the input")
    understood(expected, {"claims", "lapsed"}, "the value")
    for claim in expected["claims"]:
        understood(claim, {"event", "settle", "amount"}, "the column")
    events = _events(inputs)
    story = Story(events, *_exposure(inputs), *_days(inputs, events))
    terms, promise = _terms(inputs, story), _promise(inputs, story)
    to_workday = _to_workday(inputs)
    wait = timedelta(days=inputs["settlement_days"])
    published = [(row["event"], row["settle"], fen_of(row["amount"])) for row in expected["claims"]]

    def compare():
        fund, loan = _admitted(terms, promise, story)
        claims = []
        for number, (on, _) in enumerate(story.events):
            paid = _claim(fund, loan, on, to_workday(on + wait), number)
            if paid is not None:
                fund, loan = paid
                payout = loan.payout
                claims.append((str(on), str(payout.on), Fraction(payout.amount_fen)))
        yield "claims", claims, published
        yield "lapsed", not claims, expected["lapsed"]

    return compare


def _admitted(terms, promise, story):
    """Fund and loan, of which so much is repaid that the exposure is outstanding."""
    loan, on = granted(terms, guarantee=promise), terms.disbursed_on
    fund = GuaranteeFund(id="F", name="担保基金")
    fund = fund.deposit(from_fen(2 * fen(terms.principal)), on=on, ref="入金")
    repaid = fen(terms.principal) - story.exposure
    if repaid:
        loan = loan.prepay(from_fen(repaid), on=on, ref="R", then=Prepayment.SHORTEN)
    return fund, loan


def _claim(fund, loan, on, settle_on, number):
    """Fund and loan after the claim of a day, or nothing where it is refused."""
    try:
        fund = file_claim(fund, loan, on=on, ref=f"S{number}")
    except (AlreadyClaimed, ClaimNotDue, ClaimTooLate, NothingToClaim):
        return None
    fund = approve_claim(fund, loan.id, filing=f"S{number}", on=on, ref=f"A{number}")
    return pay_claim(fund, loan, on=settle_on, ref=f"P{number}")


def _events(inputs):
    """The events in order of days, each with how late the loan is then."""
    covered = inputs["covered_event"]
    require(covered in LATENESS, f"a guarantee that covers {covered!r}")
    events = []
    for event in inputs["events"]:
        understood(event, {"on", "type"}, "the event")
        require(event["type"] in LATENESS, f"an event of the kind {event['type']!r}")
        events.append((date.fromisoformat(event["on"]), LATENESS.index(event["type"])))
    ascending = all(one[0] < other[0] and one[1] <= other[1] for one, other in pairwise(events))
    require(ascending, "events out of order")
    worst = max((late for _, late in events), default=0)
    require(
        worst <= LATENESS.index(covered),
        f"a guarantee that covers {covered} and nothing worse; ours stays open",
    )
    return events


def _exposure(inputs):
    """The principal outstanding on the event, in fen, and the interest earned by then, exactly."""
    basis = inputs["cover_basis"]
    if basis == FIXED:
        understood(inputs, INPUTS - {"initial_exposure", "exposure_at_event"}, "the input")
        return fen(money_of(inputs["amount"])), Fraction(0)
    understood(inputs, INPUTS - {"amount"}, "the input")
    if basis == PRINCIPAL:
        return fen(money_of(inputs["exposure_at_event"])), Fraction(0)
    require(basis == WITH_INTEREST, f"a cover of {basis!r}")
    parts = inputs["exposure_at_event"]
    understood(parts, {"principal", "interest_exact"}, "the part of the exposure")
    return fen(money_of(parts["principal"])), fen_of(parts["interest_exact"])


def _days(inputs, events):
    """The day on which the loan misses a payment, and the last day of the guarantee."""
    first = events[0][0] if events else date.fromisoformat(inputs["cover_to"])
    ends_on = date.fromisoformat(inputs["cover_to"]) if "cover_to" in inputs else first + A_YEAR
    return min(first - A_DAY, ends_on), ends_on


def _terms(inputs, story):
    """A loan of the exposure that misses a fen on a day and matures when the guarantee ends.

    Where interest is covered the vector states its sum only: one loan bears it from disbursement to
    the event at the rate that makes it, to twelve decimals. In the published case two loans bore it
    for 19 days of 365: 5,000,000 at 3 % 7,808.2192, 2,000,000 at 2.4 % 2,498.6301, together
    10,306.8493; a single rate on 7,000,000 for a year would be 0.147241 %.
    """
    begins_on, ends_on = story.due_on - A_YEAR, story.ends_on
    if "cover_from" in inputs:
        begins_on = date.fromisoformat(inputs["cover_from"])
    require(begins_on < story.due_on, "a loan that is late as soon as it is paid out")
    whole = from_fen(story.exposure)
    if "initial_exposure" in inputs:
        whole = money_of(inputs["initial_exposure"])
    parts = (PrincipalPart(due_on=ends_on, principal=whole),)
    if story.due_on < ends_on:
        rest = PrincipalPart(due_on=ends_on, principal=whole - A_FEN)
        parts = (PrincipalPart(due_on=story.due_on, principal=A_FEN), rest)
    months = (ends_on.year - begins_on.year) * 12 + ends_on.month - begins_on.month
    return LoanTerms(
        principal=whole,
        annual_rate=_rate(story, (story.event - begins_on).days),
        disbursed_on=begins_on,
        months=max(months, 1),
        amortization=Amortization.CUSTOM,
        day_count=DayCount.ACT_365,
        due_dates=(ends_on,),
        parts=parts,
    )


def _rate(story, days):
    """The rate at which the exposure bears the interest in so many days of 365."""
    if not story.interest:
        return Decimal(0)
    rate = rounded(story.interest * 365 / (story.exposure * days), RATE_PLACES)
    ours = Fraction(rate) * story.exposure * days / 365
    require(settle(ours) == settle(story.interest), "interest that no rate makes to the fen")
    return rate


def _promise(inputs, story):
    """A promise that opens on the first event that is covered, or a day after the last one."""
    covered = [on for on, late in story.events if LATENESS[late] == inputs["covered_event"]]
    last = story.events[-1][0] if story.events else story.due_on
    opens_on = covered[0] if covered else last + A_DAY
    return Guarantee(
        fund_id="F",
        coverage=Decimal(inputs["cover_rate"]),
        claimable_after_days=(opens_on - story.due_on).days,
        covers=Covers.PRINCIPAL_AND_INTEREST if story.interest else Covers.PRINCIPAL,
        months_after_maturity=0,
    )


def _to_workday(inputs):
    """How a day of payment moves that falls on a weekend."""
    rule = inputs.get("business_day")
    require(rule in {None, "FOLLOWING"}, f"payment on working days by {rule!r}")
    if rule is None:
        return lambda day: day
    return lambda day: on_workday(day, lambda other: other.isoweekday() < 6)


def recovery_share(vector):
    """The part of a recovery that counts for the loan, and the guarantor's share of it."""
    inputs, expected = vector.inputs, vector.content["expected"]
    known = {"linked_security_proceeds", "non_linked_security_proceeds", "prior_debt"}
    understood(inputs, {*known, "guarantee_rate", "amount_claimed"}, "the input")
    understood(expected, {"attributable", "due_to_guarantor"}, "the value")
    linked, other, debt = (
        money_of(inputs[name])
        for name in ("linked_security_proceeds", "non_linked_security_proceeds", "prior_debt")
    )
    promise = Guarantee(
        fund_id="F", coverage=Decimal(inputs["guarantee_rate"]), claimable_after_days=0
    )

    def compare():
        left = attributable(linked=linked, other=other, prior_debt=debt)
        ours = {"attributable": fen(left), "due_to_guarantor": promise.covered_fen(fen(left))}
        for name, published in expected.items():
            yield name, ours[name], fen_of(published)

    return compare
