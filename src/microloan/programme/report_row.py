"""报告行: one flat row of a report, as a spreadsheet or a file hands it in."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from microloan.errors import InvalidRecord, MicroloanError
from microloan.naming import refused_terms
from microloan.programme.manner import Manner
from microloan.programme.quantity import MOST, Quantity
from microloan.programme.relation import (
    Among,
    Band,
    Ceiling,
    Parts,
    Ratio,
    Relation,
    Series,
    Sum,
    Targets,
)

_Cell = Callable[[object], Any]
_MOST_DIGITS: Final = 20
_BEYOND: Final = "beyond the header"


def _text(cell: object) -> str:
    """Return a cell as it prints; a whole or decimal number of a workbook prints its digits."""
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) <= MOST:
        return str(cell)
    if isinstance(cell, Decimal) and cell.is_finite() and abs(cell.adjusted()) <= _MOST_DIGITS:
        return f"{cell:f}"
    if not isinstance(cell, str) or not cell.strip():
        raise ValueError("a text or an exact number")
    return cell.strip()


def read_figure(cell: object) -> Quantity:
    """Return the figure of a cell, printed as a text or as an exact number.

    Raises:
        ValueError: no figure; its text is what a figure must be.
    """
    return _quantity(cell, Manner.EXACT)


def _outcome(cell: object) -> Quantity:
    return _quantity(cell, Manner.ROUNDED)


def _quantity(cell: object, whole: Manner) -> Quantity:
    try:
        return Quantity.read(_text(cell), whole=whole)
    except MicroloanError as refusal:
        raise ValueError(refusal.limit) from refusal


def _figures(cell: object) -> tuple[Quantity, ...]:
    """Return the figures of a cell, set apart by semicolons, or several of them."""
    parts = cell if isinstance(cell, list | tuple) else _text(cell).replace("；", ";").split(";")
    return tuple(map(read_figure, parts))


def _step(cell: object) -> int:
    step = read_figure(cell).printed
    if step.denominator != 1 or not step:
        raise ValueError("a whole number above 0")
    return step.numerator


_KINDS: Final[dict[str, tuple[Callable[..., Relation], dict[str, _Cell]]]] = {
    "sum": (Sum, {"parts": _figures, "whole": read_figure}),
    "ratio": (Ratio, {"part": read_figure, "whole": read_figure, "stated": _outcome}),
    "parts": (Parts, {"parts": _figures, "whole": read_figure}),
    "among": (Among, {"parts": _figures, "whole": read_figure}),
    "series": (Series, {"values": _figures}),
    "ceiling": (
        Ceiling,
        {"amount": read_figure, "count": read_figure, "ceiling": read_figure, "source": _text},
    ),
    "band": (
        Band,
        {
            "part": read_figure,
            "whole": read_figure,
            "low": read_figure,
            "high": read_figure,
            "source": _text,
        },
    ),
    "targets": (Targets, {"done": _figures, "percentages": _figures, "step": _step}),
}
"""The columns that a row of each kind needs, and how its cells are read."""


def read_relation(row: Mapping[str, object], *, number: int) -> Relation:
    """Return what one row of a report says of its figures.

    Args:
        row: the column ``relation`` (``sum``, ``ratio``, ``parts``, ``among``, ``series``,
            ``ceiling``, ``band`` or ``targets``), the column ``of``, and the columns of that kind;
            several figures in one cell are set apart by semicolons. ``unless`` is optional. An
            empty cell is none, so that one table may have the columns of several kinds. A whole
            number or a ``Decimal`` stands for its digits.
        number: the row's number, for the refusal.

    Raises:
        InvalidRecord: a missing cell, a cell that is no number, a column that nobody knows: with
            the row and the column.

    >>> read_relation({"relation": "sum", "of": "x", "parts": "1", "whole": 1.5}, number=7)
    Traceback (most recent call last):
        ...
    microloan.errors.record.InvalidRecord: row 7, column whole: 1.5 is not a text or an exact number
    """
    if not isinstance(row, Mapping):
        raise refused_cell(number, "relation", row, "a mapping of columns to texts")
    given = filled_cells(row)
    named = _cell(given, "relation", _text, number)
    if named not in _KINDS:
        raise refused_cell(number, "relation", given["relation"], f"one of {', '.join(_KINDS)}")
    kind, columns = _KINDS[named]
    known = {"of": _text, **columns}
    if "unless" in given:
        known["unless"] = _text
    for column in given:
        if column not in known and column != "relation":
            raise refused_cell(number, column, given[column], f"one of {', '.join(known)}")
    cells = {column: _cell(given, column, read, number) for column, read in known.items()}
    try:
        return kind(**cells)
    except MicroloanError as refusal:
        raise refused_cell(number, ", ".join(columns), refusal.value, refusal.limit) from refusal


def filled_cells(row: Mapping[str, object]) -> dict[str, object]:
    """Return the cells of a row in which something stands.

    A file with commas has an empty text in the others, a workbook nothing; what stands beyond the
    header is a cell of no column.
    """
    return {
        _BEYOND if column is None else str(column): cell
        for column, cell in row.items()
        if not _is_empty(cell)
    }


def _is_empty(cell: object) -> bool:
    if isinstance(cell, list):
        return all(map(_is_empty, cell))
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _cell(row: Mapping[str, object], column: str, read: _Cell, number: int) -> Any:  # noqa: ANN401 — what a column holds
    if column not in row:
        raise refused_cell(number, column, "", "given")
    try:
        return read(row[column])
    except ValueError as refusal:
        raise refused_cell(number, column, row[column], refusal.args[0]) from refusal


def several_rows(rows: object, what: str, zh: str) -> list[Any]:
    """Return the rows of a report; one row or one text is none of several.

    Raises:
        InvalidTerms: nothing that could be gone through row by row.
    """
    if not isinstance(rows, Iterable) or isinstance(rows, str | Mapping):
        raise refused_terms(what, zh, type(rows).__name__, "several rows")
    return list(rows)


def refused_cell(number: int, column: str, value: object, limit: object) -> InvalidRecord:
    """Return the refusal of one cell, with its row and its column."""
    return InvalidRecord(
        f"row {number}, column {column}: {value!r} is not {limit}",
        zh=f"第 {number} 行“{column}”列：{value!r} 不符合要求（{limit}）",
        value=value,
        limit=limit,
    )
