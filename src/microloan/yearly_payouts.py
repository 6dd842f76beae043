"""年度代偿: what a fund paid in a calendar year, against the part of the loan balance it may be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from microloan.explain import Explanation
from microloan.fund import GuaranteeFund
from microloan.loan import Loan
from microloan.money import InYuan, show
from microloan.periods import plain_date
from microloan.policy import Policy, Provision
from microloan.policy.rulebook import require_policy
from microloan.quotient import Quotient
from microloan.rate import show_rate
from microloan.risk import payout_rate_of_balance
from microloan.table import Card, columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyPayouts(Card):
    """年度代偿: the payouts of a calendar year up to a day, against the cap of that year.

    The cap refuses nothing: what a guarantee promised is paid. It says who bears it. The loss
    within the limit that the fund cannot bear is made good by the budget; what exceeds the limit
    is for the finance bureau to decide after review.

    Args:
        fund_id: the fund.
        as_of: the day; payouts count from the 1 January before it.
        measured: payouts ÷ exposure on the day, in full.
        cap: the part of the loan balance that a year's payouts may be, with its clause.
    """

    fund_id: str
    as_of: date
    measured: Quotient
    cap: Provision[Decimal]

    paid = InYuan("paid_fen", "What the fund has paid in the year, in yuan; gross of recoveries.")
    balance = InYuan("balance_fen", "Outstanding principal of the guaranteed loans, in yuan.")
    limit = InYuan("limit_fen", "The most that the cap allows, in yuan.")
    room = InYuan("room_fen", "What may still be paid below the limit, in yuan.")
    excess = InYuan("excess_fen", "What was paid above the limit, in yuan.")

    COLUMNS = columns_of("fund_id as_of payouts=paid_fen balance limit room over_limit=excess_fen")

    @property
    def paid_fen(self) -> int:
        """Return what the fund has paid in the year, in fen; recoveries do not lower it."""
        return self.measured.part

    @property
    def balance_fen(self) -> int:
        """Return the outstanding principal of the guaranteed loans on the day, in fen."""
        return self.measured.whole

    @property
    def limit_fen(self) -> int:
        """Return the most that the cap allows, in whole fen; a part of a fen is not allowed."""
        return int(Fraction(self.cap.value) * self.balance_fen)

    @property
    def room_fen(self) -> int:
        """Return what may still be paid below the limit, in fen; never below zero."""
        return max(self.limit_fen - self.paid_fen, 0)

    @property
    def excess_fen(self) -> int:
        """Return what was paid above the limit 超限额部分, in fen; exactly on it, nothing."""
        return max(self.paid_fen - self.limit_fen, 0)

    def explain(self) -> Explanation:
        """Return how the payouts of the year stand against the limit."""
        over = f"excess {show(self.excess)}" if self.excess_fen else f"room {show(self.room)}"
        return Explanation(
            title=f"{self.fund_id}: payouts {self.as_of.year} through {self.as_of}: {over}",
            steps=(
                ("paid in the year", show(self.paid)),
                ("loan balance", f"{show(self.balance)} on {self.as_of}"),
                ("limit", f"{show_rate(self.cap.value)} × balance = {show(self.limit)}"),
                ("within it", "what the fund cannot bear is made good by the budget"),
                ("above it", "paid all the same; the finance bureau decides after review"),
            ),
            rule=str(self.cap),
        )


def measure_yearly_payouts(
    fund: GuaranteeFund, loans: Iterable[Loan], *, under: Policy, as_of: date
) -> YearlyPayouts:
    """Return what a fund paid since 1 January against the cap on a year's payouts 年度代偿率.

    The balance is that of the day asked for, and the cap the one in force on it: ask for
    31 December for the year's own figure. No text that was read names another day.

    Args:
        fund: the fund.
        loans: the loans; those that it does not guarantee do not count.
        under: the policy.
        as_of: the day.

    Raises:
        NotInForce: the policy knows no such cap on that day.
        InvalidDate: no plain date.
        InvalidTerms, LoanGivenTwice: something that is no loan, no policy, or the same loan twice.
    """
    require_policy(under)
    first = plain_date(as_of, "a year's payouts").replace(month=1, day=1)
    return YearlyPayouts(
        fund_id=fund.id,
        as_of=as_of,
        measured=payout_rate_of_balance(fund, loans, since=first, until=as_of),
        cap=under.yearly_claim_cap.at(as_of),
    )
