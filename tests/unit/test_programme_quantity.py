"""Printed figures and the numbers they may stand for."""

from decimal import Decimal
from fractions import Fraction

import pytest

from microloan import InvalidTerms, cny
from microloan.programme import Manner, Quantity
from microloan.programme.quantity import show_number
from microloan.programme.span import Span
from refusals import refused


def span(low, high, *, low_open=False, high_open=False):
    """A span from texts."""
    upper = None if high is None else Fraction(high)
    return Span(low=Fraction(low), high=upper, low_open=low_open, high_open=high_open)


def rounded(low, high):
    """The span of a figure rounded half up: its upper end is left out."""
    return span(low, high, high_open=True)


# ---- reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2,958", span(2958, 2958)),
        ("2958人", span(2958, 2958)),
        ("1.69亿", rounded(168_500_000, 169_500_000)),
        ("8,460万元", rounded(84_595_000, 84_605_000)),
        ("3亿整", span(300_000_000, 300_000_000)),
        ("3亿元整", span(300_000_000, 300_000_000)),
        ("exactly 3亿", span(300_000_000, 300_000_000)),
        ("153 million", rounded(152_500_000, 153_500_000)),
        ("over 400 thousand", span(400_000, None)),
        ("超过62万", span(620_000, None)),
        ("800余人", rounded(800, 900)),
        ("800+", span(800, None)),
        ("300多万元", rounded(3_000_000, 4_000_000)),
        ("3万余人次", rounded(30_000, 40_000)),
        ("近115万", span(0, 1_150_000)),
        ("nearly 1.15 million", span(0, 1_150_000)),
        ("约88,000", span(87_000, 89_000)),
        ("about 8.8万", span(87_000, 89_000)),
        ("15,000人左右", span(14_000, 16_000)),
        ("约3", span(2, 4)),
        ("约0", span(0, 1)),
        ("113%", rounded("1.125", "1.135")),
        ("72.71％", rounded("0.72705", "0.72715")),
        ("5‰", rounded("0.0045", "0.0055")),
        ("4.83", rounded("4.825", "4.835")),
        ("0.001", rounded("0.0005", "0.0015")),
        ("0%", rounded(0, "0.005")),
        ("Over 400 Thousand", span(400_000, None)),
        ("\uff12\uff0c\uff19\uff15\uff18", span(2958, 2958)),
    ],
)
def test_a_figure_stands_for_what_its_words_and_digits_say(text, expected):
    assert Quantity.read(text).span == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Seed 003 is printed in traditional characters.
        ("8,460萬元", rounded(84_595_000, 84_605_000)),
        ("2,958戶", span(2958, 2958)),
        ("1.69億", rounded(168_500_000, 169_500_000)),
        ("約3萬", span(20_000, 40_000)),
        ("400餘個", rounded(400, 500)),
        ("超過62萬", span(620_000, None)),
        ("不滿30筆", span(0, 30, high_open=True)),
        ("零", span(0, 0)),
        ("〇", span(0, 0)),
        ("零元", span(0, 0)),
    ],
)
def test_traditional_characters_say_the_same(text, expected):
    assert Quantity.read(text).span == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("近万", span(0, 10_000)),
        ("近万人", span(0, 10_000)),
        ("近百万元", span(0, 1_000_000)),
        ("近千", span(0, 1_000)),
        ("上万人", span(10_000, None)),
        ("万余元", rounded(10_000, 20_000)),
        ("百余户", rounded(100, 200)),
        ("十多人", rounded(10, 20)),
        ("十多万", rounded(100_000, 200_000)),
        ("百余万", rounded(1_000_000, 2_000_000)),
        ("不足300人", span(0, 300, high_open=True)),
        ("不到3万元", span(0, 30_000, high_open=True)),
        ("under 400", span(0, 400, high_open=True)),
        ("90%以上", span("0.9", None)),
        ("5,120人以上", span(5_120, None)),
        ("20万元以内", span(0, 200_000)),
        ("不超过20万元", span(0, 200_000)),
        ("at most 5", span(0, 5)),
        ("120多万", rounded(1_200_000, 1_300_000)),
        ("1,402余", rounded(1_402, 1_403)),
        ("0余", rounded(0, 1)),
        ("约400万左右", span(3_000_000, 5_000_000)),
    ],
)
def test_the_ordinary_words_of_a_page_bound_its_figures(text, expected):
    assert Quantity.read(text).span == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3万5千", rounded(34_500, 35_500)),
        ("3万5000", span(35_000, 35_000)),
        ("1万零600", span(10_600, 10_600)),
        ("1亿零500万元", rounded(104_995_000, 105_005_000)),
        ("2亿3,000万", rounded(229_995_000, 230_005_000)),
        ("12万3千4百", rounded(123_350, 123_450)),
        ("2亿 3000万", rounded(229_995_000, 230_005_000)),
    ],
)
def test_a_number_of_several_pieces_is_their_sum(text, expected):
    assert Quantity.read(text).span == expected


