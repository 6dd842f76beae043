"""逾期曲线图: a line for the loans of each half-year of lending, by how long ago it was."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from microloan.charts import caption
from microloan.charts.ink import (
    Row,
    data_of,
    dressed,
    load_altair,
    require_rows,
    shades,
    tooltips,
)
from microloan.charts.vintage import Vintage
from microloan.money import show
from microloan.naming import several_of
from microloan.table import Language

if TYPE_CHECKING:
    from altair import Chart


def draw_vintages(
    vintages: Iterable[Vintage], *, beyond_days: int, language: Language = Language.ZH
) -> "Chart":
    """Return the chart of how late the loans of each half-year became, by age.

    Args:
        vintages: the loans by half-year of lending, by :func:`vintages_of`.
        beyond_days: the days they were made with; the line under the title says so.
        language: that of the titles, axes and tooltips.

    Raises:
        InvalidTerms: no vintages, or something that is none; no language.
        ExtraMissing: Altair is not installed.
    """
    alt = load_altair()
    given = several_of(vintages, Vintage, "vintages", "逾期曲线")
    require_rows(given, "the vintages", "逾期曲线")
    rows = [row for vintage in given for row in _rows(vintage)]
    names = [f"{vintage.lent_in}" for vintage in given]
    colors = alt.Scale(domain=names, range=shades(len(names)))
    legend = alt.Legend(title=caption.LENT_IN.say(language), columns=8, symbolType="stroke")
    y = alt.Axis(labelExpr="format(datum.value * 100, '.2~f')")
    said = tooltips(
        language,
        lent_in=caption.LENT_IN,
        half=caption.HALF,
        share=caption.SHARE,
        late=caption.LATE,
        lent=caption.LENT,
    )
    chart = (
        alt.Chart(data_of(rows))
        .mark_line(point=alt.OverlayMarkDef(size=28), strokeWidth=1.8)
        .transform_calculate(late_share="datum.late_fen / datum.lent_fen")
        .encode(
            x=alt.X("age:Q", title=caption.AGE.say(language), axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("late_share:Q", title=caption.OVERDUE_SHARE.say(language), axis=y),
            color=alt.Color("lent_in:N", scale=colors, legend=legend),
            tooltip=said,
        )
        .properties(name="vintages")
    )
    note = caption.VINTAGE_NOTE.say(language, days=beyond_days)
    drawn: Chart = dressed(chart, caption.VINTAGE_TITLE.say(language), note)
    return drawn


def _rows(vintage: Vintage) -> list[Row]:
    return [
        {
            "lent_in": f"{vintage.lent_in}",
            "age": age,
            "half": f"{end.half}",
            "lent_fen": vintage.lent_fen,
            "late_fen": end.late_fen,
            "lent": show(vintage.lent),
            "late": show(end.late),
            "share": f"{vintage.share(age)}".rpartition(": ")[2],
        }
        for age, end in enumerate(vintage.ends)
    ]
