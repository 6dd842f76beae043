"""The shipped law against tables typed by hand: every value, day, place and gap."""

import re
import tomllib
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files

import pytest

from microloan import InvalidPolicy, NotInForce, policy
from microloan.category import BorrowerKind, Category, LowProfit, Reference
from microloan.clauses import Amortization, Opening
from microloan.money import cny
from microloan.penalty import Daily, Multiple
from microloan.periods import DayCount
from microloan.policy import (
    MEASURES,
    After,
    Beyond,
    BlacklistRule,
    Ceiling,
    Channel,
    ClaimDelay,
    CounterGuarantee,
    Deadline,
    Evidence,
    ExposureBasis,
    ExtensionRule,
    Gap,
    GradeDays,
    GuaranteeWithSubsidy,
    HiredRatio,
    Level,
    LossShare,
    OtherLoans,
    OverdueBands,
    PaymentMode,
    PenaltyRange,
    RaisedCap,
    RateCap,
    RiskReward,
    Rung,
    RunningLoans,
    Shares,
    SubsidyShape,
    SubsidyTier,
    load,
    overlays,
    shipped_decrees,
)
from microloan.rate import percent
from microloan.terms import LoanTerms
from refusals import refused

WAN = 1_000_000  # 1 万 yuan in fen
S, L, M = Evidence.SOURCE, Evidence.LOCAL, Evidence.MEMORY
GAP = "gap"
INDIVIDUAL, PARTNERSHIP, ENTERPRISE = BorrowerKind
PLACES = {
    "east": {"region": "east"},
    "east, seven": {"region": "east", "seven_eastern": True},
    "east, poor": {"region": "east", "poor_area": True},
    "east, seven, poor": {"region": "east", "seven_eastern": True, "poor_area": True},
    "central": {"region": "central"},
    "central, poor": {"region": "central", "poor_area": True},
    "west": {"region": "west"},
    "west, poor": {"region": "west", "poor_area": True},
}
RULES = {place: load("cn", **where) for place, where in PLACES.items()}
OVERLAYS = {
    "huaian": "east",
    "jilin2023": "central",
    "qingdao": "east",
    "sichuan2025": "west",
    "urumqi": "west",
    "weihai2017": "east",
    "yunnan2025": "west",
    "zhejiang": "east",
    "zhengzhou": "central",
}


def told(entry):
    """What is compared of a value or a gap: a gap's reason has a table of its own."""
    return (GAP,) if isinstance(entry, Gap) else (entry.value, entry.evidence)


def history(line):
    """A measure over time: first day, value, evidence; of a gap, that it is one."""
    return [(str(day), *told(entry)) for day, entry in line.values]


def ceiling(wan, **groups):
    return Ceiling(base_fen=wan * WAN, by_group_fen=amounts(groups))


def per_head(wan, *, factor="1", at_most=None, **groups):
    return Ceiling(
        base_fen=wan * WAN,
        by_group_fen=amounts(groups),
        by_head=True,
        factor=Fraction(factor),
        at_most_fen=None if at_most is None else at_most * WAN,
    )


def amounts(groups):
    return tuple((group, wan * WAN) for group, wan in groups.items())


def over(points, *references, **more):
    return RateCap(references=references, over=percent(points), **more)


def over_benchmark(points):
    return over(points, Reference.BENCHMARK)


def over_old(points, **more):
    return over(points, Reference.LPR_OLD, **more)


def over_lpr(points):
    return over(points, Reference.LPR_1Y, Reference.LPR_5Y)


def tier(shape, *groups, **more):
    return SubsidyTier(shape=SubsidyShape(shape), groups=frozenset(groups), **more)


def shares(*, not_for=(), **parts):
    return Shares(
        parts=tuple((Level(level), Fraction(part)) for level, part in parts.items()),
        not_for=frozenset(not_for),
    )


def hired(ratio, large, **more):
    return HiredRatio(ratio=Decimal(ratio), large=Decimal(large), large_above=100, **more)


def of_references(*references):
    return tier("half_reference", references=references)


# ---- measures that are the same everywhere

FIRST = "2002-12-24"
ONCE = ExtensionRule(times=1, months=12)
OF_2006 = ("laid_off", "veteran", "registered_unemployed", "graduate")
OF_2009 = (*OF_2006, "hard_to_employ", "women", "rural_women")
OF_2013 = (
    *("registered_unemployed", "hard_to_employ", "veteran", "graduate", "released_prisoner"),
    *("women", "rural_women", "disabled"),
)
# the nine of 2016, with those they include: the disabled, village officials, returned students
NINE = (
    *("registered_unemployed", "hard_to_employ", "disabled", "veteran", "released_prisoner"),
    *("graduate", "village_official", "returned_student", "capacity_cut_worker"),
    *("returning_migrant", "online_shop", "registered_poor"),
)
TEN = (*NINE, "rural_founder")
OF_2023 = (*NINE[:-1], "lifted_from_poverty", "rural_founder")
EPIDEMIC = ("epidemic_trader", "hire_driver", "hire_company", "repeat_borrower")

