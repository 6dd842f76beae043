"""A table in a notebook: small, escaped, readable on a light and on a dark page."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from microloan.table.aligned_text import left_out
from microloan.table.cell import as_printed
from microloan.table.column import Column
from microloan.table.kind import ColumnKind, Language
from microloan.table.label import Label

# No color of its own: lines and small print take the color of the page's text.
_STYLE: Final = (
    "<style>.ml{overflow-x:auto}.ml table{border-collapse:collapse;width:max-content;"
    "font-variant-numeric:tabular-nums}.ml th,.ml td{text-align:right;padding:.1em .6em;"
    "vertical-align:baseline;white-space:nowrap}.ml .l,.ml caption{text-align:left}"
    ".ml .card{width:auto}.ml td.l{white-space:normal;max-width:26em}"
    ".ml small{opacity:.65;font-weight:400;margin-left:.4em}.ml thead small{display:block;"
    "margin:0}.ml thead th{border-bottom:1px solid currentColor}</style>"
)
_WORDS: Final = {ColumnKind.TEXT, ColumnKind.FLAG}
_LONG: Final = 24
_OTHER: Final = {Language.ZH: Language.EN, Language.EN: Language.ZH}


def html_of(
    title: Label,
    columns: Sequence[Column],
    rows: Sequence[tuple[object, ...]],
    language: Language,
    most: int,
) -> str:
    """Return a table as HTML: its own small style, headings in both languages, a count of the rest.

    Args:
        title: what the table is called.
        columns: the columns.
        rows: the raw values.
        language: the language of words and of the large headings.
        most: how many rows at most.
    """
    marks = [" class=l" if column.kind in _WORDS else "" for column in columns]
    heads = (
        f"<th{mark}>{_both(column.labels, language)}"
        for column, mark in zip(columns, marks, strict=True)
    )
    lines = (_row(columns, marks, row, language) for row in rows[:most])
    return _framed(
        title,
        language,
        [f"<thead><tr>{''.join(heads)}<tbody>", *lines],
        _rest(len(rows) - most, len(columns)),
    )


def card_html(
    title: Label, columns: Sequence[Column], row: tuple[object, ...], language: Language
) -> str:
    """Return one record as HTML: a label and a value on each line."""
    values = [
        escape(as_printed(cell, column.kind, language))
        for column, cell in zip(columns, row, strict=True)
    ]
    lines = (
        f"<tr><th class=l>{_both(column.labels, language)}"
        f"<td{' class=l' if len(value) > _LONG else ''}>{value}"
        for column, value in zip(columns, values, strict=True)
    )
    return _framed(title, language, lines, "", mark=" class=card")


def _framed(
    title: Label, language: Language, lines: Iterable[str], rest: str, mark: str = ""
) -> str:
    caption = f"<caption>{_both(title, language)}</caption>"
    return f"{_STYLE}<div class=ml><table{mark}>{caption}{''.join(lines)}{rest}</table></div>"


def _both(label: Label, language: Language) -> str:
    small = escape(label.in_language(_OTHER[language]))
    return f"{escape(label.in_language(language))}<small>{small}</small>"


def _row(
    columns: Sequence[Column], marks: Sequence[str], row: tuple[object, ...], language: Language
) -> str:
    cells = (
        f"<td{mark}>{escape(as_printed(cell, column.kind, language))}"
        for column, mark, cell in zip(columns, marks, row, strict=True)
    )
    return f"<tr>{''.join(cells)}"


def _rest(rows: int, columns: int) -> str:
    if rows <= 0:
        return ""
    said = f"{left_out(rows, Language.ZH)} {rows:,} more"
    return f"<tr><td class=l colspan={columns}>{said}"
