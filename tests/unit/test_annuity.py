"""The level payment, exact, and plans in which nothing is rounded."""

from datetime import date
from decimal import ROUND_UP, Decimal, localcontext
from fractions import Fraction

import pytest

from microloan.annuity import exact_plan, level_by_factors, level_payment
from microloan.clauses import Amortization, LevelBy, PrincipalPart, Settlement
from microloan.money import cny, rounded
from microloan.months import MonthEnd
from microloan.periods import DayCount
from microloan.rate import percent
from microloan.schedule import amortize
from microloan.terms import LoanTerms


def contract(**terms):
    """3,000.00 at 1 % a month for three months from 15 January 2024, level payments."""
    usual = {
        "principal": cny(3_000),
        "annual_rate": percent(12),
        "disbursed_on": date(2024, 1, 15),
        "months": 3,
        "amortization": Amortization.EQUAL_INSTALLMENTS,
        "day_count": DayCount.THIRTY_360,
    }
    return LoanTerms(**usual | terms)


def yuan(exact_fen, places=2):
    return str(rounded(exact_fen / 100, places))


# the level payment


def test_a_level_payment_is_an_exact_fraction():
    # 200 × 10 % ÷ (1 − 1.1⁻²) = 20 × 1.21 ÷ 0.21
    assert level_payment(200, Fraction(1, 10), 2) == Fraction(2420, 21)


def test_without_interest_a_level_payment_is_a_part_of_the_principal():
    assert level_payment(100, Fraction(0), 3) == Fraction(100, 3)


def test_one_level_payment_is_principal_and_interest():
    assert level_payment(100, Fraction(1, 10), 1) == 110


@pytest.mark.parametrize(
    ("principal", "yearly", "payments", "a_year", "published"),
    [
        (10_000, "8", 10, 12, "1037.03"),  # Excel's page on PMT
        (200_000, "8", 10, 1, "29805.90"),  # 16,000 ÷ (1 − 1.08⁻¹⁰) = 16,000 ÷ 0.5368…
        (110_000, "12.9", 60, 12, "2497.21"),  # a calculator's test suite
        (150_000, "10", 36, 12, "4840.08"),  # a package's documentation
        (300_000, "3.95", 36, 12, "8850.52"),  # the worked example of the schedule
    ],
)
def test_published_level_payments(principal, yearly, payments, a_year, published):
    rate = Fraction(yearly) / 100 / a_year

    assert yuan(level_payment(principal * 100, rate, payments)) == published


def test_a_level_payment_by_factors_repays_what_is_owed():
    # 2,200 ÷ (1 ÷ 1.1 + 1 ÷ (1.1 × 1.2)) = 2,200 × 1.32 ÷ 2.2 = 1,320
    assert level_by_factors(Fraction(2_200), [Fraction(1, 10), Fraction(1, 5)]) == 1_320


@pytest.mark.parametrize("payments", [1, 2, 36, 360])
@pytest.mark.parametrize("rate", [Fraction(0), Fraction(1, 100), Fraction(395, 120_000)])
def test_where_all_factors_are_alike_both_level_payments_are_the_same(payments, rate):
    assert level_by_factors(Fraction(30_000), [rate] * payments) == level_payment(
        30_000, rate, payments
    )


# plans as a spreadsheet computes them


MORTGAGE = {"principal": cny(125_000), "annual_rate": percent(9), "months": 360}


def test_interest_and_principal_of_the_second_year_as_published_with_excel():
    # CUMIPMT(9%/12, 360, 125000, 13, 24, 0) and CUMPRINC of the same.
    second_year = exact_plan(contract(**MORTGAGE))[12:24]

    assert yuan(sum(interest for _, interest in second_year), 5) == "11135.23213"
    assert yuan(sum(principal for principal, _ in second_year), 7) == "934.1071234"


def test_interest_and_principal_of_the_first_month_as_published_with_excel():
    # CUMIPMT and CUMPRINC of period 1: 125,000 × 9 % / 12 = 937.50
    principal, interest = exact_plan(contract(**MORTGAGE))[0]

    assert yuan(interest, 2) == "937.50"
    assert yuan(principal, 8) == "68.27827118"


@pytest.mark.parametrize(
    ("loan", "number", "published"),
    [
        ((8_000, "10", 36, 1), 1, "66.67"),  # IPMT(10%/12, 1, 36, 8000)
        ((8_000, "10", 36, 12), 3, "292.45"),  # IPMT(10%, 3, 3, 8000)
    ],
)
def test_the_interest_of_one_payment_as_published_with_excel(loan, number, published):
    principal, rate, months, every = loan
    terms = contract(
        principal=cny(principal), annual_rate=percent(rate), months=months, interval_months=every
    )

    assert yuan(exact_plan(terms)[number - 1][1]) == published


@pytest.mark.parametrize(
    ("loan", "number", "published"),
    [
        ((2_000, "10", 24, 1), 1, "75.62"),  # PPMT(10%/12, 1, 24, 2000)
        ((200_000, "8", 120, 12), 10, "27598.05"),  # PPMT(8%, 10, 10, 200000)
    ],
)
def test_the_principal_of_one_payment_as_published_with_excel(loan, number, published):
    principal, rate, months, every = loan
    terms = contract(
        principal=cny(principal), annual_rate=percent(rate), months=months, interval_months=every
    )

    assert yuan(exact_plan(terms)[number - 1][0]) == published


