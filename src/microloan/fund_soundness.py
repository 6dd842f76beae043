"""What the entries of one fund must be like together: the rules of its history."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from microloan.errors import (
    AlreadyClaimed,
    InsufficientBalance,
    NotCapital,
    NotClaimed,
    NothingToAnswer,
    RecoveryExceedsDebt,
    UnknownAccount,
)
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.history import check_history, standing
from microloan.money import ZERO, from_fen, show

_ANSWERS: Final = {
    FundEntryKind.DEPOSIT: FundEntryKind.PLEDGE,
    FundEntryKind.ADVANCE_RETURN: FundEntryKind.ADVANCE,
    FundEntryKind.RELEASE: FundEntryKind.COMMITMENT,
    FundEntryKind.CLAIM_APPROVAL: FundEntryKind.CLAIM_FILING,
    FundEntryKind.CLAIM_REJECTION: FundEntryKind.CLAIM_FILING,
    FundEntryKind.CLAIM_PAYOUT: FundEntryKind.CLAIM_FILING,
}
"""What an entry that names an earlier voucher answers."""
_ONCE: Final = frozenset(
    {FundEntryKind.RELEASE, FundEntryKind.CLAIM_APPROVAL, FundEntryKind.CLAIM_REJECTION}
)
"""What may answer an entry only once; an approval and a rejection are one decision."""


def require_sound_fund(entries: Sequence[FundEntry], *, of: str) -> None:
    """Refuse entries that cannot be the history of a fund.

    Raises:
        InvalidHistory: a gap, or a reversal of what it cannot undo.
        RefConflict: two standing entries of one kind have the same voucher.
        InsufficientBalance: capital, income or an account would fall below zero on some day.
        NotCapital: more was capitalized than interest was earned by that day.
        UnknownAccount: an account is used that was not opened by that day.
        NothingToAnswer: an act answers an earlier one that does not stand, or more than it was.
        AlreadyClaimed: two standing payouts for one loan.
        NotClaimed: a recovery, write-off or share of a level above without a payout.
        RecoveryExceedsDebt: more recovered for a loan than was paid for it.
    """
    check_history(entries, of)
    lines = standing(entries)
    _require_money(lines, of)
    _require_accounts(lines, of)
    _require_answers(lines, of)
    _require_suspensions(lines, of)
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
    for on, balance in running((line.on, line.effect_fen) for line in lines):
        if balance < 0:
            raise _below_zero(of, "the balance", "基金余额", on, balance)
    for on, income in running((line.on, line.income_fen) for line in lines if line.income_fen):
        if income < 0:
            raise _below_zero(of, "the income", "收益余额", on, income)
    interest = [line for line in lines if line.kind is FundEntryKind.INTEREST]
    capitalized = [line for line in lines if line.kind is FundEntryKind.CAPITALIZATION]
    changes = [(line.on, line.amount_fen) for line in interest]
    changes += [(line.on, -line.amount_fen) for line in capitalized]
    for on, left in running(changes):
        if left < 0:
            raise NotCapital(
                f"{of}: {show(from_fen(-left))} capitalized by {on} is no interest that was earned",
                zh=f"{of}：截至 {on} 转增金额超过利息收入 {show(from_fen(-left))}，"
                "奖补等收入不得转增",
                value=from_fen(-left),
                limit="interest earned and not yet capitalized",
            )


def _below_zero(of: str, what: str, zh: str, on: date, amount: int) -> InsufficientBalance:
    return InsufficientBalance(
        f"{of}: {what} on {on} would be {show(from_fen(amount))}",
        zh=f"{of}：{on} {zh}将为 {show(from_fen(amount))}",
        value=from_fen(amount),
        limit=ZERO,
    )


def account_changes(lines: Iterable[FundEntry]) -> Iterator[tuple[str, date, int]]:
    """Yield what standing entries do to the money in each deposit account, in fen."""
    for line in lines:
        if line.kind is FundEntryKind.TRANSFER:
            yield line.account, line.on, -line.amount_fen
            yield line.to_account, line.on, line.amount_fen
        elif change := line.effect_fen + line.income_fen:
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


def _require_answers(lines: Sequence[FundEntry], of: str) -> None:
    acts = {(line.kind, line.ref): line for line in lines}
    approved = {line.against: line.on for line in lines if _approves(line)}
    answered: dict[tuple[FundEntryKind, str], int] = defaultdict(int)
    for line in lines:
        if not line.against:
            continue
        earlier = _answered(line, acts, of)
        before = answered[earlier.kind, earlier.ref]
        if line.kind in _ONCE and before:
            raise nothing_to_answer(line, of, "it was answered before", "此前已有处理")
        if line.kind is FundEntryKind.CLAIM_PAYOUT:
            if approved.get(earlier.ref, date.max) > line.on:
                raise nothing_to_answer(line, of, "it was not approved by that day", "尚未审核通过")
            continue
        answered[earlier.kind, earlier.ref] += line.amount_fen or 1
        more = answered[earlier.kind, earlier.ref] > earlier.amount_fen
        if line.kind is FundEntryKind.ADVANCE_RETURN and more:
            raise nothing_to_answer(line, of, "more came back than was advanced", "超过垫付金额")


def _approves(line: FundEntry) -> bool:
    return line.kind is FundEntryKind.CLAIM_APPROVAL


def _answered(
    line: FundEntry, acts: Mapping[tuple[FundEntryKind, str], FundEntry], of: str
) -> FundEntry:
    """Return the earlier act that a line answers, if it stands and is the same loan's."""
    earlier = acts.get((_ANSWERS[line.kind], line.against))
    if earlier is None or earlier.on > line.on:
        raise nothing_to_answer(line, of, "it does not stand on that day", "当日不存在")
    if line.loan_id and earlier.loan_id != line.loan_id:
        raise nothing_to_answer(line, of, "it is another loan's", "属于另一笔贷款")
    lapsed = earlier.until is not None and line.on >= earlier.until
    if line.kind is FundEntryKind.RELEASE and lapsed:
        raise nothing_to_answer(line, of, "it has lapsed", "已失效")
    return earlier


def nothing_to_answer(line: FundEntry, of: str, why: str, zh: str) -> NothingToAnswer:
    """Return the refusal of an act that answers nothing, or more than there is."""
    named = line.against or line.loan_id or line.lender
    return NothingToAnswer(
        f"{of}: the {line.kind.value} of {line.on} answers {named}, but {why}",
        zh=f"{of}：{line.on} 的 {line.kind.value} 所对应的 {named} {zh}",
        value=named,
        limit="an earlier act that stands, and no more than it",
    )


def _require_suspensions(lines: Sequence[FundEntry], of: str) -> None:
    suspended: set[str] = set()
    for line in sorted(lines, key=lambda line: line.on):
        if line.kind is FundEntryKind.SUSPENSION:
            suspended.add(line.lender)
        elif line.kind is FundEntryKind.LIFTING:
            if line.lender not in suspended:
                raise nothing_to_answer(line, of, "the bank is not suspended", "并未暂停")
            suspended.remove(line.lender)


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
        *(FundEntryKind.RECOVERY, FundEntryKind.WRITE_OFF),
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
            if written_off or line.amount_fen > left:
                why = "it was written off before" if written_off else "less is left of the payout"
                raise nothing_to_answer(line, of, why, "已核销或超过未收回的代偿金额")
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
