"""Money is exact to the fen, rounded half up once, and blind to the host's decimal context."""

from decimal import ROUND_UP, Decimal, FloatOperation, Inexact, Rounded, localcontext
from fractions import Fraction

import pytest
from moneyed import CNY, USD, Money

from microloan.errors import InvalidAmount, InvalidRate
from microloan.money import (
    ZERO,
    InYuan,
    cny,
    fen,
    from_fen,
    positive_fen,
    ratio,
    rounded,
    settle,
    settle_ratio,
    show,
    split,
    split_fen,
    total,
)
from microloan.rate import exact_rate, percent, show_rate
from refusals import refused

AMOUNT_FORM = "int, Decimal or str, at most 13 digits and two decimals"
RATE_FORM = "Decimal fraction from 0 to 10"
LIMIT = 10**15  # fen


def not_an_amount(value, says="is not an amount of yuan with at most two decimals"):
    return refused(InvalidAmount, "money.invalid_amount", value=value, limit=AMOUNT_FORM, says=says)


def beyond_the_limit(fen_asked, says="beyond the largest amount of 1000000000000000 fen"):
    return refused(InvalidAmount, "money.invalid_amount", value=fen_asked, limit=LIMIT, says=says)


def not_a_rate(value, says="is not a rate between 0 % and 1,000 %"):
    return refused(InvalidRate, "money.invalid_rate", value=value, limit=RATE_FORM, says=says)


# cny: the way in


@pytest.mark.parametrize(
    ("given", "in_fen"),
    [
        (300_000, 30_000_000),
        (0, 0),
        (-5, -500),
        ("7863.02", 786_302),
        ("0.1", 10),
        ("-0.01", -1),
        ("0007", 700),
        (Decimal("987.5"), 98_750),
        (Decimal("1E+2"), 10_000),
        (Decimal("1.000"), 100),  # trailing zeros are no third decimal of value
        (Decimal("1.00000000000000000000"), 100),  # 20 places, the most that is read
        (Decimal("-0.01"), -1),
        (Decimal("0E+20"), 0),
    ],
)
def test_an_amount_of_yuan_becomes_whole_fen(given, in_fen):
    amount = cny(given)

    assert fen(amount) == in_fen
    assert amount.currency == CNY
    assert amount.amount.as_tuple().exponent == -2


@pytest.mark.parametrize("nothing", ["-0", "-0.00", Decimal("-0"), Decimal("-0.00")])
def test_a_negative_zero_is_plain_zero(nothing):
    assert cny(nothing) == ZERO
    assert not cny(nothing).amount.is_signed()
    assert show(cny(nothing)) == "0.00"


@pytest.mark.parametrize(
    "largest",
    [10**13, -(10**13), Decimal("10000000000000.00"), Decimal("1E+13"), Decimal("-1E+13")],
)
def test_the_largest_amount_is_ten_to_the_fifteenth_fen(largest):
    assert abs(fen(cny(largest))) == LIMIT


@pytest.mark.parametrize(
    ("given", "in_fen"),
    [
        (10**13 + 1, LIMIT + 100),
        (-(10**13) - 1, -LIMIT - 100),
        (Decimal("10000000000000.01"), LIMIT + 1),
        (Decimal("-10000000000000.01"), -LIMIT - 1),
        (Decimal("2E+13"), 2 * LIMIT),
        (Decimal("1E+20"), 10**22),  # 20 places, the most that are read
        (Decimal("9" * 40), (10**40 - 1) * 100),  # 40 digits, the most that are read
    ],
)
def test_one_fen_beyond_the_largest_amount_is_refused(given, in_fen):
    with beyond_the_limit(in_fen, says=f"{in_fen} fen is beyond"):
        cny(given)


def test_thirteen_digits_are_read_and_fourteen_are_refused():
    assert fen(cny("9999999999999.99")) == LIMIT - 1
    assert fen(cny("-9999999999999.99")) == 1 - LIMIT

    with not_an_amount("a text of 14 characters"):
        cny("10000000000000")


def test_an_int_too_long_to_print_is_refused_all_the_same():
    number = 10**5_000  # Python itself refuses to print more than 4,300 digits

    with beyond_the_limit(number * 100, says="an int of too many digits fen is beyond"):
        cny(number)
    with beyond_the_limit(number, says="an int of too many digits fen is beyond"):
        from_fen(number)
    with not_a_rate(number, says="an int of too many digits is not a rate"):
        percent(number)


