"""贴息图: the subsidy of each interest quarter, by the level of government that bears it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from microloan.charts import caption
from microloan.charts.ink import (
    SERIES,
    Row,
    data_of,
    dressed,
    load_altair,
    money_axis,
    require_rows,
    tooltips,
)
from microloan.money import show
from microloan.naming import refused_terms
from microloan.policy import Level
from microloan.request import SubsidyRequest
from microloan.subsidy_plan import PlannedQuarter
from microloan.table import Language

if TYPE_CHECKING:
    from altair import Chart

Borne: TypeAlias = PlannedQuarter | SubsidyRequest
"""What a quarter costs each level: as planned, or as a bank requested it."""


def draw_subsidy(quarters: Iterable[Borne], *, language: Language = Language.ZH) -> "Chart":
    """Return the chart of the subsidy by quarter, stacked by the levels that bear it.

    Args:
        quarters: the quarters of a plan, or requests; those of one quarter are stacked together.
        language: that of the titles, axes and tooltips.

    Raises:
        InvalidTerms: nothing, or something that is neither; no language.
        ExtraMissing: Altair is not installed.
    """
    alt, listed = load_altair(), _several(quarters)
    rows = [row for one in listed for row in _rows(one, language)]
    require_rows(rows, "the quarters of a subsidy", "贴息的季度")
    colors = dict(zip(Level, SERIES, strict=False))
    borne = [
        level for level in Level if any(row["level"] == _name(level, language) for row in rows)
    ]
    names = [_name(level, language) for level in borne]
    scale = alt.Scale(domain=names, range=[colors[level] for level in borne])
    quarter = alt.Axis(title=caption.QUARTER.say(language), labelAngle=0)
    said = tooltips(
        language,
        quarter=caption.QUARTER,
        level=caption.LEVEL,
        amount=caption.AMOUNT,
    )
    chart = (
        alt.Chart(data_of(rows))
        .mark_bar(width={"band": 0.7})
        .encode(
            x=alt.X("quarter:N", sort=sorted({f"{one.quarter}" for one in listed}), axis=quarter),
            y=alt.Y("amount_fen:Q", axis=money_axis(caption.SUBSIDY, language)),
            color=alt.Color("level:N", title=None, scale=scale, sort=names),
            order=alt.Order("place:Q"),
            tooltip=said,
        )
        .properties(name="subsidy")
    )
    drawn: Chart = dressed(chart, caption.SUBSIDY_TITLE.say(language))
    return drawn


def _several(quarters: Iterable[Borne]) -> list[Borne]:
    listed = list(quarters) if isinstance(quarters, Iterable) else [quarters]
    for one in listed:
        if not isinstance(one, PlannedQuarter | SubsidyRequest):
            kind = type(one).__name__
            raise refused_terms("a quarter of a subsidy", "贴息的季度", kind, "a SubsidyRequest")
    return listed


def _name(level: Level, language: Language) -> str:
    return level.zh if language is Language.ZH else level.value


def _rows(one: Borne, language: Language) -> list[Row]:
    places = list(Level)
    return [
        {
            "quarter": f"{one.quarter}",
            "level": _name(part.level, language),
            "place": places.index(part.level),
            "amount_fen": part.amount_fen,
            "amount": show(part.amount),
        }
        for part in one.levels
    ]
