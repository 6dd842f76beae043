"""What Hypothesis draws: banks with loans that live, and their requests while more gets known."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from contract_strategies import lives
from histories import PERSON, RULES
from microloan import BorrowerKind, InterestQuarter, percent
from microloan.correction import Clawback
from microloan.entitlement import ArrearsRule, StopReason, SubsidyStop
from microloan.filing import draw_request
from microloan.money import from_fen
from requesting import shares, told
from strategies import amounts, pick, terms

FIRST, LAST = date(2016, 9, 24), date(2025, 12, 31)
"""From the rule whose shares are known on; the reference rate is the contract's own."""

NAMED = {"reference_rate": percent("4")}
KINDS = (BorrowerKind.INDIVIDUAL, BorrowerKind.ENTERPRISE)
"""The bank applies for the one, the other is refunded."""
THREE = told(shares(central="7/10", province="21/100", city="9/100"))


@st.composite
def some_terms(draw, on):
    """Terms of a loan paid out on a day or in the weeks after it, at no more than 4 %."""
    day = on + timedelta(draw(st.integers(0, 60)))
    agreed = draw(terms(longest=12))
    return replace(
        agreed,
        principal=draw(amounts(1_000_000, 40_000_000)),
        annual_rate=pick(draw, [percent("4"), percent("3.65"), percent("0.01")]),
        interval_months=pick(draw, [1, 3]) if agreed.settlement else 1,
        disbursed_on=day,
        signed_on=day,
    )


@st.composite
def banks(draw, kinds=KINDS):
    """The loans of a bank with all that ever becomes known of them, and the first quarter."""
    on = draw(st.dates(FIRST, LAST))
    loans = [
        replace(
            draw(lives(agreed=some_terms(on), most=5)).loan,
            id=f"HT-{number}",
            category=replace(PERSON, kind=pick(draw, kinds), **NAMED),
        )
        for number in range(draw(st.integers(1, 2)))
    ]
    return loans, quarter_of(on)


def quarter_of(day):
    """The interest quarter a day lies in."""
    near = [InterestQuarter(day.year + late, number) for late in (0, 1) for number in (1, 2, 3, 4)]
    return next(quarter for quarter in near if day in quarter)


def after(quarter, more):
    """The quarter so many quarters later."""
    count = quarter.year * 4 + quarter.quarter - 1 + more
    return InterestQuarter(count // 4, count % 4 + 1)


@st.composite
def chains(draw, kinds=KINDS, decided=True):
    """Requests of some quarters, while more and more becomes known; and the loans as last known."""
    loans, first = draw(banks(kinds))
    arrears = pick(draw, ArrearsRule)
    known, stops, requests, seen = [1] * len(loans), {}, [], []
    for more in range(draw(st.integers(2, 7))):
        pairs = zip(known, loans, strict=True)
        known = [draw(st.integers(least, len(loan.entries))) for least, loan in pairs]
        stops = draw(_stops(stops, loans))
        if more and draw(st.integers(0, 5)) == 5:
            continue  # nobody asks for that quarter
        quarter = after(first, more)
        seen = [
            replace(loan, entries=loan.entries[:count])
            for count, loan in zip(known, loans, strict=True)
        ]
        drawn = draw_request(
            seen,
            lender="BANK-1",
            quarter=quarter,
            under=RULES,
            on=quarter.last_day + timedelta(pick(draw, [1, 3, 40])),
            earlier=requests,
            shares=THREE,
            arrears=arrears,
            stops=stops,
            clawbacks=draw(_decisions(requests)) if decided else (),
        )
        requests.append(drawn)
        used = stops
    return requests, seen, {"arrears": arrears, "stops": used}


@st.composite
def _stops(draw, stops, loans):
    """The stops known so far, now and then with another, or without one."""
    loan = pick(draw, loans)
    match pick(draw, ["stands", "ends", "begins"]):
        case "ends":
            return {name: stop for name, stop in stops.items() if name != loan.id}
        case "begins":
            on = loan.terms.disbursed_on + timedelta(draw(st.integers(0, 200)))
            return stops | {loan.id: SubsidyStop(on=on, reason=StopReason.OTHER)}
    return stops


@st.composite
def _decisions(draw, requests):
    """Now and then a decision to take back a part of a line that still stands."""
    standing = [(key, net) for key, net in net_of(requests).items() if net]
    if not standing or draw(st.integers(0, 3)):
        return ()
    (loan_id, due_on), net = pick(draw, standing)
    taken = draw(st.just(net) | st.integers(1, net))
    return (Clawback(loan_id=loan_id, due_on=due_on, amount=from_fen(taken), ref="财监1"),)


def net_of(requests):
    """What is asked for each line after all requests and their corrections, in fen."""
    net = Counter()
    for request in requests:
        for line in request.lines:
            net[line.key] += line.subsidy_fen
        for correction in request.corrections:
            net[correction.key] += correction.difference_fen
    return net
