"""The law as data: every shipped value against a table typed by hand from the decrees."""

import pickle
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis.vendor.pretty import pretty

from microloan.category import BorrowerKind, Category, LowProfit, Reference
from microloan.clauses import Amortization
from microloan.errors import CategoryNeeded, NotInForce, UnknownRegion
from microloan.money import cny
from microloan.periods import DayCount
from microloan.policy import (
    Evidence,
    Policy,
    Provision,
    Region,
    SubsidyShape,
    borrower_groups,
    load,
)
from microloan.rate import percent
from microloan.terms import LoanTerms
from refusals import refused

ONE_DAY = timedelta(days=1)
ONE = cny(1)
WAN = 1_000_000  # 1 万 yuan in fen
CENTRAL = load("cn", region="central")
NOBODY = frozenset()
WOMEN, GRADUATES = frozenset({"women"}), frozenset({"graduate"})


def individual(**facts):
    return Category(kind=BorrowerKind.INDIVIDUAL, **facts)


def loan_of(months, signed_on):
    return LoanTerms(
        principal=cny(100_000),
        annual_rate=percent("5.15"),
        disbursed_on=signed_on,
        months=months,
        amortization=Amortization.BULLET,
        day_count=DayCount.BY_PERIOD,
    )


# ceilings of individuals, in 万, by the first day of each


@pytest.mark.parametrize(
    ("first_day", "base", "women", "graduates", "decree"),
    [
        (date(2002, 12, 24), 2, 2, 2, "银发〔2002〕394号"),
        (date(2008, 8, 18), 5, 5, 5, "银发〔2008〕238号"),
        (date(2009, 1, 1), 5, 8, 5, "财金〔2009〕72号"),
        (date(2013, 9, 1), 5, 8, 10, "财金〔2013〕84号"),
        (date(2015, 4, 27), 10, 10, 10, "国发〔2015〕23号"),
        (date(2016, 7, 28), 10, 10, 10, "银发〔2016〕202号"),
        (date(2018, 11, 16), 15, 15, 15, "国发〔2018〕39号"),
        (date(2020, 4, 15), 20, 20, 20, "财金〔2020〕21号"),
        (date(2023, 10, 1), 30, 30, 30, "财金〔2023〕75号"),
    ],
)
def test_the_ceiling_of_individuals_starts_on_the_day_of_its_decree(
    first_day, base, women, graduates, decree
):
    for groups, ceiling in ((NOBODY, base), (WOMEN, women), (GRADUATES, graduates)):
        found = CENTRAL.ceiling_of(individual(groups=groups), on=first_day)
        assert (found.value, found.since, found.decree) == (ceiling * WAN, first_day, decree)


@pytest.mark.parametrize(
    ("last_day", "base", "women", "graduates"),
    [
        (date(2008, 8, 17), 2, 2, 2),
        (date(2008, 12, 31), 5, 5, 5),
        (date(2013, 8, 31), 5, 8, 5),
        (date(2015, 4, 26), 5, 8, 10),
        (date(2018, 11, 15), 10, 10, 10),
        (date(2020, 4, 14), 15, 15, 15),
        (date(2023, 9, 30), 20, 20, 20),
        (date(2026, 11, 22), 30, 30, 30),
    ],
)
def test_the_ceiling_of_individuals_holds_until_the_day_before_the_next(
    last_day, base, women, graduates
):
    for groups, ceiling in ((NOBODY, base), (WOMEN, women), (GRADUATES, graduates)):
        found = CENTRAL.ceiling_of(individual(groups=groups), on=last_day)
        assert found.value == ceiling * WAN


def test_who_belongs_to_two_groups_has_the_higher_ceiling():
    both = individual(groups=WOMEN | GRADUATES | {"本地人员"})

    assert CENTRAL.ceiling_of(both, on=date(2014, 1, 1)).value == 10 * WAN


# subsidized term, in months


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2002, 12, 24), 24),
        (date(2013, 8, 31), 24),
        (date(2013, 9, 1), 24),
        (date(2016, 7, 27), 24),
        (date(2016, 7, 28), 36),  # 银发〔2016〕202号; two months later 财金〔2016〕85号 repeats it
        (date(2016, 9, 24), 36),
        (date(2023, 9, 30), 36),
        (date(2023, 10, 1), 36),
    ],
)
def test_interest_is_subsidized_for_two_years_and_since_2016_for_three(day, months):
    assert CENTRAL.subsidized_months_of(individual(), on=day).value == months


# who bears the interest

