"""What a loan is entitled to: every shape, the rate cap, arrears, an early end, a newer rule."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from histories import HALF_MORE, PERSON, a_loan, refused
from microloan import (
    ZERO,
    Amortization,
    ArrearsRule,
    BorrowerKind,
    CategoryNeeded,
    DayCount,
    InterestQuarter,
    InvalidDate,
    InvalidTerms,
    NotInForce,
    RateAboveCap,
    Reference,
    Repricing,
    Settlement,
    StopReason,
    SubsidyShape,
    SubsidyStop,
    SubsidyTier,
    change_rate,
    cny,
    declare_misuse,
    extend,
    percent,
    plan_subsidy,
    policy,
    quarter_lines,
    subsidize,
)
from microloan.entitlement import Entitlement
from microloan.policy import Place, Region, join_decrees, read_decree, shipped_decrees

CENTRAL = policy.load("cn", region="central")
FIRM = replace(PERSON, kind=BorrowerKind.ENTERPRISE)


def a_year(principal, rate, on, *, category=PERSON, months=12, **more):
    """A loan whose interest is due once a year, by the yearly rate: as published examples count."""
    return a_loan(
        **{
            "principal": cny(principal),
            "annual_rate": percent(rate),
            "disbursed_on": on,
            "months": months,
            "amortization": Amortization.INTEREST_ONLY,
            "interval_months": 12,
            "day_count": DayCount.BY_PERIOD,
            "category": category,
        }
        | more
    )


def treasury(loan, rules=CENTRAL):
    """What the treasury bears of each planned line, in yuan."""
    return [line.treasury for line in plan_subsidy(loan, under=rules)]


def yuan(*amounts):
    """Amounts in yuan."""
    return list(map(cny, amounts))


# ---- the shapes that firms, poor areas and local rules have


def test_a_firm_of_2012_gets_half_of_the_benchmark_whatever_its_rate():
    # Benchmark of 1 to 3 years from 2012-07-06: 6.15 %. 2,000,000 × 6.15 % / 2 = 61,500 a year,
    # at 6.15 % as at 9 %.
    for rate in ("6.15", "9"):
        loan = a_year(2_000_000, rate, date(2012, 7, 6), category=FIRM, months=24)
        assert treasury(loan) == yuan(61_500, 61_500)


def test_half_of_the_benchmark_is_never_more_than_the_interest():
    loan = a_year(1_000_000, "2", date(2012, 7, 6), category=FIRM)

    assert treasury(loan) == yuan(20_000)


def test_a_firm_of_2018_gets_half_of_the_old_prime_rate_that_was_read_for_the_day():
    # 4.31 % on 2018-11-20; 3,000,000 × 4.31 % / 2 = 64,650.
    loan = a_year(3_000_000, "6", date(2018, 11, 20), category=FIRM)

    assert treasury(loan) == yuan(64_650)


def test_a_day_whose_old_prime_rate_was_not_read_is_refused_and_nothing_is_interpolated():
    loan = a_year(3_000_000, "6", date(2017, 6, 1), category=FIRM)

    with refused(
        NotInForce,
        code="policy.not_in_force",
        value=date(2017, 6, 1),
        limit=CENTRAL.rates.lpr_old.spans,
    ):
        plan_subsidy(loan, under=CENTRAL)


def test_a_contract_that_states_its_old_prime_rate_needs_no_publication():
    # 2,000,000 × 4.30 % / 2 = 43,000.
    stated = replace(FIRM, reference=Reference.LPR_OLD, reference_rate=percent("4.30"))

    assert treasury(a_year(2_000_000, "6", date(2017, 6, 1), category=stated)) == yuan(43_000)


def test_a_firm_of_2020_gets_half_of_the_tenor_that_its_contract_names():
    # 2020-05-20: one year 3.85 %, five years 4.65 %. 1,000,000 × 4.65 % / 2 = 23,250.
    named = replace(FIRM, reference=Reference.LPR_5Y)

    assert treasury(a_year(1_000_000, "5.35", date(2020, 6, 1), category=FIRM)) == yuan(19_250)
    assert treasury(a_year(1_000_000, "5.35", date(2020, 6, 1), category=named)) == yuan(23_250)


def test_in_a_poor_area_all_three_years_of_2017_are_borne_in_full():
    poor = policy.load("cn", region="west", poor_area=True)

    loan = a_year(100_000, "5.35", date(2017, 3, 15), months=36)
    assert treasury(loan, poor) == yuan(5_350, 5_350, 5_350)


def test_qingdao_bears_two_points_flat_from_2021():
    qingdao = policy.load("cn", region="east", overlay="qingdao")

    # LPR 3.85 + 0.50 = 4.35 %: of 200,000 two points are 4,000 of 8,700.
    assert treasury(a_year(200_000, "4.35", date(2021, 3, 1)), qingdao) == yuan(4_000)
    assert treasury(a_year(200_000, "1.5", date(2021, 3, 1)), qingdao) == yuan(3_000)


def test_huaian_bears_two_points_of_a_firm_at_most():
    huaian = policy.load("cn", region="east", seven_eastern=True, overlay="huaian")

    # Published: 3,000,000 at 4.65 %, LPR 3.65: 4.65 − 2.15 = 2.50, more than 2.00: 60,000.
    loan = a_year(3_000_000, "4.65", date(2022, 9, 1), category=FIRM)
    assert treasury(loan, huaian) == yuan(60_000)
    # At 4.10 %, 4.10 − 2.15 = 1.95: 58,500.
    assert treasury(a_year(3_000_000, "4.10", date(2022, 9, 1), category=FIRM), huaian) == yuan(
        58_500
    )


def test_huaian_bears_by_the_amount_of_the_loan():
    huaian = policy.load("cn", region="east", seven_eastern=True, overlay="huaian")
    key = replace(PERSON, groups={"key_group"})

    # 4.15 % with LPR 3.65: 2.15 are the borrower's, 2.00 of 4.15 points the treasury's.
    def borne(principal, category):
        return treasury(a_year(principal, "4.15", date(2022, 9, 1), category=category), huaian)

    assert borne(150_000, key) == yuan(6_225)  # all of 150,000 × 4.15 %
    assert borne(150_001, key) == yuan("3000.02")  # 150,001 × 2.00 %
    assert borne(200_000, key) == yuan(4_000)
    others = replace(PERSON, groups={"graduate"})
    assert borne(150_000, others) == yuan("3112.50")
    assert borne(200_000, others) == yuan(2_000)


# ---- why not all of it


def test_a_line_tells_which_clause_leaves_a_part_without_a_subsidy():
    # 600,000 of which 300,000 lie within the ceiling of 2024; four years, three of them subsidized.
    loan = a_year(600_000, "4", date(2024, 3, 1), months=48)
    first, *_, last = plan_subsidy(loan, under=CENTRAL)
    closed = SubsidyStop(on=date(2024, 6, 1), reason=StopReason.BUSINESS_CLOSED)
    (_, stopped) = subsidize(quarterly(), under=CENTRAL, as_of=date(2024, 7, 1), stop=closed)

    assert (first.treasury, last.treasury) == (cny(6_000), ZERO)
    assert "365 days × 300,000.00 of 600,000.00 × 1/2\n" in str(first.explain())
    assert "above the ceiling: 财金〔2023〕75号: 个人最高额度 30 万元" in str(first.explain())
    assert "after 36 months: 财金〔2023〕75号: 个人贷款期限最长三年" in str(last.explain())
    assert "the subsidy stopped on 2024-06-01: business_closed" in str(stopped.explain())
    commercial = replace(PERSON, commercial_part=cny(400_000))
    assert "the commercial part bears none" in str(
        plan_subsidy(replace(loan, category=commercial), under=CENTRAL)[0].explain()
    )


# ---- the rate cap


def test_a_rate_above_the_cap_is_refused_by_name():
    # Central, June 2022: LPR 3.70 + 1.50 = 5.20 %.
    loan = a_year(100_000, "5.21", date(2022, 6, 1))

    for ask in (
        lambda: plan_subsidy(loan, under=CENTRAL),
        lambda: subsidize(loan, under=CENTRAL, as_of=date(2023, 6, 1)),
    ):
        with refused(
            RateAboveCap, code="policy.rate_above_cap", value=percent("5.21"), limit=percent("5.20")
        ):
            ask()
    assert treasury(a_year(100_000, "5.20", date(2022, 6, 1))) == yuan(3_000)


@pytest.mark.parametrize(
    ("places", "cap"),
    [
        ({"region": "east"}, "4.20"),
        ({"region": "central"}, "5.20"),
        ({"region": "west"}, "5.20"),
        ({"region": "west", "poor_area": True}, "6.20"),
    ],
)
def test_the_cap_is_that_of_the_place(places, cap):
    rules = policy.load("cn", **places)
    loan = a_year(100_000, cap, date(2022, 6, 1))

    assert rules.rate_cap_of(loan.terms, PERSON).value == percent(cap)
    assert plan_subsidy(loan, under=rules)
    with refused(
        RateAboveCap,
        code="policy.rate_above_cap",
        value=percent(cap) + Decimal("0.0001"),
        limit=percent(cap),
    ):
        above = replace(loan.terms, annual_rate=percent(cap) + Decimal("0.0001"))
        plan_subsidy(replace(loan, terms=above), under=rules)


def test_in_2015_what_lies_above_the_cap_is_the_borrowers():
    # Old prime rate of 2015-05-15: 5.05 + 3.00 = 8.05 %. At 9.00 % of 100,000: 9,000 a year, of
    # which 8.05 points are borne, 8,050.
    assert treasury(a_year(100_000, "9", date(2015, 5, 15))) == yuan(8_050)
    assert treasury(a_year(100_000, "8.05", date(2015, 5, 15))) == yuan(8_050)
    assert treasury(a_year(100_000, "8", date(2015, 5, 15))) == yuan(8_000)


def test_in_2015_a_day_whose_reference_was_not_read_needs_the_rate_of_the_contract():
    with refused(
        NotInForce,
        code="policy.not_in_force",
        value=date(2016, 3, 1),
        limit=CENTRAL.rates.lpr_old.spans,
    ):
        plan_subsidy(a_year(100_000, "8", date(2016, 3, 1)), under=CENTRAL)
    stated = replace(PERSON, reference_rate=percent("4.30"))
    assert treasury(a_year(100_000, "8", date(2016, 3, 1), category=stated)) == yuan(7_300)


def test_a_rate_raised_above_the_cap_is_borne_up_to_the_cap():
    # 300,000 from 2024-06-21, cap 3.45 + 1.50 = 4.95 %. From 21 September 12 %: 91 days to
    # 20 December, interest 9,100.00; borne is half of 4.95 points of 12: 9,100 × 4.95 / 24.
    loan = a_loan(
        principal=cny(300_000),
        annual_rate=percent("4.95"),
        disbursed_on=date(2024, 6, 21),
        months=12,
        amortization=Amortization.INTEREST_ONLY,
        interval_months=3,
        settlement=Settlement(20),
        day_count=DayCount.ACT_360,
        repricing=Repricing.FLOATING,
    )
    loan = change_rate(loan, percent("12"), on=date(2024, 9, 21), ref="U1")

    last = subsidize(loan, under=CENTRAL, as_of=date(2024, 12, 20))[-1]
    assert (last.interest, last.treasury) == (cny(9_100), cny("1876.88"))


def test_in_2015_a_rate_raised_above_the_cap_is_borne_up_to_the_cap_too():
    # Old prime rate 5.05 + 3.00 = 8.05 %. From the second year 12 %: of 12,000 the treasury bears
    # 8,050, as it would have from the first day.
    loan = a_year(100_000, "8", date(2015, 5, 15), months=24, repricing=Repricing.FLOATING)
    loan = change_rate(loan, percent("12"), on=date(2016, 5, 15), ref="U1")

    assert treasury(loan) == yuan(8_000, 8_050)


def test_a_rate_above_every_cap_that_might_have_been_named_is_refused():
    # Central, June 2024: 3.45 or 3.95, + 1.50: 5.45 % at most.
    loan = a_year(100_000, "5.46", date(2024, 6, 21), months=24)

    with refused(
        RateAboveCap, code="policy.rate_above_cap", value=percent("5.46"), limit=percent("5.45")
    ):
        plan_subsidy(loan, under=CENTRAL)
    within = replace(loan, terms=replace(loan.terms, annual_rate=percent("5.45")))
    assert plan_subsidy(within, under=CENTRAL)[0].unchecked


def test_a_tenor_left_open_on_a_day_whose_rates_are_not_known_yet_is_told():
    # Published is known through 2026-09-19; two years, no tenor: nothing to hold 20 % against.
    (line, _) = plan_subsidy(a_year(100_000, "20", date(2026, 10, 1), months=24), under=CENTRAL)

    assert line.unchecked == "a loan of 24 months must name its reference rate"


def test_a_reading_of_arrears_is_one_of_two():
    with refused(InvalidTerms, code="terms.invalid", value="whole_loan", limit="an ArrearsRule"):
        subsidize(quarterly(), under=CENTRAL, as_of=date(2024, 7, 1), arrears="whole_loan")


def test_a_cap_that_could_not_be_computed_is_told():
    # Three years, and the contract names no tenor: half needs none, the cap does.
    (line, *_) = plan_subsidy(a_year(100_000, "4", date(2024, 3, 1), months=36), under=CENTRAL)

    assert line.unchecked == "a loan of 36 months must name its reference rate"
    assert "  rate cap                 not checked: a loan of 36 months must name" in str(
        line.explain()
    )


def test_a_rate_that_was_held_against_the_cap_has_nothing_to_tell():
    (line,) = plan_subsidy(a_year(100_000, "4", date(2024, 3, 1)), under=CENTRAL)

    assert line.unchecked == ""
    assert "rate cap" not in str(line.explain())


def test_a_reference_that_the_rule_does_not_know_moves_no_cap():
    # A contract of 2022 that names the benchmark: the cap builds on the LPR of one year all the
    # same, a longer one must name its tenor.
    named = replace(PERSON, reference=Reference.BENCHMARK, reference_rate=percent("9"))
    loan = a_year(100_000, "5.20", date(2022, 6, 1))

    assert CENTRAL.rate_cap_of(loan.terms, named).value == percent("5.20")
    with refused(CategoryNeeded, code="policy.category_needed", value=24, limit=12):
        CENTRAL.rate_cap_of(replace(loan.terms, months=24), named)


# ---- arrears


def quarterly(**more):
    """A quarter's interest of 1 %, 1,000 yuan, due every three months; LPR cap of 2024 kept."""
    return a_loan(
        **{
            "principal": cny(100_000),
            "annual_rate": percent("4"),
            "disbursed_on": date(2024, 1, 1),
            "months": 12,
            "amortization": Amortization.INTEREST_ONLY,
            "interval_months": 3,
            "day_count": DayCount.BY_PERIOD,
            "penalty": HALF_MORE,
        }
        | more
    )


