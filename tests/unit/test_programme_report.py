"""What a report says of its figures: refused where unreadable, judged where readable."""

import csv
import time
from decimal import Decimal

import pytest

from microloan import InvalidTerms
from microloan.errors import InvalidRecord
from microloan.finding import Severity
from microloan.programme import (
    Among,
    Band,
    Ceiling,
    Manner,
    Parts,
    Quantity,
    Ratio,
    Report,
    Series,
    Sum,
    Targets,
    Verdict,
    compare,
    read_relation,
    read_report,
    read_table,
    recompute,
)
from refusals import refused


def q(text):
    return Quantity.read(text)


def qs(*texts):
    return tuple(map(q, texts))


def row(**cells):
    return {"relation": "sum", "of": "2012", "parts": "1.69亿; 1.81亿", "whole": "3.5亿"} | cells


# ---- verdicts that the published figures do not show


def test_a_sum_with_a_bound_can_be_told_only_where_it_cannot_be_right():
    over = Sum(of="people", parts=qs("over 800", "602"), whole=q("1,500"))
    wrong = Sum(of="people", parts=qs("over 1,000", "602"), whole=q("1,500"))

    assert compare(over).verdict is Verdict.CANNOT_TELL
    assert compare(over).findings == ()
    assert compare(wrong).verdict is Verdict.CANNOT_BE_RIGHT


def test_a_total_that_is_a_mere_bound_is_right_only_where_it_must_be():
    # 1.69 + 1.81 is 3.49 to 3.51: nearly 3.6 for sure, nearly 3.5 perhaps.
    parts = qs("1.69亿", "1.81亿")

    assert compare(Sum(of="x", parts=parts, whole=q("近3.6亿"))).verdict is Verdict.RIGHT
    assert compare(Sum(of="x", parts=parts, whole=q("近3.5亿"))).verdict is Verdict.CANNOT_TELL
    wrong = Sum(of="x", parts=parts, whole=q("近3.4亿"))
    assert compare(wrong).verdict is Verdict.CANNOT_BE_RIGHT


def test_a_slipped_decimal_point_in_a_sum_is_named():
    # 1.69 + 1.81 = 3.5, printed with 18.1.
    slipped = Sum(of="2012", parts=qs("1.69亿", "18.1亿"), whole=q("3.5亿"))

    (finding,) = compare(slipped).findings
    assert finding.code == "programme.sum_wrong"
    assert finding.severity is Severity.FAULT
    assert finding.settle_by == "look at the decimal point: 18.1亿 ÷ 10 would agree"
    assert "18.1亿 ÷ 10" in finding.settle_by_zh
    assert dict(finding.figures)["apart"] == "1,629,000,000"


def test_a_slip_of_two_places_is_looked_for_after_one_of_one_place():
    slipped = Sum(of="2012", parts=qs("1.69亿", "181亿"), whole=q("3.5亿"))

    assert "181亿 ÷ 100 would agree" in compare(slipped).findings[0].settle_by


def test_counts_have_no_decimal_point_to_slip():
    (finding,) = compare(Sum(of="people", parts=qs("10", "20"), whole=q("300"))).findings

    assert finding.settle_by == "the figures as first reported"


def test_the_largest_figures_are_judged_without_a_slip():
    huge = Sum(of="all", parts=(Quantity.exact(1),), whole=q("999999999999亿整"))

    assert compare(huge).verdict is Verdict.CANNOT_BE_RIGHT


def test_what_would_make_it_right_turns_a_fault_into_a_question():
    relation = Parts(of="ventures", parts=qs("2,986"), whole=q("2,958"), unless="many to many")

    (finding,) = compare(relation).findings
    assert finding.severity is Severity.QUESTION
    assert finding.settle_by == "the figures as first reported, unless many to many"
    assert "many to many" in finding.settle_by_zh


def test_parts_that_may_overlap_are_each_at_most_the_whole():
    above = Among(of="training", parts=qs("48,074", "60,000"), whole=q("57,255"))

    agreement = compare(above)
    assert agreement.verdict is Verdict.CANNOT_BE_RIGHT
    (finding,) = agreement.findings
    assert (finding.code, finding.sentence) == (
        "programme.part_above_whole",
        "60,000 is above the whole of 57,255",
    )