@pytest.mark.parametrize(
    "text",
    [
        *("3万5", "1万2000万", "3万0500", "3.5万600", "400余万3千", "5%3", "1 000", "12 3"),
        *("万", "百万", "百", "近", "余", "上", "万%", "近人", "数百", "几十万", "1万零600亿"),
        "1" * 39 + "x",
        "1" + " " * 38 + "x",
    ],
)
def test_what_may_be_two_numbers_or_none_is_no_figure(text):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=repr(text),
        limit="a number such as 1.69亿 or over 400",
    ):
        Quantity.read(text)


def test_nothing_is_below_nothing():
    with refused(InvalidTerms, "terms.invalid", value=repr("不足0"), limit="above 0"):
        Quantity.read("不足0")


def test_a_whole_number_may_be_a_rounded_average():
    assert Quantity.read("6,716", whole=Manner.ROUNDED).span == rounded("6715.5", "6716.5")


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1,50", "12,3456", "1.2.3", "-3", "1e5", "近800余", "3万%", "9" * 41, "NaN", "."],
)
def test_what_is_no_figure_is_refused(text):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=repr(text),
        limit="a number such as 1.69亿 or over 400",
        says="a figure must be",
    ):
        Quantity.read(text)


@pytest.mark.parametrize("text", [None, 3, ["1"], b"1"])
def test_what_is_no_text_is_refused_by_name(text):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=repr(text),
        limit="a number such as 1.69亿 or over 400",
    ):
        Quantity.read(text)


# ---- exact numbers and the parts of a figure


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (3, 3),
        (Decimal("2.5"), Fraction(5, 2)),
        (Fraction(1, 3), Fraction(1, 3)),
        (cny("0.01"), Fraction(1, 100)),
    ],
)
def test_an_exact_number_stands_for_itself(number, printed):
    quantity = Quantity.exact(number)

    assert quantity.span == Span.point(Fraction(printed))
    assert quantity.manner is Manner.EXACT
    assert quantity.bounded


@pytest.mark.parametrize("number", [True, 1.5, "3", None, Decimal("NaN"), Decimal("1E+400000")])
def test_no_exact_number_is_refused(number):
    with refused(InvalidTerms, "terms.invalid", value=repr(number), limit="an exact number"):
        Quantity.exact(number)


@pytest.mark.parametrize("number", [-1, 10**20 + 1, Decimal("-0.5")])
def test_a_number_out_of_range_is_refused(number):
    with refused(InvalidTerms, "terms.invalid", value=repr(number), limit="from 0 to 10^20"):
        Quantity.exact(number)
    assert Quantity.exact(10**20).printed == 10**20


def test_a_figure_needs_a_number_a_last_digit_a_manner_and_a_text():
    good = {"printed": Fraction(3), "unit": Fraction(1), "manner": Manner.EXACT, "text": "3"}

    for bad in (
        {"printed": 3},
        {"printed": Fraction(-1)},
        {"printed": Fraction(10**20 + 1)},
        {"unit": 1},
        {"unit": Fraction(0)},
        {"manner": "exact"},
        {"text": ""},
        {"text": 3},
    ):
        with pytest.raises(InvalidTerms):
            Quantity(**good | bad)


def test_a_moved_decimal_point_moves_the_last_digit_too():
    figure = Quantity.read("199,976.5万")

    assert figure.moved(Fraction(1, 10)).span == rounded("199976450", "199976550")
    assert str(figure.moved(Fraction(1, 10))) == "199,976.5万 ÷ 10"
    assert str(figure.moved(Fraction(100))) == "199,976.5万 × 100"