FOR_EVERYBODY = {
    "groups": [
        (FIRST, ("laid_off",), S),
        ("2006-01-01", OF_2006, M),
        ("2008-08-18", (*OF_2006, "hard_to_employ"), S),
        ("2009-01-01", OF_2009, S),
        ("2013-09-01", OF_2013, M),
        ("2016-07-28", NINE, M),
        ("2018-04-02", TEN, S),
        ("2020-04-15", (*TEN, *EPIDEMIC), S),
        ("2021-01-01", TEN, S),
        ("2023-10-01", OF_2023, L),
    ],
    "age_limit": [(FIRST, 60, S), ("2016-07-28", GAP)],
    "other_loans": [
        (FIRST, GAP),
        (
            "2016-09-24",
            OtherLoans(
                look_back_years=5, exempt=("student", "poverty_relief", "first_home", "car")
            ),
            L,
        ),
        *(
            (
                day,
                OtherLoans(
                    look_back_years=0,
                    exempt=("student", "poverty_relief", "first_home", "home", "car"),
                    consumer_up_to_fen=5 * WAN,
                ),
                evidence,
            )
            for day, evidence in (("2018-04-02", S), ("2023-10-01", L))
        ),
    ],
    "hired_ratio": [
        (FIRST, GAP),
        ("2006-01-01", hired("0.30", "0.15"), M),
        ("2008-08-18", hired("0.30", "0.15"), S),
        ("2015-04-27", hired("0.30", "0.15"), M),
        ("2018-04-02", hired("0.25", "0.15"), S),
        ("2019-09-28", hired("0.20", "0.10"), M),
        ("2020-04-15", hired("0.15", "0.08"), S),
        ("2023-10-01", hired("0.10", "0.05", window_months=12), S),
    ],
    "guarantee_with_subsidy": [
        (FIRST, GAP),
        ("2006-01-01", GuaranteeWithSubsidy.EITHER, M),
        ("2018-04-02", GuaranteeWithSubsidy.BOTH, S),
    ],
    "not_subsidized": [
        (FIRST, ("extension",), S),
        ("2008-08-28", ("extension", "overdue", "above_ceiling"), S),
        ("2013-09-01", ("extension", "overdue", "above_ceiling", "penalty", "compound"), M),
        (
            "2016-09-24",
            ("extension", "overdue", "above_ceiling", "penalty", "compound", "commercial_part"),
            M,
        ),
    ],
    "running_loans": [(FIRST, GAP)],
    "deadlines": [
        (FIRST, GAP),
        (
            "2003-06-11",
            (
                Deadline(step="bank_files", after=After.QUARTER, workdays=3),
                Deadline(step="guarantor_checks", after=After.PREVIOUS, workdays=3),
                Deadline(step="finance_pays", after=After.PREVIOUS, workdays=5),
                Deadline(step="year_list", after=After.YEAR, days=20),
            ),
            L,
        ),
        (
            "2008-08-28",
            (
                Deadline(step="bank_files", after=After.QUARTER, workdays=5),
                Deadline(step="finance_pays", after=After.PREVIOUS, workdays=5),
                Deadline(step="city_reports", after=After.QUARTER, day=10),
                Deadline(step="province_reports", after=After.QUARTER, day=15),
                Deadline(step="province_analysis", after=After.HALF_YEAR, day=10),
                Deadline(step="year_list", after=After.YEAR, days=20),
            ),
            L,
        ),
        (
            "2016-09-24",
            (
                Deadline(step="bank_files", after=After.QUARTER, workdays=5),
                Deadline(step="finance_pays", after=After.PREVIOUS, months=1),
            ),
            M,
        ),
        (
            "2023-10-01",
            (
                Deadline(step="bank_files", after=After.QUARTER, workdays=5),
                Deadline(step="finance_pays", after=After.PREVIOUS, months=1),
                Deadline(step="bank_year_list", after=After.YEAR, day=31),
                Deadline(step="labor_year_table", after=After.YEAR, day=31),
                Deadline(step="finance_claims_reward", after=After.YEAR, day=28, months_later=2),
            ),
            M,
        ),
    ],
    "leverage_cap": [(FIRST, 5, M)],
    "raised_leverage_cap": [
        (FIRST, GAP),
        ("2020-04-15", RaisedCap(at_most=10, repayment_rate=Decimal("0.90")), S),
    ],
    "exposure_basis": [(FIRST, ExposureBasis.FULL, M)],
    "npl_stop": [(FIRST, Decimal("0.20"), S)],
    "claim_rate_stop": [(FIRST, GAP), ("2006-01-01", Decimal("0.20"), M)],
    "yearly_claim_cap": [(FIRST, Decimal("0.20"), L)],
    "claim_delay": [(FIRST, ClaimDelay(months=3), L)],
    "lender_loss_share": [
        (FIRST, GAP),
        (
            "2004-05-14",
            (
                LossShare(share=Decimal("0.20"), when="direct_contract"),
                LossShare(share=Decimal(0), when="guarantee_body"),
            ),
            L,
        ),
    ],
    "guarantee_fee": [(FIRST, Decimal("0.01"), L)],
    "reward": [(FIRST, GAP), ("2008-08-28", GAP), ("2009-01-01", Decimal("0.01"), M)],
    "risk_reward": [
        (FIRST, GAP),
        ("2008-08-28", RiskReward(growth=Decimal("0.05"), share=Decimal("0.05")), L),
        ("2016-09-24", GAP),
    ],
    "counter_guarantee": [
        (FIRST, GAP),
        ("2004-05-14", CounterGuarantee(waived_for=("government_funded_guarantor",)), L),
        (
            "2006-01-01",
            CounterGuarantee(
                at_most=Decimal("0.30"),
                waived_for=("training_certificate", "credit_community", "mutual_guarantee"),
            ),
            M,
        ),
        (
            "2009-01-01",
            CounterGuarantee(
                at_most=Decimal("0.30"),
                waived_for=(
                    *("training_certificate", "credit_community", "mutual_guarantee"),
                    "creditworthy_rural_women",
                ),
            ),
            L,
        ),
        (
            "2020-04-15",
            CounterGuarantee(
                waived_up_to_fen=10 * WAN,
                waived_for=(
                    *("national_incubator", "credit_community", "honored_person"),
                    *("bank_rated_credit", "steady_second_founder"),
                ),
            ),
            L,
        ),
    ],
    "overdue_penalty": [
        *(
            (day, PenaltyRange(lowest=Daily(Decimal(rate)), highest=Daily(Decimal(rate))), S)
            for day, rate in (
                ("1996-05-01", "0.0004"),
                ("1998-12-07", "0.0003"),
                ("1999-06-10", "0.00021"),
            )
        ),
        (
            "2004-01-01",
            PenaltyRange(lowest=Multiple(Decimal("1.30")), highest=Multiple(Decimal("1.50"))),
            S,
        ),
    ],
    "misuse_penalty": [
        ("1996-05-01", GAP),
        (
            "2004-01-01",
            PenaltyRange(lowest=Multiple(Decimal("1.50")), highest=Multiple(Decimal("2.00"))),
            S,
        ),
    ],
    "visit_interval_months": [(FIRST, 3, M)],
    "reminder_ladder": [
        (
            FIRST,
            (
                Rung(days=-30, channel=Channel.LETTER),
                Rung(days=-7, channel=Channel.SMS),
                Rung(days=-1, channel=Channel.PHONE),
                Rung(days=1, channel=Channel.PHONE),
                Rung(days=7, channel=Channel.LETTER),
                Rung(days=30, channel=Channel.VISIT),
                Rung(days=60, channel=Channel.GUARANTOR),
                Rung(days=90, channel=Channel.CLAIM),
            ),
            M,
        )
    ],
    "overdue_bands": [(FIRST, OverdueBands(last_days=(30, 60, 90, 180, 360)), M)],
    "grade_days": [
        (FIRST, GradeDays(special_mention=0, substandard=90, doubtful=180, loss=None), M),
        ("2023-07-01", GradeDays(special_mention=0, substandard=90, doubtful=270, loss=360), M),
    ],
    "blacklist": [(FIRST, BlacklistRule(days=90, opening=Opening.AT_OR_AFTER), M)],
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("measure", FOR_EVERYBODY)
def test_a_measure_for_everybody_is_what_the_law_says_on_each_day(measure, place):
    assert history(getattr(RULES[place], measure)) == FOR_EVERYBODY[measure]


LOW_PROFIT_ONLY = (tier("full", low_profit=LowProfit.YES), tier("none"))
BY_KIND_EVERYWHERE = {
    ("ceiling", INDIVIDUAL): [
        (FIRST, ceiling(2), S),
        ("2008-08-18", ceiling(5), S),
        ("2009-01-01", ceiling(5, women=8), S),
        ("2013-09-01", ceiling(5, women=8, graduate=10), M),
        ("2015-04-27", ceiling(10), M),
        ("2016-07-28", ceiling(10), M),
        ("2018-11-16", ceiling(15), S),
        ("2020-04-15", ceiling(20), S),
        ("2023-10-01", ceiling(30), S),
    ],
    ("ceiling", PARTNERSHIP): [
        (FIRST, GAP),
        ("2004-05-14", per_head(3), L),
        ("2008-08-18", GAP),
        ("2009-01-01", per_head(5, women=10), M),
        ("2013-09-01", per_head(5, women=10, graduate=10), M),
        ("2015-04-27", GAP),
        ("2016-07-28", GAP),
        ("2020-04-15", per_head(20, factor="1.10"), M),
        ("2023-10-01", per_head(30, factor="1.10", at_most=400), S),
    ],
    ("ceiling", ENTERPRISE): [
        (FIRST, GAP),
        ("2006-01-01", ceiling(100), M),
        ("2008-08-18", ceiling(200), S),
        ("2013-09-01", ceiling(200), M),
        ("2015-04-27", ceiling(200), M),
        ("2016-07-28", ceiling(200), M),
        ("2018-11-16", ceiling(300), S),
        ("2020-04-15", ceiling(300), L),
        ("2023-10-01", ceiling(400), S),
    ],
    ("term", ENTERPRISE): [
        (FIRST, GAP),
        ("2006-01-01", 24, M),
        ("2008-08-18", 24, L),
        ("2016-07-28", 24, M),
        ("2023-10-01", 24, S),
    ],
    ("subsidized_months", ENTERPRISE): [
        (FIRST, GAP),
        ("2006-01-01", 24, M),
        ("2008-08-18", 24, L),
        ("2013-09-01", 24, M),
        ("2016-07-28", 24, M),
        ("2023-10-01", 24, S),
    ],
    ("extension", ENTERPRISE): [
        (FIRST, GAP),
        ("2006-01-01", GAP),
        ("2008-08-18", ONCE, L),
        ("2016-07-28", ONCE, M),
    ],
    ("loans_at_most", ENTERPRISE): [
        (FIRST, GAP),
        ("2006-01-01", GAP),
        ("2018-04-02", 3, S),
        ("2023-10-01", 3, S),
    ],
    ("payment_mode", ENTERPRISE): [(FIRST, GAP), ("2006-01-01", PaymentMode.REFUNDED, M)],
    ("subsidy", ENTERPRISE): [
        (FIRST, GAP),
        ("2006-01-01", (of_references(Reference.BENCHMARK),), M),
        ("2008-01-01", (of_references(Reference.BENCHMARK),), L),
        ("2013-09-01", (of_references(Reference.BENCHMARK),), M),
        ("2016-09-24", (of_references(Reference.LPR_OLD),), L),
        ("2019-08-20", (of_references(Reference.LPR_1Y, Reference.LPR_5Y),), M),
        ("2021-01-01", (tier("over_lpr_minus_150"),), S),
        ("2023-10-01", (tier("half"),), S),
    ],
    **{
        (measure, kind): told
        for kind in (INDIVIDUAL, PARTNERSHIP)
        for measure, told in {
            "term": [
                (FIRST, 24, S),
                ("2016-07-28", 36, M),
                ("2016-09-24", 36, S),
                ("2023-10-01", 36, S),
            ],
            "subsidized_months": [
                (FIRST, 24, S),
                ("2013-09-01", 24, M),
                ("2016-07-28", 36, M),
                ("2016-09-24", 36, S),
                ("2023-10-01", 36, S),
            ],
            "extension": [(FIRST, ONCE, S), ("2016-07-28", ONCE, M)],
            "loans_at_most": [(FIRST, GAP), ("2018-04-02", 3, S), ("2023-10-01", 3, S)],
            "payment_mode": [
                (FIRST, PaymentMode.BANK_APPLIES, S),
                ("2008-08-28", PaymentMode.BANK_APPLIES, S),
                ("2016-09-24", PaymentMode.BANK_APPLIES, M),
            ],
        }.items()
    },
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("measure", "kind"), BY_KIND_EVERYWHERE)
def test_a_measure_by_kind_is_what_the_law_says_on_each_day(measure, kind, place):
    line = getattr(RULES[place], measure)[kind]

    assert history(line) == BY_KIND_EVERYWHERE[measure, kind]


# ---- measures that differ by place


def region_of(place):
    return place.partition(",")[0]


def subsidy_of_persons(place):
    poor = "poor" in place
    return [
        (FIRST, LOW_PROFIT_ONLY, S),
        (
            "2006-01-01",
            (
                tier("full", "laid_off", "veteran", low_profit=LowProfit.YES),
                tier("half", "registered_unemployed", "graduate", low_profit=LowProfit.YES),
                tier("none"),
            ),
            M,
        ),
        ("2008-01-01", LOW_PROFIT_ONLY, S),
        ("2009-01-01", (tier("full", "women"), *LOW_PROFIT_ONLY), S),
        ("2013-09-01", (tier("full"),), M),
        ("2016-09-24", (tier("full") if poor else tier("thirds"),), L),
        ("2021-01-01", (tier("over_lpr_minus_150"),), S),
        ("2023-10-01", (tier("half"),), S),
    ]


# over the old prime rate in 2016 and the new one in 2019; over the new one in 2020 and in 2023
POINTS = {
    "east": ("1.00", S, "0.50", S, M),
    "central": ("2.00", M, "1.50", S, S),
    "west": ("2.00", M, "1.50", S, S),
    "poor": ("3.00", S, "2.50", S, L),
}


def caps_of_persons(place):
    older, trust_2016, newer, trust_2020, trust_2023 = POINTS[
        "poor" if "poor" in place else region_of(place)
    ]
    return [
        (FIRST, over_benchmark("0.00"), S),
        ("2008-01-01", over_benchmark("3.00"), S),
        ("2015-04-27", over_old("3.00", beyond=Beyond.UNSUBSIDIZED), M),
        ("2016-09-24", over_old(older), trust_2016),
        ("2019-08-20", over_lpr(older), M),
        ("2020-04-15", over_lpr(newer), trust_2020),
        ("2023-10-01", over_lpr(newer), trust_2023),
    ]


def caps_of_enterprises(place):
    newer = POINTS["poor" if "poor" in place else region_of(place)][2]
    return [
        (FIRST, GAP),
        ("2006-01-01", RateCap(), M),
        ("2020-04-15", over_lpr(newer), M),
        ("2023-10-01", over_lpr(newer), M),
    ]


OF_2016 = {
    "east": (shares(central="3/10", local="7/10"), M),
    "central": (shares(central="1/2", local="1/2"), L),
    "west": (shares(central="7/10", local="3/10"), L),
}
WEST_2013 = {
    INDIVIDUAL: shares(central="0.75", province="0.10", county="0.15"),
    ENTERPRISE: shares(central="1/2", county="1/2"),
}


def split_since_2013(place, kind):
    region = region_of(place)
    of_2013 = (WEST_2013[kind], M) if region == "west" else (GAP,)
    return [("2013-09-01", *of_2013), ("2016-09-24", *OF_2016[region]), ("2023-10-01", GAP)]


def split_of_persons(place):
    seven, center = "seven" in place, shares(central="1")
    of_2008 = [(shares(local="1"), M), (shares(local="1"), S)] if seven else [(center, S)] * 2
    return [
        (FIRST, center, S),
        ("2006-01-01", shares(central="1", not_for=[SubsidyShape.HALF]), M),
        ("2008-01-01", *of_2008[0]),
        ("2009-01-01", *of_2008[1]),
        *split_since_2013(place, INDIVIDUAL),
    ]


def split_of_enterprises(place):
    halves = shares(central="1/2", local="1/2")
    return [
        (FIRST, GAP),
        ("2006-01-01", halves, M),
        ("2008-08-28", halves, L),
        *split_since_2013(place, ENTERPRISE),
    ]


BY_PLACE = {
    ("subsidy", INDIVIDUAL): subsidy_of_persons,
    ("subsidy", PARTNERSHIP): subsidy_of_persons,
    ("rate_cap", INDIVIDUAL): caps_of_persons,
    ("rate_cap", PARTNERSHIP): caps_of_persons,
    ("rate_cap", ENTERPRISE): caps_of_enterprises,
    ("shares", INDIVIDUAL): split_of_persons,
    ("shares", PARTNERSHIP): split_of_persons,
    ("shares", ENTERPRISE): split_of_enterprises,
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("measure", "kind"), BY_PLACE)
def test_a_measure_by_place_is_what_the_law_says_there_on_each_day(measure, kind, place):
    assert history(getattr(RULES[place], measure)[kind]) == BY_PLACE[measure, kind](place)


def test_the_tables_above_name_every_measure_but_the_one_that_only_local_rules_set():
    typed = {*FOR_EVERYBODY, *(measure for measure, _ in (*BY_KIND_EVERYWHERE, *BY_PLACE))}
    cells = Counter(measure for measure, _ in (*BY_KIND_EVERYWHERE, *BY_PLACE))

    assert typed == MEASURES.keys() - {"lending_ceiling"}
    assert set(cells.values()) == {3}  # each for the three kinds of borrower


# ---- the figures as an officer asks for them


def loan_of(months, signed_on):
    return LoanTerms(
        principal=cny(100_000),
        annual_rate=percent("4.35"),
        disbursed_on=signed_on,
        months=months,
        amortization=Amortization.BULLET,
        day_count=DayCount.BY_PERIOD,
    )


@pytest.mark.parametrize(
    ("place", "signed_on", "months", "highest"),
    [
        # no float in 2004: the benchmark of one to three years, 5.49
        ("central", date(2004, 3, 1), 24, "5.49"),
        # benchmark + 3.00, for orientation: 7.56, 5.40, 6.65, 6.15, 6.00
        ("central", date(2008, 1, 1), 24, "10.56"),
        ("central", date(2008, 9, 15), 24, "10.56"),
        ("central", date(2008, 12, 23), 24, "8.40"),
        ("west", date(2011, 7, 7), 24, "9.65"),
        ("east", date(2012, 7, 6), 24, "9.15"),
        ("east", date(2014, 11, 22), 24, "9.00"),
        # the old prime rate of 2015-05-11 was 5.05, that of November 2018 4.31
        ("central", date(2015, 5, 11), 24, "8.05"),
        ("east", date(2018, 11, 16), 36, "5.31"),
        ("west", date(2018, 11, 16), 36, "6.31"),
        ("west, poor", date(2018, 11, 16), 36, "7.31"),
        # LPR of one year: 4.25 on 2019-08-20, 3.85 in 2020, 3.65 in January 2023, 3.45 after
        ("east", date(2019, 8, 20), 12, "5.25"),
        ("east", date(2020, 6, 1), 12, "4.35"),
        ("west", date(2023, 1, 10), 12, "5.15"),  # Liuzhou
        ("west, poor", date(2023, 1, 10), 12, "6.15"),  # Anding
        ("central", date(2024, 1, 2), 12, "4.95"),
        ("east", date(2024, 1, 2), 12, "3.95"),
    ],
)
def test_the_highest_rate_of_a_person_is_the_reference_of_the_signing_day_and_the_points(
    place, signed_on, months, highest
):
    person = Category(kind=INDIVIDUAL)

    assert RULES[place].rate_cap_of(loan_of(months, signed_on), person).value == percent(highest)


def test_an_enterprise_agreed_its_rate_freely_until_april_2020():
    firm = Category(kind=ENTERPRISE)

    assert RULES["east"].rate_cap_of(loan_of(12, date(2020, 4, 14)), firm).value is None
    # LPR 4.05 of 2020-03-20 and half a point
    assert RULES["east"].rate_cap_of(loan_of(12, date(2020, 4, 15)), firm).value == percent("4.55")


@pytest.mark.parametrize(
    ("on", "heads", "groups", "wan"),
    [
        (date(2005, 1, 1), 3, (), 9),
        (date(2010, 1, 1), 3, ("women",), 30),
        (date(2022, 1, 1), 3, (), 66),
        (date(2024, 1, 1), 3, (), 99),
        (date(2024, 1, 1), 13, (), 400),  # 429 by the heads
    ],
)
def test_a_partnership_borrows_by_its_heads(on, heads, groups, wan):
    partners = Category(kind=PARTNERSHIP, heads=heads, groups=frozenset(groups))

    assert RULES["central"].ceiling_of(partners, on=on).value == wan * WAN


@pytest.mark.parametrize(
    ("on", "staff", "needed"),
    [
        (date(2010, 1, 1), 100, 30),
        (date(2010, 1, 1), 101, 16),  # 15.15
        (date(2018, 6, 1), 100, 25),
        (date(2019, 10, 1), 100, 20),
        (date(2020, 6, 1), 100, 15),
        (date(2020, 6, 1), 200, 16),
        (date(2024, 1, 1), 100, 10),
        (date(2024, 1, 1), 101, 6),  # 5.05
    ],
)
def test_an_enterprise_must_have_hired_a_part_of_its_staff(on, staff, needed):
    assert RULES["central"].hired_ratio.at(on).value.required(staff) == needed


def test_ten_times_the_fund_are_allowed_from_a_repayment_rate_of_ninety_percent():
    rule = RULES["central"].raised_leverage_cap.at(date(2020, 4, 15)).value

    assert (rule.at_most, rule.repayment_rate) == (10, Decimal("0.90"))


@pytest.mark.parametrize(
    ("step", "start", "last"),
    [
        # 2010-03-20 is a Saturday: the five working days are Monday 22 to Friday 26
        ("bank_files", date(2010, 3, 20), date(2010, 3, 26)),
        ("city_reports", date(2010, 3, 20), date(2010, 4, 10)),
        ("province_reports", date(2010, 3, 20), date(2010, 4, 15)),
        ("province_analysis", date(2010, 6, 30), date(2010, 7, 10)),
        ("province_analysis", date(2010, 12, 31), date(2011, 1, 10)),
        ("year_list", date(2010, 12, 31), date(2011, 1, 20)),
    ],
)
def test_the_manual_of_2008_gives_each_step_a_day(step, start, last):
    (rule,) = (
        one for one in RULES["central"].deadlines.at(date(2010, 1, 1)).value if one.step == step
    )

    assert rule.day_after(start, lambda day: day.weekday() < 5) == last


@pytest.mark.parametrize(
    ("step", "last"),
    [
        ("bank_year_list", date(2025, 1, 31)),
        ("labor_year_table", date(2025, 1, 31)),
        ("finance_claims_reward", date(2025, 2, 28)),
    ],
)
def test_the_reward_of_2023_is_claimed_by_the_end_of_february(step, last):
    (rule,) = (
        one for one in RULES["west"].deadlines.at(date(2024, 12, 31)).value if one.step == step
    )

    assert rule.day_after(date(2024, 12, 31), lambda day: True) == last


# ---- gaps

NO_ENTERPRISE = "the programme lent to no enterprise before 银发〔2006〕5号"
GAPS_EVERYWHERE = {
    ("misuse_penalty", "1996-05-01"): "before 银发〔2003〕251号 was not found",
    ("other_loans", FIRST): "before 财金〔2016〕85号",
    ("hired_ratio", FIRST): NO_ENTERPRISE,
    ("guarantee_with_subsidy", FIRST): NO_ENTERPRISE,
    ("running_loans", FIRST): "no national text moves running loans",
    ("deadlines", FIRST): "no day of a step was read",
    ("raised_leverage_cap", FIRST): "before 财金〔2020〕21号",
    ("claim_rate_stop", FIRST): "before Hubei's rule of about 2006",
    ("lender_loss_share", FIRST): "before 银发〔2004〕51号",
    ("reward", FIRST): "before 财金〔2008〕100号",
    ("reward", "2008-08-28"): "the percentage was not read",
    ("risk_reward", FIRST): "before 财金〔2008〕100号",
    ("risk_reward", "2016-09-24"): "keep the risk money of 财金〔2008〕100号 was not found",
    ("counter_guarantee", FIRST): "no figure was read",
    ("age_limit", "2016-07-28"): "keep an age limit was not found",
    ("ceiling.partnership", FIRST): "gives no number",
    ("ceiling.partnership", "2008-08-18"): "no number was read",
    ("ceiling.partnership", "2015-04-27"): "no number was read",
    ("ceiling.partnership", "2016-07-28"): "gives no number that was read",
    ("ceiling.enterprise", FIRST): NO_ENTERPRISE,
    ("term.enterprise", FIRST): NO_ENTERPRISE,
    ("extension.enterprise", FIRST): NO_ENTERPRISE,
    ("extension.enterprise", "2006-01-01"): "before 银发〔2008〕238号",
    ("loans_at_most.individual", FIRST): "before 财金〔2018〕22号",
    ("loans_at_most.partnership", FIRST): "before 财金〔2018〕22号",
    ("loans_at_most.enterprise", FIRST): NO_ENTERPRISE,
    ("loans_at_most.enterprise", "2006-01-01"): "before 财金〔2018〕22号",
    ("rate_cap.enterprise", FIRST): NO_ENTERPRISE,
    ("subsidized_months.enterprise", FIRST): NO_ENTERPRISE,
    ("subsidy.enterprise", FIRST): NO_ENTERPRISE,
    ("payment_mode.enterprise", FIRST): NO_ENTERPRISE,
    ("shares.enterprise", FIRST): NO_ENTERPRISE,
    ("shares.individual", "2023-10-01"): "no ratio was found",
    ("shares.partnership", "2023-10-01"): "no ratio was found",
    ("shares.enterprise", "2023-10-01"): "no ratio was found",
}
GAPS_OF_2013 = {
    (f"shares.{kind.value}", "2013-09-01"): "for the east and the central region was not found"
    for kind in BorrowerKind
}


def lines(rules):
    """Every line of a policy by its full name, but the one that only local rules set."""
    for measure, how in MEASURES.items():
        if measure == "lending_ceiling":
            continue
        found = getattr(rules, measure)
        yield from [found[kind] for kind in found] if how.by_kind else [found]


def gaps(rules):
    return {
        (line.name, str(day)): entry.reason
        for line in lines(rules)
        for day, entry in line.values
        if isinstance(entry, Gap)
    }


@pytest.mark.parametrize(
    ("place", "count"),
    [(place, 35 if place.startswith("west") else 38) for place in PLACES],
)
def test_every_gap_is_one_of_those_listed_and_says_what_was_not_found(place, count):
    found = gaps(RULES[place])
    listed = GAPS_EVERYWHERE | ({} if place.startswith("west") else GAPS_OF_2013)

    assert found.keys() == listed.keys()
    assert len(found) == count
    for where, reason in listed.items():
        assert reason in found[where]


@pytest.mark.parametrize("place", PLACES)
def test_every_measure_is_declared_from_the_first_day_of_the_programme(place):
    for line in lines(RULES[place]):
        assert line.known(date(2002, 12, 24)) is not None


def test_who_asks_in_a_gap_is_refused_with_its_reason():
    reason = "the split of 财金〔2013〕84号 for the east and the central region was not found"
    with refused(
        NotInForce, "policy.not_in_force", value=date(2014, 1, 1), limit=reason, says=reason
    ):
        RULES["east"].shares[INDIVIDUAL].at(date(2014, 1, 1))


def test_who_paid_the_half_of_2006_was_not_seen():
    central, registered = RULES["central"], frozenset({"registered_unemployed"})
    person = Category(kind=INDIVIDUAL, groups=registered, low_profit=LowProfit.YES)
    half = central.subsidy_of(person, principal=cny(20_000), on=date(2007, 1, 1)).value

    with refused(
        NotInForce, "policy.not_in_force", value=SubsidyShape.HALF, limit=date(2007, 1, 1)
    ):
        central.shares_of(person, half, on=date(2007, 1, 1))


# ---- references

NUMBER = (
    r"[银财国]\w+〔\d{4}〕\d+号|中国人民银行公告〔2019〕第15号"
    r"|银保监会、人民银行令〔2023〕第1号|各地通行做法"  # the last is no document, and says so
)
LOCAL_NUMBER = r".*（.*文号未见）|川财金〔2025〕30号"


def laid_over(name):
    return load("cn", region=OVERLAYS[name], overlay=name)


def shipped_blocks(folder):
    """Every block of the shipped files: file, measure, block."""
    for file in files(policy).joinpath(folder).iterdir():
        if file.name.endswith(".toml"):
            tables = tomllib.loads(file.read_text(encoding="utf-8"))
            tables.pop("decree")
            for measure, blocks in tables.items():
                yield from ((file.name, measure, block) for block in blocks)


def test_there_is_a_file_for_each_decree_of_the_law():
    assert [decree.key for decree in shipped_decrees()] == [
        *(
            "PRACTICE",
            "R2002",
            "R2003",
            "PBOC2003",
            "R2004",
            "R2006",
            "R2008",
            "R2008b",
            "R2009",
            "R2013",
        ),
        *("R2015", "R2016a", "R2016", "R2018", "R2018b", "PBOC2019", "R2019", "R2020"),
        *("CBIRC2023", "R2023"),
    ]
    for decree in shipped_decrees():
        assert re.fullmatch(NUMBER, decree.number)
        assert not decree.regions


@pytest.mark.parametrize("folder", ["cn", "cn/local"])
def test_every_value_says_in_chinese_what_its_clause_says_and_where_it_was_read(folder):
    blocks = list(shipped_blocks(folder))

    assert len(blocks) > 30
    for file, measure, block in blocks:
        if "gap" in block:
            assert len(block["gap"].split()) > 5, (file, measure)
            continue
        assert re.search("[一-鿿]{3}", block["reference"]["clause"]), (file, measure)
        assert len(block["reference"]["read_in"]) > 5, (file, measure)


@pytest.mark.parametrize("folder", ["cn", "cn/local"])
def test_what_was_not_read_counts_as_memory(folder):
    for file, measure, block in shipped_blocks(folder):
        if block.get("reference", {}).get("read_in", "").startswith("not read"):
            assert block["evidence"] == "memory", (file, measure)


def test_no_local_value_counts_as_read_in_a_national_text():
    assert {block["evidence"] for _, _, block in shipped_blocks("cn/local")} == {"local", "memory"}


# ---- borrower groups


def group_codes():
    codes = set()
    for folder in ("cn", "cn/local"):
        for _, measure, block in shipped_blocks(folder):
            value = block.get("value")
            if measure == "groups":
                codes |= set(value)
            elif measure == "ceiling" and value is not None:
                codes |= value.get("groups", {}).keys()
            elif measure == "subsidy" and value is not None:
                codes |= {code for one in value for code in one.get("groups", ())}
    return codes


def test_every_group_code_has_its_chinese_and_english_words():
    known = tomllib.loads(files(policy).joinpath("groups.toml").read_text(encoding="utf-8"))
    decrees = {decree.key for decree in shipped_decrees()}

    assert known.keys() == group_codes() | {"fisher", "zero_employment_household"}
    for code, words in known.items():
        assert re.fullmatch("[一-鿿、]+", words["zh"]), code
        assert words["en"].strip(), code
        assert words.keys() - {"zh", "en"} in ({"since"}, {"local"}), code
        assert words.get("since", "R2002") in decrees, code
    assert {code for code, words in known.items() if words.get("local")} == {
        *("fisher", "key_group", "zero_employment_household")
    }


def test_the_groups_of_the_epidemic_count_for_eight_and_a_half_months():
    groups, a_day = RULES["central"].groups, timedelta(1)
    first, last = date(2020, 4, 15), date(2020, 12, 31)

    for day in (first, last):
        assert set(EPIDEMIC) <= set(groups.at(day).value)
    for day in (first - a_day, last + a_day):
        assert not set(EPIDEMIC) & set(groups.at(day).value)


# ---- the old prime rate


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2013, 10, 25), "5.71"),
        (date(2014, 6, 30), "5.76"),
        (date(2014, 11, 21), "5.76"),
        (date(2014, 11, 24), "5.56"),
        (date(2015, 4, 13), "5.30"),
        (date(2015, 5, 8), "5.30"),
        (date(2015, 5, 10), "5.30"),  # a Sunday: the quote of Friday
        (date(2015, 5, 11), "5.05"),
        (date(2015, 5, 21), "5.05"),
        (date(2018, 11, 2), "4.31"),
        (date(2018, 11, 30), "4.31"),
        (date(2019, 8, 19), "4.31"),
    ],
)
def test_the_old_prime_rate_is_known_where_it_was_read(day, rate):
    assert RULES["central"].rates.lpr_old.at(day) == percent(rate)