def test_parts_with_a_bound_cannot_be_told():
    assert compare(Parts(of="x", parts=qs("over 5"), whole=q("9"))).verdict is Verdict.CANNOT_TELL


def test_a_series_that_falls_by_a_slip_says_so():
    # 1.1, 12.0, 1.3: the second is ten times too high.
    relation = Series(of="lent", values=qs("1.1亿", "12.0亿", "1.3亿"))

    agreement = compare(relation)
    assert agreement.computed == "1,090,000,000, -1,070,000,000"
    (finding,) = agreement.findings
    assert "12.0亿 ÷ 10" in finding.settle_by
    assert (
        finding.sentence == "cumulative, and yet it falls from 12.0亿 to 1.3亿: 1,070,000,000 less"
    )


def test_a_slip_at_the_end_of_a_series_is_named_and_none_where_two_are_needed():
    end = Series(of="lent", values=qs("1.1亿", "1.2亿", "0.13亿"))
    two = Series(of="lent", values=qs("1.1亿", "0.12亿", "1.3亿", "0.14亿"))

    assert "0.13亿 × 10 would agree" in compare(end).findings[0].settle_by
    assert [each.settle_by for each in compare(two).findings] == [
        "the figures as first reported",
        "the figures as first reported",
    ]


def test_a_series_may_stand_still():
    assert compare(Series(of="lent", values=qs("5", "5", "6"))).verdict is Verdict.RIGHT
    assert compare(Series(of="lent", values=qs("over 5", "6"))).verdict is Verdict.CANNOT_TELL


def test_an_average_exactly_at_the_ceiling_is_right_and_noted():
    at = Ceiling(of="x", amount=q("500,000"), count=q("10"), ceiling=q("50,000"), source="rule")
    over = Ceiling(of="x", amount=q("500,001"), count=q("10"), ceiling=q("50,000"), source="rule")
    below = Ceiling(of="x", amount=q("499,999"), count=q("10"), ceiling=q("50,000"), source="rule")

    assert compare(at).verdict is Verdict.RIGHT
    assert [finding.code for finding in compare(at).findings] == ["programme.average_is_ceiling"]
    assert compare(over).verdict is Verdict.CANNOT_BE_RIGHT
    assert compare(over).findings[0].clause == "rule"
    assert compare(below).findings == ()


def test_an_average_a_little_above_the_ceiling_is_no_slip():
    # 51,910.83 is nearer to 50,000 than 5,191.08.
    relation = Ceiling(of="x", amount=q("815万"), count=q("157"), ceiling=q("5万整"), source="rule")

    assert "decimal" not in compare(relation).findings[0].settle_by


@pytest.mark.parametrize(
    ("jobs", "verdict"),
    [
        ("249", Verdict.CANNOT_BE_RIGHT),
        ("250", Verdict.RIGHT),
        ("500", Verdict.RIGHT),
        ("501", Verdict.CANNOT_BE_RIGHT),
        ("over 300", Verdict.CANNOT_TELL),
    ],
)
def test_the_ends_of_a_band_are_inside(jobs, verdict):
    band = Band(
        of="x", part=q(jobs), whole=q("100"), low=q("2.5"), high=q("5.0"), source="practice"
    )

    assert compare(band).verdict is verdict


def test_a_ratio_cut_off_is_right_and_noted_and_a_bounded_one_is_not():
    cut = Ratio(of="x", part=q("329"), whole=q("10"), stated=q("32.0"))
    bounded = Ratio(of="x", part=q("329"), whole=q("10"), stated=q("近32"))

    assert compare(cut).verdict is Verdict.CANNOT_BE_RIGHT
    assert compare(bounded).verdict is Verdict.CANNOT_BE_RIGHT
    cut = Ratio(of="x", part=q("3,209"), whole=q("100"), stated=q("32.0"))
    assert compare(cut).verdict is Verdict.RIGHT
    assert [finding.code for finding in compare(cut).findings] == ["programme.cut_off"]


def test_another_pairing_that_would_be_round_is_named():
    relation = Targets(
        of="training",
        done=qs("48,074", "28,252"),
        percentages=qs("313.91%", "104.93%"),
        step=1_000,
    )

    first, second = compare(relation).findings
    assert first.sentence.endswith("no multiple of 1000")
    assert second.sentence.endswith("28,252 at 313.91%: 9,000 would be round")
    assert second.severity is Severity.QUESTION


