"""The rate of an extension at the benchmark: both terms count together, by the day's tiers."""

from datetime import date

import pytest

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    CategoryNeeded,
    DayCount,
    LoanTerms,
    NotInForce,
    Reference,
    cny,
    percent,
    policy,
    rate_of_extension,
)
from refusals import refused

RULES = policy.load("cn", region="central")
BENCHMARK = Category(kind=BorrowerKind.INDIVIDUAL, reference=Reference.BENCHMARK)


def terms(rate, signed_on, months):
    return LoanTerms(
        principal=cny(50_000),
        annual_rate=percent(rate),
        disbursed_on=signed_on,
        months=months,
        amortization=Amortization.BULLET,
        day_count=DayCount.BY_PERIOD,
    )


@pytest.mark.parametrize(
    ("signed", "months", "added", "on", "new"),
    [
        # A year at 5.31 + 3; with the second year the tier of one to three years: 5.40 + 3.
        (("8.31", date(2009, 3, 2)), 12, 12, date(2010, 3, 2), "8.40"),
        # Two years at 5.40 + 3; three years together stay in the tier, which is 6.65 since
        # 7 July 2011: 6.65 + 3 = 9.65.
        (("8.40", date(2009, 7, 7)), 24, 12, date(2011, 7, 7), "9.65"),
        # The eve of that change still has the rate of 6 April 2011: 6.40 + 3.
        (("8.40", date(2009, 7, 6)), 24, 12, date(2011, 7, 6), "9.40"),
        # Half a year at 4.86; a year together is the tier of six months to one year: 5.31.
        (("4.86", date(2009, 3, 2)), 6, 6, date(2009, 9, 2), "5.31"),
    ],
)
def test_an_extension_takes_the_tier_of_both_terms_together(signed, months, added, on, new):
    assert rate_of_extension(
        terms(*signed, months), BENCHMARK, months=added, on=on, under=RULES
    ) == percent(new)


def test_a_contract_that_does_not_follow_the_benchmark_has_its_own_agreement():
    category = Category(kind=BorrowerKind.INDIVIDUAL, reference=Reference.LPR_1Y)

    with refused(
        CategoryNeeded,
        "policy.category_needed",
        value=Reference.LPR_1Y,
        limit=Reference.BENCHMARK,
        says="follows the benchmark only where the contract names it",
    ):
        rate_of_extension(
            terms("4.95", date(2022, 3, 2), 12),
            category,
            months=12,
            on=date(2023, 3, 2),
            under=RULES,
        )


def test_no_benchmark_is_known_after_the_series_ends():
    with pytest.raises(NotInForce):
        rate_of_extension(
            terms("7.75", date(2018, 9, 3), 24),
            BENCHMARK,
            months=12,
            on=date(2020, 9, 3),
            under=RULES,
        )
