"""The figures of a plan: what falls due on each line, every fen accounted for.

Small loans are 3,000 yuan at 12 %, 1 % a month by 30/360; those with parts are 100,000 yuan at
3.6 % by days over 360, 10.00 yuan a day.
"""

from datetime import date
from fractions import Fraction

import pytest

from microloan.clauses import (
    Amortization,
    LevelBy,
    Prepayment,
    PrincipalPart,
    Residue,
    Settlement,
    Stub,
)
from microloan.due_dates import calendar_of
from microloan.money import cny
from microloan.months import MonthEnd
from microloan.periods import DayCount
from microloan.plan_lines import NOTHING, Lines, lines_of
from microloan.rate import percent
from microloan.schedule import amortize
from microloan.terms import LoanTerms


def small(**terms):
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


def in_parts(*parts, **terms):
    """100,000.00 at 10.00 a day, three years from 15 January 2024, interest by the quarter."""
    usual = {
        "principal": cny(100_000),
        "annual_rate": percent("3.6"),
        "months": 36,
        "amortization": Amortization.CUSTOM,
        "day_count": DayCount.ACT_360,
        "interval_months": 3,
        "settlement": Settlement(20),
        "parts": tuple(
            PrincipalPart(due_on=date.fromisoformat(day), principal=cny(yuan))
            for day, yuan in parts
        ),
    }
    return small(**usual | terms)


def paid(terms):
    return [(str(line.principal.amount), str(line.interest.amount)) for line in amortize(terms)]


def totals(terms):
    return [str(line.total.amount) for line in amortize(terms)]


def due(terms):
    return " ".join(f"{line.due_on:%y%m%d}" for line in amortize(terms))


# parts that the contract lists


TENTHS = in_parts(("2025-01-15", 10_000), ("2026-01-15", 20_000), ("2027-01-15", 70_000))


def test_parts_of_10_20_and_70_percent_after_each_year_with_interest_on_the_20th():
    # 100,000 × 3.6 % / 360 = 10.00 a day; after the first part 9.00, after the second 7.00.
    # 2024: 66 (17 + 29 + 20), 92, 92, 91 days of 10.00.
    # 21 December 2024 to 14 January 25 days of 10.00, 15 January to 20 March 65 days of 9.00.
    # 2025: 92, 92, 91 days of 9.00; then 25 × 9.00 + 65 × 7.00 = 680.00.
    # 2026: 92, 92, 91 days of 7.00; then 25 × 7.00 = 175.00 on the day of maturity.
    assert due(TENTHS) == (
        "240320 240620 240920 241220 250115 250320 250620 250920 251220 "
        "260115 260320 260620 260920 261220 270115"
    )
    assert paid(TENTHS) == [
        ("0.00", "660.00"),
        ("0.00", "920.00"),
        ("0.00", "920.00"),
        ("0.00", "910.00"),
        ("10000.00", "0.00"),
        ("0.00", "835.00"),
        ("0.00", "828.00"),
        ("0.00", "828.00"),
        ("0.00", "819.00"),
        ("20000.00", "0.00"),
        ("0.00", "680.00"),
        ("0.00", "644.00"),
        ("0.00", "644.00"),
        ("0.00", "637.00"),
        ("70000.00", "175.00"),
    ]


def test_parts_on_due_dates_make_no_lines_of_their_own():
    # 1 % of 12,000, 10,000 and 10,000
    terms = in_parts(
        ("2024-02-15", 2_000),
        ("2024-04-15", 10_000),
        principal=cny(12_000),
        annual_rate=percent(12),
        months=3,
        interval_months=1,
        settlement=None,
        day_count=DayCount.THIRTY_360,
    )

    assert due(terms) == "240215 240315 240415"
    assert paid(terms) == [("2000.00", "120.00"), ("0.00", "100.00"), ("10000.00", "100.00")]


def test_lines_after_the_last_part_are_cut_off():
    terms = in_parts(("2024-03-15", 100_000), months=12, interval_months=1, settlement=None)

    # 31 and 29 days
    assert due(terms) == "240215 240315"
    assert paid(terms) == [("0.00", "310.00"), ("100000.00", "290.00")]


def test_interest_earned_before_the_last_part_still_falls_due_after_it():
    # 15 to 19 February is 5 days; the line of 15 March has no principal any more.
    terms = in_parts(("2024-02-20", 100_000), months=12, interval_months=1, settlement=None)

    assert due(terms) == "240215 240220 240315"
    assert paid(terms) == [("0.00", "310.00"), ("100000.00", "0.00"), ("0.00", "50.00")]


