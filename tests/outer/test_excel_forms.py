"""The office's forms as workbooks: their headers, totals and cells, and how they are printed."""

import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
import python_calamine

from histories import RULES, a_loan
from microloan import HalfYear, InvalidTerms, draw_up
from microloan.anniversary import Anniversary
from microloan.excel import (
    Heading,
    OwnKind,
    Page,
    form_page,
    half_year_page,
    request_pages,
    table_page,
    watch_page,
    write_pages,
)
from microloan.excel.page import display_width, tab_name
from microloan.excel.workbook import _PAGE_WIDTH
from microloan.refund import WaitingReason
from microloan.request_line import WaitingLine
from microloan.table import ColumnKind, Language
from office_forms import DAY, every_page, the_ledger, the_request
from refusals import refused
from requesting import CLOSED, Q4, asks, lent

OF_THE_ACCOUNT = [
    *("台账编号", "贷款编号", "借款人", "期次", "期初日", "期末日", "期初本金余额", "本期应还本金"),
    *(
        "本期应还利息",
        "本期实还本金",
        "本期实还利息",
        "提前还款",
        "逾期本金",
        "逾期利息",
        "逾期天数",
    ),
    *("期末本金余额", "后续还款计划", "应贴息", "已贴息", "回访日期", "回访人", "经营状况"),
    *("月营业额", "从业人数", "带动就业", "风险等级", "预警", "下一步措施"),
]
"""The fields of a half-year account (office practice, A2) but for the ID number."""


def written(*pages):
    """The workbook of some pages: its cells by sheet, and its parts as text."""
    file = BytesIO()
    write_pages(file, pages)
    with ZipFile(file) as parts:
        texts = {name: parts.read(name).decode() for name in parts.namelist()}
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(file.getvalue()))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}, texts


@pytest.fixture(scope="module")
def forms():
    return every_page()


def column(page, text):
    """The cells below a header."""
    at = [heading.text for heading in page.headings].index(text)
    return [row[at] for row in page.rows]


# ---- the half-year ledger


def test_the_half_year_form_has_every_field_of_an_account_in_its_order(forms):
    [page] = forms["half-year"]
    shown = [heading.text for heading in page.headings]

    assert set(OF_THE_ACCOUNT) <= set(shown)
    assert page.notes == ("账期：2024 年下半年（2024-07-01 至 2024-12-31）", "单位：元、天、人")
    assert page.signatures == ("制表人", "复核人", "负责人")


def test_the_totals_of_the_half_year_form_are_the_sums_of_its_columns(forms):
    [page] = forms["half-year"]
    sums = dict(zip([heading.text for heading in page.headings], page.totals, strict=True))

    assert (sums.pop("台账编号"), sums.pop("贷款编号")) == ("合计", "42 笔")
    added = {text: worth for text, worth in sums.items() if worth is not None}
    assert len(added) == 17
    assert added == {
        text: sum(cell for cell in column(page, text) if cell is not None) for text in added
    }
    movements = sum(
        sign * added[text]
        for sign, text in (
            (1, "期初本金余额"), (1, "本期发放本金"), (-1, "本期实还本金"), (-1, "基金代偿本金"),
            (-1, "追偿收回本金"), (-1, "核销本金"), (1, "调整"),
        )
    )  # fmt: skip
    assert movements == added["期末本金余额"]


def test_grades_are_given_where_a_policy_makes_them():
    ledger = the_ledger()

    assert set(column(half_year_page(ledger), "风险等级")) == {None}
    assert {grade.zh for grade in column(half_year_page(ledger, under=RULES), "风险等级")} == {
        "正常", "关注", "次级", "可疑",
    }  # fmt: skip


def test_a_ledger_of_the_loans_own_half_years_says_which_one():
    page = half_year_page(draw_up([a_loan()], Anniversary(1)))

    assert page.notes[0] == "账期：各笔贷款自放款起第 1 个半年"
    assert column(page, "期末日") == [date(2024, 7, 15)]
    assert column(page, "后续还款计划") == ["余 6 期；下期 2024-08-15 10,300.00"]


def test_an_empty_half_year_is_a_form_without_rows():
    cells, _ = written(half_year_page(draw_up([], HalfYear(2024, 1))))

    assert list(cells["半年台账2024H1"][-3])[:2] == ["合计", "0 笔"]


# ---- the request


