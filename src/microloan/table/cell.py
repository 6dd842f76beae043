"""One cell: as it is printed for a person, and as it leaves the house in a row."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final, assert_never

from microloan.money import from_fen, show
from microloan.rate import show_rate
from microloan.table.kind import ColumnKind, Language, MoneyAs
from microloan.table.label import word_of

Cell = str | int | Decimal | date | bool | None
"""What a cell is once it has left the house."""

_FLAGS: Final = {
    Language.EN: {True: "yes", False: "no"},
    Language.ZH: {True: "是", False: "否"},
}
_JOINED_BY: Final = {Language.EN: ", ", Language.ZH: "、"}


def exported(
    cells: list[Any], kind: ColumnKind, money_as: MoneyAs, language: Language
) -> list[Cell]:
    """Return the cells of one column as they leave the house; an empty one stays empty.

    >>> exported([786302, None], ColumnKind.MONEY, MoneyAs.DECIMAL, Language.EN)
    [Decimal('7863.02'), None]
    """
    if kind is ColumnKind.MONEY and money_as is MoneyAs.DECIMAL:
        return [None if worth is None else from_fen(worth).amount for worth in cells]
    if kind is ColumnKind.TEXT:
        return [None if cell is None else worded(cell, language) for cell in cells]
    return cells


def as_printed(cell: Any, kind: ColumnKind, language: Language) -> str:  # noqa: ANN401 — as the kind says
    """Return a cell as a person reads it; an empty one is an empty text.

    >>> as_printed(786302, ColumnKind.MONEY, Language.ZH)
    '7,863.02'
    """
    if cell is None:
        return ""
    match kind:
        case ColumnKind.TEXT:
            return _on_one_line(worded(cell, language))
        case ColumnKind.MONEY:
            return show(from_fen(cell))
        case ColumnKind.RATE:
            return show_rate(cell)
        case ColumnKind.FLAG:
            return _FLAGS[language][cell]
        case ColumnKind.COUNT | ColumnKind.MULTIPLE | ColumnKind.DATE:
            return str(cell)
    assert_never(kind)


def worded(cell: object, language: Language) -> str:
    """Return the text of a cell; a member of a closed set is told in the language."""
    if isinstance(cell, Enum):
        return word_of(cell, language)
    if isinstance(cell, tuple):
        return _JOINED_BY[language].join(word_of(each, language) for each in cell)
    return str(cell)


def _on_one_line(text: str) -> str:
    """Return a text without what would break a line or steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
