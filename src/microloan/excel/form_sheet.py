"""统计表页: a statistical form as the office files it, its figures as numbers."""

from typing import Final

from microloan.excel.page import Heading, OwnKind, Page
from microloan.naming import refused_terms
from microloan.returns.cell import Cell, FigureUnit, Flow, Stock
from microloan.returns.form import Form
from microloan.table.kind import ColumnKind

_SIGNED_BY: Final = ("填报单位（章）", "填表人", "审核人")
_KINDS: Final = {FigureUnit.FEN: ColumnKind.MONEY, FigureUnit.LOANS: ColumnKind.COUNT}


def form_page(form: Form) -> Page:
    """Return a statistical form 统计表 as a page, its figures as numbers.

    Args:
        form: the form, of a month or of several.

    Raises:
        InvalidTerms: no form.
    """
    if not isinstance(form, Form):
        raise refused_terms("the form", "统计表", type(form).__name__, "a Form")
    return Page(
        name=form.zh,
        title=form.zh,
        notes=(f"截至：{_until(form)}　　单位：元、笔",),
        headings=(
            Heading("指标", ColumnKind.TEXT),
            *(Heading(column, ColumnKind.MONEY) for column in form.columns),
        ),
        rows=[(row.label, *map(_figure, row.cells)) for row in form.rows],
        signatures=_SIGNED_BY,
    )


def _figure(cell: Cell | None) -> OwnKind | None:
    return None if cell is None else OwnKind(cell.worth, _KINDS[cell.unit])


def _until(form: Form) -> str:
    """Return the last day that a form tells of; a form of no figures tells of none."""
    days = [
        cell.on if isinstance(cell, Stock) else cell.until
        for row in form.rows
        for cell in row.cells
        if isinstance(cell, Stock | Flow)
    ]
    return str(max(days)) if days else ""
