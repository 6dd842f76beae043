"""迁徙矩阵图: from which grade to which loans moved, as a grid."""

from typing import TYPE_CHECKING, Any, Final

from microloan.charts import caption
from microloan.charts.caption import Caption
from microloan.charts.ink import (
    BLUE,
    GRAY,
    GREEN,
    RED,
    Row,
    data_of,
    dressed,
    load_altair,
    tooltips,
)
from microloan.grade import Grade
from microloan.migration import MigrationCell, MigrationMatrix
from microloan.money import show
from microloan.naming import refused_terms
from microloan.table import Language

if TYPE_CHECKING:
    from altair import LayerChart

_TALL: Final = 300


def draw_migration(matrix: MigrationMatrix, *, language: Language = Language.ZH) -> "LayerChart":
    """Return the chart of a migration matrix: a field for each pair of grades, with its loans.

    The darker a field, the larger its part of the loans of its row; red fields are loans that fell
    to a lower grade, green ones those that rose.

    Args:
        matrix: the matrix, by :func:`microloan.migration.migrate`.
        language: that of the titles, axes and tooltips.

    Raises:
        InvalidTerms: no matrix; no language.
        ExtraMissing: Altair is not installed.
    """
    if not isinstance(matrix, MigrationMatrix):
        kind = type(matrix).__name__
        raise refused_terms("what is drawn", "所绘矩阵", kind, "a MigrationMatrix")
    alt = load_altair()
    chart = alt.layer(*_fields(matrix, language))
    title = caption.MIGRATION_TITLE.say(language, was=matrix.earlier, now=matrix.later)
    drawn: LayerChart = dressed(chart, title, tall=_TALL)
    return drawn


def _fields(matrix: MigrationMatrix, language: Language) -> list[Any]:
    """Return the fields of the grid, and the counts in them."""
    alt = load_altair()
    rows = [_row(cell, matrix, language) for cell in matrix.cells]
    grid = alt.Chart(data_of(rows)).transform_calculate(
        part="datum.loans ? 0.1 + 0.7 * datum.loans / datum.of_row : 0"
    )
    grid = grid.encode(**_sides(matrix, language))
    kinds = [one.say(language) for one in (caption.WORSE, caption.BETTER, caption.SAME)]
    scale = alt.Scale(domain=kinds, range=[RED, GREEN, BLUE])
    fields = grid.mark_rect(stroke=GRAY, strokeOpacity=0.25).encode(
        color=alt.Color("kind:N", title=None, scale=scale),
        opacity=alt.Opacity("part:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0, 1])),
        tooltip=tooltips(
            language,
            before=caption.BEFORE,
            after=caption.AFTER,
            loans=caption.LOANS,
            was=caption.OUTSTANDING_BEFORE,
            now=caption.OUTSTANDING_AFTER,
        ),
    )
    counts = grid.transform_filter("datum.loans > 0").mark_text(fontSize=13, fontWeight="bold")
    counts = counts.encode(
        text="text:N",
        color=alt.condition("datum.part > 0.4", alt.value("white"), alt.value(GRAY)),
    )
    return [fields.properties(name="fields"), counts.properties(name="counts")]


def _sides(matrix: MigrationMatrix, language: Language) -> dict[str, Any]:
    """Return the two sides of the grid: the grades before, and those after, the best first."""
    alt = load_altair()
    before, after = (
        [_name(grade, edge, language) for grade in (*Grade, None)]
        for edge in (caption.NEW, caption.GONE)
    )
    was = f"{caption.BEFORE.say(language)} {matrix.earlier}"
    now = f"{caption.AFTER.say(language)} {matrix.later}"
    above = alt.Axis(orient="top", labelAngle=0)
    return {
        "y": alt.Y("before:N", sort=before, title=was),
        "x": alt.X("after:N", sort=after, title=now, axis=above),
    }


def _name(grade: Grade | None, edge: Caption, language: Language) -> str:
    if grade is None:
        return edge.say(language)
    return grade.zh if language is Language.ZH else grade.value.replace("_", " ")


def _row(cell: MigrationCell, matrix: MigrationMatrix, language: Language) -> Row:
    kind = caption.SAME
    if cell.steps:
        kind = caption.WORSE if cell.steps > 0 else caption.BETTER
    return {
        "before": _name(cell.before, caption.NEW, language),
        "after": _name(cell.after, caption.GONE, language),
        "kind": kind.say(language),
        "loans": cell.total.loans,
        "of_row": matrix.row(cell.before).loans,
        "text": f"{cell.total.loans:,}" if cell.total.loans else "",
        "was": show(cell.total.outstanding_before),
        "now": show(cell.total.outstanding_after),
    }