@pytest.mark.parametrize(
    "day",
    [
        date(2013, 10, 24),
        date(2013, 10, 26),
        date(2014, 6, 29),
        date(2014, 11, 22),
        date(2014, 11, 25),
        date(2015, 4, 12),
        date(2015, 5, 22),
        date(2018, 11, 1),
        date(2018, 12, 1),
        date(2019, 8, 18),
        date(2019, 8, 20),
    ],
)
def test_the_old_prime_rate_is_not_guessed_between_the_days_it_was_read_for(day):
    rates = RULES["central"].rates
    with refused(
        NotInForce,
        "policy.not_in_force",
        value=day,
        limit=rates.lpr_old.spans,
        says=f"the quote of {day} was not read",
    ):
        rates.lpr_old.at(day)


# ---- local rules


def test_nine_local_rules_are_shipped():
    assert sorted(overlays()) == sorted(OVERLAYS)


@pytest.mark.parametrize("name", OVERLAYS)
def test_a_local_rule_is_laid_over_its_own_region_only(name):
    rules = laid_over(name)
    numbers = {
        entry.decree
        for line in [*lines(rules), *(rules.lending_ceiling[kind] for kind in BorrowerKind)]
        for _, entry in line.values
        if entry.decree and not re.fullmatch(NUMBER, entry.decree)
    }

    assert len(numbers) == 1
    assert re.fullmatch(LOCAL_NUMBER, numbers.pop())
    for region in {"east", "central", "west"} - {OVERLAYS[name]}:
        with pytest.raises(InvalidPolicy, match="is no rule of a county in the region"):
            load("cn", region=region, overlay=name)


