"""担保基金: the pool of public money, what it stands behind, what it pays and gets back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Self

from microloan.errors import InsufficientBalance, LeverageExceeded
from microloan.explain import Explanation
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.history import (
    append,
    check_history,
    not_reversible,
    reversible,
    standing,
)
from microloan.loan import Loan
from microloan.money import ZERO, InYuan, Money, fen, from_fen, positive_fen, rounded, show
from microloan.naming import identity
from microloan.periods import asked_day, in_order, plain_date
from microloan.policy import Policy, Provision


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeFund:
    """担保基金: identity, name and entries; the balance is derived from them.

    Args:
        id: the fund's code.
        name: its name as it is printed.
        entries: what happened, in the order of knowledge.

    Raises:
        InvalidIdentity: an unusable identity or name.
        InvalidHistory: entries that cannot be the history of a fund.
        InsufficientBalance: entries that would bring the balance below zero.
    """

    id: str
    name: str
    entries: tuple[FundEntry, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a history that no fund could have."""
        identity(self.id, "a fund")
        identity(self.name, "a fund's name")
        check_history(self.entries, self.id)
        balance = 0
        for on, change in balance_steps(self.entries):
            balance += change
            if balance < 0:
                raise InsufficientBalance(
                    f"{self.id}: the balance on {on} would be {show(from_fen(balance))}",
                    zh=f"{self.id}：{on} 基金余额将为 {show(from_fen(balance))}",
                    value=from_fen(balance),
                    limit=ZERO,
                )

    def deposit(self, amount: Money, *, on: date, ref: str, booked_on: date | None = None) -> Self:
        """Return the fund with money paid in; the same act again changes nothing.

        Raises:
            InvalidAmount: zero or below, not CNY, or finer than a fen.
            RefConflict: the voucher already stands for another deposit.
        """
        worth = positive_fen(amount, "a deposit")
        return self.with_entry(FundEntryKind.DEPOSIT, worth, on=on, ref=ref, booked_on=booked_on)

    def reverse(self, number: int, *, on: date, ref: str, booked_on: date | None = None) -> Self:
        """Return the fund with a deposit undone, as though it had never been made.

        Raises:
            NotReversible: the entry does not stand or is no deposit; payouts and recoveries are
                undone on fund and loan together by :func:`reverse_both`.
            InsufficientBalance: the money has been used.
        """
        repeated = any(entry.undoes == number and entry.ref == ref for entry in self.entries)
        if not repeated:
            undone = reversible(self.entries, number, of=self.id)
            if undone.kind is not FundEntryKind.DEPOSIT:
                raise not_reversible(
                    number,
                    of=self.id,
                    why=f"a {undone.kind.value} is not undone on the fund alone",
                    zh="该类流水不能仅在基金一方冲正",
                )
        return self.with_reversal(number, on=on, ref=ref, booked_on=booked_on)

    def with_reversal(self, number: int, *, on: date, ref: str, booked_on: date | None) -> Self:
        """Return the fund with a reversal appended; the caller has checked what it means."""
        plain_date(on, "a reversal")
        in_order(self.entries[number - 1].on, on, f"{self.id}: an entry and its reversal")
        return self.with_entry(
            FundEntryKind.REVERSAL, 0, on=on, ref=ref, booked_on=booked_on, undoes=number
        )

    def with_entry(
        self,
        kind: FundEntryKind,
        amount_fen: int,
        *,
        on: date,
        ref: str,
        booked_on: date | None,
        loan_id: str = "",
        undoes: int = 0,
    ) -> Self:
        """Return the fund with an entry appended; the same act again changes nothing.

        Raises:
            RefConflict: the voucher already stands for another act of the kind.
            InsufficientBalance: the balance would fall below zero on some day.
        """
        entry = FundEntry(
            number=len(self.entries) + 1,
            kind=kind,
            on=on,
            booked_on=on if booked_on is None else booked_on,
            ref=ref,
            amount_fen=amount_fen,
            loan_id=loan_id,
            undoes=undoes,
        )
        entries = append(self.entries, entry, of=self.id)
        return self if entries is self.entries else replace(self, entries=entries)

    def balance(self, *, as_of: date) -> Money:
        """Return the fund's money at the end of a day: deposits less payouts plus recoveries.

        >>> from microloan.money import cny
        >>> fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
        >>> fund = fund.deposit(cny(5_000_000), on=date(2024, 1, 2), ref="财预2024-3")
        >>> show(fund.balance(as_of=date(2024, 1, 1))), show(fund.balance(as_of=date(2024, 1, 2)))
        ('0.00', '5,000,000.00')
        """
        day = asked_day(as_of)
        return from_fen(sum(change for on, change in balance_steps(self.entries) if on <= day))

    def moved(self, kind: FundEntryKind, *, as_of: date) -> Money:
        """Return the sum of one kind of standing entries up to a day, gross."""
        return from_fen(
            sum(
                entry.amount_fen
                for entry in standing(self.entries)
                if entry.kind is kind and entry.on <= as_of
            )
        )


