"""docs/policies.md: made from the files, complete, and with figures that law.md has too."""

import re
from collections import Counter
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
PLACES = ("east", "seven eastern", "central", "west", "poor area")
PERSONS, FIRMS = "Persons and partners", "Enterprises"
YEARS = range(2003, 2027)
FIGURE = r"\d+\.\d{2,4}"


@pytest.fixture(scope="module")
def made():
    """The page as it is made from the files today."""
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(ROOT / "tools"))
        return import_module("policies").page()


def tables(page=PAGE):
    """The rows of each table under its heading, as columns by name."""
    found, heading, head = {}, "", None
    for line in page.splitlines():
        if line.startswith("#"):
            heading, head = line.lstrip("# "), None
        elif not line.startswith("|"):
            head = None
        else:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if head is None:
                head = cells
            elif set("".join(cells)) != {"-"}:
                found.setdefault(heading, []).append(dict(zip(head, cells, strict=True)))
    return found


TABLES = tables()


def grid(who, place):
    """The rows for a kind of borrower at a place, of all years."""
    return [
        row
        for heading, rows in TABLES.items()
        if heading.startswith(f"{who}, ")
        and (", everywhere," in heading or f", {place}," in heading)
        for row in rows
    ]


def days(row):
    first, last = row["signed"].split(" – ")
    return date.fromisoformat(first), date.fromisoformat(last)


def look_up(who, place, on, whom=None):
    """The one row for a signing day, as an officer finds it."""
    (row,) = (
        row
        for row in grid(who, place)
        if days(row)[0] <= on <= days(row)[1] and row.get("whom") == whom
    )
    return row


# ---- current and complete


def test_the_page_is_what_the_files_make(made):
    assert made == PAGE, "docs/policies.md is old: run `python3 dev.py policies`"


