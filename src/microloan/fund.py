"""担保基金: the pool of public money: what was paid in, what it paid, what came back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self, TypedDict, Unpack

from microloan.errors import (
    ClaimPending,
    InvalidHistory,
    MicroloanError,
    NotCapital,
    NothingToAnswer,
    RefConflict,
    UnknownAccount,
)
from microloan.fund_ledger import FundEntry, FundEntryKind, Papers
from microloan.fund_soundness import account_changes, by_day, require_sound_fund
from microloan.history import append, find_reversal, not_reversible, reversible, standing
from microloan.money import Money, from_fen, positive_fen
from microloan.naming import identity, require_one_of, several_of
from microloan.periods import asked_day, in_order, plain_date
from microloan.policy import Level
from microloan.table import Card, columns_of

_SHARED = frozenset(
    {FundEntryKind.CLAIM_PAYOUT, FundEntryKind.RECOVERY, FundEntryKind.LENDER_RECOVERY}
)
"""What fund and loan enter together, and undo together."""


class FundParts(TypedDict, total=False):
    """What an entry of a fund may hold besides its number, kind, days and voucher."""

    amount_fen: int
    loan_id: str
    undoes: int
    account: str
    to_account: str
    lender: str
    level: Level | None
    groups: frozenset[str]
    against: str
    until: date | None
    multiple: int
    part_fen: int
    whole_fen: int
    papers: Papers
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeFund(Card):
    """担保基金: identity, name and entries; the balance is derived from them.

    Its money is of two sorts. *Capital* is what it stands behind loans with, its balance. *Income*
    is what it earned: interest, rewards, fees; it bears the running costs, and only interest may
    become capital, by a booked transfer.

    Args:
        id: the fund's code.
        name: its name as it is printed.
        entries: what happened, in the order of knowledge.

    Raises:
        InvalidIdentity: an unusable identity or name.
        InvalidHistory: entries that cannot be the history of a fund.
        InsufficientBalance: entries that would bring capital, income or an account below zero.
        NotCapital, UnknownAccount, NothingToAnswer, RefConflict, ClaimPending, AlreadyClaimed,
            NotClaimed, RecoveryExceedsDebt: see
            :func:`microloan.fund_soundness.require_sound_fund`.
    """

    id: str
    name: str
    entries: tuple[FundEntry, ...] = ()

    COLUMNS = columns_of(
        "fund_id=id name",
        entries=lambda fund: len(fund.entries),
        as_of=lambda fund: max((line.on for line in fund.entries), default=None),
        balance=lambda fund: fund.balance(as_of=date.max),
        income=lambda fund: fund.income(as_of=date.max),
        payouts=lambda fund: fund.moved(FundEntryKind.CLAIM_PAYOUT, as_of=date.max),
        recoveries=lambda fund: fund.moved(FundEntryKind.RECOVERY, as_of=date.max),
    )

    def __post_init__(self) -> None:
        """Refuse a history that no fund could have."""
        identity(self.id, "a fund")
        identity(self.name, "a fund's name")
        object.__setattr__(self, "entries", _entries(self.entries, of=self.id))
        require_sound_fund(self.entries, of=self.id)

    def deposit(
        self,
        amount: Money,
        *,
        on: date,
        ref: str,
        booked_on: date | None = None,
        account: str = "",
        level: Level | None = None,
        against: str = "",
    ) -> Self:
        """Return the fund with capital paid in; the same act again changes nothing.

        Args:
            amount: what was paid in, in yuan.
            on: the day the money arrived.
            ref: the voucher.
            booked_on: the day whose half-year carries it; by default ``on``.
            account: the deposit account it arrived in; by default the main one.
            level: the level of government that paid it.
            against: the voucher of the pledge it meets.

        Raises:
            InvalidAmount: zero or below, not CNY, or finer than a fen.
            RefConflict: the voucher already stands for another deposit.
            UnknownAccount: the fund has no such account on that day.
            NothingToAnswer: there is no such pledge on that day.
        """
        return self.with_entry(
            FundEntryKind.DEPOSIT,
            on=on,
            ref=ref,
            booked_on=booked_on,
            amount_fen=positive_fen(amount, "a deposit"),
            account=account,
            level=level,
            against=against,
        )

    def reverse(self, number: int, *, on: date, ref: str, booked_on: date | None = None) -> Self:
        """Return the fund with an entry of its own undone, as though it had never been made.

        Raises:
            NotReversible: the entry does not stand, or others rest on it, as a later approval of
                the loan does on a release; payouts and recoveries are undone on fund and loan
                together by :func:`microloan.claim.reverse_both`.
            InsufficientBalance: the money has been used.
        """
        if find_reversal(self.entries, number, ref) is None:
            undone = reversible(self.entries, number, of=self.id)
            if undone.kind in _SHARED:
                raise not_reversible(
                    number,
                    of=self.id,
                    why=f"a {undone.kind.value} is not undone on the fund alone",
                    zh=f"{undone.kind.zh}不能仅在基金一方冲正",
                )
        return self.with_reversal(number, on=on, ref=ref, booked_on=booked_on)

    def with_reversal(self, number: int, *, on: date, ref: str, booked_on: date | None) -> Self:
        """Return the fund with a reversal appended; the caller has checked what it means."""
        plain_date(on, "a reversal")
        in_order(self.entries[number - 1].on, on, f"{self.id}: an entry and its reversal")
        kind = FundEntryKind.REVERSAL
        entries = self._appended(kind, on, ref, booked_on, undoes=number)
        try:
            return self._having(entries)
        except (NothingToAnswer, UnknownAccount, NotCapital, RefConflict, ClaimPending) as resting:
            raise _rested_on(number, resting, of=self.id) from resting

    def with_entry(
        self,
        kind: FundEntryKind,
        *,
        on: date,
        ref: str,
        booked_on: date | None,
        **parts: Unpack[FundParts],
    ) -> Self:
        """Return the fund with an entry appended; the same act again changes nothing.

        Raises:
            RefConflict: the voucher already stands for another act of the kind.
            InvalidTerms, InvalidDate, InvalidIdentity, InvalidAmount: as :class:`FundEntry`.
            InsufficientBalance, …: the entries together would be the history of no fund.
        """
        return self._having(self._appended(kind, on, ref, booked_on, **parts))

    def _appended(
        self,
        kind: FundEntryKind,
        on: date,
        ref: str,
        booked_on: date | None,
        **parts: Unpack[FundParts],
    ) -> tuple[FundEntry, ...]:
        entry = FundEntry(
            number=len(self.entries) + 1,
            kind=kind,
            on=on,
            booked_on=on if booked_on is None else booked_on,
            ref=ref,
            **parts,
        )
        return append(self.entries, entry, of=self.id)

    def _having(self, entries: tuple[FundEntry, ...]) -> Self:
        return self if entries is self.entries else replace(self, entries=entries)

    @property
    def standing(self) -> tuple[FundEntry, ...]:
        """Return the entries that are neither reversals nor reversed, in the order of knowledge."""
        return tuple(standing(self.entries))

    def balance(self, *, as_of: date) -> Money:
        """Return the fund's capital at the end of a day 基金余额.

        It is what was paid in, with returned advances, recoveries, shares of the levels above and
        capitalized interest, less withdrawals, advances, payouts and what was returned upward.

        >>> from microloan.money import cny, show
        >>> fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
        >>> fund = fund.deposit(cny(5_000_000), on=date(2024, 1, 2), ref="财预2024-3")
        >>> show(fund.balance(as_of=date(2024, 1, 1))), show(fund.balance(as_of=date(2024, 1, 2)))
        ('0.00', '5,000,000.00')
        """
        day = asked_day(as_of)
        return from_fen(sum(line.effect_fen for line in self.standing if line.on <= day))

    def income(self, *, as_of: date) -> Money:
        """Return the fund's income at the end of a day 收益余额; it is no part of the balance.

        It is interest, rewards and fees, less expenses and the interest that was capitalized.
        """
        day = asked_day(as_of)
        return from_fen(sum(line.income_fen for line in self.standing if line.on <= day))

    def account_balance(self, account: str = "", *, as_of: date) -> Money:
        """Return the money in one deposit account at the end of a day, capital and income.

        Args:
            account: the account; by default the main one.
            as_of: the day.
        """
        day = asked_day(as_of)
        changes = account_changes(self.standing)
        return from_fen(sum(change for of, on, change in changes if of == account and on <= day))

    def moved(self, kind: FundEntryKind, *, as_of: date) -> Money:
        """Return the sum of one kind of standing entries up to a day, gross.

        Raises:
            InvalidTerms: no kind of entry, such as its name.
        """
        require_one_of(kind, FundEntryKind, "the kind", "流水类型")
        day = asked_day(as_of)
        mine = (line for line in self.standing if line.kind is kind and line.on <= day)
        return from_fen(sum(line.amount_fen for line in mine))


def standing_lines(entries: Iterable[FundEntry]) -> list[FundEntry]:
    """Return those of a fund's entries that are neither reversals nor reversed.

    Raises:
        InvalidTerms: something that is no entry of a fund, or one where several are asked for.
    """
    return standing(tuple(several_of(entries, FundEntry, "the entries", "基金流水")))


def balance_steps(entries: Iterable[FundEntry]) -> list[tuple[date, int]]:
    """Return the net change of the balance for each day on which it changes, in order, in fen."""
    moves = ((line.on, line.effect_fen) for line in standing_lines(entries))
    return by_day((on, change) for on, change in moves if change)


def _entries(given: object, *, of: str) -> tuple[FundEntry, ...]:
    """Return the entries of a history; a list is copied, since it could be changed later."""
    if isinstance(given, tuple | list):
        entries = tuple(entry for entry in given if isinstance(entry, FundEntry))
        if len(entries) == len(given):
            return entries
    raise InvalidHistory(
        f"{of}: a history is made of entries of a fund, got {given!r}",
        zh=f"{of}：历史应由基金流水组成，实为 {given!r}",
        value=given,
        limit="entries of a fund",
    )


def _rested_on(number: int, resting: MicroloanError, *, of: str) -> MicroloanError:
    return not_reversible(
        number, of=of, why=f"others rest on it ({resting})", zh=f"其他流水以其为据（{resting.zh}）"
    )
