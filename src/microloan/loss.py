"""损失分担: who bears how much of a loss: the lender, the fund, and the levels above the fund."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from microloan.course import in_order_of_days
from microloan.errors import ClaimTooLarge, InvalidHistory
from microloan.guarantee import Guarantee, payout_of
from microloan.ledger import Entry
from microloan.levels import LevelAmount, Levels
from microloan.money import InYuan, from_fen, settle, show
from microloan.position import Position, position_of
from microloan.reversal import payout_in
from microloan.terms import LoanTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class LossShares:
    """损失分担: who bears how much of a loss, in fen; the parts add up to it.

    Args:
        fund_fen: the fund, after what the levels above bear for it.
        upper: the levels above, each with its amount.
        lender_fen: the lender.
    """

    fund_fen: int
    upper: Levels
    lender_fen: int

    fund = InYuan("fund_fen", "What stays with the fund, in yuan.")
    lender = InYuan("lender_fen", "What stays with the lender, in yuan.")


def loss_shares(guarantee: Guarantee, loss_fen: int) -> LossShares:
    """Return who bears how much of a loss of so many fen, by a guarantee.

    The covered share is rounded half up and the lender takes the rest. Of the covered share each
    level above bears its part as :func:`upper_shares` says, and the fund takes the rest.

    >>> from microloan.guarantee import UpperShare
    >>> from microloan.policy import Level
    >>> from microloan.rate import percent
    >>> promise = Guarantee(
    ...     fund_id="F-01", coverage=percent("80"), claimable_after_days=90,
    ...     upper=(UpperShare(level=Level.PROVINCE, share=percent("15")),),
    ... )
    >>> shares = loss_shares(promise, 27633321)
    >>> shares.fund_fen, [str(part) for part in shares.upper], shares.lender_fen
    (18790658, ['province 33,159.99'], 5526664)
    """
    covered = guarantee.covered_fen(loss_fen)
    upper = upper_shares(guarantee, covered)
    return LossShares(
        fund_fen=covered - sum(part.amount_fen for part in upper),
        upper=upper,
        lender_fen=loss_fen - covered,
    )


def upper_shares(guarantee: Guarantee, covered_fen: int) -> Levels:
    """Return what the levels above bear of so many fen that a fund pays, or return to it.

    Each share is rounded half up, in the order of the guarantee; no level bears more than those
    before it have left, so that the fund never bears less than nothing.
    """
    parts: list[LevelAmount] = []
    left = covered_fen
    for one in guarantee.upper:
        amount = min(settle(Fraction(one.share) * covered_fen), left)
        left -= amount
        parts.append(LevelAmount(level=one.level, amount_fen=amount))
    return tuple(parts)


def at_payout(terms: LoanTerms, entries: Sequence[Entry], payout: Entry) -> Position:
    """Return where a loan stood on the day of its payout, just before the fund paid."""
    lines = in_order_of_days(entries, as_of=payout.on)
    return position_of(terms, lines[: lines.index(payout)], as_of=payout.on)


def require_covered(
    guarantee: Guarantee | None, terms: LoanTerms, entries: Sequence[Entry], *, of: str
) -> None:
    """Refuse a payout that the guarantee of a loan does not cover on its day.

    Raises:
        InvalidHistory: the loan is not guaranteed.
        ClaimTooLarge: the payout is more than the covered loss.
    """
    payout = payout_in(entries)
    if payout is None:
        return
    if guarantee is None:
        raise InvalidHistory(
            f"{of}: entry {payout.number} is a payout of a fund, but no fund guarantees the loan",
            zh=f"{of}：第 {payout.number} 号流水为代偿，但该贷款无担保",
            value=payout.number,
            limit="a guaranteed loan",
        )
    covered = payout_of(guarantee, at_payout(terms, entries, payout))
    if payout.principal_fen > covered.principal_fen or payout.interest_fen > covered.interest_fen:
        raise claim_too_large(payout.amount_fen, covered.amount_fen, payout.on, of=of)


def claim_too_large(asked_fen: int, most_fen: int, on: date, *, of: str) -> ClaimTooLarge:
    """Return the refusal of a claim for more than may be paid on its day."""
    asked, most = from_fen(asked_fen), from_fen(most_fen)
    return ClaimTooLarge(
        f"{of}: a claim of {show(asked)} on {on}, but no more than {show(most)} may be paid",
        zh=f"{of}：{on} 申请代偿 {show(asked)}，至多可代偿 {show(most)}",
        value=asked,
        limit=most,
    )
