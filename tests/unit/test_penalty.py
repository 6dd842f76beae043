"""What an overdue or misused yuan costs a day."""

from datetime import date
from decimal import ROUND_UP, Decimal, localcontext
from fractions import Fraction

import pytest

from microloan.dated import Dated
from microloan.errors import InvalidRate, InvalidTerms, NotInForce
from microloan.penalty import Compounding, Daily, Multiple, charge_of
from microloan.periods import DayCount
from microloan.rate import percent
from refusals import refused

HALF_MORE = Multiple(Decimal("1.5"))
ONE_IN_5000 = Daily(Decimal("0.0002"))
RATE = percent(6)
NO_RATE = "Decimal fraction from 0 to 10"


@pytest.mark.parametrize("times", ["1", "1.0", "1.3", "10"])
def test_a_multiple_is_at_least_the_contract_rate_itself(times):
    assert Multiple(Decimal(times)).of_contract_rate == Decimal(times)


@pytest.mark.parametrize("times", ["0", "0.99", "0.999999999999"])
def test_a_multiple_that_rewards_default_is_refused(times):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=Decimal(times),
        limit="at least 1",
        says=f"the multiple must be at least 1, got {times}",
    ):
        Multiple(Decimal(times))


@pytest.mark.parametrize("times", [1.5, "1.5", 2, None, Decimal("NaN"), Decimal("10.01")])
def test_a_multiple_that_is_no_rate_is_refused(times):
    with refused(InvalidRate, "money.invalid_rate", value=times, limit=NO_RATE):
        Multiple(times)


@pytest.mark.parametrize("rate", ["0", "0.00021", "0.01"])
def test_a_daily_rate_is_at_most_a_hundredth(rate):
    assert Daily(Decimal(rate)).rate == Decimal(rate)


def test_a_daily_rate_no_decree_ever_knew_is_refused():
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=Decimal("0.010001"),
        limit="at most 0.01",
        says="the daily rate must be at most 0.01, got 0.010001",
    ):
        Daily(Decimal("0.010001"))


@pytest.mark.parametrize("rate", [0.0002, "0.0002", 0, Decimal("-0.0001")])
def test_a_daily_rate_that_is_no_rate_is_refused(rate):
    with refused(InvalidRate, "money.invalid_rate", value=rate, limit=NO_RATE):
        Daily(rate)


def test_a_penalty_prints_as_a_contract_states_it():
    assert str(HALF_MORE) == "1.5 × the contract rate"
    assert str(ONE_IN_5000) == "0.02 % a day"


@pytest.mark.parametrize(
    ("day_count", "start", "end", "years"),
    [
        # 1 February to 1 March 2024 is 29 days, whatever a month counts for interest.
        (DayCount.ACT_360, date(2024, 2, 1), date(2024, 3, 1), Fraction(29, 360)),
        (DayCount.BY_PERIOD, date(2024, 2, 1), date(2024, 3, 1), Fraction(29, 360)),
        (DayCount.THIRTY_360, date(2024, 2, 1), date(2024, 3, 1), Fraction(29, 360)),
        (DayCount.THIRTY_E_360, date(2024, 2, 1), date(2024, 3, 1), Fraction(29, 360)),
        (DayCount.ACT_365, date(2024, 2, 1), date(2024, 3, 1), Fraction(29, 365)),
        (
            DayCount.ACT_ACT_ISDA,
            date(2023, 12, 30),
            date(2024, 1, 2),
            Fraction(2, 365) + Fraction(1, 366),
        ),
    ],
)
def test_a_multiple_is_charged_for_every_calendar_day(day_count, start, end, years):
    # 6 % × 1.5 = 9 % a year
    assert HALF_MORE.charge(RATE, day_count, start, end) == Fraction("0.09") * years


@pytest.mark.parametrize("day_count", DayCount)
def test_a_daily_rate_asks_neither_the_contract_rate_nor_the_day_count(day_count):
    # 29 days × 0.2‰
    cost = ONE_IN_5000.charge(RATE, day_count, date(2024, 2, 1), date(2024, 3, 1))

    assert cost == Fraction("0.0058")


def test_no_days_cost_nothing():
    day = date(2024, 2, 1)

    assert HALF_MORE.charge(RATE, DayCount.ACT_360, day, day) == 0
    assert charge_of(Dated.always("penalty", HALF_MORE), RATE, DayCount.ACT_360, day, day) == 0


CHANGING = Dated(
    "penalty",
    (
        (date(2003, 1, 1), ONE_IN_5000),
        (date(2004, 1, 1), HALF_MORE),
        (date(2004, 1, 11), Multiple(Decimal(2))),
    ),
)


@pytest.mark.parametrize(
    ("start", "end", "cost"),
    [
        (date(2003, 12, 1), date(2003, 12, 31), "0.006"),  # 30 days × 0.0002
        (date(2003, 12, 22), date(2004, 1, 1), "0.002"),  # the day of the change does not count
        (date(2004, 1, 1), date(2004, 1, 11), "0.0025"),  # 10 × 0.09 / 360
        (date(2003, 12, 22), date(2004, 1, 11), "0.0045"),  # 0.002 + 0.0025
        (date(2003, 12, 22), date(2004, 1, 14), "0.0055"),  # … + 3 × 0.12 / 360 = 0.001
    ],
)
def test_a_penalty_that_changes_by_date_is_charged_piece_by_piece(start, end, cost):
    assert charge_of(CHANGING, RATE, DayCount.ACT_360, start, end) == Fraction(cost)


def test_a_penalty_is_not_charged_before_it_is_agreed():
    with refused(
        NotInForce,
        "policy.not_in_force",
        value=date(2002, 12, 31),
        limit=(date(2003, 1, 1), date.max),
        says="penalty: nothing in force on 2002-12-31",
    ):
        charge_of(CHANGING, RATE, DayCount.ACT_360, date(2002, 12, 31), date(2003, 1, 2))


def test_a_penalty_does_not_depend_on_the_hosts_decimal_context():
    rate, times = Decimal("0.039512345678"), Multiple(Decimal("1.512345678912"))
    usual = times.charge(rate, DayCount.ACT_360, date(2024, 2, 1), date(2024, 3, 1))

    with localcontext(prec=6, rounding=ROUND_UP):
        again = times.charge(rate, DayCount.ACT_360, date(2024, 2, 1), date(2024, 3, 1))
        assert again == usual == Fraction("0.039512345678") * Fraction("1.512345678912") * 29 / 360


def test_a_contract_provides_for_compound_interest_or_it_does_not():
    assert {choice.value for choice in Compounding} == {"none", "unpaid_interest"}