STARTS = {
    "R2002": date(2002, 12, 24),
    "R2006": date(2006, 1, 1),
    "R2008": date(2008, 1, 1),  # announced in August, back-dated
    "R2009": date(2009, 1, 1),  # women; made public in August, back-dated
    "R2013": date(2013, 9, 1),
    "R2016": date(2016, 9, 24),
    "R2020": date(2021, 1, 1),  # of April 2020, for loans signed from the new year
    "R2023": date(2023, 10, 1),
}
NONE, FULL, HALF = SubsidyShape.NONE, SubsidyShape.FULL, SubsidyShape.HALF
THIRDS, OVER_LPR = SubsidyShape.THIRDS, SubsidyShape.OVER_LPR_MINUS_150


def shape_of(on, groups=NOBODY, low_profit=LowProfit.NOT_STATED):
    category = individual(groups=groups, low_profit=low_profit)
    return CENTRAL.subsidy_of(category, principal=ONE, on=on).value.shape


def test_every_subsidy_rule_starts_on_the_day_of_its_decree():
    line = CENTRAL.subsidy[BorrowerKind.INDIVIDUAL]

    assert [first_day for first_day, _ in line.values] == list(STARTS.values())


def test_since_2009_women_get_all_interest_and_others_in_low_profit_trades_only():
    assert shape_of(STARTS["R2009"], {"women"}, LowProfit.NO) is FULL
    assert shape_of(STARTS["R2009"], {"women"}) is FULL
    assert shape_of(STARTS["R2009"], {"laid_off"}, LowProfit.YES) is FULL
    assert shape_of(STARTS["R2009"], {"laid_off"}, LowProfit.NO) is NONE
    assert shape_of(date(2008, 12, 31), {"women"}, LowProfit.NO) is NONE


def test_a_fact_is_asked_for_only_where_another_answer_could_follow_from_it():
    # In 2010 a low-profit trade is borne in full, woman or not; in 2007 it depends on the group.
    assert shape_of(STARTS["R2009"], low_profit=LowProfit.YES) is FULL
    for day, low_profit in ((STARTS["R2009"], LowProfit.NO), (STARTS["R2006"], LowProfit.YES)):
        with refused(
            CategoryNeeded, "policy.category_needed", value=None, limit="the borrower's group"
        ):
            shape_of(day, low_profit=low_profit)


@pytest.mark.parametrize("rule", ["R2002", "R2008"])
def test_low_profit_trades_get_all_interest_and_other_trades_none(rule):
    assert shape_of(STARTS[rule], low_profit=LowProfit.YES) is FULL
    assert shape_of(STARTS[rule], low_profit=LowProfit.NO) is NONE
    assert shape_of(STARTS[rule], {"laid_off"}, LowProfit.YES) is FULL


@pytest.mark.parametrize(
    ("groups", "low_profit", "shape"),
    [
        ({"laid_off"}, LowProfit.YES, FULL),
        ({"veteran"}, LowProfit.YES, FULL),
        ({"registered_unemployed"}, LowProfit.YES, HALF),
        ({"graduate"}, LowProfit.YES, HALF),
        ({"graduate", "veteran"}, LowProfit.YES, FULL),  # the better line comes first
        ({"women"}, LowProfit.YES, NONE),
        ({"laid_off"}, LowProfit.NO, NONE),
        (NOBODY, LowProfit.NO, NONE),
    ],
)
@pytest.mark.parametrize("day", [STARTS["R2006"], STARTS["R2008"] - ONE_DAY])
def test_in_2006_and_2007_some_groups_get_all_interest_and_others_half(
    day, groups, low_profit, shape
):
    assert shape_of(day, groups, low_profit) is shape


@pytest.mark.parametrize(
    ("rule", "shape"), [("R2013", FULL), ("R2016", THIRDS), ("R2020", OVER_LPR), ("R2023", HALF)]
)
def test_since_2013_one_rule_holds_for_everybody(rule, shape):
    for groups in (NOBODY, WOMEN, {"laid_off"}):
        for low_profit in LowProfit:
            assert shape_of(STARTS[rule], groups, low_profit) is shape


@pytest.mark.parametrize(
    ("rule", "before"), [("R2016", FULL), ("R2020", THIRDS), ("R2023", OVER_LPR)]
)
def test_the_day_before_a_rule_the_older_one_holds(rule, before):
    assert shape_of(STARTS[rule] - ONE_DAY) is before


