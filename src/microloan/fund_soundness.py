"""What the entries of one fund must be like together: the rules of its history."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from microloan.errors import (
    AlreadyClaimed,
    InsufficientBalance,
    InvalidAmount,
    NotCapital,
    NotClaimed,
    NothingToAnswer,
    RecoveryExceedsDebt,
    UnknownAccount,
)
from microloan.fund_answers import (
    nothing_to_answer,
    require_answers,
    require_single,
    require_suspensions,
)
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.history import check_history, standing
from microloan.money import FEN_LIMIT, ZERO, from_fen, show

_OF_INTEREST: Final = frozenset({FundEntryKind.INTEREST, FundEntryKind.CAPITALIZATION})


def require_sound_fund(entries: Sequence[FundEntry], *, of: str) -> None:
    """Refuse entries that cannot be the history of a fund.

    Raises:
        InvalidHistory: a gap, or a reversal of what it cannot undo.
        RefConflict: two standing entries of one kind have the same voucher, or two approvals of one
            loan hold on the same day.
        InsufficientBalance: capital, income or an account would fall below zero on some day.
        InvalidAmount: more came and went than the largest amount there is.
        NotCapital: more was capitalized than interest was earned by that day and not spent.
        UnknownAccount: an account is used that was not opened by that day.
        NothingToAnswer: an act answers an earlier one that does not stand, or more than it was;
            a write-off took more than recoveries of before it leave.
        ClaimPending: two claims for one loan stand, and neither was rejected.
        AlreadyClaimed: two standing payouts for one loan.
        NotClaimed: a recovery, write-off or share of a level above without a payout.
        RecoveryExceedsDebt: more recovered for a loan than was paid for it.
    """
    check_history(entries, of)
    lines = standing(entries)
    _require_money(lines, of)
    _require_interest(lines, of)
    _require_accounts(lines, of)
    require_answers(lines, of)
    require_single(lines, of)
    require_suspensions(lines, of)
    _require_payouts(lines, of)


def running(changes: Iterable[tuple[date, int]]) -> Iterator[tuple[date, int]]:
    """Yield what a sum has come to at the end of each day on which it changes, in order."""
    total = 0
    for on, change in by_day(changes):
        total += change
        yield on, total


def by_day(changes: Iterable[tuple[date, int]]) -> list[tuple[date, int]]:
    """Return the net change of each day, in order of days."""
    days: dict[date, int] = defaultdict(int)
    for on, change in changes:
        days[on] += change
    return sorted(days.items())


def _require_money(lines: Sequence[FundEntry], of: str) -> None:
    moved = sum(abs(line.effect_fen) + abs(line.income_fen) for line in lines)
    if moved > FEN_LIMIT:  # so that every sum of its lines is an amount
        raise InvalidAmount(
            f"{of}: all that came and went would be {moved} fen, more than the {FEN_LIMIT} an "
            "amount may be",
            zh=f"{of}：累计收支 {moved} 分，超出金额上限 {FEN_LIMIT} 分",
            value=moved,
            limit=FEN_LIMIT,
        )
    for on, balance in running((line.on, line.effect_fen) for line in lines):
        if balance < 0:
            raise _below_zero(of, "the balance", "基金余额", on, balance)
    for on, income in running((line.on, line.income_fen) for line in lines if line.income_fen):
        if income < 0:
            raise _below_zero(of, "the income", "收益余额", on, income)


def _require_interest(lines: Sequence[FundEntry], of: str) -> None:
    """Refuse to make capital of anything but interest that was earned and is still there.

    Expenses are met by rewards and fees that were there by their day, and then by interest, which
    no later reward brings back.
    """
    interest: dict[date, int] = defaultdict(int)
    other: dict[date, int] = defaultdict(int)
    for line in lines:
        (interest if line.kind in _OF_INTEREST else other)[line.on] += line.income_fen
    left = spare = 0
    for on in sorted({*interest, *other}):
        spare += other[on]
        left += interest[on] + min(spare, 0)
        spare = max(spare, 0)
        if left < 0:
            raise _no_interest(of, on, -left)


def _no_interest(of: str, on: date, amount: int) -> NotCapital:
    return NotCapital(
        f"{of}: {show(from_fen(amount))} capitalized by {on} is no interest that was earned "
        "and not spent",
        zh=f"{of}：截至 {on} 转增金额超过尚存的利息收入 {show(from_fen(amount))}，"
        "奖补等收入不得转增",
        value=from_fen(amount),
        limit="interest earned, neither spent nor capitalized yet",
    )


def _below_zero(of: str, what: str, zh: str, on: date, amount: int) -> InsufficientBalance:
    return InsufficientBalance(
        f"{of}: {what} on {on} would be {show(from_fen(amount))}",
        zh=f"{of}：{on} {zh}将为 {show(from_fen(amount))}",
        value=from_fen(amount),
        limit=ZERO,
    )


def account_changes(lines: Iterable[FundEntry]) -> Iterator[tuple[str, date, int]]:
    """Yield what standing entries do to the money in each deposit account, in fen.

    What the lender recovered for itself names an account and moves nothing in it.
    """
    for line in lines:
        if line.kind is FundEntryKind.TRANSFER:
            yield line.account, line.on, -line.amount_fen
            yield line.to_account, line.on, line.amount_fen
            continue
        change = line.effect_fen + line.income_fen
        if change or line.kind is FundEntryKind.LENDER_RECOVERY:
            yield line.account, line.on, change


def _require_accounts(lines: Sequence[FundEntry], of: str) -> None:
    opened = {line.account: line.on for line in reversed(lines) if _opens(line)}
    money: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for account, on, change in account_changes(lines):
        if account and (account not in opened or on < opened[account]):
            raise UnknownAccount(
                f"{of} has no deposit account {account} on {on}",
                zh=f"{of} 在 {on} 没有存款账户 {account}",
                value=account,
                limit="an account opened by that day",
            )
        money[account].append((on, change))
    if not opened:
        return  # one account holds capital and income, and neither is below zero
    for account, changes in money.items():
        for on, left in running(changes):
            if left < 0:
                what = f"the money in {account}" if account else "the money in the main account"
                zh = f"账户 {account or '总账户'} 余额"
                raise _below_zero(of, what, zh, on, left)


def _opens(line: FundEntry) -> bool:
    return line.kind is FundEntryKind.ACCOUNT


def _require_payouts(lines: Sequence[FundEntry], of: str) -> None:
    """Refuse what the payouts of a fund do not bear, loan by loan."""
    paid: dict[str, FundEntry] = {}
    later: dict[str, list[FundEntry]] = defaultdict(list)
    for line in lines:
        if line.kind is FundEntryKind.CLAIM_PAYOUT:
            if line.loan_id in paid:
                raise _paid_twice(line, paid[line.loan_id], of)
            paid[line.loan_id] = line
        elif line.kind in _AFTER_A_PAYOUT:
            later[line.loan_id].append(line)
    for loan_id, after in later.items():
        payout = paid.get(loan_id)
        first = min(line.on for line in after)
        if payout is None or first < payout.on:
            raise _not_paid(loan_id, first, of)
        _require_returns(payout, sorted(after, key=lambda line: line.on), of)
        _require_upper(payout, after, of)


_AFTER_A_PAYOUT: Final = frozenset(
    {
        *(FundEntryKind.RECOVERY, FundEntryKind.LENDER_RECOVERY, FundEntryKind.WRITE_OFF),
        *(FundEntryKind.UPPER_SHARE, FundEntryKind.UPPER_RETURN),
    }
)


def _require_returns(payout: FundEntry, after: Sequence[FundEntry], of: str) -> None:
    """Refuse more recovered than was paid, and a write-off of more than was left."""
    left, written_off = payout.amount_fen, False
    for line in after:
        if line.kind is FundEntryKind.RECOVERY:
            left -= line.amount_fen
        elif line.kind is FundEntryKind.WRITE_OFF:
            if written_off:
                raise nothing_to_answer(line, of, "it was written off before", "已核销")
            if line.amount_fen > left:
                raise _less_left(line, after, of)
            written_off = True
    if left < 0:
        raise RecoveryExceedsDebt(
            f"{of}: {show(from_fen(payout.amount_fen - left))} recovered for {payout.loan_id}, "
            f"but only {show(payout.amount)} was paid",
            zh=f"{of}：{payout.loan_id} 追回 {show(from_fen(payout.amount_fen - left))}，"
            f"超过代偿金额 {show(payout.amount)}",
            value=from_fen(payout.amount_fen - left),
            limit=payout.amount,
        )


def _less_left(write_off: FundEntry, after: Sequence[FundEntry], of: str) -> NothingToAnswer:
    """Return the refusal of a write-off of more than was left, or of what would make it so."""
    known_later = any(
        line.number > write_off.number and line.on < write_off.on
        for line in after
        if line.kind is FundEntryKind.RECOVERY
    )
    if not known_later:
        why, zh = "less is left of the payout", "超过未收回的代偿金额"
        return nothing_to_answer(write_off, of, why, zh)
    loan_id, on, gone = write_off.loan_id, write_off.on, show(write_off.amount)
    return NothingToAnswer(
        f"{of}: the write-off of {on} (voucher {write_off.ref}) took {gone} for {loan_id}, and "
        "recoveries of before it leave less than that; undo the write-off first",
        zh=f"{of}：{on} 已核销 {loan_id} 代偿款 {gone}（凭证 {write_off.ref}），"
        "此前追回后余额不足，应先冲正核销",
        value=loan_id,
        limit="an earlier act that stands, and no more than it",
    )


def _require_upper(payout: FundEntry, after: Sequence[FundEntry], of: str) -> None:
    """Refuse shares of the levels above beyond the payout, and returns beyond the shares."""
    borne: dict[object, int] = {}
    for line in after:
        if line.kind is FundEntryKind.UPPER_SHARE:
            if line.level in borne:
                raise nothing_to_answer(line, of, "the level bore its share before", "该级已分担")
            borne[line.level] = line.amount_fen
            if sum(borne.values()) > payout.amount_fen:
                raise nothing_to_answer(line, of, "the payout was less", "超过代偿金额")
    changes: dict[object, list[tuple[date, int]]] = defaultdict(list)
    for line in after:
        if line.kind in {FundEntryKind.UPPER_SHARE, FundEntryKind.UPPER_RETURN}:
            changes[line.level].append((line.on, line.effect_fen))
    for line in after:
        short = any(left < 0 for _, left in running(changes[line.level]))
        if line.kind is FundEntryKind.UPPER_RETURN and short:
            raise nothing_to_answer(line, of, "the level bore less", "超过该级分担金额")


def _paid_twice(line: FundEntry, first: FundEntry, of: str) -> AlreadyClaimed:
    return AlreadyClaimed(
        f"{of}: {line.loan_id} was paid for on {first.on} (voucher {first.ref}); "
        "a guarantee is exercised once",
        zh=f"{of}：{line.loan_id} 已于 {first.on} 代偿（凭证 {first.ref}），不能重复代偿",
        value=line.ref,
        limit=1,
    )


def _not_paid(loan_id: str, on: date, of: str) -> NotClaimed:
    return NotClaimed(
        f"{of} has paid nothing for {loan_id} by {on}, so nothing can follow from it",
        zh=f"{of}：截至 {on} 未为 {loan_id} 代偿，无从追偿、核销或分担",
        value=loan_id,
        limit="a loan for which the fund has paid",
    )
