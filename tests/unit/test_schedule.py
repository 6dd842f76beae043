"""The repayment plan: what should happen, to the fen."""

from datetime import date
from decimal import ROUND_UP, Decimal, Inexact, localcontext
from fractions import Fraction

import pytest

from microloan.clauses import Amortization, LevelBy, PrincipalPart, Residue, Settlement
from microloan.due_dates import Period, Workday
from microloan.errors import InvalidDate
from microloan.money import ZERO, cny, total
from microloan.periods import DayCount
from microloan.plan_lines import lines_of
from microloan.rate import percent
from microloan.schedule import Installment, Schedule, Stretch, amortize
from microloan.terms import LoanTerms
from refusals import refused

USUAL = {
    "principal": cny(300_000),
    "annual_rate": percent("3.95"),
    "disbursed_on": date(2024, 3, 15),
    "months": 36,
    "amortization": Amortization.EQUAL_INSTALLMENTS,
    "day_count": DayCount.THIRTY_360,
}
COUNTED = "the opening day counts, the closing day does not"


def contract(**terms):
    return LoanTerms(**{**USUAL, **terms})


def a_plan_of(amortization, **terms):
    """A contract of some kind; of a custom one, all principal is one part at maturity."""
    whole = contract(**{**terms, "amortization": Amortization.INTEREST_ONLY})
    part = PrincipalPart(due_on=whole.matures_on, principal=whole.principal)
    parts = (part,) if amortization is Amortization.CUSTOM else ()
    return contract(**terms, amortization=amortization, parts=parts)


def small(**terms):
    """3,000.00 at 1 % a month for three months."""
    return contract(**{"principal": cny(3_000), "annual_rate": percent(12), "months": 3, **terms})


def quarterly(disbursed_on, **terms):
    """300,000.00 at 4.95 % for a year, interest on the 20th of the last month of each quarter."""
    usual = {
        "annual_rate": percent("4.95"),
        "disbursed_on": disbursed_on,
        "months": 12,
        "amortization": Amortization.INTEREST_ONLY,
        "day_count": DayCount.ACT_360,
        "interval_months": 3,
        "settlement": Settlement(20),
    }
    return contract(**{**usual, **terms})


def printed(plan):
    return [(str(line.principal.amount), str(line.interest.amount)) for line in plan]


def days(plan):
    return [(line.period.closes_on - line.period.opens_on).days for line in plan]


def due_dates(plan):
    return [str(line.due_on) for line in plan]


# 等额本息


def test_level_payments_of_the_published_worked_example():
    # 300,000 × 3.95 % / 12 = 987.50; the level payment is 8,850.52.
    # 292,136.98 × 3.95 % / 12 = 961.6175…; 284,248.08 × 3.95 % / 12 = 935.6499…
    plan = amortize(contract())

    assert printed(plan[:3]) == [
        ("7863.02", "987.50"),
        ("7888.90", "961.62"),
        ("7914.87", "935.65"),
    ]
    assert plan[2].outstanding == cny("276333.21")
    assert len(plan) == 36
    assert plan[-1].outstanding == ZERO


def test_level_payments_by_hand():
    # 3,000 × 1 % ÷ (1 − 1.01⁻³) = 30 ÷ 0.02940985… = 1,020.0663… → 1,020.07
    # 1: 30.00 + 990.07, leaves 2,009.93.   2: 20.0993 → 20.10 + 999.97, leaves 1,009.96.
    # 3: 10.0996 → 10.10 + 1,009.96 = 1,020.06: the last installment is a fen short.
    plan = amortize(small())

    assert printed(plan) == [("990.07", "30.00"), ("999.97", "20.10"), ("1009.96", "10.10")]
    assert [line.total for line in plan] == [cny("1020.07"), cny("1020.07"), cny("1020.06")]
    assert [line.opening for line in plan] == [cny(3_000), cny("2009.93"), cny("1009.96")]
    assert [line.outstanding for line in plan] == [cny("2009.93"), cny("1009.96"), ZERO]
    assert [line.number for line in plan] == [1, 2, 3]


def test_level_payments_by_quarters_by_hand():
    # 100,000 × 3 % ÷ (1 − 1.03⁻⁴) = 3,000 ÷ 0.111512952… = 26,902.7045… → 26,902.70
    # 76,097.30 × 3 % = 2,282.919; 51,477.52 × 3 % = 1,544.3256; 26,119.15 × 3 % = 783.5745
    plan = amortize(
        contract(principal=cny(100_000), annual_rate=percent(12), months=12, interval_months=3)
    )

    assert printed(plan) == [
        ("23902.70", "3000.00"),
        ("24619.78", "2282.92"),
        ("25358.37", "1544.33"),
        ("26119.15", "783.57"),
    ]
    assert due_dates(plan) == ["2024-06-15", "2024-09-15", "2024-12-15", "2025-03-15"]