@pytest.mark.parametrize("rule", ["R2002", "R2006", "R2008"])
def test_until_2013_the_category_must_say_whether_the_trade_is_a_low_profit_one(rule):
    with refused(
        CategoryNeeded,
        "policy.category_needed",
        value=None,
        limit="whether the trade is a low-profit one",
        says="asks for whether the trade is a low-profit one, which the category does not state",
    ):
        shape_of(STARTS[rule], {"laid_off"})


def test_in_2006_the_category_of_a_low_profit_trade_must_name_the_group():
    with refused(
        CategoryNeeded,
        "policy.category_needed",
        value=None,
        limit="the borrower's group",
        says="银发〔2006〕5号 asks for the borrower's group, which the category does not state",
    ):
        shape_of(STARTS["R2006"], low_profit=LowProfit.YES)


# the leverage cap


@pytest.mark.parametrize("day", [date(2002, 12, 24), date(2011, 6, 30), date(2026, 11, 22)])
def test_a_fund_stands_behind_five_times_its_balance(day):
    found = CENTRAL.leverage_cap.at(day)

    assert (found.value, found.evidence) == (5, Evidence.MEMORY)


# before the programme, and what is not known


@pytest.mark.parametrize(
    ("measure", "ask"),
    [
        ("leverage_cap", CENTRAL.leverage_cap.at),
        ("ceiling.individual", lambda day: CENTRAL.ceiling_of(individual(), on=day)),
        (
            "subsidized_months.individual",
            lambda day: CENTRAL.subsidized_months_of(individual(), on=day),
        ),
        ("subsidy.individual", lambda day: CENTRAL.subsidy_of(individual(), principal=ONE, on=day)),
    ],
)
def test_nothing_was_in_force_before_the_programme(measure, ask):
    with refused(
        NotInForce,
        "policy.not_in_force",
        value=date(2002, 12, 23),
        limit=(date(2002, 12, 24), date.max),
        says=f"{measure}: nothing in force on 2002-12-23; the first value starts 2002-12-24",
    ):
        ask(date(2002, 12, 23))


def test_the_programme_lent_to_no_enterprise_before_2006():
    firm = Category(kind=BorrowerKind.ENTERPRISE)
    gap = CENTRAL.ceiling[BorrowerKind.ENTERPRISE].known(date(2005, 12, 31))

    with refused(
        NotInForce,
        "policy.not_in_force",
        value=date(2005, 12, 31),
        limit=gap.reason,
        says="ceiling.enterprise: no value is known for 2005-12-31: the programme",
    ):
        CENTRAL.ceiling_of(firm, on=date(2005, 12, 31))
    assert CENTRAL.ceiling_of(firm, on=date(2006, 1, 1)).value == 100 * WAN


# reference rates

BENCHMARK_SPOTS = [
    # day, 6 months, 1 year, 3 years
    (date(1999, 6, 10), "5.58", "5.85", "5.94"),
    (date(2002, 2, 20), "5.58", "5.85", "5.94"),
    (date(2002, 2, 21), "5.04", "5.31", "5.49"),
    (date(2007, 12, 21), "6.57", "7.47", "7.56"),
    (date(2008, 9, 15), "6.57", "7.47", "7.56"),
    (date(2008, 9, 16), "6.21", "7.20", "7.29"),
    (date(2008, 12, 23), "4.86", "5.31", "5.40"),
    (date(2011, 7, 6), "5.85", "6.31", "6.40"),
    (date(2011, 7, 7), "6.10", "6.56", "6.65"),
    (date(2012, 7, 6), "5.60", "6.00", "6.15"),
    (date(2014, 11, 21), "5.60", "6.00", "6.15"),
]


@pytest.mark.parametrize(("day", "half_year", "one_year", "three_years"), BENCHMARK_SPOTS)
def test_the_benchmark_had_three_tiers_until_2014(day, half_year, one_year, three_years):
    def rate(months):
        return CENTRAL.benchmark_rate(months, on=day)

    assert rate(1) == rate(6) == percent(half_year)
    assert rate(7) == rate(12) == percent(one_year)
    assert rate(13) == rate(36) == percent(three_years)


@pytest.mark.parametrize(
    ("day", "one_year", "five_years"),
    [
        (date(2014, 11, 22), "5.60", "6.00"),
        (date(2015, 10, 23), "4.60", "5.00"),
        (date(2015, 10, 24), "4.35", "4.75"),
        (date(2019, 8, 19), "4.35", "4.75"),
    ],
)
def test_the_benchmark_has_two_tiers_since_2014(day, one_year, five_years):
    def rate(months):
        return CENTRAL.benchmark_rate(months, on=day)

    assert rate(1) == rate(6) == rate(12) == percent(one_year)
    assert rate(13) == rate(36) == rate(60) == percent(five_years)