def followed(loan, as_of, **how):
    """What the treasury bears of each line that fell due, in yuan."""
    lines = subsidize(loan, under=CENTRAL, as_of=as_of, **how)
    return [line.treasury for line in lines]


def test_by_the_stricter_reading_no_day_on_which_anything_is_overdue_bears_a_subsidy():
    # The interest of 1 April is paid on 1 May: 2 to 30 April, 29 of the 91 days to 1 July, are
    # days with something overdue. 1,000 / 2 × 62 / 91 = 340.66.
    loan = quarterly().repay(cny(1_000), on=date(2024, 5, 1), ref="R1")

    assert followed(loan, date(2024, 7, 1)) == yuan(500, 500)
    assert followed(loan, date(2024, 7, 1), arrears=ArrearsRule.WHOLE_LOAN) == yuan(500, "340.66")


def test_by_the_stricter_reading_a_loan_paid_on_its_days_loses_nothing():
    loan = quarterly().repay(cny(1_000), on=date(2024, 4, 1), ref="R1")

    assert followed(loan, date(2024, 7, 1), arrears=ArrearsRule.WHOLE_LOAN) == yuan(500, 500)


def test_by_the_stricter_reading_arrears_that_last_leave_nothing():
    # Nothing is ever paid: of the second quarter only 1 April itself is no late day: 1 of 91.
    # 500 / 91 = 5.49; the third and fourth bear none.
    whole = ArrearsRule.WHOLE_LOAN

    assert followed(quarterly(), date(2025, 1, 1), arrears=whole) == yuan(500, "5.49", 0, 0)


