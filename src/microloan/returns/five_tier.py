"""五级分类月报: loans of a month by security, use, amount, term and grade, with their changes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from itertools import pairwise
from typing import Final

from microloan.grade import Grade, grade_loan
from microloan.loan import Loan
from microloan.money import Money, fen, from_fen, positive_fen, show
from microloan.naming import identity, refused_terms, require_one_of
from microloan.policy import Policy
from microloan.returns.cell import Cell, FigureUnit, Stock, change
from microloan.returns.form import Form, FormRow
from microloan.returns.loan_money import LoanMoney
from microloan.returns.month import Month

_DAY = timedelta(days=1)
_TOTAL: Final = "合计"
_COLUMNS: Final = (
    "本月笔数",
    "本月余额",
    "笔数比上月增减",
    "余额比上月增减",
    "笔数比年初增减",
    "余额比年初增减",
)
_TERMS: Final = (
    (3, "按期限：3个月以下"),
    (6, "按期限：3至6个月"),
    (12, "按期限：6至12个月"),
)
_LONGER: Final = "按期限：1年以上"
_NO_USE: Final = "按投向：未注明"


class SecurityWay(Enum):
    """How a loan is secured."""

    FUND = "fund"
    SURETY = "surety"
    MORTGAGE = "mortgage"
    PLEDGE = "pledge"
    CREDIT = "credit"
    NOT_STATED = "not_stated"

    @property
    def zh(self) -> str:
        """Return the way in Chinese."""
        return _WAYS[self]


_WAYS: Final = {
    SecurityWay.FUND: "担保基金担保",
    SecurityWay.SURETY: "保证",
    SecurityWay.MORTGAGE: "抵押",
    SecurityWay.PLEDGE: "质押",
    SecurityWay.CREDIT: "信用",
    SecurityWay.NOT_STATED: "未注明",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFacts:
    """What the form asks of a loan and the book does not hold.

    Args:
        loan_id: the loan.
        way: how it is secured; of a loan that a fund guarantees, the fund's guarantee by default.
        use: what the money is for 投向, as the host names it; empty where nobody said.

    Raises:
        InvalidIdentity: an unusable loan or use.
        InvalidTerms: no way.
    """

    loan_id: str
    way: SecurityWay = SecurityWay.NOT_STATED
    use: str = ""

    def __post_init__(self) -> None:
        """Refuse facts about nothing."""
        identity(self.loan_id, "a loan")
        require_one_of(self.way, SecurityWay, "the security", "担保方式")
        if self.use != "":
            identity(self.use, "the use of a loan")


def five_tier_form(
    loans: Iterable[Loan],
    *,
    month: Month,
    under: Policy,
    amounts: Sequence[Money],
    facts: Iterable[LoanFacts] = (),
) -> Form:
    """Return the form of five grades of a month 五级分类月报.

    A loan stands in each section once, while something is outstanding: by how it is secured, what
    it is for, its amount, its term and its grade. Bands take in their upper end: a loan of just
    three months is among 3个月以下. What is outstanding is a stock; its change against the month
    before and against the New Year is a flow.

    Args:
        loans: the loans.
        month: the month.
        under: the policy whose grades are in force at the ends of the month, of the month before
            and of the year before.
        amounts: the upper ends of the bands of principal, rising.
        facts: what the book does not hold of some loans.

    Raises:
        InvalidTerms: no month, bands that do not rise, something that is no loan or fact, or facts
            of one loan twice.
        InvalidAmount: a band that is no amount above zero.
        LoanGivenTwice: the same loan twice.
        NotInForce: the policy knows no grades on one of those days.
    """
    if not isinstance(month, Month):
        raise refused_terms("the month", "统计月", month, "a Month")
    known = _facts_by_loan(facts)
    bands = _bands(amounts)
    given = LoanMoney.of_all(loans)
    ends = (month.last_day, month.first_day - _DAY, month.new_year - _DAY)
    counted = [_count(given, on, under=under, facts=known, bands=bands) for on in ends]
    labels = _labels([one.loan.id for one in given], known, bands)
    return Form(
        title="loans by five grades",
        zh="贷款五级分类月报",
        columns=_COLUMNS,
        rows=tuple(
            FormRow(label=label, cells=_cells([one.stocks(label) for one in counted]))
            for label in labels
        ),
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """The loans of one day, by the labels of the form's rows."""

    on: date
    loans: Counter[str]
    outstanding: Counter[str]

    def stocks(self, label: str) -> tuple[Stock, Stock]:
        return (
            Stock(on=self.on, worth=self.loans[label], unit=FigureUnit.LOANS),
            Stock(on=self.on, worth=self.outstanding[label], unit=FigureUnit.FEN),
        )


