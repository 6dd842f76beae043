"""Published changes of a running loan, delinquency and payoffs, or why they are none of ours."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from conformance import plans
from conformance.reading import fen_of, money_of, require, understood
from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    EarlyInterest,
    Loan,
    LoanTerms,
    Prepayment,
    PrincipalPart,
    delinquent_since,
    disburse,
    from_fen,
    pause_delinquency,
)

RULES = {
    "interest_to_next_due_date": EarlyInterest.TO_NEXT_DUE_DATE,
    "interest_to_payoff_date": EarlyInterest.TO_THE_DAY,
    "interest_to_date": EarlyInterest.TO_THE_DAY,
}
NO_DELINQUENCY = "NO_DELINQUENCY"


def granted(terms, **options):
    """A loan of somebody, paid out."""
    category = Category(kind=BorrowerKind.INDIVIDUAL)
    return Loan.grant("V", borrower="B", lender="L", category=category, terms=terms, **options)


def payoff(vector):
    inputs, expected = dict(vector.inputs), vector.content["expected"]
    asked, paid = inputs.pop("payoff"), inputs.pop("paid", [])
    understood(asked, {"on", "rule"}, "the payoff")
    understood(expected, {"principal", "interest", "total", "penalty"}, "the value")
    require(asked["rule"] in RULES, f"a payoff by the rule {asked['rule']!r}")
    rule = RULES[asked["rule"]]
    terms, unit = plans.terms_of(vector, inputs, early_interest=rule)
    _require_whole_months(terms, [asked["on"]] if rule is EarlyInterest.TO_THE_DAY else [])

    def compare():
        loan = granted(terms)
        for number, money in enumerate(paid):
            amount = money_of(money["amount"], unit)
            loan = loan.repay(amount, on=date.fromisoformat(money["on"]), ref=f"R{number}")
        quote = loan.payoff(on=date.fromisoformat(asked["on"]))
        for name, published in expected.items():
            yield name, getattr(quote, f"{name}_fen"), fen_of(published, unit)

    return compare


def schedule_change(vector):
    inputs, rows = dict(vector.inputs), vector.content["expected"]
    changes = inputs.pop("changes")
    for change in changes:
        require(change["type"] in ACTS, f"a change of the kind {change['type']!r}")
    for row in rows:
        understood(row, {"n", *plans.ROW_VALUES, "interest_parts"}, "the column")
    terms, unit = plans.terms_of(vector, inputs)
    within = [change["on"] for change in changes if change["type"] != "pay"]
    _require_whole_months(terms, within)
    lent = sum(fen_of(change["amount"], unit) for change in changes if change["type"] == "disburse")
    whole = LoanTerms(**plans.parts_of(terms) | {"principal": from_fen(_fen(terms) + int(lent))})

    def compare():
        loan = granted(whole, disbursed=terms.principal)
        for number, change in enumerate(changes):
            amount = money_of(change["amount"], unit)
            loan = ACTS[change["type"]](loan, amount, date.fromisoformat(change["on"]), number)
        yield from plans.compare_rows(loan.schedule, rows, unit, whole=True)

    return compare


def _fen(terms):
    return int(terms.principal.amount * 100)


def _require_whole_months(terms, days):
    """Refuse days within a month of a plan that goes by months: each system cuts its own way."""
    on_due_dates = {str(line.due_on) for line in granted(terms).schedule}
    require(
        not terms.day_count.by_months or set(days) <= on_due_dates,
        "part of a month of 30 days, which the source counts by the calendar (its own convention)",
    )


ACTS = {
    "pay": lambda loan, amount, on, number: loan.repay(amount, on=on, ref=f"C{number}"),
    "partial_prepay": lambda loan, amount, on, number: loan.prepay(
        amount, on=on, ref=f"C{number}", then=Prepayment.LOWER
    ),
    "disburse": lambda loan, amount, on, number: disburse(loan, amount, on=on, ref=f"C{number}"),
}


def delinquency(vector):
    inputs, rows = vector.inputs, vector.content["expected"]
    understood(inputs, {"unpaid", "grace_days", "pauses", "ranges"}, "the input")
    columns = {"on", "classification", "past_due_days", "delinquent_days"}
    for row in rows:
        understood(row, {*columns, "delinquent_date", "amount"}, "the column")
    unpaid = [
        PrincipalPart(due_on=date.fromisoformat(part["due"]), principal=money_of(part["amount"]))
        for part in inputs["unpaid"]
    ]
    first, last = unpaid[0].due_on, unpaid[-1].due_on
    terms = LoanTerms(
        principal=from_fen(sum(_part_fen(part) for part in unpaid)),
        annual_rate=Decimal(0),
        disbursed_on=first - timedelta(days=1),
        months=(last - first).days // 28 + 1,
        amortization=Amortization.CUSTOM,
        day_count=DayCount.ACT_360,
        parts=tuple(unpaid),
        grace_days=inputs["grace_days"],
    )

    def compare():
        loan = granted(terms)
        for number, pause in enumerate(inputs["pauses"]):
            on, until = date.fromisoformat(pause["start"]), date.fromisoformat(pause["end"])
            loan = pause_delinquency(loan, on=on, until=until, ref=f"P{number}")
        for row in rows:
            standing = loan.position(as_of=date.fromisoformat(row["on"]))
            since = delinquent_since(standing.oldest_unpaid_on, grace_days=terms.grace_days)
            ours = {
                "on": row["on"],
                "classification": _range_of(standing.days_delinquent, inputs["ranges"]),
                "past_due_days": standing.days_past_due,
                "delinquent_days": standing.days_delinquent,
                "delinquent_date": since.isoformat(),
                "amount": Fraction(standing.arrears_fen, 100),
            }
            for name, published in row.items():
                held = Fraction(published) if name == "amount" else published
                yield f"{row['on']}, {name}", ours[name], held

    return compare


def _part_fen(part):
    return int(part.principal.amount * 100)


def _range_of(days, ranges):
    for one in ranges:
        if one["min"] <= days <= one["max"]:
            return one["name"]
    return NO_DELINQUENCY
