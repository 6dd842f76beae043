"""A table on a terminal: columns aligned, a Chinese character two places wide."""

from collections.abc import Sequence
from typing import Final

from microloan.explain import pad, width
from microloan.table.cell import as_printed
from microloan.table.column import Column
from microloan.table.kind import ColumnKind, Language

_GAP: Final = "  "
_LEFT: Final = {ColumnKind.TEXT, ColumnKind.DATE, ColumnKind.FLAG}


def text_of(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[object, ...]],
    language: Language,
    most: int | None,
) -> str:
    """Return a table as aligned lines: title, headings, a rule, one line for each row.

    Args:
        title: the first line.
        columns: the columns.
        rows: the raw values.
        language: the language of headings and words.
        most: how many rows at most; absent, all of them.
    """
    shown = rows if most is None else rows[:most]
    cells = [[column.label(language) for column in columns]]
    cells += [_printed_row(columns, row, language) for row in shown]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    kinds = [column.kind for column in columns]
    heading, *lines = (_line(row, kinds, widths) for row in cells)
    rule = "-" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    rest = [left_out(len(rows) - len(shown), language)] if len(shown) < len(rows) else []
    return "\n".join([title, heading, rule, *lines, *rest])


def card_text(
    title: str, columns: Sequence[Column], row: tuple[object, ...], language: Language
) -> str:
    """Return one record as aligned lines: the title, then a label and a value on each."""
    labels = [column.label(language) for column in columns]
    values = _printed_row(columns, row, language)
    figures = [
        text for text, column in zip(values, columns, strict=True) if column.kind not in _LEFT
    ]
    longest, widest = max(map(width, labels)), max(map(width, figures), default=0)
    lines = (
        pad(label, longest) + _GAP + (text if column.kind in _LEFT else _right(text, widest))
        for label, text, column in zip(labels, values, columns, strict=True)
    )
    return "\n".join([title, *(line.rstrip() for line in lines)])


def left_out(rows: int, language: Language) -> str:
    """Return the line that says how many rows are not shown.

    >>> left_out(340, Language.ZH), left_out(1340, Language.EN)
    ('… 余 340 行', '… 1,340 more rows')
    """
    return f"… 余 {rows:,} 行" if language is Language.ZH else f"… {rows:,} more rows"


def _printed_row(
    columns: Sequence[Column], row: tuple[object, ...], language: Language
) -> list[str]:
    pairs = zip(columns, row, strict=True)
    return [as_printed(cell, column.kind, language) for column, cell in pairs]


def _line(row: Sequence[str], kinds: Sequence[ColumnKind], widths: Sequence[int]) -> str:
    cells = (
        pad(text, wide) if kind in _LEFT else _right(text, wide)
        for text, kind, wide in zip(row, kinds, widths, strict=True)
    )
    return _GAP.join(cells).rstrip()


def _right(text: str, columns: int) -> str:
    return " " * (columns - width(text)) + text
