"""统计表: rows and columns with their Chinese headers, each cell a stock, a flow, or none."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from microloan.errors import NotFound
from microloan.naming import refused_terms
from microloan.returns.cell import Cell, FigureUnit, Stock, over_time
from microloan.table import Table, Tabular, columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """One row of a form.

    Args:
        label: its Chinese header 指标.
        cells: its figures, one for each column; ``None`` where the form has no figure.
    """

    label: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Tabular):
    """统计表: a form as an office fills it in.

    Args:
        title: its name in English.
        zh: its Chinese title.
        columns: the Chinese headers of its columns, without that of the labels.
        rows: its rows.

    Raises:
        InvalidTerms: a row with too few or too many cells, or two rows or columns of one header.
    """

    title: str
    zh: str
    columns: tuple[str, ...]
    rows: tuple[FormRow, ...]

    def __post_init__(self) -> None:
        """Refuse a form whose figures could not be found by their headers."""
        labels = [row.label for row in self.rows]
        for headers, what in ((self.columns, "columns"), (labels, "rows")):
            if len(set(headers)) != len(headers):
                raise refused_terms(f"the {what}", "表头", list(headers), "each of its own name")
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise refused_terms(
                    f"the row {row.label}", "表行", len(row.cells), f"{len(self.columns)} cells"
                )

    def as_table(self) -> Table:
        """Return one row for each figure, with its row, its column and the days it is of."""
        figures = (
            (row.label, header, *_figure(cell))
            for row in self.rows
            for header, cell in zip(self.columns, row.cells, strict=True)
            if cell is not None
        )
        return Table(name="form", columns=_COLUMNS.columns, rows=tuple(figures))

    def cell(self, label: str, column: str) -> Cell:
        """Return one figure by the headers of its row and column.

        Raises:
            NotFound: the form has no such row or column, or no figure there.
        """
        for row in self.rows:
            for header, found in zip(self.columns, row.cells, strict=True):
                if (row.label, header) == (label, column) and found is not None:
                    return found
        raise NotFound(
            f"{self.title}: no figure in {label}, {column}",
            zh=f"{self.zh}：“{label}”“{column}”无数",
            value=(label, column),
            limit=self.columns,
        )

    def lines(self) -> tuple[tuple[str, ...], ...]:
        """Return the form as lines of text, the headers first, for print or a spreadsheet."""
        head = ("指标", *self.columns)
        body = (
            (row.label, *("" if cell is None else str(cell) for cell in row.cells))
            for row in self.rows
        )
        return (head, *body)


_COLUMNS: Final = columns_of("item heading amount loans since until")


def _figure(cell: Cell) -> tuple[object, ...]:
    money = cell.unit is FigureUnit.FEN
    days = (None, cell.on) if isinstance(cell, Stock) else (cell.since, cell.until)
    return (cell.worth if money else None, None if money else cell.worth, *days)


def total_over_time(forms: Iterable[Form]) -> Form:
    """Return one form for several months, such as a year: of stocks the last, of flows the sum.

    Raises:
        InvalidTerms: no forms, or forms of other rows, columns or titles; or figures that cannot
            be taken together, see :func:`microloan.returns.cell.over_time`.
    """
    given = list(forms) if isinstance(forms, Iterable) else []
    if not given or not all(isinstance(form, Form) for form in given):
        raise refused_terms("the forms", "统计表", forms, "several Form")
    first = given[0]
    shape = _shape(first)
    for form in given:
        if _shape(form) != shape:
            raise refused_terms("a form of a year", "统计表", form.title, "of the same headers")
    rows = zip(*(form.rows for form in given), strict=True)
    return replace(
        first,
        rows=tuple(replace(same[0], cells=_over_time(same)) for same in rows),
    )


def _shape(form: Form) -> object:
    kinds = [
        (row.label, *("" if cell is None else type(cell).__name__ for cell in row.cells))
        for row in form.rows
    ]
    return form.title, form.columns, kinds


def _over_time(rows: Iterable[FormRow]) -> tuple[Cell | None, ...]:
    columns = zip(*(row.cells for row in rows), strict=True)
    return tuple(
        over_time(told) if (told := [cell for cell in cells if cell is not None]) else None
        for cells in columns
    )
