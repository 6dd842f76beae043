"""What rungs, bands, grade limits and blacklist rules may be, and what they come to."""

import pytest

from microloan import InvalidTerms, Opening
from microloan.policy import BlacklistRule, Channel, GradeDays, OverdueBand, OverdueBands, Rung
from refusals import refused


def test_a_blacklist_opens_on_the_day_of_its_reading():
    reached = BlacklistRule(days=90, opening=Opening.AT_OR_AFTER)  # Jining: 90 and more
    exceeded = BlacklistRule(days=90, opening=Opening.STRICTLY_AFTER)  # Guangzhou: more than 90

    assert (reached.opens_at, exceeded.opens_at) == (90, 91)


def test_bands_follow_each_other_without_a_gap_and_the_last_is_open():
    bands = OverdueBands(last_days=(30, 60, 90, 180, 360)).bands

    assert [str(band) for band in bands] == [
        *("1-30", "31-60", "61-90", "91-180", "181-360"),
        "361+",
    ]
    for days in (1, 30, 31, 60, 61, 90, 91, 180, 181, 360, 361, 5_000):
        assert sum(days in band for band in bands) == 1
    assert not any(0 in band for band in bands)
    assert 30 in bands[0]
    assert 31 in bands[1]
    assert bands[-1] == OverdueBand(first=361, last=None)


def test_every_channel_has_a_chinese_name_of_its_own():
    assert len({channel.zh for channel in Channel}) == len(Channel) == 8
    assert Channel.LETTER.zh == "书面通知"


@pytest.mark.parametrize(
    ("make", "value", "limit"),
    [
        (lambda: Rung(days=3_651, channel=Channel.SMS), 3_651, "-3650-3650"),
        (lambda: Rung(days=1.0, channel=Channel.SMS), 1.0, "-3650-3650"),
        (lambda: Rung(days=True, channel=Channel.SMS), True, "-3650-3650"),
        (lambda: Rung(days=1, channel="sms"), "sms", "a Channel"),
        (lambda: BlacklistRule(days=0, opening=Opening.AT_OR_AFTER), 0, "1-3650"),
        (lambda: BlacklistRule(days=90, opening=">="), ">=", "an Opening"),
        (lambda: OverdueBands(last_days=[30]), "list", "a tuple of int"),
        (lambda: OverdueBands(last_days=()), (), "strictly rising"),
        (lambda: OverdueBands(last_days=(0,)), 0, "1-3650"),
        (lambda: OverdueBands(last_days=(30, 30)), (30, 30), "strictly rising"),
        (
            lambda: GradeDays(special_mention=-1, substandard=90, doubtful=180, loss=None),
            -1,
            "0-3650",
        ),
        (
            lambda: GradeDays(special_mention=0, substandard=90, doubtful=180, loss="360"),
            "360",
            "0-3650",
        ),
        (
            lambda: GradeDays(special_mention=0, substandard=90, doubtful=270, loss=270),
            [0, 90, 270, 270],
            "strictly rising",
        ),
    ],
)
def test_what_is_no_rule_is_refused_by_name(make, value, limit):
    with refused(InvalidTerms, "terms.invalid", value=value, limit=limit):
        make()
