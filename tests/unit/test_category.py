"""What the law asks about borrower and contract."""

from decimal import Decimal

import pytest
from moneyed import USD, Money

from microloan.category import BorrowerKind, Category, LowProfit, Reference
from microloan.errors import InvalidAmount, InvalidRate, InvalidTerms
from microloan.money import ZERO, cny
from microloan.rate import percent
from refusals import refused


def refused_fact(value, limit, says):
    return refused(InvalidTerms, "terms.invalid", value=value, limit=limit, says=says)


def test_a_category_needs_nothing_but_the_kind():
    category = Category(kind=BorrowerKind.INDIVIDUAL)

    assert category.groups == frozenset()
    assert (category.heads, category.loan_number, category.scheme) == (1, 1, "")
    assert category.low_profit is LowProfit.NOT_STATED
    assert category.commercial_part == ZERO
    assert category.reference is None
    assert category.reference_rate is None


def test_a_category_keeps_every_fact_it_is_given():
    category = Category(
        kind=BorrowerKind.PARTNERSHIP,
        groups=["returning_migrant", "本地人员"],
        heads=10_000,
        scheme="a" * 40,
        low_profit=LowProfit.YES,
        loan_number=99,
        commercial_part=cny("0.01"),
        reference=Reference.LPR_5Y,
        reference_rate=percent("4.20"),
    )

    assert category.groups == frozenset({"returning_migrant", "本地人员"})
    assert (category.heads, category.loan_number) == (10_000, 99)
    assert hash(category) == hash(
        Category(
            kind=BorrowerKind.PARTNERSHIP,
            groups={"本地人员", "returning_migrant"},
            heads=10_000,
            scheme="a" * 40,
            low_profit=LowProfit.YES,
            loan_number=99,
            commercial_part=cny("0.01"),
            reference=Reference.LPR_5Y,
            reference_rate=percent("4.20"),
        )
    )


@pytest.mark.parametrize(
    ("fact", "limit", "says"),
    [
        ({"kind": "individual"}, "a BorrowerKind", "the borrower kind must be a BorrowerKind"),
        ({"low_profit": True}, "a LowProfit", "the low-profit mark must be a LowProfit, got True"),
        ({"reference": "lpr_1y"}, "a Reference", "the reference must be a Reference, got lpr_1y"),
        ({"heads": 0}, "1-10000", "heads must be 1-10000, got 0"),
        ({"heads": 10_001}, "1-10000", "heads must be 1-10000, got 10001"),
        ({"heads": 2.0}, "1-10000", "heads must be 1-10000, got 2.0"),
        ({"loan_number": 0}, "1-99", "the loan number must be 1-99, got 0"),
        ({"loan_number": 100}, "1-99", "the loan number must be 1-99, got 100"),
        ({"loan_number": True}, "1-99", "the loan number must be 1-99, got True"),
        ({"groups": "women"}, "a set of codes", "groups must be a set of codes, got women"),
        ({"scheme": "A"}, "a lower-case code or empty", "the scheme must be"),
        ({"scheme": "a" * 41}, "a lower-case code or empty", "the scheme must be"),
        ({"scheme": "1a"}, "a lower-case code or empty", "the scheme must be"),
        ({"scheme": 7}, "a lower-case code or empty", "the scheme must be"),
        ({"scheme": None}, "a lower-case code or empty", "the scheme must be"),
        ({"groups": None}, "a set of codes", "groups must be"),
        ({"commercial_part": cny("-0.01")}, "at least 0.00", "the commercial part must be"),
    ],
)
def test_a_fact_no_contract_could_contain_is_refused(fact, limit, says):
    (value,) = fact.values()

    with refused_fact(value, limit, says):
        Category(**{"kind": BorrowerKind.INDIVIDUAL, **fact})


@pytest.mark.parametrize("code", ["Women", "", "a b", "a" * 41, "妇" * 21, "妇a", 7, None])
def test_a_group_is_a_lower_case_code_or_a_chinese_name(code):
    with refused_fact(code, "a lower-case code or a Chinese name", "a group must be"):
        Category(kind=BorrowerKind.INDIVIDUAL, groups=[code])


def test_a_reference_rate_is_held_to_the_limits_of_a_rate():
    with refused(
        InvalidRate,
        "money.invalid_rate",
        value=Decimal("10.01"),
        limit="Decimal fraction from 0 to 10",
    ):
        Category(kind=BorrowerKind.INDIVIDUAL, reference_rate=Decimal("10.01"))


@pytest.mark.parametrize(
    ("part", "limit"),
    [
        (Money("1", USD), "CNY"),
        (100, "int, Decimal or str, at most 13 digits and two decimals"),
    ],
)
def test_a_commercial_part_is_money_in_yuan(part, limit):
    with refused(InvalidAmount, "money.invalid_amount", value=part, limit=limit):
        Category(kind=BorrowerKind.INDIVIDUAL, commercial_part=part)


def test_a_category_cannot_be_edited():
    category = Category(kind=BorrowerKind.INDIVIDUAL)

    with pytest.raises(AttributeError):
        category.heads = 2