def test_an_exact_plan_repays_the_principal_to_the_last_fraction():
    plan = exact_plan(contract(**MORTGAGE))

    assert sum(principal for principal, _ in plan) == 12_500_000
    assert len({principal + interest for principal, interest in plan}) == 1


def test_an_exact_plan_within_the_grace_bears_interest_only():
    # 3,000 × 1 % = 30.00 twice, then the level payment of 1,020.066334…
    plan = exact_plan(contract(months=5, grace_months=2))

    assert plan[:2] == [(0, 3_000), (0, 3_000)]
    assert [yuan(sum(line), 6) for line in plan[2:]] == ["1020.066334"] * 3


def test_an_exact_plan_from_the_31st_has_its_month_of_grace_by_the_month_end_rule():
    # The due dates are 1 March, 31 March and 1 May.
    plan = exact_plan(
        contract(disbursed_on=date(2024, 1, 31), grace_months=1, month_end=MonthEnd.ROLL)
    )

    assert plan[0] == (0, 3_000)


def test_an_exact_plan_by_exact_factors():
    # 30 days at 10 %, 60 days at 20 %: 1,320.00 each
    plan = exact_plan(
        contract(
            principal=cny(2_200),
            annual_rate=percent(120),
            disbursed_on=date(2023, 1, 1),
            due_dates=(date(2023, 1, 31), date(2023, 4, 1)),
            day_count=DayCount.ACT_360,
            level_by=LevelBy.EXACT_FACTORS,
        )
    )

    assert plan == [(110_000, 22_000), (110_000, 22_000)]


def test_in_a_stub_an_exact_plan_repays_as_in_a_whole_interval():
    # Level payment 768.843282 of four lines; interest 6.00 for 6 days in place of 30.00.
    principal, interest = exact_plan(contract(settlement=Settlement(20)))[0]

    assert interest == 600
    assert yuan(principal, 6) == "738.843282"


def test_where_interest_exceeds_the_level_payment_an_exact_plan_repays_nothing():
    # 100.00 at 1,000 % over 12 months of 2024 from 1 July: the level payment is 83.39; 31 days bear
    # 86.11 twice, then 30 days 83.33.
    plan = exact_plan(
        contract(
            principal=cny(100),
            annual_rate=percent(1000),
            disbursed_on=date(2024, 7, 1),
            months=12,
            day_count=DayCount.ACT_360,
        )
    )

    assert [(principal, yuan(interest)) for principal, interest in plan[:2]] == [(0, "86.11")] * 2
    assert [yuan(amount) for amount in plan[2]] == ["0.06", "83.33"]
    assert sum(principal for principal, _ in plan) == 10_000


def test_the_other_plans_have_exact_figures_too():
    thirds = exact_plan(contract(principal=cny(100), amortization=Amortization.EQUAL_PRINCIPAL))
    interest_only = exact_plan(contract(amortization=Amortization.INTEREST_ONLY))
    bullet = exact_plan(contract(amortization=Amortization.BULLET))

    third = Fraction(10_000, 3)
    assert thirds == [(third, 100), (third, Fraction(200, 3)), (third, Fraction(100, 3))]
    assert interest_only == [(0, 3_000), (0, 3_000), (300_000, 3_000)]
    assert bullet == [(300_000, 9_000)]


def test_an_exact_plan_in_parts_carries_interest_to_the_due_date():
    # 3,000 for 10 days 10.00, then 1,000 for 20 days 6.666…; then a month of 1,000.
    parts = (
        PrincipalPart(due_on=date(2024, 1, 25), principal=cny(2_000)),
        PrincipalPart(due_on=date(2024, 3, 15), principal=cny(1_000)),
    )
    plan = exact_plan(contract(months=2, amortization=Amortization.CUSTOM, parts=parts))

    assert plan == [(200_000, 0), (0, 1_000 + Fraction(2_000, 3)), (100_000, 1_000)]


@pytest.mark.parametrize("level_by", LevelBy)
@pytest.mark.parametrize("day_count", DayCount)
@pytest.mark.parametrize(
    "amortization", [plan for plan in Amortization if plan is not Amortization.CUSTOM]
)
@pytest.mark.parametrize("settled", [True, False])
def test_rounding_moves_no_line_of_a_plan_by_two_fen(amortization, day_count, level_by, settled):
    settled = settled and amortization is not Amortization.BULLET
    terms = contract(
        principal=cny(50_000),
        annual_rate=percent("4.35"),
        disbursed_on=date(2024, 1, 31),
        months=24,
        amortization=amortization,
        day_count=day_count,
        level_by=level_by,
        settlement=Settlement(20) if settled else None,
    )
    plan, exact = amortize(terms), exact_plan(terms)

    assert len(plan) == len(exact)
    for line, (principal, interest) in zip(plan[:-1], exact[:-1], strict=True):
        assert abs(line.principal_fen - principal) < 2
        assert abs(line.interest_fen - interest) < 2


def test_an_exact_plan_does_not_depend_on_the_hosts_decimal_context():
    terms = contract(annual_rate=Decimal("0.039512345678"), months=36)
    plan = exact_plan(terms)

    with localcontext(prec=6, rounding=ROUND_UP):
        assert exact_plan(terms) == plan