@pytest.mark.parametrize(
    ("months", "day", "longest"), [(37, date(2014, 11, 21), 36), (61, date(2014, 11, 22), 60)]
)
def test_a_term_beyond_the_tiers_of_the_benchmark_is_refused(months, day, longest):
    with refused(
        NotInForce,
        "policy.not_in_force",
        value=months,
        limit=longest,
        says=f"benchmark lending rate: no tier for {months} months on {day}; "
        f"the longest is {longest}",
    ):
        CENTRAL.benchmark_rate(months, on=day)


@pytest.mark.parametrize("day", [date(1999, 6, 9), date(2019, 8, 20)])
def test_the_benchmark_is_not_in_force_outside_its_series(day):
    with refused(
        NotInForce,
        "policy.not_in_force",
        value=day,
        limit=(date(1999, 6, 10), date(2019, 8, 19)),
        says=f"benchmark lending rate: nothing in force on {day}; the first value starts "
        "1999-06-10, known through 2019-08-19",
    ):
        CENTRAL.benchmark_rate(12, on=day)


@pytest.mark.parametrize(
    ("day", "one_year", "five_years"),
    [
        (date(2019, 8, 20), "4.25", "4.85"),
        (date(2020, 3, 20), "4.05", "4.75"),
        (date(2020, 4, 19), "4.05", "4.75"),
        (date(2020, 4, 20), "3.85", "4.65"),
        (date(2021, 2, 20), "3.85", "4.65"),
        (date(2022, 8, 21), "3.70", "4.45"),
        (date(2022, 8, 22), "3.65", "4.30"),
        (date(2023, 9, 30), "3.45", "4.20"),
        (date(2024, 2, 19), "3.45", "4.20"),
        (date(2024, 2, 20), "3.45", "3.95"),
        (date(2026, 8, 20), "3.00", "3.50"),
        (date(2026, 9, 19), "3.00", "3.50"),
    ],
)
def test_a_publication_of_the_prime_rate_is_valid_until_the_next(day, one_year, five_years):
    assert CENTRAL.lpr_1y.at(day) == percent(one_year)
    assert CENTRAL.lpr_5y.at(day) == percent(five_years)


@pytest.mark.parametrize("day", [date(2019, 8, 19), date(2026, 9, 20)])
@pytest.mark.parametrize("tenor", ["lpr_1y", "lpr_5y"])
def test_the_prime_rate_is_not_in_force_outside_its_series(day, tenor):
    with refused(
        NotInForce,
        "policy.not_in_force",
        value=day,
        limit=(date(2019, 8, 20), date(2026, 9, 19)),
        says=f"{tenor}: nothing in force on {day}",
    ):
        getattr(CENTRAL, tenor).at(day)


def test_every_prime_rate_moves_in_steps_of_five_hundredths():
    for line in (CENTRAL.lpr_1y, CENTRAL.lpr_5y):
        assert len(line.values) == 85
        assert {rate % Decimal("0.0005") for _, rate in line.values} == {0}


@pytest.mark.parametrize(
    ("signed_on", "prime", "plus", "contract", "borrower"),
    [
        # Huize: LPR 3.85, the borrower bears LPR − 1.50 = 2.35.
        (date(2021, 3, 1), "3.85", "1.50", "5.35", "2.35"),
        # Sichuan, April 2020: LPR 4.05 + 0.50 = 4.55.
        (date(2020, 4, 1), "4.05", "0.50", "4.55", "2.55"),
        # Liuzhou, January 2023: LPR 3.65 + 1.50 = 5.15; the borrower bears 2.15.
        (date(2023, 1, 10), "3.65", "1.50", "5.15", "2.15"),
    ],
)
def test_a_loan_of_a_year_takes_the_one_year_prime_rate_of_its_signing_day(
    signed_on, prime, plus, contract, borrower
):
    reference = CENTRAL.reference_rate(loan_of(12, signed_on), individual())

    assert reference == percent(prime)
    assert reference + percent(plus) == percent(contract)
    assert reference - percent("1.50") == percent(borrower)


@pytest.mark.parametrize("months", [12, 36])
@pytest.mark.parametrize(
    ("reference", "rate"), [(Reference.LPR_1Y, "3.65"), (Reference.LPR_5Y, "4.30")]
)
def test_a_loan_takes_the_prime_rate_its_contract_names_whatever_its_term(months, reference, rate):
    terms = loan_of(months, date(2023, 1, 10))

    assert CENTRAL.reference_rate(terms, individual(reference=reference)) == percent(rate)


