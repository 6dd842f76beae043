"""Whether a citizen's number can exist; every number here has a county code that nobody has."""

from datetime import date

import pytest

from microloan.id_number import IdNumberFault, born_by_id_number, id_number_fault

# 990101 1980-01-01 001: the digits 9 9 0 1 0 1 1 9 8 0 0 1 0 1 0 0 1 by the weights
# 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2 are 63+81+0+5+0+4+2+9+48+0+0+9+0+5+0+0+2 = 228;
# 228 = 20 × 11 + 8, and to a remainder of 8 belongs a 4.
RIGHT = "990101198001010014"


def test_a_number_whose_last_digit_follows_from_the_others_shows_no_fault():
    assert id_number_fault(RIGHT) is None


def test_every_digit_has_its_weight():
    # 999999 1988-12-19 999: 63+81+90+45+72+36+2+9+48+24+7+18+10+45+72+36+18 = 676
    # = 61 × 11 + 5, and to a remainder of 5 belongs a 7.
    assert id_number_fault("999999198812199997") is None


def test_a_remainder_of_two_is_written_x():
    # 990101 1980-01-01 009: the last weight 2 × 9 in place of 2 × 1 is 16 more: 244 = 22 × 11 + 2.
    assert id_number_fault("99010119800101009X") is None
    assert id_number_fault("990101198001010092") is IdNumberFault.CHECKSUM


@pytest.mark.parametrize("last", "012356789X")
def test_every_other_last_character_is_a_fault(last):
    assert id_number_fault(RIGHT[:-1] + last) is IdNumberFault.CHECKSUM


def test_two_digits_that_changed_places_are_found():
    assert id_number_fault("990101198001100014") is IdNumberFault.CHECKSUM  # 10 January


@pytest.mark.parametrize(
    "text",
    [
        "",
        RIGHT[:-1],
        RIGHT + "4",
        "99010119800101009y",
        "X" + RIGHT[1:],
        " " + RIGHT,
        RIGHT + "\n",
        "\uff19" + RIGHT[1:],
        "990101800101001",  # fifteen digits, as before 1999
        990101198001010014,
        None,
    ],
)
def test_what_is_not_seventeen_digits_and_a_digit_or_x_is_no_number(text):
    assert id_number_fault(text) is IdNumberFault.FORM


@pytest.mark.parametrize("birth", ["19800230", "19801301", "19800100", "00000101", "19990229"])
def test_a_day_of_birth_that_no_calendar_has_is_a_fault(birth):
    number = f"990101{birth}0014"

    assert id_number_fault(number) is IdNumberFault.BIRTH
    assert born_by_id_number(number) is None


def test_a_number_states_the_day_of_birth():
    assert born_by_id_number(RIGHT) == date(1980, 1, 1)
    assert born_by_id_number("990101200002290000") == date(2000, 2, 29)


def test_every_fault_has_a_chinese_name():
    assert [fault.zh for fault in IdNumberFault] == [
        "位数或字符有误",
        "出生日期有误",
        "校验码有误",
    ]
