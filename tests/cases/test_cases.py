"""Golden cases a loan officer can read: what was agreed, and what must come out of it."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    LevelBy,
    Loan,
    LoanTerms,
    LowProfit,
    MonthEnd,
    PrincipalPart,
    Reference,
    Residue,
    Settlement,
    Stub,
    cny,
    percent,
    plan_subsidy,
    policy,
    split,
    total,
)

FILES = sorted(Path(__file__).parent.glob("*.toml"))
RULES = policy.load("cn", region="central")
CASE = {
    *("name", "source", "terms", "part", "category"),
    *("installments", "installment", "subsidy", "split"),
}
READERS = {
    "principal": cny,
    "annual_rate": percent,
    "reference_rate": percent,
    "amortization": Amortization,
    "day_count": DayCount,
    "residue": Residue,
    "first_period": Stub,
    "month_end": MonthEnd,
    "level_by": LevelBy,
    "due_dates": tuple,
    "kind": BorrowerKind,
    "low_profit": LowProfit,
    "reference": Reference,
    "groups": set,
}


def read(table):
    """Turn the words of a case into ours."""
    return {key: READERS.get(key, lambda value: value)(value) for key, value in table.items()}


def terms_of(case):
    """The terms of a case; its settlement day and first period become the settlement."""
    values = read(case["terms"])
    if "settlement_day" in values:
        first = values.pop("first_period", Stub.SHORT)
        values["settlement"] = Settlement(values.pop("settlement_day"), first=first)
    parts = tuple(PrincipalPart(**read(part)) for part in case.get("part", []))
    return LoanTerms(**values, parts=parts)


def loan_of(case):
    return Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=Category(**{"kind": BorrowerKind.INDIVIDUAL, **read(case.get("category", {}))}),
        terms=terms_of(case),
        guarantee=None,
    )


def shown(line, expected):
    """The fields of a line that a case states, as it states them."""
    values = {key: getattr(line, key) for key in expected}
    return {
        key: value if isinstance(value, int | date) else str(value.amount)
        for key, value in values.items()
    }


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def case(request):
    return tomllib.loads(request.param.read_text(encoding="utf-8"))


def test_a_case_comes_out_as_it_says(case):
    assert set(case) <= CASE
    assert case["name"]
    assert case["source"]
    compared = 0
    if "split" in case:
        amount, weights, parts = (case["split"][key] for key in ("amount", "weights", "parts"))
        assert split(cny(amount), weights) == tuple(map(cny, parts))
        assert total(map(cny, parts)) == cny(amount)
        compared += 1
    if "installments" in case:
        assert len(loan_of(case).schedule) == case["installments"]
    for expected in case.get("installment", []):
        line = loan_of(case).schedule[expected["number"] - 1]
        assert shown(line, expected) == expected
        compared += 1
    for expected in case.get("subsidy", []):
        line = plan_subsidy(loan_of(case), under=RULES)[expected["number"] - 1]
        assert shown(line, expected) == expected
        compared += 1
    assert compared


def test_there_are_cases():
    assert len(FILES) >= 20