# ---- an early end


def test_from_the_day_the_business_closed_the_loan_bears_no_subsidy():
    # Closed on 1 June: 61 of the 91 days from 1 April. 500 × 61 / 91 = 335.16; then nothing.
    closed = SubsidyStop(on=date(2024, 6, 1), reason=StopReason.BUSINESS_CLOSED)

    assert followed(quarterly(), date(2025, 1, 1), stop=closed) == yuan(500, "335.16", 0, 0)


def naming_misuse():
    """The national rules with a local one by which misuse ends the subsidy."""
    named = read_decree(
        """
[decree]
key = "OWN"
number = "本地规定"
title = "A rule of one's own"
title_zh = "本地规定"
issued = 2023-10-01

[[not_subsidized]]
from = 2023-10-01
value = ["misuse"]
reference = { clause = "挪用的停止贴息", read_in = "written for this test" }
evidence = "local"
""",
        file="own.toml",
    )
    place = Place(region=Region.CENTRAL)
    return join_decrees(shipped_decrees(), place=place, overlay=named)


def test_misuse_ends_the_subsidy_where_the_rules_name_it():
    rules = naming_misuse()
    loan = declare_misuse(quarterly(misuse=HALF_MORE), cny(10_000), on=date(2024, 6, 1), ref="N1")
    day = date(2024, 7, 1)

    assert [line.treasury for line in subsidize(loan, under=rules, as_of=day)] == yuan(
        500, "335.16"
    )
    earlier = SubsidyStop(on=date(2024, 4, 1), reason=StopReason.EMPLOYED)
    stopped = subsidize(loan, under=rules, as_of=day, stop=earlier)
    assert [line.treasury for line in stopped] == [cny(500), ZERO]
    assert followed(loan, day) == yuan(500, 500)  # the national rules do not name it


