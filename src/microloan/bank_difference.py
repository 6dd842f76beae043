"""对账差异: one thing in which the bank's list and the book do not agree."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from microloan.bank_row import BankField
from microloan.finding import Finding, Severity
from microloan.table import columns_of


class BankDifferenceKind(Enum):
    """How the bank's list and the book differ."""

    MISSING_AT_BANK = "missing_at_bank"
    """The book has it, the bank's list has not."""
    MISSING_IN_BOOK = "missing_in_book"
    """The bank's list has it, the book has not."""
    DIFFERENT = "different"
    """Both have it, and state something else in one column."""
    NEAR = "near"
    """Both have something so like that it is probably one thing: a slip of the pen, a late day."""
    TWICE = "twice"
    """One of them has it more often than the other."""
    UNREADABLE = "unreadable"
    """A row of the list cannot be read; the others are compared."""

    @property
    def zh(self) -> str:
        """Return the kind in Chinese."""
        return _KINDS[self]


class Listed(Enum):
    """What a row of a bank's list is about."""

    LOAN = "loan"
    REPAYMENT = "repayment"
    NEITHER = "row"
    """A row that could not be read."""

    @property
    def zh(self) -> str:
        """Return it in Chinese."""
        return _LISTED[self]


_KINDS: Final = {
    BankDifferenceKind.MISSING_AT_BANK: "银行漏列",
    BankDifferenceKind.MISSING_IN_BOOK: "台账漏记",
    BankDifferenceKind.DIFFERENT: "记载不符",
    BankDifferenceKind.NEAR: "疑似同一笔",
    BankDifferenceKind.TWICE: "次数不符",
    BankDifferenceKind.UNREADABLE: "无法读取",
}
_LISTED: Final = {Listed.LOAN: "贷款", Listed.REPAYMENT: "还款", Listed.NEITHER: "清单行"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BankDifference:
    """对账差异: what differs, with both figures.

    Args:
        kind: how the two differ.
        about: a loan, a repayment, or a row that could not be read.
        subject: the contract number, the book's where the book has one.
        field: the column; :attr:`~microloan.bank_row.BankField.ROW` where all of it is missing.
        book: what the book states; empty where it has nothing.
        bank: what the bank states; empty where its list has nothing.
        row: the row of the bank's list; 0 where it has none.
        fault: of a row that cannot be read, why; empty for the others.
        fault_zh: the same in Chinese.

    >>> print(BankDifference(
    ...     kind=BankDifferenceKind.DIFFERENT, about=Listed.LOAN, subject="HT-1",
    ...     field=BankField.OUTSTANDING, book="90,000.00", bank="100,000.00", row=7,
    ... ))
    HT-1: loan different in outstanding: book 90,000.00, bank 100,000.00 (row 7)
    """

    kind: BankDifferenceKind
    about: Listed
    subject: str
    field: BankField
    book: str
    bank: str
    row: int = 0
    fault: str = ""
    fault_zh: str = ""

    COLUMNS = columns_of(
        "kind about subject field in_book=book at_bank=bank row sentence sentence_zh=zh",
    )

    @property
    def sentence(self) -> str:
        """Return the difference in English, without its subject."""
        if self.kind is BankDifferenceKind.UNREADABLE:
            return self.fault
        where = "" if self.field is BankField.ROW else f" in {self.field.value}"
        how = self.kind.value.replace("_", " ")
        figures = f"book {self.book or 'nothing'}, bank {self.bank or 'nothing'}"
        return f"{self.about.value} {how}{where}: {figures}"

    @property
    def zh(self) -> str:
        """Return the difference in Chinese, without its subject."""
        where = "" if self.field is BankField.ROW else f"（{self.field.zh}）"
        if self.kind is BankDifferenceKind.UNREADABLE:
            return f"{self.about.zh}{self.kind.zh}：{self.fault_zh}"
        figures = f"台账 {self.book or '无'}，银行 {self.bank or '无'}"
        return f"{self.about.zh}{self.kind.zh}{where}：{figures}"

    def __str__(self) -> str:
        """Return the difference on one line."""
        row = f" (row {self.row})" if self.row else ""
        return f"{self.subject}: {self.sentence}{row}"

    @property
    def as_finding(self) -> Finding:
        """Return the difference as a finding, for lists that hold findings of every sort.

        What is near is a question; a difference by itself does not say which side is right, and is
        a fault all the same, since one of them is wrong.
        """
        near = self.kind is BankDifferenceKind.NEAR
        return Finding(
            code=f"reconciliation.{self.kind.value}",
            severity=Severity.QUESTION if near else Severity.FAULT,
            subject=self.subject,
            sentence=self.sentence,
            zh=self.zh,
            figures=(("book", self.book), ("bank", self.bank), ("row", str(self.row))),
            settle_by="compare the contract or the receipt with the bank",
            settle_by_zh="与银行核对合同或回单",
        )
