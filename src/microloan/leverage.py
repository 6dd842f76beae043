"""放大倍数: what a fund stands behind on a day, against its money and the cap in force."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from microloan.errors import LeverageExceeded, shown
from microloan.explain import Explanation
from microloan.money import InYuan, Money, from_fen, positive_fen, rounded, settle, show
from microloan.naming import refused_terms
from microloan.policy import ExposureBasis, Provision
from microloan.table import Card, columns_of

_MOST_TIMES: Final = 1_000
_PLACES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Leverage(Card):
    """放大倍数: what a fund stands behind on a day, against its money and the cap in force.

    Args:
        fund_id: the fund.
        as_of: the day.
        exposure_fen: full outstanding principal of the loans it guarantees 在保余额.
        covered_fen: the covered share of it.
        balance_fen: the fund's capital.
        cap: the multiple in force, with its clause and, where there is one, the fund's decision.
        committed_fen: what was approved and is not yet paid out 已批未放.
        basis: which exposure is held against the cap.
        decision: the voucher of the fund's decision that raised the cap; empty without one.
        ordinary_cap: the multiple of the rule alone, where a decision raised it; ``None`` where
            ``cap`` is the rule's own.
    """

    fund_id: str
    as_of: date
    exposure_fen: int
    covered_fen: int
    balance_fen: int
    cap: Provision[int]
    committed_fen: int = 0
    basis: ExposureBasis = ExposureBasis.FULL
    decision: str = ""
    ordinary_cap: Provision[int] | None = None

    exposure = InYuan(
        "exposure_fen", "Full outstanding principal of the guaranteed loans, in yuan."
    )
    covered_exposure = InYuan("covered_fen", "The covered share of the exposure, in yuan.")
    counted = InYuan("counted_fen", "The exposure that is held against the cap, in yuan.")
    committed = InYuan("committed_fen", "Loans approved and not yet paid out, in yuan.")
    balance = InYuan("balance_fen", "The fund's capital, in yuan.")
    limit = InYuan("limit_fen", "The largest exposure that the cap allows, in yuan.")
    headroom = InYuan("headroom_fen", "Room left under the cap, in yuan; never below zero.")
    top_up = InYuan("top_up_fen", "Money the fund lacks for its exposure under the cap, in yuan.")

    COLUMNS = columns_of(
        "fund_id as_of balance cap=cap.value exposure covered_exposure=covered_fen counted",
        "committed limit headroom top_up multiple within_cap basis decision clause=cap",
    )

    @property
    def counted_fen(self) -> int:
        """Return the exposure that is held against the cap, by the basis in force, in fen."""
        return self.exposure_fen if self.basis is ExposureBasis.FULL else self.covered_fen

    @property
    def limit_fen(self) -> int:
        """Return the largest exposure that the cap allows, in fen."""
        return self.cap.value * self.balance_fen

    @property
    def free_fen(self) -> int:
        """Return the limit less exposure and commitments, in fen; below zero where it is broken."""
        return self.limit_fen - self.counted_fen - self.committed_fen

    @property
    def headroom_fen(self) -> int:
        """Return the room left under the cap 可保余量, in fen; never below zero."""
        return max(self.free_fen, 0)

    @property
    def top_up_fen(self) -> int:
        """Return the money the fund lacks for its exposure under the cap 应补足金额, in fen."""
        lacking = self.counted_fen - self.limit_fen
        return max(-(-lacking // self.cap.value), 0)

    @property
    def within_cap(self) -> bool:
        """Tell whether the exposure is within the cap; exactly on it is. No commitment counts."""
        return self.counted_fen <= self.limit_fen

    @property
    def exact_multiple(self) -> Fraction | None:
        """Return exposure ÷ balance exactly; ``None`` where the fund has no money."""
        return Fraction(self.counted_fen, self.balance_fen) if self.balance_fen else None

    @property
    def multiple(self) -> Decimal | None:
        """Return exposure ÷ balance, to four places; ``None`` where the fund has no money."""
        exact = self.exact_multiple
        return None if exact is None else rounded(exact, 4)

    def headroom_in_loans(self, of: Money) -> int:
        """Return how many more loans of an amount the fund may stand behind.

        Raises:
            InvalidAmount: the amount is zero or below.
        """
        return self.headroom_fen // positive_fen(of, "a standard loan")

    def short_of(self, multiple: int | Decimal) -> Money:
        """Return how far the exposure stays below a multiple of the balance; nothing where above.

        "In full at 1:5" (按 1:5 足额放贷) is kept where ``short_of(5)`` is nothing. A part of a fen
        is rounded half up.

        Raises:
            InvalidTerms: a multiple that is no ``int`` or ``Decimal`` from 0 to 1,000, or has more
                than twelve decimals.
        """
        wanted = _plain_multiple(multiple) * self.balance_fen
        return from_fen(max(settle(wanted - self.counted_fen), 0))

    def explain(self) -> Explanation:
        """Return why the headroom is what it is."""
        steps = [
            ("balance", show(self.balance)),
            ("cap", f"{self.cap.value} × balance = {show(self.limit)}"),
            ("exposure", show(self.exposure)),
        ]
        if self.basis is ExposureBasis.COVERED:
            steps.append(("held against the cap", f"covered exposure {show(self.counted)}"))
        if self.committed_fen:
            steps.append(("approved, not paid out", show(self.committed)))
        steps.append(("multiple", "no balance" if self.multiple is None else str(self.multiple)))
        return Explanation(
            title=f"{self.fund_id} on {self.as_of}: headroom {show(self.headroom)}",
            steps=tuple(steps),
            rule=str(self.cap),
        )


def _plain_multiple(multiple: int | Decimal) -> Fraction:
    """Return a multiple exactly; bounded before any arithmetic: 1E+400000 is a ``Decimal`` too."""
    whole = type(multiple) is int
    exact = isinstance(multiple, Decimal) and multiple.is_finite()
    if not (whole or exact) or not 0 <= multiple <= _MOST_TIMES or _decimals(multiple) > _PLACES:
        raise refused_terms(
            "a multiple", "倍数", shown(multiple), f"an int or Decimal from 0 to {_MOST_TIMES}"
        )
    return Fraction(multiple)


def _decimals(multiple: int | Decimal) -> int:
    return 0 if isinstance(multiple, int) else -int(multiple.as_tuple().exponent)


def require_headroom(leverage: Leverage) -> None:
    """Refuse to stand behind more than the cap allows on the day of a leverage.

    Raises:
        LeverageExceeded: names the fund, the day, the exposure, the cap and the shortfall.
    """
    if leverage.free_fen >= 0:
        return
    held = from_fen(leverage.counted_fen + leverage.committed_fen)
    short = show(from_fen(-leverage.free_fen))
    cap, balance, committed = leverage.cap.value, show(leverage.balance), show(leverage.committed)
    promised = f", {committed} of it approved" if leverage.committed_fen else ""
    promised_zh = f"（其中已批未放 {committed}）" if leverage.committed_fen else ""
    raise LeverageExceeded(
        f"{leverage.fund_id} would stand behind {show(held)} on {leverage.as_of}{promised}; "
        f"{cap} × {balance} allows {show(leverage.limit)}, "
        f"{short} too much",
        zh=f"{leverage.fund_id} 在 {leverage.as_of} 的在保余额将达 {show(held)}{promised_zh}，"
        f"超出 {cap} 倍 × 基金余额 {balance} 的上限 {show(leverage.limit)} 共 {short}",
        value=held,
        limit=leverage.limit,
    )
