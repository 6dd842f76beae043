"""Published schedules and totals as terms of ours, or the reason why they are not."""

from calendar import isleap
from datetime import date
from decimal import Decimal
from fractions import Fraction

import oracles
from conformance.reading import (
    DAY_COUNTS,
    check_month_ends,
    fen_of,
    months_of_a_period,
    require,
    understood,
)
from microloan import (
    Amortization,
    DayCount,
    LoanTerms,
    Residue,
    amortize,
    cny,
    fen,
    total,
)

METHODS = {
    "equal_installment": Amortization.EQUAL_INSTALLMENTS,
    "equal_principal": Amortization.EQUAL_PRINCIPAL,
    "interest_only_bullet": Amortization.INTEREST_ONLY,
    "bullet_at_maturity": Amortization.BULLET,
}
CUT_ON_31_DECEMBER = "ACT/ACT-DEC31"
RESIDUES = {
    "last_installment": Residue.LAST_INSTALLMENT,
    "last_interest": Residue.LAST_INTEREST,
}
HALF = {"HALF_UP", "HALF_EVEN"}

ROW_VALUES = {
    "due": lambda line: line.due_on.isoformat(),
    "principal": lambda line: line.principal_fen,
    "interest": lambda line: line.interest_fen,
    "payment": lambda line: line.total_fen,
    "balance": lambda line: line.outstanding_fen,
}
TOTALS = {
    "principal": lambda plan: fen(total(line.principal for line in plan)),
    "interest": lambda plan: fen(total(line.interest for line in plan)),
    "payment": lambda plan: fen(total(line.total for line in plan)),
}


def rows(vector):
    terms = _terms(vector)
    expected = [
        {name: value for name, value in row.items() if not name.endswith("_exact")}
        for row in vector.content["expected"]
    ]
    for row in expected:
        understood(row, {"n", *ROW_VALUES}, "the column")
    sums = vector.content.get("totals", {})
    understood(sums, TOTALS, "the total")

    def compare():
        plan = amortize(terms)
        if vector.kind == "schedule":
            yield "rows", len(plan), len(expected)
        for row in expected:
            yield f"row {row['n']}", 0 < row["n"] <= len(plan), True
            for name, ours in ROW_VALUES.items():
                if name in row:
                    published = row[name] if name == "due" else fen_of(row[name])
                    yield f"row {row['n']}, {name}", ours(plan[row["n"] - 1]), published
        yield from _compare_totals(plan, sums)

    return compare


def totals(vector):
    terms = _terms(vector)
    stated = vector.content["expected"] | vector.content.get("totals", {})
    sums = {name.removeprefix("total_"): value for name, value in stated.items()}
    understood(sums, TOTALS, "the total")
    return lambda: _compare_totals(amortize(terms), sums)


def _compare_totals(plan, sums):
    for name, published in sums.items():
        yield f"total {name}", TOTALS[name](plan), fen_of(published)


def _terms(vector):
    inputs = dict(vector.inputs)
    rounding = inputs["rounding"]
    require("business_day" not in inputs, "due dates move over weekends; ours never move")
    require("due_dates" not in inputs, "irregular due dates that no interval makes")
    understood(inputs, SCHEDULE_INPUTS, "the input")
    check_month_ends(inputs)
    require(
        inputs["method"] in METHODS, f"the method {inputs['method']!r} is none of the four of ours"
    )
    method, every = METHODS[inputs["method"]], months_of_a_period(inputs)
    _check_rounding(rounding)
    if "rate_per_period" in inputs:
        per_period = Fraction(inputs["annual_rate"]) * every / 12
        require(
            Fraction(inputs["rate_per_period"]) == per_period,
            "a rate for each period that is not the annual rate's part",
        )
    bullet = method is Amortization.BULLET
    require(not bullet or inputs["periods"] == 1, "all at maturity over more than one period")
    terms = LoanTerms(
        principal=cny(inputs["principal"]),
        annual_rate=Decimal(inputs["annual_rate"]),
        disbursed_on=date.fromisoformat(inputs["start_date"]),
        months=inputs["periods"] * every,
        amortization=method,
        day_count=_day_count(inputs, inputs["periods"] * every),
        interval_months=1 if bullet else every,
        grace_months=inputs.get("grace_principal_periods", 0) * every,
        residue=RESIDUES[rounding.get("residual", "last_installment")],
    )
    if method is Amortization.EQUAL_INSTALLMENTS:
        _check_level_payment(vector, terms)
    _check_half_even(vector, terms)
    return terms