@pytest.mark.parametrize("manner", Manner)
def test_every_manner_has_a_chinese_word(manner):
    assert manner.zh
    assert Quantity.read("3").bounded is True
    assert Quantity.read("over 3").bounded is False


def test_a_number_is_shown_to_four_places_at_most():
    assert show_number(Fraction(10, 3)) == "3.3333"
    assert show_number(Fraction(1500)) == "1,500"
    assert show_number(Fraction(5, 2)) == "2.5"


# ---- spans


def test_a_span_lies_between_its_ends():
    for bad in (
        {"low": 1, "high": Fraction(2)},
        {"low": Fraction(-1), "high": None},
        {"low": None, "high": None},
        {"low": Fraction(1), "high": 2},
        {"low": Fraction(2), "high": Fraction(1)},
        {"low": Fraction(1), "high": Fraction(1), "low_open": True},
        {"low": Fraction(1), "high": Fraction(1), "high_open": True},
    ):
        with pytest.raises(InvalidTerms, match="bound"):
            Span(**bad)


def test_spans_add_up_end_by_end():
    one, open_ended = rounded(1, 2), span(3, None)

    assert one.plus(one) == rounded(2, 4)
    assert one.plus(open_ended) == span(4, None)
    assert open_ended.plus(one) == span(4, None)
    assert span(1, 2, low_open=True).plus(span(1, 2)) == span(2, 4, low_open=True)


def test_spans_divide_crosswise():
    # 3.45…3.55 ÷ 2 is 1.725…1.775.
    assert rounded("3.45", "3.55").over(span(2, 2)) == rounded("1.725", "1.775")
    # By 2…4, the 4 left out: 1 ÷ 4 is not reached, 1 ÷ 2 is.
    assert span(1, 1).over(rounded(2, 4)) == span("0.25", "0.5", low_open=True)
    assert span(1, 1).over(span(2, 4, low_open=True)) == span("0.25", "0.5", high_open=True)
    # By more and more: nearly nothing, never nothing.
    assert span(1, 2).over(span(4, None)) == span(0, "0.5", low_open=True)
    # By what may be nothing: no upper end.
    assert span(1, 2).over(span(0, 4)) == span("0.25", None)
    assert span(1, None).over(span(1, 2)) == span("0.5", None)
    assert span(0, 0).over(rounded(1, 2)) == span(0, 0)
    assert span(0, 4).over(span(0, 0)) == span(0, None)


def test_spans_meet_where_they_share_a_number():
    assert span(1, 2).meets(span(2, 3))
    assert not rounded(1, 2).meets(span(2, 3))
    assert not span(1, 2).meets(span(2, 3, low_open=True))
    assert span(1, None).meets(span(9, 9))
    assert not span(1, 2).meets(span(3, None))


def test_a_span_lies_in_another_with_its_ends():
    assert rounded(1, 2).lies_in(rounded(1, 2))
    assert not span(1, 2).lies_in(rounded(1, 2))
    assert rounded(1, 2).lies_in(span(1, 2))
    assert not span(1, 2).lies_in(span(1, 2, low_open=True))
    assert span(1, 2, low_open=True).lies_in(span(1, 2, low_open=True))
    assert not span(0, 2).lies_in(span(1, 2))
    assert span(1, 9).lies_in(span(1, None))
    assert not span(1, None).lies_in(span(1, 9))
    assert not span(1, 10).lies_in(span(1, 9))


def test_a_span_is_surely_or_perhaps_at_most_another():
    assert span(1, 2).is_at_most(span(2, 3))
    assert not span(1, 3).is_at_most(span(2, 3))
    assert not span(1, None).is_at_most(span(2, 3))
    assert span(1, 3).may_be_at_most(span(0, 2))
    assert span(2, 3).may_be_at_most(span(0, 2))
    assert not span(2, 3).may_be_at_most(rounded(0, 2))
    assert not span(2, 3, low_open=True).may_be_at_most(span(0, 2))
    assert span(9, 9).may_be_at_most(span(0, None))


def test_the_least_multiple_in_a_span_is_found():
    assert span(54_995, 55_002).multiple_of(1_000) == 55_000
    assert span("15314.3", "15314.8").multiple_of(10) is None
    assert span(0, 5).multiple_of(5) == 5
    assert rounded(0, 5).multiple_of(5) is None
    assert span(10, 20, low_open=True).multiple_of(10) == 20
    assert span(10, None).multiple_of(10) == 10
