"""What the law says on a day, for one region: the dated parameters of the programme."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar, assert_never

from microloan.category import BorrowerKind, Category, LowProfit, Reference
from microloan.dated import Dated
from microloan.errors import CategoryNeeded, NotInForce
from microloan.penalty import PenaltyRate
from microloan.policy.penalties import agree_penalty
from microloan.policy.provision import Ceiling, PenaltyRange, Provision, SubsidyShape, SubsidyTier
from microloan.policy.series import Benchmark
from microloan.terms import LoanTerms

T = TypeVar("T")
_YEAR_MONTHS = 12


class Region(Enum):
    """The ministry's three groups of provinces; not a matter of geography (河北 is central)."""

    EAST = "east"
    CENTRAL = "central"
    WEST = "west"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """政策: the dated parameters of the programme and the reference rates, for one region.

    Every value is a :class:`Provision` that names its decree, clause and evidence. A loan is
    governed by the values in force on the day its contract was signed.

    Args:
        region: the region the values are for.
        leverage_cap: how many times its balance a fund may stand behind.
        ceiling: the largest subsidized principal, by borrower kind.
        subsidized_months: how long interest is subsidized, by borrower kind.
        subsidy: who gets which share of the interest, by borrower kind.
        penalty: what penalty a contract may agree, for ``overdue`` and for ``misuse``.
        benchmark: the central bank's lending rates by tier.
        lpr_1y: the one-year loan prime rate.
        lpr_5y: the loan prime rate for five years and more.
    """

    region: Region
    leverage_cap: Dated[Provision[int]]
    ceiling: Mapping[BorrowerKind, Dated[Provision[Ceiling]]]
    subsidized_months: Mapping[BorrowerKind, Dated[Provision[int]]]
    subsidy: Mapping[BorrowerKind, Dated[Provision[tuple[SubsidyTier, ...]]]]
    penalty: Mapping[str, Dated[Provision[PenaltyRange]]]
    benchmark: Dated[Benchmark]
    lpr_1y: Dated[Decimal]
    lpr_5y: Dated[Decimal]

    def ceiling_of(self, category: Category, *, on: date) -> Provision[int]:
        """Return the largest subsidized principal of a borrower on a signing day, in fen.

        Raises:
            NotInForce: the policy knows no ceiling for that kind of borrower on that day.
        """
        found = _for_kind(self.ceiling, category.kind, ("ceiling", "额度"), on)
        return _with_value(found, found.value.for_groups(category.groups))

    def subsidized_months_of(self, category: Category, *, on: date) -> Provision[int]:
        """Return how many months of interest are subsidized, from disbursement.

        Raises:
            NotInForce: the policy knows no such term for that kind of borrower on that day.
        """
        return _for_kind(self.subsidized_months, category.kind, ("subsidized term", "贴息期限"), on)

    def subsidy_of(self, category: Category, *, on: date) -> Provision[SubsidyShape]:
        """Return the shape of the subsidy of a borrower on a signing day.

        Raises:
            NotInForce: the policy knows no subsidy rule for that kind of borrower on that day.
            CategoryNeeded: the rule asks for a fact that the category does not state.
        """
        found = _for_kind(self.subsidy, category.kind, ("subsidy", "贴息"), on)
        for tier in found.value:
            if _fits(tier, category, found):
                return _with_value(found, tier.shape)
        raise category_needed("the borrower's group", "人员类别", found)

    def overdue_penalty(self, multiple: Decimal) -> Dated[PenaltyRate]:
        """Return the penalty on overdue principal over time where a contract agrees a multiple.

        >>> from microloan.policy import load
        >>> agreed = load("cn", region="central").overdue_penalty(Decimal("1.5"))
        >>> agreed.at(date(2003, 12, 31)), agreed.at(date(2004, 1, 1))
        (Daily(rate=Decimal('0.00021')), Multiple(of_contract_rate=Decimal('1.5')))

        Raises:
            PenaltyOutOfRange: the multiple is not one that a contract may agree.
            NotInForce: the policy knows no penalty.
        """
        return agree_penalty(self.penalty, "overdue", multiple)

    def misuse_penalty(self, multiple: Decimal) -> Dated[PenaltyRate]:
        """Return the penalty on misused principal over time where a contract agrees a multiple.

        Raises:
            PenaltyOutOfRange: the multiple is not one that a contract may agree.
            NotInForce: the policy knows no penalty.
        """
        return agree_penalty(self.penalty, "misuse", multiple)

    def reference_rate(self, terms: LoanTerms, category: Category) -> Decimal:
        """Return the reference rate of a contract: the stated one, or the published one it names.

        A loan of at most 12 months that names none takes the one-year LPR of its signing day.

        Raises:
            CategoryNeeded: a longer loan names no reference.
            NotInForce: nothing was published for that day or term.
        """
        if category.reference_rate is not None:
            return category.reference_rate
        match category.reference:
            case Reference.BENCHMARK:
                return self.benchmark_rate(terms.months, on=terms.signed_on)
            case Reference.LPR_5Y:
                return self.lpr_5y.at(terms.signed_on)
            case None if terms.months > _YEAR_MONTHS:
                raise CategoryNeeded(
                    f"a loan of {terms.months} months must name its reference rate",
                    zh=f"期限 {terms.months} 个月的贷款须载明参考利率及其期限品种",
                    value=terms.months,
                    limit=_YEAR_MONTHS,
                )
            case Reference.LPR_1Y | None:
                return self.lpr_1y.at(terms.signed_on)
        assert_never(category.reference)

    def benchmark_rate(self, months: int, *, on: date) -> Decimal:
        """Return the benchmark lending rate of the tier a term falls in, on a day.

        >>> from microloan.policy import load
        >>> load("cn", region="central").benchmark_rate(24, on=date(2008, 12, 23))
        Decimal('0.0540')

        Raises:
            NotInForce: outside the published series, or a term longer than its tiers.
        """
        tiers = self.benchmark.at(on)
        for up_to, rate in tiers:
            if months <= up_to:
                return rate
        raise NotInForce(
            f"{self.benchmark.name}: no tier for {months} months on {on}; "
            f"the longest is {tiers[-1][0]}",
            zh=f"{on} 的基准利率没有 {months} 个月的档次",
            value=months,
            limit=tiers[-1][0],
        )


