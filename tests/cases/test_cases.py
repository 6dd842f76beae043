"""Golden cases a loan officer can read: what was agreed, and what must come out of it."""

import tomllib
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Guarantee,
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
    fen,
    from_fen,
    percent,
    plan_subsidy,
    policy,
    split,
    total,
)
from microloan.leverage import Leverage
from microloan.policy import Provision
from microloan.quotient import Quotient
from microloan.risk import fund_multiple

NOT_COMPUTABLE = "not-computable.toml"
FOLDER = Path(__file__).parent
FILES = sorted(file for file in FOLDER.glob("*.toml") if file.name != NOT_COMPUTABLE)
PLACE = {"region", "seven_eastern", "poor_area", "overlay"}
CASE = {
    *("name", "source", "vector", *PLACE, "terms", "part", "category"),
    *("installments", "installment", "subsidy", "split"),
    *("reference", "headcount", "ceiling", "fund_limit"),
    *("quotient", "leverage", "sum", "each"),
}
PUBLISHED = {f"T{number}" for number in (1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 14, 18)}
DERIVED = {f"D{number}" for number in range(1, 10)}
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
PERSON = Category(kind=BorrowerKind.INDIVIDUAL)
A_YEAR = LoanTerms(
    principal=cny(100_000),
    annual_rate=percent("4"),
    disbursed_on=date(2020, 4, 1),
    months=12,
    amortization=Amortization.BULLET,
    day_count=DayCount.BY_PERIOD,
)


def read(table):
    """Turn the words of a case into ours."""
    return {key: READERS.get(key, lambda value: value)(value) for key, value in table.items()}


@cache
def _load(place):
    return policy.load("cn", **{"region": "central"} | dict(place))


def rules_of(case):
    """The rules of the place of a case; the center where it names none."""
    return _load(frozenset((key, case[key]) for key in PLACE & set(case)))


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
    compared = sum(check(case) for check in CHECKS)
    assert compared


def the_split(case):
    if "split" not in case:
        return 0
    amount, weights, parts = (case["split"][key] for key in ("amount", "weights", "parts"))
    assert split(cny(amount), weights) == tuple(map(cny, parts))
    assert total(map(cny, parts)) == cny(amount)
    return 1


def the_plan(case):
    if "installments" in case:
        assert len(loan_of(case).schedule) == case["installments"]
    for expected in case.get("installment", []):
        line = loan_of(case).schedule[expected["number"] - 1]
        assert shown(line, expected) == expected
    return len(case.get("installment", []))


def the_subsidy(case):
    for expected in case.get("subsidy", []):
        line = plan_subsidy(loan_of(case), under=rules_of(case))[expected["number"] - 1]
        assert shown(line, expected) == expected
    return len(case.get("subsidy", []))


def the_reference(case):
    for expected in case.get("reference", []):
        terms = replace(A_YEAR, disbursed_on=expected["on"], signed_on=expected["on"])
        terms = replace(terms, months=expected["months"])
        rate = rules_of(case).reference_rate(terms, PERSON)
        assert rate == percent(expected["rate"])
        assert rate + percent(expected["over"]) == percent(expected["comes_to"])
    return len(case.get("reference", []))


def the_headcount(case):
    for expected in case.get("headcount", []):
        ratio = rules_of(case).hired_ratio.at(expected["on"]).value
        assert ratio.required(expected["staff"]) == expected["hires"]
    return len(case.get("headcount", []))


def the_ceiling(case):
    for expected in case.get("ceiling", []):
        who = Category(kind=BorrowerKind(expected["kind"]), heads=expected["heads"])
        ceiling = rules_of(case).ceiling_of(who, on=expected["on"]).value
        assert from_fen(ceiling) == cny(expected["comes_to"])
    return len(case.get("ceiling", []))


def the_fund_limit(case):
    for expected in case.get("fund_limit", []):
        rules, on = rules_of(case), expected["on"]
        multiple = rules.leverage_cap.at(on).value
        raised = rules.raised_leverage_cap.known(on)
        if isinstance(raised, Provision) and "repayment_rate" in expected:
            reached = percent(expected["repayment_rate"]) >= raised.value.repayment_rate
            multiple = raised.value.at_most if reached else multiple
        assert cny(expected["balance"]) * multiple == cny(expected["limit"])
    return len(case.get("fund_limit", []))


def the_quotient(case):
    """Amounts stand in quotes, counts do not."""
    for expected in case.get("quotient", []):
        part, whole = expected["part"], expected["whole"]
        if isinstance(part, str):
            part, whole = fen(cny(part)), fen(cny(whole))
        quotient = Quotient(name=expected["of"], part=part, whole=whole)
        places = len(expected["comes_to"].partition(".")[2])
        assert str(quotient.to_places(places)) == expected["comes_to"]
        if "percent" in expected:
            assert str(quotient) == f"{expected['of']}: {expected['percent']}%"
    return len(case.get("quotient", []))


def the_leverage(case):
    for expected in case.get("leverage", []):
        rules, on, exposure = rules_of(case), expected["on"], fen(cny(expected["exposure"]))
        coverage = percent(expected.get("coverage", "100"))
        promise = Guarantee(fund_id="F-1", coverage=coverage, claimable_after_days=90)
        leverage = Leverage(
            fund_id="F-1",
            as_of=on,
            exposure_fen=exposure,
            covered_fen=promise.covered_fen(exposure),
            balance_fen=fen(cny(expected["balance"])),
            cap=rules.leverage_cap.at(on),
            basis=rules.exposure_basis.at(on).value,
        )
        amounts = expected.keys() & {"limit", "headroom", "covered_exposure", "top_up"}
        for name in amounts:
            assert getattr(leverage, name) == cny(expected[name]), name
        assert str(leverage.multiple) == expected["multiple"]
        assert fund_multiple(cny(expected["exposure"]), leverage.balance).value == leverage.multiple
        assert leverage.within_cap is expected["within_cap"]
    return len(case.get("leverage", []))


def the_sum(case):
    for expected in case.get("sum", []):
        parts = expected["parts"]
        if isinstance(parts[0], str):
            assert total(map(cny, parts)) == cny(expected["comes_to"])
        else:
            assert sum(parts) == expected["comes_to"]
    return len(case.get("sum", []))


def the_amount_of_each(case):
    for expected in case.get("each", []):
        assert cny(expected["comes_to"]) * expected["people"] == cny(expected["amount"])
    return len(case.get("each", []))


CHECKS = (
    *(the_split, the_plan, the_subsidy),
    *(the_reference, the_headcount, the_ceiling, the_fund_limit),
    *(the_quotient, the_leverage, the_sum, the_amount_of_each),
)


def test_there_are_cases():
    assert len(FILES) >= 20


def test_every_published_and_every_derived_figure_has_a_case():
    cases = [tomllib.loads(file.read_text(encoding="utf-8")) for file in FILES]

    assert {case["vector"] for case in cases if "vector" in case} == PUBLISHED | DERIVED
