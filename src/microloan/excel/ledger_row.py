"""台账行: the cells of one row, read by column; what cannot be read is kept as a fault."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final, TypeVar

from microloan.errors import MicroloanError
from microloan.errors.personal import hidden
from microloan.excel.cell_fault import WHOLE_ROW, CellFault
from microloan.excel.ledger_columns import PERSON_COLUMNS
from microloan.excel.ledger_sheet import LedgerSheet
from microloan.excel.typed_cell import (
    LEAST_BARE_SHARE,
    RawCell,
    UnreadCell,
    is_blank,
    plain_text,
    read_count,
    read_day,
    read_fen,
    read_rate,
    read_text,
)
from microloan.id_number import as_eighteen, id_number_fault

T = TypeVar("T")
M = TypeVar("M", bound=Enum)
_ID_NUMBER: Final = "id_number"
_PEOPLE: Final = {column.name: column.header for column in PERSON_COLUMNS}


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of a ledger; every fault that is met is kept, and reading goes on.

    Args:
        sheet: the ledger it stands in.
        number: the row as the spreadsheet numbers it.
        cells: its cells.
        faults: what was wrong so far.
    """

    sheet: LedgerSheet
    number: int
    cells: Sequence[RawCell]
    faults: list[CellFault] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Tell whether the row has a cell of this column that is not empty."""
        return not is_blank(self._cell(name))

    def _cell(self, name: str) -> RawCell:
        at = self.sheet.columns.get(name)
        return self.cells[at] if at is not None and at < len(self.cells) else ""

    def text(self, name: str, absent: str | None = None) -> str:
        """Return a text; ``absent`` where the cell is empty, and a fault where that is ``None``."""
        return self._read(name, read_text, absent, "")

    def day(self, name: str, absent: date | None = None) -> date:
        """Return a day; see :meth:`text`."""
        return self._read(name, read_day, absent, date.max)

    def fen(self, name: str, absent: int | None = None) -> int:
        """Return an amount in fen, at least nothing; see :meth:`text`."""
        worth = self._read(name, read_fen, absent, 0)
        if worth < 0:
            self.fault(
                "cell.negative",
                "the amount is below 0.00; what was undone is a reversal",
                "金额为负；冲正须单独列为流水",
                name,
            )
        return worth

    def count(self, name: str, absent: int | None = None) -> int:
        """Return a whole number; see :meth:`text`."""
        return self._read(name, read_count, absent, 0)

    def rate(self, name: str, absent: Decimal | None = None) -> Decimal:
        """Return a rate as a fraction; see :meth:`text`."""
        return self._read(name, read_rate, absent, Decimal(0))

    def share(self, name: str, absent: Decimal | None = None) -> Decimal:
        """Return a share of a whole as a fraction; see :meth:`text`."""
        return self._read(
            name, lambda cell: read_rate(cell, bare_from=LEAST_BARE_SHARE), absent, Decimal(0)
        )

    def word(self, name: str, words: Mapping[str, M], absent: M | None = None) -> M:
        """Return a member of a closed set by any of its words; see :meth:`text`."""
        return self._read(
            name, lambda cell: _known(cell, words), absent, next(iter(words.values()))
        )

    def read(self, name: str, how: Callable[[str], T]) -> T | None:
        """Return what a text of several parts says; ``None`` where the cell is empty."""

        def parse(cell: RawCell) -> T:
            try:
                return how(plain_text(read_text(cell)))
            except (ValueError, KeyError, ArithmeticError, MicroloanError):
                raise UnreadCell(
                    "cell.not_readable",
                    "the cell is not written as this column is; see an exported ledger",
                    "内容格式有误，写法请参照导出的台账",
                ) from None

        cell = self._cell(name)
        if is_blank(cell):
            return None
        try:
            return parse(cell)
        except UnreadCell as wrong:
            self.fault(wrong.code, str(wrong), wrong.zh, name)
            return None

    def people(self) -> dict[str, str]:
        """Return who borrowed, by the Chinese header of the column; an ID number is looked at.

        A number cell, or a number that cannot be a citizen's, is a fault.
        """
        found = {header: self.text(name, "") for name, header in _PEOPLE.items() if self.has(name)}
        text = found.get(_PEOPLE[_ID_NUMBER], "")
        if text and (wrong := id_number_fault(as_eighteen(plain_text(text)))) is not None:
            self.fault(
                "cell.id_number",
                f"no citizen's number: {wrong.value}",
                f"证件号码有误：{wrong.zh}",
                _ID_NUMBER,
            )
        return found

    def _read(self, name: str, how: Callable[[RawCell], T], absent: T | None, instead: T) -> T:
        """Return what a cell says; ``instead`` where it cannot be read, which becomes a fault."""
        cell = self._cell(name)
        if is_blank(cell):
            if absent is not None:
                return absent
            self.fault(
                "cell.missing",
                "the cell is empty; perhaps a formula that was never computed",
                "单元格为空，可能是未计算的公式",
                name,
            )
            return instead
        try:
            return how(cell)
        except UnreadCell as wrong:
            self.fault(wrong.code, str(wrong), wrong.zh, name)
            return instead

    def fault(self, code: str, sentence: str, zh: str, name: str = "") -> None:
        """Keep a fault of a column, or of the whole row; a column with one is not blamed again."""
        at = self.sheet.columns.get(name, WHOLE_ROW)
        if any(known.at == at != WHOLE_ROW for known in self.faults):
            return
        self.faults.append(
            CellFault(
                sheet=self.sheet.raw.name,
                row=self.number,
                at=at,
                column=self.sheet.header(name) if name else "",
                code=code,
                sentence=hidden(sentence),
                zh=hidden(zh),
            )
        )

    def refused(self, refusal: MicroloanError, name: str = "") -> None:
        """Keep the refusal of a loan or an entry as a fault of the row."""
        self.fault(refusal.code, str(refusal), refusal.zh, name)


def _known(cell: RawCell, words: Mapping[str, M]) -> M:
    text = plain_text(read_text(cell))
    if text not in words:
        shown = "、".join(words)
        raise UnreadCell(
            "cell.unknown_word",
            f"the word is not known; known are {shown}",
            f"未知取值，可用：{shown}",
        )
    return words[text]