def _for_kind(
    lines: Mapping[BorrowerKind, Dated[Provision[T]]],
    kind: BorrowerKind,
    what: tuple[str, str],
    on: date,
) -> Provision[T]:
    if kind not in lines:
        raise NotInForce(
            f"the policy knows no {what[0]} for a borrower of kind {kind.value}",
            zh=f"政策中没有借款人类型 {kind.value} 的{what[1]}规定",
            value=kind,
            limit=sorted(known.value for known in lines),
        )
    return lines[kind].at(on)


def _fits(tier: SubsidyTier, category: Category, found: Provision[Any]) -> bool:
    if tier.low_profit is not LowProfit.NOT_STATED:
        if category.low_profit is LowProfit.NOT_STATED:
            raise category_needed("whether the trade is a low-profit one", "是否微利项目", found)
        if tier.low_profit is not category.low_profit:
            return False
    if tier.groups and not category.groups:
        raise category_needed("the borrower's group", "人员类别", found)
    return not tier.groups or bool(tier.groups & category.groups)


def _with_value(found: Provision[Any], value: T) -> Provision[T]:
    return Provision(
        value=value,
        since=found.since,
        decree=found.decree,
        clause=found.clause,
        read_in=found.read_in,
        evidence=found.evidence,
    )


def category_needed(what: str, zh: str, rule: Provision[Any]) -> CategoryNeeded:
    """Return the refusal of a rule that needs a fact which the category lacks."""
    return CategoryNeeded(
        f"{rule.decree} asks for {what}, which the category does not state",
        zh=f"{rule.decree} 需要{zh}，贷款要素中未载明",
        value=None,
        limit=what,
    )
