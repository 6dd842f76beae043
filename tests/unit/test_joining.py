"""Decrees joined for a place: the closest rule of a day, gaps, local rules over national ones."""

from datetime import date
from pathlib import Path

import pytest

from microloan import (
    BorrowerKind,
    Category,
    CategoryNeeded,
    InvalidPolicy,
    NotInForce,
    UnknownRegion,
    cny,
)
from microloan.policy import (
    MEASURES,
    Gap,
    Place,
    Region,
    join_decrees,
    load,
    overlays,
    read_decree,
    shipped_decrees,
)
from refusals import refused

HEAD = """
[decree]
key = "{key}"
number = "{key}号"
title = "Measures"
title_zh = "办法"
issued = 2020-01-01
"""
PERSON = Category(kind=BorrowerKind.INDIVIDUAL)
EAST, CENTRAL, WEST = (Place(region=region) for region in Region)
SEVEN = Place(region=Region.EAST, seven_eastern=True)
POOR = Place(region=Region.WEST, poor_area=True)
POOR_SEVEN = Place(region=Region.EAST, seven_eastern=True, poor_area=True)


def cap(since, value, **more):
    """One block that sets the leverage cap; a list of places, a last day."""
    extra = "".join(f"{key} = {text}\n" for key, text in more.items())
    return f"""
[[leverage_cap]]
from = {since}
value = {value}
{extra}reference = {{ clause = "倍数", read_in = "a page" }}
evidence = "source"
"""


def gap(since, reason):
    """One block that declares a gap in the leverage cap."""
    return f'\n[[leverage_cap]]\nfrom = {since}\ngap = "{reason}"\n'


def decree(*blocks, key="A"):
    return read_decree(HEAD.format(key=key) + "".join(blocks), file=f"{key}.toml")


def joined(*blocks, place=CENTRAL, local=()):
    """The leverage cap by first day; of a gap, its reason."""
    overlay = decree(*local, key="L") if local else None
    rules = join_decrees([decree(*blocks)], place=place, overlay=overlay)
    return {
        day.isoformat(): entry.reason if isinstance(entry, Gap) else entry.value
        for day, entry in rules.leverage_cap.values
    }


# ---- places


def test_a_rule_for_a_place_holds_there_only():
    blocks = cap("2020-01-01", 5), cap("2021-01-01", 7, where='["east"]')

    assert joined(*blocks, place=EAST) == {"2020-01-01": 5, "2021-01-01": 7}
    assert joined(*blocks, place=WEST) == {"2020-01-01": 5}


@pytest.mark.parametrize(
    ("place", "expected"),
    [(EAST, 2), (CENTRAL, 1), (WEST, 1), (SEVEN, 3), (POOR, 4), (POOR_SEVEN, 4)],
)
def test_of_the_rules_of_a_day_the_closest_one_holds(place, expected):
    blocks = (
        cap("2020-01-01", 1),
        cap("2020-01-01", 2, where='["east"]'),
        cap("2020-01-01", 3, where='["seven_eastern"]'),
        cap("2020-01-01", 4, where='["poor_area"]'),
    )

    assert joined(*blocks, place=place) == {"2020-01-01": expected}
    assert joined(*reversed(blocks), place=place) == {"2020-01-01": expected}


def test_a_newer_rule_for_everywhere_ends_an_older_one_for_a_place():
    blocks = cap("2020-01-01", 4, where='["poor_area"]'), cap("2021-01-01", 5)

    assert joined(*blocks, place=POOR) == {"2020-01-01": 4, "2021-01-01": 5}


def test_one_rule_may_be_for_several_places():
    block = cap("2020-01-01", 6, where='["central", "poor_area"]')

    assert joined(block, place=CENTRAL) == joined(block, place=POOR) == {"2020-01-01": 6}
    with refused(
        NotInForce,
        "policy.not_in_force",
        value=date(2020, 1, 1),
        limit="no decree that was read sets it",
    ):
        join_decrees([decree(block)], place=WEST).leverage_cap.at(date(2020, 1, 1))


def test_two_rules_of_one_day_for_the_same_place_are_refused_by_both_files():
    one = decree(cap("2020-01-01", 5), key="A")
    other = decree(cap("2020-01-01", 6), key="B")

    with refused(
        InvalidPolicy,
        "policy.invalid",
        value="2020-01-01",
        limit="B.toml: leverage_cap",
        says="B.toml: leverage_cap: 2020-01-01: A.toml: leverage_cap, A号 sets a value",
    ):
        join_decrees([one, other], place=CENTRAL)


def test_decrees_join_in_the_order_of_their_days_whatever_the_order_of_the_files():
    early, late = decree(cap("2020-01-01", 5)), decree(cap("2021-01-01", 6), key="B")

    assert join_decrees([late, early], place=EAST) == join_decrees([early, late], place=EAST)


