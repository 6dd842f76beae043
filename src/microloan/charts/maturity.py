"""到期阶梯: when the principal a fund stands behind falls due, that is when room comes back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from microloan.charts import caption
from microloan.charts.ink import (
    AMBER,
    BLUE,
    GRAY,
    RED,
    Row,
    data_of,
    dressed,
    load_altair,
    money_axis,
    require_rows,
    tooltips,
)
from microloan.course import run_through
from microloan.exposure import ENDS_A_GUARANTEE
from microloan.fund import GuaranteeFund
from microloan.loan import Loan
from microloan.money import InYuan, from_fen, show
from microloan.naming import require_a, require_whole, several_of
from microloan.periods import HalfYear, plain_date
from microloan.portfolio import guaranteed_by
from microloan.table import Language, columns_of

if TYPE_CHECKING:
    from altair import LayerChart

_MOST_HALVES: Final = 60
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maturity:
    """到期阶梯的一级: the principal that falls due in some days, and of how many loans.

    Args:
        since: the first day; ``None`` for what fell due before and is unpaid 已逾期.
        until: the last day; ``None`` for all that falls due after the others 以后.
        principal_fen: the principal, in fen.
        loans: of how many loans.
    """

    since: date | None
    until: date | None
    principal_fen: int
    loans: int

    principal = InYuan("principal_fen", "The principal that falls due, in yuan.")
    COLUMNS = columns_of("since until loans principal")

    def named(self, language: Language) -> str:
        """Return the half-year, or that it is overdue or later."""
        if self.since is None:
            return caption.OVERDUE_NOW.say(language)
        return caption.LATER.say(language) if self.until is None else f"{HalfYear.of(self.until)}"


def maturity_ladder(
    fund: GuaranteeFund, loans: Iterable[Loan], *, as_of: date, halves: int = 8
) -> tuple[Maturity, ...]:
    """Return when the outstanding principal that a fund stands behind falls due, by half-year.

    All steps together are the fund's exposure on the day: first what is overdue, then each
    half-year from the day after on, last what falls due later. Plans count as they stood that day.

    Args:
        fund: the fund; loans that it does not guarantee do not count.
        loans: the loans.
        as_of: the day of the question.
        halves: how many half-years, from that of the day after.

    Raises:
        InvalidDate: no plain date.
        InvalidTerms, LoanGivenTwice: no fund, half-years out of range, something that is no loan,
            or the same loan twice.
    """
    require_a(fund, GuaranteeFund, "the fund of a maturity ladder", "到期阶梯所属基金")
    first = HalfYear.of(plain_date(as_of, "a maturity ladder") + _DAY)
    require_whole(halves, "the number of half-years", "半年度个数", 1, _MOST_HALVES)
    ahead = list(accumulate(range(1, halves), lambda half, _: half.next, initial=first))
    steps: list[tuple[date | None, date | None]] = [(None, as_of)]
    steps += ((half.first_day, half.last_day) for half in ahead)
    steps[1] = (as_of + _DAY, first.last_day)
    steps.append((ahead[-1].last_day + _DAY, None))
    mine = guaranteed_by(loans, fund.id, of="a maturity ladder", of_zh="到期阶梯")
    dues = [(loan.id, *due) for loan in mine for due in _unpaid(loan, as_of)]
    return tuple(_step(since, until, dues) for since, until in steps)


def _unpaid(loan: Loan, as_of: date) -> Iterator[tuple[date, int]]:
    """Yield when unpaid principal of a loan falls due, if the fund stands behind it."""
    fold = run_through(loan.terms, loan.entries, as_of=as_of)
    if not any(effect.entry.kind in ENDS_A_GUARANTEE for effect in fold.applied):
        yield from (
            (due.due_on, due.unpaid_principal_fen) for due in fold.dues if due.unpaid_principal_fen
        )


def _step(
    since: date | None, until: date | None, dues: Iterable[tuple[str, date, int]]
) -> Maturity:
    within = [
        (loan_id, amount)
        for loan_id, on, amount in dues
        if (since is None or since <= on) and (until is None or on <= until)
    ]
    return Maturity(
        since=since,
        until=until,
        principal_fen=sum(amount for _, amount in within),
        loans=len({loan_id for loan_id, _ in within}),
    )


def draw_maturities(
    fund: GuaranteeFund, ladder: Iterable[Maturity], *, language: Language = Language.ZH
) -> "LayerChart":
    """Return the chart of when the principal that a fund stands behind falls due, by half-year.

    Args:
        fund: the fund.
        ladder: the steps, by :func:`maturity_ladder`.
        language: that of the titles, axes and tooltips.

    Raises:
        InvalidTerms: no fund; no steps, or something that is none; no language.
        ExtraMissing: Altair is not installed.
    """
    alt = load_altair()
    require_a(fund, GuaranteeFund, "the fund of a maturity ladder", "到期阶梯所属基金")
    steps = several_of(ladder, Maturity, "a maturity ladder", "到期阶梯")
    require_rows(steps, "the steps of a maturity ladder", "到期阶梯")
    bars = alt.Chart(data_of([_row(step, language) for step in steps])).encode(
        x=alt.X(
            "half:N",
            sort=[step.named(language) for step in steps],
            axis=alt.Axis(title=caption.HALF.say(language), labelAngle=0),
        ),
        y=alt.Y("principal_fen:Q", axis=money_axis(caption.FALLS_DUE, language)),
    )
    chart = alt.layer(
        _filled(bars, language).properties(name="steps"),
        bars.mark_text(dy=-6, color=GRAY, fontSize=11).encode(text="loans_text:N"),
    )
    title = caption.MATURITY_TITLE.say(language, of=fund.name, on=steps[0].until)
    whole = show(from_fen(sum(step.principal_fen for step in steps)))
    drawn: LayerChart = dressed(chart, title, caption.MATURITY_NOTE.say(language, whole=whole))
    return drawn


def _filled(bars: Any, language: Language) -> Any:
    """Return the bars in their colors: what is overdue in red, what falls due later in amber."""
    alt = load_altair()
    kinds = alt.Scale(domain=["overdue", "half", "later"], range=[RED, BLUE, AMBER])
    return bars.mark_bar(width={"band": 0.7}, cornerRadiusTopLeft=2, cornerRadiusTopRight=2).encode(
        color=alt.Color("kind:N", scale=kinds, legend=None),
        tooltip=tooltips(
            language,
            half=caption.HALF,
            first=caption.SINCE,
            last=caption.UNTIL,
            principal=caption.PRINCIPAL,
            loans=caption.LOANS,
        ),
    )


def _row(step: Maturity, language: Language) -> Row:
    kind = "overdue" if step.since is None else "later" if step.until is None else "half"
    count = f"{step.loans:,} 笔" if language is Language.ZH else f"{step.loans:,}"
    return {
        "half": step.named(language),
        "kind": kind,
        "first": f"{step.since or ''}",
        "last": f"{step.until or ''}",
        "principal_fen": step.principal_fen,
        "principal": show(step.principal),
        "loans": step.loans,
        "loans_text": count if step.loans else "",
    }
