"""统计表: a table of figures with a total row, read cell by cell."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from microloan.errors import InvalidRecord
from microloan.finding import Finding
from microloan.naming import refused_terms
from microloan.programme.quantity import Quantity
from microloan.programme.relation import Sum
from microloan.programme.report import Report, unread_row
from microloan.programme.report_row import filled_cells, read_figure, refused_cell, several_rows

Cells = dict[str, dict[str, Quantity]]


def read_table(
    title: str,
    rows: Iterable[Mapping[str, object]],
    *,
    named: str,
    columns: Sequence[str],
    total: str,
) -> Report:
    """Return a report that says of each column of a table that its rows add up to its total.

    A cell that cannot be read becomes a finding with its row and column, and only its own column is
    not added up.

    Args:
        title: who published what, and when.
        rows: the rows of the table, numbered from 1.
        named: the column that names the row.
        columns: the columns with figures, each a text, a whole number or a ``Decimal``.
        total: the name of the row of totals, such as ``"合计"``.

    Raises:
        InvalidTerms: no title, no columns, or one row where several are asked for.
        InvalidRecord: no row of totals, two rows of one name, or a row that is none.

    >>> report = read_table("2012", [
    ...     {"who": "persons", "lent": "1.69亿"},
    ...     {"who": "firms", "lent": "1.81亿"},
    ...     {"who": "all", "lent": "3.5亿"},
    ... ], named="who", columns=("lent",), total="all")
    >>> report.relations[0].of
    '2012: lent'
    """
    if not isinstance(columns, list | tuple) or not columns:
        raise refused_terms("the columns of a table", "统计表列", columns, "one column at least")
    listed = several_rows(rows, "the rows of a table", "统计表行")
    cells: Cells = {}
    unread: list[Finding] = []
    for number, given in enumerate(listed, start=1):
        if not isinstance(given, Mapping):
            raise refused_cell(number, named, given, "a mapping of columns to texts")
        row = filled_cells(given)
        name = str(row.get(named, "")).strip()
        if not name or name in cells:
            raise refused_cell(number, named, row.get(named, ""), "a name of its own")
        cells[name] = {}
        for column in columns:
            try:
                cells[name][column] = _figure(row, column, number)
            except InvalidRecord as refusal:
                unread.append(unread_row(title, number, refusal))
    if total not in cells:
        raise refused_cell(len(cells) + 1, named, "", f"given: the row {total!r} is missing")
    sums = (_sum(title, column, cells, total) for column in columns)
    relations: tuple[Sum, ...] = tuple(each for found in sums for each in found)
    return Report(title=title, relations=relations, unread=tuple(unread))


def _figure(row: Mapping[str, Any], column: str, number: int) -> Quantity:
    if column not in row:
        raise refused_cell(number, column, "", "given")
    try:
        return read_figure(row[column])
    except ValueError as refusal:
        raise refused_cell(number, column, row[column], refusal.args[0]) from refusal


def _sum(title: str, column: str, cells: Cells, total: str) -> tuple[Sum, ...]:
    """Return the sum of a column; none where one of its cells could not be read."""
    if len(cells) == 1 or any(column not in row for row in cells.values()):
        return ()
    parts = tuple(row[column] for name, row in cells.items() if name != total)
    return (Sum(of=f"{title}: {column}", parts=parts, whole=cells[total][column]),)