# name, measure, kind, day, value and trust on it; the day is the first, the last, or one between
FULL, THIRDS, HALF = (tier("full"),), (tier("thirds"),), (tier("half"),)
OVER_LPR = (tier("over_lpr_minus_150"),)
FLAT = (tier("flat", points=percent("2.00")),)
LOCAL_VALUES = [
    ("jilin2023", "ceiling", INDIVIDUAL, "2023-12-01", ceiling(30), L),
    ("jilin2023", "ceiling", ENTERPRISE, "2023-12-01", ceiling(400), L),
    ("jilin2023", "term", INDIVIDUAL, "2023-12-01", 36, L),
    ("jilin2023", "term", ENTERPRISE, "2023-12-01", 24, L),
    *(
        ("jilin2023", measure, kind, day, value, trust)
        for kind in (INDIVIDUAL, PARTNERSHIP, ENTERPRISE)
        for measure, day, value, trust in (
            ("extension", "2023-11-30", ONCE, M),
            ("extension", "2023-12-01", ONCE, L),
            ("rate_cap", "2023-12-01", over_lpr("1.50"), L),
            ("subsidy", "2023-12-01", HALF, L),
        )
    ),
    (
        *("jilin2023", "raised_leverage_cap", None, "2023-12-01"),
        *(RaisedCap(at_most=10, repayment_rate=Decimal("0.95")), M),
    ),
    ("weihai2017", "ceiling", INDIVIDUAL, "2017-06-06", ceiling(10), M),
    (
        *("weihai2017", "ceiling", INDIVIDUAL, "2017-06-07"),
        *(Ceiling(base_fen=10 * WAN, by_scheme_fen=(("own_business", 30 * WAN),)), L),
    ),
    ("weihai2017", "ceiling", INDIVIDUAL, "2018-11-16", ceiling(15), S),
    ("weihai2017", "ceiling", ENTERPRISE, "2017-06-07", ceiling(300), L),
    ("weihai2017", "term", INDIVIDUAL, "2017-06-07", 36, L),
    (
        *("weihai2017", "groups", None, "2017-06-07"),
        (
            *("registered_unemployed", "disabled", "veteran"),
            *("released_prisoner", "graduate", "registered_poor"),
        ),
        L,
    ),
    (
        *("weihai2017", "other_loans", None, "2017-06-07"),
        OtherLoans(look_back_years=5, exempt=("student", "poverty_relief", "first_home", "car")),
        L,
    ),
    *(
        ("qingdao", "subsidy", kind, day, value, trust)
        for kind in (INDIVIDUAL, PARTNERSHIP)
        for day, value, trust in (
            ("2020-04-14", THIRDS, L),
            ("2020-04-15", FULL, M),
            ("2020-12-31", FULL, M),
            ("2021-01-01", FLAT, L),
            ("2023-09-30", FLAT, L),
            ("2023-10-01", HALF, S),
        )
    ),
    ("qingdao", "subsidy", ENTERPRISE, "2021-01-01", FLAT, L),
    ("qingdao", "subsidy", ENTERPRISE, "2023-10-01", HALF, S),
    (
        *("qingdao", "not_subsidized", None, "2020-04-15"),
        (
            *("extension", "overdue", "above_ceiling", "penalty", "compound", "commercial_part"),
            *("business_closed", "employed"),
        ),
        M,
    ),
    *(
        ("zhengzhou", "subsidy", kind, day, value, trust)
        for kind in (INDIVIDUAL, PARTNERSHIP)
        for day, value, trust in (
            ("2022-05-17", OVER_LPR, S),
            ("2022-05-18", FULL, L),
            ("2023-10-01", HALF, S),
        )
    ),
    ("zhengzhou", "subsidy", ENTERPRISE, "2022-05-18", OVER_LPR, S),
    *(
        ("zhengzhou", "shares", kind, day, value, L)
        for kind in (INDIVIDUAL, PARTNERSHIP, ENTERPRISE)
        for day, value in (
            ("2022-05-17", shares(central="1/2", local="1/2")),
            ("2022-05-18", shares(central="1/2", province="1/4", city="1/4")),
        )
    ),
    (
        *("huaian", "subsidy", ENTERPRISE, "2022-08-22"),
        *((tier("over_lpr_minus_150", at_most_points=percent("2.00")),), M),
    ),
    ("huaian", "subsidy", INDIVIDUAL, "2022-08-21", OVER_LPR, S),
    ("huaian", "rate_cap", ENTERPRISE, "2022-08-21", over_lpr("0.50"), M),
    ("huaian", "rate_cap", ENTERPRISE, "2022-08-22", over_lpr("1.00"), M),
    ("huaian", "rate_cap", ENTERPRISE, "2023-10-01", over_lpr("0.50"), M),
    ("huaian", "subsidy", INDIVIDUAL, "2023-10-01", HALF, S),
    *(
        ("sichuan2025", measure, kind, day, ceiling(wan), trust)
        for measure, kind, day, wan, trust in (
            ("ceiling", INDIVIDUAL, "2025-03-31", 30, S),
            ("ceiling", INDIVIDUAL, "2025-04-01", 30, L),
            ("ceiling", INDIVIDUAL, "2027-12-31", 30, L),
            ("ceiling", INDIVIDUAL, "2028-01-01", 30, S),
            ("ceiling", ENTERPRISE, "2025-04-01", 400, L),
            ("lending_ceiling", INDIVIDUAL, "2025-04-01", 50, L),
            ("lending_ceiling", INDIVIDUAL, "2027-12-31", 50, L),
            ("lending_ceiling", ENTERPRISE, "2025-04-01", 600, L),
            ("lending_ceiling", ENTERPRISE, "2027-12-31", 600, L),
        )
    ),
    *(
        ("sichuan2025", "subsidy", kind, day, HALF, trust)
        for kind in BorrowerKind
        for day, trust in (("2025-03-31", S), ("2025-04-01", L), ("2027-12-31", L))
    ),
    ("urumqi", "ceiling", INDIVIDUAL, "2023-01-01", ceiling(20), M),
    ("urumqi", "ceiling", PARTNERSHIP, "2023-01-01", per_head(20, at_most=100), M),
    ("urumqi", "ceiling", ENTERPRISE, "2023-01-01", ceiling(300), M),
    ("urumqi", "loans_at_most", ENTERPRISE, "2023-01-01", 2, M),
    ("urumqi", "term", ENTERPRISE, "2023-01-01", 24, M),
    ("urumqi", "subsidized_months", ENTERPRISE, "2023-01-01", 24, M),
    *(
        ("urumqi", measure, kind, day, value, trust)
        for kind in (INDIVIDUAL, PARTNERSHIP)
        for measure, day, value, trust in (
            ("term", "2023-01-01", 36, M),
            ("subsidized_months", "2022-12-31", 36, S),
            ("subsidized_months", "2023-01-01", 24, M),
            ("subsidized_months", "2023-09-30", 24, M),
            ("subsidized_months", "2023-10-01", 36, S),
            ("loans_at_most", "2023-01-01", 3, M),
        )
    ),
    *(
        ("zhejiang", "payment_mode", kind, day, value, trust)
        for kind in (INDIVIDUAL, PARTNERSHIP)
        for day, value, trust in (
            ("2022-02-17", PaymentMode.BANK_APPLIES, M),
            ("2022-02-18", PaymentMode.REFUNDED_AFTER_SETTLEMENT, L),
        )
    ),
    ("zhejiang", "payment_mode", ENTERPRISE, "2022-02-18", PaymentMode.REFUNDED, M),
    (
        *("zhejiang", "lender_loss_share", None, "2022-02-18"),
        (
            LossShare(share=Decimal(0), up_to_fen=10 * WAN),
            LossShare(share=Decimal("0.20"), up_to_fen=50 * WAN),
        ),
        L,
    ),
    ("yunnan2025", "running_loans", None, "2025-01-01", RunningLoans(rule_of=date(2023, 10, 1)), L),
]


