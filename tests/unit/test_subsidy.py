"""Who bears the interest, line by line: the shapes of the rules, their limits, their clauses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from histories import (
    ANY_RATE,
    DOUBLE,
    HALF_MORE,
    PERSON,
    a_fund,
    a_loan,
    a_quarterly_loan,
    pays,
    pays_on_time,
    refused,
)
from microloan import (
    ZERO,
    Amortization,
    BorrowerKind,
    CategoryNeeded,
    Compounding,
    DayCount,
    EarlyInterest,
    InterestQuarter,
    LowProfit,
    NotInForce,
    Prepayment,
    PrincipalPart,
    Reference,
    Repricing,
    Segment,
    SubsidyShape,
    accelerate,
    change_rate,
    cny,
    declare_misuse,
    disburse,
    extend,
    extend_without_consent,
    pay_claim,
    percent,
    plan_subsidy,
    quarter_lines,
    reverse_both,
    subsidize,
    write_off,
)
from microloan.money import settle
from microloan.subsidy import treasury_share

A_RULE = ANY_RATE.subsidy_of(PERSON, principal=cny(1), on=date(2024, 1, 1))
LOW_PROFIT = replace(PERSON, low_profit=LowProfit.YES)


def yearly(principal, rate, on, *, months=12, **more):
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
        }
        | more
    )


def bullet(principal, rate, on, *, months=12, **more):
    """A loan whose interest is due with the principal."""
    return yearly(
        principal,
        rate,
        on,
        months=months,
        **{"amortization": Amortization.BULLET, "interval_months": 1} | more,
    )


def borne(loan):
    """Interest, the treasury's part and the borrower's part of each planned line, in yuan."""
    return [
        (line.interest, line.treasury, line.borrower) for line in plan_subsidy(loan, under=ANY_RATE)
    ]


def yuan(*amounts):
    """Amounts in yuan."""
    return tuple(map(cny, amounts))


# ---- the shapes


def test_since_october_2023_the_treasury_bears_half():
    # 300,000 at 4.95 % is 14,850 a year, half of it 7,425.
    (line,) = plan_subsidy(yearly(300_000, "4.95", date(2023, 10, 1)), under=ANY_RATE)

    assert (line.interest, line.treasury, line.borrower) == yuan(14_850, 7_425, 7_425)
    assert (line.loan_id, line.number, line.due_on) == ("HT-1", 1, date(2024, 10, 1))
    assert (line.rule.value.shape, line.rule.decree) == (SubsidyShape.HALF, "财金〔2023〕75号")
    assert line.annual_rate == Decimal("0.0495")


def test_half_of_a_settled_quarter():
    # 92 days from 21 June to 20 September, ACT/360: 3,795.00, half of it 1,897.50.
    loan = a_quarterly_loan(
        principal=cny(300_000), annual_rate=percent("4.95"), disbursed_on=date(2024, 6, 21)
    )

    line = plan_subsidy(loan, under=ANY_RATE)[0]
    assert (line.interest, line.treasury) == yuan("3795.00", "1897.50")
    assert line.due_on == date(2024, 9, 20)
    assert [segment.days for segment in line.segments] == [92]


def test_the_borrower_takes_the_odd_fen_when_half_is_rounded_up():
    # 0.05 of interest: half is 0.025, rounded up to 0.03 for the treasury.
    assert borne(yearly(1, "5", date(2024, 1, 15))) == [yuan("0.05", "0.03", "0.02")]


def test_thirds_fall_year_by_year():
    # 100,000 at 5.35 %: 5,350 a year; 5,350.00 / 3,566.67 / 1,783.33.
    assert borne(yearly(100_000, "5.35", date(2017, 3, 15), months=36)) == [
        yuan(5_350, 5_350, 0),
        yuan(5_350, "3566.67", "1783.33"),
        yuan(5_350, "1783.33", "3566.67"),
    ]


def test_a_period_across_an_anniversary_bears_both_thirds_by_days():
    # 21 March to 20 June 2018, 92 days: 50 to 9 May in the first year, 42 in the second.
    # 100,000 × 5.35 % × 92 / 360 = 1,367.22; × (50 + 42 × 2/3) / 92 = 1,159.165.
    loan = a_quarterly_loan(
        principal=cny(100_000),
        annual_rate=percent("5.35"),
        disbursed_on=date(2017, 5, 10),
        months=36,
    )

    line = plan_subsidy(loan, under=ANY_RATE)[4]
    whole = 100_000_00
    assert line.segments == (
        Segment(
            opens_on=date(2018, 3, 21),
            closes_on=date(2018, 5, 10),
            principal_fen=whole,
            annual_rate=percent("5.35"),
            subsidized_fen=whole,
            share=Fraction(1),
            rule=line.rule,
        ),
        Segment(
            opens_on=date(2018, 5, 10),
            closes_on=date(2018, 6, 21),
            principal_fen=whole,
            annual_rate=percent("5.35"),
            subsidized_fen=whole,
            share=Fraction(2, 3),
            rule=line.rule,
        ),
    )
    assert (line.interest, line.treasury, line.borrower) == yuan("1367.22", "1159.16", "208.06")


def test_a_loan_repaid_at_once_after_two_years_bears_five_sixths():
    # Two years of 365 days: (1 + 2/3) / 2 of 10,700.
    assert borne(bullet(100_000, "5.35", date(2017, 3, 15), months=24)) == [
        yuan(10_700, "8916.67", "1783.33")
    ]


def test_no_third_is_left_after_the_third_year():
    lines = plan_subsidy(yearly(100_000, "5.35", date(2017, 3, 15), months=60), under=ANY_RATE)

    assert [line.treasury for line in lines[3:]] == [ZERO, ZERO]
    assert [line.segments[0].share for line in lines] == [1, Fraction(2, 3), Fraction(1, 3), 0, 0]


def test_from_2021_the_borrower_bears_the_lpr_less_150_points():
    # Published (Liuzhou, January 2023): 100,000 for a year at 5.15 %, LPR 3.65 %: interest 5,150,
    # subsidy 3,000, borrower 2,150.
    loan = bullet(100_000, "5.15", date(2023, 1, 10))

    assert borne(loan) == [yuan(5_150, 3_000, 2_150)]
    assert plan_subsidy(loan, under=ANY_RATE)[0].segments[0].share == Fraction(300, 515)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2023, 1, 10), ("5221.53", "3041.67", "2179.86")),  # 365 days
        (date(2023, 3, 10), ("5235.83", "3050.00", "2185.83")),  # 366 days
    ],
)
def test_the_same_loan_by_actual_days(on, expected):
    # 100,000 × 5.15 % × 365 / 360 = 5,221.53, × 300 / 515 = 3,041.67; 366 days likewise.
    assert borne(bullet(100_000, "5.15", on, day_count=DayCount.ACT_360)) == [yuan(*expected)]


def test_the_rate_of_the_contract_counts_where_it_states_one():
    # Published (Anding): LPR 3.65 %, contract 6.15 %: borrower 2.15 %, subsidy 4.00 %.
    category = replace(PERSON, reference_rate=percent("3.65"))

    assert borne(bullet(100_000, "6.15", date(2022, 6, 1), category=category)) == [
        yuan(6_150, 4_000, 2_150)
    ]


def test_the_five_year_lpr_counts_where_the_contract_names_it():
    # LPR for five years in 2021: 4.65 %; contract 4.65 % + 0.50: the subsidy is 2.00 points.
    category = replace(PERSON, reference=Reference.LPR_5Y)
    loan = yearly(100_000, "5.15", date(2021, 6, 1), months=36, category=category)

    assert borne(loan) == [yuan(5_150, 2_000, 3_150)] * 3


def test_a_longer_loan_that_names_no_reference_is_refused():
    loan = yearly(100_000, "5.15", date(2021, 6, 1), months=24)

    with refused(CategoryNeeded, code="policy.category_needed", value=24, limit=12, keeps=loan):
        plan_subsidy(loan, under=ANY_RATE)


@pytest.mark.parametrize(
    ("rate", "reference", "treasury"),
    [
        ("2.15", "3.65", 0),  # exactly LPR less 150 points
        ("2.00", "3.65", 0),  # below it: the borrower bears all, and no more
        ("2.16", "3.65", 10),
        ("1.00", "1.00", 1_000),  # LPR less 150 points below nothing: all is borne, and no more
        ("0", "3.65", 0),
    ],
)
def test_the_part_over_lpr_is_never_below_nothing_nor_above_all(rate, reference, treasury):
    category = replace(PERSON, reference_rate=percent(reference))

    (line,) = borne(bullet(100_000, rate, date(2022, 6, 1), category=category))
    assert line[1] == cny(treasury)


def test_the_treasury_bears_all_of_a_loan_of_2013():
    # 50,000 × 9.15 % × 92 / 360 = 1,169.17.
    loan = a_quarterly_loan(
        principal=cny(50_000),
        annual_rate=percent("9.15"),
        disbursed_on=date(2014, 6, 21),
        months=24,
    )

    assert borne(loan)[0] == yuan("1169.17", "1169.17", 0)


def test_other_trades_than_low_profit_ones_got_nothing():
    other = replace(PERSON, low_profit=LowProfit.NO)

    assert borne(yearly(20_000, "5.49", date(2003, 6, 1), category=other)) == [
        yuan(1_098, 0, 1_098)
    ]
    (line,) = plan_subsidy(yearly(20_000, "5.49", date(2003, 6, 1), category=other), under=ANY_RATE)
    assert line.rule.value.shape is SubsidyShape.NONE
    assert [(part.subsidized_fen, part.share) for part in line.segments] == [(0, 0)]


def test_low_profit_trades_got_all_or_half_by_their_group():
    # 银发〔2006〕5号: 100 % for certificate holders, 50 % for other registered unemployed.
    holder = replace(LOW_PROFIT, groups=frozenset({"laid_off"}))
    registered = replace(LOW_PROFIT, groups=frozenset({"registered_unemployed"}))

    assert borne(yearly(20_000, "6", date(2007, 6, 1), category=holder)) == [yuan(1_200, 1_200, 0)]
    assert borne(yearly(20_000, "6", date(2007, 6, 1), category=registered)) == [
        yuan(1_200, 600, 600)
    ]


# ---- the limits


def test_the_rule_is_that_of_the_signing_day():
    signed_before = yearly(100_000, "4.95", date(2023, 10, 8), signed_on=date(2023, 9, 28))

    (line,) = plan_subsidy(signed_before, under=ANY_RATE)
    assert line.rule.value.shape is SubsidyShape.OVER_LPR_MINUS_150  # LPR 3.45: 4.95 − 1.95 = 3.00
    assert line.treasury == cny(3_000)


def test_principal_above_the_ceiling_is_not_subsidized():
    # 500,000 at 4.95 %, subsidized on 300,000: 7,425 of 24,750.
    assert borne(yearly(500_000, "4.95", date(2025, 5, 1))) == [yuan(24_750, 7_425, 17_325)]


def test_repayments_come_off_the_part_above_the_ceiling_first():
    loan = yearly(
        400_000,
        "5",
        date(2024, 5, 1),
        months=36,
        amortization=Amortization.EQUAL_PRINCIPAL,
        interval_months=6,
    )

    # Six parts of 66,666.67: 400,000 and 333,333.33 are above the ceiling, the rest is not.
    segments = [line.segments[0] for line in plan_subsidy(loan, under=ANY_RATE)]
    assert [segment.subsidized_fen for segment in segments] == [
        300_000_00,
        300_000_00,
        266_666_66,
        199_999_99,
        133_333_32,
        66_666_65,
    ]
    assert borne(loan)[0] == yuan(10_000, 3_750, 6_250)


@pytest.mark.parametrize(
    ("principal", "commercial", "treasury"),
    [
        (300_000, 100_000, 4_950),  # half of 14,850 × 200 / 300
        (500_000, 100_000, 7_425),  # the policy part of 400,000 is above the ceiling
        (500_000, 300_000, 4_950),  # the policy part of 200,000 is below it
        (300_000, 300_000, 0),
    ],
)
def test_the_commercial_part_is_not_subsidized(principal, commercial, treasury):
    category = replace(PERSON, commercial_part=cny(commercial))

    ((_, borne_by_treasury, _),) = borne(
        yearly(principal, "4.95", date(2025, 5, 1), category=category)
    )
    assert borne_by_treasury == cny(treasury)


def test_a_group_may_have_a_ceiling_of_its_own():
    # R2013: 50,000, women 80,000. 80,000 at 9 % is 7,200 a year; 50 of 80 parts are 4,500.
    woman = replace(PERSON, groups=frozenset({"women"}))

    assert borne(yearly(80_000, "9", date(2014, 6, 1)))[0][1] == cny(4_500)
    assert borne(yearly(80_000, "9", date(2014, 6, 1), category=woman))[0][1] == cny(7_200)


def test_interest_after_the_subsidized_term_is_the_borrowers():
    # R2013: at most two years.
    assert [line[1] for line in borne(yearly(50_000, "9", date(2014, 6, 1), months=36))] == [
        cny(4_500),
        cny(4_500),
        ZERO,
    ]


def test_the_subsidized_term_may_end_inside_a_period():
    # 50,000 × 9.15 % × 3 = 13,725 for 365 + 365 + 366 days, of which the first 730 are subsidized.
    loan = bullet(50_000, "9.15", date(2014, 1, 15), months=36)

    (line,) = plan_subsidy(loan, under=ANY_RATE)
    assert [(part.days, part.subsidized_fen) for part in line.segments] == [
        (365, 50_000_00),
        (365, 50_000_00),
        (366, 0),
    ]
    assert (line.interest, line.treasury) == yuan(13_725, "9141.65")


def test_a_period_is_not_cut_on_its_own_first_and_last_day():
    lines = plan_subsidy(yearly(50_000, "9", date(2014, 6, 1), months=36), under=ANY_RATE)

    assert [len(line.segments) for line in lines] == [1, 1, 1]
    assert lines[2].segments[0].opens_on == date(2016, 6, 1)


def test_a_loan_without_interest_has_nothing_to_share():
    assert borne(yearly(100_000, "0", date(2024, 1, 15))) == [yuan(0, 0, 0)]


def test_nothing_is_a_share_of_no_principal():
    nothing = Segment(
        opens_on=date(2024, 1, 15),
        closes_on=date(2024, 2, 15),
        principal_fen=0,
        annual_rate=percent("6"),
        subsidized_fen=0,
        share=Fraction(1),
        rule=A_RULE,
    )

    assert treasury_share([nothing]) == treasury_share([]) == 0


@pytest.mark.parametrize(
    ("second_rate", "expected"),
    [
        # (200 × 10 × 1/2 + 100 × 20 × 2/3) ÷ (300 × 10 + 100 × 20)
        (6, Fraction(7_000, 15_000)),
        # (200 × 10 × 6 × 1/2 + 100 × 20 × 9 × 2/3) ÷ (300 × 10 × 6 + 100 × 20 × 9)
        (9, Fraction(18_000, 36_000)),
    ],
)
def test_a_share_is_weighted_by_principal_rate_and_days(second_rate, expected):
    parts = [
        Segment(
            opens_on=date(2024, 1, 1),
            closes_on=date(2024, 1, 1 + days),
            principal_fen=principal,
            annual_rate=percent(rate),
            subsidized_fen=subsidized,
            share=share,
            rule=A_RULE,
        )
        for days, principal, rate, subsidized, share in (
            (10, 300, 6, 200, Fraction(1, 2)),
            (20, 100, second_rate, 100, Fraction(2, 3)),
        )
    ]

    assert treasury_share(parts) == expected


def test_a_borrower_of_a_kind_that_the_programme_did_not_lend_to_is_refused():
    firm = replace(PERSON, kind=BorrowerKind.ENTERPRISE)
    loan = a_loan(category=firm, disbursed_on=date(2005, 1, 15))
    gap = ANY_RATE.subsidy[BorrowerKind.ENTERPRISE].known(date(2005, 1, 15))

    for ask in (
        lambda: plan_subsidy(loan, under=ANY_RATE),
        lambda: subsidize(loan, under=ANY_RATE, as_of=date(2005, 6, 30)),
        lambda: quarter_lines([loan], InterestQuarter(2005, 1), under=ANY_RATE),
    ):
        with refused(
            NotInForce, code="policy.not_in_force", value=date(2005, 1, 15), limit=gap.reason
        ):
            ask()


# ---- following what happened


def test_lines_that_fell_due_are_those_of_the_plan():
    loan = pays_on_time(a_loan(), 1, 12)
    planned = plan_subsidy(loan, under=ANY_RATE)

    assert subsidize(loan, under=ANY_RATE, as_of=date(2024, 2, 14)) == ()
    assert subsidize(loan, under=ANY_RATE, as_of=date(2024, 2, 15)) == planned[:1]
    assert subsidize(loan, under=ANY_RATE, as_of=date(2024, 3, 14)) == planned[:1]
    assert subsidize(loan, under=ANY_RATE, as_of=date(2025, 6, 30)) == planned
    assert subsidize(loan, under=ANY_RATE, as_of=date(2024, 1, 14)) == ()


def test_overdue_principal_earns_no_subsidy_and_what_is_not_overdue_keeps_its_own():
    # Nobody pays: the interest of each period is that of the principal not yet due, and there is
    # none after maturity.
    loan = a_loan()

    lines = subsidize(loan, under=ANY_RATE, as_of=date(2026, 12, 31))
    assert [line.interest_fen for line in lines] == list(range(600_00, 0, -50_00))
    assert [line.treasury_fen for line in lines] == list(range(300_00, 0, -25_00))


def test_the_running_period_ends_on_the_day_of_the_payout():
    # 20 a day: 66 days to 20 March, 92 to 20 June; 21 June to 1 July are 10 days: 200, half is 100.
    _, loan = pay_claim(a_fund(), a_quarterly_loan(), on=date(2024, 7, 1), ref="P1")

    lines = subsidize(loan, under=ANY_RATE, as_of=date(2025, 12, 31))
    assert [(line.due_on, line.interest, line.treasury) for line in lines] == [
        (date(2024, 3, 20), *yuan(1_320, 660)),
        (date(2024, 6, 20), *yuan(1_840, 920)),
        (date(2024, 7, 1), *yuan(200, 100)),
    ]
    assert lines[2].number == 3
    assert [(part.opens_on, part.closes_on) for part in lines[2].segments] == [
        (date(2024, 6, 21), date(2024, 7, 1))
    ]
    assert subsidize(loan, under=ANY_RATE, as_of=date(2024, 6, 30)) == lines[:2]


def test_a_payout_cuts_thirds_by_the_days_until_then():
    # The interest due on 10 May 2018 is unpaid; 90 days later the fund pays.
    loan = yearly(100_000, "5.4", date(2017, 5, 10), months=36, day_count=DayCount.ACT_360)
    _, loan = pay_claim(a_fund(), loan, on=date(2018, 8, 8), ref="P1")

    # 90 days of the second year: 100,000 × 5.4 % × 90 / 360 = 1,350; two thirds are 900.
    line = subsidize(loan, under=ANY_RATE, as_of=date(2018, 12, 31))[1]
    assert (line.due_on, line.interest, line.treasury) == (date(2018, 8, 8), *yuan(1_350, 900))


@pytest.mark.parametrize("settled", [True, False])
def test_a_payout_on_a_due_date_leaves_no_period_running(settled):
    loan = a_quarterly_loan() if settled else a_loan()
    on = date(2024, 6, 20) if settled else date(2024, 6, 15)
    _, claimed = pay_claim(a_fund(), loan, on=on, ref="P1")

    due = [line for line in plan_subsidy(loan, under=ANY_RATE) if line.due_on <= on]
    assert subsidize(claimed, under=ANY_RATE, as_of=date(2024, 12, 31)) == tuple(due)


def test_a_payout_after_maturity_changes_no_line():
    _, loan = pay_claim(a_fund(), a_loan(), on=date(2025, 3, 1), ref="P1")

    planned = plan_subsidy(loan, under=ANY_RATE)
    assert subsidize(loan, under=ANY_RATE, as_of=date(2025, 12, 31)) == planned


def test_a_payout_that_was_undone_does_not_cut_the_period_short():
    fund, loan = pay_claim(a_fund(), a_quarterly_loan(), on=date(2024, 7, 1), ref="P1")
    _, loan = reverse_both(fund, loan, 2, on=date(2024, 7, 2), ref="C1")

    planned = plan_subsidy(loan, under=ANY_RATE)
    assert subsidize(loan, under=ANY_RATE, as_of=date(2025, 12, 31)) == planned


# ---- what happened to the plan


def test_interest_of_a_prepayment_is_subsidized_to_its_day():
    # 25 March: 100,000 × 6 % × 10/360 = 166.67; then 70,000 for 20/360: 233.33. Half of each.
    loan = pays_on_time(a_loan(), 1, 2)
    loan = loan.prepay(cny("30166.67"), on=date(2024, 3, 25), ref="V1", then=Prepayment.LOWER)

    lines = subsidize(loan, under=ANY_RATE, as_of=date(2024, 4, 30))[2:]
    assert [(line.due_on, line.number, line.interest, line.treasury) for line in lines] == [
        (date(2024, 3, 25), 3, *yuan("166.67", "83.34")),
        (date(2024, 4, 15), 4, *yuan("233.33", "116.67")),
    ]
    assert [segment.principal_fen for segment in lines[1].segments] == [70_000_00]
    assert lines == plan_subsidy(loan, under=ANY_RATE)[2:4]


def test_a_prepayment_on_a_due_date_has_no_line():
    loan = pays_on_time(a_loan(), 1, 1)
    loan = loan.prepay(cny(40_550), on=date(2024, 3, 15), ref="V1", then=Prepayment.LOWER)

    lines = subsidize(loan, under=ANY_RATE, as_of=date(2024, 4, 30))
    assert [line.due_on.month for line in lines] == [2, 3, 4]


def test_of_a_period_that_was_charged_whole_early_only_the_use_is_subsidized_and_once():
    # 15 March to 15 April, 31 days: 100,000 for 10 days, then 70,000 for 21.
    # 500 / 2 × (10 × 100,000 + 21 × 70,000) / (31 × 100,000) = 199.19.
    loan = pays_on_time(a_loan(early_interest=EarlyInterest.TO_NEXT_DUE_DATE), 1, 2)
    loan = loan.prepay(cny(30_500), on=date(2024, 3, 25), ref="V1", then=Prepayment.LOWER)

    lines = subsidize(loan, under=ANY_RATE, as_of=date(2024, 5, 31))[2:]
    assert [(line.due_on, line.interest, line.treasury) for line in lines] == [
        (date(2024, 3, 25), *yuan(500, "199.19")),
        (date(2024, 5, 15), *yuan(315, "157.50")),
    ]


def charged_to_the_due_date(*acts):
    """A loan of 300,000, within the ceiling, at 4.95 % from 21 June 2024, by quarters."""
    loan = a_quarterly_loan(
        principal=cny(300_000),
        annual_rate=percent("4.95"),
        disbursed_on=date(2024, 6, 21),
        early_interest=EarlyInterest.TO_NEXT_DUE_DATE,
    )
    for number, (day, amount) in enumerate(acts):
        loan = loan.prepay(cny(amount), on=day, ref=f"V{number}", then=Prepayment.SHORTEN)
    return loan


@pytest.mark.parametrize(
    ("acts", "treasury"),
    [
        # Interest to 20 September is 3,795.00 for 92 days; half of it for full use is 1,897.50.
        # What is repaid is the money less that interest: 96,205. Used are 300,000 for the days
        # before, 203,795 after: 19 July 28 + 64, 20 July 29 + 63, 21 July 30 + 62 days.
        ([(date(2024, 7, 19), 100_000)], "1474.20"),
        ([(date(2024, 7, 20), 100_000)], "1480.81"),
        ([(date(2024, 7, 21), 100_000)], "1487.43"),
        # 19 days of 300,000, 31 of 203,795, 42 of 103,795 (the interest is charged already).
        ([(date(2024, 7, 10), 100_000), (date(2024, 8, 10), 100_000)], "1125.92"),
        # On one day: 19 days of 300,000, 73 of 203,795.
        ([(date(2024, 7, 10), 50_000), (date(2024, 7, 10), 50_000)], "1414.67"),
    ],
)
def test_where_interest_is_charged_to_the_due_date_only_the_use_is_subsidized(acts, treasury):
    loan = charged_to_the_due_date(*acts)

    lines = subsidize(loan, under=ANY_RATE, as_of=date(2024, 9, 19))
    assert [(line.interest, line.treasury) for line in lines] == [yuan("3795.00", treasury)]


def test_where_interest_is_charged_to_the_due_date_what_is_overdue_is_not_used():
    # Called in on 1 August: 19 days of 300,000, 22 of 203,795, then nothing that is not overdue.
    loan = accelerate(
        charged_to_the_due_date((date(2024, 7, 10), 100_000)), on=date(2024, 8, 1), ref="A1"
    )

    first = subsidize(loan, under=ANY_RATE, as_of=date(2024, 9, 19))[0]
    # 1,897.50 × (19 × 300,000 + 22 × 203,795) / (92 × 300,000)
    assert first.treasury == cny("700.11")


def test_what_is_repaid_above_the_ceiling_takes_nothing_from_the_subsidy():
    # 600,000, of which 300,000 lie within the ceiling: after 100,000 are repaid they still do.
    loan = yearly(600_000, "4", date(2024, 3, 1), early_interest=EarlyInterest.TO_NEXT_DUE_DATE)
    loan = loan.prepay(cny(124_000), on=date(2024, 9, 1), ref="V1", then=Prepayment.LOWER)

    (line,) = subsidize(loan, under=ANY_RATE, as_of=date(2024, 12, 31))
    assert (line.interest, line.treasury) == yuan(24_000, 6_000)


def test_what_is_repaid_on_a_settlement_day_was_used_to_its_end():
    loan = a_quarterly_loan(
        disbursed_on=date(2024, 6, 21), early_interest=EarlyInterest.TO_NEXT_DUE_DATE
    )
    first = loan.schedule[0]
    loan = loan.repay(first.total, on=first.due_on, ref="R1")
    repaid = loan.prepay(cny(10_000), on=first.due_on, ref="V1", then=Prepayment.LOWER)

    day = date(2024, 12, 20)
    assert subsidize(repaid, under=ANY_RATE, as_of=day)[0] == plan_subsidy(loan, under=ANY_RATE)[0]


def test_a_loan_called_in_is_subsidized_to_that_day_and_no_penalty_ever_is():
    loan = accelerate(pays_on_time(a_loan(penalty=HALF_MORE), 1, 2), on=date(2024, 3, 25), ref="A1")

    lines = subsidize(loan, under=ANY_RATE, as_of=date(2025, 12, 31))
    assert [(line.due_on, line.interest, line.treasury) for line in lines[2:]] == [
        (date(2024, 3, 25), *yuan("166.67", "83.34"))
    ]
    assert loan.position(as_of=date(2025, 12, 31)).penalty_fen > 0


def test_penalty_compound_interest_and_misuse_bear_no_subsidy():
    plain, late = (
        a_loan(),
        a_loan(penalty=HALF_MORE, misuse=DOUBLE, compounding=Compounding.UNPAID_INTEREST),
    )
    late = declare_misuse(late, cny(50_000), on=date(2024, 3, 1), ref="M1")

    assert late.position(as_of=date(2025, 1, 31)).charges_fen > 0
    for loan in (plain, late):
        lines = subsidize(loan, under=ANY_RATE, as_of=date(2025, 1, 31))
        assert [line.treasury for line in lines] == [
            line.treasury for line in plan_subsidy(plain, under=ANY_RATE)
        ]


def test_a_loan_written_off_is_subsidized_for_what_fell_due():
    loan = write_off(a_loan(), on=date(2024, 4, 1), ref="W1")

    lines = subsidize(loan, under=ANY_RATE, as_of=date(2025, 1, 31))
    assert [line.treasury for line in lines] == [*yuan(300, 275)]


@pytest.mark.parametrize("act", [extend, extend_without_consent])
def test_nothing_that_an_extension_bears_is_subsidized(act):
    # The last quarter runs on: 21 December to 14 January, 25 days, then 65 to 20 March at 20 a day.
    loan = act(a_quarterly_loan(), months=12, on=date(2025, 1, 1), ref="展1")

    lines = plan_subsidy(loan, under=ANY_RATE)[4:]
    assert [(line.due_on, line.interest, line.treasury) for line in lines[:2]] == [
        (date(2025, 3, 20), *yuan(1_800, 250)),
        (date(2025, 6, 20), *yuan(1_840, 0)),
    ]
    assert [(part.days, part.subsidized_fen) for part in lines[0].segments] == [
        (11, 120_000_00),
        (14, 120_000_00),
        (65, 0),
    ]
    assert all(line.treasury_fen == 0 for line in lines[1:])


def test_interest_at_another_rate_of_an_extension_keeps_its_own_weight():
    loan = a_quarterly_loan()
    loan = extend(loan, months=12, on=date(2025, 1, 1), ref="展1", annual_rate=percent(9))

    # 11 days at 20, then 79 at 30: 2,590. Subsidized are 11 days at 20 and 14 at 30: half of 640.
    line = plan_subsidy(loan, under=ANY_RATE)[4]
    assert (line.interest, line.treasury) == yuan(2_590, 320)
    assert line.annual_rate == percent(9)
    told = dict(line.explain().steps)
    assert told["exact"] == "320.000000"


def test_after_a_rate_change_the_part_over_the_lpr_is_that_of_each_rate():
    # 2022: LPR 3.80 % less 1.50 points: 2.30 % are the borrower's.
    loan = a_quarterly_loan(disbursed_on=date(2022, 1, 10), repricing=Repricing.FLOATING)
    borne = ANY_RATE.reference_rate(loan.terms, loan.category) - percent("1.5")
    loan = change_rate(loan, percent("4.8"), on=date(2022, 4, 1), ref="U1")

    # 21 March to 31 March, 11 days at 20; 81 days at 16 through 20 June: 1,516. The borrower bears
    # so much of 120,000 for 92 days of 360.
    line = plan_subsidy(loan, under=ANY_RATE)[1]
    mine = 120_000 * Fraction(borne) * Fraction(92, 360)
    assert line.interest == cny(1_516)
    assert line.treasury_fen == settle((1_516 - mine) * 100)


def test_listed_parts_come_off_what_is_not_subsidized_first():
    # The ceiling of 300,000; 400,000 are lent, 150,000 come back between two interest days.
    parts = (
        PrincipalPart(due_on=date(2024, 5, 1), principal=cny(150_000)),
        PrincipalPart(due_on=date(2025, 1, 15), principal=cny(250_000)),
    )
    loan = a_quarterly_loan(principal=cny(400_000), amortization=Amortization.CUSTOM, parts=parts)

    lines = plan_subsidy(loan, under=ANY_RATE)
    # To 20 June: 400,000 from 21 March to 1 May, 41 days: 2,733.33…; 250,000 for 51 days: 2,125.
    # Subsidized are 300,000 for 41 days: 2,050, and 2,125; half of 4,175.
    assert [line.due_on for line in lines[:2]] == [date(2024, 3, 20), date(2024, 6, 20)]
    assert (lines[1].interest, lines[1].treasury) == yuan("4858.33", "2087.50")
    assert [part.subsidized_fen for part in lines[1].segments] == [300_000_00, 250_000_00]
    assert [line.number for line in lines[:3]] == [1, 3, 4]


def test_a_part_paid_out_later_is_subsidized_from_its_day():
    loan = disburse(a_quarterly_loan(disbursed=60_000), cny(60_000), on=date(2024, 4, 1), ref="放2")

    # 11 days at 10 and 81 at 20: 1,730
    line = plan_subsidy(loan, under=ANY_RATE)[1]
    assert (line.interest, line.treasury) == yuan(1_730, 865)


def test_a_quarter_carries_the_interest_of_a_prepayment_and_of_an_acceleration():
    quarter = InterestQuarter(2024, 2)  # 21 March to 20 June
    paid = pays(a_quarterly_loan("HT-1"), (1_320, date(2024, 3, 20)))
    paid = paid.prepay(
        paid.payoff(on=date(2024, 4, 1)).total, on=date(2024, 4, 1), ref="V", then=Prepayment.LOWER
    )
    called = accelerate(a_quarterly_loan("HT-2"), on=date(2024, 4, 1), ref="A1")

    lines = quarter_lines([paid, called], quarter, under=ANY_RATE)
    # 11 days at 20
    assert [(line.loan_id, line.due_on, line.interest) for line in lines] == [
        ("HT-1", date(2024, 4, 1), cny(220)),
        ("HT-2", date(2024, 4, 1), cny(220)),
    ]
    assert quarter_lines([paid, called], InterestQuarter(2024, 3), under=ANY_RATE) == ()


# ---- the quarter


def test_a_quarter_carries_the_lines_that_fell_due_in_it_loan_by_loan():
    # The second quarter of 2024 is 21 March to 20 June.
    settled = a_quarterly_loan("HT-2")
    on_the_21st = a_loan("HT-1", disbursed_on=date(2024, 1, 21))
    begun_later = a_loan("HT-3", disbursed_on=date(2024, 6, 1))

    lines = quarter_lines(
        [settled, on_the_21st, begun_later], InterestQuarter(2024, 2), under=ANY_RATE
    )
    assert [(line.loan_id, line.due_on) for line in lines] == [
        ("HT-2", date(2024, 6, 20)),
        ("HT-1", date(2024, 3, 21)),
        ("HT-1", date(2024, 4, 21)),
        ("HT-1", date(2024, 5, 21)),
    ]


def test_a_loan_repaid_at_once_has_its_only_line_in_the_quarter_of_its_maturity():
    loan = bullet(100_000, "5", date(2024, 1, 15))  # 5,000 due on 15 January 2025

    (line,) = quarter_lines([loan], InterestQuarter(2025, 1), under=ANY_RATE)
    assert (line.due_on, line.treasury) == (date(2025, 1, 15), cny(2_500))
    assert quarter_lines([loan], InterestQuarter(2024, 4), under=ANY_RATE) == ()


def test_a_quarter_carries_the_interest_that_a_payout_made_due():
    # Interest is due every 15 January; the payout of 15 April 2025 is in a quarter without one.
    loan = yearly(100_000, "4.8", date(2024, 1, 15), months=36, day_count=DayCount.ACT_360)
    _, loan = pay_claim(a_fund(), loan, on=date(2025, 4, 15), ref="P1")

    # 90 days: 1,200, half of it 600.
    (line,) = quarter_lines([loan], InterestQuarter(2025, 2), under=ANY_RATE)
    assert (line.due_on, line.interest, line.treasury) == (date(2025, 4, 15), *yuan(1_200, 600))
    assert quarter_lines([loan], InterestQuarter(2025, 3), under=ANY_RATE) == ()


# ---- why


def test_a_line_explains_itself_with_the_clause():
    loan = a_quarterly_loan(
        principal=cny(100_000),
        annual_rate=percent("5.35"),
        disbursed_on=date(2017, 5, 10),
        months=36,
    )
    line = plan_subsidy(loan, under=ANY_RATE)[4]

    # 78/92 = 0.847826087, × 1,367.22 = 1,159.164783
    assert str(line.explain()) == (
        "HT-1, installment 5: treasury 1,159.16\n"
        "  interest                 1,367.22 at 5.35 %, due 2018-06-20\n"
        "  interest on              100,000.00 × 5.35 % × 23/90\n"
        "  2018-03-21 - 2018-05-10  50 days × 100,000.00 of 100,000.00 × 1\n"
        "  2018-05-10 - 2018-06-21  42 days × 100,000.00 of 100,000.00 × 2/3\n"
        "  share                    0.84782609\n"
        "  exact                    1159.164783\n"
        "  rounded                  1,159.16, half up to the fen; the borrower takes the rest\n"
        f"  rule                     {line.rule}"
    )
    assert str(line.rule).startswith("财金〔2016〕85号: 第一年全额贴息，第二年贴息 2/3")
