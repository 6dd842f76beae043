"""压力情景: what a what-if assumes: what fails, what comes back, what is newly lent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from microloan.guarantee import Guarantee
from microloan.money import Money, fen, from_fen, show
from microloan.naming import identity, refused_terms, require_whole
from microloan.periods import HalfYear
from microloan.rate import exact_rate, show_rate
from microloan.schedule import amortize
from microloan.terms import LoanTerms

_NONE: Final = Decimal(0)
_MOST_MONTHS: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLending:
    """新增贷款: what will be lent under the guarantee, and the pattern that it follows.

    The loans of a half-year are paid out on its first day and repaid together as one loan of the
    pattern would be.

    Args:
        amount: what is lent in each half-year, in yuan, or for each half-year its own amount.
        terms: the pattern: plan, term, rate and due dates; its amount and its days do not count.
        guarantee: what the fund promises for them.

    Raises:
        InvalidAmount: below zero, not CNY, or finer than a fen.
        InvalidTerms: a part that is missing or of another type, or a pattern with days of its own.
    """

    amount: Money | Mapping[HalfYear, Money]
    terms: LoanTerms
    guarantee: Guarantee

    def __post_init__(self) -> None:
        """Refuse what no lending could follow."""
        for given, kind, what in (
            (self.terms, LoanTerms, "the pattern of new lending"),
            (self.guarantee, Guarantee, "the guarantee of new lending"),
        ):
            if not isinstance(given, kind):
                raise refused_terms(what, "新增贷款样本", given, f"a {kind.__name__}")
        if self.terms.due_dates or self.terms.parts:
            days = self.terms.due_dates or tuple(part.due_on for part in self.terms.parts)
            raise refused_terms(
                "the pattern of new lending",
                "新增贷款样本",
                f"a plan with {len(days)} days of its own",
                "a plan whose days follow from the day of disbursement",
            )
        amounts = self.amount.values() if isinstance(self.amount, Mapping) else [self.amount]
        for amount in amounts:
            if fen(amount) < 0:
                raise refused_terms("new lending", "新增贷款", show(amount), "0.00 or more")
        if isinstance(self.amount, Mapping):
            if strange := [key for key in self.amount if not isinstance(key, HalfYear)]:
                raise refused_terms(
                    "a half-year of new lending", "新增贷款的半年度", strange[0], "a HalfYear"
                )
            object.__setattr__(self, "amount", dict(self.amount))

    @property
    def halves(self) -> tuple[HalfYear, ...]:
        """Return the half-years with an amount of their own, in order."""
        return tuple(sorted(self.amount)) if isinstance(self.amount, Mapping) else ()

    def amount_fen(self, half: HalfYear) -> int:
        """Return what is lent in a half-year, in fen; nothing in one that has no amount."""
        if isinstance(self.amount, Mapping):
            return fen(self.amount[half]) if half in self.amount else 0
        return fen(self.amount)

    def terms_of(self, amount_fen: int, *, on: date) -> LoanTerms:
        """Return the terms of so many fen lent on a day, all of them as one loan."""
        return replace(
            self.terms,
            principal=from_fen(amount_fen),
            disbursed_on=on,
            signed_on=on,
            penalty=None,
            misuse=None,
        )


def principal_due(terms: LoanTerms) -> list[tuple[date, int]]:
    """Return the days on which principal falls due by a plan, with the amounts in fen."""
    plan = amortize(terms)
    return [(line.due_on, line.principal_fen) for line in plan if line.principal_fen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """压力情景: how much fails, how much of what the fund pays comes back, what is newly lent.

    Args:
        name: what it is called in a table.
        default_rate: 违约率, the share of every loan that fails: ``percent(5)``.
        recovery_rate: 追偿率, the share of each payout that comes back to the fund.
        recovery_months: how many months after the payout.
        new_lending: 新增贷款; ``None`` where nothing is lent any more.

    Raises:
        InvalidIdentity: an unusable name.
        InvalidRate: a share that is no rate.
        InvalidTerms: a share above the whole, or months out of range.
    """

    name: str
    default_rate: Decimal
    recovery_rate: Decimal = _NONE
    recovery_months: int = 12
    new_lending: NewLending | None = None

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        identity(self.name, "a scenario")
        for share, what, zh in (
            (self.default_rate, "the share that fails", "违约率"),
            (self.recovery_rate, "the share that comes back", "追偿率"),
        ):
            if exact_rate(share) > 1:
                raise refused_terms(what, zh, share, "from 0 to 1")
        require_whole(self.recovery_months, "the months of a recovery", "追偿月数", 1, _MOST_MONTHS)
        if not isinstance(self.new_lending, NewLending | None):
            raise refused_terms("new lending", "新增贷款", self.new_lending, "a NewLending")

    def __str__(self) -> str:
        """Return what is assumed, in one sentence."""
        lent = "nothing is newly lent" if self.new_lending is None else "new loans fail alike"
        return (
            f"{show_rate(self.default_rate)} of every loan fails on its next day of principal or, "
            "where it is overdue, at once, "
            f"{show_rate(self.recovery_rate)} of a payout comes back after "
            f"{self.recovery_months} months, {lent}"
        )
