"""A line of a request: its columns, its split over the levels, its explanation."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from histories import PERSON, RULES, refused
from microloan import (
    InvalidDate,
    InvalidIdentity,
    InvalidRate,
    InvalidTerms,
    NotInForce,
    Reference,
    cny,
    percent,
    policy,
    subsidize,
)
from microloan.request_line import itemize
from requesting import HALVES, Q1, Q3, asks, by_level, lent, shares, told

WEST = policy.load("cn", region="west", overlay="yunnan2025")


def a_line(**parts):
    """The line of 2024Q3, with some columns changed."""
    return replace(asks(lent(), quarter=Q3).lines[0], **parts)


def test_a_line_has_the_columns_of_the_form():
    line = a_line()

    assert (line.loan_id, line.borrower, line.lender) == ("HT-1", "B-1", "BANK-1")
    assert (line.number, line.due_on) == (1, date(2024, 9, 20))
    assert (line.principal, line.disbursed_on, line.months) == (
        cny(300_000),
        date(2024, 6, 21),
        12,
    )
    assert (line.annual_rate, line.days) == (Decimal("0.0495"), 92)
    assert (line.interest, line.subsidy, line.borne) == (
        cny(3_795),
        cny("1897.50"),
        cny("1897.50"),
    )
    assert line.shares == shares(central="1/2", county="1/2")
    assert by_level(line.levels) == {"central": "948.75", "county": "948.75"}


def test_three_levels_bear_their_parts_to_the_fen():
    # 1,897.50 × 70, 21 and 9 %: 1,328.25, 398.475 and 170.775: the fen left over goes to the first
    # of the two that lost half a fen.
    given = told(shares(central="7/10", province="21/100", city="9/100"))

    line = asks(lent(), quarter=Q3, shares=given).lines[0]

    assert by_level(line.levels) == {
        "central": "1328.25",
        "province": "398.48",
        "city": "170.77",
    }


def test_only_days_with_a_subsidy_are_counted():
    # Under the law of 2013 24 months bear a subsidy: of 30 months from 1 June 2014 those to 31 May
    # 2016, 72 days of the quarter from 21 March; the quarter after it has none.
    loan = lent(on=date(2014, 6, 1), months=30, amount=50_000)
    third = replace(Q3, year=2016)

    lines = asks(loan, quarter=third, since=replace(third, quarter=2)).lines

    assert [(line.due_on, line.days) for line in lines] == [(date(2016, 6, 20), 72)]


def test_the_shares_are_those_of_the_rule_of_the_line():
    # Signed in 2017: center and local half each (財金〔2016〕85号); what the caller says does not
    # count where a rule is known.
    loan = lent(on=date(2017, 6, 21), amount=100_000)

    line = asks(loan, quarter=replace(Q3, year=2017), shares=HALVES).lines[0]

    assert line.shares == shares(central="1/2", local="1/2")
    assert "财金〔2016〕85号" in line.shares_rule
    assert "[local]" in line.shares_rule


def test_a_loan_of_2009_is_the_centers_alone():
    loan = lent(on=date(2009, 6, 21), amount=50_000, category=replace(PERSON, groups={"women"}))

    line = asks(loan, quarter=replace(Q3, year=2009), shares=None).lines[0]

    assert by_level(line.levels) == {"central": str(line.subsidy.amount)}


def test_a_gap_is_filled_by_what_the_caller_knows_with_its_reference():
    line = a_line()

    assert line.shares_rule == "示例财金〔2024〕1号: 中央与县级各承担一半 [local]"
    assert "财金〔2023〕75号" in line.rule


def test_a_line_of_a_running_loan_under_two_rules_is_split_by_both():
    # Yunnan: signed on 21 July 2023 at LPR 3.55 + 1.40. Until 31 December 2024 the treasury bears
    # 4.95 − 2.05 = 2.90 points (center 7, local 3), from then on half, 2.475 points (center and
    # county half each, as told). The loan matures on 21 January 2025: 11 days under the first rule
    # and 20 under the second, 11 × 290 = 3,190 and 20 × 247.5 = 4,950, as 29 to 45 of 74.
    category = replace(PERSON, reference=Reference.LPR_1Y)
    loan = lent(on=date(2023, 7, 21), months=18, amount=100_000, category=category)

    request = asks(loan, quarter=Q1, on=date(2025, 3, 24), under=WEST)

    line = request.lines[0]
    assert line.due_on == date(2025, 1, 21)
    parts = {level.value: part for level, part in line.shares.parts}
    first, second = Fraction(29, 74), Fraction(45, 74)
    assert parts == {
        "central": first * Fraction(7, 10) + second / 2,
        "local": first * Fraction(3, 10),
        "county": second / 2,
    }
    assert sum(one.amount_fen for one in line.levels) == line.subsidy_fen
    first, second = line.rule.split("; ")
    assert first.startswith("财金〔2020〕21号: ")
    assert second.startswith("财金〔2023〕75号: ")
    first, second = line.shares_rule.split("; ")
    assert first.startswith("财金〔2016〕85号: ")
    assert second == str(HALVES)


def test_a_rule_that_bears_nothing_has_no_part_in_the_split():
    # At 2.00 % nothing lies above LPR 3.55 − 1.50; since 2025 half is borne all the same.
    category = replace(PERSON, reference=Reference.LPR_1Y)
    loan = lent(
        on=date(2023, 7, 21),
        months=18,
        amount=100_000,
        category=category,
        annual_rate=percent("2"),
    )

    line = asks(loan, quarter=Q1, on=date(2025, 3, 24), under=WEST).lines[0]

    assert line.shares == HALVES.value
    assert line.days == 20


def test_a_line_is_made_of_a_line_of_subsidy():
    loan = lent()
    (first, *_) = subsidize(loan, under=RULES, as_of=date(2024, 9, 20))

    assert itemize(loan, first, under=RULES, shares=HALVES) == a_line()
    with refused(
        NotInForce,
        code="policy.not_in_force",
        value=date(2024, 6, 21),
        limit=RULES.shares.individual.known(date(2024, 6, 21)).reason,
    ):
        itemize(loan, first, under=RULES)


def test_a_line_explains_itself():
    given = told(shares(central="7/10", county="3/10"))
    line = asks(lent(), quarter=Q3, shares=given).lines[0]

    assert str(line.explain()).splitlines() == [
        "HT-1, interest due 2024-09-20: subsidy 1,897.50",
        "  interest             3,795.00 at 4.95 %",
        "  days with a subsidy  92",
        "  treasury             1,897.50; the borrower bears 1,897.50",
        "  central              7/10 of 1,897.50 = 1,328.25",
        "  county               3/10 of 1,897.50 = 569.25",
        "  split                cut to the fen; fen left over to the levels that lost most",
        "  shares               示例财金〔2024〕1号: 中央与县级各承担一半 [local]",
        "  rule                 财金〔2023〕75号: 按贷款实际利率的 50% 给予贴息",
    ]


@pytest.mark.parametrize(
    ("parts", "error", "code", "value", "limit"),
    [
        ({"subsidy_fen": 0}, InvalidTerms, "terms.invalid", 0, "1-379500 fen, the interest"),
        (
            {"subsidy_fen": 379_501},
            InvalidTerms,
            "terms.invalid",
            379_501,
            "1-379500 fen, the interest",
        ),
        ({"days": -1}, InvalidTerms, "terms.invalid", -1, "0-100000"),
        ({"number": 0}, InvalidTerms, "terms.invalid", 0, "1-100000"),
        ({"shares": "half"}, InvalidTerms, "terms.invalid", "half", "Shares"),
        ({"loan_id": ""}, InvalidIdentity, "identity.invalid", "", 64),
        ({"borrower": ""}, InvalidIdentity, "identity.invalid", "", 64),
        ({"lender": ""}, InvalidIdentity, "identity.invalid", "", 64),
        (
            {"disbursed_on": date(2024, 9, 21)},
            InvalidDate,
            "periods.invalid_date",
            date(2024, 9, 20),
            date(2024, 9, 21),
        ),
    ],
)
def test_what_no_line_could_say_is_refused(parts, error, code, value, limit):
    with refused(error, code=code, value=value, limit=limit):
        a_line(**parts)


def test_a_rate_is_a_rate():
    with pytest.raises(InvalidRate):
        a_line(annual_rate=Decimal("NaN"))


def test_the_treasury_may_bear_all_of_the_interest_and_a_fen_at_least():
    assert a_line(subsidy_fen=379_500).borne == cny(0)
    assert a_line(subsidy_fen=1).borne == cny("3794.99")
