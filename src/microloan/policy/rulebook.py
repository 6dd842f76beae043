"""What the law says on a day, for one place: the dated parameters of the programme."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from microloan.category import BorrowerKind, Category, Reference
from microloan.dated import Dated
from microloan.errors import NotInForce
from microloan.money import Money, fen
from microloan.naming import refused_terms
from microloan.penalty import PenaltyRate
from microloan.policy.fitting import fitting_tier
from microloan.policy.follow_up_rule import BlacklistRule, GradeDays, OverdueBands, Rung
from microloan.policy.fund_rule import (
    ClaimDelay,
    ExposureBasis,
    LossShare,
    PenaltyRange,
    RaisedCap,
    RiskReward,
)
from microloan.policy.lending import (
    Ceiling,
    Codes,
    CounterGuarantee,
    ExtensionRule,
    GuaranteeWithSubsidy,
    HiredRatio,
    OtherLoans,
    RateCap,
)
from microloan.policy.penalties import agree_penalty
from microloan.policy.place import Place, Region
from microloan.policy.provision import ByKind, Gap, Line, Provision
from microloan.policy.reference_rates import LPR, ReferenceRates
from microloan.policy.sheet import RuleChange, changes_between, sheet_of
from microloan.policy.subsidy_rule import (
    Deadline,
    PaymentMode,
    RunningLoans,
    Shares,
    SubsidyTier,
)
from microloan.terms import LoanTerms


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Policy:
    """政策: the dated parameters of the programme and the reference rates, for one place.

    Every value is a :class:`Provision` that names its decree, clause and evidence; a stretch for
    which nothing is known is a :class:`Gap` with its reason. A loan is governed by the values in
    force on the day its contract was signed. The measures are those of
    :data:`microloan.policy.measures.MEASURES`, under the same names.
    """

    place: Place
    groups: Line[Codes]
    age_limit: Line[int]
    other_loans: Line[OtherLoans]
    loans_at_most: ByKind[int]
    ceiling: ByKind[Ceiling]
    lending_ceiling: ByKind[Ceiling]
    hired_ratio: Line[HiredRatio]
    term: ByKind[int]
    extension: ByKind[ExtensionRule]
    rate_cap: ByKind[RateCap]
    subsidy: ByKind[tuple[SubsidyTier, ...]]
    subsidized_months: ByKind[int]
    not_subsidized: Line[Codes]
    shares: ByKind[Shares]
    payment_mode: ByKind[PaymentMode]
    deadlines: Line[tuple[Deadline, ...]]
    running_loans: Line[RunningLoans]
    guarantee_with_subsidy: Line[GuaranteeWithSubsidy]
    leverage_cap: Line[int]
    raised_leverage_cap: Line[RaisedCap]
    exposure_basis: Line[ExposureBasis]
    npl_stop: Line[Decimal]
    claim_rate_stop: Line[Decimal]
    yearly_claim_cap: Line[Decimal]
    claim_delay: Line[ClaimDelay]
    lender_loss_share: Line[tuple[LossShare, ...]]
    guarantee_fee: Line[Decimal]
    reward: Line[Decimal]
    risk_reward: Line[RiskReward]
    counter_guarantee: Line[CounterGuarantee]
    overdue_penalty: Line[PenaltyRange]
    misuse_penalty: Line[PenaltyRange]
    visit_interval_months: Line[int]
    reminder_ladder: Line[tuple[Rung, ...]]
    overdue_bands: Line[OverdueBands]
    grade_days: Line[GradeDays]
    blacklist: Line[BlacklistRule]
    rates: ReferenceRates

    def __repr__(self) -> str:
        """Return the place; the rules themselves fill pages, see :meth:`show`."""
        return f"Policy({self.place!r})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ANN401, ARG002, FBT001 — IPython's form
        """Print the place; Hypothesis and IPython would print every rule otherwise."""
        printer.text(repr(self))

    @property
    def region(self) -> Region:
        """Return the region the values are for."""
        return self.place.region

    def ceiling_of(self, category: Category, *, on: date) -> Provision[int]:
        """Return the largest subsidized principal of a borrower on a signing day, in fen.

        A partnership's is that of its heads together.

        Raises:
            NotInForce: the policy knows no ceiling for that kind of borrower on that day.
        """
        found = self.ceiling[category.kind].at(on)
        return found.of(found.value.for_category(category))

    def lending_ceiling_of(self, category: Category, *, on: date) -> Provision[int]:
        """Return the largest principal of a loan, in fen; the ceiling unless a local rule lifts it.

        Raises:
            NotInForce: the policy knows no ceiling for that kind of borrower on that day.
        """
        found = self.lending_ceiling[category.kind].known(on)
        if found is None or isinstance(found, Gap):
            return self.ceiling_of(category, on=on)
        return found.of(found.value.for_category(category))

    def term_of(self, category: Category, *, on: date) -> Provision[int]:
        """Return the longest term of a loan, in months.

        Raises:
            NotInForce: the policy knows none for that kind of borrower on that day.
        """
        return self.term[category.kind].at(on)

    def subsidized_months_of(self, category: Category, *, on: date) -> Provision[int]:
        """Return how many months of interest are subsidized, from disbursement.

        Raises:
            NotInForce: the policy knows no such term for that kind of borrower on that day.
        """
        return self.subsidized_months[category.kind].at(on)

    def subsidy_of(
        self, category: Category, *, principal: Money, on: date
    ) -> Provision[SubsidyTier]:
        """Return the rule of the subsidy of a borrower on a signing day.

        Raises:
            NotInForce: the policy knows no subsidy rule for that kind of borrower on that day.
            CategoryNeeded: the rule asks for a fact that the category does not state.
        """
        found = self.subsidy[category.kind].at(on)
        return found.of(fitting_tier(found, category, fen(principal)))

    def shares_of(self, category: Category, tier: SubsidyTier, *, on: date) -> Provision[Shares]:
        """Return which level of government bears which part of a subsidy.

        Raises:
            NotInForce: the shares of that day, or those for that shape of subsidy, are not known.
        """
        found = self.shares[category.kind].at(on)
        if tier.shape in found.value.not_for:
            raise NotInForce(
                f"{found.decree}: who bears a subsidy of shape {tier.shape.value} was not found",
                zh=f"{found.decree}：该类贴息的分担比例未见",
                value=tier.shape,
                limit=on,
            )
        return found

    def rate_cap_of(self, terms: LoanTerms, category: Category) -> Provision[Decimal | None]:
        """Return the highest contract rate on the signing day; ``None``: it is freely agreed.

        >>> from microloan.policy import load
        >>> from microloan.category import BorrowerKind
        >>> from microloan import Amortization, DayCount, cny, percent
        >>> terms = LoanTerms(
        ...     principal=cny(100_000),
        ...     annual_rate=percent("5.15"),
        ...     disbursed_on=date(2023, 1, 10),
        ...     months=12,
        ...     amortization=Amortization.BULLET,
        ...     day_count=DayCount.BY_PERIOD,
        ... )
        >>> one = Category(kind=BorrowerKind.INDIVIDUAL)
        >>> load("cn", region="central").rate_cap_of(terms, one).value
        Decimal('0.0515')

        Raises:
            NotInForce: no cap is known for that day, or the reference rate of that day is not.
            CategoryNeeded: two tenors are possible and the contract names none.
        """
        found = self.rate_cap[category.kind].at(terms.signed_on)
        cap = found.value
        if cap.free:
            return found.of(None)
        return found.of(self.rates.agreed(terms, category, cap.references) + cap.over)

    def reference_rate(self, terms: LoanTerms, category: Category) -> Decimal:
        """Return the reference rate of a contract: the stated one, or the published one it names.

        A contract that names none takes the only one its rule knows; where both prime rates are
        possible, a loan of at most 12 months takes the one-year rate of its signing day.

        Raises:
            CategoryNeeded: a longer loan names no reference.
            NotInForce: nothing was published, or read, for that day or term.
        """
        if category.reference is not None:
            return self.rates.agreed(terms, category, (category.reference,))
        known = self._references(category.kind, terms.signed_on)
        return self.rates.agreed(terms, category, known or LPR)

    def _references(self, kind: BorrowerKind, on: date) -> tuple[Reference, ...]:
        """Return the references that the rules of a day know: of the rate cap, or the subsidy."""
        cap, subsidy = self.rate_cap[kind].known(on), self.subsidy[kind].known(on)
        if isinstance(cap, Provision) and cap.value.references:
            return cap.value.references
        tiers = subsidy.value if isinstance(subsidy, Provision) else ()
        return next((tier.references for tier in tiers if tier.references), ())

    def benchmark_rate(self, months: int, *, on: date) -> Decimal:
        """Return the benchmark lending rate of the tier a term falls in, on a day.

        >>> from microloan.policy import load
        >>> load("cn", region="central").benchmark_rate(24, on=date(2008, 12, 23))
        Decimal('0.0540')

        Raises:
            NotInForce: outside the published series, or a term longer than its tiers.
        """
        return self.rates.benchmark_of(months, on=on)

    @property
    def lpr_1y(self) -> Dated[Decimal]:
        """Return the one-year loan prime rate over time."""
        return self.rates.lpr_1y

    @property
    def lpr_5y(self) -> Dated[Decimal]:
        """Return the loan prime rate for five years and more over time."""
        return self.rates.lpr_5y

    def agreed_overdue_penalty(self, multiple: Decimal) -> Dated[PenaltyRate]:
        """Return the penalty on overdue principal over time where a contract agrees a multiple.

        >>> from microloan.policy import load
        >>> agreed = load("cn", region="central").agreed_overdue_penalty(Decimal("1.5"))
        >>> agreed.at(date(2003, 12, 31)), agreed.at(date(2004, 1, 1))
        (Daily(rate=Decimal('0.00021')), Multiple(of_contract_rate=Decimal('1.5')))

        Raises:
            PenaltyOutOfRange: the multiple is not one that a contract may agree.
            NotInForce: the policy knows no penalty.
        """
        return agree_penalty(self.overdue_penalty, multiple)

    def agreed_misuse_penalty(self, multiple: Decimal) -> Dated[PenaltyRate]:
        """Return the penalty on misused principal over time where a contract agrees a multiple.

        Raises:
            PenaltyOutOfRange: the multiple is not one that a contract may agree.
            NotInForce: the policy knows no penalty.
        """
        return agree_penalty(self.misuse_penalty, multiple)

    def show(self, *, on: date) -> str:
        """Return the rule book of a day, for print: every measure with its clause, every gap."""
        return sheet_of(self, on)

    def diff(self, a: date, b: date) -> tuple[RuleChange, ...]:
        """Return what is in force on the second day and was not, or otherwise, on the first."""
        return changes_between(self, a, b)


def require_policy(under: Policy) -> None:
    """Refuse what is no policy: a question or an act is always under one.

    Raises:
        InvalidTerms: ``None``, the name of a policy, or anything else; it names the type.
    """
    if not isinstance(under, Policy):
        raise refused_terms("the policy", "政策", type(under).__name__, "a Policy")
