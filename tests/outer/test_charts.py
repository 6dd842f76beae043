"""Charts: what is in their data, what they say, and that a saved one needs nothing from outside."""

import re
import subprocess
import sys
from datetime import date
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Guarantee,
    GuaranteeFund,
    HalfYear,
    InterestQuarter,
    InvalidAmount,
    InvalidDate,
    InvalidTerms,
    LeveragePath,
    Loan,
    LoanTerms,
    Quotient,
    Scenario,
    cny,
    compare_scenarios,
    fen,
    leverage_path,
    measure_leverage,
    migrate,
    pay_claim,
    percent,
    policy,
    raise_cap,
    show,
    write_off,
)
from microloan.charts import (
    draw_headroom,
    draw_leverage,
    draw_maturities,
    draw_migration,
    draw_scenarios,
    draw_subsidy,
    draw_vintages,
    maturity_ladder,
    render_as_svg,
    save_html,
    save_svg,
    vintages_of,
)
from microloan.errors import ExtraMissing
from microloan.frozen_line import FrozenLedger, freeze_line
from microloan.ledger_notes import note_all
from microloan.levels import LevelAmount
from microloan.policy import Level
from microloan.subsidy_plan import PlannedQuarter
from microloan.table import Language

RULES = policy.load("cn", region="central")
OPENED, MARCH, MAY = date(2024, 1, 2), date(2024, 3, 15), date(2024, 5, 6)
CLAIMED = date(2025, 8, 4)


def granted(number, amount, on, months=12):
    return Loan.grant(
        f"HT-{number}",
        borrower=f"B-{number}",
        lender="BANK-03",
        category=Category(kind=BorrowerKind.INDIVIDUAL),
        terms=LoanTerms(
            principal=cny(amount),
            annual_rate=percent("3.95"),
            disbursed_on=on,
            months=months,
            amortization=Amortization.BULLET,
            day_count=DayCount.BY_PERIOD,
        ),
        guarantee=Guarantee(fund_id="F-01", coverage=percent("80"), claimable_after_days=90),
    )


@pytest.fixture(scope="module")
def book():
    """A fund of 100,000 behind loans of 200,000 and 100,000; for the second one it pays 80,000."""
    fund = GuaranteeFund(id="F-01", name="示例县</script>基金")
    fund = fund.deposit(cny(100_000), on=OPENED, ref="财预2024-3")
    loans = [granted(1, 200_000, MARCH), granted(2, 100_000, MAY)]
    fund, loans[1] = pay_claim(fund, loans[1], on=CLAIMED, ref="代偿2025-1")
    path = leverage_path(fund, loans, under=RULES, until=date(2025, 12, 31))
    return SimpleNamespace(fund=fund, loans=loans, path=path)


def layers(chart):
    """The layers of a chart by name, each with its own rows."""
    drawn = chart.to_dict()
    found = {}
    for layer in spread(drawn):
        layer["rows"] = drawn["datasets"][(layer.get("data") or drawn["data"])["name"]]
        found[layer.get("name", "").removesuffix("_0")] = layer
    return found


def spread(part):
    if "layer" in part:
        for inner in part["layer"]:
            data = {"data": part["data"]} if "data" in part else {}
            yield from spread(data | inner)
    else:
        yield part


def titles(layer):
    return [
        channel.get("title") or (channel.get("axis") or {}).get("title")
        for name, channel in layer["encoding"].items()
        if name in {"x", "y"}
    ]


# ---- leverage


def test_the_leverage_has_its_axes_its_cap_and_its_worst_day(book):
    found = layers(draw_leverage(book.path, book.fund))

    assert titles(found["steps"]) == ["日期", "放大倍数（倍）"]
    assert found["steps"]["mark"]["interpolate"] == "step-after"
    assert found["cap"]["mark"]["strokeDash"]
    (cap,) = found["cap"]["rows"]
    assert (cap["on"], cap["until"]) == ("2024-01-02T00:00", "2026-01-01T00:00")
    assert cap["cap"] == 5
    assert cap["clause"] == str(book.path.worst.cap)
    (worst,) = found["worst"]["rows"]
    # 200,000 yuan stand behind what the payout of 80,000 has left of 100,000.
    assert worst["on"] == "2025-08-04T00:00"
    assert (worst["multiple_text"], worst["exposure"]) == ("10.0000", "200,000.00")
    assert (worst["balance"], worst["top_up"]) == ("20,000.00", "20,000.00")
    assert worst["label"] == "最高 10.0000 倍 · 2025-08-04"


