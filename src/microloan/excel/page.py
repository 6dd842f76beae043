"""表页: what one sheet of a workbook says, whatever program draws it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from microloan.naming import refused_terms
from microloan.table.cell import as_printed, worded
from microloan.table.kind import ColumnKind, Language

Progress: TypeAlias = Callable[[Iterable[Sequence[object]]], Iterable[Sequence[object]]]
"""What shows how far it is by wrapping the rows, such as ``tqdm``."""

MOST_ROWS: Final = 1_000_000
"""Rows of one sheet; a sheet of Excel has 1,048,576 with title and totals."""
_MOST_NAME: Final = 31
_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_WIDE: Final = frozenset({"W", "F", "A"})
_LEAST, _MOST_WIDTH, _AIR = 6, 36, 2
_RATE_WIDTH: Final = len("33.3333%")
_DATE_WIDTH: Final = len("2024-06-30")


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column as the form prints it, and what stands below.

    Args:
        text: the header.
        kind: what the cells hold; money is whole fen.
    """

    text: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class OwnKind:
    """A cell of another kind than its column, such as a count of loans among amounts.

    Args:
        cell: the cell.
        kind: what it holds.
    """

    cell: object
    kind: ColumnKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet: a title, notes such as the unit, a table, its totals, and who signs below.

    Args:
        name: the name on the tab.
        title: the title above the table.
        notes: lines below the title, such as the period and the unit.
        headings: the columns.
        rows: the cells as :class:`~microloan.table.Table` has them: money in whole fen.
        totals: the cells of the last row 合计; empty where there are none.
        below: lines below the table, such as an amount in capitals.
        signatures: who signs; empty where nobody does.
        keys: how many columns from the left name a row; they stay in sight and on every page.
        language: the language of the words in cells.

    Raises:
        InvalidTerms: too many rows for a sheet, or a row of another length.
    """

    name: str
    title: str
    headings: tuple[Heading, ...]
    rows: Sequence[Sequence[object]]
    notes: tuple[str, ...] = ()
    totals: tuple[object, ...] = ()
    below: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    keys: int = 1
    language: Language = Language.ZH

    def __post_init__(self) -> None:
        """Refuse what no sheet could show."""
        if len(self.rows) > MOST_ROWS:
            raise refused_terms(
                "the rows of a sheet", "工作表行数", len(self.rows), f"{MOST_ROWS} at most"
            )
        wanted = len(self.headings)
        for row in (*self.rows, *([self.totals] if self.totals else [])):
            if len(row) != wanted:
                raise refused_terms("a row of a sheet", "工作表行", len(row), f"{wanted} cells")

    def widths(self) -> list[int]:
        """Return how wide each column has to be, in characters of the Latin alphabet."""
        rows = [*self.rows, self.totals] if self.totals else self.rows
        columns = zip(*rows, strict=True) if rows else ((),) * len(self.headings)
        return [
            min(max(_of_heading(heading), self._of_cells(heading.kind, cells), _LEAST), _MOST_WIDTH)
            + _AIR
            for heading, cells in zip(self.headings, columns, strict=True)
        ]

    def _of_cells(self, kind: ColumnKind, cells: Sequence[object]) -> int:
        known = [cell for cell in cells if cell is not None and cell != ""]
        own = [cell for cell in known if isinstance(cell, OwnKind)]
        if own:
            plain = [cell for cell in known if not isinstance(cell, OwnKind)]
            of_own = [self._of_cells(one.kind, [one.cell]) for one in own]
            return max(self._of_cells(kind, plain), *of_own)
        return _width(known, kind, self.language) if known else 0


def display_width(text: str) -> int:
    """Return how many Latin characters wide a text is: a Chinese one counts for two.

    >>> display_width("本金 principal")
    14
    """
    if text.isascii():
        return len(text)
    return len(text) + sum(unicodedata.east_asian_width(sign) in _WIDE for sign in text)


def spoken(cell: object, kind: ColumnKind, language: Language = Language.ZH) -> str:
    """Return a cell of words as a form says it.

    >>> spoken(True, ColumnKind.FLAG), spoken(("A", "B"), ColumnKind.TEXT)
    ('是', 'A、B')
    """
    if kind is ColumnKind.FLAG:
        return as_printed(cell, kind, language)
    if isinstance(cell, tuple) and all(isinstance(each, str) for each in cell):
        return "、".join(map(str, cell))
    return worded(cell, language)


def tab_name(text: str, taken: Iterable[str]) -> str:
    """Return a text as the name of a tab: short, without what no tab may hold, and not taken.

    >>> tab_name("2024/06 月报", ["2024-06 月报"])
    '2024-06 月报 2'
    """
    plain = _NOT_IN_A_NAME.sub("-", text).strip("' ") or "表"
    name, number, used = plain[:_MOST_NAME], 1, {each.casefold() for each in taken}
    while name.casefold() in used:
        number += 1
        name = f"{plain[: _MOST_NAME - 1 - len(str(number))]} {number}"
    return name


def _of_heading(heading: Heading) -> int:
    """Return the width of a header, which may stand in two lines."""
    return (display_width(heading.text) + 1) // 2


def _width(known: Sequence[object], kind: ColumnKind, language: Language) -> int:
    """Return how wide the widest of some cells is; none of them is empty."""
    match kind:
        case ColumnKind.DATE:
            return _DATE_WIDTH
        case ColumnKind.RATE:
            return _RATE_WIDTH
        case ColumnKind.MONEY:
            amounts = [abs(cell) for cell in known if isinstance(cell, int)]
            return len(f"-{max(amounts, default=0) // 100:,}.00")
        case ColumnKind.TEXT | ColumnKind.FLAG:
            return max(display_width(spoken(cell, kind, language)) for cell in known)
        case _:
            return max(len(str(cell)) for cell in known)
