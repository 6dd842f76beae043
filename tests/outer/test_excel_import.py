"""A ledger as offices and banks keep it: what is read, and every fault with its place."""

import pickle
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from histories import PERSON, PROMISE, a_loan, a_quarterly_loan, pays_on_time
from microloan import (
    Amortization,
    BorrowerKind,
    DayCount,
    EntryKind,
    InvalidTerms,
    Prepayment,
    Settlement,
    cny,
)
from microloan.errors import ExtraMissing, LedgerFaulty, UnreadableFile
from microloan.excel import SkippedBecause, Unstated, ledger_pages, read_ledger, write_pages
from microloan.table import ColumnKind
from refusals import refused

HEADS = ["贷款编号", "借款人编号", "放贷银行", "放贷金额", "放贷日", "期限", "实际利率", "还款方式"]
ROW = ["HT-1", "B-1", "BANK-1", 120_000, "2024.1.15", "12个月", 6, "等额本金"]
PAID = ["合同编号", "还款日期", "还款金额", "凭证号"]
MISSING = object()
USUAL = Unstated(kind=BorrowerKind.INDIVIDUAL, day_count=DayCount.THIRTY_360, guarantee=PROMISE)


def a_csv(*rows, encoding="utf-8-sig", separator=","):
    lines = [separator.join(map(str, row)) for row in rows]
    return BytesIO("\r\n".join(lines).encode(encoding))


def with_cell(name, cell, heads=HEADS, row=ROW):
    return [cell if head == name else old for head, old in zip(heads, row, strict=True)]


