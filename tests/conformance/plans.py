"""Published schedules and totals as terms of ours, or the reason why they are not."""

from calendar import isleap
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from unittest import mock

import oracle_contract
import oracles
from conformance.reading import (
    DAY_COUNTS,
    fen_of,
    money_of,
    month_end,
    months_of_a_period,
    require,
    understood,
)
from microloan import (
    Amortization,
    DayCount,
    LevelBy,
    LoanTerms,
    Residue,
    Workday,
    amortize,
    exact_plan,
    fen,
    total,
    with_interest_to_workdays,
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
    inputs = dict(vector.inputs)
    workday = _workday(inputs.pop("business_day", None))
    terms, unit = terms_of(vector, inputs)
    expected = [
        {name: value for name, value in row.items() if not name.endswith("_exact")}
        for row in vector.content["expected"]
    ]
    for row in expected:
        understood(row, {"n", *ROW_VALUES}, "the column")
    sums = vector.content.get("totals", {})
    understood(sums, TOTALS, "the total")

    def compare():
        plan = amortize(workday.of(terms) if workday else terms)
        whole = vector.kind == "schedule"
        yield from compare_rows(plan, expected, unit, whole=whole, workday=workday)
        yield from _compare_totals(plan, sums, unit)

    return compare


def compare_rows(plan, expected, unit, *, whole, workday=None):
    """Our lines beside the published rows; ``whole`` if no line may be missing."""
    if whole:
        yield "rows", len(plan), len(expected)
    for row in expected:
        yield f"row {row['n']}", 0 < row["n"] <= len(plan), True
        line = plan[row["n"] - 1]
        for name, ours in ROW_VALUES.items():
            if name in row and name != "due":
                yield f"row {row['n']}, {name}", ours(line), fen_of(row[name], unit)
        if "due" in row:
            due = line.moved(workday.is_workday, workday.to) if workday else line.due_on
            yield f"row {row['n']}, due", due.isoformat(), row["due"]


def totals(vector):
    terms, unit = terms_of(vector, dict(vector.inputs))
    stated = vector.content["expected"] | vector.content.get("totals", {})
    sums = {name.removeprefix("total_"): value for name, value in stated.items()}
    understood(sums, TOTALS, "the total")
    return lambda: _compare_totals(amortize(terms), sums, unit)


def _compare_totals(plan, sums, unit):
    for name, published in sums.items():
        yield f"total {name}", TOTALS[name](plan), fen_of(published, unit)


def exact(vector):
    """Unrounded figures, which ours are too before they become payable."""
    inputs, rounding = dict(vector.inputs), dict(vector.inputs["rounding"])
    for what, none in (("scale", None), ("interest", "NONE"), ("installment", "NONE")):
        require(rounding.get(what) == none, f"unrounded, but {what} is {rounding.get(what)}")
    inputs["rounding"] = {"scale": 2}
    terms, _ = terms_of(vector, inputs)
    for row in vector.content["expected"]:
        understood(row, {"n", *ROW_VALUES, *EXACT_VALUES}, "the column")

    def compare():
        plan, owed = amortize(terms), fen(terms.principal)
        for line, row, (principal, interest) in zip(
            plan, vector.content["expected"], exact_plan(terms), strict=True
        ):
            owed -= principal
            ours = {"principal": principal, "interest": interest, "balance": owed}
            ours["payment"] = principal + interest
            yield f"row {row['n']}, due", line.due_on.isoformat(), row["due"]
            for name, published in row.items():
                plain = name.removesuffix("_exact")
                if plain in ours:
                    value, held = ours[plain] / 100, Fraction(published)
                    places = 6 if name.endswith("_exact") else 2
                    off = abs(value - held) <= Fraction(1, 2 * 10**places)
                    yield f"row {row['n']}, {name} within {places} decimals", off, True

    return compare


EXACT_VALUES = {"principal_exact", "interest_exact", "balance_exact", "payment_exact"}
CONVENTIONS = {
    "FOLLOWING": Workday.FOLLOWING,
    "PRECEDING": Workday.PRECEDING,
    "MODIFIED_FOLLOWING": Workday.FOLLOWING_IN_MONTH,
}
WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True)
class Moving:
    """How the due dates of a vector move, and whether interest moves with them."""

    off: frozenset
    holidays: frozenset
    to: Workday
    with_interest: bool

    def is_workday(self, day):
        return day.weekday() not in self.off and day not in self.holidays

    def of(self, terms):
        if not self.with_interest:
            return terms
        return with_interest_to_workdays(terms, self.is_workday, self.to)


