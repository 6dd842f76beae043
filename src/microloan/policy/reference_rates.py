"""参考利率: the published rate a contract builds on, by its signing day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, assert_never

from microloan.category import Category, Reference
from microloan.dated import Dated
from microloan.errors import CategoryNeeded, NotInForce
from microloan.policy.series import Benchmark, OldPrimeRate
from microloan.terms import LoanTerms

LPR: Final = (Reference.LPR_1Y, Reference.LPR_5Y)
"""The two tenors of the loan prime rate; the contract says which."""
_YEAR_MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRates:
    """The published reference rates.

    Args:
        benchmark: the central bank's lending rates by tier.
        lpr_old: the prime rate of 2013 to 2019, as far as it was read.
        lpr_1y: the one-year loan prime rate.
        lpr_5y: the loan prime rate for five years and more.
    """

    benchmark: Dated[Benchmark]
    lpr_old: OldPrimeRate
    lpr_1y: Dated[Decimal]
    lpr_5y: Dated[Decimal]

    def agreed(self, terms: LoanTerms, category: Category, among: tuple[Reference, ...]) -> Decimal:
        """Return the reference rate of a contract where a rule knows some references.

        The rate that the contract states goes before a published one; a reference that the rule
        does not know does not count. A loan of at most 12 months that names none takes the only
        one, or of both prime rates the one-year one.

        Raises:
            CategoryNeeded: a longer loan names none, and the rule knows two.
            NotInForce: nothing was published, or read, for that day or term.
        """
        named = category.reference
        if category.reference_rate is not None and (named is None or named in among):
            return category.reference_rate
        if named in among:
            return self._published(named, terms)
        if len(among) == 1:
            return self._published(among[0], terms)
        if terms.months <= _YEAR_MONTHS:
            return self._published(Reference.LPR_1Y, terms)
        raise CategoryNeeded(
            f"a loan of {terms.months} months must name its reference rate",
            zh=f"期限 {terms.months} 个月的贷款须载明参考利率及其期限品种",
            value=terms.months,
            limit=_YEAR_MONTHS,
        )

    def _published(self, reference: Reference, terms: LoanTerms) -> Decimal:
        on = terms.signed_on
        match reference:
            case Reference.BENCHMARK:
                return self.benchmark_of(terms.months, on=on)
            case Reference.LPR_OLD:
                return self.lpr_old.at(on)
            case Reference.LPR_1Y:
                return self.lpr_1y.at(on)
            case Reference.LPR_5Y:
                return self.lpr_5y.at(on)
        assert_never(reference)

    def benchmark_of(self, months: int, *, on: date) -> Decimal:
        """Return the benchmark lending rate of the tier a term falls in, on a day.

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