@pytest.mark.parametrize(
    ("principal", "rate", "months", "level"),
    [
        (110_000, "12.9", 60, "2497.21"),  # published by a calculator's test suite
        (150_000, "10", 36, "4840.08"),  # published in a package's documentation
        (300_000, "5", 360, "1610.46"),  # the textbook mortgage
        (1_000_000, "4.9", 360, "5307.27"),  # the mortgage of the 2015 benchmark rate
    ],
)
def test_published_level_payments_are_met(principal, rate, months, level):
    plan = amortize(contract(principal=cny(principal), annual_rate=percent(rate), months=months))

    assert {line.total for line in plan[:-1]} == {cny(level)}
    assert total(line.principal for line in plan) == cny(principal)
    assert plan[-1].outstanding == ZERO


def test_a_million_over_thirty_years_starts_with_interest_and_ends_with_principal():
    # 1,000,000 × 4.9 % / 12 = 4,083.33; 5,307.27 − 4,083.33 = 1,223.94
    plan = amortize(contract(principal=cny(1_000_000), annual_rate=percent("4.9"), months=360))

    assert printed(plan[:1]) == [("1223.94", "4083.33")]
    assert str(plan[-1].due_on) == "2054-03-15"
    assert [line.principal_fen for line in plan] == sorted(line.principal_fen for line in plan)


def test_where_interest_exceeds_the_level_payment_no_principal_is_repaid():
    # 100.00 at 1,000 % over 12 months: the level payment is 83.39. July and August have 31 days:
    # 100 × 10 × 31 / 360 = 86.11. September has 30: 83.33, which leaves 0.06 for the principal.
    plan = amortize(
        contract(
            principal=cny(100),
            annual_rate=percent(1000),
            disbursed_on=date(2024, 7, 1),
            months=12,
            day_count=DayCount.ACT_360,
        )
    )

    assert printed(plan[:3]) == [("0.00", "86.11"), ("0.00", "86.11"), ("0.06", "83.33")]
    assert plan[-1].outstanding == ZERO


# 等额本金


def test_level_principal_by_hand():
    # 12,000 / 12 = 1,000 a month; interest 12,000 × 0.5 % = 60, then five yuan less each month.
    plan = amortize(
        contract(
            principal=cny(12_000),
            annual_rate=percent(6),
            months=12,
            amortization=Amortization.EQUAL_PRINCIPAL,
        )
    )

    assert {line.principal for line in plan} == {cny(1_000)}
    assert [line.interest for line in plan] == [cny(60 - 5 * month) for month in range(12)]


def test_the_last_part_of_a_level_principal_takes_the_odd_fen():
    # 100.01 / 2 = 50.005 → 50.01; the last part is 50.00.
    plan = amortize(
        contract(principal=cny("100.01"), months=2, amortization=Amortization.EQUAL_PRINCIPAL)
    )

    assert [line.principal for line in plan] == [cny("50.01"), cny("50.00")]


# 按期付息到期还本 and 利随本清


def test_interest_by_period_leaves_the_principal_to_maturity():
    # 300,000 × 3.95 % / 4 = 2,962.50
    plan = amortize(contract(amortization=Amortization.INTEREST_ONLY, months=12, interval_months=3))

    assert printed(plan) == [("0.00", "2962.50")] * 3 + [("300000.00", "2962.50")]


@pytest.mark.parametrize(
    ("day_count", "interest"),
    [
        (DayCount.BY_PERIOD, "17775.00"),  # 300,000 × 3.95 % × 18 / 12
        (DayCount.THIRTY_360, "17775.00"),
        (DayCount.THIRTY_E_360, "17775.00"),
        (DayCount.ACT_360, "18071.25"),  # 300,000 × 3.95 % × 549 / 360
    ],
)
def test_all_at_maturity_bears_interest_for_the_whole_term(day_count, interest):
    # 15 March 2024 to 15 September 2025: 365 + 184 = 549 days.
    plan = amortize(contract(amortization=Amortization.BULLET, months=18, day_count=day_count))

    assert printed(plan) == [("300000.00", interest)]
    assert due_dates(plan) == ["2025-09-15"]


@pytest.mark.parametrize("amortization", Amortization)
def test_a_loan_of_one_month_is_one_installment(amortization):
    # 10,000 × 3.6 % / 12 = 30.00
    plan = amortize(
        a_plan_of(amortization, principal=cny(10_000), annual_rate=percent("3.6"), months=1)
    )

    assert printed(plan) == [("10000.00", "30.00")]
    assert due_dates(plan) == ["2024-04-15"]


# the smallest amounts and rates


def test_one_yuan_over_three_years_has_no_negative_installment():
    # 100 fen / 36 = 2.78 → 3 fen: 33 × 3 = 99, then one fen, then nothing.
    plan = amortize(contract(principal=cny(1), annual_rate=percent(0)))

    assert [line.principal_fen for line in plan] == [3] * 33 + [1, 0, 0]
    assert {line.interest for line in plan} == {ZERO}
    assert plan[-1].outstanding == ZERO


