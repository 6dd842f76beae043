"""Colors, fonts and axes of our charts: readable on white and on black, with Chinese labels."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from microloan.charts.caption import MONEY_UNIT, Caption, fen_a_unit
from microloan.explain import width
from microloan.extra import load_extra
from microloan.naming import refused_terms
from microloan.table import Language

Row = dict[str, str | int]
"""One row of a chart's data: whole fen, days as text, and what a tooltip prints."""

# All of middle brightness: each stands out from white and from black.
BLUE: Final = "#3f83c8"
RED: Final = "#d9483b"
AMBER: Final = "#b7791f"
GREEN: Final = "#2f9e6e"
GRAY: Final = "#808080"
SERIES: Final = (BLUE, "#9a6fc0", GREEN, "#c2638f", "#5d8f9e", AMBER)
_RAMP: Final = ((63, 131, 200), (47, 158, 110), (183, 121, 31), (217, 72, 59))

WIDTH: Final = 720
HEIGHT: Final = 320
FONT: Final = (
    "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', "
    "'WenQuanYi Micro Hei', sans-serif"
)
DAYS: Final = frozenset({"on", "until"})
"""The fields of a row that are days."""
_COLUMNS: Final = 124
"""How many columns of text stand in a line under the title."""


def load_altair() -> Any:
    """Return Altair.

    Raises:
        ExtraMissing: it is not installed.
    """
    return load_extra("altair", extra="charts")


def require_rows(rows: Sequence[object], what: str, zh: str) -> None:
    """Refuse to draw a chart of nothing.

    Raises:
        InvalidTerms: there is no row.
    """
    if not rows:
        raise refused_terms(what, zh, "none", "one or more")


def data_of(rows: Iterable[Row]) -> Any:
    """Return rows as a chart's own data."""
    return load_altair().InlineData(values=list(rows))


def midnight(day: date) -> str:
    """Return a day as a chart reads it: the reader's own midnight, wherever his clock stands.

    A bare date would be midnight in Greenwich, which is the eve in half of the world.

    >>> midnight(date(2011, 6, 30))
    '2011-06-30T00:00'
    """
    return f"{day}T00:00"


def days(caption: Caption, language: Language) -> Any:
    """Return the axis of days: months where they begin, else days; no hours within a day."""
    alt = load_altair()
    label = "timeFormat(datum.value, date(datum.value) == 1 ? '%Y-%m' : '%Y-%m-%d')"
    axis = alt.Axis(
        labelExpr=f"hours(datum.value) ? '' : {label}",
        title=caption.say(language),
        tickCount=8,
        grid=False,
    )
    return alt.X("on:T", axis=axis)


def money_axis(caption: Caption, language: Language) -> Any:
    """Return an axis of fen that prints 万元, in English thousands of yuan."""
    unit = MONEY_UNIT.say(language)
    return load_altair().Axis(
        labelExpr=f"format(datum.value / {fen_a_unit(language)}, ',.2~f')",
        title=f"{caption.say(language)}（{unit}）"
        if language is Language.ZH
        else f"{caption.say(language)}, {unit}",
    )


def tooltips(language: Language, **captions: Caption) -> list[Any]:
    """Return a tooltip that prints fields as text, each with its label; days as days."""
    alt = load_altair()
    return [
        alt.Tooltip(f"{field}:T", title=caption.say(language), format="%Y-%m-%d")
        if field in DAYS
        else alt.Tooltip(f"{field}:N", title=caption.say(language))
        for field, caption in captions.items()
    ]


def dressed(chart: Any, title: str, *lines: str, tall: int = HEIGHT) -> Any:
    """Return a chart with its title, the lines under it, and the look that all our charts have."""
    alt = load_altair()
    under = [part for line in lines for part in wrapped(line)]
    heading = alt.TitleParams(text=title, subtitle=under, anchor="start", offset=14)
    axis = {"labelColor": GRAY, "titleColor": GRAY, "domainColor": GRAY, "tickColor": GRAY}
    return (
        chart.properties(title=heading, width=WIDTH, height=tall, background="transparent")
        .configure(font=FONT)
        .configure_axis(
            gridColor=GRAY, gridOpacity=0.25, labelFontSize=12, titleFontSize=12, **axis
        )
        .configure_title(color=GRAY, subtitleColor=GRAY, fontSize=16, subtitleFontSize=11)
        .configure_legend(labelColor=GRAY, titleColor=GRAY, orient="bottom", labelFontSize=12)
        .configure_view(stroke=None)
    )


def wrapped(text: str, columns: int = _COLUMNS) -> list[str]:
    """Return a text in lines of at most so many columns, cut at a blank where there is one.

    >>> wrapped("not above 担保贷款余额", 16)
    ['not above 担保贷', '款余额']
    >>> wrapped("the balance at most", 16)
    ['the balance at', 'most']
    """
    lines, line = [], ""
    for letter in text:
        if width(line + letter) > columns:
            head, _, rest = line.rpartition(" ")
            whole = width(rest) > columns // 3  # a blank far to the left cuts Chinese too early
            lines.append(line if whole else head)
            line = "" if whole else rest
        line += letter
    return [*lines, line.strip()]


def shades(how_many: int) -> list[str]:
    """Return so many colors, from the one of the oldest to the one of the newest.

    >>> shades(2)
    ['#3f83c8', '#d9483b']
    """
    steps = len(_RAMP) - 1
    colors = []
    for index in range(how_many):
        place, rest = divmod(index * steps, max(how_many - 1, 1))
        low, high = _RAMP[place], _RAMP[min(place + 1, steps)]
        mixed = (a + (b - a) * rest // max(how_many - 1, 1) for a, b in zip(low, high, strict=True))
        colors.append("#" + "".join(f"{part:02x}" for part in mixed))
    return colors