def test_a_loan_of_the_benchmark_takes_the_tier_of_its_term():
    terms = loan_of(24, date(2012, 7, 6))

    named = individual(reference=Reference.BENCHMARK)
    assert CENTRAL.reference_rate(terms, named) == percent("6.15")


@pytest.mark.parametrize("reference", [None, *Reference])
def test_a_rate_the_contract_states_goes_before_every_published_one(reference):
    stated = individual(reference=reference, reference_rate=percent("4.31"))

    assert CENTRAL.reference_rate(loan_of(36, date(2018, 11, 16)), stated) == percent("4.31")


def test_a_loan_of_more_than_a_year_must_name_its_reference():
    with refused(
        CategoryNeeded,
        "policy.category_needed",
        value=13,
        limit=12,
        says="a loan of 13 months must name its reference rate",
    ):
        CENTRAL.reference_rate(loan_of(13, date(2023, 1, 10)), individual())


def test_the_reference_follows_the_signing_day_not_the_disbursement():
    signed_before_the_cut = replace(loan_of(12, date(2022, 8, 22)), signed_on=date(2022, 8, 21))

    assert CENTRAL.reference_rate(signed_before_the_cut, individual()) == percent("3.70")


# every value carries its reference


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (Evidence.SOURCE, "财金〔2023〕75号: 贴息 50%"),
        (Evidence.LOCAL, "财金〔2023〕75号: 贴息 50% [local]"),
        (Evidence.MEMORY, "财金〔2023〕75号: 贴息 50% [memory]"),
    ],
)
def test_a_value_prints_its_decree_and_how_far_to_trust_it(evidence, words):
    provision = Provision(
        value=HALF,
        since=date(2023, 10, 1),
        decree="财金〔2023〕75号",
        clause="贴息 50%",
        read_in="a page",
        evidence=evidence,
    )

    assert str(provision) == words


def test_a_ceiling_found_keeps_the_reference_of_its_provision():
    found = CENTRAL.ceiling_of(individual(groups=WOMEN), on=date(2010, 1, 1))
    (line,) = (
        provision
        for first_day, provision in CENTRAL.ceiling[BorrowerKind.INDIVIDUAL].values
        if first_day == date(2009, 1, 1)
    )

    assert (found.clause, found.read_in, found.evidence) == (
        line.clause,
        line.read_in,
        line.evidence,
    )


# loading


@pytest.mark.parametrize("region", ["east", "central", "west"])
def test_a_policy_is_shipped_for_each_region(region):
    assert load("cn", region=region).region is Region(region)
    assert isinstance(load("cn", region=region), Policy)


@pytest.mark.parametrize(
    ("country", "region"), [("cn", "north"), ("cn", "East"), ("cn", ""), ("us", "east")]
)
def test_an_unknown_country_or_region_is_refused(country, region):
    with refused(
        UnknownRegion,
        "policy.unknown_region",
        value=(country, region),
        limit=["central", "east", "west"],
        says=f"there is no policy for {country!r}, {region!r}",
    ):
        load(country, region=region)


def test_a_policy_crosses_a_process_boundary_whole():
    assert pickle.loads(pickle.dumps(CENTRAL)) == CENTRAL  # noqa: S301 — our own bytes


def test_every_group_has_a_chinese_and_an_english_name():
    groups = borrower_groups()

    assert (groups["veteran"].zh, groups["veteran"].since) == ("复员转业退役军人", "R2006")
    assert (groups["fisher"].zh, groups["fisher"].local) == ("渔民", True)
    assert not groups["laid_off"].local
    for code, group in groups.items():
        assert group.code == code
        assert group.zh
        assert group.en
    for _, listed in CENTRAL.groups.values:
        assert set(listed.value) <= groups.keys()


def test_a_policy_is_shown_by_its_place_not_by_its_pages():
    assert repr(CENTRAL) == f"Policy({CENTRAL.place!r})"
    assert "Region.CENTRAL" in repr(CENTRAL)


def test_a_policy_prints_its_place_where_every_field_of_a_record_is_printed():
    assert pretty(CENTRAL) == repr(CENTRAL)  # in the reports of Hypothesis, as in IPython


def test_the_measures_of_a_policy_cannot_be_exchanged():
    with pytest.raises(TypeError, match="item assignment"):
        CENTRAL.ceiling[BorrowerKind.ENTERPRISE] = CENTRAL.ceiling[BorrowerKind.INDIVIDUAL]
    with pytest.raises(AttributeError):
        CENTRAL.leverage_cap = None
