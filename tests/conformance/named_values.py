"""Published dates, spot values and subsidies, or the reason why they are none of ours."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from conformance.reading import check_month_ends, fen_of, months_of_a_period, require, understood
from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Loan,
    LoanTerms,
    add_months,
    amortize,
    cny,
    fen,
    plan_subsidy,
    policy,
)
from microloan.subsidy import treasury_share


def dates(vector):
    inputs, rows = vector.inputs, vector.content["expected"]
    understood(inputs, {"start_date", "frequency", "periods", "month_end"}, "the input")
    check_month_ends(inputs)
    start, every = date.fromisoformat(inputs["start_date"]), months_of_a_period(inputs)
    for row in rows:
        understood(row, {"n", "due"}, "the column")

    def compare():
        yield "rows", len(rows), inputs["periods"]
        for row in rows:
            yield f"row {row['n']}", add_months(start, row["n"] * every).isoformat(), row["due"]

    return compare


def spot(vector):
    inputs, expected = vector.inputs, vector.content["expected"]
    function = inputs["function"]
    require(
        function == "PMT_ROUNDED",
        f"{function} is an unrounded sum; ours are of rounded installments",
    )
    understood(inputs, {"function", "rate", "nper", "pv", "scale"}, "the input")
    understood(expected, {"value"}, "the value")
    require(inputs["scale"] == 2, f"rounded to {inputs['scale']} decimals; ours to 2")
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

    def compare():
        yield "the level payment", amortize(terms)[0].total_fen, fen_of(expected["value"])

    return compare


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