def test_a_misuse_that_was_undone_ends_nothing():
    loan = declare_misuse(quarterly(misuse=HALF_MORE), cny(10_000), on=date(2024, 6, 1), ref="N1")
    undone = loan.reverse(2, on=date(2024, 6, 2), ref="N2")

    for rules in (CENTRAL, naming_misuse()):
        lines = subsidize(undone, under=rules, as_of=date(2024, 7, 1))
        assert [line.treasury for line in lines] == yuan(500, 500)


def test_a_quarter_follows_the_reading_of_arrears_and_the_stops_of_its_loans():
    # As above: the second quarter, with the interest of 1 April unpaid and the business closed.
    loan, quarter = quarterly(), InterestQuarter(2024, 3)  # 21 June to 20 September: 1 July

    def borne(**how):
        (line,) = quarter_lines([loan], quarter, under=CENTRAL, **how)
        return line.treasury

    closed = SubsidyStop(on=date(2024, 6, 1), reason=StopReason.BUSINESS_CLOSED)
    assert borne() == borne(stops={"HT-2": closed}) == cny(500)
    assert borne(stops={"HT-1": closed}) == cny("335.16")
    assert borne(arrears=ArrearsRule.WHOLE_LOAN) == cny("5.49")


def test_a_day_without_a_subsidy_bears_nothing_at_all_and_says_why():
    lines = subsidize(
        quarterly(), under=CENTRAL, as_of=date(2024, 10, 1), arrears=ArrearsRule.WHOLE_LOAN
    )
    on_time, late = lines[1].segments

    assert (on_time.days, on_time.subsidized_fen, on_time.less) == (1, 100_000_00, "")
    assert (late.days, late.subsidized_fen, late.less) == (90, 0, "something was overdue")
    assert lines[2].treasury_fen == 0
    closed = SubsidyStop(on=date(2024, 1, 1), reason=StopReason.OTHER)
    (first,) = subsidize(quarterly(), under=CENTRAL, as_of=date(2024, 4, 1), stop=closed)
    assert [segment.subsidized_fen for segment in first.segments] == [0]