def test_the_seven_eastern_provinces_lie_in_the_east():
    with refused(UnknownRegion, "policy.unknown_region", value="west", limit="east"):
        Place(region=Region.WEST, seven_eastern=True)
    with refused(UnknownRegion, "policy.unknown_region", value="central", limit="east"):
        load("cn", region="central", seven_eastern=True)


# ---- gaps


def test_a_gap_is_asked_for_in_vain_and_says_why():
    rules = join_decrees(
        [decree(cap("2020-01-01", 5), gap("2021-01-01", "not found"), cap("2022-01-01", 6))],
        place=CENTRAL,
    )

    with refused(
        NotInForce,
        "policy.not_in_force",
        value=date(2021, 12, 31),
        limit="not found",
        says="leverage_cap: no value is known for 2021-12-31: not found",
    ):
        rules.leverage_cap.at(date(2021, 12, 31))
    assert rules.leverage_cap.at(date(2020, 12, 31)).value == 5
    assert rules.leverage_cap.at(date(2022, 1, 1)).value == 6
    assert rules.leverage_cap.known(date(2021, 6, 1)).reason == "not found"
    assert rules.leverage_cap.known(date(2019, 12, 31)) is None
    assert rules.leverage_cap.changes(date(2020, 1, 1), date(2021, 12, 31)) == (date(2021, 1, 1),)
    assert rules.leverage_cap.first_day == date(2020, 1, 1)


def test_a_value_that_ends_must_be_followed_by_a_value_or_a_gap():
    ends = cap("2020-01-01", 5, until="2020-12-31")

    followed = joined(ends, cap("2021-01-01", 6))
    assert followed == {"2020-01-01": 5, "2021-01-01": 6}
    assert joined(ends, gap("2021-01-01", "?"))["2021-01-01"] == "?"
    for rest in ((), (cap("2021-01-02", 6),)):
        with refused(
            InvalidPolicy,
            "policy.invalid",
            value="2020-01-01",
            limit="A.toml: leverage_cap",
            says="ends on 2020-12-31 and no value or gap is declared after it",
        ):
            joined(ends, *rest)


def test_a_value_cannot_last_beyond_the_start_of_the_next():
    with refused(
        InvalidPolicy,
        "policy.invalid",
        value="2020-01-01",
        limit="A.toml: leverage_cap",
        says="is to last until 2020-12-31, but A.toml: leverage_cap starts 2020-12-31",
    ):
        joined(cap("2020-01-01", 5, until="2020-12-31"), cap("2020-12-31", 6))


def test_a_measure_that_no_decree_sets_is_a_gap_from_the_first_day_on():
    rules = join_decrees([decree(cap("2020-01-01", 5))], place=CENTRAL)

    with refused(
        NotInForce,
        "policy.not_in_force",
        value=date(2024, 1, 1),
        limit="no decree that was read sets it",
    ):
        rules.ceiling_of(PERSON, on=date(2024, 1, 1))


@pytest.mark.parametrize("measure", sorted(MEASURES.keys() - {"lending_ceiling"}))
def test_every_measure_is_declared_from_the_first_day_of_the_programme(measure):
    for place in (EAST, CENTRAL, WEST, SEVEN, POOR, POOR_SEVEN):
        found = getattr(join_decrees(shipped_decrees(), place=place), measure)
        lines = [found[kind] for kind in found] if MEASURES[measure].by_kind else [found]
        for line in lines:
            first = line.known(date(2002, 12, 24))
            assert first is not None
            assert not isinstance(first, Gap) or first.decree, line.name


def test_the_nation_knows_one_ceiling_only():
    for place in (EAST, CENTRAL, WEST, SEVEN, POOR, POOR_SEVEN):
        lending = join_decrees(shipped_decrees(), place=place).lending_ceiling
        for kind in lending:
            ((_, entry),) = lending[kind].values
            assert isinstance(entry, Gap)


# ---- local rules

NATIONAL = cap("2020-01-01", 5), cap("2022-01-01", 6), cap("2024-01-01", 7)


def test_a_local_rule_holds_until_the_nation_moves_on():
    assert joined(*NATIONAL, local=[cap("2021-01-01", 9)]) == {
        "2020-01-01": 5,
        "2021-01-01": 9,
        "2022-01-01": 6,
        "2024-01-01": 7,
    }


def test_a_local_rule_with_a_last_day_holds_through_it_whatever_the_nation_does():
    assert joined(*NATIONAL, local=[cap("2021-01-01", 9, until="2022-12-31")]) == {
        "2020-01-01": 5,
        "2021-01-01": 9,
        "2023-01-01": 6,
        "2024-01-01": 7,
    }


