"""Who bears how much of a loss: lender, fund, and the levels above the fund."""

from dataclasses import replace

import pytest

from histories import PROMISE
from microloan import Level, UpperShare, cny, percent
from microloan.loss import loss_shares, upper_shares


def above(**shares):
    """The promise, of whose payouts levels above bear so many percent."""
    return replace(
        PROMISE,
        upper=tuple(
            UpperShare(level=Level(name), share=percent(share)) for name, share in shares.items()
        ),
    )


def borne(promise, loss):
    """The fund's part, those of the levels above, and the lender's."""
    shares = loss_shares(promise, loss)
    return shares.fund_fen, [part.amount_fen for part in shares.upper], shares.lender_fen


def test_without_levels_above_the_fund_bears_its_covered_share():
    # 80 % of 27,633,321 is 22,106,656.8.
    assert borne(PROMISE, 27_633_321) == (22_106_657, [], 5_526_664)


@pytest.mark.parametrize(
    ("promise", "fund", "upper"),
    [
        # 15 % of 96,000.00, 20 % of it, 10 % and 10 %.
        (above(province="15"), 81_600_00, [14_400_00]),
        (above(province="20"), 76_800_00, [19_200_00]),
        (above(province="10", city="10"), 76_800_00, [9_600_00, 9_600_00]),
        (above(province="100"), 0, [96_000_00]),
    ],
)
def test_levels_above_bear_their_part_of_what_the_fund_pays(promise, fund, upper):
    assert borne(promise, 120_000_00) == (fund, upper, 24_000_00)


def test_shares_above_are_rounded_half_up_and_the_fund_takes_the_rest():
    # Covered 80 % of 13 fen: 10.4, 10. A quarter of 10 is 2.5, rounded up to 3.
    assert borne(above(province="25"), 13) == (7, [3], 3)
    # A seventh part of 10 is 1.4, rounded down.
    assert borne(above(province="14"), 13) == (9, [1], 3)


def test_no_level_bears_more_than_those_before_it_left():
    # Covered 1 fen: half of it is rounded up for the first, nothing is left for the second.
    assert borne(above(province="50", city="50"), 1) == (0, [1, 0], 0)
    assert borne(above(city="60", province="40"), 2) == (0, [1, 1], 0)


def test_the_shares_of_a_loss_name_the_levels_and_are_shown_in_yuan():
    shares = loss_shares(above(province="15"), 120_000_00)

    assert [str(part) for part in shares.upper] == ["province 14,400.00"]
    assert (shares.fund, shares.lender) == (cny(81_600), cny(24_000))


@pytest.mark.parametrize("promise", [PROMISE, above(province="33.33", city="33.34")])
@pytest.mark.parametrize("loss", [0, 1, 2, 3, 99, 10_000_01])
def test_the_parts_add_up_to_the_loss_and_none_is_below_nothing(promise, loss):
    fund, upper, lender = borne(promise, loss)

    assert fund + sum(upper) + lender == loss
    assert min(fund, lender, *upper) >= 0


def test_what_is_returned_upward_is_shared_like_what_was_paid():
    assert [str(part) for part in upper_shares(above(province="15"), 40_000_00)] == [
        "province 6,000.00"
    ]
