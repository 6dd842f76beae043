"""What the entries of one loan must be like together: the rules of its history."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from microloan.amended_terms import check_amendment, loan_matured
from microloan.course import in_order_of_days, run_through
from microloan.errors import (
    BeforeDisbursement,
    BookedTooEarly,
    InvalidHistory,
    LoanClaimed,
    LoanClosed,
    LoanEnded,
    OverDisbursement,
    OverRepayment,
    PrepaymentTooSmall,
)
from microloan.fold import Applied, Fold
from microloan.guarantee import check_unclaimed
from microloan.history import check_history, standing
from microloan.ledger import Entry, EntryKind
from microloan.money import Money, fen, from_fen, show
from microloan.periods import HalfYear
from microloan.position import position_of
from microloan.reversal import discharged_before, payout_in
from microloan.terms import LoanTerms

_MAY_FOLLOW: Final = {
    EntryKind.ACCELERATION: {
        *(EntryKind.REPAYMENT, EntryKind.COSTS, EntryKind.PAUSE, EntryKind.MISUSE),
        *(EntryKind.CLAIM_PAYOUT, EntryKind.DISCHARGE, EntryKind.WRITE_OFF),
    },
    EntryKind.CLAIM_PAYOUT: {
        *(EntryKind.COSTS, EntryKind.PAUSE, EntryKind.WRITE_OFF, EntryKind.RECOVERY)
    },
    EntryKind.WRITE_OFF: {EntryKind.DISCHARGE, EntryKind.RECOVERY},
}
"""What may still happen to a loan after an act that ends its plan."""


def require_sound(terms: LoanTerms, entries: Sequence[Entry], *, of: str) -> None:
    """Refuse entries that cannot be the history of a loan.

    Raises:
        InvalidHistory: a gap, no disbursement on its day, a recovery of what was neither paid by
            the fund nor written off, or a write-off of what is not owed.
        RefConflict: two standing entries of one kind have the same voucher.
        AlreadyClaimed: two standing payouts.
        AlreadyExtended, ExtensionTooLong, LoanMatured, RateFixed: a change of the contract that
            cannot follow; see :func:`microloan.amended_terms.check_amendment`.
        LoanEnded: an act that cannot follow a default or a write-off.
        GuaranteeDischarged: a payout or a second discharge after the guarantee has ended.
        BeforeDisbursement: an entry dated before the loan was paid out.
        OverDisbursement: more paid out than the contract lends.
        BookedTooEarly: an entry booked in a half-year before that of what it rests on.
        OverRepayment: more money than was owed by its day.
        PrepaymentTooSmall: a prepayment that does not reach the principal.
    """
    check_history(entries, of)
    lines = standing(entries)
    _require_disbursement(terms, entries, lines, of)
    paid = [entry for entry in lines if entry.kind is EntryKind.CLAIM_PAYOUT]
    check_unclaimed(paid[0] if len(paid) > 1 else None, of=of)
    early = min(entry.on for entry in entries)
    if early < terms.disbursed_on:
        raise before_disbursement(terms, early, of=of)
    _require_booking(entries, of)
    last = max(entry.on for entry in entries)
    _require_sequence(terms, in_order_of_days(entries, as_of=last), of)
    _require_amounts(run_through(terms, entries, as_of=last), of)


def _require_disbursement(
    terms: LoanTerms, entries: Sequence[Entry], lines: Sequence[Entry], of: str
) -> None:
    first = entries[0] if entries else None
    whole = (EntryKind.DISBURSEMENT, terms.disbursed_on, fen(terms.principal))
    paid_out = [entry for entry in lines if entry.kind is EntryKind.DISBURSEMENT]
    if first is None or first not in paid_out or (first.kind, first.on) != whole[:2]:
        raise InvalidHistory(
            f"{of}: the first entry must pay out the loan on {terms.disbursed_on}",
            zh=f"{of}：首笔流水必须是 {terms.disbursed_on} 的放款",
            value=first,
            limit=whole,
        )
    lent = sum(entry.principal_fen for entry in paid_out)
    if lent > fen(terms.principal):
        raise OverDisbursement(
            f"{of}: {show(from_fen(lent))} paid out, the contract lends {show(terms.principal)}",
            zh=f"{of}：已放款 {show(from_fen(lent))}，超出合同金额 {show(terms.principal)}",
            value=from_fen(lent),
            limit=terms.principal,
        )


def before_disbursement(terms: LoanTerms, on: date, *, of: str) -> BeforeDisbursement:
    """Return the refusal of a day before the loan was paid out."""
    return BeforeDisbursement(
        f"{of} was paid out on {terms.disbursed_on}; {on} is before it",
        zh=f"{of} 于 {terms.disbursed_on} 放款，{on} 早于放款日",
        value=on,
        limit=terms.disbursed_on,
    )


def _require_booking(entries: Sequence[Entry], of: str) -> None:
    """Refuse an entry booked in a half-year before that of what it rests on.

    Everything rests on the disbursement and on the reversals before it, a recovery on its payout.
    Otherwise the sheet of a half-year would hold the right entry beside the wrong one.
    """
    bound = payout = entries[0].booked_on
    for entry in entries:
        rests_on = max(bound, payout) if entry.kind is EntryKind.RECOVERY else bound
        early = entry.booked_on < rests_on  # most are not: then no half-year is asked
        if early and HalfYear.of(entry.booked_on) < HalfYear.of(rests_on):
            raise BookedTooEarly(
                f"{of}: entry {entry.number} ({entry.ref}) is booked on {entry.booked_on}, but "
                f"what it rests on on {rests_on}; keep its business date and book it then or later",
                zh=f"{of}：第 {entry.number} 号流水（{entry.ref}）记账日 {entry.booked_on} "
                f"早于其所依据流水的记账日 {rests_on}，应保留业务日期、在该日或以后记账",
                value=entry.booked_on,
                limit=rests_on,
            )
        if entry.undoes:
            bound = max(bound, entry.booked_on)
        elif entry.kind in _RECOVERABLE:
            payout = max(payout, entry.booked_on)


def _require_sequence(terms: LoanTerms, lines: Sequence[Entry], of: str) -> None:
    """Refuse acts that cannot follow one another by their business dates."""
    ended = extended = discharged = None
    known = 0
    for entry in lines[1:]:
        if ended is None and entry.kind.pays:
            continue
        if ended is not None and entry.kind not in _MAY_FOLLOW[ended.kind]:
            raise loan_ended(entry.kind, entry.on, ended, of=of)
        if entry.kind is EntryKind.DISBURSEMENT and entry.on >= terms.matures_on:
            raise loan_matured(terms, entry.on, of=of)
        if entry.terms is not None:
            if entry.number < known:
                raise _terms_out_of_order(entry, known, of=of)
            check_amendment(terms, entry, extended=extended, of=of)
            terms, known = entry.terms, entry.number
        extended = entry if entry.kind.extends else extended
        if discharged is not None and entry.kind in _OF_A_GUARANTEE:
            raise discharged_before(discharged, of=of)
        discharged = entry if entry.kind is EntryKind.DISCHARGE else discharged
        if entry.kind is EntryKind.RECOVERY and (ended is None or ended.kind not in _RECOVERABLE):
            raise InvalidHistory(
                f"{of}: nothing was paid by a fund or written off before {entry.on}",
                zh=f"{of}：{entry.on} 之前没有代偿或核销，不能追偿",
                value=entry.number,
                limit="after a payout or a write-off",
            )
        ended = entry if entry.kind in _MAY_FOLLOW else ended


_OF_A_GUARANTEE: Final = {EntryKind.CLAIM_PAYOUT, EntryKind.DISCHARGE}
_RECOVERABLE: Final = {EntryKind.CLAIM_PAYOUT, EntryKind.WRITE_OFF}


def _terms_out_of_order(entry: Entry, later: int, *, of: str) -> InvalidHistory:
    return InvalidHistory(
        f"{of}: entry {later} states terms that rest on an earlier day than entry {entry.number} "
        f"of {entry.on}; reverse what came later first",
        zh=f"{of}：第 {later} 号流水的合同要素早于第 {entry.number} 号（{entry.on}）登记，"
        "应先冲正后一变更",
        value=entry.number,
        limit=later,
    )


def loan_ended(kind: EntryKind, on: date, ended: Entry, *, of: str) -> LoanEnded:
    """Return the refusal of an act that cannot follow a default or a write-off."""
    return LoanEnded(
        f"{of}: a {kind.value} on {on} cannot follow the {ended.kind.value} of "
        f"{ended.on}; reverse that one first",
        zh=f"{of}：{ended.on} 已有第 {ended.number} 号流水（{ended.kind.value}），"
        f"其后不能再登记 {kind.value}，应先冲正",
        value=on,
        limit=ended.on,
    )


def require_open(terms: LoanTerms, entries: Sequence[Entry], new: Entry, *, of: str) -> None:
    """Refuse an act upon a loan on which nothing is owed, or money where a recovery is meant.

    Money for which nothing is owed is found out when it is set against the debt: a payment is
    therefore not asked here whether the loan is settled.

    Raises:
        BeforeDisbursement: dated before the loan was paid out.
        LoanClaimed: money from the borrower, and the fund has paid.
        LoanClosed: nothing is owed any more.
    """
    if new.on < terms.disbursed_on:
        raise before_disbursement(terms, new.on, of=of)
    payout = payout_in(entries)
    if payout is not None and new.kind.pays:
        way, zh = "book it as a recovery", "应按追偿回收登记"
        if new.on < payout.on:
            way, zh = "undo the payout first", "应先冲正代偿"
        raise LoanClaimed(
            f"{of}: the fund paid on {payout.on}; money received on {new.on}: {way}",
            zh=f"{of}：已于 {payout.on} 代偿，{new.on} 收到的款项{zh}",
            value=new.on,
            limit=payout.on,
        )
    if not new.kind.pays:
        require_unsettled(terms, entries, new, of=of)


def require_unsettled(terms: LoanTerms, entries: Sequence[Entry], new: Entry, *, of: str) -> None:
    """Refuse an act upon a loan on which nothing is owed.

    Raises:
        LoanClosed: nothing is owed any more.
    """
    last = max(new.on, *(entry.on for entry in entries))
    if position_of(terms, entries, as_of=last).settled:
        raise loan_closed(new.amount, new.on, of=of)


def loan_closed(amount: Money, on: date, *, of: str) -> LoanClosed:
    """Return the refusal of an act upon a loan on which nothing is owed."""
    return LoanClosed(
        f"{of} is repaid in full; nothing is owed on {on}",
        zh=f"{of} 已结清，{on} 无应还款项",
        value=amount,
        limit="0.00",
    )


def _require_amounts(fold: Fold, of: str) -> None:
    for effect in fold.applied:
        if effect.short_fen:
            raise _too_small(effect, of)
        if effect.excess_fen and effect.entry.kind is EntryKind.WRITE_OFF:
            raise _wrong_write_off(effect, of)
        if effect.excess_fen:
            raise over_repayment(effect, of)
    if fold.subrogated_fen < 0:
        raise InvalidHistory(
            f"{of}: {-fold.subrogated_fen} fen recovered that the fund has not paid",
            zh=f"{of}：追回金额超过代偿金额 {-fold.subrogated_fen} 分",
            value=fold.subrogated_fen,
            limit=0,
        )


def over_repayment(effect: Applied, of: str) -> OverRepayment:
    """Return the refusal of money for which nothing was owed on its day."""
    entry, owed = effect.entry, from_fen(effect.entry.amount_fen - effect.excess_fen)
    only = f"only {show(owed)} had fallen due; what exceeds it would be a prepayment"
    zh = f"应还仅 {show(owed)}；超出部分属于提前还款"
    if entry.then is not None:
        only, zh = f"only {show(owed)} was owed in all", f"全部欠款仅 {show(owed)}"
    return OverRepayment(
        f"{of}: {show(entry.amount)} received on {entry.on}, but {only}",
        zh=f"{of}：{entry.on} 收到 {show(entry.amount)}，{zh}",
        value=entry.amount,
        limit=owed,
    )


def _too_small(effect: Applied, of: str) -> PrepaymentTooSmall:
    entry, least = effect.entry, from_fen(effect.entry.amount_fen + effect.short_fen)
    return PrepaymentTooSmall(
        f"{of}: a prepayment of {show(entry.amount)} on {entry.on} does not reach the principal; "
        f"interest comes first, so that it takes {show(least)} at least",
        zh=f"{of}：{entry.on} 提前还款 {show(entry.amount)} 不足以冲还本金，"
        f"先冲还利息后至少需 {show(least)}",
        value=entry.amount,
        limit=least,
    )


def _wrong_write_off(effect: Applied, of: str) -> InvalidHistory:
    entry = effect.entry
    return InvalidHistory(
        f"{of}: the write-off of {entry.on} states {show(entry.amount)}, which is "
        f"{show(from_fen(effect.excess_fen))} off what was owed; reverse it first",
        zh=f"{of}：{entry.on} 核销金额 {show(entry.amount)} 与欠款不符，应先冲正核销",
        value=entry.amount,
        limit=from_fen(effect.excess_fen),
    )
