"""银行清单: the rows of a bank's list of loans and of repayments, one record each."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from microloan.errors import InvalidRecord, MicroloanError
from microloan.errors.personal import quoted, told
from microloan.money import ZERO, Money, fen, show
from microloan.naming import identity, person_id
from microloan.periods import plain_date
from microloan.rate import exact_rate, show_rate
from microloan.table import columns_of


class BankField(Enum):
    """A column of a bank's list, or the row as a whole."""

    ROW = "row"
    """整行."""
    CONTRACT = "contract"
    BORROWER = "borrower"
    LENDER = "lender"
    PRINCIPAL = "principal"
    ANNUAL_RATE = "annual_rate"
    DISBURSED_ON = "disbursed_on"
    MATURES_ON = "matures_on"
    OUTSTANDING = "outstanding"
    ON = "on"
    REPAID_PRINCIPAL = "repaid_principal"
    REPAID_INTEREST = "repaid_interest"
    REPAID_CHARGES = "repaid_charges"
    AMOUNT = "amount"
    REF = "ref"
    TIMES = "times"

    @property
    def zh(self) -> str:
        """Return the column's Chinese header."""
        return _ZH[self]


_ZH: Final = {
    BankField.ROW: "整行",
    BankField.CONTRACT: "贷款合同编号",
    BankField.BORROWER: "借款人",
    BankField.LENDER: "放贷银行",
    BankField.PRINCIPAL: "放贷金额",
    BankField.ANNUAL_RATE: "实际利率",
    BankField.DISBURSED_ON: "放贷日",
    BankField.MATURES_ON: "到期日",
    BankField.OUTSTANDING: "贷款余额",
    BankField.ON: "实还日期",
    BankField.REPAID_PRINCIPAL: "实还本金",
    BankField.REPAID_INTEREST: "实还利息",
    BankField.REPAID_CHARGES: "实还罚息及费用",
    BankField.AMOUNT: "实还金额",
    BankField.REF: "还款流水",
    BankField.TIMES: "次数",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLoan:
    """银行贷款清单, one row: a loan as the bank states it on a day.

    Args:
        contract: the contract number.
        principal: the amount of the contract, in yuan.
        disbursed_on: the day it was first paid out.
        outstanding: principal owed on the day of the list, in yuan.
        borrower: who owes; empty where the list does not say.
        lender: the bank; empty where the list is one bank's own.
        annual_rate: the yearly rate as a fraction; ``None`` where the list does not say.
        matures_on: the day it matures; ``None`` where the list does not say.
        row: the number of the row in the list; 0 where rows have none.

    Raises:
        InvalidRecord: a cell that cannot be read, named by row and column.

    >>> from microloan.money import cny
    >>> BankLoan(contract="HT-1", principal=cny(1), disbursed_on=date(2024, 1, 2), outstanding=7)
    Traceback (most recent call last):
        ...
    microloan.errors.record.InvalidRecord: row 0, outstanding: 7 is not an amount in yuan
    """

    contract: str
    principal: Money
    disbursed_on: date
    outstanding: Money
    borrower: str = field(default="", repr=False)
    lender: str = ""
    annual_rate: Decimal | None = None
    matures_on: date | None = None
    row: int = 0

    COLUMNS = columns_of(
        "row contract borrower lender principal=principal annual_rate disbursed_on matures_on",
        "outstanding=outstanding",
    )

    def __post_init__(self) -> None:
        """Refuse a cell that could not be read."""
        _row_number(self.row)
        _name(self.contract, self.row, BankField.CONTRACT)
        for amount, column in (
            (self.principal, BankField.PRINCIPAL),
            (self.outstanding, BankField.OUTSTANDING),
        ):
            _amount(amount, self.row, column)
        _day(self.disbursed_on, self.row, BankField.DISBURSED_ON)
        for name, column in (
            (self.borrower, BankField.BORROWER),
            (self.lender, BankField.LENDER),
        ):
            if name != "":
                _name(name, self.row, column)
        if self.annual_rate is not None:
            _rate(self.annual_rate, self.row)
        if self.matures_on is not None:
            _day(self.matures_on, self.row, BankField.MATURES_ON)

    def stated(self) -> dict[BankField, str]:
        """Return what the row states, as it is printed; what it leaves open is not in it."""
        cells = {
            BankField.BORROWER: self.borrower,
            BankField.LENDER: self.lender,
            BankField.PRINCIPAL: show(self.principal),
            BankField.ANNUAL_RATE: "" if self.annual_rate is None else show_rate(self.annual_rate),
            BankField.DISBURSED_ON: str(self.disbursed_on),
            BankField.MATURES_ON: "" if self.matures_on is None else str(self.matures_on),
            BankField.OUTSTANDING: show(self.outstanding),
        }
        return {field: text for field, text in cells.items() if text}


@dataclass(frozen=True, slots=True, kw_only=True)
class BankRepayment:
    """银行还款明细, one row: money that the bank booked on a loan, whoever paid it.

    Args:
        contract: the contract number.
        on: the day.
        principal: principal repaid, in yuan.
        interest: contract interest paid, in yuan.
        charges: penalty, compound interest and costs paid, in yuan.
        ref: the receipt; empty where the list does not say.
        row: the number of the row in the list; 0 where rows have none.

    Raises:
        InvalidRecord: a cell that cannot be read, named by row and column.
    """

    contract: str
    on: date
    principal: Money
    interest: Money
    charges: Money = ZERO
    ref: str = ""
    row: int = 0

    COLUMNS = columns_of(
        "row contract on principal=principal interest=interest charges=charges ref"
    )

    def __post_init__(self) -> None:
        """Refuse a cell that could not be read."""
        _row_number(self.row)
        _name(self.contract, self.row, BankField.CONTRACT)
        _day(self.on, self.row, BankField.ON)
        for amount, column in (
            (self.principal, BankField.REPAID_PRINCIPAL),
            (self.interest, BankField.REPAID_INTEREST),
            (self.charges, BankField.REPAID_CHARGES),
        ):
            _amount(amount, self.row, column)
        if self.ref != "":
            _name(self.ref, self.row, BankField.REF)

    @property
    def amount_fen(self) -> int:
        """Return all the money, in fen."""
        return fen(self.principal) + fen(self.interest) + fen(self.charges)

    def stated(self) -> dict[BankField, str]:
        """Return what the row states of the day and the parts, as it is printed."""
        return {
            BankField.ON: str(self.on),
            BankField.REPAID_PRINCIPAL: show(self.principal),
            BankField.REPAID_INTEREST: show(self.interest),
            BankField.REPAID_CHARGES: show(self.charges),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableRow:
    """无法读取的行: a row of a bank's list of which a cell is missing or cannot be read.

    Args:
        row: its number in the list.
        field: the column.
        fault: what is wrong with the cell.
        fault_zh: the same in Chinese.
    """

    row: int
    field: BankField
    fault: str
    fault_zh: str

    COLUMNS = columns_of("row field fault fault_zh")


def refused_cell(row: int, field: BankField, value: object, wanted: str, zh: str) -> InvalidRecord:
    """Return the refusal of a cell, with its row and column."""
    return InvalidRecord(
        f"row {row}, {field.value}: {quoted(value)} is not {wanted}",
        zh=f"第 {row} 行“{field.zh}”：{quoted(value)} 不是{zh}",
        value=told(value),
        limit=(row, field.value),
    )


def _row_number(row: int) -> None:
    if type(row) is not int or row < 0:
        raise refused_cell(0, BankField.ROW, row, "the number of a row", "行号")


def _name(given: str, row: int, field: BankField) -> None:
    try:
        check = person_id if field is BankField.BORROWER else identity
        check(given, field.value)
    except MicroloanError:
        raise refused_cell(row, field, given, "a printable name or number", "可用编号") from None


def _day(given: date, row: int, field: BankField) -> None:
    try:
        plain_date(given, field.value)
    except MicroloanError:
        raise refused_cell(row, field, given, "a day of 1990-2100", "有效日期") from None


def _amount(given: Money, row: int, field: BankField) -> None:
    try:
        below = fen(given) < 0
    except MicroloanError:
        raise refused_cell(row, field, given, "an amount in yuan", "人民币金额") from None
    if below:
        raise refused_cell(row, field, show(given), "at least 0.00", "零以上的金额")


def _rate(given: Decimal, row: int) -> None:
    try:
        exact_rate(given)
    except MicroloanError:
        raise refused_cell(
            row, BankField.ANNUAL_RATE, given, "a rate as a fraction", "利率"
        ) from None
