"""What penalty a contract may agree: 银发〔2003〕251号 and the daily rates before it."""

from datetime import date
from decimal import Decimal

import pytest

from microloan import (
    InvalidPolicy,
    InvalidRate,
    NotInForce,
    PenaltyOutOfRange,
    policy,
)
from microloan.penalty import Daily, Multiple
from microloan.policy import PenaltyRange, Place, Region, join_decrees, read_decree
from refusals import refused

RULES = policy.load("cn", region="central")
# The table of law.md, section 11, typed by hand: first day, penalty on overdue principal.
OVERDUE = [
    (date(1996, 5, 1), Daily(Decimal("0.0004"))),
    (date(1998, 12, 6), Daily(Decimal("0.0004"))),
    (date(1998, 12, 7), Daily(Decimal("0.0003"))),
    (date(1999, 6, 9), Daily(Decimal("0.0003"))),
    (date(1999, 6, 10), Daily(Decimal("0.00021"))),
    (date(2003, 12, 31), Daily(Decimal("0.00021"))),
    (date(2004, 1, 1), Multiple(Decimal("1.4"))),
    (date(2026, 1, 1), Multiple(Decimal("1.4"))),
]
DECREE = """
[decree]
key = "X"
number = "X〔2020〕1号"
title = "A rule"
title_zh = "规定"
issued = 2020-01-01

[[leverage_cap]]
from = 2020-01-01
value = 5
reference = { clause = "five times", read_in = "nowhere" }
evidence = "memory"

[[overdue_penalty]]
from = 2020-01-01
value = VALUE
reference = { clause = "a penalty", read_in = "nowhere" }
evidence = "memory"
"""


@pytest.mark.parametrize(("day", "rate"), OVERDUE)
def test_the_penalty_of_a_day_is_that_of_the_rules_of_its_time(day, rate):
    assert RULES.agreed_overdue_penalty(Decimal("1.4")).at(day) == rate


def test_misuse_has_bounds_of_its_own_and_none_before_2004():
    agreed = RULES.agreed_misuse_penalty(Decimal(2))

    assert agreed.at(date(2004, 1, 1)) == Multiple(Decimal(2))
    assert agreed.first_day == date(2004, 1, 1)


@pytest.mark.parametrize("multiple", ["1.3", "1.30", "1.5", "1.50"])
def test_both_bounds_may_be_agreed(multiple):
    assert RULES.agreed_overdue_penalty(Decimal(multiple)).at(date(2024, 1, 1)) == Multiple(
        Decimal(multiple)
    )


@pytest.mark.parametrize(
    ("agree", "multiple", "low", "high"),
    [
        (RULES.agreed_overdue_penalty, "1.29", "1.30", "1.50"),
        (RULES.agreed_overdue_penalty, "1.51", "1.30", "1.50"),
        (RULES.agreed_misuse_penalty, "1.49", "1.50", "2.00"),
        (RULES.agreed_misuse_penalty, "2.01", "1.50", "2.00"),
    ],
)
def test_a_multiple_outside_the_bounds_is_refused_with_its_document(agree, multiple, low, high):
    with refused(
        PenaltyOutOfRange,
        "policy.penalty_out_of_range",
        value=Decimal(multiple),
        limit=(Multiple(Decimal(low)), Multiple(Decimal(high))),
        says=f"银发〔2003〕251号 allows {low} × the contract rate to {high} × the contract rate",
    ):
        agree(Decimal(multiple))


@pytest.mark.parametrize("multiple", [1.5, "1.5", Decimal("NaN"), Decimal(-1), True])
def test_a_multiple_is_an_exact_decimal(multiple):
    with pytest.raises(InvalidRate):
        RULES.agreed_overdue_penalty(multiple)


def joined(value):
    decree = read_decree(DECREE.replace("VALUE", value), file="x.toml")
    return join_decrees([decree], place=Place(region=Region.CENTRAL))


def test_a_policy_without_a_penalty_says_so():
    rules = joined('{ daily = "0.0005" }')

    assert rules.agreed_overdue_penalty(Decimal("1.5")).at(date(2020, 1, 1)) == Daily(
        Decimal("0.0005")
    )
    with refused(
        NotInForce,
        "policy.not_in_force",
        value="misuse_penalty",
        limit="a policy that sets it",
        says="the policy knows no misuse_penalty",
    ):
        rules.agreed_misuse_penalty(Decimal("1.5"))


@pytest.mark.parametrize(
    "value",
    [
        "5",
        "{}",
        '{ daily = "0.02" }',
        '{ daily = "1", lowest = "1" }',
        '{ lowest = "1.5" }',
        '{ lowest = "1.5", highest = "1.3" }',
        '{ lowest = "0.9", highest = "1.3" }',
    ],
)
def test_a_penalty_that_cannot_be_read_names_file_and_measure(value):
    with pytest.raises(InvalidPolicy, match=r"x\.toml: overdue_penalty"):
        joined(value)


def test_a_range_prints_as_an_officer_reads_it():
    daily = Daily(Decimal("0.00021"))

    assert str(daily) == "0.021 % a day"
    assert str(Multiple(Decimal("1.5"))) == "1.5 × the contract rate"
    assert PenaltyRange(lowest=daily, highest=daily).agreed(Decimal(9)) == daily


def test_a_penalty_agreed_is_named_after_its_breach():
    assert RULES.agreed_overdue_penalty(Decimal("1.5")).name == "overdue penalty"
    with pytest.raises(PenaltyOutOfRange, match=r"for misuse_penalty, got 1\.2"):
        RULES.agreed_misuse_penalty(Decimal("1.2"))