def test_the_leverage_speaks_english_too(book):
    chart = draw_leverage(book.path, book.fund, language=Language.EN)
    found = layers(chart)

    assert titles(found["steps"]) == ["Day", "Multiple (times the balance)"]
    assert chart.to_dict()["title"]["subtitle"][0].startswith("cap 5 times: ")
    said = {tip["title"] for tip in found["readings"]["encoding"]["tooltip"]}
    assert {"Exposure, yuan", "Balance, yuan", "Headroom, yuan"} <= said


def test_every_step_is_a_point_of_the_path_to_the_fen(book):
    rows = layers(draw_leverage(book.path, book.fund))["steps"]["rows"]

    assert [row["on"][:10] for row in rows] == [
        *(f"{point.as_of}" for point in book.path.points),
        "2026-01-01",
    ]
    for row in rows[:-1]:
        point = book.path.at(date.fromisoformat(row["on"][:10]))
        assert row["counted_fen"] == fen(point.counted)
        assert row["balance_fen"] == fen(point.balance)
        assert row["free_fen"] == 5 * row["balance_fen"] - row["counted_fen"]
        assert row["multiple_text"] == f"{point.multiple}"
    assert all(one["until"] == two["on"] for one, two in pairwise(rows[:-1]))


def test_deposits_and_payouts_are_marked_on_their_days(book):
    rows = layers(draw_leverage(book.path, book.fund))["events"]["rows"]

    assert [(row["on"][:10], row["event"], row["amount"], row["loan_id"]) for row in rows] == [
        ("2024-01-02", "入金、补足", "100,000.00", ""),
        ("2025-08-04", "代偿", "80,000.00", "HT-2"),
    ]


def test_an_act_outside_the_path_is_not_marked(book):
    path = leverage_path(
        book.fund, book.loans, under=RULES, since=date(2024, 2, 1), until=date(2024, 12, 31)
    )

    assert layers(draw_leverage(path, book.fund)).get("events", {}).get("rows", []) == []


def test_each_cap_stands_for_its_own_days_with_its_decision(book):
    rate = Quotient.of("到期还款率 2024", cny(1_845_000), cny(2_050_000))
    decision = {"repayment_rate": rate, "under": RULES, "on": CLAIMED, "ref": "县基金2025-1"}
    fund = raise_cap(book.fund, to=8, **decision)
    path = leverage_path(fund, book.loans, under=RULES, until=date(2026, 1, 31))
    rows = layers(draw_leverage(path, fund))["cap"]["rows"]

    assert [(row["on"][:10], row["until"][:10], row["cap"], row["decision"]) for row in rows] == [
        ("2024-01-02", "2025-08-04", 5, ""),
        ("2025-08-04", "2026-01-01", 8, "县基金2025-1"),
        ("2026-01-01", "2026-02-01", 5, ""),
    ]


def test_exposure_without_money_is_the_worst_and_named_so(book):
    poor = GuaranteeFund(id="F-01", name="无资金")
    path = leverage_path(poor, book.loans[:1], under=RULES)
    found = layers(draw_leverage(path, poor))

    assert found["worst"]["rows"][0]["label"] == "无资金 · 2024-03-15"
    assert found["worst"]["rows"][0]["multiple_text"] == "无资金"
    assert found["over_cap"]["rows"][0]["balance_fen"] == 0


def test_a_fund_that_stands_behind_nothing_has_no_worst_day(book):
    path = leverage_path(book.fund, [], under=RULES, since=MARCH, until=MARCH)

    assert path.worst.counted_fen == 0
    found = layers(draw_leverage(path, book.fund))
    assert found["worst"]["rows"][0]["label"] == "最高 0.0000 倍 · 2024-03-15"
    assert [row["on"][:10] for row in found["steps"]["rows"]] == ["2024-03-15", "2024-03-16"]
    empty = GuaranteeFund(id="F-02", name="空")
    path = leverage_path(empty, [], under=RULES, since=MARCH, until=MARCH)
    assert "worst" not in layers(draw_leverage(path, empty))


