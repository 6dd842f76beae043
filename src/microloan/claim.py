"""代偿与追偿: acts that a fund and a loan share, entered on both sides by one function."""

from datetime import date

from microloan.course import run_through
from microloan.errors import InvalidHistory, NotReversible, UnpairedEntry
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.guarantee import Guarantee, check_claim, check_unclaimed, payout_of, share_recovery
from microloan.history import (
    find,
    find_reversal,
    not_reversible,
    ref_conflict,
    reversible,
    standing,
)
from microloan.ledger import Entry, EntryKind, next_entry
from microloan.loan import Loan
from microloan.money import ZERO, Money, fen, from_fen, positive_fen
from microloan.periods import in_order, plain_date


def pay_claim(
    fund: GuaranteeFund, loan: Loan, *, on: date, ref: str, booked_on: date | None = None
) -> tuple[GuaranteeFund, Loan]:
    """Return fund and loan with the fund's payment to the lender 代偿.

    The same act again changes nothing. From that day all of the loan is due and the fund stands
    behind none of it. The borrower goes on owing both: the lender for the share it bears, the fund
    for what it paid. The cap never stands in the way; a fund left short shows what it lacks in
    :attr:`Leverage.top_up`.

    Raises:
        NotGuaranteed: the loan is not guaranteed by this fund.
        AlreadyClaimed: the fund has paid before.
        ClaimNotDue: the loan is not late enough.
        ClaimTooLate: the guarantee period is over.
        NothingToClaim: the covered share of what is outstanding comes to nothing.
        InsufficientBalance: the fund has less money than its share.
        InvalidHistory: entries after that day already stand; they must be undone first.
        RefConflict: the voucher already stands for another payout.
    """
    promise = loan.promise(fund.id)
    paid = find(loan.entries, EntryKind.CLAIM_PAYOUT, ref)
    if paid is None:
        paid = _payout_entry(loan, promise, on=on, ref=ref, booked_on=booked_on)
    elif (paid.on, paid.booked_on) != (on, booked_on or on):
        raise ref_conflict(paid, of=loan.id)
    charged = fund.with_entry(
        FundEntryKind.CLAIM_PAYOUT,
        paid.amount_fen,
        on=on,
        ref=ref,
        booked_on=booked_on,
        loan_id=loan.id,
    )
    return charged, loan.with_entry(paid)


def _payout_entry(
    loan: Loan, promise: Guarantee, *, on: date, ref: str, booked_on: date | None
) -> Entry:
    plain_date(on, "a payout")
    check_unclaimed(loan.payout, of=loan.id)
    guaranteed = loan.guaranteed_terms(on=on)
    check_claim(promise, guaranteed, loan.position(as_of=on), of=loan.id)
    later = [entry for entry in standing(loan.entries) if entry.on > on]
    if later:
        raise _payout_too_early(loan, later[0])
    payout = payout_of(promise, loan.position(as_of=on))
    return next_entry(
        loan.entries,
        EntryKind.CLAIM_PAYOUT,
        on=on,
        ref=ref,
        booked_on=booked_on,
        principal_fen=payout.principal_fen,
        interest_fen=payout.interest_fen,
    )


def _payout_too_early(loan: Loan, later: Entry) -> InvalidHistory:
    return InvalidHistory(
        f"{loan.id}: a payout cannot precede entry {later.number} of {later.on}; "
        "reverse that one first",
        zh=f"{loan.id}：代偿日不能早于第 {later.number} 号流水（{later.on}），应先冲正",
        value=later.number,
        limit=later.on,
    )