@pytest.mark.parametrize(("name", "measure", "kind", "day", "value", "trust"), LOCAL_VALUES)
def test_a_local_rule_governs_its_days_and_the_nation_the_others(
    *, name, measure, kind, day, value, trust
):
    found = getattr(laid_over(name), measure)
    line = found if kind is None else found[kind]

    assert told(line.at(date.fromisoformat(day))) == (value, trust)


def test_every_block_of_a_local_rule_is_in_the_table_above():
    typed = {
        (f"{name}.toml", measure, kind and kind.value) for name, measure, kind, *_ in LOCAL_VALUES
    }
    shipped = {
        (file, measure, kind)
        for file, measure, block in shipped_blocks("cn/local")
        for kind in block.get("kinds", [None])
    }

    assert shipped - typed == {("huaian.toml", "subsidy", "partnership")}  # the next test
    assert typed - shipped == {  # where the nation's rule stays
        ("zhejiang.toml", "payment_mode", "enterprise"),
        ("zhengzhou.toml", "subsidy", "enterprise"),
    }


@pytest.mark.parametrize("kind", [INDIVIDUAL, PARTNERSHIP])
@pytest.mark.parametrize(
    ("groups", "wan", "shape", "times"),
    [
        ({"key_group"}, 15, "full", "1"),
        ({"key_group"}, 16, "over_lpr_minus_150", "1"),
        ({"key_group"}, 30, "over_lpr_minus_150", "1"),
        ({"key_group"}, 31, "over_lpr_minus_150", "1/2"),
        ({"graduate"}, 15, "full", "1/2"),
        ({"graduate"}, 30, "over_lpr_minus_150", "1/2"),
        ({"graduate"}, 31, "over_lpr_minus_150", "1/4"),
    ],
)
def test_in_huaian_the_subsidy_falls_with_the_loan_and_other_founders_get_half(
    kind, groups, wan, shape, times
):
    borrower = Category(kind=kind, groups=groups)
    found = laid_over("huaian").subsidy_of(
        borrower, principal=cny(wan * 10_000), on=date(2023, 1, 10)
    )

    assert (found.value.shape, found.value.times) == (SubsidyShape(shape), Fraction(times))


def test_in_sichuan_a_person_borrows_half_a_million_and_is_subsidized_on_three_hundred_thousand():
    sichuan, person = laid_over("sichuan2025"), Category(kind=INDIVIDUAL)
    day, after = date(2025, 4, 1), date(2028, 1, 1)

    assert sichuan.lending_ceiling_of(person, on=day).value == 50 * WAN
    assert sichuan.ceiling_of(person, on=day).value == 30 * WAN
    assert sichuan.lending_ceiling_of(person, on=after).value == 30 * WAN


def test_a_poor_county_of_jilin_has_a_point_more():
    poor = load("cn", region="central", poor_area=True, overlay="jilin2023")

    assert poor.rate_cap[INDIVIDUAL].at(date(2023, 12, 1)).value == over_lpr("2.50")


def test_an_own_business_in_weihai_borrowed_three_hundred_thousand():
    own = Category(kind=INDIVIDUAL, scheme="own_business")

    assert laid_over("weihai2017").ceiling_of(own, on=date(2017, 6, 7)).value == 30 * WAN