def test_a_path_without_points_and_that_of_another_fund_are_refused(book):
    with pytest.raises(InvalidTerms, match="points of a path"):
        draw_leverage(LeveragePath(points=(), until=MARCH), book.fund)
    with pytest.raises(InvalidTerms, match="F-01"):
        draw_leverage(book.path, GuaranteeFund(id="F-09", name="别的基金"))
    with pytest.raises(InvalidTerms, match="language"):
        draw_leverage(book.path, book.fund, language="zh")


# ---- headroom


def test_the_headroom_is_told_in_yuan_and_in_standard_loans(book):
    found = layers(draw_headroom(book.path, of=cny(30_000)))

    assert titles(found["room"]) == ["日期", "可保余量（万元）"]
    axis = found["loans"]["encoding"]["y"]["axis"]
    assert (axis["orient"], axis["title"]) == ("right", "合 30,000.00 元贷款（笔）")
    assert "floor(datum.value / 3000000)" in axis["labelExpr"]
    assert "/ 1000000" in found["room"]["encoding"]["y"]["axis"]["labelExpr"]
    assert [row["free_fen"] for row in found["room"]["rows"]][:3] == [
        50_000_000,
        30_000_000,
        20_000_000,
    ]
    assert "lacking" in found
    assert "lacking" not in layers(draw_headroom(whole_year(book), of=cny(30_000)))
    with pytest.raises(InvalidAmount):
        draw_headroom(book.path, of=cny(0))


def whole_year(book):
    return leverage_path(book.fund, book.loans, under=RULES, until=date(2024, 12, 31))


# ---- maturities


def test_the_ladder_adds_up_to_the_exposure_and_begins_with_what_is_overdue(book):
    day = date(2025, 3, 20)
    loans = [*book.loans, granted(3, 50_000, date(2025, 1, 6), months=36)]
    ladder = maturity_ladder(book.fund, loans, as_of=day, halves=3)

    # HT-1 fell due on 15 March; HT-2 does on 6 May, before the fund paid for it in August.
    assert [(step.named(Language.EN), show(step.principal), step.loans) for step in ladder] == [
        ("overdue", "200,000.00", 1),
        ("2025H1", "100,000.00", 1),
        ("2025H2", "0.00", 0),
        ("2026H1", "0.00", 0),
        ("later", "50,000.00", 1),
    ]
    exposure = measure_leverage(book.fund, loans, under=RULES, as_of=day).exposure
    assert sum(step.principal_fen for step in ladder) == fen(exposure)


def test_what_the_fund_has_paid_for_falls_due_to_nobody_it_stands_behind(book):
    ladder = maturity_ladder(book.fund, book.loans, as_of=CLAIMED)

    assert [step.principal_fen for step in ladder] == [20_000_000, *[0] * 9]


def test_the_first_half_year_of_a_ladder_is_that_of_the_day_after(book):
    ladder = maturity_ladder(book.fund, book.loans, as_of=date(2024, 12, 31), halves=1)

    assert [(step.since, step.until) for step in ladder] == [
        (None, date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 6, 30)),
        (date(2025, 7, 1), None),
    ]
    with pytest.raises(InvalidTerms, match="half-years"):
        maturity_ladder(book.fund, book.loans, as_of=MARCH, halves=0)


def test_the_ladder_is_drawn_step_by_step(book):
    ladder = maturity_ladder(book.fund, book.loans, as_of=MAY, halves=2)
    chart = draw_maturities(book.fund, ladder)
    rows = layers(chart)["steps"]["rows"]

    assert [(row["half"], row["kind"], row["principal"]) for row in rows] == [
        ("已逾期", "overdue", "0.00"),
        ("2024H1", "half", "0.00"),
        ("2024H2", "half", "0.00"),
        ("以后", "later", "300,000.00"),
    ]
    assert "300,000.00" in chart.to_dict()["title"]["subtitle"][0]
    with pytest.raises(InvalidTerms, match="maturity ladder"):
        draw_maturities(book.fund, [])