def test_a_period_cut_by_a_part_is_rounded_once():
    # 50.00 at 3.6 %: half a fen on 15 January; then 45.00 for 30 days, 13.5 fen: 14 fen in all,
    # where rounding each stretch would make 1 + 14 = 15.
    terms = in_parts(
        ("2024-01-16", 5),
        ("2024-02-15", 45),
        principal=cny(50),
        months=1,
        interval_months=1,
        settlement=None,
    )

    assert paid(terms) == [("5.00", "0.00"), ("45.00", "0.14")]


def test_parts_without_interest_leave_lines_of_nothing_before_the_last_part_only():
    terms = in_parts(
        ("2024-01-20", 40_000),
        ("2024-02-15", 60_000),
        annual_rate=percent(0),
        months=3,
        interval_months=1,
        settlement=None,
    )

    assert paid(terms) == [("40000.00", "0.00"), ("60000.00", "0.00")]


# level payments: what a stub changes


def test_in_a_stub_only_the_interest_of_a_level_payment_differs():
    # 3,000 × 1 % ÷ (1 − 1.01⁻⁴) = 30 ÷ 0.0390196555… = 768.8432… → 768.84
    # 15 to 20 January: 6 days, 6.00 of interest; principal as in a whole month 768.84 − 30.00.
    # 2,261.16 × 1 % = 22.6116; 1,514.93 × 1 % = 15.1493
    # 21 March to 15 April by 30/360: 24 days of 761.24 × 12 % / 360 = 0.253746…: 6.0899…
    terms = small(settlement=Settlement(20))

    assert due(terms) == "240120 240220 240320 240415"
    assert paid(terms) == [
        ("738.84", "6.00"),
        ("746.23", "22.61"),
        ("753.69", "15.15"),
        ("761.24", "6.09"),
    ]


def test_in_a_long_first_period_a_level_payment_bears_more_interest_and_the_same_principal():
    # Three lines: 1,020.07 as in the schedule by hand, 990.07 + 30.00 in a whole month.
    # 15 January to 20 February by 30/360, both inside, is 36 days: 36.00.
    # 2,009.93 × 1 % = 20.0993; the last from 21 March to 15 April, 24 days of 1,009.96 × 12 % /
    # 360 = 0.336653…: 8.0796…
    terms = small(settlement=Settlement(20, first=Stub.LONG))

    assert due(terms) == "240220 240320 240415"
    assert paid(terms) == [("990.07", "36.00"), ("999.97", "20.10"), ("1009.96", "8.08")]


def test_a_grace_on_interest_adds_its_interest_to_the_first_level_payment():
    # Two months of 30.00 wait; then the plan by hand: 990.07 + 30.00 + 60.00.
    terms = small(months=5, grace_months=2, interest_grace_months=2)

    assert due(terms) == "240415 240515 240615"
    assert paid(terms) == [("990.07", "90.00"), ("999.97", "20.10"), ("1009.96", "10.10")]


def test_a_grace_on_interest_may_be_shorter_than_the_one_on_principal():
    terms = small(months=5, grace_months=2, interest_grace_months=1)

    assert due(terms) == "240315 240415 240515 240615"
    assert paid(terms) == [
        ("0.00", "60.00"),
        ("990.07", "30.00"),
        ("999.97", "20.10"),
        ("1009.96", "10.10"),
    ]


def test_no_principal_falls_due_within_the_grace_however_little_interest_there_is():
    # One payment after the grace: L = 3,030.00. From 15 February 2023 there are 28, 31, 30 days.
    terms = small(disbursed_on=date(2023, 2, 15), grace_months=2, day_count=DayCount.ACT_360)

    assert paid(terms) == [("0.00", "28.00"), ("0.00", "31.00"), ("3000.00", "30.00")]


def test_where_interest_exceeds_the_level_payment_between_stubs_no_principal_is_repaid():
    # 100.00 × 83.333… % ÷ (1 − 1.8333…⁻¹³) = 83.3648… → 83.36; 83.36 − 83.33 = 0.03.
    # 1 to 20 July 20 days of 2.7777…: 55.56. 31 days of 99.97: 86.0852… twice; 30 days: 83.3083…
    terms = small(
        principal=cny(100),
        annual_rate=percent(1000),
        disbursed_on=date(2024, 7, 1),
        months=12,
        day_count=DayCount.ACT_360,
        settlement=Settlement(20),
    )

    assert paid(terms)[:4] == [
        ("0.03", "55.56"),
        ("0.00", "86.09"),
        ("0.00", "86.09"),
        ("0.05", "83.31"),
    ]


