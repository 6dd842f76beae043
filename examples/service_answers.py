"""What ``service.py`` answers with: picked from the flat rows of the library, amounts as text."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from service_forms import Yuan

from microloan import Entry, LevelAmount, Loan, RequestLine, SubsidyRequest, WaitingLine
from microloan.table import tabulate


class Answer(BaseModel):
    """What is answered: some columns of a flat row; the others are passed over."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def of(cls, record: Any) -> Self:  # noqa: ANN401 — whatever says its own columns
        """Return the answer about one record that says its own columns."""
        [row] = tabulate([record]).to_dicts()
        return cls.model_validate(row)


class InstallmentRow(Answer):
    """期次: a line of a plan."""

    number: int
    due_on: date
    principal: Yuan
    interest: Yuan
    total: Yuan
    outstanding: Yuan


class FindingRow(Answer):
    """核查意见, in both languages."""

    code: str
    severity: str
    subject: str
    sentence: str
    sentence_zh: str
    clause: str
    settle_by: str
    settle_by_zh: str


class AssessmentAnswer(Answer):
    """准入审核意见."""

    application: str
    on: date
    admissible: bool
    findings: list[FindingRow]


class FundAnswer(Answer):
    """A fund."""

    id: str
    name: str


class DepositAnswer(Answer):
    """入金: money as it was booked into a fund."""

    number: int
    on: date
    ref: str
    amount: Yuan


class LoanAnswer(Answer):
    """A loan, as it stood at the end of the day of an entry, when that was the last one known.

    So the same act sent again is answered in the same words, whatever came after it.
    """

    id: str
    entry: int
    as_of: date
    outstanding: Yuan
    arrears: Yuan
    days_past_due: int
    performance: str

    @classmethod
    def after(cls, loan: Loan, entry: Entry) -> Self:
        """Return how the loan stood after one of its entries."""
        stood = loan.position(as_of=entry.on, through=entry.number)
        return cls(
            id=loan.id,
            entry=entry.number,
            as_of=entry.on,
            outstanding=stood.outstanding,
            arrears=stood.arrears,
            days_past_due=stood.days_past_due,
            performance=stood.performance.value,
        )


class AccountAnswer(Answer):
    """半年还款台账: a loan in a half-year; opening and movements make the closing."""

    first_day: date
    last_day: date
    through: int
    opening: Yuan
    disbursed: Yuan
    due_principal: Yuan
    due_interest: Yuan
    repaid_principal: Yuan
    repaid_interest: Yuan
    paid_by_fund: Yuan
    recovered: Yuan
    written_off: Yuan
    adjustments: Yuan
    closing: Yuan
    arrears_principal: Yuan
    arrears_interest: Yuan


class LeverageAnswer(Answer):
    """放大倍数: what a fund stands behind, against its cap."""

    fund_id: str
    as_of: date
    exposure: Yuan
    covered_exposure: Yuan
    committed: Yuan
    balance: Yuan
    limit: Yuan
    headroom: Yuan
    top_up: Yuan
    within_cap: bool
    multiple: Decimal | None
    cap: int
    clause: str


class LevelRow(Answer):
    """What one level of government is to pay."""

    level: str
    amount: Yuan


class RequestLineRow(Answer):
    """贴息申请明细."""

    loan_id: str
    due_on: date
    subsidized_days: int
    interest: Yuan
    subsidy: Yuan


class WaitingRow(Answer):
    """待申请明细, and why it has to wait."""

    loan_id: str
    due_on: date
    subsidy: Yuan
    waiting_reason: str


class RequestAnswer(Answer):
    """贴息申请: what a bank asks the treasury for after a quarter."""

    lender: str
    quarter: str
    on: date
    amount: Yuan
    levels: list[LevelRow]
    lines: list[RequestLineRow]
    waiting: list[WaitingRow]

    @classmethod
    def drawn(cls, request: SubsidyRequest) -> Self:
        """Return the request, its lines as flat rows."""
        return cls.model_validate(
            {
                "lender": request.lender,
                "quarter": str(request.quarter),
                "on": request.on,
                "amount": request.amount,
                "levels": tabulate(request.levels, of=LevelAmount).to_dicts(),
                "lines": tabulate(request.lines, of=RequestLine).to_dicts(),
                "waiting": tabulate(request.waiting, of=WaitingLine).to_dicts(),
            }
        )
