"""What the entries of one loan must be like together: the rules of its history."""

from collections.abc import Sequence
from datetime import date

from microloan.errors import BeforeDisbursement, BookedTooEarly, InvalidHistory
from microloan.guarantee import check_unclaimed
from microloan.history import check_history, standing
from microloan.ledger import Entry, EntryKind
from microloan.money import fen
from microloan.periods import HalfYear
from microloan.position import require_no_excess, run_through
from microloan.terms import LoanTerms


def require_sound(terms: LoanTerms, entries: Sequence[Entry], *, of: str) -> None:
    """Refuse entries that cannot be the history of a loan.

    Raises:
        InvalidHistory: a gap, no disbursement of the principal on its day, or a recovery of what
            the fund has not paid.
        RefConflict: two standing entries of one kind have the same voucher.
        AlreadyClaimed: two standing payouts.
        BeforeDisbursement: an entry dated before the loan was paid out.
        BookedTooEarly: an entry booked in a half-year before that of what it rests on.
        OverRepayment: more money than had fallen due by its day.
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
    fold = run_through(terms, entries, as_of=date.max)
    require_no_excess(fold, of=of)
    if fold.subrogated_fen < 0:
        raise InvalidHistory(
            f"{of}: {-fold.subrogated_fen} fen recovered that the fund has not paid",
            zh=f"{of}：追回金额超过代偿金额 {-fold.subrogated_fen} 分",
            value=fold.subrogated_fen,
            limit=0,
        )


def _require_disbursement(
    terms: LoanTerms, entries: Sequence[Entry], lines: Sequence[Entry], of: str
) -> None:
    first = entries[0] if entries else None
    paid_out = [entry for entry in lines if entry.kind is EntryKind.DISBURSEMENT]
    whole = (EntryKind.DISBURSEMENT, terms.disbursed_on, fen(terms.principal))
    if first is None or paid_out != [first] or (first.kind, first.on, first.principal_fen) != whole:
        raise InvalidHistory(
            f"{of}: the first entry must pay out the principal on {terms.disbursed_on}",
            zh=f"{of}：首笔流水必须是 {terms.disbursed_on} 的放款",
            value=first,
            limit=whole,
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
        if HalfYear.of(entry.booked_on) < HalfYear.of(rests_on):
            raise BookedTooEarly(
                f"{of}: entry {entry.number} ({entry.ref}) is booked on {entry.booked_on}, but "
                f"what it rests on on {rests_on}; keep its business date and book it then or later",
                zh=f"{of}：第 {entry.number} 号流水（{entry.ref}）记账日 {entry.booked_on} "
                f"早于其所依据流水的记账日 {rests_on}，应保留业务日期、在该日或以后记账",
                value=entry.booked_on,
                limit=rests_on,
            )
        if entry.kind is EntryKind.REVERSAL:
            bound = max(bound, entry.booked_on)
        elif entry.kind is EntryKind.CLAIM_PAYOUT:
            payout = entry.booked_on
