"""Requests to test with. The loan of most cases can be followed on paper.

300,000 yuan at 4.95 % from 21 June 2024 for 12 months, interest by actual days of 360 on the 20th
of each quarter; the treasury bears half of it since October 2023:

    quarter  days  interest   treasury
    2024Q3   92    3,795.00   1,897.50
    2024Q4   91    3,753.75   1,876.88   half is 1,876.875
    2025Q1   90    3,712.50   1,856.25
    2025Q2   92    3,795.00   1,897.50

No rule was found that says which level bears what since then, so the office says it: center and
county half each.
"""

from datetime import date, timedelta
from fractions import Fraction

from histories import PROMISE, RULES, a_quarterly_loan
from microloan import InterestQuarter, cny, percent
from microloan.clearing import TreasuryPayment
from microloan.entitlement import StopReason, SubsidyStop
from microloan.filing import draw_request
from microloan.policy import Evidence, Level, Provision, Shares

Q3, Q4 = InterestQuarter(2024, 3), InterestQuarter(2024, 4)
Q1, Q2 = InterestQuarter(2025, 1), InterestQuarter(2025, 2)

CLOSED = {"HT-1": SubsidyStop(on=date(2024, 8, 5), reason=StopReason.BUSINESS_CLOSED)}
"""The business closed on 5 August 2024: of 2024Q3 45 days bear a subsidy, 928.13."""


def shares(**parts):
    """Shares of levels, such as ``central="1/2"``."""
    return Shares(parts=tuple((Level(level), Fraction(part)) for level, part in parts.items()))


def told(parts):
    """Shares as an office knows them, with their reference."""
    return Provision(
        value=parts,
        since=date(2023, 10, 1),
        decree="示例财金〔2024〕1号",
        clause="中央与县级各承担一半",
        read_in="office file",
        evidence=Evidence.LOCAL,
    )


HALVES = told(shares(central="1/2", county="1/2"))


def lent(name="HT-1", *, amount=300_000, on=date(2024, 6, 21), guarantee=PROMISE, **more):
    """The loan of the table above."""
    agreed = {"principal": cny(amount), "annual_rate": percent("4.95"), "disbursed_on": on}
    return a_quarterly_loan(name, guarantee=guarantee, **agreed | more)


def asks(*loans, quarter=Q3, on=None, **more):
    """The request of the one bank, three days after the settlement day unless said otherwise."""
    doing = {"lender": "BANK-1", "under": RULES, "shares": HALVES}
    day = quarter.last_day + timedelta(3) if on is None else on
    return draw_request(loans, quarter=quarter, on=day, **doing | more)


def asks_each(*loans, quarters=(Q3, Q4, Q1, Q2), **more):
    """The requests of some quarters, one after the other."""
    made = []
    for quarter in quarters:
        made.append(asks(*loans, quarter=quarter, earlier=tuple(made), **more))
    return made


def by_level(levels):
    """The amounts of levels, in yuan as they are printed."""
    return {one.level.value: str(one.amount.amount) for one in levels}


def listed(request):
    """The lines of a request: loan, due day and subsidy in yuan."""
    return [(line.loan_id, line.due_on, line.subsidy) for line in request.lines]


def changes(request):
    """The corrections of a request: loan, due day, what was requested and what it is, in yuan."""
    return [(one.loan_id, one.due_on, one.was, one.is_now) for one in request.corrections]


def net_fen(requests, loan_id):
    """What requests and their corrections ask for a loan in all."""
    lines = [
        line.subsidy_fen for made in requests for line in made.lines if line.loan_id == loan_id
    ]
    moved = [
        one.difference_fen
        for made in requests
        for one in made.corrections
        if one.loan_id == loan_id
    ]
    return sum(lines) + sum(moved)


def paid(amount, *, level=Level.COUNTY, quarter=Q3, on=date(2024, 10, 15), ref="拨1", **more):
    """Money of the treasury for a request."""
    given = {"lender": "BANK-1", "quarter": quarter, "level": level, "on": on, "ref": ref}
    return TreasuryPayment(amount=cny(amount), **given | more)
