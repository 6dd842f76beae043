"""代偿与追偿: acts that a fund and a loan share, entered on both sides by one function."""

from datetime import date

from microloan.claim_filing import latest_filing
from microloan.course import run_through
from microloan.errors import UnpairedEntry
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntry, FundEntryKind, Papers
from microloan.guarantee import Guarantee
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
from microloan.money import ZERO, Money, from_fen, positive_fen
from microloan.naming import require_one_of
from microloan.papers import listed_papers
from microloan.payable import is_repeated, next_payout
from microloan.periods import in_order, plain_date
from microloan.recovery import (
    RecoveryShares,
    RecoverySource,
    not_negative_fen,
    share_recovery,
)
from microloan.upper_share import returned_too_much


def pay_claim(
    fund: GuaranteeFund,
    loan: Loan,
    *,
    on: date,
    ref: str,
    amount: Money | None = None,
    evidence: Papers = (),
    account: str = "",
    booked_on: date | None = None,
) -> tuple[GuaranteeFund, Loan]:
    """Return fund and loan with the fund's payment to the lender 代偿.

    The same act again changes nothing. From that day all of the loan is due and the fund stands
    behind none of it. The borrower goes on owing both: the lender for the share it bears, the fund
    for what it paid. The cap never stands in the way; a fund left short shows what it lacks in
    :attr:`Leverage.top_up`.

    Where the lender filed the claim by :func:`microloan.claim_filing.file_claim`, it must have been
    approved; the guarantee period is then tested on the day of the filing, and no more than was
    claimed is paid.

    Args:
        fund: the fund that guarantees the loan.
        loan: the loan.
        on: the business date.
        ref: the voucher.
        booked_on: the day whose half-year carries it; by default ``on``.
        amount: what is paid, in yuan; absent, all that may be paid. Less than that meets principal
            first; the rest of the loss stays with the lender.
        evidence: papers besides those of the filing, each a kind and a number.
        account: the deposit account that pays; by default the main one.

    Raises:
        NotGuaranteed: the loan is not guaranteed by this fund.
        AlreadyClaimed: the fund has paid before.
        GuaranteeDischarged: the guarantee had ended by then.
        ClaimNotApproved: the lender filed a claim, and it is open or was rejected.
        ClaimNotDue: the loan is not late enough.
        ClaimTooLate: the guarantee period is over.
        NothingToClaim: the covered share of what is outstanding comes to nothing.
        InvalidHistory: entries after that day already stand; they must be undone first.
        EvidenceMissing: papers that the guarantee names are listed neither here nor there.
        ClaimTooLarge: more than the covered loss, or than was filed.
        InvalidDate: dated before the approval.
        InsufficientBalance: the fund, or the account, has less money than its share.
        UnknownAccount: the account was not open on that day.
        InvalidTerms: evidence that is no list of pairs of a kind and a number.
        RefConflict: the voucher already stands for another payout.
    """
    promise = loan.promise(fund.id)
    asked = None if amount is None else positive_fen(amount, "a payout")
    papers, filing = listed_papers(evidence), latest_filing(fund, loan.id)
    paid = find(loan.entries, EntryKind.CLAIM_PAYOUT, ref)
    if paid is None:
        payout = next_payout(loan, promise, filing, on=on, asked=asked, evidence=papers)
        paid = next_entry(
            loan.entries,
            EntryKind.CLAIM_PAYOUT,
            on=on,
            ref=ref,
            booked_on=booked_on,
            principal_fen=payout.principal_fen,
            interest_fen=payout.interest_fen,
        )
    elif (paid.on, paid.booked_on) != (on, booked_on or on) or not is_repeated(
        loan, promise, filing, paid, asked=asked
    ):
        raise ref_conflict(paid, of=loan.id)
    charged = fund.with_entry(
        FundEntryKind.CLAIM_PAYOUT,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=paid.amount_fen,
        loan_id=loan.id,
        account=account,
        against=filing.ref if filing else "",
        papers=papers,
    )
    return charged, loan.with_entry(paid)