def test_a_refusal_prints_a_number_of_a_thousand_bits_and_no_longer_one():
    with beyond_the_limit(2**1000 - 1, says=f"{2**1000 - 1} fen") as caught:
        from_fen(2**1000 - 1)
    assert f"{2**1000 - 1} 分" in caught.value.zh

    with beyond_the_limit(2**1000, says="an int of too many digits fen"):
        from_fen(2**1000)


@pytest.mark.parametrize("text", ["7863.021", "0.001", "-1.000"])
def test_a_third_decimal_is_refused(text):
    with not_an_amount(text, says=repr(text)):
        cny(text)


@pytest.mark.parametrize("number", ["7863.021", "0.001", "1E-3", "10.0000000001"])
def test_a_third_decimal_of_a_decimal_is_refused(number):
    with not_an_amount(Decimal(number)):
        cny(Decimal(number))


@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1E+21",
        "0E+21",
        "1E+400000",
        "-1E+400000",
        "1E-400000",
        "0E-21",
        "9" * 41,
    ],
)
def test_a_decimal_that_is_no_amount_is_refused_before_any_arithmetic(number):
    value = Decimal(number)

    with not_an_amount(value):
        cny(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        " 12",
        "12 ",
        "12\n",
        "1_000",
        "1,000",
        "\uff11\uff12\uff13",  # full-width digits
        "٣",
        "1e3",
        "1E+400000",
        "+1",
        "--1",
        ".5",
        "5.",
        "0x10",
        "NaN",
        "Infinity",
        "-",
    ],
)
def test_text_that_is_no_plain_amount_is_refused(text):
    with not_an_amount(text):
        cny(text)


@pytest.mark.parametrize("value", [0.1, 1.0, float("nan"), True, False, None, 1j])
def test_what_is_no_int_decimal_or_text_is_refused(value):
    with not_an_amount(value, says=repr(value)):
        cny(value)


def test_a_text_that_is_no_figure_is_refused_without_being_repeated():
    with not_an_amount("a text of 1 characters", says="a text of 1 characters is not an amount"):
        cny("壹")


@pytest.mark.parametrize("value", [b"1", [1]])
def test_of_bytes_and_lists_a_refusal_says_the_type_and_no_more(value):
    with not_an_amount(type(value).__name__, says=type(value).__name__):
        cny(value)


def test_money_is_not_converted_again():
    with not_an_amount(cny(1)):
        cny(cny(1))


# fen and from_fen


@pytest.mark.parametrize("whole", [0, 1, -1, 99, 100, 786_302, LIMIT, -LIMIT])
def test_fen_and_from_fen_undo_each_other(whole):
    amount = from_fen(whole)

    assert fen(amount) == whole
    assert amount == Money(Decimal(whole).scaleb(-2), CNY)
    assert amount.amount.as_tuple().exponent == -2


@pytest.mark.parametrize("whole", [LIMIT + 1, -LIMIT - 1])
def test_from_fen_refuses_one_fen_beyond_the_limit(whole):
    with beyond_the_limit(whole):
        from_fen(whole)


@pytest.mark.parametrize("value", [1.0, True, "100", Decimal(1), None])
def test_from_fen_takes_whole_numbers_only(value):
    with not_an_amount(value):
        from_fen(value)


@pytest.mark.parametrize("value", [100, "1.00", Decimal(1), None, 1.0])
def test_fen_takes_money_only(value):
    with not_an_amount(value):
        fen(value)


def test_another_currency_is_refused():
    dollars = Money("1.00", USD)

    with refused(
        InvalidAmount, "money.invalid_amount", value=dollars, limit="CNY", says="is in USD"
    ):
        fen(dollars)


@pytest.mark.parametrize("number", ["1.999", "NaN", "Infinity", "1E+400000"])
def test_money_that_is_no_whole_number_of_fen_is_refused(number):
    odd = Money(number, CNY)

    with not_an_amount(odd.amount):
        fen(odd)


def test_money_beyond_the_limit_is_refused():
    with beyond_the_limit(LIMIT + 1):
        fen(Money("10000000000000.01", CNY))


def test_a_positive_amount_passes_from_its_first_fen():
    assert positive_fen(cny("0.01"), "a deposit") == 1


