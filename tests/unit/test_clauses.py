"""The choices of a contract that are more than a name."""

from datetime import date, datetime

import pytest
from moneyed import USD, Money

from microloan import clauses
from microloan.clauses import PrincipalPart, Settlement, Stub
from microloan.errors import InvalidAmount, InvalidDate, InvalidTerms
from microloan.money import ZERO, cny
from refusals import refused


def refused_term(value, limit, says):
    return refused(InvalidTerms, "terms.invalid", value=value, limit=limit, says=says)


@pytest.mark.parametrize("day", [1, 20, 28])
def test_a_settlement_day_is_one_that_every_month_has(day):
    assert Settlement(day).day == day


@pytest.mark.parametrize("day", [0, 29, 31, -1, 20.0, "20", True, None])
def test_a_settlement_day_that_some_month_lacks_is_refused(day):
    with refused_term(day, "1-28", f"the settlement day must be 1-28, got {day}"):
        Settlement(day)


def test_the_first_period_of_a_settlement_is_short_unless_said_otherwise():
    assert Settlement(20).first is Stub.SHORT
    assert Settlement(20, first=Stub.LONG).first is Stub.LONG


@pytest.mark.parametrize("first", ["long", None, True])
def test_the_first_period_of_a_settlement_is_an_enum_and_no_string(first):
    with refused_term(first, "a Stub", f"the first period must be a Stub, got {first}"):
        Settlement(20, first=first)


def test_a_part_of_the_principal_has_a_day_and_an_amount():
    part = PrincipalPart(due_on=date(2025, 1, 15), principal=cny("0.01"))

    assert (part.due_on, part.principal) == (date(2025, 1, 15), cny("0.01"))
    assert part == PrincipalPart(due_on=date(2025, 1, 15), principal=cny("0.01"))
    with pytest.raises(AttributeError):
        part.principal = cny(1)


@pytest.mark.parametrize("amount", [ZERO, cny("-0.01")])
def test_a_part_of_nothing_or_less_is_refused(amount):
    with refused(
        InvalidAmount,
        "money.invalid_amount",
        value=amount,
        limit=ZERO,
        says="a part of the principal must be more than 0.00 yuan",
    ):
        PrincipalPart(due_on=date(2025, 1, 15), principal=amount)


@pytest.mark.parametrize(
    ("amount", "limit"),
    [
        (Money("1", USD), "CNY"),
        (1, "int, Decimal or str, at most 13 digits and two decimals"),
    ],
)
def test_a_part_that_is_no_money_in_yuan_is_refused(amount, limit):
    with refused(InvalidAmount, "money.invalid_amount", value=amount, limit=limit):
        PrincipalPart(due_on=date(2025, 1, 15), principal=amount)


@pytest.mark.parametrize(
    ("day", "limit"),
    [
        ("2025-01-15", "datetime.date"),
        (datetime.fromisoformat("2025-01-15"), "datetime.date"),
        (date(1989, 12, 31), (1990, 2100)),
    ],
)
def test_a_part_falls_due_on_a_plain_date(day, limit):
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=day,
        limit=limit,
        says="the day of a part of the principal must",
    ):
        PrincipalPart(due_on=day, principal=cny(1))


CHOICES = (
    clauses.Amortization,
    clauses.Residue,
    clauses.LevelBy,
    clauses.Stub,
    clauses.PaymentOrder,
    clauses.EarlyInterest,
    clauses.Repricing,
    clauses.Prepayment,
)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.__name__)
def test_a_choice_is_stored_by_its_own_name_in_small_letters(choice):
    assert [member.value for member in choice] == [member.name.lower() for member in choice]