def receive_recovery(
    fund: GuaranteeFund,
    loan: Loan,
    amount: Money,
    *,
    on: date,
    ref: str,
    costs: Money = ZERO,
    booked_on: date | None = None,
) -> tuple[GuaranteeFund, Loan]:
    """Return fund and loan with money recovered after a payout 追偿.

    The same act again changes nothing. Less its costs it is shared by the shares of the lost
    principal; see :func:`microloan.guarantee.share_recovery`. It is not a payment of the borrower's
    installments.

    Args:
        fund: the fund that paid.
        loan: the loan it paid for.
        amount: the money received, in yuan.
        on: the business date, not before the payout.
        ref: the voucher.
        costs: what recovering it cost, kept back before sharing, in yuan.
        booked_on: the day whose half-year carries it.

    Raises:
        NotGuaranteed: another fund guaranteed the loan.
        NotClaimed: the fund has not paid for the loan.
        InvalidDate: dated before the payout.
        InvalidAmount: nothing is left after costs.
        RecoveryExceedsDebt: more than is owed to fund and lender together.
        RefConflict: the voucher already stands for another recovery.
    """
    loan.promise(fund.id)
    gross, kept_back = positive_fen(amount, "a recovery"), fen(costs)
    net = positive_fen(from_fen(gross - kept_back), "a recovery less its costs")
    entry = find(loan.entries, EntryKind.RECOVERY, ref)
    if entry is None:
        entry = _recovery_entry(loan, net, kept_back, on=on, ref=ref, booked_on=booked_on)
    elif (entry.on, entry.booked_on, entry.amount_fen, entry.costs_fen) != (
        on,
        booked_on or on,
        gross,
        kept_back,
    ):
        raise ref_conflict(entry, of=loan.id)
    if entry.subrogated_fen:
        fund = fund.with_entry(
            FundEntryKind.RECOVERY,
            entry.subrogated_fen,
            on=on,
            ref=ref,
            booked_on=booked_on,
            loan_id=loan.id,
        )
    return fund, loan.with_entry(entry)


def _recovery_entry(
    loan: Loan, net: int, costs: int, *, on: date, ref: str, booked_on: date | None
) -> Entry:
    plain_date(on, "a recovery")
    if loan.payout is not None:
        in_order(loan.payout.on, on, f"{loan.id}: the payout and a recovery")
    last = max(on, *(entry.on for entry in loan.entries))
    shares = share_recovery(run_through(loan.terms, loan.entries, as_of=last), net, of=loan.id)
    return next_entry(
        loan.entries,
        EntryKind.RECOVERY,
        on=on,
        ref=ref,
        booked_on=booked_on,
        principal_fen=shares.principal_fen,
        interest_fen=shares.interest_fen,
        subrogated_fen=shares.subrogated_fen,
        costs_fen=costs,
    )


def reverse_both(
    fund: GuaranteeFund,
    loan: Loan,
    number: int,
    *,
    on: date,
    ref: str,
    booked_on: date | None = None,
) -> tuple[GuaranteeFund, Loan]:
    """Return fund and loan with a payout or a recovery undone on both, by the loan's entry number.

    Raises:
        NotGuaranteed: another fund guaranteed the loan.
        NotReversible: the entry does not stand, is not one that fund and loan share, or recoveries
            rest on the payout.
        UnpairedEntry: the fund, as given, does not hold its side of the act.
        InsufficientBalance: the fund has used the money that a recovery brought.
    """
    loan.promise(fund.id)
    if find_reversal(loan.entries, number, ref) is not None:
        return fund, loan.with_reversal(number, on=on, ref=ref, booked_on=booked_on)
    shared = reversible(loan.entries, number, of=loan.id)
    _check_shared(loan, shared)
    if shared.subrogated_fen or shared.kind is EntryKind.CLAIM_PAYOUT:
        mine = _fund_side(fund, loan, shared)
        fund = fund.with_reversal(mine.number, on=on, ref=ref, booked_on=booked_on)
    return fund, loan.with_reversal(number, on=on, ref=ref, booked_on=booked_on)


def _fund_side(fund: GuaranteeFund, loan: Loan, shared: Entry) -> FundEntry:
    for entry in standing(fund.entries):
        if (entry.loan_id, entry.kind.value, entry.ref) == (loan.id, shared.kind.value, shared.ref):
            return entry
    raise UnpairedEntry(
        f"{fund.id} holds no {shared.kind.value} {shared.ref} for {loan.id}; read both again",
        zh=f"{fund.id} 中没有 {loan.id} 的凭证 {shared.ref}，请重新读取双方",
        value=shared.ref,
        limit=(fund.id, loan.id),
    )


def _check_shared(loan: Loan, entry: Entry) -> None:
    if entry.kind not in {EntryKind.CLAIM_PAYOUT, EntryKind.RECOVERY}:
        raise _not_shared(loan, entry, "it is the loan's alone", "该流水只属于贷款一方")
    recovered = any(other.kind is EntryKind.RECOVERY for other in standing(loan.entries))
    if entry.kind is EntryKind.CLAIM_PAYOUT and recovered:
        raise _not_shared(loan, entry, "recoveries rest on the payout", "其后的追偿以其为据")


def _not_shared(loan: Loan, entry: Entry, why: str, zh: str) -> NotReversible:
    return not_reversible(entry.number, of=loan.id, why=why, zh=zh)
