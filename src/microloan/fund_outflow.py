"""退出与垫付: capital that leaves a fund by decision, and what of it comes back.

Less capital stands behind the loans afterwards, so these acts are tested against the cap.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.fund_path import path_ahead, require_room
from microloan.loan import Loan
from microloan.money import InYuan, Money, positive_fen
from microloan.periods import asked_day
from microloan.policy import Level, Policy
from microloan.policy.rulebook import require_policy
from microloan.table import columns_of


def withdraw(
    fund: GuaranteeFund,
    loans: Iterable[Loan],
    amount: Money,
    *,
    under: Policy,
    on: date,
    ref: str,
    account: str = "",
    level: Level | None = None,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with capital taken back by who paid it in 退出.

    The cap is tested on every day from ``on`` forward, with what was approved and not yet paid out.
    The same act again changes nothing and is not tested again.

    Args:
        fund: the fund.
        loans: all loans it may stand behind; those of other funds do not count.
        amount: what is taken, in yuan.
        under: the policy that holds the cap.
        on: the day the money leaves.
        ref: the voucher.
        account: the deposit account it leaves; by default the main one.
        level: the level of government that takes it.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        InsufficientBalance: more than the capital, or than the account has, on some day.
        LeverageExceeded: the rest would not bear what the fund stands behind on some day.
        UnknownAccount: the account was not open on that day.
        NotInForce: the policy knows no cap on some of the days.
        InvalidTerms: no policy.
    """
    less = with_withdrawal(
        fund, amount, on=on, ref=ref, account=account, level=level, booked_on=booked_on
    )
    return _tested(fund, less, loans, under=under, since=on)


def with_withdrawal(
    fund: GuaranteeFund,
    amount: Money,
    *,
    on: date,
    ref: str,
    account: str = "",
    level: Level | None = None,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with a withdrawal appended; the caller has tested the cap, or will.

    Raises:
        InvalidAmount, InsufficientBalance, UnknownAccount: as :func:`withdraw`.
    """
    return fund.with_entry(
        FundEntryKind.WITHDRAWAL,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "a withdrawal"),
        account=account,
        level=level,
    )


def advance_subsidy(
    fund: GuaranteeFund,
    loans: Iterable[Loan],
    amount: Money,
    *,
    under: Policy,
    on: date,
    ref: str,
    account: str = "",
    level: Level | None = None,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with capital lent to the subsidy while the treasury is late 垫付贴息.

    Until it comes back by :func:`return_advance` it backs no loan, so the cap is tested on every
    day from ``on`` forward. The same act again changes nothing and is not tested again.

    Args:
        fund, loans, amount, under, on, ref, account, booked_on: as of :func:`withdraw`.
        level: the level of government whose part of the subsidy is late.

    Raises:
        InvalidAmount, InsufficientBalance, LeverageExceeded, …: as :func:`withdraw`.
    """
    less = with_advance(
        fund, amount, on=on, ref=ref, account=account, level=level, booked_on=booked_on
    )
    return _tested(fund, less, loans, under=under, since=on)


def with_advance(
    fund: GuaranteeFund,
    amount: Money,
    *,
    on: date,
    ref: str,
    account: str = "",
    level: Level | None = None,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with an advance appended; the caller has tested the cap, or will.

    Raises:
        InvalidAmount, InsufficientBalance, UnknownAccount: as :func:`withdraw`.
    """
    return fund.with_entry(
        FundEntryKind.ADVANCE,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "an advance"),
        account=account,
        level=level,
    )


def return_advance(
    fund: GuaranteeFund,
    amount: Money,
    *,
    advance: str,
    on: date,
    ref: str,
    account: str = "",
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with an advance paid back, whole or in part 垫付归还.

    Args:
        fund: the fund.
        amount: what came back, in yuan.
        advance: the voucher of the advance.
        on: the day it came.
        ref: the voucher.
        account: the deposit account it came into; by default the main one.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        NothingToAnswer: no such advance stands on that day, or more came back than was advanced.
        UnknownAccount: the account was not open on that day.
    """
    return fund.with_entry(
        FundEntryKind.ADVANCE_RETURN,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "a returned advance"),
        account=account,
        against=advance,
    )


def _tested(
    fund: GuaranteeFund,
    less: GuaranteeFund,
    loans: Iterable[Loan],
    *,
    under: Policy,
    since: date,
) -> GuaranteeFund:
    """Return the fund that has less, if it bears what it stands behind from a day on."""
    require_policy(under)
    if less is not fund:
        require_room(path_ahead(less, loans, under=under, since=since), since=since)
    return less


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """垫付: capital lent to the subsidy, as it stands on a day.

    Args:
        ref: its voucher.
        on: the day it left the fund.
        level: the level of government whose part was late; ``None`` where it is not said.
        amount_fen: what was advanced.
        returned_fen: what came back of it.
        days: how long any of it was out: through the day all was back, or the day of the question.
    """

    ref: str
    on: date
    level: Level | None
    amount_fen: int
    returned_fen: int
    days: int

    amount = InYuan("amount_fen", "What was advanced, in yuan.")
    returned = InYuan("returned_fen", "What came back of it, in yuan.")
    outstanding = InYuan("outstanding_fen", "What is still to come back, in yuan.")

    COLUMNS = columns_of("ref on level amount returned not_returned=outstanding_fen days")

    @property
    def outstanding_fen(self) -> int:
        """Return what is still to come back, in fen."""
        return self.amount_fen - self.returned_fen


def advances(fund: GuaranteeFund, *, as_of: date) -> tuple[Advance, ...]:
    """Return the advances made by a day, in order of days, also those that came back whole."""
    day = asked_day(as_of)
    made = [line for line in fund.standing if line.on <= day]
    advanced = [line for line in made if line.kind is FundEntryKind.ADVANCE]
    returns = [line for line in made if line.kind is FundEntryKind.ADVANCE_RETURN]
    return tuple(
        _advance(line, [back for back in returns if back.against == line.ref], day)
        for line in sorted(advanced, key=lambda line: line.on)
    )


def _advance(line: FundEntry, returns: list[FundEntry], day: date) -> Advance:
    returned = sum(back.amount_fen for back in returns)
    whole = returned == line.amount_fen
    last = max(back.on for back in returns) if whole else day
    return Advance(
        ref=line.ref,
        on=line.on,
        level=line.level,
        amount_fen=line.amount_fen,
        returned_fen=returned,
        days=(last - line.on).days,
    )