def test_what_an_extension_bears_says_that_it_was_not_signed():
    loan = extend(quarterly(months=12), months=6, on=date(2024, 12, 1), ref="Z1")
    last = plan_subsidy(loan, under=CENTRAL)[-1]

    assert last.treasury == ZERO
    assert last.segments[0].less == ("after the maturity that was signed; an extension bears none")


def test_a_principal_of_just_the_ceiling_and_a_commercial_part_names_the_commercial_part():
    commercial = replace(PERSON, commercial_part=cny(100_000))
    (line,) = plan_subsidy(
        a_year(400_000, "4", date(2024, 3, 1), category=commercial), under=CENTRAL
    )

    assert line.segments[0].less == "the commercial part bears none"
    assert line.treasury == cny(6_000)


# ---- a share by itself


def entitled(shape, **facts):
    """An entitlement of a shape, with a reference rate of 4 %."""
    rule = CENTRAL.subsidy_of(PERSON, principal=cny(1), on=date(2024, 1, 1))
    tier = SubsidyTier(shape=shape, **{key: facts.pop(key) for key in ("times",) if key in facts})
    return Entitlement(
        **{
            "disbursed_on": date(2024, 1, 1),
            "rule": rule.of(tier),
            "within_fen": 100,
            "within": "",
            "ends_on": date(2027, 1, 1),
            "ended": "",
            "reference_rate": Fraction(4, 100),
            "rate_cap": None,
            "unchecked": "",
        }
        | facts
    )