def test_a_person_can_open_the_page():
    assert len(PAGE.encode()) < 250_000
    links = set(re.findall(r"\]\(#([^)]+)\)", PAGE))
    headings = re.findall(r"^##+ (.+)$", PAGE, re.MULTILINE)

    assert links <= {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("who", [PERSONS, FIRMS])
@pytest.mark.parametrize("place", PLACES)
def test_every_year_has_its_rows_and_every_month_a_row(who, place):
    rows = grid(who, place)

    assert {int(row["signed"][:4]) for row in rows} == {2002, *YEARS}
    for row in rows:
        first, last = days(row)
        assert first <= last
        assert first.year == last.year
    for year in YEARS:
        for month in range(1, 13):
            on = date(year, month, 1)
            assert any(days(row)[0] <= on <= days(row)[1] for row in rows), on


def test_every_measure_has_a_section():
    measures = import_module("microloan.policy").MEASURES

    assert len(measures) == 37
    assert set(measures) <= {line[4:] for line in PAGE.splitlines() if line.startswith("### ")}


# ---- figures typed by hand from law.md


@pytest.mark.parametrize(
    ("place", "on", "longer"),
    [
        # section 11: benchmark of a two-year loan and three points
        ("central", date(2008, 1, 1), "10.56"),
        ("central", date(2008, 9, 15), "10.56"),
        ("east", date(2008, 12, 23), "8.40"),
        ("west", date(2011, 7, 7), "9.65"),
        ("seven eastern", date(2012, 7, 6), "9.15"),
    ],
)
def test_the_cap_of_a_two_year_loan_was_the_benchmark_and_three_points(place, on, longer):
    classes = (
        ["every group; low-profit trade", "every group; other trade"]
        if on.year == 2008
        else ["women", "other groups; low-profit trade", "other groups; other trade"]
    )
    for whom in classes:
        row = look_up(PERSONS, place, on, whom)
        assert (row["cap"], row["longer"]) == ("b + 3.00", longer)
        in_full = f"{longer}, {longer}"  # all of it, for two years
        assert row["borne, longest"] == ("0.00, 0.00" if "other trade" in whom else in_full)


@pytest.mark.parametrize(
    ("place", "on", "cap", "one_year", "borne"),
    [
        # T18: LPR 4.05 and half a point
        ("east", date(2020, 4, 15), "L + 0.50", "4.55", "4.55, 3.0333, 1.5167"),
        # D1: 5.35 %, and of it all, two thirds, one third: 5,350, 3,566.67 and 1,783.33 of 100,000
        ("central", date(2020, 5, 1), "L + 1.50", "5.35", "5.35, 3.5667, 1.7833"),
        ("poor area", date(2020, 5, 1), "L + 2.50", "6.35", "6.35, 6.35, 6.35"),
        # from 2021: the points and 1.50, every year alike: 2.00, 3.00 and 4.00
        ("east", date(2021, 1, 1), "L + 0.50", "4.35", "2.00, 2.00, 2.00"),
        ("seven eastern", date(2021, 1, 1), "L + 0.50", "4.35", "2.00, 2.00, 2.00"),
        ("central", date(2021, 1, 1), "L + 1.50", "5.35", "3.00, 3.00, 3.00"),
        ("west", date(2023, 1, 10), "L + 1.50", "5.15", "3.00, 3.00, 3.00"),  # T1, Liuzhou
        ("poor area", date(2023, 1, 10), "L + 2.50", "6.15", "4.00, 4.00, 4.00"),  # T2, Anding
        # D3: 3.45 and 1.50 are 4.95; half of it is borne
        ("central", date(2023, 10, 1), "L + 1.50", "4.95", "2.475, 2.475, 2.475"),
        ("east", date(2024, 1, 2), "L + 0.50", "3.95", "1.975, 1.975, 1.975"),
    ],
)
def test_the_cap_and_the_subsidy_of_a_person_since_2020(place, on, cap, one_year, borne):
    row = look_up(PERSONS, place, on, "every group")

    assert (row["cap"], row["1 year"], row["longer"]) == (cap, one_year, one_year)
    assert row["borne, longest"] == borne
    assert row["borne, 1 year"] == borne.partition(",")[0]


@pytest.mark.parametrize(
    ("on", "whom", "ceiling", "partners"),
    [
        (date(2003, 7, 1), "every group; low-profit trade", "20,000", "gap: ceiling 2002-12-24"),
        (date(2005, 7, 1), "every group; low-profit trade", "20,000", "30,000 a headˡ"),
        (date(2007, 7, 1), "laid_off, veteran; low-profit trade", "20,000", "30,000 a headˡ"),
        (date(2008, 9, 1), "every group; other trade", "50,000", "gap: ceiling 2008-08-18"),
        (date(2009, 1, 1), "women", "80,000", "100,000 a headᵐ"),
        (date(2009, 1, 1), "other groups; low-profit trade", "50,000", "50,000 a headᵐ"),
        (date(2014, 7, 1), "women", "80,000", "100,000 a headᵐ"),
        (date(2014, 7, 1), "graduate", "100,000", "100,000 a headᵐ"),
        (date(2014, 7, 1), "other groups", "50,000", "50,000 a headᵐ"),
        (date(2015, 7, 1), "every group", "100,000", "gap: ceiling 2015-04-27"),
        (date(2018, 11, 15), "every group", "100,000", "gap: ceiling 2016-07-28"),
        (date(2018, 11, 16), "every group", "150,000", "gap: ceiling 2016-07-28"),
        (date(2020, 4, 15), "every group", "200,000", "220,000 a headᵐ"),
        (date(2023, 10, 1), "every group", "300,000", "330,000 a head, at most 4,000,000"),
    ],
)
def test_the_ceiling_of_a_person_and_of_each_partner(on, whom, ceiling, partners):
    for place in PLACES:
        row = look_up(PERSONS, place, on, whom)
        assert (row["ceiling"], row["partners"]) == (ceiling, partners)


@pytest.mark.parametrize(
    ("place", "on", "ceiling", "cap", "borne"),
    [
        ("central", date(2005, 7, 1), *["gap: {} 2002-12-24"] * 3),
        # half of the benchmark of 2007-12-21, one to three years: 7.56 / 2
        ("central", date(2008, 1, 1), "1,000,000", "free", "3.78, 3.78"),
        ("west", date(2012, 7, 6), "2,000,000", "free", "3.075, 3.075"),  # 6.15 / 2
        ("east", date(2018, 11, 20), "3,000,000", "free", "2.155, 2.155"),  # old LPR 4.31 / 2
        ("poor area", date(2021, 6, 1), "3,000,000", "L + 2.50", "4.00, 4.00"),
        ("central", date(2024, 1, 2), "4,000,000", "L + 1.50", "2.475, 2.475"),
    ],
)
def test_what_an_enterprise_may_borrow_and_what_is_borne(place, on, ceiling, cap, borne):
    row = look_up(FIRMS, place, on)

    assert row["ceiling"] == ceiling.format("ceiling")
    assert row["cap"] == cap.format("rate_cap")
    assert row["borne, longest"] == borne.format("subsidy")


def shares_on(who, on):
    (row,) = (
        row
        for row in TABLES[f"{who}: which level bears the subsidy"]
        if days(row)[0] <= on <= days(row)[1]
    )
    return [row[place].partition(" (")[0] for place in PLACES[:4]]


def test_who_bears_the_subsidy_of_a_person():
    center, gap = "central 1", "gap: shares {}"
    seven_tenths = "central 7/10, local 3/10"

    assert shares_on(PERSONS, date(2005, 1, 1)) == [center] * 4
    assert shares_on(PERSONS, date(2010, 1, 1)) == [center, "local 1", center, center]
    assert shares_on(PERSONS, date(2014, 1, 1)) == [
        *[gap.format("2013-09-01")] * 3,
        "central 3/4, province 1/10, county 3/20",
    ]
    east, half = "central 3/10, local 7/10", "central 1/2, local 1/2"
    assert shares_on(PERSONS, date(2017, 1, 1)) == [east, east, half, seven_tenths]
    assert shares_on(PERSONS, date(2024, 1, 1)) == [gap.format("2023-10-01")] * 4
    assert shares_on(FIRMS, date(2014, 1, 1))[3] == "central 1/2, county 1/2"


# ---- gaps

SINCE_2002 = (
    *("other_loans", "hired_ratio", "guarantee_with_subsidy", "term", "extension", "rate_cap"),
    *("subsidized_months", "subsidy", "shares", "running_loans", "payment_mode", "deadlines"),
    *("raised_leverage_cap", "claim_rate_stop", "lender_loss_share", "reward", "risk_reward"),
    "counter_guarantee",
)
GAPS = Counter(
    {
        **{f"gap: {measure} 2002-12-24": 1 for measure in SINCE_2002},
        "gap: ceiling 2002-12-24": 2,  # partners, enterprises
        "gap: loans_at_most 2002-12-24": 2,  # persons and partners, enterprises
        "gap: misuse_penalty 1996-05-01": 1,
        "gap: extension 2006-01-01": 1,
        "gap: loans_at_most 2006-01-01": 1,
        "gap: shares of half 2006-01-01": 1,
        "gap: ceiling 2008-08-18": 1,
        "gap: reward 2008-08-28": 1,
        "gap: shares 2013-09-01": 1,
        "gap: ceiling 2015-04-27": 1,
        "gap: age_limit 2016-07-28": 1,
        "gap: ceiling 2016-07-28": 1,
        "gap: risk_reward 2016-09-24": 1,
        "gap: shares 2023-10-01": 1,
        "gap: old prime rate": 5,
        "gap: newer prime rate": 1,
    }
)


def listed_gaps():
    return [row for row in TABLES["Gaps"] if "name" in row]


def test_every_gap_is_listed_by_name_and_counted():
    assert GAPS.total() == 40
    assert Counter(row["name"] for row in listed_gaps()) == GAPS
    assert "\ngaps: 40\n" in PAGE
    assert "There are 40 of them." in PAGE
    for row in listed_gaps():
        assert all(row.values()), row["name"]
        assert len(row["why"].split()) > 5


def test_the_gaps_of_the_old_prime_rate_are_the_days_between_those_that_were_read():
    assert [row["days"] for row in listed_gaps() if row["name"] == "gap: old prime rate"] == [
        "2013-10-26 – 2014-06-29",
        "2014-11-22 – 2014-11-23",
        "2014-11-25 – 2015-04-12",
        "2015-05-22 – 2018-11-01",
        "2018-12-01 – 2019-08-18",
    ]


def test_the_days_of_a_gap_end_on_the_eve_of_the_next_value():
    found = {(row["name"], row["for"]): (row["where"], row["days"]) for row in listed_gaps()}

    assert found["gap: shares 2013-09-01", "all kinds"] == (
        "east, central",
        "2013-09-01 – 2016-09-23",
    )
    assert found["gap: ceiling 2002-12-24", "partnership"] == (
        "everywhere",
        "2002-12-24 – 2004-05-13",
    )
    assert found["gap: shares 2023-10-01", "all kinds"] == ("everywhere", "2023-10-01 –")
    assert found["gap: newer prime rate", "everybody"] == ("everywhere", "2026-09-20 –")


def test_a_policy_of_each_place_has_as_many_gaps_as_the_page_says():
    assert {row["place"]: row["gaps"] for row in TABLES["Gaps"] if "place" in row} == {
        "east": "38",
        "seven eastern": "38",
        "central": "38",
        "west": "35",
        "poor area": "35",
    }


@pytest.mark.parametrize("who", [PERSONS, FIRMS])
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_figure_in_the_grid_is_a_gap_that_is_listed_or_a_free_rate(who, place):
    for row in grid(who, place):
        for column, cell in row.items():
            _, found, name = cell.partition("gap: ")
            assert not found or f"gap: {name}" in GAPS, (row["signed"], column)
            if column in {"1 year", "longer"}:
                agreed = row["cap"] == "free" or row["cap"].startswith("gap: ")
                assert agreed is (cell == "–"), (row["signed"], column)
                assert cell == "–" or found or re.fullmatch(FIGURE, cell)
            if column.startswith("borne"):
                assert found or re.fullmatch(f"{FIGURE}(, {FIGURE})*", cell), row["signed"]
            if column == "ceiling":
                assert found or re.fullmatch(r"[\d,]+", cell), row["signed"]