def test_a_local_rule_of_the_same_day_takes_the_place_of_the_national_one():
    assert joined(*NATIONAL, local=[cap("2022-01-01", 9)]) == {
        "2020-01-01": 5,
        "2022-01-01": 9,
        "2024-01-01": 7,
    }


def test_a_local_rule_ends_where_the_next_local_one_starts():
    local = [cap("2024-02-01", 9), cap("2024-03-01", 8, until="2024-03-31")]

    assert joined(*NATIONAL, local=local) == {
        "2020-01-01": 5,
        "2022-01-01": 6,
        "2024-01-01": 7,
        "2024-02-01": 9,
        "2024-03-01": 8,
        "2024-04-01": 7,
    }


def test_a_local_rule_that_ends_the_day_before_a_national_change_leaves_the_change():
    local = [cap("2021-01-01", 9, until="2021-12-31")]

    assert joined(*NATIONAL, local=local)["2022-01-01"] == 6


def test_a_local_rule_that_ends_where_the_nation_knows_nothing_leaves_a_gap():
    local = [cap("2019-01-01", 9, until="2019-06-30")]

    assert joined(*NATIONAL, local=local) == {
        "2019-01-01": 9,
        "2019-07-01": "no decree that was read sets it",
        "2020-01-01": 5,
        "2022-01-01": 6,
        "2024-01-01": 7,
    }


def test_local_rules_that_overlap_are_refused():
    with refused(
        InvalidPolicy,
        "policy.invalid",
        value="2021-01-01",
        limit="L.toml: leverage_cap",
        says="is to last until 2021-12-31, but the next one starts 2021-06-01",
    ):
        joined(*NATIONAL, local=[cap("2021-01-01", 9, until="2021-12-31"), cap("2021-06-01", 8)])


def test_a_local_rule_may_fill_a_gap_or_open_one():
    filled = joined(gap("2020-01-01", "?"), local=[cap("2021-01-01", 9)])
    opened = joined(cap("2020-01-01", 5), local=[gap("2021-01-01", "not said")])

    assert filled == {"2020-01-01": "?", "2021-01-01": 9}
    assert opened == {"2020-01-01": 5, "2021-01-01": "not said"}


def test_a_local_rule_for_another_region_is_refused():
    with refused(InvalidPolicy, "policy.invalid", value="central", limit=["east"]):
        load("cn", region="central", overlay="qingdao")


def test_a_rule_without_a_line_for_the_borrower_asks_for_the_group():
    women_only = """
[[subsidy]]
from = 2024-01-01
kinds = ["individual"]
value = [{ groups = ["women"], shape = "half" }]
reference = { clause = "仅限妇女", read_in = "a page" }
evidence = "local"
"""
    rules = join_decrees([decree(women_only)], place=CENTRAL)
    veteran = Category(kind=BorrowerKind.INDIVIDUAL, groups={"veteran"})

    with refused(
        CategoryNeeded, "policy.category_needed", value=None, limit="the borrower's group"
    ):
        rules.subsidy_of(veteran, principal=cny(1), on=date(2024, 6, 1))


# ---- files


def test_a_local_rule_of_ones_own_is_a_file(tmp_path):
    own = tmp_path / "ours.toml"
    own.write_text(HEAD.format(key="OURS") + cap("2024-01-01", 8), encoding="utf-8")

    rules = load("cn", region="west", overlay=own)
    assert rules.leverage_cap.at(date(2024, 6, 1)).value == 8
    assert rules.leverage_cap.at(date(2023, 12, 31)).value == 5


def test_a_file_that_an_office_program_marked_as_utf_8_is_read_too(tmp_path):
    own, rates = tmp_path / "ours.toml", tmp_path / "lpr.csv"
    own.write_text(HEAD.format(key="OURS") + cap("2024-01-01", 8), encoding="utf-8-sig")
    rates.write_text("from,lpr_1y,lpr_5y\n2026-09-21,2.95,3.45\n", encoding="utf-8-sig")

    rules = load("cn", region="west", overlay=own, lpr=str(rates))
    assert rules.leverage_cap.at(date(2024, 6, 1)).value == 8
    assert str(rules.lpr_1y.at(date(2026, 9, 21))) == "0.0295"


def test_a_local_rule_with_an_unknown_key_is_refused_by_file_and_key(tmp_path):
    own = tmp_path / "ours.toml"
    own.write_text(HEAD.format(key="OURS") + cap("2024-01-01", 8, unit=1), encoding="utf-8")

    with refused(
        InvalidPolicy,
        "policy.invalid",
        value="unit",
        limit="ours.toml: leverage_cap",
        says="unknown",
    ):
        load("cn", region="west", overlay=own)