def test_a_target_that_several_round_numbers_fit_cannot_be_told():
    # 75 % is 74.5 to 75.5: 39,989 may be of 53,000 or of 53,500.
    coarse = Targets(of="x", done=qs("39,989"), percentages=qs("75%"), step=500)
    bound = Targets(of="x", done=qs("over 39,989"), percentages=qs("72.71%"), step=1_000)

    assert compare(coarse).verdict is Verdict.CANNOT_TELL
    assert compare(bound).verdict is Verdict.CANNOT_TELL
    assert compare(coarse).findings == compare(bound).findings == ()


# ---- what no relation could be


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        (Sum, {"of": "", "parts": qs("1"), "whole": q("1")}),
        (Sum, {"of": None, "parts": qs("1"), "whole": q("1")}),
        (Sum, {"of": "x", "parts": (), "whole": q("1")}),
        (Sum, {"of": "x", "parts": [q("1")], "whole": q("1")}),
        (Sum, {"of": "x", "parts": (1,), "whole": q("1")}),
        (Sum, {"of": "x", "parts": qs("1"), "whole": 1}),
        (Parts, {"of": "x", "parts": (), "whole": q("1")}),
        (Among, {"of": "x", "parts": (), "whole": q("1")}),
        (Ratio, {"of": "x", "part": q("1"), "whole": q("0"), "stated": q("1")}),
        (Ratio, {"of": "x", "part": "1", "whole": q("1"), "stated": q("1")}),
        (Series, {"of": "x", "values": qs("1")}),
        (Targets, {"of": "x", "done": qs("1"), "percentages": qs("0%"), "step": 1}),
        (Targets, {"of": "x", "done": qs("1", "2"), "percentages": qs("1%"), "step": 1}),
        (Targets, {"of": "x", "done": qs("1"), "percentages": qs("1%"), "step": 0}),
        (Targets, {"of": "x", "done": qs("1"), "percentages": (), "step": 1}),
    ],
)
def test_a_relation_without_its_figures_is_refused(kind, cells):
    with pytest.raises(InvalidTerms):
        kind(**cells)


def test_an_average_over_nobody_and_a_band_upside_down_are_refused():
    ceiling = {"of": "x", "amount": q("1"), "count": q("1"), "ceiling": q("1"), "source": "s"}
    band = {
        "of": "x",
        "part": q("1"),
        "whole": q("1"),
        "low": q("2"),
        "high": q("3"),
        "source": "s",
    }

    for bad in ({"count": q("0")}, {"ceiling": q("0")}, {"source": ""}, {"amount": 1}):
        with pytest.raises(InvalidTerms):
            Ceiling(**ceiling | bad)
    for bad in ({"whole": q("0")}, {"high": q("1")}, {"source": " "}, {"low": None}):
        with pytest.raises(InvalidTerms):
            Band(**band | bad)


# ---- rows