def test_the_request_says_the_header_columns_and_the_amount_in_capitals(forms):
    page = forms["request"][0]
    row = dict(zip([heading.text for heading in page.headings], page.rows[0], strict=True))

    # HT-2 bears 1,876.88 in 2024Q4; of HT-1 1,897.50 was asked and 928.13 is due.
    assert (row["本季贴息额"], row["更正金额"], row["申请贴息资金额"]) == (187_688, -96_937, 90_751)
    assert (row["季初余额"], row["季末余额"]) == (60_000_000, 60_000_000)
    assert row["中央承担金额"] + row["县级承担金额"] == 90_751
    assert page.below == ("申请贴息资金额（大写）：人民币玖佰零柒元伍角壹分",)


def test_what_is_returned_is_marked_red_and_spelled():
    before = asks(lent())
    [page, *_] = request_pages(asks(lent(), quarter=Q4, earlier=(before,), stops=CLOSED))

    assert page.below == ("申请贴息资金额（大写）：红字 人民币玖佰陆拾玖元叁角柒分",)


def test_levels_of_every_line_add_up_to_it_and_all_lines_to_the_total(forms):
    _, lines, corrections = forms["request"]

    for page, whole in ((lines, "实际贴息总金额"), (corrections, "更正金额")):
        parts = [column(page, f"{level}承担金额") for level in ("中央", "县级")]
        assert [sum(both) for both in zip(*parts, strict=True)] == column(page, whole)
        assert page.totals[-1] == sum(column(page, whole))
    assert [str(share) for share in column(lines, "中央承担比例")] == ["0.500000000000"]


def test_what_waits_has_a_page_of_its_own():
    waiting = WaitingLine(
        loan_id="HT-9",
        number=1,
        due_on=date(2024, 12, 20),
        subsidy_fen=12_345,
        reason=WaitingReason.INTEREST_UNPAID,
    )
    pages = {page.name: page for page in request_pages(replace(the_request(), waiting=(waiting,)))}

    assert list(pages) == ["贴息申请表", "贴息明细表", "更正明细表", "待申请明细表"]
    assert column(pages["待申请明细表"], "暂不申请的原因") == [WaitingReason.INTEREST_UNPAID.zh]


# ---- other tables


def test_the_watch_list_says_why_and_until_when_a_claim_is_possible(forms):
    [page] = forms["watch list"]

    assert column(page, "关注原因")[0] == "可代偿、逾期、回访逾期"
    assert column(page, "可代偿截止日")[0] == date(2025, 7, 15)
    assert page.totals[-3] == sum(column(page, "逾期本息"))


def test_a_statistical_form_keeps_counts_apart_from_amounts(forms):
    [page] = forms["central bank"]
    cells = {row[0]: row[1] for row in page.rows}

    assert cells["附：累计发放笔数"] == OwnKind(42, ColumnKind.COUNT)
    assert cells["附：担保基金存款"].kind is ColumnKind.MONEY
    assert page.notes == ("截至：2024-12-31　　单位：元、笔",)
    [grid] = written(page)[0].values()
    assert ["附：累计发放笔数", 42.0] in [row[:2] for row in grid]


def test_any_table_of_the_library_is_a_page_in_either_language():
    schedule = a_loan().schedule

    chinese, english = (table_page(schedule, language=one) for one in (Language.ZH, Language.EN))
    assert "应还日" in [heading.text for heading in chinese.headings]
    assert [len(page.rows) for page in (chinese, english)] == [12, 12]
    assert english.notes == ("amounts in yuan",)


@pytest.mark.parametrize(
    "make",
    [half_year_page, request_pages, form_page, table_page, lambda one: watch_page(one, as_of=DAY)],
)
def test_a_form_of_something_else_is_refused(make):
    with pytest.raises(InvalidTerms):
        make("台账")


# ---- what is in the file


def test_cells_are_real_dates_numbers_and_texts(forms):
    cells, texts = written(*forms["half-year"])
    [rows] = cells.values()
    row = rows[4]

    assert row[1:3] == ["HT-2024-0000", "B-1"]
    assert row[5] == date(2024, 7, 1)
    assert row[7] == 90_000
    assert "#,##0.00" in texts["xl/styles.xml"]
    assert "yyyy-mm-dd" in texts["xl/styles.xml"]