def balance_steps(entries: Iterable[FundEntry]) -> list[tuple[date, int]]:
    """Return the net change of the balance for each day on which it changes, in order, in fen."""
    by_day: dict[date, int] = {}
    for entry in standing(tuple(entries)):
        by_day[entry.on] = by_day.get(entry.on, 0) + entry.effect_fen
    return sorted(by_day.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Leverage:
    """放大倍数: what a fund stands behind on a day, against its money and the cap in force.

    Args:
        fund_id: the fund.
        as_of: the day.
        exposure_fen: full outstanding principal of the loans it guarantees 在保余额.
        covered_fen: the covered share of it.
        balance_fen: the fund's money.
        cap: the multiple in force, with its clause.
    """

    fund_id: str
    as_of: date
    exposure_fen: int
    covered_fen: int
    balance_fen: int
    cap: Provision[int]

    exposure = InYuan(
        "exposure_fen", "Full outstanding principal of the guaranteed loans, in yuan."
    )
    covered_exposure = InYuan("covered_fen", "The covered share of the exposure, in yuan.")
    balance = InYuan("balance_fen", "The fund's money, in yuan.")
    limit = InYuan("limit_fen", "The largest exposure that the cap allows, in yuan.")
    headroom = InYuan("headroom_fen", "Room left under the cap, in yuan; never below zero.")
    top_up = InYuan("top_up_fen", "Money the fund lacks for its exposure under the cap, in yuan.")

    @property
    def limit_fen(self) -> int:
        """Return the largest exposure that the cap allows, in fen."""
        return self.cap.value * self.balance_fen

    @property
    def headroom_fen(self) -> int:
        """Return the room left under the cap 可保余量, in fen; never below zero."""
        return max(self.limit_fen - self.exposure_fen, 0)

    @property
    def top_up_fen(self) -> int:
        """Return the money the fund lacks for its exposure under the cap 应补足金额, in fen."""
        lacking = self.exposure_fen - self.limit_fen
        return max(-(-lacking // self.cap.value), 0)

    @property
    def within_cap(self) -> bool:
        """Tell whether the exposure is within the cap; exactly on it is."""
        return self.exposure_fen <= self.limit_fen

    @property
    def multiple(self) -> Decimal | None:
        """Return exposure ÷ balance, to four places; ``None`` where the fund has no money."""
        if not self.balance_fen:
            return None
        return rounded(Fraction(self.exposure_fen, self.balance_fen), 4)

    def explain(self) -> Explanation:
        """Return why the headroom is what it is."""
        return Explanation(
            title=f"{self.fund_id} on {self.as_of}: headroom {show(self.headroom)}",
            steps=(
                ("balance", show(self.balance)),
                ("cap", f"{self.cap.value} × balance = {show(self.limit)}"),
                ("exposure", show(self.exposure)),
                ("multiple", "no balance" if self.multiple is None else str(self.multiple)),
            ),
            rule=str(self.cap),
        )


def measure_leverage(
    fund: GuaranteeFund, loans: Iterable[Loan], *, under: Policy, as_of: date
) -> Leverage:
    """Return a fund's leverage at the end of a day, from the fund and the loans themselves.

    Loans that the fund does not guarantee do not count. A store answers the same question faster.

    Raises:
        NotInForce: the policy knows no cap on that day.
    """
    steps = [
        step
        for loan in loans
        if loan.guarantee is not None and loan.guarantee.fund_id == fund.id
        for step in loan.exposure_steps()
        if step.on <= as_of
    ]
    return Leverage(
        fund_id=fund.id,
        as_of=as_of,
        exposure_fen=sum(step.exposure_fen for step in steps),
        covered_fen=sum(step.covered_fen for step in steps),
        balance_fen=fen(fund.balance(as_of=as_of)),
        cap=under.leverage_cap.at(as_of),
    )


def require_headroom(leverage: Leverage) -> None:
    """Refuse to stand behind more than the cap allows on the day of a leverage.

    Raises:
        LeverageExceeded: names the fund, the day, the exposure, the cap and the shortfall.
    """
    if not leverage.within_cap:
        short = from_fen(leverage.exposure_fen - leverage.limit_fen)
        raise LeverageExceeded(
            f"{leverage.fund_id} would stand behind {show(leverage.exposure)} on {leverage.as_of}; "
            f"{leverage.cap.value} × {show(leverage.balance)} allows {show(leverage.limit)}, "
            f"{show(short)} too much",
            zh=f"{leverage.fund_id} 在 {leverage.as_of} 的在保余额将达 {show(leverage.exposure)}，"
            f"超出上限 {show(leverage.limit)} 共 {show(short)}",
            value=leverage.exposure,
            limit=leverage.limit,
        )