@pytest.mark.parametrize(("given", "shown"), [("0", "0.00"), ("-0.01", "-0.01")])
def test_an_amount_of_nothing_or_less_is_refused_where_there_must_be_some(given, shown):
    with refused(
        InvalidAmount,
        "money.invalid_amount",
        value=cny(given),
        limit=ZERO,
        says=f"a deposit must be more than 0.00 yuan, got {shown}",
    ):
        positive_fen(cny(given), "a deposit")


def test_total_adds_up_and_is_nothing_for_nothing():
    assert total([cny("0.10"), cny("0.20"), cny("-0.05")]) == cny("0.25")
    assert total([]) == ZERO


def test_a_total_beyond_the_limit_is_refused():
    with beyond_the_limit(LIMIT + 1):
        total([from_fen(LIMIT), from_fen(1)])


class Line:
    """A field kept in fen, shown in yuan."""

    worth = InYuan("worth_fen", "What the line is worth, in yuan.")

    def __init__(self, worth_fen):
        self.worth_fen = worth_fen


def test_a_field_kept_in_fen_is_shown_in_yuan():
    assert Line(786_302).worth == cny("7863.02")


def test_on_the_class_the_view_shows_itself_and_its_words():
    class Deposit:
        paid_in_fen = 100
        paid_in = InYuan("paid_in_fen", "What was paid in, in yuan.")

    assert Deposit().paid_in == cny(1)
    assert isinstance(Deposit.paid_in, InYuan)
    assert Deposit.paid_in.__doc__ == "What was paid in, in yuan."


# settle: the only rounding


@pytest.mark.parametrize(
    ("exact", "payable"),
    [
        (Fraction(5, 2), 3),  # 2.5
        (Fraction(3, 2), 2),  # 1.5
        (Fraction(1, 2), 1),  # 0.5: half up, not half even
        (Fraction(-1, 2), -1),
        (Fraction(-5, 2), -3),
        (Fraction(2499, 1000), 2),
        (Fraction(2501, 1000), 3),
        (Fraction(-2499, 1000), -2),
        (Fraction(10**18 - 1, 2 * 10**18), 0),  # a hair below one half
        (Fraction(10**18 + 1, 2 * 10**18), 1),
        (Fraction(7), 7),
        (Fraction(0), 0),
    ],
)
def test_half_a_fen_is_rounded_away_from_zero(exact, payable):
    assert settle(exact) == payable
    assert settle_ratio(exact.numerator, exact.denominator) == payable


def test_a_ratio_is_rounded_the_same_reduced_or_not():
    # 10 / 4 = 2.5 and 9 / 4 = 2.25
    assert [settle_ratio(10, 4), settle_ratio(5, 2), settle_ratio(9, 4)] == [3, 3, 2]


# split: parts add up


def test_the_published_split_of_a_subsidy_is_met():
    # 66.30 over 70 : 21 : 9 is 46.41, 13.923, 5.967; the odd 0.01 goes to 5.967, which lost most.
    parts = split(cny("66.30"), [70, 21, 9])

    assert parts == (cny("46.41"), cny("13.92"), cny("5.97"))
    assert total(parts) == cny("66.30")


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),  # all lost a third: the earliest takes the odd fen
        (200, [1, 1, 1], [67, 67, 66]),
        (1, [1, 1], [1, 0]),
        (0, [1, 2], [0, 0]),
        (5, [0, 1], [0, 5]),
        (7, [3], [7]),
        (10, [Fraction(1, 3), Fraction(2, 3)], [3, 7]),  # 3.33 and 6.67
        (10, [1, 2, 3], [2, 3, 5]),  # 1.67, 3.33, 5.00
        (101, [50, 30, 20], [51, 30, 20]),  # 50.5, 30.3, 20.2
        # …967.33, …966.34 and …967.33: the second lost most, by a hundredth of a fen.
        (
            999_999_999_999_901,
            [33, 34, 33],
            [329_999_999_999_967, 339_999_999_999_967, 329_999_999_999_967],
        ),
    ],
)
def test_odd_fen_go_to_the_parts_that_lost_most(amount, weights, parts):
    assert split_fen(amount, weights) == parts


@pytest.mark.parametrize(
    ("amount", "weights"),
    [
        (-1, [1, 1]),
        (100, []),
        (100, [0, 0]),
        (100, [2, -1]),
        (100, [0.5, 0.5]),
        (100, [float("nan"), 1]),
        (100, [Decimal("0.5"), 1]),
    ],
)
def test_a_split_without_sense_is_refused(amount, weights):
    with refused(
        InvalidAmount,
        "money.invalid_amount",
        value=amount,
        limit="an amount and exact weights of at least 0, one weight above 0",
        says=f"cannot split {amount} fen by the weights",
    ):
        split_fen(amount, weights)


