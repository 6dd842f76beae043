"""What one cell says, and an amount in capitals."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from microloan import ZERO, InvalidAmount, cny, from_fen
from microloan.excel import in_capitals
from microloan.excel.cell_fault import column_letters
from microloan.excel.typed_cell import (
    UnreadCell,
    is_blank,
    read_count,
    read_day,
    read_fen,
    read_rate,
    read_text,
)
from refusals import refused

OF_THE_CENTRAL_BANK = {
    "1409.50": ["人民币壹仟肆佰零玖元伍角"],
    "6007.14": ["人民币陆仟零柒元壹角肆分"],
    "1680.32": ["人民币壹仟陆佰捌拾元零叁角贰分", "人民币壹仟陆佰捌拾元叁角贰分"],
    "107000.53": ["人民币壹拾万柒仟元零伍角叁分", "人民币壹拾万零柒仟元伍角叁分"],
    "16409.02": ["人民币壹万陆仟肆佰零玖元零贰分"],
    "325.04": ["人民币叁佰贰拾伍元零肆分"],
}
"""The examples of its rule on filling in vouchers, each with the forms that it allows."""


@pytest.mark.parametrize("amount", OF_THE_CENTRAL_BANK)
def test_the_examples_of_the_central_bank_are_spelled_as_it_spells_them(amount):
    assert in_capitals(cny(amount)) == OF_THE_CENTRAL_BANK[amount][0]


@pytest.mark.parametrize(
    ("amount", "spelled"),
    [
        ("0", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角"),
        ("10", "人民币壹拾元整"),
        ("1000000", "人民币壹佰万元整"),
        ("100005", "人民币壹拾万零伍元整"),
        ("3200009000", "人民币叁拾贰亿零玖仟元整"),
        ("20000000.01", "人民币贰仟万元零壹分"),
    ],
)
def test_amounts_of_whole_yuan_end_in_zheng_and_gaps_have_one_ling(amount, spelled):
    assert in_capitals(cny(amount)) == spelled


DIGITS = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1_000}


def spoken(text):
    """An oracle of its own: the fen that a reader hears in an amount in capitals."""
    parts = re.fullmatch(r"人民币(?:([^元]+)元)?(?:整|零?(?:(.)角)?(?:(.)分)?)", text)
    yuan, jiao, last = parts.groups()
    return _yuan(yuan or "") * 100 + DIGITS[jiao or "零"] * 10 + DIGITS[last or "零"]


def _yuan(text):
    if "亿" in text:
        above, _, below = text.rpartition("亿")
        return _yuan(above) * 10**8 + _yuan(below)
    if "万" in text:
        above, _, below = text.partition("万")
        return _yuan(above) * 10**4 + _yuan(below)
    worth = 0
    for sign, place in re.findall(r"([壹贰叁肆伍陆柒捌玖])([仟佰拾]?)", text):
        worth += DIGITS[sign] * PLACES.get(place, 1)
    return worth


@given(st.integers(0, 10**15) | st.integers(0, 10**7))
@example(10**15)
@example(100_000_001_00)
def test_who_hears_an_amount_in_capitals_writes_down_the_same_amount(worth):
    text = in_capitals(from_fen(worth))

    assert spoken(text) == worth
    assert "零零" not in text
    assert text.endswith("整") == (worth % 100 == 0)


def test_what_is_taken_back_is_not_spelled():
    with refused(InvalidAmount, "money.invalid_amount", value=cny(-1), limit="at least 0.00"):
        in_capitals(cny(-1))


# ---- days


@pytest.mark.parametrize(
    "cell",
    [
        "2025.3.1", "2025年3月1日", "2025年3月1", "20250301", "2025-03-01", "2025/3/1",
        " 2025-3-1 ",
        "\uff12\uff10\uff12\uff15\uff0e\uff13\uff0e\uff11", "2025-03-01 08:30:00", "45717",
        45717.0, 20250301.0, 45717,
        date(2025, 3, 1), datetime(2025, 3, 1, 23, 59),  # noqa: DTZ001 — as a spreadsheet has it
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_spelled(cell):
    assert read_day(cell) == date(2025, 3, 1)


@pytest.mark.parametrize(
    "cell",
    ["2024-02-30", "2024115", "2025年3月", "3/1/2025", "01.03.2025", "2025.3/1", "25-3-1", "明天",
     "2025-03-01-02", 1.5, 12.0, 99999.0, True, time(1, 2), timedelta(days=1), "20251301"],
)  # fmt: skip
def test_what_is_no_day_or_may_be_two_is_not_read(cell):
    with pytest.raises(UnreadCell) as caught:
        read_day(cell)
    assert caught.value.code == "cell.not_a_day"


@pytest.mark.parametrize("mark", ["①", "\u00b2", "\u2474", "\u2081"])
@pytest.mark.parametrize(
    ("read", "before"),
    [(read_fen, "5000"), (read_day, "2024-03-1"), (read_rate, "3.9"), (read_count, "1")],
)
def test_the_mark_of_a_footnote_is_no_digit_of_the_number_before_it(read, before, mark):
    assert read(before)
    with pytest.raises(UnreadCell):
        read(f"{before}{mark}")


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_the_serial_of_a_day_is_the_day(day):
    assert read_day((day - date(1899, 12, 30)).days) == day


# ---- amounts


@given(st.integers(0, 10**15))
def test_the_number_of_any_amount_is_the_amount(worth):
    assert read_fen(worth / 100) == worth
    assert read_fen(f"{worth // 100:,}.{worth % 100:02}") == worth


@pytest.mark.parametrize(
    ("cell", "worth"),
    [
        (0.1 + 0.2, 30),
        (1.1 * 3, 330),
        (1725, 172_500),
        ("￥1,725.00", 172_500),
        ("\uff11，\uff17\uff12\uff15.5元", 172_550),
        ("¥ 3", 300),
        ("-5", -500),
        (-0.01, -1),
        (100.00000000001, 10_000),
    ],
)
def test_binary_noise_signs_of_money_and_full_width_digits_do_not_count(cell, worth):
    assert read_fen(cell) == worth


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.5万", "cell.shortened"),
        ("3千", "cell.shortened"),
        ("伍万元整", "cell.shortened"),
        ("15k", "cell.shortened"),
        (0.005, "cell.finer_than_a_fen"),
        ("100.005", "cell.finer_than_a_fen"),
        (1234567.891, "cell.finer_than_a_fen"),
        ("1,23.00", "cell.not_an_amount"),
        ("(100)", "cell.not_an_amount"),
        ("1e5", "cell.not_an_amount"),
        ("约100", "cell.not_an_amount"),
        (True, "cell.not_an_amount"),
        (date(2024, 1, 1), "cell.not_an_amount"),
        (1e14, "cell.not_an_amount"),
        ("1" * 30, "cell.not_an_amount"),
    ],
)
def test_what_is_no_exact_amount_is_not_read(cell, code):
    with pytest.raises(UnreadCell) as caught:
        read_fen(cell)
    assert caught.value.code == code


# ---- texts, counts and rates


def test_a_number_cell_is_an_identity_as_long_as_it_keeps_all_digits():
    assert read_text(20240017.0) == "20240017"
    assert read_text(" HT-1 ") == "HT-1"
    for cell, code in (
        (990101198001010014.0, "cell.number_for_text"),
        (12.5, "cell.number_for_text"),
        (date(2024, 3, 1), "cell.not_a_text"),
        (True, "cell.not_a_text"),
    ):
        with pytest.raises(UnreadCell) as caught:
            read_text(cell)
        assert caught.value.code == code
    with pytest.raises(UnreadCell, match="set the column to text"):
        read_text(990101198001010014.0)


@pytest.mark.parametrize(
    ("cell", "count"), [(24.0, 24), ("24个月", 24), ("\uff12\uff14", 24), ("36.0", 36)]
)
def test_a_whole_number_is_read_with_its_unit(cell, count):
    assert read_count(cell) == count


@pytest.mark.parametrize("cell", [12.5, "两年", "2年", "-3", True, "1e3", date(2024, 1, 1)])
def test_what_is_no_whole_number_is_not_read(cell):
    with pytest.raises(UnreadCell) as caught:
        read_count(cell)
    assert caught.value.code == "cell.not_a_count"


@pytest.mark.parametrize(
    ("cell", "rate"),
    [(3.95, "0.0395"), (3.95 + 1e-15, "0.0395"), ("3.95", "0.0395"),
     ("\uff13.\uff19\uff15％", "0.0395"),
     ("0.3%", "0.003"), (0, "0"), (6, "0.06"), (0.5, "0.005")],
)  # fmt: skip
def test_a_rate_is_read_in_percent(cell, rate):
    assert read_rate(cell) == Decimal(rate)


@pytest.mark.parametrize(
    ("cell", "code"),
    [(0.0395, "cell.unclear_rate"), ("0.0395", "cell.unclear_rate"), (-1, "cell.not_a_rate"),
     (2_000, "cell.not_a_rate"), ("LPR", "cell.not_a_rate"), ("4.35‰", "cell.not_a_rate"),
     (True, "cell.not_a_rate"), ("NaN", "cell.not_a_rate")],
)  # fmt: skip
def test_a_rate_that_may_mean_two_things_or_none_is_not_read(cell, code):
    with pytest.raises(UnreadCell) as caught:
        read_rate(cell)
    assert caught.value.code == code


@pytest.mark.parametrize(("cell", "blank"), [("", True), (" — ", True), ("无", True), (0, False)])
def test_signs_that_stand_for_nothing_are_empty_cells(cell, blank):
    assert is_blank(cell) == blank


def test_columns_are_lettered_as_a_spreadsheet_does():
    assert [column_letters(at) for at in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip
    assert in_capitals(ZERO) == "人民币零元整"