def a_workbook(**sheets):
    """A workbook as a person would leave it: texts, numbers, dates, formulas in plain cells."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    days = book.add_format({"num_format": "yyyy/m/d"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, days)
                elif cell is MISSING:
                    sheet.write_formula(at, column, "=1+1", None, "")
                elif isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                else:
                    sheet.write_number(at, column, cell)
    book.close()
    file.seek(0)
    return file


# ---- what is read


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_bank_s_csv_is_read_in_its_encoding_under_its_own_headers(encoding, separator):
    loans = a_csv(HEADS, ROW, encoding=encoding, separator=separator)
    paid = a_csv(
        PAID, ["HT-1", "2024/2/15", "10600", "due 1"], encoding=encoding, separator=separator
    )

    assert read_ledger(loans, paid, unstated=USUAL).require_good() == (pays_on_time(a_loan()),)


def test_titles_units_totals_blank_rows_and_signatures_are_no_rows_and_it_is_said():
    rows = [
        ["示例县贷款台账"], ["单位：元"], [], HEADS, ROW, [],
        ["合 计", "", "", 120_000], ["制表人：", "复核人："],
    ]  # fmt: skip
    found = read_ledger(a_workbook(台账=rows, 说明=[["本表每月更新"]]), unstated=USUAL)

    assert found.require_good() == (a_loan(),)
    assert [(one.sheet, one.row, one.because) for one in found.skipped] == [
        ("台账", 7, SkippedBecause.SUM),
        ("台账", 8, SkippedBecause.REMARK),
        ("说明", 0, SkippedBecause.NO_LEDGER),
    ]
    assert found.rows == 1
    assert [because.zh for because in SkippedBecause] == ["合计行", "说明行", "非台账"]


@pytest.mark.parametrize(
    "header", ["贷款余额", "余额", "本金余额", "期末余额（元）", "贷 款\n余 额*"]
)
def test_what_is_outstanding_is_compared_under_any_of_its_headers(header):
    heads, day = [*HEADS, header], date(2024, 2, 15)
    paid = a_csv(PAID, ["HT-1", "2024/2/15", "10600", "1"])
    right, wrong = [a_workbook(a=[heads, [*ROW, left]]) for left in (110_000, 110_000.01)]

    assert read_ledger(right, paid, unstated=USUAL, as_of=day).faults == ()
    paid.seek(0)
    [fault] = read_ledger(wrong, paid, unstated=USUAL, as_of=day).faults
    assert (fault.place, fault.code) == ("a!I2", "row.other_outstanding")
    assert fault.sentence == (
        "110,000.00 is owed on 2024-02-15 by the repayments, the ledger says 110,000.01"
    )
    wrong.seek(0)
    assert read_ledger(wrong, unstated=USUAL).faults == ()


def test_the_host_makes_the_borrower_s_identity_and_no_personal_data_is_kept():
    heads = ["姓名", "身份证号", "联系电话", *(head for head in HEADS if head != "借款人编号")]
    who = ["测试甲", "990101198001010014", "13900000000"]
    row = [*who, *(cell for head, cell in zip(HEADS, ROW, strict=True) if head != "借款人编号")]
    asked = []

    def known_as(people):
        asked.append(people)
        return "B-1"

    found = read_ledger(a_workbook(a=[heads, row]), unstated=USUAL, borrower_id=known_as)

    assert found.require_good() == (a_loan(),)
    assert asked == [dict(zip(("姓名", "证件号码", "电话"), who, strict=True))]
    assert not any(each in repr(found) for each in who)


def test_a_borrower_whom_the_host_does_not_know_is_a_fault_that_names_nobody():
    heads, row = ["姓名", *HEADS], ["测试甲", *ROW]

    [fault] = read_ledger(
        a_workbook(a=[heads, row]), unstated=USUAL, borrower_id=lambda people: {}[people["姓名"]]
    ).faults
    assert fault.code == "row.no_borrower"
    assert "测试甲" not in f"{fault} {fault.in_chinese()}"


def test_a_fault_hides_a_citizen_s_number_that_stands_in_the_wrong_column():
    row = with_cell("放贷金额", "990101198001010014")
    [fault] = read_ledger(a_workbook(a=[HEADS, row]), unstated=USUAL).faults

    assert fault.code == "cell.not_an_amount"
    assert "990101198001010014" not in repr(fault)


def test_what_a_ledger_leaves_out_is_said_once_for_all_of_it():
    said = Unstated(
        lender="BANK-1",
        kind=BorrowerKind.INDIVIDUAL,
        amortization=Amortization.INTEREST_ONLY,
        day_count=DayCount.ACT_360,
        interval_months=3,
        settlement=Settlement(20),
        guarantee=PROMISE,
    )
    heads = ["贷款编号", "借款人编号", "贷款金额", "利率", "放款日期", "到期日期"]
    row = ["HT-1", "B-1", "12万", "6%", "20240115", "2025年1月15日"]

    [fault] = read_ledger(a_csv(heads, row), unstated=said).faults
    assert fault.code == "cell.shortened"
    row[2] = "120000.00"
    assert read_ledger(a_csv(heads, row), unstated=said).require_good() == (a_quarterly_loan(),)


def test_columns_that_nobody_said_anything_about_are_named_once_and_not_in_every_row():
    found = read_ledger(a_csv(HEADS[:-1], *[ROW[:-1]] * 5))

    assert [(fault.column, fault.code, fault.row) for fault in found.faults] == [
        ("借款人类型", "sheet.column_missing", 1),
        ("还款方式", "sheet.column_missing", 1),
        ("计息方式", "sheet.column_missing", 1),
    ]
    assert found.rows == 0


def test_a_share_that_may_be_a_cell_formatted_as_percent_is_not_taken_for_less_than_one():
    heads = [*HEADS, "担保基金编号", "担保责任比例", "代偿等待天数"]
    codes = []
    for share in (0.8, 1, "80%", 80):
        found = read_ledger(a_workbook(a=[heads, [*ROW, "F-01", share, 90]]), unstated=USUAL)
        codes.append([fault.code for fault in found.faults])
        assert found.faults or found.good == (a_loan(),)

    assert codes == [["cell.unclear_rate"], ["cell.unclear_rate"], [], []]


def test_a_payment_above_what_is_due_is_a_prepayment_where_the_host_says_so():
    paid = a_csv(PAID, ["HT-1", "2024-02-15", "70600", "due 1"])
    loans = a_csv(HEADS, ROW)
    expected = a_loan().prepay(
        cny(70_600), on=date(2024, 2, 15), ref="due 1", then=Prepayment.LOWER
    )

    assert read_ledger(
        loans, paid, unstated=replace(USUAL, surplus=Prepayment.LOWER)
    ).require_good() == (expected,)
    for file in (loans, paid):
        file.seek(0)
    [fault] = read_ledger(loans, paid, unstated=USUAL).faults
    assert (fault.code, fault.row) == ("loan.over_repayment", 2)


def test_a_month_s_payments_continue_loans_that_the_book_has():
    paid = [["HT-1", "2024-02-15", "10600", "due 1"], ["HT-1", "2024-03-15", "10550", "due 2"]]
    found = read_ledger(a_csv(PAID, *paid), known=[pays_on_time(a_loan(), 1, 1)])

    assert found.require_good() == (pays_on_time(a_loan(), 1, 2),)


def test_a_loan_of_the_book_with_its_row_needs_all_of_its_payments():
    known = [a_loan().repay(cny(500), on=date(2024, 2, 15), ref="回单1")]
    month = a_csv(PAID, ["HT-1", "2024-03-15", 500, "回单2"])
    both = a_csv(PAID, ["HT-1", "2024-02-15", 500, "回单1"], ["HT-1", "2024-03-15", 500, "回单2"])

    found = read_ledger(a_csv(HEADS, ROW), month, unstated=USUAL, known=known)
    assert [(one.code, one.place) for one in found.faults] == [("row.other_history", "csv!A2")]
    whole = read_ledger(a_csv(HEADS, ROW), both, unstated=USUAL, known=known)
    assert len(whole.require_good()[0].entries) == 3
    assert read_ledger(a_csv(HEADS, ROW), unstated=USUAL, known=known).require_good()


def test_a_month_with_a_prepayment_read_again_changes_nothing():
    above = replace(USUAL, surplus=Prepayment.LOWER)
    month = a_csv(
        PAID, ["HT-1", "2024-02-15", 10_600, "回单1"], ["HT-1", "2024-02-15", 5_000, "回单2"]
    )
    loan = read_ledger(month, unstated=above, known=[a_loan()]).require_good()[0]
    assert [entry.kind.value for entry in loan.entries[1:]] == ["repayment", "prepayment"]

    month.seek(0)
    assert read_ledger(month, unstated=above, known=[loan]).require_good() == (loan,)


def test_the_header_again_on_another_page_is_no_row():
    found = read_ledger(a_csv(HEADS, ROW, HEADS), unstated=USUAL)

    assert found.require_good() == (a_loan(),)
    assert [one.row for one in found.skipped] == [3]


def test_a_payment_of_an_unknown_loan_is_a_fault():
    [fault] = read_ledger(
        a_csv(PAID, ["HT-2", "2024-02-15", "10600", "1"]), known=[a_loan()]
    ).faults

    assert (fault.code, fault.place) == ("row.unknown_loan", "csv!A2")


def test_a_payment_without_a_voucher_is_named_by_its_day_whatever_stands_around_it():
    heads = PAID[:3]
    rows = [["HT-1", "2024-02-15", "10000"], ["HT-1", "2024-02-15", "600"]]

    [loan] = read_ledger(a_csv(HEADS, ROW), a_csv(heads, *rows), unstated=USUAL).require_good()
    assert [entry.ref for entry in loan.entries] == ["HT-1", "20240215-1", "20240215-2"]


def test_a_split_that_is_not_the_contract_s_is_a_question_and_no_fault():
    heads = ["合同编号", "还款日期", "实还本金", "实还利息", "凭证号"]
    rows = [["HT-1", "2024-02-15", "10600", "0", "1"]]
    found = read_ledger(a_csv(HEADS, ROW), a_csv(heads, *rows), unstated=USUAL)

    [finding] = found.findings
    assert (finding.code, finding.subject) == ("ledger.split_differs", "HT-1")
    assert "10,600.00 + 0.00 + 0.00 + 0.00 in the ledger" in finding.sentence
    assert "10,000.00 + 600.00 + 0.00 + 0.00 by the contract" in finding.sentence
    assert len(found.require_good()) == 1


def test_the_rows_of_every_sheet_go_through_the_host_s_progress():
    seen = []

    def counting(rows):
        for row in rows:
            seen.append(row[0])
            yield row

    read_ledger(a_csv(HEADS, ROW), a_csv(PAID, ["HT-1", "2024-02-15", "10600", "1"]),
                unstated=USUAL, progress=counting)  # fmt: skip
    assert seen == [2, 2]


# ---- the header


@pytest.mark.parametrize(
    ("rows", "code", "place"),
    [
        ([[*HEADS, "贷款编号"], [*ROW, "HT-9"]], "sheet.column_twice", "a!I1"),
        ([["单位：万元"], HEADS, with_cell("放贷金额", 12)], "sheet.other_unit", "a!D2"),
        ([[head.replace("放贷金额", "放贷金额（万元）") for head in HEADS], ROW],
         "sheet.other_unit", "a!D1"),
        ([["本表"], ["一", "二"]], "sheet.no_ledger", "a!1"),
    ],
)  # fmt: skip
def test_a_header_that_would_mislead_is_a_fault(rows, code, place):
    faults = read_ledger(a_workbook(a=rows), unstated=USUAL).faults

    assert (code, place) in [(fault.code, fault.place) for fault in faults]


@pytest.mark.parametrize("note", ["单位：万元", "金额：万元", "人民币万元", "（万元）", "千元"])
def test_amounts_of_another_unit_are_never_taken_for_yuan(note):
    rows = [[note], HEADS, with_cell("放贷金额", 12)]
    found = read_ledger(a_workbook(a=rows), unstated=USUAL)

    with pytest.raises(LedgerFaulty):
        found.require_good()
    assert found.good == ()


# ---- files


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04 no zip", "damaged or no spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged or no spreadsheet"),
        (b"<html><table><tr><td>1</td></tr></table>", "a web page"),
        (b"\xff\xfe\x00\x81\x00", "neither a spreadsheet nor text"),
        (b'a,"b\n', "no csv table"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused(tmp_path, content, why):
    (tmp_path / "x.xls").write_bytes(content)

    with refused(UnreadableFile, "spreadsheet.unreadable", value="x.xls",
                 limit="xlsx, xls, ods or csv") as caught:  # fmt: skip
        read_ledger(tmp_path / "x.xls")
    assert why in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with refused(UnreadableFile, "spreadsheet.unreadable", value="none.xlsx",
                 limit="xlsx, xls, ods or csv"):  # fmt: skip
        read_ledger(tmp_path / "none.xlsx")


@pytest.mark.parametrize("sources", [(), (17,), (["a.csv"],)])
def test_what_is_no_file_is_refused(sources):
    with pytest.raises(InvalidTerms):
        read_ledger(*sources)


FILES = Path(__file__).parent / "ledgers"


@pytest.mark.parametrize("name", ["ledger.xls", "ledger.ods"])
def test_a_ledger_saved_by_another_program_holds_the_same_loans(name):
    """It was written by the library, opened in LibreOffice and saved in the other format."""
    late = pays_on_time(a_quarterly_loan("0012"), 1, 2)
    wanted = (pays_on_time(a_loan(), 1, 3), late)

    assert read_ledger(FILES / name, as_of=date(2024, 12, 31)).require_good() == wanted


# ---- a dirty ledger

CLEAN = 560
PAYMENTS = 440


def county():
    """560 loans without a fault; 440 payments of the first ones."""
    loans = [
        a_loan(f"HT-{number:04}", disbursed_on=date(2024, 1, 2) + timedelta(days=number % 28))
        for number in range(CLEAN)
    ]
    return [pays_on_time(loan, 1, 1) if at < PAYMENTS else loan for at, loan in enumerate(loans)]


LOAN_FAULTS = [
    ("cell.missing", "贷款编号", ""),
    ("cell.missing", "放贷金额", MISSING),
    ("cell.number_for_text", "贷款编号", 990101198001010014),
    ("cell.not_a_text", "借款人编号", date(2024, 3, 1)),
    ("cell.shortened", "放贷金额", "1.5万"),
    ("cell.finer_than_a_fen", "放贷金额", 1000.005),
    ("cell.not_an_amount", "放贷金额", "待定"),
    ("cell.negative", "放贷金额", -120_000),
    ("cell.not_a_day", "放贷日", "2024-02-30"),
    ("periods.invalid_date", "放贷日", "1985-02-20"),
    ("cell.unclear_rate", "年利率（%）", 0.06),
    ("cell.not_a_rate", "年利率（%）", "LPR+50BP"),
    ("cell.not_a_count", "期限（月）", "一年"),
    ("row.other_maturity", "到期日", date(2025, 7, 15)),
    ("cell.unknown_word", "还款方式", "随借随还"),
    ("cell.id_number", "证件号码", "990101198001010015"),
    ("cell.number_for_text", "证件号码", 990101198001010014),
    ("row.given_twice", "贷款编号", "HT-0500"),
    ("identity.invalid", "借款人编号", "13900000000"),
    ("terms.invalid", "期限（月）", 0),
]
ENTRY_FAULTS = [
    ("row.unknown_loan", "贷款编号", "HT-7777"),
    ("loan.over_repayment", "实还金额", 99_999),
    ("loan.before_disbursement", "实还日期", date(2023, 12, 1)),
    ("row.does_not_add_up", "实还本金", 9_999),
    ("cell.missing", "实还日期", ""),
]
PLANTED = [*LOAN_FAULTS, *ENTRY_FAULTS, *LOAN_FAULTS[:12], *ENTRY_FAULTS[:3]]
"""Forty faults of 22 kinds, each in a row of its own."""


def typed(page):
    """The rows of a page as a person would have typed them: amounts in yuan, percent plain."""
    kinds = [heading.kind for heading in page.headings]
    return [
        [
            "" if cell is None else cell / 100 if kind is ColumnKind.MONEY else cell
            for kind, cell in zip(kinds, row, strict=True)
        ]
        for row in page.rows
    ]


def dirty(pages):
    """The two ledgers with the faults planted, and where each of them is."""
    sheets = {page.name: [[each.text for each in page.headings], *typed(page)] for page in pages}
    for at, row in enumerate(sheets["贷款台账"]):
        row.append("990101198001010014" if at else "证件号码")
    where = []
    for at, planted in enumerate(PLANTED):
        code, column, cell = planted
        name, number = ("贷款台账", CLEAN - at) if planted in LOAN_FAULTS else ("还款台账", 1 + at)
        heads, row = sheets[name][0], sheets[name][number]
        row[heads.index(column)] = cell
        if code == "loan.over_repayment":
            row[heads.index("实还本金")] = row[heads.index("实还利息")] = ""
        where.append((name, number + 1, code))
    return sheets, where


def test_a_dirty_ledger_reports_exactly_the_faults_that_were_planted():
    assert len(PLANTED) == 40
    assert len({code for code, _, _ in PLANTED}) >= 20
    sheets, where = dirty(ledger_pages(county()))
    found = read_ledger(a_workbook(**sheets))

    assert found.rows == CLEAN + PAYMENTS == 1_000
    assert Counter((one.sheet, one.row, one.code) for one in found.faults) == Counter(where)
    assert all(fault.sentence and fault.zh for fault in found.faults)
    with pytest.raises(LedgerFaulty, match=r"^40 faults in 1000 rows:\n") as caught:
        found.require_good()
    assert caught.value.value == found.faults
    assert str(found).startswith(f"1000 rows, 0 skipped: {len(found.good)} good loans, ")


def test_only_loans_all_of_whose_rows_are_good_are_good():
    rows = [ROW, with_cell("贷款编号", "HT-2"), with_cell("贷款编号", "HT-3")]
    rows[1] = with_cell("放贷金额", "1.5万", row=rows[1])
    paid = [["HT-1", "2024-02-15", "10600", "1"], ["HT-2", "2024-02-15", "10600", "1"],
            ["HT-3", "2024-02-30", "10600", "1"]]  # fmt: skip
    found = read_ledger(a_csv(HEADS, *rows), a_csv(PAID, *paid), unstated=USUAL)

    assert [loan.id for loan in found.good] == ["HT-1"]
    assert [fault.code for fault in found.faults] == ["cell.shortened", "cell.not_a_day"]
    assert found.held_back == 2  # the payment of HT-2, the row of HT-3


def test_a_loan_that_stands_twice_is_not_good_once():
    found = read_ledger(a_csv(HEADS, ROW, ROW), unstated=USUAL)

    assert (found.good, [fault.code for fault in found.faults]) == ((), ["row.given_twice"])


def test_the_same_payment_twice_is_a_fault():
    row = ["HT-1", "2024-02-15", "600", "1"]
    found = read_ledger(a_csv(HEADS, ROW), a_csv(PAID, row, row), unstated=USUAL)

    assert [(fault.code, fault.row) for fault in found.faults] == [("row.given_twice", 3)]


def test_two_payments_alike_are_two_on_one_sheet_and_a_fault_on_two():
    paid = [PAID[:3], ["HT-1", "2024-02-15", 500], ["HT-1", "2024-02-15", 500]]
    once = read_ledger(a_csv(HEADS, ROW), a_csv(*paid), unstated=USUAL)
    twice = read_ledger(a_csv(HEADS, ROW), a_csv(*paid), a_csv(*paid), unstated=USUAL)
    other = read_ledger(
        a_csv(HEADS, ROW), a_csv(*paid), a_csv(PAID[:3], ["HT-1", "2024-02-15", 70]), unstated=USUAL
    )

    assert [entry.ref for entry in once.require_good()[0].entries[1:]] == [
        "20240215-1",
        "20240215-2",
    ]
    assert [fault.code for fault in twice.faults] == ["row.given_twice"] * 2
    assert twice.good == ()
    assert [entry.amount_fen for entry in other.require_good()[0].entries[1:]] == [
        50_000,
        50_000,
        7_000,
    ]


def numbered(undone, *numbers):
    """Two payments and a reversal, with the numbers that a bank gives them."""
    first, second, last = numbers
    return a_csv(
        [*PAID[:3], "业务类型", "流水序号", "被冲正序号"],
        ["HT-1", "2024-02-15", 500, "还款", first, ""],
        ["HT-1", "2024-02-16", 600, "还款", second, ""],
        ["HT-1", "2024-02-17", "", "冲正", last, undone],
    )


def test_a_reversal_never_undoes_another_payment_than_the_row_it_names():
    own = read_ledger(a_csv(HEADS, ROW), numbered(3, 2, 3, 4), unstated=USUAL)
    bank = read_ledger(a_csv(HEADS, ROW), numbered(2, 1, 2, 3), unstated=USUAL)
    again = read_ledger(numbered(2, 1, 2, 3), unstated=USUAL, known=[a_loan()])

    assert [one.entry.amount_fen for one in own.require_good()[0].applied[1:]] == [50_000]
    for found in (bank, again):
        assert [(one.code, one.row, one.column) for one in found.faults] == [
            ("row.other_number", 4, "被冲正序号")
        ]
        assert found.good == ()


def test_a_payment_of_nothing_is_a_fault_in_words():
    found = read_ledger(
        a_csv(HEADS, ROW), a_csv(PAID[:3], ["HT-1", "2024-02-15", 0]), unstated=USUAL
    )

    assert [fault.code for fault in found.faults] == ["row.nothing_paid"]


def test_a_contract_number_that_begins_like_a_remark_loses_no_payment():
    loan, paid = with_cell("贷款编号", "注2024-1"), ["注2024-1", "2024-02-15", 500]
    found = read_ledger(
        a_csv(HEADS, loan),
        a_csv(PAID[:3], paid, ["注：数据来自银行", "2024-06-30", ""]),
        unstated=USUAL,
    )

    assert len(found.require_good()[0].entries) == 2
    assert [(one.row, one.because) for one in found.skipped] == [(3, SkippedBecause.REMARK)]


@pytest.mark.parametrize("note", ["单位：万元", "金额单位：万元", "注：单位：人民币万元"])
def test_the_unit_may_be_noted_below_the_ledger(note):
    found = read_ledger(a_csv(HEADS, ROW, [note]), unstated=USUAL)

    assert [fault.code for fault in found.faults] == ["sheet.other_unit"]
    assert read_ledger(a_csv(HEADS, ROW, ["单位：元"]), unstated=USUAL).require_good()


def test_a_fault_is_told_in_both_languages_with_sheet_row_and_column():
    row = with_cell("放贷日", "2024-02-30")
    [fault] = read_ledger(a_workbook(贷款台账=[HEADS, row]), unstated=USUAL).faults

    assert str(fault) == (
        "贷款台账!E2 放贷日: '2024-02-30' is not a day; write it like 2025-03-01 [cell.not_a_day]"
    )
    assert fault.in_chinese() == (
        "贷款台账!E2 “放贷日”'2024-02-30' 不是有效日期，请写作 2025-03-01 [cell.not_a_day]"
    )


def test_every_fault_of_a_row_is_found_not_the_first():
    row = ["HT-1", "", "BANK-1", "1.5万", "2024-02-30", "两年", "LPR", "随便"]
    found = read_ledger(a_workbook(a=[HEADS, row]), unstated=USUAL)

    assert [fault.column for fault in found.faults] == [
        "借款人编号", "放贷日", "还款方式", "放贷金额", "实际利率", "期限",
    ]  # fmt: skip


def test_what_holds_for_all_loans_is_refused_where_it_is_none():
    for given in ({"kind": "个人"}, {"day_count": 360}, {"settlement": 20}, {"guarantee": "F-01"},
                  {"interval_months": 0}, {"surplus": "lower"}):  # fmt: skip
        with pytest.raises(InvalidTerms):
            Unstated(**given)


def test_a_claim_and_what_was_recovered_are_read_by_their_kind():
    heads = ["贷款编号", "流水类型", "实还日期", "实还金额", "还款流水"]
    rows = [
        ["HT-1", "费用", "2024-06-01", "300", "费1"],
        ["HT-1", "基金代偿", "2024-08-01", "96000", "代1"],
    ]

    [loan] = read_ledger(a_csv(HEADS, ROW), a_csv(heads, *rows[1:]), unstated=USUAL).require_good()
    assert loan.entries[1].kind is EntryKind.CLAIM_PAYOUT
    assert loan.payout.principal_fen == 9_600_000


def test_writing_what_is_no_page_is_refused(tmp_path):
    for pages in ([], ["a"]):
        with pytest.raises(InvalidTerms):
            write_pages(tmp_path / "a.xlsx", pages)
    assert PERSON.kind is BorrowerKind.INDIVIDUAL
    assert list(tmp_path.iterdir()) == []


# ---- without the libraries


def test_a_workbook_without_its_library_is_refused_with_the_command_and_csv_needs_none(
    monkeypatch, tmp_path
):
    file = a_workbook(a=[HEADS, ROW])
    for name in ("xlsxwriter", "python_calamine"):
        monkeypatch.setitem(sys.modules, name, None)

    with refused(ExtraMissing, "package.extra_missing", value="python_calamine",
                 limit="pip install 'microloan[excel]'"):  # fmt: skip
        read_ledger(file, unstated=USUAL)
    with refused(ExtraMissing, "package.extra_missing", value="xlsxwriter",
                 limit="pip install 'microloan[excel]'"):  # fmt: skip
        write_pages(tmp_path / "a.xlsx", ledger_pages([a_loan()]))
    assert list(tmp_path.iterdir()) == []
    assert read_ledger(a_csv(HEADS, ROW), unstated=USUAL).require_good() == (a_loan(),)


def test_importing_it_loads_no_library_and_no_database():
    program = (
        "import sys, microloan.excel; "
        "sys.exit(bool({'sqlalchemy', 'xlsxwriter', 'python_calamine', 'polars'} & {*sys.modules}))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_refused_import_crosses_a_process_boundary_whole():
    found = read_ledger(a_csv(HEADS, with_cell("放贷金额", "1.5万")), unstated=USUAL)
    with pytest.raises(LedgerFaulty) as caught:
        found.require_good()

    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 — our own
    assert (again.value, again.zh, str(again)) == (
        caught.value.value, caught.value.zh, str(caught.value),
    )  # fmt: skip