# ---- vintages


HALVES = [HalfYear(2024, 1), HalfYear(2024, 2), HalfYear(2025, 1), HalfYear(2025, 2)]


def sheet(loans, half):
    known = [loan for loan in loans if loan.terms.disbursed_on <= half.last_day]
    lines = (freeze_line(loan, half, notes=note_all()) for loan in known)
    return FrozenLedger(half=half, lines=tuple(lines))


def sheets(loans):
    return [sheet(loans, half) for half in HALVES]


@pytest.mark.parametrize(
    ("beyond_days", "late"),
    [
        # HT-1 is 107 days late on 30 June 2025; the fund pays 80,000 for HT-2, which then owes
        # its lender 20,000 more, 239 days late at the end of the year.
        (90, [0, 0, 200_000, 200_000 + 20_000 + 80_000]),
        (200, [0, 0, 0, 200_000 + 20_000 + 80_000]),
        (300, [0, 0, 0, 80_000]),
    ],
)
def test_a_vintage_is_late_by_what_is_overdue_and_what_the_fund_has_paid(book, beyond_days, late):
    (vintage,) = vintages_of(sheets(book.loans), beyond_days=beyond_days)

    assert (vintage.lent_in, vintage.loans, vintage.lent) == (HALVES[0], 2, cny(300_000))
    assert [end.late for end in vintage.ends] == [cny(amount) for amount in late]
    assert [end.half for end in vintage.ends] == HALVES
    assert vintage.share(3).part == fen(cny(late[3]))


def test_a_loan_lent_before_the_first_sheet_belongs_to_no_vintage(book):
    loans = [*book.loans, granted(4, 50_000, date(2024, 9, 2))]
    (vintage,) = vintages_of(sheets(loans)[1:], beyond_days=90)

    assert (vintage.lent_in, vintage.loans, vintage.lent) == (HALVES[1], 1, cny(50_000))
    assert [end.late for end in vintage.ends] == [cny(0), cny(0), cny(50_000)]
    both = vintages_of(sheets(loans), beyond_days=90)
    assert [(one.lent_in, one.loans, len(one.ends)) for one in both] == [
        (HALVES[0], 2, 4),
        (HALVES[1], 1, 3),
    ]


def test_what_was_written_off_stays_lost(book):
    loan = write_off(book.loans[0], on=date(2025, 10, 8), ref="核销-1")
    late = [one.ends[-1].late for one in vintages_of(sheets([loan]), beyond_days=90)]

    assert late == [cny(200_000)]


def test_vintages_need_every_half_year_in_order(book):
    first, second, third, _ = sheets(book.loans)

    for given in ([first, third], [second, first]):
        with pytest.raises(InvalidDate, match="half-year to half-year"):
            vintages_of(given, beyond_days=90)
    with pytest.raises(InvalidTerms, match="vintages follow"):
        vintages_of([book.path], beyond_days=90)
    with pytest.raises(InvalidTerms, match="days past due"):
        vintages_of([first], beyond_days=-1)
    with pytest.raises(InvalidTerms, match="age of a vintage"):
        vintages_of([first], beyond_days=90)[0].share(1)


def test_vintages_are_drawn_by_age(book):
    vintages = vintages_of(sheets(book.loans), beyond_days=90)
    chart = draw_vintages(vintages, beyond_days=90)
    found = layers(chart)["vintages"]

    assert titles(found) == ["发放后第几个半年末", "逾期占发放额（%）"]
    assert [(row["age"], row["share"]) for row in found["rows"]] == [
        (0, "0.00%"),
        (1, "0.00%"),
        (2, "66.67%"),
        (3, "100.00%"),
    ]
    assert "90 天" in chart.to_dict()["title"]["subtitle"][0]
    with pytest.raises(InvalidTerms, match="vintages"):
        draw_vintages([], beyond_days=90)


# ---- migration, subsidy, scenarios