def test_the_refusal_of_a_split_names_the_weights():
    with pytest.raises(InvalidAmount, match=r"weights \['2', '-1/2'\]"):
        split(cny(1), [2, Fraction(-1, 2)])


# ratio and rounded: for print


def test_a_ratio_of_two_amounts_is_rounded_half_up():
    # Published: loans of 84.6 million over a fund of 11.5 million; 84.6 / 11.5 = 7.35652…
    assert ratio(cny(84_600_000), cny(11_500_000)) == Decimal("7.3565")
    assert ratio(cny(84_600_000), cny(11_500_000), places=2) == Decimal("7.36")
    assert ratio(cny(1), cny(8), places=2) == Decimal("0.13")  # 0.125
    assert str(ratio(cny(1), cny(2))) == "0.5000"
    assert ratio(cny(-1), cny(8), places=2) == Decimal("-0.13")


def test_a_ratio_to_nothing_does_not_exist():
    with refused(
        InvalidAmount,
        "money.invalid_amount",
        value=ZERO,
        limit="more or less than 0.00 yuan",
    ) as caught:
        ratio(cny(1), ZERO)
    assert str(caught.value) == "a ratio to 0.00 yuan does not exist"
    assert caught.value.zh == "分母为零，比率不存在"


def test_a_fraction_is_printed_to_so_many_places():
    assert str(rounded(Fraction(2, 3), 4)) == "0.6667"
    assert str(rounded(Fraction(5, 2), 0)) == "3"
    assert str(rounded(Fraction(1, 2000), 3)) == "0.001"  # 0.0005


def test_a_fraction_of_fifty_digits_is_printed_whole():
    assert str(rounded(Fraction(10**50 + 1), 2)) == "1" + "0" * 49 + "1.00"


# rates


@pytest.mark.parametrize(
    ("given", "rate"),
    [
        ("3.95", "0.0395"),
        ("0", "0.00"),
        (5, "0.05"),
        (Decimal("4.35"), "0.0435"),
        ("1000", "10.00"),
        (1000, "10.00"),
        ("0.0000000001", "0.000000000001"),
        (Decimal("1E-10"), "0.000000000001"),
        (Decimal("1E+3"), "1E+1"),
    ],
)
def test_a_rate_in_percent_becomes_a_fraction(given, rate):
    assert percent(given) == Decimal(rate)
    assert str(percent(given)) == str(Decimal(rate))


@pytest.mark.parametrize(
    ("given", "fraction"),
    [
        ("1000.01", "10.0001"),
        (1001, "10.01"),
        ("-0.01", "-0.0001"),
        (-1, "-0.01"),
        ("-0", "-0.00"),  # a rate has no sign
        ("9999", "99.99"),
    ],
)
def test_a_rate_out_of_range_is_refused(given, fraction):
    with not_a_rate(Decimal(fraction)):
        percent(given)


@pytest.mark.parametrize(
    "value",
    [
        3.95,
        float("nan"),
        True,
        False,
        None,
        "",
        " 1",
        "1 ",
        "1_0",
        "\uff13.95",
        "٣",
        "3.95%",
        "1e2",
        ".5",
        "5.",
        "10000",
        "NaN",
        Fraction(1, 2),
    ],
)
def test_what_is_no_plain_percentage_is_refused(value):
    with not_a_rate(value):
        percent(value)


def test_a_percentage_too_long_to_be_one_is_refused_without_being_repeated():
    with not_a_rate("a text of 13 characters"):
        percent("0.00000000001")


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "1E+13", "1E-13", "1E+400000"])
def test_a_decimal_that_is_no_percentage_is_refused(number):
    value = Decimal(number)

    with not_a_rate(value):
        percent(value)


def test_a_percentage_finer_than_twelve_decimals_is_refused():
    with not_a_rate(Decimal("0.0000000000001")):
        percent(Decimal("0.00000000001"))


@pytest.mark.parametrize("given", ["0", "10", "1E+1", "0.000000000001", "0.0395", "0E+2"])
def test_a_fraction_within_range_is_a_rate(given):
    rate = Decimal(given)

    assert exact_rate(rate) is rate


