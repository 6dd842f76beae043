"""What ``service.py`` is sent and what it answers: flat forms, exact to the fen.

Money travels as text with two decimals. A JSON number is refused, since most readers make a binary
fraction of it; so is a third decimal.
"""

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, ClassVar, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Guarantee,
    InvalidAmount,
    InvalidDate,
    InvalidRate,
    Loan,
    LoanTerms,
    Reference,
    Settlement,
    cny,
    percent,
)
from microloan.category import LowProfit
from microloan.money import Money

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _read_yuan(value: object) -> Money:
    """Take text of the outside, amounts of our own; never a number of JSON."""
    if isinstance(value, Money):
        return value
    if not isinstance(value, str | Decimal):
        raise InvalidAmount(
            'an amount of yuan is written as text, such as "1725.00"',
            zh='金额应以文本填写，例如 "1725.00"',
            value=type(value).__name__,
            limit="text with at most two decimals",
        )
    return cny(value)


def _read_percent(value: object) -> Decimal:
    """Take a rate in percent as text: ``"3.95"``."""
    if not isinstance(value, str):
        raise InvalidRate(
            'a rate is written as text in percent, such as "3.95"',
            zh='利率应以文本按百分数填写，例如 "3.95"',
            value=type(value).__name__,
            limit="text in percent",
        )
    return percent(value)


def _read_day(value: object) -> date:
    """Take ``2024-03-15`` and no other spelling: no timestamps, no days of a week."""
    if type(value) is date:  # from our own rows
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise InvalidDate(
        "a day is one of the calendar, written as 2024-03-15",
        zh="日期应为日历上的一天，写作 2024-03-15",
        value=type(value).__name__,
        limit="text such as 2024-03-15",
    )


Yuan = Annotated[
    Money,
    PlainValidator(_read_yuan),
    PlainSerializer(lambda amount: str(amount.amount), return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,13}(\.\d{1,2})?$"}),
]
Percent = Annotated[
    Decimal,
    PlainValidator(_read_percent),
    WithJsonSchema({"type": "string", "examples": ["3.95"]}),
]
Day = Annotated[date, BeforeValidator(_read_day)]
Whole = Annotated[int, Field(strict=True)]


class Form(BaseModel):
    """What is sent: a name nobody knows is refused, and ``made`` is what the library calls it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    makes: ClassVar[type]

    def made(self) -> Any:  # noqa: ANN401 — each form makes another kind of object
        """Return the library's own object; it refuses what no contract could contain."""
        return self.makes(**self.facts())

    def facts(self) -> dict[str, Any]:
        """Return the fields, forms in them made as well."""
        return {name: _made(getattr(self, name)) for name in type(self).model_fields}


def _made(value: object) -> object:
    if isinstance(value, Form):
        return value.made()
    return tuple(map(_made, value)) if isinstance(value, tuple) else value


class TermsForm(Form):
    """合同要素: what would be agreed."""

    makes = LoanTerms
    principal: Yuan
    annual_rate: Percent
    disbursed_on: Day
    months: Whole
    amortization: Amortization
    day_count: DayCount
    signed_on: Day | None = None
    interval_months: Whole = 1
    grace_months: Whole = 0
    settlement_day: Whole | None = None

    def facts(self) -> dict[str, Any]:
        """Return the fields; what is absent is left to the library."""
        known = {name: value for name, value in super().facts().items() if value is not None}
        if "settlement_day" in known:
            known["settlement"] = Settlement(day=known.pop("settlement_day"))
        return known


class CategoryForm(Form):
    """What the law asks about the borrower and the contract."""

    makes = Category
    kind: BorrowerKind
    groups: frozenset[str] = frozenset()
    heads: Whole = 1
    low_profit: LowProfit = LowProfit.NOT_STATED
    loan_number: Whole = 1
    commercial_part: Yuan = Field(default_factory=partial(cny, 0))
    reference: Reference | None = None


class GuaranteeForm(Form):
    """担保: what a fund promises."""

    makes = Guarantee
    fund_id: str
    coverage: Percent
    claimable_after_days: Whole


class LoanForm(Form):
    """A loan that was signed and paid out in full, and the day on which it is entered."""

    makes = Loan
    id: str
    borrower: str
    lender: str
    category: CategoryForm
    terms: TermsForm
    guarantee: GuaranteeForm
    on: Day

    def made(self) -> Loan:
        """Return the loan."""
        said = self.facts()
        del said["on"]
        return Loan.grant(said.pop("id"), **said)


class FundForm(Form):
    """A fund to be opened."""

    name: str


class MoneyForm(Form):
    """Money that came in, with its voucher: the same voucher again is the same money."""

    ref: str
    amount: Yuan
    on: Day


class RequestForm(Form):
    """A bank, an interest quarter, and the day on which its request is drawn up."""

    lender: str
    year: Whole
    quarter: Whole
    on: Day
