"""Published figures computed again: every row has the verdict that was reached on paper."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from microloan import BorrowerKind, policy
from microloan.programme.agreement import Verdict
from microloan.programme.practice import load_practice
from microloan.programme.report import compare, read_report, recompute
from microloan.programme.report_row import read_relation

FOLDER = Path(__file__).parent / "reports"
FILES = sorted(FOLDER.glob("*.toml"))
EXPECTED = {"verdict", "finds", "computed", "settle"}
RULES, PRACTICE = policy.load("cn", region="central"), load_practice()


def in_force(row):
    """A row with the ceiling or the band of its day, from the dated data of the library.

    The verdict and the figures of the row were reached on paper with the value of that day, so a
    wrong one would show. ``derived`` says which figure of the row no page prints.
    """
    cells = {column: cell for column, cell in row.items() if column != "derived"}
    if on := cells.pop("ceiling_on", None):
        found = RULES.ceiling[BorrowerKind.INDIVIDUAL].at(on)
        cells |= {"ceiling": found.value.base_fen // 100, "source": str(found)}
    if on := cells.pop("award_on", None):
        found = PRACTICE.award("siyb_top_ten", on=on)
        cells |= {"ceiling": found.value.each_fen // 100, "source": str(found)}
    if on := cells.pop("band_on", None):
        found = PRACTICE.jobs_per_loan.at(on)
        cells |= {"low": found.value.low, "high": found.value.high, "source": str(found)}
    return cells


def rows_of(file):
    """Each row of a report without what is expected of it, and what is expected."""
    report = tomllib.loads(file.read_text(encoding="utf-8"))
    assert report["title"]
    assert report["source"]
    for number, row in enumerate(report["row"], start=1):
        given = in_force({column: cell for column, cell in row.items() if column not in EXPECTED})
        yield number, given, {key: row[key] for key in EXPECTED & set(row)}


CASES = [
    pytest.param(number, row, expected, id=f"{file.stem}-{number}")
    for file in FILES
    for number, row, expected in rows_of(file)
]


@pytest.mark.parametrize(("number", "row", "expected"), CASES)
def test_a_published_figure_has_the_verdict_of_paper(number, row, expected):
    agreement = compare(read_relation(row, number=number))

    assert agreement.verdict is Verdict(expected["verdict"]), agreement
    assert [finding.code for finding in agreement.findings] == expected.get("finds", [])
    assert agreement.computed == expected.get("computed", agreement.computed)
    if "settle" in expected:
        assert expected["settle"] in agreement.findings[0].settle_by


def test_every_wrong_or_unsure_row_says_what_comes_out():
    for file in FILES:
        for number, row, expected in rows_of(file):
            known = expected["verdict"] == "right" or "computed" in expected
            assert known, f"{file.stem}, row {number}: {row['of']}"


@pytest.mark.parametrize(
    ("on", "ceiling"),
    [
        (date(2006, 12, 31), 20_000),
        (date(2010, 12, 31), 50_000),
        (date(2011, 6, 30), 50_000),
        (date(2021, 7, 31), 200_000),
    ],
)
def test_the_ceilings_of_these_days_are_those_of_paper(on, ceiling):
    assert in_force({"ceiling_on": on})["ceiling"] == ceiling


def test_a_report_says_all_that_is_wrong_with_it_at_once():
    for file in FILES:
        rows = list(rows_of(file))
        recomputed = recompute(read_report(file.stem, [row for _, row, _ in rows]))

        found = [code for _, _, expected in rows for code in expected.get("finds", [])]
        assert [finding.code for finding in recomputed.findings] == found
        assert recomputed.unread == ()


def test_the_cases_have_right_ones_wrong_ones_and_some_nobody_can_tell():
    verdicts = [expected["verdict"] for file in FILES for _, _, expected in rows_of(file)]

    assert len(FILES) >= 18
    assert verdicts.count("right") > 100
    assert verdicts.count("cannot_be_right") > 15
    assert verdicts.count("cannot_tell") >= 2