def test_a_level_payment_never_repays_more_than_is_owed():
    # 1.20 at 0 % over 80 months is 1.5 fen a month: 2 fen, sixty times, then nothing.
    terms = small(principal=cny("1.20"), annual_rate=percent(0), months=80)

    assert [line.principal_fen for line in amortize(terms)] == [2] * 60 + [0] * 20


# level payments: what they are computed from


TWO_PERIODS = {
    # At 120 % by days over 360, 30 days bear 10 % and 60 days bear 20 %.
    "principal": cny(2_200),
    "annual_rate": percent(120),
    "disbursed_on": date(2023, 1, 1),
    "due_dates": (date(2023, 1, 31), date(2023, 4, 1)),
    "day_count": DayCount.ACT_360,
}


def test_by_exact_factors_each_payment_is_level_whatever_its_days():
    # 2,200 ÷ (1 ÷ 1.1 + 1 ÷ (1.1 × 1.2)) = 2,200 × 1.32 ÷ 2.2 = 1,320.00
    # 220.00 + 1,100.00, then 1,100 × 20 % = 220.00 + 1,100.00
    terms = small(**TWO_PERIODS, level_by=LevelBy.EXACT_FACTORS)

    assert paid(terms) == [("1100.00", "220.00"), ("1100.00", "220.00")]


def test_by_the_nominal_rate_the_last_payment_takes_the_difference_of_days():
    # 2,200 × 10 % ÷ (1 − 1.1⁻²) = 1,267.6190… → 1,267.62; 1,152.38 × 20 % = 230.476
    terms = small(**TWO_PERIODS)

    assert paid(terms) == [("1047.62", "220.00"), ("1152.38", "230.48")]


def test_by_exact_days_of_the_calendar():
    # 31, 29, 31 days: 3,000 ÷ (1 ÷ 1.010333… + 1 ÷ 1.0201 0011… + 1 ÷ 1.030641 …) = 1,020.2906…
    # 31.00 + 989.29; 2,010.71 × 29 / 3000 = 19.4368… + 1,000.85; 1,009.86 × 31 / 3000 = 10.4352…
    terms = small(level_by=LevelBy.EXACT_FACTORS, day_count=DayCount.ACT_360)

    assert paid(terms) == [("989.29", "31.00"), ("1000.85", "19.44"), ("1009.86", "10.44")]
    assert totals(terms) == ["1020.29", "1020.29", "1020.30"]


def test_by_exact_factors_the_last_interest_may_take_the_odd_fen():
    terms = small(
        level_by=LevelBy.EXACT_FACTORS,
        day_count=DayCount.ACT_360,
        residue=Residue.LAST_INTEREST,
    )

    assert totals(terms) == ["1020.29"] * 3


def test_by_exact_factors_a_grace_is_left_out_of_the_level_payment():
    # 30 days of 2,200 at 10 %, 220.00, without principal; then as above: 30 and 60 days.
    terms = small(
        **TWO_PERIODS
        | {
            "disbursed_on": date(2022, 12, 2),
            "months": 4,
            "grace_months": 1,
            "due_dates": (date(2023, 1, 1), date(2023, 1, 31), date(2023, 4, 1)),
        },
        level_by=LevelBy.EXACT_FACTORS,
    )

    assert paid(terms) == [("0.00", "220.00"), ("1100.00", "220.00"), ("1100.00", "220.00")]


def test_by_exact_factors_a_stub_is_a_period_like_any_other():
    terms = small(settlement=Settlement(20), level_by=LevelBy.EXACT_FACTORS)

    assert len({line.total for line in amortize(terms)[:-1]}) == 1


@pytest.mark.parametrize("level_by", LevelBy)
def test_where_all_periods_are_alike_both_level_payments_are_the_same(level_by):
    assert totals(small(level_by=level_by)) == ["1020.07", "1020.07", "1020.06"]


# the smallest and the largest


