"""银行对账单: a bank's list as it arrives, cells of text, read row by row; a bad row is kept."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeAlias

from microloan.bank_row import BankField, BankLoan, BankRepayment, UnreadableRow, refused_cell
from microloan.errors import InvalidRecord, MicroloanError
from microloan.money import ZERO, Money, cny
from microloan.naming import refused_terms
from microloan.rate import percent

BankRow: TypeAlias = BankLoan | BankRepayment | UnreadableRow
Headers: TypeAlias = Mapping[BankField, str]
_NO_HEADERS: Final[Headers] = {}
_DAY: Final = re.compile(
    r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})"
    r"|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日?"
    r"|([0-9]{4})([0-9]{2})([0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one row, read by column; the first that cannot be read is refused."""

    row: int
    cells: Mapping[str, object]
    headers: Headers

    @classmethod
    def of(cls, row: int, cells: object, headers: Headers) -> "_Cells":
        if not isinstance(cells, Mapping):
            raise refused_cell(row, BankField.ROW, cells, "a row with named cells", "带列名的行")
        return cls(row, cells, headers)

    def _cell(self, field: BankField) -> object:
        found = self.cells.get(self.headers.get(field, field.zh), "")
        if found is None:
            return ""
        return found.strip() if isinstance(found, str) else found

    def text(self, field: BankField) -> str:
        found = self._cell(field)
        if not isinstance(found, str):
            raise refused_cell(self.row, field, found, "a text", "文本")
        return found

    def has(self, field: BankField) -> bool:
        return self._cell(field) != ""

    def day(self, field: BankField) -> date:
        found = self._cell(field)
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
        form = _DAY.fullmatch(found) if isinstance(found, str) else None
        try:
            if form is not None:
                return date(*(int(part) for part in form.groups() if part and part.isdigit()))
        except ValueError:
            pass
        raise refused_cell(self.row, field, found, "a day like 2024-06-30", "日期")

    def amount(self, field: BankField) -> Money:
        found = self._cell(field)
        if isinstance(found, Money):
            return found
        plain = _grouped(found) if isinstance(found, str) else found
        try:
            if isinstance(plain, int | Decimal | str):
                return cny(plain)
        except MicroloanError:
            pass
        raise refused_cell(self.row, field, found, "an amount in yuan", "金额")

    def rate(self, field: BankField) -> Decimal:
        found = self._cell(field)
        plain = found.removesuffix("%").strip() if isinstance(found, str) else found
        try:
            if isinstance(plain, int | Decimal | str):
                return percent(plain)
        except MicroloanError:
            pass
        raise refused_cell(self.row, field, found, "a rate in percent", "百分比利率")


def _grouped(text: str) -> str:
    """Return an amount without the commas that group its thousands; others stay and are refused."""
    plain = text.replace("，", ",")
    grouped = re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,2})?", plain)
    return plain.replace(",", "") if grouped else plain


def read_bank_loans(
    rows: Iterable[Mapping[str, object]], *, headers: Headers = _NO_HEADERS
) -> tuple[BankLoan | UnreadableRow, ...]:
    """Return a bank's list of loans, row by row, as ``csv.DictReader`` gives it.

    The rate is read in percent, amounts in yuan with or without commas, days as ``2024-06-30``,
    ``2024/6/30``, ``2024.6.30``, ``2024年6月30日`` or, in just eight digits, ``20240630``: what may
    be read in two ways is not read. A row that cannot be read is kept as such.

    Args:
        rows: the rows, each a mapping of column to cell; the first has the number 1.
        headers: the bank's own header of a column, where it is not that of
            :attr:`~microloan.bank_row.BankField.zh`.

    Raises:
        InvalidTerms: no rows at all, such as a text, or headers that are none.

    >>> rows = [{"贷款合同编号": "HT-1", "放贷金额": "100,000", "放贷日": "2024/3/1",
    ...          "贷款余额": "九万", "实际利率": "3.95%"}]
    >>> read_bank_loans(rows)[0].fault
    "row 1, outstanding: '九万' is not an amount in yuan"
    """
    return tuple(
        _loan(number, cells, headers) for number, cells in _numbered(rows, headers=headers)
    )


def read_bank_repayments(
    rows: Iterable[Mapping[str, object]], *, headers: Headers = _NO_HEADERS
) -> tuple[BankRepayment | UnreadableRow, ...]:
    """Return a bank's list of repayments, row by row; see :func:`read_bank_loans`.

    Raises:
        InvalidTerms: as there.
    """
    return tuple(
        _repayment(number, cells, headers) for number, cells in _numbered(rows, headers=headers)
    )


def _numbered(rows: object, *, headers: object) -> list[tuple[int, object]]:
    if isinstance(rows, str | Mapping) or not isinstance(rows, Iterable):
        kind = type(rows).__name__
        raise refused_terms("the bank's list", "银行清单", kind, "several rows with named cells")
    known = isinstance(headers, Mapping) and all(
        isinstance(field, BankField) and isinstance(header, str)
        for field, header in headers.items()
    )
    if not known:
        raise refused_terms("the headers", "列名", headers, "a mapping of BankField to text")
    return list(enumerate(rows, start=1))


def _loan(number: int, given: object, headers: Headers) -> BankLoan | UnreadableRow:
    try:
        cells = _Cells.of(number, given, headers)
        return BankLoan(
            row=number,
            contract=cells.text(BankField.CONTRACT),
            borrower=cells.text(BankField.BORROWER),
            lender=cells.text(BankField.LENDER),
            principal=cells.amount(BankField.PRINCIPAL),
            annual_rate=(
                cells.rate(BankField.ANNUAL_RATE) if cells.has(BankField.ANNUAL_RATE) else None
            ),
            disbursed_on=cells.day(BankField.DISBURSED_ON),
            matures_on=(
                cells.day(BankField.MATURES_ON) if cells.has(BankField.MATURES_ON) else None
            ),
            outstanding=cells.amount(BankField.OUTSTANDING),
        )
    except InvalidRecord as fault:
        return unreadable(number, fault)


def _repayment(number: int, given: object, headers: Headers) -> BankRepayment | UnreadableRow:
    try:
        cells = _Cells.of(number, given, headers)
        charged = cells.has(BankField.REPAID_CHARGES)
        return BankRepayment(
            row=number,
            contract=cells.text(BankField.CONTRACT),
            on=cells.day(BankField.ON),
            principal=cells.amount(BankField.REPAID_PRINCIPAL),
            interest=cells.amount(BankField.REPAID_INTEREST),
            charges=cells.amount(BankField.REPAID_CHARGES) if charged else ZERO,
            ref=cells.text(BankField.REF),
        )
    except InvalidRecord as fault:
        return unreadable(number, fault)


def unreadable(row: int, fault: InvalidRecord) -> UnreadableRow:
    """Return a row that could not be read, with the refusal of its cell."""
    [_, name] = fault.limit if isinstance(fault.limit, tuple) else (row, BankField.ROW.value)
    return UnreadableRow(row=row, field=BankField(name), fault=str(fault), fault_zh=fault.zh)
