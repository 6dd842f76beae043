"""前后对应: which act of a fund answers which earlier one, and what there may be once only."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from microloan.errors import ClaimPending, NothingToAnswer, RefConflict
from microloan.fund_ledger import FundEntry, FundEntryKind

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


def require_answers(lines: Sequence[FundEntry], of: str) -> None:
    """Refuse an act that answers an earlier one which does not stand, or more than it was.

    Raises:
        NothingToAnswer: names the act and the earlier one.
    """
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
        zh=f"{of}：{line.on} 的{line.kind.zh}所对应的 {named} {zh}",
        value=named,
        limit="an earlier act that stands, and no more than it",
    )


def require_single(lines: Sequence[FundEntry], of: str) -> None:
    """Refuse two approvals, or two claims that were not rejected, of one loan on the same day.

    A claim that follows a rejection may not be dated before it: the guarantee period would count
    from a day on which the first claim was still before the office.

    Raises:
        RefConflict: names the loan and the approval that holds already.
        ClaimPending: names the claim that was filed first.
    """
    ends = {line.against: line.on for line in lines if line.kind is FundEntryKind.RELEASE}
    rejected = {
        line.against: line.on for line in lines if line.kind is FundEntryKind.CLAIM_REJECTION
    }
    approved: dict[str, list[tuple[FundEntry, date]]] = defaultdict(list)
    filed: dict[str, list[tuple[FundEntry, date]]] = defaultdict(list)
    for line in lines:
        if line.kind is FundEntryKind.COMMITMENT and line.until is not None:
            end = ends.get(line.ref, line.until)
            for other, over in approved[line.loan_id]:
                if line.on < over and other.on < end:
                    raise _approved_twice(other, over, of)
            approved[line.loan_id].append((line, end))
        elif line.kind is FundEntryKind.CLAIM_FILING:
            end = rejected.get(line.ref, date.max)
            for other, over in filed[line.loan_id]:
                if line.on < over and other.on < end:
                    raise _filed_twice(other, line, of)
            filed[line.loan_id].append((line, end))


def _approved_twice(by: FundEntry, until: date, of: str) -> RefConflict:
    return RefConflict(
        f"{of}: {by.loan_id} is approved already by {by.ref} of {by.on}, in force until {until}",
        zh=f"{of}：{by.loan_id} 已由 {by.ref}（{by.on}）批准，有效至 {until} 前",
        value=by.loan_id,
        limit=by.ref,
    )


def _filed_twice(first: FundEntry, second: FundEntry, of: str) -> ClaimPending:
    return ClaimPending(
        f"{of}: two claims for {first.loan_id} at once, {first.ref} of {first.on} and {second.ref} "
        f"of {second.on}; the one was not rejected when the other was filed",
        zh=f"{of}：{first.loan_id} 有两份代偿申请（{first.ref}、{second.ref}），前一份尚未驳回",
        value=first.ref,
        limit="one filed claim at a time",
    )


def require_suspensions(lines: Sequence[FundEntry], of: str) -> None:
    """Refuse to allow guarantees again for a bank for which they were not suspended.

    Raises:
        NothingToAnswer: names the bank.
    """
    suspended: set[str] = set()
    for line in sorted(lines, key=lambda line: line.on):
        if line.kind is FundEntryKind.SUSPENSION:
            suspended.add(line.lender)
        elif line.kind is FundEntryKind.LIFTING:
            if line.lender not in suspended:
                raise nothing_to_answer(line, of, "the bank is not suspended", "并未暂停")
            suspended.remove(line.lender)
