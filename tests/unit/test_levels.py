"""An amount over the levels of government, to the fen."""

from fractions import Fraction

import pytest

from microloan import InvalidAmount, InvalidTerms, cny
from microloan.levels import LevelAmount, add_up, blend, divide, move
from microloan.policy import Level
from refusals import refused
from requesting import by_level, shares

THREE = shares(central="7/10", province="21/100", city="9/100")
HALVES = shares(central="1/2", local="1/2")


def test_the_published_split_of_2018():
    # 察右前旗: 66.30 = 46.41 + 13.92 + 5.97, from 46.41, 13.923 and 5.967.
    assert by_level(divide(66_30, THREE)) == {
        "central": "46.41",
        "province": "13.92",
        "city": "5.97",
    }


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(0, (0, 0)), (1, (1, 0)), (2, (1, 1)), (3, (2, 1)), (49_375, (24_688, 24_687))],
)
def test_the_odd_fen_goes_to_the_level_that_stands_first(amount, expected):
    assert tuple(one.amount_fen for one in divide(amount, HALVES)) == expected


def test_a_level_bears_its_part_in_the_order_of_the_shares():
    bottom_up = shares(county="1/2", central="1/2")

    assert divide(1, bottom_up) == (
        LevelAmount(level=Level.COUNTY, amount_fen=1),
        LevelAmount(level=Level.CENTRAL, amount_fen=0),
    )


def test_nothing_below_zero_is_divided():
    with refused(
        InvalidAmount,
        "money.invalid_amount",
        value=-1,
        limit="an amount and exact weights of at least 0, one weight above 0",
    ):
        divide(-1, HALVES)


def test_a_change_gives_each_level_what_it_bears_afterwards_less_what_it_bore():
    # 1.00 is 0.50 and 0.50; 0.99 is 0.50 and 0.49: all of the fen is the second level's.
    assert by_level(move(100, 99, HALVES)) == {"central": "0.00", "local": "-0.01"}
    assert by_level(move(99, 0, HALVES)) == {"central": "-0.50", "local": "-0.49"}
    assert by_level(move(0, 3, HALVES)) == {"central": "0.02", "local": "0.01"}


def test_amounts_add_up_level_by_level_from_the_top_down():
    amounts = [
        LevelAmount(level=Level.COUNTY, amount_fen=5),
        LevelAmount(level=Level.CENTRAL, amount_fen=10),
        LevelAmount(level=Level.COUNTY, amount_fen=-7),
    ]

    assert add_up(amounts) == (
        LevelAmount(level=Level.CENTRAL, amount_fen=10),
        LevelAmount(level=Level.COUNTY, amount_fen=-2),
    )
    assert add_up([]) == ()


def test_an_amount_in_yuan_and_in_words():
    one = LevelAmount(level=Level.COUNTY, amount_fen=-250)

    assert (one.amount, str(one)) == (cny("-2.50"), "county -2.50")


def test_shares_of_parts_under_two_rules_follow_their_weights():
    # Three parts under one half each, one part all central: (3 × 1/2 + 1) / 4 = 5/8.
    all_central = shares(central="1")

    assert blend([(HALVES, Fraction(3)), (all_central, Fraction(1))]) == shares(
        central="5/8", local="3/8"
    )


def test_a_part_without_weight_does_not_count():
    assert blend([(HALVES, Fraction(2)), (THREE, Fraction(0))]) == HALVES


def test_levels_of_several_shares_stand_in_the_order_in_which_they_occur():
    county = shares(county="1/2", central="1/2")

    assert blend([(county, Fraction(1)), (HALVES, Fraction(1))]) == shares(
        county="1/4", central="1/2", local="1/4"
    )


def test_no_level_bears_anything_that_is_none():
    with refused(InvalidTerms, "terms.invalid", value="county", limit="a Level"):
        LevelAmount(level="county", amount_fen=1)