SCHEDULE_INPUTS = {
    "currency",
    "principal",
    "annual_rate",
    "rate_per_period",
    "method",
    "day_count",
    "start_date",
    "periods",
    "frequency",
    "grace_principal_periods",
    "rounding",
    "month_end",
}
ROUNDING_INPUTS = {
    "scale",
    "interest",
    "installment",
    "installment_multiple",
    "emi_basis",
    "residual",
    "emi_adjust",
}


def _day_count(inputs, months):
    """Return our day count of that name, or the one that is the same on the days of the loan."""
    name = inputs["day_count"]
    if name == CUT_ON_31_DECEMBER:
        start = date.fromisoformat(inputs["start_date"])
        years = range(start.year, oracles.month_later(start, months).year + 1)
        lengths = {isleap(year) for year in years}
        require(
            len(lengths) == 1,
            "the day count cuts a leap year on 31 December and ours on 1 January",
        )
        return DayCount.ACT_ACT_ISDA
    require(name in DAY_COUNTS, f"the day count {name!r} is none of ours")
    return DAY_COUNTS[name]


def _check_rounding(rounding):
    require(
        rounding.get("multiple_of") is None,
        f"every amount is a multiple of {rounding.get('multiple_of')}; ours are whole fen",
    )
    require(
        "carry" not in rounding and "split" not in rounding,
        "principal and interest of a row are rounded apart and odd cents carried to later rows",
    )
    require(rounding.get("scale") == 2, f"rounded to {rounding.get('scale')} decimals; ours to 2")
    understood(rounding, ROUNDING_INPUTS, "the rounding")
    for what in ("interest", "installment"):
        mode = rounding.get(what, "HALF_UP")
        require(mode in HALF, f"{what} is rounded {mode}; ours half up")
    require(
        rounding.get("residual", "last_installment") in RESIDUES,
        f"the residue goes to {rounding.get('residual')!r}",
    )


def _check_level_payment(vector, terms):
    """Refuse a vector whose level payment is found by another rule and is another amount."""
    rounding = vector.inputs["rounding"]
    multiple, adjust = rounding.get("installment_multiple"), rounding.get("emi_adjust")
    basis = rounding.get("emi_basis", "nominal")
    require(
        multiple in {None, "0.01"}, f"the level payment is a multiple of {multiple}; ours of 0.01"
    )
    require(basis in {"nominal", "exact_factors"}, f"the level payment follows {basis!r}")
    if basis == "exact_factors":
        nominal, exact = oracles.level(terms), oracles.level_by_factors(terms)
        require(
            oracles.half_up(nominal) == oracles.half_up(exact),
            "the level payment follows the exact factor of each period and is another amount",
        )
    require(adjust in {None, "one_step"}, f"the level payment is tried again by {adjust!r}")
    if adjust == "one_step":
        # Tried again where the last payment is off by more than half a cent for each payment.
        *_, before, last = [0, *(row.principal + row.interest for row in oracles.plan(terms))]
        paying = sum(row.principal > 0 for row in oracles.plan(terms))
        require(
            paying < 2 or abs(last - before) <= paying // 2,
            "the level payment is tried again, by a cent, to shrink the gap of the last one",
        )


def _check_half_even(vector, terms):
    """Refuse a vector that would be another plan under its own rounding, half to even."""
    reproduced = vector.content.get("reference", {}).get("reproduced_with", ["HALF_UP"])
    require("HALF_UP" in reproduced, f"it was reproduced with {reproduced} only; ours is half up")
    rounding = vector.inputs["rounding"]
    if "HALF_EVEN" in {rounding.get("interest"), rounding.get("installment")}:
        same = oracles.plan(terms) == oracles.plan(terms, rounding=oracles.half_even)
        require(same, "half-even rounding, which makes another plan here than half up")