@pytest.mark.parametrize(
    ("shape", "facts", "rate", "share"),
    [
        (SubsidyShape.FULL, {}, "0", Fraction(0)),
        (SubsidyShape.FULL, {}, "0.05", Fraction(1)),
        (SubsidyShape.FULL, {"times": Fraction(1, 2)}, "0.05", Fraction(1, 2)),
        (SubsidyShape.FULL, {"rate_cap": Fraction(4, 100)}, "0.05", Fraction(4, 5)),
        (SubsidyShape.FULL, {"rate_cap": Fraction(4, 100)}, "0.03", Fraction(1)),
        (SubsidyShape.HALF, {"rate_cap": Fraction(4, 100)}, "0.05", Fraction(2, 5)),
        (SubsidyShape.HALF, {"times": Fraction(3)}, "0.05", Fraction(1)),  # never above all
        (SubsidyShape.HALF_REFERENCE, {}, "0.05", Fraction(2, 5)),
        (SubsidyShape.HALF_REFERENCE, {"rate_cap": Fraction(1, 100)}, "0.05", Fraction(2, 5)),
        (SubsidyShape.HALF_REFERENCE, {"times": Fraction(1, 2)}, "0.01", Fraction(1, 2)),
        (SubsidyShape.OVER_LPR_MINUS_150, {}, "0.05", Fraction(1, 2)),
        (SubsidyShape.OVER_LPR_MINUS_150, {"reference_rate": Fraction(0), "times": Fraction(1, 2)},
         "0.05", Fraction(1, 2)),
    ],
)  # fmt: skip
def test_a_share_is_exact_and_between_nothing_and_all(shape, facts, rate, share):
    assert entitled(shape, **dict(facts)).share(date(2024, 6, 1), Decimal(rate)) == share