@pytest.mark.parametrize(
    "amortization", [Amortization.EQUAL_INSTALLMENTS, Amortization.EQUAL_PRINCIPAL]
)
def test_without_interest_every_payment_is_principal(amortization):
    # 100,000 / 36 = 2,777.777… → 2,777.78; 35 × 2,777.78 = 97,222.30, which leaves 2,777.70.
    plan = amortize(
        contract(principal=cny(100_000), annual_rate=percent(0), amortization=amortization)
    )

    assert printed(plan) == [("2777.78", "0.00")] * 35 + [("2777.70", "0.00")]


def test_half_a_fen_of_interest_is_due_and_less_is_not():
    # 1.00 × 6 % / 12 is exactly half a fen; at 5.88 % it is 0.49 fen.
    def interest(rate):
        return amortize(contract(principal=cny(1), annual_rate=percent(rate), months=1))[0].interest

    assert interest("6") == cny("0.01")
    assert interest("5.88") == ZERO


# the residue


def test_the_last_interest_may_take_the_odd_fen():
    # As by hand above; the third payment is level too: 1,020.07 − 1,009.96 = 10.11.
    plan = amortize(small(residue=Residue.LAST_INTEREST))

    assert printed(plan) == [("990.07", "30.00"), ("999.97", "20.10"), ("1009.96", "10.11")]
    assert {line.total for line in plan} == {cny("1020.07")}


def test_a_last_interest_that_cannot_take_the_residue_is_nothing_rather_than_negative():
    # 100.00 at 1,000 % from 1 March: months of 31 days bear 86.11, more than the level payment of
    # 83.44, months of 30 days hardly less. So nearly all principal comes last, and exceeds it.
    plan = amortize(
        contract(
            principal=cny(100),
            annual_rate=percent(1000),
            disbursed_on=date(2024, 3, 1),
            months=11,
            day_count=DayCount.ACT_360,
            residue=Residue.LAST_INTEREST,
        )
    )

    assert plan[-1].principal > cny("83.44")
    assert plan[-1].interest == ZERO


@pytest.mark.parametrize(
    "terms",
    [
        {"principal": cny(100_000), "annual_rate": percent(0)},
        {"principal": cny(1), "annual_rate": percent(0)},
        {"principal": cny(1), "annual_rate": percent("3.95")},
    ],
    ids=["no rate", "no rate and nothing outstanding", "nothing outstanding"],
)
def test_where_no_interest_is_due_the_last_interest_takes_no_residue(terms):
    plan = amortize(contract(residue=Residue.LAST_INTEREST, **terms))

    assert plan[-1].interest == ZERO
    assert list(plan) == list(amortize(contract(residue=Residue.LAST_INSTALLMENT, **terms)))


@pytest.mark.parametrize(
    "amortization",
    [plan for plan in Amortization if plan is not Amortization.EQUAL_INSTALLMENTS],
)
def test_only_level_payments_have_a_residue_to_place(amortization):
    terms = {"principal": cny("100.01"), "months": 3}
    plans = [amortize(a_plan_of(amortization, residue=residue, **terms)) for residue in Residue]

    assert list(plans[0]) == list(plans[1])


# grace


def test_no_principal_falls_due_within_the_grace():
    # Half a year of 12,000 × 0.5 % = 60, then 2,000 a month: 60, 50, 40, 30, 20, 10.
    plan = amortize(
        contract(
            principal=cny(12_000),
            annual_rate=percent(6),
            months=12,
            grace_months=6,
            amortization=Amortization.EQUAL_PRINCIPAL,
        )
    )

    assert [line.principal for line in plan] == [ZERO] * 6 + [cny(2_000)] * 6
    assert [line.interest for line in plan] == [cny(60)] * 6 + [
        cny(interest) for interest in (60, 50, 40, 30, 20, 10)
    ]


def test_level_payments_start_after_the_grace():
    # Two months of 3,000 × 1 %, then the plan by hand above.
    plan = amortize(small(months=5, grace_months=2))

    assert printed(plan) == [
        ("0.00", "30.00"),
        ("0.00", "30.00"),
        ("990.07", "30.00"),
        ("999.97", "20.10"),
        ("1009.96", "10.10"),
    ]


def test_a_grace_up_to_the_last_month_leaves_one_payment():
    plan = amortize(small(grace_months=2))

    assert printed(plan) == [("0.00", "30.00"), ("0.00", "30.00"), ("3000.00", "30.00")]


