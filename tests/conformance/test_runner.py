"""The runner itself: what it is held to when there are no published vectors at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance import runner
from conformance.runner import ROOT, Vector, check, collect, reason_against, summary

# 3,000.00 at 1 % a month for three months, worked out by hand in the tests of the schedule.
INPUTS = {
    "currency": "CNY",
    "principal": "3000.00",
    "annual_rate": "0.12",
    "method": "equal_installment",
    "day_count": "30/360",
    "start_date": "2024-03-15",
    "periods": 3,
    "frequency": {"unit": "month", "every": 1},
    "grace_principal_periods": 0,
}
ROUNDING = {
    "scale": 2,
    "interest": "HALF_UP",
    "installment": "HALF_UP",
    "installment_multiple": None,
    "emi_basis": "nominal",
    "residual": "last_installment",
}
ROWS = [
    {"n": 1, "due": "2024-04-15", "principal": "990.07", "interest": "30.00", "payment": "1020.07"},
    {"n": 2, "due": "2024-05-15", "principal": "999.97", "interest": "20.10", "payment": "1020.07"},
    {"n": 3, "due": "2024-06-15", "principal": "1009.96", "interest": "10.10", "balance": "0.00"},
]


def vector(kind="schedule", expected=None, rounding=(), name="by-hand", **inputs):
    return {
        "id": name,
        "kind": kind,
        "inputs": {**INPUTS, "rounding": {**ROUNDING, **dict(rounding)}, **inputs},
        "expected": ROWS if expected is None else expected,
    }


def read(content):
    return Vector(content["id"], content)


def with_row(number, **values):
    return [row | values if row["n"] == number else row for row in ROWS]


def test_a_vector_that_agrees_passes():
    assert reason_against(read(vector())) == ""
    assert check(read(vector())) is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (vector(expected=with_row(2, interest="20.09")), "row 2, interest: 2010 here, 2009"),
        (vector(expected=with_row(3, balance="0.01")), "row 3, balance: 0 here, 1"),
        (vector(expected=with_row(1, payment="1020.06")), "row 1, payment"),
        (vector(expected=with_row(1, due="2024-04-16")), "row 1, due: 2024-04-15 here"),
        (vector(expected=ROWS[:2]), "rows: 3 here, 2 published"),
        (vector(expected=[*ROWS, {"n": 4}], kind="schedule_partial"), "row 4"),
        (vector() | {"totals": {"interest": "60.21"}}, "total interest: 6020 here, 6021"),
        (
            vector(kind="schedule_totals", expected={"total_payment": "3060.21"}),
            "total payment: 306020 here",
        ),
        (
            vector(rounding={"residual": "last_interest"}),
            "row 3, interest: 1011 here, 1010 published",
        ),
    ],
)
def test_a_vector_that_differs_by_a_fen_or_a_day_fails(content, says):
    assert reason_against(read(content)) == ""
    with pytest.raises(AssertionError, match=f"by-hand: {says}"):
        check(read(content))


def test_of_a_partial_schedule_only_the_given_rows_and_columns_are_held_against_us():
    some = vector(kind="schedule_partial", expected=[{"n": 3, "principal": "1009.96"}])

    assert reason_against(read(some)) == ""
    assert check(read(some)) is None


def change(kind, on="2024-04-15", amount="1000.00", rows=(), **column):
    """The same loan, of which something is changed."""
    changes = [{"type": kind, "on": on, "amount": amount}]
    expected = list(rows) or [{"n": 1, **column}]
    return vector(kind="schedule_change", expected=expected, changes=changes)


def payoff(expected, on="2024-04-20", rule="interest_to_next_due_date", **inputs):
    """The same loan, its first installment paid, repaid whole in April."""
    paid = [{"on": "2024-04-15", "amount": "1020.07"}]
    asked = {"on": on, "rule": rule}
    return vector(kind="payoff", expected=expected, paid=paid, payoff=asked, **inputs)


def late(row, on="2024-02-10"):
    """100.00 due on the 1st and 50.00 on the 6th of February, three days of grace, a pause."""
    return {
        "id": "late",
        "kind": "delinquency",
        "inputs": {
            "unpaid": [
                {"due": "2024-02-01", "amount": "100.00"},
                {"due": "2024-02-06", "amount": "50.00"},
            ],
            "grace_days": 3,
            "pauses": [{"start": "2024-02-05", "end": "2024-02-08"}],
            "ranges": [
                {"name": "FIRST", "min": 1, "max": 2},
                {"name": "LATER", "min": 3, "max": 9},
            ],
        },
        "expected": [{"on": on, **row}],
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (vector(holidays=["2024-05-15"]), "the input 'holidays' is not understood"),
        (vector(business_day={"convention": "NEAREST"}), "due dates move by 'NEAREST'"),
        (vector(business_day={"convention": "FOLLOWING", "eve": 1}), "the working day 'eve' is"),
        (vector(due_dates=["2024-04-01"]), "the due dates must be strictly increasing"),
        (vector(method="flat"), "the method 'flat' is none of the four of ours"),
        (vector(day_count="ACT/364"), "the day count 'ACT/364' is none of ours"),
        (vector(day_count="ACT/ACT-DEC31", start_date="2023-11-15"), "cuts a leap year on 31 De"),
        (vector(frequency={"unit": "week", "every": 2}), "periods of 2 weeks"),
        (vector(frequency={"unit": "month", "every": 4}), "the payment interval must be"),
        (vector(rate_per_period="0.02"), "a rate for each period that is not"),
        (vector(month_end="roll", start_date="2024-01-31"), "month ends by 'roll'"),
        (vector(periods=0), "months must be 1-600, got 0"),
        (vector(principal="3000.001"), "is not a whole number of the smallest unit"),
        (vector(start_date="today"), "it cannot be read as terms of ours"),
        (vector(method="bullet_at_maturity"), "all at maturity over more than one period"),
        (vector(rounding={"scale": 3}), "rounded to 3 decimals"),
        (vector(rounding={"scale": None}), "rounded to None decimals"),
        (vector(rounding={"interest": "CEILING"}), "interest is rounded CEILING"),
        (vector(rounding={"installment": "NONE"}), "installment is rounded NONE"),
        (vector(rounding={"installment_multiple": "1"}), "a multiple of 1"),
        (vector(rounding={"multiple_of": "100"}), "every amount is a multiple of 100"),
        (vector(rounding={"carry": "cents"}), "odd cents carried to later rows"),
        (vector(rounding={"residual": "first"}), "the residue goes to 'first'"),
        (vector(rounding={"emi_basis": "flat"}), "the level payment follows 'flat'"),
        (vector(rounding={"emi_adjust": "often"}), "the level payment is tried again by 'often'"),
        (vector(rounding={"floor": 1}), "the rounding 'floor' is not understood"),
        (vector(expected=[{"n": 1, "fee": "1.00"}]), "the column 'fee' is not understood"),
        (vector() | {"totals": {"fees": "1.00"}}, "the total 'fees' is not understood"),
        (
            vector() | {"reference": {"reproduced_with": ["HALF_EVEN"]}},
            "it was reproduced with ['HALF_EVEN'] only",
        ),
        (
            # 1.00 at 6 % a year for a month is exactly half a fen.
            vector(
                principal="1.00",
                annual_rate="0.06",
                periods=1,
                rounding={"interest": "HALF_EVEN"},
            ),
            "half-even rounding, which makes another plan here",
        ),
        (vector(kind="schedule_exact"), "unrounded, but scale is 2"),
        (change("shift_due_dates"), "a change of the kind 'shift_due_dates'"),
        (change("pay", fee="1.00"), "the column 'fee' is not understood"),
        (change("disburse", on="2024-03-20"), "part of a month of 30 days"),
        (payoff({}, rule="for_nothing"), "a payoff by the rule 'for_nothing'"),
        (payoff({"fee": "1.00"}), "the value 'fee' is not understood"),
        (payoff({}, rule="interest_to_date"), "part of a month of 30 days"),
        (late({"since": "today"}), "the column 'since' is not understood"),
        (vector(kind="riddle"), "the kind 'riddle' is unknown"),
        ({"id": "bare", "kind": "spot", "inputs": {}, "expected": {}}, "does not state 'function'"),
    ],
)
def test_a_vector_we_cannot_be_held_to_says_why(content, reason):
    assert reason in reason_against(read(content))


def in_units():
    """The rows as a currency without decimals has them, for a hundred times the principal."""
    return [
        {name: text.replace(".", "") if "." in str(text) else text for name, text in row.items()}
        for row in ROWS
    ]


WEEKEND = {"weekend": ["SAT", "SUN"], "adjust_interest": False}
# 15 June 2024 is a Saturday; a working day before it is the 14th, after it the 17th.
MOVED = with_row(3, due="2024-06-17")
# 12 % on 31, 30 and 31 days of 365 bears 1.01918, 0.98630 and 1.01918 %: one yuan on a due date
# is worth 0.98991, 0.98024 and 0.97035 now, 2.94051 in all, and 3,000 ÷ 2.94051 = 1,020.23.
EXACT_LEVEL = [
    {"n": 1, "interest": "30.58", "principal": "989.65", "payment": "1020.23"},
    {"n": 2, "interest": "19.83", "principal": "1000.40"},
    {"n": 3, "interest": "10.29", "principal": "1009.95", "balance": "0.00"},
]
# 2,020.07 pays April and 1,000.00 of principal; 1,009.93 over two months at 1 % is 512.55 each.
PREPAID = [
    {"n": 1, "due": "2024-04-15", "principal": "990.07", "interest": "30.00"},
    {"n": 2, "due": "2024-04-15", "principal": "1000.00", "interest": "0.00"},
    {"n": 3, "due": "2024-05-15", "principal": "502.45", "interest": "10.10"},
    {"n": 4, "due": "2024-06-15", "principal": "507.48", "interest": "5.07", "balance": "0.00"},
]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (
            vector(business_day=WEEKEND | {"convention": "FOLLOWING"}, expected=MOVED),
            vector(business_day=WEEKEND | {"convention": "PRECEDING"}, expected=MOVED),
        ),
        (
            vector(
                business_day={"holidays": ["2024-04-15"], "convention": "PRECEDING"},
                expected=with_row(1, due="2024-04-14"),
            ),
            vector(business_day={"holidays": ["2024-04-15"], "convention": "PRECEDING"}),
        ),
        (
            vector(
                start_date="2024-01-31",
                month_end="roll_to_first_of_next_month",
                expected=[{"n": 1, "due": "2024-03-01"}],
                kind="schedule_partial",
            ),
            vector(
                start_date="2024-01-31",
                month_end="clamp_to_last_day",
                expected=[{"n": 1, "due": "2024-03-01"}],
                kind="schedule_partial",
            ),
        ),
        (
            vector(
                rounding={"emi_basis": "exact_factors"}, day_count="ACT/365F", expected=EXACT_LEVEL
            ),
            vector(day_count="ACT/365F", expected=EXACT_LEVEL),
        ),
        (
            change("partial_prepay", amount="2020.07", rows=PREPAID),
            change("partial_prepay", amount="2020.08", rows=PREPAID),
        ),
        (
            # April is paid; 2,009.93 is left, and interest through 15 May is charged: 20.10.
            payoff({"principal": "2009.93", "interest": "20.10", "total": "2030.03"}),
            payoff({"interest": "20.11"}),
        ),
        (
            # Late since 1 February: on the 10th nine days past due; delinquent from the 4th, six
            # days, less the three days of the pause from the 5th to the 8th.
            late({"past_due_days": 9, "delinquent_days": 3, "classification": "LATER"}),
            late({"past_due_days": 9, "delinquent_days": 6}),
        ),
        (
            late({"amount": "150.00", "delinquent_date": "2024-02-04"}),
            late({"amount": "100.00"}),
        ),
        (
            late({"classification": "NO_DELINQUENCY", "amount": "100.00"}, on="2024-02-03"),
            late({"classification": "FIRST"}, on="2024-02-03"),
        ),
    ],
    ids=[
        *("weekend", "holiday", "month end", "exact factors", "prepaid", "payoff"),
        *("days", "amounts", "grace"),
    ],
)
def test_conventions_and_changes_that_the_library_knows_are_compared(good, bad):
    assert reason_against(read(good)) == reason_against(read(bad)) == ""
    assert check(read(good)) is None
    with pytest.raises(AssertionError, match="published"):
        check(read(bad))


@pytest.mark.parametrize(
    "content",
    [
        vector(month_end="next_working_day"),  # the 15th is in every month
        vector(principal="300000", rounding={"scale": 0}, expected=in_units()),
        vector(day_count="ACT/ACT-DEC31", kind="schedule_totals", expected={}),
        vector(rounding={"emi_basis": "exact_factors", "emi_adjust": "one_step"}),
        vector(rounding={"interest": "HALF_EVEN", "installment": "HALF_EVEN"}),
        vector(rate_per_period="0.01"),
        vector(expected=with_row(1, interest_exact="30")),
    ],
    ids=[
        "month ends",
        "no decimals",
        "one length of years",
        "same level",
        "no tie",
        "same rate",
        "exact column",
    ],
)
def test_another_convention_that_makes_no_difference_is_supported(content):
    assert reason_against(read(content)) == ""
    assert check(read(content)) is None


def spot(value="1020.07", **inputs):
    usual = {"function": "PMT_ROUNDED", "rate": "0.12/12", "nper": 3, "pv": "3000", "scale": 2}
    return {"id": "s", "kind": "spot", "inputs": usual | inputs, "expected": {"value": value}}


def dates(*days, **inputs):
    usual = {"start_date": "2024-01-31", "frequency": {"unit": "month", "every": 1}}
    rows = [{"n": number, "due": day} for number, day in enumerate(days, start=1)]
    inputs = {**usual, "periods": len(days), "month_end": "clamp_to_last_day", **inputs}
    return {"id": "d", "kind": "dates", "inputs": inputs, "expected": rows}


def subsidy(expected, **inputs):
    usual = {"currency": "CNY", "principal": "100000.00", "term_years": "1", "lpr": "0.0365"}
    usual |= {"rate_spread_bp": 150, "borrower_floor_spread_bp": -150}
    usual |= {"interest": "yearly_nominal"}
    return {"id": "x", "kind": "subsidy", "inputs": usual | inputs, "expected": expected}


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (spot(), spot("1020.06")),
        (spot(rate="0.12/4", nper=4, pv="100000", value="26902.70"), spot(rate="0.12/4")),
        (dates("2024-02-29", "2024-03-31"), dates("2024-02-29", "2024-03-29")),
        (
            dates("2024-03-01", month_end="roll_to_first_of_next_month"),
            dates("2024-02-29", month_end="roll_to_first_of_next_month"),
        ),
        (
            # 3,000.00 at 1 % a month: unrounded interest of the second month is 1 % of
            # 3,000 − 990.0663... (Excel: CUMIPMT(1%; 3; 3000; 2; 2; 0) = -20.0993).
            spot("-20.0993", function="CUMIPMT", start=2, end=2),
            spot("-20.0994", function="CUMIPMT", start=2, end=2),
        ),
        (
            # LPR 3.65 + 1.50 = 5.15; the borrower bears 2.15.
            subsidy({"interest": "5150.00", "subsidy": "3000.00", "borrower_rate": "0.0215"}),
            subsidy({"subsidy": "3000.01"}),
        ),
    ],
    ids=["a month", "a quarter", "dates", "rolled dates", "unrounded", "subsidy"],
)
def test_named_values_are_compared_too(good, bad):
    assert reason_against(read(good)) == reason_against(read(bad)) == ""
    assert check(read(good)) is None
    with pytest.raises(AssertionError, match="published"):
        check(read(bad))


def promised(*claims, lapsed=None, **inputs):
    """A guarantee of 1,000,000 through 2020, of a loan that defaults on Friday 18 September."""
    usual = {
        "cover_basis": "fixed_amount",
        "amount": "1000000.00",
        "cover_rate": "0.70",
        "covered_event": "default",
        "cover_from": "2020-01-02",
        "cover_to": "2020-12-31",
        "events": [{"on": "2020-09-18", "type": "default"}],
        "settlement_days": 0,
    }
    rows = [dict(zip(("event", "settle", "amount"), claim, strict=True)) for claim in claims]
    expected = {"claims": rows, "lapsed": not rows if lapsed is None else lapsed}
    inputs = {name: value for name, value in (usual | inputs).items() if value is not None}
    return {"id": "g", "kind": "guarantee", "inputs": inputs, "expected": expected}


def recovery(due, attributable="2000.00", **inputs):
    """75 % of 3,000 and 1,000 less 2,000."""
    usual = {"guarantee_rate": "0.75", "amount_claimed": "18750.00", "prior_debt": "2000.00"}
    usual |= {"non_linked_security_proceeds": "3000.00", "linked_security_proceeds": "1000.00"}
    expected = {"attributable": attributable, "due_to_guarantor": due}
    return {"id": "r", "kind": "recovery_share", "inputs": usual | inputs, "expected": expected}


FRIDAY, MONDAY, LATE = "2020-09-18", "2020-09-21", "2020-08-18"
FIRST_LATE = [{"on": LATE, "type": "delinquent"}, {"on": FRIDAY, "type": "default"}]
OWED = {"cover_basis": "outstanding_principal", "amount": None}
EARNED = OWED | {"cover_basis": "outstanding_principal_and_accrued_interest"}


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (promised((FRIDAY, FRIDAY, "700000.00")), promised((FRIDAY, FRIDAY, "700000.01"))),
        (promised(cover_to="2020-09-17"), promised(cover_to=FRIDAY)),
        (
            promised(cover_to="2020-09-17"),
            promised((FRIDAY, FRIDAY, "1.00"), cover_to="2020-06-30"),
        ),
        (promised(events=[]), promised(events=[], lapsed=False)),
        (
            promised((FRIDAY, MONDAY, "700000.00"), settlement_days=1, business_day="FOLLOWING"),
            promised((FRIDAY, MONDAY, "700000.00"), settlement_days=1),
        ),
        (
            promised((FRIDAY, "2021-01-06", "700000.00"), settlement_days=110),
            promised((FRIDAY, "2021-01-05", "700000.00"), settlement_days=110),
        ),
        (
            promised((FRIDAY, FRIDAY, "700000.00"), events=FIRST_LATE),
            promised((LATE, LATE, "700000.00"), events=FIRST_LATE),
        ),
        (
            promised((LATE, LATE, "700000.00"), events=FIRST_LATE[:1], covered_event="delinquent"),
            promised((LATE, LATE, "700000.00"), events=FIRST_LATE[:1]),
        ),
        (
            promised(
                (FRIDAY, FRIDAY, "280000.00"),
                **OWED,
                initial_exposure="1000000.00",
                exposure_at_event="400000.00",
            ),
            promised((FRIDAY, FRIDAY, "700000.00"), **OWED, exposure_at_event="400000.00"),
        ),
        (
            # 70 % of 400,000.00 and, apart, of 1,234.57.
            promised(
                (FRIDAY, "2020-09-28", "280864.20"),
                **EARNED,
                exposure_at_event={"principal": "400000.00", "interest_exact": "1234.567"},
                settlement_days=10,
            ),
            promised(
                (FRIDAY, FRIDAY, "280864.21"),
                **EARNED,
                exposure_at_event={"principal": "400000.00", "interest_exact": "1234.567"},
            ),
        ),
        (recovery("1500.00"), recovery("1500.01")),
        (
            recovery("0.00", "0.00", prior_debt="4000.01"),
            recovery("0.00", "0.01", prior_debt="4000.01"),
        ),
    ],
    ids=[
        *("covered", "over", "over for long", "nothing happens", "on a working day"),
        *("paid after the end", "late and later", "late alone", "repaid in part", "interest"),
        *("attributable", "none left"),
    ],
)
def test_guarantees_and_recoveries_are_run_through_real_claims(good, bad):
    assert reason_against(read(good)) == reason_against(read(bad)) == ""
    assert check(read(good)) is None
    with pytest.raises(AssertionError, match="published"):
        check(read(bad))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (promised(role="sell"), "the input 'role' is not understood"),
        (promised(covered_event="downgrade"), "a guarantee that covers 'downgrade'"),
        (promised(events=[{"on": FRIDAY, "type": "merger"}]), "an event of the kind 'merger'"),
        (
            promised(events=[{"on": FRIDAY, "type": "default", "loan": "2"}]),
            "the event 'loan' is not understood",
        ),
        (promised(events=FIRST_LATE[::-1]), "events out of order"),
        (promised(covered_event="delinquent"), "covers delinquent and nothing worse"),
        (promised(cover_basis="nominal"), "the input 'amount' is not understood"),
        (promised(cover_basis="nominal", amount=None), "a cover of 'nominal'"),
        (promised(initial_exposure="1.00"), "the input 'initial_exposure' is not understood"),
        (promised(cover_from=FRIDAY), "a loan that is late as soon as it is paid out"),
        (promised(business_day="PRECEDING"), "payment on working days by 'PRECEDING'"),
        (promised(cover_rate="1.20"), "the coverage must be above 0 and at most 1"),
        (promised(cover_to=None, events=[]), "it does not state 'cover_to'"),
        (promised(amount="1000.001"), "not a whole number of the smallest unit"),
        (
            promised(**EARNED, exposure_at_event={"principal": "1.00", "interest_exact": "100000"}),
            "is not a rate between",
        ),
        (
            promised(
                **EARNED, exposure_at_event={"principal": "1.00", "fee": "1", "interest_exact": "1"}
            ),
            "the part of the exposure 'fee' is not understood",
        ),
        (
            promised(
                **EARNED,
                exposure_at_event={"principal": "9000000000000", "interest_exact": "0.123456"},
            ),
            "interest that no rate makes to the fen",
        ),
        (recovery("0.00", fee="1.00"), "the input 'fee' is not understood"),
        (
            recovery("0.00") | {"expected": {"net": "0.00"}},
            "the value 'net' is not understood",
        ),
    ],
)
def test_guarantees_and_recoveries_of_another_kind_say_why(content, reason):
    assert reason in reason_against(read(content))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("guarantee_premium", "the library keeps no guarantee premium"),
        ("claim_cap", "a cap on the claims of a portfolio is not ours"),
    ],
)
def test_premiums_and_caps_of_a_portfolio_are_reported(kind, reason):
    assert reason_against(read(vector(kind=kind))) == reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (spot(function="RATE"), "the function RATE is none of ours"),
        (spot(rate="0.01"), "the rate 0.01 is no part of a year"),
        (spot(type=1), "the input 'type' is not understood"),
        (spot(scale=0), "rounded to 0 decimals"),
        (dates("2024-03-01", month_end="last_friday"), "month ends by 'last_friday'"),
        (dates("2024-02-29", weekend=["SUN"]), "the input 'weekend' is not understood"),
        (subsidy({}, borrower_floor_spread_bp=-100), "the borrower bears LPR -100 bp"),
        (subsidy({}, interest="daily"), "interest by 'daily'"),
        (subsidy({}, term_years="3"), "a term of 3 years"),
        (subsidy({}, principal="200000.01"), "a principal above the ceiling"),
        (subsidy({"centre": "1500.00"}), "the value 'centre' is not understood"),
        (subsidy({}, cap_bp=200), "the input 'cap_bp' is not understood"),
    ],
)
def test_named_values_of_another_rule_say_why(content, reason):
    assert reason in reason_against(read(content))


def test_day_counts_are_held_against_us():
    row = {"start": "2024-01-30", "end": "2024-03-31", "convention": "30/360-BondBasis"}

    assert runner.check_day_count(row | {"days": 60, "fraction": "1/6"}) is None
    with pytest.raises(AssertionError):
        runner.check_day_count(row | {"days": 61, "fraction": "1/6"})
    with pytest.raises(AssertionError):
        runner.check_day_count(row | {"days": 60, "fraction": "61/360"})


def write(folder, *contents):
    folder.mkdir()
    for number, content in enumerate(contents):
        (folder / f"{number}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_vectors_are_read_from_the_named_folder_and_told_apart(tmp_path):
    rows = [{"convention": name} for name in ("30/360-US", "ACT/360")]
    folder = write(
        tmp_path / "named",
        [vector(name="ours"), vector(name="theirs", method="flat")],
        [vector(name="ours")],
        {"rows": rows},
    )
    alone = collect({})

    collected = collect({runner.VARIABLE: str(folder)})

    names = [read.id for read in collected.supported]
    assert names.count("ours") == 1
    assert len(collected.supported) == len(alone.supported) + 1
    assert ("theirs", "the method 'flat' is none of the four of ours") in collected.unsupported
    assert len(collected.unsupported) == len(alone.unsupported) + 1
    assert len(collected.day_counts) == len(alone.day_counts) + 1
    assert collected.other_day_counts.count("30/360-US") == 1 + alone.other_day_counts.count(
        "30/360-US"
    )
    assert collected.missing == alone.missing


def test_a_missing_folder_is_reported_and_nothing_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "ROOT", tmp_path / "clone")
    named = tmp_path / "nowhere"

    collected = collect({runner.VARIABLE: str(named)})

    assert summary(collected, passed=0, failed=0, day_counts=(0, 0)) == [
        "vectors: the folder ../shared/vectors is missing",
        f"vectors: the folder MICROLOAN_VECTORS={named} is missing",
        "day counts: 0 passed, 0 failed, 0 unsupported",
        "vectors: 0 passed, 0 failed, 0 unsupported",
    ]


def test_a_run_ends_with_the_count_after_every_reason(tmp_path):
    folder = write(
        tmp_path / "named",
        [
            vector(name="by-hand"),
            vector(name="a-fen-off", expected=with_row(2, interest="20.09")),
            vector(name="flat-rate", method="flat"),
        ],
    )

    options = ["-q", "-p", "no:cacheprovider", "-k", "by-hand or a-fen-off"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/conformance/test_vectors.py", *options],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
            "PYTHONUTF8": "1",
            runner.VARIABLE: str(folder),
        },
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    lines = done.stdout.splitlines()
    reasons = [line for line in lines if line.startswith("vectors: unsupported: ")]
    (count,) = (line for line in lines if line.startswith("vectors: 1 passed"))
    assert done.returncode == 1
    assert "vectors: unsupported: flat-rate: the method 'flat' is none of the four of ours" in lines
    assert count == f"vectors: 1 passed, 1 failed, {len(reasons)} unsupported"
    assert lines.index(count) > lines.index(reasons[-1])
    assert any("a-fen-off: row 2, interest: 2010 here, 2009 published" in line for line in lines)


def test_the_folder_beside_the_repository_is_the_default():
    assert runner.folders({}) == {"../shared/vectors": ROOT / "../shared/vectors"}
    assert Path(ROOT / "pyproject.toml").is_file()
