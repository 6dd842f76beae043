"""压力测试图: a fund's leverage half-year by half-year, a line for each scenario."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from microloan.charts import caption
from microloan.charts.ink import (
    AMBER,
    RED,
    SERIES,
    Row,
    data_of,
    days,
    dressed,
    load_altair,
    midnight,
    require_rows,
    tooltips,
)
from microloan.charts.leverage_steps import MULTIPLE
from microloan.leverage import Leverage
from microloan.money import ZERO, Money, show
from microloan.naming import several_of
from microloan.rate import show_rate
from microloan.scenario import Scenario
from microloan.stress_path import StressPath
from microloan.table import Language

if TYPE_CHECKING:
    from altair import LayerChart


def draw_scenarios(
    paths: Iterable[StressPath], *, language: Language = Language.ZH
) -> "LayerChart":
    """Return the chart of what a fund comes to under some scenarios, against its cap.

    Each line begins on the day of the question and has a point for each half-year's end; a red
    ring is a point over the cap.

    Args:
        paths: the answers, by :func:`microloan.stress.compare_scenarios`.
        language: that of the titles, axes and tooltips.

    Raises:
        InvalidTerms: no answers, or something that is none; no language.
        ExtraMissing: Altair is not installed.
    """
    given = several_of(paths, StressPath, "the answers", "压力测试结果")
    require_rows(given, "the answers", "压力测试结果")
    rows = [row for path in given for row in _rows(path, language)]
    start, alt = given[0].start, load_altair()
    title = caption.SCENARIO_TITLE.say(language, of=start.fund_id, on=start.as_of)
    chart = alt.layer(*_lines(rows, given, language), _cap(rows, language))
    drawn: LayerChart = dressed(
        chart, title, *(_assumed(path.scenario, language) for path in given)
    )
    return drawn


def _assumed(scenario: Scenario, language: Language) -> str:
    """Return what a scenario assumes, in one line."""
    return caption.ASSUMED.say(
        language,
        name=scenario.name,
        fails=show_rate(scenario.default_rate),
        back=show_rate(scenario.recovery_rate),
        months=scenario.recovery_months,
        lends=(caption.NO_LENDING if scenario.new_lending is None else caption.LENDING).say(
            language
        ),
    )


def _rows(path: StressPath, language: Language) -> list[Row]:
    name = path.scenario.name
    rows = [_row(name, path.start, ZERO, path.start.top_up, language)]
    rows += [_row(name, one.leverage, one.paid_out, one.top_up, language) for one in path.halves]
    return rows


def _row(name: str, at: Leverage, paid: Money, top_up: Money, language: Language) -> Row:
    no_money = caption.NO_MONEY.say(language)
    return {
        "scenario": name,
        "on": midnight(at.as_of),
        "counted_fen": at.counted_fen,
        "balance_fen": at.balance_fen,
        "cap": at.cap.value,
        "multiple_text": no_money if at.multiple is None else f"{at.multiple}",
        "exposure": show(at.counted),
        "balance": show(at.balance),
        "headroom": show(at.headroom),
        "paid_out": show(paid),
        "top_up": show(top_up),
    }


def _lines(rows: Sequence[Row], paths: Sequence[StressPath], language: Language) -> list[Any]:
    alt = load_altair()
    names = [path.scenario.name for path in paths]
    colors = [SERIES[place % len(SERIES)] for place in range(len(names))]
    y = alt.Y("multiple:Q", title=caption.MULTIPLE_AXIS.say(language), scale=alt.Scale(zero=True))
    said = tooltips(
        language,
        scenario=caption.SCENARIO,
        on=caption.DAY,
        multiple_text=caption.MULTIPLE,
        exposure=caption.EXPOSURE,
        balance=caption.BALANCE,
        headroom=caption.HEADROOM,
        paid_out=caption.PAID_OUT,
        top_up=caption.TOP_UP,
    )
    base = alt.Chart(data_of(rows)).transform_calculate(multiple=MULTIPLE)
    base = base.encode(x=days(caption.DAY, language), y=y, tooltip=said)
    over = "datum.counted_fen > datum.cap * datum.balance_fen"
    scale = alt.Scale(domain=names, range=colors)
    return [
        base.mark_line(point=alt.OverlayMarkDef(size=45), strokeWidth=2)
        .encode(color=alt.Color("scenario:N", title=None, scale=scale))
        .properties(name="scenarios"),
        base.mark_point(size=170, color=RED, strokeWidth=2, filled=False)
        .transform_filter(over)
        .properties(name="over_cap"),
    ]


def _cap(rows: Sequence[Row], language: Language) -> Any:
    alt = load_altair()
    once = {row["on"]: {name: row[name] for name in ("on", "cap")} for row in rows}
    rule = alt.Chart(data_of(once.values())).mark_line(
        interpolate="step-before", color=AMBER, strokeDash=[7, 5], strokeWidth=2
    )
    y = alt.Y("cap:Q", title=caption.MULTIPLE_AXIS.say(language))
    said = tooltips(language, on=caption.DAY, cap=caption.CAP)
    return rule.encode(x=days(caption.DAY, language), y=y, tooltip=said).properties(name="cap")