@pytest.mark.parametrize("level_by", LevelBy)
@pytest.mark.parametrize("residue", Residue)
@pytest.mark.parametrize("rate", ["0", "3.95", "24", "120", "1000"])
@pytest.mark.parametrize("yuan", ["0.01", "0.35", "1"])
def test_a_yuan_or_less_over_three_years_has_no_negative_installment(yuan, rate, residue, level_by):
    terms = small(
        principal=cny(yuan),
        annual_rate=percent(rate),
        months=36,
        residue=residue,
        level_by=level_by,
        day_count=DayCount.ACT_365,
    )
    plan = amortize(terms)

    assert min(line.principal_fen for line in plan) >= 0
    assert min(line.interest_fen for line in plan) >= 0
    assert sum(line.principal_fen for line in plan) == int(terms.principal.amount * 100)
    assert plan[-1].outstanding_fen == 0


def test_a_yuan_over_three_years_by_hand():
    # 100 × 3.95 % / 12 = 0.33 fen: no interest. The level payment is 2.95 → 3 fen.
    terms = small(principal=cny(1), annual_rate=percent("3.95"), months=36)

    assert [line.total_fen for line in amortize(terms)] == [3] * 33 + [1, 0, 0]


@pytest.mark.parametrize(
    "amortization",
    [plan for plan in Amortization if plan not in {Amortization.CUSTOM, Amortization.BULLET}],
)
def test_one_fen_is_repaid_at_the_end(amortization):
    # A third of a fen is none.
    terms = small(principal=cny("0.01"), amortization=amortization)

    assert [line.total_fen for line in amortize(terms)] == [0, 0, 1]


def test_one_fen_in_parts_is_repaid_on_its_day_and_the_rest_is_cut_off():
    part = PrincipalPart(due_on=date(2024, 2, 1), principal=cny("0.01"))
    terms = small(principal=cny("0.01"), amortization=Amortization.CUSTOM, parts=(part,))

    assert due(terms) == "240201"
    assert [line.total_fen for line in amortize(terms)] == [1]


def test_one_fen_at_1000_percent_bears_a_fen_a_month():
    # 10 / 12 = 0.83 fen
    terms = small(principal=cny("0.01"), annual_rate=percent(1000), months=1)

    assert paid(terms) == [("0.01", "0.01")]


def test_more_than_a_hundred_percent_by_hand():
    # 3,000 × 10 % ÷ (1 − 1.1⁻²) = 1,728.5714…; 300.00 + 1,428.57; 1,571.43 × 10 % = 157.143
    terms = small(annual_rate=percent(120), months=2)

    assert paid(terms) == [("1428.57", "300.00"), ("1571.43", "157.14")]


@pytest.mark.parametrize("day_count", DayCount)
@pytest.mark.parametrize("level_by", LevelBy)
def test_a_million_over_thirty_years_is_repaid_to_the_fen(day_count, level_by):
    terms = small(
        principal=cny(1_000_000),
        annual_rate=percent("4.9"),
        disbursed_on=date(2024, 1, 31),
        months=360,
        day_count=day_count,
        level_by=level_by,
        month_end=MonthEnd.ROLL,
    )
    plan = amortize(terms)

    assert sum(line.principal_fen for line in plan) == 100_000_000
    assert len({line.total_fen for line in plan[:-1]}) == 1


# planned anew from a day on


def columns(lines):
    return list(zip(lines.opening, lines.principal, lines.interest, strict=True))


def test_from_a_day_on_the_first_line_bears_the_rest_of_its_period_and_what_was_carried():
    # 6,000 from 25 February: 20 of the 30 days to 15 March, 40.00, and 40.00 carried; then 60.00.
    terms = small(principal=cny(12_000), amortization=Amortization.INTEREST_ONLY)
    lines = lines_of(
        terms,
        calendar_of(terms),
        600_000,
        first=1,
        since=date(2024, 2, 25),
        carried=Fraction(4_000),
    )

    assert columns(lines) == [(600_000, 0, 8_000), (600_000, 600_000, 6_000)]


def test_what_was_carried_is_rounded_together_with_the_rest():
    # 0.5 fen carried and 6,000 yuan for 20 days, 4,000 fen: 4,000.5 → 4,001
    terms = small(principal=cny(12_000), amortization=Amortization.INTEREST_ONLY)
    lines = lines_of(
        terms, calendar_of(terms), 600_000, first=1, since=date(2024, 2, 25), carried=Fraction(1, 2)
    )

    assert lines.interest == (4_001, 6_000)


