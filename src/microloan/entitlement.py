"""What a loan is entitled to: whose rule, on how much principal, for how long, which share."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final, assert_never

from microloan.category import Category
from microloan.dated import Dated
from microloan.errors import CategoryNeeded, NotInForce, RateAboveCap
from microloan.money import fen
from microloan.months import add_months
from microloan.naming import require_one_of
from microloan.periods import plain_date
from microloan.policy import Beyond, Policy, Provision, SubsidyShape, SubsidyTier
from microloan.rate import show_rate
from microloan.terms import LoanTerms

_LPR_LESS: Final = Fraction(15, 1000)
_THIRDS: Final = (Fraction(1), Fraction(2, 3), Fraction(1, 3))
_HALF: Final = Fraction(1, 2)
_YEAR_MONTHS: Final = 12
_NO_SUBSIDY: Final = "the rule knows no subsidy for it"
_OF_THE_RATE: Final = {
    SubsidyShape.FULL,
    SubsidyShape.HALF,
    SubsidyShape.THIRDS,
    SubsidyShape.OVER_LPR_MINUS_150,
}


class ArrearsRule(Enum):
    """逾期期间的贴息口径: what arrears do to the subsidy while they last; no rule settles it."""

    OVERDUE_PART = "overdue_part"
    """The overdue part bears none; the part that is not overdue keeps its subsidy."""
    WHOLE_LOAN = "whole_loan"
    """No part of the loan is subsidized on a day on which anything is overdue."""


class StopReason(Enum):
    """Why the subsidy of a loan ends before its term."""

    BUSINESS_CLOSED = "business_closed"
    """停业、注销: the business has closed."""
    EMPLOYED = "employed"
    """已就业: the borrower has taken employment."""
    MISUSE = "misuse"
    """挪用: the money was not used as agreed."""
    OTHER = "other"
    """Another reason, by decision of the office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyStop:
    """停止贴息: from this day on the loan bears no subsidy.

    Raises:
        InvalidDate: not a plain date.
        InvalidTerms: no :class:`StopReason`.
    """

    on: date
    reason: StopReason

    def __post_init__(self) -> None:
        """Refuse what is no day or no reason."""
        plain_date(self.on, "the end of a subsidy")
        require_one_of(self.reason, StopReason, "the reason", "停止贴息原因")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What a loan is entitled to by the rules of one day.

    Args:
        disbursed_on: the day from which its loan years count.
        rule: the line of the subsidy rule that fits, with its clause.
        within_fen: the largest subsidized principal: the policy part, within the ceiling.
        within: why it is no larger, with the clause.
        ends_on: the day from which interest is no longer subsidized: the end of the subsidized
            term, or the maturity that was signed, since no extension is subsidized.
        ended: why it ends on that day, with the clause.
        reference_rate: the reference rate where the rule asks for it, otherwise nothing.
        rate_cap: the rate above which nothing is borne: the cap of the signing day, which a rate
            that was changed later may pass; ``None`` where there is none, or it is not known.
        unchecked: why the contract rate was not held against a cap; empty where it was.
    """

    disbursed_on: date
    rule: Provision[SubsidyTier]
    within_fen: int
    within: str
    ends_on: date
    ended: str
    reference_rate: Fraction
    rate_cap: Fraction | None
    unchecked: str

    def share(self, day: date, annual_rate: Decimal) -> Fraction:
        """Return the treasury's share of the interest of a day at a rate, exact."""
        rate, tier = Fraction(annual_rate), self.rule.value
        if not rate:
            return Fraction(0)
        within = rate
        if self.rate_cap is not None and tier.shape in _OF_THE_RATE:
            within = min(rate, self.rate_cap)
        share = self._of_shape(day, within) * tier.times * within / rate
        if tier.at_most_points is not None:
            share = min(share, Fraction(tier.at_most_points) / rate)
        return min(share, Fraction(1))

    def _of_shape(self, day: date, rate: Fraction) -> Fraction:
        shape = self.rule.value.shape
        match shape:
            case SubsidyShape.NONE:
                return Fraction(0)
            case SubsidyShape.FULL:
                return Fraction(1)
            case SubsidyShape.HALF:
                return _HALF
            case SubsidyShape.THIRDS:
                return self._third(day)
            case SubsidyShape.HALF_REFERENCE:
                return min(self.reference_rate * _HALF / rate, Fraction(1))
            case SubsidyShape.OVER_LPR_MINUS_150:
                over = rate - (self.reference_rate - _LPR_LESS)
                return min(max(over, Fraction(0)) / rate, Fraction(1)) if rate else Fraction(0)
            case SubsidyShape.FLAT:
                return min(Fraction(self.rule.value.points) / rate, Fraction(1))
        assert_never(shape)

    def _third(self, day: date) -> Fraction:
        """Return 1, 2/3 or 1/3 by the loan year a day lies in; nothing after the third."""
        years = (add_months(self.disbursed_on, _YEAR_MONTHS * year) for year in (1, 2, 3))
        gone_by = sum(anniversary <= day for anniversary in years)
        return _THIRDS[gone_by] if gone_by < len(_THIRDS) else Fraction(0)