def test_the_header_stays_in_sight_is_printed_on_each_page_and_can_be_filtered(forms):
    _, texts = written(*forms["half-year"])
    sheet, book = texts["xl/worksheets/sheet1.xml"], texts["xl/workbook.xml"]

    assert '<pane xSplit="3" ySplit="4"' in sheet
    assert '<autoFilter ref="A4:AI46"/>' in sheet
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert "$A:$C,半年台账2024H2!$4:$4" in book.replace("&apos;", "").replace("'", "")


EVIL = ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "http://a.example", "{=1}"]


@pytest.mark.parametrize("kind", [ColumnKind.TEXT, ColumnKind.MONEY, ColumnKind.DATE])
def test_no_text_becomes_a_formula_or_a_link_whatever_its_column(kind):
    page = Page(
        name="=1+1", title="=1+1", notes=("=1+1",), headings=(Heading("=1+1", kind),),
        rows=[(text,) for text in EVIL], totals=("=1+1",), below=("=1+1",), signatures=("=1+1",),
    )  # fmt: skip
    cells, texts = written(page)

    assert [row[0] for row in cells["=1+1"][3:11]] == EVIL
    for name, text in texts.items():
        assert not re.search(r"<f[ >]|hyperlink", text), name


def test_columns_are_as_wide_as_their_widest_cell_and_a_chinese_sign_counts_two():
    page = Page(
        name="a",
        title="a",
        headings=(Heading("编号", ColumnKind.TEXT), Heading("金额", ColumnKind.MONEY)),
        rows=[("借款合同一二三", 1), ("A", 123_456_789)],
    )

    assert display_width("借款合同一二三") == 14
    assert page.widths() == [14 + 2, len("-1,234,567.00") + 2]
    assert page.widths()[0] < _PAGE_WIDTH


def test_names_of_tabs_are_short_allowed_and_not_taken():
    assert tab_name("2024/06 [a]*?:\\" + "长" * 40, []) == "2024-06 -a-----" + "长" * 16
    assert tab_name("ABC", ["abc", "abc 2"]) == "ABC 3"
    assert tab_name("''", []) == "表"


def test_two_pages_of_one_name_stand_side_by_side():
    page = Page(name="a", title="a", headings=(Heading("b", ColumnKind.TEXT),), rows=[])

    assert list(written(page, page)[0]) == ["a", "a 2"]


@pytest.mark.parametrize("given", [{"rows": [("a", "b")]}, {"rows": [], "totals": ("a", "b")}])
def test_rows_of_another_length_are_refused(given):
    with refused(InvalidTerms, "terms.invalid", value=2, limit="1 cells"):
        Page(name="a", title="a", headings=(Heading("b", ColumnKind.TEXT),), **given)


def test_a_text_too_long_for_a_cell_is_refused_and_the_old_file_stays(tmp_path):
    file = tmp_path / "a.xlsx"
    page = {"name": "a", "title": "a", "headings": (Heading("b", ColumnKind.TEXT),)}
    write_pages(file, [Page(**page, rows=[("short",)])])
    before = file.read_bytes()

    with refused(InvalidTerms, "terms.invalid", value=40_000, limit="32767 characters at most"):
        write_pages(file, [Page(**page, rows=[("x" * 40_000,)])])
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


# ---- on paper

PRINTED = {"half-year": 3, "request": 3, "watch list": 2, "lending": 1, "central bank": 1,
           "five tiers": 1, "schedule": 1, "ledger": 11}  # fmt: skip
"""The pages of A4 of each form, as looked at."""


@pytest.mark.slow
@pytest.mark.parametrize("name", PRINTED)
def test_every_column_is_readable_on_paper(name, forms, tmp_path):
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if office is None or reader is None:
        pytest.skip("LibreOffice or pdftotext is not installed here")
    file = tmp_path / "form.xlsx"
    write_pages(file, forms[name])
    home = f"-env:UserInstallation=file://{tmp_path / 'home'}"
    subprocess.run(
        [office, "--headless", home, "--convert-to", "pdf", "--outdir", tmp_path, file],
        check=True,
        capture_output=True,
    )
    paper = subprocess.run(
        [reader, "-layout", tmp_path / "form.pdf", "-"], check=True, capture_output=True
    ).stdout.decode()
    signs = set(re.sub(r"\s", "", unicodedata.normalize("NFKC", paper)))

    assert paper.count("\f") == PRINTED[name]
    assert "###" not in paper
    for page in forms[name]:
        for heading in page.headings:
            assert set(unicodedata.normalize("NFKC", heading.text)) <= signs