def test_a_rate_above_the_cap_says_both_rates_the_decree_and_the_day():
    loan = a_year(100_000, "5.21", date(2022, 6, 1))

    with pytest.raises(RateAboveCap) as caught:
        plan_subsidy(loan, under=CENTRAL)
    assert str(caught.value) == (
        "HT-1 bears 5.21 %, above the 5.2 % of 财金〔2020〕21号 on 2022-06-01"
    )
    assert caught.value.zh == "HT-1 的利率 5.21 % 超过 财金〔2020〕21号 规定的上限 5.2 %"


def test_a_cap_beyond_which_nothing_is_borne_leaves_nothing_unchecked():
    (line,) = plan_subsidy(a_year(100_000, "9", date(2015, 5, 15)), under=CENTRAL)

    assert line.unchecked == ""


def test_a_contract_of_2010_that_names_no_reference_builds_on_the_benchmark():
    loan = a_year(50_000, "8", date(2010, 6, 1), months=24)  # 5.40 % for 1 to 3 years

    assert CENTRAL.reference_rate(loan.terms, PERSON) == percent("5.40")
    assert CENTRAL.rate_cap_of(loan.terms, PERSON).value == percent("8.40")


def test_a_firm_of_2010_whose_rate_is_free_builds_on_the_benchmark_that_its_subsidy_halves():
    loan = a_year(50_000, "8", date(2010, 6, 1), category=FIRM)  # 5.31 % up to a year

    assert CENTRAL.rate_cap_of(loan.terms, FIRM).value is None
    assert CENTRAL.reference_rate(loan.terms, FIRM) == percent("5.31")


def test_a_stop_is_a_day_and_a_reason():
    with refused(
        InvalidDate, code="periods.invalid_date", value="2024-06-01", limit="datetime.date"
    ):
        SubsidyStop(on="2024-06-01", reason=StopReason.OTHER)
    with refused(InvalidTerms, code="terms.invalid", value="closed", limit="a StopReason"):
        SubsidyStop(on=date(2024, 6, 1), reason="closed")


# ---- a newer rule for running loans


def test_a_running_loan_gets_the_newer_rule_from_the_day_it_is_moved():
    # Signed 2022-12-15, LPR 3.65, 5.15 %: 3.00 of 5.15 points until the end of 2024; from then on
    # half of 5.15. The third year's 5,150: 17 days (15 to 31 December) by 300/515, 348 by half:
    # 5,150 × (17 × 300/515 + 348 / 2) / 365 = 2,594.79…
    yunnan = policy.load("cn", region="west", overlay="yunnan2025")
    named = replace(PERSON, reference=Reference.LPR_1Y)
    loan = a_year(100_000, "5.15", date(2022, 12, 15), category=named, months=36)

    lines = plan_subsidy(loan, under=yunnan)
    assert [line.treasury for line in lines] == yuan(3_000, 3_000, "2594.79")
    assert [segment.days for segment in lines[2].segments] == [17, 348]
    assert [segment.share for segment in lines[2].segments] == [Fraction(300, 515), Fraction(1, 2)]
    assert [rule.decree for rule in lines[2].rules] == ["财金〔2020〕21号", "财金〔2023〕75号"]
    assert lines[2].rule == lines[2].rules[0]
    assert lines[0].rules == (lines[0].rule,)
    assert str(lines[2].explain()).count("财金〔20") == 2


def test_a_loan_of_the_newer_rule_is_not_moved():
    yunnan = policy.load("cn", region="west", overlay="yunnan2025")
    loan = a_year(100_000, "4.95", date(2023, 10, 1), months=24)

    assert [line.rules for line in plan_subsidy(loan, under=yunnan)] == [
        line.rules for line in plan_subsidy(loan, under=policy.load("cn", region="west"))
    ]