def _cells(stocks: Sequence[tuple[Stock, Stock]]) -> tuple[Cell, ...]:
    now, month_ago, new_year = stocks
    against = [
        change(before, after)
        for earlier in (month_ago, new_year)
        for before, after in zip(earlier, now, strict=True)
    ]
    return (*now, *against)


def _count(
    given: Iterable[LoanMoney],
    on: date,
    *,
    under: Policy,
    facts: Mapping[str, LoanFacts],
    bands: Sequence[tuple[int, str]],
) -> _Counted:
    counted = _Counted(on, Counter(), Counter())
    for one in given:
        if owed := one.outstanding_fen(on):
            own = facts.get(one.loan.id, LoanFacts(loan_id=one.loan.id))
            grade = grade_loan(one.loan, under=under, as_of=on)
            for label in (_TOTAL, *_sections(one.loan, own, on, bands), _grade_label(grade)):
                counted.loans[label] += 1
                counted.outstanding[label] += owed
    return counted


def _sections(
    loan: Loan, facts: LoanFacts, on: date, bands: Sequence[tuple[int, str]]
) -> Iterator[str]:
    way = facts.way
    if way is SecurityWay.NOT_STATED and loan.guarantee is not None:
        way = SecurityWay.FUND
    yield _way_label(way)
    yield _use_label(facts)
    principal, months = fen(loan.terms.principal), loan.terms_in_force(on=on).months
    yield next((label for most, label in bands if principal <= most), _above(bands))
    yield next((label for most, label in _TERMS if months <= most), _LONGER)


def _labels(
    ids: Iterable[str], facts: Mapping[str, LoanFacts], bands: Sequence[tuple[int, str]]
) -> list[str]:
    """Return the labels of all rows, in order; uses are those of the loans that are given."""
    uses = {_use_label(facts[one]) for one in ids if one in facts} - {_NO_USE}
    return [
        _TOTAL,
        *map(_way_label, SecurityWay),
        *sorted(uses),
        _NO_USE,
        *(label for _, label in bands),
        _above(bands),
        *(label for _, label in _TERMS),
        _LONGER,
        *map(_grade_label, Grade),
    ]


def _way_label(way: SecurityWay) -> str:
    return f"按方式：{way.zh}"


def _use_label(facts: LoanFacts) -> str:
    return f"按投向：{facts.use}" if facts.use else _NO_USE


def _grade_label(grade: Grade) -> str:
    return f"按五级：{grade.zh}"


def _bands(amounts: Sequence[Money]) -> list[tuple[int, str]]:
    """Return the upper end of each band in fen, with its label."""
    if not isinstance(amounts, Sequence) or isinstance(amounts, str) or not amounts:
        raise refused_terms("the bands of principal", "额度分段", amounts, "several amounts")
    ends = [positive_fen(one, "a band of principal") for one in amounts]
    if any(later <= earlier for earlier, later in pairwise(ends)):
        raise refused_terms("the bands of principal", "额度分段", ends, "rising amounts")
    printed = [show(from_fen(end)) for end in ends]
    labels = [f"按额度：{printed[0]} 元以下"]
    labels += [f"按额度：{low} 至 {high} 元" for low, high in pairwise(printed)]
    return list(zip(ends, labels, strict=True))


def _above(bands: Sequence[tuple[int, str]]) -> str:
    return f"按额度：{show(from_fen(bands[-1][0]))} 元以上"


def _facts_by_loan(facts: Iterable[LoanFacts]) -> dict[str, LoanFacts]:
    given = list(facts) if isinstance(facts, Iterable) else [facts]
    known: dict[str, LoanFacts] = {}
    for one in given:
        if not isinstance(one, LoanFacts):
            raise refused_terms("the facts", "贷款事实", type(one).__name__, "several LoanFacts")
        if one.loan_id in known:
            raise refused_terms("the facts", "贷款事实", one.loan_id, "of each loan once")
        known[one.loan_id] = one
    return known
