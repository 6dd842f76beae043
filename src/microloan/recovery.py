"""追偿分配: where recovered money comes from, and who of fund and lender gets how much of it."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import takewhile

from microloan.errors import InvalidAmount, NotClaimed, RecoveryExceedsDebt
from microloan.fold import Fold
from microloan.ledger import Entry, EntryKind
from microloan.money import ZERO, Money, fen, from_fen, settle, show


class RecoveryOrder(Enum):
    """追偿分配顺序: who of fund and lender is met first; principal always before interest."""

    PRO_RATA = "pro_rata"
    """按责任比例: both at once, in proportion to what each lost."""
    FUND_FIRST = "fund_first"
    """基金优先: the fund wholly, then the lender."""
    LENDER_FIRST = "lender_first"
    """银行优先: the lender wholly, then the fund."""


class RecoverySource(Enum):
    """追偿来源: where recovered money came from."""

    BORROWER = "borrower"
    """借款人."""
    COUNTER_GUARANTOR = "counter_guarantor"
    """反担保人."""
    COLLATERAL = "collateral"
    """反担保物变现: security of the counter-guarantee, realized."""
    COURT = "court"
    """法院执行."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryShares:
    """How a recovery is shared, in fen: the fund's part, the lender's principal and interest."""

    subrogated_fen: int
    principal_fen: int
    interest_fen: int


def share_recovery(
    after_payout: Fold,
    net_fen: int,
    *,
    of: str,
    order: RecoveryOrder = RecoveryOrder.PRO_RATA,
) -> RecoveryShares:
    """Share a recovery, less its costs, between fund and lender.

    The principal that the two lost is met first, what exceeds it goes to the interest that each is
    still owed; within both the order says who comes first. In proportion, principal is shared as it
    was lost, interest by what each is owed; the fund's part is rounded half up and the lender takes
    the rest. Neither party receives more than it is owed.

    Args:
        after_payout: the loan with everything known of it.
        net_fen: the money left after costs.
        of: the loan, for the refusal.
        order: who comes first.

    Raises:
        NotClaimed: the fund has not paid for the loan.
        RecoveryExceedsDebt: more money than both are owed.
    """
    paid = _payout_in(after_payout, of=of)
    returned = sum(effect.entry.subrogated_fen for effect in after_payout.applied)
    lender_lost = after_payout.outstanding_fen + after_payout.written_off_principal_fen
    lender_interest = _interest_of_lender(after_payout)
    fund_lost = max(paid.principal_fen - returned, 0)
    fund_interest = paid.amount_fen - returned - fund_lost
    owed = fund_lost + lender_lost + fund_interest + lender_interest
    if net_fen > owed:
        raise RecoveryExceedsDebt(
            f"{of}: {show(from_fen(net_fen))} recovered, "
            f"but only {show(from_fen(owed))} is still owed",
            zh=f"{of}：追回 {show(from_fen(net_fen))}，尚欠仅 {show(from_fen(owed))}",
            value=from_fen(net_fen),
            limit=from_fen(owed),
        )
    to_principal = min(net_fen, fund_lost + lender_lost)
    lost = (paid.principal_fen, _loss_at_payout(after_payout))
    fund_first = _share(to_principal, lost, fund_lost, lender_lost, order)
    to_interest = net_fen - to_principal
    earned = (fund_interest, fund_interest + lender_interest)
    fund_then = _share(to_interest, earned, fund_interest, lender_interest, order)
    return RecoveryShares(
        subrogated_fen=fund_first + fund_then,
        principal_fen=to_principal - fund_first,
        interest_fen=to_interest - fund_then,
    )


def _share(
    money: int, part_of: tuple[int, int], fund_owed: int, lender_owed: int, order: RecoveryOrder
) -> int:
    """Return the fund's share of so much money, within what each is owed."""
    if not money:
        return 0
    if order is RecoveryOrder.FUND_FIRST:
        wanted = money
    elif order is RecoveryOrder.LENDER_FIRST:
        wanted = 0
    else:
        part, whole = part_of
        wanted = settle(Fraction(money * part, whole))
    return min(max(wanted, money - lender_owed), fund_owed)


def _interest_of_lender(fold: Fold) -> int:
    """Return the interest and penalty that the lender is owed, written off or not, in fen."""
    unpaid = sum(due.unpaid_interest_fen for due in fold.dues)
    charged = fold.charges.penalty_fen + fold.charges.compound_fen
    return unpaid + charged + fold.written_off_interest_fen


def _payout_in(fold: Fold, *, of: str) -> Entry:
    for effect in fold.applied:
        if effect.entry.kind is EntryKind.CLAIM_PAYOUT:
            return effect.entry
    raise NotClaimed(
        f"{of}: the fund has paid nothing, so nothing can be recovered",
        zh=f"{of}：未代偿，无从追偿",
        value=of,
        limit="a loan for which the fund has paid",
    )


def _loss_at_payout(fold: Fold) -> int:
    """Return the principal that was outstanding when the fund paid, in fen."""
    before = takewhile(lambda effect: effect.entry.kind is not EntryKind.CLAIM_PAYOUT, fold.applied)
    return -sum(effect.principal_fen for effect in before)


def attributable(*, linked: Money, other: Money, prior_debt: Money) -> Money:
    """Return what of the proceeds of security counts for a guaranteed loan.

    Debt that ranks before the loan is met first; what is left, never below nothing, is recovered
    for the loan. It is what :func:`microloan.claim.receive_recovery` receives where a
    counter-guarantee 反担保 is realized, with the source ``COLLATERAL``.

    Args:
        linked: proceeds of security given for this loan, in yuan.
        other: proceeds of other security of the borrower, in yuan.
        prior_debt: debt that ranks before the loan, in yuan.

    Raises:
        InvalidAmount: below zero, not CNY, or finer than a fen.

    >>> from microloan.money import cny
    >>> show(attributable(linked=cny(1_000), other=cny(3_000), prior_debt=cny(2_000)))
    '2,000.00'
    """
    proceeds = not_negative_fen(linked, "the linked proceeds")
    proceeds += not_negative_fen(other, "the other proceeds")
    return from_fen(max(proceeds - not_negative_fen(prior_debt, "the prior debt"), 0))


def not_negative_fen(amount: Money, what: str) -> int:
    """Return an amount in fen, if it is not below zero.

    Raises:
        InvalidAmount: below zero, not CNY, or finer than a fen.
    """
    worth = fen(amount)
    if worth < 0:
        raise InvalidAmount(
            f"{what} must be at least 0.00 yuan, got {show(amount)}",
            zh=f"金额不得为负，实为 {show(amount)}",
            value=amount,
            limit=ZERO,
        )
    return worth