def test_a_file_that_is_not_there_or_no_text_is_refused_by_its_name(tmp_path):
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"\xff\xfe\xfa")

    for path in (tmp_path / "absent.toml", latin):
        with refused(
            InvalidPolicy, "policy.invalid", value=path.name, limit="a readable file in UTF-8"
        ):
            load("cn", region="west", overlay=path)


def test_what_is_no_name_and_no_path_is_refused():
    with refused(UnknownRegion, "policy.unknown_region", value=["a"], limit=sorted(overlays())):
        load("cn", region="west", overlay=["a"])


def test_a_local_rule_that_is_not_shipped_is_refused_with_those_that_are():
    with refused(
        UnknownRegion, "policy.unknown_region", value="atlantis", limit=sorted(overlays())
    ):
        load("cn", region="west", overlay="atlantis")


def test_the_national_decrees_are_shipped_in_the_order_of_their_days():
    issued = [decree.issued for decree in shipped_decrees()]

    assert issued == sorted(issued)
    assert Path(shipped_decrees()[-1].rules[0].file).stem == "r2023"


# ---- newer prime rates


def newer(tmp_path, *rows, head="from,lpr_1y,lpr_5y"):
    path = tmp_path / "lpr.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return load("cn", region="central", lpr=path)


def test_newer_prime_rates_follow_the_shipped_ones_until_the_eve_of_the_next(tmp_path):
    rules = newer(tmp_path, "2026-09-21,2.95,3.45", "2026-10-20,2.90,3.40")

    assert rules.lpr_1y.at(date(2026, 9, 20)) == rules.lpr_1y.at(date(2026, 8, 20))
    assert str(rules.lpr_1y.at(date(2026, 9, 21))) == "0.0295"
    assert str(rules.lpr_5y.at(date(2026, 10, 20))) == "0.0340"
    assert str(rules.lpr_5y.at(date(2026, 11, 19))) == "0.0340"
    with refused(
        NotInForce,
        "policy.not_in_force",
        value=date(2026, 11, 20),
        limit=(date(2019, 8, 20), date(2026, 11, 19)),
        says="known through 2026-11-19",
    ):
        rules.lpr_1y.at(date(2026, 11, 20))


def test_shipped_rows_may_stand_among_the_newer_ones(tmp_path):
    rules = newer(tmp_path, "2026-08-20,3.00,3.50", "2026-09-21,3.00,3.50")

    assert rules.lpr_1y.known_through == date(2026, 10, 19)
    assert newer(tmp_path).lpr_1y == load("cn", region="central").lpr_1y


@pytest.mark.parametrize(
    ("rows", "key", "why"),
    [
        (["2026-08-20,3.05,3.50"], "2026-08-20", "contradicts the shipped series"),
        (["2025-01-01,3.10,3.60"], "2025-01-01", "contradicts the shipped series"),
        (["2026-10-20,3.00,3.50", "2026-09-21,3.00,3.50"], "2026-09-21", "stands after"),
        (["2026-09-21,3.00,3.50", "2026-09-21,3.00,3.50"], "2026-09-21", "stands after"),
        (["2026-11-20,3.00,3.50"], "2026-11-20", "after 2026-08-20 are missing before it"),
        (["2026-09-21,3.00,3.50", "2031-09-22,3.00,3.50"], "2031-09-22", "are missing"),
        (["9999-12-20,3.00,3.50"], "9999-12-20", "no day such as"),
        (["2026-09-21,0,3.50"], "2026-09-21", "up to 0.20"),
        (["2026-09-21,3.00,345"], "2026-09-21", "up to 0.20"),
        (["2026-09-21," + "3" * 200_000], "the rows", "field"),
        (["2026-09-21,3.01,3.50"], "2026-09-21", "no multiple of 0.0005"),
        (["2026-09-21,3.00,3.52"], "2026-09-21", "no multiple"),
        (["2026-09-21,three,3.50"], "2026-09-21", "not a rate"),
        (["2026-09-21,3.00"], "2026-09-21", ""),
        (["21.9.2026,3.00,3.50"], "21.9.2026", "no day such as"),
    ],
)
def test_newer_prime_rates_that_cannot_be_right_are_refused(tmp_path, rows, key, why):
    with refused(InvalidPolicy, "policy.invalid", value=key, limit="from,lpr_1y,lpr_5y", says=why):
        newer(tmp_path, *rows)


def test_newer_prime_rates_need_their_three_columns(tmp_path):
    with refused(
        InvalidPolicy,
        "policy.invalid",
        value="the first line",
        limit="from,lpr_1y,lpr_5y",
        says="lacks the columns ['lpr_5y']",
    ):
        newer(tmp_path, "2026-09-21,3.00", head="from,lpr_1y")
