"""压力测试结果: what a fund comes to under a scenario, half-year by half-year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from microloan.explain import Explanation
from microloan.fund_path import LeveragePath
from microloan.leverage import Leverage
from microloan.money import InYuan, show
from microloan.periods import HalfYear
from microloan.scenario import Scenario
from microloan.table import Table, Tabular, columns_of, tabulate

Row = Mapping[str, str | date | Decimal | None]
"""One half-year as flat figures: amounts in yuan, by name."""

_FLOWS: Final = ("lent", "due", "repaid", "failed", "ended", "paid_out", "recovered", "unpaid")
_STATE: Final = ("balance", "exposure", "covered_exposure", "limit", "headroom")


@dataclass(frozen=True, slots=True, kw_only=True)
class StressHalf:
    """压力测试, one half-year: where the fund stands at its end, and what moved in it.

    Two identities hold to the fen: exposure before + lent − repaid − ended = exposure, and balance
    before + recovered − paid out = balance.

    Args:
        scenario: what is assumed.
        half: the half-year.
        before: the fund before it.
        leverage: the fund at its end.
        lent_fen: principal newly lent.
        repaid_fen: principal repaid by the borrowers who go on.
        failed_fen: principal that failed: all that was outstanding of the share that fails.
        ended_fen: what of it stopped being exposure, because the claims fell to the fund.
        paid_out_fen: what the fund paid for claims.
        recovered_fen: what came back to the fund.
        unpaid_fen: claims that the fund owes at the end and has no money for.
    """

    scenario: Scenario
    half: HalfYear
    before: Leverage
    leverage: Leverage
    lent_fen: int
    repaid_fen: int
    failed_fen: int
    ended_fen: int
    paid_out_fen: int
    recovered_fen: int
    unpaid_fen: int

    lent = InYuan("lent_fen", "Principal newly lent, in yuan.")
    due = InYuan("due_fen", "Principal that fell due, repaid or failed, in yuan.")
    repaid = InYuan("repaid_fen", "Principal repaid, in yuan.")
    failed = InYuan("failed_fen", "Principal that failed, in yuan.")
    ended = InYuan("ended_fen", "Exposure that ended with a claim, in yuan.")
    paid_out = InYuan("paid_out_fen", "What the fund paid for claims, in yuan.")
    recovered = InYuan("recovered_fen", "What came back to the fund, in yuan.")
    unpaid = InYuan("unpaid_fen", "Claims the fund owes and has no money for, in yuan.")
    top_up = InYuan("top_up_fen", "Money the fund lacks for claims and cap, in yuan.")

    COLUMNS = columns_of(
        "scenario=scenario.name half as_of=leverage.as_of balance=leverage.balance_fen",
        "cap=leverage.cap.value exposure=leverage.exposure_fen",
        "covered_exposure=leverage.covered_fen multiple=leverage.multiple",
        "limit=leverage.limit_fen headroom=leverage.headroom_fen lent due_principal=due_fen",
        "repaid failed ended payouts=paid_out_fen recovered unpaid top_up",
    )

    @property
    def due_fen(self) -> int:
        """Return the principal that fell due: by plan, or at once where a loan failed, in fen."""
        return self.repaid_fen + self.failed_fen

    @property
    def top_up_fen(self) -> int:
        """Return the money that pays the claims and brings the fund within its cap, in fen."""
        return self.unpaid_fen + self.leverage.top_up_fen

    @property
    def row(self) -> Row:
        """Return the half-year as flat figures, amounts in yuan: a row to plot or to print."""
        at = self.leverage
        return {
            "scenario": self.scenario.name,
            "half": str(self.half),
            "on": at.as_of,
            "multiple": at.multiple,
            "cap": Decimal(at.cap.value),
            **{name: getattr(at, name).amount for name in _STATE},
            **{name: getattr(self, name).amount for name in (*_FLOWS, "top_up")},
        }

    def explain(self) -> Explanation:
        """Return why the headroom is what it is."""
        at, before = self.leverage, self.before
        steps = [
            ("exposure before", show(before.exposure)),
            ("lent", f"+ {show(self.lent)}"),
            ("repaid", f"− {show(self.repaid)}"),
            ("ended with a claim", f"− {show(self.ended)}"),
            ("exposure", f"{show(at.exposure)}; {show(self.failed)} failed in the half-year"),
            ("balance before", show(before.balance)),
            ("recovered", f"+ {show(self.recovered)}"),
            ("paid out", f"− {show(self.paid_out)}"),
            ("balance", show(at.balance)),
            ("owed and not paid", show(self.unpaid)),
            ("multiple", "no balance" if at.multiple is None else str(at.multiple)),
            ("cap", f"{at.cap.value} × balance = {show(at.limit)}"),
        ]
        return Explanation(
            title=f"{at.fund_id} at the end of {self.half}, {self.scenario.name}: "
            f"headroom {show(at.headroom)}",
            steps=tuple(
                step for step in steps if step[0] != "owed and not paid" or self.unpaid_fen
            ),
            rule=f"{self.scenario}; {at.cap}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StressPath(Tabular):
    """压力测试: a fund under one scenario, from the day of the question on.

    Args:
        scenario: what is assumed.
        start: the fund at the end of the day of the question.
        halves: the half-years after it, in order.
    """

    scenario: Scenario
    start: Leverage
    halves: tuple[StressHalf, ...]

    def as_table(self) -> Table:
        """Return one row for each of the halves."""
        return tabulate(self.halves, of=StressHalf)

    @property
    def worst(self) -> StressHalf:
        """Return the half-year that ends with the highest multiple, the earliest of several."""
        points = tuple(one.leverage for one in self.halves)
        worst = LeveragePath(points=points, until=points[-1].as_of).worst
        return self.halves[points.index(worst)]

    @property
    def short_of_room(self) -> StressHalf | None:
        """Return the first half-year that ends without headroom; ``None`` where there is none."""
        return next((one for one in self.halves if not one.leverage.headroom_fen), None)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the half-years as flat rows, as a data frame takes them."""
        return tuple(one.row for one in self.halves)