def test_the_migration_shows_who_fell_and_who_stayed(book):
    matrix = migrate(sheet(book.loans, HALVES[1]), sheet(book.loans, HALVES[2]), under=RULES)
    found = layers(draw_migration(matrix))
    moved = {
        (row["before"], row["after"]): (row["text"], row["kind"], row["of_row"], row["now"])
        for row in found["fields"]["rows"]
        if row["loans"]
    }

    assert moved == {
        ("正常", "次级"): ("1", "下迁", 2, "200,000.00"),
        ("正常", "关注"): ("1", "下迁", 2, "100,000.00"),
    }
    assert sorted(titles(found["fields"])) == ["期初 2024H2", "期末 2025H1"]
    english = layers(draw_migration(matrix, language=Language.EN))["fields"]["rows"]
    assert {row["after"] for row in english} == {
        *("normal", "special mention", "substandard", "doubtful", "loss", "gone"),
    }
    with pytest.raises(InvalidTerms, match="MigrationMatrix"):
        draw_migration(book.path)


def quarters():
    parts = {1: (70_000, 30_000), 2: (71_050, 30_450)}
    return [
        PlannedQuarter(
            quarter=InterestQuarter(2025, number),
            lines=2,
            levels=(
                LevelAmount(level=Level.CENTRAL, amount_fen=central),
                LevelAmount(level=Level.LOCAL, amount_fen=local),
            ),
        )
        for number, (central, local) in parts.items()
    ]


def test_the_subsidy_is_stacked_by_level():
    found = layers(draw_subsidy(quarters()))["subsidy"]

    assert titles(found) == ["结息季", "贴息（万元）"]
    assert found["encoding"]["color"]["scale"]["domain"] == ["中央", "地方"]
    assert [(row["quarter"], row["level"], row["amount"]) for row in found["rows"]] == [
        ("2025Q1", "中央", "700.00"),
        ("2025Q1", "地方", "300.00"),
        ("2025Q2", "中央", "710.50"),
        ("2025Q2", "地方", "304.50"),
    ]
    with pytest.raises(InvalidTerms, match="quarters"):
        draw_subsidy([])
    with pytest.raises(InvalidTerms, match="SubsidyRequest"):
        draw_subsidy(["2025Q1"])


def answers(book):
    loans = [granted(1, 200_000, MARCH), granted(2, 100_000, MAY)]
    fund = GuaranteeFund(id="F-01", name="基金").deposit(cny(100_000), on=OPENED, ref="财-1")
    tenth = Scenario(name="十户一户", default_rate=percent(10))
    none = Scenario(name="如期归还", default_rate=percent(0))
    asked = {"under": RULES, "as_of": date(2024, 12, 31), "halves": 2}
    return compare_scenarios(fund, loans, [none, tenth], **asked)


def test_a_line_for_each_scenario_begins_on_the_day_of_the_question(book):
    chart = draw_scenarios(answers(book))
    found = layers(chart)
    rows = [row for row in found["scenarios"]["rows"] if row["scenario"] == "十户一户"]

    # 16,000 are paid for HT-1 in June and 8,000 for HT-2 in August.
    assert [(row["on"][:10], row["exposure"], row["balance"], row["paid_out"]) for row in rows] == [
        ("2024-12-31", "300,000.00", "100,000.00", "0.00"),
        ("2025-06-30", "10,000.00", "84,000.00", "16,000.00"),
        ("2025-12-31", "0.00", "76,000.00", "8,000.00"),
    ]
    assert {row["cap"] for row in found["cap"]["rows"]} == {5}
    assert found["cap"]["mark"]["strokeDash"]
    assert titles(found["scenarios"]) == ["日期", "放大倍数（倍）"]
    assert chart.to_dict()["title"]["subtitle"] == [
        "如期归还：违约率 0 %，代偿后 12 个月追回 0 %，无新增贷款",
        "十户一户：违约率 10 %，代偿后 12 个月追回 0 %，无新增贷款",
    ]
    with pytest.raises(InvalidTerms, match="answers"):
        draw_scenarios([])


# ---- files


