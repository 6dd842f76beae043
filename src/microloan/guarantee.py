"""What a fund promised for one loan, when it may be called on, and what a claim comes to."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from microloan.clauses import Opening
from microloan.errors import AlreadyClaimed, ClaimNotDue, ClaimTooLate, NothingToClaim
from microloan.ledger import Entry
from microloan.money import InYuan, settle_ratio, show
from microloan.months import add_months
from microloan.naming import identity, is_code, refused_terms, require_one_of, require_whole
from microloan.policy import Level
from microloan.position import Position
from microloan.rate import exact_rate
from microloan.recovery import RecoveryOrder
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
class UpperShare:
    """上级分担: what part of the fund's payouts a level of government above it bears.

    Raises:
        InvalidTerms: no level, no share, or more than the whole.
        InvalidRate: a share that is no rate.
    """

    level: Level
    share: Decimal

    def __post_init__(self) -> None:
        """Refuse a share that no rule could give."""
        require_one_of(self.level, Level, "the level", "财政级次")
        if not 0 < exact_rate(self.share) <= 1:
            raise refused_terms(
                "the share of a level above", "上级分担比例", self.share, "above 0 and at most 1"
            )


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
        evidence: codes of the papers 证据材料 that a claim must list, such as ``"loan_contract"``
            or ``"催收记录"``; absent, none is asked for.
        recovery_order: who is met first by what is recovered.
        upper: what levels of government above the fund bear of its payout, one share each.

    Raises:
        InvalidIdentity: an unusable fund identity.
        InvalidRate: a coverage that is no rate.
        InvalidTerms: no coverage, more than the whole, days and months out of range, evidence that
            is no code, or shares above that are more than the whole.
    """

    fund_id: str
    coverage: Decimal
    claimable_after_days: int
    covers: Covers = Covers.PRINCIPAL
    opening: Opening = Opening.AT_OR_AFTER
    months_after_maturity: int = 6
    evidence: AbstractSet[str] = frozenset()
    recovery_order: RecoveryOrder = RecoveryOrder.PRO_RATA
    upper: tuple[UpperShare, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a promise that no contract could contain."""
        identity(self.fund_id, "a fund")
        if not 0 < exact_rate(self.coverage) <= 1:
            raise refused_terms(
                "the coverage", "担保责任比例", self.coverage, "above 0 and at most 1"
            )
        for number, most, what, zh in (
            (self.claimable_after_days, _MAX_DELAY, "the days before a claim", "代偿等待天数"),
            (
                self.months_after_maturity,
                _MAX_PERIOD,
                "the guarantee period in months",
                "担保期间（月）",
            ),
        ):
            require_whole(number, what, zh, 0, most)
        require_one_of(self.covers, Covers, "the cover", "担保范围")
        require_one_of(self.opening, Opening, "the opening of claims", "代偿起算口径")
        require_one_of(
            self.recovery_order, RecoveryOrder, "the order of recoveries", "追偿分配顺序"
        )
        object.__setattr__(self, "evidence", _codes(self.evidence))
        _check_upper(self.upper)

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
        part, whole = self.coverage.as_integer_ratio()
        return settle_ratio(part * amount, whole)


def _codes(evidence: Iterable[str]) -> frozenset[str]:
    if isinstance(evidence, str) or not isinstance(evidence, Iterable):
        raise refused_terms("the evidence", "证据材料", evidence, "a set of codes")
    codes = tuple(evidence)
    for code in codes:
        if not is_code(code):
            raise refused_terms(
                "the evidence", "证据材料", code, "a lower-case code or a Chinese name"
            )
    return frozenset(codes)


def _check_upper(upper: tuple[UpperShare, ...]) -> None:
    fits = isinstance(upper, tuple) and all(isinstance(one, UpperShare) for one in upper)
    if not fits or len({one.level for one in upper}) < len(upper):
        raise refused_terms(
            "the shares above", "上级分担", upper, "a tuple of UpperShare, one for a level"
        )
    whole = sum(Fraction(one.share) for one in upper)
    if whole > 1:
        raise refused_terms("the sum of the shares above", "上级分担合计", whole, "at most 1")


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

    def reduced_to(self, amount_fen: int) -> "Payout":
        """Return what is paid of it where no more than so many fen are: principal first.

        >>> Payout(principal_fen=9_600_000, interest_fen=178_666).reduced_to(9_700_000)
        Payout(principal_fen=9600000, interest_fen=100000)
        """
        principal = min(self.principal_fen, amount_fen)
        return Payout(principal_fen=principal, interest_fen=amount_fen - principal)


def check_claim(
    guarantee: Guarantee,
    terms: LoanTerms,
    position: Position,
    *,
    of: str,
    called_on: date | None = None,
) -> None:
    """Refuse a claim on the day of a position if it is too early, too late, or covers nothing.

    Args:
        guarantee: the promise.
        terms: the terms that were guaranteed.
        position: the loan on the day of the claim.
        of: the loan, for the refusal.
        called_on: the day on which the lender called on the fund, where that was earlier: the
            guarantee period is tested on it.

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
    called = on if called_on is None else called_on
    if called > ends_on:
        raise ClaimTooLate(
            f"{of}: the guarantee ended on {ends_on}; a claim on {called} is too late",
            zh=f"{of}：担保期间已于 {ends_on} 届满，{called} 不能再代偿",
            value=called,
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
