"""放大倍数走势图: a fund's leverage as steps against the dated cap, with what moved it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from microloan.charts import caption
from microloan.charts.ink import (
    AMBER,
    BLUE,
    GRAY,
    GREEN,
    RED,
    Row,
    data_of,
    days,
    dressed,
    load_altair,
    midnight,
    require_rows,
    tooltips,
)
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.fund_path import LeveragePath
from microloan.leverage import Leverage
from microloan.money import from_fen, show
from microloan.naming import refused_terms, require_a
from microloan.table import Language

if TYPE_CHECKING:
    from altair import LayerChart

MULTIPLE: Final = "datum.balance_fen ? datum.counted_fen / datum.balance_fen : null"
"""The exact multiple; a fund without money has none."""
READINGS: Final = "readings"
"""The layer that only answers the pointer; a picture on paper leaves it out."""
_DAY: Final = timedelta(days=1)
_MARKED: Final = {
    FundEntryKind.DEPOSIT: caption.DEPOSIT_MARK,
    FundEntryKind.TOP_UP: caption.DEPOSIT_MARK,
    FundEntryKind.CLAIM_PAYOUT: caption.PAYOUT_MARK,
}


def draw_leverage(
    path: LeveragePath, fund: GuaranteeFund, *, language: Language = Language.ZH
) -> "LayerChart":
    """Return the chart of a fund's leverage over time, against the cap of each day.

    Steps are the multiple; the dashed rule is the cap with its clause; red is what is over it, or
    stood behind without money. Deposits, top-ups and payouts are marked on their days, and the day
    of the highest multiple.

    Args:
        path: the leverage over time; it must be that of the fund.
        fund: the fund, whose deposits and payouts are marked.
        language: that of the titles, axes and tooltips.

    Raises:
        InvalidTerms: no path, one without points, or another fund's; no fund; no language.
        ExtraMissing: Altair is not installed.
    """
    require_a(fund, GuaranteeFund, "the fund of the path", "走势所属基金")
    rows = path_rows(path, language)
    if path.worst.fund_id != fund.id:
        raise refused_terms("the fund of the path", "走势所属基金", path.worst.fund_id, fund.id)
    of = caption.LEVERAGE_TITLE.say(language, of=fund.name)
    chart = load_altair().layer(
        *_steps(rows, language),
        *_caps(path, language),
        _events(_event_rows(path, fund, language), language),
        *_worst(path, language),
    )
    drawn: LayerChart = dressed(chart, of, *_clauses(path, language))
    return drawn


def path_rows(path: LeveragePath, language: Language) -> list[Row]:
    """Return the points of a path as rows, each with the day until which it holds, and an end.

    Raises:
        InvalidTerms: no path, or one without points.
    """
    require_a(path, LeveragePath, "the path", "走势")
    require_rows(path.points, "the points of a path", "走势的变动日")
    rows = []
    for point, until in _stretches(path):
        rows.append(_point_row(point, language) | {"until": midnight(until)})
    # The last step ends where its day does, so its row stands there once more.
    return [*rows, rows[-1] | {"on": rows[-1]["until"]}]


def _stretches(path: LeveragePath) -> Iterator[tuple[Leverage, date]]:
    """Yield each point with the day after the last one on which it holds."""
    ends = [*(point.as_of for point in path.points[1:]), path.until + _DAY]
    yield from zip(path.points, ends, strict=True)


def _point_row(point: Leverage, language: Language) -> Row:
    no_money = caption.NO_MONEY.say(language)
    return {
        "on": midnight(point.as_of),
        "counted_fen": point.counted_fen,
        "balance_fen": point.balance_fen,
        "free_fen": point.free_fen,
        "cap": point.cap.value,
        "multiple_text": no_money if point.multiple is None else f"{point.multiple}",
        "exposure": show(point.counted),
        "balance": show(point.balance),
        "headroom": show(point.headroom),
        "top_up": show(point.top_up),
    }


def point_tooltip(language: Language) -> list[Any]:
    """Return the tooltip of a point: its day, its multiple, and the amounts behind it."""
    return tooltips(
        language,
        on=caption.SINCE,
        multiple_text=caption.MULTIPLE,
        cap=caption.CAP,
        exposure=caption.EXPOSURE,
        balance=caption.BALANCE,
        headroom=caption.HEADROOM,
        top_up=caption.TOP_UP,
    )


def _steps(rows: Sequence[Row], language: Language) -> list[Any]:
    """Return what answers the pointer, what is over the cap, and the steps themselves."""
    alt = load_altair()
    whole = alt.Chart(data_of(rows)).encode(x=days(caption.DAY, language), x2="until")
    top = "datum.balance_fen ? max(datum.cap, datum.counted_fen / datum.balance_fen) : datum.cap"
    readings = whole.mark_rect(opacity=0.001).encode(
        y=alt.Y("top:Q"), y2=alt.datum(0), tooltip=point_tooltip(language)
    )
    over = whole.mark_rect(color=RED, opacity=0.35).encode(y="low:Q", y2="top:Q")
    steps = alt.Chart(data_of(rows)).mark_line(interpolate="step-after", color=BLUE, strokeWidth=2)
    y = alt.Y("multiple:Q", title=caption.MULTIPLE_AXIS.say(language), scale=alt.Scale(zero=True))
    return [
        readings.transform_calculate(top=top).properties(name=READINGS),
        over.transform_calculate(top=top, low="datum.balance_fen ? datum.cap : 0")
        .transform_filter("datum.counted_fen > datum.cap * datum.balance_fen")
        .properties(name="over_cap"),
        steps.encode(x=days(caption.DAY, language), y=y)
        .transform_calculate(multiple=MULTIPLE)
        .properties(name="steps"),
    ]


def cap_rows(path: LeveragePath, language: Language) -> list[Row]:
    """Return the caps of a path, each from its first day until the next one."""
    rows: list[Row] = []
    for point, until in _stretches(path):
        row: Row = {
            "on": midnight(point.as_of),
            "until": midnight(until),
            "cap": point.cap.value,
            "clause": f"{point.cap}",
            "decision": point.decision,
            "label": caption.CAP_HERE.say(language, cap=point.cap.value),
        }
        if rows and rows[-1]["clause"] == row["clause"]:  # it names the decision too
            rows[-1]["until"] = row["until"]
        else:
            rows.append(row)
    return rows


def _caps(path: LeveragePath, language: Language) -> list[Any]:
    """Return the dashed rule of each cap, and its label at the end where the worst day is not."""
    alt = load_altair()
    said = tooltips(
        language,
        label=caption.CAP,
        on=caption.SINCE,
        clause=caption.CLAUSE,
        decision=caption.DECISION,
    )
    base = alt.Chart(data_of(cap_rows(path, language))).encode(y="cap:Q")
    rule = base.mark_rule(color=AMBER, strokeDash=[7, 5], strokeWidth=2)
    side, end = ("right", "until:T") if _is_early(path) else ("left", "on:T")
    label = base.mark_text(color=AMBER, align=side, baseline="bottom", dy=-4, fontSize=12)
    return [
        rule.encode(x=days(caption.DAY, language), x2="until", tooltip=said).properties(name="cap"),
        label.encode(x=end, text="label:N").properties(name="cap_label"),
    ]


def _clauses(path: LeveragePath, language: Language) -> list[str]:
    """Return a line for each cap of a path: how many times, and by which clause."""
    caps = dict.fromkeys((row["cap"], row["clause"]) for row in cap_rows(path, language))
    return [caption.CAP_BY.say(language, cap=cap, clause=clause) for cap, clause in caps]


def _event_rows(path: LeveragePath, fund: GuaranteeFund, language: Language) -> list[Row]:
    """Return the deposits, top-ups and payouts of a fund within a path."""
    rows: list[Row] = []
    for line in fund.standing:
        if line.kind in _MARKED and path.since <= line.on <= path.until:
            row = _point_row(path.at(line.on), language) | {
                "on": midnight(line.on),
                "event": _MARKED[line.kind].say(language),
                "amount": show(from_fen(line.amount_fen)),
                "ref": line.ref,
                "loan_id": line.loan_id,
            }
            rows.append(row)
    return rows


def _events(rows: Sequence[Row], language: Language) -> Any:
    alt = load_altair()
    names = [mark.say(language) for mark in (caption.DEPOSIT_MARK, caption.PAYOUT_MARK)]
    said = tooltips(
        language,
        event=caption.EVENT,
        on=caption.DAY,
        amount=caption.AMOUNT,
        ref=caption.VOUCHER,
        loan_id=caption.LOAN,
        multiple_text=caption.MULTIPLE,
    )
    marks = alt.Chart(data_of(rows)).mark_point(
        filled=True, opacity=0.95, strokeWidth=0.6, stroke=GRAY
    )
    return (
        marks.encode(
            x=days(caption.DAY, language),
            y="at:Q",
            color=alt.Color(
                "event:N", title=None, scale=alt.Scale(domain=names, range=[GREEN, RED])
            ),
            shape=alt.Shape(
                "event:N",
                title=None,
                scale=alt.Scale(domain=names, range=["triangle-up", "triangle-down"]),
            ),
            size=alt.value(70),
            tooltip=said,
        )
        .transform_calculate(at=f"({MULTIPLE}) || 0")
        .properties(name="events")
    )


def _worst(path: LeveragePath, language: Language) -> list[Any]:
    """Return the mark of the highest multiple, and its text; nothing where nothing stands."""
    alt, worst = load_altair(), path.worst
    if worst.balance_fen:
        said = caption.WORST_HERE.say(language, multiple=worst.multiple, on=worst.as_of)
    elif worst.counted_fen:
        said = caption.NO_MONEY_HERE.say(language, on=worst.as_of)
    else:
        return []
    row = _point_row(worst, language) | {"label": said}
    base = alt.Chart(data_of([row])).encode(x=days(caption.DAY, language))
    at = "datum.balance_fen ? datum.counted_fen / datum.balance_fen : datum.cap"
    ring = base.transform_calculate(at=at).mark_point(size=170, color=RED, strokeWidth=2)
    text = base.transform_calculate(above=f"max(datum.cap, {at})").mark_text(
        color=RED,
        align="left" if _is_early(path) else "right",
        baseline="bottom",
        dy=-5 if worst.within_cap else -12,
        fontSize=12,
        fontWeight="bold",
    )
    return [
        ring.encode(y="at:Q", tooltip=point_tooltip(language)).properties(name="worst"),
        text.encode(y="above:Q", text="label:N").properties(name="worst_label"),
    ]


def _is_early(path: LeveragePath) -> bool:
    """Tell whether the worst day lies in the first half of a path."""
    return path.worst.as_of - path.since <= (path.until - path.since) / 2
