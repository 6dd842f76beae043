"""A ratio keeps what was divided by what."""

from decimal import Decimal
from fractions import Fraction

import pytest

from microloan import InvalidTerms, Quotient, cny
from refusals import refused

NINE_TENTHS = Decimal("0.90")


def of(part, whole):
    return Quotient(name="repaid ÷ fell due", part=part, whole=whole)


def test_a_ratio_of_amounts_is_kept_in_fen_and_sums_up_several():
    rate = Quotient.of("代偿率", [cny("0.10"), cny("0.20")], cny(2))

    assert (rate.name, rate.part, rate.whole) == ("代偿率", 30, 200)
    assert (rate.exact, rate.value) == (Fraction(3, 20), Decimal("0.1500"))


def test_a_ratio_is_rounded_half_up_for_print_only():
    # 2 ÷ 3 = 0.66666…, 1 ÷ 16 = 0.0625, 1 ÷ 8 = 0.125
    assert of(2, 3).value == Decimal("0.6667")
    assert str(of(2, 3)) == "repaid ÷ fell due: 66.67%"
    assert of(1, 16).to_places(3) == Decimal("0.063")
    assert str(of(1, 8)) == "repaid ÷ fell due: 12.50%"
    assert of(2, 3).exact == Fraction(2, 3)
    assert str(of(2, 3).to_places(2)) == "0.67"


@pytest.mark.parametrize(
    ("part", "whole", "reached"),
    [
        (90, 100, True),
        (91, 100, True),
        (899_999, 1_000_000, False),  # prints as 90.00 %
        (900_001, 1_000_000, True),
        (0, 100, False),
        (0, 0, False),  # nothing fell due: there is no rate
        (1, 0, False),
    ],
)
def test_a_threshold_is_reached_by_the_exact_ratio(part, whole, reached):
    assert of(part, whole).reaches(NINE_TENTHS) is reached


def test_without_a_denominator_there_is_no_figure():
    nothing = of(0, 0)

    assert (nothing.exact, nothing.value, nothing.to_places(2)) == (None, None, None)
    assert str(nothing) == "repaid ÷ fell due: no denominator"


@pytest.mark.parametrize(("part", "whole"), [(-1, 1), (1, -1), (True, 1), (1, Decimal(1))])
def test_what_is_no_count_and_no_amount_makes_no_ratio(part, whole):
    wrong = whole if part == 1 and type(part) is int else part

    with refused(InvalidTerms, "terms.invalid", value=wrong, limit="a whole number from 0"):
        of(part, whole)
