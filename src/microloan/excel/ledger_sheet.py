"""台账表头: where in a sheet the header stands, what each column is, and which rows are no rows."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from microloan.excel.cell_fault import WHOLE_ROW, CellFault
from microloan.excel.ledger_columns import (
    ENTRY_COLUMNS,
    LOAN_COLUMNS,
    PERSON_COLUMNS,
    LedgerColumn,
)
from microloan.excel.raw_sheet import RawSheet
from microloan.excel.typed_cell import RawCell, is_blank, plain_text
from microloan.table.kind import ColumnKind

_SEARCHED: Final = 20
"""Rows from the top in which the header may stand."""
_IN_BRACKETS: Final = re.compile(r"[(\[（【].*?[)\]）】]")
_BLANKS: Final = re.compile(r"[\s*:：]+")
_UNITS: Final = "(万元|千元|百元|亿元|分([)）]|$))"
_OTHER_UNIT: Final = re.compile(rf"((单位|金额|币种)[:：]?(人民币)?|^人民币|^|[(（].*){_UNITS}")
"""A note 单位：万元 above the header, or (万元) in it."""
_UNIT_BELOW: Final = re.compile(rf"(注[:：]?)?[(（]?(金额)?(单位|金额)[:：]?(人民币)?{_UNITS}.*")
_SUM: Final = re.compile(r"(本页|本季|本年|本月|全部|累计)?(合计|小计|总计|累计|共计)")
_REMARK: Final = re.compile(
    r"(制表|复核|审核|负责|经办|填表|填报|审批|主管|备注|附注|说明|注|单位|日期|截至|以下空白)"
)
_FEW: Final = 3


class LedgerKind(Enum):
    """Which of the two ledgers a sheet is."""

    LOANS = "loans"
    """贷款台账."""
    ENTRIES = "entries"
    """还款台账."""


_COLUMNS: Final = {
    LedgerKind.LOANS: (*LOAN_COLUMNS, *PERSON_COLUMNS),
    LedgerKind.ENTRIES: (*ENTRY_COLUMNS, *PERSON_COLUMNS),
}
_TELLING: Final = {
    LedgerKind.LOANS: ({"loan_id"}, {"principal", "disbursed_on"}),
    LedgerKind.ENTRIES: ({"loan_id"}, {"on"}),
}
"""What every ledger of the kind has, and of what it has at least one."""


class SkippedBecause(Enum):
    """Why a row or a sheet was not read."""

    SUM = "sum"
    """合计行: a row of totals."""
    REMARK = "remark"
    """说明行: a remark, a unit, a signature, or the header again on another printed page."""
    NO_LEDGER = "no_ledger"
    """非台账: a sheet without the header of a ledger."""

    @property
    def zh(self) -> str:
        """Return the reason in Chinese."""
        return {"sum": "合计行", "remark": "说明行", "no_ledger": "非台账"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """跳过: a row, or a whole sheet, that was not read, and why.

    Args:
        sheet: the sheet.
        row: the row, from 1; 0 for the whole sheet.
        because: why.
    """

    sheet: str
    row: int
    because: SkippedBecause


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSheet:
    """A sheet that is a ledger: its header, its columns by name, and what is wrong with them.

    Args:
        raw: the sheet.
        kind: which ledger it is.
        head: the row of the header, from 0.
        columns: the place of each column, from 0, by its name in the code.
        faults: columns twice, or in another unit.
    """

    raw: RawSheet
    kind: LedgerKind
    head: int
    columns: dict[str, int]
    faults: tuple[CellFault, ...]

    def header(self, name: str) -> str:
        """Return the header of a column as the sheet has it; where it has none, as we write it."""
        if name in self.columns:
            return str(self.raw.rows[self.head][self.columns[name]]).strip()
        return next(each.header for each in _COLUMNS[self.kind] if each.name == name)

    def missing(self, name: str) -> CellFault:
        """Return the fault of a column that has to be there."""
        header = self.header(name)
        return CellFault(
            sheet=self.raw.name,
            row=self.head + 1,
            at=WHOLE_ROW,
            column=header,
            code="sheet.column_missing",
            sentence=f"the column {header} ({name}) is missing",
            zh=f"缺少“{header}”列",
        )

    def body(self) -> Iterator[tuple[int, Sequence[RawCell] | Skipped]]:
        """Yield each row below the header with its number; empty rows are passed over."""
        for number, cells in enumerate(self.raw.rows[self.head + 1 :], start=self.head + 2):
            filled = [cell for cell in cells if not (isinstance(cell, str) and not cell.strip())]
            if not filled:
                continue
            because = self._no_row(cells, filled)
            if because is None:
                yield number, cells
            else:
                yield number, Skipped(sheet=self.raw.name, row=number, because=because)

    def _no_row(self, cells: Sequence[RawCell], filled: Sequence[RawCell]) -> SkippedBecause | None:
        texts = [_bare(cell) for cell in cells[: _FEW + 1] if isinstance(cell, str)]
        at = self.columns["loan_id"]
        named = at < len(cells) and not is_blank(cells[at]) and not is_sum(cells[at])
        if not named and any(map(_SUM.fullmatch, texts)):
            return SkippedBecause.SUM
        if named and cells[at] == self.raw.rows[self.head][at]:
            return SkippedBecause.REMARK
        first = filled[0]
        if len(filled) > _FEW or not isinstance(first, str) or not _REMARK.match(_bare(first)):
            return None
        return None if named and self._has_figures(cells) else SkippedBecause.REMARK

    def _has_figures(self, cells: Sequence[RawCell]) -> bool:
        """Tell whether a row has what no remark has: a day and an amount, each in its column."""
        days, amounts = (
            [column.name for column in _COLUMNS[self.kind] if column.kind is kind]
            for kind in (ColumnKind.DATE, ColumnKind.MONEY)
        )
        return all(
            any(
                (at := self.columns.get(name, len(cells))) < len(cells) and not is_blank(cells[at])
                for name in names
            )
            for names in (days, amounts)
        )


def find_ledger(raw: RawSheet) -> LedgerSheet | Skipped:
    """Return a sheet as the ledger its header says it is, or that it is none.

    The header is the row among the first twenty in which most headers are known.
    """
    best: tuple[int, int, LedgerKind] | None = None
    for kind in LedgerKind:
        known = _by_header(_COLUMNS[kind])
        for row, cells in enumerate(raw.rows[:_SEARCHED]):
            names = {known[text] for cell in cells if (text := _bare(cell)) in known}
            always, any_of = _TELLING[kind]
            if always <= names and any_of & names and (best is None or len(names) > best[0]):
                best = len(names), row, kind
    if best is None:
        return Skipped(sheet=raw.name, row=0, because=SkippedBecause.NO_LEDGER)
    _, head, kind = best
    return _ledger(raw, kind, head)


def _ledger(raw: RawSheet, kind: LedgerKind, head: int) -> LedgerSheet:
    known, columns, faults = _by_header(_COLUMNS[kind]), dict[str, int](), []
    own = {column.name: _bare(column.header) for column in _COLUMNS[kind]}
    cells = raw.rows[head]
    names = [known.get(_bare(cell), "") for cell in cells]
    exact = Counter(
        name for name, cell in zip(names, cells, strict=True) if _bare(cell) == own.get(name)
    )
    for at, (name, cell) in enumerate(zip(names, cells, strict=True)):
        if not name or (exact[name] and _bare(cell) != own[name]):
            continue
        if name in columns:
            faults.append(_head_fault(raw, head, at, "sheet.column_twice"))
        columns.setdefault(name, at)
    amounts = {each.name for each in _COLUMNS[kind] if each.kind is ColumnKind.MONEY}
    below = raw.rows[head + 1 :][-_SEARCHED:]
    noted = any(_UNIT_BELOW.fullmatch(_BLANKS.sub("", str(cell))) for row in below for cell in row)
    above = [_BLANKS.sub("", str(cell)) for row in raw.rows[:head] for cell in row]
    for name, at in columns.items():
        if name in amounts and (noted or any(map(_OTHER_UNIT.search, (*above, str(cells[at]))))):
            faults.append(_head_fault(raw, head, at, "sheet.other_unit"))
    return LedgerSheet(raw=raw, kind=kind, head=head, columns=columns, faults=tuple(faults))


_HEAD_FAULTS: Final = {
    "sheet.column_twice": ("the column stands here a second time", "该列重复出现"),
    "sheet.other_unit": (
        "amounts are not in yuan; convert them to yuan and say so in the header",
        "金额单位不是元，请换算为元后导入",
    ),
}


def _head_fault(raw: RawSheet, head: int, at: int, code: str) -> CellFault:
    sentence, zh = _HEAD_FAULTS[code]
    return CellFault(
        sheet=raw.name,
        row=head + 1,
        at=at,
        column=str(raw.rows[head][at]).strip(),
        code=code,
        sentence=sentence,
        zh=zh,
    )


def _by_header(columns: Sequence[LedgerColumn]) -> dict[str, str]:
    """Return the name of each column by every header it goes by."""
    return {
        _bare(header): column.name
        for column in columns
        for header in (column.header, *column.aliases)
    }


def _bare(cell: RawCell) -> str:
    """Return a header without blanks, marks and what stands in brackets, such as a unit."""
    if not isinstance(cell, str):
        return ""
    return _BLANKS.sub("", _IN_BRACKETS.sub("", unicodedata.normalize("NFKC", cell)))


def is_sum(cell: RawCell) -> bool:
    """Tell whether a cell says that its row holds totals.

    >>> is_sum("小 计："), is_sum("HT-1")
    (True, False)
    """
    return isinstance(cell, str) and _SUM.fullmatch(_bare(plain_text(cell))) is not None
