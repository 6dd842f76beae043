"""可保余量图: the room a fund has left under its cap over time, in yuan and in standard loans."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from microloan.charts import caption
from microloan.charts.ink import (
    BLUE,
    RED,
    Row,
    data_of,
    days,
    dressed,
    load_altair,
    money_axis,
)
from microloan.charts.leverage_steps import READINGS, path_rows, point_tooltip
from microloan.fund_path import LeveragePath
from microloan.money import Money, positive_fen, show
from microloan.table import Language

if TYPE_CHECKING:
    from altair import LayerChart


def draw_headroom(
    path: LeveragePath, *, of: Money, language: Language = Language.ZH
) -> "LayerChart":
    """Return the chart of a fund's headroom over time: yuan at the left, loans at the right.

    The room is the cap times the balance, less exposure and commitments; below zero, in red, is
    what stands above the cap.

    Args:
        path: the leverage over time.
        of: the amount of a standard loan, in yuan.
        language: that of the titles, axes and tooltips.

    Raises:
        InvalidTerms: no path, or one without points; no language.
        InvalidAmount: a standard loan of nothing or less.
        ExtraMissing: Altair is not installed.
    """
    alt, standard = load_altair(), positive_fen(of, "a standard loan")
    rows = path_rows(path, language)
    loans = caption.ROOM_IN_LOANS.say(language, amount=show(of))
    axis = alt.Axis(orient="right", title=loans, grid=False, labelExpr=_in_loans(standard))
    # The same figures once more, as one line: they carry the second axis.
    counted = (
        alt.Chart(data_of(rows))
        .mark_line(interpolate="step-after", color=BLUE, strokeWidth=1.5)
        .encode(
            x=days(caption.DAY, language),
            y=alt.Y("free_fen:Q", axis=axis, scale=alt.Scale(zero=True)),
        )
        .properties(name="loans")
    )
    room = alt.layer(*_areas(rows, path, language), _readings(rows, language))
    chart = alt.layer(room, counted).resolve_scale(y="independent")
    title = caption.HEADROOM_TITLE.say(language, of=path.worst.fund_id)
    drawn: LayerChart = dressed(chart, title)
    return drawn


def _areas(rows: Sequence[Row], path: LeveragePath, language: Language) -> list[Any]:
    """Return the room, and what is lacking of it where something is."""
    areas = [(BLUE, "max", "room")]
    if any(point.free_fen < 0 for point in path.points):
        areas.append((RED, "min", "lacking"))
    alt = load_altair()
    return [
        alt.Chart(data_of(rows))
        .mark_area(interpolate="step-after", color=color, opacity=0.5)
        .transform_calculate(room=f"{keep}(datum.free_fen, 0)")
        .encode(x=days(caption.DAY, language), y=_in_yuan(language))
        .properties(name=name)
        for color, keep, name in areas
    ]


def _readings(rows: Sequence[Row], language: Language) -> Any:
    """Return what answers the pointer."""
    return (
        load_altair()
        .Chart(data_of(rows))
        .mark_rect(opacity=0.001)
        .transform_calculate(room="datum.free_fen", none="0")
        .encode(
            x=days(caption.DAY, language),
            x2="until",
            y=_in_yuan(language),
            y2="none:Q",
            tooltip=point_tooltip(language),
        )
        .properties(name=READINGS)
    )


def _in_yuan(language: Language) -> Any:
    return load_altair().Y("room:Q", axis=money_axis(caption.ROOM, language))


def _in_loans(standard_fen: int) -> str:
    """Return how the second axis prints: whole loans only; below zero there is room for none."""
    return f"datum.value < 0 ? '' : format(floor(datum.value / {standard_fen}), ',')"