def test_a_level_plan_cut_within_a_period_repays_as_in_a_whole_interval():
    # 2,009.93 over two lines: × 1 % ÷ (1 − 1.01⁻²) = 1,020.0644… → 1,020.06.
    # usual interest 20.10, so principal 999.96; interest for 20 of 30 days 13.3995… → 13.40.
    # 1,009.97 × 1 % = 10.0997
    lines = lines_of(small(), calendar_of(small()), 200_993, first=1, since=date(2024, 2, 25))

    assert columns(lines) == [(200_993, 99_996, 1_340), (100_997, 100_997, 1_010)]
    assert lines.level == 102_006


def test_by_exact_factors_what_was_carried_is_part_of_the_level_payments():
    # (2,200 + 110 ÷ 1.1) × 1.32 ÷ 2.2 = 1,380.00: 110 + 220 + 1,050; 1,150 × 20 % = 230.
    terms = small(**TWO_PERIODS, level_by=LevelBy.EXACT_FACTORS)
    lines = lines_of(terms, calendar_of(terms), 220_000, carried=Fraction(11_000))

    assert columns(lines) == [(220_000, 105_000, 33_000), (115_000, 115_000, 23_000)]


def test_by_exact_factors_what_falls_due_within_the_grace_is_no_part_of_them():
    terms = small(
        **TWO_PERIODS
        | {
            "disbursed_on": date(2022, 12, 2),
            "months": 4,
            "grace_months": 1,
            "due_dates": (date(2023, 1, 1), date(2023, 1, 31), date(2023, 4, 1)),
        },
        level_by=LevelBy.EXACT_FACTORS,
    )
    lines = lines_of(terms, calendar_of(terms), 220_000, carried=Fraction(11_000))

    assert lines.level == 132_000
    assert lines.interest == (33_000, 22_000, 22_000)


def left_of(lines, at):
    """What is left of a plan from a line on."""
    return lines._replace(
        opening=lines.opening[at:], principal=lines.principal[at:], interest=lines.interest[at:]
    )


SHORTER = Prepayment.SHORTEN


def test_a_level_part_that_is_kept_shortens_the_plan():
    terms = small(amortization=Amortization.EQUAL_PRINCIPAL)
    calendar, agreed = calendar_of(terms), amortize(terms).lines

    assert agreed.principal == (100_000, 100_000, 100_000)
    assert columns(
        lines_of(terms, calendar, 150_000, first=1, left=left_of(agreed, 1), then=SHORTER)
    ) == [
        (150_000, 100_000, 1_500),
        (50_000, 50_000, 500),
    ]
    assert columns(
        lines_of(terms, calendar, 80_000, first=1, left=left_of(agreed, 1), then=SHORTER)
    ) == [(80_000, 80_000, 800)]


def test_a_level_payment_that_is_kept_shortens_the_plan():
    # 1,020.07 kept: 1,500 bears 15.00, 1,005.07 is repaid; 494.93 bears 4.9493.
    agreed = amortize(small()).lines
    lines = lines_of(small(), calendar_of(small()), 150_000, left=agreed, then=SHORTER)

    assert columns(lines) == [(150_000, 100_507, 1_500), (49_493, 49_493, 495)]


def test_a_level_part_that_is_not_kept_is_computed_over_all_lines_that_are_left():
    terms = small(amortization=Amortization.EQUAL_PRINCIPAL)
    lines = lines_of(terms, calendar_of(terms), 150_000, first=1)

    assert columns(lines) == [(150_000, 75_000, 1_500), (75_000, 75_000, 750)]


def places_after(day):
    """The place of the first line after a day, in the calendar of parts."""
    return next(at for at, due_on in enumerate(calendar_of(TENTHS).due) if due_on > day)


@pytest.mark.parametrize(
    ("owed", "parts"),
    [
        (9_000_000, [2_000_000, 7_000_000]),  # as listed
        (4_500_000, [1_000_000, 3_500_000]),  # half of each
        # 20/90 and 70/90 of 10,000.01: 2,222.2244… and 7,777.7855…; the odd fen goes to the second
        (1_000_001, [222_222, 777_779]),
    ],
)
def test_parts_shrink_in_proportion(owed, parts):
    first = places_after(date(2025, 1, 15))
    lines = lines_of(TENTHS, calendar_of(TENTHS), owed, first=first, since=date(2025, 1, 15))

    assert [fen for fen in lines.principal if fen] == parts


