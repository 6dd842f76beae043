"""展期定价: the rate of an extended loan whose contract follows the benchmark lending rate."""

from datetime import date
from decimal import Decimal

from microloan.category import Category, Reference
from microloan.errors import CategoryNeeded
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.rate import exact_rate
from microloan.terms import LoanTerms


def rate_of_extension(
    terms: LoanTerms, category: Category, *, months: int, on: date, under: Policy
) -> Decimal:
    """Return the yearly rate from the day of an extension on.

    The old and the added term count together: the benchmark rate of that tier, as posted on the
    day, takes the place of the one of signing; what the contract adds to it stays (人民币利率管理
    规定 and 贷款通则, art. 12).

    Args:
        terms: the terms before the extension.
        category: the loan's category; it names the benchmark as its reference.
        months: how many months are added.
        on: the day of the extension.
        under: the policy that knows the benchmark.

    Raises:
        CategoryNeeded: the contract does not follow the benchmark.
        NotInForce: no benchmark is known for that day or term.
        InvalidRate: the rate would fall below zero.
        InvalidTerms: no policy.

    >>> from microloan.category import BorrowerKind
    >>> from microloan.clauses import Amortization
    >>> from microloan.money import cny
    >>> from microloan.periods import DayCount
    >>> from microloan.policy import load
    >>> from microloan.rate import percent
    >>> terms = LoanTerms(
    ...     principal=cny(50_000), annual_rate=percent("8.31"), disbursed_on=date(2009, 3, 2),
    ...     months=12, amortization=Amortization.BULLET, day_count=DayCount.BY_PERIOD,
    ... )  # the 5.31 % of a year and 3 points
    >>> category = Category(kind=BorrowerKind.INDIVIDUAL, reference=Reference.BENCHMARK)
    >>> rate_of_extension(  # two years together: 5.40 %
    ...     terms, category, months=12, on=date(2010, 3, 2), under=load("cn", region="central")
    ... )
    Decimal('0.0840')
    """
    require_policy(under)
    if category.reference is not Reference.BENCHMARK:
        raise CategoryNeeded(
            "the rate of an extension follows the benchmark only where the contract names it",
            zh="合同未载明按贷款基准利率定价，展期利率由双方约定",
            value=category.reference,
            limit=Reference.BENCHMARK,
        )
    before = under.benchmark_rate(terms.months, on=terms.signed_on)
    after = under.benchmark_rate(terms.months + months, on=on)
    return exact_rate(terms.annual_rate - before + after)