def receive_recovery(
    fund: GuaranteeFund,
    loan: Loan,
    amount: Money,
    *,
    on: date,
    ref: str,
    costs: Money = ZERO,
    source: RecoverySource = RecoverySource.BORROWER,
    account: str = "",
    booked_on: date | None = None,
) -> tuple[GuaranteeFund, Loan]:
    """Return fund and loan with money recovered after a payout 追偿.

    The same act again changes nothing. Less its costs it is shared in the order that the guarantee
    names; see :func:`microloan.recovery.share_recovery`. It is not a payment of the borrower's
    installments. What was written off before is recovered in the same way.

    Args:
        fund: the fund that paid.
        loan: the loan it paid for.
        on: the business date, not before the payout.
        ref: the voucher.
        booked_on: the day whose half-year carries it; by default ``on``.
        amount: the money received, in yuan; of security realized, what
            :func:`microloan.recovery.attributable` leaves.
        costs: what recovering it cost, kept back before sharing, in yuan.
        source: where it came from; the fund's entry says so, also where all goes to the lender.
        account: the deposit account into which the fund's part goes; by default the main one.

    Raises:
        NotGuaranteed: another fund guaranteed the loan.
        NotClaimed: the fund has not paid for the loan.
        InvalidDate: dated before the payout.
        InvalidAmount: nothing is left after costs, or they are below zero.
        InvalidTerms: no source of a recovery.
        RecoveryExceedsDebt: more than is owed to fund and lender together.
        NothingToAnswer: it is dated before a write-off of the payout that took all that was left;
            undo the write-off first.
        UnknownAccount: the account was not open on that day.
        RefConflict: the voucher already stands for another recovery.
    """
    promise = loan.promise(fund.id)
    require_one_of(source, RecoverySource, "the source of a recovery", "追偿来源")
    gross = positive_fen(amount, "a recovery")
    kept_back = not_negative_fen(costs, "the costs of a recovery")
    net = positive_fen(from_fen(gross - kept_back), "a recovery less its costs")
    entry = find(loan.entries, EntryKind.RECOVERY, ref)
    if entry is None:
        shares = _recovery_shares(loan, promise, net, plain_date(on, "a recovery"))
        entry = next_entry(
            loan.entries,
            EntryKind.RECOVERY,
            on=on,
            ref=ref,
            booked_on=booked_on,
            principal_fen=shares.principal_fen,
            interest_fen=shares.interest_fen,
            subrogated_fen=shares.subrogated_fen,
            costs_fen=kept_back,
        )
    elif (entry.on, entry.booked_on, entry.amount_fen, entry.costs_fen) != (
        on,
        booked_on or on,
        gross,
        kept_back,
    ):
        raise ref_conflict(entry, of=loan.id)
    fund = fund.with_entry(
        _recovery_of_fund(entry),
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=entry.subrogated_fen,
        loan_id=loan.id,
        account=account,
        reason=source.value,
    )
    return fund, loan.with_entry(entry)


def _recovery_of_fund(entry: Entry) -> FundEntryKind:
    """Return what the fund enters of a recovery: one of its own, or that all was the lender's."""
    return FundEntryKind.RECOVERY if entry.subrogated_fen else FundEntryKind.LENDER_RECOVERY


def _recovery_shares(loan: Loan, promise: Guarantee, net: int, on: date) -> RecoveryShares:
    if loan.payout is not None:
        in_order(loan.payout.on, on, f"{loan.id}: the payout and a recovery")
    last = max(on, *(entry.on for entry in loan.entries))
    known = run_through(loan.terms, loan.entries, as_of=last)
    return share_recovery(known, net, of=loan.id, order=promise.recovery_order)


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
        NotReversible: the entry does not stand, is not one that fund and loan share, or others
            rest on it: recoveries, a write-off or shares of the levels above on a payout, what was
            returned to those levels on a recovery.
        UnpairedEntry: the fund, as given, does not hold its side of the act.
        InsufficientBalance: the fund has used the money that a recovery brought.
    """
    loan.promise(fund.id)
    if find_reversal(loan.entries, number, ref) is not None:
        return fund, loan.with_reversal(number, on=on, ref=ref, booked_on=booked_on)
    shared = reversible(loan.entries, number, of=loan.id)
    _check_shared(fund, loan, shared)
    mine = _fund_side(fund, loan, shared)
    fund = fund.with_reversal(mine.number, on=on, ref=ref, booked_on=booked_on)
    return fund, loan.with_reversal(number, on=on, ref=ref, booked_on=booked_on)


def _fund_side(fund: GuaranteeFund, loan: Loan, shared: Entry) -> FundEntry:
    kind = FundEntryKind.CLAIM_PAYOUT
    if shared.kind is EntryKind.RECOVERY:
        kind = _recovery_of_fund(shared)
    mine = find(fund.entries, kind, shared.ref)
    if mine is not None and mine.loan_id == loan.id:
        return mine
    raise UnpairedEntry(
        f"{fund.id} holds no {shared.kind.value} {shared.ref} for {loan.id}; read both again",
        zh=f"{fund.id} 中没有 {loan.id} 的凭证 {shared.ref}，请重新读取双方",
        value=shared.ref,
        limit=(fund.id, loan.id),
    )


def _check_shared(fund: GuaranteeFund, loan: Loan, entry: Entry) -> None:
    """Refuse to undo on both sides what they do not share, or what others rest on."""
    if entry.kind is EntryKind.CLAIM_PAYOUT:
        resting = _resting_on_payout(fund, loan)
    elif entry.kind is EntryKind.RECOVERY:
        resting = _resting_on_recovery(fund, loan, entry)
    else:
        resting = "it is the loan's alone", "该流水只属于贷款一方"
    if resting is not None:
        why, zh = resting
        raise not_reversible(entry.number, of=loan.id, why=why, zh=zh)


def _resting_on_payout(fund: GuaranteeFund, loan: Loan) -> tuple[str, str] | None:
    kinds = {line.kind for line in fund.standing if line.loan_id == loan.id}
    if any(entry.kind is EntryKind.RECOVERY for entry in standing(loan.entries)):
        return "recoveries rest on the payout", "其后的追偿以其为据"
    if FundEntryKind.WRITE_OFF in kinds:
        return "a write-off of the fund rests on the payout", "已据此核销代偿损失"
    if FundEntryKind.UPPER_SHARE in kinds:
        return "shares of the levels above rest on the payout", "上级已据此分担"
    return None


def _resting_on_recovery(
    fund: GuaranteeFund, loan: Loan, recovery: Entry
) -> tuple[str, str] | None:
    part = recovery.subrogated_fen
    if part and returned_too_much(fund, loan, less_fen=part):
        return "what was returned to a level above rests on it", "已据此向上级返还"
    return None
