"""Contract numbers: how they are written, and which are a slip apart."""

import pytest

from microloan.contract_number import one_slip_apart, plain_number, with_one_left_out


@pytest.mark.parametrize(
    "written",
    [
        "HT-2024-17",
        "ht-2024-17",
        " HT-2024 -17",
        "\uff28\uff34\uff0d\uff12\uff10\uff12\uff14\uff0d\uff11\uff17",  # full width
        "HT–2024—17",
        "HT−2024\u201117",
    ],
)
def test_width_case_blanks_and_dashes_do_not_make_another_number(written):
    assert plain_number(written) == "HT-2024-17"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HT-17", "HT-17"),
        ("HT-17", "HT-18"),  # one wrong
        ("HT-17", "HT17"),  # one missing
        ("HT-17", "HT-117"),  # one too many
        ("HT-17", "HT-71"),  # two neighbors changed places
        ("17", "27"),  # at the start
        ("", "1"),
        ("HT-11", "HT-1"),
    ],
)
def test_one_slip_is_near(one, other):
    assert one_slip_apart(one, other)
    assert one_slip_apart(other, one)
    assert with_one_left_out(one) & with_one_left_out(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("HT-17", "HT-28"), ("HT-17", "HT-1"[:2]), ("abc", "bca"), ("HT-1-23", "HT-3-21"), ("", "12")],
)
def test_two_slips_are_not(one, other):
    assert not one_slip_apart(one, other)
    assert not one_slip_apart(other, one)


def test_one_character_after_the_other_is_left_out():
    assert with_one_left_out("171") == {"171", "71", "11", "17"}
    assert with_one_left_out("") == {""}
