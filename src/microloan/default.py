"""违约处置: what happens to a loan in default, each act an entry of the loan alone."""

from datetime import date

from microloan.course import run_through
from microloan.errors import MicroloanError, NotClaimed, RecoveryExceedsDebt
from microloan.fold import Fold
from microloan.history import find, ref_conflict
from microloan.ledger import EntryKind, next_entry
from microloan.loan import Loan
from microloan.money import ZERO, Money, from_fen, positive_fen, show
from microloan.periods import plain_date
from microloan.soundness import before_disbursement, loan_closed, loan_ended


def accelerate(loan: Loan, *, on: date, ref: str, booked_on: date | None = None) -> Loan:
    """Return the loan called in by the lender 提前到期: all of it is due on the day.

    The interest that is running falls due too; from then on overdue principal bears the penalty
    rate, where one was agreed.

    Raises:
        LoanEnded: it was called in or written off before, or the fund has paid.
        LoanClosed: nothing is owed on it.
        BeforeDisbursement: dated before the loan was paid out.
    """
    return loan.with_act(
        next_entry(loan.entries, EntryKind.ACCELERATION, on=on, ref=ref, booked_on=booked_on)
    )


def declare_misuse(
    loan: Loan, amount: Money, *, on: date, ref: str, booked_on: date | None = None
) -> Loan:
    """Return the loan with principal found not used as agreed 挪用.

    From the day until it is repaid it bears the rate agreed for misuse in place of the contract
    rate; where it is overdue too, the heavier of the two, never both (银发〔2003〕251号, art. 3).

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        LoanEnded: the fund has paid or the loan was written off.
        LoanClosed: nothing is owed on it.
    """
    misused = positive_fen(amount, "misused principal")
    entry = next_entry(
        loan.entries, EntryKind.MISUSE, on=on, ref=ref, booked_on=booked_on, principal_fen=misused
    )
    return loan.with_act(entry)


def charge_costs(
    loan: Loan, amount: Money, *, on: date, ref: str, booked_on: date | None = None
) -> Loan:
    """Return the loan with what enforcing it cost 实现债权的费用; money received meets it first.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        LoanEnded: the loan was written off.
        LoanClosed: nothing is owed on it.
    """
    costs = positive_fen(amount, "costs")
    return loan.with_act(
        next_entry(
            loan.entries, EntryKind.COSTS, on=on, ref=ref, booked_on=booked_on, costs_fen=costs
        )
    )


def pause_delinquency(
    loan: Loan, *, on: date, until: date, ref: str, booked_on: date | None = None
) -> Loan:
    """Return the loan with days that do not count as delinquent, such as a disaster's relief.

    Days past due, arrears and penalties go on as they were.

    Args:
        loan: the loan.
        on: the first day of the pause.
        until: its last day.
        ref: the voucher.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        InvalidDate: it ends before it begins.
        LoanEnded: the loan was written off.
        LoanClosed: nothing is owed on it.
    """
    return loan.with_act(
        next_entry(loan.entries, EntryKind.PAUSE, on=on, ref=ref, booked_on=booked_on, until=until)
    )


def write_off(loan: Loan, *, on: date, ref: str, booked_on: date | None = None) -> Loan:
    """Return the loan written off by its lender 核销; the debt survives, and may be recovered.

    All that is owed to the lender leaves the book: principal, interest, penalty and costs. What the
    fund has paid is the fund's to write off.

    Raises:
        LoanEnded: it was written off before, or acts of a later day stand.
        LoanClosed: nothing is owed on it.
        BeforeDisbursement: dated before the loan was paid out.
        RefConflict: the voucher already stands for another write-off.
    """
    made = find(loan.entries, EntryKind.WRITE_OFF, ref)
    if made is not None:
        if (made.on, made.booked_on) != (on, on if booked_on is None else booked_on):
            raise ref_conflict(made, of=loan.id)
        return loan
    fold = run_through(loan.terms, loan.entries, as_of=plain_date(on, "a write-off"))
    interest = fold.accrued_fen + sum(due.unpaid_interest_fen for due in fold.fallen_due())
    charges = fold.charges
    if not (fold.outstanding_fen or interest or charges.unpaid_fen):
        raise _nothing_to_write_off(loan, fold)
    entry = next_entry(
        loan.entries,
        EntryKind.WRITE_OFF,
        on=on,
        ref=ref,
        booked_on=booked_on,
        principal_fen=fold.outstanding_fen,
        interest_fen=interest,
        penalty_fen=charges.penalty_fen + charges.compound_fen,
        costs_fen=charges.costs_fen,
    )
    return loan.with_act(entry)


def _nothing_to_write_off(loan: Loan, fold: Fold) -> MicroloanError:
    if fold.as_of < loan.terms.disbursed_on:
        return before_disbursement(loan.terms, fold.as_of, of=loan.id)
    if fold.ended is not None and fold.ended.kind is EntryKind.WRITE_OFF:
        return loan_ended(EntryKind.WRITE_OFF, fold.as_of, fold.ended, of=loan.id)
    return loan_closed(ZERO, fold.as_of, of=loan.id)


def recover(
    loan: Loan, amount: Money, *, on: date, ref: str, booked_on: date | None = None
) -> Loan:
    """Return the loan with money received after its lender wrote it off 核销后收回.

    It meets the principal written off, then interest, penalty and costs together. What a fund has a
    share in is received by :func:`microloan.claim.receive_recovery`.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        NotClaimed: the loan was not written off by that day, or a fund has paid for it.
        RecoveryExceedsDebt: more than was written off and not recovered.
        RefConflict: the voucher already stands for another recovery.
    """
    received = positive_fen(amount, "a recovery")
    plain_date(on, "a recovery")
    made = find(loan.entries, EntryKind.RECOVERY, ref)
    if made is not None:
        same = (on, on if booked_on is None else booked_on, received)
        if (made.on, made.booked_on, made.amount_fen) != same:
            raise ref_conflict(made, of=loan.id)
        return loan
    last = max(on, *(entry.on for entry in loan.entries))
    fold = run_through(loan.terms, loan.entries, as_of=last)
    ended = fold.ended
    written_off = ended is not None and ended.kind is EntryKind.WRITE_OFF and ended.on <= on
    if not written_off or loan.payout is not None:
        raise _not_written_off(loan, on)
    if received > fold.written_off_fen:
        raise RecoveryExceedsDebt(
            f"{loan.id}: {show(amount)} recovered, but only "
            f"{show(from_fen(fold.written_off_fen))} was written off and not recovered",
            zh=f"{loan.id}：收回 {show(amount)}，已核销未收回仅 "
            f"{show(from_fen(fold.written_off_fen))}",
            value=amount,
            limit=from_fen(fold.written_off_fen),
        )
    principal = min(received, fold.written_off_principal_fen)
    entry = next_entry(
        loan.entries,
        EntryKind.RECOVERY,
        on=on,
        ref=ref,
        booked_on=booked_on,
        principal_fen=principal,
        interest_fen=received - principal,
    )
    return loan.with_entry(entry)


def _not_written_off(loan: Loan, on: date) -> NotClaimed:
    return NotClaimed(
        f"{loan.id}: nothing was written off by its lender alone before {on}",
        zh=f"{loan.id}：{on} 之前没有由贷款人单独核销的金额",
        value=on,
        limit="a loan written off, without a payout of a fund",
    )
