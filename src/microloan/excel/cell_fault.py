"""单元格差错: what is wrong with one cell or row of an imported ledger, and where it stands."""

from dataclasses import dataclass

_LETTERS = 26
WHOLE_ROW = -1
"""The column of a fault that is about a row as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFault:
    """差错: what cannot be read, or cannot be, in one cell of a ledger.

    Args:
        sheet: the sheet; of a csv file, its name.
        row: the row as the spreadsheet numbers it, from 1.
        at: the place of the column, from 0; -1 where the whole row is meant.
        column: its header; empty where the whole row is meant.
        code: what is wrong, stable over versions: ``"cell.not_a_day"``. Where a loan or an entry
            refuses to be made, it is the code of that refusal.
        sentence: what is wrong and what is wanted, in English.
        zh: the same in Chinese.
    """

    sheet: str
    row: int
    at: int
    column: str
    code: str
    sentence: str
    zh: str

    @property
    def place(self) -> str:
        """Return the cell as a spreadsheet names it; of a whole row, its number.

        >>> CellFault(
        ...     sheet="贷款台账", row=12, at=27, column="到期日", code="cell.not_a_day",
        ...     sentence="", zh="",
        ... ).place
        '贷款台账!AB12'
        """
        return f"{self.sheet}!{column_letters(self.at)}{self.row}"

    def __str__(self) -> str:
        """Return the fault on one line."""
        column = f"{self.column}: " if self.column else ""
        return f"{self.place} {column}{self.sentence} [{self.code}]"

    def in_chinese(self) -> str:
        """Return the fault on one line in Chinese."""
        column = f"“{self.column}”" if self.column else ""
        return f"{self.place} {column}{self.zh} [{self.code}]"


def column_letters(at: int) -> str:
    """Return the letters of a column, counted from 0; of a whole row none.

    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(-1)
    ('A', 'Z', 'AA', '')
    """
    letters = ""
    while at >= 0:
        at, place = divmod(at, _LETTERS)
        letters = chr(ord("A") + place) + letters
        at -= 1
    return letters