@pytest.mark.parametrize(
    "given",
    [
        "10.000000000001",
        "11",
        "-0.01",
        "-0",
        "NaN",
        "-Infinity",
        "0.0000000000001",
        "0.0395000000000",
        "0E+3",
    ],
)
def test_a_fraction_out_of_range_is_no_rate(given):
    value = Decimal(given)

    with not_a_rate(value, says="with at most 12 decimals"):
        exact_rate(value)


@pytest.mark.parametrize("value", [0.0395, 0, "0.0395", True, None])
def test_a_fraction_is_a_decimal(value):
    with not_a_rate(value):
        exact_rate(value)


# print


def test_amounts_are_printed_with_separators_and_two_decimals():
    assert show(cny(84_600_000)) == "84,600,000.00"
    assert show(cny("-1234.5")) == "-1,234.50"
    assert show(cny("-0.05")) == "-0.05"
    assert show(cny("0.1")) == "0.10"


def test_rates_are_printed_in_percent_without_idle_zeros():
    assert show_rate(percent("3.950")) == "3.95 %"
    assert show_rate(percent(0)) == "0 %"
    assert show_rate(percent(1000)) == "1000 %"
    assert show_rate(percent("0.0000000001")) == "0.0000000001 %"


# the host's decimal context

HOSTILE = {"prec": 6, "rounding": ROUND_UP}
UNMOVED = [
    (lambda: fen(cny("1234567890123.45")), 123_456_789_012_345),
    (lambda: fen(cny(Decimal("1234567890123.45"))), 123_456_789_012_345),
    (lambda: fen(cny(1_234_567_890_123)), 123_456_789_012_300),
    (lambda: from_fen(123_456_789_012_345).amount, Decimal("1234567890123.45")),
    (lambda: from_fen(-LIMIT).amount, Decimal("-10000000000000.00")),
    (lambda: positive_fen(cny("1234567.89"), "a deposit"), 123_456_789),
    (lambda: fen(total([cny("1234567.89"), cny("0.01"), cny("7654321.00")])), 888_888_890),
    (lambda: list(map(fen, split(cny("1234567.89"), [1, 1]))), [61_728_395, 61_728_394]),
    (lambda: ratio(cny("1234567.89"), cny(1), places=2), Decimal("1234567.89")),
    (lambda: ratio(cny(1), cny(3), places=8), Decimal("0.33333333")),
    (lambda: rounded(Fraction(2, 3), 10), Decimal("0.6666666667")),
    (lambda: settle(Fraction(24_691_357_803, 2)), 12_345_678_902),
    (lambda: settle_ratio(24_691_357_803, 2), 12_345_678_902),
    (lambda: percent("3.9512345678"), Decimal("0.039512345678")),
    (lambda: percent(Decimal("123.45678901")), Decimal("1.2345678901")),
    (lambda: percent(999), Decimal("9.99")),
    (lambda: exact_rate(Decimal("0.039512345678")), Decimal("0.039512345678")),
    (lambda: show(cny("-1234567890123.45")), "-1,234,567,890,123.45"),
    (lambda: show_rate(Decimal("0.039512345678")), "3.9512345678 %"),
    (lambda: Line(123_456_789_012_345).worth.amount, Decimal("1234567890123.45")),
]


@pytest.mark.parametrize(("act", "expected"), UNMOVED)
@pytest.mark.parametrize("traps", [[], [Inexact, Rounded, FloatOperation]])
def test_a_hostile_decimal_context_changes_nothing(act, expected, traps):
    with localcontext(**HOSTILE) as context:
        for trap in traps:
            context.traps[trap] = True
        under_the_host = act()

    assert under_the_host == act() == expected


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda: cny(Decimal("1234567890.123")), InvalidAmount),
        (lambda: cny(Decimal("10000000000000.01")), InvalidAmount),
        (lambda: fen(Money("1234567890.123", CNY)), InvalidAmount),
        (lambda: percent("1000.0000000001"), InvalidRate),
        (lambda: percent(Decimal("NaN")), InvalidRate),
        (lambda: exact_rate(Decimal("10.000000000001")), InvalidRate),
    ],
)
def test_a_hostile_decimal_context_excuses_nothing(act, error):
    with localcontext(**HOSTILE) as context:
        context.traps[Inexact] = True
        with pytest.raises(error):
            act()


def test_the_hostile_context_does_bite_elsewhere():
    with localcontext(**HOSTILE):
        assert Decimal("1234567.89") + Decimal("0.01") != Decimal("1234567.90")