@pytest.mark.parametrize(
    ("disbursed_on", "without_principal", "with_principal"),
    [
        # The grace ends on 15 March; 20 March is after it.
        (
            date(2024, 1, 15),
            ["2024-01-20", "2024-02-20"],
            ["2024-03-20", "2024-04-20", "2024-05-20", "2024-06-20", "2024-07-15"],
        ),
        # The grace ends on 20 March; that day is still inside.
        (
            date(2024, 1, 20),
            ["2024-02-20", "2024-03-20"],
            ["2024-04-20", "2024-05-20", "2024-06-20", "2024-07-20"],
        ),
    ],
)
def test_a_grace_counts_from_disbursement_not_from_the_settlement_day(
    disbursed_on, without_principal, with_principal
):
    plan = amortize(
        contract(
            disbursed_on=disbursed_on,
            months=6,
            grace_months=2,
            settlement=Settlement(20),
            amortization=Amortization.EQUAL_PRINCIPAL,
        )
    )

    assert due_dates(line for line in plan if not line.principal_fen) == without_principal
    assert due_dates(line for line in plan if line.principal_fen) == with_principal
    # 300,000 in equal parts: 60,000 or 75,000.
    assert {line.principal for line in plan if line.principal_fen} == {
        cny(300_000 // len(with_principal))
    }


# due dates


def test_due_dates_are_counted_from_the_31st_and_never_eroded():
    plan = amortize(contract(disbursed_on=date(2024, 1, 31), months=13))

    assert due_dates(plan) == [
        "2024-02-29",
        "2024-03-31",
        "2024-04-30",
        "2024-05-31",
        "2024-06-30",
        "2024-07-31",
        "2024-08-31",
        "2024-09-30",
        "2024-10-31",
        "2024-11-30",
        "2024-12-31",
        "2025-01-31",
        "2025-02-28",
    ]


@pytest.mark.parametrize(
    ("interval", "dates"),
    [
        (1, ["03-20", "04-20", "05-20", "06-20", "07-20", "08-20", "09-15"]),
        (2, ["04-20", "06-20", "08-20", "09-15"]),
        (3, ["03-20", "06-20", "09-15"]),
        (6, ["06-20", "09-15"]),
        (12, ["09-15"]),
    ],
)
def test_settlement_days_fall_in_the_months_that_are_multiples_of_the_interval(interval, dates):
    plan = amortize(quarterly(date(2024, 3, 15), months=6, interval_months=interval))

    assert due_dates(plan) == [f"2024-{day}" for day in dates]


def test_a_yearly_settlement_falls_in_december():
    plan = amortize(quarterly(date(2023, 12, 25), months=24, interval_months=12))

    assert due_dates(plan) == ["2024-12-20", "2025-12-20", "2025-12-25"]
    assert days(plan) == [362, 365, 4]  # 25 December to 21 December; 21 to 21; 21 to 25


# settlement on the 20th


def test_paid_out_on_the_19th_the_first_stub_has_two_days():
    # 19 and 20 March; then the quarters; 21 December to 19 March is 11 + 31 + 28 + 18 = 88.
    plan = amortize(quarterly(date(2024, 3, 19)))

    assert due_dates(plan) == ["2024-03-20", "2024-06-20", "2024-09-20", "2024-12-20", "2025-03-19"]
    assert days(plan) == [2, 92, 92, 91, 88]
    assert [line.period.months for line in plan] == [0, 3, 3, 3, 0]
    # 300,000 × 4.95 % / 360 = 41.25 a day
    assert [line.interest for line in plan] == [
        cny(part) for part in ("82.50", "3795.00", "3795.00", "3753.75", "3630.00")
    ]
    assert [line.principal for line in plan] == [ZERO] * 4 + [cny(300_000)]


def test_paid_out_on_the_20th_the_first_period_runs_to_the_next_quarter():
    # 20 March to 20 June, both inside, is 93 days; maturity on the 20th does not count.
    plan = amortize(quarterly(date(2024, 3, 20)))

    assert due_dates(plan) == ["2024-06-20", "2024-09-20", "2024-12-20", "2025-03-20"]
    assert days(plan) == [93, 92, 91, 89]
    assert [line.period.months for line in plan] == [0, 3, 3, 0]


def test_paid_out_on_the_21st_the_loan_matures_the_day_after_its_last_settlement():
    # The 20th has its interest; one day later only the principal is left.
    plan = amortize(quarterly(date(2024, 3, 21)))

    assert due_dates(plan) == [
        "2024-06-20",
        "2024-09-20",
        "2024-12-20",
        "2025-03-20",
        "2025-03-21",
    ]
    assert days(plan) == [92, 92, 91, 90, 0]
    assert printed(plan)[-1] == ("300000.00", "0.00")


def test_the_quarter_from_21_june_to_20_september_has_92_days():
    first = amortize(quarterly(date(2024, 6, 21)))[0]

    assert first.period == Period(
        opens_on=date(2024, 6, 21), closes_on=date(2024, 9, 21), due_on=date(2024, 9, 20), months=0
    )
    assert first.interest == cny("3795.00")  # 300,000 × 4.95 % × 92 / 360


def test_a_whole_year_of_settled_interest_counts_each_day_once():
    for disbursed_on in (date(2024, 3, 19), date(2024, 3, 20), date(2024, 3, 21)):
        assert sum(days(amortize(quarterly(disbursed_on)))) == 365


def test_stubs_count_days_and_quarters_count_months():
    # 30/360: 2 days, three quarters, 21 December to 19 March = 90 − 2 = 88 days; 41.25 a day.
    plan = amortize(quarterly(date(2024, 3, 19), day_count=DayCount.THIRTY_360))

    assert [line.interest for line in plan] == [
        cny(part) for part in ("82.50", "3712.50", "3712.50", "3712.50", "3630.00")
    ]


def test_a_stub_by_period_counts_whole_months_and_odd_days():
    # 21 December to 21 February is two months, 2,475.00; 26 more days to 19 March, 1,072.50.
    plan = amortize(quarterly(date(2024, 3, 19), day_count=DayCount.BY_PERIOD))

    assert plan[-1].interest == cny("3547.50")


def test_a_loan_shorter_than_its_first_quarter_has_one_installment():
    plan = amortize(quarterly(date(2024, 3, 25), months=2))

    assert due_dates(plan) == ["2024-05-25"]
    assert days(plan) == [61]


# one period


@pytest.mark.parametrize(
    ("day_count", "months", "part"),
    [
        (DayCount.BY_PERIOD, 2, Fraction(1, 6)),
        (DayCount.THIRTY_360, 2, Fraction(1, 6)),
        (DayCount.THIRTY_E_360, 2, Fraction(1, 6)),
        (DayCount.ACT_360, 2, Fraction(63, 360)),
        (DayCount.ACT_365, 2, Fraction(63, 365)),
        (DayCount.ACT_ACT_ISDA, 2, Fraction(63, 366)),
        (DayCount.BY_PERIOD, 0, Fraction(62, 360)),  # two months and two days
        (DayCount.THIRTY_360, 0, Fraction(62, 360)),  # 2 × 30 + 31 − 29
        (DayCount.THIRTY_E_360, 0, Fraction(61, 360)),  # 2 × 30 + 30 − 29
        (DayCount.ACT_360, 0, Fraction(63, 360)),
    ],
)
def test_a_regular_period_goes_by_months_where_the_day_count_says_so(day_count, months, part):
    # 29 March to 31 May is 3 + 30 + 30 = 63 days; with no regular months it is a stub.
    period = Period(
        opens_on=date(2024, 3, 29),
        closes_on=date(2024, 5, 31),
        due_on=date(2024, 5, 31),
        months=months,
    )

    assert period.year_fraction(day_count) == part


@pytest.mark.parametrize("amortization", [Amortization.INTEREST_ONLY, Amortization.BULLET])
@pytest.mark.parametrize(
    "day_count", [DayCount.BY_PERIOD, DayCount.THIRTY_360, DayCount.THIRTY_E_360]
)
def test_a_month_from_the_31st_to_the_end_of_february_is_a_twelfth(amortization, day_count):
    # 120,000 × 6 % / 12 = 600.00; by the formula of 30/360 the stub would have 29 days: 580.00.
    plan = amortize(
        contract(
            principal=cny(120_000),
            annual_rate=percent(6),
            disbursed_on=date(2024, 1, 31),
            months=1,
            amortization=amortization,
            day_count=day_count,
        )
    )

    assert printed(plan) == [("120000.00", "600.00")]


# an installment and its stretches


def test_the_interest_of_an_installment_comes_in_stretches():
    # 41.25 a day on 300,000; 92 days are 3,795.00.
    line = amortize(quarterly(date(2024, 6, 21)))[0]

    (stretch,) = line.stretches
    assert stretch == Stretch(
        opens_on=date(2024, 6, 21),
        closes_on=date(2024, 9, 21),
        principal_fen=30_000_000,
        annual_rate=Decimal("0.0495"),
        fraction=Fraction(92, 360),
    )
    assert (stretch.days, stretch.principal, stretch.exact_fen) == (92, cny(300_000), 379_500)


def in_parts(**terms):
    """12,000.00 at 1 % a month for a month from 15 January; half of it is repaid on the 25th."""
    usual = {
        "principal": cny(12_000),
        "annual_rate": percent(12),
        "disbursed_on": date(2024, 1, 15),
        "months": 1,
        "amortization": Amortization.CUSTOM,
        "parts": (
            PrincipalPart(due_on=date(2024, 1, 25), principal=cny(6_000)),
            PrincipalPart(due_on=date(2024, 2, 15), principal=cny(6_000)),
        ),
    }
    return contract(**{**usual, **terms})


def test_a_part_on_no_due_date_has_no_stretch_and_the_next_line_has_both():
    # 10 days of 30 on 12,000, 40.00; the other 20 of 30 on 6,000, 40.00.
    part, line = amortize(in_parts())

    assert (part.principal, part.interest, part.stretches) == (cny(6_000), ZERO, ())
    assert (line.principal, line.interest) == (cny(6_000), cny(80))
    assert [(stretch.days, stretch.principal_fen) for stretch in line.stretches] == [
        (10, 1_200_000),
        (21, 600_000),
    ]
    assert [stretch.exact_fen for stretch in line.stretches] == [4_000, 4_000]
    assert [stretch.fraction for stretch in line.stretches] == [
        Fraction(10, 360),
        Fraction(20, 360),
    ]


def test_what_a_part_leaves_to_the_next_line_can_be_asked_of_the_schedule():
    plan = amortize(in_parts())

    assert plan.stretches(0) == ()
    assert plan.accrued(0) == plan[1].stretches[:1]
    assert plan.accrued(1) == plan[1].stretches


def test_what_is_left_of_a_plan_says_since_when_its_first_line_bears_interest():
    # 12,000 from 15 January to the 25th, 10 of 30 days, 40.00; then 6,000 for the other 20, 40.00.
    terms = contract(
        principal=cny(12_000),
        annual_rate=percent(12),
        disbursed_on=date(2024, 1, 15),
        months=2,
        amortization=Amortization.INTEREST_ONLY,
    )
    whole = amortize(terms)
    earned = Stretch(
        opens_on=date(2024, 1, 15),
        closes_on=date(2024, 1, 25),
        principal_fen=1_200_000,
        annual_rate=terms.annual_rate,
        fraction=Fraction(10, 360),
    )
    rest = Schedule(
        terms=terms,
        calendar=whole.calendar,
        lines=lines_of(
            terms, whole.calendar, 600_000, since=date(2024, 1, 25), carried=Fraction(4_000)
        ),
        first=0,
        since=date(2024, 1, 25),
        carried=(earned,),
        numbered_from=2,
    )

    assert [line.number for line in rest] == [2, 3]
    assert printed(rest) == [("0.00", "80.00"), ("6000.00", "60.00")]
    assert [stretch.days for stretch in rest[0].stretches] == [10, 21]
    assert rest[0].stretches[0] == earned
    assert rest[0].period == whole[0].period
    assert rest[1].period == whole[1].period
    assert [stretch.exact_fen for stretch in rest[1].stretches] == [6_000]


def test_days_without_any_length_are_no_stretch():
    # Paid out on the 21st and settled on the 20th, the loan matures the day after.
    last = amortize(quarterly(date(2024, 3, 21)))[-1]

    assert last.stretches == ()
    assert last.interest == ZERO


@pytest.mark.parametrize("day_count", DayCount)
@pytest.mark.parametrize("level_by", LevelBy)
@pytest.mark.parametrize("settlement", [None, Settlement(20)])
def test_the_interest_of_every_line_is_that_of_its_stretches_rounded_once(
    day_count, level_by, settlement
):
    plan = amortize(contract(day_count=day_count, level_by=level_by, settlement=settlement))

    for line in plan:
        exact = sum(stretch.exact_fen for stretch in line.stretches)
        assert line.interest_fen == (2 * exact + 1) // 2
        assert line.total_fen == line.principal_fen + line.interest_fen
        assert line.outstanding_fen == line.opening_fen - line.principal_fen


def test_an_installment_moves_to_a_working_day_and_its_interest_stays():
    # 15 June 2024 is a Saturday.
    line = amortize(contract())[2]

    def working(day):
        return day.weekday() < 5

    assert line.due_on == date(2024, 6, 15)
    assert line.moved(working) == date(2024, 6, 17)
    assert line.moved(working, Workday.PRECEDING) == date(2024, 6, 14)
    assert (line.due_on, line.period.closes_on) == (date(2024, 6, 15), date(2024, 6, 15))
    assert amortize(contract())[1].moved(working) == date(2024, 5, 15)  # a Wednesday


def test_an_installment_cannot_move_where_there_is_no_working_day():
    with refused(InvalidDate, "periods.invalid_date", value=date(2024, 4, 15), limit=31):
        amortize(contract())[0].moved(lambda day: False)


def test_an_installment_prints_what_falls_due():
    assert repr(amortize(small())[0]) == (
        "Installment(number=1, due_on=2024-04-15, principal=990.07, interest=30.00, "
        "outstanding=2,009.93)"
    )


def test_an_installment_cannot_be_edited():
    line = amortize(small())[0]

    for name, value in (("principal_fen", 0), ("interest", ZERO), ("number", 2), ("note", "")):
        with pytest.raises(AttributeError):
            setattr(line, name, value)


# a schedule is a sequence of installments


def test_a_schedule_is_indexed_and_sliced_like_a_tuple():
    plan = amortize(small())

    assert isinstance(plan, Schedule)
    assert len(plan) == 3
    assert [line.number for line in plan] == [1, 2, 3]
    assert [line.number for line in reversed(plan)] == [3, 2, 1]
    assert (plan[0].number, plan[-1].number, plan[-3].number) == (1, 3, 1)
    assert plan[1:] == (plan[1], plan[2])
    assert plan[::-2] == (plan[2], plan[0])
    assert plan[3:] == ()
    assert plan.index(plan[1]) == 1
    assert plan.count(plan[1]) == 1
    assert plan[2] in plan
    assert "an installment" not in plan


@pytest.mark.parametrize("at", [3, -4])
def test_a_schedule_has_no_installment_beyond_its_ends(at):
    with pytest.raises(IndexError):
        amortize(small())[at]


def test_installments_are_the_same_where_day_amounts_and_stretches_are():
    plan, again = amortize(small()), amortize(small(signed_on=date(2024, 3, 1)))

    assert plan[0] is not plan[0]
    assert plan[0] == plan[0] == again[0]
    assert hash(plan[0]) == hash(again[0])
    assert len({*plan, *again}) == 3
    assert plan[0] != plan[1]
    assert plan[0] != "installment 1"
    assert isinstance(plan[0], Installment)


def test_installments_of_equal_amounts_for_other_days_differ():
    # 92 days from 15 June either way: by 360, 3.60 % bears what 3.65 % bears by 365.
    terms = {"amortization": Amortization.BULLET, "months": 3, "disbursed_on": date(2024, 6, 15)}
    one = amortize(contract(**terms, annual_rate=percent("3.6"), day_count=DayCount.ACT_360))[0]
    other = amortize(contract(**terms, annual_rate=percent("3.65"), day_count=DayCount.ACT_365))[0]

    assert (one.total, one.due_on) == (other.total, other.due_on)
    assert hash(one) == hash(other)
    assert one != other


def test_schedules_are_the_same_where_their_terms_are():
    first = amortize(small())
    amortize.cache_clear()
    second = amortize(small())

    assert first is not second
    assert first == second
    assert hash(first) == hash(second)
    assert first != amortize(small(months=4))
    assert first != tuple(first)


def test_terms_asked_twice_are_planned_once():
    assert amortize(small()) is amortize(small())


# why


def explained(line):
    return str(line.explain()).splitlines()


def test_interest_of_a_stub_explains_itself():
    assert explained(amortize(quarterly(date(2024, 6, 21)))[0]) == [
        "installment 1, due 2024-09-20: 3,795.00, of it interest 3,795.00",
        "  period       2024-06-21 - 2024-09-21, 92 days",
        "  interest on  300,000.00 × 4.95 % × 23/90",
        "  exact        3795.000000",
        "  rounded      3,795.00, half up to the fen",
        "  principal    0.00: none falls due",
        f"  rule         principal × rate × year fraction (ACT_360); {COUNTED}",
    ]


def test_a_level_payment_explains_itself():
    # 3,000 × 12 % / 12 = 30.00; 30 ÷ (1 − 1.01⁻³) = 1,020.0663344…
    assert explained(amortize(small())[0]) == [
        "installment 1, due 2024-04-15: 1,020.07, of it interest 30.00",
        "  period       2024-03-15 - 2024-04-15, 31 days",
        "  interest on  3,000.00 × 12 % × 1/12",
        "  exact        30.000000",
        "  rounded      30.00, half up to the fen",
        "  principal    990.07: level 1,020.07 (exact 1020.066334) less interest",
        f"  rule         principal × rate × year fraction (THIRTY_360); {COUNTED}",
    ]


def test_a_level_payment_in_a_stub_explains_itself():
    # 30 ÷ (1 − 1.01⁻⁴) = 768.8432817…; 15 to 20 March is 6 days.
    level = "level 768.84 (exact 768.843282)"

    assert explained(amortize(small(settlement=Settlement(20)))[0]) == [
        "installment 1, due 2024-03-20: 744.84, of it interest 6.00",
        "  period       2024-03-15 - 2024-03-21, 6 days",
        "  interest on  3,000.00 × 12 % × 1/60",
        "  exact        6.000000",
        "  rounded      6.00, half up to the fen",
        f"  principal    738.84: {level} less the interest of a whole interval, 30.00",
        f"  rule         principal × rate × year fraction (THIRTY_360); {COUNTED}",
    ]


def test_a_level_principal_explains_itself():
    terms = small(principal=cny(100), amortization=Amortization.EQUAL_PRINCIPAL)

    assert explained(amortize(terms)[0]) == [
        "installment 1, due 2024-04-15: 34.33, of it interest 1.00",
        "  period       2024-03-15 - 2024-04-15, 31 days",
        "  interest on  100.00 × 12 % × 1/12",
        "  exact        1.000000",
        "  rounded      1.00, half up to the fen",
        "  principal    33.33: level 33.33 (exact 33.333333)",
        f"  rule         principal × rate × year fraction (THIRTY_360); {COUNTED}",
    ]


def test_a_part_between_due_dates_explains_itself():
    assert explained(amortize(in_parts())[0]) == [
        "installment 1, due 2024-01-25: 6,000.00, of it interest 0.00",
        "  exact      0.000000",
        "  rounded    0.00, half up to the fen",
        "  principal  6,000.00: the part that the contract lists",
        f"  rule       principal × rate × year fraction (THIRTY_360); {COUNTED}",
    ]


def test_interest_in_two_stretches_explains_itself():
    assert explained(amortize(in_parts())[1]) == [
        "installment 2, due 2024-02-15: 6,080.00, of it interest 80.00",
        "  period       2024-01-15 - 2024-01-25, 10 days",
        "  interest on  12,000.00 × 12 % × 1/36",
        "  period       2024-01-25 - 2024-02-15, 21 days",
        "  interest on  6,000.00 × 12 % × 1/18",
        "  exact        80.000000",
        "  rounded      80.00, half up to the fen",
        "  principal    6,000.00: all that is outstanding",
        f"  rule         principal × rate × year fraction (THIRTY_360); {COUNTED}",
    ]


def test_an_odd_fen_in_the_last_interest_explains_itself():
    # 1,009.96 × 1 % = 10.0996 → 10.10, and the residue of 0.01 makes 10.11.
    assert explained(amortize(small(residue=Residue.LAST_INTEREST))[-1]) == [
        "installment 3, due 2024-06-15: 1,020.07, of it interest 10.11",
        "  period       2024-05-15 - 2024-06-15, 31 days",
        "  interest on  1,009.96 × 12 % × 1/12",
        "  exact        10.099600",
        "  rounded      10.10, half up to the fen",
        "  residue      0.01, taken by the last interest",
        "  principal    1,009.96: all that is outstanding",
        f"  rule         principal × rate × year fraction (THIRTY_360); {COUNTED}",
    ]


# the host's decimal context


KINDS = {
    "level": {},
    "level by days": {"level_by": LevelBy.EXACT_FACTORS, "day_count": DayCount.ACT_ACT_ISDA},
    "level with stubs": {"settlement": Settlement(20), "day_count": DayCount.ACT_365},
    "level principal": {"amortization": Amortization.EQUAL_PRINCIPAL},
    "at maturity": {"amortization": Amortization.BULLET, "day_count": DayCount.BY_PERIOD},
    "custom": {
        "amortization": Amortization.CUSTOM,
        "parts": (
            PrincipalPart(due_on=date(2025, 1, 1), principal=cny("100000.01")),
            PrincipalPart(due_on=date(2026, 1, 1), principal=cny("199999.99")),
        ),
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_decimal_context_changes_no_plan_and_no_explanation(kind):
    terms = contract(**{"annual_rate": Decimal("0.039512345678"), **KINDS[kind]})
    amortize.cache_clear()
    plan = amortize(terms)
    why = [str(line.explain()) for line in plan[:3]]

    amortize.cache_clear()
    with localcontext(prec=6, rounding=ROUND_UP) as context:
        context.traps[Inexact] = True
        again = amortize(terms)
        assert again is not plan
        assert again == plan
        assert list(again) == list(plan)
        assert [str(line.explain()) for line in again[:3]] == why


def test_the_interest_of_a_last_stub_is_never_the_odd_fen_of_a_level_plan():
    terms = contract(months=12, settlement=Settlement(20), disbursed_on=date(2024, 3, 18))
    named = contract(
        months=12,
        settlement=Settlement(20),
        disbursed_on=date(2024, 3, 18),
        residue=Residue.LAST_INTEREST,
    )

    assert printed(amortize(named)) == printed(amortize(terms))


def test_a_first_period_of_one_day_has_its_stretch():
    # Paid out on 19 March, settled through the 20th: two days; on the 20th itself one period more.
    terms = contract(
        disbursed_on=date(2024, 3, 19),
        months=1,
        settlement=Settlement(20),
        amortization=Amortization.INTEREST_ONLY,
        day_count=DayCount.ACT_360,
        due_dates=(),
        annual_rate=percent("3.6"),
    )
    one = contract(
        disbursed_on=date(2024, 3, 19),
        months=1,
        amortization=Amortization.INTEREST_ONLY,
        day_count=DayCount.ACT_360,
        due_dates=(date(2024, 3, 20), date(2024, 4, 19)),
        annual_rate=percent("3.6"),
    )

    assert [stretch.days for stretch in amortize(terms)[0].stretches] == [2]
    assert [stretch.days for stretch in amortize(one)[0].stretches] == [1]
    assert amortize(one)[0].interest == cny(30)  # 300,000 × 3.6 % ÷ 360
