"""Rows and frames: what a table becomes in Python, in polars, in pandas and over Arrow."""

from collections.abc import Iterable, Sequence
from typing import Any

from microloan.errors.extra import ExtraMissing
from microloan.extra import load_extra
from microloan.table.cell import Cell, exported
from microloan.table.column import DECIMAL_PLACES, Column
from microloan.table.kind import ColumnKind, Language, MoneyAs

_MONEY = (18, 2)
_EXACT = (38, DECIMAL_PLACES)
"""Digits and places of an amount and of a share or multiple, as a frame declares them."""


def dicts_of(
    columns: Sequence[Column],
    rows: Sequence[tuple[object, ...]],
    money_as: MoneyAs,
    language: Language | None,
) -> list[dict[str, Cell]]:
    """Return one dictionary for each row."""
    keys = [column.key(money_as, language) for column in columns]
    cells = _cells(columns, rows, money_as, language)
    return [dict(zip(keys, row, strict=True)) for row in zip(*cells, strict=True)]


def polars_of(
    columns: Sequence[Column],
    rows: Sequence[tuple[object, ...]],
    money_as: MoneyAs,
    language: Language | None,
) -> Any:  # noqa: ANN401 — a DataFrame of a library that is not always there
    """Return a frame of polars; amounts ``Decimal(18, 2)`` or ``Int64``.

    Raises:
        ExtraMissing: polars is not installed.
    """
    polars = load_extra("polars", extra="frames")
    types = {
        ColumnKind.TEXT: polars.String,
        ColumnKind.COUNT: polars.Int64,
        ColumnKind.MONEY: polars.Decimal(*_MONEY),
        ColumnKind.DATE: polars.Date,
        ColumnKind.RATE: polars.Decimal(*_EXACT),
        ColumnKind.MULTIPLE: polars.Decimal(*_EXACT),
        ColumnKind.FLAG: polars.Boolean,
    }
    return polars.DataFrame(
        [
            polars.Series(column.key(money_as, language), cells, types[_stored(column, money_as)])
            for column, cells in _with_cells(columns, rows, money_as, language)
        ]
    )


def pandas_of(
    columns: Sequence[Column],
    rows: Sequence[tuple[object, ...]],
    money_as: MoneyAs,
    language: Language | None,
) -> Any:  # noqa: ANN401 — as above
    """Return a frame of pandas; amounts are ``Decimal`` objects, exact, or ``Int64``.

    Raises:
        ExtraMissing: pandas is not installed.
    """
    pandas = load_extra("pandas", extra="pandas")
    types = {
        ColumnKind.TEXT: "str",
        ColumnKind.COUNT: "Int64",
        ColumnKind.MONEY: "object",
        ColumnKind.DATE: "datetime64[s]",
        ColumnKind.RATE: "object",
        ColumnKind.MULTIPLE: "object",
        ColumnKind.FLAG: "boolean",
    }
    return pandas.DataFrame(
        {
            column.key(money_as, language): pandas.Series(
                cells, dtype=types[_stored(column, money_as)]
            )
            for column, cells in _with_cells(columns, rows, money_as, language)
        }
    )


def arrow_of(columns: Sequence[Column], rows: Sequence[tuple[object, ...]]) -> Any:  # noqa: ANN401
    """Return a table that speaks Arrow: a frame of polars, or else a table of pyarrow.

    Raises:
        ExtraMissing: neither is installed.
    """
    try:
        return polars_of(columns, rows, MoneyAs.DECIMAL, None)
    except ExtraMissing as missing:
        try:
            pyarrow = load_extra("pyarrow", extra="frames")
        except ExtraMissing:
            raise missing from None
    return _pyarrow_of(pyarrow, columns, rows)


def _pyarrow_of(
    pyarrow: Any,  # noqa: ANN401 — as above
    columns: Sequence[Column],
    rows: Sequence[tuple[object, ...]],
) -> Any:  # noqa: ANN401 — as above
    types = {
        ColumnKind.TEXT: pyarrow.string(),
        ColumnKind.COUNT: pyarrow.int64(),
        ColumnKind.MONEY: pyarrow.decimal128(*_MONEY),
        ColumnKind.DATE: pyarrow.date32(),
        ColumnKind.RATE: pyarrow.decimal128(*_EXACT),
        ColumnKind.MULTIPLE: pyarrow.decimal128(*_EXACT),
        ColumnKind.FLAG: pyarrow.bool_(),
    }
    return pyarrow.table(
        {
            column.name: pyarrow.array(cells, types[column.kind])
            for column, cells in _with_cells(columns, rows, MoneyAs.DECIMAL, None)
        }
    )


def _stored(column: Column, money_as: MoneyAs) -> ColumnKind:
    """Return how a frame keeps a column: whole fen are counted."""
    in_fen = column.kind is ColumnKind.MONEY and money_as is MoneyAs.FEN
    return ColumnKind.COUNT if in_fen else column.kind


def _with_cells(
    columns: Sequence[Column],
    rows: Sequence[tuple[object, ...]],
    money_as: MoneyAs,
    language: Language | None,
) -> Iterable[tuple[Column, list[Cell]]]:
    return zip(columns, _cells(columns, rows, money_as, language), strict=True)


def _cells(
    columns: Sequence[Column],
    rows: Sequence[tuple[object, ...]],
    money_as: MoneyAs,
    language: Language | None,
) -> list[list[Cell]]:
    words = Language.EN if language is None else language
    return [
        exported([row[place] for row in rows], column.kind, money_as, words)
        for place, column in enumerate(columns)
    ]