def _workday(rule):
    if rule is None:
        return None
    understood(rule, {"weekend", "holidays", "convention", "adjust_interest"}, "the working day")
    require(rule["convention"] in CONVENTIONS, f"due dates move by {rule['convention']!r}")
    return Moving(
        off=frozenset(map(WEEK.index, rule.get("weekend", ()))),
        holidays=frozenset(map(date.fromisoformat, rule.get("holidays", ()))),
        to=CONVENTIONS[rule["convention"]],
        with_interest=rule.get("adjust_interest", False),
    )


def parts_of(terms):
    """The fields of terms by name."""
    return {field.name: getattr(terms, field.name) for field in fields(terms)}


def terms_of(vector, inputs, **options):
    """The terms of a vector, and how many fen its unit of money is taken for."""
    rounding = inputs["rounding"]
    understood(inputs, SCHEDULE_INPUTS, "the input")
    require(
        inputs["method"] in METHODS, f"the method {inputs['method']!r} is none of the four of ours"
    )
    method, every = METHODS[inputs["method"]], months_of_a_period(inputs)
    unit = _unit(rounding)
    if "rate_per_period" in inputs:
        per_period = Fraction(inputs["annual_rate"]) * every / 12
        require(
            Fraction(inputs["rate_per_period"]) == per_period,
            "a rate for each period that is not the annual rate's part",
        )
    bullet, listed = method is Amortization.BULLET, tuple(inputs.get("due_dates", ()))
    require(not bullet or inputs["periods"] == 1, "all at maturity over more than one period")
    terms = LoanTerms(
        principal=money_of(inputs["principal"], unit),
        annual_rate=Decimal(inputs["annual_rate"]),
        disbursed_on=date.fromisoformat(inputs["start_date"]),
        months=inputs["periods"] * every,
        amortization=method,
        day_count=_day_count(inputs, inputs["periods"] * every),
        interval_months=1 if bullet else every,
        grace_months=inputs.get("grace_principal_periods", 0) * every,
        month_end=month_end(inputs),
        due_dates=tuple(map(date.fromisoformat, listed)),
        residue=RESIDUES[rounding.get("residual", "last_installment")],
        level_by=LEVELS.get(rounding.get("emi_basis", "nominal"), LevelBy.NOMINAL_RATE),
        **options,
    )
    if method is Amortization.EQUAL_INSTALLMENTS:
        _check_level_payment(vector, terms)
    _check_half_even(vector, terms)
    return terms, unit


LEVELS = {"nominal": LevelBy.NOMINAL_RATE, "exact_factors": LevelBy.EXACT_FACTORS}
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
    "due_dates",
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


def _unit(rounding):
    """The smallest amounts of a vector's unit of money: with no decimals, its unit is our fen."""
    require(
        rounding.get("multiple_of") is None,
        f"every amount is a multiple of {rounding.get('multiple_of')}; ours are whole fen",
    )
    require(
        "carry" not in rounding and "split" not in rounding,
        "principal and interest of a row are rounded apart and odd cents carried to later rows",
    )
    scale = rounding.get("scale")
    require(
        type(scale) is int and 0 <= scale <= 2,
        f"rounded to {scale} decimals; ours to the fen",
    )
    understood(rounding, ROUNDING_INPUTS, "the rounding")
    for what in ("interest", "installment"):
        mode = rounding.get(what, "HALF_UP")
        require(mode in HALF, f"{what} is rounded {mode}; ours half up")
    require(
        rounding.get("residual", "last_installment") in RESIDUES,
        f"the residue goes to {rounding.get('residual')!r}",
    )
    return 10**scale


def _check_level_payment(vector, terms):
    """Refuse a vector whose level payment is found by another rule and is another amount."""
    rounding = vector.inputs["rounding"]
    multiple, adjust = rounding.get("installment_multiple"), rounding.get("emi_adjust")
    basis = rounding.get("emi_basis", "nominal")
    require(
        multiple is None or Fraction(multiple) * 10 ** rounding["scale"] == 1,
        f"the level payment is a multiple of {multiple}; ours of a fen",
    )
    require(basis in LEVELS, f"the level payment follows {basis!r}")
    require(adjust in {None, "one_step"}, f"the level payment is tried again by {adjust!r}")
    if adjust == "one_step":
        # Tried again where the last payment is off by more than half a cent for each payment.
        plan = oracle_contract.plan(terms)
        *_, before, last = [0, *(row.principal + row.interest for row in plan)]
        paying = sum(row.principal > 0 for row in plan)
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
        with mock.patch.object(oracle_contract, "half_up", oracles.half_even):
            half_even = oracle_contract.plan(terms)
        same = oracle_contract.plan(terms) == half_even
        require(same, "half-even rounding, which makes another plan here than half up")
