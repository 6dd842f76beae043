"""A bank's list as it arrives: cells of text, read row by row; a bad row is kept and named."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from microloan import ZERO, InvalidTerms, cny, percent
from microloan.bank_list import read_bank_loans, read_bank_repayments
from microloan.bank_row import BankField, BankLoan, BankRepayment, UnreadableRow
from microloan.errors import InvalidRecord
from refusals import refused

LOAN = {
    "贷款合同编号": "HT-1",
    "借款人": "B-1",
    "放贷银行": "BANK-1",
    "放贷金额": "120,000.00",
    "实际利率": "3.95%",
    "放贷日": "2024-01-15",
    "到期日": "2025-01-15",
    "贷款余额": "90000",
}
PAID = {
    "贷款合同编号": "HT-1",
    "实还日期": "2024-02-15",
    "实还本金": "10000",
    "实还利息": "600",
    "实还罚息及费用": "1.5",
    "还款流水": "回单1",
}


def test_a_loan_is_read_from_cells_of_text():
    assert read_bank_loans([LOAN]) == (
        BankLoan(
            row=1,
            contract="HT-1",
            borrower="B-1",
            lender="BANK-1",
            principal=cny(120_000),
            annual_rate=percent("3.95"),
            disbursed_on=date(2024, 1, 15),
            matures_on=date(2025, 1, 15),
            outstanding=cny(90_000),
        ),
    )


def test_a_repayment_is_read_from_cells_of_text():
    without = {
        header: cell for header, cell in PAID.items() if header[:4] not in {"实还罚息", "还款流水"}
    }

    assert read_bank_repayments([PAID, without]) == (
        BankRepayment(
            row=1,
            contract="HT-1",
            on=date(2024, 2, 15),
            principal=cny(10_000),
            interest=cny(600),
            charges=cny("1.50"),
            ref="回单1",
        ),
        BankRepayment(
            row=2,
            contract="HT-1",
            on=date(2024, 2, 15),
            principal=cny(10_000),
            interest=cny(600),
        ),
    )


def test_what_a_list_leaves_open_stays_open():
    short = {name: LOAN[name] for name in ("贷款合同编号", "放贷金额", "放贷日", "贷款余额")}

    for cells in (short, short | {"借款人": None, "实际利率": "", "到期日": "  "}):
        [loan] = read_bank_loans([cells])
        assert (loan.borrower, loan.lender, loan.annual_rate, loan.matures_on) == (
            "",
            "",
            None,
            None,
        )
        assert set(loan.stated()) == {
            BankField.PRINCIPAL,
            BankField.DISBURSED_ON,
            BankField.OUTSTANDING,
        }


def test_cells_may_be_values_already():
    typed = LOAN | {
        "放贷金额": 120_000,
        "实际利率": Decimal("3.95"),
        "放贷日": date(2024, 1, 15),
        "贷款余额": cny(90_000),
    }

    assert read_bank_loans([typed]) == read_bank_loans([LOAN])


LONG = "2024-6-30 00:00:00"  # more digits than a day has: it might be an account


@pytest.mark.parametrize(
    "day", ["2024-01-15", "2024/1/15", "20240115", "2024.1.15", "2024年1月15日"]
)
def test_a_day_is_read_as_offices_write_it(day):
    assert read_bank_loans([LOAN | {"放贷日": day}])[0].disbursed_on == date(2024, 1, 15)


@pytest.mark.parametrize(
    "day",
    [
        *("2024111", "202461", "2024-111", "2024-0630", "2024/1115", "024-6-30", "20240630日"),
        *(
            "2024-6/30",
            "2024年6-30日",
            "2024年0630",
            "2024-6-30日",
            "2024年6月",
        ),
        LONG,
    ],
)
def test_a_day_that_may_be_read_in_two_ways_is_not_read(day):
    [row] = read_bank_repayments([PAID | {"实还日期": day}])

    assert (row.row, row.field) == (1, BankField.ON)
    shown = repr(day) if day != LONG else "a text of 18 characters"
    assert row.fault == f"row 1, on: {shown} is not a day like 2024-06-30"


def test_a_bank_may_have_headers_of_its_own():
    theirs = {"合同号": "HT-1", "放贷金额": "1", "放贷日": "2024-01-15", "贷款余额": "1"}

    [loan] = read_bank_loans([theirs], headers={BankField.CONTRACT: "合同号"})

    assert loan.contract == "HT-1"


@pytest.mark.parametrize(
    ("header", "cell", "field", "fault"),
    [
        ("贷款合同编号", "", BankField.CONTRACT, "row 1, contract: '' is not a printable name"),
        ("贷款合同编号", 17, BankField.CONTRACT, "row 1, contract: 17 is not a text"),
        ("贷款余额", "九万", BankField.OUTSTANDING, "'九万' is not an amount in yuan"),
        ("贷款余额", "1,00,0", BankField.OUTSTANDING, "'1,00,0' is not an amount in yuan"),
        ("贷款余额", 0.1, BankField.OUTSTANDING, "0.1 is not an amount in yuan"),
        ("贷款余额", True, BankField.OUTSTANDING, "True is not an amount in yuan"),
        ("贷款余额", "-1", BankField.OUTSTANDING, "'-1.00' is not at least 0.00"),
        ("放贷金额", "", BankField.PRINCIPAL, "row 1, principal: '' is not an amount in yuan"),
        ("放贷日", "2024-02-30", BankField.DISBURSED_ON, "'2024-02-30' is not a day"),
        ("放贷日", "soon", BankField.DISBURSED_ON, "'soon' is not a day like 2024-06-30"),
        (
            "放贷日",
            datetime.fromisoformat("2024-01-15T00:00"),
            BankField.DISBURSED_ON,
            "is not a day",
        ),
        ("放贷日", "1889-01-01", BankField.DISBURSED_ON, "is not a day of 1990-2100"),
        ("到期日", "1889-01-01", BankField.MATURES_ON, "is not a day of 1990-2100"),
        ("实际利率", "low", BankField.ANNUAL_RATE, "'low' is not a rate in percent"),
        ("实际利率", 0.0395, BankField.ANNUAL_RATE, "0.0395 is not a rate in percent"),
        ("借款人", "B\n1", BankField.BORROWER, "a text of 3 characters is not a printable name"),
        ("放贷银行", "B\n1", BankField.LENDER, "a text of 3 characters is not a printable name"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_and_the_other_rows_are_read(
    header, cell, field, fault
):
    bad, good = read_bank_loans([LOAN | {header: cell}, LOAN])

    assert isinstance(bad, UnreadableRow)
    assert (bad.row, bad.field) == (1, field)
    assert fault in bad.fault
    assert field.zh in bad.fault_zh
    assert isinstance(good, BankLoan)
    assert good.row == 2


@pytest.mark.parametrize(
    ("header", "cell", "field"),
    [
        ("实还日期", "", BankField.ON),
        ("实还本金", "x", BankField.REPAID_PRINCIPAL),
        ("实还利息", None, BankField.REPAID_INTEREST),
        ("实还罚息及费用", "x", BankField.REPAID_CHARGES),
        ("还款流水", "x" * 65, BankField.REF),
    ],
)
def test_a_cell_of_a_repayment_that_cannot_be_read_is_named(header, cell, field):
    good, bad = read_bank_repayments([PAID, PAID | {header: cell}])

    assert isinstance(good, BankRepayment)
    assert (bad.row, bad.field) == (2, field)


def test_a_row_without_named_cells_cannot_be_read():
    assert [(one.row, one.field) for one in read_bank_loans([["HT-1"], None])] == [
        (1, BankField.ROW),
        (2, BankField.ROW),
    ]
    assert read_bank_repayments([7])[0].field is BankField.ROW


@pytest.mark.parametrize("rows", [LOAN, "HT-1", 7, None])
def test_what_is_no_list_is_refused(rows):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=type(rows).__name__,
        limit="several rows with named cells",
    ):
        read_bank_loans(rows)


@pytest.mark.parametrize(
    "headers", [7, {"contract": "合同号"}, {BankField.CONTRACT: ["x"]}, {BankField.CONTRACT: None}]
)
def test_headers_that_are_none_are_refused(headers):
    with refused(
        InvalidTerms, "terms.invalid", value=headers, limit="a mapping of BankField to text"
    ):
        read_bank_repayments([PAID], headers=headers)


@pytest.mark.parametrize("row", [-1, True, "1", None])
def test_a_row_has_a_whole_number(row):
    with refused(InvalidRecord, "record.invalid", value=row, limit=(0, "row")):
        BankRepayment(contract="HT-1", on=date(2024, 1, 15), principal=ZERO, interest=ZERO, row=row)


def test_a_rate_is_a_fraction():
    with refused(InvalidRecord, "record.invalid", value=Decimal(-1), limit=(3, "annual_rate")):
        BankLoan(
            contract="HT-1",
            principal=cny(1),
            disbursed_on=date(2024, 1, 15),
            outstanding=cny(1),
            annual_rate=Decimal(-1),
            row=3,
        )


def test_every_column_has_a_chinese_header_of_its_own():
    assert len({field.zh for field in BankField}) == len(BankField)


@pytest.mark.parametrize("amount", [7, None, "1"])
def test_an_amount_is_money(amount):
    with refused(InvalidRecord, "record.invalid", value=amount, limit=(0, "repaid_interest")):
        BankRepayment(contract="HT-1", on=date(2024, 1, 15), principal=ZERO, interest=amount)
