"""What a fund promised for one loan, when it may be called on, and what a claim comes to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import takewhile
from typing import Final

from microloan.clauses import Opening
from microloan.errors import (
    AlreadyClaimed,
    ClaimNotDue,
    ClaimTooLate,
    NotClaimed,
    NothingToClaim,
    RecoveryExceedsDebt,
)
from microloan.fold import Fold
from microloan.ledger import Entry, EntryKind
from microloan.money import InYuan, from_fen, settle, show
from microloan.months import add_months
from microloan.naming import identity, refused_terms
from microloan.position import Position
from microloan.rate import exact_rate
from microloan.terms import LoanTerms

_MAX_DELAY: Final = 3650
_MAX_PERIOD: Final = 120


class Covers(Enum):
    """What of the debt a guarantee covers."""

    PRINCIPAL = "principal"
    """本金."""
    PRINCIPAL_AND_INTEREST = "principal_and_interest"
    """本金和利息: contract interest up to the day of the claim too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """担保: what a fund promised for one loan; exercised once.

    Args:
        fund_id: the fund that promised.
        coverage: the share of the loss it bears 担保责任比例, above 0 and at most 1:
            ``percent("80")``.
        claimable_after_days: days past due before the lender may claim.
        covers: principal only, or principal and interest.
        opening: whether claims open at that day or after it.
        months_after_maturity: the guarantee period 担保期间 after maturity.

    Raises:
        InvalidIdentity: an unusable fund identity.
        InvalidRate: a coverage that is no rate.
        InvalidTerms: no coverage, more than the whole, or days and months out of range.
    """

    fund_id: str
    coverage: Decimal
    claimable_after_days: int
    covers: Covers = Covers.PRINCIPAL
    opening: Opening = Opening.AT_OR_AFTER
    months_after_maturity: int = 6

    def __post_init__(self) -> None:
        """Refuse a promise that no contract could contain."""
        identity(self.fund_id, "a fund")
        if not 0 < exact_rate(self.coverage) <= 1:
            raise refused_terms(
                "the coverage", "担保责任比例", self.coverage, "above 0 and at most 1"
            )
        days, months = self.claimable_after_days, self.months_after_maturity
        if type(days) is not int or not 0 <= days <= _MAX_DELAY:
            raise refused_terms("the days before a claim", "代偿等待天数", days, f"0-{_MAX_DELAY}")
        if type(months) is not int or not 0 <= months <= _MAX_PERIOD:
            raise refused_terms(
                "the guarantee period in months", "担保期间（月）", months, f"0-{_MAX_PERIOD}"
            )
        if not isinstance(self.covers, Covers):
            raise refused_terms("the cover", "担保范围", self.covers, "a Covers")
        if not isinstance(self.opening, Opening):
            raise refused_terms("the opening of claims", "代偿起算口径", self.opening, "an Opening")

    def claims_open_at(self) -> int:
        """Return the first day past due on which a claim may be paid: never a loan on time.

        >>> from microloan.rate import percent
        >>> Guarantee(
        ...     fund_id="F-01", coverage=percent("80"), claimable_after_days=90,
        ...     opening=Opening.STRICTLY_AFTER,
        ... ).claims_open_at()
        91
        """
        return max(self.claimable_after_days + (self.opening is Opening.STRICTLY_AFTER), 1)

    def ends_on(self, terms: LoanTerms) -> date:
        """Return the last day on which a claim may be paid, by the terms that were guaranteed.

        It counts from disbursement like every month of the contract, unless due dates are listed or
        rolled so that the maturity is no such day.
        """
        nominal = add_months(terms.disbursed_on, terms.months)
        if terms.matures_on != nominal:
            return add_months(terms.matures_on, self.months_after_maturity)
        return add_months(terms.disbursed_on, terms.months + self.months_after_maturity)

    def covered_fen(self, amount: int) -> int:
        """Return the fund's share of so many fen, rounded half up; the lender bears the rest.

        >>> from microloan.rate import percent
        >>> promise = Guarantee(fund_id="F-01", coverage=percent("80"), claimable_after_days=90)
        >>> promise.covered_fen(27633321)
        22106657
        """
        return settle(Fraction(self.coverage) * amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """What a claim comes to: the fund's share of principal and, where covered, of interest."""

    principal_fen: int
    interest_fen: int

    amount = InYuan("amount_fen", "What the fund pays, in yuan.")

    @property
    def amount_fen(self) -> int:
        """Return what the fund pays, in fen."""
        return self.principal_fen + self.interest_fen


def check_claim(guarantee: Guarantee, terms: LoanTerms, position: Position, *, of: str) -> None:
    """Refuse a claim on the day of a position if it is too early, too late, or covers nothing.

    Raises:
        NothingToClaim: the covered share of what is outstanding comes to nothing.
        ClaimTooLate: the guarantee period is over.
        ClaimNotDue: the loan is not late enough.
    """
    on, ends_on = position.as_of, guarantee.ends_on(terms)
    if not payout_of(guarantee, position).amount_fen:
        owed = show(position.outstanding)
        raise NothingToClaim(
            f"{of} has {owed} of principal outstanding on {on}; there is nothing to claim",
            zh=f"{of} 在 {on} 贷款余额 {owed}，无可代偿",
            value=position.outstanding,
            limit="more than 0.00",
        )
    if on > ends_on:
        raise ClaimTooLate(
            f"{of}: the guarantee ended on {ends_on}; a claim on {on} is too late",
            zh=f"{of}：担保期间已于 {ends_on} 届满，{on} 不能再代偿",
            value=on,
            limit=ends_on,
        )
    opens_at = guarantee.claims_open_at()
    if position.days_past_due < opens_at:
        raise ClaimNotDue(
            f"{of} is {position.days_past_due} days past due on {on}; claims open at {opens_at}",
            zh=f"{of} 在 {on} 逾期 {position.days_past_due} 天，满 {opens_at} 天方可代偿",
            value=position.days_past_due,
            limit=opens_at,
        )


def payout_of(guarantee: Guarantee, position: Position) -> Payout:
    """Return what a claim comes to on the day of a position.

    The whole loan falls due on that day; interest, where covered, is that in arrears and that
    earned since.
    """
    interest = 0
    if guarantee.covers is Covers.PRINCIPAL_AND_INTEREST:
        interest = position.arrears_interest_fen + position.accrued_fen
    return Payout(
        principal_fen=guarantee.covered_fen(position.outstanding_fen),
        interest_fen=guarantee.covered_fen(interest),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryShares:
    """How a recovery is shared, in fen: the fund's part, the lender's principal and interest."""

    subrogated_fen: int
    principal_fen: int
    interest_fen: int


def share_recovery(after_payout: Fold, net_fen: int, *, of: str) -> RecoveryShares:
    """Share a recovery, less its costs, by the shares of the lost principal.

    The fund's and the lender's lost principal are reduced first, in proportion; what exceeds them
    goes to interest, in proportion to what each is still owed. Rounding half up is the fund's; the
    lender takes the rest. Neither party receives more than it is owed.

    Args:
        after_payout: the loan with everything known of it.
        net_fen: the money left after costs.
        of: the loan, for the refusal.

    Raises:
        NotClaimed: the fund has not paid for the loan.
        RecoveryExceedsDebt: more money than both are owed.
    """
    paid = _payout_in(after_payout, of=of)
    returned = sum(effect.entry.subrogated_fen for effect in after_payout.applied)
    charges = after_payout.charges
    lender_lost = after_payout.outstanding_fen + after_payout.written_off_principal_fen
    lender_interest = sum(due.unpaid_interest_fen for due in after_payout.dues)
    lender_interest += charges.penalty_fen + charges.compound_fen
    lender_interest += after_payout.written_off_interest_fen
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
    loss = _loss_at_payout(after_payout)
    fund_first = _share(to_principal, paid.principal_fen, loss, fund_lost, lender_lost)
    to_interest = net_fen - to_principal
    fund_then = _share(
        to_interest, fund_interest, fund_interest + lender_interest, fund_interest, lender_interest
    )
    return RecoveryShares(
        subrogated_fen=fund_first + fund_then,
        principal_fen=to_principal - fund_first,
        interest_fen=to_interest - fund_then,
    )


def _share(money: int, part: int, whole: int, fund_owed: int, lender_owed: int) -> int:
    """Return the fund's share of so much money: its part of the whole, within what each is owed."""
    if not money:
        return 0
    wanted = settle(Fraction(money * part, whole))
    return min(max(wanted, money - lender_owed), fund_owed)


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


def check_unclaimed(payout: Entry | None, *, of: str) -> None:
    """Refuse a second claim; a guarantee is exercised once.

    Raises:
        AlreadyClaimed: names the day of the payout.
    """
    if payout is not None:
        raise AlreadyClaimed(
            f"{of}: the fund paid on {payout.on} (voucher {payout.ref}); "
            "a guarantee is exercised once",
            zh=f"{of}：已于 {payout.on} 代偿（凭证 {payout.ref}），不能重复代偿",
            value=payout.ref,
            limit=1,
        )
