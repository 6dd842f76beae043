"""A number explains itself in lines that stay aligned under Chinese labels."""

import pytest

from microloan.explain import Explanation, pad, width


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("days", 4),
        ("贴息", 4),
        ("贴息 48", 7),
        ("（）", 4),
        ("\uff11", 2),
        ("ｱ", 1),
        ("é", 1),
    ],
)
def test_a_chinese_character_takes_two_columns(text, columns):
    assert width(text) == columns


def test_a_text_is_filled_to_the_same_column_in_both_scripts():
    assert pad("贴息", 6) == "贴息  "
    assert pad("days", 6) == "days  "


def test_a_text_that_is_too_long_stays_whole():
    assert pad("interest", 3) == "interest"


def test_an_explanation_prints_title_steps_and_rule_aligned():
    explanation = Explanation(
        title="interest 987.50",
        steps=(("principal", "300,000.00"), ("利率", "3.95 %")),
        rule="财金〔2023〕75号",
    )

    assert str(explanation).splitlines() == [
        "interest 987.50",
        "  principal  300,000.00",
        "  利率       3.95 %",
        "  rule       财金〔2023〕75号",
    ]


def test_the_rule_alone_is_an_explanation_too():
    assert str(Explanation(title="nothing due", steps=(), rule="grace")) == (
        "nothing due\n  rule  grace"
    )