@pytest.mark.parametrize(
    ("owed", "parts", "last"),
    [
        (4_500_000, [2_000_000, 2_500_000], date(2027, 1, 15)),
        (1_500_000, [1_500_000], date(2026, 3, 20)),  # its interest falls due on the 20th
    ],
)
def test_parts_that_are_kept_are_saved_from_the_end(owed, parts, last):
    calendar, first, agreed = calendar_of(TENTHS), places_after(date(2025, 1, 15)), amortize(TENTHS)
    lines = lines_of(
        TENTHS,
        calendar,
        owed,
        first=first,
        since=date(2025, 1, 15),
        left=left_of(agreed.lines, first),
        then=SHORTER,
    )

    assert [fen for fen in lines.principal if fen] == parts
    assert calendar.due[first + len(lines.principal) - 1] == last


def test_a_plan_that_ended_early_ends_early_when_it_is_computed_anew():
    # Two of three lines are left of a plan that ended before maturity: 1,500 in halves.
    terms = small(amortization=Amortization.EQUAL_PRINCIPAL)
    left = left_of(amortize(terms).lines, 1)
    lines = lines_of(terms, calendar_of(terms), 150_000, left=left)

    assert columns(lines) == [(150_000, 75_000, 1_500), (75_000, 75_000, 750)]


def test_parts_that_were_planned_shrink_in_proportion():
    # The plan under way repays 20,000 and 50,000 of the contract's 70,000 in all.
    calendar, first = calendar_of(TENTHS), places_after(date(2025, 1, 15))
    left = left_of(amortize(TENTHS).lines, first)
    planned = sum(left.principal)
    lines = lines_of(
        TENTHS, calendar, planned // 2, first=first, since=date(2025, 1, 15), left=left
    )

    assert [fen * 2 for fen in lines.principal if fen] == [fen for fen in left.principal if fen]


def test_where_nothing_is_owed_and_nothing_waits_there_are_no_lines():
    assert lines_of(small(), calendar_of(small()), 0) == NOTHING


def test_where_only_interest_waits_it_falls_due_on_the_next_line():
    terms = in_parts(("2025-01-15", 100_000), months=12, settlement=None, interval_months=1)
    lines = lines_of(terms, calendar_of(terms), 0, first=2, carried=Fraction(1_234))

    assert columns(lines) == [(0, 0, 1_234)]


# why


def why(terms, at):
    return amortize(terms).lines.why(at, terms)


def test_a_level_payment_less_interest():
    assert why(small(), 0) == "level 1,020.07 (exact 1020.066334) less interest"


def test_in_a_stub_the_usual_interest_is_taken_off():
    assert why(small(settlement=Settlement(20)), 0) == (
        "level 768.84 (exact 768.843282) less the interest of a whole interval, 30.00"
    )


def test_a_level_principal():
    terms = small(principal=cny(100), amortization=Amortization.EQUAL_PRINCIPAL)

    assert why(terms, 0) == "level 33.33 (exact 33.333333)"


def test_all_that_is_outstanding():
    assert why(small(), 2) == "all that is outstanding"


def test_nothing_within_the_grace():
    assert why(small(grace_months=2), 0) == "none falls due"


def test_a_part_that_is_listed():
    assert why(TENTHS, 4) == "the part that the contract lists"


def test_a_reason_that_no_plan_decided():
    lines = Lines((300_000,), (100_000,), (0,), 0, (0, 1), reason="repaid early")

    assert lines.why(0, small()) == "repaid early"


def test_interest_that_waits_is_billed_though_the_plan_before_ended_without_it():
    # The plan before ended with the part of 1 March; its interest since 15 February waits for
    # 15 March: 1,000.00 at 12 % for 16 days, each month of 30, is 5.33.
    terms = in_parts(
        ("2024-03-01", 100_000),
        months=12,
        settlement=None,
        interval_months=1,
        annual_rate=percent(12),
        disbursed_on=date(2024, 1, 15),
        day_count=DayCount.THIRTY_360,
    )
    calendar = calendar_of(terms)
    left = Lines((100_000,), (100_000,), (0,), 0, (0, 1))
    lines = lines_of(terms, calendar, 100_000, first=1, left=left)

    assert [str(day) for day in calendar.due[1:3]] == ["2024-03-01", "2024-03-15"]
    assert columns(lines) == [(100_000, 100_000, 0), (0, 0, 533)]