@pytest.mark.parametrize(
    ("cells", "column", "value", "limit"),
    [
        (row(whole=""), "whole", "", "given"),
        (row(whole="n/a"), "whole", "n/a", "a number such as 1.69亿 or over 400"),
        (row(parts="1.69亿; "), "parts", "1.69亿; ", "a text or an exact number"),
        (row(whole=None), "whole", "", "given"),
        (row(whole=" "), "whole", "", "given"),
        (row(whole=3.5), "whole", 3.5, "a text or an exact number"),
        (row(whole=True), "whole", True, "a text or an exact number"),
        (row(whole=10**21), "whole", 10**21, "a text or an exact number"),
        (row(whole=-3), "whole", -3, "a number such as 1.69亿 or over 400"),
        (row(whole=Decimal("1E+99")), "whole", Decimal("1E+99"), "a text or an exact number"),
        (row(whole=["3"]), "whole", ["3"], "a text or an exact number"),
        (row(parts=["3", None]), "parts", ["3", None], "a text or an exact number"),
        (row(relation="total"), "relation", "total", None),
        (row(color="red"), "color", "red", "one of of, parts, whole"),
        (row(stated="3"), "stated", "3", "one of of, parts, whole"),
        (row() | {None: ["3"]}, "beyond the header", ["3"], "one of of, parts, whole"),
        (row() | {7: "3"}, "7", "3", "one of of, parts, whole"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_with_row_and_column(cells, column, value, limit):
    limit = limit or "one of sum, ratio, parts, among, series, ceiling, band, targets"
    with refused(
        InvalidRecord,
        "record.invalid",
        value=value,
        limit=limit,
        says=f"row 7, column {column}: ",
    ) as caught:
        read_relation(cells, number=7)
    assert "第 7 行" in caught.value.zh
    assert column in caught.value.zh


@pytest.mark.parametrize("column", ["relation", "of", "parts", "whole"])
def test_a_missing_cell_is_refused_with_row_and_column(column):
    cells = row()
    del cells[column]

    with refused(
        InvalidRecord, "record.invalid", value="", limit="given", says=f"row 3, column {column}"
    ):
        read_relation(cells, number=3)


def test_a_row_that_is_none_and_figures_that_do_not_pair_are_refused():
    with refused(
        InvalidRecord,
        "record.invalid",
        value=["sum"],
        limit="a mapping of columns to texts",
        says="row 1, column relation",
    ):
        read_relation(["sum"], number=1)
    ratio = {"relation": "ratio", "of": "x", "part": "1", "whole": "0", "stated": "1"}
    with refused(InvalidRecord, "record.invalid", value="0", limit="above 0", says="row 2"):
        read_relation(ratio, number=2)
    for step in ("1.5", "0"):
        targets = {"relation": "targets", "of": "x", "done": "1", "percentages": "1%", "step": step}
        with refused(
            InvalidRecord,
            "record.invalid",
            value=step,
            limit="a whole number above 0",
            says="column step",
        ):
            read_relation(targets, number=2)


@pytest.mark.parametrize("empty", ["", "  ", None])
def test_an_empty_cell_is_none(empty):
    plain = read_relation(row(), number=1)

    assert read_relation(row(unless=empty), number=1) == plain
    assert read_relation(row(stated=empty, step=empty, color=empty), number=1) == plain
    assert read_relation(row() | {None: [empty, empty]}, number=1) == plain
    assert read_relation(row(unless="two"), number=1).unless == "two"


def test_a_file_with_the_columns_of_several_kinds_is_read():
    lines = [
        "relation,of,parts,whole,part,stated,unless",
        "sum,2012,1.69亿; 1.81亿,3.5亿,,,",
        "ratio,2012,,3亿整,3.5亿,113%,",
    ]

    report = read_report("Tongchuan 2012", csv.DictReader(lines))
    assert report.unread == ()
    assert [type(relation) for relation in report.relations] == [Sum, Ratio]
    assert [found.code for found in recompute(report).findings] == ["programme.ratio_wrong"]


def test_numbers_of_a_workbook_are_figures():
    assert read_relation(row(parts=[1, 2], whole=3), number=1) == read_relation(
        row(parts="1; 2", whole="3"), number=1
    )
    assert read_relation(row(parts=3, whole=3, of=2012), number=1) == read_relation(
        row(parts="3", whole="3", of="2012"), number=1
    )
    ratio = {"relation": "ratio", "of": "x", "part": 50_000, "whole": 6_000}
    for stated in (Decimal("8.33"), "8.33"):
        relation = read_relation(ratio | {"stated": stated}, number=1)
        assert relation.stated.manner is Manner.ROUNDED
        assert compare(relation).verdict is Verdict.RIGHT
    targets = {"relation": "targets", "of": "x", "done": 36, "percentages": "360%", "step": 10}
    assert read_relation(targets, number=1).step == 10


def test_full_width_semicolons_part_figures_too():
    assert read_relation(row(parts="1.69亿；1.81亿"), number=1) == read_relation(row(), number=1)


# ---- reports


def test_one_bad_row_of_a_thousand_is_reported_and_the_others_are_still_judged():
    rows = [row() for _ in range(998)]
    rows[500:500] = [row(whole="k.A."), row(whole="3.6亿", of="wrong")]

    started = time.perf_counter()
    recomputed = recompute(read_report("a thousand rows", rows))
    took = time.perf_counter() - started

    unread, wrong = recomputed.findings
    assert unread.code == "programme.row_unreadable"
    assert unread.subject == "a thousand rows: row 501"
    assert dict(unread.figures)["cell"] == "'k.A.'"
    assert (wrong.code, wrong.subject) == ("programme.sum_wrong", "wrong")
    assert len(recomputed.of(Verdict.RIGHT)) == 998
    assert [each.relation.of for each in recomputed.of(Verdict.CANNOT_BE_RIGHT)] == ["wrong"]
    assert took < 5


def test_a_report_needs_a_title_and_relations():
    good = read_report("x", [row()])

    for bad in (
        {"title": ""},
        {"title": None},
        {"relations": [*good.relations]},
        {"relations": ("sum",)},
        {"unread": ("row 1",)},
    ):
        with pytest.raises(InvalidTerms):
            Report(**{"title": "x", "relations": good.relations} | bad)
    for bad in (None, "rows", row(), 7):
        with pytest.raises(InvalidTerms):
            read_report("x", bad)
    for bad in (None, "sum", row()):
        with pytest.raises(InvalidTerms, match="a relation must be"):
            compare(bad)
    with pytest.raises(InvalidTerms, match="the verdict must be a Verdict"):
        recompute(good).of("right")
    with pytest.raises(InvalidTerms):
        Quantity.read("1", whole="rounded")
    with pytest.raises(InvalidTerms):
        Sum(of="x", parts=qs("1"), whole=q("1"), unless=None)
    for bad in (None, "report", [row()]):
        with pytest.raises(InvalidTerms, match="a report must be a Report"):
            recompute(bad)


# ---- tables


TABLE = [
    {"who": "graduates", "loans": "12", "lent": "150万"},
    {"who": "migrants", "loans": "30", "lent": "420.5万"},
    {"who": "total", "loans": "42", "lent": "570.5万"},
]


def table(rows=TABLE, columns=("loans", "lent"), total="total"):
    return read_table("2024", rows, named="who", columns=columns, total=total)


def test_every_column_of_a_table_adds_up_or_says_by_how_much_not():
    wrong = [*TABLE[:2], TABLE[2] | {"loans": "43"}]

    assert recompute(table()).findings == ()
    (finding,) = recompute(table(wrong)).findings
    assert finding.subject == "2024: loans"
    assert finding.sentence == "the parts add up to 42, printed as 43: 1 apart"


@pytest.mark.parametrize("cell", ["", "-", None, 12.0, True])
def test_one_bad_cell_is_reported_and_the_other_columns_still_add_up(cell):
    bad = [TABLE[0] | {"loans": cell}, TABLE[1], TABLE[2] | {"lent": "600万"}]

    unread, wrong = recompute(table(bad)).findings
    assert unread.sentence.startswith("row 1, column loans: ")
    assert wrong.subject == "2024: lent"


def test_numbers_of_a_workbook_add_up_in_a_table():
    rows = [
        TABLE[0] | {"loans": 12, "note": None},
        TABLE[1] | {"loans": Decimal(30)},
        TABLE[2] | {"loans": 43},
    ]

    (finding,) = recompute(table(rows)).findings
    assert finding.sentence == "the parts add up to 42, printed as 43: 1 apart"


def test_a_missing_cell_of_a_table_is_reported_by_row_and_column():
    rows = [TABLE[0], {"who": "migrants", "loans": "30"}, TABLE[2]]

    (unread,) = recompute(table(rows)).findings
    assert unread.sentence == "row 2, column lent: '' is not given"


def test_a_table_needs_names_columns_and_a_total():
    for rows in ([{"loans": "1"}], [TABLE[0], TABLE[0]], [{"who": " "}], [{"who": None}]):
        with pytest.raises(InvalidRecord, match=r"column who: .* is not a name of its own"):
            table(rows)
    with refused(
        InvalidRecord,
        "record.invalid",
        value="",
        limit="given: the row 'all' is missing",
        says="row 4, column who",
    ):
        table(total="all")
    for columns in ("loans", (), None, {"loans"}):
        with pytest.raises(InvalidTerms):
            table(columns=columns)
    for rows in (None, "rows", TABLE[0]):
        with pytest.raises(InvalidTerms):
            table(rows)
    with pytest.raises(InvalidRecord, match="row 2, column who: 'migrants' is not a mapping"):
        table([TABLE[0], "migrants"])
    assert table([TABLE[2]]).relations == ()


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_chinese_word(verdict):
    assert verdict.zh