def test_a_page_holds_all_it_needs_and_names_no_address(book, tmp_path):
    page = save_html(draw_leverage(book.path, book.fund), tmp_path / "图.html")
    text = page.read_text(encoding="utf-8")
    names = {"http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg"}

    assert set(re.findall(r"https?://[\w./-]+", text)) == {*names, "http://www.w3.org/2000/xmlns/"}
    own = re.sub(r"<script>.*?</script>", "", text, count=1, flags=re.DOTALL)
    assert not re.search(r"<link|<img|<iframe|@import|src=|import", own)
    assert "$schema" not in text.rpartition("vegaEmbed(")[2]
    assert text.count("<script>") == text.count("</script>") == 2
    assert "<title>放大倍数走势 · 示例县&lt;/script&gt;基金</title>" in text
    assert "最高 10.0000 倍 · 2025-08-04" in text


def test_every_chart_becomes_a_picture_with_its_words(book, tmp_path):
    ladder = maturity_ladder(book.fund, book.loans, as_of=MAY, halves=2)
    matrix = migrate(sheet(book.loans, HALVES[1]), sheet(book.loans, HALVES[2]), under=RULES)
    vintages = vintages_of(sheets(book.loans), beyond_days=90)
    drawn = {
        "最高 10.0000 倍": draw_leverage(book.path, book.fund),
        "可保余量（万元）": draw_headroom(book.path, of=cny(30_000)),
        "到期本金（万元）": draw_maturities(book.fund, ladder),
        "逾期占发放额（%）": draw_vintages(vintages, beyond_days=90),
        "下迁": draw_migration(matrix),
        "贴息（万元）": draw_subsidy(quarters()),
        "十户一户": draw_scenarios(answers(book)),
    }
    for words, chart in drawn.items():
        svg = save_svg(chart, tmp_path / "图.svg").read_text(encoding="utf-8")
        assert f">{words}" in svg, words
        assert "NaN" not in svg, words
        assert "readings" not in svg, words


def test_a_notebook_may_show_pictures_without_a_network(book):
    import altair as alt

    render_as_svg()
    try:
        shown = draw_leverage(book.path, book.fund)._repr_mimebundle_()
    finally:
        alt.renderers.enable("default")
    assert shown["image/svg+xml"].startswith("<svg")
    assert shown["text/plain"] == "放大倍数走势 · 示例县</script>基金"


def test_what_is_no_chart_is_not_saved(book, tmp_path):
    with pytest.raises(InvalidTerms, match="a chart"):
        save_html(book.path.points, tmp_path / "x.html")
    assert list(tmp_path.iterdir()) == []


def test_without_altair_the_refusal_says_what_to_install(book, monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)

    with pytest.raises(ExtraMissing, match=r"pip install 'microloan\[charts\]'"):
        draw_leverage(book.path, book.fund)


def test_importing_the_charts_loads_neither_altair_nor_a_database():
    program = (
        "import sys, microloan.charts; "
        "sys.exit(bool({'altair', 'vl_convert', 'polars', 'sqlalchemy'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("wrong", [None, "F-01", ()])
def test_what_is_no_path_and_no_fund_is_not_drawn(book, wrong):
    with pytest.raises(InvalidTerms, match="must be a LeveragePath"):
        draw_leverage(wrong, book.fund)
    with pytest.raises(InvalidTerms, match="must be a LeveragePath"):
        draw_headroom(wrong, of=cny(30_000))
    with pytest.raises(InvalidTerms, match="must be a GuaranteeFund"):
        draw_leverage(book.path, wrong)
    with pytest.raises(InvalidTerms, match="must be a GuaranteeFund"):
        maturity_ladder(wrong, [], as_of=MARCH)
    with pytest.raises(InvalidTerms, match="must be a GuaranteeFund"):
        draw_maturities(wrong, maturity_ladder(book.fund, [], as_of=MARCH))


def test_a_frame_is_no_chart_though_it_becomes_a_dictionary(book, tmp_path):
    with pytest.raises(InvalidTerms, match="must be a chart, got DataFrame"):
        save_html(book.path.to_pandas(), tmp_path / "x.html")
    assert list(tmp_path.iterdir()) == []


def test_the_command_for_a_chart_refuses_a_folder_before_it_builds_a_book(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "examples")
    draw = import_module("leverage").main
    for arguments in ([f"{tmp_path}"], [f"{tmp_path / 'a.html'}", "--book", f"{tmp_path}"]):
        with pytest.raises(SystemExit) as left:
            draw(arguments)
        assert left.value.code == 2
        assert "is a folder, not a file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
