"""Published dates, spot values and subsidies, or the reason why they are none of ours."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from conformance.reading import fen_of, month_end, months_of_a_period, require, understood
from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Loan,
    LoanTerms,
    amortize,
    cny,
    exact_plan,
    fen,
    plan_subsidy,
    policy,
)
from microloan.money import rounded
from microloan.months import months_later
from microloan.subsidy import treasury_share


def dates(vector):
    inputs, rows = vector.inputs, vector.content["expected"]
    understood(inputs, {"start_date", "frequency", "periods", "month_end"}, "the input")
    rule = month_end(inputs)
    start, every = date.fromisoformat(inputs["start_date"]), months_of_a_period(inputs)
    for row in rows:
        understood(row, {"n", "due"}, "the column")

    def compare():
        yield "rows", len(rows), inputs["periods"]
        for row in rows:
            ours = months_later(start, row["n"] * every, rule)
            yield f"row {row['n']}", ours.isoformat(), row["due"]

    return compare


SPOTS = {"PMT_ROUNDED", "CUMIPMT", "CUMPRINC"}


def spot(vector):
    inputs, expected = vector.inputs, vector.content["expected"]
    function = inputs["function"]
    require(function in SPOTS, f"the function {function} is none of ours")
    understood(inputs, {"function", "rate", "nper", "pv", "scale", "start", "end"}, "the input")
    understood(expected, {"value"}, "the value")
    require(inputs.get("scale", 2) == 2, f"rounded to {inputs.get('scale')} decimals; ours to 2")
    annual, _, parts = inputs["rate"].partition("/")
    require(parts in {"1", "2", "4", "6", "12"}, f"the rate {inputs['rate']} is no part of a year")
    every = 12 // int(parts)
    terms = LoanTerms(
        principal=cny(inputs["pv"]),
        annual_rate=Decimal(annual),
        disbursed_on=date(2024, 1, 1),  # no day changes a level payment
        months=inputs["nper"] * every,
        amortization=Amortization.EQUAL_INSTALLMENTS,
        day_count=DayCount.THIRTY_360,
        interval_months=every,
    )
    if function == "PMT_ROUNDED":
        return lambda: [
            ("the level payment", amortize(terms)[0].total_fen, fen_of(expected["value"]))
        ]
    return lambda: [(function, *_sum_of_lines(terms, inputs, Decimal(expected["value"])))]


def _sum_of_lines(terms, inputs, published):
    """Our unrounded sum over some lines, to the decimals that were published, and what was."""
    lines = exact_plan(terms)[inputs["start"] - 1 : inputs["end"]]
    which = 1 if inputs["function"] == "CUMIPMT" else 0
    places = -published.as_tuple().exponent
    return rounded(-sum(line[which] for line in lines) / 100, places), published


SIGNED_ON = date(2023, 1, 10)  # the borrower bears LPR − 1.50 points for loans of 2021 to 2023-09
SUBSIDY_INPUTS = {
    "currency",
    "principal",
    "term_years",
    "lpr",
    "rate_spread_bp",
    "borrower_floor_spread_bp",
    "interest",
}
SUBSIDY_VALUES = {
    "rate": lambda line: line.annual_rate,
    "borrower_rate": lambda line: Fraction(line.annual_rate) * (1 - treasury_share(line.segments)),
    "subsidy_rate": lambda line: Fraction(line.annual_rate) * treasury_share(line.segments),
    "interest": lambda line: Fraction(line.interest_fen, 100),
    "borrower_interest": lambda line: Fraction(line.borrower_fen, 100),
    "subsidy": lambda line: Fraction(line.treasury_fen, 100),
}


def subsidy(vector):
    inputs, expected = vector.inputs, vector.content["expected"]
    understood(inputs, SUBSIDY_INPUTS, "the input")
    understood(expected, SUBSIDY_VALUES, "the value")
    floor = inputs["borrower_floor_spread_bp"]
    require(floor == -150, f"the borrower bears LPR {floor:+} bp; the rule we ship says -150")
    require(inputs["interest"] == "yearly_nominal", f"interest by {inputs['interest']!r}")
    require(inputs["term_years"] == "1", f"a term of {inputs['term_years']} years")
    prime = Decimal(inputs["lpr"])
    rules = policy.load("cn", region="central")
    category = Category(kind=BorrowerKind.INDIVIDUAL, reference_rate=prime)
    principal = cny(inputs["principal"])
    require(
        fen(principal) <= rules.ceiling_of(category, on=SIGNED_ON).value,
        "a principal above the ceiling of that rule, which the vector does not state",
    )
    loan = Loan.grant(
        vector.id,
        borrower="B",
        lender="L",
        category=category,
        terms=LoanTerms(
            principal=principal,
            annual_rate=prime + Decimal(inputs["rate_spread_bp"]) / 10_000,
            disbursed_on=SIGNED_ON,
            months=12,
            amortization=Amortization.BULLET,
            day_count=DayCount.BY_PERIOD,
        ),
        guarantee=None,
    )

    def compare():
        (line,) = plan_subsidy(loan, under=rules)
        for name, published in expected.items():
            yield name, Fraction(SUBSIDY_VALUES[name](line)), Fraction(published)

    return compare