def entitlements_of(
    terms: LoanTerms, category: Category, *, under: Policy, of: str
) -> Dated[Entitlement]:
    """Return what a loan is entitled to over time.

    The rules are those of the signing day, unless a rule on running loans puts newer ones in their
    place from a day on.

    Args:
        terms: what was signed.
        category: what the law asks about the borrower.
        under: the policy.
        of: the loan, for a refusal.

    Raises:
        NotInForce: the policy knows no rule for that borrower on that day.
        CategoryNeeded: the rule asks for a fact that the category does not state.
        RateAboveCap: the contract rate lies above the highest one of the programme.
    """
    signed_on, since, rule_of = terms.signed_on, date.min, terms.signed_on
    by_day = [(since, _entitlement(terms, category, signed_on, under=under, of=of))]
    for since, rule in under.running_loans.values:
        if isinstance(rule, Provision) and rule_of < rule.value.rule_of:
            rule_of = rule.value.rule_of
            by_day.append((since, _entitlement(terms, category, rule_of, under=under, of=of)))
    return Dated(f"{of}: entitlement", tuple(by_day))


def _entitlement(
    terms: LoanTerms, category: Category, on: date, *, under: Policy, of: str
) -> Entitlement:
    """Return what a loan is entitled to by the rules of a day."""
    rule = under.subsidy_of(category, principal=terms.principal, on=on)
    within_fen, within = 0, _NO_SUBSIDY
    ends_on, ended = terms.disbursed_on, _NO_SUBSIDY
    if rule.value.shape is not SubsidyShape.NONE:
        within_fen, within = _within(terms, category, under.ceiling_of(category, on=on))
        ends_on, ended = _end(terms, under.subsidized_months_of(category, on=on))
    rate_cap, unchecked = _rate_cap(terms, category, under=under, of=of)
    return Entitlement(
        disbursed_on=terms.disbursed_on,
        rule=rule,
        within_fen=within_fen,
        within=within,
        ends_on=ends_on,
        ended=ended,
        reference_rate=_reference_rate(rule.value, terms, category, under),
        rate_cap=rate_cap,
        unchecked=unchecked,
    )


def _within(terms: LoanTerms, category: Category, ceiling: Provision[int]) -> tuple[int, str]:
    """Return the largest subsidized principal, and why it is no larger."""
    policy_part = fen(terms.principal) - fen(category.commercial_part)
    if policy_part <= ceiling.value:
        return policy_part, "the commercial part bears none"
    return ceiling.value, f"above the ceiling: {ceiling}"


def _end(terms: LoanTerms, months: Provision[int]) -> tuple[date, str]:
    """Return the day from which interest is no longer subsidized, and why."""
    end = add_months(terms.disbursed_on, months.value)
    if end < terms.matures_on:
        return end, f"after {months.value} months: {months}"
    return terms.matures_on, "after the maturity that was signed; an extension bears none"


def _reference_rate(
    tier: SubsidyTier, terms: LoanTerms, category: Category, under: Policy
) -> Fraction:
    if tier.shape is SubsidyShape.HALF_REFERENCE:
        return Fraction(under.rates.agreed(terms, category, tier.references))
    if tier.shape is SubsidyShape.OVER_LPR_MINUS_150:
        return Fraction(under.reference_rate(terms, category))
    return Fraction(0)


def _rate_cap(
    terms: LoanTerms, category: Category, *, under: Policy, of: str
) -> tuple[Fraction | None, str]:
    """Return the cap beyond which nothing is borne, if any, and why no cap could be computed."""
    rule = under.rate_cap[category.kind].known(terms.signed_on)
    only_a_part = isinstance(rule, Provision) and rule.value.beyond is Beyond.UNSUBSIDIZED
    try:
        cap = under.rate_cap_of(terms, category)
    except (NotInForce, CategoryNeeded) as unknown:
        if only_a_part:
            raise
        named = not isinstance(unknown, CategoryNeeded)
        highest = None if named else _highest_cap(terms, category, under)
        if highest is not None and terms.annual_rate > highest.value:
            raise _above(terms, of, highest) from unknown
        return None, str(unknown)
    if cap.value is None:
        return None, ""
    if terms.annual_rate > cap.value and not only_a_part:
        raise _above(terms, of, cap.of(cap.value))
    return Fraction(cap.value), ""


def _highest_cap(terms: LoanTerms, category: Category, under: Policy) -> Provision[Decimal] | None:
    """Return the highest cap over the references that the contract, naming none, may have meant.

    ``None`` where one of them was not published for the signing day.
    """
    rule = under.rate_cap[category.kind].at(terms.signed_on)
    meant = [replace(category, reference=one) for one in rule.value.references]
    try:
        rates = [under.reference_rate(terms, one) for one in meant]
    except NotInForce:
        return None
    return rule.of(max(rates) + rule.value.over)


def _above(terms: LoanTerms, of: str, cap: Provision[Decimal]) -> RateAboveCap:
    bears, allowed = show_rate(terms.annual_rate), show_rate(cap.value)
    return RateAboveCap(
        f"{of} bears {bears}, above the {allowed} of {cap.decree} on {terms.signed_on}",
        zh=f"{of} 的利率 {bears} 超过 {cap.decree} 规定的上限 {allowed}",
        value=terms.annual_rate,
        limit=cap.value,
    )
